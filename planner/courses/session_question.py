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
from planner.courses.chosen_sessions import COACH, FAR, WALK
from planner.courses.committee_walks import CommitteeWalks, find_committee_walks, find_towns_at
from planner.courses.merging import CourseClass, join_courses
from planner.coverage.facilities import find_approximate
from planner.crs.array_types import Flags, Floats, Ints
from planner.errors import PlanError, SourceError
from planner.plan import Courses
from planner.plan.moments import list_open_spans
from planner.plan.services import parse_services
from planner.sources.course_tables import CourseTables

#: What a coach counts in the choice among stations: as the longest walk, and so many minutes for
#: each straight kilometre.
COACH_MINUTES_PER_KM: Final = 3.0
_MIDNIGHT: Final = 24 * 60
#: How people may come, in this order.
TIERS: Final = (WALK, FAR, COACH)


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
    hosts, notes = _find_hosts(case)
    walks = find_committee_walks(case, hosts, plan.profile, plan.far_minutes)
    classes, said = join_courses(tables.courses, tables.orders["course_id"])
    number = {id_: k for k, one in enumerate(classes) for id_ in one.courses}
    orders, dropped = _add_towns(tables, walks.places, plan)
    return SessionQuestion(
        plan=plan,
        courses=tables.courses,
        orders=orders,
        teachers=tables.teachers,
        classes=classes,
        class_of=np.array([number[id_] for id_ in orders["course_id"]], dtype=np.int64),
        hosts=hosts,
        walks=walks,
        parts=_find_parts(orders, walks.places),
        country=case.plan.service.country,
        notes=[*notes, *said],
        dropped=dropped,
    )


def _find_hosts(case: Case) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the stations that have a room, with its seats."""
    file, facilities = case.inputs.facilities.file, case.counting
    if "room_capacity" not in facilities:
        raise SourceError(
            f"{file}: no column 'room_capacity', so no station has a room for a session; add it"
        )
    seats = facilities["room_capacity"].fillna(0.0).to_numpy(dtype=np.float64)
    if not (seats >= 1).any():
        raise SourceError(
            f"{file}: no station that is open has a room_capacity; fill in the seats of some"
        )
    vague = find_approximate(case.facilities) & case.facilities["counts"].to_numpy(dtype=bool)
    rooms = case.facilities["room_capacity"].fillna(0.0).to_numpy(dtype=np.float64) >= 1
    lost = int((vague & rooms).sum())
    notes = [f"{lost} stations with a room hold no session, as their place is not confirmed"] * (
        lost > 0
    )
    rows = facilities[seats >= 1].reset_index(drop=True)
    without = int((rows["opening_hours"] == "").sum())
    if without:
        notes.append(f"{without} stations with a room have no opening hours; they count as always "
                     "open")  # fmt: skip
    more = {"open_to_outsiders": rows["open_to_outsiders"]} if "open_to_outsiders" in rows else {}
    return gpd.GeoDataFrame(
        {
            "facility_id": rows["facility_id"].astype(str),
            "name": rows["name"],
            "level": rows["level"],
            "town": find_towns_at(case, rows),
            "seats": rows["room_capacity"].to_numpy(dtype=np.float64).astype(np.int64),
            "opening_hours": rows["opening_hours"],
            "services": rows["services"],
            **more,
        },
        geometry=rows.geometry,
        crs=rows.crs,
    ), notes


def _add_towns(
    tables: CourseTables, places: gpd.GeoDataFrame, plan: Courses
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the orders with the town of each committee, and all that was dropped."""
    town = dict(zip(places["committee"], places["town"], strict=True))
    orders = tables.orders
    towns = [
        str(town[committee] if committee else own)
        for committee, own in zip(orders["committee"], orders["town"], strict=True)
    ]
    orders = orders.assign(town=pd.Series(towns, index=orders.index, dtype=object))
    # A town may have no committee of its own.
    lost = (orders["committee"] == "") & ~orders["town"].isin(list(places["town"]))
    listed = pd.DataFrame(
        {
            "file": plan.orders.name,
            "row": orders.loc[lost, "row"],
            "reason": [
                f"no committee lies in {name}, so nobody knows where its people start"
                for name in orders.loc[lost, "town"]
            ],
        }
    )
    parts = [part for part in (tables.dropped, listed) if len(part)]
    dropped = pd.concat(parts, ignore_index=True) if parts else tables.dropped
    return orders[~lost].reset_index(drop=True), dropped


