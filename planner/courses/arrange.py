"""From a question to sessions with day, hour and teacher, and to the orders that none meets."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from planner.courses.models import (
    ClassCover,
    ClassProblem,
    TimetableProblem,
    choose_class_sessions,
    place_sessions,
)
from planner.courses.session_question import SessionQuestion, find_tiers
from planner.crs.array_types import Flags, Ints

#: So often a session without a time goes back to be held at another station.
_MOST_ROUNDS: Final = 4
#: Share of the time for stations; the rest is for days and teachers.
_HOST_SHARE: Final = 0.75
#: Share of that for each class at first; what is proved sooner gives its time to the others.
_FIRST_SHARE: Final = 0.05


@dataclass(frozen=True)
class HeldSession:
    """A session of a class at a station: who comes, when it is and who teaches (-1: nobody).

    orders and people are aligned; day and slot are -1 where it found no time.
    """

    class_number: int
    host: int
    orders: tuple[int, ...]
    people: tuple[int, ...]
    day: int = -1
    slot: int = -1
    teacher: int = -1


@dataclass(frozen=True, eq=False)
class Arrangement:
    """What was found.

    sessions : those with a time. stranded : those that found no time, at the last try.
    unmet (o,) : people of each order whom no session takes.
    sessions_bound : no choice that meets these people, in these tiers, has fewer sessions.
    unmet_bound : none leaves fewer people unmet.
    """

    sessions: list[HeldSession]
    stranded: list[HeldSession]
    unmet: Ints
    sessions_bound: int
    unmet_bound: int

    @property
    def rank(self) -> tuple[int, int]:
        """Order among arrangements: the least comes first."""
        return int(self.unmet.sum()), len(self.sessions)


@dataclass(frozen=True, eq=False)
class _ClassAnswer:
    """The cover of one class with the orders it is of."""

    number: int
    orders: Ints
    cover: ClassCover

    @property
    def rank(self) -> tuple[int, int, int]:
        """Order among covers of the class: the least comes first."""
        cover = self.cover
        return int(cover.unmet.sum()), len(cover.sessions), -cover.sessions_bound

    def list_sessions(self) -> list[HeldSession]:
        """Return its sessions, orders by their positions in the question."""
        return [
            HeldSession(
                self.number, one.host, tuple(int(self.orders[o]) for o in one.orders), one.people
            )
            for one in self.cover.sessions
        ]


def arrange_sessions(
    question: SessionQuestion,
    *,
    seconds: float = 60.0,
    gap: float = 0.02,
    told: Callable[[float], None] = lambda _: None,
) -> Arrangement:
    """Choose sessions and give them times; what finds no time goes back to other stations.

    Parameters
    ----------
    seconds, gap
        As `choose_sessions` takes them.
    told
        Told which share is done.
    """
    start = time.perf_counter()
    covered = _cover_all(question, start + _HOST_SHARE * seconds, gap, told)
    banned: dict[int, set[tuple[int, int]]] = {}
    best: Arrangement | None = None
    end = start + seconds
    for _ in range(_MOST_ROUNDS):
        found = _give_times(question, covered, max(end - time.perf_counter(), 1.0))
        if best is None or found.rank < best.rank:
            best = found
        if not found.stranded:
            break
        for one in found.stranded:
            cut = {(order, one.host) for order in one.orders}
            banned.setdefault(one.class_number, set()).update(cut)
        again = sorted({one.class_number for one in found.stranded})
        for number in again:
            left = max(end - time.perf_counter(), 0.0) / len(again)
            covered[number] = _cover(question, number, banned[number], max(left, 0.3), gap)
    assert best is not None  # there is at least one round
    return best


def _cover_all(
    question: SessionQuestion, end: float, gap: float, told: Callable[[float], None]
) -> dict[int, _ClassAnswer]:
    """Choose the stations of all classes: a while for each, then more for those not proved."""
    sizes = np.bincount(question.class_of, minlength=len(question.classes))
    seconds = max(_FIRST_SHARE * (end - time.perf_counter()), 0.3)
    covered: dict[int, _ClassAnswer] = {}
    # Small classes are sure and fast.
    for number in np.argsort(sizes, kind="stable").tolist():
        left = max(end - time.perf_counter(), 0.3)
        covered[number] = _cover(question, number, set(), min(seconds, left), gap)
        told(len(covered) / len(sizes))
    while time.perf_counter() < end:
        open_classes = [one for one in covered.values() if not one.cover.proved]
        lacking = sum(len(one.cover.sessions) - one.cover.sessions_bound for one in open_classes)
        total = sum(len(one.cover.sessions) for one in covered.values())
        doubtful = any(one.cover.unmet.sum() > one.cover.unmet_bound for one in open_classes)
        if not doubtful and lacking <= gap * total:
            break
        seconds *= 2.0
        for one in open_classes:
            left = max(end - time.perf_counter(), 0.0)
            if left > 0:
                other = _cover(question, one.number, set(), min(seconds, left), gap)
                if other.rank < one.rank:
                    covered[one.number] = other
        if seconds > end - time.perf_counter():
            break
    return covered


def pose_class(
    question: SessionQuestion, number: int, orders: Ints, allowed: Flags
) -> ClassProblem:
    """Return the problem of some orders of a class that may go to some hosts."""
    one = question.classes[number]
    first, last = (days[orders] for days in question.windows())
    return ClassProblem(
        people=question.people[orders],
        allowed=allowed,
        cost=question.costs()[orders],
        room=question.seats(one),
        least=one.least,
        first=first,
        last=last,
        open_days=np.asarray(question.session_times(one).any(axis=2), dtype=bool),
        split=question.plan.split_orders,
    )


def _cover(
    question: SessionQuestion, number: int, banned: set[tuple[int, int]], seconds: float, gap: float
) -> _ClassAnswer:
    """Choose the stations of one class; who finds no session near looks farther."""
    orders = np.flatnonzero(question.class_of == number)
    lowest = np.zeros(len(orders), dtype=np.int64)
    tiers = 3 if question.plan.coach else 2
    end = time.perf_counter() + seconds
    while True:
        allowed, tier = find_tiers(question, question.classes[number], orders, lowest)
        allowed &= ~_mark(banned, orders, len(question.hosts))
        used = np.asarray(allowed.any(axis=0), dtype=bool)
        problem = pose_class(question, number, orders, allowed)
        left = max(end - time.perf_counter(), 0.3)
        cover = _solve_used(problem, used, left, gap)
        # A nearer station holds too few people of this class, or is taken: the next tier.
        farther = (cover.unmet > 0) & (tier >= 0) & (tier + 1 < tiers)
        if not farther.any():
            return _ClassAnswer(number, orders, cover)
        lowest = np.where(farther, tier + 1, lowest)


def _mark(banned: set[tuple[int, int]], orders: Ints, hosts: int) -> Flags:
    """Mark the orders and hosts that found no time together, shape (n, m)."""
    marked = np.zeros((len(orders), hosts), dtype=bool)
    row = {int(order): k for k, order in enumerate(orders)}
    for order, host in banned:
        marked[row[order], host] = True
    return marked


def _solve_used(problem: ClassProblem, used: Flags, seconds: float, gap: float) -> ClassCover:
    """Solve for the hosts that anybody may go to; positions of hosts stay those of the problem."""
    hosts = np.flatnonzero(used)
    small = ClassProblem(
        problem.people, problem.allowed[:, hosts], problem.cost[:, hosts], problem.room[hosts],
        problem.least, problem.first, problem.last, problem.open_days[hosts], problem.split,
    )  # fmt: skip
    cover = choose_class_sessions(small, seconds=seconds, gap=gap)
    sessions = tuple(replace(one, host=int(hosts[one.host])) for one in cover.sessions)
    return replace(cover, sessions=sessions)


def pose_timetable(question: SessionQuestion, sessions: list[HeldSession]) -> TimetableProblem:
    """Return when each session may be and who may hold it."""
    lengths = sorted({one.minutes for one in question.classes})
    first, last = question.windows()
    days = np.arange(len(question.days))
    times = {}
    suits = {}
    for number in {one.class_number for one in sessions}:
        times[number] = question.open_times(question.classes[number])
        suits[number] = question.suits_teachers(question.classes[number])
    n_teachers = 0 if question.teachers is None else len(question.teachers)
    shape = (len(days), len(question.begins))
    chosen = np.zeros((len(sessions), *shape), dtype=bool)
    for row, one in enumerate(sessions):
        orders = list(one.orders)
        within = (days >= first[orders].max()) & (days <= last[orders].min())
        chosen[row] = times[one.class_number][one.host] & within[:, None]
    there = [question.teacher_times(length) for length in lengths]
    return TimetableProblem(
        host=np.array([one.host for one in sessions], dtype=np.int64),
        length=np.array(
            [lengths.index(question.classes[one.class_number].minutes) for one in sessions],
            dtype=np.int64,
        ),
        times=chosen,
        suits=np.array([suits[one.class_number] for one in sessions], dtype=bool).reshape(
            len(sessions), n_teachers
        ),
        there=np.stack(there, axis=1) if there else np.zeros((n_teachers, 0, *shape), dtype=bool),
        near=_find_near(question, sessions),
        begins=question.begins,
        lengths=np.array(lengths),
        people=np.array([sum(one.people) for one in sessions], dtype=np.int64),
        n_hosts=len(question.hosts),
        taught=question.teachers is not None,
    )


def _find_near(question: SessionQuestion, sessions: list[HeldSession]) -> Flags:
    """Tell which teachers come from the station or the town of each session, shape (k, t)."""
    if question.teachers is None:
        return np.zeros((len(sessions), 0), dtype=bool)
    home = question.teachers["from"].to_numpy(dtype=object)
    hosts = [one.host for one in sessions]
    town = question.hosts["town"].to_numpy(dtype=object)[hosts]
    ids = question.hosts["facility_id"].to_numpy(dtype=object)[hosts]
    same = (home[None, :] == town[:, None]) | (home[None, :] == ids[:, None])
    return np.asarray(same & (home != "")[None, :], dtype=bool)


def _give_times(
    question: SessionQuestion, covered: dict[int, _ClassAnswer], seconds: float
) -> Arrangement:
    """Give the sessions of all classes times, and count who is unmet."""
    sessions = [one for number in sorted(covered) for one in covered[number].list_sessions()]
    unmet = np.zeros(len(question.orders), dtype=np.int64)
    for part in covered.values():
        unmet[part.orders] += part.cover.unmet
    if not sessions:
        least = sum(part.cover.unmet_bound for part in covered.values())
        return Arrangement([], [], unmet, 0, least)
    placed = place_sessions(pose_timetable(question, sessions), seconds=seconds)
    timed = [
        replace(one, day=int(day), slot=int(slot), teacher=int(teacher))
        for one, day, slot, teacher in zip(
            sessions, placed.day, placed.slot, placed.teacher, strict=True
        )
    ]
    stranded = [one for one in timed if one.day < 0]
    for one in stranded:
        np.add.at(unmet, list(one.orders), list(one.people))
    return Arrangement(
        [one for one in timed if one.day >= 0],
        stranded,
        unmet,
        _bound_sessions(question, covered, stranded),
        sum(part.cover.unmet_bound for part in covered.values()),
    )


def _bound_sessions(
    question: SessionQuestion, covered: dict[int, _ClassAnswer], stranded: list[HeldSession]
) -> int:
    """Return how few sessions there are at least that meet the people who are met."""
    lost = {one.class_number for one in stranded}
    total = 0
    for number, part in covered.items():
        if number not in lost:
            total += part.cover.sessions_bound
            continue
        # The bound of the cover is of more people than are met now.
        met = sum(sum(one.people) for one in part.list_sessions()) - sum(
            sum(one.people) for one in stranded if one.class_number == number
        )
        most = int(question.seats(question.classes[number]).max(initial=1))
        total += -(-met // most)
    return total
