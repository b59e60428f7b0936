"""Compiled: finds the street pieces and the points near a place, through a grid of cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

_MAX_CELLS = 4_000_000
#: Where a compiled function counts on from one call to the next: a bare 0 has a type of its own,
#: for which whatever takes the count would be compiled a second time.
ZERO: Any = np.int64(0)


@dataclass(frozen=True)
class Grid:
    """Items listed by square cell: cell c holds items[starts[c]:starts[c + 1]].

    frame : (x0, y0, cell size, columns, rows), metres.
    """

    frame: tuple[float, float, float, int, int]
    starts: NDArray[np.int64]
    items: NDArray[np.int64]


def grid_of_boxes(boxes: NDArray[np.float64], cell_m: float) -> Grid:
    """Index boxes (x_min, y_min, x_max, y_max), shape (n, 4), by every cell they touch."""
    if len(boxes) == 0:
        return Grid((0.0, 0.0, 1.0, 1, 1), np.zeros(2, dtype=np.int64), np.empty(0, dtype=np.int64))
    x0, y0 = boxes[:, 0].min(), boxes[:, 1].min()
    width, height = boxes[:, 2].max() - x0, boxes[:, 3].max() - y0
    # A sparse set over a wide land takes larger cells: memory stays bounded.
    cell_m = max(cell_m, np.sqrt(width * height / _MAX_CELLS), max(width, height) / _MAX_CELLS)
    columns, rows = int(width // cell_m) + 1, int(height // cell_m) + 1
    frame = (float(x0), float(y0), float(cell_m), columns, rows)
    starts, items = _fill(np.ascontiguousarray(boxes), frame)
    return Grid(frame, starts, items)


def grid_of_points(xy: NDArray[np.float64], cell_m: float) -> Grid:
    """Index points, shape (n, 2)."""
    return grid_of_boxes(np.hstack([xy, xy]), cell_m)


@njit(cache=True, nogil=True)
def _fill(boxes, frame):  # type: ignore[no-untyped-def]
    x0, y0, cell, columns, rows = frame
    counts = np.zeros(columns * rows + 1, dtype=np.int64)
    for turn in range(2):
        if turn == 1:
            counts = np.cumsum(counts)
            items = np.empty(counts[-1], dtype=np.int64)
            cursor = counts.copy()
        for item in range(len(boxes)):
            left = int((boxes[item, 0] - x0) / cell)
            right = min(int((boxes[item, 2] - x0) / cell), columns - 1)
            low = int((boxes[item, 1] - y0) / cell)
            high = min(int((boxes[item, 3] - y0) / cell), rows - 1)
            for row in range(low, high + 1):
                for column in range(left, right + 1):
                    here = row * columns + column
                    if turn == 0:
                        counts[here + 1] += 1
                    else:
                        items[cursor[here]] = item
                        cursor[here] += 1
    return counts, items


@njit(cache=True, nogil=True)
def cells_around(x, y, radius, frame):  # type: ignore[no-untyped-def]
    """Return the inclusive ranges of columns and rows that a disc touches."""
    x0, y0, cell, columns, rows = frame
    left = max(int(np.floor((x - radius - x0) / cell)), 0)
    right = min(int(np.floor((x + radius - x0) / cell)), columns - 1)
    low = max(int(np.floor((y - radius - y0) / cell)), 0)
    high = min(int(np.floor((y + radius - y0) / cell)), rows - 1)
    return left, right, low, high
