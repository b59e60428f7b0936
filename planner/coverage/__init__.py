"""Who is served: people and stations in, verdicts, counts and their doubts out."""

__all__: list[str] = []