def _find_parts(orders: pd.DataFrame, places: gpd.GeoDataFrame) -> list[tuple[Ints, Ints]]:
    """Return from which committees the people of each order start, and how many from each.

    An order of a town starts from its committees, by their residents, in whole people.
    """
    names = places["committee"].tolist()
    number = {name: k for k, name in enumerate(names) if name}
    towns = places["town"].to_numpy(dtype=object)
    residents = places["residents"].to_numpy(dtype=np.float64)
    found = []
    for committee, town, people in zip(
        orders["committee"], orders["town"], orders["people"], strict=True
    ):
        if committee:
            here = np.array([number[committee]], dtype=np.int64)
        else:
            here = np.flatnonzero(towns == town)
        found.append(_share_out(here, residents[here], int(people)))
    return found


def _share_out(places: Ints, residents: Floats, people: int) -> tuple[Ints, Ints]:
    """Share whole people out by residents, by largest remainder; places without any are left."""
    weights = residents if residents.sum() > 0 else np.ones(len(places))
    exact = people * weights / weights.sum()
    whole = np.floor(exact).astype(np.int64)
    order = np.lexsort((np.arange(len(places)), whole - exact))
    whole[order[: people - int(whole.sum())]] += 1
    return places[whole > 0], whole[whole > 0]


def find_tiers(
    question: SessionQuestion, one: CourseClass, orders: Ints, lowest: Ints
) -> tuple[Flags, Ints]:
    """Find which hosts each order of a class may go to, and how its people come.

    Where a suitable host lies within walk_minutes of all its people, one of those; else within
    far_minutes; else, where the plan has coaches, any suitable one. Suitable: level, services, a
    room for the whole order, open at some slot between its days when a teacher is there.

    Parameters
    ----------
    orders : shape (n,)
        Positions of orders of this class.
    lowest : shape (n,)
        Number of the first of `TIERS` that is looked at.

    Returns
    -------
    (n, m) which hosts are allowed, (n,) number of the tier (-1: none has a suitable host)
    """
    fits = find_fitting(question, one, orders)
    minutes = question.longest_walks()[orders]
    within = [minutes <= question.plan.walk_minutes, minutes <= question.plan.far_minutes]
    if question.plan.coach:
        within.append(np.ones(minutes.shape, dtype=bool))
    allowed = np.zeros(fits.shape, dtype=bool)
    tier = np.full(len(orders), -1, dtype=np.int64)
    for number, near in enumerate(within):
        rows = (tier < 0) & (lowest <= number) & (fits & near).any(axis=1)
        allowed[rows] = (fits & near)[rows]
        tier[rows] = number
    return allowed, tier


def find_fitting(question: SessionQuestion, one: CourseClass, orders: Ints) -> Flags:
    """Tell which hosts could take each order, however far they are, shape (n, m)."""
    people = question.people[orders]
    room, suits = question.seats(one), question.suits_hosts(one)
    suits = suits & (room >= one.least)
    counts = np.cumsum(question.session_times(one).any(axis=2), axis=1)
    counts = np.concatenate([np.zeros((len(counts), 1), dtype=counts.dtype), counts], axis=1)
    first, last = (days[orders] for days in question.windows())
    opens = (counts[:, last + 1] > counts[:, first]).T
    holds = np.ones((len(orders), len(room)), dtype=bool)
    if not question.plan.split_orders:
        holds = people[:, None] <= room[None, :]
    return suits[None, :] & opens & holds
