"""What the page needs to know, gathered from a result's layers and summary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from planner.crs.frame import find_west_end, move_to_sheet
from planner.maps._layer_columns import (
    PEOPLE,
    column,
    find_layer,
    find_places,
    index_rows,
    keep_names,
    lonlat,
    round_known,
)
from planner.maps._longer_payload import build_longer_payload
from planner.maps._map_grid import M_PER_DEGREE, MapGrid
from planner.maps._names_payload import build_names_payload
from planner.maps._reach_payload import list_demand, list_hours, sort_by_place
from planner.maps._summary_payload import build_summary_payload
from planner.maps._walls_payload import build_walls_payload
from planner.plan import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

#: How far outlines may be off where they are drawn; no figure is taken from them.
BAND_SIMPLIFY_M = 3.0
OUTLINE_SIMPLIFY_M = 1.5

_MAIN = {"motorway", "trunk", "primary", "secondary"}
_SIDE = {"tertiary", "residential", "unclassified", "living_street", "pedestrian", "road"}
_FACILITY_TEXTS = ("name", "level", "domain", "status", "reason")
_FACILITY_COUNTS = ("people_nearest", "people_in_reach", "people_only_here")
_GAP_FIELDS = [
    "rank", "town", "minutes", "minutes_max", "cause", "straight_m", "people_low", "people_high",
    "runs_share", *PEOPLE,
]  # fmt: skip
_UNKNOWN_FIELDS = ["name", "town", "reason", *PEOPLE]
#: What stands for a name where the map has none; nobody on the ground knows it.
_OSM_ID = re.compile(r"^(node|way|relation)/\d+$")
# As planner.gaps writes it; that module takes long to import.
_SCATTERED = "scattered"
_NOWHERE = [-0.5, -0.5, 0.5, 0.5]


def build_page_payload(
    layers: Mapping[str, gpd.GeoDataFrame], summary: Mapping[str, Any]
) -> dict[str, Any]:
    """Everything the page draws and counts, as JSON types; no id of the data is among it.

    Parameters
    ----------
    layers
        Layers of a result, EPSG:4326; any of them may be missing.
    summary
        The contents of summary.json.

    Returns
    -------
    dict
        `bounds` is [west, south, east, north] of the study area in degrees.
    """
    bounds = _bounds(layers)
    grid = MapGrid(lon=bounds[0], lat=bounds[1])
    coverage = list(summary.get("coverage") or [])
    facilities = find_layer(layers, "facilities")
    bands = _list_bands(layers, grid)
    places = index_rows(facilities, "facility_id")
    demand = sort_by_place(find_layer(layers, "demand"), grid)
    return {
        "bounds": bounds,
        "origin": [grid.lon, grid.lat],
        **build_summary_payload(summary, bands[0]["profile"] if bands else None),
        "domains": _domains(summary),
        "warnings": len(summary.get("warnings") or []),
        "kinds": [kind for kind in KINDS if any(row.get("kind") == kind for row in coverage)],
        "cutoffs": _cutoffs(layers, coverage),
        "areas": _areas(layers, coverage, grid),
        "whole": _whole(layers, grid),
        "bands": bands,
        "streets": _streets(find_layer(layers, "walk_edges"), grid),
        "backdrop": _backdrop(find_layer(layers, "backdrop"), grid),
        "facilities": _list_facilities(facilities, grid),
        "committees": _list_committees(find_layer(layers, "committees"), facilities),
        "gaps": _list_gaps(layers, facilities, grid),
        "unknown": _unknown(find_layer(layers, "unknown_areas"), grid),
        "demand": list_demand(demand, places, grid),
        **build_names_payload(layers, demand, grid),
        **build_walls_payload(layers, places, grid),
        "longer": build_longer_payload(demand, _moments(summary), places),
    }


def _moments(summary: Mapping[str, Any]) -> list[str]:
    """Return the names of the moments that were asked, in the order of the plan."""
    rows = summary.get("moments") or []
    return list(dict.fromkeys(str(row["moment"]) for row in rows if row.get("moment")))


def _bounds(layers: Mapping[str, gpd.GeoDataFrame]) -> list[float]:
    """Bounds of the areas, or of whatever else is there; round 0, 0 when nothing is."""
    # The area first: streets and facilities reach into the ring round it.
    for name in ("areas", "isochrones", "walk_edges", "facilities", "demand", "gaps"):
        layer = find_layer(layers, name)
        if layer is None:
            continue
        boxes = layer.geometry.bounds.dropna().to_numpy(dtype=np.float64)
        if len(boxes):
            ends = boxes[:, [0, 2]]
            # Where shapes lie on both sides of 180 degrees, the eastern ones are beyond it.
            west = find_west_end(ends)
            bounds = (west, boxes[:, 1].min(), move_to_sheet(ends, west).max(), boxes[:, 3].max())
            return [round(float(value), 6) for value in bounds]
    return _NOWHERE


def _cutoffs(
    layers: Mapping[str, gpd.GeoDataFrame], coverage: list[Mapping[str, Any]]
) -> list[float]:
    """Every cutoff of the coverage rows, else of the bands, ascending."""
    found = {float(row["cutoff_minutes"]) for row in coverage}
    isochrones = find_layer(layers, "isochrones")
    if not found and isochrones is not None:
        found = set(isochrones["cutoff_minutes"].astype(float))
    return sorted(found)


def _areas(
    layers: Mapping[str, gpd.GeoDataFrame], coverage: list[Mapping[str, Any]], grid: MapGrid
) -> dict[str, Any]:
    """Return the study area's parts in the order given; `town` where coverage is counted for it."""
    areas = find_layer(layers, "areas")
    if areas is None:
        return {"name": [], "town": [], "middle": [], "shape": grid.polygons([])}
    counted = {row.get("area") for row in coverage} - {"all"}
    names = column(areas, "name")
    return {
        "name": names,
        "town": [name in counted for name in names],
        "middle": grid.points(lonlat(find_largest_parts(areas.geometry.to_numpy()))),
        "shape": grid.polygons(areas.geometry, simplify_m=OUTLINE_SIMPLIFY_M),
    }


