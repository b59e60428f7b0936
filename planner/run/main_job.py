"""The main job: from a plan put together to layers, figures and their provenance."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.case import Case, build_case
from planner.coverage.classes import CLASS, count_gap_classes
from planner.coverage.uncertainty import count_repeats
from planner.coverage.under_conditions import list_open_under
from planner.crs import to_wgs84
from planner.gaps.gaps_by_choice import find_gaps_by_choice, list_open_facilities
from planner.gaps.left_out import LeftOut, find_left_out
from planner.network import WalkNetwork
from planner.plan.moments import Moment
from planner.plan.profiles import WalkProfile
from planner.run.answers_to_compare import keep_answers
from planner.run.covered import Covered, Judgement, count_covered, judge_everybody
from planner.run.demand_layer import build_demand_layer
from planner.run.layers import (
    build_area_layer,
    build_backdrop_layer,
    build_isochrone_layer,
    build_landmark_layer,
)
from planner.run.provenance import build_provenance
from planner.run.summary import (
    build_summary,
    summarise_repeats,
    table_with_notice,
    with_notice,
)
from planner.run.wall_layers import build_barrier_layer, build_gate_layer
from planner.run.whatif_data import find_whatif_data
from planner.showing import Shown, say_run
from planner.sources.cache import ArrayCache
from planner.sources.inputs import Inputs
from planner.sources.whatif_file import WhatIfData
from planner.stages import Progress, Stages, give_back_memory
from planner.travel.canvas import Canvas, prepare_canvas
from planner.travel.streets import Streets


# Compared by identity: tables have no single answer to ==.
@dataclass(frozen=True, eq=False)
class Result(Shown):
    """What a run found.

    case : the plan as it was put together, for further questions.
    layers : the layers of result.gpkg, EPSG:4326.
    tables : its tables without geometry.
    summary : the content of summary.json.
    provenance : the content of run.json but for versions and the hashes of the outputs.
    whatif : by which a page judges scenarios itself; None where the longer of two
        walks counts, and for a run of an older version.

    Examples
    --------
    >>> import planner
    >>> result = planner.run_plan(planner.load_inputs(planner.load_example().plan))
    >>> result
    Result('example', invented data, residential 75.0% (75.0%-75.0%) within 15 min, 2 gaps, ...)
    >>> homes = result.layers["demand"].set_index("demand_id")
    >>> found = planner.nearest_facility(result.streets, result.serving_facilities, homes)
    >>> bool((found["minutes"] - homes["minutes"]).abs().max() < 1e-9)
    True
    >>> result.streets_of("elderly").profile.speed_kmh
    2.9
    """

    case: Case
    layers: dict[str, gpd.GeoDataFrame]
    tables: dict[str, pd.DataFrame]
    summary: dict[str, Any]
    provenance: dict[str, Any]
    whatif: WhatIfData | None

    def __repr__(self) -> str:
        return say_run(self, self.summary, self.provenance)

    @property
    def inputs(self) -> Inputs:
        """What the plan names, as it was read."""
        return self.case.inputs

    @property
    def network(self) -> WalkNetwork:
        """The streets of area and ring."""
        return self.case.network

    @property
    def streets(self) -> Streets:
        """The streets as the run walked them: profile, access limit and detour, walls."""
        return self.case.streets

    def streets_of(
        self,
        profile: str | WalkProfile | None = None,
        moment: str | Moment | None = None,
        *,
        condition: str | None = None,
    ) -> Streets:
        """Prepare the streets for another profile, moment or condition; see `Case.streets_of`."""
        return self.case.streets_of(profile, moment, condition=condition)

    @property
    def serving_facilities(self) -> gpd.GeoDataFrame:
        """The facilities that decide the verdicts, index `facility_id`, metric CRS.

        Those that are open and whose place is confirmed, of area and ring.
        """
        return self.case.serving_facilities


def run_plan(
    inputs: Inputs, *, progress: Progress | None = None, cache: ArrayCache | None = None
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

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> result = planner.run_plan(planner.load_inputs(town.plan))
    >>> demand = result.layers["demand"].set_index("demand_id")
    >>> demand.loc[["residential:H1", "residential:H9"], ["minutes", "verdict"]].round(1)
                    minutes  verdict
    demand_id
    residential:H1      6.0  covered
    residential:H9     24.0      gap
    """
    stages = Stages(progress)
    return run_case(build_case(inputs, stages, cache=cache), stages, cache=cache)


def run_case(case: Case, stages: Stages, *, cache: ArrayCache | None = None) -> Result:
    """Run a plan that is put together already, see `run_plan`."""
    with stages("people"):
        # To ask is to work out facilities and people: what is wrong with them stops the run here.
        notes, dropped = case.notes, case.dropped
    judgement = judge_everybody(case, stages)
    found = _find_beside_drawing(case, judgement, stages, cache)
    covered, left_out = found.covered, found.left_out
    demand = build_demand_layer(
        case,
        judgement,
        left_out.members,
        only_at=covered.figures.only_at,
        score=covered.competition.score,
        level_minutes=covered.ruled.minutes,
        repeats=covered.repeats,
    )
    layers = _build_layers(case, covered, left_out, demand, found.bands)
    with stages("what-if"):
        # A page follows one direction: where the longer of two walks counts it tries nothing.
        both_ways = case.streets.back is not None
        gates = left_out.gains.paths
        whatif = None if both_ways else find_whatif_data(case, judgement.walk, gates)
    warnings = [*notes, *covered.ruled.notes, *covered.competition.notes]
    tables = {
        "verdicts": covered.verdicts.table,
        **found.by_choice,
        **_list_classes(case, covered, demand, left_out.gaps),
    }
    # How a file was read stands in run.json only: the summary is that of its rows.
    told = [line for line in warnings if line not in case.inputs.remarks]
    return Result(
        case,
        layers,
        {name: table_with_notice(table, case.plan) for name, table in tables.items()},
        _summary(case, judgement, covered, left_out, layers, told),
        # Worked out last: it holds the seconds and the memory of all stages.
        build_provenance(case.inputs, case.area, case.profile, dropped, warnings, stages),
        whatif,
    )


