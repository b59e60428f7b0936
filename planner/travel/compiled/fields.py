"""Compiled: how deep each point of a lattice lies inside a union of discs along streets."""

from __future__ import annotations

import numpy as np
from numba import njit

from planner.travel.compiled.behind import paint_behind
from planner.travel.compiled.lattice import (
    BLOCK,
    CLEAR_M,
    DEEP,
    FAR,
    FILLED,
    NEAR,
    WALLED,
    depth_in,
    paint_block,
)


@njit(cache=True, nogil=True)
def deepen(field, state, capsules, cutoff, before, limit, leg_pace, x0, y0, cell, ground):  # type: ignore[no-untyped-def]
    """Raise a field of depths to that of a longer cutoff, so that it is nowhere less deep.

    Depth is metres inside (positive) or outside (negative) the union of discs of radius
    min(limit, minutes left / leg_pace) round the street points. It is exact from -cell to cell;
    farther from the outline only the sign is.

    Parameters
    ----------
    field : (block rows, block columns, BLOCK * BLOCK)
        As the cutoff `before` left it; blocks that are FAR or DEEP need hold nothing.
    state : (block rows, block columns)
        FAR, NEAR or DEEP of each block.
    capsules : (c, WIDTH)
        From `reached_capsules`.
    cutoff, before
        Minutes; `before` is -inf for the first cutoff.
    x0, y0, cell
        The first point of the lattice, and the step from one to the next.
    ground
        Whose each lattice point is, and what stands between it and a street: see `isochrones`.
    """
    # What had the full radius for the shorter cutoff has it still: it is in the field.
    full = before - limit * leg_pace
    # Working arrays, handed on by name: each array in a tuple is counted whenever the tuple is
    # handed on, which takes as long as a block.
    near, depths = np.empty(len(ground[1][3]), dtype=np.int64), np.empty((1, 1, BLOCK * BLOCK))
    for k in range(len(capsules)):
        x1, y1, t1 = capsules[k, 0], capsules[k, 1], capsules[k, 2]
        x2, y2, t2 = capsules[k, 3], capsules[k, 4], capsules[k, 5]
        owner, is_end1, is_end2 = capsules[k, 6], capsules[k, 7], capsules[k, 8]
        if t2 < t1:
            x1, y1, t1, x2, y2, t2 = x2, y2, t2, x1, y1, t1
            is_end1, is_end2 = is_end2, is_end1
        if t1 > cutoff or t2 <= full:
            continue
        length = np.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2)
        ratio = (t2 - t1) / (leg_pace * length) if length > 0 else 0.0
        slant = ratio / np.sqrt(1 - ratio * ratio) if ratio < 1 else np.inf
        r1, r2 = (cutoff - t1) / leg_pace, (cutoff - t2) / leg_pace
        # From the near end on the radius is first the limit, then shrinks, then is nothing.
        if r2 < 0:
            share = r1 / (r1 - r2)
            x2, y2, r2 = x1 + share * (x2 - x1), y1 + share * (y2 - y1), 0.0
        share = 0.0
        if r1 > limit:
            share = (r1 - limit) / (r1 - r2) if r2 < limit else 1.0
        xm, ym = x1 + share * (x2 - x1), y1 + share * (y2 - y1)
        for part in range(2):
            if part == 0 and share > 0:
                shape = _shape(x1, y1, limit, xm, ym, limit)
                places = slant, is_end1, is_end2 if share == 1.0 else 0.0
            elif part == 1 and share < 1:
                shape = _shape(xm, ym, min(r1, limit), x2, y2, r2)
                places = slant, is_end1 if share == 0 else 0.0, is_end2
            else:
                continue
            blocks = _blocks_near(shape, x0, y0, cell, state.shape)
            if owner < 0 and capsules[k, 9] == 0:
                _paint(field, state, shape, blocks, x0, y0, cell)
            else:
                paint_behind(
                    field, state, shape, blocks, x0, y0, cell, owner, places, ground, near, depths
                )


@njit(cache=True, nogil=True)
def _shape(x1, y1, r1, x2, y2, r2):  # type: ignore[no-untyped-def]
    """Return a capsule, the hull of two discs (r1 >= r2), as `depth_in` takes it."""
    dx, dy = x2 - x1, y2 - y1
    length = np.sqrt(dx * dx + dy * dy)
    if length <= r1 - r2 or length == 0:
        # The larger disc holds the smaller.
        return x1, y1, 1.0, 0.0, 0.0, 0.0, r1, 0.0
    shrink = (r1 - r2) / length
    return x1, y1, dx / length, dy / length, length, shrink / np.sqrt(1 - shrink**2), r1, shrink


@njit(cache=True, nogil=True)
def _blocks_near(shape, x0, y0, cell, counts):  # type: ignore[no-untyped-def]
    """Return the rows and the columns of blocks that a capsule may reach, both inclusive."""
    x1, y1, dx, dy, length, _, r1, _ = shape
    x2, y2, width = x1 + length * dx, y1 + length * dy, BLOCK * cell
    # A point next to a block that is left out lies outside by more than CLEAR_M.
    reach = r1 + cell + 2 * CLEAR_M
    return (
        max(int((min(y1, y2) - reach - y0) / width), 0),
        min(int((max(y1, y2) + reach - y0) / width), counts[0] - 1),
        max(int((min(x1, x2) - reach - x0) / width), 0),
        min(int((max(x1, x2) + reach - x0) / width), counts[1] - 1),
    )


@njit(cache=True, nogil=True)
def _paint(field, state, shape, blocks, x0, y0, cell):  # type: ignore[no-untyped-def]
    """Raise the field where a capsule lies deeper; nothing stands near it."""
    # From the middle of a block to its corners.
    half = (BLOCK - 1) * cell / 2
    corner = np.sqrt(2.0) * half
    for row in range(blocks[0], blocks[1] + 1):
        for column in range(blocks[2], blocks[3] + 1):
            before = state[row, column]
            if before in (DEEP, FILLED):
                continue
            x, y = x0 + column * BLOCK * cell, y0 + row * BLOCK * cell
            middle = depth_in(x + half, y + half, shape)
            if middle < -(cell + 2 * CLEAR_M) - corner:
                continue
            if middle > cell + corner and before != WALLED:
                state[row, column] = DEEP
                continue
            if before == FAR:
                for k in range(BLOCK * BLOCK):
                    field[row, column, k] = -2 * cell
            deep = paint_block(field, row, column, x, y, cell, shape) == BLOCK * BLOCK
            if before == WALLED:
                state[row, column] = FILLED if deep else WALLED
            else:
                state[row, column] = DEEP if deep else NEAR