def _whole(layers: Mapping[str, gpd.GeoDataFrame], grid: MapGrid) -> dict[str, Any]:
    """Return the study area as one shape: the map is paler outside of it."""
    areas = find_layer(layers, "areas")
    shapes = [] if areas is None else areas.geometry.dropna().make_valid()
    return grid.polygons(
        [shapely.union_all(shapes)] if len(shapes) else [], simplify_m=OUTLINE_SIMPLIFY_M
    )


def _list_bands(layers: Mapping[str, gpd.GeoDataFrame], grid: MapGrid) -> list[dict[str, Any]]:
    """Return the cumulative reach, longest first, so that shorter bands lie on top."""
    isochrones = find_layer(layers, "isochrones")
    if isochrones is None:
        return []
    union = isochrones[isochrones["facility_id"].astype(str) == "all"]
    profiles = column(union, "profile")
    bands = [
        {
            "profile": profile,
            "minutes": float(minutes),
            "shape": grid.polygons([shape], simplify_m=BAND_SIMPLIFY_M),
        }
        for profile, minutes, shape in zip(
            profiles, union["cutoff_minutes"], union.geometry, strict=True
        )
    ]
    return sorted(bands, key=lambda band: -band["minutes"])


def _streets(edges: gpd.GeoDataFrame | None, grid: MapGrid) -> list[dict[str, list[int]]]:
    """Return main roads, side streets and paths, each drawn only from its own zoom on."""
    if edges is None:
        return []
    highway = edges["highway"].astype(str) if "highway" in edges else pd.Series("", edges.index)
    root = highway.str.removesuffix("_link")
    main, side = root.isin(_MAIN), root.isin(_SIDE)
    lines = edges.geometry.to_numpy()
    if "u" in edges and "v" in edges:  # an edge and its twin look the same
        lines = np.where(_twin(edges), None, lines)
    return [grid.lines(lines[rows.to_numpy()]) for rows in (main, side, ~(main | side))]


