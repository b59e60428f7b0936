"""Where to build next in a city in tiles."""

__all__: list[str] = []
