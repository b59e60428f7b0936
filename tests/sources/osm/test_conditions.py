"""Conditional tags: how they are cut, read and held."""

from datetime import datetime

import pytest

from planner.plan.moments import Moment
from planner.sources.osm.conditions import (
    MAX_LENGTH,
    find_tags_at,
    list_permissions,
    list_unreadable,
    read_tags,
    write_tags,
)
from tests.judge.hours import tags_at as judged_at

#: A Tuesday, and a Sunday.
TIMES = [datetime(2026, 3, 10, hour) for hour in (5, 10, 23)] + [datetime(2026, 3, 15, 10)]


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("no @ (22:00-06:00)", ["no", "yes", "no", "yes"]),
        ("no @ 22:00-06:00", ["no", "yes", "no", "yes"]),
        ("no@(22:00-06:00)", ["no", "yes", "no", "yes"]),
        ("no @ (22:00-06:00); private @ (Su)", ["no", "yes", "no", "private"]),
        ("private @ (Su); no @ (Su)", ["yes", "yes", "yes", "no"]),  # the last one wins
        ("no @ (Mo 10:00-12:00; Tu 10:00-12:00)", ["yes", "no", "yes", "yes"]),
        ("no @ (20:00-06:00 AND Tu)", ["no", "yes", "no", "yes"]),
        ("no @ ((20:00-06:00) and (Mo-Fr))", ["no", "yes", "no", "yes"]),
        ("No @ (22:00-06:00)", ["no", "yes", "no", "yes"]),
        ("no @ (22:00-06:00);", ["no", "yes", "no", "yes"]),
    ],
)
def test_conditions_that_hold(text, held):
    tags = {"foot": "yes", "foot:conditional": text}
    found = [find_tags_at(tags, Moment("", "", "", at))["foot"] for at in TIMES]
    assert found == held
    assert find_tags_at(tags, None) == {"foot": "yes"}
    assert list_unreadable(tags) == []


@pytest.mark.parametrize(
    "text",
    ["no @ (weight>3.5)", "no @ snow", "no", "@ (22:00-06:00)", "no @", "no @ ()", "no @ (22:00",
     "no @ (22:00-06:00 AND wet)", "no @ (25:00-99:00)", "(" * 20_000, "no @ (" * 900,
     "no @ (Mo) " + "; no @ (Tu)" * MAX_LENGTH],
)  # fmt: skip
def test_what_cannot_be_read_changes_nothing(text):
    tags = {"foot": "yes", "foot:conditional": text}
    assert all(find_tags_at(tags, Moment("", "", "", at)) == {"foot": "yes"} for at in TIMES)
    [line] = list_unreadable(tags)
    assert line.startswith("foot:conditional=")
    assert len(line) < 150


def test_opening_hours_shut_whatever_else_is_said():
    tags = {"foot": "yes", "opening_hours": "Mo-Fr 08:00-18:00"}
    assert [find_tags_at(tags, Moment("", "", "", at))["foot"] for at in TIMES] == [
        "no", "yes", "no", "no",
    ]  # fmt: skip
    assert list_unreadable({"opening_hours": "daylight?"}) == ["opening_hours=daylight?"]


def test_who_may_walk_at_one_time_or_another():
    tags = {"highway": "service", "access": "private"}
    assert list_permissions(tags) == {"residents"}
    tags["access:conditional"] = "yes @ (Mo-Fr); no @ (Sa)"
    assert list_permissions(tags) == {"residents", "public", "no"}
    busway = {"highway": "busway", "foot:conditional": "yes @ (Su)"}
    assert list_permissions(busway) == {"no", "public"}


def test_what_is_written_is_read_again():
    tags = {"foot": "yes", "foot:conditional": "no @ (22:00-06:00)\n; =x", "name": "left out"}
    text = write_tags("residents", tags, ("foot", "foot:conditional", "access"))
    kept = {"foot": "yes", "foot:conditional": "no @ (22:00-06:00) ; =x"}
    assert read_tags(text) == ("residents", kept)


@pytest.mark.parametrize("at", TIMES)
@pytest.mark.parametrize(
    "tags",
    [
        {"access": "no", "foot:conditional": "yes @ (Mo-Fr 08:00-18:00)"},
        {"foot": "yes", "foot:conditional": "no @ (22:00-06:00 AND Tu); yes @ (Su)"},
        {"opening_hours": "Mo-Sa 06:00-22:00", "access:conditional": "private @ (Su)"},
    ],
)
def test_the_judge_reads_the_same(tags, at):
    assert find_tags_at(tags, Moment("", "", "", at)) == judged_at(tags, at)
