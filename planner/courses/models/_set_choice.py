"""Chooses among the sets of orders that were made for one class, by HiGHS."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array, eye_array, hstack, vstack

from planner.courses.models._column_search import MadeSets, SetColumn
from planner.courses.models.class_problem import ClassProblem
from planner.courses.models.effort import Effort
from planner.crs.array_types import Flags, Floats, Ints
from planner.siting.models.highs import Mip, MipSolution, maximise

#: What walking may count beside one session in the linear programme.
WALK_SHARE: Final = 0.1
#: Where a gap is allowed, walking may be longer than the least by this share.
_WALK_GAP: Final = 0.005


@dataclass(frozen=True, eq=False)
class CostBounds:
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
class SetChoice:
    """A choice among sets: most people, fewest sessions, then the least walking."""

    problem: ClassProblem
    made: MadeSets
    bounds: CostBounds
    effort: Effort
    gap: float

    def choose(self) -> tuple[list[tuple[int, Ints]], bool]:
        """Return stations and who goes there, and whether the clock ended the search.

        Orders may stand in several of the sets; each stays where its way is shortest. That is
        easier than sets which share none, and only where a session would become too small for that
        are such sets looked for.
        """
        if not self.made.columns:  # no station may hold the class, or too few people ordered it
            return [], False
        chosen, cut_short = self._choose_sets(several=True)
        found = self._leave_in_one(chosen)
        if found is None:
            chosen, cut = self._choose_sets(several=False)
            found, cut_short = self._leave_in_one(chosen), cut_short or cut
        return found or [], cut_short

    def _choose_sets(self, *, several: bool) -> tuple[list[SetColumn], bool]:
        """Return the sets that HiGHS chooses, and whether the clock ended its search.

        several : an order may stand in more than one set.
        """
        columns, n = self.made.columns, len(self.problem.people)
        programme = _SetProgramme(self.problem, columns, self.bounds.per_person, several)
        packed = (np.arange(len(columns)) < self.made.n_packed).astype(np.float64)
        start = programme.complete(packed)
        # People count many times as much as sessions: the gap asked for is one of sessions.
        small = self.gap * self.made.n_packed / max(float(programme.cost @ start), 1.0)
        fewest = self.bounds.fewest_unmet
        best = self.bounds.per_person * fewest + self.bounds.fewest_sessions(fewest)
        nodes = self.effort.count_nodes(n, len(programme.cost))
        answer = maximise(
            programme.pose(programme.cost), 0.7 * self.effort.seconds, small, start,
            enough=-best - 1e-6, nodes=nodes,
        )  # fmt: skip
        first = start if answer.values is None else answer.values
        shorter = self._walk_less(programme, first, nodes)
        values = first if shorter.values is None else shorter.values
        kept = [one for one, value in zip(columns, values, strict=False) if value > 0.5]
        return kept, answer.out_of_time or shorter.out_of_time

    def _walk_less(self, programme: _SetProgramme, first: Floats, nodes: int) -> MipSolution:
        """Look for less walking among the choices that are as good as the first one."""
        mip = programme.pose(programme.walk, most=round(float(programme.cost @ first)) + 1e-6)
        gap = min(self.gap, _WALK_GAP)
        return maximise(mip, self.effort.seconds, gap, first, nodes=nodes)

    def _leave_in_one(self, chosen: list[SetColumn]) -> list[tuple[int, Ints]] | None:
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


class _SetProgramme:
    """The programme over k sets and n orders: which sets are held, and which orders are unmet.

    cost, walk (k + n,) : of each set held, and of each order unmet.
    """

    def __init__(
        self, problem: ClassProblem, columns: list[SetColumn], per_person: float, several: bool
    ) -> None:
        n, k = len(problem.people), len(columns)
        rows = np.concatenate([column.orders for column in columns])
        sizes = [len(column.orders) for column in columns]
        ones = np.ones(len(rows))
        self.cover = csr_array((ones, (rows, np.repeat(np.arange(k), sizes))), shape=(n, k))
        self.most = np.full(n, np.inf if several else 1.0)
        self.whole: Flags = np.arange(k + n) < k
        self.cost = np.concatenate([np.ones(k), per_person * problem.people])
        self.walk = np.concatenate([[column.walk for column in columns], np.zeros(n)])

    def complete(self, held: Floats) -> Floats:
        """Return a choice with the orders that it leaves unmet, shape (k + n,)."""
        return np.concatenate([held, np.clip(1.0 - self.cover @ held, 0.0, 1.0)])

    def pose(self, minimised: Floats, *, most: float | None = None) -> Mip:
        """Return the programme that makes something least; `most`: what it may cost."""
        n, size = len(self.most), len(self.cost)
        matrix, low, high = hstack([self.cover, eye_array(n)]), np.ones(n), self.most
        if most is not None:
            matrix = vstack([matrix, csr_array(self.cost[None, :])])
            low, high = np.append(low, 0.0), np.append(high, most)
        floor, ceiling = np.zeros(size), np.ones(size)
        return Mip(-minimised, csr_array(matrix), low, high, floor, ceiling, self.whole)
