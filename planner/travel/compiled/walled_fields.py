"""Compiled: which points of a lattice a street is walked to from, past walls and barriers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import Ground, GroupRoom, Groups, Lattice, Lines
from planner.travel.compiled.barriers import find_barriers_near, is_clear_of, square_away
from planner.travel.compiled.decorators import helper, kernel
from planner.travel.compiled.grid import ZERO
from planner.travel.compiled.growing import appended
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
#: What lies so near to the line of a barrier lies on neither side of it for sure, metres.
_CLEAR_OF_LINE_M = 0.02


class PieceEnds(NamedTuple):
    """How the straight piece of street goes on at the ends of a capsule along it.

    slant : metres from the nearest place to those at the slant, per metre beside the street.
    is_end1, is_end2 : 1 where the end of the capsule is an end of the piece, else 0.
    """

    slant: float
    is_end1: float
    is_end2: float


@helper
def _find_barriers_between(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    left: float,
    low: float,
    side: float,
    near: Floats,
    n_near: int,
    here: Ints,
) -> int:
    """Write which of the first barriers of `near` may stand between a street and a square (metres).

    The straight street leads from (x1, y1) to (x2, y2), the square begins at (left, low). Returns
    how many, or -1 if one stands across every walk from one to the other.
    """
    west, east = min(x1, x2, left), max(x1, x2, left + side)
    south, north = min(y1, y2, low), max(y1, y2, low + side)
    n = 0
    for k in range(n_near):
        ax, ay, bx, by = near[k, 0], near[k, 1], near[k, 2], near[k, 3]
        if max(ax, bx) < west or min(ax, bx) > east or max(ay, by) < south or min(ay, by) > north:
            continue
        # How far left of the barrier's line, times its length, lie the street and the square.
        ux, uy = bx - ax, by - ay
        s1, s2 = ux * (y1 - ay) - uy * (x1 - ax), ux * (y2 - ay) - uy * (x2 - ax)
        corner = ux * (low - ay) - uy * (left - ax)
        q_low = corner + side * (min(ux, 0.0) - max(uy, 0.0))
        q_high = corner + side * (max(ux, 0.0) - min(uy, 0.0))
        s_low, s_high = min(s1, s2), max(s1, s2)
        clear = _CLEAR_OF_LINE_M * np.sqrt(ux * ux + uy * uy)
        if (s_low > clear and q_low > clear) or (s_high < -clear and q_high < -clear):
            continue
        if (s_low > clear and q_high < -clear) or (s_high < -clear and q_low > clear):
            least, most = _crossed_shares(x1, y1, s1, left, low, side, ax, ay, ux, uy)
            other_least, other_most = _crossed_shares(x2, y2, s2, left, low, side, ax, ay, ux, uy)
            if min(least, other_least) > 0.0 and max(most, other_most) < 1.0:
                return -1
        here[n] = k
        n += 1
    return n


@helper
def _crossed_shares(
    x: float,
    y: float,
    away: float,
    left: float,
    low: float,
    side: float,
    ax: float,
    ay: float,
    ux: float,
    uy: float,
) -> tuple[float, float]:
    """Return from where to where walks from a place to a square cross a line, as shares of it.

    The line leads from (ax, ay) by (ux, uy) and parts the place from the square, whose first corner
    is (left, low); away : how far left of it the place lies, times its length. Metres.
    """
    least, most = np.inf, -np.inf
    square = ux * ux + uy * uy
    along = ux * (x - ax) + uy * (y - ay)
    for turn in range(4):
        to_x, to_y = left + side * (turn % 2), low + side * (turn // 2)
        other = ux * (to_y - ay) - uy * (to_x - ax)
        share = away / (away - other)
        place = along + share * (ux * (to_x - ax) + uy * (to_y - ay) - along)
        least, most = min(least, place), max(most, place)
    return least / square, most / square


@kernel
def list_barriers_beside(lines: Floats, reach: float, barriers: Lines) -> tuple[Ints, Ints]:
    """List the barriers within reach of each straight line of street: no other parts it from a leg.

    lines (v, 4) : their ends; metres. Returns starts (v + 1,) and the barriers, ragged over lines.
    """
    ends, n_barriers = barriers.ends, len(barriers.ends)
    met, near = np.zeros(n_barriers + 1, dtype=np.int64), np.empty(n_barriers, dtype=np.int64)
    starts, listed = np.zeros(len(lines) + 1, dtype=np.int64), np.empty(1024, dtype=np.int64)
    for line in range(len(lines)):
        x1, y1, x2, y2 = lines[line, 0], lines[line, 1], lines[line, 2], lines[line, 3]
        n_near = find_barriers_near(
            min(x1, x2) - reach, min(y1, y2) - reach, max(x1, x2) + reach, max(y1, y2) + reach,
            barriers, met, near,
        )  # fmt: skip
        n = 0
        for k in range(n_near):
            ax, ay, bx, by = ends[near[k], 0], ends[near[k], 1], ends[near[k], 2], ends[near[k], 3]
            if _are_within(reach, x1, y1, x2, y2, ax, ay, bx, by):
                near[n] = near[k]
                n += 1
        listed = appended(listed, starts[line], near, n)
        starts[line + 1] = starts[line] + n
    return starts, listed[: starts[-1]]


@helper
def _are_within(
    reach: float,
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    ax: float,
    ay: float,
    bx: float,
    by: float,
) -> bool:
    """Tell whether two straight lines, x1..y2 and ax..by, come so near to each other, metres."""
    ux, uy, vx, vy = x2 - x1, y2 - y1, bx - ax, by - ay
    a, b = ux * (ay - y1) - uy * (ax - x1), ux * (by - y1) - uy * (bx - x1)
    c, d = vx * (y1 - ay) - vy * (x1 - ax), vx * (y2 - ay) - vy * (x2 - ax)
    if (a > 0) != (b > 0) and (c > 0) != (d > 0):
        return True
    # Where they do not cross, one of the four ends is nearest to the other line.
    nearest = min(
        min(square_away(ax, ay, x1, y1, ux, uy), square_away(bx, by, x1, y1, ux, uy)),
        min(square_away(x1, y1, ax, ay, vx, vy), square_away(x2, y2, ax, ay, vx, vy)),
    )
    return nearest <= reach * reach


@helper
def _write_barriers_near(
    left: float,
    low: float,
    right: float,
    high: float,
    numbers: Ints,
    first: int,
    last: int,
    ends: Floats,
    near: Floats,
) -> int:
    """Write those of the barriers first..last of a list whose box meets a box; return how many.

    ends (b, 4) : of all barriers, metres; near (b, 4) : written to.
    """
    n = 0
    for k in range(first, last):
        part = numbers[k]
        ax, ay, bx, by = ends[part, 0], ends[part, 1], ends[part, 2], ends[part, 3]
        if (
            max(ax, bx) >= left
            and min(ax, bx) <= right
            and max(ay, by) >= low
            and min(ay, by) <= high
        ):
            near[n, 0], near[n, 1], near[n, 2], near[n, 3] = ax, ay, bx, by
            n += 1
    return n


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
    field, state
        As `deepen` takes them.
    blocks
        Those the capsule may reach.
    owner
        The compound whose people alone step off here, -1 for everybody.
    near, depths
        Working arrays: as long as the grid of the barriers lists parts, and (1, 1, BLOCK * BLOCK).
    """
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
    n_near = _write_barriers_near(
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
                n_here = _find_barriers_between(
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
    ends (b, 4) : of the barriers; the first n_near of `near` are those that may stand between.
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
