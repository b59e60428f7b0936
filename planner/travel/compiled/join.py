"""Compiled: joins points to streets."""

from __future__ import annotations

import numpy as np
from numba import njit

from planner.travel.compiled.barriers import clear
from planner.travel.compiled.grid import ZERO, cells_around

# A point exactly on the limit is within it, whatever rounding says.
SLACK_M = 1e-9


@njit(cache=True, nogil=True)
def chord(x, y, ends, piece, limit):  # type: ignore[no-untyped-def]
    """Return (foot, height, low, high, length) of the part of a piece within the limit.

    foot and low..high are metres from the first end of the piece; low > high where none is near.
    """
    x1, y1 = ends[piece, 0], ends[piece, 1]
    dx, dy = ends[piece, 2] - x1, ends[piece, 3] - y1
    length = np.sqrt(dx * dx + dy * dy)
    if length > 0:
        foot = ((x - x1) * dx + (y - y1) * dy) / length
        height = abs((x - x1) * dy - (y - y1) * dx) / length
    else:
        foot = 0.0
        height = np.sqrt((x - x1) ** 2 + (y - y1) ** 2)
    if height > limit + SLACK_M:
        return foot, height, 1.0, 0.0, length
    half = np.sqrt(max(limit * limit - height * height, 0.0))
    low, high = max(0.0, foot - half), min(length, foot + half)
    if low > high and low - high <= SLACK_M:
        low = high = min(max(foot, 0.0), length)
    return foot, height, low, high, length


@njit(cache=True, nogil=True)
def grown(array, needed):  # type: ignore[no-untyped-def]
    """Return an array with the same beginning and room for at least `needed` values.

    Copied in a loop: it runs as fast as a slice and compiles in a fraction of the time.
    """
    size = len(array)
    if needed <= size:
        return array
    larger = np.empty(max(needed, 2 * size), dtype=array.dtype)
    for k in range(size):
        larger[k] = array[k]
    return larger


@njit(cache=True, nogil=True)
def pieces_near(x, y, limit, ends, grid, stamp, mark, found):  # type: ignore[no-untyped-def]
    """Write the pieces within the limit into `found`, in their order; return how many."""
    frame, starts, items = grid
    left, right, low, high = cells_around(x, y, limit, frame)
    n_found = 0
    for row in range(low, high + 1):
        for column in range(left, right + 1):
            cell = row * frame[3] + column
            for k in range(starts[cell], starts[cell + 1]):
                piece = items[k]
                if stamp[piece] == mark:
                    continue
                stamp[piece] = mark
                part = chord(x, y, ends, piece, limit)
                if part[2] <= part[3]:
                    found[n_found] = piece
                    n_found += 1
    found[:n_found].sort()
    return n_found


@njit(cache=True, nogil=True)
def group_of(x, y, found, n_found, limit, ends, piece_edge, owner, is_group):  # type: ignore[no-untyped-def]
    """Return the group whose street lies nearer to a point than all others, -1 for none."""
    nearest, group = np.inf, np.inf
    whose = -1
    for k in range(n_found):
        own = owner[piece_edge[found[k]]]
        foot, height, low, high, length = chord(x, y, ends, found[k], limit)
        if length == 0:  # the end of a bridge is above or below the streets of a group
            continue
        away = np.sqrt(height * height + (min(max(foot, low), high) - foot) ** 2)
        if own < 0 or not is_group[own]:
            nearest = min(nearest, away)
        elif away < group:
            group = away
            whose = own
    return whose if group < nearest - SLACK_M else -1


