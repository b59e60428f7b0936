"""The best choice by gains, and the proof of how good it is: a bound, then what may still beat it.

Every row is served by its best open site. A fast search finds a choice; Lagrange multipliers bound
the value of every other one; the bound also says which sites a better choice can contain, and HiGHS
solves what is left.
"""

from __future__ import annotations

import time

import numpy as np
from scipy.sparse import block_array, csc_array, csr_array, diags_array

from planner.crs.array_types import Flags, Floats
from planner.siting.models.heuristics import (
    find_first_choice,
    improve_choice,
    sum_best_gains,
    swap_sites,
)
from planner.siting.models.highs import Mip, MipSolution, maximise
from planner.siting.models.problem import Problem
from planner.siting.models.programmes import build_limit_rows, merge_equal_rows
from planner.siting.models.search_arrays import SearchArrays, to_arrays, to_bounded_shares
from planner.siting.models.solution import BoundedChoice, SolveOptions

#: Sites that the search for better answers takes, the worthiest first.
POOL = 500
#: Steps by which the bound is lowered at most.
_BOUND_ROUNDS = 600


def maximise_gains(problem: Problem, gain: csc_array, options: SolveOptions) -> BoundedChoice:
    """Return the best choice for a matrix of gains (rows, sites), with a bound."""
    began = time.perf_counter()
    until = began + options.time_limit_s
    gain.sort_indices()
    arrays = to_arrays(problem, gain)
    chosen, value = find_first_choice(problem, arrays, gain)
    first = value, time.perf_counter() - began
    ceiling = gain.max(axis=1).toarray().ravel() if gain.nnz else np.zeros(gain.shape[0])
    if not options.exact:
        return BoundedChoice(chosen, value, float(ceiling.sum()), False, *first)
    if chosen is not None:
        chosen = swap_sites(arrays, chosen)
        value = sum_best_gains(gain, chosen)
    bound, worth = _find_bound(problem, arrays, ceiling, chosen, max(value, 0.0))
    if chosen is not None and bound > value * (1 + options.gap):
        # The rest of the time is for the proof.
        share = time.perf_counter() + 0.3 * options.time_limit_s
        chosen, value = _search_in_pool(
            problem, arrays, gain, chosen, worth, options, min(until, share), bound
        )
    if chosen is not None and bound <= value * (1 + options.gap):
        return BoundedChoice(chosen, value, max(bound, value), False, *first)
    keep, sure = _reduce_sites(arrays, worth, bound, value if chosen is not None else -np.inf)
    answer = _solve_reduced(problem, gain, keep, sure, chosen, options, until)
    if answer.values is not None:
        trial = np.zeros(problem.shape[1], bool)
        trial[np.flatnonzero(keep)] = answer.values[: keep.sum()] > 0.5
        if problem.side_constraints().allow(trial) and sum_best_gains(gain, trial) > value:
            chosen, value = trial, sum_best_gains(gain, trial)
    # A reduced question without an answer says that what was left out of it is not better.
    limit = value if answer.infeasible and chosen is not None else min(bound, answer.bound)
    nothing = answer.infeasible and chosen is None
    return BoundedChoice(chosen, value, max(limit, value), nothing, *first)


def _find_bound(
    problem: Problem, arrays: SearchArrays, ceiling: Floats, chosen: Flags | None, floor: float
) -> tuple[float, Floats]:
    """Return an upper bound of every choice, and what each site is worth in it."""
    from planner.siting.models import greedy_swaps, lagrange_bound

    shares, by_site = to_bounded_shares(problem), arrays.by_site
    served = np.zeros(arrays.n_rows)
    if chosen is not None:
        served = greedy_swaps.find_two_best(by_site, chosen, arrays.n_rows)[0]
    bound, price, toll = lagrange_bound.tighten_upper_bound(
        by_site, ceiling, 0.5 * served, arrays.wanted, arrays.fixed,
        shares, arrays.n_open, floor, _BOUND_ROUNDS,
    )  # fmt: skip
    return bound, lagrange_bound.find_worth(by_site, price, toll, shares)


def _search_in_pool(
    problem: Problem, arrays: SearchArrays, gain: csc_array, chosen: Flags, worth: Floats,
    options: SolveOptions, until: float, bound: float,
) -> tuple[Flags, float]:  # fmt: skip
    """Search for a better choice among the worthiest sites, and return it with its value."""
    worthiest = np.argsort(-np.where(arrays.wanted, worth, -np.inf), kind="stable")[:POOL]
    # The search begins with the choice known, so its sites are in the pool whatever their worth.
    pool = np.union1d(worthiest, np.flatnonzero(chosen | problem.always_open))
    part, value = improve_choice(
        to_arrays(problem, gain, pool), chosen[pool], options, until, bound / (1 + options.gap)
    )
    better = np.zeros(problem.shape[1], bool)
    better[pool[part]] = True
    return better, value


