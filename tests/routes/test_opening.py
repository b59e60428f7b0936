"""When a site is open during an outing, and how times of day are written."""

from datetime import datetime

import pytest

from planner.plan.moments import Moment
from planner.routes.opening import find_open_spans, write_clock


def begin(text: str) -> Moment:
    return Moment("begin", "", "", datetime.fromisoformat(text))


SATURDAY = begin("2026-03-14T09:00")


@pytest.mark.parametrize(
    ("hours", "spans"),
    [
        ("", [(0, 240)]),
        ("24/7", [(0, 240)]),
        ("Mo-Fr 09:00-17:00", []),
        ("Sa 09:00-17:00", [(0, 240)]),
        ("Sa 10:00-11:30", [(60, 150)]),
        ("Sa 08:00-09:10,12:30-18:00", [(0, 10), (210, 240)]),
        ('Sa 10:00-11:00 "by appointment"', []),  # nobody knows
        ("unknown", []),
        ("no hours at all", []),
    ],
)
def test_spans_are_minutes_from_the_begin(hours: str, spans: list[tuple[float, float]]):
    assert list(find_open_spans(hours, SATURDAY, 240.0)) == spans


def test_an_outing_may_go_on_after_midnight():
    """From 23:00 on a Saturday: closed at 01:00 of Sunday."""
    spans = find_open_spans("Sa 22:00-25:00", begin("2026-03-14T23:00"), 180.0)
    assert spans == ((0.0, 120.0),)
    assert write_clock(begin("2026-03-14T23:00"), 120) == "25:00"


def test_times_of_day_are_whole_minutes():
    assert write_clock(SATURDAY, 0) == "09:00"
    assert write_clock(SATURDAY, 95.4) == "10:35"
    assert write_clock(SATURDAY, 95.6) == "10:36"