@njit(cache=True, nogil=True)
def _entries(x, y, found, n_found, limit, leg_pace, pieces, ways, barriers, edge, along, minutes):  # type: ignore[no-untyped-def]
    """Write the entries of one point, in order along each edge; return how many there are."""
    ends, piece_edge, piece_along = pieces
    ahead, back = ways
    n, first_of_edge = ZERO, ZERO
    for k in range(n_found):
        piece = found[k]
        foot, height, low, high, length = chord(x, y, ends, piece, limit)
        e = piece_edge[piece]
        if k == 0 or piece_edge[found[k - 1]] != e:
            first_of_edge = n
        pace = min(ahead[e], back[e])
        ratio = pace / leg_pace
        slant = height * ratio / np.sqrt(1 - ratio * ratio) if ratio < 1 else 2 * limit
        for step in (-1, 0, 1):
            at = min(max(foot + step * slant, low), high)
            share = at / length if length > 0 else 0.0
            to_x = ends[piece, 0] + share * (ends[piece, 2] - ends[piece, 0])
            to_y = ends[piece, 1] + share * (ends[piece, 3] - ends[piece, 1])
            if not clear(x, y, to_x, to_y, barriers):
                continue
            edge[n] = e
            along[n] = piece_along[piece] + at
            minutes[n] = leg_pace * np.sqrt(height * height + (at - foot) ** 2)
            n += 1
        both_ways = ahead[e] == back[e]
        if both_ways and (k == n_found - 1 or piece_edge[found[k + 1]] != e):
            n = _prune(first_of_edge, n, pace, along, minutes, edge)
    return n


@njit(cache=True, nogil=True)
def _prune(first, last, pace, along, minutes, edge):  # type: ignore[no-untyped-def]
    """Drop entries of one edge that another one reaches along the edge no later."""
    keep = np.ones(last - first, dtype=np.bool_)
    best = np.inf
    for k in range(first, last):
        if k > first:
            best += (along[k] - along[k - 1]) * pace
        if minutes[k] < best:
            best = minutes[k]
        else:
            keep[k - first] = False
    best = np.inf
    for k in range(last - 1, first - 1, -1):
        if k < last - 1:
            best += (along[k + 1] - along[k]) * pace
        # An equal entry further on may have been dropped for this one: only a real gain counts.
        if keep[k - first]:
            if minutes[k] > best + 1e-12:
                keep[k - first] = False
            else:
                best = min(best, minutes[k])
    n = first
    for k in range(first, last):
        if keep[k - first]:
            edge[n] = edge[k]
            along[n] = along[k]
            minutes[n] = minutes[k]
            n += 1
    return n


@njit(cache=True, nogil=True)
def _seed(node, time, seed_at, seen, mark, nodes, n):  # type: ignore[no-untyped-def]
    """Note that a node is reached in this time; return how many nodes are known."""
    if seen[node] != mark:
        seen[node] = mark
        seed_at[node] = time
        nodes[n] = node
        return n + 1
    seed_at[node] = min(seed_at[node], time)
    return n


@njit(cache=True, nogil=True)
def _seeds(first, last, entries, network, graph, seed_at, seen, mark, nodes):  # type: ignore[no-untyped-def]
    """Write the nodes one point starts from into `nodes` and their minutes into `seed_at`.

    On a street of its compound a point stands in both layers: it may leave, or be come to.
    """
    edge, along, minutes = entries
    tail, head, delay, to_tail, to_head, length, owner = network
    starts, neighbour, edge_minutes, both_ways, inner = graph
    n = ZERO
    for k in range(first, last):
        e = edge[k]
        for side in range(2):
            node = tail[e] if side == 0 else head[e]
            way = along[k] if side == 0 else max(length[e] - along[k], 0.0)
            pace = to_tail[e] if side == 0 else to_head[e]
            time = minutes[k] + delay[e, side]
            if way > SLACK_M:  # less is rounding, which no one-way street forbids
                time += way * pace
            if time == np.inf:
                continue
            n = _seed(node, time, seed_at, seen, mark, nodes, n)
            if owner[e] >= 0:
                n = _seed(node + inner, time, seed_at, seen, mark, nodes, n)
    # A seed that a neighbouring seed reaches sooner is no start of its own.
    kept = 0
    for k in range(n):
        node = nodes[k]
        own = seed_at[node]
        needed = True
        for j in range(starts[node], starts[node + 1]):
            other = neighbour[j]
            if not both_ways[j] or seen[other] != mark:
                continue
            if seed_at[other] + edge_minutes[j] < own - 1e-12:
                needed = False
                break
        if needed:
            nodes[kept] = node
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def _own_pieces(found, n_found, piece_edge, owner, own):  # type: ignore[no-untyped-def]
    """Keep the pieces of public streets and of the point's own compound; return how many."""
    n = 0
    for k in range(n_found):
        whose = owner[piece_edge[found[k]]]
        if whose < 0 or whose == own:
            found[n] = found[k]
            n += 1
    return n


