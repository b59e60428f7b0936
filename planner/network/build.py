"""Builds a WalkNetwork from OSM ways: splits, merges chains, crosses areas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from planner.crs import project
from planner.crs.frame import RIM_M, holds
from planner.errors import NetworkError
from planner.network._chains import trace_chains
from planner.network.barrier_parts import cut_barriers
from planner.network.compounds import Ownership, assign_streets
from planner.network.enclosed import find_enclosed, find_positions
from planner.network.gates import find_gates
from planner.network.islands import mark_islands
from planner.network.squares import find_crossing_lines
from planner.network.surroundings import Surroundings, keep_near, make_empty_surroundings
from planner.network.walk_network import WalkNetwork
from planner.network.walls import Gates, Walls
from planner.sources.osm.conditions import list_unreadable, read_tags
from planner.sources.osm.extract import WalkWays

#: So many conditions and hours that cannot be read are named; the others are counted.
MAX_NOTES: Final = 20

#: Streets for walkers alone; any other street has a carriageway.
FOOT_STREETS: Final = (
    "footway", "path", "pedestrian", "cycleway", "steps", "bridleway", "corridor", "platform",
)  # fmt: skip


@dataclass(frozen=True)
class Segments:
    """Straight pieces of ways between two neighbouring OSM nodes, s of them.

    a, b (s,) : node indexes; way (s,) : index into the ways; along (s,) : whether the way runs
    from a to b.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    way: NDArray[np.int64]
    along: NDArray[np.bool_]

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Segments:
        """Return some of the segments."""
        return Segments(self.a[rows], self.b[rows], self.way[rows], self.along[rows])

    def oneway(self, ways: WalkWays) -> NDArray[np.int8]:
        """Return for bicycles 1 from a to b only, -1 from b to a only, 0 both ways, shape (s,)."""
        tagged = ways.oneway[self.way]
        return np.where(self.along, tagged, -tagged).astype(np.int8)


def build_network(
    ways: WalkWays,
    crs: CRS,
    *,
    within: BaseGeometry | None = None,
    around: Surroundings | None = None,
    apart: NDArray[np.int64] | None = None,
) -> WalkNetwork:
    """Turn OSM ways into streets.

    Ways are split where they share a node; chains of nodes with two streets become one edge, cut
    where steps, access, level or the rules for bicycles change, at gates and at crossings.

    Parameters
    ----------
    ways
        Walkable ways in EPSG:4326.
    crs
        Metric CRS of the result.
    within
        Polygon, metric CRS: a straight piece of street belongs, whole, when any part of it lies
        inside or on the border; the others are left out.
    around
        Zones, gates, crossings and barriers, from `find_surroundings`; None: none are known.
    apart : shape (w,)
        Ways of different numbers stay edges of their own, see `mark_ways`; None: of none.

    Raises
    ------
    NetworkError
        If no street is left.

    Examples
    --------
    >>> import planner
    >>> extract = planner.load_osm(planner.load_example().folder / "streets.osm")
    >>> planner.build_network(extract.ways, planner.metric_crs_at(123.0, 31.2)).n_edges
    44
    """
    # Ascending: all that follows finds nodes by bisection.
    node_id, first = np.unique(ways.node_id, return_index=True)
    xy = project(ways.lonlat[first, 0], ways.lonlat[first, 1], crs)
    segments = _split(ways, node_id)
    # Before anything is cut off: a square across the border of the area keeps its entries.
    segments = _add_crossings(segments, ways, xy)
    if within is not None:
        segments = segments.take(_find_belonging(segments, xy, within))
    if len(segments.a) == 0:
        raise NetworkError("no street lies in the area; check that the extract covers the area")
    segments = _sort(segments, ways)
    around = around or make_empty_surroundings(crs)
    if within is not None:
        around = keep_near(around, within, _lines(segments, xy))
    owned, enclosed = _find_owners(segments, ways, node_id, xy, around)
    streets = _merge(segments, owned.access, ways, node_id, xy, crs, around, apart)
    gates, lost = find_gates(
        streets.u, streets.v, streets.access, streets.node_id, streets.xy, owned.compounds,
        around.gates, around.own_gates, np.isin(streets.node_id, enclosed),
    )  # fmt: skip
    barriers = cut_barriers(around.barriers, owned.compounds)
    notes = np.array([*owned.notes, *lost, *_note_unreadable(streets, gates)], dtype=object)
    return replace(streets, walls=Walls(owned.compounds, gates, barriers, notes))


