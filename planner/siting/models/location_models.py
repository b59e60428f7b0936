"""The location models: where to open stations, with a proof of how good the choice is.

Each takes a `Problem` and returns a `Solution`: MCLP, LSCP, p-median, p-center, backup coverage,
capacitated coverage and the fairness form.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from scipy.sparse import csc_array, csr_array

from planner.crs.array_types import Flags, Floats
from planner.errors import InfeasibleError, SitingError
from planner.siting.models import programmes
from planner.siting.models.capacitated import site_capacitated
from planner.siting.models.heuristics import choose_greedily, sum_best_gains
from planner.siting.models.highs import MipSolution
from planner.siting.models.model_steps import (
    NOT_ASKED,
    build_cover_gain,
    check_limited,
    choose_better,
    find_open_reach,
    mark_opened,
    price_limits,
    to_choice,
    to_solution,
    turn_sign,
)
from planner.siting.models.needless import find_needless
from planner.siting.models.problem import Problem
from planner.siting.models.proof import maximise_gains
from planner.siting.models.solution import BoundedChoice, Solution, SolveOptions

DEFAULT: Final = SolveOptions()


def site_mclp(problem: Problem, *, options: SolveOptions = DEFAULT) -> Solution:
    """Cover most people who are not covered yet, with `n_sites`, a `budget` or both.

    Raises
    ------
    InfeasibleError
        If the limits contradict each other.

    References
    ----------
    Church & ReVelle (1974).
    """
    check_limited(problem, "mclp")
    began = time.perf_counter()
    gain = build_cover_gain(problem, problem.cover_count == 0)
    found = maximise_gains(problem, gain, options)
    # Facilities that may close are columns too: the value is what is gained beyond their cover.
    before = sum_best_gains(gain, problem.mask("closable"))
    solution = to_solution(problem, "mclp", found, began, options, gain, "people", -before)
    return price_limits(problem, solution, site_mclp, options)


def site_p_median(problem: Problem, *, options: SolveOptions = DEFAULT) -> Solution:
    """Walk least: person-minutes to the nearest facility; who reaches none walks `far_minutes`.

    References
    ----------
    Hakimi (1964); ReVelle & Swain (1970).
    """
    check_limited(problem, "p-median")
    began = time.perf_counter()
    base = np.minimum(problem.staying_minutes, _far(problem))
    pairs = problem.minutes.tocoo()
    gains = (base[pairs.row] - pairs.data) * problem.weights[pairs.row]
    use = gains > 0
    gain = csc_array((gains[use], (pairs.row[use], pairs.col[use])), shape=problem.shape)
    found = maximise_gains(problem, gain, options)
    # What is maximised are walks saved; with its sign turned the value is all walks less those.
    total = float(problem.weights @ base)
    solution = to_solution(
        problem, "p-median", found, began, options, gain, "person-minutes", -total
    )
    return price_limits(problem, turn_sign(solution), site_p_median, options)


def site_lscp(problem: Problem, *, share: float = 1.0, options: SolveOptions = DEFAULT) -> Solution:
    """Open the fewest new sites so that all people, or a share of them, are covered.

    Raises
    ------
    InfeasibleError
        If some demand cannot be reached; the message names it.

    References
    ----------
    Toregas et al. (1971).
    """
    if not 0 < share <= 1:
        raise SitingError(f"share is {share:g}; give a number above 0, at most 1")
    began = time.perf_counter()
    reach, open_rows = find_open_reach(problem)
    out = np.flatnonzero(open_rows & (np.asarray(reach.sum(axis=1)).ravel() == 0))
    need = share * problem.weights.sum() - problem.weights[~open_rows].sum()
    unreached = problem.weights[out].sum()
    # Parts of people add up with rounding: candidates that reach just the share are enough.
    if problem.weights[open_rows].sum() - unreached < need - 1e-9 * problem.weights.sum():
        raise InfeasibleError(
            f"no candidate reaches {unreached:g} people within {problem.cutoff_minutes:g} minutes "
            f"(demand {problem.demand_names(out)}); add candidates there or ask for a lower share"
        )
    greedy, first_seconds = _cover_greedily(problem, reach, need, began)
    left = options.time_limit_s - (time.perf_counter() - began)
    if not options.exact:
        # Nothing is proved, but no choice has fewer than 0 new sites.
        answer = MipSolution(None, -np.inf, 0.0, False, False)
    # Where all must be covered, rows need no columns of their own, as they do for a share.
    elif share == 1:
        rows = np.flatnonzero(open_rows)
        spare = find_needless(problem, "lscp", np.zeros(problem.shape[1]))
        answer = programmes.open_fewest(problem, reach, rows, left, options.gap, without=spare)
    else:
        rows = np.flatnonzero(open_rows)
        answer = programmes.open_fewest_for_share(
            problem, csr_array(reach[rows]), problem.weights[rows],
            # A cover that adds up to a hair less than is needed is one.
            need * (1 - 1e-12) - 1e-9, left, options.gap,
        )  # fmt: skip
    new = ~problem.mask("closable")
    found = choose_better(problem, answer, greedy, lambda chosen: -float((chosen & new).sum()))
    # A number of sites is whole, so is its bound.
    found = replace(found, bound=float(np.floor(found.bound + 1e-6)))
    found = replace(found, first_seconds=first_seconds)
    return turn_sign(to_solution(problem, "lscp", found, began, options, None, "sites", 0.0))


def site_backup(problem: Problem, *, options: SolveOptions = DEFAULT) -> Solution:
    """Bring most people within reach of two facilities, those that stay counted too.

    The value is people newly reached by two. References: Hogan & ReVelle (1986).
    """
    check_limited(problem, "backup")
    began = time.perf_counter()
    reach, _ = find_open_reach(problem)
    counted, old = problem.cover_count, problem.mask("closable")

    def value(chosen: Flags) -> float:
        """People newly reached twice."""
        return float(problem.weights[(counted < 2) & (counted + reach @ chosen >= 2)].sum())

    # To be reached twice is no gain of single sites: the search goes by who is reached once,
    # and `value` counts what its choice is worth.
    start = choose_greedily(problem, build_cover_gain(problem, problem.cover_count < 2))
    seconds = time.perf_counter() - began
    answer = NOT_ASKED
    if options.exact:
        left = options.time_limit_s - seconds
        answer = programmes.cover_twice(problem, reach, problem.weights, left, options.gap)
    found = replace(choose_better(problem, answer, start, value), first_seconds=seconds)
    if not options.exact:
        # Without a proof: no choice wins more than all who are not reached twice today.
        found = replace(found, bound=float(problem.weights[counted < 2].sum()))
    solution = to_solution(problem, "backup", found, began, options, None, "people", -value(old))
    return price_limits(problem, solution, site_backup, options)


def site_fairness(problem: Problem, *, options: SolveOptions = DEFAULT) -> Solution:
    """Raise the covered share of the worst town first, then cover most people.

    Towns that no candidate can raise are left out of the worst and listed in the notes. The value
    is the least share of the others; bound and gap are of it.
    """
    check_limited(problem, "fairness")
    if problem.demand_towns is None:
        raise SitingError("the fairness model needs the town of each demand row; give demand_towns")
    began = time.perf_counter()
    reach, open_rows = find_open_reach(problem)
    weights = np.where(open_rows, problem.weights, 0.0)
    towns, stuck = _find_towns(problem, reach, weights)
    if not towns.names:
        raise InfeasibleError("no candidate reaches anybody who is not covered; add candidates")

    def worst(chosen: Flags) -> float:
        """Return the least share of the towns."""
        return float(min(_shares(reach, weights, towns, chosen).values()))

    start = choose_greedily(problem, build_cover_gain(problem, open_rows))
    seconds = time.perf_counter() - began
    answer, second = NOT_ASKED, NOT_ASKED
    if options.exact:
        left = options.time_limit_s - seconds
        # The second programme, most people at that share, needs time too.
        half = 0.6 * left
        answer = programmes.raise_worst_town(
            problem, reach, weights, towns, None, half, options.gap
        )
    else:
        answer = replace(answer, bound=1.0)
    found = replace(choose_better(problem, answer, start, worst), first_seconds=seconds)
    if options.exact and found.chosen is not None:
        left = options.time_limit_s - (time.perf_counter() - began)
        # A hair lower, or rounding would forbid the very choice whose share this is.
        floor = found.value - 1e-9
        second = programmes.raise_worst_town(
            problem, reach, weights, towns, floor, left, options.gap
        )
        trial = to_choice(problem, second)
        if trial is not None and worst(trial) >= found.value - 1e-7:
            found = replace(found, chosen=trial, value=worst(trial))
    solution = to_solution(problem, "fairness", found, began, options, None, "share", 0.0)
    shares = _shares(reach, weights, towns, mark_opened(problem, solution))
    note = f"no candidate can raise {', '.join(stuck)}" if stuck else ""
    return replace(solution, town_shares=shares, notes=(note,) if note else ())


def site_p_center(problem: Problem, *, options: SolveOptions = DEFAULT) -> Solution:
    """Make the longest walk of anybody shortest; the value is that walk in minutes.

    Raises
    ------
    InfeasibleError
        If somebody reaches no facility however the sites are chosen; the message names the demand.

    References
    ----------
    Hakimi (1964); solved by set covering, radius by radius (Minieka 1970).
    """
    check_limited(problem, "p-center")
    began = time.perf_counter()
    people = problem.weights > 0
    today = problem.staying_minutes
    allowed = csr_array(problem.minutes[:, np.flatnonzero(problem.allowed)])
    nearest = _row_least(allowed)
    out = np.flatnonzero(people & np.isinf(np.minimum(nearest, today)))
    if len(out):
        raise InfeasibleError(
            f"no candidate reaches demand {problem.demand_names(out)}; add candidates there "
            "or compute the minutes farther out"
        )
    least = float(np.max(np.minimum(nearest, today)[people], initial=0.0))
    # The longest walk of any choice is one of the walks there are, so no other radius is tried.
    radii = np.unique(np.concatenate([allowed.data, today[np.isfinite(today)], [least]]))
    radii = radii[radii >= least]
    return _halve_radii(problem, radii, people, began, options)


MODELS: Final[dict[str, Callable[..., Solution]]] = {
    "mclp": site_mclp,
    "lscp": site_lscp,
    "p-median": site_p_median,
    "p-center": site_p_center,
    "backup": site_backup,
    "capacitated": site_capacitated,
    "fairness": site_fairness,
}


def _halve_radii(
    problem: Problem, radii: Floats, people: Flags, began: float, options: SolveOptions
) -> Solution:
    """Halve the range of radii: greedy covers first, then HiGHS where greedy does not cover."""
    today = problem.staying_minutes
    until = began + options.time_limit_s
    low, high = 0, len(radii)  # radii below low are impossible, radii[high] is covered by `best`
    best: Flags | None = None
    first: tuple[float, float] | None = None
    undecided = infeasible = False
    for exact in (False, True) if options.exact else (False,):
        # Where greedy finds nothing a choice may exist: the exact round begins at the bottom.
        floor = low
        while floor < high:
            middle = (floor + high) // 2
            reach = problem.within(radii[middle])
            rows = people & (today > radii[middle])
            if exact:
                left = until - time.perf_counter()
                # A gap of 1 ends the search at its first choice: any one will do.
                answer = programmes.open_fewest(problem, reach, np.flatnonzero(rows), left, 1.0)
                chosen = to_choice(problem, answer)
                if chosen is None and not answer.infeasible:
                    # Nothing found and nothing proved: radii ruled out so far are the bound.
                    undecided = True
                    break
            else:
                weighted = csc_array(reach.multiply(rows[:, None].astype(float)))
                chosen = choose_greedily(problem, weighted)
                if chosen is not None and np.any((reach @ chosen == 0) & rows):
                    chosen = None
            if chosen is None:
                floor = middle + 1
            else:
                best, high = chosen, middle
        if not exact:
            first = (radii[high] if high < len(radii) else np.inf, time.perf_counter() - began)
        else:
            low = floor
            infeasible = best is None and not undecided
    if infeasible:
        raise InfeasibleError(
            f"the sites allowed cannot reach everybody within {radii[-1]:g} minutes; allow more"
        )
    value = float(radii[high]) if high < len(radii) else np.inf
    assert first is not None  # the greedy round always runs
    found = BoundedChoice(
        best, -value, -float(radii[min(low, len(radii) - 1)]), False, -first[0], first[1]
    )
    return turn_sign(to_solution(problem, "p-center", found, began, options, None, "minutes", 0.0))


def _far(problem: Problem) -> float:
    """Return the minutes of those out of reach."""
    if problem.far_minutes is not None:
        return problem.far_minutes
    return float(max(problem.cutoff_minutes, problem.minutes.data.max(initial=0.0)))


def _row_least(minutes: csr_array) -> Floats:
    """Return the least stored minutes of each row, inf where none is stored."""
    least = np.full(minutes.shape[0], np.inf)
    np.minimum.at(least, minutes.tocoo().row, minutes.data)
    return least


def _cover_greedily(
    problem: Problem, reach: csr_array, need: float, began: float
) -> tuple[Flags | None, float]:
    """Open sites until `need` people are covered, then close those that were not needed."""
    gain = build_cover_gain(problem, problem.cover_count == 0)
    chosen = choose_greedily(problem, gain)
    tolerance = 1e-9 * max(problem.weights.sum(), 1.0)
    if chosen is not None and sum_best_gains(gain, chosen) < need - tolerance:
        chosen = None
    if chosen is not None:
        sides, by_row = problem.side_constraints(), csr_array(gain)
        open_weights = np.asarray(by_row.max(axis=1).toarray()).ravel()
        times = reach @ chosen.astype(float)
        total = open_weights[times > 0].sum()
        columns = csc_array(reach)
        free = np.flatnonzero(chosen & ~problem.always_open & ~problem.mask("closable"))
        # Sites that reach the fewest rows go first: they are the likeliest to be spare.
        for j in free[np.argsort(np.diff(columns.indptr)[free], kind="stable")]:
            rows = columns.indices[columns.indptr[j] : columns.indptr[j + 1]]
            loss = open_weights[rows[times[rows] == 1]].sum()
            without = chosen.copy()
            without[j] = False
            if total - loss >= need - tolerance and sides.allow(without):
                chosen, total = without, total - loss
                times[rows] -= 1
    return chosen, time.perf_counter() - began


def _find_towns(
    problem: Problem, reach: csr_array, weights: Floats
) -> tuple[programmes.RaisableTowns, tuple[str, ...]]:
    """Return the towns that some candidate can raise, and the names of the others with gaps."""
    names, of_row = np.unique(np.asarray(problem.demand_towns, str), return_inverse=True)
    people = np.bincount(of_row, weights=problem.weights, minlength=len(names))
    open_people = np.bincount(of_row, weights=weights, minlength=len(names))
    reached = np.asarray(reach.sum(axis=1)).ravel() > 0
    raisable = np.bincount(of_row, weights=weights * reached, minlength=len(names)) > 0
    new = np.where(raisable, np.cumsum(raisable) - 1, -1)
    stuck = tuple(map(str, names[~raisable & (open_people > 0)]))
    covered = people - open_people
    towns = programmes.RaisableTowns(
        tuple(map(str, names[raisable])),
        new[of_row],
        people[raisable].astype(float),
        covered[raisable].astype(float),
    )
    return towns, stuck


def _shares(
    reach: csr_array, weights: Floats, towns: programmes.RaisableTowns, chosen: Flags
) -> dict[str, float]:
    """Return the share covered of each town that can be raised."""
    inside = (towns.of_row >= 0) & (reach @ chosen.astype(float) > 0)
    more = np.bincount(towns.of_row[inside], weights=weights[inside], minlength=len(towns.names))
    share = (towns.covered + more) / towns.people
    return dict(zip(towns.names, map(float, share), strict=True))
