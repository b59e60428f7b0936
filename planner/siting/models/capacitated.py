"""The model of capacitated cover: most people served, no site more than it has room for."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from planner.crs.arrays import Flags, Floats
from planner.errors import SitingError
from planner.siting.models import covers
from planner.siting.models.answers import (
    NOTHING,
    best_of,
    cover_gain,
    finished,
    greedy,
    need_a_bound,
    price_limits,
    reach_of,
)
from planner.siting.models.problem import Problem
from planner.siting.models.room import order_by_room, serve
from planner.siting.models.solution import Solution, SolveOptions

#: A site that serves less than this share of a person serves nobody.
_NOBODY: Final = 1e-6
_DEFAULT: Final = SolveOptions()


def site_capacitated(problem: Problem, *, options: SolveOptions = _DEFAULT) -> Solution:
    """Serve most people not covered yet, no site more than its `capacity`.

    The people of a row may be divided between sites, and some of them left without. The sites are
    ordered by what each adds in people served; one that serves nobody is not opened, unless it is
    forced or a least number asks for it.

    References
    ----------
    Current & Storbeck (1988).
    """
    need_a_bound(problem, "capacitated")
    if problem.capacity is None:
        raise SitingError("the capacitated model needs the sites' capacity; give it")
    began = time.perf_counter()
    reach, open_rows = reach_of(problem)
    start = greedy(problem, cover_gain(problem, open_rows))
    first = served_worth(problem, start) if start is not None else -np.inf
    seconds = time.perf_counter() - began
    if options.exact:
        people = np.where(open_rows, problem.heads, 0.0)
        part = csr_array(reach.multiply((people > 0)[:, None]))
        left = options.time_limit_s - seconds
        answer = covers.capacitated(problem, part, people, _worth(problem), left, options.gap)
    else:
        answer = replace(NOTHING, bound=float(problem.weights[open_rows].sum()))
    found = best_of(problem, answer, start, lambda chosen: served_worth(problem, chosen))
    found = replace(found, first_value=first, first_seconds=seconds)
    before = served_worth(problem, problem.mask("closable"))
    solution = finished(problem, "capacitated", found, began, options, None, "people", -before)
    sites = _ordered(problem, solution)
    return price_limits(problem, replace(solution, sites=sites), site_capacitated, options)


def served_worth(problem: Problem, chosen: Flags) -> float:
    """Return what the people count whom a choice can serve and nothing that stays covers."""
    columns = np.flatnonzero(chosen)
    minutes, people, worth = open_part(problem, columns)
    assert problem.capacity is not None  # checked by the caller
    served = serve(minutes, people, worth, np.asarray(problem.capacity, float)[columns])
    return float(worth @ served.sum(axis=1))


def open_part(
    problem: Problem, columns: NDArray[np.int64]
) -> tuple[csr_array, Floats, Floats]:  # fmt: skip
    """Return the walks to some sites within the cutoff, the people not covered, and their worth."""
    minutes = csr_array(problem.minutes[:, columns])
    pairs = minutes.tocoo()
    near = pairs.data <= problem.cutoff_minutes
    table = (pairs.data[near], (pairs.row[near], pairs.col[near]))
    people = np.where(problem.counted == 0, problem.heads, 0.0)
    return csr_array(table, shape=minutes.shape), people, _worth(problem)


def _worth(problem: Problem) -> Floats:
    """Return what one person of each row counts."""
    heads = problem.heads
    return np.divide(problem.weights, heads, out=np.zeros(len(heads)), where=heads > 0)


def _ordered(problem: Problem, solution: Solution) -> NDArray[np.int64]:
    """Order new sites by people served; leave out those that serve nobody and nothing asks for."""
    stays = np.setdiff1d(np.flatnonzero(problem.mask("closable")), solution.closed)
    assert problem.capacity is not None  # checked by the caller
    room = np.asarray(problem.capacity, float)
    minutes, people, worth = open_part(problem, np.concatenate([stays, solution.sites]))
    old = serve(csr_array(minutes[:, : len(stays)]), people, worth, room[stays])
    left = people - old.sum(axis=1)  # stations that stay serve first
    order, gains = order_by_room(
        csr_array(minutes[:, len(stays) :]), left, worth, room[solution.sites]
    )
    sites = solution.sites[order]
    chosen = np.zeros(problem.shape[1], bool)
    chosen[np.concatenate([stays, sites])] = True
    for site, gain in zip(sites[::-1], gains[::-1], strict=True):
        without = chosen & (np.arange(len(chosen)) != site)
        if gain > _NOBODY or problem.kept[site]:
            continue
        if problem.side_rows().allow(without):
            chosen = without
    return np.asarray(sites[chosen[sites]], dtype=np.int64)
