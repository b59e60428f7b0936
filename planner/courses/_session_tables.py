"""The tables of what was found: sessions, who goes where, who is not met, hosts, committees."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.accessibility import inverted_two_stage_fca, two_stage_fca
from planner.courses.chosen_sessions import (
    ATTENDANCE_COLUMNS,
    BETWEEN,
    BY_COMMITTEE,
    BY_TOWN,
    COACH,
    COMMITTEE_COLUMNS,
    FAR,
    HOST_COLUMNS,
    SESSION_COLUMNS,
    UNMET_COLUMNS,
    WALK,
    to_table,
)
from planner.courses.held_sessions import Arrangement, HeldSession
from planner.courses.session_question import SessionQuestion
from planner.crs import to_wgs84
from planner.crs.array_types import Floats

#: Scores are seats for so many residents.
PER_PEOPLE = 1000


def write_minute(minute: float) -> str:
    """Write a minute of the day as 09:30."""
    whole = round(minute)
    return f"{whole // 60:02}:{whole % 60:02}"


def sort_sessions(found: Arrangement) -> list[HeldSession]:
    """Return the sessions by day, hour and station."""
    return sorted(found.sessions, key=lambda one: (one.day, one.slot, one.host, one.class_number))


def build_sessions(question: SessionQuestion, sessions: Sequence[HeldSession]) -> pd.DataFrame:
    """Return the table of sessions, in the order given."""
    points = to_wgs84(question.hosts[["geometry"]]).geometry
    names = dict(zip(question.courses["course_id"], question.courses["name"], strict=True))
    width = max(4, len(str(len(sessions))))
    rows = []
    for number, one in enumerate(sessions, start=1):
        course_class = question.classes[one.class_number]
        host = question.hosts.iloc[one.host]
        begin = int(question.begins[one.slot])
        teacher = None if question.teachers is None else question.teachers.iloc[one.teacher]
        asked = question.orders.iloc[list(one.orders)]["course_id"]
        most = pd.Series(one.people).groupby(asked.to_numpy()).sum()
        course = str(min(most.index, key=lambda id_: (-most[id_], id_)))
        rows.append(
            {
                "session_id": f"S{number:0{width}}",
                "class_id": course_class.class_id,
                "course": names[course],
                "courses": BETWEEN.join(course_class.courses),
                "field": BETWEEN.join(course_class.fields),
                "host_id": host["facility_id"],
                "host": host["name"],
                "host_level": host["level"],
                "town": host["town"],
                "day": question.days[one.day].isoformat(),
                "begin": write_minute(begin),
                "end": write_minute(begin + course_class.minutes),
                "teacher_id": "" if teacher is None else teacher["teacher_id"],
                "teacher": "" if teacher is None else teacher["name"],
                "people": sum(one.people),
                "seats": int(host["seats"]),
                "orders": len(one.orders),
                # The seventh decimal of a degree is a centimetre.
                "lon": round(points.iloc[one.host].x, 7),
                "lat": round(points.iloc[one.host].y, 7),
            }
        )
    return to_table(rows, SESSION_COLUMNS)


def build_attendance(
    question: SessionQuestion, sessions: Sequence[HeldSession], ids: Sequence[str]
) -> pd.DataFrame:
    """Return who of which order goes to which session, a row for each committee; `ids` of those."""
    names = dict(zip(question.courses["course_id"], question.courses["name"], strict=True))
    places, rows = question.walks.places, []
    left = {order: people.copy() for order, (_, people) in enumerate(question.parts)}
    for one, id_ in zip(sessions, ids, strict=True):
        for order, people in zip(one.orders, one.people, strict=True):
            row = question.orders.iloc[order]
            for place, part in _take(question.parts[order][0], left[order], people):
                minutes = float(question.walks.minutes[place, one.host])
                by = find_way(question, minutes)
                rows.append(
                    {
                        "order_id": row["order_id"],
                        "session_id": id_,
                        "committee": places["committee"].iloc[place],
                        "town": row["town"],
                        "department": row["department"],
                        "course": names[row["course_id"]],
                        "people": part,
                        "minutes": math.nan if by == COACH else minutes,
                        "by": by,
                        "ordered_by": BY_COMMITTEE if row["committee"] else BY_TOWN,
                    }
                )
    return to_table(rows, ATTENDANCE_COLUMNS)


def find_way(question: SessionQuestion, minutes: float) -> str:
    """Return how people come who walk so long."""
    if minutes <= question.plan.walk_minutes:
        return WALK
    return FAR if minutes <= question.plan.far_minutes else COACH


def _take(places: Any, left: Any, people: int) -> list[tuple[int, int]]:
    """Take people from the committees of an order, changing who is left of each."""
    taken = []
    for k, place in enumerate(places):
        part = min(int(left[k]), people)
        if part > 0:
            left[k] -= part
            people -= part
            taken.append((int(place), part))
    return taken


def build_unmet(
    question: SessionQuestion, found: Arrangement, told: dict[int, tuple[str, str]]
) -> pd.DataFrame:
    """Return the orders that are not met, with reason and smallest change of each."""
    names = dict(zip(question.courses["course_id"], question.courses["name"], strict=True))
    rows = []
    for order in np.flatnonzero(found.unmet > 0).tolist():
        row = question.orders.iloc[order]
        reason, change = told[order]
        rows.append(
            {
                **{name: row[name] for name in ("order_id", "committee", "town")},
                "course": names[row["course_id"]],
                "people": int(found.unmet[order]),
                "reason": reason,
                "smallest_change": change,
            }
        )
    return to_table(rows, UNMET_COLUMNS)


def find_catchments(question: SessionQuestion) -> tuple[Floats, Floats]:
    """Return the rooms' scores of committees and the loads of hosts, by 2SFCA at walk_minutes.

    Score: seats for 1,000 residents, shared with all who walk there in time. Load: residents for
    each seat, who share themselves among the rooms that they reach.
    """
    minutes = question.walks.minutes
    place, host = np.nonzero(minutes <= question.plan.walk_minutes)
    trips = pd.DataFrame({"origin": place, "destination": host, "minutes": minutes[place, host]})
    seats = pd.Series(question.hosts["seats"].to_numpy(dtype=np.float64))
    people = pd.Series(question.walks.places["residents"].to_numpy(dtype=np.float64))
    cutoff = question.plan.walk_minutes
    scores = PER_PEOPLE * two_stage_fca(trips, seats, people, cutoff_minutes=cutoff)
    loads = inverted_two_stage_fca(trips, seats, people, cutoff_minutes=cutoff)
    return scores.to_numpy(dtype=np.float64), loads.to_numpy(dtype=np.float64)


def build_hosts(
    question: SessionQuestion, sessions: pd.DataFrame, loads: Floats
) -> gpd.GeoDataFrame:
    """Return the stations with a room, and what they carry; EPSG:4326."""
    of = sessions.groupby("host_id")
    held, people = of.size(), of["people"].sum()
    lengths = {one.class_id: one.minutes / 60.0 for one in question.classes}
    hours = sessions["class_id"].map(lengths).groupby(sessions["host_id"]).sum()
    ids = question.hosts["facility_id"]
    table = pd.DataFrame(
        {
            **{name: question.hosts[name] for name in ("facility_id", "name", "level", "town")},
            "seats": question.hosts["seats"],
            "sessions": ids.map(held).fillna(0),
            "people": ids.map(people).fillna(0),
            "hours": ids.map(hours).fillna(0.0),
        }
    )
    offered = table["seats"] * table["sessions"]
    fill = table["people"] / offered.where(offered > 0)
    rows = table.assign(fill=fill, load_2sfca=loads).to_dict("records")
    layer = gpd.GeoDataFrame(
        to_table(rows, HOST_COLUMNS), geometry=question.hosts.geometry.to_numpy(),
        crs=question.hosts.crs,
    )  # fmt: skip
    return to_wgs84(layer)


def build_committees(
    question: SessionQuestion, attendance: pd.DataFrame, scores: Floats
) -> gpd.GeoDataFrame:
    """Return the committees: who ordered, how they come, and their nearest room; EPSG:4326."""
    places, minutes = question.walks.places, question.walks.minutes
    n = len(places)
    ordered = np.zeros(n, dtype=np.int64)
    for where, people in question.parts:
        np.add.at(ordered, where, people)
    # By committee, or by town where the plan names no committees.
    key = list(zip(places["committee"], places["town"], strict=True))
    number = {one: k for k, one in enumerate(key)}
    if not any(places["committee"]):
        number = {("", town): k for k, town in enumerate(places["town"])}
    by_name = {committee: k for k, (committee, _) in enumerate(key) if committee}
    came = {way: np.zeros(n, dtype=np.int64) for way in (WALK, FAR, COACH)}
    for committee, town, people, by in zip(
        attendance["committee"], attendance["town"], attendance["people"], attendance["by"],
        strict=True,
    ):  # fmt: skip
        came[by][by_name[committee] if committee else number[("", town)]] += people
    met = sum(came.values(), np.zeros(n, dtype=np.int64))
    nearest = minutes.argmin(axis=1) if len(question.hosts) else np.zeros(n, dtype=np.int64)
    best = minutes[np.arange(n), nearest]
    ids = question.hosts["facility_id"].to_numpy(dtype=object)
    table = pd.DataFrame(
        {
            "committee": places["committee"],
            "town": places["town"],
            "people": ordered,
            "met": met,
            "by_walk": came[WALK],
            "by_far": came[FAR],
            "by_coach": came[COACH],
            "unmet": ordered - met,
            "nearest_host_id": np.where(np.isfinite(best), ids[nearest], ""),
            "minutes": np.where(np.isfinite(best), best, np.nan),
            "score_2sfca": scores,
        }
    )
    layer = gpd.GeoDataFrame(
        to_table(table.to_dict("records"), COMMITTEE_COLUMNS),
        geometry=places.geometry.to_numpy(), crs=places.crs,
    )  # fmt: skip
    return to_wgs84(layer)
