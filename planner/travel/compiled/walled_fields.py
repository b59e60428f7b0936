"""Compiled: how deep points of a lattice lie that are walked to past walls and barriers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.crs.array_types import Floats
from planner.travel.compiled.arrays import Ground, Lattice
from planner.travel.compiled.barriers import find_barriers_near
from planner.travel.compiled.barriers_beside import write_barriers_near
from planner.travel.compiled.decorators import helper
from planner.travel.compiled.grid import ZERO
from planner.travel.compiled.lattice import (
    BLOCK,
    CLEAR_M,
    COLUMN,
    FAR,
    FILLED,
    ROW,
    WALLED,
    Blocks,
    Capsule,
    away_in,
    blocks_near,
    fill_block,
    first_unfinished,
    paint_block,
)
from planner.travel.compiled.part_rows import UNLISTED
from planner.travel.compiled.seen_blocks import (
    ALL_SEEN,
    ASKED,
    BEFORE,
    BEHIND,
    StreetLine,
    ask_block,
)

#: A place this far beyond a part of a piece is on it: the next part may say the same, metres.
_JOINT_M = 1e-6
#: The first of the three bits of each point, see `ask_block`.
_FIRST = sum(1 << (3 * k) for k in range(BLOCK * BLOCK))


class PieceEnds(NamedTuple):
    """How the straight piece of street goes on at the ends of a capsule along it.

    is_end1, is_end2 : whether the end of the capsule is an end of the piece.
    turned : whether the capsule runs against the line of street.
    """

    is_end1: bool
    is_end2: bool
    turned: bool


@helper
def paint_behind(
    field: Floats,
    state: NDArray[np.int8],
    unfinished: NDArray[np.int32],
    capsule: Capsule,
    lattice: Lattice,
    number: int,
    slant: float,
    owner: int,
    piece: PieceEnds,
    limit: float,
    ground: Ground,
) -> None:
    """Raise the field where a capsule near walls and barriers lies deeper.

    A point that cannot be walked to from the street, because a barrier stands between or it lies
    outside the compound, counts as outside as far as it would be inside: the outline then runs
    midway between it and its neighbour on the other side.

    Parameters
    ----------
    field, state, unfinished
        As `deepen` takes them.
    number
        The line of street that lists the barriers near, or OPEN or UNLISTED.
    slant, owner
        As in `StreetLine`.
    piece
        Which part of the line the capsule is.
    limit
        The longest leg, metres.
    """
    cell, width, half = lattice.cell, BLOCK * lattice.cell, (BLOCK - 1) * lattice.cell / 2
    outside = cell + 2 * CLEAR_M + np.sqrt(2.0) * half
    seen = ground.seen
    # Every lattice starts at a multiple of a block: this undoes rounding alone.
    row0, column0 = int(np.rint(lattice.y0 / width)), int(np.rint(lattice.x0 / width))
    # Minutes of a direct walk rise otherwise than along the street: what they see is not kept.
    kept = number >= 0 and _is_same(slant, seen.slant[number]) and seen.lines[number, 0] == owner
    first_row, first_column, n_columns, first, last = ZERO, ZERO, ZERO, ZERO, ZERO
    if kept:
        lines = seen.lines
        first_row, first_column, n_columns = lines[number, 1], lines[number, 2], lines[number, 3]
        first, last = lines[number, 4], lines[number, 5]
    else:
        piece = PieceEnds(piece.is_end1, piece.is_end2, False)
    n_near = -1
    blocks = blocks_near(capsule, capsule.radius, lattice, state.shape)
    low, high, left, right = _blocks_of(owner, blocks, lattice, ground.groups.boxes)
    for row in range(low, high + 1):
        column = left - 1
        while column < right:
            column = first_unfinished(unfinished, row, column + 1)
            if column > right:
                break
            x, y = lattice.x0 + column * width, lattice.y0 + row * width
            square, radius = away_in(x + half, y + half, capsule)
            if square > (radius + outside) ** 2:
                continue
            known, slot = 0, -1
            if kept:
                aside, up = column0 + column - first_column, row0 + row - first_row
                slot = first + up * n_columns + aside
                # Beyond the blocks of a line nothing is within the limit.
                known = ASKED
                if 0 <= aside < n_columns and first <= slot < last:
                    known = seen.blocks[slot]
            if known == 0:
                line = _line_of(capsule, number, kept, slant, owner, seen.coords)
                if n_near < 0:
                    n_near = _write_near(line, number, limit, ground)
                known = ask_block(
                    row0 + row, column0 + column, cell, line, limit, ground.near, n_near,
                    ground.here, ground.labels, ground.groups, ground.room,
                )  # fmt: skip
                if kept:
                    seen.blocks[slot] = known
            if state[row, column] == FAR:
                fill_block(field, row, column, cell)
            if known & ALL_SEEN:
                deep = paint_block(field, row, column, x, y, cell, capsule)
            elif _is_told_by_deepest(known, capsule.lean == 0, piece):
                deep = _paint_by_deepest(field, row, column, x, y, cell, capsule, slant, known)
            else:
                deep = _paint_seen(field, row, column, x, y, cell, capsule, slant, piece, known)
            state[row, column] = FILLED if deep else WALLED
            if deep:
                unfinished[row, column] = column + 1


@helper
def _is_same(slant: float, other: float) -> bool:
    """Tell whether two slants differ by rounding alone; inf is none."""
    return abs(slant - other) <= 1e-6 * (1.0 + other) and other < np.inf


@helper
def _line_of(
    capsule: Capsule, number: int, kept: bool, slant: float, owner: int, coords: Floats
) -> StreetLine:
    """Return the whole line of street that a capsule is a part of, or the capsule's own."""
    if kept:
        x1, y1, x2, y2 = (
            coords[number, 0], coords[number, 1], coords[number + 1, 0], coords[number + 1, 1],
        )  # fmt: skip
        return StreetLine(x1, y1, x2, y2, slant, owner)
    x1, y1, length = capsule.x1, capsule.y1, capsule.length
    return StreetLine(x1, y1, x1 + length * capsule.dx, y1 + length * capsule.dy, slant, owner)


