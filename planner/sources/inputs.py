"""Reads everything a plan names, once, before anything is computed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from planner.errors import DemandError
from planner.plan import Demand, Plan
from planner.sources.osm import OsmExtract, load_osm
from planner.sources.results import sha256_of
from planner.sources.tables import (
    Table,
    load_demand_points,
    load_facilities,
    load_polygons,
    load_town_totals,
)


@dataclass(frozen=True)
class DemandInput:
    """One [[demand]] of the plan with what it names: points, or the totals of towns."""

    plan: Demand
    points: Table | None = None
    totals: pd.DataFrame | None = None


@dataclass(frozen=True)
class Inputs:
    """All that a run reads; everything in EPSG:4326.

    boundary : polygon of the study area, None where the plan has none.
    towns : name, tier and polygons, None where the plan names none.
    hashes : file name -> SHA-256 of its content.
    """

    plan: Plan
    osm: OsmExtract
    facilities: Table
    demand: tuple[DemandInput, ...]
    boundary: BaseGeometry | None
    towns: gpd.GeoDataFrame | None
    hashes: dict[str, str]
    notes: tuple[str, ...] = ()


def load_inputs(plan: Plan) -> Inputs:
    """Read the files of a plan; small ones first, so that a fault shows at once.

    Raises
    ------
    PlannerError
        If a file is missing or cannot be used: one line that says what, where and what to do.
    """
    notes: list[str] = []
    boundary, towns = _load_area(plan, notes)
    facilities = load_facilities(plan.facilities.table, crs=plan.facilities.crs)
    notes += facilities.notes
    if not plan.demand:
        raise DemandError("the plan names no [[demand]], so there is nobody to count; add one")
    demand = tuple(_load_demand(part) for part in plan.demand)
    for part in demand:
        notes += part.points.notes if part.points else []
    osm = load_osm(plan.network.osm)
    return Inputs(
        plan, osm, facilities, demand, boundary, towns, _hashes(plan), tuple(dict.fromkeys(notes))
    )


def _load_area(plan: Plan, notes: list[str]) -> tuple[BaseGeometry | None, gpd.GeoDataFrame | None]:
    """Read boundary and towns."""
    if plan.area is None:
        return None, None
    if plan.area.boundary is not None:
        outline = load_polygons(plan.area.boundary, name=None)
        notes += outline.notes
        boundary = shapely.union_all(outline.rows.geometry.to_numpy())
    else:
        from planner.sources.overpass import find_place

        assert plan.area.place is not None  # the plan has one or the other
        boundary = find_place(plan.area.place)
    if plan.area.towns is None:
        return boundary, None
    towns = load_polygons(plan.area.towns)
    notes += towns.notes
    rows = towns.rows
    return boundary, rows.assign(tier=rows.get("tier", ""))


def _load_demand(part: Demand) -> DemandInput:
    if part.table is not None:
        assert part.people is not None  # a table names its column
        points = load_demand_points(part.table, people=part.people, crs=part.crs, id_column=part.id)
        return DemandInput(part, points=points)
    if part.town_totals is not None:
        return DemandInput(part, totals=load_town_totals(part.town_totals))
    return DemandInput(part)


def files_of(plan: Plan) -> set[Path]:
    """Return every file the plan names."""
    area = plan.area
    paths = {plan.network.osm, plan.facilities.table}
    paths |= {path for part in plan.demand for path in (part.table, part.town_totals) if path}
    paths |= {path for path in (area.boundary, area.towns) if path} if area else set()
    return paths


def _hashes(plan: Plan) -> dict[str, str]:
    """Return the SHA-256 of every file the plan names, by its path from the plan's folder."""
    return {_shown(path, plan.folder): sha256_of(path) for path in sorted(files_of(plan))}


def _shown(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()
