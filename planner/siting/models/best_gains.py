"""Best choice by gains (each row is served by its best site): search, bound, reduction, proof."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import block_array, csc_array, csr_array, diags_array

from planner.crs.arrays import Flags, Floats
from planner.siting.models.highs import Answer, Mip, maximise
from planner.siting.models.problem import Problem
from planner.siting.models.solution import SolveOptions

#: Sites that the search for better answers takes, the worthiest first.
POOL = 500


@dataclass(frozen=True, eq=False)
class Found:
    """A choice (None: none was found), its value, the bound, and the first answer."""

    chosen: Flags | None
    value: float
    bound: float
    infeasible: bool = False
    first_value: float = -np.inf
    first_seconds: float = 0.0


@dataclass(frozen=True, eq=False)
class Arrays:
    """A question as the compiled search takes it; columns of `gain` are the sites in play."""

    gain: csc_array
    wanted: Flags
    fixed: Flags
    price: Floats
    side: tuple[Any, ...]
    least: Floats
    near: tuple[Any, ...]
    n_open: int

    @property
    def by_site(self) -> tuple[Any, ...]:
        """Starts, rows and gains by site."""
        return _columns(self.gain)

    @property
    def rows(self) -> int:
        """Number of demand rows."""
        return int(self.gain.shape[0])


def _columns(matrix: csc_array) -> tuple[Any, ...]:
    """Return starts, rows and values of a matrix by columns."""
    return (
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int64),
        matrix.data.astype(np.float64),
    )


def arrays_of(problem: Problem, gain: csc_array, pool: NDArray[np.int64] | None = None) -> Arrays:
    """Put a problem into arrays, with all sites or with a pool of them."""
    sides, near = problem.side_rows(), problem.near()
    pool = np.arange(problem.shape[1]) if pool is None else pool
    near = csc_array(near[pool][:, pool])
    priced = problem.budget is not None or any(x.budget is not None for x in problem.limits)
    cheap = np.maximum(problem.money, 1e-9 + 1e-3 * problem.money.mean())
    return Arrays(
        csc_array(gain[:, pool]),
        problem.allowed[pool],
        problem.kept[pool],
        (cheap if priced else np.ones(problem.shape[1]))[pool],
        (*_columns(csc_array(sides.matrix[:, pool])), sides.most),
        sides.least,
        (near.indptr.astype(np.int64), near.indices.astype(np.int64)),
        -1 if problem.most_open is None else problem.most_open,
    )


def value_of(gain: csc_array, chosen: Flags) -> float:
    """Return the rows' best gains under a choice, added up."""
    part = csr_array(gain[:, np.flatnonzero(chosen)])
    return float(part.max(axis=1).toarray().sum()) if part.nnz else 0.0


def fill(arrays: Arrays, chosen: Flags, price: Floats | None = None) -> Flags | None:
    """Complete a choice greedily, least numbers first, then swap; None if limits are not met."""
    from planner.siting.models import search

    chosen = chosen.copy()
    best = search.two_best(arrays.by_site, chosen, arrays.rows)[0]
    side, near = arrays.side, arrays.near
    used, blocked = np.zeros(len(side[3])), np.zeros(len(chosen), np.int64)
    for j in np.flatnonzero(chosen):
        search.take(j, 1, used, blocked, side, near)
    state = (used, blocked, side, near)
    price = arrays.price if price is None else price
    table = csc_array((side[2], side[1], side[0]), shape=(len(used), len(chosen)))
    for row in np.flatnonzero(arrays.least > used + 1e-9):
        inside = np.asarray(table[[row]].todense()).ravel() > 0
        capped = side[3].copy()
        capped[row] = arrays.least[row]
        tight = (*side[:3], capped)
        search.greedy(
            arrays.by_site, best, chosen, arrays.wanted & inside, price, used, blocked, tight, near
        )
        for j in np.flatnonzero(arrays.wanted & inside & ~chosen):
            if used[row] >= arrays.least[row] - 1e-9:
                break
            if blocked[j] == 0 and search.fits(j, used, side):
                chosen[j] = True
                search.take(j, 1, used, blocked, side, near)
                best = search.two_best(arrays.by_site, chosen, arrays.rows)[0]
    search.greedy(arrays.by_site, best, chosen, arrays.wanted, price, *state)
    if np.any(used < arrays.least - 1e-9) or np.any(used > side[3] + 1e-9):
        return None
    if np.any(blocked[chosen] > 0):
        return None
    return chosen


def swap(arrays: Arrays, chosen: Flags) -> Flags:
    """Exchange single sites while that gains."""
    from planner.siting.models import search

    chosen = chosen.copy()
    side, near = arrays.side, arrays.near
    used, blocked = np.zeros(len(side[3])), np.zeros(len(chosen), np.int64)
    for j in np.flatnonzero(chosen):
        search.take(j, 1, used, blocked, side, near)
    search.improve(
        arrays.by_site, arrays.rows, chosen, arrays.wanted, arrays.fixed, used, arrays.least,
        blocked, side, near, 200,
    )  # fmt: skip
    return chosen


