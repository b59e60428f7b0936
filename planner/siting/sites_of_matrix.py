"""Sites chosen from any matrix of minutes: the models, proof and search of `planner site`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from planner.siting._allocation_table import allocate_by_label
from planner.siting._given_options import (
    check_choice,
    check_model,
    cut_far,
    mark_sites,
    read_existing,
    read_per_site,
    read_towns,
)
from planner.siting._matrix_notes import choose_far, list_notes
from planner.siting._question_checks import find_most
from planner.siting.given_matrix import AnyMinutes, read_minutes, read_people
from planner.siting.models.problem import Problem
from planner.siting.models.solution import Solution, SolveOptions
from planner.siting.proved_choice import ProvedChoice, list_proof
from planner.siting.solve import solve_whole
from planner.travel.checked_numbers import check_cutoff


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ChosenSites(ProvedChoice):
    """The sites that a model chose, and how good the choice is at least.

    Parameters
    ----------
    sites : Index
        Labels of the chosen sites, the most useful first.
    table : DataFrame, index as `sites`
        step (1, 2 ...), people newly covered beyond those before it (in minutes' models: those
        whose nearest it is), cost.
    allocation : DataFrame
        person (label), site (label; missing where a facility of today serves, or none does),
        minutes, people. With capacities the people of a row may be divided.
    model, value, unit, bound, gap, status
        As in site.json: no choice is better than the bound, gap is the share between the two, and
        status says whether it is proved. `proof` says the same in words.
    seconds
        Of the search.
    notes
        What the model says besides, a line each.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> minutes = planner.travel_time_matrix(town.network, town.people, town.candidates)
    >>> chosen = planner.choose_sites(minutes, town.people, p=2)
    >>> chosen.proof
    'with these candidates and limits this choice is proved to be the best'
    """

    sites: pd.Index
    table: pd.DataFrame
    allocation: pd.DataFrame

    def __repr__(self) -> str:
        """Say which sites, what they bring and how far it is proved."""
        return self._describe(self.model, self.sites.tolist())

    def _repr_html_(self) -> str:
        """Show the sites as a table, the proof above it."""
        return self._show(self.table.rename_axis("site").reset_index())


def choose_sites(
    minutes: AnyMinutes,
    people: Any,
    *,
    p: int | None = None,
    model: str = "mclp",
    cutoff_minutes: float = 15.0,
    existing: Any = None,
    people_column: str = "people",
    costs: Any = None,
    budget: float | None = None,
    capacity: Any = None,
    share: float = 1.0,
    towns: Any = None,
    forced: Sequence[Any] = (),
    excluded: Sequence[Any] = (),
    far_minutes: float | None = None,
    options: SolveOptions | None = None,
) -> ChosenSites:
    """Choose where to build, from any matrix of minutes, with a proof of how good the choice is.

    The models, their search and their proof are those of `planner site`.

    Parameters
    ----------
    minutes
        From people to candidate sites: a long table such as `travel_time_matrix` gives, a DataFrame
        people x sites, a numpy array or scipy sparse matrix (spopt's cost arrays). inf, or not
        stored, is no path; a stored 0 is a walk of no time.
    people
        Series by label, a table with `people_column`, or numbers in the order of the rows.
    p
        The most new sites. None: where `budget` limits them, any number, else at most 10, or all
        candidates where there are fewer. lscp finds the number itself.
    model
        mclp, lscp, p-median, p-center, backup, capacitated or fairness.
    cutoff_minutes
        Within it people are covered.
    existing
        Facilities that stay: a `Coverage` (its unknown people count for no site), labels of columns
        of `minutes`, minutes to the nearest one by label, or a matrix people x facilities.
    costs, capacity
        By site (Series by label, or in the order of columns): for `budget`; for `capacitated`.
    budget
        The most that new sites may cost; without `costs` each costs 1.
    share
        Of the people, that lscp covers.
    towns
        Of the people, by label or in their order, for fairness.
    forced, excluded
        Labels of sites that must be chosen, and must not.
    far_minutes
        Walks beyond it count as this long under p-median, as no path does; under p-center there is
        no such walk. None: of no path, p-median counts twice the longest of all walks in `minutes`
        and `existing` (at least of the cutoff), so that it is never better than a walk; how many
        people count so is told in `notes`.
    options
        How long and how exactly to search.

    Raises
    ------
    ArgumentError
        If labels, shapes or numbers cannot be meant, or minutes look transposed.
    InfeasibleError
        If no choice keeps the limits.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> minutes = planner.travel_time_matrix(town.network, town.people, town.candidates)
    >>> today = planner.coverage(town.network, town.facilities, town.people, known="everywhere")
    >>> planner.choose_sites(minutes, town.people, p=1, existing=today)
    ChosenSites(mclp: C1)
      300 people; with these candidates and limits this choice is proved to be the best
    """
    cutoff = check_cutoff(cutoff_minutes)
    check_model(model, towns=towns, capacity=capacity)
    check_choice(p, budget, share, forced, excluded, options)
    far = None if far_minutes is None else check_cutoff(far_minutes, "far_minutes")
    given = read_people(people, people_column)
    matrix = read_minutes(minutes, given.index)
    stays = read_existing(existing, matrix, given.index, cutoff)
    columns = np.flatnonzero(~stays.columns)
    sites, walks = matrix.sites[columns], csr_array(matrix.minutes[:, columns])
    barred = mark_sites(excluded, sites, "excluded")
    problem = Problem(
        walks if far is None else cut_far(walks, far),
        given.where(~stays.unknown, 0.0).to_numpy(dtype=np.float64),
        cutoff_minutes=cutoff,
        existing_minutes=stays.minutes,
        existing_count=stays.count,
        n_sites=find_most(p, budget, model, int((~barred).sum())),
        budget=budget,
        costs=read_per_site(costs, matrix.sites, columns, "costs"),
        capacity=read_per_site(capacity, matrix.sites, columns, "capacity"),
        demand_towns=read_towns(towns, given.index),
        demand_ids=given.index.to_numpy(dtype=object),
        forced=mark_sites(forced, sites, "forced"),
        excluded=barred,
        far_minutes=choose_far(matrix.minutes, stays.minutes, cutoff) if far is None else far,
    )
    found = solve_whole(problem, model, options, share)
    notes = list_notes(problem, found, walks, far_asked=far is not None)
    return _to_answer(problem, replace(found, notes=notes), sites, given.index)


def _to_answer(problem: Problem, found: Solution, sites: pd.Index, people: pd.Index) -> ChosenSites:
    """Say what was chosen by labels, and who goes where."""
    labels = sites[found.sites]
    allocation = allocate_by_label(problem, found, labels, people)
    open_to = allocation[allocation["site"].notna()]
    # Grouped by position: labels may be of mixed kinds, which pandas cannot sort.
    by_step = pd.Series(0.0, index=range(len(labels)))
    step_of = labels.get_indexer(pd.Index(open_to["site"]))
    by_step = by_step.add(open_to.groupby(step_of)["people"].sum(), fill_value=0.0)
    table = pd.DataFrame(
        {
            "step": np.arange(1, len(labels) + 1),
            "people": by_step.to_numpy(),
            "cost": problem.money[found.sites],
        },
        index=labels,
    )
    return ChosenSites(sites=labels, table=table, allocation=allocation, **list_proof(found))
