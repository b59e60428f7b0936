"""Minutes and verdicts of all units, whatever the hours: what every table of results rests on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.coverage.questions import Walk, Walks
from planner.plan.profiles import WalkProfile
from planner.plan.slopes import DIRECTIONS
from planner.travel.minutes import ReachedPairs, reached_pairs

#: So many facilities within reach are named for each unit, nearest first.
LISTED_IN_REACH: Final = 10


@dataclass(frozen=True)
class Judged:
    """What is known of the units once their walks are measured.

    demand : the units with minutes, second nearest, facilities in reach, verdict and reason at the
        last cutoff.
    verdicts : cutoff in minutes -> verdict of each unit.
    nearest (n,) : position of each unit's nearest facility among those that count, -1 for none.
    pairs : facilities (origin) and units (target) within the last cutoff.
    """

    demand: gpd.GeoDataFrame
    verdicts: dict[float, pd.Series]
    nearest: NDArray[np.int64]
    pairs: ReachedPairs


def judge_units(
    walks: Walks,
    profile: WalkProfile,
    counting: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
    cutoffs: Sequence[float],
) -> Judged:
    """Work out minutes and, for every cutoff, the verdict of each unit, whatever the hours.

    Parameters
    ----------
    walks
        Of these facilities and units.
    profile
        Of the plan.
    counting
        The facilities that count: facility_id.
    units
        demand_id, kind, people, town and Points.
    cutoffs
        Ascending minutes.
    """
    walk = walks.of(profile)
    every = np.ones(len(walks.asked), dtype=bool)
    minutes, nearest = walks.nearest(profile, None, every)
    with ThreadPoolExecutor(1) as beside:  # what both take is compiled code, mostly
        both_ways = beside.submit(_find_both_ways, walks, walk, minutes, nearest)
        to_second, second = walks.second(profile, nearest)
        pairs = reached_pairs(walk.streets, walk.places, walk.units, cutoffs[-1])
    judged = {
        cutoff: walk.judge(minutes, every, cutoff).set_index(units.index) for cutoff in cutoffs
    }
    decisive = judged[cutoffs[-1]]
    # The entry at -1 is for units that reach no facility.
    labels = np.array([*counting["facility_id"], None], dtype=object)
    demand = units.assign(
        nearest_facility_id=labels[nearest],
        minutes=minutes,
        facilities_in_reach=np.bincount(pairs.target, minlength=len(units)),
        **{
            f"facilities_in_reach_{cutoff:g}": np.bincount(
                pairs.target[pairs.minutes <= cutoff], minlength=len(units)
            )
            for cutoff in cutoffs[:-1]
        },
        **both_ways.result(),
        second_facility_id=labels[second],
        minutes_second=to_second,
        verdict=decisive["verdict"],
        reason=decisive["reason"],
    )
    verdicts = {cutoff: table["verdict"] for cutoff, table in judged.items()}
    return Judged(demand, verdicts, nearest, pairs)


def _find_both_ways(
    walks: Walks, walk: Walk, minutes: NDArray[np.float64], nearest: NDArray[np.int64]
) -> dict[str, NDArray[np.float64]]:
    """Return the minutes to each unit's nearest facility and from it, where these are told.

    That is where heights are known, or the plan asks for another direction than `to`.
    """
    streets = walk.streets
    if not streets.network.has_heights and streets.direction == "to":
        return {}
    profile = streets.profile
    return {
        f"minutes_{direction}": walks.measure_way(profile, direction, minutes, nearest)
        for direction in DIRECTIONS[:2]
    }


def list_in_reach(pairs: ReachedPairs, facility_ids: Sequence[str]) -> list[str]:
    """Return for each unit the facilities within the last cutoff, nearest first, as a JSON list.

    At most LISTED_IN_REACH of them; `facilities_in_reach` says how many there are.

    Parameters
    ----------
    pairs
        Facilities (origin) and units (target) within the last cutoff.
    facility_ids
        Of the facilities that count, by position.
    """
    quoted = [json.dumps(str(label), ensure_ascii=False) for label in facility_ids]
    # Facilities at the same minutes stand in their own order.
    order = np.lexsort((pairs.origin, pairs.minutes, pairs.target))
    target, facility = pairs.target[order], pairs.origin[order]
    place = np.arange(len(target)) - np.searchsorted(target, target)
    listed = place < LISTED_IN_REACH
    names = [quoted[number] for number in facility[listed].tolist()]
    ends = np.cumsum(np.bincount(target[listed], minlength=pairs.shape[1])).tolist()
    return [f"[{', '.join(names[start:end])}]" for start, end in pairwise([0, *ends])]
