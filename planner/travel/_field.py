"""Compiled: how deep each point of a lattice lies inside a union of discs along streets."""

from __future__ import annotations

import numpy as np
from numba import njit

_CLEAR_M = 0.02


@njit(cache=True, nogil=True)
def depth_field(capsules, cutoff, limit, leg_pace, x0, y0, cell, columns, rows):  # type: ignore[no-untyped-def]
    """Return metres inside (positive) or outside (negative) the union of discs, (rows, columns).

    The radius round a street point is min(limit, minutes left / leg_pace). Values are cut to
    -2 * cell .. cell: only the neighbourhood of the outline matters, where they are exact.
    """
    field = np.full((rows, columns), -2 * cell)
    for k in range(len(capsules)):
        x1, y1, t1, x2, y2, t2 = capsules[k]
        if t2 < t1:
            x1, y1, t1, x2, y2, t2 = x2, y2, t2, x1, y1, t1
        if t1 > cutoff:
            continue
        r1, r2 = (cutoff - t1) / leg_pace, (cutoff - t2) / leg_pace
        # From the near end on the radius is first the limit, then shrinks, then is nothing.
        if r2 < 0:
            share = r1 / (r1 - r2)
            x2, y2, r2 = x1 + share * (x2 - x1), y1 + share * (y2 - y1), 0.0
        if r1 > limit:
            share = (r1 - limit) / (r1 - r2) if r2 < limit else 1.0
            xm, ym = x1 + share * (x2 - x1), y1 + share * (y2 - y1)
            _deepen(field, x1, y1, limit, xm, ym, limit, x0, y0, cell)
            if share == 1.0:
                continue
            x1, y1, r1 = xm, ym, limit
        _deepen(field, x1, y1, r1, x2, y2, r2, x0, y0, cell)
    for row in range(rows):
        for column in range(columns):
            # A lattice point on the outline would make the outline touch itself.
            if abs(field[row, column]) < _CLEAR_M:
                field[row, column] = _CLEAR_M
    return field


@njit(cache=True, nogil=True)
def _deepen(field, x1, y1, r1, x2, y2, r2, x0, y0, cell):  # type: ignore[no-untyped-def]
    """Raise the field where one capsule, the hull of two discs (r1 >= r2), lies deeper."""
    rows, columns = field.shape
    reach = r1 + cell
    left = max(int(np.ceil((min(x1, x2) - reach - x0) / cell)), 0)
    right = min(int(np.floor((max(x1, x2) + reach - x0) / cell)), columns - 1)
    low = max(int(np.ceil((min(y1, y2) - reach - y0) / cell)), 0)
    high = min(int(np.floor((max(y1, y2) + reach - y0) / cell)), rows - 1)
    dx, dy = x2 - x1, y2 - y1
    length = np.sqrt(dx * dx + dy * dy)
    shrink = (r1 - r2) / length if length > 0 else 2.0
    if length > 0:
        dx, dy = dx / length, dy / length
    lean = shrink / np.sqrt(1 - shrink * shrink) if shrink < 1 else 0.0
    for row in range(low, high + 1):
        py = y0 + row * cell - y1
        for column in range(left, right + 1):
            if field[row, column] >= cell:
                continue
            px = x0 + column * cell - x1
            if shrink >= 1:
                depth = r1 - np.sqrt(px * px + py * py)
            else:
                along = px * dx + py * dy
                height = abs(px * dy - py * dx)
                at = min(max(along - lean * height, 0.0), length)
                depth = r1 - shrink * at - np.sqrt(height * height + (along - at) ** 2)
            if depth > field[row, column]:
                field[row, column] = min(depth, cell)
