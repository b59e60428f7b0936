"""What numba compiles: searches and joins over arrays, and the fields isochrones are drawn from."""

__all__: list[str] = []
