"""The location models of the literature: pure mathematics, with a proof of how good a choice is."""

__all__: list[str] = []
