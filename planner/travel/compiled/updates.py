"""Compiled: repairs nearest minutes at nodes after one facility came or went."""

from __future__ import annotations

import numpy as np
from numba import njit

from planner.travel.compiled.grid import ZERO
from planner.travel.compiled.search import near_walks, push, seed_nearest, spread_nearest


@njit(cache=True, nogil=True)
def enter(graph, best, label, seed_node, seed_minutes, own):  # type: ignore[no-untyped-def]
    """Let one facility's seeds improve the nodes, in place."""
    keys = np.empty(len(seed_node) + 256)
    items = np.empty(len(keys), dtype=np.int64)
    labels = np.full(len(seed_node), own, dtype=np.int64)
    size = seed_nearest(best, label, keys, items, 0, seed_node, seed_minutes, labels)
    spread_nearest(graph, best, label, keys, items, size)


@njit(cache=True, nogil=True)
def leave(graph, towards, best, label, seed_node, seed_minutes, seed_label, own):  # type: ignore[no-untyped-def]
    """Take one facility away: its nodes are filled again from around them, in place.

    The seeds are those of the facilities that stay; `towards` is the graph turned round: for each
    node those that lead to it.
    """
    starts, neighbour, minutes = towards
    cleared = label == own
    best[cleared] = np.inf
    label[cleared] = -1
    hole = np.flatnonzero(cleared)
    for node in hole:
        for k in range(starts[node], starts[node + 1]):
            other = neighbour[k]
            if cleared[other] or best[other] == np.inf:
                continue
            then = best[other] + minutes[k]
            if then < best[node] or (then == best[node] and label[other] < label[node]):
                best[node] = then
                label[node] = label[other]
    inside = cleared[seed_node]
    keys = np.empty(4 * len(hole) + len(seed_node) + 256)
    items = np.empty(len(keys), dtype=np.int64)
    size = seed_nearest(
        best, label, keys, items, ZERO, seed_node[inside], seed_minutes[inside], seed_label[inside]
    )
    for node in hole:
        if best[node] < np.inf:
            size = push(keys, items, size, best[node], node)
    spread_nearest(graph, best, label, keys, items, size)


@njit(cache=True, nogil=True)
def walks_past_nodes(origin, target, lookup, legs):  # type: ignore[no-untyped-def]
    """Return the targets that origin 0 reaches without passing a node, and their minutes."""
    n_targets = len(target[0])
    own = np.full(n_targets, np.inf)
    touched = np.empty(n_targets, dtype=np.int64)
    stamp = np.full(len(legs[0]), -1, dtype=np.int64)
    n_touched = near_walks(ZERO, origin, target, lookup, legs, stamp, own, touched, ZERO)
    found = touched[:n_touched].copy()
    found.sort()
    return found, own[found]
