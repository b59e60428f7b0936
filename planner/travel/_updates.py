"""Compiled: repairs nearest minutes at nodes after one facility came or went."""

from __future__ import annotations

import numpy as np
from numba import njit

from planner.travel.kernel import near_walks, pop, push


@njit(cache=True, nogil=True)
def _spread(graph, best, label, keys, items, size):  # type: ignore[no-untyped-def]
    """Let what the heap holds improve its surroundings; of equal minutes the smaller label wins."""
    starts, neighbour, minutes = graph
    while size > 0:
        now, node = keys[0], items[0]
        size = pop(keys, items, size)
        if now > best[node]:
            continue
        for k in range(starts[node], starts[node + 1]):
            then = now + minutes[k]
            other = neighbour[k]
            tie = then == best[other] and label[node] < label[other]
            if then < best[other] or tie:
                best[other] = then
                label[other] = label[node]
                if size == len(keys):
                    keys = np.concatenate((keys, np.empty(size)))
                    items = np.concatenate((items, np.empty(size, dtype=np.int64)))
                size = push(keys, items, size, then, other)


@njit(cache=True, nogil=True)
def enter(graph, best, label, seed_node, seed_minutes, own):  # type: ignore[no-untyped-def]
    """Let one facility's seeds improve the nodes, in place."""
    keys = np.empty(len(seed_node) + 256)
    items = np.empty(len(keys), dtype=np.int64)
    size = 0
    for k in range(len(seed_node)):
        node = seed_node[k]
        tie = seed_minutes[k] == best[node] and own < label[node]
        if seed_minutes[k] < best[node] or tie:
            best[node] = seed_minutes[k]
            label[node] = own
            size = push(keys, items, size, seed_minutes[k], node)
    _spread(graph, best, label, keys, items, size)


@njit(cache=True, nogil=True)
def leave(graph, best, label, seed_node, seed_minutes, seed_label, own):  # type: ignore[no-untyped-def]
    """Take one facility away: its nodes are filled again from around them, in place.

    The seeds are those of the facilities that stay.
    """
    starts, neighbour, minutes = graph
    cleared = label == own
    n_cleared = 0
    for node in range(len(best)):
        if cleared[node]:
            best[node] = np.inf
            label[node] = -1
            n_cleared += 1
    keys = np.empty(4 * n_cleared + 256)
    items = np.empty(len(keys), dtype=np.int64)
    size = 0
    for node in range(len(best)):
        if not cleared[node]:
            continue
        for k in range(starts[node], starts[node + 1]):
            other = neighbour[k]
            if cleared[other] or best[other] == np.inf:
                continue
            then = best[other] + minutes[k]
            if then < best[node] or (then == best[node] and label[other] < label[node]):
                best[node] = then
                label[node] = label[other]
    for k in range(len(seed_node)):
        node = seed_node[k]
        if not cleared[node]:
            continue
        tie = seed_minutes[k] == best[node] and seed_label[k] < label[node]
        if seed_minutes[k] < best[node] or tie:
            best[node] = seed_minutes[k]
            label[node] = seed_label[k]
    for node in range(len(best)):
        if cleared[node] and best[node] < np.inf:
            if size == len(keys):
                keys = np.concatenate((keys, np.empty(size)))
                items = np.concatenate((items, np.empty(size, dtype=np.int64)))
            size = push(keys, items, size, best[node], node)
    _spread(graph, best, label, keys, items, size)


@njit(cache=True, nogil=True)
def walks_past_nodes(origin, target, lookup, legs):  # type: ignore[no-untyped-def]
    """Return the targets that origin 0 reaches without passing a node, and their minutes."""
    n_targets = len(target[0])
    own = np.full(n_targets, np.inf)
    touched = np.empty(n_targets, dtype=np.int64)
    stamp = np.full(len(legs[0]), -1, dtype=np.int64)
    n_touched = near_walks(0, origin, target, lookup, legs, stamp, own, touched, 0)
    found = touched[:n_touched].copy()
    found.sort()
    return found, own[found]
