"""Room for what is walked to from each street beside walls."""

from __future__ import annotations

from typing import Final

import numpy as np

from planner.crs.array_types import Flags
from planner.travel.compiled.arrays import Seen
from planner.travel.compiled.lattice import BLOCK, CELL_M
from planner.travel.streets import Streets

#: Most blocks that are kept: half a gigabyte if all are asked. Streets beyond are asked each time.
_MOST_BLOCKS: Final = 64_000_000


def prepare_seen(streets: Streets, beside_walls: Flags) -> Seen:
    """Make room for the blocks within a leg of each line of street.

    beside_walls : shape (v,)
        Of each vertex, whether the line from it to the next has something to be asked.
    """
    network, edges, limit = streets.network, streets.edges, streets.access.limit_m
    coords = network.coords
    edge = np.repeat(np.arange(network.n_edges), np.diff(network.offsets))
    # Up a slope and down it legs meet the street at angles of their own: only one can be kept.
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = edges.ahead / streets.leg_pace
        slant = np.where(ratio < 1, ratio / np.sqrt(1 - ratio**2), np.inf)[edge]
    following = np.roll(coords, -1, axis=0)
    width = BLOCK * CELL_M
    low = np.floor((np.minimum(coords, following) - limit) / width).astype(np.int64)
    high = np.floor((np.maximum(coords, following) + limit) / width).astype(np.int64)
    columns, rows = (high - low + 1).T
    kept = beside_walls & np.isfinite(slant)
    kept[network.offsets[1:] - 1] = False  # from the last vertex of an edge no line leads on
    kept &= np.cumsum(np.where(kept, columns * rows, 0)) <= _MOST_BLOCKS
    count = np.where(kept, columns * rows, 0)
    # What is drawn together lies together in memory.
    order = np.lexsort((low[:, 0] // 16, low[:, 1] // 16))
    ends = np.empty(len(count), dtype=np.int64)
    ends[order] = np.cumsum(count[order])
    starts = ends - count
    lines = [streets.owner[edge], low[:, 1], low[:, 0], columns, starts, ends]
    return Seen(
        coords=coords,
        slant=np.where(kept, slant, np.inf),
        lines=np.column_stack(lines).astype(np.int64),
        # Zeros cost nothing until they are written to: most streets are never asked.
        blocks=np.zeros(count.sum(), dtype=np.int64),
    )
