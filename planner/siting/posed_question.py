"""A question as a problem of rows of people and columns of sites, once the walks are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from planner.errors import InfeasibleError, SitingError, quote
from planner.siting._question_checks import find_most
from planner.siting.models.problem import Problem
from planner.siting.solve import prune_problem

if TYPE_CHECKING:
    from planner.siting.question import SiteQuestion

#: The longest walks that a model compares, as multiples of the cutoff.
FAR: Final = {"p-median": 2.0, "p-center": 4.0}


@dataclass(frozen=True, eq=False)
class PosedQuestion:
    """A question as a problem, and what its rows and columns stand for.

    problem : as it is solved, without needless candidates; unpruned : with them. rows : positions
    of the units in the case. ids, score : of the columns; the candidates come first, after them
    today's facilities that may close. The score decides between candidates that serve the same
    people.
    """

    problem: Problem
    unpruned: Problem
    rows: NDArray[np.int64]
    ids: NDArray[np.object_]
    n_candidates: int
    score: NDArray[np.float64]

    @property
    def needless(self) -> NDArray[np.bool_]:
        """Candidates that another one makes needless."""
        return np.asarray(
            self.problem.mask("excluded") & ~self.unpruned.mask("excluded"), dtype=bool
        )

    def prune(self, model: str, problem: Problem) -> Problem:
        """Return another question about the same columns without needless candidates."""
        return prune_problem(problem, model, self.score)


@dataclass(frozen=True, eq=False)
class AskedPeople:
    """The r units of people that a question counts.

    rows (r,) : of all units. weight (r,) : what each counts. gaps (r,) : gap_id of each, "" for
    none; gap_names : what residents call them. everybody : people of all units.
    towns, ids, gaps are None where the model asks nothing of them.
    existing_minutes, planned_minutes, existing_count (r,) : as in `Problem`.
    """

    rows: NDArray[np.int64]
    weight: NDArray[np.float64]
    people: NDArray[np.float64]
    towns: NDArray[Any] | None
    ids: NDArray[Any] | None
    gaps: NDArray[np.object_] | None
    gap_names: Mapping[str, str]
    everybody: float
    existing_minutes: NDArray[np.float64]
    planned_minutes: NDArray[np.float64]
    existing_count: NDArray[np.int64]


def pose_of_matrix(
    matrix: csr_array,
    people: AskedPeople,
    table: gpd.GeoDataFrame,
    sites_xy: NDArray[np.float64],
    question: SiteQuestion,
    *,
    cutoff_minutes: float,
    closable: gpd.GeoDataFrame,
) -> PosedQuestion:
    """Put a question as a problem once the walks are known; see `pose`.

    Parameters
    ----------
    matrix
        Minutes, people x (candidates, then facilities that may close).
    table, sites_xy
        The candidates, and their places, metres.
    closable
        Facilities that may close.
    """
    far = cutoff_minutes * FAR.get(question.model, 1.0)
    new, old = table["site_id"].astype(str), closable["facility_id"].astype(str)
    ids = np.concatenate([new.to_numpy(dtype=object), old.to_numpy(dtype=object)])
    n, k = len(table), len(closable)
    excluded = _marked(ids[:n], question.excluded, "exclude", k)
    _refuse_both(question)
    capacity = _capacity(table, len(closable), people.everybody, question, excluded)
    usable = int((~excluded[:n]).sum())
    problem = Problem(
        matrix,
        people.weight,
        cutoff_minutes=cutoff_minutes,
        n_sites=find_most(question.n_sites, question.budget, question.model, usable),
        budget=question.budget,
        costs=_costs(table, closable, question),
        capacity=capacity,
        people=people.people,
        towns=_labels(table, closable, "town"),
        domains=_labels(table, closable, "domain"),
        demand_towns=people.towns,
        demand_ids=people.ids,
        xy=np.concatenate([sites_xy, _xy(closable)]),
        spacing_m=question.spacing_m,
        excluded=excluded,
        forced=_marked(ids[:n], question.forced, "force", k),
        closable=np.arange(n + k) >= n,
        closures=question.closures,
        limits=question.limits,
        far_minutes=far,
        existing_minutes=people.existing_minutes,
        planned_minutes=people.planned_minutes,
        existing_count=people.existing_count,
    )
    posed = PosedQuestion(problem, problem, people.rows, ids, n, _find_scores(table, k))
    _check_share(people, posed, question)
    _check_reach(problem, question)
    return replace(posed, problem=posed.prune(question.model, problem))


def _refuse_both(question: SiteQuestion) -> None:
    """Refuse a site that has to be chosen and must not be."""
    for one in question.forced:
        if one in question.excluded:
            raise SitingError(f"the site {one} is both forced and excluded; drop one of the two")


def _find_scores(table: gpd.GeoDataFrame, more: int) -> NDArray[np.float64]:
    """Return the score of each candidate, and 0 of so many columns more."""
    known = table["score"].to_numpy(dtype=np.float64) if "score" in table else np.zeros(len(table))
    return np.append(np.nan_to_num(known), np.zeros(more))


def _check_reach(problem: Problem, question: SiteQuestion) -> None:
    """Refuse candidates of which none reaches anybody who counts and is not covered."""
    # Backup also wins people whom one facility covers today.
    if question.model == "backup":
        return
    pairs = problem.minutes.tocoo()
    open_rows = (problem.cover_count == 0) & (problem.weights > 0)
    near = problem.allowed[pairs.col] & (pairs.data <= problem.cutoff_minutes)
    if not (open_rows[pairs.row] & near).any():
        raise InfeasibleError(
            f"no candidate reaches anybody who is left out within {problem.cutoff_minutes:g} "
            "minutes; add candidates nearer to the gaps"
        )


def _xy(layer: gpd.GeoDataFrame) -> NDArray[np.float64]:
    return np.column_stack([layer.geometry.x, layer.geometry.y]).reshape(-1, 2).astype(np.float64)


def _labels(table: gpd.GeoDataFrame, closable: gpd.GeoDataFrame, name: str) -> NDArray[Any]:
    """Return town or domain of each column; facilities have no town here, and need none."""
    old = closable.get(name, pd.Series("", index=closable.index))
    return np.concatenate([table[name].astype(str), old.astype(str)]).astype(str)


def _costs(
    table: gpd.GeoDataFrame, closable: gpd.GeoDataFrame, question: SiteQuestion
) -> NDArray[np.float64]:
    """Return the costs; what a facility's closing frees is not known better than its `cost`."""
    new = table["cost"].to_numpy(dtype=np.float64)
    old = closable["cost"].to_numpy(dtype=np.float64) if len(closable) else np.empty(0)
    asks = question.budget is not None or any(x.budget is not None for x in question.limits)
    lacking = np.flatnonzero(np.isnan(new))
    if asks and len(lacking):
        raise SitingError(
            f"{len(lacking)} candidates have no cost, like {table['site_id'].iloc[lacking[0]]}; "
            "give it in the table or in candidates.costs, or drop the budget"
        )
    # A problem takes no NaN; where no budget is asked about the figure limits nothing.
    return np.concatenate([np.where(np.isnan(new), 1.0, new), np.nan_to_num(old, nan=0.0)])


