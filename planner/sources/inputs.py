"""Reads everything a plan names, once, before anything is computed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from planner.crs.frame import Bounds, find_bounds
from planner.errors import DemandError, PlanError, SourceError
from planner.plan import WHO_WORDS, Plan, Rule
from planner.sources._town_names import describe_unknown_town
from planner.sources.cache import ArrayCache
from planner.sources.candidate_table import load_candidates
from planner.sources.control_points import find_datum, load_local_grid
from planner.sources.demand_input import DemandInput, load_demand
from planner.sources.embedded import data_folder
from planner.sources.group_tables import GroupInput, load_groups
from planner.sources.hashes import hash_file
from planner.sources.load_map import find_street_file, hash_map, load_map
from planner.sources.osm.extract import OsmExtract
from planner.sources.plan_file import load_rules
from planner.sources.table_paths import list_parts, split_sheet
from planner.sources.tables import (
    Table,
    load_facilities,
    load_gates,
    load_polygons,
)


@dataclass(frozen=True)
class Inputs:
    """All that a run reads; everything in EPSG:4326.

    boundary : polygon of the study area, None where the plan has none.
    known : polygon where all streets are in the data, None where the plan names no file of it.
    towns : name, tier and polygons; tiers : tier and polygons that cut towns; committees : name,
        kind, facility_id and polygons; each None where the plan names none.
    groups : those of the plan with what their files say.
    gates : gate_id, name, hours, who and points; None where the plan names no table of gates.
    candidates : site_id, name, action, cost, capacity, domain, town and points; None where the
        plan names no table of candidate sites.
    rules : those of the plan; default_rules : those of the product that the plan does not replace.
    notes : what the reader should know of the files, a line each; remarks : those of them that say
        how a file was read.
    hashes : name of a file, see `name_files` -> SHA-256 of its content.
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
    known: BaseGeometry | None = None
    seconds: float = 0.0

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


@dataclass
class _Notes:
    """What is to be told of the files, and which of it says how they were read."""

    lines: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def take(self, table: Table | pd.DataFrame | None) -> None:
        """Add what is to be told of one table."""
        if isinstance(table, Table):
            self.lines += table.notes
            self.remarks += table.remarks
        elif table is not None:
            self.lines += table.attrs["notes"]
            self.remarks += table.attrs["remarks"]


def load_inputs(plan: Plan, *, cache: ArrayCache | None = None) -> Inputs:
    """Read the files of a plan; small ones first, so that a fault shows at once.

    Parameters
    ----------
    plan
        From `load_plan`.
    cache
        Where extracts once read are kept, see `user_cache`; None reads anew.

    Raises
    ------
    PlannerError
        If a file is missing or cannot be used: one line that says what, where and what to do.
    """
    start = time.perf_counter()
    notes = _Notes()
    if plan.control_points is not None:
        notes.lines.append(load_local_grid(plan.control_points)[1])
    boundary, towns = _load_area(plan, notes)
    facilities = load_facilities(
        plan.facilities.table,
        crs=find_datum(plan, plan.facilities.crs),
        columns=plan.facilities.columns,
        levels={rule.level for rule in plan.rules},
    )
    notes.take(facilities)
    if not plan.demand:
        raise DemandError("the plan names no [[demand]], so there is nobody to count; add one")
    names = [] if towns is None else towns["name"].tolist()
    read, around = None, None if boundary is None else boundary.bounds
    if around is None and any(part.raster for part in plan.demand):
        # Without a boundary only the streets tell which cells of a raster are asked for.
        read = load_map(plan, cache=cache)
        around = find_bounds(read[0].ways.lonlat)
    demand, groups = _load_people(plan, around, names, notes)
    tiers, committees = _load_parts(plan, facilities, notes)
    _check_rules(plan, towns, tiers)
    gates = _load_gates(plan, notes)
    candidates = _load_candidates(plan, names, notes)
    osm, remarks = load_map(plan, cache=cache) if read is None else read
    notes.lines += remarks
    known = _load_known(plan, notes)
    return Inputs(
        plan=plan,
        osm=osm,
        facilities=facilities,
        demand=demand,
        boundary=boundary,
        towns=towns,
        hashes=_hash_files(plan),
        # Two parts of a plan may read the same file, and note the same of it.
        notes=tuple(dict.fromkeys(notes.lines)),
        remarks=tuple(dict.fromkeys(notes.remarks)),
        tiers=tiers,
        committees=committees,
        default_rules=_load_default_rules(plan),
        groups=groups,
        gates=gates,
        candidates=candidates,
        known=known,
        seconds=time.perf_counter() - start,
    )


