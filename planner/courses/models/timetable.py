"""Days, hours and teachers of sessions: no room and no teacher is used twice at a time.

Sessions with the fewest times that suit come first, each at the time at which most teachers are
free. What finds no time is placed by HiGHS together with the sessions that stand in its way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from planner.courses.models.effort import USUAL, Effort
from planner.crs.array_types import Flags, Floats, Ints
from planner.siting.models.highs import Mip, maximise

#: A programme of more columns takes too long for what it may bring.
_MOST_COLUMNS: Final = 60_000
#: So many sessions that stand in the way are moved with those that found no time.
_MOST_MOVED: Final = 40


@dataclass(frozen=True, eq=False)
class TimetableProblem:
    """k sessions, t teachers, a term of d days with s slots each, m stations.

    host (k,) : station of each session. length (k,) : its number among `lengths`.
    times (k, d, s) : when it may begin: its orders' days, its station open until it ends.
    suits (k, t) : which teachers may hold it.
    there (t, lengths, d, s) : which teachers are there from a slot on for so long.
    near (k, t) : whose way is short, of equals they come first.
    begins (s,) : minute of the day of each slot. lengths : minutes.
    people (k,) : of each session; more of them come first where not all can be placed.
    taught : False: sessions need no teacher, and t is 0.
    """

    host: Ints
    length: Ints
    times: Flags
    suits: Flags
    there: Flags
    near: Flags
    begins: Ints
    lengths: Ints
    people: Ints
    n_hosts: int
    taught: bool = True

    def overlaps(self) -> Flags:
        """Return whether a session at a slot is in the way of another: (s, length, s, length)."""
        begin = self.begins[:, None] + np.zeros_like(self.lengths)[None, :]
        end = self.begins[:, None] + self.lengths[None, :]
        return np.asarray(
            (begin[:, :, None, None] < end[None, None])
            & (begin[None, None] < end[:, :, None, None])
        )


@dataclass(frozen=True, eq=False)
class Placement:
    """When each session is and who holds it, shape (k,) each; -1 for none.

    cut_short : the clock ended the search, so that another run may find something else.
    """

    day: Ints
    slot: Ints
    teacher: Ints
    cut_short: bool = False

    @property
    def placed(self) -> Flags:
        """Which sessions have a time."""
        return np.asarray(self.day >= 0)


class _Calendar:
    """What is taken of rooms and teachers while sessions are placed."""

    def __init__(self, problem: TimetableProblem) -> None:
        n_teachers, n_lengths, n_days, n_slots = problem.there.shape
        self.problem, self.overlaps = problem, problem.overlaps()
        # How many sessions are in the way of one of this length, at each time.
        self.rooms = np.zeros((problem.n_hosts, n_lengths, n_days, n_slots), dtype=np.int16)
        self.teachers = np.zeros((n_teachers, n_lengths, n_days, n_slots), dtype=np.int16)
        k = len(problem.host)
        self.day, self.slot, self.teacher = (np.full(k, -1, dtype=np.int64) for _ in range(3))

    def find_free(self, session: int) -> tuple[Flags, Flags]:
        """Return when a session could be (d, s), and which teachers are free then (t, d, s)."""
        problem, length = self.problem, int(self.problem.length[session])
        times = problem.times[session] & (self.rooms[problem.host[session], length] == 0)
        able = np.flatnonzero(problem.suits[session])
        free = np.zeros((len(problem.there), *times.shape), dtype=bool)
        if problem.taught:
            free[able] = problem.there[able, length] & (self.teachers[able, length] == 0) & times
            times = free.any(axis=0)
        return times, free

    def put(self, session: int, day: int, slot: int, teacher: int, sign: int = 1) -> None:
        """Give a session a time and a teacher, or with sign -1 take them away."""
        length = int(self.problem.length[session])
        blocked = self.overlaps[slot, length].T.astype(np.int16) * sign  # (length, slot)
        self.rooms[self.problem.host[session], :, day] += blocked
        if teacher >= 0:
            self.teachers[teacher, :, day] += blocked
        self.day[session], self.slot[session], self.teacher[session] = (
            (day, slot, teacher) if sign > 0 else (-1, -1, -1)
        )

    def place(self, session: int) -> bool:
        """Give a session the time at which most of its teachers are free, if there is one."""
        times, free = self.find_free(session)
        if not times.any():
            return False
        score = np.where(times, 1 + free.sum(axis=0), 0)
        day, slot = np.unravel_index(int(score.argmax()), score.shape)
        teacher = -1
        if self.problem.taught:
            here = np.flatnonzero(free[:, day, slot])
            skills = self.problem.suits.sum(axis=0)[here]
            far = ~self.problem.near[session, here]
            held = np.bincount(self.teacher[self.teacher >= 0], minlength=len(free))[here]
            teacher = int(here[np.lexsort((here, skills, held, far))[0]])
        self.put(session, int(day), int(slot), teacher)
        return True


def place_sessions(problem: TimetableProblem, *, effort: Effort = USUAL) -> Placement:
    """Give sessions days, slots and teachers; most people are placed that this search finds.

    Parameters
    ----------
    effort
        Of the programme for what found no time at first.
    """
    calendar = _Calendar(problem)
    k = len(problem.host)
    options = np.array([int(calendar.find_free(s)[0].sum()) for s in range(k)], dtype=np.int64)
    left = [
        int(s)
        for s in np.lexsort((np.arange(k), -problem.people, options))
        if not calendar.place(int(s))
    ]
    hopeful = [s for s in left if options[s] > 0]
    cut_short = bool(hopeful) and _move_others(calendar, hopeful, effort)
    return Placement(calendar.day, calendar.slot, calendar.teacher, cut_short)


def _move_others(calendar: _Calendar, left: list[int], effort: Effort) -> bool:
    """Place what found no time together with what stands in its way; tell if the clock cut it."""
    problem = calendar.problem
    in_the_way = _find_in_the_way(calendar, left)[:_MOST_MOVED]
    moved = sorted({*left[:_MOST_MOVED], *in_the_way})
    before = [
        (s, int(calendar.day[s]), int(calendar.slot[s]), int(calendar.teacher[s]))
        for s in moved if calendar.day[s] >= 0
    ]  # fmt: skip
    for session, day, slot, teacher in before:
        calendar.put(session, day, slot, teacher, sign=-1)
    chosen, cut_short = _place_exactly(calendar, moved, effort)
    people = sum(int(problem.people[s]) for s, *_ in chosen)
    if people <= sum(int(problem.people[s]) for s, *_ in before):
        chosen = before
    for session, day, slot, teacher in chosen:
        calendar.put(session, day, slot, teacher)
    return cut_short


def _find_in_the_way(calendar: _Calendar, left: list[int]) -> list[int]:
    """Return the placed sessions that may have to move, those directly in the way first.

    A session is in the way of another where it uses its station or a teacher who could hold it. So
    that it can move itself, others have to move in turn: they follow, step by step.
    """
    problem = calendar.problem
    days = np.flatnonzero(problem.times[left].any(axis=(0, 2)))
    waiting: list[int] = np.flatnonzero(calendar.day >= 0).tolist()
    found: list[int] = []
    reached = left
    while reached and len(found) < _MOST_MOVED:
        hosts = {int(problem.host[s]) for s in reached}
        able = {*np.flatnonzero(problem.suits[reached].any(axis=0)).tolist()}
        near = [
            # Those of the days that are wanted first, then those of its station.
            (int(calendar.day[s]) not in days, int(problem.host[s]) not in hosts, s)
            for s in waiting
            if int(problem.host[s]) in hosts or int(calendar.teacher[s]) in able
        ]
        reached = [s for *_, s in sorted(near)]
        found += reached
        waiting = [s for s in waiting if s not in reached]
    return found


def _place_exactly(
    calendar: _Calendar, sessions: list[int], effort: Effort
) -> tuple[list[tuple[int, int, int, int]], bool]:
    """Place sessions by a programme: most people; a column for each time and teacher.

    Returns the session, day, slot and teacher of those placed, and whether the clock cut it.
    """
    problem = calendar.problem
    columns: list[tuple[int, int, int, int]] = []
    for session in sessions:
        times, free = calendar.find_free(session)
        if problem.taught:
            columns += [(session, int(d), int(s), int(t)) for t, d, s in np.argwhere(free)]
        else:
            columns += [(session, int(d), int(s), -1) for d, s in np.argwhere(times)]
    if not columns or len(columns) > _MOST_COLUMNS:
        return [], False
    matrix = _mark_uses(problem, columns)
    rows, n = matrix.shape
    gain: Floats = np.array([float(problem.people[session]) for session, *_ in columns])
    mip = Mip(gain, matrix, np.zeros(rows), np.ones(rows), np.zeros(n), np.ones(n),
              np.ones(n, dtype=bool))  # fmt: skip
    answer = maximise(mip, effort.seconds, 0.0, nodes=effort.count_nodes(rows, n))
    values = np.zeros(n) if answer.values is None else answer.values
    chosen = [one for one, value in zip(columns, values, strict=True) if value > 0.5]
    return chosen, answer.out_of_time


def _mark_uses(problem: TimetableProblem, columns: list[tuple[int, int, int, int]]) -> csr_array:
    """Mark what each column uses, which nothing else may: session, room and teacher at a time."""
    uses: dict[tuple[object, ...], list[int]] = {}
    for column, (session, day, slot, teacher) in enumerate(columns):
        uses.setdefault(("session", session), []).append(column)
        begin = int(problem.begins[slot])
        end = begin + int(problem.lengths[problem.length[session]])
        # Of sessions that overlap, one begins while the other goes on: at a slot of the day.
        for moment in problem.begins.tolist():
            if begin <= moment < end:
                room = ("room", int(problem.host[session]), day, moment)
                uses.setdefault(room, []).append(column)
                if teacher >= 0:
                    uses.setdefault(("teacher", teacher, day, moment), []).append(column)
    cols = np.concatenate([np.array(users, dtype=np.int64) for users in uses.values()])
    rows = np.repeat(np.arange(len(uses)), [len(users) for users in uses.values()])
    return csr_array((np.ones(len(rows)), (rows, cols)), shape=(len(uses), len(columns)))
