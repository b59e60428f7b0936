"""Steps that the location models share: what sites gain, the solution, and what limits cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from planner.crs.array_types import Flags
from planner.errors import InfeasibleError, SitingError
from planner.siting.models.highs import MipSolution
from planner.siting.models.problem import Problem
from planner.siting.models.solution import BoundedChoice, Solution, SolveOptions, relative_gap

#: What the exact solver found where it was not asked.
NOT_ASKED: Final = MipSolution(None, -np.inf, np.inf, False, False)


def check_limited(problem: Problem, model: str) -> None:
    """Refuse a question without a number of sites and a budget: opening all would be best."""
    if problem.n_sites is None and problem.budget is None:
        raise SitingError(f"{model} needs a number of sites or a budget; give n_sites or budget")


def find_open_reach(problem: Problem) -> tuple[csr_array, Flags]:
    """Return who reaches whom, by allowed sites, and the rows with people not covered yet."""
    reach = csr_array(problem.within(problem.cutoff_minutes).multiply(problem.allowed[None, :]))
    reach.eliminate_zeros()
    return reach, (problem.cover_count == 0) & (problem.weights > 0)


def build_cover_gain(problem: Problem, rows: Flags) -> csc_array:
    """Return csc (rows, sites): the people of some rows under each site that covers them."""
    people = np.where(rows, problem.weights, 0.0)
    gain = csc_array(problem.within(problem.cutoff_minutes).multiply(people[:, None]))
    gain.eliminate_zeros()
    return gain


def to_choice(problem: Problem, answer: MipSolution) -> Flags | None:
    """Return the sites that HiGHS opened, if they keep the limits."""
    if answer.values is None:
        return None
    # Whole numbers come back with the solver's tolerance, by which a limit may be overrun.
    chosen: Flags = answer.values[: problem.shape[1]] > 0.5
    return chosen if problem.side_constraints().allow(chosen) else None


def choose_better(
    problem: Problem, answer: MipSolution, greedy: Flags | None, value: Callable[[Flags], float]
) -> BoundedChoice:
    """Return the better of the proved and the greedy choice, with the proof's bound."""
    first = -np.inf if greedy is None else value(greedy)
    best, top = greedy, first
    exact = to_choice(problem, answer)
    if exact is not None and (now := value(exact)) > top:
        best, top = exact, now
    return BoundedChoice(
        best, top, max(answer.bound, top), answer.infeasible and best is None, first_value=first
    )


def to_solution(
    problem: Problem, model: str, found: BoundedChoice, began: float, options: SolveOptions,
    gain: csc_array | None, unit: str, offset: float,
) -> Solution:  # fmt: skip
    """Turn what was found into a solution; `offset` is added to value and bound.

    began : moment of `time.perf_counter`. gain : by which the sites are ordered, None for people.
    """
    if found.infeasible:
        raise InfeasibleError(
            "no choice meets all limits (numbers, budgets, spacing, forced sites); loosen one"
        )
    if found.chosen is None:
        raise InfeasibleError(
            f"no choice that meets all limits was found in {options.time_limit_s:g} s; "
            "loosen a limit or give more time"
        )
    old = problem.mask("closable")
    gap = relative_gap(found.value + offset, found.bound + offset)
    # The relative gap of a value of 0 says nothing, however near the bound is.
    proved = gap <= options.gap or abs(found.bound - found.value) < 1e-6
    status = "proved" if proved else "time limit" if options.exact else "first answer"
    sites = np.flatnonzero(found.chosen & ~old)
    covered = problem.cover_count > 0
    existing = np.zeros(len(covered), bool)
    if problem.planned_minutes is not None:
        existing = np.asarray(problem.planned_minutes) <= problem.cutoff_minutes
        if problem.existing_minutes is not None:
            existing &= np.asarray(problem.existing_minutes) > problem.cutoff_minutes
    return Solution(
        model=model,
        sites=order_by_gain(
            gain if gain is not None else build_cover_gain(problem, ~covered), sites
        ),
        closed=np.flatnonzero(old & ~found.chosen),
        value=found.value + offset,
        bound=found.bound + offset,
        gap=gap,
        status=status,
        unit=unit,
        seconds=time.perf_counter() - began,
        first_seconds=found.first_seconds,
        first_value=found.first_value + offset,
        people_before=float(problem.weights[covered].sum()),
        people_planned=float(problem.weights[existing].sum()),
    )


def order_by_gain(gain: csc_array, sites: NDArray[np.int64]) -> NDArray[np.int64]:
    """Order sites by what each adds to those before it."""
    part = csc_array(gain[:, sites])
    best = np.zeros(gain.shape[0])
    left, order = list(range(len(sites))), []
    while left:
        adds = [
            np.maximum(part.data[a:b] - best[part.indices[a:b]], 0).sum()
            for a, b in ((part.indptr[k], part.indptr[k + 1]) for k in left)
        ]
        k = left.pop(int(np.argmax(adds)))
        rows = slice(part.indptr[k], part.indptr[k + 1])
        best[part.indices[rows]] = np.maximum(best[part.indices[rows]], part.data[rows])
        order.append(k)
    return sites[np.array(order, dtype=np.int64)]


def turn_sign(solution: Solution) -> Solution:
    """Return the solution of a model that minimises: it was found by maximising minus the value."""
    return replace(
        solution,
        # + 0.0 makes 0 of the -0.0 that would be printed with its sign.
        value=-solution.value + 0.0,
        bound=-solution.bound + 0.0,
        first_value=-solution.first_value + 0.0,
    )


def mark_opened(problem: Problem, solution: Solution) -> Flags:
    """Mark the open sites of a solution, shape (sites,)."""
    chosen = problem.mask("closable").copy()
    chosen[solution.closed] = False
    chosen[solution.sites] = True
    return chosen


def price_limits(
    problem: Problem, solution: Solution, model: Callable[..., Solution], options: SolveOptions
) -> Solution:
    """Find the best without limits of towns and domains, and what each limit alone takes away."""
    if not (problem.limits and options.price_limits and options.exact):
        return solution
    # Else each of the questions would price its own limits in turn.
    quick = replace(options, price_limits=False)
    free = model(problem.with_limits(()), options=quick)
    opened = mark_opened(problem, free)
    costs: dict[str, float] = {}
    notes = []
    for limit in problem.limits:
        alone = problem.with_limits((limit,))
        cost = 0.0
        # A limit that the best free choice keeps by itself costs nothing.
        if not alone.side_constraints().allow(opened):
            answer = model(alone, options=quick)
            cost = max(0.0, abs(free.value - answer.value))
            if answer.status != "proved" or free.status != "proved":
                notes.append(f"the cost of {limit.label} is not proved")
        costs[limit.label] = cost
    return replace(
        solution, free_value=free.value, limit_costs=costs, notes=(*solution.notes, *notes)
    )
