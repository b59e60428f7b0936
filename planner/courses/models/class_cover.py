"""The sessions of one class: most people met, then fewest sessions, then least walking.

Up to `EXACT_ORDERS` orders every set of orders that may sit together is looked at, and the best
division into sets is found by a recursion over sets. More orders: sets are made as they pay
(column generation: Gilmore & Gomory, 1961, Operations Research 9(6), 849-859), the best of them are
chosen by HiGHS, and the linear programme bounds all sets that there are.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from planner.courses.models._column_search import make_sets
from planner.courses.models._set_choice import WALK_SHARE, CostBounds, SetChoice
from planner.courses.models._split_orders import choose_split_sessions
from planner.courses.models.class_problem import ClassCover, ClassProblem, ClassSession
from planner.courses.models.effort import USUAL, Effort
from planner.crs.array_types import Floats, Ints

#: Up to so many orders all sets are looked at: 2,048 of them.
EXACT_ORDERS: Final = 11


def choose_class_sessions(
    problem: ClassProblem, *, effort: Effort = USUAL, gap: float = 0.0
) -> ClassCover:
    """Choose stations and who goes to which, for one class.

    Parameters
    ----------
    effort
        Of the search of a class with many orders.
    gap
        Such a search stops when it is within this share of the fewest sessions.
    """
    n = len(problem.people)
    if n == 0:
        return ClassCover((), np.zeros(0, dtype=np.int64), 0, 0)
    if problem.split:
        return choose_split_sessions(problem, effort, gap)
    if n <= EXACT_ORDERS:
        return _cover_exactly(problem)
    return _cover_by_columns(problem, effort, gap)


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
    """Divide the orders into sets, one for each session, and read the best division back."""
    n = len(problem.people)
    host, part = _divide(problem)
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


def _divide(problem: ClassProblem) -> tuple[Ints, Ints]:
    """Return the best station of every set of orders, and the set that its first order sits in.

    Both have shape (2**n,), as in `find_sets`; 0: the first order of the set is unmet. A recursion
    over sets: the best of a set is the least over its parts. The three aims make one number: people
    unmet outweigh all sessions, one session all walking.
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
    return host, part


def _lowest(sets: Ints) -> Ints:
    """Return the lowest order of each number of a set, -1 for the empty one; shape of `sets`."""
    numbers = np.arange(len(sets))
    bits = numbers & -numbers
    found = np.full(len(sets), -1, dtype=np.int64)
    found[1:] = np.round(np.log2(bits[1:])).astype(np.int64)
    return found


def _cover_by_columns(problem: ClassProblem, effort: Effort, gap: float) -> ClassCover:
    """Make sets that pay, choose among them, and say how few sessions there may be."""
    longest = np.where(problem.allowed, problem.cost, 0.0).max(axis=1, initial=0.0)
    worst = float(longest @ problem.people) + 1.0
    per_person = len(problem.people) + 2.0
    made = make_sets(problem, WALK_SHARE / worst, per_person, effort)
    bounds = CostBounds(problem, made.lowest, per_person)
    chosen, cut_short = SetChoice(problem, made, bounds, effort, gap).choose()
    unmet = problem.people.copy()
    sessions = []
    for host, taken in chosen:
        orders = tuple(map(int, taken))
        unmet[list(orders)] = 0
        people = tuple(int(problem.people[o]) for o in orders)
        sessions.append(ClassSession(host, orders, people))
    left = int(unmet.sum())
    fewest = min(bounds.fewest_sessions(left), len(sessions))
    least_unmet = min(bounds.fewest_unmet, left)
    return ClassCover(tuple(sessions), unmet, fewest, least_unmet, made.cut_short or cut_short)
