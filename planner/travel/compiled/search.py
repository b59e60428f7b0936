"""Compiled: shortest paths over the streets, from points to points."""

from __future__ import annotations

import numpy as np
from numba import njit

from planner.travel.compiled.barriers import clear
from planner.travel.compiled.grid import ZERO, cells_around
from planner.travel.compiled.join import SLACK_M, chord, grown

# Every function takes tuples of arrays, in this order:
#   graph   starts, neighbour, minutes
#   origin  0 xy, 1 piece_starts, 2 piece, 3 entry_starts, 4 entry_edge, 5 entry_along,
#           6 entry_minutes, 7 seed_starts, 8 seed_node, 9 seed_minutes             (Access)
#   target  the same ten, of the points to be reached
#   lookup  targets by node (starts, target, minutes), by edge (starts, target, along, minutes),
#           by place (grid frame, starts, items)
#   legs    piece ends, pace (towards v, towards u), limit, leg pace, barriers


@njit(cache=True, nogil=True)
def push(keys, items, size, key, item):  # type: ignore[no-untyped-def]
    """Add to a binary heap; return its new size."""
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if keys[parent] <= key:
            break
        keys[at] = keys[parent]
        items[at] = items[parent]
        at = parent
    keys[at] = key
    items[at] = item
    return size + 1


