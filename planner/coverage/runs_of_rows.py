"""Rows of a table in runs, so that what is made of them need not be held for all at a time."""

from __future__ import annotations


def list_ranges(rows: int, most: int | None) -> list[slice]:
    """Return the runs of so many rows, each of at most `most`; None: one of all. There is one."""
    step = max(rows, 1) if most is None else most
    return [slice(first, min(first + step, rows)) for first in range(0, max(rows, 1), step)]
