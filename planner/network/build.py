"""Builds a WalkNetwork from OSM ways: splits, merges chains, crosses areas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from planner.crs import project
from planner.errors import NetworkError
from planner.network.barrier_parts import cut_barriers
from planner.network.compounds import Ownership, assign_streets
from planner.network.edge_merging import follow_chains, merge_chains
from planner.network.enclosed import find_enclosed
from planner.network.gates import find_gates
from planner.network.islands import mark_islands
from planner.network.segments import (
    Segments,
    add_crossings,
    find_belonging,
    sort_segments,
    split_ways,
    to_lines,
)
from planner.network.surroundings import Surroundings, keep_near, make_empty_surroundings
from planner.network.walk_network import WalkNetwork
from planner.network.walls import Gates, Walls
from planner.sources.osm.conditions import list_unreadable, read_tags
from planner.sources.osm.extract import WalkWays

#: So many conditions and hours that cannot be read are named; the others are counted.
MAX_NOTES: Final = 20


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
    segments = split_ways(ways, node_id)
    # Before anything is cut off: a square across the border of the area keeps its entries.
    segments = add_crossings(segments, ways, xy)
    if within is not None:
        segments = segments.take(find_belonging(segments, xy, within))
    if len(segments.a) == 0:
        raise NetworkError("no street lies in the area; check that the extract covers the area")
    segments = sort_segments(segments, ways)
    around = around or make_empty_surroundings(crs)
    if within is not None:
        around = keep_near(around, within, to_lines(segments, xy))
    owned, enclosed = _find_owners(segments, ways, node_id, xy, around)
    chains = follow_chains(segments, owned.access, ways, node_id, around, apart=apart)
    streets = merge_chains(
        chains, segments, owned.access, ways, node_id, xy, crs,
        lambda u, v, length, ids, shut: mark_islands(u, v, length, len(ids), shut),
    )  # fmt: skip
    gates, lost = find_gates(
        streets.u, streets.v, streets.access, streets.node_id, streets.xy, owned.compounds,
        around.gates, around.own_gates, np.isin(streets.node_id, enclosed),
    )  # fmt: skip
    barriers = cut_barriers(around.barriers, owned.compounds)
    notes = np.array([*owned.notes, *lost, *_note_unreadable(streets, gates)], dtype=object)
    return replace(streets, walls=Walls(owned.compounds, gates, barriers, notes))


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
        list_wall_lines(around.barriers), shut,
    )  # fmt: skip
    return owned, node_id[np.union1d(a[enclosed], b[enclosed])]


def _note_unreadable(streets: WalkNetwork, gates: Gates) -> list[str]:
    """Say which conditions and hours of streets and gates cannot be read, a line each."""
    return note_unreadable(what for _, _, what in find_unreadable(streets, gates))


def find_unreadable(streets: WalkNetwork, gates: Gates) -> Iterator[tuple[bool, int, str]]:
    """Yield what cannot be read: whether of a gate, row of the edge or the gate, what it is."""
    for edge in np.flatnonzero(streets.conditions != "").tolist():
        for what in list_unreadable(read_tags(streets.conditions[edge])[1]):
            yield False, edge, f"way/{streets.osm_id[edge]}: {what}"
    for row in np.flatnonzero((gates.conditions != "") | (gates.hours != "")).tolist():
        tags = read_tags(gates.conditions[row])[1] | {"opening_hours": gates.hours[row]}
        for what in list_unreadable(tags):
            yield True, row, f"{gates.gate_id[row]}: {what}"


def note_unreadable(whats: Iterable[str]) -> list[str]:
    """Say what cannot be read, a line each; of many the first, and how many more there are."""
    found = dict.fromkeys(whats)
    lines = [f"{what!r} cannot be read, so it changes nothing" for what in list(found)[:MAX_NOTES]]
    more = len(found) - len(lines)
    return [*lines, f"{more} more conditions and hours cannot be read"] if more else lines


def list_wall_lines(barriers: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return the mapped walls among some barriers."""
    return np.asarray(barriers.geometry.to_numpy()[(barriers["kind"] == "wall").to_numpy()])
