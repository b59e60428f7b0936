"""Compiled: searches without a cutoff from many places at a time, where nodes were eliminated.

Minutes are carried up from the nodes that were eliminated first, then over the few nodes that are
left, then down again: whoever knows the minutes to the neighbours that a node had when it was
eliminated knows those to the node. This needs no heap, and each row is read once for many searches.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import Heap, Lookup, Nearby, Points
from planner.travel.compiled.decorators import builder, helper, kernel
from planner.travel.compiled.elimination import Eliminated
from planner.travel.compiled.grid import ZERO
from planner.travel.compiled.growing import grown
from planner.travel.compiled.near_walks import take_near_walks
from planner.travel.compiled.search import search

#: Searches that sweep together; more would keep too many minutes in memory at a time.
AT_A_TIME = 32


class SearchRoom(NamedTuple):
    """Working arrays to search the c nodes that are left, as `search` takes them."""

    best: Floats
    came_from: Ints
    reached: Ints
    heap: Heap


@helper
def _go_up(eliminated: Eliminated, best: Floats) -> None:
    """Carry minutes from the eliminated nodes to those above them, in place.

    best (g, w) : minutes to each node, by rank, of w searches at a time.
    """
    starts, neighbour, ahead = eliminated.starts, eliminated.neighbour, eliminated.ahead
    width = best.shape[1]
    for node in range(len(starts) - 1):
        for k in range(starts[node], starts[node + 1]):
            above, minutes = neighbour[k], ahead[k]
            for j in range(width):
                best[above, j] = min(best[above, j], best[node, j] + minutes)


@helper
def _go_down(eliminated: Eliminated, best: Floats) -> None:
    """Carry minutes from the nodes above to the eliminated ones, in place, as `_go_up` does."""
    starts, neighbour, back = eliminated.starts, eliminated.neighbour, eliminated.back
    width = best.shape[1]
    for node in range(len(starts) - 2, -1, -1):
        for k in range(starts[node], starts[node + 1]):
            above, minutes = neighbour[k], back[k]
            for j in range(width):
                best[node, j] = min(best[node, j], best[above, j] + minutes)


@builder
def _search_core(eliminated: Eliminated, best: Floats, room: SearchRoom) -> None:
    """Search the nodes that are left, one search after the other, in place."""
    n_left, low = len(eliminated.core.starts) - 1, len(eliminated.starts) - 1
    every = np.arange(n_left)
    for j in range(best.shape[1]):
        search(
            eliminated.core, every, best[low:, j].copy(), np.inf, room.best, room.came_from,
            room.reached, room.heap,
        )  # fmt: skip
        for k in range(n_left):
            best[low + k, j] = room.best[k]
            room.best[k] = np.inf


@helper
def _seed(origin: Points, first: int, last: int, rank: Ints, best: Floats) -> None:
    """Let the searches from the origins first..last begin: the minutes to their seeds alone."""
    best[:] = np.inf
    for o in range(first, last):
        for k in range(origin.seed_starts[o], origin.seed_starts[o + 1]):
            node = rank[origin.seed_node[k]]
            best[node, o - first] = min(best[node, o - first], origin.seed_minutes[k])


@builder
def _take_walks_from_nodes(target: Points, rank: Ints, node_best: Floats, best: Floats) -> None:
    """Write the fewest minutes over a node to every target: best (w, t), node_best (g, w)."""
    width = node_best.shape[1]
    soonest = np.empty(width)
    for t in range(len(target.xy)):
        soonest[:] = np.inf
        for k in range(target.seed_starts[t], target.seed_starts[t + 1]):
            node, minutes = rank[target.seed_node[k]], target.seed_minutes[k]
            for j in range(width):
                soonest[j] = min(soonest[j], node_best[node, j] + minutes)
        for j in range(width):
            best[j, t] = soonest[j]


@kernel
def find_all_reached(
    eliminated: Eliminated,
    origin: Points,
    target: Points,
    lookup: Lookup,
    nearby: Nearby,
    first: int,
    last: int,
) -> tuple[Ints, Ints, Floats]:
    """Search from the origins first..last without a cutoff: what `find_reached` returns.

    The minutes are the same up to the order in which those of single streets are added.
    """
    n_left, n_targets = len(eliminated.core.starts) - 1, len(target.xy)
    size = len(eliminated.core.neighbour) + n_left + 1
    room = SearchRoom(
        np.full(n_left, np.inf), np.empty(n_left, dtype=np.int64), np.empty(n_left, dtype=np.int64),
        Heap(np.empty(size), np.empty(size, dtype=np.int64)),
    )  # fmt: skip
    touched = np.empty(n_targets, dtype=np.int64)
    met_piece = np.full(len(nearby.piece_ends), -1, dtype=np.int64)
    counts = np.zeros(last - first, dtype=np.int64)
    targets, minutes = np.empty(1024, dtype=np.int64), np.empty(1024)
    n = 0
    for begin in range(first, last, AT_A_TIME):
        end = min(begin + AT_A_TIME, last)
        node_best = np.empty((len(eliminated.rank), end - begin))
        best = np.empty((end - begin, n_targets))
        _seed(origin, begin, end, eliminated.rank, node_best)
        _go_up(eliminated, node_best)
        _search_core(eliminated, node_best, room)
        _go_down(eliminated, node_best)
        _take_walks_from_nodes(target, eliminated.rank, node_best, best)
        targets = grown(targets, n + (end - begin) * n_targets)
        minutes = grown(minutes, n + (end - begin) * n_targets)
        for o in range(begin, end):
            own = best[o - begin]
            take_near_walks(o, origin, target, lookup, nearby, met_piece, own, touched, ZERO)
            start = n
            for t in range(n_targets):
                if own[t] < np.inf:
                    targets[n], minutes[n] = t, own[t]
                    n += 1
            counts[o - first] = n - start
    return counts, targets[:n], minutes[:n]
