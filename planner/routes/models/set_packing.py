"""Which of many possible routes to take: set packing, with a bound from linear programming."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.sparse import csc_array, csr_array

from planner.crs.array_types import Floats, Ints
from planner.routes.models.orienteering import RouteProblem
from planner.routes.models.site_sets import RouteColumns
from planner.routes.models.work_budget import WorkBudget
from planner.siting.models.highs import Mip, maximise

#: A price below this is none.
NOTHING: Final = 1e-9
#: Columns that one round adds to the linear programme.
_MOST_ADDED: Final = 400
#: Of a second of processor that is left, so many on the wall may go by.
_WALL_TO_PROCESSOR: Final = 5.0


@dataclass(frozen=True, eq=False)
class Prices:
    """What the linear programme would pay for more room.

    of_site (n,), of_volunteer, of_route, of_theme (t,) : for a site, a volunteer, a route, a route
    of a theme. total : of all that there is, an upper bound where no route is worth more than its
    price. value : of the linear programme.
    """

    of_site: Floats
    of_volunteer: float
    of_route: float
    of_theme: Floats
    total: float
    value: float

    def of_sites(self, problem: RouteProblem) -> Floats:
        """Return what each site adds to the gain of a route beyond its price, (n,)."""
        return np.asarray(
            problem.value - self.of_site - self.of_volunteer * problem.volunteers, dtype=np.float64
        )

    def of_a_route(self, theme: int) -> float:
        """Return the price of one more route of a theme."""
        return float(self.of_route + self.of_theme[theme])


class RoutePool:
    """Possible routes, as columns over the rows: sites, volunteers, routes, routes of a theme."""

    def __init__(self, problem: RouteProblem, columns: RouteColumns) -> None:
        self.problem, self.columns = problem, columns
        n, count = problem.n_sites, len(columns)
        visited = columns.order >= 0
        column, place = np.nonzero(visited)
        site = columns.order[column, place]
        volunteers = np.bincount(column, problem.volunteers[site], minlength=count)
        value = np.bincount(column, problem.value[site], minlength=count)
        self.value = value
        self.gain = value - problem.tie_cost(columns.end, columns.walk)
        every = np.arange(count)
        rows = np.concatenate([site, np.full(count, n), np.full(count, n + 1),
                               n + 2 + columns.theme])  # fmt: skip
        cols = np.concatenate([column, every, every, every])
        data = np.concatenate([np.ones(len(site)), volunteers, np.ones(2 * count)])
        shape = (n + 2 + problem.n_themes, count)
        self.matrix = csc_array(csr_array((data, (rows, cols)), shape=shape))
        self.room = np.concatenate([
            np.ones(n), [problem.most_volunteers, problem.routes],
            np.full(problem.n_themes, problem.most_of_theme),
        ]).astype(np.float64)  # fmt: skip

    def __len__(self) -> int:
        return len(self.columns)

    def reduced(self, prices: Prices) -> Floats:
        """Return what each route is worth beyond its price."""
        n = self.problem.n_sites
        of_row = np.concatenate([
            prices.of_site, [prices.of_volunteer, prices.of_route], prices.of_theme
        ])  # fmt: skip
        assert len(of_row) == n + 2 + self.problem.n_themes
        return np.asarray(self.gain - self.matrix.T @ of_row, dtype=np.float64)

    def price(self, chosen: Ints) -> Prices:
        """Solve the linear programme over some of the routes."""
        value, of_row = _solve_relaxed(self.gain[chosen], self.matrix[:, chosen], self.room)
        n = self.problem.n_sites
        return Prices(
            of_row[:n], float(of_row[n]), float(of_row[n + 1]), of_row[n + 2 :],
            float(of_row @ self.room), value,
        )  # fmt: skip

    def price_all(self, chosen: Ints) -> tuple[Prices, Ints]:
        """Solve the linear programme over all routes, beginning with some; which ones it took in.

        A route comes in once it is worth more than its price, the best first.
        """
        inside = np.zeros(len(self), dtype=bool)
        inside[chosen] = True
        while True:
            taken = np.flatnonzero(inside)
            prices = self.price(taken)
            over = self.reduced(prices)
            over[inside] = -np.inf
            new = np.argsort(-over, kind="stable")[:_MOST_ADDED]
            new = new[over[new] > 1e-7]
            if not len(new):
                return prices, taken
            inside[new] = True

    def choose(self, chosen: Ints, budget: WorkBudget, start: Ints | None = None) -> PackedRoutes:
        """Choose the best of some of the routes; `start`: a choice that may be beaten."""
        gain = self.gain[chosen]
        first = None
        if start is not None and len(start):
            first = np.isin(chosen, start).astype(np.float64)
        count = len(chosen)
        mip = Mip(
            gain, csr_array(self.matrix[:, chosen]), np.zeros(len(self.room)), self.room,
            np.zeros(count), np.ones(count), np.ones(count, dtype=bool),
        )  # fmt: skip
        # HiGHS knows the clock on the wall alone, which a busy machine does not hold up.
        seconds = _WALL_TO_PROCESSOR * budget.seconds_left
        found = maximise(mip, seconds, 0.0, first, nodes=budget.nodes)
        budget.cut = budget.cut or found.out_of_time
        if found.values is None:
            taken = np.empty(0, dtype=np.int64) if start is None else start
        else:
            taken = chosen[found.values > 0.5]
        return PackedRoutes(taken, float(self.gain[taken].sum()), float(found.bound), found.proved)


@dataclass(frozen=True, eq=False)
class PackedRoutes:
    """Routes of a pool by number, their gain, a bound for any choice of the same routes."""

    taken: Ints
    gain: float
    bound: float
    proved: bool


def choose_greedily(pool: RoutePool) -> Ints:
    """Take the route of the largest gain again and again that still has room."""
    room = pool.room.copy()
    rank = np.argsort(-pool.gain, kind="stable")
    taken: list[int] = []
    for column in rank.tolist():
        first, last = pool.matrix.indptr[column : column + 2]
        rows, needs = pool.matrix.indices[first:last], pool.matrix.data[first:last]
        if (needs <= room[rows]).all():
            room[rows] -= needs
            taken.append(column)
            if room[pool.problem.n_sites + 1] < 1:
                break
    return np.array(taken, dtype=np.int64)


def choose_best(
    pool: RoutePool, seed: Ints, budget: WorkBudget, known: Ints | None = None
) -> PackedRoutes:
    """Choose the best routes of a pool, with a bound for all choices of it.

    known : a choice of the pool that may be beaten.

    Only routes can matter whose price exceeds what they are worth by no more than what the linear
    programme promises above the best choice known: all others are left out of the search.
    """
    prices, taken = pool.price_all(seed)
    start = choose_greedily(pool)
    if known is not None and pool.gain[known].sum() > pool.gain[start].sum():
        start = known
    best = pool.choose(np.union1d(taken, start), budget, start)
    if best.gain < pool.gain[start].sum():  # the time was up before HiGHS had looked at it
        best = PackedRoutes(start, float(pool.gain[start].sum()), best.bound, False)
    promised = prices.total - best.gain
    matters = np.flatnonzero(pool.reduced(prices) >= -promised - 1e-7)
    if promised <= 1e-7:
        return PackedRoutes(best.taken, best.gain, best.gain, True)
    found = pool.choose(np.union1d(matters, best.taken), budget, best.taken)
    bound = found.gain if found.proved else min(found.bound, prices.total)
    return PackedRoutes(found.taken, found.gain, bound, found.proved)


def _solve_relaxed(gain: Floats, matrix: csc_array, room: Floats) -> tuple[float, Floats]:
    """Maximise gain @ x with matrix @ x <= room, x >= 0; return value and prices of the rows."""
    import highspy

    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, setting in (("output_flag", False), ("random_seed", 1), ("threads", 1)):
        solver.setOptionValue(option, setting)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(gain), len(room)
    lp.col_cost_ = -gain
    lp.col_lower_, lp.col_upper_ = np.zeros(len(gain)), np.full(len(gain), np.inf)
    lp.row_lower_, lp.row_upper_ = np.full(len(room), -np.inf), room
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = len(gain), len(room)
    lp.a_matrix_.start_ = matrix.indptr
    lp.a_matrix_.index_ = matrix.indices
    lp.a_matrix_.value_ = matrix.data
    solver.passModel(lp)
    solver.run()
    # HiGHS minimises: its prices have the other sign. Below 0 they are only rounding.
    prices = np.maximum(-np.array(solver.getSolution().row_dual, dtype=np.float64), 0.0)
    return -float(solver.getInfo().objective_function_value), prices
