"""One question: who is covered, as whom, when, by which facilities, how near."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from planner.coverage.unknown_levels import find_unknown_levels
from planner.crs.array_types import Flags
from planner.plan.moments import Moment
from planner.plan.named_conditions import Condition
from planner.plan.profiles import WalkProfile
from planner.plan.services import find_serving

#: The level of a question about facilities of any level.
ANY_LEVEL: Final = "any"


class _Measure(WalkProfile):
    """A profile that measures: it may be slower than people are allowed to be."""

    slowest_kmh = 0.06


#: Walks one metre a minute everywhere, so that its minutes are metres along the way.
METRES: Final = _Measure(
    "metres", 0.06, steps_factor=1.0, signal_s=0, crossing_s=0, source="unit", status="derived",
    slope="none",
)  # fmt: skip


@dataclass(frozen=True)
class Question:
    """Asks who is covered by facilities of a level and of some domains, as whom, when, how near.

    level : of the facilities that count, or `any`; domains : theirs, none for any.
    profile : who walks; moment : when, None whatever the hours.
    cutoff : minutes, or whatever the profile counts.
    levels : those that are known; a facility of any other may be of the level asked for. None: all
        are known.
    at_best : whether such a facility counts as well.
    condition : under which one is walked, such as ice; None for the usual one. It is asked of any
        level and domain, whatever the hours.
    """

    level: str
    profile: WalkProfile
    moment: Moment | None
    cutoff: float
    domains: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    at_best: bool = False
    condition: Condition | None = None

    @property
    def labels(self) -> dict[str, Any]:
        """What it asks, in columns of tables: None for what it does not ask.

        The condition stands among them only where there is one.
        """
        in_metres = self.profile == METRES
        return {
            "level": self.level,
            "domains": ";".join(self.domains),
            "profile": None if in_metres else self.profile.name,
            "moment": None if self.moment is None else self.moment.name,
            "cutoff_minutes": None if in_metres else self.cutoff,
            "cutoff_m": self.cutoff if in_metres else None,
        } | ({} if self.condition is None else {"condition": self.condition.name})

    def chosen(self, facilities: pd.DataFrame, *, may_be_open: bool = False) -> Flags:
        """Tell which facilities count, shape (k,): level, domain, opening_hours.

        may_be_open : those as well of which nobody knows whether they are open then.
        """
        chosen = find_serving(
            facilities, domains=self.domains, moment=self.moment, may_be_open=may_be_open
        )
        if self.level == ANY_LEVEL:
            return chosen
        its = (facilities["level"] == self.level).to_numpy()
        if self.at_best and self.levels:
            its = its | find_unknown_levels(facilities["level"], self.levels)
        return chosen & its

    def hope(self, facilities: pd.DataFrame) -> Question | None:
        """Return the question at best, None where no facility of unknown level may count."""
        hoped = replace(self, at_best=True)
        return hoped if (hoped.chosen(facilities) & ~self.chosen(facilities)).any() else None
