"""Compiled: which points of a block are walked to from a straight line of street."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import GroupRoom, Groups, Labels
from planner.travel.compiled.barriers import is_clear_of
from planner.travel.compiled.barriers_beside import find_barriers_between
from planner.travel.compiled.decorators import helper
from planner.travel.compiled.lattice import BLOCK, COLUMN, ROW, TILE, UNASKED
from planner.travel.compiled.pieces import find_group, find_pieces_near

#: What is known of a line and a block: three bits for each point, whether it is walked to from the
#: nearest place of the line, from the one at the slant before it, and from the one at the slant
#: behind it; then that this was asked, and that every point is walked to from all three.
NEAREST, BEFORE, BEHIND = 0, 1, 2
ASKED, ALL_SEEN = 1 << 48, 1 << 49


class StreetLine(NamedTuple):
    """A straight line of street from which legs lead off; metres.

    x1, y1, x2, y2 : its ends.
    slant : from the nearest place to those at the slant, per metre beside the street.
    owner : the compound whose people alone step off here, -1 for everybody.
    """

    x1: float
    y1: float
    x2: float
    y2: float
    slant: float
    owner: int


@helper
def ask_block(
    row: int,
    column: int,
    cell: float,
    line: StreetLine,
    limit: float,
    near: Floats,
    n_near: int,
    here: Ints,
    labels: Labels,
    groups: Groups,
    room: GroupRoom,
) -> int:
    """Return what is known of a line and a block: its bits.

    As for any leg, three places of a straight line are tried: the nearest, and those at the slant
    on both sides, or at the limit, or the ends of the line. Points beyond the limit count as seen.

    row, column : of the block, counted from the origin of the metric CRS; cell, limit : metres.
    near (b, 4) : the first n_near are barriers near the line; here (b,) : written to.
    """
    x1, y1, x2, y2, slant, owner = line
    x0, y0 = column * BLOCK * cell, row * BLOCK * cell
    n_here = 0
    if n_near > 0:
        side = (BLOCK - 1) * cell
        n_here = find_barriers_between(x1, y1, x2, y2, x0, y0, side, near, n_near, here)
    if n_here < 0:
        return ASKED
    length = np.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2)
    dx, dy = ((x2 - x1) / length, (y2 - y1) / length) if length > 0 else (1.0, 0.0)
    known, all_seen = ASKED, True
    for k in range(BLOCK * BLOCK):
        x, y = x0 + cell * COLUMN[k], y0 + cell * ROW[k]
        along, height = (x - x1) * dx + (y - y1) * dy, abs((x - x1) * dy - (y - y1) * dx)
        nearest = min(max(along, 0.0), length)
        if height * height + (along - nearest) ** 2 > limit * limit:
            known |= 7 << (3 * k)
            continue
        if owner >= 0 and not _is_of(owner, row, column, k, cell, labels, groups, room):
            all_seen = False
            continue
        if n_here == 0:
            known |= 7 << (3 * k)
            continue
        aside = np.sqrt(limit * limit - height * height)
        aside = min(slant * height, aside) if height > 0 else 0.0
        tried, bit = -1.0, False
        for place in range(3):
            step = -1.0 if place == BEFORE else (1.0 if place == BEHIND else 0.0)
            at = min(max(along + step * aside, 0.0), length)
            if at != tried:
                bit = is_clear_of(x, y, x1 + at * dx, y1 + at * dy, near, here, n_here)
                tried = at
            if bit:
                known |= 1 << (3 * k + place)
            all_seen = all_seen and bit
    return known | ALL_SEEN if all_seen else known


@helper
def _is_of(
    owner: int,
    row: int,
    column: int,
    k: int,
    cell: float,
    labels: Labels,
    groups: Groups,
    room: GroupRoom,
) -> bool:
    """Tell whether the k-th point of a block lies in a compound; row, column : as `ask_block`."""
    point_row, point_column = row * BLOCK + k // BLOCK, column * BLOCK + k % BLOCK
    tile_row, tile_column = point_row // TILE - labels.row, point_column // TILE - labels.column
    tile = -1
    if 0 <= tile_row < labels.tiles.shape[0] and 0 <= tile_column < labels.tiles.shape[1]:
        tile = labels.tiles[tile_row, tile_column]
    whose = UNASKED
    if tile >= 0:
        whose = labels.label[tile, point_row % TILE, point_column % TILE]
    # A compound with an outline has labelled all its points: this one lies outside.
    if whose != UNASKED or not groups.is_group[owner]:
        return whose == owner
    whose = _find_group_at(point_column * cell, point_row * cell, groups, room)
    if tile >= 0:
        labels.label[tile, point_row % TILE, point_column % TILE] = whose
    return whose == owner


@helper
def _find_group_at(x: float, y: float, groups: Groups, room: GroupRoom) -> int:
    """Return the group whose street lies nearer to a place than all others, -1 for none."""
    pieces, limit = groups.pieces, groups.limit_m
    room.mark[0] += 1
    n = find_pieces_near(
        x, y, limit, pieces.ends, groups.grid, room.met_piece, room.mark[0], room.found
    )
    return find_group(
        x, y, room.found, n, limit, pieces.ends, pieces.edge, groups.owner, groups.is_group
    )
