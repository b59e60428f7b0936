"""People of a city: placed, and dealt out to its tiles."""

__all__: list[str] = []
