"""Which of today's facilities should gain a service, or longer hours, to reach most people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.coverage.counting import COVERED, GAP, UNKNOWN, count_by_verdict
from planner.coverage.exact import exact_sum
from planner.crs import to_wgs84
from planner.crs.array_types import Flags
from planner.errors import ArgumentError, SitingError, quote
from planner.plan.moments import Moment
from planner.rounding import format_share
from planner.siting._given_options import check_choice
from planner.siting._matrix_notes import say_far
from planner.siting._question_checks import find_most
from planner.siting._service_question import (
    ServiceQuestion,
    find_costs,
    find_ground,
    find_offering,
    gains_hours,
    name_asked,
)
from planner.siting.models.problem import Problem
from planner.siting.models.solution import Solution, SolveOptions
from planner.siting.proved_choice import ProvedChoice, list_proof
from planner.siting.solve import solve_whole

#: Models that say who reaches a service; the others weigh walks to all facilities alike.
SERVICE_MODELS: Final = ("mclp", "lscp", "p-median", "p-center", "backup")
#: What a facility gains where it has the service already, only not then.
HOURS: Final = "hours"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ChosenServices(ProvedChoice):
    """The facilities that should gain a service or hours, and how good the choice is at least.

    Parameters
    ----------
    facilities : GeoDataFrame, EPSG:4326
        facility_id, name, gains (the service, or `hours` where it has the service and is
        closed then), services (as they are then), step, people (newly reached, beyond those
        before), cost; the most useful first.
    service, moment, condition, group, profile, cutoff_minutes
        What was asked: None for any service, any hour, the usual walk, all residents.
    before, after
        People of the group by verdict: people, covered, gap, unknown, share, share_low, share_high.
    cost
        Of the choice: its costs added up.
    model, value, unit, bound, gap, status, seconds, notes
        As of `ChosenSites`, and `proof`.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> today = planner.coverage(town.network, town.facilities, town.people, known="everywhere")
    >>> chosen = planner.choose_services(today, "政务", p=1)
    >>> chosen.facilities[["facility_id", "gains", "people"]]
      facility_id gains  people
    0          F2    政务   240.0
    """

    facilities: gpd.GeoDataFrame
    service: str | None
    moment: str | None
    group: str | None
    profile: str
    cutoff_minutes: float
    before: dict[str, float | None]
    after: dict[str, float | None]
    cost: float
    condition: str | None = None

    def __repr__(self) -> str:
        """Say which facilities, what they bring and how far it is proved."""
        shares = " -> ".join(format_share(row["share"]) for row in (self.before, self.after))
        names = self.facilities["name"].tolist()
        return self._describe(self.service or "open", names, f"{shares} reach it")

    def _repr_html_(self) -> str:
        """Show the facilities as a table, the proof above it."""
        return self._show(pd.DataFrame(self.facilities.drop(columns="geometry")))


def choose_services(
    of: Any,
    service: str | None = None,
    *,
    p: int | None = None,
    moment: Moment | str | None = None,
    condition: str | None = None,
    group: str | None = None,
    kind: str = "residential",
    model: str = "mclp",
    budget: float | None = None,
    share: float = 1.0,
    forced: Sequence[str] = (),
    excluded: Sequence[str] = (),
    options: SolveOptions | None = None,
) -> ChosenServices:
    """Choose which of today's facilities gain a service, or longer hours, to reach most people.

    Who has it today stays so; whose verdict is unknown counts for no facility. The models, their
    search and their proof are those of `planner site`.

    Parameters
    ----------
    of
        The result of `run_plan` or `load_result`, or a `Coverage`.
    service
        As the facilities' column `services` names it; None: to be open at the moment.
    p
        The most facilities that gain. None: where `budget` limits them, any number, else at most
        10, or all that lack it where there are fewer.
    moment
        When it is to be had: a moment of the plan by name, or a Moment; None: at any hour. A
        facility that has the service and is closed then gains hours.
    condition
        Under which it is to be had, by the name of one of the plan's `[[conditions]]`; None: the
        usual walk. It holds whatever the hours, and a facility that is closed then gains nothing.
    group
        Of the plan, who walk in its profile. By default the elderly have 为老 and the young 托幼,
        where the plan has a group that walks so; all other services are for all people of `kind`.
    kind
        residential, industrial or commercial, where there is no group.
    model
        mclp, lscp, p-median, p-center or backup. Under p-median whoever reaches nothing within
        twice the cutoff counts as walking that long; `notes` tell how many do.
    budget
        The most that may be spent: the plan's candidates.costs.service and .hours, 1 each where it
        says nothing.
    share
        Of the people, that lscp reaches.
    forced, excluded
        facility_id of those that must gain, and must not.
    options
        How long and how exactly to search.

    Raises
    ------
    ArgumentError
        If a number, a list or an option is none, or a name is unknown.
    SitingError
        If no facility lacks it, or nobody is left out.
    InfeasibleError
        If no choice keeps the limits.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> today = planner.coverage(town.network, town.facilities, town.people, known="everywhere")
    >>> planner.choose_services(today, "政务", p=1)
    ChosenServices(政务: Market Hall)
      240 people; 55.0% -> 75.0% reach it; with these candidates and limits this choice is proved to be the best
    """  # noqa: E501 - a line of the example is as long as what is printed
    if not isinstance(model, str) or model not in SERVICE_MODELS:
        raise ArgumentError(
            f"model is {quote(model)}; for services give one of {', '.join(SERVICE_MODELS)}"
        )
    check_choice(p, budget, share, forced, excluded, options)
    ground = find_ground(of, service, moment, condition, group, kind)
    when = ground.walk.when
    if service is None and when.moment is None:
        raise ArgumentError("say which service, or at which moment facilities are to be open")
    has, may = find_offering(ground, service)
    lacking = np.flatnonzero(~may[: len(ground.facilities)] & ground.walk.open)
    if len(lacking) == 0:
        raise SitingError(
            f"every facility has {name_asked(service, when)} already; nothing to choose"
        )
    before = ground.walk.judge(has, ground.cutoff, may)
    problem = _pose(ground, has, lacking, before, p, model, budget, service, forced, excluded)
    found = solve_whole(problem, model, options, share)
    if model == "p-median":
        told = say_far(problem, found.sites, asked=True)
        found = replace(found, notes=(*found.notes, *told))
    picked = lacking[found.sites]
    then = has.copy()
    then[picked] = True
    after = ground.walk.judge(then, ground.cutoff, may | then)
    _check_value(ground, before, after, found)
    return _to_answer(ground, service, problem, found, picked, before, after)


def _pose(
    ground: ServiceQuestion, has: Flags, lacking: NDArray[np.int64], before: pd.DataFrame,
    p: int | None, model: str, budget: float | None, service: str | None,
    forced: Sequence[str], excluded: Sequence[str],
) -> Problem:  # fmt: skip
    """Put the question as a problem: rows of people, columns of facilities that lack it."""
    walk = ground.walk
    # Who lives on closed ground walks nowhere, whatever station gains it.
    aside = (before["verdict"] == UNKNOWN).to_numpy() | walk.stuck
    weights = np.where(aside, 0.0, ground.weights)
    open_people = weights[(before["verdict"] == GAP).to_numpy()].sum()
    if not open_people > 0 and model in ("mclp", "lscp"):
        raise SitingError(
            f"nobody of these people who can be judged lacks "
            f"{name_asked(service, walk.when)}; there is nothing to choose"
        )
    far = ground.cutoff * {"p-median": 2.0, "p-center": 4.0}.get(model, 1.0)
    pairs = walk.find_pairs(lacking, far)
    minutes = before["minutes"].to_numpy(dtype=np.float64)
    with_it = np.flatnonzero(has[: len(ground.facilities)] & walk.open)
    near = walk.find_pairs(with_it, ground.cutoff)
    ids = ground.facilities["facility_id"].astype(str).to_numpy(dtype=object)[lacking]
    barred = _marked(ids, excluded, "excluded")
    return Problem(
        pairs.to_matrix(),
        weights,
        cutoff_minutes=ground.cutoff,
        existing_minutes=minutes,
        existing_count=np.bincount(near.target, minlength=len(weights)),
        n_sites=find_most(p, budget, model, int((~barred).sum())),
        budget=budget,
        costs=find_costs(ground, service, lacking),
        demand_ids=ground.units["demand_id"].to_numpy(dtype=object),
        forced=_marked(ids, forced, "forced"),
        excluded=barred,
        far_minutes=far,
    )


def _marked(ids: NDArray[np.object_], wanted: Sequence[str], name: str) -> Flags:
    """Mark the facilities of some ids."""
    for one in wanted:
        if one not in ids:
            raise ArgumentError(
                f"{name}: {quote(one)} is no facility that lacks it; give the facility_id of one"
            )
    return np.isin(ids, list(wanted))


def _check_value(
    ground: ServiceQuestion, before: pd.DataFrame, after: pd.DataFrame, found: Solution
) -> None:
    """Assert that what was optimised is what the verdicts say."""
    if found.model != "mclp":
        return
    gained = (before["verdict"] == GAP) & (after["verdict"] == COVERED)
    people = ground.weights[gained.to_numpy()].sum()
    assert np.isclose(people, found.value, rtol=1e-9, atol=1e-6), (people, found.value)


def _to_answer(
    ground: ServiceQuestion, service: str | None, problem: Problem, found: Solution,
    picked: NDArray[np.int64], before: pd.DataFrame, after: pd.DataFrame,
) -> ChosenServices:  # fmt: skip
    """Say which facilities gain what, and whom that reaches."""
    when = ground.walk.when
    facilities = _build_facilities(ground, service, problem, found, picked)
    counted = ground.units.assign(people=ground.weights)
    tables = [
        count_by_verdict(counted, table["verdict"].set_axis(counted.index))
        for table in (before, after)
    ]
    return ChosenServices(
        facilities=facilities,
        service=service,
        moment=None if when.moment is None else when.moment.name,
        condition=None if when.condition is None else when.condition.name,
        group=ground.group,
        profile=ground.profile.name,
        cutoff_minutes=ground.cutoff,
        before=tables[0],
        after=tables[1],
        cost=exact_sum(facilities["cost"]),
        **list_proof(found),
    )


def _build_facilities(
    ground: ServiceQuestion, service: str | None, problem: Problem, found: Solution,
    picked: NDArray[np.int64],
) -> gpd.GeoDataFrame:  # fmt: skip
    """Return a row for each facility that gains, with the people that it newly reaches."""
    rows = ground.facilities.iloc[picked]
    reach = problem.within(problem.cutoff_minutes)[:, found.sites].tocoo()
    first = np.full(problem.shape[0], len(picked))
    np.minimum.at(first, reach.row, reach.col)
    newly = (problem.cover_count == 0) & (first < len(picked))
    people = [exact_sum(problem.weights[newly & (first == step)]) for step in range(len(picked))]
    hours = gains_hours(ground, service)[picked]
    given = rows["services"] if "services" in rows else pd.Series("", index=rows.index)
    texts = given.fillna("").astype(str).to_numpy(dtype=object)
    added = [
        text if late or service is None else " | ".join(part for part in (text, service) if part)
        for text, late in zip(texts, hours, strict=True)
    ]
    table = gpd.GeoDataFrame(
        {
            "facility_id": rows["facility_id"].astype(str).to_numpy(dtype=object),
            "name": rows["name"].to_numpy(dtype=object),
            "gains": np.where(hours, HOURS, service or HOURS),
            "services": added,
            "step": np.arange(1, len(picked) + 1),
            "people": np.array(people, dtype=np.float64),
            "cost": problem.money[found.sites],
        },
        geometry=rows.geometry.to_numpy(),
        crs=ground.facilities.crs,
    )
    return to_wgs84(table)
