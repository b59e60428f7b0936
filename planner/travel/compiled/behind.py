"""Compiled: which points of a lattice a street is walked to from, past walls and barriers."""

from __future__ import annotations

import numpy as np
from numba import njit

from planner.travel.compiled.barriers import crosses
from planner.travel.compiled.grid import cells_around
from planner.travel.compiled.join import group_of, pieces_near
from planner.travel.compiled.lattice import (
    BLOCK,
    CLEAR_M,
    COLUMN,
    DEEP,
    FAR,
    FILLED,
    ROW,
    TILE,
    UNASKED,
    WALLED,
    depth_in,
    paint_block,
)

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
        n = barriers_near(
            min(x1, x2) - reach, min(y1, y2) - reach, max(x1, x2) + reach, max(y1, y2) + reach,
            ends, frame, starts, items, near,
        )  # fmt: skip
        found[piece] = n > 0
    return found


@njit(cache=True, nogil=True)
def paint_behind(field, state, shape, blocks, x0, y0, cell, owner, places, ground, near, depths):  # type: ignore[no-untyped-def]
    """Raise the field where a capsule near walls and barriers lies deeper.

    A point that cannot be walked to from the street, because a barrier stands between or it lies
    outside the compound, counts as outside as far as it would be inside: the outline then runs
    midway between it and its neighbour on the other side. As for any leg, three places of a
    straight piece are tried: the nearest, and those at the slant on both sides, or at the limit, or
    its ends.

    Parameters
    ----------
    field, state
        As `deepen` takes them.
    shape, blocks
        The capsule as `depth_in` takes it, and the rows and columns of blocks it may reach.
    owner
        The compound whose people alone step off here, -1 for everybody.
    places
        Metres from the nearest place to those at the slant, per metre beside the street; whether
        the ends of the capsule are ends of the straight piece.
    near, depths
        Working arrays.
    """
    x1, y1, dx, dy, length, _, r1, _ = shape
    labels = ground[0]
    ends, frame, starts, items = ground[1]
    width, half = BLOCK * cell, (BLOCK - 1) * cell / 2
    corner, margin = np.sqrt(2.0) * half, cell + 2 * CLEAR_M
    x2, y2, reach = x1 + length * dx, y1 + length * dy, r1 + margin
    n_near = barriers_near(
        min(x1, x2) - reach, min(y1, y2) - reach, max(x1, x2) + reach, max(y1, y2) + reach,
        ends, frame, starts, items, near,
    )  # fmt: skip
    low, high, left, right = _blocks_of(owner, blocks, x0, y0, width, ground[2][6])
    for row in range(low, high + 1):
        for column in range(left, right + 1):
            if state[row, column] == DEEP or state[row, column] == FILLED:
                continue
            block_x, block_y = x0 + column * width, y0 + row * width
            if depth_in(block_x + half, block_y + half, shape) < -margin - corner:
                continue
            for k in range(BLOCK * BLOCK):
                depths[0, 0, k] = -2 * cell
                if state[row, column] == FAR:
                    field[row, column, k] = -2 * cell
            paint_block(depths, 0, 0, block_x, block_y, cell, shape)
            deep, asked = 0, 0
            for k in range(BLOCK * BLOCK):
                before, depth = field[row, column, k], depths[0, 0, k]
                # A point beyond the capsule stays outside even if no barrier separates it.
                field[row, column, k] = depth if before < depth <= 0 else before
                deep += before >= cell
                asked += (depth > 0) & (depth > before) & (before < cell)
            for k in range(BLOCK * BLOCK if asked > 0 else 0):
                before, depth = field[row, column, k], depths[0, 0, k]
                if before >= cell or depth <= 0 or depth <= before:
                    continue
                x, y = block_x + cell * COLUMN[k], block_y + cell * ROW[k]
                reached = -min(depth, cell)
                if owner < 0 or _owns(owner, x, y, cell, labels, ground[2]):
                    inside = _walked_to(
                        x, y, shape, places, depth, max(before, 0.0), ends, near, n_near
                    )
                    reached = inside if inside > 0 else reached
                field[row, column, k] = max(before, reached)
                deep += field[row, column, k] >= cell
            state[row, column] = FILLED if deep == BLOCK * BLOCK else WALLED


@njit(cache=True, nogil=True)
def _blocks_of(owner, blocks, x0, y0, width, boxes):  # type: ignore[no-untyped-def]
    """Return the rows and columns of blocks whose points may be walked to.

    Those of the compound `owner` (its box in metres stands in `boxes`) if it has one: nobody steps
    off a private street but into its compound.
    """
    low, high, left, right = blocks
    if owner >= 0:
        left = max(left, int((boxes[int(owner), 0] - x0) / width))
        low = max(low, int((boxes[int(owner), 1] - y0) / width))
        right = min(right, int((boxes[int(owner), 2] - x0) / width))
        high = min(high, int((boxes[int(owner), 3] - y0) / width))
    return low, high, left, right


@njit(cache=True, nogil=True)
def _walked_to(x, y, shape, places, depth, before, ends, near, n_near):  # type: ignore[no-untyped-def]
    """Return how deep a point lies by the first place of a street it is walked to from.

    0 where there is none that makes it deeper than it was `before`.
    """
    x1, y1, dx, dy, length, lean, r1, shrink = shape
    slant, is_end1, is_end2 = places
    along, height = (x - x1) * dx + (y - y1) * dy, abs((x - x1) * dy - (y - y1) * dx)
    aside, clipped = slant * height, False
    if lean == 0 and aside * aside > r1 * r1 - height * height:
        # The place at the slant is beyond the limit: a leg takes the one at the limit.
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
        if clipped and step != 0:  # it lies as deep as by whatever place is nearest
            inside = depth
        if inside <= before:
            continue
        tried = at
        to_x, to_y, clear = x1 + at * dx, y1 + at * dy, True
        for k in range(n_near):
            if crosses(x, y, to_x, to_y, ends, near[k]):
                clear = False
                break
        if clear:
            return inside
    return 0.0


@njit(cache=True, nogil=True)
def _owns(owner, x, y, cell, labels, groups):  # type: ignore[no-untyped-def]
    """Tell whether a lattice point lies in a compound; groups of streets are found when asked."""
    tiles, label, low_column, low_row = labels
    limit, ends, piece_edge, owners, is_group, grid, _, found, stamp, mark = groups
    row, column = int(np.rint(y / cell)), int(np.rint(x / cell))
    tile_row, tile_column = row // TILE - low_row, column // TILE - low_column
    tile, whose = -1, UNASKED
    if 0 <= tile_row < tiles.shape[0] and 0 <= tile_column < tiles.shape[1]:
        tile = tiles[tile_row, tile_column]
    if tile >= 0:
        whose = label[tile, row % TILE, column % TILE]
    if whose == UNASKED:
        if not is_group[int(owner)]:
            return False
        mark[0] += 1
        n = pieces_near(x, y, limit, ends, grid, stamp, mark[0], found)
        whose = group_of(x, y, found, n, limit, ends, piece_edge, owners, is_group)
        if tile >= 0:
            label[tile, row % TILE, column % TILE] = whose
    return whose == int(owner)
