"""Compiled: the parts of a street that are walked to straight from a place beside it."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Floats
from planner.travel.compiled.arrays import Legs
from planner.travel.compiled.barriers import is_clear
from planner.travel.compiled.decorators import helper
from planner.travel.compiled.part_rows import (
    IS_END1,
    IS_END2,
    LINE,
    MINUTES1,
    OWNER,
    X1,
    X2,
    Y1,
)
from planner.travel.compiled.pieces import chord

# Breakpoints of the direct walk along a chord, as angles seen from the point. Its minutes bend
# along the chord; linear between these they are never too few.
_ANGLES = np.tan(np.radians(np.array([-80, -70, -60, -45, -30, -15, 0, 15, 30, 45, 60, 70, 80])))

#: Where a place sees a street in part only, at most so many metres that it sees are left out.
_SEEN_M = 0.5


@helper
def most_straight_parts(length: float) -> int:
    """Return how many parts at most are straight from a place on so many metres of a piece.

    A part ends where minutes bend or a barrier comes between; a cut one is over half of _SEEN_M.
    """
    return len(_ANGLES) + 1 + int(2 * length / _SEEN_M)


@helper
def _count_seen(
    x: float, y: float, ends: Floats, piece: int, first: float, last: float, legs: Legs
) -> int:
    """Count which of both ends and the middle of a part of a piece a place (metres) sees.

    first, last : shares (0 to 1) of the piece, between which the part lies.
    """
    seen = 0
    for share in (first, (first + last) / 2, last):
        there_x = ends[piece, 0] + share * (ends[piece, 2] - ends[piece, 0])
        there_y = ends[piece, 1] + share * (ends[piece, 3] - ends[piece, 1])
        if is_clear(x, y, there_x, there_y, legs.barriers):
            seen += 1
    return seen


@helper
def add_straight_parts(
    x: float,
    y: float,
    ends: Floats,
    piece: int,
    owner: int,
    line: int,
    legs: Legs,
    parts: Floats,
    n: int,
) -> int:
    """Add the parts of a piece that are walked to straight from a place (metres).

    ends (p, 4) : of all pieces; owner, line : of the piece, as in the columns.
    parts (c, WIDTH) : with room for as many as `most_straight_parts` says, after the first n.
    Returns how many there are now.
    """
    foot, height, low, high, length = chord(x, y, ends, piece, legs.limit_m)
    scale = 1 / length if length > 0 else 0.0
    at = low
    for angle in range(len(_ANGLES) + 1):
        bend = high if angle == len(_ANGLES) else foot + height * _ANGLES[angle]
        bend = min(max(bend, low), high)
        while at < bend:
            # Cut where a barrier crosses the street: a part is seen as a whole or left out.
            stop = bend
            seen = _count_seen(x, y, ends, piece, at * scale, stop * scale, legs)
            while 0 < seen < 3 and stop - at > _SEEN_M:
                stop = (at + stop) / 2
                seen = _count_seen(x, y, ends, piece, at * scale, stop * scale, legs)
            if seen == 3:
                for end in (X1, X2):  # its y and its minutes stand beside
                    s = at if end == X1 else stop
                    share = s * scale
                    parts[n, end] = ends[piece, 0] + share * (ends[piece, 2] - ends[piece, 0])
                    parts[n, end + Y1] = ends[piece, 1] + share * (ends[piece, 3] - ends[piece, 1])
                    parts[n, end + MINUTES1] = legs.pace * np.sqrt(height**2 + (s - foot) ** 2)
                parts[n, OWNER] = owner
                parts[n, IS_END1] = parts[n, IS_END2] = 1.0
                parts[n, LINE] = line
                n += 1
            at = stop
    return n
