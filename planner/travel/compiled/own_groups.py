"""Compiled: in which compound points are that are known by their streets alone."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Flags, Floats, Ints
from planner.travel.compiled.arrays import Grid, Pieces
from planner.travel.compiled.decorators import kernel
from planner.travel.compiled.pieces import find_group, find_pieces_near


@kernel
def find_own_groups(
    xy: Floats, own: Ints, limit: float, pieces: Pieces, grid: Grid, owner: Ints, is_group: Flags
) -> Ints:
    """Return the compound of each point (n,): its own, or the group whose street is nearest.

    Parameters
    ----------
    xy : (n, 2)
        Metres.
    own : (n,)
        The compound that holds each point, -1 for none.
    limit
        The longest leg, metres.
    pieces, grid
        Of the streets that anybody may use, and the grid that finds them.
    owner : (m,)
        Compound of each edge, -1 for public ones.
    is_group
        Of each compound, whether it has no outline; empty if none has.
    """
    found_in = own.copy()
    if len(is_group) == 0:
        return found_in
    met_piece = np.zeros(len(pieces.edge), dtype=np.int64)
    found = np.empty(len(pieces.edge), dtype=np.int64)
    for point in range(len(xy)):
        if own[point] >= 0:
            continue
        x, y = xy[point]
        n_found = find_pieces_near(x, y, limit, pieces.ends, grid, met_piece, point + 1, found)
        found_in[point] = find_group(
            x, y, found, n_found, limit, pieces.ends, pieces.edge, owner, is_group
        )
    return found_in