@njit(cache=True, nogil=True)
def pop(keys, items, size):  # type: ignore[no-untyped-def]
    """Remove the smallest of a binary heap, which the caller has read; return its new size."""
    size -= 1
    key, item = keys[size], items[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[at] = keys[child]
        items[at] = items[child]
        at = child
    keys[at] = key
    items[at] = item
    return size


@njit(cache=True, nogil=True)
def search(graph, seed_node, seed_minutes, cutoff, best, came_from, reached, heap):  # type: ignore[no-untyped-def]
    """Spread from seeds over the streets up to and including the cutoff (Dijkstra 1959).

    `best` (n,) must be inf at every node and holds the minutes afterwards; `came_from` (n,) gets
    the node before, or -1 - k at a node that seed k starts. The nodes reached are written into
    `reached`, nearest first; their number is returned.
    """
    starts, neighbour, minutes = graph
    keys, items = heap
    size = ZERO
    for k in range(len(seed_node)):
        node = seed_node[k]
        if seed_minutes[k] <= cutoff and seed_minutes[k] < best[node]:
            best[node] = seed_minutes[k]
            came_from[node] = -1 - k
            size = push(keys, items, size, seed_minutes[k], node)
    n_reached = 0
    while size > 0:
        now, node = keys[0], items[0]
        size = pop(keys, items, size)
        if now > best[node]:
            continue
        reached[n_reached] = node
        n_reached += 1
        for k in range(starts[node], starts[node + 1]):
            then = now + minutes[k]
            other = neighbour[k]
            if then < best[other] and then <= cutoff:
                best[other] = then
                came_from[other] = node
                size = push(keys, items, size, then, other)
    return n_reached


@njit(cache=True, nogil=True)
def seed_nearest(best, label, keys, items, size, seed_node, seed_minutes, seed_label):  # type: ignore[no-untyped-def]
    """Let seeds improve their nodes, in place, and put these into the heap; return its size.

    Of equal minutes the smaller label wins.
    """
    for k in range(len(seed_node)):
        node = seed_node[k]
        tie = seed_minutes[k] == best[node] and seed_label[k] < label[node]
        if seed_minutes[k] < best[node] or tie:
            best[node] = seed_minutes[k]
            label[node] = seed_label[k]
            size = push(keys, items, size, seed_minutes[k], node)
    return size


@njit(cache=True, nogil=True)
def spread_nearest(graph, best, label, keys, items, size):  # type: ignore[no-untyped-def]
    """Let what the heap holds improve its surroundings, in place; of equals the smaller label."""
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
                if size == len(keys):  # ties can push a node more often than it has edges
                    keys = grown(keys, 2 * size)
                    items = grown(items, 2 * size)
                size = push(keys, items, size, then, other)


@njit(cache=True, nogil=True)
def search_nearest(graph, seed_node, seed_minutes, seed_label):  # type: ignore[no-untyped-def]
    """Return for every node the minutes to the nearest seed and that seed's label.

    Of labels equally near the smallest wins; -1 and inf where no seed can come.
    """
    n_nodes = len(graph[0]) - 1
    best = np.full(n_nodes, np.inf)
    label = np.full(n_nodes, -1, dtype=np.int64)
    keys = np.empty(2 * len(graph[1]) + len(seed_node) + 1)
    items = np.empty(len(keys), dtype=np.int64)
    size = seed_nearest(best, label, keys, items, ZERO, seed_node, seed_minutes, seed_label)
    spread_nearest(graph, best, label, keys, items, size)
    return best, label


@njit(cache=True, nogil=True)
def common_point_metres(x1, y1, x2, y2, ends, piece, limit, barriers):  # type: ignore[no-untyped-def]
    """Return the shortest sum of two legs that meet at one point of a piece, inf if none does.

    The best point is where the straight line from one point to the other, mirrored to the far
    side of the piece, crosses it; clipped to the part within the limit of both. No other is tried
    where a barrier stands before it.
    """
    foot1, height1, low1, high1, length = chord(x1, y1, ends, piece, limit)
    foot2, height2, low2, high2, _ = chord(x2, y2, ends, piece, limit)
    low, high = max(low1, low2), min(high1, high2)
    if low > high:
        return np.inf
    total = height1 + height2
    at = foot1 + (foot2 - foot1) * height1 / total if total > 0 else foot1
    at = min(max(at, low), high)
    leg1 = np.sqrt(height1 * height1 + (at - foot1) ** 2)
    leg2 = np.sqrt(height2 * height2 + (at - foot2) ** 2)
    share = at / length if length > 0 else 0.0
    x = ends[piece, 0] + share * (ends[piece, 2] - ends[piece, 0])
    y = ends[piece, 1] + share * (ends[piece, 3] - ends[piece, 1])
    if not clear(x1, y1, x, y, barriers) or not clear(x2, y2, x, y, barriers):
        return np.inf
    return leg1 + leg2


@njit(cache=True, nogil=True)
def _improve(target, minutes, best, touched, n_touched):  # type: ignore[no-untyped-def]
    if minutes < best[target]:
        if best[target] == np.inf:
            touched[n_touched] = target
            n_touched += 1
        best[target] = minutes
    return n_touched


@njit(cache=True, nogil=True)
def near_walks(o, origin, target, lookup, legs, stamp, best, touched, n_touched):  # type: ignore[no-untyped-def]
    """Improve `best` by the walks that pass no node: along one edge, directly, over one point."""
    ends, (ahead, back), limit, leg_pace, barriers = legs
    by_edge, by_place = lookup[1], lookup[2]
    for k in range(origin[3][o], origin[3][o + 1]):
        e = origin[4][k]
        for j in range(by_edge[0][e], by_edge[0][e + 1]):
            way = by_edge[2][j] - origin[5][k]
            minutes = origin[6][k] + by_edge[3][j]
            if way > 0:
                minutes += way * ahead[e]
            elif way < 0:
                minutes -= way * back[e]
            n_touched = _improve(by_edge[1][j], minutes, best, touched, n_touched)
    for k in range(origin[1][o], origin[1][o + 1]):
        stamp[origin[2][k]] = o
    x, y = origin[0][o]
    left, right, low, high = cells_around(x, y, 2 * limit + SLACK_M, by_place[0])
    for row in range(low, high + 1):
        for column in range(left, right + 1):
            cell = row * by_place[0][3] + column
            for k in range(by_place[1][cell], by_place[1][cell + 1]):
                t = by_place[2][k]
                x2, y2 = target[0][t]
                straight = np.sqrt((x2 - x) ** 2 + (y2 - y) ** 2)
                if straight > 2 * limit + SLACK_M or straight * leg_pace >= best[t]:
                    continue
                if straight <= limit + SLACK_M and clear(x, y, x2, y2, barriers):
                    n_touched = _improve(t, straight * leg_pace, best, touched, n_touched)
                else:
                    for j in range(target[1][t], target[1][t + 1]):
                        piece = target[2][j]
                        if stamp[piece] == o:
                            metres = common_point_metres(x, y, x2, y2, ends, piece, limit, barriers)
                            minutes = metres * leg_pace
                            n_touched = _improve(t, minutes, best, touched, n_touched)
    return n_touched


@njit(cache=True, nogil=True)
def take_sooner(minutes, label, target, walk, number):  # type: ignore[no-untyped-def]
    """Let walks (k,) improve the nearest of their targets, in place; of equals the smaller number.

    target, walk, number (k,) : where each walk ends, its minutes, and the number it starts from.
    """
    for k in range(len(target)):
        t = target[k]
        if walk[k] < minutes[t] or (walk[k] == minutes[t] and number[k] < label[t]):
            minutes[t] = walk[k]
            label[t] = number[k]


@njit(cache=True, nogil=True)
def targets_from_nodes(node_best, node_label, target):  # type: ignore[no-untyped-def]
    """Return for each target the fewest minutes over a node, and that node's label."""
    n_targets = len(target[0])
    best = np.full(n_targets, np.inf)
    label = np.full(n_targets, -1, dtype=np.int64)
    for t in range(n_targets):
        for k in range(target[7][t], target[7][t + 1]):
            node = target[8][k]
            minutes = node_best[node] + target[9][k]
            tie = minutes == best[t] and minutes < np.inf and node_label[node] < label[t]
            if minutes < best[t] or tie:
                best[t] = minutes
                label[t] = node_label[node]
    return best, label


@njit(cache=True, nogil=True)
def nearest(graph, origin, target, lookup, legs):  # type: ignore[no-untyped-def]
    """Return for each target the minutes to its nearest origin and that origin's number."""
    n_targets = len(target[0])
    n_origins = len(origin[0])
    labels = np.empty(len(origin[8]), dtype=np.int64)
    for o in range(n_origins):
        for k in range(origin[7][o], origin[7][o + 1]):
            labels[k] = o
    node_best, node_label = search_nearest(graph, origin[8], origin[9], labels)
    best, label = targets_from_nodes(node_best, node_label, target)
    own = np.full(n_targets, np.inf)
    touched = np.empty(n_targets, dtype=np.int64)
    stamp = np.full(len(legs[0]), -1, dtype=np.int64)
    for o in range(n_origins):
        n_touched = near_walks(o, origin, target, lookup, legs, stamp, own, touched, ZERO)
        for k in range(n_touched):
            t = touched[k]
            if own[t] < best[t] or (own[t] == best[t] and o < label[t]):
                best[t] = own[t]
                label[t] = o
            own[t] = np.inf
    return best, label


@njit(cache=True, nogil=True)
def reach(graph, origin, target, lookup, legs, cutoff, first, last):  # type: ignore[no-untyped-def]
    """Search from the origins first..last up to the cutoff.

    Returns the number of targets each origin reaches, and those targets with their minutes, in
    the order of the origins and, within one, of the targets.
    """
    n_nodes, n_targets = len(graph[0]) - 1, len(target[0])
    node_best = np.full(n_nodes, np.inf)
    came_from = np.empty(n_nodes, dtype=np.int64)
    reached = np.empty(n_nodes, dtype=np.int64)
    heap = (
        np.empty(len(graph[1]) + len(origin[8]) + 1),
        np.empty(len(graph[1]) + len(origin[8]) + 1, dtype=np.int64),
    )
    best = np.full(n_targets, np.inf)
    touched = np.empty(n_targets, dtype=np.int64)
    stamp = np.full(len(legs[0]), -1, dtype=np.int64)
    counts = np.zeros(last - first, dtype=np.int64)
    targets = np.empty(1024, dtype=np.int64)
    minutes = np.empty(1024)
    by_node = lookup[0]
    n = 0
    for o in range(first, last):
        seeds = slice(origin[7][o], origin[7][o + 1])
        n_reached = search(
            graph, origin[8][seeds], origin[9][seeds], cutoff, node_best, came_from, reached, heap
        )
        n_touched = ZERO
        for k in range(n_reached):
            node = reached[k]
            for j in range(by_node[0][node], by_node[0][node + 1]):
                time = node_best[node] + by_node[2][j]
                n_touched = _improve(by_node[1][j], time, best, touched, n_touched)
            node_best[node] = np.inf
        n_touched = near_walks(o, origin, target, lookup, legs, stamp, best, touched, n_touched)
        found = touched[:n_touched]
        found.sort()
        targets = grown(targets, n + n_touched)
        minutes = grown(minutes, n + n_touched)
        for k in range(n_touched):
            t = found[k]
            if best[t] <= cutoff:
                targets[n] = t
                minutes[n] = best[t]
                n += 1
                counts[o - first] += 1
            best[t] = np.inf
    return counts, targets[:n], minutes[:n]
