"""`propose_routes`: from a plan to routes with times, lines and reasons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from planner.case import Case
from planner.errors import ArgumentError, quote
from planner.routes.models.orienteering import take_sites
from planner.routes.models.route_search import solve_routes
from planner.routes.not_chosen import explain_not_chosen
from planner.routes.outing import build_outing
from planner.routes.proposed_routes import ProposedRoutes
from planner.routes.route_layers import ChosenRoutes, build_content, build_layers
from planner.run import Result
from planner.sources.results import FinishedRun
from planner.stages import Stages


def propose_routes(
    of: Any,
    *,
    time_limit_s: float = 20.0,
    progress: Callable[[str, float], None] | None = None,
) -> ProposedRoutes:
    """Choose themed routes over the sites of a plan: worth most, within all limits of `[routes]`.

    Parameters
    ----------
    of
        The result of `run_plan` or `load_result`, or a `Case`.
    time_limit_s
        Seconds of the processor for the search, above 0. How much work it does follows from them,
        so that the same seconds have the same answer; where the clock cuts it off before, a note
        says so.
    progress
        Told what is being done, and which share of it.

    Returns
    -------
    ProposedRoutes

    Raises
    ------
    ArgumentError
        If it is no result, or the seconds are none.
    PlanError
        If the plan has no `[routes]`.
    SourceError, SitingError
        If all sites lie outside area and ring, or routes can start or end nowhere.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> sites = town.facilities.assign(theme="halls", dwell_minutes=30)
    >>> asked = {"sites": sites, "begin": "Tu 09:00", "most_leg_minutes": 30}
    >>> plan = planner.Plan(**{**dict(town.plan), "routes": asked})
    >>> found = planner.propose_routes(planner.run_plan(planner.load_inputs(plan)))
    >>> found.stops[["route_id", "name", "begin", "leave"]]
      route_id         name  begin  leave
    0       R1   North Hall  09:00  09:30
    1       R1  Market Hall  09:48  10:18
    """
    given: object = time_limit_s
    if not isinstance(given, int | float) or not 0 < given <= 86_400:
        raise ArgumentError(
            f"time limit: {quote(time_limit_s)} will not do; give seconds above 0, at most 86,400"
        )
    result = of if isinstance(of, Result | FinishedRun) else None
    if isinstance(of, FinishedRun):
        of = of.result
    case = getattr(of, "case", of)
    if not isinstance(case, Case):
        raise ArgumentError(
            f"routes are proposed for the result of run_plan or a Case, not a {type(of).__name__}; "
            "give one"
        )
    stages = Stages(progress)
    with stages("legs"):
        outing = build_outing(case)
    with stages("routes"):
        rows = np.flatnonzero(outing.possible)
        problem = take_sites(outing.problem, rows)
        solution = solve_routes(problem, float(time_limit_s))
    with stages("lines"):
        why = explain_not_chosen(problem, solution, outing.themes)
        left_out = outing.left_out | {int(rows[site]): one for site, one in why.items()}
        chosen = ChosenRoutes(outing, solution, rows, left_out)
        layers = build_layers(chosen)
        return ProposedRoutes(build_content(chosen, layers), layers, result, solution.seconds)