def _capacity(
    table: gpd.GeoDataFrame, closable: int, everybody: float, question: SiteQuestion,
    excluded: NDArray[np.bool_],
) -> NDArray[np.float64] | None:  # fmt: skip
    """Return how many people each column can serve; asked for by one model only.

    Today's stations serve everybody within their walk, as every run says, whether they may close or
    not. A candidate without a figure cannot be used.
    """
    if question.model != "capacitated":
        return None
    new = table["capacity"].to_numpy(dtype=np.float64)
    if (np.isnan(new) | excluded[: len(new)]).all():
        raise SitingError("no candidate has a capacity; give it in the table of candidates")
    # Marked in place: `pose` counts the others, and gives the same array to the problem.
    excluded[: len(new)] |= np.isnan(new)
    return np.concatenate([np.nan_to_num(new, nan=0.0), np.full(closable, everybody)])


def _marked(
    ids: NDArray[np.object_], wanted: Sequence[str], option: str, more: int
) -> NDArray[np.bool_]:
    """Mark the candidates of some ids, or say which id there is instead."""
    known = set(ids)
    for one in wanted:
        if one not in known:
            close = get_close_matches(one, [str(x) for x in ids], n=1, cutoff=0.5)
            hint = f"did you mean {close[0]}?" if close else "see the layer candidates for the ids"
            raise SitingError(f"{option}: there is no candidate {quote(one)}; {hint}")
    return np.concatenate([np.isin(ids, list(wanted)), np.zeros(more, bool)])


def _check_share(people: AskedPeople, posed: PosedQuestion, question: SiteQuestion) -> None:
    """Refuse an lscp that the candidates cannot meet: name the gaps that none of them reaches."""
    if question.model != "lscp":
        return
    problem = posed.problem
    reach = csr_array(problem.within(problem.cutoff_minutes).multiply(problem.allowed[None, :]))
    out = (np.asarray(reach.sum(axis=1)).ravel() == 0) & (problem.cover_count == 0)
    total, lost = problem.weights.sum(), problem.weights[out].sum()
    best = 1 - lost / total
    if best >= (question.share or 1.0) - 1e-12 or lost == 0:
        return
    assert people.gaps is not None  # of a whole plan, as its model is asked of that alone
    where = pd.Series(problem.weights[out], index=people.gaps[out])
    worst = (
        where[where.index != ""].groupby(level=0).sum().sort_values(ascending=False, kind="stable")
    )
    # A gap far from all that residents have a name for has none itself: its id is told.
    listed = ", ".join(
        f"{people.gap_names.get(str(gap)) or gap} ({count:,.0f})"
        for gap, count in worst[:3].items()
    )
    more = f" and {len(worst) - 3} more gaps" if len(worst) > 3 else ""
    who = "residents" if question.residents_only else "people, as weighted,"
    raise InfeasibleError(
        f"no candidate reaches {lost:,.0f} {who} within {problem.cutoff_minutes:g} minutes: "
        f"{listed}{more}; add candidates there or ask for a share of at most "
        # Rounded down: a share rounded up could not be met either.
        f"{np.floor(best * 1e4) / 1e4:g}"
    )
