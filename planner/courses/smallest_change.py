"""Why an order is not met, and the smallest change that would meet it: tried, not guessed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from planner.courses.held_sessions import Arrangement
from planner.courses.host_tiers import find_fitting, find_tiers
from planner.courses.merging import CourseClass
from planner.courses.session_question import SessionQuestion
from planner.courses.spare_seats import meet_further
from planner.crs.array_types import Flags, Ints
from planner.errors import on_one_line
from planner.plan.services import parse_services, write_services

#: Reasons, as tables name them.
NO_TEACHER: Final = "no teacher"
NO_HOST: Final = "no station suits"
TOO_LARGE: Final = "too large"
CLOSED_THEN: Final = "closed then"
TOO_FAR: Final = "too far"
TOO_FEW: Final = "too few people"
NO_TIME: Final = "no time left"
REASONS: Final = (NO_TEACHER, NO_HOST, TOO_LARGE, CLOSED_THEN, TOO_FAR, TOO_FEW, NO_TIME)
#: What is said where no single change that is tried would do.
NO_CHANGE: Final = "no single change"
#: So many stations are tried for a larger room or one more service, the nearest first.
_MOST_TRIED: Final = 12

#: Beyond so many sums of people no further order is added.
_MOST_SUMS: Final = 200


@dataclass(frozen=True)
class Change:
    """One change of the plan, in words and as the question that it makes."""

    words: str
    question: SessionQuestion


def find_reason(question: SessionQuestion, order: int) -> str:
    """Return the first reason why an order is not met: one of `REASONS`."""
    one = question.classes[int(question.class_of[order])]
    if question.teachers is not None and not question.suits_teachers(one).any():
        return NO_TEACHER
    suits = question.suits_hosts(one) & question.open_times(one).any(axis=(1, 2))
    if not suits.any():
        return NO_HOST
    seats = question.seats(one)
    if not (suits & (seats >= _smallest_room(question, one, order, alone=True))).any():
        return TOO_LARGE
    if not (suits & (seats >= one.least)).any():
        return TOO_FEW
    orders = np.array([order])
    if not find_fitting(question, one, orders).any():
        untaught = replace(question, teachers=None)
        return NO_TEACHER if find_fitting(untaught, one, orders).any() else CLOSED_THEN
    if find_tiers(question, one, orders, np.zeros(1, dtype=np.int64))[1][0] < 0:
        return TOO_FAR
    return TOO_FEW if int(question.people[order]) < one.least else NO_TIME


def find_change(question: SessionQuestion, found: Arrangement, order: int) -> tuple[str, str]:
    """Return why an order is not met, and the first change that meets it while all others stay met.

    Changes are tried from the smallest on: a larger room within reach, one more session of fewer
    people than class_least, a teacher's day, a longer time between earliest and latest, ...
    """
    change = find_smallest(question, found, order)
    return find_reason(question, order), NO_CHANGE if change is None else change.words


def find_smallest(question: SessionQuestion, found: Arrangement, order: int) -> Change | None:
    """Return the first change that meets an order, with the question that it makes."""
    for change in _list_changes(question, found, order, find_reason(question, order)):
        if could_meet(change.question, found, order):
            return change
    return None


def could_meet(question: SessionQuestion, found: Arrangement, order: int) -> bool:
    """Tell whether an order can be met as well, see `meet_further`."""
    return meet_further(question, found.sessions, found.unmet, order) is not None


def _smallest_room(
    question: SessionQuestion, one: CourseClass, order: int, *, alone: bool = False
) -> int:
    """Return how many seats a session of an order needs; alone: for its own people only."""
    people = 1 if question.plan.split_orders else int(question.people[order])
    return people if alone else max(people, one.least)


def _list_changes(
    question: SessionQuestion, found: Arrangement, order: int, reason: str
) -> Iterator[Change]:
    """Yield the changes that are worth trying for a reason, the smallest first."""
    if reason == NO_TEACHER:
        yield from _add_teachers(question, order)
        yield from _lengthen_windows(question, order)
    elif reason == NO_HOST:
        yield from _add_services(question, order)
    elif reason == TOO_LARGE:
        yield from _raise_most(question, order)
        yield from _enlarge_rooms(question, found, order)
        yield from _split(question)
    elif reason == CLOSED_THEN:
        yield from _lengthen_windows(question, order)
        yield from _enlarge_rooms(question, found, order)
        yield from _add_services(question, order)
    elif reason == TOO_FAR:
        yield from _enlarge_rooms(question, found, order)
        yield from _walk_farther(question, order)
        yield Change("coach = true", _with_plan(question, coach=True))
    elif reason == TOO_FEW:
        yield from _enlarge_rooms(question, found, order, joined=True)
        yield from _lower_least(question, found, order)
        yield from _lengthen_windows(question, order)
    else:
        yield from _enlarge_rooms(question, found, order)
        yield from _add_teachers(question, order)
        yield from _lengthen_windows(question, order)
        yield from _split(question)


def _with_plan(question: SessionQuestion, **keys: Any) -> SessionQuestion:
    """Return the question with other keys of the plan."""
    return question.changed(plan=question.plan.model_copy(update=keys))


def _with_class(question: SessionQuestion, number: int, **fields: Any) -> SessionQuestion:
    """Return the question with another figure of one class."""
    classes = [*question.classes]
    classes[number] = replace(classes[number], **fields)
    return question.changed(classes=classes)


def _split(question: SessionQuestion) -> Iterator[Change]:
    """Let the people of an order go to several sessions."""
    if not question.plan.split_orders:
        yield Change("split_orders = true", _with_plan(question, split_orders=True))


def _nearest_hosts(question: SessionQuestion, order: int, chosen: Flags) -> list[int]:
    """Return some hosts, the nearest first: by walk, beyond that by the straight way."""
    cost = question.costs()[order]
    rows = np.flatnonzero(chosen)
    return [int(row) for row in rows[np.argsort(cost[rows], kind="stable")][:_MOST_TRIED]]


def _name_host(question: SessionQuestion, host: int) -> str:
    """Return a station as words name it."""
    row = question.hosts.iloc[host]
    return f"{on_one_line(str(row['name']))} ({row['facility_id']})"


def _enlarge_rooms(
    question: SessionQuestion, found: Arrangement, order: int, *, joined: bool = False
) -> Iterator[Change]:
    """Make the room of one station as large as the order needs: of few seats more, the nearest.

    joined : the order is too few for a session of its own: it needs one that there is, or others
        that are unmet beside it.
    """
    number = int(question.class_of[order])
    one, seats = question.classes[number], question.hosts["seats"].to_numpy(dtype=np.int64)
    own = [total for total in _sum_unmet(question, found, order) if total >= one.least]
    alone = min(own, default=0) if joined else _smallest_room(question, one, order)
    sizes = {(host, alone) for host in range(len(seats))}
    # Whoever joins a session that there is needs a seat beside its people.
    people = int(question.people[order])
    sizes |= {
        (session.host, sum(session.people) + people)
        for session in found.sessions if session.class_number == number
    }  # fmt: skip
    cost, suits = question.costs()[order], question.suits_hosts(one)
    near = question.longest_walks()[order] <= question.plan.far_minutes
    # Within reach on foot first; then by the seats that are lacking.
    ranked = sorted(
        (not near[host], size - int(seats[host]), cost[host], host)
        for host, size in sizes
        if suits[host] and size > seats[host] and (not one.most or size <= one.most)
    )
    for _, lacking, _, host in ranked[:_MOST_TRIED]:
        rooms = seats.copy()
        rooms[host] += lacking
        words = (
            f"a room of {rooms[host]} seats instead of {seats[host]} at "
            f"{_name_host(question, host)}"
        )
        yield Change(words, question.changed(hosts=question.hosts.assign(seats=rooms)))


def _sum_unmet(question: SessionQuestion, found: Arrangement, order: int) -> set[int]:
    """Return how many people an order may be together with others of its class that are unmet."""
    number = int(question.class_of[order])
    sums = {int(question.people[order])}
    for other in np.flatnonzero((question.class_of == number) & (found.unmet > 0)).tolist():
        if other != order and len(sums) <= _MOST_SUMS:
            sums |= {total + int(found.unmet[other]) for total in sums}
    return sums


def _raise_most(question: SessionQuestion, order: int) -> Iterator[Change]:
    """Let a class have as many people as the order has."""
    number = int(question.class_of[order])
    one, people = question.classes[number], int(question.people[order])
    if one.most and people > one.most:
        words = f"class_most {people} instead of {one.most} for {', '.join(one.courses)}"
        yield Change(words, _with_class(question, number, most=people))


def _lower_least(question: SessionQuestion, found: Arrangement, order: int) -> Iterator[Change]:
    """Hold one more session for the order, alone or with others that are unmet."""
    number = int(question.class_of[order])
    one, sums = question.classes[number], _sum_unmet(question, found, order)
    # Whoever is unmet beside it may come too: the most people first, so that least is lowered less.
    for least in sorted((total for total in sums if total < one.least), reverse=True):
        words = (
            f"one more session, of {least} people: class_least {least} instead of {one.least} for "
            f"{', '.join(one.courses)}"
        )
        yield Change(words, _with_class(question, number, least=least))


def _add_teachers(question: SessionQuestion, order: int) -> Iterator[Change]:
    """Let a teacher who could hold the class come on one more day, else find one more teacher."""
    one = question.classes[int(question.class_of[order])]
    if question.teachers is None:
        return
    field = f" of {' or '.join(map(on_one_line, one.fields))}" if one.fields else ""
    level = f" of level {on_one_line(one.level)}" if one.level else ""
    first, last = (int(days[order]) for days in question.windows())
    able = question.suits_teachers(one)
    blank = {"fields": (), "level": one.level, "from": "", "hours": "", "row": 0}
    for number in range(first, last + 1):
        day = question.days[number]
        extra = pd.DataFrame([{**blank, "teacher_id": "new", "name": "new", "dates": (day,)}])
        teachers = pd.concat([question.teachers, extra], ignore_index=True)
        who = f"a teacher{field}{level}" if not able.any() else f"one more teacher{field}{level}"
        yield Change(f"{who} on {day}", replace(question, teachers=teachers))
        if number - first > 30:
            return


def _add_services(question: SessionQuestion, order: int) -> Iterator[Change]:
    """Let a station of the right level offer what the class needs, or allow one more level."""
    number = int(question.class_of[order])
    one = question.classes[number]
    services = question.hosts["services"].astype(str).tolist()
    lacking = [[need for need in one.needs if need not in parse_services(text)]
               for text in services]  # fmt: skip
    levels = question.hosts["level"]
    right = (
        levels.isin(one.host_levels).to_numpy() if one.host_levels else np.ones(len(levels), bool)
    )
    large = question.seats(one) >= _smallest_room(question, one, order)
    some = np.array([bool(names) for names in lacking])
    for host in _nearest_hosts(question, order, right & large & some):
        texts = [*services]
        given = parse_services(services[host])
        texts[host] = write_services(given | dict.fromkeys(lacking[host], ""))
        names = " and ".join(on_one_line(name) for name in lacking[host])
        words = f"station {_name_host(question, host)} offers {names}"
        yield Change(words, replace(question, hosts=question.hosts.assign(services=texts)))
    for level in dict.fromkeys(levels[~right]):
        words = f"host_level {on_one_line(str(level))} too for {', '.join(one.courses)}"
        yield Change(
            words, _with_class(question, number, host_levels=(*one.host_levels, str(level)))
        )


def _walk_farther(question: SessionQuestion, order: int) -> Iterator[Change]:
    """Let people walk as far as the nearest station that suits."""
    one = question.classes[int(question.class_of[order])]
    fits = find_fitting(question, one, np.array([order]))[0]
    minutes = np.where(fits, question.longest_walks()[order], np.inf).min(initial=np.inf)
    # Walks beyond far_minutes were not looked for.
    if math.isfinite(minutes) and minutes > question.plan.far_minutes:
        longer = math.ceil(minutes)
        yield Change(f"far_minutes = {longer}", _with_plan(question, far_minutes=float(longer)))


def _lengthen_windows(question: SessionQuestion, order: int) -> Iterator[Change]:
    """Let an order be met some days earlier or later, as few as will do."""
    first, last = (int(days[order]) for days in question.windows())
    n = len(question.days)
    for more in _steps(max(first, n - 1 - last)):
        for name, number in (("latest", last + more), ("earliest", first - more)):
            if 0 <= number < n:
                day = question.days[number]
                values = question.orders[name].copy()
                was = values.iloc[order]
                values.iloc[order] = day
                orders = question.orders.assign(**{name: values})
                yield Change(f"{name} {day} instead of {was}", question.changed(orders=orders))


def _steps(most: int) -> Ints:
    """Return how many days more are tried: each of a week, then weeks, then months."""
    steps = [*range(1, 8), 14, 21, 28, 60, 90, 180]
    return np.array([step for step in steps if step <= most], dtype=np.int64)
