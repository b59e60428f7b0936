"""Walks over many tiles: all are searched together, and each gets what comes to its border."""

__all__: list[str] = []