@helper
def _write_near(line: StreetLine, number: int, limit: float, ground: Ground) -> int:
    """Write the barriers within a leg of a line into `ground.near`; return how many."""
    left, right = min(line.x1, line.x2) - limit, max(line.x1, line.x2) + limit
    low, high = min(line.y1, line.y2) - limit, max(line.y1, line.y2) + limit
    numbers, starts = ground.beside.barrier, ground.beside.starts
    first, last = ZERO, ZERO
    if number >= 0:
        first, last = starts[number], starts[number + 1]
    elif number == UNLISTED:
        last = find_barriers_near(
            left, low, right, high, ground.barriers, ground.met_barrier, ground.here
        )
        numbers = ground.here
    return write_barriers_near(
        left, low, right, high, numbers, first, last, ground.barriers.ends, ground.near
    )


@helper
def _is_told_by_deepest(known: int, is_full: bool, piece: PieceEnds) -> bool:
    """Tell whether each point is walked to from where it lies deepest, or from nowhere.

    Of a capsule that is full, as wide at both ends, it lies deepest by the nearest place, else by
    the one at the slant on the wider side. known, piece : as `_paint_seen` takes them.
    """
    nearest, before, behind = known & _FIRST, (known >> BEFORE) & _FIRST, (known >> BEHIND) & _FIRST
    seen = nearest | before | behind
    if seen == 0:
        return True
    # A place beyond the capsule, where the piece goes on, counts for its next part.
    if not (piece.is_end1 and piece.is_end2):
        return False
    return seen == nearest if is_full else seen == nearest & before & behind


@helper
def _paint_by_deepest(
    field: Floats,
    row: int,
    column: int,
    left: float,
    low: float,
    cell: float,
    capsule: Capsule,
    slant: float,
    known: int,
) -> bool:
    """Raise one block as `_paint_seen` does, where `_is_told_by_deepest`: a fourth of the work.

    Returns whether all its points are deep.
    """
    dx, dy, length, radius, shrink = (
        capsule.dx, capsule.dy, capsule.length, capsule.radius, capsule.shrink,
    )  # fmt: skip
    px, py = left - capsule.x1, low - capsule.y1
    lean = 0.0 if capsule.lean == 0 else slant
    deep = True
    for k in range(BLOCK * BLOCK):
        x, y = px + cell * COLUMN[k], py + cell * ROW[k]
        along, height = x * dx + y * dy, abs(x * dy - y * dx)
        at = along - lean * height
        at = at if at > 0 else 0.0
        at = at if at < length else length
        depth = radius - shrink * at - np.sqrt(height * height + (along - at) * (along - at))
        outside = -(depth if depth < cell else cell) if depth > 0 else depth
        reached = depth if (known >> (3 * k)) & 1 == 1 else outside
        old = field[row, column, k]
        raised = reached if (reached > old) & (old < cell) else old
        field[row, column, k] = raised
        deep &= raised >= cell
    return deep


