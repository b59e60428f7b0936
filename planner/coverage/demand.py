"""Zones and demand units: where residents, workers and visitors are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.crs import require_metric
from planner.crs.frame import RIM_M
from planner.errors import DemandError

#: People of each kind, as tables of gaps, compounds and openings count them.
PEOPLE_COLUMNS: Final = ("people_residential", "people_industrial", "people_commercial")
#: A zone is split into its buildings where they cover at least this share of it.
MIN_BUILT_SHARE: Final = 0.03
#: Side of the cells of a zone without enough buildings.
CELL_M: Final = 50.0
#: A zone whose box holds more cells (50 km by 50 km) is an error of the map.
MAX_ZONE_CELLS: Final = 1_000_000
#: Two zones overlap where they share more than this; less is drawing.
MIN_OVERLAP_M2: Final = 1.0
#: Floor area per land area taken for zones when no zone of the kind shows its buildings.
DEFAULT_FLOOR_RATIO: Final = 1.0


def units_from_points(points: gpd.GeoDataFrame, kind: str) -> gpd.GeoDataFrame:
    """Turn points with people into demand units.

    Parameters
    ----------
    points
        `id`, `people` and Points in a metric CRS.
    kind
        residential, industrial or commercial.

    Returns
    -------
    GeoDataFrame
        demand_id (`kind:id`), kind, people, zone_id (""), weight (NaN), cell (None), geometry.
    """
    require_metric(points, "points with people")
    units = gpd.GeoDataFrame(
        {
            "demand_id": kind + ":" + points["id"].astype(str),
            "kind": kind,
            "people": points["people"].astype(float),
            "zone_id": "",
            "weight": np.nan,
            "cell": np.full(len(points), None, dtype=object),
        },
        geometry=points.geometry.to_numpy(),
        crs=points.crs,
    )
    return units.reset_index(drop=True)


def own_zones(zones: gpd.GeoDataFrame, within: BaseGeometry | None = None) -> gpd.GeoDataFrame:
    """Give every piece of land to one zone: where zones overlap, the first owns it.

    Parameters
    ----------
    zones
        osm_id, kind, name and polygons in a metric CRS, sorted by id.
    within
        Only the part inside this polygon counts.

    Returns
    -------
    GeoDataFrame
        zone_id, kind, name, geometry: polygons that do not overlap; zones that own nothing are
        left out.
    """
    require_metric(zones, "zones")
    # Outlines that cross themselves stand in real maps; set operations refuse them.
    shapes = shapely.make_valid(zones.geometry.to_numpy())
    if within is not None:
        shapes = shapely.intersection(shapes, within)
    tree = shapely.STRtree(shapes)
    later, earlier = tree.query(shapes, predicate="intersects")
    real = later > earlier
    own = shapes.copy()
    for zone, others in pd.Series(earlier[real]).groupby(later[real]):
        # As drawn, not as owned: land that an earlier zone has lost went to one earlier still,
        # which takes it from this one too.
        own[zone] = shapely.difference(shapes[zone], shapely.union_all(shapes[others]))
    own = np.array([keep_polygons(shape) for shape in own], dtype=object)
    rows = zones[["osm_id", "kind", "name"]].rename(columns={"osm_id": "zone_id"})
    owned = gpd.GeoDataFrame(rows, geometry=own, crs=zones.crs)
    return owned[shapely.area(own) > MIN_OVERLAP_M2].reset_index(drop=True)


def units_from_zones(
    zones: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame, *, levels_default: float = 2.0
) -> gpd.GeoDataFrame:
    """Split zones into units: their buildings where these cover 3 % of them, else 50 m cells.

    Parameters
    ----------
    zones
        From `own_zones`.
    buildings
        osm_id, levels (NaN where unknown) and polygons in the same CRS.
    levels_default
        Storeys of a building that does not say.

    Returns
    -------
    GeoDataFrame
        As `units_from_points`, with people NaN and zone_id; `weight` is the floor area of a
        building, footprint x storeys, m²; of a cell its land times the mean floor ratio of the
        zones of its kind that show their buildings. `cell` is the cell's polygon.
    """
    require_metric(zones, "zones")
    built = _place_buildings(zones, buildings, levels_default)
    land_m2 = zones.geometry.area.to_numpy()
    zone = built["zone"].to_numpy(dtype=int)
    covered_m2 = np.bincount(zone, weights=built["footprint_m2"], minlength=len(zones))
    shown = covered_m2 >= MIN_BUILT_SHARE * land_m2
    built = built[shown[zone]]
    ratio = _floor_ratios(zones, built, shown)
    cells = cut_into_cells(zones[~shown])
    cells["weight"] = cells["cell"].map(lambda cell: cell.area) * cells["zone"].map(
        zones["kind"].map(ratio)
    )
    parts = pd.concat([built, cells], ignore_index=True)
    # By id within a zone: shuffled buildings make the same units.
    order = np.lexsort((parts["unit_id"].astype(str), parts["zone"]))
    parts = parts.iloc[order]
    owner = zones.iloc[parts["zone"].to_numpy(dtype=int)]
    kind = owner["kind"].to_numpy(dtype=object)
    units = gpd.GeoDataFrame(
        {
            "demand_id": kind + ":" + parts["unit_id"].to_numpy(dtype=object),
            "kind": kind,
            "people": np.nan,
            "zone_id": owner["zone_id"].to_numpy(),
            "weight": parts["weight"].to_numpy(dtype=float),
            "cell": parts["cell"].to_numpy(dtype=object),
        },
        geometry=parts["point"].to_numpy(),
        crs=zones.crs,
    )
    return units.reset_index(drop=True)


def people_by_density(
    units: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, people_per_hectare: float
) -> gpd.GeoDataFrame:
    """Give each zone its land times a density, shared over its units by weight.

    Parameters
    ----------
    units
        From `units_from_zones`.
    zones
        zone_id and polygons, metric CRS; of these units.
    people_per_hectare
        Above 0.
    """
    hectares = pd.Series(zones.geometry.area.to_numpy() / 10_000, index=zones["zone_id"])
    total = units.groupby("zone_id")["weight"].transform("sum")
    share = units["weight"] / total
    people = share * units["zone_id"].map(hectares) * people_per_hectare
    return units.assign(people=people.to_numpy())


def people_by_town(
    units: gpd.GeoDataFrame, town: pd.Series, totals: Mapping[str, int], kind: str
) -> gpd.GeoDataFrame:
    """Share each town's people over its units by weight, in whole people.

    Parameters
    ----------
    units
        From `units_from_zones`, of one kind.
    town : Series, aligned with `units`
        Name of the town, "" outside all.
    totals
        People per town; every sum is kept exactly (largest remainder).
    kind
        Theirs, for messages: there may be no unit.

    Raises
    ------
    DemandError
        If a town has people and no unit.
    """
    people = np.zeros(len(units))
    for name, total in totals.items():
        rows = np.flatnonzero((town == name).to_numpy())
        if len(rows) == 0:
            if total > 0:
                raise DemandError(
                    f"{name} has {total} people of kind {kind} but no zone to put them in; "
                    "map its landuse or take it out of the totals"
                )
            continue
        people[rows] = largest_remainder(units["weight"].to_numpy()[rows], total)
    return units.assign(people=people)


def largest_remainder(weights: NDArray[np.float64], total: int) -> NDArray[np.float64]:
    """Split a whole number in proportion to weights into whole numbers (Hamilton's method).

    Of equal remainders the first gets the odd one; without any weight all count the same.
    """
    weights = weights if weights.sum() > 0 else np.ones(len(weights))
    exact = weights / weights.sum() * total
    whole = np.floor(exact)
    missing = round(total - whole.sum())
    if not 0 <= missing <= len(whole):  # a total of 15 digits or more is not exact to one
        whole[np.argmax(whole)] += missing
        return np.asarray(whole, dtype=np.float64)
    winners = np.argsort(whole - exact, kind="stable")[:missing]
    whole[winners] += 1
    return np.asarray(whole, dtype=np.float64)


def locate(units: gpd.GeoDataFrame, towns: gpd.GeoDataFrame | None) -> pd.Series:
    """Return the town of each unit, "" where it lies in none; the first of two that touch."""
    names = pd.Series("", index=units.index, name="town", dtype=object)
    if towns is None or len(towns) == 0:
        return names
    town = first_polygon(units, towns)
    names[town >= 0] = towns["name"].to_numpy()[town[town >= 0]]
    return names


def first_polygon(units: gpd.GeoDataFrame, polygons: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return the position of the first polygon that holds or touches each unit, -1 for none.

    A point in none of them but within a metre of one counts as on its border: coordinates are
    rounded, and nobody should fall between two polygons that share a border.

    Parameters
    ----------
    units, polygons
        Points, n of them, and polygons in the same CRS.

    Returns
    -------
    array of shape (n,)
    """
    tree, points = shapely.STRtree(polygons.geometry.to_numpy()), units.geometry.to_numpy()
    unit, polygon = tree.query(points, predicate="intersects")
    first = np.full(len(units), len(polygons), dtype=np.int64)
    # `at`, since a unit on a border stands in several pairs and plain indexing keeps the last one.
    np.minimum.at(first, unit, polygon)
    strays = np.flatnonzero(first == len(polygons))
    unit, polygon = tree.query(points[strays], predicate="dwithin", distance=RIM_M)
    np.minimum.at(first, strays[unit], polygon)
    return np.where(first < len(polygons), first, -1)


def _place_buildings(
    zones: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame, levels_default: float
) -> pd.DataFrame:
    """Find the zone of each building by a point on its surface; those in none are left out.

    A point on the border of two zones belongs to the first.
    """
    shapes = buildings.geometry.to_numpy()
    points = shapely.point_on_surface(shapes)
    tree = shapely.STRtree(zones.geometry.to_numpy())
    building, zone = tree.query(points, predicate="intersects")
    order = np.lexsort((zone, building))
    building, zone = building[order], zone[order]
    footprint_m2 = shapely.area(shapes)[building]
    levels = buildings["levels"].fillna(levels_default).to_numpy()[building]
    rows = {
        "zone": zone,
        "unit_id": buildings["osm_id"].to_numpy(dtype=object)[building],
        "footprint_m2": footprint_m2,
        "weight": footprint_m2 * levels,
        "point": points[building],
        "cell": np.full(len(zone), None, dtype=object),
    }
    return pd.DataFrame(rows).drop_duplicates("unit_id")


def _floor_ratios(
    zones: gpd.GeoDataFrame, built: pd.DataFrame, shown: NDArray[np.bool_]
) -> dict[str, float]:
    """Return floor area per land area of each kind, from the zones that show their buildings."""
    kinds = zones["kind"].to_numpy()
    land = zones.geometry.area.to_numpy()
    ratios = {}
    for kind in set(kinds):
        here = shown & (kinds == kind)
        floor_m2 = built["weight"].to_numpy()[here[built["zone"].to_numpy(dtype=int)]].sum()
        ratios[kind] = floor_m2 / land[here].sum() if floor_m2 > 0 else DEFAULT_FLOOR_RATIO
    return ratios


def cut_into_cells(zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """Cut zones into the cells of one lattice; a cell's point lies inside its part of the zone.

    Parameters
    ----------
    zones
        zone_id and polygons in a metric CRS.

    Returns
    -------
    DataFrame
        zone (its label in the index of `zones`), unit_id (`zone_id@x,y`), point, cell (polygon).

    Raises
    ------
    DemandError
        If a zone is wider than any can be.
    """
    found = []
    for zone, shape in zip(zones.index, zones.geometry, strict=True):
        x0, y0, x1, y1 = np.floor(np.array(shape.bounds) / CELL_M)
        # Refused before any cell is made: those of a misdrawn zone would fill the memory.
        if (x1 - x0 + 1) * (y1 - y0 + 1) > MAX_ZONE_CELLS:
            raise DemandError(
                f"{zones.at[zone, 'zone_id']}: the zone is {(x1 - x0) * CELL_M / 1000:,.0f} km by "
                f"{(y1 - y0) * CELL_M / 1000:,.0f} km, too wide to be cut into cells of "
                f"{CELL_M:g} m; correct its outline in the map, or give a table of points"
            )
        columns, rows = np.meshgrid(np.arange(x0, x1 + 1), np.arange(y0, y1 + 1))
        x, y = columns.ravel() * CELL_M, rows.ravel() * CELL_M
        shapely.prepare(shape)
        boxes = shapely.box(x, y, x + CELL_M, y + CELL_M)
        hit = shapely.intersects(shape, boxes)
        parts = np.array(
            [keep_polygons(part) for part in shapely.intersection(shape, boxes[hit])], dtype=object
        )
        real = shapely.area(parts) > MIN_OVERLAP_M2
        if not real.any():
            continue
        zone_id = zones.at[zone, "zone_id"]
        numbers = np.column_stack([x[hit][real], y[hit][real]]).astype(np.int64)
        found.append(
            pd.DataFrame(
                {
                    "zone": zone,
                    "unit_id": [f"{zone_id}@{column},{row}" for column, row in numbers],
                    "point": shapely.point_on_surface(parts[real]),
                    "cell": parts[real],
                }
            )
        )
    if not found:
        return pd.DataFrame({"zone": [], "unit_id": [], "point": [], "cell": []}, dtype=object)
    return pd.concat(found, ignore_index=True)


def keep_polygons(shape: BaseGeometry) -> BaseGeometry:
    """Keep what has an area of a shape that an operation may have mixed with lines and points."""
    if shape.geom_type in {"Polygon", "MultiPolygon"}:
        return shape
    parts = [p for p in shapely.get_parts(shape) if p.geom_type in {"Polygon", "MultiPolygon"}]
    return shapely.union_all(parts) if parts else shapely.Polygon()
