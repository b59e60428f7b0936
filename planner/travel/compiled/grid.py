"""Compiled: the cells of a grid that lie near a place, and lists of what lies in each."""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import Frame
from planner.travel.compiled.decorators import helper, kernel

#: Where a compiled function counts on from one call to the next: a bare 0 has a type of its own,
#: for which whatever takes the count would be compiled a second time.
ZERO: Any = np.int64(0)


@kernel
def list_by_cell(boxes: Floats, item_of: Ints, frame: Frame) -> tuple[Ints, Ints]:
    """List boxes (k, 4) of x, y from and to, metres, by the cells they touch.

    `item_of` (k,) is the item of each box. Returns starts and items as `Grid` keeps them.
    """
    counts = np.zeros(frame.columns * frame.rows + 1, dtype=np.int64)
    # Counted first, then filled: the list is taken at its exact size.
    for turn in range(2):
        if turn == 1:
            counts = np.cumsum(counts)
            items = np.empty(counts[-1], dtype=np.int64)
            cursor = counts.copy()
        for box in range(len(boxes)):
            # Rounding may name the column beyond the last: 1.0 // 0.1 is 9, int(1.0 / 0.1) is 10.
            # A point on that rim would else stand in no cell at all.
            left = min(int((boxes[box, 0] - frame.x0) / frame.cell), frame.columns - 1)
            right = min(int((boxes[box, 2] - frame.x0) / frame.cell), frame.columns - 1)
            low = min(int((boxes[box, 1] - frame.y0) / frame.cell), frame.rows - 1)
            high = min(int((boxes[box, 3] - frame.y0) / frame.cell), frame.rows - 1)
            for row in range(low, high + 1):
                for column in range(left, right + 1):
                    here = row * frame.columns + column
                    if turn == 0:
                        counts[here + 1] += 1
                    else:
                        items[cursor[here]] = item_of[box]
                        cursor[here] += 1
    return counts, items


@helper
def cells_around(x: float, y: float, radius: float, frame: Frame) -> tuple[int, int, int, int]:
    """Return the inclusive ranges of columns and rows that a disc (metres) touches."""
    left = min(max(int(np.floor((x - radius - frame.x0) / frame.cell)), 0), frame.columns - 1)
    right = min(int(np.floor((x + radius - frame.x0) / frame.cell)), frame.columns - 1)
    low = min(max(int(np.floor((y - radius - frame.y0) / frame.cell)), 0), frame.rows - 1)
    high = min(int(np.floor((y + radius - frame.y0) / frame.cell)), frame.rows - 1)
    return left, right, low, high


@helper
def cells_under(
    x1: float, y1: float, x2: float, y2: float, frame: Frame
) -> tuple[int, int, int, int]:
    """Return the inclusive ranges of columns and rows of the box round two places, metres."""
    left = min(max(int(np.floor((min(x1, x2) - frame.x0) / frame.cell)), 0), frame.columns - 1)
    right = min(int(np.floor((max(x1, x2) - frame.x0) / frame.cell)), frame.columns - 1)
    low = min(max(int(np.floor((min(y1, y2) - frame.y0) / frame.cell)), 0), frame.rows - 1)
    high = min(int(np.floor((max(y1, y2) - frame.y0) / frame.cell)), frame.rows - 1)
    return left, right, low, high
