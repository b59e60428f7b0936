"""Reads everything a plan names, once, before anything is computed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from planner.brief import Brief, join_facts, shorten
from planner.crs.frame import Bounds, find_bounds
from planner.errors import ArgumentError, PlannerError
from planner.plan import Demand, Group, Plan, Rule
from planner.rounding import AskedCutoffs
from planner.sources._cross_checks import (
    check_demand,
    check_gate_profiles,
    check_limits,
    check_rules,
    check_site_towns,
)
from planner.sources._geo_table import NO_FACILITIES, list_dropped
from planner.sources._plan_reading import PlanReading
from planner.sources.area_parts import load_boundary, load_committees, load_tiers
from planner.sources.cache import ArrayCache
from planner.sources.candidate_table import load_candidates
from planner.sources.control_points import find_datum, load_local_grid
from planner.sources.course_tables import CourseTables, load_course_tables
from planner.sources.demand_input import DemandInput, load_demand
from planner.sources.embedded import data_folder
from planner.sources.group_tables import GroupInput, load_group
from planner.sources.load_map import has_map, hash_map, load_map
from planner.sources.osm.extract import OsmExtract
from planner.sources.plan_file import load_rules
from planner.sources.plan_files import hash_files, list_files, name_files
from planner.sources.polygon_table import load_polygons
from planner.sources.route_tables import RouteTables, read_route_tables
from planner.sources.tables import Table, load_facilities, load_gates


@dataclass(frozen=True)
class Inputs(Brief):
    """All that a run reads; everything in EPSG:4326.

    boundary : polygon of the study area, None where the plan has none.
    known : polygon where all streets are in the data, None where the plan names no file of it.
    towns : name, tier and polygons; tiers : tier and polygons that cut towns; committees : name,
        kind, facility_id and polygons; each None where the plan names none.
    groups : those of the plan with what their files say.
    gates : gate_id, name, hours, who and points; None where the plan names no table of gates.
    candidates : site_id, name, action, cost, capacity, domain, town and points; None where the
        plan names no table of candidate sites.
    routes : sites and templates of `[routes]`; None where the plan has no such section.
    courses : orders, courses and teachers; None where the plan has no `[courses]`.
    rules : those of the plan; default_rules : those of the product that the plan does not replace.
    notes : what the reader should know of the files, a line each; remarks : those of them that say
        how a file was read.
    hashes : name of a file, see `name_files` -> SHA-256 of its content.

    Examples
    --------
    >>> import planner
    >>> inputs = planner.load_inputs(planner.load_example().plan)
    >>> inputs.plan.name, len(inputs.facilities.rows)
    ('example', 2)
    """

    plan: Plan
    osm: OsmExtract
    facilities: Table
    demand: tuple[DemandInput, ...]
    boundary: BaseGeometry | None
    towns: gpd.GeoDataFrame | None
    hashes: dict[str, str]
    notes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    tiers: gpd.GeoDataFrame | None = None
    committees: gpd.GeoDataFrame | None = None
    default_rules: tuple[Rule, ...] = ()
    groups: tuple[GroupInput, ...] = ()
    gates: Table | None = None
    candidates: Table | None = None
    routes: RouteTables | None = None
    known: BaseGeometry | None = None
    courses: CourseTables | None = None
    seconds: float = 0.0

    def __repr__(self) -> str:
        tables = f"{len(self.demand)} of people, {len(self.groups)} of groups"
        return join_facts(
            self,
            f"plan {shorten(self.plan.name)}",
            f"{len(self.facilities.rows)} facilities",
            tables,
            f"{len(self.osm.ways)} ways",
        )

    @property
    def osm_hash(self) -> str:
        """SHA-256 of the extract, or of it and of all that decides streets from another file."""
        # Not all that has a name is a file: one with # and a sheet is a part of one.
        names, files = name_files(self.plan), list_files(self.plan)
        return hash_map(self.plan, {path: self.hashes[names[path]] for path in files})

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of the plan."""
        return self.plan.rules

    @property
    def cutoffs(self) -> AskedCutoffs:
        """Every cutoff that the plan or a rule asks by: no minutes of a file cross one of them."""
        rules = (*self.rules, *self.default_rules)
        return AskedCutoffs(
            minutes=(
                *self.plan.service.cutoffs_minutes,
                *(rule.cutoff_minutes for rule in rules if rule.cutoff_minutes is not None),
            ),
            metres=tuple(rule.cutoff_m for rule in rules if rule.cutoff_m is not None),
        )


