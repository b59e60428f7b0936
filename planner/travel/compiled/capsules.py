"""Compiled: the street points reached from one place, as straight parts with linear minutes."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from planner.travel.compiled.barriers import clear
from planner.travel.compiled.grid import ZERO
from planner.travel.compiled.join import chord
from planner.travel.compiled.search import search

# Breakpoints of the direct walk along a chord, as angles seen from the point.
_ANGLES = np.tan(np.radians(np.array([-80, -70, -60, -45, -30, -15, 0, 15, 30, 45, 60, 70, 80])))

#: Columns of a capsule.
WIDTH = 10


@njit(cache=True, nogil=True)
def scratch(n_nodes, n_edges, n_entries):  # type: ignore[no-untyped-def]
    """Return the working arrays of `reached_capsules`, to be used again by one thread."""
    size = 4 * n_edges + 2 * n_nodes + n_entries + 1
    return (
        np.full(n_nodes, np.inf),
        np.empty(n_nodes, dtype=np.int64),
        np.empty(n_nodes, dtype=np.int64),
        np.empty(size),
        np.empty(size, dtype=np.int64),
        np.zeros(n_edges, dtype=np.bool_),
        np.empty(n_entries + 2),
        np.empty(n_entries + 2),
        np.empty(2 * n_entries + 4),
        np.empty(2 * n_entries + 4),
    )


@njit(cache=True, nogil=True)
def bounds_of(capsules):  # type: ignore[no-untyped-def]
    """Return x_min, y_min, x_max, y_max of the middle lines of capsules, metres."""
    x0, y0, x1, y1 = np.inf, np.inf, -np.inf, -np.inf
    for k in range(len(capsules)):
        for side in range(2):
            x, y = capsules[k, 3 * side], capsules[k, 3 * side + 1]
            x0, x1 = min(x0, x), max(x1, x)
            y0, y1 = min(y0, y), max(y1, y)
    return x0, y0, x1, y1


@njit(cache=True, nogil=True)
def _room(capsules, n):  # type: ignore[no-untyped-def]
    if n < len(capsules):
        return capsules
    larger = np.empty((2 * len(capsules), WIDTH))
    for row in range(n):
        for column in range(WIDTH):
            larger[row, column] = capsules[row, column]
    return larger


@njit(cache=True, nogil=True)
def _knots(first, last, entry_along, entry_minutes, at_u, at_v, length, pace, work):  # type: ignore[no-untyped-def]
    """Write the lower envelope of minutes along an edge into the last two work arrays.

    Minutes are linear between knots. Sources are the two ends and the entries on the edge.
    """
    source_at, source_minutes, knot_at, knot_minutes = work
    source_at[0], source_minutes[0] = 0.0, at_u
    n = 1
    for k in range(first, last):
        source_at[n] = min(max(entry_along[k], 0.0), length)
        source_minutes[n] = entry_minutes[k]
        n += 1
    source_at[n], source_minutes[n] = length, at_v
    n += 1
    for k in range(1, n):
        ahead = source_minutes[k - 1] + (source_at[k] - source_at[k - 1]) * pace
        source_minutes[k] = min(source_minutes[k], ahead)
    for k in range(n - 2, -1, -1):
        back = source_minutes[k + 1] + (source_at[k + 1] - source_at[k]) * pace
        source_minutes[k] = min(source_minutes[k], back)
    m = ZERO
    for k in range(n):
        if k > 0:
            gap = source_at[k] - source_at[k - 1]
            slower = (source_minutes[k] - source_minutes[k - 1]) / pace
            peak = (gap + slower) / 2
            if 0 < peak < gap:
                knot_at[m] = source_at[k - 1] + peak
                knot_minutes[m] = source_minutes[k - 1] + peak * pace
                m += 1
        knot_at[m], knot_minutes[m] = source_at[k], source_minutes[k]
        m += 1
    return m


@njit(cache=True, nogil=True)
def _knots_one_way(first, last, entry_along, entry_minutes, at_end, length, pace, ahead, work):  # type: ignore[no-untyped-def]
    """Write the minutes along an edge that is searched in one direction, like `_knots`.

    Where an entry is reached sooner than along the edge, minutes fall: two knots at one place.
    """
    knot_at, knot_minutes = work[2], work[3]
    at, now = 0.0, at_end
    knot_at[0], knot_minutes[0] = at, now
    m = 1
    for turn in range(last - first):
        k = first + turn if ahead else last - 1 - turn
        place = min(max(entry_along[k], 0.0), length)
        place = place if ahead else length - place
        now += (place - at) * pace
        at = place
        knot_at[m], knot_minutes[m] = at, now
        m += 1
        if entry_minutes[k] < now:
            now = entry_minutes[k]
            knot_at[m], knot_minutes[m] = at, now
            m += 1
    knot_at[m], knot_minutes[m] = length, now + (length - at) * pace
    m += 1
    if not ahead:
        for k in range(m):
            knot_at[k] = length - knot_at[k]
        for k in range(m // 2):  # swapped in a loop: it compiles in a fraction of the time
            other = m - 1 - k
            knot_at[k], knot_at[other] = knot_at[other], knot_at[k]
            knot_minutes[k], knot_minutes[other] = knot_minutes[other], knot_minutes[k]
    return m


@njit(cache=True, nogil=True)
def _along_edge(coords, beside, n_knots, work, cutoff, owner, capsules, n):  # type: ignore[no-untyped-def]
    """Add the parts of one edge, cut at its vertices and its knots."""
    knot_at, knot_minutes = work[2], work[3]
    start = 0.0
    knot = 0
    for k in range(len(coords) - 1):
        x1, y1 = coords[k]
        x2, y2 = coords[k + 1]
        length = np.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2)
        end = start + length
        if length == 0:
            continue
        at = start
        while at < end:
            while knot < n_knots - 2 and knot_at[knot + 1] <= at:
                knot += 1
            low, high = knot_at[knot], knot_at[knot + 1]
            stop = min(end, high) if knot < n_knots - 2 else end
            width = high - low
            slope = 0.0
            if width > 0 and knot_minutes[knot] < np.inf:
                slope = (knot_minutes[knot + 1] - knot_minutes[knot]) / width
            t1 = knot_minutes[knot] + (at - low) * slope
            t2 = knot_minutes[knot] + (stop - low) * slope
            if min(t1, t2) <= cutoff:
                capsules = _room(capsules, n)
                p, q = (at - start) / length, (stop - start) / length
                capsules[n, 0], capsules[n, 1] = x1 + p * (x2 - x1), y1 + p * (y2 - y1)
                capsules[n, 2] = t1
                capsules[n, 3], capsules[n, 4] = x1 + q * (x2 - x1), y1 + q * (y2 - y1)
                capsules[n, 5] = t2
                capsules[n, 6] = owner
                capsules[n, 7], capsules[n, 8] = at == start, stop == end
                capsules[n, 9] = beside[k]
                n += 1
            at = stop
        start = end
    return capsules, n


@njit(cache=True, nogil=True)
def _along_chord(x, y, piece, legs, owner, capsules, n):  # type: ignore[no-untyped-def]
    """Add the part of a piece that is walked to straight from the place."""
    ends, limit, leg_pace, barriers, beside, _ = legs
    foot, height, low, high, length = chord(x, y, ends, piece, limit)
    at = low
    for angle in range(len(_ANGLES) + 1):
        stop = high if angle == len(_ANGLES) else foot + height * _ANGLES[angle]
        stop = min(max(stop, low), high)
        if stop <= at:
            continue
        capsules = _room(capsules, n)
        for side in range(2):
            s = at if side == 0 else stop
            share = s / length if length > 0 else 0.0
            capsules[n, 3 * side] = ends[piece, 0] + share * (ends[piece, 2] - ends[piece, 0])
            capsules[n, 3 * side + 1] = ends[piece, 1] + share * (ends[piece, 3] - ends[piece, 1])
            capsules[n, 3 * side + 2] = leg_pace * np.sqrt(height**2 + (s - foot) ** 2)
        capsules[n, 6] = owner
        capsules[n, 7] = capsules[n, 8] = 1.0
        capsules[n, 9] = beside[piece]
        middle_x = (capsules[n, 0] + capsules[n, 3]) / 2
        middle_y = (capsules[n, 1] + capsules[n, 4]) / 2
        if clear(x, y, middle_x, middle_y, barriers):
            n += 1
        at = stop
    return capsules, n


@njit(cache=True, nogil=True)
def _minutes_along(e, first, last, entries, network, inner, node_best, work):  # type: ignore[no-untyped-def]
    """Write the minutes along one edge, from its ends and its entries first..last, as knots."""
    tail, head, delay, ahead, back, length = network[:6]
    at_u, at_v = node_best[tail[e]], node_best[head[e]]
    if network[9][e] >= 0:
        at_u = min(at_u, node_best[tail[e] + inner])
        at_v = min(at_v, node_best[head[e] + inner])
    at_u, at_v = at_u + delay[e, 0], at_v + delay[e, 1]
    along, minutes = entries[1], entries[2]
    if ahead[e] == back[e]:
        return _knots(first, last, along, minutes, at_u, at_v, length[e], ahead[e], work)
    onwards = ahead[e] < np.inf
    at_end, pace = (at_u, ahead[e]) if onwards else (at_v, back[e])
    return _knots_one_way(first, last, along, minutes, at_end, length[e], pace, onwards, work)


@njit(cache=True, nogil=True)
def _sort_by_tile(nodes, n, tile, room):  # type: ignore[no-untyped-def]
    """Sort the first n nodes by tile, in place; those of one tile keep their order."""
    last = ZERO
    for k in range(n):
        last = max(last, tile[nodes[k]])
    starts = np.zeros(last + 2, dtype=np.int64)
    for k in range(n):
        starts[tile[nodes[k]] + 1] += 1
    for k in range(1, len(starts)):
        starts[k] += starts[k - 1]
    for k in range(n):
        at = tile[nodes[k]]
        room[starts[at]] = nodes[k]
        starts[at] += 1
    for k in range(n):
        nodes[k] = room[k]


@njit(cache=True, nogil=True)
def _add_point(x, y, time, owner, capsules, n):  # type: ignore[no-untyped-def]
    """Add a single street point, or a place itself."""
    capsules = _room(capsules, n)
    capsules[n, 0] = capsules[n, 3] = x
    capsules[n, 1] = capsules[n, 4] = y
    capsules[n, 2] = capsules[n, 5] = time
    capsules[n, 6] = owner
    capsules[n, 7] = capsules[n, 8] = capsules[n, 9] = 1.0
    return capsules, n + 1


@njit(cache=True, nogil=True)
def _add_stops(stops, owner, node_best, inner, cutoff, capsules, n):  # type: ignore[no-untyped-def]
    """Add the dead ends of elevated edges that are reached."""
    for k in range(len(stops[0])):
        node, whose = stops[0][k], owner[stops[3][k]]
        time = node_best[node]
        if whose >= 0:
            time = min(time, node_best[node + inner])
        if time <= cutoff:
            capsules, n = _add_point(stops[1][k], stops[2][k], time, whose, capsules, n)
    return capsules, n


@njit(cache=True, nogil=True)
def _add_places(places, few, legs, owner, capsules, n):  # type: ignore[no-untyped-def]
    """Add the places themselves and, where minutes are few, the streets straight from them."""
    for place in range(len(places[0])):
        x, y = places[0][place]
        capsules, n = _add_point(x, y, 0.0, -1.0, capsules, n)
        if few:
            for j in range(places[1][place], places[1][place + 1]):
                piece = places[2][j]
                whose = owner[places[3][piece]]
                capsules, n = _along_chord(x, y, piece, legs, whose, capsules, n)
    return capsules, n


@njit(cache=True, nogil=True)
def _clean(graph, reached, n_reached, entries, node_best, done):  # type: ignore[no-untyped-def]
    """Leave the working arrays as the next search needs them."""
    for k in range(n_reached):
        node = reached[k]
        node_best[node] = np.inf
        for j in range(graph[0][node], graph[0][node + 1]):
            if graph[3][j] >= 0:
                done[graph[3][j]] = False
    for k in range(len(entries[0])):
        done[entries[0][k]] = False


@njit(cache=True, nogil=True)
def reached_capsules(graph, network, inner, legs, places, entries, seeds, stops, cutoffs, work):  # type: ignore[no-untyped-def]
    """Return the street points reached within the last cutoff from a set of places.

    Parameters
    ----------
    graph : starts, neighbour, minutes, edge
    network : tail, head, delay, pace ahead and back, length, elevated, coords, offsets, owner of
        each edge, and tile of each node
    inner : how much further on an edge's node to enter by is than the one to leave by
    legs : piece ends, limit, leg pace, barriers, and whether one may stand near a piece, and near
        the straight part from a corner of a street to the next
    places : xy (k, 2), piece_starts, piece; and the edge of each piece
    entries : edge, along, minutes, sorted by edge, then along
    seeds : node, minutes
    stops : node, x, y of the dead ends of elevated edges
    cutoffs : minutes, ascending

    Returns
    -------
    array (c, WIDTH)
        x1, y1, minutes1, x2, y2, minutes2 of straight parts along which minutes are linear; the
        compound whose people alone may step off there, -1 for everybody; whether the first and the
        second end are ends of a straight piece, not places where minutes bend; and whether a
        barrier may stand near.
    """
    elevated, coords, offsets, owner, tile = network[6:]
    limit, leg_pace, beside = legs[1], legs[2], legs[5]
    node_best, came_from, reached = work[0], work[1], work[2]
    done = work[5]
    envelope = work[6:10]
    cutoff = cutoffs[-1]
    capsules = np.empty((4096, WIDTH))
    n = ZERO
    n_reached = search(
        graph[:3], seeds[0], seeds[1], cutoff, node_best, came_from, reached, work[3:5]
    )
    # Tile by tile, the near ones first: what is drawn one after another lies together in memory.
    _sort_by_tile(reached, n_reached, tile, came_from)
    n_entries = len(entries[0])
    k = ZERO
    while k < n_entries:
        e = entries[0][k]
        last = k
        while last < n_entries and entries[0][last] == e:
            last += 1
        if not elevated[e]:
            done[e] = True
            m = _minutes_along(e, k, last, entries, network, inner, node_best, envelope)
            line = slice(offsets[e], offsets[e + 1])
            capsules, n = _along_edge(
                coords[line], beside[line], m, envelope, cutoff, owner[e], capsules, n
            )
        k = last
    for k in range(n_reached):
        node = reached[k]
        for j in range(graph[0][node], graph[0][node + 1]):
            e = graph[3][j]
            if e < 0 or done[e] or elevated[e]:  # a step through a gate is no street
                continue
            done[e] = True
            m = _minutes_along(e, ZERO, ZERO, entries, network, inner, node_best, envelope)
            line = slice(offsets[e], offsets[e + 1])
            capsules, n = _along_edge(
                coords[line], beside[line], m, envelope, cutoff, owner[e], capsules, n
            )
    capsules, n = _add_stops(stops, owner, node_best, inner, cutoff, capsules, n)
    # Entries stand for the streets near a place unless the minutes left are few.
    few = cutoffs[0] < 2.5 * limit * leg_pace
    capsules, n = _add_places(places, few, legs, owner, capsules, n)
    _clean(graph, reached, n_reached, entries, node_best, done)
    return capsules[:n]


def cut_at(capsules: NDArray[np.float64], cutoff: float) -> NDArray[np.float64]:
    """Return the capsules without what is reached after a cutoff: a straight street may be long."""
    cut = capsules[np.minimum(capsules[:, 2], capsules[:, 5]) <= cutoff].copy()
    for near, far, end in ((0, 3, 8), (3, 0, 7)):
        late = np.flatnonzero(cut[:, far + 2] > cutoff)
        first, last = cut[late, near : near + 3], cut[late, far : far + 3]
        share = (cutoff - first[:, 2:]) / (last[:, 2:] - first[:, 2:])
        cut[late, far : far + 3], cut[late, end] = first + share * (last - first), 0.0
    return cut
