"""Good choices found fast: greedy, then swaps, then both again with some sites changed."""

from __future__ import annotations

import time

import numpy as np
from scipy.sparse import csc_array

from planner.crs.array_types import Flags, Floats, Ints
from planner.siting.models.problem import Problem
from planner.siting.models.search_arrays import SearchArrays, to_arrays
from planner.siting.models.solution import SolveOptions

#: A search for swaps stops after so many.
_MOST_SWAPS = 200


def choose_greedily(problem: Problem, gain: csc_array) -> Flags | None:
    """Return a choice under the limits, by gains; None if it finds none."""
    gain.sort_indices()
    return find_first_choice(problem, to_arrays(problem, gain), gain)[0]


def find_first_choice(
    problem: Problem, arrays: SearchArrays, gain: csc_array
) -> tuple[Flags | None, float]:
    """Return the better of the greedy choices by gain and by gain per cost, and its value."""
    # Greedy only opens: which of today's facilities close is left to the search after it.
    start = problem.always_open | problem.mask("closable")
    tries = [arrays.price]
    # By gain per cost alone a dear site may be missed that is worth more than all cheap ones.
    if np.any(arrays.price != arrays.price[0]):
        tries.append(np.ones(len(arrays.price)))
    best: tuple[Flags | None, float] = (None, -np.inf)
    for price in tries:
        chosen = complete(arrays, start, price)
        if chosen is not None and (value := sum_best_gains(gain, chosen)) > best[1]:
            best = chosen, value
    return best


def sum_best_gains(gain: csc_array, chosen: Flags) -> float:
    """Return the value of a choice: the rows' best gains under it, added up."""
    best = np.zeros(gain.shape[0])
    for site in np.flatnonzero(chosen).tolist():  # asked often of few sites: quicker than a matrix
        pairs = slice(gain.indptr[site], gain.indptr[site + 1])
        rows = gain.indices[pairs]
        best[rows] = np.maximum(best[rows], gain.data[pairs])
    return float(best.sum())


def complete(arrays: SearchArrays, chosen: Flags, price: Floats | None = None) -> Flags | None:
    """Complete a choice greedily, the least numbers of the limits first; None if that fails."""
    from planner.siting.models import greedy_swaps

    by_site, shares, near = arrays.by_site, arrays.shares, arrays.near
    chosen = chosen.copy()
    best = greedy_swaps.find_two_best(by_site, chosen, arrays.n_rows)[0]
    used, blocked = _count_use(arrays, chosen)
    price = arrays.price if price is None else price
    table = csc_array((shares.shares, shares.limits, shares.starts), shape=(len(used), len(chosen)))
    for limit in np.flatnonzero(arrays.least > used + 1e-9):
        inside = np.asarray(table[[limit]].todense()).ravel() > 0
        # Up to the least number only: beyond it all sites compete again, under `shares` as it was.
        most = shares.most.copy()
        most[limit] = arrays.least[limit]
        tight = shares._replace(most=most)
        greedy_swaps.open_greedily(
            by_site, best, chosen, arrays.wanted & inside, price, used, blocked, tight, near
        )
        # Sites that gain nothing are opened too where the limit asks for more.
        for site in np.flatnonzero(arrays.wanted & inside & ~chosen).tolist():
            if used[limit] >= arrays.least[limit] - 1e-9:
                break
            if blocked[site] == 0 and greedy_swaps.fits(site, used, shares):
                chosen[site] = True
                greedy_swaps.take(site, 1, used, blocked, shares, near)
                best = greedy_swaps.find_two_best(by_site, chosen, arrays.n_rows)[0]
    greedy_swaps.open_greedily(
        by_site, best, chosen, arrays.wanted, price, used, blocked, shares, near
    )
    if np.any(used < arrays.least - 1e-9) or np.any(used > shares.most + 1e-9):
        return None
    if np.any(blocked[chosen] > 0):
        return None
    return chosen


def swap_sites(arrays: SearchArrays, chosen: Flags) -> Flags:
    """Exchange single sites while that gains."""
    from planner.siting.models import greedy_swaps

    chosen = chosen.copy()
    used, blocked = _count_use(arrays, chosen)
    greedy_swaps.swap_while_better(
        arrays.by_site, arrays.n_rows, chosen, arrays.wanted, arrays.fixed, used, arrays.least,
        blocked, arrays.shares, arrays.near, _MOST_SWAPS,
    )  # fmt: skip
    return chosen


def _count_use(arrays: SearchArrays, chosen: Flags) -> tuple[Floats, Ints]:
    """Return what a choice uses of each limit, and how many of its sites stand near each site."""
    from planner.siting.models import greedy_swaps

    used, blocked = np.zeros(len(arrays.shares.most)), np.zeros(len(chosen), np.int64)
    for site in np.flatnonzero(chosen).tolist():
        greedy_swaps.take(site, 1, used, blocked, arrays.shares, arrays.near)
    return used, blocked


def improve_choice(
    arrays: SearchArrays, chosen: Flags, options: SolveOptions, until: float, enough: float
) -> tuple[Flags, float]:
    """Drop and add some sites at random, complete and swap again; keep what is better.

    until : moment of `time.perf_counter` to stop at. enough : value with which the search may end.
    """
    rng = np.random.default_rng(options.seed)
    best = swap_sites(arrays, chosen)
    value, stale = sum_best_gains(arrays.gain, best), 0
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
        completed = complete(arrays, trial)
        if completed is None:
            continue
        completed = swap_sites(arrays, completed)
        now = sum_best_gains(arrays.gain, completed)
        # The same value added up in another order is no improvement, and must not reset `stale`.
        if now > value * (1 + 1e-12) + 1e-12:
            best, value, stale = completed, now, 0
    return best, value
