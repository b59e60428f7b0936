"""WalkNetwork: the streets as an immutable value over arrays."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.errors import NetworkError
from planner.network.walls import Walls, make_no_walls
from planner.plan.profiles import WalkProfile
from planner.plan.slopes import find_sloped_paces

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

PUBLIC: Final = "public"


@dataclass(frozen=True, eq=False)
class WalkNetwork:
    """Streets to walk on: n nodes, m edges, k vertices; every array is read-only.

    Edge e runs from node u[e] to v[e] along coords[offsets[e]:offsets[e + 1]]; walkers use it both
    ways. Minutes are linear along an edge: speed, access and level never change within one.

    crs : the metric CRS of all coordinates.
    node_id (n,), xy (n, 2) metres; u, v (m,); length_m (m,).
    steps (m,) : walked at the profile's speed on steps.
    elevated (m,) : a bridge, a tunnel or another level, met only at its ends.
    island (m,) : part of a small component that hangs together with nothing else.
    access (m,) : "public" or the id of the compound whose residents alone may pass.
    highway, name, osm_id (m,) : of the longest way in the edge.
    coords (k, 2) metres, offsets (m + 1,).
    ride (m,) : a bicycle may be ridden, else it is pushed; oneway (m,) for bicycles: 1 from u to v,
        -1 from v to u, 0 both ways. Walkers are bound by neither.
    crossing (m, 2) : whether a path that ends its edge at u, at v crosses half a carriageway there:
        0 no, 1 at a plain crossing, 2 at a signalled one.
    rolling (m,) : -1 shut to wheelchairs, 1 steps with a ramp for them, 0 as for others.
    shut (m,) : open at certain hours alone, so that nobody walks there when no moment is asked for;
        conditions (m,) : who may walk there when, "" if hours do not matter, see WalkWays.
    walls : compounds, gates and barriers around the streets.
    height_m (n,) : heights of the nodes, metres above the sea, or (0,) where no elevation is given:
        edges rise and fall evenly from u to v.
    flat (m,) : no height is known, so the edge is taken as level; or (0,), as height_m.

    Raises
    ------
    NetworkError
        If the arrays contradict each other.

    Examples
    --------
    >>> import planner
    >>> network = planner.load_example().network
    >>> round(float(network.length_m.sum()) / 1000, 1), network.crs.to_epsg()
    (18.2, 32651)
    """

    crs: CRS
    node_id: NDArray[np.int64]
    xy: NDArray[np.float64]
    u: NDArray[np.int64]
    v: NDArray[np.int64]
    length_m: NDArray[np.float64]
    steps: NDArray[np.bool_]
    elevated: NDArray[np.bool_]
    island: NDArray[np.bool_]
    access: NDArray[np.object_]
    highway: NDArray[np.object_]
    name: NDArray[np.object_]
    osm_id: NDArray[np.int64]
    coords: NDArray[np.float64]
    offsets: NDArray[np.int64]
    ride: NDArray[np.bool_]
    oneway: NDArray[np.int8]
    crossing: NDArray[np.int8]
    rolling: NDArray[np.int8]
    shut: NDArray[np.bool_]
    conditions: NDArray[np.object_]
    walls: Walls = field(default_factory=make_no_walls)
    height_m: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    flat: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=bool))

    def __post_init__(self) -> None:
        _check(self)
        for entry in fields(self):
            value = getattr(self, entry.name)
            if isinstance(value, np.ndarray):
                # Scenarios, threads and changed copies share the arrays of one network.
                value.flags.writeable = False

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_id)

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return len(self.u)

    def __repr__(self) -> str:
        return (
            f"WalkNetwork({self.n_nodes} nodes, {self.n_edges} edges, "
            f"{self.length_m.sum() / 1000:.1f} km, {self.crs.to_string()})"
        )

    @property
    def has_heights(self) -> bool:
        """Whether an elevation was given."""
        return len(self.height_m) > 0

    @property
    def rise_m(self) -> NDArray[np.float64]:
        """Metres that each edge rises from u to v, shape (m,); 0 where no height is known."""
        if not self.has_heights:
            return np.zeros(self.n_edges)
        return np.where(self.flat, 0.0, self.height_m[self.v] - self.height_m[self.u])

    @property
    def grade(self) -> NDArray[np.float64]:
        """Rise over run of each edge from u to v, shape (m,); 0 where no height is known."""
        length_m = np.where(self.length_m > 0, self.length_m, np.inf)
        return np.asarray(self.rise_m / length_m, dtype=np.float64)

    def minutes_per_metre(
        self, profile: WalkProfile, shut: NDArray[np.bool_] | None = None
    ) -> NDArray[np.float64]:
        """Return the minutes that one metre of each edge takes on level ground, shape (m,).

        inf: impassable. `shut` (m,) are the edges that are shut at some hour; by default those of
        the network. `paces` tells them up and down.
        """
        speed = np.full(self.n_edges, profile.speed_m_per_min)
        if profile.rides:
            speed[~self.ride] = profile.push_kmh * 1000 / 60
        steps = self.steps
        if profile.vehicle == "wheelchair":
            # A ramp makes steps a street like others.
            steps = steps & (self.rolling != 1)
            speed[self.rolling == -1] = 0.0
        speed[steps] *= profile.steps_factor
        speed[self.shut if shut is None else shut] = 0.0
        # A speed of 0 is meant: inf minutes are what no search passes.
        with np.errstate(divide="ignore"):
            return np.asarray(1.0 / speed, dtype=np.float64)

    def paces(
        self, profile: WalkProfile, shut: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the minutes that one metre of each edge takes towards v, and towards u, (m,) each.

        Where heights are known the speed follows the grade; steps take the longer of what they and
        what their grade would take. Steeper than the profile's limit, an edge is impassable (inf).
        One-way rules are not heeded. Parameters as for `minutes_per_metre`.
        """
        level = self.minutes_per_metre(profile, shut)
        if not self.has_heights:
            return level, level
        return find_sloped_paces(profile, level, self.grade, self.steps, self.ride)

    def end_minutes(self, profile: WalkProfile) -> NDArray[np.float64]:
        """Return the minutes of delay at both ends of each edge, shape (m, 2).

        A walk that crosses a carriageway comes and goes by footways: each of them carries half.
        """
        half = np.array([0.0, profile.crossing_s, profile.signal_s]) / 2 / 60
        return np.asarray(half[self.crossing], dtype=np.float64)

    def minutes(self, profile: WalkProfile, *, back: bool = False) -> NDArray[np.float64]:
        """Return the time of each edge from u to v with its delays, minutes, shape (m,).

        inf: impassable. back : from v to u, which takes another time on a slope alone.
        """
        walked = self.length_m * self.paces(profile)[int(back)]
        return np.asarray(walked + self.end_minutes(profile).sum(axis=1), dtype=np.float64)

    @cached_property
    def lines(self) -> NDArray[np.object_]:
        """Geometry of each edge from u to v, metric LineStrings, shape (m,)."""
        vertex_edge = np.repeat(np.arange(self.n_edges), np.diff(self.offsets))
        return np.asarray(shapely.linestrings(self.coords, indices=vertex_edge), dtype=object)

    @cached_property
    def island_number(self) -> NDArray[np.int64]:
        """Number of the island that each edge belongs to, -1 for streets of none, shape (m,)."""
        graph = coo_array(
            (np.ones(self.n_edges, dtype=np.int8), (self.u, self.v)),
            shape=(self.n_nodes, self.n_nodes),
        )
        _, component = connected_components(graph, directed=False)
        return np.where(self.island, component[self.u], -1).astype(np.int64)

    @cached_property
    def bounds(self) -> NDArray[np.float64]:
        """Smallest and largest x and y of the street nodes, metres: x, y, x, y; none: inf, -inf."""
        low, high = self.xy.min(axis=0, initial=np.inf), self.xy.max(axis=0, initial=-np.inf)
        return np.concatenate([low, high])

    @cached_property
    def hull(self) -> shapely.Geometry:
        """Convex hull of the street nodes, metric CRS."""
        return shapely.convex_hull(shapely.multipoints(self.xy))

    def minutes_from(
        self,
        point: Any,
        *,
        crs: Any = None,
        profile: WalkProfile | str | None = None,
        access: Any = None,
    ) -> pd.Series:
        """Return the minutes from a point to every street node.

        A walk goes over an access leg to the streets and along them to the node, where it ends:
        there is no second leg. A point of a travel time matrix that lies on a node takes these
        minutes, or fewer where one steps off the street before and goes straight to it.

        Parameters
        ----------
        point, crs
            A Point in the CRS `crs`, or a GeoSeries or GeoDataFrame of one row.
        profile, access
            Who walks, by value or by name ("elderly"), and how a point meets the streets
            (`AccessRules`); an adult, the usual rules.

        Returns
        -------
        Series, index `node_id`
            Named "minutes"; inf where no path leads. A node that lies on a compound's streets alone
            is one for those who may go there.

        Raises
        ------
        ArgumentError
            If the point or the profile cannot be meant.

        Examples
        --------
        >>> import planner, shapely
        >>> town = planner.load_example()
        >>> hall = town.facilities.loc[["F1"]]
        >>> minutes = town.network.minutes_from(hall)
        >>> int((minutes <= 6.001).sum()), len(minutes)
        (5, 27)
        """
        # The one call down the rooms: a search builds on networks, so it is found when asked for.
        search = import_module("planner.travel.from_point")
        found: pd.Series = search.minutes_from(self, point, crs=crs, profile=profile, access=access)
        return found

    def to_edges(self, profile: WalkProfile) -> gpd.GeoDataFrame:
        """Return the edges as the layer `walk_edges`, metric CRS.

        Columns: edge_id, u, v (node ids), length_m, minutes, access, island, elevated, highway,
        name, osm_id, geometry from u to v. Where heights are known also minutes_back (from v to u),
        rise_m (from u to v) and flat (no height is known here).
        """
        columns = {
            "edge_id": np.arange(self.n_edges),
            "u": self.node_id[self.u],
            "v": self.node_id[self.v],
            "length_m": self.length_m,
            "minutes": self.minutes(profile),
            "access": self.access,
            "island": self.island,
            "elevated": self.elevated,
            "highway": self.highway,
            "name": self.name,
            "osm_id": self.osm_id,
        }
        if self.has_heights:
            columns |= {
                "minutes_back": self.minutes(profile, back=True),
                "rise_m": self.rise_m,
                "flat": self.flat,
            }
        return gpd.GeoDataFrame(columns, geometry=self.lines, crs=self.crs)

    def to_networkx(self, profile: WalkProfile | str = "adult") -> nx.MultiDiGraph[int]:
        """Return a graph in the style of OSMnx, EPSG:4326; `from_networkx` brings it back.

        Nodes carry x, y (lon, lat) and their OSM id as key; each street is an edge in both
        directions with osmid, `length` (metres), `minutes` (of the profile, with its waits at
        crossings; inf where it does not pass), geometry and this network's columns. Compounds,
        gates and barriers are texts of JSON in the attributes of the graph, so that
        `osmnx.save_graphml`, `osmnx.project_graph` and others keep them.

        Parameters
        ----------
        profile
            Whose minutes, or the name of one of PROFILES.

        Raises
        ------
        PlanError, ArgumentError
            If there is no profile of that name, or it is neither a profile nor a name.

        Examples
        --------
        >>> import planner
        >>> town = planner.load_example()
        >>> graph = town.network.to_networkx("elderly")
        >>> graph.number_of_edges() == 2 * town.network.n_edges
        True
        """
        # That module needs this one.
        from planner.network._to_networkx import make_graph

        return make_graph(self, profile)


