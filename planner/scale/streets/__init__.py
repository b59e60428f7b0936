"""The streets of tiles: with facts that only the whole can tell, they are the plain run's."""

__all__: list[str] = []
