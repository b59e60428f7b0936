"""Who shares the stations, in two rounds: residents at each station first, then scores and loads.

A station's residents may live in several parts. Each part counts its own within reach of every
station (`list_competition`); their sum decides what the station offers to each of them, and with
that each part works out the scores of its residents and its share of each station's load.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.case import Case
from planner.coverage.classes import CLASS
from planner.coverage.counting import UNKNOWN
from planner.crs.array_types import Flags, Floats
from planner.run.competition import PER_PEOPLE, RESIDENTS
from planner.run.covered import Judgement


def list_competition(case: Case, judgement: Judgement) -> dict[str, pd.DataFrame]:
    """List the residents and the stations within their reach.

    Returns
    -------
    dict
        living : people, verdict_unknown, class (where the plan names classes), people_<group>; in
        the order of their ids. walked : resident (row of `living`) and facility (position), in the
        order of both ids. visited : facility (position) that anybody reaches, and residents:
        people within reach of it.
    """
    demand, pairs = judgement.judged.demand, judgement.judged.pairs
    units = np.flatnonzero((demand["kind"] == RESIDENTS).to_numpy())
    ids = demand["demand_id"].to_numpy(dtype=object)
    units = units[np.argsort(ids[units], kind="stable")]
    living = pd.DataFrame(demand[["people", *([CLASS] if CLASS in demand else [])]].iloc[units])
    living["people"] = living["people"].astype(np.float64)
    living["verdict_unknown"] = (demand["verdict"] == UNKNOWN).to_numpy()[units]
    living = living.join(case.groups).reset_index(drop=True)
    resident = np.full(len(demand), -1)
    resident[units] = np.arange(len(units))
    names = case.counting["facility_id"].to_numpy(dtype=object)
    rank = np.empty(len(names), dtype=np.int64)
    rank[np.argsort(names, kind="stable")] = np.arange(len(names))
    walked = resident[pairs.target] >= 0
    whose, where = resident[pairs.target[walked]], pairs.origin[walked]
    order = np.lexsort((rank[where], whose))
    table = pd.DataFrame({"resident": whose[order], "facility": where[order]}).astype(np.int32)
    people = living["people"].to_numpy()[table["resident"]]
    reached = np.unique(pairs.origin)
    count = np.zeros(len(names))
    sums = pd.Series(people).groupby(table["facility"].to_numpy()).sum()
    count[sums.index] = sums.to_numpy()
    visited = pd.DataFrame({"facility": reached, "residents": count[reached]})
    return {"living": living, "walked": table, "visited": visited}


@dataclass(frozen=True, eq=False)
class Offers:
    """What stations offer, by position (k,).

    supply : of each; serves : whether it serves at all; residents : all people within its reach.
    """

    supply: Floats
    serves: Flags
    residents: Floats

    def score(self, part: dict[str, pd.DataFrame]) -> tuple[Floats, Floats]:
        """Return the score of each resident unit of a part, and its share of each load.

        By the formulas of `find_competition`; part : tables of `list_competition`.
        """
        walked, people = part["walked"], part["living"]["people"].to_numpy()
        resident, facility = (walked[name].to_numpy() for name in ("resident", "facility"))
        # A station that nobody lives near offers nothing: who could share it?
        busy = self.serves & (self.residents > 0)
        offered = np.divide(self.supply, self.residents, out=np.zeros(len(self.supply)), where=busy)
        score = _add(resident, offered[facility], len(people))
        supply = np.where(self.serves, self.supply, 0.0)
        nearby = _add(resident, supply[facility], len(people))
        by_head = np.divide(people, nearby, out=np.zeros(len(people)), where=nearby > 0)
        load = _add(facility, by_head[resident], len(supply))
        return PER_PEOPLE * score, load


def _add(group: np.ndarray, values: Floats, size: int) -> Floats:
    """Add values up by group, in their order, as `find_competition` does by way of pandas."""
    sums = np.zeros(size)
    added = pd.Series(values).groupby(group).sum()
    sums[added.index] = added.to_numpy()
    return sums