@dataclass(frozen=True, eq=False)
class _FoundBeside:
    """What follows from the verdicts of a run.

    by_choice : tables of what a page may choose. bands : the layer of isochrones.
    """

    covered: Covered
    left_out: LeftOut
    by_choice: dict[str, pd.DataFrame]
    bands: gpd.GeoDataFrame


def _find_beside_drawing(
    case: Case, judgement: Judgement, stages: Stages, cache: ArrayCache | None
) -> _FoundBeside:
    """Count who is covered, find who is left out, and draw the isochrones meanwhile."""
    canvas = prepare_canvas(case.streets)  # before other threads look into the same polygons
    # Drawing is compiled code and what follows is not: they share two cores without waiting.
    with ThreadPoolExecutor(1) as beside:
        drawing = beside.submit(_isochrones, case, canvas, stages)
        covered = count_covered(case, judgement, stages)
        keep_answers(case, judgement, cache)
        left_out = find_left_out(
            case,
            judgement.judged.demand,
            judgement.walk,
            covered.verdicts.causes[case.question],
            covered.repeats,
            stages,
        )
        by_choice = _find_by_choice(case, judgement, covered, left_out, stages)
        return _FoundBeside(covered, left_out, by_choice, drawing.result())


def _isochrones(case: Case, canvas: Canvas, stages: Stages) -> gpd.GeoDataFrame:
    """Draw where each facility that counts can be reached from, and all of them together."""
    with stages("isochrones"):
        cutoffs = case.plan.service.cutoffs_minutes
        bands = build_isochrone_layer(canvas, case.counting, cutoffs, stages)
        give_back_memory()
        return bands


def _find_by_choice(
    case: Case, judgement: Judgement, covered: Covered, left_out: LeftOut, stages: Stages
) -> dict[str, pd.DataFrame]:
    """Return the tables of what a page may choose beside the plan's own people and any hour."""
    with stages("gaps by choice"):
        found = find_gaps_by_choice(
            case.plan,
            judgement.walks,
            judgement.judged.demand,
            case.groups,
            covered.verdicts.causes,
            case.counting,
            left_out.members["gap_join_m"].to_numpy(dtype=np.float64),
            case.landmarks,
            towns=case.area.town_names,
        )
        opened = {"facility_hours": list_open_facilities(case.plan, case.facilities)}
        if case.conditions:
            under = list_open_under(case.conditions, case.facilities)
            opened["facility_conditions"] = under
    return found.tables | opened


def _list_classes(
    case: Case, covered: Covered, demand: gpd.GeoDataFrame, gaps: gpd.GeoDataFrame
) -> dict[str, pd.DataFrame]:
    """Return how each class is served, and its people in each gap; nothing without classes."""
    if CLASS not in demand:
        return {}
    left = count_gap_classes(demand, demand["gap_id"], case.plan)
    called = pd.DataFrame(gaps[["gap_id", "rank", "name"]])
    ranked = called.merge(left, on="gap_id").sort_values("rank", kind="stable", ignore_index=True)
    return {"classes": covered.figures.classes, "gap_classes": ranked}


def _build_layers(
    case: Case,
    covered: Covered,
    left_out: LeftOut,
    demand: gpd.GeoDataFrame,
    bands: gpd.GeoDataFrame,
) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of result.gpkg, EPSG:4326."""
    edges = case.network.to_edges(case.profile)
    layers = {
        "areas": build_area_layer(case.area, case.plan.title),
        # Both are for the run alone: `status` says what counts, `row` is one of the user's file.
        "facilities": covered.facilities.drop(columns=["counts", "row"]),
        "isochrones": bands,
        "demand": demand,
        "gaps": left_out.gaps,
        "unknown_areas": left_out.unknown,
        "gap_routes": left_out.routes,
        "compounds": covered.compounds,
        "gates": build_gate_layer(case.streets, case.area),
        "barriers": build_barrier_layer(case.streets, case.area),
        "gate_gains": left_out.gains.table,
        "walk_edges": edges,
        "zones": case.people.zones,
        "backdrop": build_backdrop_layer(case.inputs, case.area),
        "landmarks": build_landmark_layer(case.inputs, case.area),
    }
    if covered.committees is not None:
        layers["committees"] = covered.committees
    return {name: with_notice(to_wgs84(layer), case.plan) for name, layer in layers.items()}


def _summary(
    case: Case,
    judgement: Judgement,
    covered: Covered,
    left_out: LeftOut,
    layers: dict[str, gpd.GeoDataFrame],
    warnings: list[str],
) -> dict[str, Any]:
    """Return the content of summary.json."""
    demand, repeats = judgement.judged.demand, covered.repeats
    counts = None if repeats is None else count_repeats(demand, repeats, case.area.town_names)
    return build_summary(
        case.plan,
        layers,
        covered.coverage,
        checks=covered.checks,
        domains=covered.domains,
        figures=covered.figures,
        completeness=covered.completeness,
        competition=covered.competition.summary,
        uncertainty=summarise_repeats(case.plan, counts, left_out.gaps),
        openings=left_out.gains.counted,
        warnings=warnings,
        invented_streets=case.inputs.osm.invented,
        cutoffs=case.inputs.cutoffs,
    )
