"""What each number of sites buys at best, and in which order to build those chosen."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from planner.crs.array_types import Ints
from planner.siting.models.allocation import allocate_people
from planner.siting.models.capacitated import find_open_demand, site_capacitated
from planner.siting.models.location_models import site_mclp
from planner.siting.models.problem import Problem
from planner.siting.models.solution import Solution
from planner.siting.posed_question import PosedQuestion
from planner.siting.question import SiteQuestion
from planner.siting.solve import narrow_problem

#: The curve goes on as far as the choice, but no farther than this.
MOST_CURVE: Final = 60


@dataclass(frozen=True, eq=False)
class CurvePoint:
    """The best cover that some number of sites can give; columns : of the problem, as chosen."""

    sites: int
    value: float
    bound: float
    columns: NDArray[np.int64]


def drop_limits(problem: Problem, n_sites: int) -> Problem:
    """Return the question of cover with a number of sites, without budgets, limits and closures."""
    return replace(problem, n_sites=n_sites, budget=None, limits=(), forced=None, closures=0)


def find_marginal_curve(
    posed: PosedQuestion, question: SiteQuestion, chosen: int
) -> list[CurvePoint]:
    """Find the best cover with 1, 2, ... sites, each number on its own: optima do not nest.

    Where sites have room for only so many, cover is people served. Forced sites, budgets and limits
    of towns and domains are left out; exclusions and spacing hold.

    Parameters
    ----------
    chosen
        How many sites the answer has; the curve goes at least that far, up to MOST_CURVE.
    """
    problem, columns = narrow_problem(posed.problem)
    model = site_mclp if problem.capacity is None else site_capacitated
    free = int((problem.allowed & ~problem.mask("closable")).sum())
    last = min(max(question.curve, chosen), MOST_CURVE, free) if question.curve else 0
    until = time.perf_counter() + question.options.time_limit_s
    points: list[CurvePoint] = []
    for n_sites in range(1, last + 1):
        before = points[-1] if points else None
        if before is not None and len(before.columns) < before.sites:
            points.append(replace(before, sites=n_sites))  # no other site would gain anything
            continue
        share = (until - time.perf_counter()) / (last + 1 - n_sites)
        limited = replace(question.options, time_limit_s=max(share, 0.1), price_limits=False)
        found = model(drop_limits(problem, n_sites), options=limited)
        point = CurvePoint(n_sites, found.value, found.bound, columns[found.sites])
        if before is not None and before.value > point.value:  # stopped early: one site fewer is
            point = replace(point, value=before.value, columns=before.columns)  # better than that
        points.append(point)
    return points


def list_build_steps(
    posed: PosedQuestion, solution: Solution, curve: list[CurvePoint]
) -> list[dict[str, Any]]:
    """List the chosen sites in the order to build them, each step beside the best of that size.

    Every step is the site that adds most, by the model's own measure, to those before it; counted
    are the people whom it newly covers, or serves where it has room for only so many, as weighted.
    """
    problem = posed.problem
    kept = np.setdiff1d(np.flatnonzero(problem.mask("closable")), solution.closed)
    added = _first_come if problem.capacity is None else _served
    free = {point.sites: point.value for point in curve}
    rows, total = [], 0.0
    gains = added(problem, kept, solution.sites)
    for step, (column, gain) in enumerate(zip(solution.sites, gains, strict=True), start=1):
        total += gain
        rows.append({
            "step": step, "site_id": str(posed.ids[column]), "gain": gain, "total": total,
            "free_value": free.get(step),
        })  # fmt: skip
    return rows


def _first_come(problem: Problem, kept: Ints, sites: Ints) -> list[float]:
    """Return whom each site newly covers, as weighted."""
    reach = problem.within(problem.cutoff_minutes).tocsc()
    open_people = np.where(problem.cover_count == 0, problem.weights, 0.0)
    gains = []
    for column in (*kept, *sites):
        reached = reach.indices[reach.indptr[column] : reach.indptr[column + 1]]
        gains.append(float(open_people[reached].sum()))
        open_people[reached] = 0.0
    return gains[len(kept) :]


def _served(problem: Problem, kept: Ints, sites: Ints) -> list[float]:
    """Return whom each site serves beside those before it, as weighted."""
    minutes, people, worth = find_open_demand(problem, np.concatenate([kept, sites]))
    assert problem.capacity is not None  # that is why
    room = np.asarray(problem.capacity, float)[np.concatenate([kept, sites])]
    totals = []
    for last in range(len(kept), len(room) + 1):
        served = allocate_people(csr_array(minutes[:, :last]), people, worth, room[:last])
        totals.append(float(worth @ served.sum(axis=1)))
    return [after - before for before, after in pairwise(totals)]
