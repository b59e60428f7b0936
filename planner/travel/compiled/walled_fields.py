"""Compiled: which points of a lattice a street is walked to from, past walls and barriers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import Ground, GroupRoom, Groups, Lattice
from planner.travel.compiled.barriers import find_barriers_near, is_clear_of
from planner.travel.compiled.barriers_beside import find_barriers_between, write_barriers_near
from planner.travel.compiled.decorators import helper
from planner.travel.compiled.grid import ZERO
from planner.travel.compiled.lattice import (
    BLOCK,
    CLEAR_M,
    COLUMN,
    FAR,
    FILLED,
    ROW,
    TILE,
    UNASKED,
    WALLED,
    Blocks,
    Capsule,
    blocks_near,
    depth_in,
    fill_block,
    first_unfinished,
    paint_block,
)
from planner.travel.compiled.pieces import find_group, find_pieces_near
from planner.travel.compiled.reached_parts import UNLISTED

#: A place this far beyond a part of a piece is on it: the next part may say the same, metres.
_JOINT_M = 1e-6


class PieceEnds(NamedTuple):
    """How the straight piece of street goes on at the ends of a capsule along it.

    slant : metres from the nearest place to those at the slant, per metre beside the street.
    is_end1, is_end2 : 1 where the end of the capsule is an end of the piece, else 0.
    """

    slant: float
    is_end1: float
    is_end2: float


@helper
def paint_behind(
    field: Floats,
    state: NDArray[np.int8],
    unfinished: NDArray[np.int32],
    capsule: Capsule,
    lattice: Lattice,
    owner: float,
    line: int,
    piece: PieceEnds,
    deeper_than: float,
    no_deeper_than: float,
    ground: Ground,
    met: Ints,
    near: Floats,
    here: Ints,
    asked: Ints,
    depths: Floats,
) -> None:
    """Raise the field where a capsule near walls and barriers lies deeper.

    A point that cannot be walked to from the street, because a barrier stands between or it lies
    outside the compound, counts as outside as far as it would be inside: the outline then runs
    midway between it and its neighbour on the other side. As for any leg, three places of a
    straight piece are tried: the nearest, and those at the slant on both sides, or at the limit, or
    its ends.

    Parameters
    ----------
    field, state, unfinished
        As `deepen` takes them.
    owner
        The compound whose people alone step off here, -1 for everybody.
    line
        The line of street that lists the barriers near, or OPEN or UNLISTED.
    deeper_than, no_deeper_than
        Blocks are painted whose middle lies from so deep to less than so deep in it, metres.
    met, near, here, asked, depths
        Working arrays: (b + 1,) zeros, (b, 4), (b,), (BLOCK * BLOCK + 1,), (1, 1, BLOCK * BLOCK).
    """
    # One function for all that is done for a block: parted it takes a sixth longer.
    x1, y1, cell, barriers = capsule.x1, capsule.y1, lattice.cell, ground.barriers
    width, half = BLOCK * cell, (BLOCK - 1) * cell / 2
    corner, margin = np.sqrt(2.0) * half, cell + 2 * CLEAR_M
    x2, y2 = x1 + capsule.length * capsule.dx, y1 + capsule.length * capsule.dy
    deeper_than = max(deeper_than, -margin - corner)
    reach = min(capsule.radius - deeper_than, capsule.radius) + corner
    numbers, starts = ground.beside.barrier, ground.beside.starts
    first, last = ZERO, ZERO
    if line >= 0:
        first, last = starts[line], starts[line + 1]
    elif line == UNLISTED:
        last = find_barriers_near(
            x1 - reach, y1 - reach, x1 + reach, y1 + reach, barriers, met, here
        )
        numbers = here
    n_near = write_barriers_near(
        min(x1, x2) - reach, min(y1, y2) - reach, max(x1, x2) + reach, max(y1, y2) + reach,
        numbers, first, last, barriers.ends, near,
    )  # fmt: skip
    # By name: in a tuple each array is counted whenever it is handed on.
    tiles, label = ground.labels.tiles, ground.labels.label
    labels_row, labels_column = ground.labels.row, ground.labels.column
    # Every lattice starts at a multiple of the cell: this undoes rounding alone.
    row0, column0 = int(np.rint(lattice.y0 / cell)), int(np.rint(lattice.x0 / cell))
    blocks = blocks_near(capsule, capsule.radius - max(deeper_than, 0.0), lattice, state.shape)
    low, high, left, right = _blocks_of(owner, blocks, lattice, ground.groups.boxes)
    for row in range(low, high + 1):
        column = left - 1
        while column < right:
            column = first_unfinished(unfinished, row, column + 1)
            if column > right:
                break
            block_x, block_y = lattice.x0 + column * width, lattice.y0 + row * width
            middle = depth_in(block_x + half, block_y + half, capsule)
            if middle < deeper_than or middle >= no_deeper_than:
                continue
            if state[row, column] == FAR:
                fill_block(field, row, column, cell)
            # Painted aside first: only points that the capsule makes deeper are asked.
            fill_block(depths, 0, 0, cell)
            paint_block(depths, 0, 0, block_x, block_y, cell, capsule)
            deep, n_asked = _raise_outside(field, row, column, depths, cell, asked)
            n_here = 0
            if n_asked > 0 and n_near > 0:
                n_here = find_barriers_between(
                    x1, y1, x2, y2, block_x, block_y, 2 * half, near, n_near, here
                )
            for j in range(n_asked):
                k = asked[j]
                before, depth = field[row, column, k], depths[0, 0, k]
                x, y = block_x + cell * COLUMN[k], block_y + cell * ROW[k]
                reached = -min(depth, cell)
                walkable = n_here >= 0
                if walkable and owner >= 0:
                    point_row, point_column = (
                        row0 + row * BLOCK + k // BLOCK,
                        column0 + column * BLOCK + k % BLOCK,
                    )
                    whose = _label_at(
                        point_row, point_column, tiles, label, labels_row, labels_column
                    )
                    walkable = whose == owner or (
                        whose == UNASKED
                        and _is_of_group(int(owner), point_row, point_column, cell, ground)
                    )
                if walkable:
                    inside = _find_walked_depth(
                        x, y, capsule, piece, depth, max(before, 0.0), near, here, n_here
                    )
                    reached = inside if inside > 0 else reached
                field[row, column, k] = max(before, reached)
                deep += field[row, column, k] >= cell
            state[row, column] = FILLED if deep == BLOCK * BLOCK else WALLED
            if deep == BLOCK * BLOCK:
                unfinished[row, column] = column + 1


@helper
def _raise_outside(
    field: Floats, row: int, column: int, depths: Floats, cell: float, asked: Ints
) -> tuple[int, int]:
    """Raise the points of a block outside a capsule; count those deep, and those to be asked for.

    field : as `deepen` takes it; depths (1, 1, BLOCK * BLOCK) : of the points in the capsule.
    asked (BLOCK * BLOCK + 1,) : the points to be asked for are written to it.
    """
    deep, n_asked = 0, 0
    for k in range(BLOCK * BLOCK):  # without a branch: the compiler does several points at once
        before, depth = field[row, column, k], depths[0, 0, k]
        # A point beyond the capsule stays outside even if no barrier separates it.
        outside = depth if depth <= 0 else -2.0 * cell
        field[row, column, k] = outside if outside > before else before
        deep += before >= cell
        n_asked += (depth > 0) & (depth > before) & (before < cell)
    if n_asked > 0:
        n_asked = 0
        for k in range(BLOCK * BLOCK):
            before, depth = field[row, column, k], depths[0, 0, k]
            asked[n_asked] = k
            n_asked += (depth > 0) & (depth > before) & (before < cell)
    return deep, n_asked


@helper
def _blocks_of(
    owner: float, blocks: Blocks, lattice: Lattice, boxes: Floats
) -> tuple[int, int, int, int]:
    """Return the rows and columns (low, high, left, right) of blocks that may be walked to.

    Those of the compound `owner` (its box in metres stands in `boxes`) if it has one: nobody steps
    off a private street but into its compound.
    """
    low, high, left, right = blocks.low, blocks.high, blocks.left, blocks.right
    if owner >= 0:
        width = BLOCK * lattice.cell
        left = max(left, int((boxes[int(owner), 0] - lattice.x0) / width))
        low = max(low, int((boxes[int(owner), 1] - lattice.y0) / width))
        right = min(right, int((boxes[int(owner), 2] - lattice.x0) / width))
        high = min(high, int((boxes[int(owner), 3] - lattice.y0) / width))
    return low, high, left, right


@helper
def _find_walked_depth(
    x: float,
    y: float,
    capsule: Capsule,
    piece: PieceEnds,
    depth: float,
    before: float,
    near: Floats,
    here: Ints,
    n_here: int,
) -> float:
    """Return how deep (metres) a point lies by the first place of a street it is walked to from.

    0 where there is none that makes it deeper than it was `before`; `depth` is that of the nearest.
    near (b, 4) : barriers; the first n_here of `here` number those that may stand between.
    """
    x1, y1, dx, dy, length = capsule.x1, capsule.y1, capsule.dx, capsule.dy, capsule.length
    radius, lean = capsule.radius, capsule.lean
    along, height = (x - x1) * dx + (y - y1) * dy, abs((x - x1) * dy - (y - y1) * dx)
    aside, clipped = piece.slant * height, False
    # Exactly 0 where the radius does not shrink.
    if lean == 0 and aside * aside > radius * radius - height * height:
        # The place at the slant is beyond the limit: a leg takes the one at the limit.
        aside, clipped = np.sqrt(max(radius * radius - height * height, 0.0)), True
    tried = -1.0
    for turn in range(3):
        # The soonest first: where the radius is the limit, the nearest is.
        step = turn - 1 if lean > 0 else (turn + 1) % 3 - 1
        at = along + step * aside if step != 0 else along
        if at < -_JOINT_M:
            if piece.is_end1 == 0 or tried == 0:
                continue
            at = 0.0
        elif at > length + _JOINT_M:
            if piece.is_end2 == 0 or tried == length:
                continue
            at = length
        inside = radius - capsule.shrink * at - np.sqrt(height * height + (along - at) ** 2)
        if clipped and step != 0:  # it lies as deep as by whatever place is nearest
            inside = depth
        if inside <= before:
            continue
        tried = at
        if is_clear_of(x, y, x1 + at * dx, y1 + at * dy, near, here, n_here):
            return inside
    return 0.0


@helper
def _label_at(
    row: int,
    column: int,
    tiles: NDArray[np.int32],
    label: NDArray[np.int32],
    first_row: int,
    first_column: int,
) -> int:
    """Return what is known of whose a lattice point is; arrays and the first square of `Labels`."""
    tile_row, tile_column = row // TILE - first_row, column // TILE - first_column
    if 0 <= tile_row < tiles.shape[0] and 0 <= tile_column < tiles.shape[1]:
        tile = tiles[tile_row, tile_column]
        if tile >= 0:
            return label[tile, row % TILE, column % TILE]
    return UNASKED


@helper
def _is_of_group(owner: int, row: int, column: int, cell: float, ground: Ground) -> bool:
    """Tell whether a lattice point in no polygon lies in a group of streets; note it in the labels.

    row, column : counted from the origin of the metric CRS; cell : metres.
    """
    labels, groups, room = ground.labels, ground.groups, ground.room
    # A compound with an outline has labelled all its points: this one lies outside.
    if not groups.is_group[owner]:
        return False
    whose = _find_group_at(column * cell, row * cell, groups, room)
    tile_row, tile_column = row // TILE - labels.row, column // TILE - labels.column
    if 0 <= tile_row < labels.tiles.shape[0] and 0 <= tile_column < labels.tiles.shape[1]:
        tile = labels.tiles[tile_row, tile_column]
        if tile >= 0:
            labels.label[tile, row % TILE, column % TILE] = whose
    return whose == owner


@helper
def _find_group_at(x: float, y: float, groups: Groups, room: GroupRoom) -> int:
    """Return the group whose street lies nearer to a place than all others, -1 for none."""
    pieces, limit = groups.pieces, groups.limit_m
    room.mark[0] += 1
    n = find_pieces_near(
        x, y, limit, pieces.ends, groups.grid, room.met_piece, room.mark[0], room.found
    )
    return find_group(
        x, y, room.found, n, limit, pieces.ends, pieces.edge, groups.owner, groups.is_group
    )
