"""Compiled: how deep each point of a lattice lies inside a union of discs along streets."""

from __future__ import annotations

import numpy as np
from numba import njit

_CLEAR_M = 0.02
# Blocks of _BLOCK x _BLOCK lattice points that lie deep inside are passed over as one.
_BLOCK = 8


@njit(cache=True, nogil=True)
def depth_fields(capsules, cutoffs, limit, leg_pace, x0, y0, cell, columns, rows):  # type: ignore[no-untyped-def]
    """Return metres inside (positive) or outside (negative) the union of discs for each cutoff.

    The radius round a street point is min(limit, minutes left / leg_pace). Values are cut to
    -2 * cell .. cell: only the neighbourhood of the outline matters, where they are exact. A
    longer cutoff starts from the field of the shorter, so it is nowhere less deep.

    Parameters
    ----------
    capsules : (c, 6), from `reached_capsules`
    cutoffs : (b,), ascending minutes
    x0, y0, cell, columns, rows : the lattice

    Returns
    -------
    array (b, rows, columns)
    """
    fields = np.empty((len(cutoffs), rows, columns))
    field = np.full((rows, columns), -2 * cell)
    deep = np.zeros((rows // _BLOCK + 1, columns // _BLOCK + 1), dtype=np.int64)
    for band in range(len(cutoffs)):
        cutoff = cutoffs[band]
        # What had the full radius for the shorter cutoff has it still: it is in the field.
        full = cutoffs[band - 1] - limit * leg_pace if band > 0 else -np.inf
        for k in range(len(capsules)):
            x1, y1, t1, x2, y2, t2 = capsules[k]
            if t2 < t1:
                x1, y1, t1, x2, y2, t2 = x2, y2, t2, x1, y1, t1
            if t1 > cutoff or t2 <= full:
                continue
            r1, r2 = (cutoff - t1) / leg_pace, (cutoff - t2) / leg_pace
            # From the near end on the radius is first the limit, then shrinks, then is nothing.
            if r2 < 0:
                share = r1 / (r1 - r2)
                x2, y2, r2 = x1 + share * (x2 - x1), y1 + share * (y2 - y1), 0.0
            if r1 > limit:
                share = (r1 - limit) / (r1 - r2) if r2 < limit else 1.0
                xm, ym = x1 + share * (x2 - x1), y1 + share * (y2 - y1)
                _deepen(field, deep, x1, y1, limit, xm, ym, limit, x0, y0, cell)
                if share == 1.0:
                    continue
                x1, y1, r1 = xm, ym, limit
            _deepen(field, deep, x1, y1, r1, x2, y2, r2, x0, y0, cell)
        for row in range(rows):
            for column in range(columns):
                depth = field[row, column]
                # A lattice point on the outline would make the outline touch itself.
                fields[band, row, column] = depth if abs(depth) >= _CLEAR_M else _CLEAR_M
    return fields


@njit(cache=True, nogil=True)
def _deepen(field, deep, x1, y1, r1, x2, y2, r2, x0, y0, cell):  # type: ignore[no-untyped-def]
    """Raise the field where one capsule, the hull of two discs (r1 >= r2), lies deeper.

    `deep` counts the points of each block that are as deep as counts.
    """
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
    for block_row in range(low // _BLOCK, high // _BLOCK + 1):
        for block_column in range(left // _BLOCK, right // _BLOCK + 1):
            if deep[block_row, block_column] == _BLOCK * _BLOCK:
                continue
            first_row, last_row = block_row * _BLOCK, block_row * _BLOCK + _BLOCK - 1
            first, last = block_column * _BLOCK, block_column * _BLOCK + _BLOCK - 1
            for row in range(max(low, first_row), min(high, last_row) + 1):
                py = y0 + row * cell - y1
                for column in range(max(left, first), min(right, last) + 1):
                    before = field[row, column]
                    if before >= cell:
                        continue
                    px = x0 + column * cell - x1
                    if shrink >= 1:
                        at, height, away = 0.0, px, py
                    else:
                        along = px * dx + py * dy
                        height = px * dy - py * dx
                        at = min(max(along - lean * abs(height), 0.0), length)
                        away = along - at
                    # Deeper only if nearer than this; most points are not and need no root.
                    radius = r1 - shrink * at
                    nearer = radius - before
                    square = height * height + away * away
                    if nearer > 0 and square < nearer * nearer:
                        depth = radius - np.sqrt(square)
                        field[row, column] = min(depth, cell)
                        if depth >= cell:
                            deep[block_row, block_column] += 1
