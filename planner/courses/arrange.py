"""From a question to sessions with day, hour and teacher, and to the orders that none meets."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from planner.courses.held_sessions import Arrangement, HeldSession, pose_class, pose_timetable
from planner.courses.host_tiers import find_tiers
from planner.courses.models import (
    ClassCover,
    ClassProblem,
    Effort,
    choose_class_sessions,
    place_sessions,
)
from planner.courses.session_question import SessionQuestion
from planner.courses.spare_seats import meet_further
from planner.courses.taking_turns import count_unmet, give_up_one
from planner.crs.array_types import Flags, Ints

#: So often a session without a time goes back to be held at another station.
_MOST_ROUNDS: Final = 4
#: Share of the time allowed for stations; the rest is for days and teachers.
_HOST_SHARE: Final = 0.75
#: What is not proved is looked at again with so many times the work, so often.
_MORE_WORK: Final = 8.0
_MOST_LOOKS: Final = 3


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
    seconds: float = math.inf,
    gap: float = 0.02,
    told: Callable[[float], None] = lambda _: None,
) -> Arrangement:
    """Choose sessions and give them times; what finds no time goes back to other stations.

    The search ends by its work, and the same question gives the same answer unless the clock cuts
    it.

    Parameters
    ----------
    seconds, gap
        As `choose_sessions` takes them.
    told
        Told which share is done.
    """
    start = time.perf_counter()
    hosts, effort = Effort(end=start + _HOST_SHARE * seconds), Effort(end=start + seconds)
    bounds = _cover_all(question, hosts, gap, told)
    found = _settle(question, dict(bounds), effort, gap)
    fewest_unmet = sum(part.cover.unmet_bound for part in bounds.values())
    if question.plan.split_orders and found.unmet.sum() > fewest_unmet:
        # Its sessions found no times; with orders that stay whole there are others to begin with.
        plan = question.plan.model_copy(update={"split_orders": False})
        uncut = question.changed(plan=plan)
        other = _settle(uncut, _cover_all(uncut, hosts, gap, told), effort, gap)
        best = min(found, _seat_unmet(question, other), key=lambda one: one.rank)
        found = replace(best, cut_short=found.cut_short or other.cut_short)
    return _bound(question, found, bounds)


def _settle(
    question: SessionQuestion, covered: dict[int, _ClassAnswer], effort: Effort, gap: float
) -> Arrangement:
    """Give sessions times; what finds none goes back to other stations, which changes `covered`."""
    banned: dict[int, set[tuple[int, int]]] = {}
    best: Arrangement | None = None
    for _ in range(_MOST_ROUNDS):
        found = _seat_unmet(question, _give_times(question, covered, effort))
        if best is None or found.rank < best.rank:
            best = found
        if not found.stranded:
            break
        for one in found.stranded:
            cut = {(order, one.host) for order in one.orders}
            banned.setdefault(one.class_number, set()).update(cut)
        for number in sorted({one.class_number for one in found.stranded}):
            covered[number] = _cover(question, number, banned[number], effort, gap)
    assert best is not None  # there is at least one round
    return best


def _cover_all(
    question: SessionQuestion, effort: Effort, gap: float, told: Callable[[float], None]
) -> dict[int, _ClassAnswer]:
    """Choose the stations of all classes; those not proved are looked at again with more work."""
    sizes = np.bincount(question.class_of, minlength=len(question.classes))
    covered: dict[int, _ClassAnswer] = {}
    # Small classes are sure and fast.
    for number in np.argsort(sizes, kind="stable").tolist():
        covered[number] = _cover(question, number, set(), effort, gap)
        told(len(covered) / len(sizes))
    for _ in range(_MOST_LOOKS):
        open_classes = [one for one in covered.values() if not one.cover.proved]
        lacking = sum(len(one.cover.sessions) - one.cover.sessions_bound for one in open_classes)
        total = sum(len(one.cover.sessions) for one in covered.values())
        doubtful = any(one.cover.unmet.sum() > one.cover.unmet_bound for one in open_classes)
        if effort.is_over or not (doubtful or lacking > gap * total):
            break
        effort = effort.scale(_MORE_WORK)
        for one in open_classes:
            other = _cover(question, one.number, set(), effort, gap)
            if other.rank < one.rank:
                covered[one.number] = other
    return covered


def _cover(
    question: SessionQuestion, number: int, banned: set[tuple[int, int]], effort: Effort, gap: float
) -> _ClassAnswer:
    """Choose the stations of one class; who finds no session near looks farther."""
    orders = np.flatnonzero(question.class_of == number)
    lowest = np.zeros(len(orders), dtype=np.int64)
    tiers = 3 if question.plan.coach else 2
    cut_short = False
    while True:
        allowed, tier = find_tiers(question, question.classes[number], orders, lowest)
        allowed &= ~_mark(banned, orders, len(question.hosts))
        used = np.asarray(allowed.any(axis=0), dtype=bool)
        problem = pose_class(question, number, orders, allowed)
        cover = _solve_used(problem, used, effort, gap)
        cut_short |= cover.cut_short
        # A nearer station holds too few people of this class, or is taken: the next tier.
        farther = (cover.unmet > 0) & (tier >= 0) & (tier + 1 < tiers)
        if not farther.any():
            return _ClassAnswer(number, orders, replace(cover, cut_short=cut_short))
        lowest = np.where(farther, tier + 1, lowest)


def _mark(banned: set[tuple[int, int]], orders: Ints, hosts: int) -> Flags:
    """Mark the orders and hosts that found no time together, shape (n, m)."""
    marked = np.zeros((len(orders), hosts), dtype=bool)
    row = {int(order): k for k, order in enumerate(orders)}
    for order, host in banned:
        marked[row[order], host] = True
    return marked


def _solve_used(problem: ClassProblem, used: Flags, effort: Effort, gap: float) -> ClassCover:
    """Solve for the hosts that anybody may go to; positions of hosts stay those of the problem."""
    hosts = np.flatnonzero(used)
    small = ClassProblem(
        problem.people, problem.allowed[:, hosts], problem.cost[:, hosts], problem.room[hosts],
        problem.least, problem.first, problem.last, problem.open_days[hosts], problem.split,
    )  # fmt: skip
    cover = choose_class_sessions(small, effort=effort, gap=gap)
    sessions = tuple(replace(one, host=int(hosts[one.host])) for one in cover.sessions)
    return replace(cover, sessions=sessions)


def _give_times(
    question: SessionQuestion, covered: dict[int, _ClassAnswer], effort: Effort
) -> Arrangement:
    """Give the sessions of all classes times, and count who is unmet."""
    sessions = [one for number in sorted(covered) for one in covered[number].list_sessions()]
    unmet = np.zeros(len(question.orders), dtype=np.int64)
    for part in covered.values():
        unmet[part.orders] += part.cover.unmet
    cut_short = any(part.cover.cut_short for part in covered.values())
    if not sessions:
        return Arrangement([], [], unmet, 0, 0, cut_short)
    placed = place_sessions(pose_timetable(question, sessions), effort=effort)
    timed = [
        replace(one, day=int(day), slot=int(slot), teacher=int(teacher))
        for one, day, slot, teacher in zip(
            sessions, placed.day, placed.slot, placed.teacher, strict=True
        )
    ]
    stranded = [one for one in timed if one.day < 0]
    for one in stranded:
        np.add.at(unmet, list(one.orders), list(one.people))
    held = [one for one in timed if one.day >= 0]
    return Arrangement(held, stranded, unmet, 0, 0, cut_short or placed.cut_short)


def _seat_unmet(question: SessionQuestion, found: Arrangement) -> Arrangement:
    """Seat whoever is unmet in the sessions that there are, or in further ones, one by one.

    Where none has a seat, a session that stands in the way is given up for a better one. That may
    leave others unmet, who are looked at in turn: each time more people are met.
    """
    sessions, unmet = found.sessions, found.unmet.copy()
    left = _list_unmet(question, unmet)
    while left:
        order = left.pop(0)
        more = meet_further(question, sessions, unmet, order)
        more = more or give_up_one(question, sessions, unmet, order)
        if more is not None:
            sessions, unmet = more, count_unmet(question, more)
            left = _list_unmet(question, unmet)
    return replace(found, sessions=sessions, unmet=unmet)


def _list_unmet(question: SessionQuestion, unmet: Ints) -> list[int]:
    """Return the orders of which nobody has a seat, the largest first."""
    ranked: list[int] = np.argsort(-unmet, kind="stable").tolist()
    # Of an order that is split, a part has its seats.
    return [order for order in ranked if 0 < unmet[order] == question.people[order]]


def _bound(
    question: SessionQuestion, found: Arrangement, bounds: dict[int, _ClassAnswer]
) -> Arrangement:
    """Add how few sessions meet so many people at least, and how few people are unmet at least.

    Both are of each class by itself, as if no room and no teacher were used by another one.
    """
    met = np.zeros(len(question.classes), dtype=np.int64)
    for one in found.sessions:
        met[one.class_number] += sum(one.people)
    sessions = 0
    for number, part in bounds.items():
        unmet = int(question.people[part.orders].sum()) - int(met[number])
        if unmet == int(part.cover.unmet.sum()):
            sessions += part.cover.sessions_bound
        else:  # the bound of the cover is of more people than are met
            most = int(question.seats(question.classes[number]).max(initial=1))
            sessions += -(-int(met[number]) // most)
    least = sum(part.cover.unmet_bound for part in bounds.values())
    return replace(
        found,
        sessions_bound=min(sessions, len(found.sessions)),
        unmet_bound=min(least, int(found.unmet.sum())),
    )