def from_networkx(graph: nx.Graph[Any], crs: CRS | str | int | None = None) -> WalkNetwork:
    """Build a WalkNetwork from a graph of OSMnx, or from one that `to_networkx` made.

    Streets of OSMnx are judged by their tags as those of an extract: who may walk there, steps,
    bridges, motorways, gates and crossings (docs/streets.md). An edge that OSMnx has made of
    several ways is what its least walkable part is. Values may be texts, as after
    `osmnx.load_graphml` or `networkx.read_graphml`. A graph that `to_networkx` made comes back as
    the network it was. What was lost, or could not be told, stands in `walls.notes` and is logged
    as a warning.

    Parameters
    ----------
    graph
        Nodes named by whole numbers, with x and y; edges may carry geometry (else they are
        straight), osmid and tags. A street present in both directions is taken once. Any graph of
        networkx will do, simplified or not, in any CRS that `graph.graph["crs"]` names; without
        one x, y are degrees.
    crs
        Metric CRS of the network; by default the one noted by `to_networkx`, else that of
        `choose_frame`.

    Raises
    ------
    NetworkError
        If it is no graph, a value cannot be used, or nothing may be walked.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> back = planner.from_networkx(town.network.to_networkx())
    >>> back.n_edges == town.network.n_edges, len(back.walls.gates) == len(town.network.walls.gates)
    (True, True)
    """
    # That module needs this one.
    from planner.network._from_networkx import build_from_graph

    return build_from_graph(graph, crs)


