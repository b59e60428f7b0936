"""Reads everything a plan names, once, before anything is computed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from planner.crs.array_types import Floats
from planner.crs.frame import Bounds, find_bounds
from planner.errors import ArgumentError, PlannerError
from planner.plan import Plan, Rule
from planner.rounding import AskedCutoffs
from planner.showing import Brief, join_facts, shorten
from planner.sources._cross_checks import (
    check_demand,
    check_limits,
    check_rules,
)
from planner.sources._further_tables import FurtherTables, read_further
from planner.sources._geo_table import NO_FACILITIES
from planner.sources._plan_parts import (
    begin_heights,
    join_groups,
    list_default_rules,
    read_candidates,
    read_committees,
    read_elevation,
    read_facilities,
    read_gates,
    read_grid,
    read_groups,
    read_known,
    read_outline,
    read_people,
    read_streets,
    read_tiers,
    read_towns,
)
from planner.sources._plan_reading import PlanReading
from planner.sources.cache import ArrayCache
from planner.sources.condition_files import ClosedPlaces, KnownWays, read_conditions
from planner.sources.course_tables import CourseTables
from planner.sources.demand_input import DemandInput
from planner.sources.demand_told import DemandTold
from planner.sources.elevation import Elevation
from planner.sources.group_tables import GroupInput
from planner.sources.load_map import has_map, hash_map
from planner.sources.osm.extract import OsmExtract
from planner.sources.plan_files import hash_files, list_files, name_files
from planner.sources.route_tables import RouteTables
from planner.sources.tables import Table


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
    elevation : heights around the streets; None where the plan names no raster of them.
    courses : orders, courses and teachers; None where the plan has no `[courses]`.
    closed : what the files of each of the `[[conditions]]` close.
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
    elevation: Elevation | None = None
    closed: tuple[ClosedPlaces, ...] = ()
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


def load_inputs(plan: Plan, *, cache: ArrayCache | None = None, further: bool = True) -> Inputs:
    """Read the files of a plan; small ones first, so that a fault shows at once.

    Parameters
    ----------
    cache
        Where extracts once read are kept, see `user_cache`; None reads anew.
    further
        False: tables of routes and courses are left out, which neither coverage nor sites need.

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
    inputs = _read(plan, reading, cache, patient=False, further=further)
    reading.stop()
    assert inputs is not None  # a map that cannot be read has been raised
    return inputs


def load_inputs_beside(
    plan: Plan,
    osm: OsmExtract,
    *,
    people: bool,
    ways: KnownWays | None = None,
    seen: Floats | None = None,
    told: Sequence[DemandTold] | None = None,
) -> Inputs:
    """Read the files of a plan beside a map that is read already: the whole, or a part of it.

    Parameters
    ----------
    osm
        In place of the map that the plan names.
    people
        False: tables of people, groups, candidates, routes and courses are left out.
    ways
        All that are streets in the whole map, by which rows of `[[conditions]]` are dropped; None:
        all rows are taken.
    seen
        Places of all streets of the whole map, degrees (n, 2), by which cells of rasters are asked
        for where the plan has no boundary; None: those of `osm`.
    told
        From `load_one_demand`, of each [[demand]], none of which is read again or returned.

    Returns
    -------
    Inputs
        Without hashes and heights.

    Raises
    ------
    PlannerError
        As `load_inputs`.
    """
    reading = PlanReading()
    inputs = _read(
        plan, reading, None, patient=False, osm=osm, people=people, ways=ways, seen=seen, told=told
    )
    reading.stop()
    assert inputs is not None  # its map is given
    return inputs


