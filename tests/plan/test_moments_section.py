"""Moments in plan.toml: which a run computes, and how each fault is told."""

from pathlib import Path

import pytest

from planner.errors import PlanError
from planner.sources.plan_file import load_rules
from tests.plan.smallest_plan import load_smallest

RULE = """\
[[rules]]
id = "near"
tier = "rural"
level = "any"
cutoff_minutes = 15
source = "here"
status = "assumption"
"""


def test_a_plan_without_moments_asks_for_none(tmp_path: Path):
    plan = load_smallest(tmp_path, RULE)
    assert plan.asked_moments == ()
    assert (plan.rules[0].moment, plan.rules[0].domains) == (None, ())
    assert (plan.service.timezone, plan.service.country) == ("Asia/Shanghai", "CN")


def test_the_usual_moments_are_asked_for_by_name(tmp_path: Path):
    plan = load_smallest(tmp_path, '[service]\nmoments = ["night", "weekday_morning", "night"]\n')
    assert [moment.name for moment in plan.asked_moments] == ["night", "weekday_morning"]
    assert plan.asked_moments[0].at.isoformat() == "2026-03-10T23:00:00"


def test_own_moments_are_always_computed_after_the_chosen_ones(tmp_path: Path):
    own = """\
[service]
moments = ["weekday_morning", "market"]
timezone = "Europe/Helsinki"
country = "FI"
[[moments]]
name = "fair"
title = "The fair"
at = "2026-05-01T14:30"
[[moments]]
name = "market"
day = "sunday"
time = "07:05"
[[moments]]
name = "weekday_morning"
day = "wednesday"
time = "09:00"
"""
    plan = load_smallest(tmp_path, own)
    found = [(m.name, m.at.isoformat(timespec="minutes"), m.title_en) for m in plan.asked_moments]
    assert found == [
        ("weekday_morning", "2026-03-11T09:00", "weekday_morning"),  # the plan's own replaces it
        ("market", "2026-03-15T07:05", "market"),
        ("fair", "2026-05-01T14:30", "The fair"),
    ]
    assert {(m.timezone, m.country) for m in plan.asked_moments} == {("Europe/Helsinki", "FI")}
    assert plan.moment_named("saturday").at.isoformat(timespec="minutes") == "2026-03-14T10:00"
    with pytest.raises(PlanError, match=r"unknown moment 'noon'; known are .*, night, fair, mark"):
        plan.moment_named("noon")


def test_a_rule_may_name_a_moment_and_domains(tmp_path: Path):
    plan = load_smallest(tmp_path, RULE + 'moment = "night"\ndomains = ["park", "tower", "mall"]\n')
    assert (plan.rules[0].moment, plan.rules[0].domains) == ("night", ("park", "tower", "mall"))
    assert plan.asked_moments == ()  # the rule alone needs it


OWN = '[[moments]]\nname = "fair"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[service]\nmoments = ["noon"]\n',
            r"service\.moments: unknown moment 'noon'; known are weekday_morning, weekday_evening, "
            r"saturday, night",
        ),
        (RULE + 'moment = "noon"\n', r"rules: near: moment: unknown moment 'noon'; known are week"),
        (RULE + "domains = [1]\n", r"rules\[1\]\.domains\[1\]: 1 will not do; write text"),
        (OWN, r"moments\[1\]: give exactly one of at and day"),
        (OWN + 'at = "2026-03-10T10:00"\nday = "monday"\n', r"exactly one of at and day"),
        (OWN + 'at = "2026-03-10T10:00"\ntime = "10:00"\n', r"time can only stand with day"),
        (OWN + 'day = "monday"\n', r'moments\[1\]: a day needs time = "10:00"'),
        (OWN + 'day = "mon"\ntime = "10:00"\n', r"moments\[1\]\.day: 'mon' .*'monday', 'tuesday'"),
        (OWN + 'day = "monday"\ntime = "24:00"\n', r"\.time: '24:00' will not do; .*time of day"),
        (OWN + 'day = "monday"\ntime = "1٠:0٠"\n', r"\.time: .* will not do; .*time of day"),
        (OWN + 'day = "monday"\ntime = "9:00"\n', r"\.time: '9:00' will not do; .*time of day"),
        (OWN + 'at = "2026-02-30T10:00"\n', r"\.at: '2026-02-30T10:00' will not do; .*local date"),
        (OWN + 'at = "2026-03-10T10:00+08:00"\n', r"\.at: .*without a time zone"),
        (OWN + 'at = "2026-03-10"\n', r"\.at: .*local date and time like"),
        (OWN + 'at = "0026-03-10T10:00"\n', r"\.at: .*a year from 1900 to 2200"),
        (OWN + "at = 2026-03-10T10:00:00\n", r"\.at: .*write text in quotes"),
        (OWN + 'hour = "10:00"\n', r"moments\[1\]\.hour: unknown key"),
        ('[[moments]]\nname = "all"\nat = "2026-03-10T10:00"\n', r"\.name: 'all' .*no name for a"),
        ('[[moments]]\nname = "a;b"\nat = "2026-03-10T10:00"\n', r"\.name: 'a;b' .*no name for a"),
        (2 * (OWN + 'at = "2026-03-10T10:00"\n'), r"moments: the name 'fair' stands twice"),
        ('[service]\ntimezone = "Shanghai"\n', r"service\.timezone: 'Shanghai' .*Asia/Shanghai"),
        ('[service]\ntimezone = "../etc"\n', r"service\.timezone: .*it should be a time zone"),
        ('[service]\ncountry = "China"\n', r"service\.country: 'China' .*two capital letters"),
    ],
)
def test_a_fault_names_file_key_and_what_to_do(tmp_path: Path, text: str, message: str):
    with pytest.raises(PlanError, match=message) as caught:
        load_smallest(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'plan.toml'}: ")
    assert "\n" not in str(caught.value)


def test_a_file_of_rules_knows_the_usual_moments_only(tmp_path: Path):
    path = tmp_path / "rules.toml"
    path.write_text(RULE + 'moment = "saturday"\n', encoding="utf-8")
    assert load_rules(path)[0].moment == "saturday"
    path.write_text(RULE + 'moment = "fair"\n', encoding="utf-8")
    with pytest.raises(PlanError, match=r"rules: near: moment: unknown moment 'fair'"):
        load_rules(path)
