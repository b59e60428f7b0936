"""All that a run says of those who are left out: gaps, areas in doubt, ways there, openings."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.case import Case
from planner.coverage.questions import Walk
from planner.coverage.uncertainty import Repeats
from planner.gaps.definition import choose_join_distances, find_gap_members
from planner.gaps.gap_ranges import find_gap_ranges
from planner.gaps.gate_gains import GateGains, find_gate_gains
from planner.gaps.named_gaps import find_gaps, find_unknown_areas, straight_metres
from planner.gaps.way_out import find_ways_out
from planner.stages import Stages

_RANGES = ("people_low", "people_high", "runs_share")


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Who is left out, and what would help; layers in the metric CRS.

    gaps : from `find_gaps`, with people_low, people_high and runs_share of `find_gap_ranges`, NaN
        where nothing was repeated.
    unknown : from `find_unknown_areas`; routes : from `find_ways_out`.
    gains : from `find_gate_gains`.
    members : index of the demand: gap_id of each unit, "" for none, and its gap_join_m.
    """

    gaps: gpd.GeoDataFrame
    unknown: gpd.GeoDataFrame
    routes: gpd.GeoDataFrame
    gains: GateGains
    members: pd.DataFrame


def find_left_out(
    case: Case,
    demand: gpd.GeoDataFrame,
    walk: Walk,
    causes: pd.DataFrame,
    repeats: Repeats | None,
    stages: Stages,
) -> LeftOut:
    """Find the gaps of a plan, their causes and ways out, and the gates worth opening.

    Parameters
    ----------
    case
        The plan's.
    demand
        From `judge_units`: the units with their verdicts and minutes.
    walk
        Of these units to the facilities that count, in the plan's profile.
    causes
        cause and cause_detail of the units with verdict `gap`, indexed by their position.
    repeats
        Of the same units; None where the plan asks for none.
    stages
        Told of the stages `gaps`, `gap routes` and `gate gains`.
    """
    with stages("gaps"):
        join_m = choose_join_distances(demand, case.people.table, case.plan.service.gap_join_m)
        members = find_gap_members(demand, join_m)
        straight_m = straight_metres(demand, walk.places.xy)
        landmarks, towns = case.landmarks, case.area.town_names
        gaps = find_gaps(demand, members, join_m, straight_m, causes, landmarks, towns=towns)
        gaps = _with_ranges(gaps, demand, members["gap_id"], repeats)
        unknown = find_unknown_areas(demand, join_m, landmarks)
    with stages("gap routes"):
        routes = find_ways_out(gaps, demand, case.counting, case.streets)
    with stages("gate gains"):
        gains = find_gate_gains(
            walk.streets,
            walk.places,
            walk.units,
            demand["minutes"].to_numpy(dtype=np.float64),
            demand=demand,
            facility_ids=case.counting["facility_id"].to_numpy(dtype=object),
            towns=case.area.towns,
            cutoff_minutes=case.cutoff_minutes,
        )
    # Written for every unit, so that a page or a proposal need not guess from outlines who is in
    # which gap: people in doubt may stand inside an outline.
    members = members[["gap_id"]].assign(gap_join_m=join_m)
    return LeftOut(gaps, unknown, routes, gains, members)


def _with_ranges(
    gaps: gpd.GeoDataFrame, demand: pd.DataFrame, gap_id: pd.Series, repeats: Repeats | None
) -> gpd.GeoDataFrame:
    """Say of each gap how many people stay in it over the repeats, NaN without any."""
    if repeats is None:
        return gaps.assign(**dict.fromkeys(_RANGES, np.nan))
    return gaps.join(find_gap_ranges(demand, gap_id, repeats), on="gap_id")
