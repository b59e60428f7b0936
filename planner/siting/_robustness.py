"""Whether a choice survives the ranges of speed, gates and legs: asked again with every draw."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from planner.coverage.facilities import OPEN
from planner.coverage.sampling import Draw, sample_ranges
from planner.coverage.uncertainty import COVERED_SHARE, prepare_sampled_streets
from planner.crs.array_types import Flags
from planner.errors import InfeasibleError
from planner.siting.models.capacitated import count_served, site_capacitated
from planner.siting.models.location_models import site_mclp
from planner.siting.models.problem import Problem
from planner.siting.models.solution import Solution, SolveOptions
from planner.siting.posed_question import PosedQuestion
from planner.siting.question import SiteQuestion, weigh_units
from planner.siting.siting_case import SitingCase
from planner.travel.access import join, take
from planner.travel.minutes import cores, nearest_minutes, reached_pairs
from planner.travel.points import points_of

#: The choice stands in a repeat if it covers at least this share of what the best one there does.
STANDS_SHARE: Final = 0.95
#: A site is chosen again where the best choice has one within this distance of it, or where some
#: choice with this very site covers at least this share of what the best one does.
AGAIN_M: Final = 300.0
AS_GOOD: Final = 0.995
#: Beside the sites that the answer came from, those this near to the chosen ones are in play.
_NEAR_M: Final = 600.0
_MOST_SITES: Final = 800
_OPTIONS: Final = SolveOptions(time_limit_s=1.0, gap=2e-3, price_limits=False, rounds=30)


@dataclass(frozen=True, eq=False)
class Robustness:
    """How often a choice stands in r repeats.

    stands : in how many repeats it covers at least 95 % of the best; kept (r,) : the share of the
    best in each; gained (r,) : people newly covered in each, as weighted. sites : site_id -> in
    which part of the repeats it is chosen again: the best choice has a site within 300 m of it, or
    one with this very site is as good within half a percent.
    """

    runs: int
    stands: int
    kept: NDArray[np.float64]
    gained: NDArray[np.float64]
    sites: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return it as site.json has it."""
        some = self.runs > 0
        return {
            "runs": self.runs,
            "stands": self.stands,
            "share_kept_least": float(self.kept.min()) if some else None,
            "value_low": float(self.gained.min()) if some else None,
            "value_high": float(self.gained.max()) if some else None,
            "sites": self.sites,
        }


def judge_robustness(
    case: SitingCase,
    posed: PosedQuestion,
    question: SiteQuestion,
    solution: Solution,
    progress: Callable[[float], None] | None = None,
) -> Robustness:
    """Ask the cover of as many sites again with every draw of the plan's `[uncertainty]`.

    Where sites have room for only so many, cover is people served. In play are the candidates that
    the answer came from, and those around the chosen ones.
    """
    draws = sample_ranges(case.plan)
    pool = _pool(posed, solution)
    chosen = np.searchsorted(pool, solution.sites)
    closed = {str(posed.ids[column]) for column in solution.closed}
    weights = weigh_units(case, question)
    kept, gained, again = [], [], np.zeros(len(solution.sites))

    def asked(draw: Draw) -> tuple[float, float, NDArray[np.bool_]]:
        """Return what is kept of the best, who gains, and which sites are chosen again."""
        problem = _build_drawn_problem(case, posed, draw, pool, weights, closed)
        value = _covered_by(problem, chosen)
        try:
            best = _best(replace(problem, n_sites=max(len(chosen), 1)))
            most, sites = best.value, best.sites
        except InfeasibleError:  # the limits leave no other choice
            most, sites = value, chosen
        again = _near(problem, chosen, sites)
        for place in np.flatnonzero(~again):
            again[place] = _as_good(problem, chosen, int(chosen[place]), most)
        # The search is short: where it finds nothing better, the choice itself is the best known.
        return value / most if most > value else 1.0, value, again

    with ThreadPoolExecutor(cores()) as threads:
        for number, (part, value, stand) in enumerate(threads.map(asked, draws), start=1):
            kept.append(part)
            gained.append(value)
            again += stand
            if progress is not None:
                progress(number / len(draws))
    share = np.asarray(kept, dtype=np.float64)
    parts = again / max(len(draws), 1)
    ids = [str(posed.ids[column]) for column in solution.sites]
    return Robustness(
        len(draws),
        int((share >= STANDS_SHARE).sum()),
        share,
        np.asarray(gained, dtype=np.float64),
        dict(zip(ids, parts.tolist(), strict=True)) if draws else {},
    )


