"""The way itself: a shortest walk from door to door, with its path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.ops import substring

from planner.errors import ArgumentError
from planner.network.walk_network import WalkNetwork
from planner.plan.profiles import WalkProfile
from planner.showing import to_html
from planner.travel.access import Access, join
from planner.travel.compiled.arrays import Heap
from planner.travel.compiled.barriers import is_clear
from planner.travel.compiled.near_walks import common_point_metres
from planner.travel.compiled.pieces import SLACK_M, chord
from planner.travel.compiled.search import search
from planner.travel.given_streets import to_streets
from planner.travel.points import Places, point_of
from planner.travel.streets import AccessRules, Streets, point_streets

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: How a walk may go: over street nodes, along one edge, straight, or over one street point.
OVER_NODES: Final = "streets"
ONE_EDGE: Final = "one edge"
DIRECT: Final = "direct"
ONE_POINT: Final = "one street point"


@dataclass(frozen=True, repr=False)
class Route:
    """A shortest walk between two points.

    minutes : door to door; inf where there is no path, and then there is no geometry.
    length_m : metres along the geometry; straight_m : metres as the crow flies.
    geometry : LineString in the network's CRS from a to b, both legs included; None for no path.
    edges : edges walked, in order; kind : how it goes (streets, one edge, direct, one street point,
        none).
    crs : of the geometry, the network's.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> walk = planner.route(town.network, town.people.loc[["H1"]], town.facilities.loc[["F1"]])
    >>> walk
    Route(6.0 min, 400 m, one edge)
    >>> round(walk.straight_m)
    400
    """

    minutes: float
    length_m: float
    straight_m: float
    geometry: shapely.LineString | None
    edges: tuple[int, ...]
    kind: str
    crs: CRS

    def __repr__(self) -> str:
        if self.geometry is None:
            return f"Route(no path, {self.straight_m:,.0f} m in a straight line)"
        return f"Route({self.minutes:.1f} min, {self.length_m:,.0f} m, {self.kind})"

    def _repr_html_(self) -> str:
        """Show minutes and metres as a small table, for notebooks."""
        facts: dict[str, str] = {"metres in a straight line": f"{self.straight_m:,.0f}"}
        if self.geometry is not None:
            walked = {"minutes": f"{self.minutes:.1f}", "metres": f"{self.length_m:,.0f}"}
            facts = {**walked, **facts, "way": self.kind}
        return to_html([repr(self)], pd.DataFrame([facts]))

    def plot(self, *, ax: Axes | None = None) -> Axes:
        """Draw the way with matplotlib, from a (a dot) to b (a square); it needs geopandas' `plot`.

        Parameters
        ----------
        ax
            Axes in the metres of the network's CRS, to draw into: those of `Result.plot`, say.

        Returns
        -------
        Axes

        Raises
        ------
        ArgumentError
            If there is no path.
        """
        if self.geometry is None:
            raise ArgumentError("this route has no path, so there is nothing to draw")
        # Axes of others keep their labels: geopandas would write its own beside a map of ours.
        axes: Axes = self.to_layer().plot() if ax is None else ax
        axes.plot(*self.geometry.xy, color="#12355b", linewidth=2.5, zorder=30)
        for at, marker in ((0, "o"), (-1, "s")):
            x, y = self.geometry.coords[at]
            axes.plot(x, y, marker=marker, color="#12355b", zorder=31)
        return axes

    def to_layer(self) -> gpd.GeoDataFrame:
        """Return a table of one row: minutes, length_m, straight_m, kind, geometry (network's CRS).

        Examples
        --------
        >>> import planner
        >>> town = planner.load_example()
        >>> ends = town.people.loc[["H1"]], town.facilities.loc[["F1"]]
        >>> line = planner.route(town.network, *ends).to_layer()
        >>> line.geom_type.tolist(), line.crs.to_epsg()
        (['LineString'], 32651)
        """
        row = {
            "minutes": [self.minutes],
            "length_m": [self.length_m],
            "straight_m": [self.straight_m],
            "kind": [self.kind],
        }
        return gpd.GeoDataFrame(row, geometry=[self.geometry], crs=self.crs)


def route(
    network: WalkNetwork | Streets,
    a: Places,
    b: Places,
    *,
    crs: Any = None,
    profile: WalkProfile | str | None = None,
    access: AccessRules | None = None,
) -> Route:
    """Find a shortest walk from a to b.

    Parameters
    ----------
    network
        Streets; from `prepare_streets` where more than one question is asked of them.
    a, b
        Each a Point in the CRS that `crs` names, or a GeoSeries or GeoDataFrame of one row in any
        CRS that can be converted.
    crs
        Of bare Points: "EPSG:4326", say, or "GCJ-02", or `network.crs` for metres.
    profile, access
        Who walks, by value or by name ("elderly"), and how a point meets the streets; an adult, the
        usual rules. Prepared streets know both.

    Returns
    -------
    Route
        With its geometry in the network's CRS.

    Raises
    ------
    ArgumentError
        If a point or the profile cannot be meant, see `planner.travel.points`.

    Examples
    --------
    >>> import planner, shapely
    >>> town = planner.load_example()
    >>> home, hall = shapely.Point(123.0, 31.20571), shapely.Point(123.0042, 31.20571)
    >>> planner.route(town.network, home, hall, crs="EPSG:4326")
    Route(6.0 min, 400 m, one edge)
    >>> planner.route(town.network, home, hall, crs="EPSG:4326", profile="elderly")
    Route(8.3 min, 400 m, one edge)
    """
    streets = point_streets(to_streets(network, profile, access), "to")
    start, end = (
        point_of(
            place, streets.network, name, crs=crs if isinstance(place, shapely.Point) else None
        )[None]
        for name, place in (("a", a), ("b", b))
    )
    return route_between(streets, join(streets, start, reached=True), join(streets, end))


def route_between(
    streets: Streets, start: Access, end: Access, *, within_minutes: float = np.inf
) -> Route:
    """Find a shortest walk on prepared streets between two joined points (tables of one).

    Streets beyond `within_minutes` of the end are not looked at: give it when they are known. As
    every search, this one goes from where people walk to (joined as such) to where they start.
    """
    straight_m = float(np.hypot(*(end.xy[0] - start.xy[0])))
    walks = [
        _direct(streets, start, end, straight_m),
        _meet_at_point(streets, start, end),
        _along_one_edge(streets, start, end),
        _walk_over_nodes(streets, start, end, within_minutes),
    ]
    # Of equals the first, which is the simplest.
    minutes, kind, line, edges = min(walks, key=lambda walk: walk[0])
    if not np.isfinite(minutes):
        return Route(np.inf, np.inf, straight_m, None, (), "none", streets.network.crs)
    geometry = shapely.LineString(np.vstack([start.xy, line, end.xy]))
    metres, crs = geometry.length, streets.network.crs
    return Route(float(minutes), metres, straight_m, geometry, tuple(edges), kind, crs)


#: Minutes, kind, inner vertices, edges.
_Walk = tuple[float, str, NDArray[np.float64], list[int]]
_NOTHING: Final = np.empty((0, 2))


def _direct(streets: Streets, start: Access, end: Access, straight_m: float) -> _Walk:
    near = straight_m <= streets.access.limit_m + SLACK_M
    (x1, y1), (x2, y2) = start.xy[0], end.xy[0]
    free = near and is_clear(x1, y1, x2, y2, streets.barriers)
    return (straight_m * streets.leg_pace if free else np.inf), DIRECT, _NOTHING, []


def _meet_at_point(streets: Streets, start: Access, end: Access) -> _Walk:
    """Meet at one street point of a piece that both reach."""
    best: _Walk = (np.inf, ONE_POINT, _NOTHING, [])
    limit = streets.access.limit_m
    (x1, y1), (x2, y2) = start.xy[0], end.xy[0]
    for piece in np.intersect1d(start.piece, end.piece):
        ends = streets.pieces.ends
        metres = common_point_metres(x1, y1, x2, y2, ends, piece, limit, streets.barriers)
        if metres * streets.leg_pace < best[0]:
            foot1, height1, low1, high1, length = chord(x1, y1, ends, piece, limit)
            foot2, height2, low2, high2, _ = chord(x2, y2, ends, piece, limit)
            total = height1 + height2
            at = foot1 + (foot2 - foot1) * height1 / total if total > 0 else foot1
            at = min(max(at, low1, low2), high1, high2)
            share = at / length if length > 0 else 0.0
            point = ends[piece, :2] + share * (ends[piece, 2:] - ends[piece, :2])
            edge = int(streets.pieces.edge[piece])
            best = (metres * streets.leg_pace, ONE_POINT, point[None], [edge])
    return best


def _along_one_edge(streets: Streets, start: Access, end: Access) -> _Walk:
    """Walk along one edge without passing its ends."""
    best: _Walk = (np.inf, ONE_EDGE, _NOTHING, [])
    for i, edge in enumerate(start.entry_edge):
        for j in np.flatnonzero(end.entry_edge == edge):
            low, high = start.entry_along_m[i], end.entry_along_m[j]
            # Searched from the end: towards u is how one rides to v.
            pace = streets.edges.back[edge] if high > low else streets.edges.ahead[edge]
            way = abs(high - low) * pace if high != low else 0.0
            minutes = start.entry_minutes[i] + way + end.entry_minutes[j]
            if minutes < best[0]:
                best = (minutes, ONE_EDGE, _part(streets.network, edge, low, high), [int(edge)])
    return best


def _walk_over_nodes(streets: Streets, start: Access, end: Access, within_minutes: float) -> _Walk:
    """Walk over street nodes."""
    graph = streets.graph
    n_nodes = len(graph.network_node)
    best, came_from = np.full(n_nodes, np.inf), np.empty(n_nodes, dtype=np.int64)
    size = len(graph.rows.neighbour) + len(end.seed_node) + 1
    heap = Heap(np.empty(size), np.empty(size, dtype=np.int64))
    search(
        graph.rows, end.seed_node, end.seed_minutes, within_minutes, best, came_from,
        np.empty(n_nodes, dtype=np.int64), heap,
    )  # fmt: skip
    total = best[start.seed_node] + start.seed_minutes
    if len(total) == 0 or not np.isfinite(total.min()):
        return np.inf, OVER_NODES, _NOTHING, []
    node = int(start.seed_node[np.argmin(total)])
    ends = streets.edges
    first_line, first_edge = _to_node(streets, start, node, (ends.ahead, ends.back))
    parts, edges = [first_line], [first_edge]
    while came_from[node] >= 0:
        before = int(came_from[node])
        edge = _edge_between(streets, before, node)
        if edge >= 0:  # through a gate nobody moves
            line = _line(streets.network, edge)
            backwards = graph.network_node[node] == streets.network.u[edge]
            # A ring ends where it begins; either way round takes as long.
            parts.append(line if backwards else line[::-1])
            edges.append(edge)
        node = before
    last_line, last_edge = _to_node(streets, end, node, (ends.back, ends.ahead))
    parts.append(last_line[::-1])
    edges.append(last_edge)
    return float(total.min()), OVER_NODES, np.vstack(parts), edges


def _to_node(
    streets: Streets, place: Access, node: int, pace: tuple[NDArray[Any], NDArray[Any]]
) -> tuple[NDArray[np.float64], int]:
    """Return the cheapest way from a place's entries to a node: vertices and edge.

    `pace` is that of the edges towards u and towards v.
    """
    network, edges = streets.network, streets.edges
    edge, along = place.entry_edge, place.entry_along_m
    enters = node >= streets.network.n_nodes + streets.graph.inner
    layer = np.where(enters & (streets.owner[edge] >= 0), streets.graph.inner, 0)
    best: list[NDArray[np.float64]] = []
    for side, nodes in enumerate((edges.tail, edges.head)):
        way_m = along if side == 0 else network.length_m[edge] - along
        walked = np.zeros(len(edge))  # nothing to walk takes no time, even where nobody can walk
        np.multiply(way_m, pace[side][edge], out=walked, where=way_m > 0)
        here = nodes[edge] + layer == node
        minutes = place.entry_minutes + walked + edges.delay[edge, side]
        best.append(np.where(here, minutes, np.inf))
    side = int(best[1].min() < best[0].min())
    k = int(np.argmin(best[side]))
    stop = 0.0 if side == 0 else network.length_m[edge[k]]
    return _part(network, edge[k], along[k], stop), int(edge[k])


def _edge_between(streets: Streets, start: int, end: int) -> int:
    """Return the quickest edge from one node to another, -1 for a step through a gate."""
    graph, rows = streets.graph, streets.graph.rows
    ways = np.arange(rows.starts[start], rows.starts[start + 1])
    ways = ways[rows.neighbour[ways] == end]
    return int(graph.edge[ways[np.argmin(rows.minutes[ways])]])


def _line(network: WalkNetwork, edge: int) -> NDArray[np.float64]:
    return network.coords[network.offsets[edge] : network.offsets[edge + 1]]


def _part(network: WalkNetwork, edge: Any, low: float, high: float) -> NDArray[np.float64]:
    """Return the vertices of an edge from one distance along it to another, either way round."""
    line = shapely.LineString(_line(network, int(edge)))
    # Two nodes in one place: nothing can be cut out of such a line.
    if line.length == 0:
        return _line(network, int(edge))[:1]
    return np.asarray(shapely.get_coordinates(substring(line, low, high)), dtype=np.float64)
