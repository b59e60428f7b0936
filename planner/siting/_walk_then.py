"""Who walks how long to a service, and is judged: at a moment, or under a condition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.coverage.asked_question import ANY_LEVEL, Question
from planner.coverage.grounds import doubt_hours
from planner.coverage.questions import Walks
from planner.coverage.under_conditions import WalksUnder
from planner.crs.array_types import Flags, Floats, Ints
from planner.plan.moments import Moment
from planner.plan.named_conditions import Condition
from planner.plan.profiles import WalkProfile
from planner.travel.access import take
from planner.travel.minutes import ReachedPairs, reached_pairs


@dataclass(frozen=True)
class When:
    """When a service is to be had: at a moment or under a condition; neither: usually, any hour."""

    moment: Moment | None = None
    condition: Condition | None = None

    def name(self, what: str) -> str:
        """Return what is asked for with its hour or condition, in messages."""
        if self.condition is not None:
            return f"{what} under {self.condition.name}"
        return what if self.moment is None else f"{what} at {self.moment.name}"


@dataclass(frozen=True, eq=False)
class WalkThen:
    """The walks of n units to k facilities, as one profile walks then.

    walks : of them; those of a condition may be asked.
    """

    walks: Walks
    profile: WalkProfile
    when: When

    @property
    def open(self) -> Flags:
        """Which facilities stand where anybody walks then, shape (k,)."""
        under = self._under
        return np.ones(self._k, dtype=bool) if under is None else under.is_open

    @property
    def stuck(self) -> Flags:
        """Which units stand where nobody walks then, shape (n,)."""
        under = self._under
        n = len(self.walks.of(self.profile).units)
        return np.zeros(n, dtype=bool) if under is None else under.stuck

    def find_pairs(self, facilities: Ints, minutes: float) -> ReachedPairs:
        """Return the pairs of some facilities and the units within so many minutes."""
        under = self._under
        if under is None:
            walk = self.walks.of(self.profile, self.when.moment)
            return reached_pairs(walk.streets, take(walk.places, facilities), walk.units, minutes)
        joined = under.joined(self.profile)
        places = take(joined.places, facilities)
        return reached_pairs(joined.streets, places, joined.units, minutes)

    def judge(self, has: Flags, cutoff: float, may: Flags) -> pd.DataFrame:
        """Return minutes, verdict and reason of each unit, as `Walks.judge` does.

        has, may (k + u,) : facilities that count, and those that may.
        """
        under = self._under
        if under is None:
            return self.walks.judge(self.profile, self.when.moment, has, cutoff, maybe=may)
        question = Question(ANY_LEVEL, self.profile, None, cutoff, condition=self.when.condition)
        minutes = self._search(under, has)
        yardstick = self.walks.of(self.profile).yardstick
        judged = under.judge_minutes(question, yardstick, minutes, may)
        if (may & ~has).any():
            judged = doubt_hours(judged, self._search(under, may) <= cutoff)
        judged.insert(0, "minutes", minutes)
        return judged

    def _search(self, under: WalksUnder, chosen: Flags) -> Floats:
        """Return the minutes to the nearest of some facilities, shape (n,)."""
        return under.search(self.profile, chosen[: self._k])[0]

    @property
    def _k(self) -> int:
        """How many facilities surely serve."""
        return len(self.walks.of(self.profile).places)

    @property
    def _under(self) -> WalksUnder | None:
        """The walks under the condition; None without one."""
        return None if self.when.condition is None else self.walks.under(self.when.condition)