@dataclass(frozen=True)
class Attempt(Brief):
    """What could be read of a plan, part by part.

    inputs : all of it, None where some part could not be read. readable : it, or what could be read
        with the map: no facilities, no people, no hashes where these are lacking.
    errors : what is wrong with those parts, one for each.
    remarks, notes, dropped : of the parts that could be read: how, what else the reader should
        know, and file, row and reason of rows that lie nowhere.
    """

    inputs: Inputs | None
    readable: Inputs | None
    errors: tuple[PlannerError, ...]
    remarks: tuple[str, ...]
    notes: tuple[str, ...]
    dropped: tuple[dict[str, Any], ...]


def load_inputs(plan: Plan, *, cache: ArrayCache | None = None) -> Inputs:
    """Read the files of a plan; small ones first, so that a fault shows at once.

    Parameters
    ----------
    cache
        Where extracts once read are kept, see `user_cache`; None reads anew.

    Raises
    ------
    ArgumentError
        If it is no plan.
    PlannerError
        If a file is missing or cannot be used: one line that says what, where and what to do.

    Examples
    --------
    >>> import planner
    >>> inputs = planner.load_inputs(planner.load_example().plan)
    >>> sorted(inputs.hashes)
    ['candidates.csv', 'facilities.csv', 'people.csv', 'streets.osm']
    """
    if not isinstance(plan, Plan):
        raise ArgumentError(f"plan is a {type(plan).__name__}; give load_plan(path), or a Plan")
    reading = PlanReading()
    inputs = _read(plan, reading, cache, patient=False)
    reading.stop()
    assert inputs is not None  # a map that cannot be read has been raised
    return inputs


def try_inputs(plan: Plan, *, cache: ArrayCache | None = None) -> Attempt:
    """Read the files of a plan as `load_inputs` does; a fault of one does not hide the others."""
    reading = PlanReading()
    readable = _read(plan, reading, cache)
    # Streets that cannot be read are asked for twice where a raster needs them.
    errors = {str(error): error for error in reading.errors}
    remarks = tuple(dict.fromkeys(reading.remarks))
    notes = tuple(line for line in dict.fromkeys(reading.lines) if line not in remarks)
    inputs = None if errors else readable
    return Attempt(inputs, readable, tuple(errors.values()), remarks, notes, tuple(reading.dropped))


def _read(
    plan: Plan, reading: PlanReading, cache: ArrayCache | None, *, patient: bool = True
) -> Inputs | None:
    """Read one part of a plan after the other; None where its map could not be read.

    Unless it is patient, a map that is there is not read once a fault was found.
    """
    start, tried, area = time.perf_counter(), reading.try_part, plan.area
    tried(_load_grid, plan, reading)
    boundary = tried(_load_outline, plan, reading, cache)
    towns = tried(_load_towns, plan, reading)
    facilities = _load_facility_table(plan, reading)
    tried(check_demand, plan)
    names = [] if towns is None else towns["name"].tolist()
    osm, around = None, None if boundary is None else boundary.bounds
    if around is None and (patient or not reading.errors) and any(p.raster for p in plan.demand):
        # Without a boundary only the streets tell which cells of a raster are asked for.
        osm = tried(_load_streets, plan, reading, cache)
        around = None if osm is None else find_bounds(osm.ways.lonlat)
    demand = _load_people(plan, around, names, reading)
    groups = _load_groups(plan, demand, names, reading)
    tiers = tried(_load_tiers, plan, reading)
    committees = tried(_load_committees, plan, facilities, reading)
    # What is compared with towns waits until they can be read.
    if towns is not None or area is None or area.towns is None:
        tried(check_rules, plan, towns, tiers)
        tried(check_limits, plan, names)
    gates = _load_gates(plan, reading)
    candidates = _load_candidates(plan, names, reading)
    routes = read_route_tables(plan, reading)
    courses = tried(_load_courses, plan, committees, names, reading)
    if osm is None and (patient or not reading.errors or not has_map(plan)):
        osm = tried(_load_streets, plan, reading, cache)
    known = tried(_load_known, plan, reading)
    if osm is None:
        return None
    return Inputs(
        plan=plan,
        osm=osm,
        facilities=NO_FACILITIES if facilities is None else facilities,
        demand=demand,
        boundary=boundary,
        towns=towns,
        hashes={} if reading.errors else hash_files(plan),
        # Two parts of a plan may read the same file, and note the same of it.
        notes=tuple(dict.fromkeys(reading.lines)),
        remarks=tuple(dict.fromkeys(reading.remarks)),
        tiers=tiers,
        committees=committees,
        default_rules=_load_default_rules(plan),
        groups=groups,
        gates=gates,
        candidates=candidates,
        routes=routes,
        known=known,
        courses=courses,
        seconds=time.perf_counter() - start,
    )


