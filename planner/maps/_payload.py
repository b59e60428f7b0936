"""What the page needs to know, gathered from a result's layers and summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from planner.maps._geometry import M_PER_DEGREE, Grid
from planner.plan import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

BAND_SIMPLIFY_M = 3.0
OUTLINE_SIMPLIFY_M = 1.5

_MAIN = {"motorway", "trunk", "primary", "secondary"}
_SIDE = {"tertiary", "residential", "unclassified", "living_street", "pedestrian", "road"}
_FACILITY_TEXTS = ("name", "level", "domain", "status", "reason")
_FACILITY_COUNTS = ("people_nearest", "people_in_reach", "people_only_here")
_GAP_FIELDS = (
    ["rank", "town", "minutes", "minutes_max", "cause", "cause_detail", "straight_m"]
    + [f"people_{kind}" for kind in KINDS]
)  # fmt: skip
_UNKNOWN_FIELDS = ["name", "town", "reason", *(f"people_{kind}" for kind in KINDS)]
# As planner.coverage and planner.gaps write them; those modules take long to import.
_VERDICTS = ("covered", "gap", "unknown")
_SCATTERED = "scattered"
_NOWHERE = [-0.5, -0.5, 0.5, 0.5]


def page_payload(
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
    grid = Grid(lon=bounds[0], lat=bounds[1])
    coverage = list(summary.get("coverage") or [])
    facilities = _layer(layers, "facilities")
    return {
        "bounds": bounds,
        "origin": [grid.lon, grid.lat],
        "coverage": coverage,
        "checks": list(summary.get("checks") or []),
        "domains": _domains(summary),
        "warnings": len(summary.get("warnings") or []),
        "kinds": [kind for kind in KINDS if any(row.get("kind") == kind for row in coverage)],
        "cutoffs": _cutoffs(layers, coverage),
        "areas": _areas(layers, coverage, grid),
        "bands": _bands(layers, grid),
        "streets": _streets(_layer(layers, "walk_edges"), grid),
        "backdrop": _backdrop(_layer(layers, "backdrop"), grid),
        "facilities": _facilities(facilities, grid),
        "committees": _committees(_layer(layers, "committees"), facilities),
        "gaps": _gaps(_layer(layers, "gaps"), facilities, _layer(layers, "gap_routes"), grid),
        "unknown": _unknown(_layer(layers, "unknown_areas"), grid),
        "demand": _demand(_layer(layers, "demand"), grid),
    }


def _layer(layers: Mapping[str, gpd.GeoDataFrame], name: str) -> gpd.GeoDataFrame | None:
    """Return the layer, or None where it is missing or empty."""
    layer = layers.get(name)
    return None if layer is None or len(layer) == 0 else layer


def _column(layer: pd.DataFrame, name: str) -> list[Any]:
    """Return the column's values with None for missing ones and for a column that is not there."""
    if name not in layer.columns:
        return [None] * len(layer)
    column = layer[name]
    return [
        None if missing or value == "" else value
        for value, missing in zip(column, column.isna(), strict=True)
    ]


def _named(names: Iterable[Any], ids: Iterable[Any]) -> list[str | None]:
    """Return the names, None where there is none but the id."""
    pairs = zip(names, ids, strict=True)
    return [
        None if name is None or not str(name).strip() or name == identifier else str(name)
        for name, identifier in pairs
    ]


def _bounds(layers: Mapping[str, gpd.GeoDataFrame]) -> list[float]:
    """Bounds of the areas, or of whatever else is there; round 0, 0 when nothing is."""
    for name in ("areas", "isochrones", "walk_edges", "facilities", "demand", "gaps"):
        layer = _layer(layers, name)
        if layer is None:
            continue
        bounds = layer.total_bounds
        if np.isfinite(bounds).all():
            return [round(float(value), 6) for value in bounds]
    return _NOWHERE


def _cutoffs(
    layers: Mapping[str, gpd.GeoDataFrame], coverage: list[Mapping[str, Any]]
) -> list[float]:
    """Every cutoff of the coverage rows, else of the bands, ascending."""
    found = {float(row["cutoff_minutes"]) for row in coverage}
    isochrones = _layer(layers, "isochrones")
    if not found and isochrones is not None:
        found = set(isochrones["cutoff_minutes"].astype(float))
    return sorted(found)


