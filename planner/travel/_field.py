"""Compiled: how deep each point of a lattice lies inside a union of discs along streets."""

from __future__ import annotations

import numpy as np
from numba import njit

from planner.travel._barriers import clear
from planner.travel._grid import cells_around
from planner.travel._join import group_of, pieces_near

#: The lattice is kept in blocks of BLOCK x BLOCK points, each in one piece of memory.
BLOCK = 8
#: State of a block: nothing near it yet and no values written; some values; all deep inside; some
#: values beside a wall, where a point deep inside may have a neighbour outside; all deep there.
FAR, NEAR, DEEP, WALLED, FILLED = 0, 1, 2, 3, 4
#: Label of a lattice point in no polygon, for which no group of private streets was looked for yet.
UNASKED = -2
#: A lattice point on the outline would make the outline touch itself: none lies nearer, metres.
CLEAR_M = 0.02

#: A place this far beyond a part of a piece is on it: the next part may say the same, metres.
_JOINT_M = 1e-6

_ROW, _COLUMN = (steps.ravel().astype(np.float64) for steps in np.mgrid[:BLOCK, :BLOCK])


@njit(cache=True, nogil=True)
def depth_at(field, state, row, column, cell):  # type: ignore[no-untyped-def]
    """Return the depth of a lattice point: above 0 inside, below 0 outside, never on the line."""
    block_row, block_column = row // BLOCK, column // BLOCK
    if state[block_row, block_column] == FAR:
        return -2.0 * cell
    at = (row % BLOCK) * BLOCK + column % BLOCK
    depth = field[block_row, block_column, at]
    return CLEAR_M if abs(depth) < CLEAR_M else depth


