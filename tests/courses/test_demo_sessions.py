"""The demo's sessions, checked once more from its files alone, in plain Python."""

import csv
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise

import pytest

from planner.case import build_case
from planner.courses import ChosenSessions, choose_sessions
from planner.sources.embedded import data_folder
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan

pytestmark = pytest.mark.nightly

FOLDER = data_folder() / "baoshan-demo"
WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def chosen() -> ChosenSessions:
    return choose_sessions(build_case(load_inputs(load_plan(FOLDER / "plan.toml"))))


def test_every_order_is_met_or_listed(chosen: ChosenSessions):
    ordered = {row["order_id"]: int(row["people"]) for row in rows("orders.csv")}
    assert sum(ordered.values()) == 39_000
    met: Counter[str] = Counter()
    for order_id, people in zip(
        chosen.attendance["order_id"], chosen.attendance["people"], strict=True
    ):
        met[order_id] += people
    unmet = dict(zip(chosen.unmet["order_id"], chosen.unmet["people"], strict=True))
    assert {id_: met[id_] + unmet.get(id_, 0) for id_ in ordered} == ordered
    assert not {*met} & {*unmet}  # orders are whole
    assert (chosen.unmet["smallest_change"] != "").all()


def test_rooms_classes_and_days(chosen: ChosenSessions):
    rooms = {row["facility_id"]: row for row in rows("facilities.csv")}
    courses = {row["course_id"]: row for row in rows("courses.csv")}
    orders = {row["order_id"]: row for row in rows("orders.csv")}
    here = defaultdict(set)
    for order_id, session_id in zip(
        chosen.attendance["order_id"], chosen.attendance["session_id"], strict=True
    ):
        here[session_id].add(order_id)
    for session in chosen.sessions.itertuples():
        of_class = [courses[id_] for id_ in session.courses.split(" | ")]
        host = rooms[session.host_id]
        assert session.people <= int(host["room_capacity"])
        for course in of_class:
            assert int(course["class_least"]) <= session.people <= int(course["class_most"])
            levels = course["host_level"].split(" | ") if course["host_level"] else []
            assert not levels or host["level"] in levels
            offered = {part.split("=")[0].strip() for part in host["services"].split("|")}
            assert {need.strip() for need in course["needs"].split("|") if need} <= offered
        for order_id in here[session.session_id]:
            order = orders[order_id]
            assert order["course"] in session.courses.split(" | ")
            first, last = order["earliest"] or "2026-07-01", order["latest"] or "2026-12-31"
            assert first <= session.day <= last


def test_no_room_and_no_teacher_is_used_twice_at_a_time(chosen: ChosenSessions):
    used = defaultdict(list)
    for session in chosen.sessions.itertuples():
        for key in (("room", session.host_id), ("teacher", session.teacher_id)):
            used[key, session.day].append((session.begin, session.end))
    for spans in used.values():
        spans.sort()
        assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_teachers_know_the_field_and_are_there(chosen: ChosenSessions):
    teachers = {row["teacher_id"]: row for row in rows("teachers.csv")}
    courses = {row["course_id"]: row for row in rows("courses.csv")}
    for session in chosen.sessions.itertuples():
        teacher = teachers[session.teacher_id]
        fields = {part.strip() for part in teacher["fields"].split("|")}
        of_class = [courses[id_] for id_ in session.courses.split(" | ")]
        assert fields & {course["field"] for course in of_class}
        assert all(course["level"] in ("", teacher["level"]) for course in of_class)
        day = WEEKDAYS[date.fromisoformat(session.day).weekday()]
        if "2026" in teacher["days"]:
            assert session.day in teacher["days"]
        elif "-" in teacher["days"]:
            begin, end = (WEEKDAYS.index(part) for part in teacher["days"].split("-"))
            assert begin <= WEEKDAYS.index(day) <= end
        else:
            assert day in teacher["days"]


def test_the_gap_is_two_hundredths_at_most(chosen: ChosenSessions):
    content = chosen.content
    assert content["bound"] <= content["value"] <= content["bound"] * 1.02 + 1
    assert content["people"]["met"] == content["people"]["met_bound"]
