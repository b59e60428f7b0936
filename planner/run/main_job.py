"""The main job: from what a plan names to layers, figures and their provenance."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.coverage.breakdowns import Figures, find_figures
from planner.coverage.committees import committee_table, domain_table
from planner.coverage.completeness import completeness
from planner.coverage.counting import (
    check_targets,
    coverage_table,
    facility_loads,
    straight_metres,
)
from planner.coverage.draws import draws_of
from planner.coverage.facilities import place_facilities
from planner.coverage.groups import group_people
from planner.coverage.people import People, place_people
from planner.coverage.questions import Judged, Question, Walks, judge_units
from planner.coverage.rules import (
    AskedRules,
    RuleChecks,
    ask_rules,
    check_rules,
    rule_questions,
)
from planner.coverage.uncertainty import Repeats, repeat_verdicts
from planner.coverage.verdict_table import Verdicts, find_verdicts, usual_questions
from planner.crs import to_wgs84
from planner.gaps.definition import gap_members, join_distances
from planner.gaps.gate_gains import GateGains, find_gate_gains
from planner.gaps.ranges import gap_ranges
from planner.gaps.table import find_gaps, find_unknown_areas
from planner.gaps.way_out import route_gaps
from planner.network import WalkNetwork
from planner.network.area import StudyArea, layer_to_metric, study_area
from planner.network.landmarks import find_landmarks
from planner.network.stored import network_of_plan
from planner.plan.profiles import fastest
from planner.plan.services import moment_notes
from planner.run.layers import area_layer, backdrop_layer, isochrone_layer
from planner.run.provenance import provenance_of, warnings_of
from planner.run.summary import (
    build_summary,
    summary_of_repeats,
    table_with_notice,
    with_notice,
)
from planner.run.wall_layers import barrier_layer, compound_layer, gate_layer
from planner.sources.cache import ArrayCache
from planner.sources.inputs import Inputs
from planner.sources.tables import Table, dropped_rows
from planner.stages import Progress, Stages, give_back_memory
from planner.travel.canvas import Canvas, prepare_canvas
from planner.travel.minutes import points_of
from planner.travel.streets import AccessRules, Streets, prepare_streets


@dataclass(frozen=True)
class Result:
    """What a run found.

    layers : the layers of result.gpkg, EPSG:4326.
    tables : its tables without geometry.
    summary : the content of summary.json.
    provenance : the content of run.json but for versions and the hashes of the outputs.
    network : the streets, for further questions.
    """

    inputs: Inputs
    layers: dict[str, gpd.GeoDataFrame]
    tables: dict[str, pd.DataFrame]
    summary: dict[str, Any]
    provenance: dict[str, Any]
    network: WalkNetwork


@dataclass(frozen=True, eq=False)
class _Case:
    """What a run computes with, all of it in the metric CRS.

    zones : all of the extract; streets : in the plan's profile; table, facilities : as from
    `place_facilities`; groups : people of each group at each unit.
    """

    inputs: Inputs
    area: StudyArea
    zones: gpd.GeoDataFrame
    network: WalkNetwork
    streets: Streets
    table: Table
    facilities: gpd.GeoDataFrame
    people: People
    groups: pd.DataFrame
    notes: list[str]

    @property
    def counting(self) -> gpd.GeoDataFrame:
        """The facilities that count."""
        return self.facilities[self.facilities["counts"]]


@dataclass(frozen=True, eq=False)
class _Answers:
    """Who walks how long, what the rules and the plan ask of whom, and the plan's own verdicts."""

    walks: Walks
    rules: AskedRules
    questions: dict[Question, NDArray[np.bool_]]
    judged: Judged