def _twin(edges: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Edges whose reverse stands before them in the table."""
    ends = np.sort(edges[["u", "v"]].to_numpy(), axis=1)
    keys = pd.DataFrame(ends, columns=["u", "v"])
    # A line and its reverse add up their pieces in other orders, and differ in the last bits.
    keys["length"] = np.round(shapely.length(edges.geometry.to_numpy()), 7)
    return keys.duplicated().to_numpy()


def _backdrop(backdrop: gpd.GeoDataFrame | None, grid: MapGrid) -> dict[str, Any]:
    """Water and green as one shape each."""
    if backdrop is None:
        return {}
    return {
        kind: grid.polygons(backdrop.geometry[backdrop["kind"] == kind], simplify_m=BAND_SIMPLIFY_M)
        for kind in ("water", "green")
    }


def _list_facilities(facilities: gpd.GeoDataFrame | None, grid: MapGrid) -> dict[str, Any]:
    """Facilities by column; people as one triple (nearest, in reach, only here) per kind."""
    if facilities is None:
        return {"count": 0}
    columns: dict[str, Any] = {name: column(facilities, name) for name in _FACILITY_TEXTS}
    columns["name"] = keep_names(columns["name"], [None] * len(facilities))
    joined, in_ring = column(facilities, "joined"), column(facilities, "in_ring")
    people = {
        kind: [column(facilities, f"{count}_{kind}") for count in _FACILITY_COUNTS]
        for kind in KINDS
        if f"{_FACILITY_COUNTS[0]}_{kind}" in facilities.columns
    }
    if "approximate" in facilities.columns:
        columns["approximate"] = [bool(value) for value in column(facilities, "approximate")]
    return {
        **columns,
        **list_hours(column(facilities, "opening_hours")),
        "count": len(facilities),
        "joined": [value is None or bool(value) for value in joined],
        "in_ring": [bool(value) for value in in_ring],
        "people": people,
        "xy": grid.points(lonlat(facilities.geometry.to_numpy())),
    }


def _domains(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of coverage by domain, the facilities of residents' communities first."""
    rows = [dict(row) for row in summary.get("domains") or []]
    return sorted(rows, key=lambda row: row.get("domain") != "community")


def _list_committees(
    committees: gpd.GeoDataFrame | None, facilities: gpd.GeoDataFrame | None
) -> list[dict[str, Any]]:
    """Return each committee with its own station's place in the facilities, not its id."""
    if committees is None:
        return []
    place = index_rows(facilities, "facility_id")
    columns = ("name", "town", "facility_id", "people", "minutes_own", "minutes_nearest")
    rows = zip(*(column(committees, name) for name in columns), strict=True)
    return [
        {
            "name": name,
            "town": town,
            "own": None if own is None else place.get(str(own)),
            "people": round_known(people, 0),
            "minutes_own": round_known(minutes_own, 2),
            "minutes_nearest": round_known(minutes_nearest, 2),
        }
        for name, town, own, people, minutes_own, minutes_nearest in rows
    ]


def _list_gaps(
    layers: Mapping[str, gpd.GeoDataFrame], facilities: gpd.GeoDataFrame | None, grid: MapGrid
) -> dict[str, Any]:
    """Gaps by rank; the nearest facility by its place in the facilities, not by its id."""
    gaps, routes = find_layer(layers, "gaps"), find_layer(layers, "gap_routes")
    if gaps is None:
        return {"count": 0, "shape": grid.polygons([])}
    gaps = sort_by_rank(gaps)
    place = index_rows(facilities, "facility_id")
    ids, names = column(gaps, "gap_id"), column(gaps, "name")
    nearest = column(gaps, "nearest_facility_id")
    loose = mark_scattered(gaps)
    outline = fill_specks(gaps.geometry.to_numpy())
    # Scattered people live all over a town: one outline of them all would say nothing.
    outline[np.array(loose)] = None
    return {
        **{field: column(gaps, field) for field in _GAP_FIELDS},
        "cause_detail": [
            None if text is None or _OSM_ID.match(str(text)) else text
            for text in column(gaps, "cause_detail")
        ],
        "count": len(gaps),
        "name": keep_names(names, ids),
        "scattered": loose,
        "nearest": find_places(nearest, place),
        "label": grid.points(lonlat(find_largest_parts(outline))),
        **_list_gap_routes(ids, routes, place, grid),
        "shape": grid.polygons(outline, simplify_m=OUTLINE_SIMPLIFY_M),
    }


def sort_by_rank(gaps: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the gaps in the order of the page."""
    if "rank" not in gaps.columns:
        return gaps
    return gaps.sort_values("rank", kind="stable", na_position="last")


def _list_gap_routes(
    ids: list[Any], routes: gpd.GeoDataFrame | None, place: Mapping[str, int], grid: MapGrid
) -> dict[str, Any]:
    """Return for each gap the way from its most populous unit to the nearest facility, if known.

    That facility may be another than the one nearest to most of the gap's people.
    """
    known = {} if routes is None else {key: row for row, key in enumerate(routes["gap_id"])}
    rows = [known.get(key) for key in ids]

    def of_gaps(name: str) -> list[Any]:
        """Return a column of the routes in the order of the gaps."""
        values = [] if routes is None else column(routes, name)
        return [None if row is None else round_known(values[row], 1) for row in rows]

    to = [None] * len(ids) if routes is None else column(routes, "facility_id")
    paths = np.full(len(ids), None, dtype=object)
    for position, row in enumerate(rows):
        if row is not None and routes is not None:
            paths[position] = routes.geometry.iloc[row]
    return {
        "route_to": [None if row is None else place.get(str(to[row])) for row in rows],
        "route_minutes": of_gaps("minutes"),
        "route_m": of_gaps("length_m"),
        "route_straight_m": of_gaps("straight_m"),
        "route": grid.aligned_lines(paths),
    }


def find_largest_parts(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the largest part of each shape: the label stands there."""
    largest = np.full(len(shapes), None, dtype=object)
    for index, shape in enumerate(shapes):
        parts = shapely.get_parts(shape) if shape is not None else []
        if len(parts):
            largest[index] = parts[int(np.argmax(shapely.area(parts)))]
    return largest


def fill_specks(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the outlines without the holes that discs leave between them, under 1 ha."""
    filled = np.full(len(shapes), None, dtype=object)
    for index, shape in enumerate(shapes):
        parts = [] if shape is None else shapely.get_parts(shape).tolist()
        kept = [
            shapely.Polygon(part.exterior, [r for r in part.interiors if _hectares(r) >= 1.0])
            for part in parts
            if part.geom_type == "Polygon"
        ]
        filled[index] = shapely.MultiPolygon(kept) if kept else None
    return filled


def _hectares(ring: shapely.LinearRing) -> float:
    """Return the area within a ring of longitudes and latitudes, near enough for drawing."""
    # A degree of longitude is shorter than one of latitude by the cosine of the latitude.
    shrink = float(np.cos(np.radians(ring.centroid.y)))
    return float(shapely.Polygon(ring).area) * M_PER_DEGREE**2 * shrink / 10_000


def mark_scattered(gaps: gpd.GeoDataFrame) -> list[bool]:
    """Rows that gather the people of gaps too small to outline."""
    marks = [column(gaps, name) for name in ("name", "gap_id", "cause")]
    return [
        any(str(mark).startswith(_SCATTERED) for mark in row) for row in zip(*marks, strict=True)
    ]


def _unknown(areas: gpd.GeoDataFrame | None, grid: MapGrid) -> dict[str, Any]:
    """Places where the data cannot say whether people are served."""
    if areas is None:
        return {"count": 0, "shape": grid.polygons([])}
    return {
        **{field: column(areas, field) for field in _UNKNOWN_FIELDS},
        "count": len(areas),
        "shape": grid.polygons(areas.geometry, simplify_m=OUTLINE_SIMPLIFY_M),
    }
