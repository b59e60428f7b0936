"""People of raster cells and of polygons, put into the buildings and zones inside them.

Sums are kept exactly: the people of a cell or polygon are a whole number of millionths of a person
(of a polygon with a whole number, of persons), which are shared by largest remainder.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.coverage.demand import (
    MIN_OVERLAP_M2,
    keep_polygons,
    largest_remainder,
)
from planner.coverage.runs_of_rows import list_ranges
from planner.coverage.zone_units import SplitZones, ZoneRun, cut_into_cells
from planner.crs import require_metric
from planner.crs.array_types import Floats, Ints

#: Decimals of the people of a cell, and how many such parts a person has.
DECIMALS: Final = 6
_PARTS: Final = 10**DECIMALS
#: A building shares a cell or polygon where it covers more of it than this; less is drawing.
_MIN_SHARED_M2: Final = 0.01


def cut_to_area(
    sources: gpd.GeoDataFrame, polygon: BaseGeometry, *, slack: float
) -> gpd.GeoDataFrame:
    """Take the part of cells or polygons inside the study area, with people by the share of area.

    Parameters
    ----------
    sources
        people and polygons, metric CRS.
    polygon
        Study area.
    slack
        Up to this share of its area beyond (or within) the border a source lies in the area (or
        beyond it): borders are never drawn alike.

    Returns
    -------
    GeoDataFrame
        The sources with somebody inside, cut; people to a millionth.
    """
    require_metric(sources, "cells and polygons with people")
    whole = sources.geometry.to_numpy()
    shapely.prepare(polygon)
    inside = shapely.covers(polygon, whole)
    parts = whole.copy()
    parts[~inside] = [keep_polygons(part) for part in shapely.intersection(whole[~inside], polygon)]
    share = np.where(inside, 1.0, shapely.area(parts) / shapely.area(whole))
    share = np.where(share >= 1 - slack, 1.0, np.where(share <= slack, 0.0, share))
    people = np.round(sources["people"].to_numpy(dtype=float) * share, DECIMALS)
    cut = sources.assign(people=people).set_geometry(gpd.GeoSeries(parts, sources.index))
    return cut.set_crs(sources.crs)[people > 0].reset_index(drop=True)


def put_at_points(sources: gpd.GeoDataFrame, kind: str, *, cells: bool) -> gpd.GeoDataFrame:
    """Make a unit of each source: at its middle, or at a point inside where that lies outside.

    Parameters
    ----------
    sources
        From `cut_to_area`: id, people, polygons.
    kind
        residential, industrial or commercial.
    cells
        They are cells of a raster, which gaps are drawn from.
    """
    shapes = sources.geometry.to_numpy()
    middle = shapely.centroid(shapes)
    outside = ~shapely.intersects(shapes, middle)
    middle[outside] = shapely.point_on_surface(shapes[outside])
    rows = pd.DataFrame({"unit_id": sources["id"], "zone_id": "", "weight": np.nan})
    rows["cell"] = shapes if cells else np.full(len(rows), None, dtype=object)
    return _to_units(rows, sources["people"].to_numpy(dtype=float), middle, kind, sources.crs)


def spread_people(
    sources: gpd.GeoDataFrame,
    split: SplitZones,
    kind: str,
    *,
    cells: bool,
    most: int | None = None,
) -> Generator[gpd.GeoDataFrame, None, Ints]:
    """Put the people of each source into the places it shares land with; yield them run by run.

    Those are buildings by the floor area inside it, and cells of zones without enough buildings;
    where there is neither, zones of the kind by land; where there are none, a point. Of each pair
    of a source and a place 16 bytes are held, and 8 of each place.

    Parameters
    ----------
    sources
        From `cut_to_area`: id, people, polygons; of a polygon with `whole` True whole people only.
    split
        The zones of this kind, from `split_zones`: its runs are those of their units.
    kind, cells
        As of `put_at_points`.
    most
        Sources whose people stand on land or at points are taken so many at a time; None: all.

    Yields
    ------
    GeoDataFrame
        As of `zone_units.ZoneRun`, with people; places with nobody are left out.

    Returns
    -------
    array of int
        Positions of the sources with neither building nor zone, whose people stand at a point.
    """
    runs = split.make_runs()
    source, place, weight, count = _pair_with_places(sources, split, runs)
    parts = _split(sources, source, weight)
    people = np.bincount(place, weights=parts, minlength=count) / _PARTS
    start = 0
    for run in runs:
        own = people[start : start + len(run.units)]
        yield run.units.assign(people=own)[own > 0].reset_index(drop=True)
        start += len(run.units)
    left = np.setdiff1d(np.arange(len(sources)), source)
    nowhere = []
    for rows in list_ranges(len(left), most):
        units, still_left = _spread_over_land(sources, left[rows], split.zones, kind)
        nowhere.append(still_left)
        yield units
    still_left = np.concatenate(nowhere)
    for rows in list_ranges(len(still_left), most):
        some = sources.iloc[still_left[rows]].reset_index(drop=True)
        yield put_at_points(some, kind, cells=cells)
    return still_left


def _pair_with_places(
    sources: gpd.GeoDataFrame, split: SplitZones, runs: Iterable[ZoneRun]
) -> tuple[NDArray[np.integer[Any]], NDArray[np.integer[Any]], Floats, int]:
    """Find the places that share land with sources.

    Returns source, place (among those of all runs) and weight of each pair, by source and place,
    and how many places there are.
    """
    tree = shapely.STRtree(sources.geometry.to_numpy())
    found, start = [], 0
    for run in runs:
        shapes = split.take_outlines(run)
        # Areas are those of outlines as drawn, which weights were worked out from.
        density = run.units["weight"].to_numpy(dtype=float) / shapely.area(shapes)
        shapes = shapely.make_valid(shapes)
        near = _find_near(tree, shapes)
        source, place, shared = _find_shared(sources.iloc[near], shapes)
        pairs = near[source].astype(np.int32), (place + start).astype(np.int32)
        found.append((*pairs, shared * density[place]))
        start += len(shapes)
    source, place, weight = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((place, source))
    return source[order], place[order], weight[order], start


def _find_near(tree: shapely.STRtree, shapes: NDArray[np.object_]) -> Ints:
    """Return the positions of the sources of a tree whose boxes meet that of some shapes."""
    if not len(shapes):
        return np.zeros(0, dtype=np.int64)
    return np.sort(tree.query(shapely.box(*shapely.total_bounds(shapes))))


def _find_shared(
    sources: gpd.GeoDataFrame, shapes: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Find the pairs of a source and a shape that share land, by source, and how much: m²."""
    own = sources.geometry.to_numpy()
    source, shape = shapely.STRtree(shapes).query(own, predicate="intersects")
    order = np.lexsort((shape, source))
    source, shape = source[order], shape[order]
    shared = shapely.area(shapely.intersection(own[source], shapes[shape]))
    real = shared > _MIN_SHARED_M2
    return source[real], shape[real], shared[real]