@njit(cache=True, nogil=True)
def deepen(field, state, capsules, cutoff, before, limit, leg_pace, x0, y0, cell, ground):  # type: ignore[no-untyped-def]
    """Raise a field of depths to that of a longer cutoff, so that it is nowhere less deep.

    Depth is metres inside (positive) or outside (negative) the union of discs of radius
    min(limit, minutes left / leg_pace) round the street points. It is exact from -cell to cell;
    farther from the outline only the sign is.

    Parameters
    ----------
    field : (block rows, block columns, BLOCK * BLOCK)
        As the cutoff `before` left it; blocks that are FAR need hold nothing.
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
    depths = np.empty(BLOCK * BLOCK)
    for k in range(len(capsules)):
        x1, y1, t1, x2, y2, t2, owner, is_end1, is_end2 = capsules[k]
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
                field, state, x1, y1, limit, xm, ym, limit, x0, y0, cell, owner, ground, depths,
                places,
            )  # fmt: skip
            if share == 1.0:
                continue
            x1, y1, r1, is_end1 = xm, ym, limit, 0.0
        places = slant, is_end1, is_end2
        _paint(field, state, x1, y1, r1, x2, y2, r2, x0, y0, cell, owner, ground, depths, places)


@njit(cache=True, nogil=True)
def _paint(field, state, x1, y1, r1, x2, y2, r2, x0, y0, cell, owner, ground, depths, places):  # type: ignore[no-untyped-def]
    """Raise the field where one capsule, the hull of two discs (r1 >= r2), lies deeper."""
    block_rows, block_columns = state.shape
    width = BLOCK * cell
    # A point next to a block that is left out lies outside by more than CLEAR_M.
    reach = r1 + cell + 2 * CLEAR_M
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
    free = owner < 0 and not _barrier_near(
        min(x1, x2) - reach,
        min(y1, y2) - reach,
        max(x1, x2) + reach,
        max(y1, y2) + reach,
        ground[1],
    )
    for row in range(low, high + 1):
        for column in range(left, right + 1):
            if state[row, column] == DEEP or state[row, column] == FILLED:
                continue
            block = field[row, column]
            if state[row, column] == FAR:
                block[:] = -2 * cell
            px, py = x0 + column * width - x1, y0 + row * width - y1
            walled = not free or state[row, column] == WALLED
            if free:
                deep = _paint_block(block, px, py, cell, shape)
            else:
                deep = _paint_behind(
                    block, px, py, x1, y1, cell, shape, owner, ground, depths, places
                )
            if deep == len(block):
                state[row, column] = FILLED if walled else DEEP
            else:
                state[row, column] = WALLED if walled else NEAR


@njit(cache=True, nogil=True)
def _paint_block(block, px, py, cell, shape):  # type: ignore[no-untyped-def]
    """Raise one block; return how many of its points are as deep as counts.

    Without a branch in the loop: the compiler then does several points at once.
    """
    dx, dy, length, lean, r1, shrink = shape
    deep = 0
    for k in range(len(block)):
        x, y = px + cell * _COLUMN[k], py + cell * _ROW[k]
        along, height = x * dx + y * dy, abs(x * dy - y * dx)
        # The disc in which the point lies deepest stands here on the middle line.
        at = along - lean * height
        at = at if at > 0 else 0.0
        at = at if at < length else length
        away = along - at
        depth = r1 - shrink * at - np.sqrt(height * height + away * away)
        depth = depth if depth > block[k] else block[k]
        block[k] = depth
        deep += depth >= cell
    return deep


@njit(cache=True, nogil=True)
def _barrier_near(left, low, right, high, barriers):  # type: ignore[no-untyped-def]
    """Tell whether a cell of the index that a box touches holds a barrier."""
    ends, frame, starts, _ = barriers
    if len(ends) == 0:
        return False
    reach = max(right - left, high - low) / 2
    first, last, bottom, top = cells_around((left + right) / 2, (low + high) / 2, reach, frame)
    if first > last:
        return False
    for row in range(bottom, top + 1):
        at = row * frame[3]
        if starts[at + last + 1] > starts[at + first]:
            return True
    return False


@njit(cache=True, nogil=True)
def _paint_behind(block, px, py, x1, y1, cell, shape, owner, ground, depths, places):  # type: ignore[no-untyped-def]
    """Raise one block near walls and barriers; return how many of its points are deep.

    A point that cannot be walked to from the street, because a barrier stands between or it lies
    outside the compound, counts as outside as far as it would be inside: the outline then runs
    midway between it and its neighbour on the other side. As for any leg, three places of a
    straight piece are tried: the nearest, and those at the slant on both sides, or its ends.
    """
    dx, dy, length, lean, r1, shrink = shape
    slant, is_end1, is_end2 = places
    depths[:] = -2 * cell
    _paint_block(depths, px, py, cell, shape)
    deep = 0
    for k in range(len(block)):
        depth = depths[k]
        if block[k] >= cell:
            deep += 1
        elif depth > block[k]:
            if depth <= 0:  # outside, whatever stands between
                block[k] = depth
                continue
            x, y = px + cell * _COLUMN[k], py + cell * _ROW[k]
            along, height = x * dx + y * dy, abs(x * dy - y * dx)
            before, reached = block[k], -min(depth, cell)
            if owner < 0 or _owns(owner, x + x1, y + y1, cell, ground):
                tried = -1.0
                for turn in range(3):
                    # The soonest first: where the radius is the limit, the nearest is.
                    step = turn - 1 if lean > 0 else (turn + 1) % 3 - 1
                    at = along + step * slant * height if step != 0 else along
                    if at < -_JOINT_M:
                        if is_end1 == 0 or tried == 0:
                            continue
                        at = 0.0
                    elif at > length + _JOINT_M:
                        if is_end2 == 0 or tried == length:
                            continue
                        at = length
                    inside = r1 - shrink * at - np.sqrt(height * height + (along - at) ** 2)
                    if inside <= max(before, 0.0):
                        continue
                    tried = at
                    if clear(x + x1, y + y1, x1 + at * dx, y1 + at * dy, ground[1]):
                        reached = inside
                        break
            block[k] = max(before, reached)
            deep += block[k] >= cell
    return deep


@njit(cache=True, nogil=True)
def _owns(owner, x, y, cell, ground):  # type: ignore[no-untyped-def]
    """Tell whether a lattice point lies in a compound; groups of streets are found when asked."""
    label, low_column, low_row = ground[0]
    row, column = int(np.rint(y / cell)) - low_row, int(np.rint(x / cell)) - low_column
    if row < 0 or column < 0 or row >= label.shape[0] or column >= label.shape[1]:
        return False
    if label[row, column] == UNASKED:
        limit, ends, piece_edge, owners, is_group, grid, _, found, stamp, mark = ground[2]
        if not is_group[int(owner)]:
            return False
        mark[0] += 1
        n = pieces_near(x, y, limit, ends, grid, stamp, mark[0], found)
        label[row, column] = group_of(x, y, found, n, limit, ends, piece_edge, owners, is_group)
    return label[row, column] == int(owner)
