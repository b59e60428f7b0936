"""Cuts the rows of a table into runs, so that what is made of a run need not be held for all."""

from __future__ import annotations


def list_ranges(rows: int, most: int | None) -> list[slice]:
    """Return slices that cut so many rows into runs of at most `most` rows, at least one run.

    most : None: one run of all rows.
    """
    step = max(rows, 1) if most is None else most
    return [slice(first, min(first + step, rows)) for first in range(0, max(rows, 1), step)]