@dataclass(frozen=True, eq=False)
class _Found:
    """What follows from the answers; layers in the metric CRS."""

    coverage: pd.DataFrame
    checks: list[dict[str, Any]]
    facilities: gpd.GeoDataFrame
    figures: Figures
    ruled: RuleChecks
    domains: pd.DataFrame
    committees: gpd.GeoDataFrame | None
    verdicts: Verdicts
    repeats: Repeats | None
    gaps: gpd.GeoDataFrame
    unknown: gpd.GeoDataFrame
    routes: gpd.GeoDataFrame
    gains: GateGains
    compounds: gpd.GeoDataFrame
    demand: gpd.GeoDataFrame
    completeness: dict[str, Any]


def run_plan(
    inputs: Inputs, progress: Progress | None = None, *, cache: ArrayCache | None = None
) -> Result:
    """Find who can walk to a facility within the cutoff, who cannot, and why.

    Parameters
    ----------
    inputs
        From `load_inputs`.
    progress
        Told about every stage as it goes.
    cache
        Where built networks are kept, see `user_cache`; None builds anew.

    Raises
    ------
    PlannerError
        If there are no streets, facilities or people to work with.
    """
    stages = Stages(progress)
    case = _gather(inputs, stages, cache)
    answers = _answer(case, stages)
    canvas = prepare_canvas(case.streets)  # before other threads look into the same polygons
    # Drawing is compiled code and what follows is not: they share two cores without waiting.
    with ThreadPoolExecutor(1) as beside:
        drawing = beside.submit(_isochrones, case, canvas, stages)
        found = _find(case, answers, stages)
        bands = drawing.result()
    plan, layers = inputs.plan, _layers(case, found, bands)
    warnings = [*case.notes, *found.ruled.notes]
    summary = build_summary(
        plan,
        layers,
        found.coverage,
        checks=found.checks + found.ruled.checks,
        domains=found.domains,
        figures=found.figures,
        completeness=found.completeness,
        uncertainty=summary_of_repeats(
            plan, answers.judged.demand, found.repeats, found.gaps, case.area.town_names
        ),
        openings=found.gains.counted,
        warnings=warnings,
        invented_streets=inputs.osm.invented,
    )
    dropped = [
        *dropped_rows(case.table), *case.people.dropped,
        *dropped_rows(inputs.gates), *dropped_rows(inputs.candidates),
    ]  # fmt: skip
    provenance = provenance_of(inputs, case.area, case.streets.profile, dropped, warnings, stages)
    tables = {"verdicts": table_with_notice(found.verdicts.table, plan)}
    return Result(inputs, layers, tables, summary, provenance, case.network)


def _gather(inputs: Inputs, stages: Stages, cache: ArrayCache | None) -> _Case:
    """Put streets, facilities and people together."""
    plan = inputs.plan
    profile = plan.profile_named(plan.service.profile)
    with stages("streets"):
        area = study_area(inputs, fastest(plan.judged_profiles))
        zones = inputs.osm.zones.to_crs(area.crs)
        network = network_of_plan(inputs, area.crs, area.with_ring, cache)
        access = AccessRules(plan.network.access_limit_m, plan.network.access_detour)
        streets = prepare_streets(network, profile, access)
    with stages("people"):
        table, facilities = place_facilities(inputs, streets, area)
        people = place_people(inputs, area, zones)
        groups = group_people(people.units, people.table, inputs.groups, area.town_names)
    notes = [
        *inputs.notes,
        *warnings_of(inputs, network, facilities, area),
        *people.notes,
        *groups.notes,
        *moment_notes(facilities[facilities["counts"]], plan.asked_moments),
    ]
    return _Case(
        inputs, area, zones, network, streets, table, facilities, people, groups.people, notes
    )


def _answer(case: _Case, stages: Stages) -> _Answers:
    """Ask everybody how long they walk, and judge them in the plan's profile."""
    plan, counting, units = case.inputs.plan, case.counting, case.people.units
    with stages("minutes"):
        walks = Walks(case.network, case.streets.access, counting, units, case.area.data)
        rules = ask_rules(case.inputs, counting, units, case.area)
        usual = dict.fromkeys(usual_questions(plan), np.ones(len(units), dtype=bool))
        questions = usual | rule_questions(rules, plan) | usual  # everyone is asked these
        walks.prepare_answers(list(questions))
        walks.forget_shut_gates()
        judged = judge_units(
            walks, case.streets.profile, counting, units, plan.service.cutoffs_minutes
        )
        give_back_memory()
    return _Answers(walks, rules, questions, judged)


