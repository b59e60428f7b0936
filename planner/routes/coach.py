"""Where a coach may stop, and how far it rides between its stops.

A coach rides along streets for cars of the walking network, either way: the network knows nothing
of one-way streets for cars, of turns that are forbidden, of heights. What it says is a length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely.ops import substring

from planner.crs.array_types import Flags, Floats, Ints
from planner.network.walk_network import PUBLIC, WalkNetwork
from planner.plan import Bus

#: Classes of street that cars ride along.
VEHICLE_STREETS: Final = (
    "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link", "tertiary",
    "tertiary_link", "unclassified", "residential", "living_street",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class CoachStops:
    """Where a coach stops for k places: the nearest point of a street that the plan names.

    edge (k,) : of the network, -1 where no such street is near enough. along_m (k,) : metres along
    it. xy (k, 2) : metric.
    """

    edge: Ints
    along_m: Floats
    xy: Floats

    @property
    def there(self) -> Flags:
        """Which places have a stop, (k,)."""
        return np.asarray(self.edge >= 0)


def find_coach_stops(network: WalkNetwork, xy: Floats, bus: Bus) -> CoachStops:
    """Find where a coach stops for each place: on public streets of the classes, on the ground."""
    may = (
        np.isin(network.highway.astype(str), bus.streets)
        & (network.access == PUBLIC)
        & ~network.elevated
        & ~network.shut
    )
    edge, along, at = np.full(len(xy), -1), np.zeros(len(xy)), np.array(xy, dtype=np.float64)
    rows = np.flatnonzero(may)
    if len(rows) and len(xy):
        lines, points = network.lines[rows], shapely.points(xy)
        tree = shapely.STRtree(lines)
        # A limit of 0 finds what lies on the street, which GEOS wants above 0.
        reach = max(bus.most_metres, 1e-6)
        of, near = tree.query_nearest(points, max_distance=reach, all_matches=False)
        edge[of] = rows[near]
        along[of] = shapely.line_locate_point(lines[near], points[of])
        met = shapely.line_interpolate_point(lines[near], along[of])
        at[of] = np.column_stack([shapely.get_x(met), shapely.get_y(met)])
    return CoachStops(edge.astype(np.int64), along, at)


class CoachWays:
    """The shortest rides from some of the stops to all of them, along streets for cars."""

    def __init__(self, network: WalkNetwork, stops: CoachStops, bus: Bus, first: int) -> None:
        self._network, self._stops = network, stops
        classes = (*VEHICLE_STREETS, *bus.streets)
        ridden = np.flatnonzero(
            np.isin(network.highway.astype(str), classes)
            & (network.access == PUBLIC)
            & ~network.shut
        )
        self._a, self._b, self._edge, self._low, self._high = _cut_at_stops(network, ridden, stops)
        n = network.n_nodes
        #: Metres from each of the first stops to each of all, inf for no way.
        self.metres: Floats = np.full((first, len(stops.edge)), np.inf)
        size = n + len(stops.edge)
        length = np.maximum(self._high - self._low, 1e-6)
        graph = csr_array((length, (self._a, self._b)), shape=(size, size))
        asked = np.flatnonzero(stops.there[:first])
        if len(asked) and len(length):
            far, self._before = dijkstra(
                graph, directed=False, indices=n + asked, return_predecessors=True
            )
            self.metres[asked] = far[:, n:]
            self.metres[:, ~stops.there] = np.inf
        self._row = {int(stop): number for number, stop in enumerate(asked)}
        pairs = zip(self._a.tolist(), self._b.tolist(), strict=True)
        self._part = {pair: number for number, pair in enumerate(pairs)}

    def line(self, start: int, end: int) -> Floats:
        """Return the corners of the ride from one of the first stops to another, (v, 2)."""
        n, row = self._network.n_nodes, self._before[self._row[start]]
        node, parts = n + end, [self._stops.xy[end][None]]
        while node != n + start:
            before = int(row[node])
            parts.append(self._corners(before, node))
            node = before
        parts.append(self._stops.xy[start][None])
        return np.vstack(parts[::-1])

    def _corners(self, a: int, b: int) -> Floats:
        """Return the corners of one part of a street, from a to b."""
        number = self._part.get((a, b))
        turned = number is None
        number = self._part[b, a] if number is None else number
        line = self._network.lines[self._edge[number]]
        part = substring(line, float(self._low[number]), float(self._high[number]))
        corners = np.asarray(shapely.get_coordinates(part), dtype=np.float64)
        # A part runs from u to v of its edge; its ends are written so that a is nearer to u.
        return corners[::-1] if turned else corners


def _cut_at_stops(
    network: WalkNetwork, ridden: Ints, stops: CoachStops
) -> tuple[Ints, Ints, Ints, Floats, Floats]:
    """Return the parts of streets between nodes and stops: ends, edge, from and to metres along.

    Of several parts between the same two ends the shortest is there, so that each pair is one.
    """
    n = network.n_nodes
    there = np.flatnonzero(stops.there)
    own = np.union1d(ridden, stops.edge[there])
    # Places along edges: their two ends, and the stops on them.
    edge = np.concatenate([own, own, stops.edge[there]])
    along = np.concatenate([np.zeros(len(own)), network.length_m[own], stops.along_m[there]])
    node = np.concatenate([network.u[own], network.v[own], n + there])
    # Both ends of an edge frame its stops, even of those that lie on an end.
    kind = np.repeat([0, 2, 1], [len(own), len(own), len(there)])
    rank = np.lexsort((node, along, kind == 2, kind != 0, edge))
    edge, along, node = edge[rank], along[rank], node[rank]
    same = np.flatnonzero(edge[1:] == edge[:-1])
    a, b, low, high = node[same], node[same + 1], along[same], along[same + 1]
    of = edge[same]
    straight = a != b  # a ring leads nowhere else
    a, b, low, high, of = a[straight], b[straight], low[straight], high[straight], of[straight]
    length = high - low
    first, second = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((length, second, first))
    new = np.ones(len(order), dtype=bool)
    one, other = first[order], second[order]
    new[1:] = (one[1:] != one[:-1]) | (other[1:] != other[:-1])
    kept = order[new]
    return a[kept], b[kept], of[kept], low[kept], high[kept]