def _reduce_sites(
    arrays: SearchArrays, worth: Floats, bound: float, value: float
) -> tuple[Flags, Flags]:
    """Mark the sites that a better choice may contain, and those that it must contain."""
    from planner.siting.models import lagrange_bound

    opened = lagrange_bound.mark_worthiest(worth, arrays.wanted, arrays.fixed, arrays.n_open)
    others = arrays.wanted & ~opened
    full = arrays.n_open >= 0 and opened.sum() >= arrays.n_open
    free = opened & ~arrays.fixed
    # If all places are taken, a site from outside costs the worth of the last one inside.
    last = worth[free].min() if full and free.any() else 0.0
    next_best = max(0.0, worth[others].max()) if others.any() else 0.0
    # A bound with a site, or without it, below the known value rules such choices out; slack,
    # so that rounding rules out none that is as good.
    slack = 1e-9 * max(abs(bound), 1.0)
    keep = arrays.wanted & (opened | (bound + np.minimum(worth - last, 0) >= value - slack))
    sure = arrays.fixed | (free & (bound - worth + next_best < value - slack))
    return keep, sure


def _solve_reduced(
    problem: Problem, gain: csc_array, keep: Flags, sure: Flags, chosen: Flags | None,
    options: SolveOptions, until: float,
) -> MipSolution:  # fmt: skip
    """Solve what is left: sites that may matter, merged rows, limits and spacing."""
    columns = np.flatnonzero(keep)
    levels, steps, ladder = _build_levels(csr_array(gain[:, columns]))
    limits = build_limit_rows(problem, columns)
    k, m = len(columns), len(steps)
    matrix = block_array([[-levels, ladder], [limits[0], None]]) if m else limits[0]
    low = np.concatenate([np.full(m, -np.inf), limits[1]])
    high = np.concatenate([np.zeros(m), limits[2]])
    floor = np.concatenate([sure[columns].astype(float), np.zeros(m)])
    whole = np.arange(k + m) < k
    start = None
    if chosen is not None:
        opened = chosen[columns].astype(float)
        start = np.concatenate([opened, _mark_reached_levels(levels, ladder, opened)])
    mip = Mip(
        np.concatenate([np.zeros(k), steps]), csr_array(matrix), low, high, floor,
        np.ones(k + m), whole,
    )  # fmt: skip
    return maximise(mip, until - time.perf_counter(), options.gap, start)


def _build_levels(gain: csr_array) -> tuple[csr_array, Floats, csr_array]:
    """Cut each row's gains into steps, taken if a site of that gain or a higher one is open.

    Returns sites that give each step (steps, sites), what the step adds, and the ladder (y_l -
    y_above). Rows with the same sites and one step are merged.
    """
    pairs = gain.tocoo()
    order = np.lexsort((pairs.col, -pairs.data, pairs.row))
    row, col, data = pairs.row[order], pairs.col[order], pairs.data[order]
    if len(row) == 0:
        return csr_array((0, gain.shape[1])), np.empty(0), csr_array((0, 0))
    new_row = np.r_[True, row[1:] != row[:-1]]
    fresh = new_row | np.r_[True, data[1:] != data[:-1]]
    level = np.cumsum(fresh) - 1
    height, of_row = data[fresh], row[fresh]
    below = np.r_[height[1:], 0.0]
    below[np.r_[of_row[1:] != of_row[:-1], True]] = 0.0
    steps = height - below
    m = len(steps)
    sites = csr_array((np.ones(len(row)), (level, col)), shape=(m, gain.shape[1]))
    follows = np.flatnonzero(~new_row[fresh])
    # A step stands right after the one above it, so rows merge only where each is one step.
    if len(follows):
        above = csr_array((np.ones(len(follows)), (follows, follows - 1)), shape=(m, m))
        return sites, steps, csr_array(diags_array(np.ones(m)) - above)
    group, first = merge_equal_rows(sites)
    steps = np.bincount(group, weights=steps, minlength=len(first)).astype(np.float64)
    return csr_array(sites[first]), steps, csr_array(diags_array(np.ones(len(first))))


def _mark_reached_levels(levels: csr_array, ladder: csr_array, opened: Floats) -> Floats:
    """Return which steps a choice takes."""
    taken: Floats = np.minimum(levels @ opened, 1.0)
    # A step above takes those below it; steps run from the highest gain down, so one pass does.
    if ladder.nnz > len(taken):
        follows = np.diff(ladder.indptr) > 1
        for k in np.flatnonzero(follows):
            taken[k] = max(taken[k], taken[k - 1])
    return taken
