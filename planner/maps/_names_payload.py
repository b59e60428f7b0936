"""Names of the map and of the search: places, streets, and how their characters are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from planner.maps._layer_columns import column, find_layer, keep_names
from planner.maps._map_grid import M_PER_DEGREE
from planner.maps._pinyin import list_readings

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from planner.maps._map_grid import MapGrid

#: Kinds of places in the order of the payload's numbers; the page knows them by these words.
PLACE_KINDS = (
    "residential", "industrial", "commercial", "committee", "village", "metro", "park", "water",
)  # fmt: skip
#: Classes of streets, main roads first: a name is shown from another zoom on for each.
STREET_CLASSES = (
    {"motorway", "trunk", "primary"},
    {"secondary"},
    {"tertiary"},
)
#: Names follow lines that may be off by so much; shorter pieces have room for no name.
LINE_SIMPLIFY_M = 12.0
LEAST_LINE_M = 60.0
_LANDMARK_KINDS = ("metro", "park", "water")


def build_names_payload(
    layers: Mapping[str, gpd.GeoDataFrame], demand: gpd.GeoDataFrame | None, grid: MapGrid
) -> dict[str, Any]:
    """Return places, streets, rivers, and the readings of all characters in names.

    Parameters
    ----------
    layers
        Layers of a result, EPSG:4326; any may be missing.
    demand
        Units in the order of the payload.
    grid
        The map's.

    Returns
    -------
    dict
        `places` by column: name, `kind` (number in PLACE_KINDS), `size` (metres across), `town`
        (number of the area, -1 for none), `units` (see `spread_units`), `xy`. `named_streets`:
        name, `class` (number in STREET_CLASSES, one more for all others), `town`, `lines`;
        `rivers`: name, `lines`. `readings`: see `list_readings`.
    """
    towns = find_layer(layers, "areas")
    places = _gather_places(layers, demand)
    streets, rivers = find_layer(layers, "walk_edges"), find_layer(layers, "barriers")
    if rivers is not None:
        # The lines of an area of water are its shore, and its name stands inside.
        areas = set(places["name"][places["kind"] == "water"])
        rivers = rivers[(rivers["kind"] == "water") & ~rivers["name"].isin(areas)]
    payload = {
        "places": _list_places(places, towns, grid),
        "named_streets": _list_streets(streets, towns, grid),
        "rivers": _list_lines(rivers, grid),
    }
    others = (
        column(layers[name], "name") for name in ("facilities", "gaps", "areas") if name in layers
    )
    names = [payload["places"]["name"], payload["named_streets"]["name"], *others]
    payload["readings"] = list_readings(str(name) for part in names for name in part if name)
    return payload


def _gather_places(
    layers: Mapping[str, gpd.GeoDataFrame], demand: gpd.GeoDataFrame | None
) -> pd.DataFrame:
    """Return every named place once: name, kind, size_m, geometry (a point), and its units."""
    zones, compounds = find_layer(layers, "zones"), find_layer(layers, "compounds")
    parts = []
    if zones is not None:
        units = _units_by(demand, "zone_id", zones["zone_id"])
        parts.append(_of_areas(zones, zones["kind"], units))
    if compounds is not None:
        known = set() if zones is None else set(zones["zone_id"])
        rest = compounds[~compounds["compound_id"].isin(known)]
        units = _units_by(demand, "compound_id", rest["compound_id"])
        parts.append(_of_areas(rest, column(rest, "kind"), units))
    committees = find_layer(layers, "committees")
    if committees is not None:
        parts.append(_of_areas(committees, "committee", _units_inside(demand, committees)))
    landmarks = find_layer(layers, "landmarks")
    if landmarks is not None:
        kinds = [kind if kind in _LANDMARK_KINDS else "village" for kind in landmarks["kind"]]
        parts.append(_of_areas(landmarks, kinds, [[] for _ in kinds], column(landmarks, "size_m")))
    if not parts:
        return pd.DataFrame({"name": [], "kind": [], "size_m": [], "point": [], "units": []})
    found = pd.concat(parts, ignore_index=True)
    return found[found["name"].notna() & found["kind"].isin(PLACE_KINDS)].reset_index(drop=True)


def _of_areas(
    layer: gpd.GeoDataFrame, kind: Any, units: list[Any], size_m: list[Any] | None = None
) -> pd.DataFrame:
    """Return name, kind, size, a point inside and units of each feature."""
    shapes = layer.geometry.to_numpy()
    shrink = np.cos(np.radians(shapely.get_y(shapely.centroid(shapes))))
    side = np.sqrt(shapely.area(shapes) * shrink) * M_PER_DEGREE
    ids = column(layer, "zone_id") if "zone_id" in layer.columns else column(layer, "compound_id")
    table = pd.DataFrame({"name": keep_names(column(layer, "name"), ids)})
    return table.assign(
        kind=list(kind) if not isinstance(kind, str) else kind,
        size_m=side if size_m is None else size_m,
        point=list(shapely.point_on_surface(shapes)),
        units=units,
    )


def _units_by(demand: gpd.GeoDataFrame | None, key: str, ids: pd.Series) -> list[Any]:
    """Return the places in the table of the units of each id."""
    if demand is None or key not in demand.columns:
        return [[] for _ in ids]
    of = demand.reset_index(drop=True).groupby(demand[key].to_numpy()).indices
    return [of.get(one, []) for one in ids]


def _units_inside(demand: gpd.GeoDataFrame | None, areas: gpd.GeoDataFrame) -> list[Any]:
    """Return the places in the table of the residents inside each area."""
    if demand is None:
        return [[] for _ in range(len(areas))]
    homes = np.flatnonzero((demand["kind"] == "residential").to_numpy())
    tree = shapely.STRtree(demand.geometry.to_numpy()[homes])
    area, unit = tree.query(areas.geometry.to_numpy(), predicate="intersects")
    return [homes[unit[area == number]] for number in range(len(areas))]


def _list_places(
    places: pd.DataFrame, towns: gpd.GeoDataFrame | None, grid: MapGrid
) -> dict[str, Any]:
    """Return places by column, those near each other together, for short numbers."""
    points = np.array([(point.x, point.y) for point in places["point"]]).reshape(-1, 2)
    kinds = [PLACE_KINDS.index(kind) for kind in places["kind"]]
    order = grid.sort_nearby(points)
    order = order[np.argsort(np.array(kinds, dtype=np.int64)[order], kind="stable")]
    places, points = places.iloc[order], points[order]
    return {
        "count": len(places),
        "name": [str(name) for name in places["name"]],
        "kind": [kinds[row] for row in order],
        "size": [0 if pd.isna(size) else round(size) for size in places["size_m"]],
        "town": find_towns(points, towns),
        # All of them: an estate of many buildings has many walks.
        "units": [spread_units(units) for units in places["units"]],
        "xy": grid.points(points),
    }


def spread_units(units: Any) -> list[int]:
    """Return numbers of units as runs: first, how many more, change to the next first, ..."""
    numbers = sorted(int(unit) for unit in units)
    runs: list[int] = []
    before = 0
    for number in numbers:
        if runs and number == before + 1:
            runs[-1] += 1
        else:
            runs += [number - before, 0]
        before = number
    return runs


def find_towns(points: NDArray[np.float64], towns: gpd.GeoDataFrame | None) -> list[int]:
    """Return in which of the towns each point lies, -1 for none."""
    found = np.full(len(points), -1)
    if towns is not None and len(points):
        tree = shapely.STRtree(shapely.points(points))
        town, point = tree.query(towns.geometry.to_numpy(), predicate="intersects")
        found[point] = town
    return [int(town) for town in found]


def _list_streets(
    edges: gpd.GeoDataFrame | None, towns: gpd.GeoDataFrame | None, grid: MapGrid
) -> dict[str, Any]:
    """Return streets with a name, main ones first: class, lines, town of the longest line."""
    if edges is None or "name" not in edges.columns:
        return {"count": 0, "name": []}
    named = edges[edges["name"].fillna("").astype(str).str.strip() != ""]
    names, shapes = _merge_by_name(named)
    root = named["highway"].astype(str).str.removesuffix("_link")
    ranks = np.full(len(named), len(STREET_CLASSES))
    for rank, values in enumerate(STREET_CLASSES):
        ranks[root.isin(values)] = rank
    best = pd.Series(ranks, index=named["name"].astype(str)).groupby(level=0).min()
    order = sorted(range(len(names)), key=lambda row: (best[names[row]], names[row]))
    lines = shapes[order] if len(order) else shapes
    middles = np.array([_middle_of_longest(line) for line in lines]).reshape(-1, 2)
    return {
        "count": len(order),
        "name": [names[row] for row in order],
        "class": [int(best[names[row]]) for row in order],
        "town": find_towns(middles, towns),
        "lines": grid.lines_of(lines),
    }


def _list_lines(layer: gpd.GeoDataFrame | None, grid: MapGrid) -> dict[str, Any]:
    """Return lines by their name."""
    if layer is None or "name" not in layer.columns:
        return {"count": 0, "name": []}
    names, shapes = _merge_by_name(layer[layer["name"].fillna("") != ""])
    return {"count": len(names), "name": names, "lines": grid.lines_of(shapes)}


def _merge_by_name(layer: gpd.GeoDataFrame) -> tuple[list[str], NDArray[np.object_]]:
    """Return each name and its lines, joined, simplified, without what is too short for a name."""
    names, shapes = [], []
    for name, rows in layer.groupby(layer["name"].astype(str)).indices.items():
        lines = layer.geometry.to_numpy()[rows]
        merged = shapely.line_merge(shapely.union_all(lines[shapely.get_dimensions(lines) == 1]))
        parts = shapely.get_parts(shapely.simplify(merged, LINE_SIMPLIFY_M / M_PER_DEGREE))
        long = shapely.length(parts) * M_PER_DEGREE >= LEAST_LINE_M
        names.append(name)
        # A street that is short all along is still found by its name.
        shapes.append(shapely.MultiLineString(list(parts[long] if long.any() else parts[:1])))
    return names, np.array(shapes, dtype=object)


def _middle_of_longest(lines: Any) -> tuple[float, float]:
    """Return a point in the middle of the longest of some lines."""
    parts = shapely.get_parts(lines)
    if len(parts) == 0:
        return np.nan, np.nan
    middle = parts[int(np.argmax(shapely.length(parts)))].interpolate(0.5, normalized=True)
    return middle.x, middle.y
