"""The first half of a run: how long everybody walks, who is covered, and how surely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.case import Case
from planner.coverage.asked_question import Question
from planner.coverage.breakdowns import Breakdowns, count_breakdowns
from planner.coverage.committees import build_committee_table, count_domains, find_in_doubt
from planner.coverage.completeness import describe_completeness
from planner.coverage.compound_people import build_compound_layer
from planner.coverage.counting import count_coverage, count_facility_loads, judge_targets
from planner.coverage.facilities import find_approximate, to_unsure_places
from planner.coverage.judged_units import Judged, judge_units
from planner.coverage.questions import Walk, Walks
from planner.coverage.rules import (
    AskedRules,
    RuleChecks,
    ask_rules,
    judge_rules,
    list_rule_questions,
)
from planner.coverage.sampling import sample_ranges
from planner.coverage.uncertainty import Repeats, repeat_verdicts
from planner.coverage.verdict_table import Verdicts, find_verdicts, list_usual_questions
from planner.run.competition import Competition, find_competition
from planner.stages import Stages, give_back_memory


@dataclass(frozen=True, eq=False)
class Judgement:
    """Who walks how long, what the rules and the plan ask of whom, and the plan's own verdicts.

    walks : with all that was asked worked out; walk : that of the plan's profile.
    questions : each with the units that it is about, shape (n,).
    """

    walks: Walks
    walk: Walk
    rules: AskedRules
    questions: dict[Question, NDArray[np.bool_]]
    judged: Judged


@dataclass(frozen=True, eq=False)
class Covered:
    """Who is covered, counted in every way that a plan asks for; layers in the metric CRS.

    coverage : from `count_coverage`; checks : of the plan's targets, then of its rules.
    facilities : those of the case with the people that each carries.
    compounds : from `build_compound_layer`, with the people in them.
    competition : who shares the stations with how many others.
    repeats : None where the plan asks for none; committees : None where it names none.
    """

    coverage: pd.DataFrame
    checks: list[dict[str, Any]]
    facilities: gpd.GeoDataFrame
    figures: Breakdowns
    ruled: RuleChecks
    domains: pd.DataFrame
    committees: gpd.GeoDataFrame | None
    verdicts: Verdicts
    repeats: Repeats | None
    compounds: gpd.GeoDataFrame
    completeness: dict[str, Any]
    competition: Competition


def judge_everybody(case: Case, stages: Stages) -> Judgement:
    """Ask everybody how long they walk, and judge them in the plan's profile."""
    plan, units = case.plan, case.units
    with stages("minutes"):
        walks = case.walks_of(case.counting, units)
        walks.ask_under(case.conditions)
        rules = ask_rules(case.inputs, walks.asked, units, case.area)
        usual = dict.fromkeys(list_usual_questions(plan), np.ones(len(units), dtype=bool))
        # A rule may ask some people what the plan asks everybody. `usual` stands first for the
        # order, and last because of two questions that are equal the last says who is asked.
        questions = usual | list_rule_questions(rules, plan) | usual
        walks.prepare_answers(list(questions))
        # The answers stay; the joins behind them would only add to the peak of memory.
        walks.forget_shut_gates()
        judged = judge_units(
            walks, case.profile, case.counting, units, plan.service.cutoffs_minutes
        )
        give_back_memory()
    return Judgement(walks, walks.of(case.profile), rules, questions, judged)


