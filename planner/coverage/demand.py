"""Zones and demand units: where residents, workers and visitors are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

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
#: Two zones overlap where they share more than this; less is drawing.
MIN_OVERLAP_M2: Final = 1.0


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


def people_by_density(
    units: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, people_per_hectare: float
) -> gpd.GeoDataFrame:
    """Give each zone its land times a density, shared over its units by weight.

    Parameters
    ----------
    units
        Of zones, see `zone_units.ZoneRun`.
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


def share_totals(
    weight: NDArray[np.float64],
    town: NDArray[np.integer[Any]],
    totals: Mapping[str, int],
    kind: str,
) -> NDArray[np.float64]:
    """Share each town's people over its units by weight, in whole people.

    Parameters
    ----------
    weight : shape (n,)
    town : shape (n,)
        Place of the town of each unit among the totals, -1 for none.
    totals
        People per town; every sum is kept exactly (largest remainder).
    kind
        Theirs, for messages: there may be no unit.

    Raises
    ------
    DemandError
        If a town has people and no unit.
    """
    people = np.zeros(len(weight))
    for place, (name, total) in enumerate(totals.items()):
        rows = np.flatnonzero(town == place)
        if len(rows) == 0:
            if total > 0:
                raise DemandError(
                    f"{name} has {total} people of kind {kind} but no zone to put them in; "
                    "map its landuse or take it out of the totals"
                )
            continue
        people[rows] = largest_remainder(weight[rows], total)
    return people


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
    return name_towns(find_towns(units, towns), towns, units.index)


def find_towns(units: gpd.GeoDataFrame, towns: gpd.GeoDataFrame | None) -> NDArray[np.int64]:
    """Return the position of the town of each unit, -1 where it lies in none, shape (n,)."""
    if towns is None or len(towns) == 0:
        return np.full(len(units), -1, dtype=np.int64)
    return first_polygon(units, towns)


def name_towns(
    town: NDArray[np.integer[Any]], towns: gpd.GeoDataFrame | None, index: pd.Index
) -> pd.Series:
    """Return the names of towns by the positions that `find_towns` returns."""
    names = pd.Series("", index=index, name="town", dtype=object)
    if towns is not None and len(towns):
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


def keep_polygons(shape: BaseGeometry) -> BaseGeometry:
    """Keep what has an area of a shape that an operation may have mixed with lines and points."""
    if shape.geom_type in {"Polygon", "MultiPolygon"}:
        return shape
    parts = [p for p in shapely.get_parts(shape) if p.geom_type in {"Polygon", "MultiPolygon"}]
    return shapely.union_all(parts) if parts else shapely.Polygon()