def _split(
    sources: gpd.GeoDataFrame, source: NDArray[np.integer[Any]], weight: Floats
) -> NDArray[np.float64]:
    """Share the people of each source over its pairs by weight, in whole millionths of a person.

    `source` is sorted. The parts of a source add up to its people.
    """
    total = np.rint(sources["people"].to_numpy(dtype=float) * _PARTS)
    step = np.where(sources["whole"] & (total % _PARTS == 0), _PARTS, 1)
    parts = np.zeros(len(source))
    present, first = np.unique(source, return_index=True)
    ends = np.append(first, len(source))[1:]
    for one, start, end in zip(present, first, ends, strict=True):
        shares = largest_remainder(weight[start:end], round(total[one] / step[one]))
        parts[start:end] = shares * step[one]
    return parts


def _spread_over_land(
    sources: gpd.GeoDataFrame, left: NDArray[np.int64], zones: gpd.GeoDataFrame, kind: str
) -> tuple[gpd.GeoDataFrame, NDArray[np.int64]]:
    """Put people of sources without buildings into cells of the zones they share land with.

    Returns the units, and the positions of the sources that have no zone either.
    """
    some = sources.iloc[left]
    source, zone, _ = _find_shared(some, zones.geometry.to_numpy())
    ids = zones["zone_id"].to_numpy(dtype=object)[zone]
    land = shapely.intersection(some.geometry.to_numpy()[source], zones.geometry.to_numpy()[zone])
    pieces = gpd.GeoDataFrame(
        {"zone_id": ids + "@" + some["id"].to_numpy(dtype=object)[source]},
        geometry=[keep_polygons(shape) for shape in land],
        crs=sources.crs,
    )
    found = cut_into_cells(pieces[pieces.area > MIN_OVERLAP_M2])
    piece = found["zone"].to_numpy(dtype=np.int64)
    order = np.lexsort((found["unit_id"].astype(str), source[piece]))
    found, piece = found.iloc[order], piece[order]
    weight = shapely.area(found["cell"].to_numpy(dtype=object))
    parts = _split(some, source[piece], weight)
    rows = found[["unit_id", "cell"]].assign(zone_id=ids[piece], weight=weight)
    points = found["point"].to_numpy(dtype=object)
    units = _to_units(rows, parts / _PARTS, points, kind, sources.crs)
    return units, np.setdiff1d(left, left[source[piece]])


def _to_units(
    rows: pd.DataFrame,
    people: NDArray[np.float64],
    points: NDArray[np.object_],
    kind: str,
    crs: object,
) -> gpd.GeoDataFrame:
    """Return a table of units with somebody; `rows` are unit_id, zone_id, weight, cell."""
    units = gpd.GeoDataFrame(
        {
            "demand_id": [f"{kind}:{unit}" for unit in rows["unit_id"]],
            "kind": kind,
            "people": people,
            "zone_id": rows["zone_id"].to_numpy(dtype=object),
            "weight": rows["weight"].to_numpy(dtype=float),
            "cell": rows["cell"].to_numpy(dtype=object),
        },
        geometry=points,
        crs=crs,
    )
    return units[people > 0].reset_index(drop=True)
