"""Sessions as they are held, and the problems that a question poses for the models."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.courses.models import ClassProblem, TimetableProblem
from planner.courses.session_question import SessionQuestion
from planner.crs.array_types import Flags, Ints


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
    cut_short : the clock ended the search, so that another run may find something else.
    """

    sessions: list[HeldSession]
    stranded: list[HeldSession]
    unmet: Ints
    sessions_bound: int
    unmet_bound: int
    cut_short: bool = False

    @property
    def rank(self) -> tuple[int, int]:
        """Order among arrangements: the least comes first."""
        return int(self.unmet.sum()), len(self.sessions)


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
