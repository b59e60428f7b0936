"""Seats for an order beside all sessions that there are: in one of them, or in a further one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from planner.courses.held_sessions import HeldSession, pose_class, pose_timetable
from planner.courses.host_tiers import find_tiers, list_last_tier
from planner.courses.merging import CourseClass
from planner.courses.models import USUAL, choose_class_sessions
from planner.courses.session_question import SessionQuestion
from planner.crs.array_types import Ints

#: An order that may be split is not spread over more further sessions than this.
_MOST_FURTHER: Final = 12
#: So many of the others that are unmet are left out in turn.
_MOST_LEFT_OUT: Final = 6
#: This is asked of many orders and changes.
_LITTLE: Final = USUAL.scale(0.1)


def meet_further(
    question: SessionQuestion, sessions: list[HeldSession], unmet: Ints, order: int
) -> list[HeldSession] | None:
    """Return sessions in which an order is met as well, None where there are no such.

    All sessions stay as they are. The order takes seats of one of them, or of a further one, alone
    or with others that are unmet.

    Parameters
    ----------
    unmet : shape (o,)
        People of each order whom no session takes.
    """
    number = int(question.class_of[order])
    one, people = question.classes[number], question.people
    for place, session in enumerate(sessions):
        if session.class_number == number and _has_seat(question, one, session, order):
            joined = replace(
                session, orders=(*session.orders, order),
                people=(*session.people, int(people[order])),
            )  # fmt: skip
            return [*sessions[:place], joined, *sessions[place + 1 :]]
    alone = np.arange(len(people)) == order
    rows = np.flatnonzero((question.class_of == number) & ((unmet == people) | alone))
    allowed, _ = find_tiers(question, one, rows, list_last_tier(question, len(rows)))
    for some in _list_companies(question, rows, order):
        reach = allowed[np.isin(rows, some)]
        found = _hold_further(question, sessions, number, some, reach, order)
        if found is not None:
            return found
    return None


def _list_companies(question: SessionQuestion, rows: Ints, order: int) -> Iterator[Ints]:
    """Yield with which other unmet orders of its class an order may sit: all, all but one, none.

    The best sessions of all of them may leave the order out, or find no time; the largest of the
    others are left out first.
    """
    others = sorted((one for one in rows.tolist() if one != order),
                    key=lambda one: -int(question.people[one]))  # fmt: skip
    yield rows
    if len(others) > 1:
        for one in others[:_MOST_LEFT_OUT]:
            yield rows[rows != one]
    if others:
        yield np.array([order], dtype=np.int64)


def _hold_further(
    question: SessionQuestion, sessions: list[HeldSession], number: int, rows: Ints,
    allowed: np.ndarray[tuple[int, int], np.dtype[np.bool_]], order: int,
) -> list[HeldSession] | None:  # fmt: skip
    """Return the sessions with further ones of these orders that hold all of one order."""
    place, open_hosts = rows.tolist().index(order), allowed.copy()
    while open_hosts[place].any():
        problem = pose_class(question, number, rows, open_hosts)
        cover = choose_class_sessions(problem, effort=_LITTLE)
        parts = [part for part in cover.sessions if place in part.orders]
        if cover.unmet[place] > 0 or len(parts) > _MOST_FURTHER:
            return None
        held = [*sessions]
        # The people of an order that may be split go to several sessions: each needs a time.
        for part in parts:
            orders = tuple(int(rows[o]) for o in part.orders)
            more = HeldSession(number, part.host, orders, part.people)
            timed = find_time(question, held, more)
            if timed is None:
                open_hosts[:, part.host] = False  # another station may have time
                break
            held.append(timed)
        else:
            return held
    return None


def _has_seat(
    question: SessionQuestion, one: CourseClass, session: HeldSession, order: int
) -> bool:
    """Tell whether an order can join a session that there is."""
    first, last = question.windows()
    seats = int(question.seats(one)[session.host])
    reach, tier = find_tiers(question, one, np.array([order]), list_last_tier(question, 1))
    return bool(
        sum(session.people) + int(question.people[order]) <= seats
        and first[order] <= session.day <= last[order]
        and tier[0] >= 0
        and reach[0, session.host]
    )


def find_time(
    question: SessionQuestion, held: list[HeldSession], more: HeldSession
) -> HeldSession | None:
    """Return a further session with the first time it finds beside those there are, or None."""
    problem = pose_timetable(question, [*held, more])
    overlaps, length = problem.overlaps(), int(problem.length[-1])
    times = problem.times[-1].copy()
    busy = np.zeros((problem.suits.shape[1], *times.shape), dtype=bool)
    for row, session in enumerate(held):
        blocked = overlaps[session.slot, problem.length[row], :, length]
        if session.host == more.host:
            times[session.day] &= ~blocked
        if session.teacher >= 0:
            busy[session.teacher, session.day] |= blocked
    free = times[None]
    if problem.taught:
        able = problem.suits[-1][:, None, None]
        free = problem.there[:, length] & ~busy & times & able
    found = np.argwhere(free)
    if len(found) == 0:
        return None
    teacher, day, slot = (int(value) for value in found[0])
    return replace(more, day=day, slot=slot, teacher=teacher if problem.taught else -1)
