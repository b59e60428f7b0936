"""All that a run says of those who are left out: gaps, areas in doubt, ways there, openings."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.case import Case
from planner.coverage.questions import Walk
from planner.coverage.uncertainty import Repeats
from planner.crs.array_types import Floats
from planner.gaps.definition import choose_join_distances, find_gap_members
from planner.gaps.gap_ranges import with_ranges
from planner.gaps.gate_gains import GateGains, find_gate_gains
from planner.gaps.named_gaps import describe_gaps, find_unknown_areas, straight_metres
from planner.gaps.way_out import find_ways_out
from planner.network.landmarks import Landmarks
from planner.stages import Stages


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Who is left out, and what would help; layers in the metric CRS.

    gaps : from `describe_gaps`, with people_low, people_high and runs_share of `find_gap_ranges`,
        NaN where nothing was repeated.
    unknown : from `find_unknown_areas`; routes : from `find_ways_out`.
    gains : from `find_gate_gains`.
    members : index of the demand: gap_id of each unit, "" for none, and its gap_join_m.
    """

    gaps: gpd.GeoDataFrame
    unknown: gpd.GeoDataFrame
    routes: gpd.GeoDataFrame
    gains: GateGains
    members: pd.DataFrame


@dataclass(frozen=True, eq=False)
class NamedGaps:
    """The gaps of some units, n of them, and who is in which.

    gaps : from `describe_gaps`. members : from `find_gap_members`. join_m (n,) : from
    `choose_join_distances`, metres.
    """

    gaps: gpd.GeoDataFrame
    members: pd.DataFrame
    join_m: Floats


def find_named_gaps(
    demand: gpd.GeoDataFrame,
    table: pd.Series,
    causes: pd.DataFrame,
    facilities: Floats,
    landmarks: Landmarks,
    *,
    towns: list[str],
    gap_join_m: float | None = None,
) -> NamedGaps:
    """Say which units with verdict `gap` make up a gap, and describe each.

    Parameters
    ----------
    demand
        From `judge_units`, metric CRS.
    table : Series, aligned with `demand`
        Which table a unit comes from.
    causes
        cause and cause_detail of the units with verdict `gap`, indexed by their position.
    facilities : shape (k, 2), metres
        Those that count.
    landmarks, towns
        Names that residents know, and the order of the rows `scattered`.
    gap_join_m
        How far apart the units of a gap may be; None: by their spacing.
    """
    join_m = choose_join_distances(demand, table, gap_join_m)
    members = find_gap_members(demand, join_m)
    straight_m = straight_metres(demand, facilities)
    gaps = describe_gaps(demand, members, join_m, straight_m, causes, landmarks, towns=towns)
    return NamedGaps(gaps, members, join_m)


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
        named = find_named_gaps(
            demand,
            case.people.table,
            causes,
            walk.places.xy,
            case.landmarks,
            towns=case.area.town_names,
            gap_join_m=case.plan.service.gap_join_m,
        )
        members, join_m = named.members, named.join_m
        gaps = with_ranges(named.gaps, demand, members["gap_id"], repeats)
        unknown = find_unknown_areas(demand, join_m, case.landmarks)
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
