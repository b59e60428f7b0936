"""Candidate sites: those of the plan's table, buildings of public use, and street frontage."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.coverage.counting import GAP
from planner.coverage.facilities import OPEN, PLANNED
from planner.crs.array_types import Ints
from planner.network.landmarks import Landmarks
from planner.network.study_area import StudyArea
from planner.plan import KINDS, Plan
from planner.run import Result
from planner.run.going_on import to_result
from planner.siting.candidates.candidate_rows import (
    add_details,
    find_faults,
    mark_own_buildings,
    note_faults,
    put_rows_together,
    refuse_a_useless_table,
    rows_of_buildings,
    rows_of_frontage,
    rows_of_table,
    xy_of,
)
from planner.siting.candidates.criteria import (
    Around,
    left_out_column,
    measure_criteria,
    score_sites,
)
from planner.siting.candidates.street_frontage import find_faced_streets, place_on_frontage
from planner.sources.results import FinishedRun
from planner.travel.access import Access, join, take
from planner.travel.points import points_of
from planner.travel.streets import Streets


@dataclass(frozen=True, eq=False)
class CandidateSites:
    """Where new sites may be, and what was left out.

    sites : as `find_candidates` returns them.
    dropped : source, row (of the table, or the OSM id, or the site_id), reason.
    notes : what was left out, in figures, a line each.
    places, units : the sites, and the demand of the run, joined to its streets.
    """

    sites: gpd.GeoDataFrame
    dropped: pd.DataFrame
    notes: list[str]
    places: Access
    units: Access


@dataclass(frozen=True, eq=False)
class _SitingGround:
    """What candidates are sought on, metric CRS.

    staying : facilities that are open or planned; facilities : those of them that count.
    units : demand joined to the streets.
    """

    result: Result
    area: StudyArea
    streets: Streets
    demand: gpd.GeoDataFrame
    units: Access
    staying: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    landmarks: Landmarks

    @property
    def plan(self) -> Plan:
        """The plan of the run."""
        return self.result.inputs.plan


def find_candidates(result: Result | FinishedRun) -> gpd.GeoDataFrame:
    """Find the places where a new site may be.

    Parameters
    ----------
    result
        From `run_plan` or `load_result`; its plan says where candidates come from.

    Returns
    -------
    GeoDataFrame, metric CRS
        site_id, name, source (table, osm, frontage), action, cost, capacity (NaN where not known),
        domain, town, highway (class of the street it faces), Points. Every site joins a street,
        lies in the area, and neither in water nor on a motorway or railway. The table's sites come
        first, frontage last.

    Raises
    ------
    ArgumentError
        If it is no run.
    SourceError
        If no row of the plan's table can be used.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> candidates = planner.find_candidates(planner.run_plan(planner.load_inputs(town.plan)))
    >>> candidates["site_id"].tolist()
    ['C1', 'C2', 'C3', 'C4']
    """
    return gather_candidates(to_result(result)).sites


def gather_candidates(result: Result) -> CandidateSites:
    """Find candidate sites, and say what was left out; see `find_candidates`."""
    ground = _ground_of(result)
    plan = ground.plan
    tables, dropped = [], []
    if result.inputs.candidates is not None:
        rows, gone = rows_of_table(result.inputs.candidates, ground.area)
        tables.append(rows)
        dropped.append(gone)
    if plan.candidates.uses_osm:
        amenities = result.inputs.osm.amenities
        tables.append(rows_of_buildings(amenities, ground.area, ground.landmarks))
    if plan.candidates.uses_frontage:
        tables.append(_from_frontage(ground))
    sites = put_rows_together(tables, ground.area)
    places = join(ground.streets, xy_of(sites))
    # Faults are found before the criteria, which take long to measure for a site.
    barriers = result.inputs.osm.barriers.to_crs(ground.area.crs)
    reason = find_faults(sites.geometry.to_numpy(), places.joined, barriers)
    reason = mark_own_buildings(sites, reason, ground.staying)
    # Frontage was set out here and given by nobody: it is counted in the notes, not listed.
    bad = (reason != "") & (sites["source"] != "frontage").to_numpy()
    dropped.append(sites.loc[bad, ["source", "row"]].assign(reason=reason[bad]))
    if result.inputs.candidates is not None:
        refuse_a_useless_table(str(result.inputs.candidates.file), sites, reason)
    notes = note_faults(sites, reason)
    kept = np.flatnonzero(reason == "")
    places = take(places, kept)
    sites, helps = _measure(ground, sites.iloc[kept].reset_index(drop=True), places)
    score, idle = score_sites(sites, plan.candidates.weights, plan.service.cutoffs_minutes)
    notes += [f"candidates: no site has any {name} to be scored by" for name in idle]
    listed = pd.concat(dropped, ignore_index=True)[["source", "row", "reason"]]
    sites = sites.assign(score=score)
    return CandidateSites(sites, listed, notes, take(places, helps), ground.units)


def _measure(
    ground: _SitingGround, rows: gpd.GeoDataFrame, places: Access
) -> tuple[gpd.GeoDataFrame, Ints]:
    """Add details and criteria; frontage from which nobody left out is reached is none.

    Returns the sites, and which of the rows they are.
    """
    plan = ground.plan
    around = Around(
        ground.demand,
        ground.units,
        tuple(group.name for group in plan.groups),
        ground.facilities,
        ground.result.inputs.osm.amenities.to_crs(ground.area.crs),
    )
    # Only buildings of the map stand among the services themselves, under this id.
    own = rows["row"].where(rows["source"] == "osm", "").to_numpy(dtype=object)
    cutoffs = plan.service.cutoffs_minutes
    criteria = measure_criteria(ground.streets, places, around, cutoffs, own)
    left_out = [left_out_column(kind) for kind in KINDS if left_out_column(kind) in criteria]
    helps = (criteria[left_out].sum(axis=1) > 0).to_numpy()
    kept = np.flatnonzero((rows["source"] != "frontage").to_numpy() | helps)
    faced = np.full(len(rows), "", dtype=object)
    given = rows.get("highway", pd.Series(np.nan, index=rows.index))
    unknown = pd.isna(given).to_numpy()
    faced[unknown] = find_faced_streets(
        ground.streets.network, xy_of(rows)[unknown], plan.network.access_limit_m
    )
    sites = add_details(plan, ground.area.towns, rows, faced).join(criteria)
    return sites.iloc[kept].reset_index(drop=True), kept


def _ground_of(result: Result) -> _SitingGround:
    case = result.case
    demand = result.layers["demand"].to_crs(case.area.crs)
    return _SitingGround(
        result=result,
        area=case.area,
        streets=case.streets,
        demand=demand,
        units=join(case.streets, points_of(demand, case.network, "demand"), reached=True),
        # Not those of the layer: on the way to degrees and back places move by some nanometres,
        # and a site at a station would no longer be at it.
        staying=case.facilities[case.facilities["status"].isin([OPEN, PLANNED])],
        facilities=case.counting,
        landmarks=case.landmarks,
    )


def _from_frontage(ground: _SitingGround) -> gpd.GeoDataFrame:
    """Return the street frontage in and around the gaps."""
    plan, streets = ground.plan, ground.streets
    # Frontage lies along every street; a site there helps only where somebody is left out.
    left_out = (ground.demand["verdict"] == GAP) & (ground.demand["people"] > 0)
    table = place_on_frontage(
        streets.network,
        ground.area.polygon,
        xy_of(ground.demand[left_out.to_numpy()]),
        reach_m=streets.reach_m_per_min * plan.service.cutoffs_minutes[-1],
        step_m=plan.candidates.frontage_step_m,
    )
    return rows_of_frontage(table, ground.area, ground.landmarks)
