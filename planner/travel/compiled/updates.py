"""Compiled: repairs nearest minutes at nodes after one facility came or went."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import Lookup, Nearby, Points, Rows
from planner.travel.compiled.decorators import kernel
from planner.travel.compiled.grid import ZERO
from planner.travel.compiled.heaps import push
from planner.travel.compiled.near_walks import take_near_walks
from planner.travel.compiled.search import seed_nearest, spread_nearest
from planner.travel.compiled.sorting import sort_first


@kernel
def enter(
    rows: Rows, best: Floats, label: Ints, seed_node: Ints, seed_minutes: Floats, own: int
) -> None:
    """Let the seeds (k,) of one facility, `own`, improve the nodes, in place.

    best, label (g,) : minutes to the nearest facility, and its number.
    """
    keys = np.empty(len(seed_node) + 256)
    items = np.empty(len(keys), dtype=np.int64)
    labels = np.full(len(seed_node), own, dtype=np.int64)
    size = seed_nearest(best, label, keys, items, ZERO, seed_node, seed_minutes, labels)
    spread_nearest(rows, best, label, keys, items, size)


@kernel
def leave(
    rows: Rows,
    towards: Rows,
    best: Floats,
    label: Ints,
    seed_node: Ints,
    seed_minutes: Floats,
    seed_label: Ints,
    own: int,
) -> None:
    """Take one facility, `own`, away: its nodes are filled again from around them, in place.

    The seeds (k,) are those of the facilities that stay; `towards` are the rows turned round: for
    each node those that lead to it. best, label (g,) : minutes to the nearest, and its number.
    """
    starts, neighbour, minutes = towards.starts, towards.neighbour, towards.minutes
    cleared = label == own
    best[cleared] = np.inf
    label[cleared] = -1
    # Nodes round the hole keep what they know: the search goes on from them, not from everywhere.
    hole = np.flatnonzero(cleared)
    for node in hole:
        for k in range(starts[node], starts[node + 1]):
            other = neighbour[k]
            if cleared[other] or best[other] == np.inf:
                continue
            then = best[other] + minutes[k]
            # Ties as in a full search: the result has to equal it to the last bit.
            if then < best[node] or (then == best[node] and label[other] < label[node]):
                best[node] = then
                label[node] = label[other]
    # Outside the hole another facility was nearest already: its seeds change nothing there.
    inside = cleared[seed_node]
    keys = np.empty(4 * len(hole) + len(seed_node) + 256)
    items = np.empty(len(keys), dtype=np.int64)
    size = seed_nearest(
        best, label, keys, items, ZERO, seed_node[inside], seed_minutes[inside], seed_label[inside]
    )
    for node in hole:
        if best[node] < np.inf:
            size = push(keys, items, size, best[node], int(node))
    spread_nearest(rows, best, label, keys, items, size)


@kernel
def find_near_walks(
    origin: Points, target: Points, lookup: Lookup, nearby: Nearby
) -> tuple[Ints, Floats]:
    """Return the targets that origin 0 reaches without passing a node, in order, and the minutes.

    `lookup` lists the targets.
    """
    n_targets = len(target.xy)
    own = np.full(n_targets, np.inf)
    touched = np.empty(n_targets, dtype=np.int64)
    met_piece = np.full(len(nearby.piece_ends), -1, dtype=np.int64)
    n_touched = take_near_walks(ZERO, origin, target, lookup, nearby, met_piece, own, touched, ZERO)
    sort_first(touched, n_touched)
    minutes = np.empty(n_touched)
    for k in range(n_touched):
        minutes[k] = own[touched[k]]
    return touched[:n_touched].copy(), minutes
