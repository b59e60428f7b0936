"""Compiled: walks that pass no node, along one edge, straight, or over one point of a street."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import Lines, Lookup, Nearby, Points
from planner.travel.compiled.barriers import is_clear
from planner.travel.compiled.decorators import builder, helper, kernel
from planner.travel.compiled.grid import cells_around
from planner.travel.compiled.pieces import SLACK_M, chord


@helper
def _meet_on_piece(
    foot1: float, height1: float, foot2: float, height2: float, low: float, high: float
) -> tuple[float, float]:
    """Return where on a piece two legs meet for the shortest sum, and this sum, metres.

    foot, height : of the two ends, along the piece and off it; low..high : the part within the
    limit of both, which is not empty. The best point is where the straight line from one end to the
    other, mirrored to the far side of the piece, crosses it.
    """
    total = height1 + height2
    at = foot1 + (foot2 - foot1) * height1 / total if total > 0 else foot1
    # The sum of two legs only grows away from the best point, so the nearest allowed one is best.
    at = min(max(at, low), high)
    leg1 = np.sqrt(height1 * height1 + (at - foot1) ** 2)
    leg2 = np.sqrt(height2 * height2 + (at - foot2) ** 2)
    return at, leg1 + leg2


@helper
def _is_open(
    x1: float, y1: float, x2: float, y2: float, ends: Floats, piece: int, at: float, length: float,
    barriers: Lines,
) -> bool:  # fmt: skip
    """Tell whether no barrier stands between two places and a point `at` metres along a piece."""
    share = at / length if length > 0 else 0.0
    x = ends[piece, 0] + share * (ends[piece, 2] - ends[piece, 0])
    y = ends[piece, 1] + share * (ends[piece, 3] - ends[piece, 1])
    return is_clear(x1, y1, x, y, barriers) and is_clear(x2, y2, x, y, barriers)


@kernel
def common_point_metres(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    ends: Floats,
    piece: int,
    limit: float,
    barriers: Lines,
) -> float:
    """Return the shortest sum of two legs that meet at one point of a piece, inf if none does.

    Everything in metres; ends (p, 4) : of all pieces; limit : of each leg.
    No other point than the best one is tried where a barrier stands before it.
    """
    foot1, height1, low1, high1, length = chord(x1, y1, ends, piece, limit)
    foot2, height2, low2, high2, _ = chord(x2, y2, ends, piece, limit)
    low, high = max(low1, low2), min(high1, high2)
    if low > high:
        return np.inf
    at, metres = _meet_on_piece(foot1, height1, foot2, height2, low, high)
    return metres if _is_open(x1, y1, x2, y2, ends, piece, at, length, barriers) else np.inf


@helper
def improve(target: int, minutes: float, best: Floats, touched: Ints, n_touched: int) -> int:
    """Note a walk to a target; return how many of the targets (t,) have been touched."""
    if minutes < best[target]:
        if best[target] == np.inf:
            touched[n_touched] = target
            n_touched += 1
        best[target] = minutes
    return n_touched


@builder
def _walk_along_edges(
    o: int, origin: Points, lookup: Lookup, nearby: Nearby, best: Floats, touched: Ints,
    n_touched: int,
) -> int:  # fmt: skip
    """Improve `best` by the walks of one origin along a single edge, as in `take_near_walks`."""
    starts, point, along_m, leg_minutes = lookup.by_edge
    first, stop = origin.entry_starts[o], origin.entry_starts[o + 1]
    soonest = np.empty(256)
    while first < stop:
        e = origin.entry_edge[first]
        last = first + 1
        while last < stop and origin.entry_edge[last] == e:
            last += 1
        ahead, back = nearby.ahead[e], nearby.back[e]
        of_edge = slice(starts[e], starts[e + 1])
        at, leg, goal = along_m[of_edge], leg_minutes[of_edge], point[of_edge]
        n_goals = len(at)
        if n_goals > len(soonest):
            soonest = np.empty(2 * n_goals)
        # For one entry of the origin all those of targets: the processor takes several at a time.
        for j in range(n_goals):
            soonest[j] = np.inf
        for k in range(first, last):
            own_along, own_minutes = origin.entry_along_m[k], origin.entry_minutes[k]
            for j in range(n_goals):
                # An edge may take longer one way than the other: the sign decides which counts.
                way = at[j] - own_along
                minutes = own_minutes + leg[j]
                onwards, backwards = minutes + way * ahead, minutes - way * back
                if way > 0:
                    minutes = onwards
                elif way < 0:
                    minutes = backwards
                soonest[j] = min(soonest[j], minutes)
        for j in range(n_goals):
            n_touched = improve(goal[j], soonest[j], best, touched, n_touched)
        first = last
    return n_touched


@helper
def _soonest_over_piece(
    o: int, t: int, origin: Points, target: Points, nearby: Nearby, own: Floats, met_piece: Ints,
    known: float,
) -> float:  # fmt: skip
    """Return the minutes of a walk from an origin to a target over one point of a street.

    own (k, 5) : the `chord` of each of the origin's pieces, which are numbered in `met_piece`.
    known : minutes; walks that are no shorter are not looked for, and this is returned.
    """
    ends, legs = nearby.piece_ends, nearby.legs
    x1, y1 = origin.xy[o]
    x2, y2 = target.xy[t]
    first, stop = origin.piece_starts[o], origin.piece_starts[o + 1]
    for j in range(target.piece_starts[t], target.piece_starts[t + 1]):
        piece = target.piece[j]
        number = met_piece[piece]
        if number < first or number >= stop:
            continue
        foot1, height1, low1, high1, length = own[number - first]
        foot2, height2, low2, high2, _ = chord(x2, y2, ends, piece, legs.limit_m)
        low, high = max(low1, low2), min(high1, high2)
        if low > high:
            continue
        at, metres = _meet_on_piece(foot1, height1, foot2, height2, low, high)
        # Whether barriers are in the way takes longest: it is asked of what would be sooner.
        if metres * legs.pace < known and _is_open(
            x1, y1, x2, y2, ends, piece, at, length, legs.barriers
        ):
            known = metres * legs.pace
    return known


@builder
def _walk_over_open_ground(
    o: int, origin: Points, target: Points, lookup: Lookup, nearby: Nearby, met_piece: Ints,
    best: Floats, touched: Ints, n_touched: int,
) -> int:  # fmt: skip
    """Improve `best` by the straight walks of one origin, and those over one point of a street."""
    legs = nearby.legs
    limit, pace = legs.limit_m, legs.pace
    x, y = origin.xy[o]
    first, stop = origin.piece_starts[o], origin.piece_starts[o + 1]
    own = np.empty((stop - first, 5))
    for k in range(first, stop):
        met_piece[origin.piece[k]] = k
        at = k - first
        # One number at a time: for a whole row numba compiles a message too, which takes 2 s.
        own[at, 0], own[at, 1], own[at, 2], own[at, 3], own[at, 4] = chord(
            x, y, nearby.piece_ends, origin.piece[k], limit
        )
    frame, cell_starts, items = lookup.by_place
    # Over one street point two legs may lie behind one another.
    left, right, low, high = cells_around(x, y, 2 * limit + SLACK_M, frame)
    for row in range(low, high + 1):
        for column in range(left, right + 1):
            cell = row * frame.columns + column
            for k in range(cell_starts[cell], cell_starts[cell + 1]):
                t = items[k]
                x2, y2 = target.xy[t]
                straight = np.sqrt((x2 - x) ** 2 + (y2 - y) ** 2)
                # Where no node is passed no walk is shorter than the straight one.
                if straight > 2 * limit + SLACK_M or straight * pace >= best[t]:
                    continue
                if straight <= limit + SLACK_M and is_clear(x, y, x2, y2, legs.barriers):
                    minutes = straight * pace
                else:
                    minutes = _soonest_over_piece(
                        o, t, origin, target, nearby, own, met_piece, best[t]
                    )
                n_touched = improve(t, minutes, best, touched, n_touched)
    return n_touched


@helper
def take_near_walks(
    o: int,
    origin: Points,
    target: Points,
    lookup: Lookup,
    nearby: Nearby,
    met_piece: Ints,
    best: Floats,
    touched: Ints,
    n_touched: int,
) -> int:
    """Improve `best` by the walks of one origin that pass no node; return how many are touched.

    They go along one edge, directly, or over one point of a piece of street.

    Parameters
    ----------
    o
        Number of the origin.
    target, lookup
        The points to be reached, and how they are found.
    met_piece : (p,)
        Its last place among the pieces of origins, -1 if no origin was near; written to.
    best : (t,)
        Minutes to each target.
    touched : (t,)
        Its first `n_touched` are the targets that `best` knows a walk to.
    """
    n_touched = _walk_along_edges(o, origin, lookup, nearby, best, touched, n_touched)
    return _walk_over_open_ground(
        o, origin, target, lookup, nearby, met_piece, best, touched, n_touched
    )
