"""A proposal: the sites that a model chose, their proof, their reasons, and what else would do."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from planner.coverage.facilities import join_facilities
from planner.crs import to_wgs84
from planner.rounding import NO_CUTOFFS, AskedCutoffs, to_plain_tree
from planner.run import Result
from planner.run.summary import with_notice
from planner.showing import Shown, join_facts, shorten
from planner.siting._evidence import Evidence
from planner.siting._proposal_content import build_content, build_site_rows
from planner.siting._proposal_layers import build_layers
from planner.siting._robustness import Robustness, judge_robustness
from planner.siting._stretches import find_stretches
from planner.siting._why_not import explain_place
from planner.siting.alternatives import find_alternatives
from planner.siting.marginal_curve import find_marginal_curve, list_build_steps
from planner.siting.models.compiling import compile_search
from planner.siting.models.solution import Solution
from planner.siting.outcome import find_outcome, find_reach, find_room
from planner.siting.posed_question import PosedQuestion
from planner.siting.question import SiteQuestion, pose, weigh_units
from planner.siting.sentences import say_amount
from planner.siting.siting_case import SitingCase
from planner.siting.solve import solve_question
from planner.sources.scenario_file import build_sites_scenario
from planner.stages import Stages
from planner.travel.access import take


@dataclass(frozen=True, eq=False)
class Proposal(Shown):
    """What `planner site` writes.

    content : of site.json. layers : sites, candidates, frontages, alternatives, changes, and for
    the map gaps_after and change_areas; EPSG:4326.
    scenario : the sites as a scenario file.
    cutoffs : of the plan and its rules, for the files.
    result : the run that it was made for; None where nobody said.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> result = planner.run_plan(planner.load_inputs(town.plan))
    >>> proposal = planner.site_plan(result, planner.build_question(town.plan, n_sites=1))
    >>> proposal.content["value"], proposal.content["bound"], proposal.content["status"]
    (300, 300, 'proved')
    """

    content: dict[str, Any]
    layers: dict[str, gpd.GeoDataFrame]
    scenario: dict[str, Any]
    cutoffs: AskedCutoffs = NO_CUTOFFS
    result: Result | None = None

    def __repr__(self) -> str:
        content = self.content
        return join_facts(
            self,
            shorten(str(content.get("plan", ""))),
            *(["invented data"] if content.get("synthetic") else []),
            f"{content.get('model', '')}, {len(content.get('sites', ()))} sites",
            f"{content.get('value', 0):,.0f} {content.get('unit', '')} of at most "
            f"{content.get('bound') or 0:,.0f}",
        )


def propose(case: SitingCase, question: SiteQuestion, stages: Stages | None = None) -> Proposal:
    """Choose sites, prove how good the choice is, and say why.

    Parameters
    ----------
    case
        From `build_siting_case`.
    question
        What is asked.
    stages
        Told of every stage.

    Raises
    ------
    SitingError
        If the question cannot be put, or nothing can meet it: one line that says why.
    """
    stages = stages or Stages()
    weight = weigh_units(case, question)
    with stages("compiling"):  # the first time on a machine: no time of the search
        compile_search()
    with stages("matrix"):
        posed = pose(case, question)
        # Where no number was asked for, the usual one is told.
        question = replace(question, n_sites=posed.unpruned.n_sites)
    with stages("siting"):
        solution = solve_question(posed, question)
    with stages("gains"):
        reach, room = find_reach(case), find_room(case, question.model, weight)
        closed = [str(posed.ids[column]) for column in solution.closed]
        outcome = find_outcome(case, reach, solution.sites, closed, room)
        times = _times_covered(case, solution.sites, closed)
        asked = None if question.why_not is None else explain_place(
            case, question.why_not, weight, outcome, times, room
        )  # fmt: skip
    if question.model in ("mclp", "capacitated"):  # what was optimised is what is counted
        change = weight @ outcome.gained - weight @ outcome.lost
        assert np.isclose(change, solution.value, rtol=1e-6, atol=1e-3), (change, solution.value)
    # Robustness is compiled code for the most part, and the other three are not.
    with ThreadPoolExecutor(1) as beside:
        repeating = beside.submit(_repeat, case, posed, question, solution, stages)
        with stages("curve"):
            curve = find_marginal_curve(posed, question, len(solution.sites))
        with stages("alternatives"):
            others = find_alternatives(posed, question, solution) if question.alternatives else []
        with stages("frontage"):
            ids = [str(posed.ids[column]) for column in solution.sites]
            streets = find_stretches(case, weight, solution.sites, times, ids)
        robust = repeating.result()
    order = list_build_steps(posed, solution, curve)
    evidence = Evidence(
        case, question, posed, solution, outcome, curve, order, others, streets, robust,
        weight, times, room,
    )  # fmt: skip
    sites = build_site_rows(evidence)
    content = build_content(evidence, sites, asked) | {"seconds_by_stage": dict(stages.seconds)}
    layers = {
        name: with_notice(to_wgs84(layer), case.plan)
        for name, layer in build_layers(evidence, sites).items()
    }
    scenario, cutoffs = _to_scenario(evidence, layers["sites"]), case.base.inputs.cutoffs
    return Proposal(to_plain_tree(content, cutoffs=cutoffs), layers, scenario, cutoffs)


def _repeat(
    case: SitingCase,
    posed: PosedQuestion,
    question: SiteQuestion,
    solution: Solution,
    stages: Stages,
) -> Robustness:
    """Ask again with every draw of the plan, as a stage."""
    with stages("robustness"):
        return judge_robustness(
            case, posed, question, solution, lambda share: stages.report("robustness", share)
        )


def _to_scenario(evidence: Evidence, sites: gpd.GeoDataFrame) -> dict[str, Any]:
    """Put the proposal into the form of a scenario file, with the people it was made for."""
    plan, people = evidence.case.plan, evidence.case.base.scenario
    return build_sites_scenario(
        sites,
        plan.name,
        call_proposal(len(sites), plan.language),
        closed=evidence.closed,
        people=() if people is None else people.of_people,
    )


def call_proposal(count: int, language: str) -> str:
    """Name the proposal of some sites as a scenario, in words that stand on a page and on paper."""
    named = {"zh": "建议：{sites}", "en": "proposal: {sites}"}[language]
    return named.format(sites=say_amount(count, "sites", language))


def _times_covered(
    case: SitingCase, sites: NDArray[np.int64], closed: Sequence[str]
) -> NDArray[np.int64]:
    """Count what stays and the chosen sites within the cutoff of each unit, shape (n,)."""
    # The run counts facilities that are open; planned ones come on top, as one.
    count = case.demand["facilities_in_reach"].to_numpy(dtype=np.int64) + case.covered_by_planned
    if closed:
        gone = case.facilities[case.facilities["facility_id"].isin(list(closed))]
        pairs = case.pairs_to(join_facilities(case.streets, gone), case.cutoff_minutes)
        count = count - np.bincount(pairs.target, minlength=len(count))
    new = case.pairs_to(take(case.sites, sites), case.cutoff_minutes)
    return np.asarray(count + np.bincount(new.target, minlength=len(count)), dtype=np.int64)
