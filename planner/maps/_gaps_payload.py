"""Gaps by rank with their ways out, and areas where nobody can tell, as the page has them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from planner.maps._layer_columns import (
    PEOPLE,
    column,
    find_largest_parts,
    find_layer,
    find_places,
    index_rows,
    keep_names,
    lonlat,
    round_known,
)
from planner.maps._map_grid import M_PER_DEGREE, OUTLINE_SIMPLIFY_M, MapGrid

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

_GAP_FIELDS = [
    "rank", "town", "minutes", "minutes_max", "cause", "straight_m", "people_low", "people_high",
    "runs_share", *PEOPLE,
]  # fmt: skip
_UNKNOWN_FIELDS = ["name", "town", "reason", *PEOPLE]
#: What stands for a name where the map has none; nobody on the ground knows it.
_OSM_ID = re.compile(r"^(node|way|relation)/\d+$")
# As planner.gaps writes it; that module takes long to import.
_SCATTERED = "scattered"


def list_gaps(
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


def list_unknown(areas: gpd.GeoDataFrame | None, grid: MapGrid) -> dict[str, Any]:
    """Places where the data cannot say whether people are served."""
    if areas is None:
        return {"count": 0, "shape": grid.polygons([])}
    return {
        **{field: column(areas, field) for field in _UNKNOWN_FIELDS},
        "count": len(areas),
        "shape": grid.polygons(areas.geometry, simplify_m=OUTLINE_SIMPLIFY_M),
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
