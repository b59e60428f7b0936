"""Compiled: rows of reached parts: what their columns are, and how there is room for more."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Floats
from planner.travel.compiled.decorators import builder, helper

#: Columns of a reached part: x, y (metres) and minutes of both ends, between which minutes are
#: linear; the compound whose people alone may step off there, -1 for everybody; whether (1 or 0)
#: the ends are ends of a straight piece, not places where minutes bend; and the `line` of `Shapes`.
X1, Y1, MINUTES1, X2, Y2, MINUTES2, OWNER, IS_END1, IS_END2, LINE = range(10)
WIDTH = 10
#: A place where minutes bend is an end of a piece if it lies so near: a part between both would
#: have no direction, and what is walked to past the end would be looked for on one side alone.
SAME_M = 1e-6
#: Instead of a line: no barrier is near; barriers have to be looked for, as round a single place.
OPEN, UNLISTED = -1, -2


@helper
def bounds_of(parts: Floats) -> tuple[float, float, float, float]:
    """Return x_min, y_min, x_max, y_max (metres) of the lines of reached parts (c, WIDTH)."""
    x0, y0, x1, y1 = np.inf, np.inf, -np.inf, -np.inf
    for k in range(len(parts)):
        for x, y in ((parts[k, X1], parts[k, Y1]), (parts[k, X2], parts[k, Y2])):
            x0, x1 = min(x0, x), max(x1, x)
            y0, y1 = min(y0, y), max(y1, y)
    return x0, y0, x1, y1


@builder
def enlarge(parts: Floats, n: int, more: int) -> Floats:
    """Return the parts (c, WIDTH), of which there are n, with room for some more.

    Called only where there is none: numba counts who holds an array at every call.
    """
    larger = np.empty((max(2 * len(parts), n + more), WIDTH))
    for row in range(n):
        for column in range(WIDTH):
            larger[row, column] = parts[row, column]
    return larger


@helper
def add_point(x: float, y: float, time: float, owner: float, parts: Floats, n: int) -> int:
    """Add a single street point (metres, minutes), or a place itself, as the n-th part.

    parts (c, WIDTH) : with room for it. Returns how many there are now.
    """
    parts[n, X1] = parts[n, X2] = x
    parts[n, Y1] = parts[n, Y2] = y
    parts[n, MINUTES1] = parts[n, MINUTES2] = time
    parts[n, OWNER] = owner
    parts[n, IS_END1] = parts[n, IS_END2] = 1.0
    parts[n, LINE] = UNLISTED
    return n + 1