def _load_grid(plan: Plan, reading: PlanReading) -> None:
    """Read the control points of a city's own grid, if the plan names some."""
    if plan.control_points is not None:
        reading.lines.append(load_local_grid(plan.control_points)[1])


def _load_outline(
    plan: Plan, reading: PlanReading, cache: ArrayCache | None
) -> BaseGeometry | None:
    """Read the boundary."""
    boundary, outline, remarks = load_boundary(plan, cache=cache)
    reading.take(outline)
    reading.lines += remarks
    reading.remarks += remarks
    return boundary


def _load_towns(plan: Plan, reading: PlanReading) -> gpd.GeoDataFrame | None:
    """Read the towns, if the plan names them."""
    if plan.area is None or plan.area.towns is None:
        return None
    towns = load_polygons(plan.area.towns, kind="towns", crs=find_datum(plan, plan.area.towns_crs))
    reading.take(towns)
    return towns.rows.assign(tier=towns.rows.get("tier", ""))


def _load_facility_table(plan: Plan, reading: PlanReading) -> Table | None:
    """Read the facilities."""
    return reading.try_table(
        lambda: load_facilities(
            plan.facilities.table,
            crs=find_datum(plan, plan.facilities.crs),
            columns=plan.facilities.columns,
            levels={rule.level for rule in plan.rules},
        )
    )


def _load_streets(plan: Plan, reading: PlanReading, cache: ArrayCache | None) -> OsmExtract:
    """Read the map."""
    osm, remarks = load_map(plan, cache=cache)
    reading.lines += remarks
    return osm


def _load_known(plan: Plan, reading: PlanReading) -> BaseGeometry | None:
    """Read where all streets are in the data, if the plan names a file of it."""
    if plan.area is None or not isinstance(plan.area.known, Path):
        return None
    reading.take(outline := load_polygons(plan.area.known, name=None))
    return shapely.union_all(outline.rows.geometry.to_numpy())


def _load_people(
    plan: Plan, around: Bounds | None, towns: list[str], reading: PlanReading
) -> tuple[DemandInput, ...]:
    """Read what each [[demand]] names, of rasters what lies around; those that can be read."""
    columns = {group.column for group in plan.groups if group.column is not None}

    def load(part: Demand) -> DemandInput:
        """Read one of them."""
        return load_demand(part, columns, around, datum=find_datum(plan, part.crs), towns=towns)

    demand = []
    for part in plan.demand:
        # Where neither boundary nor streets can be read, nobody knows which cells are asked for.
        found = None if part.raster and around is None else reading.try_part(load, part)
        if found is not None:
            reading.take(found.points if found.totals is None else found.totals)
            reading.take(found.polygons)
            reading.take(found.classes)
            reading.lines += [] if found.raster is None else found.raster.notes
            demand.append(found)
    return tuple(demand)


def _load_groups(
    plan: Plan, demand: Sequence[DemandInput], towns: list[str], reading: PlanReading
) -> tuple[GroupInput, ...]:
    """Read what each of the [[groups]] names; those that can be read."""
    parts = [(part.points, part.totals) for part in demand]

    def load(group: Group) -> GroupInput:
        """Read one of them."""
        found, lines = load_group(plan, group, parts, towns=towns)
        reading.take(found.towns)
        reading.lines += lines
        return found

    # What is read of the people waits until all of them can be.
    whole = len(demand) == len(plan.demand)
    asked = [group for group in plan.groups if whole or group.column is None]
    return tuple(one for group in asked if (one := reading.try_part(load, group)) is not None)


def _load_tiers(plan: Plan, reading: PlanReading) -> gpd.GeoDataFrame | None:
    """Read the polygons of tiers, if the plan names them."""
    if plan.area is None or plan.area.tiers is None:
        return None
    reading.take(table := load_tiers(plan.area.tiers))
    return table.rows


def _load_committees(
    plan: Plan, facilities: Table | None, reading: PlanReading
) -> gpd.GeoDataFrame | None:
    """Read the polygons of committees, if the plan names them."""
    if plan.area is None or plan.area.committees is None:
        return None
    reading.take(table := load_committees(plan.area.committees, facilities))
    return table.rows


def _load_gates(plan: Plan, reading: PlanReading) -> Table | None:
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


def _load_candidates(plan: Plan, known: list[str], reading: PlanReading) -> Table | None:
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


def _load_courses(
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


def _load_default_rules(plan: Plan) -> tuple[Rule, ...]:
    """Return the default rules that the plan leaves standing."""
    if not plan.service.default_rules:
        return ()
    own = {rule.id for rule in plan.rules}
    return tuple(rule for rule in load_rules(data_folder() / "rules.toml") if rule.id not in own)
