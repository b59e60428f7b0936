"""The question of several themed routes as arrays: team orienteering with time windows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from planner.crs.array_types import Flags, Floats, Ints

#: Minutes by which sums of minutes may be wrong: a limit that is met stays met.
SLACK: Final = 1e-9


@dataclass(frozen=True, eq=False)
class RouteProblem:
    """n sites and t themes; times are minutes from the begin of the outing.

    minutes (n, n) : of the leg from one site to another; inf: there is none. walk (n, n) : minutes
        of them that are walked.
    start_minutes, start_walk, end_minutes, end_walk (n,) : of the leg from the best start to a
        site, and from it to the best end; 0 where routes start or end anywhere.
    windows (n, k, 2) : between which times a visit may begin, both included, in their order; those
        that there are not are inf, -inf.
    dwell, value (n,) : minutes of a visit; what it is worth, 0 or more. volunteers (n,) : it takes.
    themes (n, t) : which it has.
    routes : most routes. most_of_theme : most of one theme.
    most_minutes, most_walk : of a route, waiting included. most_volunteers : of all routes.
    """

    minutes: Floats
    walk: Floats
    start_minutes: Floats
    start_walk: Floats
    end_minutes: Floats
    end_walk: Floats
    windows: Floats
    dwell: Floats
    value: Floats
    volunteers: Ints
    themes: Flags
    routes: int
    most_of_theme: int
    most_minutes: float
    most_walk: float
    most_volunteers: int

    @property
    def n_sites(self) -> int:
        """Number of sites."""
        return len(self.value)

    @property
    def n_themes(self) -> int:
        """Number of themes."""
        return int(self.themes.shape[1])

    def tie_cost(self, end: Floats, walk: Floats) -> Floats:
        """Return what routes cost beside their values: of equal choices fewer and shorter ones win.

        A route costs more than all minutes of all routes, and all routes less than `most_tie_cost`.
        """
        minutes = self.routes * self._minutes_of_one + end + walk
        most = self.routes * (self.routes + 1) * self._minutes_of_one
        return np.asarray(self.most_tie_cost * minutes / most, dtype=np.float64)

    @property
    def most_tie_cost(self) -> float:
        """A twentieth of the value step: never a reason to take what is worth less."""
        return 0.05 * self.value_step

    @property
    def value_step(self) -> float:
        """The number that all values are multiples of, so that two sums differ by it at least.

        It is found where values have two decimals at most. Otherwise it is a millionth of the
        largest value: choices that differ by less count as equal.
        """
        if not self.has_steps:
            return float(1e-6 * self.value.max())
        hundredths = (self.value * 100).round().astype(np.int64)
        return float(np.gcd.reduce(hundredths, initial=0)) / 100

    @property
    def has_steps(self) -> bool:
        """Whether values have two decimals at most."""
        hundredths = self.value * 100
        return bool(np.abs(hundredths - hundredths.round()).max(initial=0.0) <= 1e-6)

    @property
    def _minutes_of_one(self) -> float:
        """Minutes that one route takes and walks at most."""
        return self.most_minutes + self.most_walk

    def earliest(self, sites: Ints, arrive: Floats) -> Floats:
        """Return when a visit may begin; inf where it may no more. Both shapes are one."""
        found = np.full(np.broadcast_shapes(sites.shape, arrive.shape), np.inf)
        for number in range(self.windows.shape[1]):
            opens, closes = self.windows[sites, number, 0], self.windows[sites, number, 1]
            begin = np.maximum(arrive, opens)
            found = np.where(begin <= closes + SLACK, np.minimum(found, begin), found)
        return found


def take_sites(problem: RouteProblem, rows: Ints) -> RouteProblem:
    """Return the question about some of the sites, in the order of their numbers."""
    square = np.ix_(rows, rows)
    return replace(
        problem,
        minutes=problem.minutes[square],
        walk=problem.walk[square],
        **{
            name: getattr(problem, name)[rows]
            for name in (
                "start_minutes", "start_walk", "end_minutes", "end_walk", "windows", "dwell",
                "value", "volunteers", "themes",
            )
        },
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Timetable:
    """When a route is where; `order` (s,) are its sites.

    arrive, begin, leave (s,) : at its sites. end : when it is over. walk : minutes walked.
    """

    order: Ints
    arrive: Floats
    begin: Floats
    leave: Floats
    end: float
    walk: float

    @property
    def waiting(self) -> Floats:
        """Minutes waited at each site."""
        return np.asarray(self.begin - self.arrive, dtype=np.float64)


def time_route(problem: RouteProblem, order: Ints) -> Timetable:
    """Return the times of a route that visits sites in an order, each as early as it can.

    What cannot be kept is inf; limits on all minutes and on walking are not judged.
    """
    arrive, begin, leave = (np.full(len(order), np.inf) for _ in range(3))
    now, walk, before = 0.0, 0.0, -1
    for place, site in enumerate(order):
        first = before < 0
        now += float(problem.start_minutes[site] if first else problem.minutes[before, site])
        walk += float(problem.start_walk[site] if first else problem.walk[before, site])
        arrive[place] = now
        begin[place] = float(problem.earliest(np.array(site), np.array(now)))
        now = leave[place] = begin[place] + problem.dwell[site]
        before = int(site)
    last = order[-1]
    end = float(now + problem.end_minutes[last])
    return Timetable(
        np.asarray(order, dtype=np.int64), arrive, begin, leave, end,
        walk + float(problem.end_walk[last]),
    )  # fmt: skip


def keeps_limits(problem: RouteProblem, table: Timetable) -> bool:
    """Tell whether a route keeps its time and its walking."""
    return bool(
        table.end <= problem.most_minutes + SLACK and table.walk <= problem.most_walk + SLACK
    )
