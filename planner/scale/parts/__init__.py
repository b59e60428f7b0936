"""Parts: what one tile answers, in tables that add up to the answer of the whole."""

__all__: list[str] = []