def first_answer(problem: Problem, arrays: Arrays, gain: csc_array) -> tuple[Flags | None, float]:
    """Return the better of the greedy choices by gain and by gain per cost."""
    start = problem.kept | (problem.mask("closable"))
    tries = [arrays.price]
    if np.any(arrays.price != arrays.price[0]):
        tries.append(np.ones(len(arrays.price)))
    best: tuple[Flags | None, float] = (None, -np.inf)
    for price in tries:
        chosen = fill(arrays, start, price)
        if chosen is not None and (value := value_of(gain, chosen)) > best[1]:
            best = chosen, value
    return best


def search_more(
    arrays: Arrays, chosen: Flags, options: SolveOptions, until: float, enough: float
) -> tuple[Flags, float]:
    """Drop and add some sites at random, fill and swap again; keep what is better, till enough."""
    rng = np.random.default_rng(options.seed)
    best = swap(arrays, chosen)
    value, stale = value_of(arrays.gain, best), 0
    for _ in range(options.rounds):
        if value >= enough or time.perf_counter() > until or stale > max(60, options.rounds // 2):
            break
        stale += 1
        trial = best.copy()
        inside = np.flatnonzero(trial & ~arrays.fixed)
        if len(inside) == 0:
            break
        drop = min(len(inside), int(rng.integers(2, 7)))
        trial[rng.choice(inside, drop, replace=False)] = False
        free = np.flatnonzero(arrays.wanted & ~trial)
        trial[rng.choice(free, min(len(free), drop // 2), replace=False)] = True
        filled = fill(arrays, trial)
        if filled is None:
            continue
        filled = swap(arrays, filled)
        if (now := value_of(arrays.gain, filled)) > value * (1 + 1e-12) + 1e-12:
            best, value, stale = filled, now, 0
    return best, value


def best_by_gains(problem: Problem, gain: csc_array, options: SolveOptions) -> Found:
    """Return the best choice for a matrix of gains (rows, sites), with a bound."""
    from planner.siting.models import search

    began = time.perf_counter()
    until = began + options.time_limit_s
    gain.sort_indices()
    arrays = arrays_of(problem, gain)
    chosen, value = first_answer(problem, arrays, gain)
    first = value, time.perf_counter() - began
    ceiling = gain.max(axis=1).toarray().ravel() if gain.nnz else np.zeros(gain.shape[0])
    if not options.exact:
        return Found(chosen, value, float(ceiling.sum()), False, *first)
    if chosen is not None:
        chosen = swap(arrays, chosen)
        value = value_of(gain, chosen)
    floor = max(value, 0.0)
    # The number of sites is the first side row; the bound treats it exactly.
    rest = _bounding_side(problem)
    served = search.two_best(arrays.by_site, chosen, arrays.rows)[0] if chosen is not None else 0.0
    bound, price, toll = search.priced(
        arrays.by_site, ceiling, 0.5 * served * np.ones(arrays.rows), arrays.wanted, arrays.fixed,
        rest, arrays.n_open, floor, 600,
    )  # fmt: skip
    worth = search.reduced_gains(arrays.by_site, price, toll, rest)
    if chosen is not None:
        first_pool = np.argsort(-np.where(arrays.wanted, worth, -np.inf), kind="stable")[:POOL]
        pool = np.union1d(first_pool, np.flatnonzero(chosen | problem.kept))
        within = arrays_of(problem, gain, pool)
        share = time.perf_counter() + 0.3 * options.time_limit_s
        if bound > value * (1 + options.gap):
            part, value = search_more(
                within, chosen[pool], options, min(until, share), bound / (1 + options.gap)
            )
            chosen = np.zeros(problem.shape[1], bool)
            chosen[pool[part]] = True
    if chosen is not None and bound <= value * (1 + options.gap):
        return Found(chosen, value, max(bound, value), False, *first)
    keep, sure = _still_open(arrays, worth, bound, value if chosen is not None else -np.inf)
    answer = _prove(problem, gain, keep, sure, chosen, options, until)
    if answer.values is not None:
        trial = np.zeros(problem.shape[1], bool)
        trial[np.flatnonzero(keep)] = answer.values[: keep.sum()] > 0.5
        if problem.side_rows().allow(trial) and value_of(gain, trial) > value:
            chosen, value = trial, value_of(gain, trial)
    # A reduced question without an answer says that what was left out of it is not better.
    limit = value if answer.infeasible and chosen is not None else min(bound, answer.bound)
    return Found(chosen, value, max(limit, value), answer.infeasible and chosen is None, *first)


def _bounding_side(problem: Problem) -> tuple[Any, ...]:
    """Return the upper limits other than the number of sites, by site."""
    sides = problem.side_rows()
    use = np.isfinite(sides.most)
    use[0] = False
    return (*_columns(csc_array(sides.matrix[np.flatnonzero(use)])), sides.most[use])


def _still_open(arrays: Arrays, worth: Floats, bound: float, value: float) -> tuple[Flags, Flags]:
    """Mark the sites that a better choice may contain, and those that it must contain."""
    from planner.siting.models import search

    opened = search.best_open(worth, arrays.wanted, arrays.fixed, arrays.n_open)
    others = arrays.wanted & ~opened
    full = arrays.n_open >= 0 and opened.sum() >= arrays.n_open
    free = opened & ~arrays.fixed
    last = worth[free].min() if full and free.any() else 0.0
    next_best = max(0.0, worth[others].max()) if others.any() else 0.0
    slack = 1e-9 * max(abs(bound), 1.0)
    keep = arrays.wanted & (opened | (bound + np.minimum(worth - last, 0) >= value - slack))
    sure = arrays.fixed | (free & (bound - worth + next_best < value - slack))
    return keep, sure


def _prove(
    problem: Problem, gain: csc_array, keep: Flags, sure: Flags, chosen: Flags | None,
    options: SolveOptions, until: float,
) -> Answer:  # fmt: skip
    """Solve the reduced question: sites that may matter, merged rows, limits and spacing."""
    columns = np.flatnonzero(keep)
    levels, steps, ladder = _levels(csr_array(gain[:, columns]))
    sides = limit_rows(problem, columns)
    k, m = len(columns), len(steps)
    matrix = block_array([[-levels, ladder], [sides[0], None]]) if m else sides[0]
    low = np.concatenate([np.full(m, -np.inf), sides[1]])
    high = np.concatenate([np.zeros(m), sides[2]])
    floor = np.concatenate([sure[columns].astype(float), np.zeros(m)])
    whole = np.arange(k + m) < k
    start = None
    if chosen is not None:
        opened = chosen[columns].astype(float)
        start = np.concatenate([opened, reached_levels(levels, ladder, opened)])
    mip = Mip(
        np.concatenate([np.zeros(k), steps]), csr_array(matrix), low, high, floor,
        np.ones(k + m), whole,
    )  # fmt: skip
    return maximise(mip, until - time.perf_counter(), options.gap, start)


def _levels(gain: csr_array) -> tuple[csr_array, Floats, csr_array]:
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
    if len(follows):
        above = csr_array((np.ones(len(follows)), (follows, follows - 1)), shape=(m, m))
        return sites, steps, csr_array(diags_array(np.ones(m)) - above)
    group, first = merged_rows(sites)
    steps = np.bincount(group, weights=steps, minlength=len(first)).astype(np.float64)
    return csr_array(sites[first]), steps, csr_array(diags_array(np.ones(len(first))))


def merged_rows(sites: csr_array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the group of each row (the same columns), and each group's first row."""
    ordered = csr_array(sites)
    ordered.sort_indices()
    starts, columns = ordered.indptr, ordered.indices
    known: dict[bytes, int] = {}
    group = np.array(
        [known.setdefault(columns[a:b].tobytes(), len(known)) for a, b in pairwise(starts)],
        dtype=np.int64,
    )
    _, first = np.unique(group, return_index=True)
    return group, first.astype(np.int64)


def reached_levels(levels: csr_array, ladder: csr_array, opened: Floats) -> Floats:
    """Return which steps a choice takes."""
    taken: Floats = np.minimum(levels @ opened, 1.0)
    if ladder.nnz > len(taken):
        follows = np.diff(ladder.indptr) > 1
        for k in np.flatnonzero(follows):
            taken[k] = max(taken[k], taken[k - 1])
    return taken


def limit_rows(problem: Problem, columns: NDArray[np.int64]) -> tuple[csr_array, Floats, Floats]:
    """Return limits and spacing as rows over some sites: matrix, low, high."""
    sides, near = problem.side_rows(), problem.near()
    use = np.isfinite(sides.most) | (np.isfinite(sides.least) & (sides.least > 0))
    matrix = csr_array(sides.matrix[np.flatnonzero(use)][:, columns])
    low, high = sides.least[use], sides.most[use]
    pairs = csr_array(near[columns][:, columns]).tocoo()
    first = pairs.row < pairs.col
    n = int(first.sum())
    if n:
        rows = np.tile(np.arange(n), 2)
        ends = np.concatenate([pairs.row[first], pairs.col[first]])
        apart = csr_array((np.ones(2 * n), (rows, ends)), shape=(n, len(columns)))
        matrix = csr_array(block_array([[matrix], [apart]]))
        low, high = np.r_[low, np.full(n, -np.inf)], np.r_[high, np.ones(n)]
    return matrix, low, high
