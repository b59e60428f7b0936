"""The sessions of one class where the people of one order may go to several of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, vstack

from planner.courses.models._column_search import list_day_sets
from planner.courses.models.class_problem import ClassCover, ClassProblem, ClassSession
from planner.courses.models.effort import Effort
from planner.crs.array_types import Floats, Ints
from planner.siting.models.highs import Mip, MipSolution, maximise


def choose_split_sessions(problem: ClassProblem, effort: Effort, gap: float) -> ClassCover:
    """Choose how many sessions each station holds on which days, and how many people of whom.

    Most people first, then fewest sessions, then the least walking.
    """
    places = [(h, one) for h, sets in enumerate(list_day_sets(problem)) for one in sets]
    pairs = [
        (o, k) for k, (h, one) in enumerate(places)
        for o in np.flatnonzero(one & problem.allowed[:, h]).tolist()
    ]  # fmt: skip
    total = int(problem.people.sum())
    if not pairs:
        return ClassCover((), problem.people.copy(), 0, total)
    order, place = np.array(pairs, dtype=np.int64).T
    flow = _SplitProgramme(problem, order, place, np.array([h for h, _ in places]), effort)
    first = flow.meet_most(gap)
    if first.values is None:
        return ClassCover((), problem.people.copy(), 0, 0, first.out_of_time)
    then = flow.walk_less(first.values)
    values = np.round(first.values if then.values is None else then.values).astype(np.int64)
    coming, held = values[: len(pairs)], values[len(pairs) :]
    sessions = [
        session
        for k in np.flatnonzero(held).tolist()
        for session in _share_out(
            int(flow.host[k]), order[place == k], coming[place == k], int(held[k])
        )
    ]
    met = np.bincount(order, weights=coming, minlength=len(problem.people)).astype(np.int64)
    unmet = problem.people - met
    fewest, least_unmet = flow.bound(int(met.sum()), first.bound)
    return ClassCover(
        tuple(sessions), unmet, min(fewest, len(sessions)), min(least_unmet, int(unmet.sum())),
        first.out_of_time or then.out_of_time,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _SplitProgramme:
    """The programme over x pairs of order and place, and y places.

    A place is a station with orders that may share a day there (`host` (y,) its station; order,
    place (x,) of each pair). v holds people of each pair, then (whole) sessions of each place: the
    people of an order <= its people; least * sessions <= people of a place <= room * sessions. For
    whole sessions the rest is a flow, so that people are whole as well.
    """

    problem: ClassProblem
    order: Ints
    place: Ints
    host: Ints
    effort: Effort

    @property
    def coming(self) -> Floats:
        """Return 1 for the columns of people, 0 for those of sessions."""
        return np.concatenate([np.ones(len(self.order)), np.zeros(len(self.host))])

    @property
    def ceiling(self) -> Floats:
        """Return the most of each column."""
        people = self.problem.people
        sessions = np.ceil(people.sum() / np.maximum(self.problem.room[self.host], 1)) + 1
        return np.concatenate([people[self.order].astype(float), sessions])

    @property
    def per_person(self) -> float:
        """What one person counts beside one session: more than all sessions."""
        return float(self.ceiling[len(self.order) :].sum()) + 1.0

    def meet_most(self, gap: float) -> MipSolution:
        """Meet most people with fewest sessions."""
        total = float(self.problem.people.sum())
        gain = self.per_person * self.coming - (1.0 - self.coming)
        # The gap asked for is one of sessions, beside which people count many times as much.
        sessions = math.ceil(total / int(self.problem.room[self.host].max()))
        return self._solve(gain, gap * sessions / (self.per_person * total))

    def walk_less(self, first: Floats) -> MipSolution:
        """Walk least among the choices that meet as many people with no more sessions."""
        coming = self.coming
        met, held = (float(np.round(part @ first)) for part in (coming, 1.0 - coming))
        cost = self.problem.cost[self.order, self.host[self.place]]
        gain = np.concatenate([-cost, np.zeros(len(self.host))])
        limits = [(coming, met - 1e-6, np.inf), (1.0 - coming, 0.0, held + 1e-6)]
        return self._solve(gain, 0.0, limits, first)

    def bound(self, met: int, most: float) -> tuple[int, int]:
        """Return the fewest sessions that meet so many people, and the fewest people unmet.

        Whoever meets so many has per_person * met - sessions <= most, and sessions < per_person.
        """
        total = int(self.problem.people.sum())
        full = math.ceil(met / int(self.problem.room.max()))
        if not math.isfinite(most):  # the clock ended the search before it had a bound
            return full, 0
        most_met = math.floor((most + self.per_person - 1.0) / self.per_person + 1e-6)
        fewest = math.ceil(self.per_person * met - most - 1e-6)
        return max(fewest, full), total - min(most_met, total)

    def _solve(
        self, gain: Floats, gap: float, limits: list[tuple[Floats, float, float]] | None = None,
        start: Floats | None = None,
    ) -> MipSolution:  # fmt: skip
        """Make a gain most under further rows of limits."""
        matrix, low, high = self._list_rows()
        for row, least, most in limits or []:
            matrix = csr_array(vstack([matrix, csr_array(row[None, :])]))
            low, high = np.append(low, least), np.append(high, most)
        mip = Mip(gain, matrix, low, high, np.zeros(len(gain)), self.ceiling, self.coming == 0)
        nodes = self.effort.count_nodes(*matrix.shape)
        return maximise(mip, self.effort.seconds, gap, start, nodes=nodes)

    def _list_rows(self) -> tuple[csr_array, Floats, Floats]:
        """Return the rows of orders, of rooms and of fewest people, each between low and high."""
        n, x, y = len(self.problem.people), len(self.order), len(self.host)
        pairs, sessions = np.arange(x), x + np.arange(y)
        rows = [self.order, n + self.place, n + y + self.place, n + np.arange(y),
                n + y + np.arange(y)]  # fmt: skip
        room = -self.problem.room[self.host].astype(float)
        data = [*[np.ones(x)] * 3, room, np.full(y, -float(self.problem.least))]
        cols = np.concatenate([*[pairs] * 3, *[sessions] * 2])
        shape = (n + 2 * y, x + y)
        matrix = csr_array((np.concatenate(data), (np.concatenate(rows), cols)), shape=shape)
        low = np.concatenate([np.zeros(n), np.full(y, -np.inf), np.zeros(y)])
        people = self.problem.people.astype(float)
        return matrix, low, np.concatenate([people, np.zeros(y), np.full(y, np.inf)])


def _share_out(host: int, orders: Ints, people: Ints, sessions: int) -> list[ClassSession]:
    """Share people out among sessions of one station, as evenly as whole people can be."""
    total = int(people.sum())
    sizes = [total // sessions + (k < total % sessions) for k in range(sessions)]
    queue = [[int(o), int(p)] for o, p in zip(orders, people, strict=True) if p > 0]
    found: list[ClassSession] = []
    for size in sizes:
        taken: list[tuple[int, int]] = []
        while size > 0:
            part = min(size, queue[0][1])
            taken.append((queue[0][0], part))
            queue[0][1] -= part
            size -= part
            if queue[0][1] == 0:
                queue.pop(0)
        if taken:
            here, parts = zip(*taken, strict=True)
            found.append(ClassSession(host, here, parts))
    return found
