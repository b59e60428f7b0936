"""Compiled: between which neighbours on the lattice barriers may stand, and which these are."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import Lines, Parted
from planner.travel.compiled.decorators import builder, helper, kernel
from planner.travel.compiled.growing import grown
from planner.travel.compiled.lattice import BLOCK, CLEAR_M


@kernel
def part_neighbours(barriers: Lines, cell: float) -> Parted:
    """Find the neighbours on the lattice between which barriers may stand; cell : metres."""
    ends = barriers.ends
    first_row, first_column, last_row, last_column = _blocks_round(ends, cell)
    n_columns = last_column - first_column + 1
    bits = np.zeros((last_row - first_row + 1, n_columns), np.int32)
    # Listed once in each block: the last barrier that each has listed.
    listed = np.full(bits.size, -1, dtype=np.int64)
    block_of, barrier_of = np.empty(1024, dtype=np.int64), np.empty(1024, dtype=np.int64)
    n = 0
    for k in range(len(ends)):
        low, high, left, right = _points_beside(ends, k, cell)
        for row in range(low, high + 1):
            for column in range(left, right + 1):
                if not _may_part(column * cell, row * cell, cell, ends, k):
                    continue
                block_row, block_column = row // BLOCK - first_row, column // BLOCK - first_column
                bits[block_row, block_column] |= 1 << ((row % BLOCK) * BLOCK + column % BLOCK)
                block = block_row * n_columns + block_column
                if listed[block] != k:
                    listed[block] = k
                    block_of, barrier_of = grown(block_of, n + 1), grown(barrier_of, n + 1)
                    block_of[n], barrier_of[n] = block, k
                    n += 1
    starts, barrier = _list_by_block(block_of, barrier_of, n, bits.size)
    return Parted(bits, first_row, first_column, starts, barrier)


@builder
def _list_by_block(block_of: Ints, barrier_of: Ints, n: int, n_blocks: int) -> tuple[Ints, Ints]:
    """Return the first n barriers as a table ragged over the blocks: starts and barriers."""
    starts, barrier = np.zeros(n_blocks + 1, dtype=np.int64), np.empty(n, dtype=np.int64)
    for k in range(n):
        starts[block_of[k] + 1] += 1
    for block in range(n_blocks):
        starts[block + 1] += starts[block]
    # Filled from behind: what is left of each block is its start.
    left = starts[1:].copy()
    for k in range(n - 1, -1, -1):
        left[block_of[k]] -= 1
        barrier[left[block_of[k]]] = barrier_of[k]
    return starts, barrier


@helper
def _points_beside(ends: Floats, k: int, cell: float) -> tuple[int, int, int, int]:
    """Return the rows and columns (low, high, left, right) of points beside the k-th barrier."""
    # A barrier that goes through a point parts it from the points on both sides of it.
    low = int(np.ceil(min(ends[k, 1], ends[k, 3]) / cell)) - 1
    high = int(np.floor(max(ends[k, 1], ends[k, 3]) / cell))
    left = int(np.ceil(min(ends[k, 0], ends[k, 2]) / cell)) - 1
    right = int(np.floor(max(ends[k, 0], ends[k, 2]) / cell))
    return low, high, left, right


@helper
def _blocks_round(ends: Floats, cell: float) -> tuple[int, int, int, int]:
    """Return the first row and column, the last row and column of blocks round all barriers."""
    first_row, first_column, last_row, last_column = 0, 0, -1, -1
    for k in range(len(ends)):
        low, high, left, right = _points_beside(ends, k, cell)
        if k == 0:
            first_row, first_column = low // BLOCK, left // BLOCK
            last_row, last_column = high // BLOCK, right // BLOCK
        first_row, last_row = min(first_row, low // BLOCK), max(last_row, high // BLOCK)
        first_column = min(first_column, left // BLOCK)
        last_column = max(last_column, right // BLOCK)
    return first_row, first_column, last_row, last_column


@helper
def find_parted(row: int, column: int, parted: Parted) -> int:
    """Return the block of a lattice point, a number in `Parted`, -1 if nothing parts it from any.

    row, column : of the point, counted from the origin of the metric CRS. Asked are the next points
    to the north and east.
    """
    bits = parted.bits
    block_row, block_column = row // BLOCK - parted.row, column // BLOCK - parted.column
    if 0 <= block_row < bits.shape[0] and 0 <= block_column < bits.shape[1]:
        at = (row % BLOCK) * BLOCK + column % BLOCK
        if (bits[block_row, block_column] >> at) & 1 == 1:
            return block_row * bits.shape[1] + block_column
    return -1


@helper
def _may_part(x: float, y: float, cell: float, ends: Floats, k: int) -> bool:
    """Tell whether the k-th barrier may stand between a place and the next east or north of it."""
    ax, ay, bx, by = ends[k, 0], ends[k, 1], ends[k, 2], ends[k, 3]
    return _may_meet(x, cell, y, ax, ay, bx, by) or _may_meet(y, cell, x, ay, ax, by, bx)


@helper
def _may_meet(
    start: float, length: float, level: float, a: float, a_level: float, b: float, b_level: float
) -> bool:
    """Tell whether the line from a to b may meet one from `start` along a level; all in metres."""
    if min(a_level, b_level) > level + CLEAR_M or max(a_level, b_level) < level - CLEAR_M:
        return False
    rise, slack = b_level - a_level, CLEAR_M
    if abs(rise) <= CLEAR_M:  # along the level, or nearly
        return max(a, b) >= start - slack and min(a, b) <= start + length + slack
    slack += CLEAR_M * abs((b - a) / rise)
    share = min(max((level - a_level) / rise, 0.0), 1.0)
    return start - slack <= a + share * (b - a) <= start + length + slack