@njit(cache=True, nogil=True)
def join_points(xy, own, limit, leg_pace, pieces, grid, network, graph, is_group, barriers, work):  # type: ignore[no-untyped-def]
    """Return the ragged arrays of `Access` for points (n, 2).

    `own` (n,) is the compound that holds each point; groups of private streets are added to it.
    `work` are zeros, one for each piece and one for each node: which point has met it.
    """
    n_points, n_pieces = len(xy), len(pieces[1])
    n_nodes = len(graph[0]) - 1
    owner = network[6]
    ways = (network[4], network[3])
    stamp, seen = work
    seed_at = np.empty(n_nodes)
    found = np.empty(n_pieces, dtype=np.int64)
    nodes = np.empty(n_nodes, dtype=np.int64)
    piece_starts = np.zeros(n_points + 1, dtype=np.int64)
    entry_starts = np.zeros(n_points + 1, dtype=np.int64)
    seed_starts = np.zeros(n_points + 1, dtype=np.int64)
    piece = np.empty(64, dtype=np.int64)
    entry_edge, seed_node = np.empty(64, dtype=np.int64), np.empty(64, dtype=np.int64)
    entry_along, entry_minutes, seed_minutes = np.empty(64), np.empty(64), np.empty(64)
    for point in range(n_points):
        x, y = xy[point]
        n_found = pieces_near(x, y, limit, pieces[0], grid, stamp, point + 1, found)
        if own[point] < 0 and len(is_group) > 0:
            own[point] = group_of(
                x, y, found, n_found, limit, pieces[0], pieces[1], owner, is_group
            )
        n_found = _own_pieces(found, n_found, pieces[1], owner, own[point])
        p, e, s = piece_starts[point], entry_starts[point], seed_starts[point]
        piece = grown(piece, p + n_found)
        for k in range(n_found):
            piece[p + k] = found[k]
        entry_edge = grown(entry_edge, e + 3 * n_found)
        entry_along = grown(entry_along, e + 3 * n_found)
        entry_minutes = grown(entry_minutes, e + 3 * n_found)
        n_entries = _entries(
            x, y, found, n_found, limit, leg_pace, pieces, ways, barriers,
            entry_edge[e:], entry_along[e:], entry_minutes[e:],
        )  # fmt: skip
        n_seeds = _seeds(
            e, e + n_entries, (entry_edge, entry_along, entry_minutes), network, graph,
            seed_at, seen, point + 1, nodes,
        )  # fmt: skip
        seed_node = grown(seed_node, s + n_seeds)
        seed_minutes = grown(seed_minutes, s + n_seeds)
        for k in range(n_seeds):
            seed_node[s + k] = nodes[k]
            seed_minutes[s + k] = seed_at[nodes[k]]
        piece_starts[point + 1] = p + n_found
        entry_starts[point + 1] = e + n_entries
        seed_starts[point + 1] = s + n_seeds
    n_pieces, n_entries, n_seeds = piece_starts[-1], entry_starts[-1], seed_starts[-1]
    return (
        piece_starts, piece[:n_pieces],
        entry_starts, entry_edge[:n_entries], entry_along[:n_entries], entry_minutes[:n_entries],
        seed_starts, seed_node[:n_seeds], seed_minutes[:n_seeds],
    )  # fmt: skip
