"""Compiled: which barriers stand beside a street, and between it and a square beside it."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import Lines
from planner.travel.compiled.barriers import find_barriers_near, square_away
from planner.travel.compiled.decorators import helper, kernel
from planner.travel.compiled.growing import appended

#: What lies so near to the line of a barrier lies on neither side of it for sure, metres.
_CLEAR_OF_LINE_M = 0.02


@kernel
def list_barriers_beside(lines: Floats, reach: float, barriers: Lines) -> tuple[Ints, Ints]:
    """List the barriers within reach of each straight line of street: no other parts it from a leg.

    lines (v, 4) : their ends; metres. Returns starts (v + 1,) and the barriers, ragged over lines.
    """
    ends, n_barriers = barriers.ends, len(barriers.ends)
    met, near = np.zeros(n_barriers + 1, dtype=np.int64), np.empty(n_barriers, dtype=np.int64)
    starts, listed = np.zeros(len(lines) + 1, dtype=np.int64), np.empty(1024, dtype=np.int64)
    for line in range(len(lines)):
        x1, y1, x2, y2 = lines[line, 0], lines[line, 1], lines[line, 2], lines[line, 3]
        n_near = find_barriers_near(
            min(x1, x2) - reach, min(y1, y2) - reach, max(x1, x2) + reach, max(y1, y2) + reach,
            barriers, met, near,
        )  # fmt: skip
        n = 0
        for k in range(n_near):
            ax, ay, bx, by = ends[near[k], 0], ends[near[k], 1], ends[near[k], 2], ends[near[k], 3]
            if _are_within(reach, x1, y1, x2, y2, ax, ay, bx, by):
                near[n] = near[k]
                n += 1
        listed = appended(listed, starts[line], near, n)
        starts[line + 1] = starts[line] + n
    return starts, listed[: starts[-1]]


@helper
def _are_within(
    reach: float,
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    ax: float,
    ay: float,
    bx: float,
    by: float,
) -> bool:
    """Tell whether two straight lines, x1..y2 and ax..by, come so near to each other, metres."""
    ux, uy, vx, vy = x2 - x1, y2 - y1, bx - ax, by - ay
    a, b = ux * (ay - y1) - uy * (ax - x1), ux * (by - y1) - uy * (bx - x1)
    c, d = vx * (y1 - ay) - vy * (x1 - ax), vx * (y2 - ay) - vy * (x2 - ax)
    if (a > 0) != (b > 0) and (c > 0) != (d > 0):
        return True
    # Where they do not cross, one of the four ends is nearest to the other line.
    nearest = min(
        min(square_away(ax, ay, x1, y1, ux, uy), square_away(bx, by, x1, y1, ux, uy)),
        min(square_away(x1, y1, ax, ay, vx, vy), square_away(x2, y2, ax, ay, vx, vy)),
    )
    return nearest <= reach * reach


@helper
def write_barriers_near(
    left: float,
    low: float,
    right: float,
    high: float,
    numbers: Ints,
    first: int,
    last: int,
    ends: Floats,
    near: Floats,
) -> int:
    """Write those of the barriers first..last of a list whose box meets a box; return how many.

    ends (b, 4) : of all barriers, metres; near (b, 4) : written to.
    """
    n = 0
    for k in range(first, last):
        part = numbers[k]
        ax, ay, bx, by = ends[part, 0], ends[part, 1], ends[part, 2], ends[part, 3]
        if (
            max(ax, bx) >= left
            and min(ax, bx) <= right
            and max(ay, by) >= low
            and min(ay, by) <= high
        ):
            near[n, 0], near[n, 1], near[n, 2], near[n, 3] = ax, ay, bx, by
            n += 1
    return n


@helper
def find_barriers_between(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    left: float,
    low: float,
    side: float,
    near: Floats,
    n_near: int,
    here: Ints,
) -> int:
    """Write which of the first barriers of `near` may stand between a street and a square (metres).

    The straight street leads from (x1, y1) to (x2, y2), the square begins at (left, low). Returns
    how many, or -1 if one stands across every walk from one to the other.
    """
    west, east = min(x1, x2, left), max(x1, x2, left + side)
    south, north = min(y1, y2, low), max(y1, y2, low + side)
    n = 0
    for k in range(n_near):
        ax, ay, bx, by = near[k, 0], near[k, 1], near[k, 2], near[k, 3]
        if max(ax, bx) < west or min(ax, bx) > east or max(ay, by) < south or min(ay, by) > north:
            continue
        # How far left of the barrier's line, times its length, lie the street and the square.
        ux, uy = bx - ax, by - ay
        s1, s2 = ux * (y1 - ay) - uy * (x1 - ax), ux * (y2 - ay) - uy * (x2 - ax)
        corner = ux * (low - ay) - uy * (left - ax)
        q_low = corner + side * (min(ux, 0.0) - max(uy, 0.0))
        q_high = corner + side * (max(ux, 0.0) - min(uy, 0.0))
        s_low, s_high = min(s1, s2), max(s1, s2)
        clear = _CLEAR_OF_LINE_M * np.sqrt(ux * ux + uy * uy)
        if (s_low > clear and q_low > clear) or (s_high < -clear and q_high < -clear):
            continue
        if (s_low > clear and q_high < -clear) or (s_high < -clear and q_low > clear):
            least, most = _crossed_shares(x1, y1, s1, left, low, side, ax, ay, ux, uy)
            other_least, other_most = _crossed_shares(x2, y2, s2, left, low, side, ax, ay, ux, uy)
            if min(least, other_least) > 0.0 and max(most, other_most) < 1.0:
                return -1
        here[n] = k
        n += 1
    return n


@helper
def _crossed_shares(
    x: float,
    y: float,
    away: float,
    left: float,
    low: float,
    side: float,
    ax: float,
    ay: float,
    ux: float,
    uy: float,
) -> tuple[float, float]:
    """Return from where to where walks from a place to a square cross a line, as shares of it.

    The line leads from (ax, ay) by (ux, uy) and parts the place from the square, whose first corner
    is (left, low); away : how far left of it the place lies, times its length. Metres.
    """
    least, most = np.inf, -np.inf
    square = ux * ux + uy * uy
    along = ux * (x - ax) + uy * (y - ay)
    for turn in range(4):
        to_x, to_y = left + side * (turn % 2), low + side * (turn // 2)
        other = ux * (to_y - ay) - uy * (to_x - ax)
        share = away / (away - other)
        place = along + share * (ux * (to_x - ax) + uy * (to_y - ay) - along)
        least, most = min(least, place), max(most, place)
    return least / square, most / square
