"""The question: orders, classes, stations with a room and teachers, as arrays side by side."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.case import Case
from planner.courses._order_places import find_parts, place_orders
from planner.courses._session_hosts import find_hosts
from planner.courses.committee_walks import CommitteeWalks, find_committee_walks
from planner.courses.merging import CourseClass, join_courses
from planner.crs.array_types import Flags, Floats, Ints
from planner.errors import PlanError
from planner.plan import Courses
from planner.plan.moments import list_open_spans
from planner.plan.services import parse_services

#: What a coach counts in the choice among stations: as the longest walk, and so many minutes for
#: each straight kilometre.
COACH_MINUTES_PER_KM: Final = 3.0
_MIDNIGHT: Final = 24 * 60


@dataclass(frozen=True, eq=False)
class SessionQuestion:
    """What the sessions of a term are chosen from.

    plan : the section of the plan. courses, orders, teachers : as `CourseTables` has them, of
        orders those that can be used. classes : of the ordered courses. class_of (o,) : of each
        order.
    hosts : facility_id, name, level, town, seats, opening_hours, services, Points (metric CRS).
    walks : of committees to hosts. parts : for each order the committees its people start from, and
        how many; one for an order of a committee.
    days (d,), begins (s,) : of the term, and minute of the day of each slot.
    country : whose public holidays close stations. notes : what the reader should know.
    dropped : file, row, reason of the rows that do not count.
    """

    plan: Courses
    courses: pd.DataFrame
    orders: pd.DataFrame
    teachers: pd.DataFrame | None
    classes: list[CourseClass]
    class_of: Ints
    hosts: gpd.GeoDataFrame
    walks: CommitteeWalks
    parts: list[tuple[Ints, Ints]]
    country: str
    notes: list[str]
    dropped: pd.DataFrame
    # What was worked out once; a question with other tables begins with none of it.
    _known: dict[tuple[str, object], Flags] = field(init=False, repr=False, default_factory=dict)

    def changed(self, **fields: Any) -> SessionQuestion:
        """Return the question with other fields, where hours, services and teachers stay."""
        other = replace(self, **fields)
        other._known.update(self._known)
        return other

    @property
    def days(self) -> list[date]:
        """The days of the term."""
        n = (self.plan.end - self.plan.begin).days + 1
        return [self.plan.begin + timedelta(days=k) for k in range(n)]

    @property
    def begins(self) -> Ints:
        """Minute of the day at which sessions may begin."""
        times = [slot.split(":") for slot in self.plan.slots]
        return np.array([int(hour) * 60 + int(minute) for hour, minute in times], dtype=np.int64)

    @property
    def people(self) -> Ints:
        """People of each order, shape (o,)."""
        return np.array(self.orders["people"].tolist(), dtype=np.int64)

    def windows(self) -> tuple[Ints, Ints]:
        """Return the first and the last day of each order, counted from the first of the term."""
        begin = self.plan.begin
        first = [(day - begin).days for day in self.orders["earliest"]]
        last = [(day - begin).days for day in self.orders["latest"]]
        return np.array(first, dtype=np.int64), np.array(last, dtype=np.int64)

    def costs(self) -> Floats:
        """Return the minutes of one person of each order to each host, shape (o, m).

        Walks up to far_minutes are what they are; a coach counts as far_minutes and more by its
        straight way. Of an order of several committees it is the mean of its people.
        """
        by_coach = self.plan.far_minutes + COACH_MINUTES_PER_KM * self.walks.metres / 1000.0
        near = self.walks.minutes <= self.plan.far_minutes
        each = np.where(near, self.walks.minutes, by_coach)
        rows = [people @ each[places] / people.sum() for places, people in self.parts]
        return np.array(rows).reshape(len(self.parts), len(self.hosts))

    def longest_walks(self) -> Floats:
        """Return the minutes of those of each order who walk longest to each host, (o, m)."""
        rows = [self.walks.minutes[places].max(axis=0) for places, _ in self.parts]
        return np.array(rows).reshape(len(self.parts), len(self.hosts))

    def seats(self, one: CourseClass) -> Ints:
        """Return the most people of one session of a class at each host, shape (m,)."""
        seats: Ints = self.hosts["seats"].to_numpy(dtype=np.int64)
        return np.asarray(np.minimum(seats, one.most) if one.most else seats, dtype=np.int64)

    def suits_hosts(self, one: CourseClass) -> Flags:
        """Tell which hosts have the level and the services that a class asks for, shape (m,)."""
        levels, services = self.hosts["level"], self.hosts["services"]
        fits = np.ones(len(self.hosts), dtype=bool)
        if one.host_levels:
            fits &= levels.isin(one.host_levels).to_numpy()
        if one.needs:
            fits &= np.array([{*one.needs} <= _names(text) for text in services], dtype=bool)
        return fits

    def open_times(self, one: CourseClass) -> Flags:
        """Tell when each host is open for a session of a class until it ends, (m, d, s).

        Services that the class needs are to be had as long.
        """
        key = ("open", (one.minutes, one.needs))
        if key in self._known:
            return self._known[key]
        begins, days = tuple(self.begins.tolist()), (self.plan.begin, len(self.days))
        known: dict[tuple[str, ...], Flags] = {}
        shape = (days[1], len(begins))
        found = np.zeros((len(self.hosts), *shape), dtype=bool)
        for row, (hours, text) in enumerate(
            zip(self.hosts["opening_hours"], self.hosts["services"], strict=True)
        ):
            services = parse_services(str(text))
            asked = (str(hours), *(services.get(need) or str(hours) for need in one.needs))
            if asked not in known:
                each = [_find_open(part, days, begins, one.minutes, self.country)
                        for part in dict.fromkeys(asked)]  # fmt: skip
                known[asked] = np.logical_and.reduce(each)
            found[row] = known[asked]
        self._known[key] = found
        return found

    def suits_teachers(self, one: CourseClass) -> Flags:
        """Tell which teachers may hold a class, by level and field, shape (t,)."""
        if self.teachers is None:
            return np.zeros(0, dtype=bool)
        return np.array(
            [
                (not one.level or level == one.level)
                and (not one.fields or not fields or bool({*fields} & {*one.fields}))
                for level, fields in zip(
                    self.teachers["level"], self.teachers["fields"], strict=True
                )
            ],
            dtype=bool,
        )

    def teacher_times(self, minutes: float) -> Flags:
        """Tell when each teacher is there for a session of so many minutes, shape (t, d, s)."""
        begins, days = tuple(self.begins.tolist()), self.days
        key = ("teachers", minutes)
        if key in self._known:
            return self._known[key]
        if self.teachers is None:
            return np.zeros((0, len(days), len(begins)), dtype=bool)
        span = (self.plan.begin, len(days))
        found = []
        for dates, hours in zip(self.teachers["dates"], self.teachers["hours"], strict=True):
            times = _find_open(str(hours), span, begins, minutes, self.country)
            if dates:
                given = {*dates}
                times = times & np.array([day in given for day in days], dtype=bool)[:, None]
            found.append(times)
        shape = (len(self.teachers), len(days), len(begins))
        self._known[key] = np.array(found, dtype=bool).reshape(shape)
        return self._known[key]

    def session_times(self, one: CourseClass) -> Flags:
        """Tell when a session of a class may begin at each host, (m, d, s).

        The host is open until it ends, and a teacher who may hold it is there.
        """
        times = self.open_times(one)
        if self.teachers is None:
            return times
        key = ("held", one.class_id)
        if key not in self._known:
            able = self.teacher_times(one.minutes)[self.suits_teachers(one)]
            taught = np.asarray(able.any(axis=0), dtype=bool)
            self._known[key] = times & taught[None]
        return self._known[key]


@lru_cache(maxsize=4096)
def _find_open(
    hours: str, span: tuple[date, int], begins: tuple[int, ...], minutes: float, country: str
) -> Flags:
    """Tell for each day and slot whether hours are open from it on for so long, shape (d, s)."""
    found = np.zeros((span[1], len(begins)), dtype=bool)
    for number in range(span[1]):
        spans = list_open_spans(hours, span[0] + timedelta(days=number), country)
        for slot, begin in enumerate(begins):
            end = begin + minutes
            # A session ends on the day on which it begins.
            found[number, slot] = end < _MIDNIGHT and any(a <= begin and end <= b for a, b in spans)
    return found


@lru_cache(maxsize=4096)
def _names(services: str) -> frozenset[str]:
    """Return the names of the services of a station."""
    return frozenset(parse_services(services))


def build_session_question(case: Case) -> SessionQuestion:
    """Put the tables of `[courses]` and the streets of a plan together.

    Raises
    ------
    PlanError
        If the plan has no `[courses]`, or neither committees nor towns.
    SourceError
        If no station that is open has a room.
    """
    plan, tables = case.plan.courses, case.inputs.courses
    if plan is None or tables is None:
        raise PlanError(
            "the plan has no [courses], so there is nothing to choose sessions from; add it, see "
            "docs/courses.md"
        )
    hosts, notes, odd_rooms = find_hosts(case)
    walks = find_committee_walks(case, hosts, plan.profile, plan.far_minutes)
    classes, said = join_courses(tables.courses, tables.orders["course_id"])
    number = {id_: k for k, one in enumerate(classes) for id_ in one.courses}
    orders, of_orders = place_orders(tables, walks.places, plan)
    dropped = [part for part in (of_orders, odd_rooms) if len(part)]
    return SessionQuestion(
        plan=plan,
        courses=tables.courses,
        orders=orders,
        teachers=tables.teachers,
        classes=classes,
        class_of=np.array([number[id_] for id_ in orders["course_id"]], dtype=np.int64),
        hosts=hosts,
        walks=walks,
        parts=find_parts(orders, walks.places),
        country=case.plan.service.country,
        notes=[*notes, *said],
        dropped=pd.concat(dropped, ignore_index=True) if dropped else of_orders,
    )