@helper
def _paint_seen(
    field: Floats,
    row: int,
    column: int,
    left: float,
    low: float,
    cell: float,
    capsule: Capsule,
    slant: float,
    piece: PieceEnds,
    known: int,
) -> bool:
    """Raise one block, whose first point is (left, low), where its points are seen.

    Returns whether all are deep. known : the bits of `ask_block`; everything else in metres.
    Without a branch: the compiler does several points at once.
    """
    dx, dy, length, radius, shrink = (
        capsule.dx, capsule.dy, capsule.length, capsule.radius, capsule.shrink,
    )  # fmt: skip
    px, py = left - capsule.x1, low - capsule.y1
    least, most = (-np.inf if piece.is_end1 else -_JOINT_M), length + _JOINT_M
    most = np.inf if piece.is_end2 else most
    before, behind = (BEHIND, BEFORE) if piece.turned else (BEFORE, BEHIND)
    is_full = capsule.lean == 0
    deep = True
    for k in range(BLOCK * BLOCK):
        x, y = px + cell * COLUMN[k], py + cell * ROW[k]
        along, height = x * dx + y * dy, abs(x * dy - y * dx)
        square = height * height
        aside, room = slant * height, radius * radius - square
        # The place at the slant is beyond the limit: a leg takes the one at the limit.
        clipped = is_full & (aside * aside > room)
        aside = np.sqrt(room if room > 0 else 0.0) if clipped else aside
        at0, at1, at2 = along, along - aside, along + aside
        is0 = ((known >> (3 * k)) & 1 == 1) & (at0 >= least) & (at0 <= most)
        is1 = ((known >> (3 * k + before)) & 1 == 1) & (at1 >= least) & (at1 <= most)
        is2 = ((known >> (3 * k + behind)) & 1 == 1) & (at2 >= least) & (at2 <= most)
        at0 = at0 if at0 > 0 else 0.0
        at0 = at0 if at0 < length else length
        at1 = at1 if at1 > 0 else 0.0
        at1 = at1 if at1 < length else length
        at2 = at2 if at2 > 0 else 0.0
        at2 = at2 if at2 < length else length
        depth0 = radius - shrink * at0 - np.sqrt(square + (along - at0) * (along - at0))
        depth1 = radius - shrink * at1 - np.sqrt(square + (along - at1) * (along - at1))
        depth2 = radius - shrink * at2 - np.sqrt(square + (along - at2) * (along - at2))
        # It lies as deep as by whatever place is nearest.
        depth1 = depth0 if clipped else depth1
        depth2 = depth0 if clipped else depth2
        depth = depth0 if is_full else depth1
        inside = depth0 if is0 else -np.inf
        inside = depth1 if is1 & (depth1 > inside) else inside
        inside = depth2 if is2 & (depth2 > inside) else inside
        # A point beyond the capsule stays outside even if no barrier separates it.
        outside = -(depth if depth < cell else cell) if depth > 0 else depth
        reached = inside if inside > 0 else outside
        old = field[row, column, k]
        raised = reached if (reached > old) & (old < cell) else old
        field[row, column, k] = raised
        deep &= raised >= cell
    return deep


@helper
def _blocks_of(
    owner: int, blocks: Blocks, lattice: Lattice, boxes: Floats
) -> tuple[int, int, int, int]:
    """Return the rows and columns (low, high, left, right) of blocks that may be walked to.

    Those of the compound `owner` (its box in metres stands in `boxes`) if it has one: nobody steps
    off a private street but into its compound.
    """
    low, high, left, right = blocks.low, blocks.high, blocks.left, blocks.right
    if owner >= 0:
        width = BLOCK * lattice.cell
        left = max(left, int((boxes[owner, 0] - lattice.x0) / width))
        low = max(low, int((boxes[owner, 1] - lattice.y0) / width))
        right = min(right, int((boxes[owner, 2] - lattice.x0) / width))
        high = min(high, int((boxes[owner, 3] - lattice.y0) / width))
    return low, high, left, right
