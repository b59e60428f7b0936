"""Routes of a theme with many sites, generated where they are worth more than their price."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.routes.models.orienteering import RouteProblem, time_route
from planner.routes.models.priced_routes import PricedSites, price_routes
from planner.routes.models.set_packing import Prices
from planner.routes.models.site_sets import MOST_SITES, RouteColumns, empty_columns, stack_columns

#: So many sites around each are remembered.
_NEAR = 10
#: Comparisons of two labels: some nanoseconds each. A limit of work, as one of time would make the
#: answer depend on how busy the machine is.
_QUICK_WORK = 30_000_000
_MOST_WORK = 400_000_000
#: Routes that one round returns of a theme.
_MOST_RETURNED = 150


class PricedTheme:
    """The sites of one theme, asked again and again at other prices."""

    def __init__(self, problem: RouteProblem, theme: int) -> None:
        self._problem, self._theme = problem, theme
        sites = np.flatnonzero(problem.themes[:, theme])
        # Two words of flags hold so many; the others can only be of other themes.
        self.whole = len(sites) <= MOST_SITES
        self._sites = sites[np.argsort(-problem.value[sites], kind="stable")][:MOST_SITES]
        self._sites = np.sort(self._sites)
        self._into = problem.minutes[np.ix_(self._sites, self._sites)].copy()
        np.fill_diagonal(self._into, np.inf)
        self._near = _flag_near(self._into)

    def find(
        self, prices: Prices | None, *, most: int, most_each: int = 0
    ) -> tuple[RouteColumns, float, bool]:
        """Return routes worth more than their price, the most that any is worth, whether proved.

        Parameters
        ----------
        prices
            None: everything is free.
        most, most_each
            As `price_routes` takes them.
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
            problem.most_walk, self._near, rank, takes,
        )  # fmt: skip
        first = -price - float(problem.tie_cost(nothing, nothing)[0])
        site, parent, worth, whole = price_routes(
            sites, first, most, most_each, _QUICK_WORK if most_each else _MOST_WORK
        )
        best = np.argsort(-worth, kind="stable")[:_MOST_RETURNED]
        best = best[worth[best] > 1e-7]
        return (
            self._to_columns(site, parent, best),
            float(worth.max(initial=0.0)),
            bool(whole) and self.whole,
        )

    def _to_columns(self, site: Ints, parent: Ints, ends: Ints) -> RouteColumns:
        """Return the routes that end with some labels; one may visit a site twice."""
        parts = []
        for label in ends.tolist():
            order, at = [], label
            while at >= 0:
                order.append(int(self._sites[site[at]]))
                at = int(parent[at])
            table = time_route(self._problem, np.array(order[::-1]))
            parts.append(
                RouteColumns(
                    table.order[None], np.array([self._theme]), np.array([table.end]),
                    np.array([table.walk]),
                )
            )  # fmt: skip
        return stack_columns(parts) if parts else empty_columns()


def _flag_near(minutes: Floats) -> np.ndarray:
    """Return the flags of the sites near each site, itself among them, (m, 2) words."""
    m = len(minutes)
    words = np.zeros((m, 2), dtype=np.uint64)
    own = minutes.copy()
    np.fill_diagonal(own, -1.0)
    # Where one may come back to a site it is near: by the way there and back.
    both = np.argsort(own + own.T, axis=1, kind="stable")[:, :_NEAR]
    for site in range(m):
        for other in both[site].tolist():
            words[site, other // 64] |= np.uint64(1) << np.uint64(other % 64)
    return words
