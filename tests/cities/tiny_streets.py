"""Tiny streets in metres for walks worked out by hand; all walk 100 metres a minute."""

from dataclasses import replace
from datetime import datetime

import pytest

from planner.plan.moments import Moment
from planner.plan.profiles import PROFILES
from planner.travel.hours import rules_at
from planner.travel.streets import AccessRules
from tests.cities.drawing import WALKER, estates_network, minutes_between
from tests.cities.estates_drawing import FILE_MINUTES, STREET, Estates

NEAR = AccessRules(30.0, 1.4)
FAR = AccessRules(100.0, 1.4)
WHEELS = {
    name: replace(PROFILES[name], speed_kmh=6.0) for name in ("wheelchair", "stroller", "bicycle")
} | {"foot": WALKER}
#: A street of 1,000 m from the station in the west, and a way round of 600 + 1,000 + 600 m.
STREETS = Estates(
    {1: (0, 0), 2: (200, 0), 3: (500, 0), 4: (800, 0), 5: (1000, 0), 6: (0, -600), 7: (1000, -600)},
    {
        11: ([1, 2], STREET), 12: ([2, 3, 4], STREET), 13: ([4, 5], STREET),
        14: ([1, 6, 7, 5], STREET),
    },
)  # fmt: skip
STATION, BEHIND = (0.0, 0.0), (800.0, 0.0)
THROUGH, ROUND = 8.0, 24.0
AT = {
    "day": datetime(2026, 3, 10, 10),
    "night": datetime(2026, 3, 10, 23),
    "sunday": datetime(2026, 3, 15, 10),
}


def about(minutes):
    return pytest.approx(minutes, abs=FILE_MINUTES)


def walk(drawing, home, who="foot", access=NEAR):
    """Return the minutes from a home to the station, whatever the hour."""
    return minutes_between(estates_network(drawing), home, STATION, WHEELS[who], access)


def walks_at(drawing, home, *hours):
    """Return the minutes from a home to the station at some hours; None: whatever the hour."""
    network = estates_network(drawing)
    moments = [None if at is None else Moment(at, "", "", AT[at]) for at in hours]
    rules = [rules_at(network, moment) for moment in moments]
    return [minutes_between(network, home, STATION, WALKER, NEAR, one) for one in rules]
