"""Candidates that another one dominates, and so makes needless: it serves all whom they serve."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.sparse import csc_array, csr_array

from planner.crs.array_types import Flags, Floats, Ints
from planner.siting.models.problem import Problem
from planner.siting.models.search_arrays import RowSites, SiteRows

#: Models that ask for cover alone: a person whom one site covers needs no second one.
_OF_COVER: Final = ("mclp", "lscp", "fairness")


def find_needless(problem: Problem, model: str, score: Floats) -> Flags:
    """Mark the candidates that no best choice needs, shape (sites,).

    A candidate is needless where another one reaches everybody not covered yet whom it reaches. If
    towns or domains have limits, the other one is of the same; if money is limited, it costs no
    more. Of those that reach the same people, the one with the highest score stays. No candidate is
    marked where sites must keep a distance, or where too few would be left for the least numbers.
    """
    from planner.siting.models.dominance import mark_dominated

    none = np.zeros(problem.shape[1], bool)
    if model not in _OF_COVER or problem.spacing_m:
        return none
    open_rows = np.flatnonzero((problem.cover_count == 0) & (problem.weights > 0))
    reach = csr_array(problem.within(problem.cutoff_minutes).astype(np.int8)[open_rows])
    columns = csc_array(reach)
    priced = problem.budget is not None or any(x.budget is not None for x in problem.limits)
    price = problem.money * priced
    rank = np.empty(len(price), np.int64)
    # Where money has no limit `price` is 0, and cost only parts sites of one score.
    rank[np.lexsort((problem.money, -score, price))] = np.arange(len(price))
    wanted = problem.allowed & ~problem.mask("closable")
    gone: Flags = mark_dominated(
        SiteRows(columns.indptr.astype(np.int64), columns.indices.astype(np.int64)),
        RowSites(reach.indptr.astype(np.int64), reach.indices.astype(np.int64)),
        wanted, price, _group_labels(problem), rank,
    ) & ~problem.mask("forced")  # fmt: skip
    left = wanted & ~gone
    enough = all((problem.members(x) & left).sum() >= x.least for x in problem.limits)
    return gone if enough and left.any() else none


def _group_labels(problem: Problem) -> Ints:
    """Return the number of the group of each site: those that the limits tell apart."""
    label = np.zeros(problem.shape[1], np.int64)
    limited = {limit.by for limit in problem.limits}
    for by, names in (("town", problem.towns), ("domain", problem.domains)):
        if by in limited:
            known, number = np.unique(np.asarray(names), return_inverse=True)
            label = label * len(known) + number
    return label
