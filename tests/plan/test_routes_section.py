"""The [routes] of a plan: defaults, when routes begin, and faults in one line."""

from datetime import datetime
from pathlib import Path

import pytest

from planner.errors import PlanError
from planner.plan import Routes
from tests.plan.smallest_plan import load_smallest

ROUTES = '[routes]\nsites = "sites.csv"\n'


def routes(folder: Path, text: str = "") -> Routes:
    found = load_smallest(folder, ROUTES + text).routes
    assert found is not None
    return found


def test_routes_need_no_more_than_a_table(tmp_path: Path):
    found = routes(tmp_path)
    assert found.sites == tmp_path / "sites.csv"
    assert (found.starts, found.ends, found.routes, found.themes) == ("free", "free", 6, ())
    assert (found.minutes, found.most_leg_minutes, found.most_walk_minutes) == (240, 20, 90)
    assert (found.group, found.volunteers, found.long_crossing_m) == (20, 100, 25)
    assert found.bus is None


@pytest.mark.parametrize(
    ("begin", "at"),
    [
        ("Sa 09:00", datetime(2026, 3, 14, 9)),  # of the week from Monday 9 March
        ("Mo 23:59", datetime(2026, 3, 9, 23, 59)),
        ("2026-10-10T09:30", datetime(2026, 10, 10, 9, 30)),
    ],
)
def test_routes_begin_on_a_day_or_a_date(tmp_path: Path, begin: str, at: datetime):
    moment = routes(tmp_path, f'begin = "{begin}"').begins("Asia/Shanghai", "CN")
    assert (moment.at, moment.timezone, moment.country) == (at, "Asia/Shanghai", "CN")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('begin = "09:00"', "routes.begin: '09:00' will not do; it should be a day and a time"),
        ('begin = "2026-02-30T09:00"', "routes.begin: '2026-02-30T09:00' will not do"),
        ("minutes = 0", "routes.minutes: 0 will not do; it should be a number from 1 to 1440"),
        ("routes = 1.5", "routes.routes: 1.5 will not do; it should be a whole number"),
        ("volunteers = -1", "routes.volunteers: -1 will not do"),
        ("most_leg_minutes = 100", "most_leg_minutes 100 is more than most_walk_minutes 90"),
        ('themes = ["红色", "红色"]', "themes: '红色' stands twice; keep one"),
        ('templates_columns = { text = "x" }', "can only stand with templates; remove it"),
        ('profile = "elder"', "routes.profile: unknown profile 'elder'; did you mean elderly?"),
        ('starts = "metros"', "routes.starts: 'metros' will not do; it should be 'free'"),
        ("bus = {}", "routes.bus.streets: missing; add it"),
        ("bus = { streets = [] }", "streets is empty; name classes"),
        ('theme = ["红色"]', "routes.theme: unknown key; did you mean routes.themes?"),
    ],
)
def test_a_fault_is_told_in_one_line(tmp_path: Path, text: str, message: str):
    with pytest.raises(PlanError, match=r"plan\.toml") as error:
        load_smallest(tmp_path, ROUTES + text)
    assert message in str(error.value)
    assert "\n" not in str(error.value)
