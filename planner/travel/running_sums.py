"""Sums along rows of several items, each row by itself."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Floats, Ints


def sum_before(count: Ints, length: Floats) -> Floats:
    """Return for each item the sum of those before it in its row, shape (p,).

    Each row is added up by itself, so that its bits are the same among whatever other rows it
    stands.

    Parameters
    ----------
    count : shape (m,)
        Items of each row.
    length : shape (p,)
        Of the items, row by row.
    """
    found = np.zeros(len(length))
    order = np.argsort(-count, kind="stable")
    first, most = (np.cumsum(count) - count)[order], -np.sort(-count)
    for place in range(1, int(count.max(initial=0))):
        # The rows that have so many items stand in front.
        at = first[: np.searchsorted(-most, -place)] + place
        found[at] = found[at - 1] + length[at - 1]
    return found
