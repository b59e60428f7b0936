"""The few nearest origins of every target, worked out in one search."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.access import Access, take
from planner.travel.both_ways import one_way_each
from planner.travel.minutes import reached_pairs
from planner.travel.streets import Streets


class TooFewKnownError(Exception):
    """Raised where more origins would have to be looked at than are known."""


def several_nearest(
    streets: Streets, origins: Access, targets: Access, k: int, *, most: int | None = None
) -> tuple[Floats, Ints]:
    """Return the minutes to each target's k nearest origins and their positions, shapes (n, k).

    The nearest first, of equals the first of the table; inf and -1 where there are fewer.

    Parameters
    ----------
    streets
        From `prepare_streets`.
    origins, targets
        From `join`, on the same streets, the targets `reached`. An origin that is `closed` serves
        its own compound only.
    k
        How many.
    most
        So many of the nearest origins are known each way where the longer of both counts, see
        `Beyond`; None: all.

    Raises
    ------
    TooFewKnownError
        If `most` of them do not tell.
    """
    from planner.travel.compiled.k_nearest import find_k_nearest

    if streets.back is not None:
        return _several_both_ways(streets, origins, targets, k, most)
    inner, shared = np.flatnonzero(origins.closed), np.flatnonzero(~origins.closed)
    rows, lookup, for_all = streets.graph.rows, targets.lookup, take(origins, shared)
    minutes, label = find_k_nearest(rows, for_all.points, targets.points, lookup, streets.nearby, k)
    if not len(inner):
        return minutes, label
    # Those of one compound are few: a search from each, for the people who live there.
    home = reached_pairs(streets, take(origins, inner), targets, np.inf)
    row, rank = np.nonzero(label >= 0)
    return _keep_nearest(
        np.concatenate([row, home.target]),
        np.concatenate([shared[label[row, rank]], inner[home.origin]]),
        np.concatenate([minutes[row, rank], home.minutes]),
        shape=label.shape,
    )


def _several_both_ways(
    streets: Streets, origins: Access, targets: Access, k: int, most: int | None
) -> tuple[Floats, Ints]:
    """Return what `several_nearest` does where the longer of the walks to and from counts.

    Whichever origin is not among the nearest there is farther there than all of these, and so is
    the longer of its walks: as long as the k-th best is no nearer than that, more are looked at.
    """
    n, count = len(targets), len(origins)
    minutes, label = np.full((n, k), np.inf), np.full((n, k), -1, dtype=np.int64)
    asked, size = np.arange(n), 2 * k + 2
    largest = count if most is None else min(most, count)
    while len(asked) and count:
        size = min(size, largest)
        some = take(targets, asked)
        target, origin, longer, beyond = [], [], [], np.full(len(asked), np.inf)
        for one, starts, ends in one_way_each(streets, origins, some):
            found, which = several_nearest(one, starts, ends, size)
            row, rank = np.nonzero(which >= 0)
            target.append(row)
            origin.append(which[row, rank])
            longer.append(found[row, rank])
            if size < count:  # a row with a gap at its end has all there are
                beyond = np.minimum(beyond, np.where(which[:, -1] >= 0, found[:, -1], np.inf))
        keys = [row * count + which for row, which in zip(target, origin, strict=True)]
        both, there, back = np.intersect1d(
            keys[0], keys[1], assume_unique=True, return_indices=True
        )
        walk = np.maximum(longer[0][there], longer[1][back])
        shape = (len(asked), k)
        minutes[asked], label[asked] = _keep_nearest(both // count, both % count, walk, shape=shape)
        # Of origins equally near the first one counts, so that none may lie right at the bound.
        open_still = ~(minutes[asked, -1] < beyond) & np.isfinite(beyond)
        asked = asked[open_still]
        if len(asked) and size == largest:
            raise TooFewKnownError
        size = 4 * size
    return minutes, label


def _keep_nearest(
    target: Ints, origin: Ints, minutes: Floats, *, shape: tuple[int, int]
) -> tuple[Floats, Ints]:
    """Return of some pairs those with the fewest minutes for each target, shapes (n, k)."""
    order = np.lexsort((origin, minutes, target))
    target, origin, minutes = target[order], origin[order], minutes[order]
    rank = np.arange(len(target)) - np.searchsorted(target, target)
    kept = rank < shape[1]
    found, label = np.full(shape, np.inf), np.full(shape, -1, dtype=np.int64)
    found[target[kept], rank[kept]] = minutes[kept]
    label[target[kept], rank[kept]] = origin[kept]
    return found, label
