"""Units of a city that stand twice, found without holding the ids of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

#: So many hashes are looked at together, 8 bytes each.
MOST_HASHES: Final = 4_000_000

Hashes = NDArray[np.uint64]


def hash_ids(ids: pd.Series) -> Hashes:
    """Return the hashes of ids in the order of their size, the same wherever they are made."""
    found = pd.util.hash_array(ids.to_numpy(dtype=object), categorize=False)
    return np.sort(np.asarray(found, dtype=np.uint64))


def find_equal(
    count: int, load: Callable[[], Iterable[Hashes]], *, most: int = MOST_HASHES
) -> Hashes:
    """Return the hashes that stand more than once, sorted.

    Two ids may share a hash, so whoever finds some looks at the ids (`find_first_twice`).

    Parameters
    ----------
    count
        How many there are in all.
    load
        Gives them in sorted runs; called once for every `most` hashes.
    most
        So many are held at once, about.
    """
    shares = max(1, -(-count // most))
    edges = [round(2**64 * number / shares) for number in range(shares + 1)]
    found = []
    for low, high in pairwise(edges):
        some = [_between(hashes, low, high) for hashes in load()]
        values = np.sort(np.concatenate([np.empty(0, dtype=np.uint64), *some]))
        found.append(np.unique(values[1:][values[1:] == values[:-1]]))
    return np.concatenate(found)


def find_first_twice(tables: Iterable[pd.DataFrame], equal: Hashes) -> str | None:
    """Return the id of the first row that stands in an earlier row as well; None if there is none.

    Parameters
    ----------
    tables
        demand_id, row; each holds rows that come after those of the one before, in any order.
    equal
        From `find_equal`: others are not looked at.
    """
    seen: set[str] = set()
    for table in tables:
        ids = table["demand_id"].to_numpy(dtype=object)
        asked = np.isin(pd.util.hash_array(ids, categorize=False), equal)
        for demand_id in table[asked].sort_values("row")["demand_id"]:
            if demand_id in seen:
                return str(demand_id)
            seen.add(demand_id)
    return None


def _between(hashes: Hashes, low: int, high: int) -> Hashes:
    """Return the sorted hashes from `low` to below `high`, a copy of them alone."""
    start = np.searchsorted(hashes, np.uint64(low))
    end = len(hashes) if high >= 2**64 else np.searchsorted(hashes, np.uint64(high))
    return hashes[start:end].copy()
