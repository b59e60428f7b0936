"""Named conditions such as ice, heat or a flood: what walking is assumed to be like under each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.errors import PlanError, quote
from planner.plan.profiles import WalkProfile


@dataclass(frozen=True)
class SpeedChange:
    """How much slower some people walk, everywhere or on some streets alone.

    profiles : names of those who do, none for everybody.
    highways, surfaces : values of `highway` and `surface` of the streets; none for any. Without
        both it holds everywhere, off the streets as well.
    factor : share of the usual speed, above 0 and at most 1; or speed_kmh : what is walked on a
        plain street instead.
    source, status : where the figure comes from, and what it is.
    """

    profiles: tuple[str, ...] = ()
    highways: tuple[str, ...] = ()
    surfaces: tuple[str, ...] = ()
    factor: float | None = None
    speed_kmh: float | None = None
    source: str = "the plan"
    status: str = "assumption"

    @property
    def everywhere(self) -> bool:
        """Whether it holds on every street and off them."""
        return not (self.highways or self.surfaces)

    def concerns(self, profile: WalkProfile) -> bool:
        """Tell whether a profile walks slower by it."""
        return not self.profiles or profile.name in self.profiles

    def factor_of(self, profile: WalkProfile) -> float:
        """Return the share of the usual speed that is left to a profile, 1 if it is not meant."""
        if not self.concerns(profile):
            return 1.0
        if self.factor is not None:
            return self.factor
        assert self.speed_kmh is not None  # the plan has one or the other
        return self.speed_kmh / profile.speed_kmh


@dataclass(frozen=True)
class Condition:
    """A named set of assumptions, asked beside the usual ones.

    Nothing in it makes a walk shorter: the streets that are read around an area are those of the
    longest usual walk.

    Parameters
    ----------
    name, title
        As plan.toml and the results name it, and as pages print it.
    speeds
        How much slower who walks where; those that concern a street multiply.
    closed_highways
        Values of `highway` of streets that nobody walks.
    crossing_delay
        Factor on the waits at crossings, at least 1.
    access_detour, access_limit_m
        In place of those of `[network]`, None for the usual ones.
    close_facilities
        Whether stations on closed ground are closed.
    close_elevated
        Whether bridges, tunnels and other levels over or under closed ground are closed.
    source, status
        Of all figures but the speeds, which have their own.
    """

    name: str
    title: str
    speeds: tuple[SpeedChange, ...] = ()
    closed_highways: tuple[str, ...] = ()
    crossing_delay: float = 1.0
    access_detour: float | None = None
    access_limit_m: float | None = None
    close_facilities: bool = True
    close_elevated: bool = True
    source: str = "the plan"
    status: str = "assumption"

    def slow(self, profile: WalkProfile) -> WalkProfile:
        """Return how a profile walks under it where its street changes nothing.

        Raises
        ------
        PlanError
            If it would be slower, or wait longer, than a profile may.
        """
        factor = math.prod(change.factor_of(profile) for change in self.speeds if change.everywhere)
        return replace(
            profile,
            speed_kmh=profile.speed_kmh * factor,
            # Who pushes a bicycle walks on the same ground.
            push_kmh=profile.push_kmh * factor,
            signal_s=profile.signal_s * self.crossing_delay,
            crossing_s=profile.crossing_s * self.crossing_delay,
        )

    @property
    def of_streets(self) -> tuple[SpeedChange, ...]:
        """The changes of speed that hold on some streets alone."""
        return tuple(change for change in self.speeds if not change.everywhere)


def find_condition(name: str, known: Sequence[Condition]) -> Condition:
    """Return the condition of that name.

    Raises
    ------
    PlanError
        If there is none; the message lists the names.
    """
    for condition in known:
        if condition.name == name:
            return condition
    names = ", ".join(condition.name for condition in known)
    raise PlanError(f"unknown condition {quote(name)}; known are {names or 'none'}")