def _load_area(plan: Plan, notes: _Notes) -> tuple[BaseGeometry | None, gpd.GeoDataFrame | None]:
    """Read boundary and towns."""
    boundary, outline = load_boundary(plan)
    if outline is not None:
        notes.take(outline)
    if plan.area is None or plan.area.towns is None:
        return boundary, None
    towns = load_polygons(plan.area.towns, kind="towns", crs=find_datum(plan, plan.area.towns_crs))
    notes.take(towns)
    rows = towns.rows
    return boundary, rows.assign(tier=rows.get("tier", ""))


def _load_known(plan: Plan, notes: _Notes) -> BaseGeometry | None:
    """Read where all streets are in the data, if the plan names a file of it."""
    if plan.area is None or not isinstance(plan.area.known, Path):
        return None
    outline = load_polygons(plan.area.known, name=None)
    notes.take(outline)
    return shapely.union_all(outline.rows.geometry.to_numpy())


def load_boundary(plan: Plan) -> tuple[BaseGeometry | None, Table | None]:
    """Read the outline of the study area, or look it up by its name.

    Returns
    -------
    Polygon or MultiPolygon, EPSG:4326, None where the plan has no area; and the file it is from,
    None where it was looked up.

    Raises
    ------
    SourceError
        If the file cannot be used, or the place is not found.
    """
    if plan.area is None:
        return None, None
    if plan.area.boundary is not None:
        outline = load_polygons(plan.area.boundary, name=None, crs=find_datum(plan, plan.area.crs))
        # A district may come in several polygons, which are one area.
        return shapely.union_all(outline.rows.geometry.to_numpy()), outline
    if plan.area.place is None:  # the plan says no more of the area than what is known
        return None, None
    from planner.sources.place import fetch_place

    return fetch_place(plan.area.place, plan.fetch).outline, None


def _load_people(
    plan: Plan, around: Bounds | None, towns: list[str], notes: _Notes
) -> tuple[tuple[DemandInput, ...], tuple[GroupInput, ...]]:
    """Read what each [[demand]] and each of the [[groups]] names; of rasters what lies around."""
    columns = {group.column for group in plan.groups if group.column is not None}
    demand = tuple(
        load_demand(part, columns, around, datum=find_datum(plan, part.crs), towns=towns)
        for part in plan.demand
    )
    for part in demand:
        notes.take(part.points if part.totals is None else part.totals)
        notes.take(part.polygons)
        notes.lines += [] if part.raster is None else part.raster.notes
    groups, lines = load_groups(plan, [(part.points, part.totals) for part in demand], towns=towns)
    for group in groups:
        notes.take(group.towns)
    notes.lines += lines
    return demand, groups


def _load_parts(
    plan: Plan, facilities: Table, notes: _Notes
) -> tuple[gpd.GeoDataFrame | None, gpd.GeoDataFrame | None]:
    """Read the polygons of tiers and of committees."""
    if plan.area is None:
        return None, None
    tiers = committees = None
    if plan.area.tiers is not None:
        table = load_polygons(plan.area.tiers, name=None, kind="tiers")
        notes.take(table)
        tiers = table.rows
        if "tier" not in tiers:
            raise SourceError(f"{plan.area.tiers}: no column 'tier'; add it")
    if plan.area.committees is not None:
        table = load_polygons(plan.area.committees, kind="committees")
        notes.take(table)
        own = table.rows.get("facility_id", pd.Series("", index=table.rows.index))
        unplaced = own.isin(facilities.unplaced_ids)  # it has a station, though nobody knows where
        named = {"kind": table.rows.get("kind", ""), "facility_id": own, "own_unplaced": unplaced}
        committees = table.rows.assign(**named)
        known = {*facilities.rows["facility_id"], *facilities.unplaced_ids, ""}
        for row, name in zip(committees["row"], committees["facility_id"], strict=True):
            if name not in known:
                raise SourceError(
                    f"{plan.area.committees}: row {row}: facility_id {name!r} is not in "
                    f"{facilities.file}; correct it or leave it empty"
                )
    return tiers, committees


def _load_gates(plan: Plan, notes: _Notes) -> Table | None:
    """Read the table of gates; the profiles it names are those of the plan."""
    path = plan.network.gates
    if path is None:
        return None
    gates = load_gates(
        path,
        crs=find_datum(plan, plan.network.gates_crs),
        columns=plan.network.gates_columns,
        profiles=[profile.name for profile in plan.profiles],
    )
    notes.take(gates)
    # Not where the table is read: only the plan knows which profiles there are.
    for row, who in zip(gates.rows["row"], gates.rows["who"], strict=True):
        for name in who.split(";") if who not in WHO_WORDS else ():
            try:
                plan.profile_named(name)
            except PlanError as error:
                words = ", ".join(WHO_WORDS)
                raise SourceError(f"{path}: row {row}: who: {error}; or give {words}") from None
    return gates