def _find_belonging(
    segments: Segments, xy: NDArray[np.float64], within: BaseGeometry
) -> NDArray[np.bool_]:
    """Tell which segments have any part in a polygon or on its border, shape (s,)."""
    inside = holds(within, xy)
    belongs = inside[segments.a] | inside[segments.b]
    west, south, east, north = shapely.bounds(within)
    (ax, ay), (bx, by) = xy[segments.a].T, xy[segments.b].T
    beside = (np.maximum(ax, bx) < west) | (np.minimum(ax, bx) > east)
    beside |= (np.maximum(ay, by) < south) | (np.minimum(ay, by) > north)
    through = np.flatnonzero(~belongs & ~beside)  # both ends outside: the middle may be inside
    belongs[through] = shapely.dwithin(within, _lines(segments.take(through), xy), RIM_M)
    return belongs


def _lines(segments: Segments, xy: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return the segments as lines, shape (s,)."""
    ends = np.stack([xy[segments.a], xy[segments.b]], axis=1)
    return np.asarray(shapely.linestrings(ends), dtype=object)


def _find_owners(
    segments: Segments,
    ways: WalkWays,
    node_id: NDArray[np.int64],
    xy: NDArray[np.float64],
    around: Surroundings,
) -> tuple[Ownership, NDArray[np.int64]]:
    """Find the compounds and whose the segments are: by tag, or behind gates for residents.

    Returns the OSM ids of the nodes of the latter, too.
    """
    a, b, way = segments.a, segments.b, segments.way
    residents, shut = ways.residents[way], ways.shut[way]
    walled = around.zones.geometry.to_numpy()[around.zones["walled"].to_numpy(dtype=bool)]
    enclosed = find_enclosed(a, b, ~residents & ~shut, node_id, xy, around.gates, walled)
    owned = assign_streets(
        a, b, residents | enclosed, ways.driveway[way], ways.way_id[way], xy, around.zones,
        _wall_lines(around.barriers), shut,
    )  # fmt: skip
    return owned, node_id[np.union1d(a[enclosed], b[enclosed])]


def _note_unreadable(streets: WalkNetwork, gates: Gates) -> list[str]:
    """Say which conditions and hours of streets and gates cannot be read, a line each."""
    texts = [
        (f"way/{osm_id}", read_tags(text)[1])
        for osm_id, text in zip(streets.osm_id, streets.conditions, strict=True)
        if text
    ]
    texts += [
        (str(gate_id), read_tags(text)[1] | {"opening_hours": hours})
        for gate_id, text, hours in zip(gates.gate_id, gates.conditions, gates.hours, strict=True)
        if text or hours
    ]
    found = dict.fromkeys(
        f"{osm_id}: {what}" for osm_id, tags in texts for what in list_unreadable(tags)
    )
    lines = [f"{what!r} cannot be read, so it changes nothing" for what in list(found)[:MAX_NOTES]]
    more = len(found) - len(lines)
    return [*lines, f"{more} more conditions and hours cannot be read"] if more else lines


def _wall_lines(barriers: gpd.GeoDataFrame) -> NDArray[np.object_]:
    return np.asarray(barriers.geometry.to_numpy()[(barriers["kind"] == "wall").to_numpy()])


def _split(ways: WalkWays, node_id: NDArray[np.int64]) -> Segments:
    """Cut every way at each of its nodes."""
    index = np.searchsorted(node_id, ways.node_id)
    way = np.repeat(np.arange(len(ways)), np.diff(ways.offsets))
    same_way = way[:-1] == way[1:]
    a, b = index[:-1][same_way], index[1:][same_way]
    moves = a != b  # some ways name a node twice in a row
    a, b, way = a[moves], b[moves], way[:-1][same_way][moves]
    return Segments(a, b, way, np.ones(len(a), dtype=bool))


def _add_crossings(segments: Segments, ways: WalkWays, xy: NDArray[np.float64]) -> Segments:
    """Add the straight lines on which walkable areas are crossed between their entries."""
    area = ways.area[segments.way]
    if not (area >= 0).any():
        return segments
    a, b, way = find_crossing_lines(
        segments.a, segments.b, segments.way, area, xy, ways.elevated[segments.way],
        ways.steps[segments.way],
    )  # fmt: skip
    return Segments(
        np.concatenate([segments.a, a]),
        np.concatenate([segments.b, b]),
        np.concatenate([segments.way, way]),
        np.concatenate([segments.along, np.ones(len(a), dtype=bool)]),
    )


def _sort(segments: Segments, ways: WalkWays) -> Segments:
    """Sort the segments, so that the order of the ways in the file changes nothing."""
    low, high = np.minimum(segments.a, segments.b), np.maximum(segments.a, segments.b)
    order = np.lexsort((segments.way, ways.way_id[segments.way], high, low))
    along = segments.along == (segments.a == low)
    return Segments(low[order], high[order], segments.way[order], along[order])


def _merge(
    segments: Segments,
    access: NDArray[np.object_],
    ways: WalkWays,
    node_id: NDArray[np.int64],
    xy: NDArray[np.float64],
    crs: CRS,
    around: Surroundings,
    apart: NDArray[np.int64] | None,
) -> WalkNetwork:
    """Merge chains of segments of one kind into edges."""
    forwards = segments.oneway(ways)
    on_foot = np.isin(ways.highway[segments.way].astype(str), FOOT_STREETS)
    crossing = _find_crossing_nodes(segments, on_foot, ways, node_id, around.crossings)
    stop = np.isin(node_id, around.gates["node_id"].to_numpy(dtype=np.int64))
    # Delays are paid at the ends of edges, so who crosses a street must find an end there.
    stop |= _find_met_on_foot(segments, on_foot, len(node_id)) & (crossing > 0)
    stop |= _find_opposed_oneways(segments, forwards, len(node_id))
    kind = _number_kinds(segments, access, ways, forwards)
    if apart is not None:
        kind = kind * (int(apart.max(initial=0)) + 1) + apart[segments.way]
    chains, offsets = trace_chains(segments.a, segments.b, kind, stop)
    rows, reverse = chains >> 1, (chains & 1).astype(bool)
    start = np.where(reverse, segments.b[rows], segments.a[rows])
    end = np.where(reverse, segments.a[rows], segments.b[rows])
    first, last = offsets[:-1], offsets[1:] - 1
    m = len(first)
    edge = np.repeat(np.arange(m), np.diff(offsets))
    segment_m = np.hypot(*(xy[end] - xy[start]).T)
    vertices = np.insert(start, offsets[1:], end[last])
    used = np.unique(np.concatenate([start[first], end[last]]))
    u, v = np.searchsorted(used, start[first]), np.searchsorted(used, end[last])
    length_m = np.bincount(edge, weights=segment_m, minlength=m).astype(np.float64)
    ends = np.column_stack([crossing[start[first]], crossing[end[last]]])
    # Whoever walks along the carriageway crosses nothing at a crossing.
    ends[~np.column_stack([on_foot[rows[first]], on_foot[rows[last]]])] = 0
    main_way = _find_longest_way(
        edge, ways.way_id[segments.way[rows]], segments.way[rows], segment_m
    )
    way = segments.way[rows[first]]
    return WalkNetwork(
        crs=crs,
        node_id=node_id[used],
        xy=xy[used],
        u=u,
        v=v,
        length_m=length_m,
        island=mark_islands(u, v, length_m, len(used), ways.shut[way]),
        access=np.asarray(access, dtype=object)[rows[first]],
        coords=xy[vertices],
        offsets=offsets + np.arange(m + 1),
        oneway=np.where(reverse[first], -forwards[rows[first]], forwards[rows[first]]),
        crossing=ends,
        **_take_tags(ways, way, main_way),
    )


def _take_tags(
    ways: WalkWays, way: NDArray[np.int64], main_way: NDArray[np.int64]
) -> dict[str, Any]:
    """Return what the map says of edges, shape (m,): their kind, and the name of the longest way.

    Parameters
    ----------
    ways
        Rows are asked by `way`, any way of the edge (all are of one kind), and by `main_way`.
    """
    same = ("steps", "elevated", "ride", "rolling", "shut", "conditions")
    return {
        "highway": ways.highway[main_way],
        "name": ways.name[main_way],
        "osm_id": ways.way_id[main_way],
        **{field: getattr(ways, field)[way] for field in same},
    }


def _number_kinds(
    segments: Segments, access: NDArray[np.object_], ways: WalkWays, forwards: NDArray[Any]
) -> NDArray[np.int64]:
    """Give each segment the number of its kind, shape (s,): an edge is made of one kind."""
    way = segments.way
    access_code, _ = pd.factorize(access, sort=True)
    kind = (((access_code * 2 + ways.steps[way]) * 2 + ways.elevated[way]) * 2 + ways.ride[way]) * 2
    # Whether, not which way: segments lie either way round, whatever direction is ridden.
    kind += forwards != 0
    conditions_code, conditions = pd.factorize(ways.conditions)
    kind = ((kind * 3 + ways.rolling[way]) * 2 + ways.shut[way]) * max(len(conditions), 1)
    return np.asarray(kind + conditions_code[way], dtype=np.int64)


def _find_crossing_nodes(
    segments: Segments,
    on_foot: NDArray[np.bool_],
    ways: WalkWays,
    node_id: NDArray[np.int64],
    crossings: pd.DataFrame,
) -> NDArray[np.int8]:
    """Return for each node 0, 1 at a plain crossing or 2 at a signalled one, shape (n,).

    A node is one if it is tagged so, or if a way tagged as a crossing meets a carriageway there;
    it is signalled if it or the way says so.
    """
    crossing = np.zeros(len(node_id), dtype=np.int8)
    carriageway = np.zeros(len(node_id), dtype=bool)
    road = (
        ~on_foot & ~ways.shut[segments.way]
    )  # nobody waits to cross a street that is open at some hours only
    carriageway[segments.a[road]] = carriageway[segments.b[road]] = True
    across = ways.crossing[segments.way]
    rows = np.flatnonzero(across > 0)
    for nodes in (segments.a[rows], segments.b[rows]):
        met = carriageway[nodes]
        np.maximum.at(crossing, nodes[met], across[rows[met]])
    at = find_positions(crossings["node_id"].to_numpy(dtype=np.int64), node_id)
    tagged = crossings["crossing"].to_numpy(dtype=bool)[at >= 0]
    signals = crossings["signals"].to_numpy(dtype=bool)[at >= 0]
    at = at[at >= 0]
    np.maximum.at(crossing, at, tagged.astype(np.int8))
    crossing[at[signals & (crossing[at] > 0)]] = 2
    return crossing


def _find_met_on_foot(
    segments: Segments, on_foot: NDArray[np.bool_], n_nodes: int
) -> NDArray[np.bool_]:
    """Tell at which nodes a street of those on foot ends or goes on."""
    met = np.zeros(n_nodes, dtype=bool)
    met[segments.a[on_foot]] = met[segments.b[on_foot]] = True
    return met


def _find_opposed_oneways(
    segments: Segments, forwards: NDArray[np.int8], n_nodes: int
) -> NDArray[np.bool_]:
    """Tell at which nodes two one-way streets run towards or away from each other."""
    out_of = np.concatenate([segments.a[forwards > 0], segments.b[forwards < 0]])
    into = np.concatenate([segments.b[forwards > 0], segments.a[forwards < 0]])
    outs, ins = (np.bincount(nodes, minlength=n_nodes) for nodes in (out_of, into))
    # Merged, two one-way streets head on would be one that can be ridden through.
    return np.asarray((outs == 2) | (ins == 2), dtype=bool)


def _find_longest_way(
    edge: NDArray[np.int64],
    way_id: NDArray[np.int64],
    way: NDArray[np.int64],
    length_m: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return for each edge the way that gives it most length (ties: the smallest id)."""
    parts = pd.DataFrame({"edge": edge, "way_id": way_id, "way": way, "length_m": length_m})
    parts = parts.groupby(["edge", "way_id"], sort=True).agg({"way": "first", "length_m": "sum"})
    parts = parts.reset_index().sort_values(
        ["edge", "length_m", "way_id"], ascending=[True, False, True], kind="stable"
    )
    return parts.drop_duplicates("edge")["way"].to_numpy()
