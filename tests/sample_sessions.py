"""A choice of sessions that was made up by hand: three committees, two hosts, one order not met.

    甲 --10 min-- H1 (150 seats) --25 min-- 乙       丙 --coach-- H1       hostile --15 min-- H2
    丁 ordered for 400 people: no room holds them.

Three sessions: two of a merged course at H1, one at H2. All lies in the sample district of the
page's tests.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Point

from planner.courses import ChosenSessions

HOSTILE = "=1+1\r\nEND:VCALENDAR <b>&\u202e"
NAN = float("nan")
CHANGE = "a room of 400 seats instead of 150 at 大场站 (H1), class_most 400 instead of 80 for K-001"


def session(number: int, **values: Any) -> dict[str, Any]:
    """Return a session at the first host, with what is different."""
    return {
        "session_id": f"S{number}", "class_id": f"C{number}", "course": "党史, 第一课; 上\\下",
        "courses": "K-001 | K-002", "field": "理论学习", "host_id": "H1", "host": "大场站",
        "host_level": "town", "town": "大场镇", "day": "2026-09-03", "begin": "09:30",
        "end": "11:00", "teacher_id": "J-01", "teacher": "王老师", "people": 120, "seats": 150,
        "orders": 2, "lon": 121.44, "lat": 31.33,
    } | values  # fmt: skip


def order(number: int, committee: str, **values: Any) -> dict[str, Any]:
    """Return an order that is met, with what is different."""
    return {
        "order_id": f"D-{number:04}", "session_id": "S1", "committee": committee, "town": "大场镇",
        "department": "宣传部", "course": "党史", "people": 70, "minutes": 10.0, "by": "walk",
    } | values  # fmt: skip


SESSIONS = [
    session(1),
    session(2, day="2026-10-09", begin="14:00", end="15:30", people=60, orders=1),
    session(3, course=HOSTILE, courses="K-003", host_id="H2", host="顾村站", town="顾村镇",
            teacher_id="", teacher="", people=30, seats=40, orders=1, lon=121.48, lat=31.35),
]  # fmt: skip
ATTENDANCE = [
    order(1, "甲居委"),
    order(2, "乙居委", people=50, minutes=25.0004, by="far"),
    order(3, "丙村委", session_id="S2", people=60, minutes=NAN, by="coach", town="罗泾镇"),
    order(4, HOSTILE, session_id="S3", people=30, minutes=15.0, town="顾村镇"),
]
UNMET = [
    {"order_id": "D-0005", "committee": "丁居委", "town": "大场镇", "course": "合唱", "people": 400,
     "reason": "no room within reach holds it", "smallest_change": CHANGE},
]  # fmt: skip
MERGES = [
    {"class_id": "C1", "courses": "K-001 | K-002", "departments": "宣传部 | 团委", "orders": 2,
     "people_spared": 50},
]  # fmt: skip


def hosts() -> gpd.GeoDataFrame:
    """Two stations that hold sessions, and one that holds none."""
    rows = [
        {"facility_id": "H1", "name": "大场站", "level": "town", "town": "大场镇", "seats": 150,
         "sessions": 2, "people": 180, "hours": 3.0, "fill": 0.6, "load_2sfca": 1.25},
        {"facility_id": "H2", "name": "顾村站", "level": "neighbourhood", "town": "顾村镇",
         "seats": 40, "sessions": 1, "people": 30, "hours": 1.5, "fill": 0.75, "load_2sfca": 0.5},
        {"facility_id": "H3", "name": "罗泾站", "level": "neighbourhood", "town": "罗泾镇",
         "seats": 30, "sessions": 0, "people": 0, "hours": 0.0, "fill": NAN, "load_2sfca": 0.0},
    ]  # fmt: skip
    points = [Point(121.44, 31.33), Point(121.48, 31.35), Point(121.41, 31.36)]
    return gpd.GeoDataFrame(rows, geometry=points, crs="EPSG:4326")


def committees() -> gpd.GeoDataFrame:
    """Who ordered; the fourth has a hostile name, the last got nothing."""
    rows = [
        {"committee": name, "town": town, "people": people, "met": met, "by_walk": walk,
         "by_far": far, "by_coach": coach, "unmet": people - met, "nearest_host_id": host,
         "minutes": minutes, "score_2sfca": 0.5}
        for name, town, people, met, walk, far, coach, host, minutes in (
            ("甲居委", "大场镇", 70, 70, 70, 0, 0, "H1", 10.0),
            ("乙居委", "大场镇", 50, 50, 0, 50, 0, "H1", 25.0004),
            ("丙村委", "罗泾镇", 60, 60, 0, 0, 60, "", NAN),
            (HOSTILE, "顾村镇", 30, 30, 30, 0, 0, "H2", 15.0),
            ("丁居委", "大场镇", 400, 0, 0, 0, 0, "H1", 12.0),
        )
    ]  # fmt: skip
    points = [Point(121.43, 31.33), Point(121.46, 31.32), Point(121.42, 31.362),
              Point(121.485, 31.352), Point(121.445, 31.315)]  # fmt: skip
    return gpd.GeoDataFrame(rows, geometry=points, crs="EPSG:4326")


def content(**changes: Any) -> dict[str, Any]:
    """Return what courses.json says of the choice."""
    return {
        "plan": "练习", "title": "练习区", "language": "zh", "synthetic": True,
        "invented_streets": False, "profile": "adult", "begin": "2026-07-01", "end": "2026-12-31",
        "walk_minutes": 15.0, "far_minutes": 30.0, "value": 3, "unit": "sessions", "bound": 3.0,
        "gap": 0.0, "status": "proved", "seconds": 0.1, "classes": 3,
        "people": {"ordered": 610, "met": 210, "by_walk": 100, "by_far": 50, "by_coach": 60,
                   "unmet": 400},
        "merged": {"orders": 2, "people_spared": 50}, "notes": [],
        "courses": {"K-001": "党史", "K-002": "党的历史", "K-003": HOSTILE},
    } | changes  # fmt: skip


def chosen(**changes: Any) -> ChosenSessions:
    """Return the choice, its content with what is different."""
    return ChosenSessions(
        content(**changes), pd.DataFrame(SESSIONS), pd.DataFrame(ATTENDANCE), pd.DataFrame(UNMET),
        pd.DataFrame(MERGES), hosts(), committees(),
        pd.DataFrame({"file": ["orders.csv"], "row": np.array([7]), "reason": ["course is empty"]}),
    )  # fmt: skip
