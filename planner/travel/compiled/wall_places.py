"""Compiled: where a short path could lead through the outline of a compound."""

from __future__ import annotations

import numpy as np
from numba import njit

from planner.travel.compiled.barriers import clear, crosses
from planner.travel.compiled.grid import cells_around

#: A path leaves a straight piece of street this far from its ends, or in its middle.
_END_M = 0.5


@njit(cache=True, nogil=True)
def _foot(x, y, ends, piece):  # type: ignore[no-untyped-def]
    """Return the nearest point of a piece that is not its end: metres along, x, y, metres away."""
    x1, y1 = ends[piece, 0], ends[piece, 1]
    dx, dy = ends[piece, 2] - x1, ends[piece, 3] - y1
    length = np.sqrt(dx * dx + dy * dy)
    margin = min(_END_M, length / 2)
    at = min(max(((x - x1) * dx + (y - y1) * dy) / length, margin), length - margin)
    to_x, to_y = x1 + at / length * dx, y1 + at / length * dy
    return at, to_x, to_y, np.sqrt((to_x - x) ** 2 + (to_y - y) ** 2)


@njit(cache=True, nogil=True)
def _nearest_on_side(sample, walls, streets, longest, outlines, others):  # type: ignore[no-untyped-def]
    """Return the nearest street points that a place in a wall sees inside and outside.

    Two rows (within, without) of metres away, x, y, metres along the piece; and the two pieces, -1
    where there is none.
    """
    x, y, part = sample
    parts, whose, _ = walls
    ends, owner, frame, starts, items = streets
    along_x, along_y = parts[part, 2] - parts[part, 0], parts[part, 3] - parts[part, 1]
    found = np.full((2, 4), longest)
    pieces = np.full(2, -1, dtype=np.int64)
    left, right, low, high = cells_around(x, y, longest, frame)
    for row in range(low, high + 1):
        for column in range(left, right + 1):
            cell = row * frame[3] + column
            for k in range(starts[cell], starts[cell + 1]):
                piece = items[k]
                own = owner[piece]
                if own >= 0 and own != whose[part]:
                    continue
                side = 0 if own >= 0 else 1
                if ends[piece, 0] == ends[piece, 2] and ends[piece, 1] == ends[piece, 3]:
                    continue
                at, to_x, to_y, away = _foot(x, y, ends, piece)
                if away >= found[side, 0]:
                    continue
                # Outlines run so that the compound lies to their left.
                is_left = along_x * (to_y - y) - along_y * (to_x - x) > 0
                if is_left != (side == 0):
                    continue
                if clear(x, y, to_x, to_y, outlines) and clear(x, y, to_x, to_y, others):
                    # One by one: numba takes seconds to compile a row set at once.
                    found[side, 0], found[side, 1] = away, to_x
                    found[side, 2], found[side, 3] = to_y, at
                    pieces[side] = piece
    return found, pieces


@njit(cache=True, nogil=True)
def _only_crossing(x1, y1, x2, y2, outlines):  # type: ignore[no-untyped-def]
    """Return the one part of an outline that a path crosses, -1 if none, -2 if several."""
    ends, frame, starts, items = outlines
    x0, y0, cell, columns, rows = frame
    left = max(int(np.floor((min(x1, x2) - x0) / cell)), 0)
    right = min(int(np.floor((max(x1, x2) - x0) / cell)), columns - 1)
    low = max(int(np.floor((min(y1, y2) - y0) / cell)), 0)
    high = min(int(np.floor((max(y1, y2) - y0) / cell)), rows - 1)
    only = -1
    for row in range(low, high + 1):
        for column in range(left, right + 1):
            at = row * columns + column
            for k in range(starts[at], starts[at + 1]):
                part = items[k]
                if part != only and crosses(x1, y1, x2, y2, ends, part):
                    if only >= 0:
                        return -2
                    only = part
    return only


@njit(cache=True, nogil=True)
def wall_places(first, last, samples, walls, streets, longest, outlines, others):  # type: ignore[no-untyped-def]
    """Return for the samples first..last the path through the wall there.

    samples : x, y and part of the outline that each lies on.
    walls : parts of outlines (ends), their compound, and metres along the outline to their start.
    streets : ends of the pieces, their owner, and the grid of the pieces.
    Returns pieces within and without (-1: no path); and metres along both, metres of the path,
    where along the outline it crosses, x and y there, and x and y of its two ends.
    """
    n = last - first
    pieces = np.full((n, 2), -1, dtype=np.int64)
    figures = np.zeros((n, 10))
    parts, whose, begins = walls
    for k in range(n):
        x, y, part = samples[0][first + k], samples[1][first + k], samples[2][first + k]
        found, piece = _nearest_on_side((x, y, part), walls, streets, longest, outlines, others)
        if piece[0] < 0 or piece[1] < 0:
            continue
        x1, y1, x2, y2 = found[0, 1], found[0, 2], found[1, 1], found[1, 2]
        metres = np.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2)
        if metres > longest or not clear(x1, y1, x2, y2, others):
            continue
        crossed = _only_crossing(x1, y1, x2, y2, outlines)
        if crossed < 0 or whose[crossed] != whose[part]:
            continue
        ax, ay = parts[crossed, 0], parts[crossed, 1]
        bx, by = parts[crossed, 2], parts[crossed, 3]
        side_a = (x2 - x1) * (ay - y1) - (y2 - y1) * (ax - x1)
        side_b = (x2 - x1) * (by - y1) - (y2 - y1) * (bx - x1)
        share = side_a / (side_a - side_b)
        pieces[k, 0], pieces[k, 1] = piece[0], piece[1]
        figures[k, 0], figures[k, 1], figures[k, 2] = found[0, 3], found[1, 3], metres
        figures[k, 3] = begins[crossed] + share * np.sqrt((bx - ax) ** 2 + (by - ay) ** 2)
        figures[k, 4], figures[k, 5] = ax + share * (bx - ax), ay + share * (by - ay)
        figures[k, 6], figures[k, 7], figures[k, 8], figures[k, 9] = x1, y1, x2, y2
    return pieces, figures
