"""Small questions of sessions, put together by hand: minutes are written down, not walked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.courses.committee_walks import CommitteeWalks
from planner.courses.merging import join_courses
from planner.courses.session_question import SessionQuestion
from planner.plan import Courses
from planner.sources.course_tables import CourseTables

#: Monday to Friday of one week.
WEEK = (date(2026, 9, 7), date(2026, 9, 11))


def course(id_: str, **fields) -> dict:
    """Return a course of 90 minutes that asks for nothing."""
    return {
        "course_id": id_, "name": id_, "field": "", "department": "", "minutes": 90.0,
        "class_least": 1, "class_most": 0, "same_as": (), "needs": (), "level": "",
        "host_levels": (),
    } | fields  # fmt: skip


def order(id_: str, committee: str, course_id: str, people: int, **fields) -> dict:
    """Return an order of any day of the week."""
    return {
        "order_id": id_, "committee": committee, "town": "T", "department": "",
        "course_id": course_id, "people": people, "earliest": WEEK[0], "latest": WEEK[1], "row": 2,
    } | fields  # fmt: skip


def teacher(id_: str, **fields) -> dict:
    """Return a teacher of everything who is always there."""
    return {
        "teacher_id": id_, "name": id_, "fields": (), "level": "", "from": "", "dates": (),
        "hours": "", "row": 2,
    } | fields  # fmt: skip


def host(id_: str, seats: int, **fields) -> dict:
    """Return a station that is always open."""
    return {
        "facility_id": id_, "name": id_, "level": "", "town": "T", "seats": seats,
        "opening_hours": "", "services": "",
    } | fields  # fmt: skip


def pose(
    hosts: list[dict],
    minutes: dict[str, list[float]],
    orders: list[dict],
    courses: list[dict] | None = None,
    teachers: list[dict] | None = None,
    **keys,
) -> SessionQuestion:
    """Return a question; minutes : committee -> to each host."""
    plan = Courses(
        orders=Path("orders.csv"), courses=Path("courses.csv"),
        **({"begin": WEEK[0], "end": WEEK[1], "slots": ("09:30", "14:00")} | keys),
    )  # fmt: skip
    table = pd.DataFrame(courses or [course("K")])
    given = pd.DataFrame(orders)
    classes, notes = join_courses(table, given["course_id"])
    number = {id_: k for k, one in enumerate(classes) for id_ in one.courses}
    names = list(minutes)
    matrix = np.array(list(minutes.values()), dtype=np.float64)
    places = gpd.GeoDataFrame(
        {"committee": names, "town": "T", "residents": 1000.0},
        geometry=gpd.points_from_xy([0.0] * len(names), range(len(names))), crs="EPSG:32651",
    )  # fmt: skip
    metres = np.where(np.isfinite(matrix), matrix, 100.0) * 50.0
    return SessionQuestion(
        plan=plan,
        courses=table,
        orders=given,
        teachers=None if teachers is None else pd.DataFrame(teachers),
        classes=classes,
        class_of=np.array([number[id_] for id_ in given["course_id"]], dtype=np.int64),
        hosts=gpd.GeoDataFrame(
            pd.DataFrame(hosts), crs="EPSG:32651",
            geometry=gpd.points_from_xy([0.0] * len(hosts), [0.0] * len(hosts)),
        ),
        walks=CommitteeWalks(places, matrix, metres),
        parts=[
            (np.array([names.index(one["committee"])]), np.array([one["people"]]))
            for one in orders
        ],
        country="CN",
        notes=notes,
        dropped=CourseTables(given, table, None, pd.DataFrame()).dropped,
    )  # fmt: skip
