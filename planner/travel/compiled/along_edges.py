"""Compiled: the minutes along one edge, from its ends and from the places that enter it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import Edges
from planner.travel.compiled.decorators import helper
from planner.travel.compiled.grid import ZERO


class Entries(NamedTuple):
    """Entries of one set of places, sorted by edge, then along it: metres from u, minutes."""

    edge: Ints
    along_m: Floats
    minutes: Floats


class Envelope(NamedTuple):
    """Room for the minutes along one edge.

    source_at, source_minutes : metres from u of the ends and the entries, and their minutes.
    knot_at, knot_minutes : metres from u of the places between which minutes are linear.
    """

    source_at: Floats
    source_minutes: Floats
    knot_at: Floats
    knot_minutes: Floats


@helper
def _write_knots(
    first: int,
    last: int,
    entries: Entries,
    at_u: float,
    at_v: float,
    length: float,
    onwards: float,
    backwards: float,
    room: Envelope,
) -> int:
    """Write the lower envelope of minutes along an edge as knots; return how many.

    Minutes are linear between knots. Sources are the two ends, with the minutes at u and at v, and
    the entries first..last on the edge. length : metres; onwards, backwards : minutes per metre
    towards v, towards u.
    """
    along_m, entry_minutes = entries.along_m, entries.minutes
    source_at, source_minutes = room.source_at, room.source_minutes
    knot_at, knot_minutes = room.knot_at, room.knot_minutes
    source_at[0], source_minutes[0] = 0.0, at_u
    n = 1
    for k in range(first, last):
        # Summed along pieces, a place may lie a rounding error beyond the end of its edge.
        source_at[n] = min(max(along_m[k], 0.0), length)
        source_minutes[n] = entry_minutes[k]
        n += 1
    source_at[n], source_minutes[n] = length, at_v
    n += 1
    # Sources lie in order, so one sweep each way tells every one the soonest of all others.
    for k in range(1, n):
        ahead = source_minutes[k - 1] + (source_at[k] - source_at[k - 1]) * onwards
        source_minutes[k] = min(source_minutes[k], ahead)
    for k in range(n - 2, -1, -1):
        back = source_minutes[k + 1] + (source_at[k + 1] - source_at[k]) * backwards
        source_minutes[k] = min(source_minutes[k], back)
    m = ZERO
    for k in range(n):
        if k > 0:
            gap = source_at[k] - source_at[k - 1]
            later = source_minutes[k] - source_minutes[k - 1]
            # Walked from both sides, minutes rise until both sides are equally late.
            if onwards == backwards:
                peak = (gap + later / onwards) / 2
            else:
                peak = (gap * backwards + later) / (onwards + backwards)
            # At 0 or at gap one source is reached from the other: minutes do not bend between them.
            if 0 < peak < gap:
                knot_at[m] = source_at[k - 1] + peak
                knot_minutes[m] = source_minutes[k - 1] + peak * onwards
                m += 1
        knot_at[m], knot_minutes[m] = source_at[k], source_minutes[k]
        m += 1
    return m


@helper
def _write_knots_one_way(
    first: int,
    last: int,
    entries: Entries,
    at_end: float,
    length: float,
    pace: float,
    ahead: bool,
    room: Envelope,
) -> int:
    """Write the minutes along an edge that is searched in one direction, like `_write_knots`.

    at_end : minutes at the end it is searched from, u if it is searched `ahead`.
    Where an entry is reached sooner than along the edge, minutes fall: two knots at one place.
    """
    knot_at, knot_minutes = room.knot_at, room.knot_minutes
    at, now = 0.0, at_end
    knot_at[0], knot_minutes[0] = at, now
    m = 1
    for turn in range(last - first):
        # Entries are sorted from u; a search from v comes upon them the other way round.
        k = first + turn if ahead else last - 1 - turn
        place = min(max(entries.along_m[k], 0.0), length)
        place = place if ahead else length - place
        now += (place - at) * pace
        at = place
        knot_at[m], knot_minutes[m] = at, now
        m += 1
        if entries.minutes[k] < now:
            now = entries.minutes[k]
            knot_at[m], knot_minutes[m] = at, now
            m += 1
    knot_at[m], knot_minutes[m] = length, now + (length - at) * pace
    m += 1
    # Whoever cuts an edge by its knots goes from u to v.
    if not ahead:
        for k in range(m):
            knot_at[k] = length - knot_at[k]
        for k in range(m // 2):  # swapped in a loop: it compiles in a fraction of the time
            other = m - 1 - k
            knot_at[k], knot_at[other] = knot_at[other], knot_at[k]
            knot_minutes[k], knot_minutes[other] = knot_minutes[other], knot_minutes[k]
    return m


@helper
def write_minutes_along(
    e: int,
    first: int,
    last: int,
    entries: Entries,
    edges: Edges,
    inner: int,
    best: Floats,
    room: Envelope,
) -> int:
    """Write the minutes along one edge as knots; return how many.

    They come from its ends, by the minutes `best` (g,), and from its entries first..last. `inner`
    is how much further on an edge's node to enter by is than the one to leave by.
    """
    at_u, at_v = best[edges.tail[e]], best[edges.head[e]]
    # A street of a compound is walked in two layers, out of it and into it: the sooner counts.
    if edges.owner[e] >= 0:
        at_u = min(at_u, best[edges.tail[e] + inner])
        at_v = min(at_v, best[edges.head[e] + inner])
    at_u, at_v = at_u + edges.delay[e, 0], at_v + edges.delay[e, 1]
    length, ahead, back = edges.length_m[e], edges.ahead[e], edges.back[e]
    if ahead == back or (ahead < np.inf and back < np.inf):
        return _write_knots(first, last, entries, at_u, at_v, length, ahead, back, room)
    # A rider meets a one-way street.
    onwards = ahead < np.inf
    at_end, pace = (at_u, ahead) if onwards else (at_v, back)
    return _write_knots_one_way(first, last, entries, at_end, length, pace, onwards, room)