def _areas(
    layers: Mapping[str, gpd.GeoDataFrame], coverage: list[Mapping[str, Any]], grid: Grid
) -> dict[str, Any]:
    """Return the study area's parts in the order given; `town` where coverage is counted for it."""
    areas = _layer(layers, "areas")
    if areas is None:
        return {"name": [], "town": [], "shape": grid.polygons([])}
    counted = {row.get("area") for row in coverage} - {"all"}
    names = _column(areas, "name")
    return {
        "name": names,
        "town": [name in counted for name in names],
        "shape": grid.polygons(areas.geometry, simplify_m=OUTLINE_SIMPLIFY_M),
    }


def _bands(layers: Mapping[str, gpd.GeoDataFrame], grid: Grid) -> list[dict[str, Any]]:
    """Return the cumulative reach, longest first, so that shorter bands lie on top."""
    isochrones = _layer(layers, "isochrones")
    if isochrones is None:
        return []
    union = isochrones[isochrones["facility_id"].astype(str) == "all"]
    profiles = _column(union, "profile")
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


def _streets(edges: gpd.GeoDataFrame | None, grid: Grid) -> list[dict[str, list[int]]]:
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
    keys["length"] = np.round(shapely.length(edges.geometry.to_numpy()), 7)
    return keys.duplicated().to_numpy()


def _backdrop(backdrop: gpd.GeoDataFrame | None, grid: Grid) -> dict[str, Any]:
    """Water and green as one shape each."""
    if backdrop is None:
        return {}
    return {
        kind: grid.polygons(backdrop.geometry[backdrop["kind"] == kind], simplify_m=BAND_SIMPLIFY_M)
        for kind in ("water", "green")
    }


def _facilities(facilities: gpd.GeoDataFrame | None, grid: Grid) -> dict[str, Any]:
    """Facilities by column; people as one triple (nearest, in reach, only here) per kind."""
    if facilities is None:
        return {"count": 0}
    columns: dict[str, Any] = {name: _column(facilities, name) for name in _FACILITY_TEXTS}
    columns["name"] = _named(columns["name"], [None] * len(facilities))
    joined, in_ring = _column(facilities, "joined"), _column(facilities, "in_ring")
    people = {
        kind: [_column(facilities, f"{count}_{kind}") for count in _FACILITY_COUNTS]
        for kind in KINDS
        if f"{_FACILITY_COUNTS[0]}_{kind}" in facilities.columns
    }
    return {
        **columns,
        "count": len(facilities),
        "joined": [value is None or bool(value) for value in joined],
        "in_ring": [bool(value) for value in in_ring],
        "people": people,
        "xy": grid.points(_lonlat(facilities.geometry.to_numpy())),
    }


