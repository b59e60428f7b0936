"""Reads the single parts of a plan, each from where the plan names it, with what is to be told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from planner.crs.frame import Bounds, find_bounds
from planner.plan import Demand, Group, Plan, Rule
from planner.sources._cross_checks import (
    check_gate_profiles,
    check_site_towns,
)
from planner.sources._geo_table import list_dropped
from planner.sources._plan_reading import PlanReading
from planner.sources.area_parts import load_boundary, load_committees, load_tiers
from planner.sources.cache import ArrayCache
from planner.sources.candidate_table import load_candidates
from planner.sources.control_points import find_datum, load_local_grid
from planner.sources.course_tables import CourseTables, load_course_tables
from planner.sources.demand_input import DemandInput, load_demand
from planner.sources.demand_told import DemandTold
from planner.sources.elevation import (
    Elevation,
    begin_elevation,
    find_heights_bounds,
    load_elevation,
)
from planner.sources.embedded import data_folder
from planner.sources.group_tables import GroupInput, join_group, load_group
from planner.sources.load_map import load_map
from planner.sources.osm.extract import OsmExtract
from planner.sources.plan_file import load_rules
from planner.sources.polygon_table import load_polygons
from planner.sources.tables import Table, load_facilities, load_gates


def read_grid(plan: Plan, reading: PlanReading) -> None:
    """Read the control points of a city's own grid, if the plan names some."""
    if plan.control_points is not None:
        reading.lines.append(load_local_grid(plan.control_points)[1])


def read_outline(plan: Plan, reading: PlanReading, cache: ArrayCache | None) -> BaseGeometry | None:
    """Read the boundary."""
    boundary, outline, remarks = load_boundary(plan, cache=cache)
    reading.take(outline)
    reading.lines += remarks
    reading.remarks += remarks
    return boundary


def read_towns(plan: Plan, reading: PlanReading) -> gpd.GeoDataFrame | None:
    """Read the towns, if the plan names them."""
    if plan.area is None or plan.area.towns is None:
        return None
    towns = load_polygons(plan.area.towns, kind="towns", crs=find_datum(plan, plan.area.towns_crs))
    reading.take(towns)
    return towns.rows.assign(tier=towns.rows.get("tier", ""))


def read_facilities(plan: Plan, reading: PlanReading) -> Table | None:
    """Read the facilities."""
    return reading.try_table(
        lambda: load_facilities(
            plan.facilities.table,
            crs=find_datum(plan, plan.facilities.crs),
            columns=plan.facilities.columns,
            levels={rule.level for rule in plan.rules},
        )
    )


def read_streets(plan: Plan, reading: PlanReading, cache: ArrayCache | None) -> OsmExtract:
    """Read the map."""
    osm, remarks = load_map(plan, cache=cache)
    reading.lines += remarks
    return osm


def begin_heights(plan: Plan, cache: ArrayCache | None) -> Future[Any] | None:
    """Begin to read the raster of heights, if the plan names one and none can be kept."""
    path = plan.network.elevation
    return None if path is None or cache is not None else begin_elevation(path)


def read_elevation(
    plan: Plan,
    boundary: BaseGeometry | None,
    osm: OsmExtract | None,
    reading: PlanReading,
    cache: ArrayCache | None,
    begun: Future[Any] | None,
) -> Elevation | None:
    """Read the heights round the streets, if the plan names a raster of them."""
    path = plan.network.elevation
    if path is None or osm is None:
        return None
    around = find_heights_bounds(plan, boundary, find_bounds(osm.ways.lonlat))
    elevation = load_elevation(path, around, cache=cache, begun=begun)
    reading.lines += elevation.notes
    return elevation


def read_known(plan: Plan, reading: PlanReading) -> BaseGeometry | None:
    """Read where all streets are in the data, if the plan names a file of it."""
    if plan.area is None or not isinstance(plan.area.known, Path):
        return None
    reading.take(outline := load_polygons(plan.area.known, name=None))
    return shapely.union_all(outline.rows.geometry.to_numpy())


def read_people(
    plan: Plan,
    around: Bounds | None,
    towns: list[str],
    reading: PlanReading,
    *,
    only: int | None = None,
) -> tuple[DemandInput, ...]:
    """Read what each [[demand]] names, of rasters what lies around; those that can be read.

    only : position of the one that is read, points as numbers (see `Table`); None: all of them.
    """
    columns = {group.column for group in plan.groups if group.column is not None}

    def load(part: Demand) -> DemandInput:
        """Read one of them."""
        datum = find_datum(plan, part.crs)
        narrow = only is not None
        return load_demand(part, columns, around, datum=datum, towns=towns, narrow=narrow)

    demand = []
    for part in plan.demand if only is None else (plan.demand[only],):
        # Where neither boundary nor streets can be read, nobody knows which cells are asked for.
        found = None if part.raster and around is None else reading.try_part(load, part)
        if found is not None:
            reading.take(found.points if found.totals is None else found.totals)
            reading.take(found.polygons)
            reading.take(found.classes)
            reading.lines += [] if found.raster is None else found.raster.notes
            demand.append(found)
    return tuple(demand)


