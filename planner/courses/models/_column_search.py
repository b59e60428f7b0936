"""Sets of orders for one session, made as they pay: linear programme and knapsacks in turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from planner.courses.models.class_problem import ClassProblem
from planner.courses.models.effort import Effort
from planner.crs.array_types import Flags, Floats, Ints

#: A set pays when it lowers the sum by more than this.
_PAYS: Final = 1e-7
#: So many stations and days are tried for each session of the first choice.
_MOST_OFFERS: Final = 12


@dataclass(frozen=True, eq=False)
class SetColumn:
    """Orders that may sit together at a station; walk : minutes of all their people."""

    host: int
    orders: Ints
    walk: float

    @property
    def key(self) -> tuple[int, bytes]:
        """What tells it from other sets."""
        return self.host, self.orders.tobytes()


def list_day_sets(problem: ClassProblem) -> list[list[Flags]]:
    """Return for each station which orders may share a day there, the largest sets alone.

    Orders between whose days there is a common day on which the station is open make a set: the
    cliques of their intervals, cut by the days that it is closed.
    """
    days = np.arange(problem.open_days.shape[1])
    active = (problem.first[:, None] <= days) & (days <= problem.last[:, None])
    known: dict[bytes, list[Flags]] = {}
    found = []
    for host in range(problem.open_days.shape[0]):
        open_here = problem.open_days[host]
        key = open_here.tobytes()
        if key not in known:
            sets = np.unique(active[:, open_here].T, axis=0)
            larger = [
                one for k, one in enumerate(sets)
                if one.any() and not any(
                    (one <= other).all() for j, other in enumerate(sets) if j != k
                )
            ]  # fmt: skip
            known[key] = larger
        found.append(known[key])
    return found


@dataclass(frozen=True, eq=False)
class MadeSets:
    """Sets that may be in the best choice.

    columns : the first n_packed of them are a choice by themselves. lowest : no choice, whatever
    its sets, costs less. cut_short : the clock ended the making of sets.
    """

    columns: list[SetColumn]
    n_packed: int
    lowest: float
    cut_short: bool


def make_sets(
    problem: ClassProblem, per_minute: float, per_person: float, effort: Effort
) -> MadeSets:
    """Make sets of orders that may be in the best choice, and bound what any choice costs.

    A choice costs per_person for each person unmet, 1 for each session and per_minute for each
    minute of walking. The bound holds wherever the work ends.
    """
    day_sets = list_day_sets(problem)
    columns, n_packed, seen = _list_first_sets(problem, day_sets)
    n, bound, cut_short = len(problem.people), 0.0, False
    for _ in range(effort.rounds):
        lowest, prices = _solve_relaxed(problem, columns, per_minute, per_person)
        best, fresh = 0.0, []
        for column, gain in _price(problem, day_sets, prices, per_minute):
            best = max(best, gain)
            if gain > _PAYS and column.key not in seen:
                seen.add(column.key)
                fresh.append(column)
        # No choice has more sets than orders, and none of them gains more than the best.
        bound = max(bound, lowest - n * best)
        if best <= _PAYS or not fresh:
            break
        columns += fresh
        if effort.is_over:
            cut_short = True
            break
    return MadeSets(columns, n_packed, bound, cut_short)


def _list_first_sets(
    problem: ClassProblem, day_sets: list[list[Flags]]
) -> tuple[list[SetColumn], int, set[tuple[int, bytes]]]:
    """Return sets to begin with, how many of them are a choice by themselves, and their keys."""
    packed = _pack_greedily(problem, day_sets)
    seen = {column.key for column in packed}
    columns = [*packed]
    for column in _fill_in_turn(problem, day_sets):
        if column.key not in seen:
            seen.add(column.key)
            columns.append(column)
    return columns, len(packed), seen


def _pack_greedily(problem: ClassProblem, day_sets: list[list[Flags]]) -> list[SetColumn]:
    """Return sessions chosen one after the other, each for the most people that are left."""
    left = np.ones(len(problem.people), dtype=bool)
    found: list[SetColumn] = []
    while left.any():
        offers = []
        for host, sets in enumerate(day_sets):
            for number, one in enumerate(sets):
                total = int(problem.people[one & left & problem.allowed[:, host]].sum())
                offers.append((-min(total, int(problem.room[host])), host, number))
        best: tuple[float, float, SetColumn] | None = None
        for _, host, number in sorted(offers)[:_MOST_OFFERS]:
            here = np.flatnonzero(day_sets[host][number] & left & problem.allowed[:, host])
            people = problem.people[here]
            fits = people <= problem.room[host]
            chosen, filled = fill_knapsack(
                people[fits], people[fits].astype(np.float64), int(problem.room[host]),
                max(problem.least, 1),
            )  # fmt: skip
            if len(chosen):
                column = _to_column(problem, host, here[fits][chosen])
                if best is None or (-filled, column.walk) < best[:2]:
                    best = (-filled, column.walk, column)
        if best is None:
            break
        left[best[2].orders] = False
        found.append(best[2])
    return found


def _fill_in_turn(problem: ClassProblem, day_sets: list[list[Flags]]) -> Iterator[SetColumn]:
    """Yield sets that are filled up order by order, the nearest first, and the largest first."""
    for host, sets in enumerate(day_sets):
        for one in sets:
            here = np.flatnonzero(one & problem.allowed[:, host])
            for ranked in (
                here[np.argsort(problem.cost[here, host], kind="stable")],
                here[np.argsort(-problem.people[here], kind="stable")],
            ):
                for orders in _fill(problem, host, ranked):
                    yield _to_column(problem, host, orders)


def _fill(problem: ClassProblem, host: int, ranked: Ints) -> Iterator[Ints]:
    """Fill one session after the other with orders in turn; what is too small is left out."""
    room, left = int(problem.room[host]), list(map(int, ranked))
    while left:
        taken, total = [], 0
        for order in left:
            if total + problem.people[order] <= room:
                taken.append(order)
                total += int(problem.people[order])
        if not taken:
            return
        if total >= problem.least:
            yield np.array(sorted(taken), dtype=np.int64)
        left = [order for order in left if order not in taken]


def _to_column(problem: ClassProblem, host: int, orders: Ints) -> SetColumn:
    """Return orders at a station with their walking."""
    walk = float(problem.cost[orders, host] @ problem.people[orders])
    return SetColumn(host, orders, walk)


def _solve_relaxed(
    problem: ClassProblem, columns: list[SetColumn], per_minute: float, per_person: float
) -> tuple[float, Floats]:
    """Return the value of the linear programme over some sets, and what each order is worth."""
    from scipy.optimize import linprog
    from scipy.sparse import coo_array, eye_array, hstack

    n, k = len(problem.people), len(columns)
    rows = np.concatenate([column.orders for column in columns] or [np.empty(0, np.int64)])
    cols = np.repeat(np.arange(k), [len(column.orders) for column in columns])
    cover = coo_array((np.ones(len(rows)), (rows, cols)), shape=(n, k))
    cost = np.concatenate(
        [1.0 + per_minute * np.array([column.walk for column in columns]),
         per_person * problem.people]
    )  # fmt: skip
    found = linprog(
        cost, A_eq=hstack([cover, eye_array(n)]).tocsr(), b_eq=np.ones(n), bounds=(0, None),
        method="highs",
    )  # fmt: skip
    return float(found.fun), np.asarray(found.eqlin.marginals, dtype=np.float64)


def _price(
    problem: ClassProblem, day_sets: list[list[Flags]], prices: Floats, per_minute: float
) -> Iterator[tuple[SetColumn, float]]:
    """Yield the best set of each station and day, with what it gains."""
    for host, sets in enumerate(day_sets):
        room = int(problem.room[host])
        worth = prices - per_minute * problem.cost[:, host] * problem.people
        for one in sets:
            here = np.flatnonzero(one & problem.allowed[:, host] & (problem.people <= room))
            if problem.least <= 1:
                here = here[worth[here] > 0]
            if len(here) == 0 or problem.people[here].sum() < problem.least:
                continue
            chosen, value = fill_knapsack(
                problem.people[here], worth[here], room, max(problem.least, 1)
            )
            if len(chosen) and value - 1.0 > 0:
                yield _to_column(problem, host, here[chosen]), value - 1.0


def fill_knapsack(people: Ints, worth: Floats, room: int, least: int) -> tuple[Ints, float]:
    """Return which orders fill a room best, none where nothing fits, and what they are worth.

    Parameters
    ----------
    people, worth : shape (k,)
        Of each order; worth may be negative.
    room, least
        The most people and the fewest.
    """
    best = np.full(room + 1, -np.inf)
    best[0] = 0.0
    took = np.zeros((len(people), room + 1), dtype=bool)
    for order, (size, value) in enumerate(zip(people.tolist(), worth.tolist(), strict=True)):
        with_it = best[: room + 1 - size] + value
        better = with_it > best[size:]
        took[order, size:] = better
        best[size:][better] = with_it[better]
    if least > room or not np.isfinite(best[least:]).any():
        return np.empty(0, dtype=np.int64), 0.0
    filled = least + int(best[least:].argmax())
    total, chosen = float(best[filled]), []
    for order in range(len(people) - 1, -1, -1):
        if took[order, filled]:
            chosen.append(order)
            filled -= int(people[order])
    return np.array(chosen[::-1], dtype=np.int64), total
