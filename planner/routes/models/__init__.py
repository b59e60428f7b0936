"""Themed routes as mathematics: sites, minutes and limits in, a choice with its bound out."""

__all__: list[str] = []
