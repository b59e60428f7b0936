"""Compiled: how deep each point of a lattice lies inside a union of discs along streets."""

from __future__ import annotations

import numpy as np
from numba import njit

from planner.travel._behind import barriers_near, paint_behind
from planner.travel._grid import ZERO
from planner.travel._lattice import (
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
        Whose each lattice point is, and what stands between it and a street: see `ground_of`.
    """
    # What had the full radius for the shorter cutoff has it still: it is in the field.
    full = before - limit * leg_pace
    n_barriers = len(ground[1][3])
    room = (
        np.empty(n_barriers, dtype=np.int64),
        np.empty((1, 1, BLOCK * BLOCK)),
    )
    for k in range(len(capsules)):
        x1, y1, t1 = capsules[k, 0], capsules[k, 1], capsules[k, 2]
        x2, y2, t2 = capsules[k, 3], capsules[k, 4], capsules[k, 5]
        owner, is_end1, is_end2 = capsules[k, 6], capsules[k, 7], capsules[k, 8]
        free = owner < 0 and capsules[k, 9] == 0
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
        if r1 > limit:
            share = (r1 - limit) / (r1 - r2) if r2 < limit else 1.0
            xm, ym = x1 + share * (x2 - x1), y1 + share * (y2 - y1)
            places = slant, is_end1, is_end2 if share == 1.0 else 0.0
            _paint(
                field, state, x1, y1, limit, xm, ym, limit, x0, y0, cell, owner, free, ground,
                room, places,
            )  # fmt: skip
            if share == 1.0:
                continue
            x1, y1, r1, is_end1 = xm, ym, limit, 0.0
        places = slant, is_end1, is_end2
        _paint(
            field, state, x1, y1, r1, x2, y2, r2, x0, y0, cell, owner, free, ground, room, places
        )


@njit(cache=True, nogil=True)
def _paint(field, state, x1, y1, r1, x2, y2, r2, x0, y0, cell, owner, free, ground, room, places):  # type: ignore[no-untyped-def]
    """Raise the field where one capsule, the hull of two discs (r1 >= r2), lies deeper."""
    block_rows, block_columns = state.shape
    width = BLOCK * cell
    # A point next to a block that is left out lies outside by more than CLEAR_M.
    margin = cell + 2 * CLEAR_M
    reach = r1 + margin
    left = max(int((min(x1, x2) - reach - x0) / width), 0)
    right = min(int((max(x1, x2) + reach - x0) / width), block_columns - 1)
    low = max(int((min(y1, y2) - reach - y0) / width), 0)
    high = min(int((max(y1, y2) + reach - y0) / width), block_rows - 1)
    if owner >= 0:  # nobody steps off a private street but into its compound
        boxes = ground[2][6]
        left = max(left, int((boxes[int(owner), 0] - x0) / width))
        low = max(low, int((boxes[int(owner), 1] - y0) / width))
        right = min(right, int((boxes[int(owner), 2] - x0) / width))
        high = min(high, int((boxes[int(owner), 3] - y0) / width))
    dx, dy = x2 - x1, y2 - y1
    length = np.sqrt(dx * dx + dy * dy)
    if length <= r1 - r2:
        # The larger disc holds the smaller.
        dx, dy, length, shrink, lean = 1.0, 0.0, 0.0, 0.0, 0.0
    else:
        dx, dy = dx / length, dy / length
        shrink = (r1 - r2) / length
        lean = shrink / np.sqrt(1 - shrink * shrink)
    shape = (dx, dy, length, lean, r1, shrink)
    n_near = ZERO
    if not free:
        n_near = barriers_near(
            min(x1, x2) - reach, min(y1, y2) - reach, max(x1, x2) + reach, max(y1, y2) + reach,
            *ground[1], room[0],
        )  # fmt: skip
    # From the middle of a block to its corners.
    half = (BLOCK - 1) * cell / 2
    corner = np.sqrt(2.0) * half
    for row in range(low, high + 1):
        for column in range(left, right + 1):
            before = state[row, column]
            if before == DEEP or before == FILLED:
                continue
            x, y = x0 + column * width, y0 + row * width
            middle = depth_in(x + half - x1, y + half - y1, shape)
            if middle < -margin - corner:
                continue
            if free and before != WALLED and middle > cell + corner:
                state[row, column] = DEEP
                continue
            if before == FAR:
                for k in range(BLOCK * BLOCK):
                    field[row, column, k] = -2 * cell
            if not free:
                deep = paint_behind(
                    field, row, column, x, y, x1, y1, cell, shape, owner, ground, room, n_near,
                    places,
                )  # fmt: skip
            else:
                deep = paint_block(field, row, column, x - x1, y - y1, cell, shape)
            walled = not free or before == WALLED
            if deep == BLOCK * BLOCK:
                state[row, column] = FILLED if walled else DEEP
            else:
                state[row, column] = WALLED if walled else NEAR
