"""Reads every place that a plan's files name: the extract, polygons and tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from planner.crs import WGS84, project
from planner.crs.frame import choose_frame
from planner.errors import SourceError
from planner.plan import Plan
from planner.plan.given_table import GivenTable
from planner.sources.candidate_table import load_candidates
from planner.sources.control_points import find_datum
from planner.sources.load_map import find_street_file
from planner.sources.locating import Gazetteer, build_gazetteer
from planner.sources.osm.named_reader import COLUMNS, load_named_places
from planner.sources.polygon_table import load_polygons
from planner.sources.table_paths import split_sheet
from planner.sources.tables import load_facilities
from planner.sources.unplaced_rows import RowTable

_COLUMNS: Final = [*COLUMNS, "town"]


@dataclass(frozen=True)
class KnownPlaces:
    """Places by name, the metric frame of the gazetteer, and what the reader should know."""

    gazetteer: Gazetteer
    crs: pyproj.CRS
    notes: tuple[str, ...]


def load_known_places(plan: Plan, table: RowTable) -> KnownPlaces:
    """Read what the files of a plan name, and what rows of the table itself have places.

    Raises
    ------
    SourceError
        If a file cannot be read, or nothing in them has a name.
    """
    notes: list[str] = []
    parts = [*_load_polygons(plan), *_load_tables(plan, table, notes)]
    if find_street_file(plan) == plan.network.osm:
        notes.append(f"{plan.network.osm}: is no extract, so no names are taken from it")
    else:
        parts.append(load_named_places(plan.network.osm))
    parts.append(table.placed_rows())
    known = pd.concat([part.reindex(columns=_COLUMNS) for part in parts], ignore_index=True)
    texts = ["name", "address", "kind", "town"]
    known[texts] = known[texts].fillna("")
    known = known[known["lon"].notna() & known["lat"].notna()].reset_index(drop=True)
    if known.empty:
        raise SourceError(
            f"{plan.network.osm}: holds no name and no address, so nothing can be found; give an "
            "extract with names"
        )
    known["town"] = _find_towns(known, plan)
    lonlat = known[["lon", "lat"]].to_numpy(dtype=np.float64)
    crs = choose_frame(lonlat)
    xy = project(lonlat[:, 0], lonlat[:, 1], crs)
    known = known.drop(columns=["lon", "lat"]).assign(x=xy[:, 0], y=xy[:, 1])
    return KnownPlaces(build_gazetteer(known), crs, tuple(notes))


def _load_polygons(plan: Plan) -> list[pd.DataFrame]:
    """Return towns and committees as points inside, each with its radius."""
    if plan.area is None:
        return []
    files = {"towns": plan.area.towns, "committees": plan.area.committees}
    return [_to_points(kind, path) for kind, path in files.items() if path is not None]


def _to_points(kind: str, path: Path) -> pd.DataFrame:
    """Return a point inside each polygon of a file."""
    rows = load_polygons(path, kind=kind).rows
    inside = shapely.point_on_surface(rows.geometry.to_numpy())
    metric = gpd.GeoSeries(rows.geometry.to_numpy(), crs=WGS84).to_crs(
        choose_frame(shapely.get_coordinates(inside))
    )
    return pd.DataFrame(
        {
            "name": rows["name"].to_numpy(),
            "kind": kind.removesuffix("s"),
            "lon": shapely.get_x(inside),
            "lat": shapely.get_y(inside),
            "radius_m": shapely.minimum_bounding_radius(metric.to_numpy()),
        }
    )


def _load_tables(plan: Plan, table: RowTable, notes: list[str]) -> list[pd.DataFrame]:
    """Return the rows of the plan's other tables that have places."""
    parts = []
    path = plan.facilities.table
    # A table of Python is there, and is no file that could be the one in hand.
    file = None if isinstance(path, GivenTable) else split_sheet(path)[0]
    if file is not None and not file.exists():
        notes.append(f"{path}: is not there yet, so no names are taken from it")
    elif file is None or not file.samefile(split_sheet(table.path)[0]):
        datum = find_datum(plan, plan.facilities.crs)
        rows = load_facilities(path, crs=datum, columns=plan.facilities.columns).rows
        if "approximate" in rows:  # a place that is not confirmed proves nothing
            rows = rows[~rows["approximate"]]
        parts.append(_take_rows(rows, "facility"))
    if plan.candidates.table is not None:
        datum = find_datum(plan, plan.candidates.crs)
        found = load_candidates(plan.candidates.table, crs=datum, columns=plan.candidates.columns)
        parts.append(_take_rows(found.rows, "amenity"))
    return parts


def _take_rows(rows: gpd.GeoDataFrame, kind: str) -> pd.DataFrame:
    """Return the names, addresses and places of a table."""
    addresses = rows.get("address", pd.Series("", index=rows.index))
    return pd.DataFrame(
        {
            "name": rows["name"],
            "address": addresses,
            "kind": kind,
            "lon": rows.geometry.x,
            "lat": rows.geometry.y,
        }
    )


def _find_towns(known: pd.DataFrame, plan: Plan) -> pd.Series:
    """Return the town in which each place lies; "" outside all of them, or without towns."""
    if plan.area is None or plan.area.towns is None:
        return known["town"]
    towns = load_polygons(plan.area.towns, kind="towns").rows
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(known["lon"], known["lat"]), crs=WGS84)
    joined = points.sjoin(towns[["name", "geometry"]], predicate="within")
    # On a border of two towns the first one counts.
    inside = joined["name"][~joined.index.duplicated()].reindex(known.index)
    town: pd.Series = inside.fillna(known["town"]).astype(str)
    return town
