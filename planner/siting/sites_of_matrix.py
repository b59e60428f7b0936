"""Sites chosen from any matrix of minutes: the models, proof and search of `planner site`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from planner.coverage.counting import GAP, UNKNOWN
from planner.coverage.coverage_of_tables import Coverage
from planner.coverage.facilities import PLANNED, find_approximate, join_facilities
from planner.crs.array_types import Flags, Floats
from planner.errors import ArgumentError, quote
from planner.siting._asked_numbers import (
    check_amount,
    check_labels,
    check_number_of_sites,
    check_options,
)
from planner.siting._choice_sentences import say_proof
from planner.siting._matrix_notes import HOWEVER_FAR, choose_far, list_notes
from planner.siting.given_matrix import AnyMinutes, GivenMatrix, read_minutes, read_people
from planner.siting.models.allocation import allocate_people
from planner.siting.models.location_models import MODELS
from planner.siting.models.problem import Problem
from planner.siting.models.solution import Solution, SolveOptions
from planner.siting.sentences import say_amount
from planner.siting.solve import MINIMISING, prune_problem, solve_problem
from planner.travel.minutes import nearest_minutes
from planner.travel.points import check_cutoff


@dataclass(frozen=True, eq=False, repr=False)
class ChosenSites:
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
        status says whether it is proved.
    proof
        The same in words.
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
    model: str
    value: float
    unit: str
    bound: float
    gap: float
    status: str
    proof: str
    seconds: float
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Say which sites, what they bring and how far it is proved."""
        names = ", ".join(map(str, self.sites[:10])) + ", ..." * (len(self.sites) > 10)
        return "\n  ".join(
            [
                f"ChosenSites({self.model}: {names or 'none'})",
                f"{say_amount(self.value, self.unit, 'en')}; {self.proof}",
                *(f"note: {note}" for note in self.notes),
            ]
        )

    def _repr_html_(self) -> str:
        """Show the sites as a table, the proof above it."""
        lines = "<br>".join(escape(line.strip()) for line in repr(self).splitlines())
        table = self.table.rename_axis("site").reset_index().to_html(index=False, border=0)
        return f"<p>{lines}</p>{table}"


