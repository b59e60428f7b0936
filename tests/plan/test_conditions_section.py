"""Conditions in plan.toml: what is read of them, and how each fault is told."""

from pathlib import Path

import pytest

from planner.errors import PlanError
from planner.plan.profiles import PROFILES
from tests.plan.smallest_plan import load_smallest

ICE = '[[conditions]]\nname = "ice"\n'
SLOW = "[[conditions.speeds]]\nfactor = 0.5\n"


def test_a_plan_without_conditions_asks_for_none(tmp_path: Path):
    assert load_smallest(tmp_path).asked_conditions == ()


def test_speeds_multiply_and_waits_grow(tmp_path: Path):
    text = (
        f'{ICE}crossing_delay = 2\n{SLOW}[[conditions.speeds]]\nprofiles = ["elderly"]\n'
        'factor = 0.8\nsource = "here"\nstatus = "research"\n'
        '[[conditions.speeds]]\nhighways = ["steps"]\nfactor = 0.1\n'
    )
    plan = load_smallest(tmp_path, text)
    ice = plan.condition_named("ice")
    assert ice.title == "ice"
    assert ice.slow(PROFILES["adult"]).speed_kmh == pytest.approx(2.0)
    elderly = ice.slow(PROFILES["elderly"])
    assert elderly.speed_kmh == pytest.approx(2.9 * 0.5 * 0.8)
    # What holds on steps alone is no part of the profile.
    assert (elderly.steps_factor, elderly.signal_s, elderly.crossing_s) == (0.5, 40, 10)
    assert [change.status for change in ice.speeds] == ["assumption", "research", "assumption"]
    with pytest.raises(PlanError, match="unknown condition 'snow'; known are ice"):
        plan.condition_named("snow")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ICE, "it changes nothing; give speeds"),
        (f"{ICE}{SLOW}{ICE}{SLOW}", "conditions: the name 'ice' stands twice"),
        (f'[[conditions]]\nname = "night"\n{SLOW}', "'night' is the name of a moment"),
        (
            f'[[moments]]\nname = "ice"\nat = "2026-03-10T10:00"\n{ICE}{SLOW}',
            "'ice' is the name of a moment",
        ),
        (f'[[conditions]]\nname = "all"\n{SLOW}', "no name for a condition"),
        (f'[[conditions]]\nname = "a;b"\n{SLOW}', "no name for a condition"),
        (f"{ICE}[[conditions.speeds]]\nfactor = 0\n", "a number from 0.05 to 1"),
        (f"{ICE}[[conditions.speeds]]\nfactor = -1\n", "a number from 0.05 to 1"),
        (f"{ICE}[[conditions.speeds]]\nfactor = 1.5\n", "a number from 0.05 to 1"),
        (f"{ICE}[[conditions.speeds]]\nfactor = nan\n", "a number from 0.05 to 1"),
        (f"{ICE}[[conditions.speeds]]\n", "give exactly one of factor and speed_kmh"),
        (
            f"{ICE}[[conditions.speeds]]\nfactor = 0.5\nspeed_kmh = 2\n",
            "give exactly one of factor and speed_kmh",
        ),
        (
            f'{ICE}[[conditions.speeds]]\nspeed_kmh = 2\nhighways = ["steps"]\n',
            "speed_kmh holds everywhere",
        ),
        (
            f'{ICE}{SLOW}profiles = ["eldely"]\n',
            "speeds: unknown profile 'eldely'; did you mean elderly?",
        ),
        (f'{ICE}{SLOW}highways = ["stairs"]\n', "no street on foot has highway=stairs"),
        (f'{ICE}closed_highways = ["motorway"]\n', "no street on foot has highway=motorway"),
        (
            f"{ICE}[[conditions.speeds]]\nspeed_kmh = 5\n",
            "speed_kmh 5 is faster than profile 'adult' usually walks, 4 km/h",
        ),
        (f"{ICE}[[conditions.speeds]]\nfactor = 0.1\n", "speed_kmh is 0.4; give a speed from 0.5"),
        (f"{ICE}crossing_delay = 0.5\n", "a number from 1 to 20"),
        (f"{ICE}access_detour = 1.2\n", "access_detour 1.2 is less than the usual 1.4"),
        (f"{ICE}access_limit_m = 120\n", "access_limit_m 120 is more than the usual 100"),
        (f"{ICE}{SLOW}".replace("[[cond", "close_facilities = false\n[[cond", 1), "close_facil"),
        (
            f'{ICE}close_facilities = false\nclosed_highways = ["steps"]\n',
            "close_facilities can only stand with closed_area",
        ),
        (
            f'{ICE}crs = "GCJ-02"\nclosed_highways = ["steps"]\n',
            "crs can only stand with closed_area or closed_streets",
        ),
        (
            f'{ICE}closed_area = "a.geojson"\ncolumns = {{ way_id = "x" }}\n',
            "columns can only stand with closed_streets",
        ),
        (f'{ICE}closed_area = "a.geojson"\ncrs = "local"\n', "needs control_points"),
        (f'{ICE}{SLOW}status = "rumour"\n', "status"),
        (f"{ICE}slower = 0.5\n", "slower"),
    ],
)
def test_faults_are_told_in_one_line(tmp_path: Path, text: str, said: str):
    with pytest.raises(PlanError) as caught:
        load_smallest(tmp_path, text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
