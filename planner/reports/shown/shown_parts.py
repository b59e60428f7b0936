"""A result that shows itself, as what is handed over: the same figures, words and drawings."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from planner.courses import ChosenSessions
from planner.crs import to_wgs84
from planner.errors import PlannerError
from planner.reports import round_layers
from planner.reports.exact_shares import to_exact_comparison, to_exact_proposal, to_exact_run
from planner.reports.handover import Handover
from planner.routes import ProposedRoutes
from planner.run import Result
from planner.run.layers import build_area_layer, build_backdrop_layer
from planner.scenarios import Comparison
from planner.siting.propose import Proposal
from planner.sources.result_parts import FinishedPart
from planner.sources.results import FinishedRun
from planner.texts import LANGUAGES, check_language

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from planner.case import Case

Showable = Result | FinishedRun | Proposal | Comparison | ProposedRoutes | ChosenSessions


def hand_over(shown: Showable, language: str | None = None, *, drawn: bool = True) -> Handover:
    """Return what shows itself as a handover; of a proposal with its run.

    Parameters
    ----------
    shown
        What shows itself. A comparison has no run of its own: its handover holds the plan's streets
        and facilities alone.
    language
        `zh` or `en`; that of the plan if not given.
    drawn
        Whether its map is asked for. Figures stand for themselves, whatever the run is.

    Raises
    ------
    PlannerError
        If the language is unknown, or nobody knows which run a proposal or comparison is of.
    """
    run, proposal, comparison = _to_run(shown, drawn=drawn), None, None
    if isinstance(shown, Proposal):
        layers = round_layers(shown.layers, shown.cutoffs)
        part = FinishedPart("proposal", Path(), shown.content, layers)
        proposal = to_exact_proposal(part, run.summary)
    if isinstance(shown, Comparison):
        layers = round_layers(shown.layers, shown.cutoffs)
        comparison = to_exact_comparison(FinishedPart("comparison", Path(), shown.content, layers))
    spoken = language or str(run.run.get("language") or LANGUAGES[0])
    check_language(spoken)
    return Handover(to_exact_run(run), proposal, comparison, spoken)


def _to_run(shown: Showable, *, drawn: bool) -> FinishedRun:
    """Return the run of what shows itself, as if it had been read from its files."""
    if isinstance(shown, FinishedRun):
        return shown
    if not drawn and isinstance(shown, Proposal | Comparison):
        known = shown.result if isinstance(shown, Proposal) else None
        if known is None:
            return _of_content(shown.content)
    if isinstance(shown, Comparison):
        return _of_case(shown.case, shown)
    result = shown if isinstance(shown, Result) else shown.result
    if result is None and not isinstance(shown, Proposal):
        raise PlannerError(
            "routes and sessions are drawn on the map of their run, which these do not know; take "
            "those of a result, as of run_plan"
        )
    if isinstance(result, FinishedRun):
        return result
    if result is None:
        raise PlannerError("this proposal does not know its run; take one that site_plan returned")
    layers = round_layers(result.layers, result.inputs.cutoffs)
    return FinishedRun(Path(), layers, result.summary, result.provenance)


def _of_content(content: Mapping[str, Any]) -> FinishedRun:
    """Return as much of a run as the content of site.json or compare.json tells."""
    run = {key: content[key] for key in ("plan", "title", "language") if key in content}
    return FinishedRun(Path(), {}, {"synthetic": content.get("synthetic", False)}, run)


def _of_case(case: Case | None, comparison: Comparison) -> FinishedRun:
    """Return what a map of a comparison stands on: ground, streets and facilities of its plan."""
    if case is None:
        raise PlannerError(
            "this comparison does not know its plan; take one that compare_scenarios returned"
        )
    content = comparison.content
    run = {
        "plan": content["plan"], "title": content["title"], "language": content["language"],
        "metric_crs": content["metric_crs"], "osm_date": content["osm_date"],
        "cutoffs_minutes": case.plan.service.cutoffs_minutes,
        "profile": {"name": content["profile"]}, "date": date.today().isoformat(),
    }  # fmt: skip
    summary = {
        "plan": content["plan"], "synthetic": content["synthetic"],
        "invented_streets": case.inputs.osm.invented, "coverage": [], "gaps": [], "checks": [],
    }  # fmt: skip
    layers = {
        "areas": build_area_layer(case.area, case.plan.title),
        "backdrop": build_backdrop_layer(case.inputs, case.area),
        "walk_edges": case.network.to_edges(case.profile),
        "facilities": case.facilities,
    }
    return FinishedRun(
        Path(), {name: to_wgs84(layer) for name, layer in layers.items()}, summary, run
    )
