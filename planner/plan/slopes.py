"""How slope changes the speed of who walks or rides: functions of the literature, by name."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, Literal, get_args

import numpy as np

from planner.crs.array_types import Flags, Floats
from planner.plan.profiles import Slope, WalkProfile

Direction = Literal["to", "from", "both"]
"""Whose minutes decide: of walks to a facility, from it, or of the longer of the two."""
DIRECTIONS: Final[tuple[Direction, ...]] = get_args(Direction)


def _tobler(grade: Floats) -> Floats:
    """Tobler (1993): 6 exp(-3.5 |s + 0.05|) km/h, as a share of its 5 km/h on level ground."""
    return np.asarray(np.exp(-3.5 * (np.abs(grade + 0.05) - 0.05)))


def _irmischer_clarke(grade: Floats) -> Floats:
    """Irmischer & Clarke (2018), on paths: 0.11 + exp(-(100 s + 5)² / 1800) m/s, as a share."""
    level = 0.11 + math.exp(-(5.0**2) / 1800)
    return np.asarray((0.11 + np.exp(-((100 * grade + 5.0) ** 2) / 1800)) / level)


#: Parkin & Rotheram (2010): 6.01 m/s (21.6 km/h) on level ground, 0.4002 m/s less for each 1 %
#: uphill, 0.2379 m/s more for each 1 % downhill.
_RIDE_M_S, _UPHILL_M_S, _DOWNHILL_M_S = 6.01, 0.4002, 0.2379
#: Assumed: whoever rides down anything steeper brakes.
_BRAKED: Final = 0.05


def _parkin_rotheram(grade: Floats) -> Floats:
    """Parkin & Rotheram (2010), as a share; 0 where it is too steep to ride."""
    up, down = np.maximum(grade, 0.0), np.clip(-grade, 0.0, _BRAKED)
    change_m_s = 100 * (_DOWNHILL_M_S * down - _UPHILL_M_S * up)
    return np.asarray(np.maximum(1 + change_m_s / _RIDE_M_S, 0.0))


def _none(grade: Floats) -> Floats:
    """Return no change."""
    return np.ones_like(grade)


_FUNCTIONS: Final[dict[Slope, Callable[[Floats], Floats]]] = {
    "tobler": _tobler,
    "irmischer-clarke": _irmischer_clarke,
    "parkin-rotheram": _parkin_rotheram,
    "none": _none,
}
#: The grade at which each is fastest.
_FASTEST_AT: Final[dict[Slope, float]] = {
    "tobler": -0.05,
    "irmischer-clarke": -0.05,
    "parkin-rotheram": -_BRAKED,
    "none": 0.0,
}


def find_speed_factor(slope: Slope, grade: Floats) -> Floats:
    """Return the speed on a slope as a share of that on level ground.

    Parameters
    ----------
    slope
        Name of the function.
    grade : any shape
        Rise over run in the direction of the walk, below 0 downhill.

    References
    ----------
    Tobler, W. (1993): Three presentations on geographical analysis and modeling. NCGIA Technical
    Report 93-1. Irmischer, I. J. & Clarke, K. C. (2018): Measuring and modeling the speed of human
    navigation. Cartography and Geographic Information Science 45 (2), 177-186. Parkin, J. &
    Rotheram, J. (2010): Design speeds and acceleration characteristics of bicycle traffic for use
    in planning, design and appraisal. Transport Policy 17 (5), 335-341.
    """
    return _FUNCTIONS[slope](np.asarray(grade, dtype=np.float64))


def find_sloped_paces(
    profile: WalkProfile, level: Floats, grade: Floats, steps: Flags, ride: Flags
) -> tuple[Floats, Floats]:
    """Return the minutes a metre takes up and down streets of some grades, shape (m,) each.

    The first as the grades are, the second the other way. What is steeper than the profile's limit
    is impassable (inf).

    Parameters
    ----------
    level : shape (m,)
        Minutes a metre takes on level ground, steps included; inf: impassable.
    grade : shape (m,)
        Rise over run.
    steps, ride : shape (m,)
        Streets that are steps: they take the longer of what steps and what their grade would take.
        Streets that may be ridden; elsewhere a bicycle is pushed, and where that is sooner.
    """
    open_to = np.isfinite(level) & ~(np.abs(grade) > profile.max_grade)
    plain = np.where(steps, 1 / profile.speed_m_per_min, level)
    least = np.where(steps, level, 0.0)

    def pace(towards: Floats) -> Floats:
        """Return minutes per metre one way."""
        if not profile.rides:
            found = plain / find_speed_factor(profile.slope, towards)
        else:
            found = 1 / (profile.push_m_per_min * find_speed_factor("tobler", towards))
            with np.errstate(divide="ignore"):  # too steep to ride
                ridden = plain / find_speed_factor(profile.slope, towards)
            found = np.where(ride, np.minimum(ridden, found), found)
        return np.where(open_to, np.maximum(found, least), np.inf)

    return pace(grade), pace(-grade)


def may_differ(profile: WalkProfile, *, sloped: bool) -> bool:
    """Tell whether a walk may take longer than the same walk the other way.

    sloped : whether heights are known.
    """
    return profile.rides or (sloped and profile.slope != "none")


def find_reach_pace(profile: WalkProfile, *, sloped: bool) -> float:
    """Return the metres a minute that nobody of a profile exceeds.

    sloped : whether heights are known; without them that is the speed on level ground.
    """
    if not sloped:
        return profile.speed_m_per_min

    def at_best(slope: Slope, level: float) -> float:
        """Return the speed on the best slope."""
        return level * float(find_speed_factor(slope, np.array(_FASTEST_AT[slope])))

    ways = [at_best(profile.slope, profile.speed_m_per_min)]
    if profile.rides:  # pushed, a bicycle goes as who walks beside it
        ways.append(at_best("tobler", profile.push_m_per_min))
    return max(ways)