def load_candidates_of(plan: Plan, towns: list[str]) -> Table | None:
    """Read the table of candidate sites of a plan, None where it names none.

    towns : names of those of the plan.

    Raises
    ------
    PlannerError
        As `load_inputs`.
    """
    reading = PlanReading()
    table = reading.try_part(read_candidates, plan, towns, reading)
    reading.stop()
    return table


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
    plan: Plan,
    reading: PlanReading,
    cache: ArrayCache | None,
    *,
    patient: bool = True,
    osm: OsmExtract | None = None,
    people: bool = True,
    further: bool = True,
    ways: KnownWays | None = None,
    seen: Floats | None = None,
    told: Sequence[DemandTold] | None = None,
) -> Inputs | None:
    """Read one part of a plan after the other; None where its map could not be read.

    Unless it is patient, a map that is there is not read once a fault was found. One that is given
    is not read at all, and nothing is hashed then. For `people`, `ways`, `seen` and
    `told` see `load_inputs_beside`, for `further` see `load_inputs`.
    """
    start, tried = time.perf_counter(), reading.try_part
    begun = begin_heights(plan, cache) if osm is None else None
    tried(read_grid, plan, reading)
    boundary = tried(read_outline, plan, reading, cache)
    towns = tried(read_towns, plan, reading)
    facilities = read_facilities(plan, reading)
    tried(check_demand, plan)
    names = [] if towns is None else towns["name"].tolist()
    hashed = osm is None
    around = None if boundary is None else boundary.bounds
    if around is None and (patient or not reading.errors) and any(p.raster for p in plan.demand):
        # Without a boundary only the streets tell which cells of a raster are asked for.
        osm = osm or tried(read_streets, plan, reading, cache)
        around = find_extent(osm, seen)
    demand, groups = _read_demand(plan, around, names, reading, told) if people else ((), ())
    tiers, committees = _read_polygons(plan, towns, facilities, reading)
    gates = read_gates(plan, reading)
    asked = FurtherTables()
    if people:
        asked = read_further(plan, committees, names, reading, further=further)
    if osm is None and (patient or not reading.errors or not has_map(plan)):
        osm = tried(read_streets, plan, reading, cache)
    known = tried(read_known, plan, reading)
    elevation = None
    if hashed:
        elevation = tried(read_elevation, plan, boundary, osm, reading, cache, begun)
    closed = read_conditions(plan, osm.ways if hashed and osm is not None else ways, reading)
    if osm is None:
        return None
    return Inputs(
        plan=plan,
        osm=osm,
        facilities=NO_FACILITIES if facilities is None else facilities,
        demand=demand,
        boundary=boundary,
        towns=towns,
        hashes=hash_files(plan) if hashed and not reading.errors else {},
        # Two parts of a plan may read the same file, and note the same of it.
        notes=tuple(dict.fromkeys(reading.lines)),
        remarks=tuple(dict.fromkeys(reading.remarks)),
        tiers=tiers,
        committees=committees,
        default_rules=list_default_rules(plan),
        groups=groups,
        gates=gates,
        candidates=asked.candidates,
        routes=asked.routes,
        known=known,
        courses=asked.courses,
        elevation=elevation,
        closed=closed,
        seconds=time.perf_counter() - start,
    )


def _read_demand(
    plan: Plan,
    around: Bounds | None,
    towns: list[str],
    reading: PlanReading,
    told: Sequence[DemandTold] | None,
) -> tuple[tuple[DemandInput, ...], tuple[GroupInput, ...]]:
    """Read the people of a plan, unless each [[demand]] was read alone, and their groups."""
    if told is not None:
        return (), join_groups(plan, told, towns, reading)
    demand = read_people(plan, around, towns, reading)
    return demand, read_groups(plan, demand, towns, reading)


def find_extent(osm: OsmExtract | None, seen: Floats | None) -> Bounds | None:
    """Return the box round the streets that were seen, else round those of the map; None: none."""
    places = seen if seen is not None else None if osm is None else osm.ways.lonlat
    return None if places is None or not len(places) else find_bounds(places)


def _read_polygons(
    plan: Plan, towns: gpd.GeoDataFrame | None, facilities: Table | None, reading: PlanReading
) -> tuple[gpd.GeoDataFrame | None, gpd.GeoDataFrame | None]:
    """Read the tiers and the committees of a plan, and check what it says of tiers and towns."""
    tiers = reading.try_part(read_tiers, plan, reading)
    committees = reading.try_part(read_committees, plan, facilities, reading)
    # What is compared with towns waits until they can be read.
    if towns is not None or plan.area is None or plan.area.towns is None:
        reading.try_part(check_rules, plan, towns, tiers)
        reading.try_part(check_limits, plan, [] if towns is None else towns["name"].tolist())
    return tiers, committees
