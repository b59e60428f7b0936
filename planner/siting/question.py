"""What a planner asks, and the same as a problem: rows of people, columns of sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from planner.coverage.counting import UNKNOWN
from planner.coverage.facilities import join_facilities
from planner.errors import InfeasibleError, SitingError, quote
from planner.plan import KINDS, Plan
from planner.siting._question_checks import (
    RANGES,
    check_amounts,
    check_place,
    check_search,
    check_weights,
    find_most,
)
from planner.siting.models.location_models import MODELS
from planner.siting.models.problem import GroupLimit, Problem
from planner.siting.models.solution import SolveOptions
from planner.siting.siting_case import SitingCase
from planner.siting.solve import prune_problem

#: The default objective: residents newly covered.
RESIDENTS: Final[Mapping[str, float]] = {"residential": 1.0}
#: Models whose value also counts people who are covered already.
_OF_EVERYBODY: Final = ("p-median", "p-center", "backup", "fairness", "lscp")
#: Levels whose facilities never close: they serve more than those within their walk.
_LASTING_LEVELS: Final = ("district", "town")
#: The longest walks that a model compares, as multiples of the cutoff.
_FAR: Final = {"p-median": 2.0, "p-center": 4.0}


@dataclass(frozen=True)
class SiteQuestion:
    """What is asked of the siting.

    model : one of MODELS. n_sites, budget : the most new sites and money; without both ten sites,
    or all candidates where there are fewer. share : of the people who can be judged, for lscp.
    closures : how many of today's facilities of the area may close. forced, excluded : site_ids.
    weights : kind -> what one person counts. limits : of towns and domains. spacing_m : least
    distance of new sites. alternatives, curve : how many near-best choices, and up to how many
    sites the curve goes. why_not : lon, lat of a place to explain.

    Examples
    --------
    >>> import planner
    >>> planner.SiteQuestion(model="mclp", n_sites=3).n_sites
    3
    """

    model: str = "mclp"
    n_sites: int | None = None
    budget: float | None = None
    share: float | None = None
    closures: int = 0
    forced: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=lambda: RESIDENTS)
    limits: tuple[GroupLimit, ...] = ()
    spacing_m: float = 0.0
    alternatives: int = 5
    curve: int = 20
    why_not: tuple[float, float] | None = None
    options: SolveOptions = field(default_factory=SolveOptions)

    def __post_init__(self) -> None:
        """Refuse what no model can answer."""
        if self.model not in MODELS:
            raise SitingError(
                f"there is no model {quote(self.model)}; give one of {', '.join(MODELS)}"
            )
        if self.share is not None and self.model != "lscp":
            raise SitingError(f"a share is asked of lscp alone, not of {self.model}; drop it")
        if self.share is not None and not 0 < self.share <= 1:
            raise SitingError(f"share is {self.share:g}; give a number above 0, at most 1")
        check_amounts({name: getattr(self, name) for name in RANGES})
        check_weights(self.weights)
        check_search(self.options)
        if self.why_not is not None:
            check_place(*self.why_not)

    @property
    def residents_only(self) -> bool:
        """Whether nobody but residents counts, and each as one."""
        return {kind: weight for kind, weight in self.weights.items() if weight} == RESIDENTS


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


def pose(case: SitingCase, question: SiteQuestion) -> PosedQuestion:
    """Put a question as a problem: whom it counts, where sites may stand, and what stays.

    Existing and planned facilities are locked in. People whose verdict is unknown do not count:
    missing data never helps a site. A candidate is dropped where another one of the same town and
    domain reaches all whom it reaches at no more cost; of equals the one with the higher score
    stays.

    Raises
    ------
    SitingError
        If an id is unknown, or the limits contradict each other.
    """
    weight, counted = _find_counted(case, question)
    rows = np.flatnonzero(counted)
    far = case.cutoff_minutes * _FAR.get(question.model, 1.0)
    closable = _closable(case, question)
    people = AskedPeople(
        rows=rows,
        weight=weight[rows],
        people=case.people[rows],
        towns=case.demand["town"].astype(str).to_numpy()[rows],
        ids=case.demand["demand_id"].to_numpy()[rows],
        gaps=case.demand["gap_id"].to_numpy(dtype=object)[rows],
        gap_names=case.gaps.set_index("gap_id")["name"].fillna("").to_dict(),
        everybody=float(case.people.sum()),
        **_find_staying(case, rows, far, closable),
    )
    return pose_of_matrix(
        _matrix(case, counted, rows, far, closable),
        people,
        case.candidates,
        case.sites.xy,
        question,
        cutoff_minutes=case.cutoff_minutes,
        closable=closable,
    )


@dataclass(frozen=True, eq=False)
class AskedPeople:
    """The r units of people that a question counts.

    rows (r,) : of all units. weight (r,) : what each counts. gaps (r,) : gap_id of each, "" for
    none; gap_names : what residents call them. everybody : people of all units.
    existing_minutes, planned_minutes, existing_count (r,) : as in `Problem`.
    """

    rows: NDArray[np.int64]
    weight: NDArray[np.float64]
    people: NDArray[np.float64]
    towns: NDArray[Any]
    ids: NDArray[Any]
    gaps: NDArray[np.object_]
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
    far = cutoff_minutes * _FAR.get(question.model, 1.0)
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


def _find_counted(
    case: SitingCase, question: SiteQuestion
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the weight of each unit, and which of them the question counts; somebody is."""
    weight = weigh_units(case, question)
    counted = weight > 0
    if not _all_count(question):
        counted &= _at_stake(case, question)
    if not counted.any():
        raise SitingError("nobody whom the weights count is left out; there is nothing to site for")
    return weight, counted


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


