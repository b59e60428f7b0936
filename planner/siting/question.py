"""What a planner asks, and the same as a problem: rows of people, columns of sites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from planner.coverage.counting import UNKNOWN
from planner.coverage.facilities import join_facilities
from planner.errors import SitingError, quote
from planner.plan import KINDS, Plan
from planner.siting._question_checks import (
    RANGES,
    check_amounts,
    check_place,
    check_search,
    check_weights,
)
from planner.siting.models.location_models import MODELS
from planner.siting.models.problem import GroupLimit
from planner.siting.models.solution import SolveOptions
from planner.siting.posed_question import FAR, AskedPeople, PosedQuestion, pose_of_matrix
from planner.siting.siting_case import SitingCase

#: The default objective: residents newly covered.
RESIDENTS: Final[Mapping[str, float]] = {"residential": 1.0}
#: Models whose value also counts people who are covered already.
_OF_EVERYBODY: Final = ("p-median", "p-center", "backup", "fairness", "lscp")
#: Levels whose facilities never close: they serve more than those within their walk.
_LASTING_LEVELS: Final = ("district", "town")


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


def list_asked(question: SiteQuestion) -> dict[str, Any]:
    """Return what was asked, as plain values."""
    limits = [vars(limit) for limit in question.limits]
    names = ("n_sites", "budget", "share", "closures", "spacing_m", "forced", "excluded")
    return {
        **{name: getattr(question, name) for name in names},
        "weights": dict(question.weights), "limits": limits,
        "time_limit_s": question.options.time_limit_s, "gap": question.options.gap,
    }  # fmt: skip


def name_unit(unit: str, question: SiteQuestion) -> str:
    """Name what value and bound count; unit : of the solution."""
    if unit != "people":
        return unit
    return "residents" if question.residents_only else "weighted people"


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
    far = case.cutoff_minutes * FAR.get(question.model, 1.0)
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
