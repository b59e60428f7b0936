"""Routes of a theme with many sites, generated where they are worth more than their price."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.routes.models.orienteering import RouteProblem, time_route
from planner.routes.models.priced_routes import PricedSites, price_routes
from planner.routes.models.set_packing import Prices
from planner.routes.models.site_sets import RouteColumns, empty_columns, stack_columns
from planner.routes.models.work_budget import WorkBudget

#: So many sites around each are remembered.
_NEAR = 10
#: Work of one search at most: sites looked at and labels compared, some nanoseconds each.
_QUICK_WORK = 100_000_000
_MOST_WORK = 600_000_000
#: Routes that one round returns of a theme: of the best so many are looked at, and those are
#: returned that have a site which fewer than so many returned ones have. Routes that differ say
#: more to the linear programme than the best one with its like.
_MOST_RETURNED, _LOOKED_AT, _WITH_A_SITE = 300, 5_000, 6


class PricedTheme:
    """The sites of one theme, asked again and again at other prices."""

    def __init__(self, problem: RouteProblem, theme: int) -> None:
        self._problem, self._theme = problem, theme
        sites = np.flatnonzero(problem.themes[:, theme])
        self._sites = sites
        self._into = problem.minutes[np.ix_(self._sites, self._sites)].copy()
        np.fill_diagonal(self._into, np.inf)
        self._near, self._place = _find_near(self._into)

    def find(
        self, prices: Prices | None, budget: WorkBudget, *, most: int, most_each: int = 0
    ) -> tuple[RouteColumns, float, bool]:
        """Return routes worth more than their price, the most that any is worth, whether proved.

        Parameters
        ----------
        prices
            None: everything is free.
        budget
            The work is taken from it.
        most, most_each
            As `price_routes` takes them; 0: as many at each site as there is room for.
        """
        problem, rows = self._problem, self._sites
        if prices is None:
            prize, price = problem.value[rows], 0.0
        else:
            prize, price = prices.of_sites(problem)[rows], prices.of_a_route(self._theme)
        nothing = np.zeros(1)
        minute = float((problem.tie_cost(nothing + 1.0, nothing) - problem.tie_cost(
            nothing, nothing))[0])  # fmt: skip
        shortest = np.minimum(self._into.min(axis=0, initial=np.inf), problem.most_minutes)
        takes = np.maximum(problem.dwell[rows] + shortest, 1e-6)
        useful = np.flatnonzero(prize > 0)
        rank = useful[np.argsort(-prize[useful] / takes[useful], kind="stable")]
        square = np.ix_(rows, rows)
        sites = PricedSites(
            problem.minutes[square], problem.walk[square], problem.start_minutes[rows],
            problem.start_walk[rows], problem.end_minutes[rows], problem.end_walk[rows],
            problem.windows[rows], problem.dwell[rows], prize, minute, problem.most_minutes,
            problem.most_walk, self._near, self._place, rank, takes,
        )  # fmt: skip
        first = -price - float(problem.tie_cost(nothing, nothing)[0])
        each = most_each or most // len(rows)
        site, parent, worth, whole, work = price_routes(
            sites, first, most, each,
            max(1, min(budget.work, _QUICK_WORK if most_each else _MOST_WORK)),
        )  # fmt: skip
        budget.work -= int(work)
        best = np.argsort(-worth, kind="stable")[:_LOOKED_AT]
        best = best[worth[best] > 1e-7]
        return (
            self._to_columns(site, parent, best),
            float(worth.max(initial=0.0)),
            bool(whole),
        )

    def _to_columns(self, site: Ints, parent: Ints, ends: Ints) -> RouteColumns:
        """Return the routes that end with some labels; one may visit a site twice."""
        parts: list[RouteColumns] = []
        known: set[frozenset[int]] = set()
        counts = np.zeros(self._problem.n_sites, dtype=np.int64)
        for label in ends.tolist():
            order, at = [], label
            while at >= 0:
                order.append(int(self._sites[site[at]]))
                at = int(parent[at])
            own = frozenset(order)
            if own in known or counts[order].min() >= _WITH_A_SITE:
                continue
            known.add(own)
            counts[order] += 1
            table = time_route(self._problem, np.array(order[::-1]))
            parts.append(
                RouteColumns(
                    table.order[None], np.array([self._theme]), np.array([table.end]),
                    np.array([table.walk]),
                )
            )  # fmt: skip
            if len(parts) == _MOST_RETURNED:
                break
        return stack_columns(parts) if parts else empty_columns()


def _find_near(minutes: Floats) -> tuple[Ints, Ints]:
    """Return the sites near each site, itself first (m, q), and which of them each is (m, m)."""
    m = len(minutes)
    own = minutes.copy()
    np.fill_diagonal(own, -1.0)
    # Where one may come back to a site it is near: by the way there and back.
    near = np.argsort(own + own.T, axis=1, kind="stable")[:, :_NEAR].astype(np.int64)
    place = np.full((m, m), -1, dtype=np.int64)
    np.put_along_axis(place, near, np.arange(near.shape[1])[None], axis=1)
    return near, place
