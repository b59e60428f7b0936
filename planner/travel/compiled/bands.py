"""Compiled: the outlines of the bands of one set of places, from the streets they reach."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Floats
from planner.travel.compiled.arrays import Ground, Lattice
from planner.travel.compiled.decorators import helper, kernel
from planner.travel.compiled.fields import deepen
from planner.travel.compiled.grid import ZERO
from planner.travel.compiled.lattice import BLOCK
from planner.travel.compiled.outlines import Outlines, bring_together, trace
from planner.travel.compiled.part_rows import bounds_of


@kernel
def draw_outlines(
    reached: Floats,
    cutoffs: Floats,
    limit: float,
    pace: float,
    cell: float,
    most_blocks: int,
    ground: Ground,
) -> Outlines:
    """Draw the outline of each cutoff: where the depth is above 0 on a lattice round all discs.

    Parameters
    ----------
    reached : (c, WIDTH)
        From `find_reached_parts`, at least one.
    cutoffs : (b,)
        Minutes, ascending.
    limit, pace
        The longest leg, metres, and its minutes per metre.
    cell
        From one point of the lattice to the next, metres.
    most_blocks
        A lattice of more blocks is not drawn: there are no bands then.
    ground
        Whose the land is, and what stands on it.
    """
    lattice, columns, rows = _lattice_round(reached, limit, cell)
    if columns * rows > most_blocks:
        none = np.zeros(0, dtype=np.int64)
        return Outlines(np.empty((0, 2)), none, none, none)
    # Blocks out of reach are never written: memory is taken for those in reach alone.
    field = np.empty((rows, columns, BLOCK * BLOCK))
    # 0 is FAR: no block holds values yet.
    state = np.zeros((rows, columns), dtype=np.int8)
    unfinished = np.empty((rows, columns + 1), dtype=np.int32)
    for row in range(rows):
        for column in range(columns + 1):
            unfinished[row, column] = column
    seen = np.zeros((rows * BLOCK, columns * BLOCK), dtype=np.int32)
    points, ends, polygon_of = np.empty((1024, 2)), [0], [0]
    n_points, n_polygons = ZERO, ZERO
    bands = np.zeros(len(cutoffs) + 1, dtype=np.int64)
    before = -np.inf
    for band in range(len(cutoffs)):
        cutoff = cutoffs[band]
        deepen(
            field, state, unfinished, reached, cutoff, before, limit, pace, lattice, ground
        )  # fmt: skip
        points, n_points, n_polygons = trace(
            field, state, seen, lattice, ground.barriers, ground.parted, points, n_points, ends,
            polygon_of, n_polygons,
        )  # fmt: skip
        bands[band + 1] = n_polygons
        before = cutoff
    return bring_together(points, ends, polygon_of, n_polygons, bands)


@helper
def _lattice_round(reached: Floats, limit: float, cell: float) -> tuple[Lattice, int, int]:
    """Return the lattice that holds all discs with a margin, and its columns and rows of blocks.

    All lattices are parts of one: they start at multiples of a block.
    """
    x_min, y_min, x_max, y_max = bounds_of(reached)
    margin, width = limit + 2 * cell, BLOCK * cell
    x0, y0 = (x_min - margin) // width * width, (y_min - margin) // width * width
    columns, rows = int((x_max + margin - x0) // width) + 1, int((y_max + margin - y0) // width) + 1
    return Lattice(x0, y0, cell), columns, rows
