"""Grids that list lines and points by the cells they touch."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import Frame, Grid
from planner.travel.compiled.grid import list_by_cell

_MAX_CELLS = 4_000_000
#: Lines are listed so often at most, or the cells grow.
_MAX_ENTRIES = 30_000_000
#: A line over more cells than this, one way, is cut into parts.
_LONG_CELLS = 64


def grid_of_lines(ends: Floats, cell_m: float) -> Grid:
    """Index straight lines (x1, y1, x2, y2), shape (n, 4), by the cells of the box round each.

    A line of many cells is cut first: its own box may be a whole land. Such a line may stand in a
    cell more than once.
    """
    if len(ends) == 0:
        nothing = np.empty(0, dtype=np.int64)
        return Grid(Frame(0.0, 0.0, 1.0, 1, 1), np.zeros(2, dtype=np.int64), nothing)
    # Column by column: numpy takes five times as long over many short rows.
    west, east = np.minimum(ends[:, 0], ends[:, 2]), np.maximum(ends[:, 0], ends[:, 2])
    south, north = np.minimum(ends[:, 1], ends[:, 3]), np.maximum(ends[:, 1], ends[:, 3])
    boxes = np.column_stack([west, south, east, north])
    x0, y0 = west.min(), south.min()
    width, height = east.max() - x0, north.max() - y0
    # A sparse set over a wide land takes larger cells: memory stays bounded.
    cell_m = max(cell_m, np.sqrt(width * height / _MAX_CELLS), max(width, height) / _MAX_CELLS)
    longest = np.maximum(east - west, north - south)
    n_parts = np.ceil(longest / (_LONG_CELLS * cell_m)).astype(np.int64)
    item = np.repeat(np.arange(len(ends)), np.maximum(n_parts, 1))
    if len(item) > len(ends):
        boxes = _parts(ends, item)
    while _entries(boxes, cell_m) > max(_MAX_ENTRIES, 4 * len(boxes)):
        cell_m *= 2
    columns, rows = int(width // cell_m) + 1, int(height // cell_m) + 1
    frame = Frame(float(x0), float(y0), float(cell_m), columns, rows)
    starts, items = list_by_cell(np.ascontiguousarray(boxes), item, frame)
    return Grid(frame, starts, items)


def grid_of_points(xy: Floats, cell_m: float) -> Grid:
    """Index points, shape (n, 2)."""
    return grid_of_lines(np.hstack([xy, xy]), cell_m)


def _parts(ends: Floats, item: Ints) -> Floats:
    """Cut each line into as many equal parts as it is named, and return their boxes."""
    first = np.searchsorted(item, np.arange(len(ends)))
    n_parts = np.diff(first, append=len(item))[item]
    turn = np.arange(len(item)) - first[item]
    a, along = ends[item, :2], ends[item, 2:] - ends[item, :2]
    start, end = (a + along * ((turn + k) / n_parts)[:, None] for k in (0, 1))
    return np.hstack([np.minimum(start, end), np.maximum(start, end)])


def _entries(boxes: Floats, cell_m: float) -> float:
    """Return about how many cells all boxes touch."""
    columns, rows = ((boxes[:, k + 2] - boxes[:, k]) // cell_m + 1 for k in (0, 1))
    return float((columns * rows).sum())
