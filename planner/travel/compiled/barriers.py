"""Compiled: whether a straight walk crosses a barrier."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import Lines
from planner.travel.compiled.decorators import helper, kernel
from planner.travel.compiled.grid import cells_around, cells_under

#: Within this of its ends a walk touches a barrier and does not cross it: coordinates in OSM are
#: rounded to a centimetre.
TOUCH_M = 0.01


@helper
def crosses(x1: float, y1: float, x2: float, y2: float, ends: Floats, part: int) -> bool:
    """Tell whether the walk from (x1, y1) to (x2, y2) crosses one straight part of a barrier.

    ends (b, 4) : of all parts; everything in metres.
    """
    ax, ay, bx, by = ends[part, 0], ends[part, 1], ends[part, 2], ends[part, 3]
    # Boxes apart: the cheapest answer, and the one for most parts in a cell.
    if max(ax, bx) < min(x1, x2) or min(ax, bx) > max(x1, x2):
        return False
    if max(ay, by) < min(y1, y2) or min(ay, by) > max(y1, y2):
        return False
    dx, dy = x2 - x1, y2 - y1
    side_a = dx * (ay - y1) - dy * (ax - x1)
    side_b = dx * (by - y1) - dy * (bx - x1)
    # A corner that lies on the walk belongs to one side: it is crossed once, or not at all.
    if (side_a > 0) == (side_b > 0):
        return False
    # The sides differ, so nothing is divided by 0.
    share = side_a / (side_a - side_b)
    px, py = ax + share * (bx - ax), ay + share * (by - ay)
    length = np.sqrt(dx * dx + dy * dy)
    along = ((px - x1) * dx + (py - y1) * dy) / length
    return TOUCH_M < along < length - TOUCH_M


@kernel
def is_clear(x1: float, y1: float, x2: float, y2: float, barriers: Lines) -> bool:
    """Tell whether nothing stands across the straight walk between two places, metres."""
    ends, frame = barriers.ends, barriers.grid.frame
    starts, items = barriers.grid.starts, barriers.grid.items
    if len(ends) == 0:
        return True
    left, right, low, high = cells_under(x1, y1, x2, y2, frame)
    for row in range(low, high + 1):
        for column in range(left, right + 1):
            at = row * frame.columns + column
            for k in range(starts[at], starts[at + 1]):
                if crosses(x1, y1, x2, y2, ends, items[k]):
                    return False
    return True


@helper
def first_crossing(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    ends: Floats,
    numbers: Ints,
    first: int,
    last: int,
) -> float:
    """Return at which share of the way between two places a barrier stands first, inf for none.

    ends (b, 4) : of all barriers, metres; asked are those whose numbers stand at first..last.
    """
    best = np.inf
    dx, dy = x2 - x1, y2 - y1
    for k in range(first, last):
        part = numbers[k]
        ax, ay, bx, by = ends[part, 0], ends[part, 1], ends[part, 2], ends[part, 3]
        side_a = dx * (ay - y1) - dy * (ax - x1)
        side_b = dx * (by - y1) - dy * (bx - x1)
        if (side_a > 0) == (side_b > 0):
            continue
        share = side_a / (side_a - side_b)
        px, py = ax + share * (bx - ax), ay + share * (by - ay)
        along = ((px - x1) * dx + (py - y1) * dy) / (dx * dx + dy * dy)
        if 0 <= along <= 1:
            best = min(best, along)
    return best


@helper
def find_barriers_near(
    left: float, low: float, right: float, high: float, barriers: Lines, met: Ints, near: Ints
) -> int:
    """Write the barriers whose box meets a box (metres); return how many.

    near (b,) : written to; met (b + 1,) : the last mark given to each, and at the end the mark.
    """
    ends, frame, starts = barriers.ends, barriers.grid.frame, barriers.grid.starts
    reach = max(right - left, high - low) / 2
    first, last, bottom, top = cells_around((left + right) / 2, (low + high) / 2, reach, frame)
    if first > last:
        return 0
    mark = met[-1] + 1
    met[-1] = mark
    n = 0
    for row in range(bottom, top + 1):
        at = row * frame.columns
        for k in range(starts[at + first], starts[at + last + 1]):
            part = barriers.grid.items[k]
            # A barrier stands in every cell that its box touches.
            if met[part] == mark:
                continue
            met[part] = mark
            if (
                max(ends[part, 0], ends[part, 2]) >= left
                and min(ends[part, 0], ends[part, 2]) <= right
                and max(ends[part, 1], ends[part, 3]) >= low
                and min(ends[part, 1], ends[part, 3]) <= high
            ):
                near[n] = part
                n += 1
    return n


@helper
def square_away(x: float, y: float, x1: float, y1: float, dx: float, dy: float) -> float:
    """Return the square of how far a place is from the line that leads from x1, y1 by dx, dy."""
    square = dx * dx + dy * dy
    share = ((x - x1) * dx + (y - y1) * dy) / square if square > 0 else 0.0
    share = min(max(share, 0.0), 1.0)
    return (x - x1 - share * dx) ** 2 + (y - y1 - share * dy) ** 2


@helper
def write_barriers_round(
    x: float, y: float, reach: float, barriers: Lines, met: Ints, found: Ints, near: Floats
) -> int:
    """Write the ends of the barriers within reach of a place (metres) into `near`; return how many.

    near (b, 4), found (b,) : written to; met (b + 1,) : as `find_barriers_near` takes it.
    """
    ends = barriers.ends
    n_found = find_barriers_near(x - reach, y - reach, x + reach, y + reach, barriers, met, found)
    n = 0
    for k in range(n_found):
        ax, ay, bx, by = ends[found[k], 0], ends[found[k], 1], ends[found[k], 2], ends[found[k], 3]
        if square_away(x, y, ax, ay, bx - ax, by - ay) <= reach * reach:
            near[n, 0], near[n, 1], near[n, 2], near[n, 3] = ax, ay, bx, by
            n += 1
    return n


@helper
def is_clear_of(
    x1: float, y1: float, x2: float, y2: float, near: Floats, here: Ints, n_here: int
) -> bool:
    """Tell whether none of some barriers stands across a straight walk between two places, metres.

    near (b, 4) : ends of barriers; here : the first n_here number those that are asked. What stands
    before one place often stands before the next: it is moved to the front.
    """
    for k in range(n_here):
        if crosses(x1, y1, x2, y2, near, here[k]):
            here[0], here[k] = here[k], here[0]
            return False
    return True
