"""Breakdowns beside the plan's own figures: by profile, moment, condition, service, group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.coverage.by_hour import count_by_hour, count_only_sometimes, list_hour_questions
from planner.coverage.classes import count_class_coverage
from planner.coverage.condition_counts import count_conditions
from planner.coverage.counting import count_coverage
from planner.coverage.groups import count_group_coverage
from planner.coverage.questions import Walks
from planner.plan import Plan


@dataclass(frozen=True)
class Breakdowns:
    """Counts of a run beside its coverage.

    profiles : profile, then the columns of `count_coverage`; without rows where only one is judged.
    moments : moment, then those columns, in the plan's profile at its last cutoff; only_sometimes :
        people of each kind who are covered at some of the moments only.
    services : service, moment, then those columns; moment None whatever the hours.
    groups : rows of `count_group_coverage`.
    classes : from `count_class_coverage`; without rows where the plan names none.
    only_at : moments at which each unit is covered, ";" between, index of the demand.
    conditions : from `count_conditions`; without rows where the plan names none.
    """

    profiles: pd.DataFrame
    moments: pd.DataFrame
    only_sometimes: pd.DataFrame
    services: pd.DataFrame
    groups: list[dict[str, Any]]
    classes: pd.DataFrame
    only_at: pd.Series
    conditions: pd.DataFrame


def count_breakdowns(
    plan: Plan,
    walks: Walks,
    demand: gpd.GeoDataFrame,
    groups: pd.DataFrame,
    areas: Sequence[str],
) -> Breakdowns:
    """Count people by profile, moment, condition, service, group and class.

    Parameters
    ----------
    plan
        With its profiles, moments and groups.
    walks
        Of these units and the facilities that count: opening_hours, services.
    demand
        kind, people, town, and `class` where the plan names classes.
    groups
        People of each group, see `group_people`, aligned with `demand`.
    areas
        Names of the towns, in the order wanted.
    """
    cutoffs = plan.service.cutoffs_minutes
    profile = plan.profile_named(plan.service.profile)
    moments = plan.asked_moments
    facilities = walks.asked
    every = np.ones(len(facilities), dtype=bool)
    # All that is asked below is prepared here: only `prepare` works on all cores.
    walks.prepare([(one, None, every) for one in plan.judged_profiles])
    walks.prepare([(profile, *question) for question in list_hour_questions(facilities, moments)])
    verdicts = {
        one.name: {
            cutoff: walks.judge(one, None, every, cutoff)["verdict"].set_axis(demand.index)
            for cutoff in cutoffs
        }
        for one in plan.judged_profiles
    }
    tables = [
        count_coverage(demand, by_cutoff, areas).assign(profile=name)
        # A lone profile is the plan's own, whose rows stand in `coverage` already.
        for name, by_cutoff in (verdicts.items() if len(verdicts) > 1 else ())
    ]
    hours = count_by_hour(
        demand,
        facilities,
        moments,
        lambda moment, chosen, maybe: walks.judge(
            profile, moment, chosen, cutoffs[-1], maybe=maybe
        ),
        areas=areas,
        cutoff_minutes=cutoffs[-1],
    )
    last = {name: by_cutoff[cutoffs[-1]] for name, by_cutoff in verdicts.items()}
    return Breakdowns(
        profiles=pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(),
        moments=hours.coverage,
        only_sometimes=count_only_sometimes(demand, hours, moments),
        services=hours.services,
        groups=count_group_coverage(demand, groups, last, plan, areas),
        classes=count_class_coverage(demand, verdicts[profile.name], plan, areas),
        only_at=hours.units["covered_at"].rename("only_at"),
        conditions=count_conditions(plan, walks, demand, areas),
    )