def count_covered(case: Case, judgement: Judgement, stages: Stages) -> Covered:
    """Count the people by what was answered, and say how sure that is."""
    plan, counting, towns = case.plan, case.counting, case.area.town_names
    walks, judged = judgement.walks, judgement.judged
    with stages("coverage"):
        coverage = count_coverage(judged.demand, judged.verdicts, towns)
        checks = judge_targets(
            coverage,
            {str(kind): target for kind, target in plan.service.targets.items()},
            cutoff_minutes=case.cutoff_minutes,
            profile=case.profile.name,
        )
        competition = find_competition(case.facilities, judged, case.groups, case.cutoff_minutes)
        facilities = _with_loads(case.facilities, judged, coverage, competition.load)
        figures = count_breakdowns(plan, walks, judged.demand, case.groups, towns)
    with stages("rules"):
        ruled = judge_rules(judgement.rules, walks, plan, counting, judged.demand, towns)
        reach_m = case.streets.reach_m_per_min * case.cutoff_minutes
        in_doubt = find_in_doubt(case.unsure, "domain", judgement.walk.units, reach_m)
        domains = count_domains(judged.demand, counting, judged.pairs, in_doubt)
        committees = case.committees
        if committees is not None:
            committees = build_committee_table(
                committees,
                judged.demand,
                counting,
                judgement.walk,
                case.cutoff_minutes,
                case.unsure,
            )
    with stages("verdicts"):
        verdicts = find_verdicts(walks, judged.demand, counting, judgement.questions)
        walks.forget_others(case.profile)
        give_back_memory()
    repeats = repeat_judgement(case, judgement.walk, stages)
    with stages("walls"):
        home = judgement.walk.units.compound
        compounds = build_compound_layer(case.streets, judged.demand, home, case.area)
        lacking = describe_completeness(
            case.network, case.area, judged.demand, facilities, compounds
        )
    return Covered(
        coverage, checks + ruled.checks, facilities, figures, ruled, domains, committees, verdicts,
        repeats, compounds, lacking, competition,
    )  # fmt: skip


def _with_loads(
    facilities: gpd.GeoDataFrame, judged: Judged, coverage: pd.DataFrame, load: pd.Series
) -> gpd.GeoDataFrame:
    """Add what each facility carries; 0 for those that do not count, or not surely.

    Its load among all others is the last column, and the visits that were counted stand beside it.
    """
    counts = facilities["counts"].to_numpy() & ~find_approximate(facilities)
    demand = judged.demand
    loads = count_facility_loads(
        demand, judged.nearest, demand["verdict"], judged.pairs, int(counts.sum())
    )
    last = coverage[coverage["cutoff_minutes"] == coverage["cutoff_minutes"].max()]
    covered = last[last["area"] == "all"].set_index("kind")["covered"]
    for kind in demand["kind"].unique():  # everyone covered has one nearest facility
        nearest = loads[f"people_nearest_{kind}"].sum()
        # Nearly, since the column is added up as floats and the coverage as decimals.
        assert np.isclose(nearest, covered[kind], rtol=1e-9), (kind, nearest, covered[kind])
    return put_loads(facilities, loads, load)


def put_loads(
    facilities: gpd.GeoDataFrame, loads: pd.DataFrame, load: pd.Series
) -> gpd.GeoDataFrame:
    """Add what each facility carries, see `Covered.facilities`.

    Parameters
    ----------
    loads
        From `count_facility_loads`, of the facilities that surely serve.
    load
        Of all: residents per unit of supply.
    """
    counts = facilities["counts"].to_numpy() & ~find_approximate(facilities)
    table = facilities.assign(**dict.fromkeys(loads.columns, 0.0))
    table.loc[counts, loads.columns] = loads.to_numpy()
    table = table.assign(load_2sfca=load)
    if "visits_per_year" in table:
        table["visits_per_year"] = table.pop("visits_per_year")
    return table


def repeat_judgement(case: Case, walk: Walk, stages: Stages) -> Repeats | None:
    """Repeat the verdicts over the ranges of the plan, None where it asks for no repeats."""
    if case.plan.uncertainty.repeats == 0:
        return None
    with stages("uncertainty"):
        return repeat_verdicts(
            case.streets,
            sample_ranges(case.plan),
            walk.places.xy,
            walk.units.xy,
            data=case.area.data,
            complete=case.area.complete,
            unsure=to_unsure_places(case.unsure),
            cutoff_minutes=case.cutoff_minutes,
            closed=~case.counting["open_to_outsiders"].to_numpy(dtype=bool),
            progress=lambda share: stages.report("uncertainty", share),
        )
