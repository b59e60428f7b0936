"""Compiled: the line where the depth on a lattice is 0, as rings of polygons with holes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import Lattice, Lines, Parted
from planner.travel.compiled.barriers import first_crossing
from planner.travel.compiled.decorators import builder, helper
from planner.travel.compiled.lattice import (
    BLOCK,
    CLEAR_M,
    DEEP,
    FAR,
    FILLED,
    cleared,
    depth_at,
)
from planner.travel.compiled.parted import find_parted

#: Answer of `_follow`: the ring has more corners than the array has room for.
_NO_ROOM = -1


class Outlines(NamedTuple):
    """Polygons with holes, band by band.

    points (n, 2) : corners to the millimetre, so that two outlines that agree have them to the last
        bit; rings closed, the inside on their left.
    rings, polygons, bands : where each ring starts in the points, each polygon in the rings, its
        outer ring first, and each band in the polygons; all end with their total.
    """

    points: Floats
    rings: Ints
    polygons: Ints
    bands: Ints


@builder
def trace(
    field: Floats,
    state: NDArray[np.int8],
    seen: NDArray[np.int32],
    lattice: Lattice,
    barriers: Lines,
    parted: Parted,
    points: Floats,
    n_points: int,
    ends: list[int],
    polygon_of: list[int],
    n_polygons: int,
) -> tuple[Floats, int, int]:
    """Trace the outline of where the depth is above 0, which the lattice holds with a margin.

    Row by row from below, the first crossing met of a ring is its lowest and westernmost: walking
    east it leads into the polygon at an outer ring and out of it at a hole. A hole belongs to the
    polygon that was entered last.

    Parameters
    ----------
    field, state
        As `deepen` leaves them.
    seen : (rows, columns)
        For each point the number of the ring that crosses the lattice east of it; numbers of
        outlines traced before count for nothing.
    barriers, parted
        Where one stands between a point inside and its neighbour outside, the outline runs there.
    points, ends, polygon_of
        The corners (n, 2) of all rings so far, metres; 0, then where each ring ends in them; 0,
        then the number of each ring's polygon. The new ones are added.

    Returns the points, which may have grown, how many there are, and how many polygons.
    """
    cell, traced = lattice.cell, len(ends) - 1
    for row in range(BLOCK * state.shape[0]):
        entered, column = 0, _next_crossing(field, state, row, 0, cell)
        while column >= 0:
            is_entry = depth_at(field, state, row, column + 1, cell) > 0
            if seen[row, column] <= traced:
                last = _NO_ROOM
                while last == _NO_ROOM:
                    last = _follow(
                        field, state, seen, len(ends), row, column, lattice, barriers, parted,
                        points, n_points,
                    )  # fmt: skip
                    if last == _NO_ROOM:
                        points = _doubled(points, n_points)
                n_points = last
                ends.append(n_points)
                if is_entry:
                    polygon_of.append(n_polygons)
                    n_polygons += 1
                else:
                    polygon_of.append(polygon_of[entered])
            if is_entry:
                entered = seen[row, column]
            column = _next_crossing(field, state, row, column + 1, cell)
    return points, n_points, n_polygons


@helper
def _next_crossing(
    field: Floats, state: NDArray[np.int8], row: int, column: int, cell: float
) -> int:
    """Return the column of the next point of a row where the outline is crossed on the way east.

    From `column` on; -1 if there is none. field, state, cell : as `depth_at` takes them.
    """
    block_row, first = row // BLOCK, (row % BLOCK) * BLOCK
    is_inside = depth_at(field, state, row, column, cell) > 0
    for block in range((column + 1) // BLOCK, state.shape[1]):
        kind = state[block_row, block]
        if kind in (FAR, DEEP, FILLED):
            # All points of such a block lie inside, or all outside. The outline may run along its
            # edge: at the border of a compound nothing is painted beyond.
            if is_inside == (kind == FAR):
                return block * BLOCK - 1
            continue
        for k in range(max(column + 1 - block * BLOCK, 0), BLOCK):
            if (cleared(field[block_row, block, first + k]) > 0) != is_inside:
                return block * BLOCK + k - 1
    return -1


@builder
def _doubled(points: Floats, n: int) -> Floats:
    """Return points (k, 2), of which there are n, with twice the room."""
    larger = np.empty((2 * len(points), 2))
    for k in range(n):
        larger[k, 0], larger[k, 1] = points[k, 0], points[k, 1]
    return larger


@helper
def _share_inside(p: float, q: float, wall: float, cell: float) -> float:
    """Return at which share of the way from a lattice point inside to one outside the outline is.

    p, q : their depths, metres; wall : share at which a barrier stands, inf for none.
    """
    # A barrier beyond the depth binds nothing: the disc ends before it.
    if wall < np.inf:
        return min(max(min(wall, p / cell), CLEAR_M / cell), 1 - CLEAR_M / cell)
    return p / (p - q)


@helper
def _corner_between(
    p_row: int,
    p_column: int,
    p: float,
    q_row: int,
    q_column: int,
    q: float,
    lattice: Lattice,
    barriers: Lines,
    parted: Parted,
) -> tuple[float, float]:
    """Return where the outline runs between a point inside (p) and its neighbour outside (q).

    p, q : their depths. Metres, to the millimetre.
    """
    cell = lattice.cell
    # Every lattice starts at a multiple of a block: this undoes rounding alone.
    row0, column0 = int(np.rint(lattice.y0 / cell)), int(np.rint(lattice.x0 / cell))
    x, y = lattice.x0 + cell * p_column, lattice.y0 + cell * p_row
    step_x, step_y = cell * (q_column - p_column), cell * (q_row - p_row)
    wall = np.inf
    block = find_parted(row0 + min(p_row, q_row), column0 + min(p_column, q_column), parted)
    if block >= 0:
        wall = first_crossing(
            x, y, x + step_x, y + step_y, barriers.ends, parted.barrier, parted.starts[block],
            parted.starts[block + 1],
        )  # fmt: skip
    share = _share_inside(p, q, wall, cell)
    return _to_millimetre(x + share * step_x), _to_millimetre(y + share * step_y)


@helper
def _follow(
    field: Floats,
    state: NDArray[np.int8],
    seen: NDArray[np.int32],
    ring: int,
    row: int,
    column: int,
    lattice: Lattice,
    barriers: Lines,
    parted: Parted,
    points: Floats,
    n: int,
) -> int:
    """Add one ring, from the crossing east of a lattice point round to it again.

    points (k, 2) : corners, metres; n are in use. Returns how many are in use now, or _NO_ROOM:
    then call it again with a larger array, it begins anew.
    """
    cell = lattice.cell
    # The ring crosses between two neighbours, one inside (p) and one outside (q).
    p_row, p_column, q_row, q_column = row, column, row, column + 1
    p = depth_at(field, state, p_row, p_column, cell)
    q = depth_at(field, state, q_row, q_column, cell)
    if p < 0:
        p_column, q_column = q_column, p_column
        p, q = q, p
    first, start = n, (p_row, p_column, q_row, q_column)
    while True:
        if n + 2 > len(points):  # the first corner comes once more, to close the ring
            return _NO_ROOM
        points[n, 0], points[n, 1] = _corner_between(
            p_row, p_column, p, q_row, q_column, q, lattice, barriers, parted
        )
        n += 1
        if p_row == q_row:  # rings are looked for along the rows alone
            seen[p_row, min(p_column, q_column)] = ring
        # The next two neighbours ahead, with the inside on the left.
        ahead_row, ahead_column = q_column - p_column, p_row - q_row
        left = depth_at(field, state, p_row + ahead_row, p_column + ahead_column, cell)
        right = depth_at(field, state, q_row + ahead_row, q_column + ahead_column, cell)
        # Where two corners lie inside and two outside crosswise, the middle decides.
        if right > 0 and (left > 0 or p + q + left + right > 0):
            p_row, p_column, p = q_row + ahead_row, q_column + ahead_column, right
        elif left > 0:
            p_row, p_column, p = p_row + ahead_row, p_column + ahead_column, left
            q_row, q_column, q = q_row + ahead_row, q_column + ahead_column, right
        else:
            q_row, q_column, q = p_row + ahead_row, p_column + ahead_column, left
        if (p_row, p_column, q_row, q_column) == start:
            break
    # Copied, so that the ring closes to the last bit.
    points[n, 0], points[n, 1] = points[first, 0], points[first, 1]
    return n + 1


@helper
def _to_millimetre(metres: float) -> float:
    """Round a coordinate, metres."""
    return np.rint(metres * 1000) / 1000


@builder
def bring_together(
    points: Floats, ends: list[int], polygon_of: list[int], n_polygons: int, bands: Ints
) -> Outlines:
    """Bring the rings of each polygon together, in the order in which they were traced.

    points (n, 2), ends, polygon_of : as `trace` leaves them; bands : as in `Outlines`.
    """
    n_rings = len(ends) - 1
    polygons = np.zeros(n_polygons + 1, dtype=np.int64)
    for ring in range(n_rings):
        polygons[polygon_of[ring + 1] + 1] += 1
    for polygon in range(n_polygons):
        polygons[polygon + 1] += polygons[polygon]
    cursor = polygons.copy()
    order = np.empty(n_rings, dtype=np.int64)
    for ring in range(n_rings):
        polygon = polygon_of[ring + 1]
        order[cursor[polygon]] = ring
        cursor[polygon] += 1
    sorted_points = np.empty((ends[-1], 2))
    rings = np.zeros(n_rings + 1, dtype=np.int64)
    for k in range(n_rings):
        first, last = ends[order[k]], ends[order[k] + 1]
        rings[k + 1] = rings[k] + last - first
        for j in range(last - first):
            at = rings[k] + j
            sorted_points[at, 0], sorted_points[at, 1] = points[first + j, 0], points[first + j, 1]
    return Outlines(sorted_points, rings, polygons, bands)
