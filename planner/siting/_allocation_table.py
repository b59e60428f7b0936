"""Who goes to which of the chosen sites, by the labels of people and sites."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from planner.siting._matrix_notes import HOWEVER_FAR
from planner.siting.models.allocation import allocate_people
from planner.siting.models.problem import Problem
from planner.siting.models.solution import Solution
from planner.siting.solve import MINIMISING


def allocate_by_label(
    problem: Problem, found: Solution, labels: pd.Index, people: pd.Index
) -> pd.DataFrame:
    """Return where each row of people goes: to its nearest, or as the room of sites allows."""
    walks = csr_array(problem.minutes[:, found.sites])
    stays = problem.staying_minutes
    if found.model == "capacitated":
        return _share_out(problem, found, walks, labels, people)
    limit = np.inf if found.model in HOWEVER_FAR else problem.cutoff_minutes
    pairs = walks.tocoo()
    use = (pairs.data <= limit) & (pairs.data < stays[pairs.row])
    # In models of cover the people of a site are those whom nothing covers that stays.
    if found.model not in MINIMISING or found.model == "lscp":
        use &= problem.cover_count[pairs.row] == 0
    row, col, data = pairs.row[use], pairs.col[use], pairs.data[use]
    order = np.lexsort((col, data, row))
    first = order[np.unique(row[order], return_index=True)[1]]
    site = np.full(len(people), -1)
    minutes = np.where(stays <= limit, stays, np.inf)
    site[row[first]], minutes[row[first]] = col[first], data[first]
    names = np.array([*labels, None], dtype=object)
    return pd.DataFrame(
        {"person": people, "site": names[site], "minutes": minutes, "people": problem.weights}
    )


def _share_out(
    problem: Problem, found: Solution, walks: csr_array, labels: pd.Index, people: pd.Index
) -> pd.DataFrame:
    """Return who is served where sites have room for only so many."""
    assert problem.capacity is not None  # the model has asked for it
    pairs = walks.tocoo()
    near = pairs.data <= problem.cutoff_minutes
    within = csr_array((pairs.data[near], (pairs.row[near], pairs.col[near])), shape=walks.shape)
    heads = np.where(problem.cover_count == 0, problem.headcount, 0.0)
    room = np.asarray(problem.capacity)[found.sites]
    served = allocate_people(within, heads, np.ones(len(heads)), room).tocoo()
    names = np.array([*labels, None], dtype=object)
    table = pd.DataFrame(
        {
            "person": people[served.row],
            "site": names[served.col],
            "minutes": np.asarray(walks.tocsr()[served.row, served.col]).ravel(),
            "people": served.data,
        }
    )
    return table.sort_values(["person", "minutes"], kind="stable", ignore_index=True)
