"""Compiled: which points of a lattice a street is walked to from, past walls and barriers."""

from __future__ import annotations

import numpy as np
from numba import njit

from planner.travel._barriers import crosses
from planner.travel._grid import cells_around
from planner.travel._join import group_of, pieces_near
from planner.travel._lattice import BLOCK, COLUMN, ROW, UNASKED, paint_block

#: A place this far beyond a part of a piece is on it: the next part may say the same, metres.
_JOINT_M = 1e-6


@njit(cache=True, nogil=True)
def barriers_near(left, low, right, high, ends, frame, starts, items, near):  # type: ignore[no-untyped-def]
    """Write the straight parts of barriers whose box meets a box; return how many.

    One that lies in several cells of the index may be written several times.
    """
    reach = max(right - left, high - low) / 2
    first, last, bottom, top = cells_around((left + right) / 2, (low + high) / 2, reach, frame)
    if first > last:
        return 0
    n = 0
    for row in range(bottom, top + 1):
        at = row * frame[3]
        for k in range(starts[at + first], starts[at + last + 1]):
            part = items[k]
            if (
                max(ends[part, 0], ends[part, 2]) >= left
                and min(ends[part, 0], ends[part, 2]) <= right
                and max(ends[part, 1], ends[part, 3]) >= low
                and min(ends[part, 1], ends[part, 3]) <= high
            ):
                near[n] = part
                n += 1
    return n


@njit(cache=True, nogil=True)
def beside_barriers(pieces, reach, ends, frame, starts, items):  # type: ignore[no-untyped-def]
    """Tell of each straight piece of street (p, 4) whether a barrier may stand within reach of it.

    All parts of a piece say the same: as for any leg, the places tried are those of the piece.
    """
    found = np.zeros(len(pieces), dtype=np.bool_)
    near = np.empty(len(items), dtype=np.int64)
    for piece in range(len(pieces)):
        x1, y1, x2, y2 = pieces[piece, 0], pieces[piece, 1], pieces[piece, 2], pieces[piece, 3]
        found[piece] = 0 < barriers_near(
            min(x1, x2) - reach, min(y1, y2) - reach, max(x1, x2) + reach, max(y1, y2) + reach,
            ends, frame, starts, items, near,
        )  # fmt: skip
    return found


@njit(cache=True, nogil=True)
def _clear(x1, y1, x2, y2, ends, near, n_near):  # type: ignore[no-untyped-def]
    """Tell whether none of some barriers stands across a straight walk."""
    for k in range(n_near):
        if crosses(x1, y1, x2, y2, ends, near[k]):
            return False
    return True


@njit(cache=True, nogil=True)
def paint_behind(field, row, column, left, low, x1, y1, cell, shape, owner, ground, room, n_near, places):  # type: ignore[no-untyped-def]
    """Raise one block near walls and barriers; return how many of its points are deep.

    A point that cannot be walked to from the street, because a barrier stands between or it lies
    outside the compound, counts as outside as far as it would be inside: the outline then runs
    midway between it and its neighbour on the other side. As for any leg, three places of a
    straight piece are tried: the nearest, and those at the slant on both sides, or its ends.
    """
    dx, dy, length, lean, r1, shrink = shape
    slant, is_end1, is_end2 = places
    label, low_column, low_row = ground[0]
    ends, near, depths = ground[1][0], room[0], room[1]
    for k in range(BLOCK * BLOCK):
        depths[0, 0, k] = -2 * cell
    paint_block(depths, 0, 0, left - x1, low - y1, cell, shape)
    deep = 0
    for k in range(BLOCK * BLOCK):
        before, depth = field[row, column, k], depths[0, 0, k]
        if before >= cell:
            deep += 1
            continue
        if depth <= before:
            continue
        x, y = left + cell * COLUMN[k], low + cell * ROW[k]
        if depth <= 0:  # outside, whatever stands between
            field[row, column, k] = depth
            continue
        reached = -min(depth, cell)
        if owner < 0 or _owns(owner, x, y, cell, label, low_column, low_row, ground[2]):
            along, height = (x - x1) * dx + (y - y1) * dy, abs((x - x1) * dy - (y - y1) * dx)
            aside, clipped = slant * height, False
            if lean == 0 and aside * aside > r1 * r1 - height * height:
                aside, clipped = np.sqrt(max(r1 * r1 - height * height, 0.0)), True
            tried = -1.0
            for turn in range(3):
                # The soonest first: where the radius is the limit, the nearest is.
                step = turn - 1 if lean > 0 else (turn + 1) % 3 - 1
                at = along + step * aside if step != 0 else along
                if at < -_JOINT_M:
                    if is_end1 == 0 or tried == 0:
                        continue
                    at = 0.0
                elif at > length + _JOINT_M:
                    if is_end2 == 0 or tried == length:
                        continue
                    at = length
                inside = r1 - shrink * at - np.sqrt(height * height + (along - at) ** 2)
                if clipped and step != 0:
                    inside = depth
                if inside <= max(before, 0.0):
                    continue
                tried = at
                if _clear(x, y, x1 + at * dx, y1 + at * dy, ends, near, n_near):
                    reached = inside
                    break
        field[row, column, k] = max(before, reached)
        deep += field[row, column, k] >= cell
    return deep


@njit(cache=True, nogil=True)
def _owns(owner, x, y, cell, label, low_column, low_row, groups):  # type: ignore[no-untyped-def]
    """Tell whether a lattice point lies in a compound; groups of streets are found when asked."""
    row, column = int(np.rint(y / cell)) - low_row, int(np.rint(x / cell)) - low_column
    if row < 0 or column < 0 or row >= label.shape[0] or column >= label.shape[1]:
        return False
    if label[row, column] == UNASKED:
        limit, ends, piece_edge, owners, is_group, grid, _, found, stamp, mark = groups
        if not is_group[int(owner)]:
            return False
        mark[0] += 1
        n = pieces_near(x, y, limit, ends, grid, stamp, mark[0], found)
        label[row, column] = group_of(x, y, found, n, limit, ends, piece_edge, owners, is_group)
    return label[row, column] == int(owner)