def _check(network: WalkNetwork) -> None:
    """Refuse arrays that contradict each other."""
    n, m = len(network.node_id), len(network.u)
    if network.crs.axis_info[0].unit_name != "metre":
        raise NetworkError(f"{network.crs.to_string()} is not in metres; use metric_crs_at()")
    if network.xy.shape != (n, 2):
        raise NetworkError(f"xy has shape {network.xy.shape}, expected ({n}, 2)")
    per_edge = ("v", "length_m", "steps", "elevated", "island", "access", "highway", "name",
                "osm_id", "ride", "oneway", "crossing", "rolling", "shut",
                "conditions")  # fmt: skip
    for column in per_edge:
        if len(getattr(network, column)) != m:
            raise NetworkError(f"{column} has {len(getattr(network, column))} rows, expected {m}")
    heights = len(network.height_m), len(network.flat)
    if heights not in ((0, 0), (n, m)):
        raise NetworkError(f"height_m and flat have {heights} rows, expected {(n, m)} or none")
    if network.has_heights and np.isnan(network.rise_m).any():
        raise NetworkError("an edge that is not flat ends at a node without a height")
    if len(network.offsets) != m + 1 or network.offsets[-1] != len(network.coords):
        raise NetworkError("offsets do not match the coordinates of the edges")
    # No streets are a network too, and what follows needs a smallest value.
    if m == 0:
        return
    # A negative number would not fail, but name a node from the end.
    if min(network.u.min(), network.v.min()) < 0 or max(network.u.max(), network.v.max()) >= n:
        raise NetworkError("an edge ends at a node that does not exist")
    if np.diff(network.offsets).min() < 2:
        raise NetworkError("an edge has fewer than two vertices")
    if not np.isfinite(network.xy).all() or not np.isfinite(network.coords).all():
        raise NetworkError("a street has a coordinate that is not a number")
    starts, ends = network.offsets[:-1], network.offsets[1:] - 1
    # To the last bit: both come from the same node, so any difference is a fault.
    joined = np.array_equal(network.coords[starts], network.xy[network.u]) and np.array_equal(
        network.coords[ends], network.xy[network.v]
    )
    if not joined:
        raise NetworkError("the geometry of an edge does not run from its node u to its node v")
