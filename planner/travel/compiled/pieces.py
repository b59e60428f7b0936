"""Compiled: the straight pieces of street within a leg of a place."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Flags, Floats, Ints
from planner.travel.compiled.arrays import Grid
from planner.travel.compiled.decorators import builder, helper, kernel
from planner.travel.compiled.grid import cells_around
from planner.travel.compiled.sorting import sort_first

#: A point exactly on the limit is within it, whatever rounding says.
SLACK_M = 1e-9


@kernel
def chord(
    x: float, y: float, ends: Floats, piece: int, limit: float
) -> tuple[float, float, float, float, float]:
    """Return (foot, height, low, high, length) of the part of a piece within the limit, metres.

    ends (p, 4) : of all pieces. foot and low..high are metres from the first end of the piece;
    low > high where none is near.
    """
    x1, y1 = ends[piece, 0], ends[piece, 1]
    dx, dy = ends[piece, 2] - x1, ends[piece, 3] - y1
    length = np.sqrt(dx * dx + dy * dy)
    # Without length: the ends of bridges and tunnels, and edges between nodes in one place.
    if length > 0:
        foot = ((x - x1) * dx + (y - y1) * dy) / length
        height = abs((x - x1) * dy - (y - y1) * dx) / length
    else:
        foot = 0.0
        height = np.sqrt((x - x1) ** 2 + (y - y1) ** 2)
    if height > limit + SLACK_M:
        return foot, height, 1.0, 0.0, length
    half = np.sqrt(max(limit * limit - height * height, 0.0))
    low, high = max(0.0, foot - half), min(length, foot + half)
    # A leg as long as the limit meets the piece in one point: rounding must not lose it.
    if low > high and low - high <= SLACK_M:
        low = high = min(max(foot, 0.0), length)
    return foot, height, low, high, length


@builder
def find_pieces_near(
    x: float,
    y: float,
    limit: float,
    ends: Floats,
    grid: Grid,
    met_piece: Ints,
    mark: int,
    found: Ints,
) -> int:
    """Write the pieces within the limit (metres) into `found` (p,), in order; return how many.

    `ends` (p, 4) and `grid` are of the pieces; those met get the `mark` in `met_piece` (p,).
    """
    frame, starts, items = grid.frame, grid.starts, grid.items
    left, right, low, high = cells_around(x, y, limit, frame)
    n_found = 0
    for row in range(low, high + 1):
        for column in range(left, right + 1):
            cell = row * frame.columns + column
            for k in range(starts[cell], starts[cell + 1]):
                piece = items[k]
                # A piece stands in every cell that its box touches.
                if met_piece[piece] == mark:
                    continue
                met_piece[piece] = mark
                _, _, first, last, _ = chord(x, y, ends, piece, limit)
                if first <= last:
                    found[n_found] = piece
                    n_found += 1
    # Sorted, the pieces of an edge stand together, whatever cells they were found in.
    sort_first(found, n_found)
    return n_found


@helper
def find_group(
    x: float,
    y: float,
    found: Ints,
    n_found: int,
    limit: float,
    ends: Floats,
    piece_edge: Ints,
    owner: Ints,
    is_group: Flags,
) -> int:
    """Return the group whose street lies nearer to a point than all others, -1 for none.

    found : the first n_found are the pieces within the limit (metres).
    ends (p, 4), piece_edge (p,) : as in `Pieces`; owner (m,) : compound of each edge.
    is_group : of each compound, whether it has no outline and is known by its streets alone.
    """
    nearest, group = np.inf, np.inf
    whose = -1
    for k in range(n_found):
        own = owner[piece_edge[found[k]]]
        foot, height, low, high, length = chord(x, y, ends, found[k], limit)
        if length == 0:  # the end of a bridge is above or below the streets of a group
            continue
        away = np.sqrt(height * height + (min(max(foot, low), high) - foot) ** 2)
        if own < 0 or not is_group[own]:
            nearest = min(nearest, away)
        elif away < group:
            group = away
            whose = own
    return whose if group < nearest - SLACK_M else -1
