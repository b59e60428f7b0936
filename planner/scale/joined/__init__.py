"""The answer of the whole, joined from the parts of its tiles."""

__all__: list[str] = []
