"""`[courses]`: its defaults, and what it refuses."""

from datetime import date, datetime

import pytest

from planner.errors import PlanError
from planner.plan import Plan

BASE = {"name": "t", "network": {"osm": "t.osm"}, "facilities": {"table": "f.csv"}}
COURSES = {
    "orders": "o.csv", "courses": "c.csv", "begin": date(2026, 7, 1), "end": date(2026, 12, 31)
}  # fmt: skip


def plan(**keys) -> Plan:
    return Plan(**BASE, courses=COURSES | keys)


def test_without_the_section_there_are_no_courses():
    assert Plan(**BASE).courses is None


def test_defaults():
    found = plan().courses
    assert found is not None
    assert (found.walk_minutes, found.far_minutes, found.coach) == (15, 30, True)
    assert (found.slots, found.split_orders, found.profile) == (("09:30", "14:00"), False, "adult")
    assert found.teachers is None
    assert plan(begin="2026-07-01").courses == found


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"end": date(2026, 6, 1)}, "end 2026-06-01 is before begin 2026-07-01"),
        ({"end": date(2029, 6, 1)}, "longer than two years"),
        ({"begin": "July"}, "courses.begin: 'July' will not do; it should be a date like"),
        ({"begin": datetime(2026, 7, 1, 9)}, "it should be a date like 2026-07-01"),
        ({"begin": 20260701}, "it should be a date like 2026-07-01"),
        ({"slots": ["9:30"]}, "it should be times of day like"),
        ({"slots": ["14:00", "09:30"]}, "the earliest first"),
        ({"slots": []}, "the earliest first"),
        ({"far_minutes": 10}, "far_minutes 10 is less than walk_minutes 15; raise far_minutes"),
        ({"profile": "snail"}, "snail"),
        ({"walk": 15}, "courses.walk: unknown key; did you mean courses.walk_minutes"),
    ],
)
def test_what_is_refused(keys: dict, message: str):
    with pytest.raises(PlanError, match=message.replace("[", r"\[")):
        plan(**keys)
