"""All that a proposal rests on: what was asked, chosen, counted and tried beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.siting._robustness import Robustness
from planner.siting.marginal_curve import CurvePoint
from planner.siting.models.solution import Solution
from planner.siting.outcome import Outcome, Room
from planner.siting.posed_question import PosedQuestion
from planner.siting.question import SiteQuestion
from planner.siting.siting_case import SitingCase


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that was worked out for a proposal."""

    case: SitingCase
    question: SiteQuestion
    posed: PosedQuestion
    solution: Solution
    outcome: Outcome
    curve: list[CurvePoint]
    order: list[dict[str, Any]]
    alternatives: list[dict[str, Any]]
    frontages: gpd.GeoDataFrame
    robust: Robustness
    weight: NDArray[np.float64]
    times: NDArray[np.int64]
    room: Room | None

    @property
    def site_ids(self) -> list[str]:
        """The chosen sites in build order."""
        return [str(self.posed.ids[column]) for column in self.solution.sites]

    @property
    def closed(self) -> list[str]:
        """The facilities that close."""
        return [str(self.posed.ids[column]) for column in self.solution.closed]


def list_full_sites(evidence: Evidence) -> list[str]:
    """Return the names of the sites without room for one person more."""
    if evidence.room is None:
        return []
    served = evidence.case.people @ evidence.outcome.parts
    left = evidence.room.capacity[evidence.solution.sites] - served
    names = evidence.case.candidates["name"].iloc[evidence.solution.sites]
    # Parts of people add up with rounding: a trace of room is none.
    return [str(name) for name, room in zip(names, left, strict=True) if room < 1e-6]


def find_town_shares(evidence: Evidence) -> dict[str, dict[str, float]]:
    """Return the shares of the fairness model by town, with their low and high ends."""
    case, shares = evidence.case, evidence.solution.town_shares
    worth = np.array([evidence.question.weights.get(kind, 0.0) for kind in case.demand["kind"]])
    people = pd.Series(worth * case.people).groupby(case.demand["town"].to_numpy()).sum()
    judged = pd.Series(evidence.weight).groupby(case.demand["town"].to_numpy()).sum()
    # The model's share is of those who can be judged: the low end takes all others for left out,
    # the high end for covered.
    low = {town: share * judged[town] / people[town] for town, share in shares.items()}
    high = {town: low[town] + 1.0 - judged[town] / people[town] for town in shares}
    return {"town_shares": shares, "town_shares_low": low, "town_shares_high": high}
