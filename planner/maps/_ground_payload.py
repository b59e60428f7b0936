"""The ground that the page draws: area and towns, reach, streets, water and green."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from planner.crs.frame import find_west_end, move_to_sheet
from planner.maps._layer_columns import column, find_largest_parts, find_layer, lonlat
from planner.maps._map_grid import BAND_SIMPLIFY_M, OUTLINE_SIMPLIFY_M, MapGrid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

_MAIN = {"motorway", "trunk", "primary", "secondary"}
_SIDE = {"tertiary", "residential", "unclassified", "living_street", "pedestrian", "road"}
_TWIN = 3
_NOWHERE = [-0.5, -0.5, 0.5, 0.5]


def find_bounds(layers: Mapping[str, gpd.GeoDataFrame]) -> list[float]:
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


def list_areas(
    layers: Mapping[str, gpd.GeoDataFrame], coverage: Sequence[Mapping[str, Any]], grid: MapGrid
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


def unite_areas(layers: Mapping[str, gpd.GeoDataFrame], grid: MapGrid) -> dict[str, Any]:
    """Return the study area as one shape: the map is paler outside of it."""
    areas = find_layer(layers, "areas")
    shapes = [] if areas is None else areas.geometry.dropna().make_valid()
    return grid.polygons(
        [shapely.union_all(shapes)] if len(shapes) else [], simplify_m=OUTLINE_SIMPLIFY_M
    )


def list_bands(layers: Mapping[str, gpd.GeoDataFrame], grid: MapGrid) -> list[dict[str, Any]]:
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


def list_streets(edges: gpd.GeoDataFrame | None, grid: MapGrid) -> list[dict[str, list[int]]]:
    """Return main roads, side streets and paths, each drawn only from its own zoom on."""
    if edges is None:
        return []
    lines, ranks = edges.geometry.to_numpy(), rank_streets(edges)
    return [grid.lines(lines[ranks == rank]) for rank in range(_TWIN)]


def rank_streets(edges: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return 0 for main roads, 1 for side streets, 2 for paths, 3 for what lies on another one."""
    highway = edges["highway"].astype(str) if "highway" in edges else pd.Series("", edges.index)
    root = highway.str.removesuffix("_link")
    ranks = np.where(root.isin(_MAIN), 0, np.where(root.isin(_SIDE), 1, 2))
    if "u" in edges and "v" in edges:  # an edge and its twin look the same
        ranks[_twin(edges)] = _TWIN
    return np.asarray(ranks, dtype=np.int64)


def _twin(edges: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Edges whose reverse stands before them in the table."""
    ends = np.sort(edges[["u", "v"]].to_numpy(), axis=1)
    keys = pd.DataFrame(ends, columns=["u", "v"])
    # A line and its reverse add up their pieces in other orders, and differ in the last bits.
    keys["length"] = np.round(shapely.length(edges.geometry.to_numpy()), 7)
    return keys.duplicated().to_numpy()


def list_backdrop(backdrop: gpd.GeoDataFrame | None, grid: MapGrid) -> dict[str, Any]:
    """Water and green as one shape each."""
    if backdrop is None:
        return {}
    return {
        kind: grid.polygons(backdrop.geometry[backdrop["kind"] == kind], simplify_m=BAND_SIMPLIFY_M)
        for kind in ("water", "green")
    }
