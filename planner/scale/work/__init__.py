"""Steps of long work: who does them, where their results are kept, and in which form."""

__all__: list[str] = []