def read_groups(
    plan: Plan, demand: Sequence[DemandInput], towns: list[str], reading: PlanReading
) -> tuple[GroupInput, ...]:
    """Read what each of the [[groups]] names; those that can be read."""
    parts = [(part.points, part.totals) for part in demand]

    def load(group: Group) -> tuple[GroupInput, list[str]]:
        """Read one of them."""
        return load_group(plan, group, parts, towns=towns)

    # What is read of the people waits until all of them can be.
    whole = len(demand) == len(plan.demand)
    asked = [group for group in plan.groups if whole or group.column is None]
    return _take_groups(asked, load, reading)


def join_groups(
    plan: Plan, told: Sequence[DemandTold], towns: list[str], reading: PlanReading
) -> tuple[GroupInput, ...]:
    """Read what each of the [[groups]] names, where each [[demand]] was read alone."""
    for one in told:
        reading.lines += one.lines
        reading.remarks += one.remarks

    def load(group: Group) -> tuple[GroupInput, list[str]]:
        """Read one of them."""
        columns = {
            number: one.columns[group.name]
            for number, one in enumerate(told)
            if group.name in one.columns
        }
        return join_group(plan, group, columns, towns=towns)

    return _take_groups(plan.groups, load, reading)


def _take_groups(
    groups: Sequence[Group],
    load: Callable[[Group], tuple[GroupInput, list[str]]],
    reading: PlanReading,
) -> tuple[GroupInput, ...]:
    """Read some groups one after the other; those that can be read."""

    def take(group: Group) -> GroupInput:
        """Read one of them, with what is to be told of it."""
        found, lines = load(group)
        reading.take(found.towns)
        reading.lines += lines
        return found

    return tuple(one for group in groups if (one := reading.try_part(take, group)) is not None)


def read_tiers(plan: Plan, reading: PlanReading) -> gpd.GeoDataFrame | None:
    """Read the polygons of tiers, if the plan names them."""
    if plan.area is None or plan.area.tiers is None:
        return None
    reading.take(table := load_tiers(plan.area.tiers))
    return table.rows


def read_committees(
    plan: Plan, facilities: Table | None, reading: PlanReading
) -> gpd.GeoDataFrame | None:
    """Read the polygons of committees, if the plan names them."""
    if plan.area is None or plan.area.committees is None:
        return None
    reading.take(table := load_committees(plan.area.committees, facilities))
    return table.rows


def read_gates(plan: Plan, reading: PlanReading) -> Table | None:
    """Read the table of gates; the profiles it names are those of the plan."""
    path = plan.network.gates
    if path is None:
        return None
    return reading.try_table(
        lambda: load_gates(
            path,
            crs=find_datum(plan, plan.network.gates_crs),
            columns=plan.network.gates_columns,
            profiles=[profile.name for profile in plan.profiles],
        ),
        lambda gates: check_gate_profiles(plan, path, gates),
    )


def read_candidates(plan: Plan, known: list[str], reading: PlanReading) -> Table | None:
    """Read the table of candidate sites; it names towns that are known."""
    path = plan.candidates.table
    if path is None:
        return None
    table = reading.try_table(
        lambda: load_candidates(
            path,
            crs=find_datum(plan, plan.candidates.crs),
            columns=plan.candidates.columns,
            towns=known,
        ),
        lambda table: check_site_towns(path, table, known),
    )
    if table is not None and len(table.dropped):
        reading.lines.append(
            f"{path.name}: {len(table.dropped)} rows are no candidate sites; run.json lists them"
        )
    return table


def read_courses(
    plan: Plan, committees: gpd.GeoDataFrame | None, towns: list[str], reading: PlanReading
) -> CourseTables | None:
    """Read the tables of courses; orders name committees and towns that are known."""
    if plan.courses is None:
        return None
    levels = {rule.level for rule in plan.rules}
    tables = load_course_tables(plan.courses, committees=committees, towns=towns, levels=levels)
    reading.lines += tables.notes
    reading.remarks += tables.remarks
    reading.dropped += list_dropped(tables.dropped)
    return tables


def list_default_rules(plan: Plan) -> tuple[Rule, ...]:
    """Return the default rules that the plan leaves standing."""
    if not plan.service.default_rules:
        return ()
    own = {rule.id for rule in plan.rules}
    return tuple(rule for rule in load_rules(data_folder() / "rules.toml") if rule.id not in own)
