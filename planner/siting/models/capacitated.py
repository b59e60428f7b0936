"""The model of capacitated cover: most people served, no site more than it has room for."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from planner.crs.array_types import Flags, Floats
from planner.errors import SitingError
from planner.siting.models import programmes
from planner.siting.models.allocation import allocate_people, order_by_served
from planner.siting.models.heuristics import choose_greedily
from planner.siting.models.model_steps import (
    NOT_ASKED,
    build_cover_gain,
    check_limited,
    choose_better,
    find_open_reach,
    price_limits,
    to_solution,
)
from planner.siting.models.problem import Problem
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
    check_limited(problem, "capacitated")
    if problem.capacity is None:
        raise SitingError("the capacitated model needs the sites' capacity; give it")
    began = time.perf_counter()
    reach, open_rows = find_open_reach(problem)
    start = choose_greedily(problem, build_cover_gain(problem, open_rows))
    # The greedy search knows of no room, so its choice is counted anew with the room it has.
    first = count_served(problem, start) if start is not None else -np.inf
    seconds = time.perf_counter() - began
    if options.exact:
        # Room is taken up by heads, whatever they count; the aim is their worth.
        people = np.where(open_rows, problem.headcount, 0.0)
        part = csr_array(reach.multiply((people > 0)[:, None]))
        left = options.time_limit_s - seconds
        answer = programmes.serve_most(problem, part, people, _worth(problem), left, options.gap)
    else:
        answer = replace(NOT_ASKED, bound=float(problem.weights[open_rows].sum()))
    found = choose_better(problem, answer, start, lambda chosen: count_served(problem, chosen))
    found = replace(found, first_value=first, first_seconds=seconds)
    before = count_served(problem, problem.mask("closable"))
    solution = to_solution(problem, "capacitated", found, began, options, None, "people", -before)
    sites = _order_sites(problem, solution)
    return price_limits(problem, replace(solution, sites=sites), site_capacitated, options)


def count_served(problem: Problem, chosen: Flags) -> float:
    """Return what the people count whom a choice can serve and nothing that stays covers."""
    columns = np.flatnonzero(chosen)
    minutes, people, worth = find_open_demand(problem, columns)
    assert problem.capacity is not None  # checked by the caller
    served = allocate_people(minutes, people, worth, np.asarray(problem.capacity, float)[columns])
    return float(worth @ served.sum(axis=1))


def find_open_demand(
    problem: Problem, columns: NDArray[np.int64]
) -> tuple[csr_array, Floats, Floats]:  # fmt: skip
    """Return the walks to some sites within the cutoff, the people not covered, and their worth."""
    minutes = csr_array(problem.minutes[:, columns])
    pairs = minutes.tocoo()
    near = pairs.data <= problem.cutoff_minutes
    table = (pairs.data[near], (pairs.row[near], pairs.col[near]))
    people = np.where(problem.cover_count == 0, problem.headcount, 0.0)
    return csr_array(table, shape=minutes.shape), people, _worth(problem)


def _worth(problem: Problem) -> Floats:
    """Return what one person of each row counts."""
    heads = problem.headcount
    return np.divide(problem.weights, heads, out=np.zeros(len(heads)), where=heads > 0)


def _order_sites(problem: Problem, solution: Solution) -> NDArray[np.int64]:
    """Order new sites by people served; leave out those that serve nobody and nothing asks for."""
    stays = np.setdiff1d(np.flatnonzero(problem.mask("closable")), solution.closed)
    assert problem.capacity is not None  # checked by the caller
    room = np.asarray(problem.capacity, float)
    minutes, people, worth = find_open_demand(problem, np.concatenate([stays, solution.sites]))
    old = allocate_people(csr_array(minutes[:, : len(stays)]), people, worth, room[stays])
    left = people - old.sum(axis=1)  # stations that stay serve first
    order, gains = order_by_served(
        csr_array(minutes[:, len(stays) :]), left, worth, room[solution.sites]
    )
    sites = solution.sites[order]
    chosen = np.zeros(problem.shape[1], bool)
    chosen[np.concatenate([stays, sites])] = True
    # From the last one: where least numbers keep some that serve nobody, the first of them stay.
    for site, gain in zip(sites[::-1], gains[::-1], strict=True):
        without = chosen & (np.arange(len(chosen)) != site)
        if gain > _NOBODY or problem.always_open[site]:
            continue
        if problem.side_constraints().allow(without):
            chosen = without
    return np.asarray(sites[chosen[sites]], dtype=np.int64)
