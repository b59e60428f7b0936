"""The sessions of one class: most people met, then fewest sessions, then least walking.

Up to `EXACT_ORDERS` orders every set of orders that may sit together is looked at, and the best
division into sets is found by a recursion over sets. More orders: sets are made as they pay
(column generation: Gilmore & Gomory, 1961, Operations Research 9(6), 849-859), the best of them are
chosen by HiGHS, and the linear programme bounds all sets that there are.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Final

import numpy as np

from planner.courses.models._column_search import SetColumn, generate_columns
from planner.courses.models._split_orders import choose_split_sessions
from planner.crs.array_types import Flags, Floats, Ints
from planner.siting.models.highs import Mip, maximise

#: Up to so many orders all sets are looked at: 2,048 of them.
EXACT_ORDERS: Final = 11
#: What walking may count beside one session in the linear programme.
WALK_SHARE: Final = 0.1
#: Share of the time in which sets are made; the rest is for choosing among them.
_MAKING_SHARE: Final = 0.5
#: Where a gap is allowed, walking may be longer than the least by this share.
_WALK_GAP: Final = 0.005


@dataclass(frozen=True, eq=False)
class ClassProblem:
    """n orders of one class, m stations that may hold it, a term of d days.

    people (n,) : of each order. allowed (n, m) : which stations it may go to.
    cost (n, m) : minutes of one person of the order to each station, finite where allowed.
    room (m,) : the most people of one session. least : the fewest.
    first, last (n,) : days between which each order wants it, both included.
    open_days (m, d) : on which days a session may be held there.
    split : whether the people of one order may go to several sessions.
    """

    people: Ints
    allowed: Flags
    cost: Floats
    room: Ints
    least: int
    first: Ints
    last: Ints
    open_days: Flags
    split: bool = False

    def of_orders(self, kept: Ints) -> ClassProblem:
        """Return the problem of some of the orders."""
        return ClassProblem(
            self.people[kept], self.allowed[kept], self.cost[kept], self.room, self.least,
            self.first[kept], self.last[kept], self.open_days, self.split,
        )  # fmt: skip


@dataclass(frozen=True)
class ClassSession:
    """One session: position of its station, positions of its orders and people of each."""

    host: int
    orders: tuple[int, ...]
    people: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class ClassCover:
    """The sessions chosen, and what is proved of them.

    unmet (n,) : people of each order that no session takes.
    sessions_bound : no choice that meets these people has fewer sessions.
    unmet_bound : no choice leaves fewer people unmet.
    """

    sessions: tuple[ClassSession, ...]
    unmet: Ints
    sessions_bound: int
    unmet_bound: int

    @property
    def proved(self) -> bool:
        """Whether no choice is better in people met, and then in sessions."""
        few = self.sessions_bound >= len(self.sessions)
        return few and self.unmet_bound >= int(self.unmet.sum())


def choose_class_sessions(
    problem: ClassProblem, *, seconds: float = 10.0, gap: float = 0.0
) -> ClassCover:
    """Choose stations and who goes to which, for one class.

    Parameters
    ----------
    seconds
        For the search of a class with many orders.
    gap
        Such a search stops when it is within this share of the fewest sessions.
    """
    n = len(problem.people)
    if n == 0:
        return ClassCover((), np.zeros(0, dtype=np.int64), 0, 0)
    if problem.split:
        found, unmet, bound, fewest = choose_split_sessions(problem, seconds, gap)
        taken = tuple(ClassSession(host, orders, people) for host, orders, people in found)
        return ClassCover(taken, unmet, bound, fewest)
    if n <= EXACT_ORDERS:
        return _cover_exactly(problem)
    return _cover_by_columns(problem, seconds, gap)


def find_sets(problem: ClassProblem) -> tuple[Ints, Floats]:
    """Return the best station of every set of orders (-1: none may take it) and its walking.

    Both have shape (2**n,); bit o of a number tells whether order o belongs to the set.
    """
    n, m = problem.allowed.shape
    numbers = np.arange(1 << n)
    member = ((numbers[:, None] >> np.arange(n)) & 1).astype(bool)
    total = member @ problem.people
    days = problem.open_days.shape[1]
    begin = np.where(member, problem.first, 0).max(axis=1)
    end = np.where(member, problem.last, days - 1).min(axis=1)
    counts = np.zeros((m, days + 1), dtype=np.int64)
    np.cumsum(problem.open_days, axis=1, out=counts[:, 1:])
    host, walk = np.full(1 << n, -1), np.full(1 << n, np.inf)
    minutes = np.where(problem.allowed, problem.cost, 0.0) * problem.people[:, None]
    rows = np.flatnonzero((total >= max(problem.least, 1)) & (begin <= end))
    if m == 0 or len(rows) == 0:
        return host, walk
    barred = member[rows].astype(np.int32) @ (~problem.allowed).astype(np.int32) > 0
    opens = counts[:, end[rows] + 1].T > counts[:, begin[rows]].T
    fits = ~barred & opens & (total[rows, None] <= problem.room[None, :])
    sums = np.where(fits, member[rows] @ minutes, np.inf)
    best = sums.argmin(axis=1)
    walk[rows] = sums[np.arange(len(rows)), best]
    host[rows] = np.where(np.isfinite(walk[rows]), best, -1)
    return host, walk


def _cover_exactly(problem: ClassProblem) -> ClassCover:
    """Divide the orders into sets by a recursion over sets: best of a set = least over its parts.

    The three aims make one number: people unmet outweigh all sessions, one session all walking.
    """
    n = len(problem.people)
    host, walk = find_sets(problem)
    worst = np.where(problem.allowed, problem.cost, 0.0).max(axis=1, initial=0.0) @ problem.people
    session = float(worst) + 1.0
    person = session * (n + 1)
    value = np.where(host >= 0, session + walk, np.inf)
    by_lowest = [np.flatnonzero((host >= 0) & (_lowest(host) == o)) for o in range(n)]
    best = np.zeros(1 << n)
    part = np.zeros(1 << n, dtype=np.int64)
    for number in range(1, 1 << n):
        low = (number & -number).bit_length() - 1
        # The first order of the set is unmet, or in one of the sets that begin with it.
        rest = number & (number - 1)
        best[number] = best[rest] + person * problem.people[low]
        inside = by_lowest[low][(by_lowest[low] & ~number) == 0]
        if len(inside):
            sums = value[inside] + best[number ^ inside]
            k = int(sums.argmin())
            if sums[k] < best[number]:
                best[number], part[number] = sums[k], inside[k]
    sessions, unmet, number = [], np.zeros(n, dtype=np.int64), (1 << n) - 1
    while number:
        low = (number & -number).bit_length() - 1
        chosen = int(part[number])
        if chosen:
            orders = tuple(o for o in range(n) if chosen >> o & 1)
            people = tuple(int(problem.people[o]) for o in orders)
            sessions.append(ClassSession(int(host[chosen]), orders, people))
            number ^= chosen
        else:
            unmet[low] = problem.people[low]
            number &= number - 1
    return ClassCover(tuple(sessions), unmet, len(sessions), int(unmet.sum()))


def _lowest(sets: Ints) -> Ints:
    """Return the lowest order of each number of a set, -1 for the empty one; shape of `sets`."""
    numbers = np.arange(len(sets))
    bits = numbers & -numbers
    found = np.full(len(sets), -1, dtype=np.int64)
    found[1:] = np.round(np.log2(bits[1:])).astype(np.int64)
    return found


def _cover_by_columns(problem: ClassProblem, seconds: float, gap: float) -> ClassCover:
    """Make sets that pay, choose among them, and say how few sessions there may be."""
    start = time.perf_counter()
    n = len(problem.people)
    longest = np.where(problem.allowed, problem.cost, 0.0).max(axis=1, initial=0.0)
    worst = float(longest @ problem.people) + 1.0
    per_minute, per_person = WALK_SHARE / worst, n + 2.0
    columns, lowest, n_packed = generate_columns(
        problem, per_minute, per_person, start + seconds * _MAKING_SHARE
    )
    bounds = _Bounds(problem, lowest, per_person)
    search = _Search(problem, columns, n_packed, per_person, start + seconds, gap)
    chosen = search.choose(bounds)
    unmet = problem.people.copy()
    sessions = []
    for host, taken in chosen:
        orders = tuple(map(int, taken))
        unmet[list(orders)] = 0
        people = tuple(int(problem.people[o]) for o in orders)
        sessions.append(ClassSession(host, orders, people))
    left = int(unmet.sum())
    fewest = min(bounds.fewest_sessions(left), len(sessions))
    return ClassCover(tuple(sessions), unmet, fewest, min(bounds.fewest_unmet, left))


@dataclass(frozen=True, eq=False)
class _Bounds:
    """What the linear programme says of all choices: each costs at least `lowest`."""

    problem: ClassProblem
    lowest: float
    per_person: float

    @property
    def fewest_unmet(self) -> int:
        """How many people are unmet at least: no choice has more sessions than orders."""
        n = len(self.problem.people)
        return max(0, math.ceil((self.lowest - (n + WALK_SHARE)) / self.per_person - 1e-6))

    def fewest_sessions(self, unmet: int) -> int:
        """Return how many sessions a choice with so many people unmet has at least.

        per_person * unmet + sessions + walking >= lowest, and walking counts WALK_SHARE at most.
        """
        fewest = math.ceil(self.lowest - self.per_person * unmet - WALK_SHARE - 1e-6)
        met = int(self.problem.people.sum()) - unmet
        return max(fewest, math.ceil(met / int(self.problem.room.max(initial=1))))


@dataclass(frozen=True, eq=False)
class _Search:
    """Chooses among sets by HiGHS. n_packed : the first of them are a choice to begin with."""

    problem: ClassProblem
    columns: list[SetColumn]
    n_packed: int
    per_person: float
    end: float
    gap: float

    def choose(self, bounds: _Bounds) -> list[tuple[int, Ints]]:
        """Return stations and who goes there: most people, fewest sessions, least walking.

        Orders may stand in several of the sets; each stays where its way is shortest. That is
        easier than sets which share none, and only where a session would become too small for that
        are such sets looked for.
        """
        if not self.columns:  # no station may hold the class, or too few people ordered it
            return []
        found = self._to_sessions(self._solve(bounds, several=True))
        if found is None:
            found = self._to_sessions(self._solve(bounds, several=False))
        return found or []

    def _solve(self, bounds: _Bounds, *, several: bool) -> list[SetColumn]:
        """Return the sets that HiGHS chooses; `several`: an order may stand in more than one."""
        from scipy.sparse import csr_array, eye_array, hstack

        n, k = len(self.problem.people), len(self.columns)
        rows = np.concatenate([column.orders for column in self.columns])
        sizes = [len(column.orders) for column in self.columns]
        ones = np.ones(len(rows))
        cover = csr_array((ones, (rows, np.repeat(np.arange(k), sizes))), shape=(n, k))
        matrix = csr_array(hstack([cover, eye_array(n)]))
        most = np.full(n, np.inf if several else 1.0)
        people = self.problem.people.astype(np.float64)
        held = np.concatenate([np.ones(k), np.zeros(n)])
        cost = held + np.concatenate([np.zeros(k), self.per_person * people])
        walk = np.concatenate([[column.walk for column in self.columns], np.zeros(n)])
        whole = held > 0
        packed = (np.arange(k) < self.n_packed).astype(np.float64)
        start = np.concatenate([packed, np.clip(1.0 - cover @ packed, 0.0, 1.0)])
        # People count many times as much as sessions: the gap asked for is one of sessions.
        small = self.gap * self.n_packed / max(float(cost @ start), 1.0)
        best = self.per_person * bounds.fewest_unmet + bounds.fewest_sessions(bounds.fewest_unmet)
        floor, ceiling = np.zeros(k + n), np.ones(k + n)

        def search(
            gain: Floats, more: csr_array, high: Floats, start: Floats, gap: float, enough: float
        ) -> Floats:
            low = np.concatenate([np.ones(n), np.zeros(len(high) - n)])
            left = max(self.end - time.perf_counter(), 0.2)
            part = left * (0.7 if len(high) == n else 1.0)
            mip = Mip(gain, more, low, high, floor, ceiling, whole)
            values = maximise(mip, part, gap, start, enough=enough).values
            return start if values is None else values

        first = search(-cost, matrix, most, start, small, -best - 1e-6)
        limits = csr_array(np.vstack([matrix.toarray(), cost]))
        high = np.append(most, round(float(cost @ first)) + 1e-6)
        values = search(-walk, limits, high, first, min(self.gap, _WALK_GAP), np.inf)
        return [c for c, one in zip(self.columns, values[:k], strict=True) if one > 0.5]

    def _to_sessions(self, chosen: list[SetColumn]) -> list[tuple[int, Ints]] | None:
        """Leave each order in one of its sets; None where one would become too small."""
        problem = self.problem
        members = [{*map(int, column.orders)} for column in chosen]
        totals = [int(problem.people[column.orders].sum()) for column in chosen]
        for order in range(len(problem.people)):
            mine = [k for k, orders in enumerate(members) if order in orders]
            # The longest way first.
            mine.sort(key=lambda k: -problem.cost[order, chosen[k].host])
            spare = len(mine) - 1
            for k in mine:
                size = int(problem.people[order])
                if spare > 0 and totals[k] - size >= problem.least:
                    members[k].discard(order)
                    totals[k] -= size
                    spare -= 1
            if spare > 0:
                return None
        return [
            (column.host, np.array(sorted(orders), dtype=np.int64))
            for column, orders in zip(chosen, members, strict=True)
            if orders
        ]
