"""Compiled: where a short path could lead through the outline of a compound."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import Lines
from planner.travel.compiled.barriers import crosses, is_clear
from planner.travel.compiled.decorators import helper, kernel
from planner.travel.compiled.grid import ZERO, cells_around, cells_under

#: A path leaves a straight piece of street this far from its ends, or in its middle.
_END_M = 0.5


class WallPieces(NamedTuple):
    """Outlines of compounds as straight parts, the compound on their left.

    compound (q,) : whose outline a part is of; begins_m (q,) : metres along the outline to it.
    """

    parts: Lines
    compound: Ints
    begins_m: Floats


class Samples(NamedTuple):
    """Places in outlines: x, y (metres) and the part each lies on, (k,) each."""

    x: Floats
    y: Floats
    part: Ints


class StreetPieces(NamedTuple):
    """Straight pieces of street, and the compound of each (p,), -1 for public ones."""

    lines: Lines
    owner: Ints


class PathsFound(NamedTuple):
    """The path through the wall at each of k samples, metres.

    piece (k, 2) : pieces within and without, -1 where there is no path; along_m (k, 2) : metres
    from the first end of these; path_m (k,) : its length.
    at_m (k,) : where along the outline it crosses; xy (k, 2) : there.
    ends (k, 4) : x, y within and without.
    """

    piece: Ints
    along_m: Floats
    path_m: Floats
    at_m: Floats
    xy: Floats
    ends: Floats


class _Foot(NamedTuple):
    """The nearest point of a piece to a place: metres along it, x, y, metres away; -1: none."""

    along: float
    x: float
    y: float
    away: float
    piece: int


@helper
def _find_foot(x: float, y: float, ends: Floats, piece: int) -> _Foot:
    """Return the nearest point of a piece (of ends (p, 4), metres) that is not its end."""
    x1, y1 = ends[piece, 0], ends[piece, 1]
    dx, dy = ends[piece, 2] - x1, ends[piece, 3] - y1
    length = np.sqrt(dx * dx + dy * dy)
    margin = min(_END_M, length / 2)
    at = min(max(((x - x1) * dx + (y - y1) * dy) / length, margin), length - margin)
    to_x, to_y = x1 + at / length * dx, y1 + at / length * dy
    return _Foot(at, to_x, to_y, np.sqrt((to_x - x) ** 2 + (to_y - y) ** 2), piece)


@helper
def _find_nearest_in_sight(
    x: float,
    y: float,
    part: int,
    walls: WallPieces,
    streets: StreetPieces,
    longest: float,
    others: Lines,
) -> tuple[_Foot, _Foot]:
    """Return the nearest street points that a place in a wall sees inside and outside.

    Inside, of streets of the compound of this `part`; outside, of public ones; nearer than
    `longest` metres. Nothing of the walls nor of the `others` stands between.
    """
    ends, owner, outlines = streets.lines.ends, streets.owner, walls.parts
    frame, starts, items = (
        streets.lines.grid.frame,
        streets.lines.grid.starts,
        streets.lines.grid.items,
    )
    parts, whose = walls.parts.ends, walls.compound[part]
    along_x, along_y = parts[part, 2] - parts[part, 0], parts[part, 3] - parts[part, 1]
    within = without = _Foot(longest, longest, longest, longest, ZERO - 1)
    left, right, low, high = cells_around(x, y, longest, frame)
    for row in range(low, high + 1):
        for column in range(left, right + 1):
            cell = row * frame.columns + column
            for k in range(starts[cell], starts[cell + 1]):
                piece = items[k]
                inside = owner[piece] >= 0
                if inside and owner[piece] != whose:
                    continue
                # Exact: no foot is divided by 0. Most are ends of bridges, where no path starts.
                if ends[piece, 0] == ends[piece, 2] and ends[piece, 1] == ends[piece, 3]:
                    continue
                foot = _find_foot(x, y, ends, piece)
                # Sight costs most to find out, so it is asked only of what would be nearer.
                if foot.away >= (within.away if inside else without.away):
                    continue
                # Outlines run so that the compound lies to their left.
                is_left = along_x * (foot.y - y) - along_y * (foot.x - x) > 0
                if is_left != inside or not is_clear(x, y, foot.x, foot.y, outlines):
                    continue
                if is_clear(x, y, foot.x, foot.y, others):
                    if inside:
                        within = foot
                    else:
                        without = foot
    return within, without


@helper
def _find_only_crossing(x1: float, y1: float, x2: float, y2: float, parts: Lines) -> int:
    """Return the one part of an outline that a path (metres) crosses, -1 if none, -2 if several."""
    ends, frame, starts, items = parts.ends, parts.grid.frame, parts.grid.starts, parts.grid.items
    left, right, low, high = cells_under(x1, y1, x2, y2, frame)
    only = -1
    for row in range(low, high + 1):
        for column in range(left, right + 1):
            at = row * frame.columns + column
            for k in range(starts[at], starts[at + 1]):
                part = items[k]
                # A part that stands in several cells is crossed once.
                if part != only and crosses(x1, y1, x2, y2, ends, part):
                    if only >= 0:
                        return -2
                    only = part
    return only


@kernel
def find_paths(
    first: int,
    last: int,
    samples: Samples,
    walls: WallPieces,
    streets: StreetPieces,
    longest: float,
    others: Lines,
) -> PathsFound:
    """Return for the samples first..last the path through the wall there.

    It is at most `longest` metres long, crosses one part of the walls, and nothing of the others.
    """
    n = last - first
    found = PathsFound(
        np.full((n, 2), -1, dtype=np.int64), np.zeros((n, 2)), np.zeros(n), np.zeros(n),
        np.zeros((n, 2)), np.zeros((n, 4)),
    )  # fmt: skip
    parts, whose = walls.parts.ends, walls.compound
    for k in range(n):
        x, y, part = samples.x[first + k], samples.y[first + k], samples.part[first + k]
        within, without = _find_nearest_in_sight(x, y, part, walls, streets, longest, others)
        if within.piece < 0 or without.piece < 0:
            continue
        x1, y1, x2, y2 = within.x, within.y, without.x, without.y
        metres = np.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2)
        # The wall sees both ends, but the straight path between them is another line.
        if metres > longest or not is_clear(x1, y1, x2, y2, others):
            continue
        crossed = _find_only_crossing(x1, y1, x2, y2, walls.parts)
        if crossed < 0 or whose[crossed] != whose[part]:
            continue
        ax, ay = parts[crossed, 0], parts[crossed, 1]
        bx, by = parts[crossed, 2], parts[crossed, 3]
        side_a = (x2 - x1) * (ay - y1) - (y2 - y1) * (ax - x1)
        side_b = (x2 - x1) * (by - y1) - (y2 - y1) * (bx - x1)
        share = side_a / (side_a - side_b)
        # One by one: numba takes seconds to compile a row set at once.
        found.piece[k, 0], found.piece[k, 1] = within.piece, without.piece
        found.along_m[k, 0], found.along_m[k, 1] = within.along, without.along
        found.path_m[k] = metres
        part_m = np.sqrt((bx - ax) ** 2 + (by - ay) ** 2)
        found.at_m[k] = walls.begins_m[crossed] + share * part_m
        found.xy[k, 0], found.xy[k, 1] = ax + share * (bx - ax), ay + share * (by - ay)
        found.ends[k, 0], found.ends[k, 1] = x1, y1
        found.ends[k, 2], found.ends[k, 3] = x2, y2
    return found
