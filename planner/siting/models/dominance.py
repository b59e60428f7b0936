"""Compiled: which sites another one dominates, because it serves all whom they serve."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Flags, Floats, Ints
from planner.siting.models.search_arrays import RowSites, SiteRows
from planner.travel.compiled.decorators import kernel


@kernel
def mark_dominated(
    by_site: SiteRows, by_row: RowSites, wanted: Flags, price: Floats, label: Ints, rank: Ints
) -> Flags:
    """Mark the sites for which another one stands that reaches all their rows, and costs no more.

    by_site, by_row : of one matrix. wanted, price, label, rank (sites,) : only wanted sites of the
    same label are compared; of sites with the same rows the one of lowest rank stays. A site that
    reaches nobody is marked too.
    """
    starts, rows = by_site
    row_starts, sites = by_row
    n = len(starts) - 1
    gone = np.zeros(n, np.bool_)
    stamp = np.full(len(row_starts) - 1, -1)
    for j in range(n):
        size = starts[j + 1] - starts[j]
        if not wanted[j]:
            continue
        if size == 0:
            gone[j] = True
            continue
        rarest = rows[starts[j]]
        for k in range(starts[j], starts[j + 1]):
            # Stamped with j itself, so that nothing has to be cleared before the next site.
            stamp[rows[k]] = j
            here = row_starts[rows[k] + 1] - row_starts[rows[k]]
            if here < row_starts[rarest + 1] - row_starts[rarest]:
                rarest = rows[k]
        # Whoever reaches all rows of j reaches its rarest one.
        for k in range(row_starts[rarest], row_starts[rarest + 1]):
            i = sites[k]
            more = starts[i + 1] - starts[i]
            if i == j or not wanted[i] or more < size or label[i] != label[j]:
                continue
            # A site that is gone may still mark j: the one for which it went reaches all of j too.
            if price[i] > price[j] or (more == size and rank[i] > rank[j]):
                continue
            shared = 0
            for m in range(starts[i], starts[i + 1]):
                if stamp[rows[m]] == j:
                    shared += 1
            if shared == size:
                gone[j] = True
                break
    return gone
