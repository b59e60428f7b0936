"""The streets of one profile with facilities and people joined to them, and what judges these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.coverage.counting import judge
from planner.coverage.grounds import Grounds, UnsurePlaces
from planner.crs.array_types import Flags
from planner.plan.slopes import Direction
from planner.travel.access import Access, join
from planner.travel.both_ways import one_way_each
from planner.travel.streets import Streets, is_even, point_streets


@dataclass(frozen=True, eq=False)
class Yardstick:
    """What judges n units once their minutes are known: k facilities and grounds for doubt.

    reach_m_per_min : metres a minute that no walk exceeds in a straight line.
    unsure : u more that may cover people, though not surely.
    """

    reach_m_per_min: float
    places: Access
    grounds: Grounds
    unsure: UnsurePlaces

    def judge(self, minutes: NDArray[np.float64], chosen: Flags, cutoff: float) -> pd.DataFrame:
        """Return verdict and reason of each unit; `chosen` (k + u,): the facilities that count."""
        reach_m, k = self.reach_m_per_min * cutoff, len(self.places)
        unsure = self.unsure.choose(chosen[k:])
        doubt = self.grounds.doubts(self.places, chosen[:k], reach_m, minutes, unsure)
        return judge(minutes, doubt, cutoff)


@dataclass(frozen=True, eq=False)
class Walk:
    """The streets of one profile, with k facilities and n units joined to them."""

    streets: Streets
    places: Access
    units: Access
    yardstick: Yardstick

    def pointed(self, direction: Direction) -> tuple[Streets, Access, Access]:
        """Return streets, facilities and units as walks of one direction meet them."""
        streets = self.streets
        if streets.direction == direction:
            return streets, self.places, self.units
        if streets.back is not None:
            to_them, from_them = one_way_each(streets, self.places, self.units)
            return to_them if direction == "to" else from_them
        other = point_streets(streets, direction)
        if is_even(streets):
            return other, self.places, self.units
        places, units = (
            join(other, points.xy, reached=reached, closed=points.closed, inside=points.compound)
            for points, reached in ((self.places, False), (self.units, True))
        )
        return other, places, units

    def judge(self, minutes: NDArray[np.float64], chosen: Flags, cutoff: float) -> pd.DataFrame:
        """Return what its yardstick says."""
        return self.yardstick.judge(minutes, chosen, cutoff)