def _find(case: _Case, answers: _Answers, stages: Stages) -> _Found:
    """Count the people by what was answered, and find gaps, their causes and what would help."""
    plan, service, counting = case.inputs.plan, case.inputs.plan.service, case.counting
    profile, towns = case.streets.profile, case.area.town_names
    walks, judged = answers.walks, answers.judged
    with stages("coverage"):
        coverage = coverage_table(judged.demand, judged.verdicts, towns)
        checks = check_targets(
            coverage,
            {str(kind): target for kind, target in service.targets.items()},
            cutoff_minutes=service.cutoffs_minutes[-1],
            profile=profile.name,
        )
        facilities = _with_loads(case.facilities, judged, coverage)
        figures = find_figures(plan, walks, judged.demand, counting, case.groups, towns)
    with stages("rules"):
        ruled = check_rules(answers.rules, walks, plan, counting, judged.demand, towns)
        domains = domain_table(judged.demand, counting, judged.pairs)
        committees = _committees(case, walks, judged)
    with stages("verdicts"):
        verdicts = find_verdicts(walks, judged.demand, counting, answers.questions)
        give_back_memory()
    repeats = _repeats(case, stages)
    with stages("gaps"):
        gaps, unknown, members = _gaps(case, judged, verdicts.causes[profile.name], repeats)
    with stages("gap routes"):
        routes = route_gaps(gaps, judged.demand, counting, case.streets)
    with stages("gate gains"):
        gains = _gate_gains(case, walks, judged)
    with stages("walls"):
        home = walks.of(profile).units.compound
        compounds = compound_layer(case.streets, judged.demand, home, case.area)
        ids = np.append(case.network.walls.compounds.id, "")
        demand = judged.demand.drop(columns=["weight", "cell"]).join(members)
        demand = demand.assign(compound_id=ids[home], only_at=figures.only_at)
        if repeats is not None:
            demand = demand.assign(covered_share=repeats.covered_share())
        lacking = completeness(case.network, case.area, judged.demand, facilities, compounds)
    return _Found(
        coverage, checks, facilities, figures, ruled, domains, committees, verdicts, repeats,
        gaps, unknown, routes, gains, compounds, demand.join([ruled.minutes, case.groups]), lacking,
    )  # fmt: skip


