"""Compiled: the lattice on which isochrones are drawn, in blocks of points with their depths."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.crs.array_types import Floats
from planner.travel.compiled.arrays import Lattice
from planner.travel.compiled.decorators import helper

#: From one point of the lattice to the next, metres. Chosen by measurement: see benchmarks/.
CELL_M = 16.0
#: The lattice is kept in blocks of BLOCK x BLOCK points, each in one piece of memory.
BLOCK = 4
#: Whose a point is, is kept in squares of TILE x TILE points.
TILE = 64
#: State of a block: nothing near it yet and no values written; some values; all deep inside, which
#: needs no values; some values beside a wall, where a point deep inside may have a neighbour
#: outside; all deep there, with values.
FAR, NEAR, DEEP, WALLED, FILLED = 0, 1, 2, 3, 4
#: Label of a lattice point in no polygon, for which no group of private streets was looked for yet.
UNASKED = -2
#: A lattice point on the outline would make the outline touch itself: none lies nearer, metres.
CLEAR_M = 0.02

#: Row and column of each point of a block.
ROW, COLUMN = (steps.ravel().astype(np.float64) for steps in np.mgrid[:BLOCK, :BLOCK])


class Capsule(NamedTuple):
    """The union of the discs along a straight line whose radius shrinks evenly; metres.

    x1, y1 : its first end, where the radius is largest.
    dx, dy : direction of its middle line, of length 1; length : of the line.
    lean : how far along it the disc stands in which a place lies deepest, per metre beside it.
    radius : at the first end; shrink : what the radius loses per metre.
    """

    x1: float
    y1: float
    dx: float
    dy: float
    length: float
    lean: float
    radius: float
    shrink: float


class Blocks(NamedTuple):
    """Rows low..high and columns left..right of blocks of a lattice, all inclusive."""

    low: int
    high: int
    left: int
    right: int


@helper
def blocks_near(
    capsule: Capsule, radius: float, lattice: Lattice, counts: tuple[int, int]
) -> Blocks:
    """Return the blocks within so many metres of a capsule's middle line, with a margin.

    counts : the rows and columns of blocks.
    """
    x1, y1, width = capsule.x1, capsule.y1, BLOCK * lattice.cell
    x2, y2 = x1 + capsule.length * capsule.dx, y1 + capsule.length * capsule.dy
    # A point next to a block that is left out lies outside by more than CLEAR_M.
    reach = radius + lattice.cell + 2 * CLEAR_M
    return Blocks(
        max(int((min(y1, y2) - reach - lattice.y0) / width), 0),
        min(int((max(y1, y2) + reach - lattice.y0) / width), counts[0] - 1),
        max(int((min(x1, x2) - reach - lattice.x0) / width), 0),
        min(int((max(x1, x2) + reach - lattice.x0) / width), counts[1] - 1),
    )


@helper
def first_unfinished(unfinished: NDArray[np.int32], row: int, column: int) -> int:
    """Return the first column of blocks from one on that is not deep all over.

    unfinished (rows, columns + 1) : leads from each block that is deep all over to one further
    east; what is met on the way is led as far as the answer.
    """
    last = column
    while unfinished[row, last] != last:
        last = unfinished[row, last]
    while unfinished[row, column] != last:
        following = unfinished[row, column]
        unfinished[row, column] = last
        column = following
    return last


@helper
def depth_at(field: Floats, state: NDArray[np.int8], row: int, column: int, cell: float) -> float:
    """Return the depth of a lattice point: above 0 inside, below 0 outside, never on the line.

    field (block rows, block columns, BLOCK * BLOCK) : depths; state (block rows, block columns) :
    of each block; cell : from one point to the next; metres.
    """
    block_row, block_column = row // BLOCK, column // BLOCK
    if state[block_row, block_column] == FAR:
        return -2.0 * cell
    if state[block_row, block_column] == DEEP:
        return cell
    return cleared(field[block_row, block_column, (row % BLOCK) * BLOCK + column % BLOCK])


@helper
def cleared(depth: float) -> float:
    """Return a depth, metres; CLEAR_M where the outline would touch the point."""
    return CLEAR_M if abs(depth) < CLEAR_M else depth


@helper
def away_in(x: float, y: float, capsule: Capsule) -> tuple[float, float]:
    """Return where a place lies in a capsule: away from the middle of which disc, and its radius.

    The first is squared, metres; a place lies as deep as the radius is more than the way there. To
    compare squares takes no root.
    """
    px, py = x - capsule.x1, y - capsule.y1
    along, height = px * capsule.dx + py * capsule.dy, abs(px * capsule.dy - py * capsule.dx)
    at = min(max(along - capsule.lean * height, 0.0), capsule.length)
    return height * height + (along - at) * (along - at), capsule.radius - capsule.shrink * at


@helper
def fill_block(field: Floats, row: int, column: int, cell: float) -> None:
    """Write to a block what `depth_at` says of one that holds no values yet."""
    for k in range(BLOCK * BLOCK):
        field[row, column, k] = -2.0 * cell


@helper
def paint_block(
    field: Floats, row: int, column: int, left: float, low: float, cell: float, capsule: Capsule
) -> bool:
    """Raise one block, whose first point is (left, low); return whether all its points are deep.

    field (block rows, block columns, BLOCK * BLOCK) : depths; everything in metres.
    Without a branch and without a slice: the compiler does several points at once.
    """
    dx, dy, length, lean = capsule.dx, capsule.dy, capsule.length, capsule.lean
    px, py = left - capsule.x1, low - capsule.y1
    deep = True
    for k in range(BLOCK * BLOCK):
        x, y = px + cell * COLUMN[k], py + cell * ROW[k]
        along, height = x * dx + y * dy, abs(x * dy - y * dx)
        at = along - lean * height
        at = at if at > 0 else 0.0
        at = at if at < length else length
        away = along - at
        depth = capsule.radius - capsule.shrink * at - np.sqrt(height * height + away * away)
        depth = depth if depth > field[row, column, k] else field[row, column, k]
        field[row, column, k] = depth
        deep &= depth >= cell
    return deep
