"""Who shares which station with how many others: the load of stations and the score of residents.

Both are floating catchments of the plan's residents at its last cutoff, by
`planner.accessibility`: 2SFCA for homes, its inverse for stations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from planner.accessibility import (
    inverted_two_stage_fca,
    summarise_scores,
    two_stage_fca,
)
from planner.coverage.classes import CLASS
from planner.coverage.counting import ALL, UNKNOWN
from planner.coverage.facilities import find_approximate
from planner.coverage.judged_units import Judged

#: Whose load and whose score is told.
RESIDENTS: Final = "residential"
#: Scores are supply for so many residents: a station for each of them would be a small number.
PER_PEOPLE: Final = 1000
_SIGN: Final = "="


@dataclass(frozen=True, eq=False)
class Competition:
    """Loads and scores of a plan's residents at its last cutoff.

    load (k,) : residents per unit of supply of each facility; NaN for one that does not count,
        joins no street, or has no room.
    score (n,) : supply per 1,000 residents at each unit; NaN for other kinds than residents, and
        for those who may reach a station that is not known.
    summary : the key `access_2sfca` of summary.json, None for a plan without residents.
    notes : what the table of facilities does not tell, a line each.
    """

    load: pd.Series
    score: pd.Series
    summary: dict[str, Any] | None
    notes: list[str]


def find_competition(
    facilities: pd.DataFrame, judged: Judged, groups: pd.DataFrame, cutoff_minutes: float
) -> Competition:
    """Share the supply of the facilities out among the residents, and the residents among them.

    The supply of a facility is its `capacity` where every facility that serves has one, else 1.

    load_j = sum of P_i / (sum of S_k over the facilities k within reach of i), over the units i
    within reach of j: everybody goes to what they reach in proportion to its supply.
    score_i = 1,000 times the sum of S_j / (sum of P_k within reach of j), over the facilities j
    within reach of i.

    Parameters
    ----------
    facilities
        counts, joined; optional capacity, approximate. Those that count, with a place that is
        confirmed, are the origins of the pairs, in their order.
    judged
        kind, people, verdict; pairs within the cutoff.
    groups
        people_<group>, aligned with the units.
    cutoff_minutes
        The plan's last cutoff.

    References
    ----------
    Luo & Wang (2003), Environment and Planning B 30(6), 865-884; Wang (2018), The Professional
    Geographer 70(2), 251-260.
    """
    demand, pairs = judged.demand, judged.pairs
    resident = (demand["kind"] == RESIDENTS).to_numpy()
    counts = facilities["counts"].to_numpy(dtype=bool) & ~find_approximate(facilities)
    rows = np.flatnonzero(counts)
    # Whom a facility serves that joins no street is known only where somebody lives beside it.
    reached = np.bincount(pairs.origin, minlength=len(rows)) > 0
    serves = facilities["joined"].to_numpy(dtype=bool)[rows] | reached
    capacity, notes = read_supply(facilities.iloc[rows[serves]])
    # By id and in the order of ids: in another order of the rows floats add up to another last bit.
    units, ids = _by_id(demand[resident]), facilities["facility_id"].to_numpy()
    supply = pd.Series(1.0 if capacity is None else capacity.to_numpy(), ids[rows[serves]])
    supply, people = supply.sort_index(), units["people"].astype(np.float64)
    walked = resident[pairs.target]
    minutes = pd.DataFrame(
        {
            "origin": demand["demand_id"].to_numpy()[pairs.target[walked]],
            "destination": ids[rows[pairs.origin[walked]]],
            "minutes": pairs.minutes[walked],
        }
    ).sort_values(["origin", "destination"], ignore_index=True)
    scores = PER_PEOPLE * two_stage_fca(minutes, supply, people, cutoff_minutes=cutoff_minutes)
    loads = inverted_two_stage_fca(minutes, supply, people, cutoff_minutes=cutoff_minutes)
    scores = mask_unknown(scores, units["verdict"])
    load = loads.reindex(ids).set_axis(facilities.index)
    score = scores.reindex(demand["demand_id"]).set_axis(demand.index)
    if not resident.any():
        return Competition(load.mask(load == 0), score, None, [])
    of_groups = _by_id(groups.join(demand["demand_id"])[resident])
    summary = summarise_competition(
        scores, units, of_groups, by_capacity=capacity is not None, cutoff_minutes=cutoff_minutes
    )
    return Competition(load, score, summary, notes)


def mask_unknown(scores: pd.Series, verdict: pd.Series) -> pd.Series:
    """Return the scores, NaN where no known station is within reach but a missing one may be."""
    return scores.mask((verdict == UNKNOWN) & (scores == 0))


def summarise_competition(
    scores: pd.Series,
    residents: pd.DataFrame,
    groups: pd.DataFrame,
    *,
    by_capacity: bool,
    cutoff_minutes: float,
) -> dict[str, Any]:
    """Return the key `access_2sfca` of summary.json.

    Parameters
    ----------
    scores
        Of the units with residents, from `mask_unknown`.
    residents, groups
        people, and `class` where the plan names classes; people_<group>; of the same units.
    by_capacity
        Whether the supply of a station is its capacity.
    """
    return {
        "kind": RESIDENTS,
        "cutoff_minutes": cutoff_minutes,
        "supply": "capacity" if by_capacity else "stations",
        "residents": _summarise(scores, residents, groups),
    }


def _by_id(table: pd.DataFrame) -> pd.DataFrame:
    """Return units by their ids, in the order of these."""
    return pd.DataFrame(table).set_index("demand_id").sort_index()


def counts_capacity(summary: Mapping[str, Any]) -> bool:
    """Tell by a summary whether loads are people for each place, or for each facility."""
    return (summary.get("access_2sfca") or {}).get("supply") == "capacity"


def read_supply(serving: pd.DataFrame) -> tuple[pd.Series | None, list[str]]:
    """Return the capacity of facilities, None unless all have one, and what is to be said of it."""
    given = serving.get("capacity")
    if given is None or given.isna().all():
        return None, []
    lacking = int(given.isna().sum())
    if lacking == 0:
        return given.astype(np.float64), []
    return None, [
        f"{lacking} of {len(serving)} facilities that serve have no capacity: in load_2sfca and "
        "access_2sfca each facility counts as 1"
    ]


def _summarise(score: pd.Series, units: pd.DataFrame, groups: pd.DataFrame) -> list[dict[str, Any]]:
    """Return how evenly the residents are served, by group and class; a row each.

    group : `all` or a name of the plan; class : None for everybody, "" for whom none is told.
    """
    named = {ALL: units["people"]} | {
        str(name).removeprefix("people_"): groups[name] for name in groups.columns
    }
    people = pd.DataFrame(named, index=units.index).astype(np.float64)
    people = people[[name for name in people if name == ALL or people[name].any()]]
    # A class may be called as a row of the summary is: none begins with this sign.
    classes = _SIGN + units[CLASS].astype(str) if CLASS in units else None
    table = summarise_scores(score, people, by=classes).reset_index()
    told = table["class"].astype(object)
    table["class"] = told.str.removeprefix(_SIGN).where(told != ALL, None)
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]