def _load_candidates(plan: Plan, known: list[str], notes: _Notes) -> Table | None:
    """Read the table of candidate sites; it and the limits name towns that are known."""
    # Before the table, as limits are of sites of the map as well.
    for number, limit in enumerate(plan.candidates.limits, start=1):
        if limit.town is not None and limit.town not in known:
            raise PlanError(
                f"candidates.limits[{number}].town: {describe_unknown_town(limit.town, known)}"
            )
    path = plan.candidates.table
    if path is None:
        return None
    table = load_candidates(
        path,
        crs=find_datum(plan, plan.candidates.crs),
        columns=plan.candidates.columns,
        towns=known,
    )
    notes.take(table)
    if len(table.dropped):
        notes.lines.append(
            f"{path.name}: {len(table.dropped)} rows are no candidate sites; run.json lists them"
        )
    for row, town in zip(table.rows["row"], table.rows["town"], strict=True):
        if known and town and town not in known:
            raise SourceError(f"{path}: row {row}: {describe_unknown_town(town, known)}")
    return table


def _check_rules(
    plan: Plan, towns: gpd.GeoDataFrame | None, tiers: gpd.GeoDataFrame | None
) -> None:
    """Refuse a rule of the plan for a tier that no town and no tier polygon has."""
    known = {tier for layer in (towns, tiers) if layer is not None for tier in layer["tier"]} - {""}
    # The default rules are not asked: their tiers need not occur in a plan.
    for rule in plan.rules:
        if rule.tier not in known:
            allowed = ", ".join(sorted(known))
            raise PlanError(
                f"rules: {rule.id}: no town has the tier {rule.tier!r}; "
                + (f"give {allowed}" if known else "give towns a column 'tier' in area.towns")
            )


def _load_default_rules(plan: Plan) -> tuple[Rule, ...]:
    """Return the default rules that the plan leaves standing."""
    if not plan.service.default_rules:
        return ()
    own = {rule.id for rule in plan.rules}
    return tuple(rule for rule in load_rules(data_folder() / "rules.toml") if rule.id not in own)


def list_files(plan: Plan) -> set[Path]:
    """Return every file that is read for the plan: of a shapefile those beside it as well."""
    tables = _list_tables(plan)
    streets = find_street_file(plan)
    if streets is not None:
        tables = tables | {streets}
    # The extract is one file; streets that stand in its place may be several.
    extract = set() if streets == plan.network.osm else {plan.network.osm}
    return extract | {part for path in tables for part in list_parts(path)}


def _list_tables(plan: Plan) -> set[Path]:
    """Return the path of every table and layer as the plan names it, with # and a sheet or not."""
    area = plan.area
    paths = {plan.facilities.table}
    paths |= {path for part in plan.demand for path in (part.file, part.town_totals) if path}
    optional = (plan.network.gates, plan.candidates.table, plan.control_points)
    paths |= {path for path in optional if path is not None}
    tables = [group.table for group in plan.groups]
    paths |= {table for table in tables if table is not None}
    if area is not None:
        parts = (area.boundary, area.towns, area.tiers, area.committees, area.known)
        paths |= {path for path in parts if isinstance(path, Path)}
    return paths


def name_files(plan: Plan) -> dict[Path, str]:
    """Name every file of a plan without telling where on this machine the plan lies.

    Returns
    -------
    dict
        Path -> as seen from the plan's folder, or for a file elsewhere that the plan names in full
        its name, with so many of its folders as tell it apart. A path with # and a sheet has a name
        too: that of its file with the same behind it.
    """
    # Sorted, as a name depends on those given before it, and a set has no order.
    files = sorted(list_files(plan))
    names = {path: seen for path in files if (seen := _shorten_path(plan.folder, path)) is not None}
    for path in files:
        if path not in names:
            tails = (Path(*path.parts[-n:]).as_posix() for n in range(1, len(path.parts) + 1))
            names[path] = next(tail for tail in tails if tail not in names.values())
    for path in _list_tables(plan):
        file, sheet = split_sheet(path)
        if sheet:
            names[path] = f"{names[file]}#{sheet}"
    return names


def _shorten_path(folder: Path, path: Path) -> str | None:
    """Return a path as seen from a folder, None if it is named in full and lies elsewhere."""
    if path.is_relative_to(folder):  # as the plan says it, if only as ../data
        return path.relative_to(folder).as_posix()
    inside, whole = path.absolute(), folder.absolute()
    return inside.relative_to(whole).as_posix() if inside.is_relative_to(whole) else None


def _hash_files(plan: Plan) -> dict[str, str]:
    """Return the SHA-256 of every file the plan names, by its name in `name_files`."""
    names = name_files(plan)
    return {names[path]: hash_file(path) for path in sorted(list_files(plan))}