def _lonlat(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Longitude and latitude of a point in each geometry, NaN where there is none."""
    inside = shapely.point_on_surface(shapes)
    return np.column_stack([shapely.get_x(inside), shapely.get_y(inside)])


def _places(facilities: gpd.GeoDataFrame | None) -> dict[str, int]:
    """Return the place of each facility in the table by its id."""
    if facilities is None:
        return {}
    return {str(key): index for index, key in enumerate(facilities["facility_id"])}


def _domains(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of coverage by domain, the facilities of residents' communities first."""
    rows = [dict(row) for row in summary.get("domains") or []]
    return sorted(rows, key=lambda row: row.get("domain") != "community")


def _committees(
    committees: gpd.GeoDataFrame | None, facilities: gpd.GeoDataFrame | None
) -> list[dict[str, Any]]:
    """Return each committee with its own station's place in the facilities, not its id."""
    if committees is None:
        return []
    place = _places(facilities)
    columns = ("name", "town", "facility_id", "people", "minutes_own", "minutes_nearest")
    rows = zip(*(_column(committees, name) for name in columns), strict=True)
    return [
        {
            "name": name,
            "town": town,
            "own": None if own is None else place.get(str(own)),
            "people": _rounded(people, 0),
            "minutes_own": _rounded(minutes_own, 2),
            "minutes_nearest": _rounded(minutes_nearest, 2),
        }
        for name, town, own, people, minutes_own, minutes_nearest in rows
    ]


def _gaps(
    gaps: gpd.GeoDataFrame | None,
    facilities: gpd.GeoDataFrame | None,
    routes: gpd.GeoDataFrame | None,
    grid: Grid,
) -> dict[str, Any]:
    """Gaps by rank; the nearest facility by its place in the facilities, not by its id."""
    if gaps is None:
        return {"count": 0, "shape": grid.polygons([])}
    if "rank" in gaps.columns:
        gaps = gaps.sort_values("rank", kind="stable", na_position="last")
    place = _places(facilities)
    ids, names = _column(gaps, "gap_id"), _column(gaps, "name")
    nearest = _column(gaps, "nearest_facility_id")
    scattered = _scattered(gaps)
    outline = _without_specks(gaps.geometry.to_numpy())
    outline[np.array(scattered)] = None
    return {
        **{field: _column(gaps, field) for field in _GAP_FIELDS},
        "count": len(gaps),
        "name": _named(names, ids),
        "scattered": scattered,
        "nearest": [None if key is None else place.get(str(key)) for key in nearest],
        "label": grid.points(_lonlat(_largest(outline))),
        **_gap_routes(ids, routes, place, grid),
        "shape": grid.polygons(outline, simplify_m=OUTLINE_SIMPLIFY_M),
    }


def _gap_routes(
    ids: list[Any], routes: gpd.GeoDataFrame | None, place: Mapping[str, int], grid: Grid
) -> dict[str, Any]:
    """Return for each gap the way from its most populous unit to the nearest facility, if known.

    That facility may be another than the one nearest to most of the gap's people.
    """
    known = {} if routes is None else {key: row for row, key in enumerate(routes["gap_id"])}
    rows = [known.get(key) for key in ids]

    def column(name: str) -> list[Any]:
        """Return a column of the routes in the order of the gaps."""
        values = [] if routes is None else _column(routes, name)
        return [None if row is None else _rounded(values[row], 1) for row in rows]

    to = [None] * len(ids) if routes is None else _column(routes, "facility_id")
    paths = np.full(len(ids), None, dtype=object)
    for position, row in enumerate(rows):
        if row is not None and routes is not None:
            paths[position] = routes.geometry.iloc[row]
    return {
        "route_to": [None if row is None else place.get(str(to[row])) for row in rows],
        "route_minutes": column("minutes"),
        "route_m": column("length_m"),
        "route_straight_m": column("straight_m"),
        "route": grid.aligned_lines(paths),
    }


def _largest(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the largest part of each shape: the label stands there."""
    largest = np.full(len(shapes), None, dtype=object)
    for index, shape in enumerate(shapes):
        parts = shapely.get_parts(shape) if shape is not None else []
        if len(parts):
            largest[index] = parts[int(np.argmax(shapely.area(parts)))]
    return largest


def _without_specks(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
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
    shrink = float(np.cos(np.radians(ring.centroid.y)))
    return float(shapely.Polygon(ring).area) * M_PER_DEGREE**2 * shrink / 10_000


def _scattered(gaps: gpd.GeoDataFrame) -> list[bool]:
    """Rows that gather the people of gaps too small to outline."""
    marks = [_column(gaps, name) for name in ("name", "gap_id", "cause")]
    return [
        any(str(mark).startswith(_SCATTERED) for mark in row) for row in zip(*marks, strict=True)
    ]


def _unknown(areas: gpd.GeoDataFrame | None, grid: Grid) -> dict[str, Any]:
    """Places where the data cannot say whether people are served."""
    if areas is None:
        return {"count": 0, "shape": grid.polygons([])}
    return {
        **{field: _column(areas, field) for field in _UNKNOWN_FIELDS},
        "count": len(areas),
        "shape": grid.polygons(areas.geometry, simplify_m=OUTLINE_SIMPLIFY_M),
    }


def _demand(demand: gpd.GeoDataFrame | None, grid: Grid) -> dict[str, Any]:
    """Demand units near each other stand near each other in the table, for short numbers."""
    if demand is None:
        return {"count": 0}
    cells = grid.steps(_lonlat(demand.geometry.to_numpy())) // 500
    demand = demand.iloc[np.lexsort((cells[:, 0], cells[:, 1]))]
    verdict = demand["verdict"].astype(str)
    return {
        "count": len(demand),
        "kind": [KINDS.index(kind) if kind in KINDS else -1 for kind in demand["kind"]],
        "verdict": [_VERDICTS.index(word) if word in _VERDICTS else -1 for word in verdict],
        "people": [_rounded(value, 1) for value in _column(demand, "people")],
        "minutes": [_rounded(value, 1) for value in _column(demand, "minutes")],
        "xy": grid.points(_lonlat(demand.geometry.to_numpy())),
    }


def _rounded(value: Any, digits: int) -> float | None:
    """Return the number with so many digits, None where it is missing or infinite."""
    return None if value is None or not np.isfinite(value) else round(float(value), digits)