def choose_sites(
    minutes: AnyMinutes,
    people: Any,
    *,
    p: int | None = 10,
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
        The most new sites; None where only `budget` limits them. lscp finds the number itself.
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
    if model not in MODELS:
        raise ArgumentError(f"model is {quote(model)}; give one of {', '.join(MODELS)}")
    cutoff = check_cutoff(cutoff_minutes)
    asked, share = check_options(options), _check_share(share)
    p, budget = check_number_of_sites(p), check_amount(budget, "budget")
    forced, excluded = check_labels(forced, "forced"), check_labels(excluded, "excluded")
    _check_asked(model, p, budget, towns, capacity, forced, excluded)
    given = read_people(people, people_column)
    matrix = read_minutes(minutes, given.index)
    stays = _Existing.of(existing, matrix, given.index, cutoff)
    weights = given.where(~stays.unknown, 0.0).to_numpy(dtype=np.float64)
    columns = np.flatnonzero(~stays.columns)
    walks = whole = csr_array(matrix.minutes[:, columns])
    far = None if far_minutes is None else check_cutoff(far_minutes, "far_minutes")
    if far is not None:
        walks = _cut_far(whole, far)
    sites = matrix.sites[columns]
    problem = Problem(
        walks,
        weights,
        cutoff_minutes=cutoff,
        existing_minutes=stays.minutes,
        existing_count=stays.count,
        n_sites=None if model == "lscp" else p,
        budget=budget,
        costs=_per_label(costs, matrix.sites, columns, "costs"),
        capacity=_per_label(capacity, matrix.sites, columns, "capacity"),
        demand_towns=_towns(towns, given.index),
        demand_ids=given.index.to_numpy(dtype=object),
        forced=_marked(forced, sites, "forced"),
        excluded=_marked(excluded, sites, "excluded"),
        far_minutes=choose_far(matrix.minutes, stays.minutes, cutoff) if far is None else far,
    )
    pruned = prune_problem(problem, model, np.zeros(len(sites)))
    found = solve_problem(pruned, model, asked, share if model == "lscp" else None)
    notes = list_notes(problem, found, whole, far_asked=far is not None)
    return _to_answer(problem, replace(found, notes=notes), sites, given.index)


@dataclass(frozen=True, eq=False)
class _Existing:
    """What stays: minutes (n,) to its nearest, how many are within the cutoff, who is unknown.

    columns (m,) : sites of the matrix that are open already.
    """

    minutes: Floats | None
    count: Any
    unknown: Flags
    columns: Flags

    @classmethod
    def of(cls, existing: Any, matrix: GivenMatrix, people: pd.Index, cutoff: float) -> _Existing:
        """Read `existing` of `choose_sites`."""
        n, none = len(people), np.zeros(len(matrix.sites), dtype=bool)
        nobody = np.zeros(n, dtype=bool)
        if existing is None:
            return cls(None, None, nobody, none)
        if isinstance(existing, Coverage):
            return _of_coverage(existing, people, cutoff, none)
        if isinstance(existing, pd.DataFrame) or np.ndim(existing) == 2:
            walks = read_minutes(existing, people, "existing").minutes
            return cls(*_nearest(walks, cutoff), nobody, none)
        if isinstance(existing, pd.Series) or _are_minutes(existing, n):
            nearest = _minutes_by_label(existing, people)
            return cls(nearest, (nearest <= cutoff).astype(np.int64), nobody, none)
        chosen = _marked(check_labels(existing, "existing"), matrix.sites, "existing")
        if chosen.all():
            raise ArgumentError("existing names every site; none is left to choose")
        return cls(*_nearest(csr_array(matrix.minutes[:, chosen]), cutoff), nobody, chosen)


def _are_minutes(existing: Any, n: int) -> bool:
    """Tell whether plain numbers are minutes, one for each person, and no labels of columns."""
    return isinstance(existing, np.ndarray) and len(existing) == n and existing.dtype.kind == "f"


def _of_coverage(found: Coverage, people: pd.Index, cutoff: float, none: Flags) -> _Existing:
    """Take facilities that are open or planned, and who cannot be judged, from a coverage."""
    lacking = people[~people.isin(found.units.index)]
    if len(lacking):
        raise ArgumentError(
            f"existing: the coverage says nothing of {quote(str(lacking[0]))} of people "
            f"({len(lacking)} in all); give the same people to both"
        )
    if found.cutoffs_minutes[-1] != cutoff:
        raise ArgumentError(
            f"existing: the coverage is judged at {found.cutoffs_minutes[-1]:g} minutes, not at "
            f"{cutoff:g}; give cutoff_minutes={found.cutoffs_minutes[-1]:g}"
        )
    asked = found.asked
    placed = asked.placed[~find_approximate(asked.placed)]
    planned = placed[placed["status"] == PLANNED]
    walk = asked.walk
    later, _ = nearest_minutes(walk.streets, join_facilities(walk.streets, planned), walk.units)
    rows = found.units.index.get_indexer(people)
    units = found.units.iloc[rows]
    nearest = units["minutes"].to_numpy(dtype=np.float64)
    count = units["facilities_in_reach"].to_numpy(dtype=np.int64) + (later[rows] <= cutoff)
    unknown = (units["verdict"] == UNKNOWN).to_numpy()
    assert not (nearest[(units["verdict"] == GAP).to_numpy()] <= cutoff).any()
    return _Existing(np.minimum(nearest, later[rows]), count, unknown, none)


def _nearest(walks: csr_array, cutoff: float) -> tuple[Floats, Any]:
    """Return minutes to the nearest column, and how many lie within the cutoff."""
    pairs = walks.tocoo()
    least = np.full(walks.shape[0], np.inf)
    np.minimum.at(least, pairs.row, pairs.data)
    near = pairs.row[pairs.data <= cutoff]
    return least, np.bincount(near, minlength=walks.shape[0])


def _minutes_by_label(existing: Any, people: pd.Index) -> Floats:
    """Return minutes to the nearest facility that stays, in the order of the people."""
    given = existing if isinstance(existing, pd.Series) else pd.Series(existing, index=people)
    lacking = people[~people.isin(given.index)]
    if len(lacking) or not given.index.is_unique:
        raise ArgumentError(
            "existing: minutes go by the labels of people, each once; reindex() them to the index "
            "of people, with inf where there is no path"
        )
    found = pd.to_numeric(given.reindex(people), errors="coerce").to_numpy(dtype=np.float64)
    if np.isnan(found).any() or (found < 0).any():
        raise ArgumentError("existing: give minutes of 0 or more, inf where there is no path")
    return found


def _check_asked(
    model: str, p: Any, budget: Any, towns: Any, capacity: Any, forced: Any, excluded: Any
) -> None:
    """Refuse what a model lacks, and sites that must and must not be chosen."""
    if model != "lscp" and p is None and budget is None:
        raise ArgumentError(f"{model} needs a number of sites or a budget; give p or budget")
    if model == "fairness" and towns is None:
        raise ArgumentError("fairness needs the town of each row of people; give towns")
    if model == "capacitated" and capacity is None:
        raise ArgumentError("capacitated needs how many people each site serves; give capacity")
    for label in forced:
        if label in list(excluded):
            raise ArgumentError(f"the site {quote(label)} is both forced and excluded; drop one")


def _check_share(share: Any) -> float:
    """Return the share of the people that lscp covers."""
    found = check_amount(share, "share")
    if found is None or not 0 < found <= 1:
        raise ArgumentError(f"share is {quote(share)}; give a number above 0, at most 1")
    return found


def _per_label(values: Any, sites: pd.Index, columns: Any, name: str) -> Floats | None:
    """Return numbers of the sites that may be chosen, in their order."""
    if values is None:
        return None
    if isinstance(values, Mapping):
        values = pd.Series(values)
    if isinstance(values, pd.Series):
        lacking = sites[~sites.isin(values.index)]
        if len(lacking) or not values.index.is_unique:
            lacks = f"lacks the site {quote(str(lacking[0]))}" if len(lacking) else "has one twice"
            raise ArgumentError(f"{name} {lacks}; give each site one value")
        values = values.reindex(sites)
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"{name} holds what is no number; give each site one") from error
    if found.shape != (len(sites),):
        raise ArgumentError(f"{name} has {found.size} values for {len(sites)} sites; give each one")
    if not (np.isfinite(found) & (found >= 0)).all():
        raise ArgumentError(f"{name}: give each site a number of 0 or more")
    return np.asarray(found[columns], dtype=np.float64)


