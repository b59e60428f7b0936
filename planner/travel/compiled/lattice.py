"""Compiled: the lattice on which isochrones are drawn, in blocks of points with their depths."""

from __future__ import annotations

import numpy as np
from numba import njit

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


@njit(cache=True, nogil=True)
def depth_at(field, state, row, column, cell):  # type: ignore[no-untyped-def]
    """Return the depth of a lattice point: above 0 inside, below 0 outside, never on the line."""
    block_row, block_column = row // BLOCK, column // BLOCK
    if state[block_row, block_column] == FAR:
        return -2.0 * cell
    if state[block_row, block_column] == DEEP:
        return cell
    at = (row % BLOCK) * BLOCK + column % BLOCK
    depth = field[block_row, block_column, at]
    return CLEAR_M if abs(depth) < CLEAR_M else depth


@njit(cache=True, nogil=True)
def depth_in(x, y, shape):  # type: ignore[no-untyped-def]
    """Return how deep a place lies in a capsule, metres.

    A capsule is its first end (x1, y1), the direction of its middle line (dx, dy), its length, how
    far along it the disc stands in which a place lies deepest per metre beside the line, the radius
    at the first end, and what the radius loses per metre.
    """
    x1, y1, dx, dy, length, lean, r1, shrink = shape
    along, height = (x - x1) * dx + (y - y1) * dy, abs((x - x1) * dy - (y - y1) * dx)
    at = min(max(along - lean * height, 0.0), length)
    return r1 - shrink * at - np.sqrt(height * height + (along - at) ** 2)


@njit(cache=True, nogil=True)
def paint_block(field, row, column, left, low, cell, shape):  # type: ignore[no-untyped-def]
    """Raise one block, whose first point is (left, low); return how many of its points are deep.

    `depth_in` without a branch and without a slice: the compiler does several points at once.
    """
    x1, y1, dx, dy, length, lean, r1, shrink = shape
    px, py = left - x1, low - y1
    deep = 0
    for k in range(BLOCK * BLOCK):
        x, y = px + cell * COLUMN[k], py + cell * ROW[k]
        along, height = x * dx + y * dy, abs(x * dy - y * dx)
        at = along - lean * height
        at = at if at > 0 else 0.0
        at = at if at < length else length
        away = along - at
        depth = r1 - shrink * at - np.sqrt(height * height + away * away)
        depth = depth if depth > field[row, column, k] else field[row, column, k]
        field[row, column, k] = depth
        deep += depth >= cell
    return deep
