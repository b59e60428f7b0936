"""A question about services: who walks where, whose service it is, and which facilities have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.case import Case
from planner.coverage.coverage_of_tables import Coverage
from planner.coverage.groups import group_column
from planner.crs.array_types import Flags, Floats
from planner.errors import ArgumentError, quote
from planner.plan import KINDS, Group
from planner.plan.moments import Moment
from planner.plan.profiles import WalkProfile
from planner.plan.services import find_services_at, find_serving, list_services
from planner.siting._walk_then import WalkThen, When
from planner.sources.results import FinishedRun

#: Whose service it is, by the profile that its group walks in; all others are everybody's.
_PROFILE_OF: Final[Mapping[str, str]] = {"为老": "elderly", "托幼": "child"}


@dataclass(frozen=True, eq=False)
class ServiceQuestion:
    """What a question about services rests on; n units, k facilities that surely serve.

    walk : of them, then. weights (n,) : people of the group.
    costs : of a service and of hours.
    """

    walk: WalkThen
    facilities: gpd.GeoDataFrame
    units: gpd.GeoDataFrame
    weights: Floats
    profile: WalkProfile
    cutoff: float
    group: str | None
    costs: tuple[float, float]


def find_ground(
    of: Any, service: str | None, moment: Moment | str | None, condition: str | None,
    group: str | None, kind: str,
) -> ServiceQuestion:  # fmt: skip
    """Return who walks where and when, and whose service it is."""
    if kind not in KINDS:
        raise ArgumentError(f"kind is {quote(kind)}; give one of {', '.join(KINDS)}")
    if not isinstance(moment, Moment | str | None):
        raise ArgumentError(
            f"moment is a {type(moment).__name__}; give the name of one, or a Moment"
        )
    if condition is not None and moment is not None:
        raise ArgumentError("conditions are asked whatever the hours; leave the moment out")
    if isinstance(of, Coverage):
        return _ask_coverage(of, moment, condition, group, kind)
    of = of.result if isinstance(of, FinishedRun) else of
    case = getattr(of, "case", of)
    if not isinstance(case, Case):
        raise ArgumentError(
            f"services are chosen for the result of run_plan or a Coverage, not a "
            f"{type(of).__name__}; give one"
        )
    return _ask_case(case, _find_group(case, service, group), moment, condition, kind)


def _ask_coverage(
    of: Coverage, moment: Moment | str | None, condition: str | None, group: str | None, kind: str
) -> ServiceQuestion:
    """Ask tables that were judged without a plan: it has names for none of these."""
    if isinstance(moment, str):
        raise ArgumentError("a Coverage has no moments by name; give a Moment")
    if condition is not None:
        raise ArgumentError("a Coverage has no conditions; give the result of a plan")
    if group is not None:
        raise ArgumentError("a Coverage has no groups; give the people of the group to coverage")
    asked = of.asked
    return ServiceQuestion(
        WalkThen(asked.walks, of.profile, When(moment)), asked.counting, asked.judged.demand,
        _of_kind(asked.judged.demand, kind), of.profile, of.cutoffs_minutes[-1], None, (1.0, 1.0),
    )  # fmt: skip


def _ask_case(
    case: Case, group: Group | None, moment: Moment | str | None, condition: str | None, kind: str
) -> ServiceQuestion:
    """Ask a plan that is put together, for the people of a group or of a kind."""
    plan = case.plan
    profile, weights = case.profile, _of_kind(case.units, kind)
    if group is not None:
        profile = plan.profile_named(group.profile or plan.service.profile)
        weights = case.groups[group_column(group)].to_numpy(dtype=np.float64)
    walks = case.walks_of(case.counting, case.units)
    when = When(plan.moment_named(moment) if isinstance(moment, str) else moment)
    if condition is not None:
        when = When(condition=plan.condition_named(condition))
        walks.ask_under(case.conditions)
    costs = plan.candidates.costs.service, plan.candidates.costs.hours
    return ServiceQuestion(
        WalkThen(walks, profile, when), case.counting, case.units, weights, profile,
        case.cutoff_minutes, None if group is None else group.name, costs,
    )  # fmt: skip


def _find_group(case: Case, service: str | None, named: str | None) -> Group | None:
    """Return the group whose service it is, None for everybody."""
    groups = case.plan.groups
    if named is None:
        walks_as = _PROFILE_OF.get(service or "")
        return next((one for one in groups if one.profile == walks_as and walks_as), None)
    for one in groups:
        if one.name == named:
            return one
    known = ", ".join(one.name for one in groups) or "none"
    raise ArgumentError(f"group: the plan has no group {quote(named)}; it has {known}; give one")


def _of_kind(units: pd.DataFrame, kind: str) -> Floats:
    """Return the people of a kind, shape (n,)."""
    people = units["people"].where(units["kind"] == kind, 0.0)
    return np.asarray(people, dtype=np.float64)


def find_offering(ground: ServiceQuestion, service: str | None) -> tuple[Flags, Flags]:
    """Tell which facilities have it then, and which have it or may have it, shapes (k + u,)."""
    asked, moment = ground.walk.walks.asked, ground.walk.when.moment
    if service is None:
        return (
            find_serving(asked, moment=moment),
            find_serving(asked, moment=moment, may_be_open=True),
        )
    if service not in list_services(asked):
        # A name that no facility has is most often mistyped, so the message lists those there are.
        known = ", ".join(list_services(asked)) or "none"
        raise ArgumentError(
            f"no facility has the service {quote(service)}; they have {known}; give one of them"
        )
    sure = find_services_at(asked, moment)[service]
    return sure, sure | find_services_at(asked, moment, may_be_open=True)[service]


def find_costs(ground: ServiceQuestion, service: str | None, lacking: NDArray[np.int64]) -> Floats:
    """Return what each facility would cost: a service, or hours where it has the service."""
    for_service, for_hours = ground.costs
    hours = gains_hours(ground, service)[lacking]
    return np.where(hours, for_hours, for_service).astype(np.float64)


def gains_hours(ground: ServiceQuestion, service: str | None) -> Flags:
    """Tell which facilities have the service at some hour, so that they gain hours, shape (k,)."""
    k = len(ground.facilities)
    if service is None:
        return np.ones(k, dtype=bool)
    return np.asarray(find_services_at(ground.walk.walks.asked, None)[service][:k], dtype=bool)


def name_asked(service: str | None, when: When) -> str:
    """Name what is asked for, in messages."""
    return when.name("a facility open" if service is None else f"the service {quote(service)}")