def weigh_units(case: SitingCase, question: SiteQuestion) -> NDArray[np.float64]:
    """Return what each unit counts, shape (n,); nothing where the verdict is unknown."""
    each = [question.weights.get(kind, 0.0) for kind in KINDS]
    weight = np.select([case.of_kind(kind) for kind in KINDS], each)
    return np.asarray(np.where(case.of_verdict(UNKNOWN), 0.0, weight * case.people), np.float64)


def limits_of(plan: Plan) -> tuple[GroupLimit, ...]:
    """Return the limits of a plan's towns and domains."""
    return tuple(
        GroupLimit(
            limit.town if limit.town is not None else str(limit.domain),
            by="town" if limit.town is not None else "domain",
            least=limit.least, most=limit.most, budget=limit.budget,
        )
        for limit in plan.candidates.limits
    )  # fmt: skip


def _all_count(question: SiteQuestion) -> bool:
    """Tell whether a model also counts people whose cover cannot change."""
    return question.model in _OF_EVERYBODY


def _at_stake(case: SitingCase, question: SiteQuestion) -> NDArray[np.bool_]:
    """Mark the units that are left out, or may be once so many facilities close, shape (n,)."""
    in_reach = case.demand["facilities_in_reach"].to_numpy(dtype=np.int64)
    # Whoever has more in reach than may close keeps one, whichever close.
    may_lose = case.covered & (in_reach + case.covered_by_planned <= question.closures)
    return np.asarray(case.left_out | may_lose, dtype=bool)


def _closable(case: SitingCase, question: SiteQuestion) -> gpd.GeoDataFrame:
    """Return today's facilities that may close: those of the area but for its centres."""
    may = ~case.facilities["in_ring"].astype(bool) & ~case.facilities["level"].isin(_LASTING_LEVELS)
    if question.closures and not may.any():
        raise SitingError(
            "closures: there is no station that may close; centres of district and towns stay"
        )
    # Where none may close none needs a column: their walks stand among those of what stays.
    return case.facilities[may.to_numpy() & bool(question.closures)]


def _xy(layer: gpd.GeoDataFrame) -> NDArray[np.float64]:
    return np.column_stack([layer.geometry.x, layer.geometry.y]).reshape(-1, 2).astype(np.float64)


def _matrix(
    case: SitingCase, counted: NDArray[np.bool_], rows: NDArray[np.int64], far: float,
    closable: gpd.GeoDataFrame,
) -> csr_array:  # fmt: skip
    """Return the minutes from sites to people, rows x columns."""
    # Walks of people left out are known; equal to the bit, for `far` is then the cutoff times 1.
    near = far == case.cutoff_minutes and not np.any(counted & ~case.left_out)
    pairs = case.reached if near else case.pairs_to(case.sites, far, counted)
    blocks = [pairs.to_matrix()[rows]]
    if len(closable):
        old = join_facilities(case.streets, closable)
        blocks.append(case.pairs_to(old, far, counted).to_matrix()[rows])
    tables = [block.tocoo() for block in blocks]
    first = np.cumsum([0] + [block.shape[1] for block in blocks])
    row = np.concatenate([table.row for table in tables])
    col = np.concatenate([table.col + at for table, at in zip(tables, first[:-1], strict=True)])
    data = np.concatenate([table.data for table in tables])
    return csr_array((data, (row, col)), shape=(len(rows), int(first[-1])))


def _find_staying(
    case: SitingCase, rows: NDArray[np.int64], far: float, closable: gpd.GeoDataFrame
) -> dict[str, Any]:
    """Return the walks to what stays, and how many of them lie within the cutoff."""
    planned = case.planned_minutes[rows]
    count = (planned <= case.cutoff_minutes).astype(np.int64)
    if len(closable) == 0:
        today = case.minutes_today[rows]
        count += case.demand["facilities_in_reach"].to_numpy(dtype=np.int64)[rows]
    else:
        # Those of the ring, and the centres of district and towns inside the area.
        stay = case.facilities[~case.facilities.index.isin(closable.index)]
        pairs = case.pairs_to(join_facilities(case.streets, stay), far)
        today = np.full(len(case.demand), np.inf)
        np.minimum.at(today, pairs.target, pairs.minutes)
        near = pairs.target[pairs.minutes <= case.cutoff_minutes]
        count += np.bincount(near, minlength=len(case.demand))[rows]
        today = today[rows]
    return {"existing_minutes": today, "planned_minutes": planned, "existing_count": count}


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
    where = pd.Series(problem.weights[out], index=people.gaps[out])
    worst = (
        where[where.index != ""].groupby(level=0).sum().sort_values(ascending=False, kind="stable")
    )
    # A gap far from all that residents have a name for has none itself: its id is told.
    listed = ", ".join(
        f"{people.gap_names.get(gap) or gap} ({count:,.0f})" for gap, count in worst[:3].items()
    )
    more = f" and {len(worst) - 3} more gaps" if len(worst) > 3 else ""
    who = "residents" if question.residents_only else "people, as weighted,"
    raise InfeasibleError(
        f"no candidate reaches {lost:,.0f} {who} within {problem.cutoff_minutes:g} minutes: "
        f"{listed}{more}; add candidates there or ask for a share of at most "
        # Rounded down: a share rounded up could not be met either.
        f"{np.floor(best * 1e4) / 1e4:g}"
    )