def _layers(case: _Case, found: _Found, bands: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of result.gpkg, EPSG:4326."""
    layers = {
        "areas": area_layer(case.area, case.inputs.plan.title),
        "facilities": found.facilities.drop(columns=["counts", "row"]),
        "isochrones": bands,
        "demand": found.demand,
        "gaps": found.gaps,
        "unknown_areas": found.unknown,
        "gap_routes": found.routes,
        "compounds": found.compounds,
        "gates": gate_layer(case.streets, case.area),
        "barriers": barrier_layer(case.streets, case.area),
        "gate_gains": found.gains.table,
        "walk_edges": case.network.to_edges(case.streets.profile),
        "zones": case.people.zones,
        "backdrop": backdrop_layer(case.inputs, case.area),
    }
    if found.committees is not None:
        layers["committees"] = found.committees
    plan = case.inputs.plan
    return {name: with_notice(to_wgs84(layer), plan) for name, layer in layers.items()}


def _isochrones(case: _Case, canvas: Canvas, stages: Stages) -> gpd.GeoDataFrame:
    """Draw where each facility that counts can be reached from, and all of them together."""
    with stages("isochrones"):
        cutoffs = case.inputs.plan.service.cutoffs_minutes
        return isochrone_layer(canvas, case.counting, cutoffs, stages)


def _with_loads(
    facilities: gpd.GeoDataFrame, judged: Judged, coverage: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Add what each facility carries; 0 for those that do not count."""
    counts = facilities["counts"].to_numpy()
    verdict = judged.demand["verdict"]
    loads = facility_loads(judged.demand, judged.nearest, verdict, judged.pairs, int(counts.sum()))
    last = coverage[coverage["cutoff_minutes"] == coverage["cutoff_minutes"].max()]
    covered = last[last["area"] == "all"].set_index("kind")["covered"]
    for kind in judged.demand["kind"].unique():  # everyone covered has one nearest facility
        nearest = loads[f"people_nearest_{kind}"].sum()
        assert np.isclose(nearest, covered[kind], rtol=1e-9), (kind, nearest, covered[kind])
    table = facilities.assign(**dict.fromkeys(loads.columns, 0.0))
    table.loc[counts, loads.columns] = loads.to_numpy()
    return table


def _repeats(case: _Case, stages: Stages) -> Repeats | None:
    """Repeat the verdicts over the ranges of the plan, None where it asks for no repeats."""
    plan = case.inputs.plan
    if plan.uncertainty.repeats == 0:
        return None
    with stages("uncertainty"):
        return repeat_verdicts(
            case.streets,
            draws_of(plan),
            points_of(case.counting, case.network, "facilities"),
            points_of(case.people.units, case.network, "demand"),
            data=case.area.data,
            cutoff_minutes=plan.service.cutoffs_minutes[-1],
            closed=~case.counting["open_to_outsiders"].to_numpy(dtype=bool),
            progress=lambda share: stages.report("uncertainty", share),
        )


def _gaps(
    case: _Case, judged: Judged, causes: pd.DataFrame, repeats: Repeats | None
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, pd.DataFrame]:
    """Find and name the gaps, and the areas that cannot be judged; gap_id, gap_join_m of units."""
    demand = judged.demand
    landmarks = find_landmarks(
        case.network,
        case.inputs.osm.ways,
        case.zones,
        case.inputs.osm.places.to_crs(case.area.crs),
        language=case.inputs.plan.language,
    )
    join_m = join_distances(demand, case.people.table, case.inputs.plan.service.gap_join_m)
    members = gap_members(demand, join_m)
    gaps = find_gaps(
        demand,
        members,
        join_m,
        straight_metres(demand, points_of(case.counting, case.network, "facilities")),
        causes,
        landmarks,
        towns=case.area.town_names,
    )
    names = ["people_low", "people_high", "runs_share"]
    if repeats is None:
        gaps = gaps.assign(**dict.fromkeys(names, np.nan))
    else:
        gaps = gaps.join(gap_ranges(demand, members["gap_id"], repeats), on="gap_id")
    unknown = find_unknown_areas(demand, join_m, landmarks)
    return gaps, unknown, members[["gap_id"]].assign(gap_join_m=join_m)


def _gate_gains(case: _Case, walks: Walks, judged: Judged) -> GateGains:
    """Say who would be served if a gate or a wall were opened, to the plan's own profile."""
    walk = walks.of(case.streets.profile)
    return find_gate_gains(
        walk.streets,
        walk.places,
        walk.units,
        judged.demand["minutes"].to_numpy(dtype=np.float64),
        demand=judged.demand,
        facility_ids=case.counting["facility_id"].to_numpy(dtype=object),
        towns=case.area.towns,
        cutoff_minutes=case.inputs.plan.service.cutoffs_minutes[-1],
    )


def _committees(case: _Case, walks: Walks, judged: Judged) -> gpd.GeoDataFrame | None:
    """Return the table of committees, None where the plan names none."""
    if case.inputs.committees is None:
        return None
    committees = layer_to_metric(case.inputs.committees, case.network.crs)
    walk = walks.of(case.streets.profile)
    cutoff = case.inputs.plan.service.cutoffs_minutes[-1]
    return committee_table(committees, judged.demand, case.counting, walk, cutoff)
