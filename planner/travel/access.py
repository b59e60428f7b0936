"""Where points meet the streets: the access leg of design section 4."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.travel._join import join_points
from planner.travel.streets import Streets


@dataclass(frozen=True)
class Access:
    """How n points meet the streets; everything ragged over the points.

    xy (n, 2) metres.
    piece_starts (n + 1,), piece : the pieces of street within the limit.
    entry_starts (n + 1,), entry_edge, entry_along_m, entry_minutes : street points at which a
        shortest walk may enter, with the minutes of the leg.
    seed_starts (n + 1,), seed_node, seed_minutes : minutes from the point to nodes over one leg
        and the rest of one edge; every longer walk continues from one of them.
    """

    xy: NDArray[np.float64]
    piece_starts: NDArray[np.int64]
    piece: NDArray[np.int64]
    entry_starts: NDArray[np.int64]
    entry_edge: NDArray[np.int64]
    entry_along_m: NDArray[np.float64]
    entry_minutes: NDArray[np.float64]
    seed_starts: NDArray[np.int64]
    seed_node: NDArray[np.int64]
    seed_minutes: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.xy)

    @property
    def joined(self) -> NDArray[np.bool_]:
        """Whether a point meets any street, shape (n,)."""
        return np.diff(self.piece_starts) > 0


def join(streets: Streets, xy: NDArray[np.float64]) -> Access:
    """Find for each point the street points where a shortest walk can enter.

    On a straight piece of street only three can be best: the nearest point, and the two whose leg
    meets the street at the angle with cosine r = the edge's minutes per metre / the leg's, clipped
    to the piece and the limit; where r >= 1 (steps) the ends of the part within the limit.

    Parameters
    ----------
    streets
        From `prepare_streets`.
    xy : shape (n, 2)
        Metres, in the network's CRS.
    """
    points = np.ascontiguousarray(xy, dtype=np.float64).reshape(-1, 2)
    network, pieces, graph = streets.network, streets.pieces, streets.graph
    arrays = join_points(
        points,
        streets.access.limit_m,
        streets.leg_pace,
        (pieces.ends, pieces.edge, pieces.along_m),
        (streets.grid.frame, streets.grid.starts, streets.grid.items),
        (network.u, network.v, network.length_m, streets.pace),
        (graph.starts, graph.neighbour, graph.minutes),
    )
    return Access(points, *arrays)


def at_nodes(streets: Streets) -> Access:
    """Return the street nodes themselves as points to be reached, in their order."""
    network = streets.network
    nothing, none = np.empty(0, dtype=np.int64), np.zeros(network.n_nodes + 1, dtype=np.int64)
    return Access(
        xy=network.xy,
        piece_starts=none,
        piece=nothing,
        entry_starts=none,
        entry_edge=nothing,
        entry_along_m=np.empty(0),
        entry_minutes=np.empty(0),
        seed_starts=np.arange(network.n_nodes + 1),
        seed_node=np.arange(network.n_nodes),
        seed_minutes=np.zeros(network.n_nodes),
    )


def rows_of(places: Access, first: int, last: int) -> Access:
    """Return the points first..last of an access table as one of their own."""

    def part(starts: NDArray[np.int64], *columns: NDArray[Any]) -> list[NDArray[Any]]:
        """Cut what belongs to these points out of one ragged table."""
        low, high = starts[first], starts[last]
        return [starts[first : last + 1] - low, *(column[low:high] for column in columns)]

    return Access(
        places.xy[first:last],
        *part(places.piece_starts, places.piece),
        *part(places.entry_starts, places.entry_edge, places.entry_along_m, places.entry_minutes),
        *part(places.seed_starts, places.seed_node, places.seed_minutes),
    )