def _towns(towns: Any, people: pd.Index) -> Any:
    """Return the town of each row of people."""
    if towns is None:
        return None
    if isinstance(towns, pd.Series) and not towns.index.equals(people):
        if not people.isin(towns.index).all() or not towns.index.is_unique:
            raise ArgumentError("towns go by the labels of people, each once; reindex() them")
        towns = towns.reindex(people)
    found = np.asarray(towns, dtype=object)
    if found.shape != (len(people),):
        raise ArgumentError(f"towns has {found.size} values for {len(people)} rows of people")
    return found


def _marked(labels: Sequence[Any], sites: pd.Index, name: str) -> Flags:
    """Mark the sites of some labels."""
    for label in labels:
        if label not in sites:
            raise ArgumentError(f"{name}: there is no site {quote(label)} in minutes")
    return np.asarray(sites.isin(list(labels)), dtype=bool)


def _cut_far(walks: csr_array, far: float) -> csr_array:
    """Leave out walks beyond what counts as far."""
    pairs = walks.tocoo()
    near = pairs.data <= far
    return csr_array((pairs.data[near], (pairs.row[near], pairs.col[near])), shape=walks.shape)


def _to_answer(problem: Problem, found: Solution, sites: pd.Index, people: pd.Index) -> ChosenSites:
    """Say what was chosen by labels, and who goes where."""
    labels = sites[found.sites]
    allocation = _allocate(problem, found, labels, people)
    open_to = allocation[allocation["site"].notna()]
    # Of pandas' groups only this one keeps labels of any kind apart.
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
    return ChosenSites(
        sites=labels,
        table=table,
        allocation=allocation,
        model=found.model,
        value=found.value,
        unit=found.unit,
        bound=found.bound,
        gap=found.gap,
        status=found.status,
        proof=say_proof(found.status, found.gap, "en"),
        seconds=found.seconds,
        notes=found.notes,
    )


def _allocate(
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