def _pool(posed: PosedQuestion, solution: Solution) -> NDArray[np.int64]:
    """Return the columns in play, sorted; the chosen ones are always among them."""
    problem, full = posed.problem, posed.unpruned
    assert full.xy is not None  # `pose` gives it
    new = ~full.mask("closable")
    away_m = np.full(len(new), np.inf)
    for column in solution.sites:
        away_m = np.minimum(away_m, np.hypot(*(full.xy - full.xy[column]).T))
    usable = full.allowed & new & (away_m <= _NEAR_M)
    near = np.flatnonzero(usable)
    near = near[np.argsort(away_m[near], kind="stable")][:_MOST_SITES]
    pruned = np.flatnonzero(problem.allowed & new)
    size = np.bincount(problem.minutes.tocoo().col, minlength=len(new))[pruned]
    pruned = pruned[np.argsort(-size, kind="stable")][:_MOST_SITES]
    return np.unique(np.concatenate([solution.sites, near, pruned]))


def _build_drawn_problem(
    case: SitingCase,
    posed: PosedQuestion,
    draw: Draw,
    pool: NDArray[np.int64],
    weights: NDArray[np.float64],
    closed: set[str],
) -> Problem:
    """Return the question of cover with the figures of one draw."""
    drawn = prepare_sampled_streets(case.streets, draw)
    rows = np.flatnonzero((weights > 0) & ~_find_always_covered(case, closed))
    # Gates and legs are drawn too, so everybody is joined to the streets anew.
    units = join(drawn, case.units.xy[rows], reached=True)
    stays = case.facilities[~case.facilities["facility_id"].isin(closed)]
    nearest = np.full(len(rows), np.inf)
    for layer in (stays, case.planned):
        if len(layer):
            shut = ~layer["open_to_outsiders"].to_numpy(dtype=bool)
            xy = points_of(layer, case.streets.network, OPEN)
            minutes, _ = nearest_minutes(drawn, join(drawn, xy, closed=shut), units)
            nearest = np.minimum(nearest, minutes)
    full = posed.unpruned
    assert full.xy is not None  # `pose` gives it
    left_out = np.flatnonzero(nearest > case.cutoff_minutes)
    sites = join(drawn, full.xy[pool])
    pairs = reached_pairs(drawn, sites, take(units, left_out), case.cutoff_minutes)
    return Problem(
        pairs.to_matrix(),
        weights[rows[left_out]],
        people=case.people[rows[left_out]],
        capacity=None if full.capacity is None else full.capacity[pool],
        cutoff_minutes=case.cutoff_minutes,
        # Any number will do: `asked` puts in its own.
        n_sites=1,
        budget=full.budget,
        costs=full.money[pool],
        towns=None if full.towns is None else full.towns[pool],
        domains=None if full.domains is None else full.domains[pool],
        xy=full.xy[pool],
        spacing_m=full.spacing_m,
        limits=tuple(replace(limit, least=0) for limit in full.limits),
    )


def _find_always_covered(case: SitingCase, closed: set[str]) -> Flags:
    """Tell which units the stations of today cover in every repeat, shape (n,).

    The run has judged everybody with the same draws. That holds as long as no station closes.
    """
    known = case.demand.get(COVERED_SHARE)
    if closed or known is None:
        return np.zeros(len(case.demand), dtype=bool)
    return np.asarray(known == 1, dtype=bool)


def _best(problem: Problem) -> Solution:
    """Return the choice that covers most, or serves most where sites have so much room."""
    model = site_mclp if problem.capacity is None else site_capacitated
    return model(problem, options=_OPTIONS)


def _covered_by(problem: Problem, chosen: NDArray[np.int64]) -> float:
    """Return the people that chosen columns newly cover, or serve, as weighted."""
    if problem.capacity is not None:
        return count_served(problem, np.isin(np.arange(problem.shape[1]), chosen))
    reach = problem.within(problem.cutoff_minutes)[:, chosen]
    reached = np.asarray(reach.sum(axis=1)).ravel() > 0
    return float(problem.weights[reached & (problem.cover_count == 0)].sum())


def _as_good(problem: Problem, chosen: NDArray[np.int64], site: int, most: float) -> bool:
    """Tell whether some choice with this very site is as good as the best one."""
    forced = np.arange(problem.shape[1]) == site
    asked = replace(problem, n_sites=len(chosen), forced=forced)
    try:
        return _best(asked).value >= AS_GOOD * most
    except InfeasibleError:
        return False


def _near(
    problem: Problem, chosen: NDArray[np.int64], sites: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Tell which of the chosen sites have one of the others around them."""
    assert problem.xy is not None  # given above
    if len(sites) == 0:
        return np.zeros(len(chosen), dtype=bool)
    apart = problem.xy[chosen][:, None, :] - problem.xy[sites][None, :, :]
    return np.asarray((np.hypot(apart[..., 0], apart[..., 1]) <= AGAIN_M).any(axis=1), dtype=bool)
