"""What is known of a whole city without its streets: plan, area, facilities, and notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd

from planner.coverage.facilities import find_approximate, find_unsure
from planner.network.study_area import StudyArea, layer_to_metric
from planner.plan import Plan
from planner.plan.slopes import find_reach_pace
from planner.sources.inputs import Inputs


@dataclass(frozen=True, eq=False)
class Whole:
    """What the parts of a city share.

    inputs : the plan's; its streets are not looked at.
    area : the study area with its towns.
    facilities : those of area and ring, from `place_facilities`.
    notes : what the data cannot tell, a line each; see `Case.notes`.
    dropped : file, row and reason of what conditions close no street by.
    """

    inputs: Inputs
    area: StudyArea
    facilities: gpd.GeoDataFrame
    notes: list[str]
    dropped: list[dict[str, Any]] = field(default_factory=list)

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.inputs.plan

    @property
    def towns(self) -> list[str]:
        """Names of the towns in their order."""
        return self.area.town_names

    @property
    def cutoff_minutes(self) -> float:
        """The plan's last cutoff, which decides the verdicts."""
        return self.plan.service.cutoffs_minutes[-1]

    @property
    def reach_m_per_min(self) -> float:
        """Metres a minute that no walk of the plan's profile exceeds, as `Streets` has them."""
        profile = self.plan.profile_named(self.plan.service.profile)
        return find_reach_pace(profile, sloped=self.inputs.elevation is not None)

    @cached_property
    def counting(self) -> gpd.GeoDataFrame:
        """The facilities that surely serve, as `Case.counting`."""
        return self.facilities[self.facilities["counts"] & ~find_approximate(self.facilities)]

    @cached_property
    def asked(self) -> pd.DataFrame:
        """All facilities that count, those that surely serve first, as `Walks.asked`."""
        unsure = find_unsure(self.inputs.facilities, self.facilities, self.area)
        return pd.DataFrame(pd.concat([self.counting, unsure], ignore_index=True))

    @property
    def committees(self) -> gpd.GeoDataFrame | None:
        """The committees that the plan names, as `Case.committees`."""
        given = self.inputs.committees
        return None if given is None else layer_to_metric(given, self.area.crs)
