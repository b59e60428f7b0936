"""From a finished run to a proposal: candidates of the plan, its limits, and what is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd

from planner.plan import Plan
from planner.run import Result
from planner.run.going_on import to_result
from planner.siting.candidates.gather import CandidateSites, gather_candidates
from planner.siting.propose import Proposal, propose
from planner.siting.question import SiteQuestion, limits_of
from planner.siting.siting_case import build_siting_case
from planner.sources.results import FinishedRun
from planner.stages import Progress, Stages


def build_question(plan: Plan, **options: Any) -> SiteQuestion:
    """Return a question with the limits and the spacing of a plan.

    Parameters
    ----------
    plan
        Its `[candidates]` says which limits towns and domains have.
    options
        Of `SiteQuestion`.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> question = planner.build_question(town.plan, model="lscp", share=0.9)
    >>> question.model, question.share
    ('lscp', 0.9)
    """
    given: dict[str, Any] = {"limits": limits_of(plan), "spacing_m": plan.candidates.spacing_m}
    return SiteQuestion(**(given | options))


def site_plan(
    result: Result | FinishedRun,
    question: SiteQuestion | None = None,
    *,
    candidates: gpd.GeoDataFrame | None = None,
    progress: Progress | None = None,
) -> Proposal:
    """Say where to build next: the sites, how good the choice is at least, and why these.

    Parameters
    ----------
    result
        From `run_plan` or `load_result`.
    question
        From `build_question`; None asks for the ten sites that cover most residents,
        or for fewer where there are fewer candidates.
    candidates
        Where sites may be, as `find_candidates` returns them; None takes those of the plan.
    progress
        Told about every stage as it goes.

    Raises
    ------
    PlannerError
        If there are no candidates, or the question cannot be met: one line that says why.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> result = planner.run_plan(planner.load_inputs(town.plan))
    >>> proposal = planner.site_plan(result, planner.build_question(town.plan, n_sites=1))
    >>> proposal.layers["sites"][["site_id", "gain_residential"]].values.tolist()
    [['C2', 300.0]]
    """
    of = to_result(result)
    plan, stages = of.inputs.plan, Stages(progress)
    asked = build_question(plan) if question is None else question
    found: CandidateSites | None = None
    if candidates is None:
        with stages("candidates"):
            found = gather_candidates(of)
        case = build_siting_case(of, found.sites, units=found.units, places=found.places)
    else:
        case = build_siting_case(of, candidates)
    proposal = replace(propose(case, asked, stages), result=of)
    if found is None:
        return proposal
    gone = {"candidate_notes": list(found.notes), "candidates_dropped": len(found.dropped)}
    return replace(proposal, content=proposal.content | gone)
