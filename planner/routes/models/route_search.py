"""Finds the routes that are worth most together, and how good they are at least.

For each theme all sets of sites that one route can visit are listed (`site_sets`); which of these
routes to take is decided by set packing (`set_packing`), which proves its choice. A theme with too
many sets has its routes generated: those worth more than their price in the linear programme
(`route_prices`), until there are none, which bounds every choice. What may still be better than the
best choice found is then listed after all, if it is not too much.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from planner.crs.array_types import Ints
from planner.routes.models.first_routes import build_first_choices
from planner.routes.models.orienteering import RouteProblem, Timetable, time_route
from planner.routes.models.route_prices import PricedTheme
from planner.routes.models.set_packing import (
    PackedRoutes,
    Prices,
    RoutePool,
    choose_best,
    choose_greedily,
)
from planner.routes.models.site_sets import (
    Prizes,
    RouteColumns,
    empty_columns,
    list_site_sets,
    stack_columns,
)
from planner.routes.models.work_budget import WorkBudget

PROVED: Final = "proved"
BOUNDED: Final = "bounded"
#: Labels of one theme whose sets are all listed, and of one whose promising sets are.
MOST_LABELS: Final = 150_000
MOST_PROMISING: Final = 250_000
#: Labels of one search for routes that are worth more than their price.
_MOST_PRICED: Final = 2_000_000
#: A search that keeps so many labels at each site is quick and proves nothing.
_QUICK: Final = (15, 60, 400)


@dataclass(frozen=True, eq=False)
class RouteSolution:
    """The routes that were found; sites are numbers of the problem.

    routes : their times, the most valuable first. themes : number of the theme of each.
    value, bound : of all of them; no choice is worth more than the bound. gap : share of the bound.
    status : proved or bounded. seconds : that it took. cut : the clock ended the search before all
        its work was done: on a faster machine the answer may be another one.
    """

    routes: tuple[Timetable, ...]
    themes: tuple[int, ...]
    value: float
    bound: float
    gap: float
    status: str
    seconds: float
    cut: bool = False


def solve_routes(
    problem: RouteProblem,
    seconds: float = 20.0,
    progress: Callable[[float], None] | None = None,
    *,
    most_labels: int = MOST_LABELS,
) -> RouteSolution:
    """Choose routes that share no site and are worth most together.

    Parameters
    ----------
    problem
        Sites that no route can visit do no harm.
    seconds
        For the search, of the processor. It ends by its work, which is counted in proportion to
        them, or as soon as a choice is proved.
    progress
        Told which share is done, from 0 to 1.
    most_labels
        Routes of a theme that needs more labels than this are generated, not listed.
    """
    began, budget = time.perf_counter(), WorkBudget(seconds)
    tell = progress or (lambda _: None)
    parts, priced = [], []
    for theme in range(problem.n_themes):
        columns = list_site_sets(problem, theme, most=most_labels)
        if columns is None:
            priced.append((theme, PricedTheme(problem, theme)))
        else:
            parts.append(columns)
        tell(0.3 * (theme + 1) / problem.n_themes)
    seeds, choices = build_first_choices(problem) if priced else (empty_columns(), [])
    parts.insert(0, seeds)
    first = RoutePool(problem, seeds)
    known = max(choices, key=lambda taken: float(first.gain[taken].sum()), default=None)
    most = _find_most(problem)
    if known is not None and _lower_bound(problem, most) <= float(first.value[known].sum()):
        choice = PackedRoutes(known, float(first.gain[known].sum()), most, True)
        return _to_solution(problem, first, choice, most, began)
    pool, ceiling = _generate(problem, parts, priced, budget)
    tell(0.7)
    if not len(pool):
        return RouteSolution((), (), 0.0, 0.0, 0.0, PROVED, time.perf_counter() - began)
    choice = choose_best(pool, choose_greedily(pool), budget, known)
    bound = choice.bound
    if priced:
        bound = min(most, np.inf if ceiling is None else ceiling.bound)
        if ceiling is not None and not _is_proved(problem, pool, choice, bound):
            pool, choice, bound = _close_gap(problem, pool, choice, ceiling, priced, budget)
    tell(1.0)
    return replace(_to_solution(problem, pool, choice, bound, began), cut=budget.cut)


_Priced = list[tuple[int, PricedTheme]]


@dataclass(frozen=True, eq=False)
class _Ceiling:
    """An upper bound of the gain of every choice, and what it rests on.

    prices : at which no route is worth more than its price and `over`.
    """

    bound: float
    prices: Prices
    over: float


def _generate(
    problem: RouteProblem, parts: list[RouteColumns], priced: _Priced, budget: WorkBudget
) -> tuple[RoutePool, _Ceiling | None]:
    """Return the pool of routes, and the lowest ceiling; None where none was found."""
    for _, theme in priced:
        parts.append(theme.find(None, budget, most=_MOST_PRICED, most_each=_QUICK[0])[0])
    pool = RoutePool(problem, stack_columns(parts))
    ceiling: _Ceiling | None = None
    if not len(pool) or not priced:
        return pool, ceiling
    seed, pace = choose_greedily(pool), 0
    while True:
        prices, seed = pool.price_all(seed)
        each = [*_QUICK, 0][pace]
        found = [
            theme.find(prices, budget, most=_MOST_PRICED, most_each=each) for _, theme in priced
        ]
        if all(proved for _, _, proved in found):
            over = max(0.0, *(worth for _, worth, _ in found))
            bound = prices.total + problem.routes * over
            if ceiling is None or bound < ceiling.bound:
                ceiling = _Ceiling(bound, prices, over)
        new = [columns for columns, _, _ in found if len(columns)]
        if new:
            # Numbers of routes stay, as new ones come behind.
            pool = RoutePool(problem, stack_columns([pool.columns, *new]))
        if budget.is_over or (not new and each == 0):
            return pool, ceiling
        pace += not new


def _close_gap(
    problem: RouteProblem, pool: RoutePool, choice: PackedRoutes, ceiling: _Ceiling,
    priced: _Priced, budget: WorkBudget,
) -> tuple[RoutePool, PackedRoutes, float]:  # fmt: skip
    """List what may be in a better choice, and choose again; return pool, choice and bound."""
    # A choice with a route is worth the total of all prices at most, what the others exceed
    # theirs by, and what it falls short of its own: less than known, and it need not be listed.
    others = (problem.routes - 1) * ceiling.over
    short = ceiling.prices.total + others - choice.gain + problem.most_tie_cost
    listed = []
    for theme, _ in priced:
        least = ceiling.prices.of_a_route(theme) - short
        prizes = Prizes(ceiling.prices.of_sites(problem), least)
        columns = list_site_sets(problem, theme, most=MOST_PROMISING, prizes=prizes)
        if columns is None or budget.is_late:
            return pool, choice, ceiling.bound
        listed.append(columns)
    whole = RoutePool(problem, stack_columns([pool.columns, *listed]))
    found = choose_best(whole, choice.taken, budget)
    return whole, found, min(ceiling.bound, found.bound)


def _is_proved(problem: RouteProblem, pool: RoutePool, choice: PackedRoutes, bound: float) -> bool:
    """Tell whether a bound leaves nothing above a choice."""
    value = float(pool.value[choice.taken].sum())
    return _lower_bound(problem, bound) <= value + 0.5 * problem.value_step


def _lower_bound(problem: RouteProblem, bound: float) -> float:
    """Return the highest value that a choice can have below a bound of its gain.

    The gain counts minutes too: what they cost at most is given back. Values go in steps.
    """
    ceiling, step = bound + problem.most_tie_cost, problem.value_step
    if step == 0 or not problem.has_steps:
        return ceiling
    return float(np.floor(ceiling / step + 1e-6) * step)


def _find_most(problem: RouteProblem) -> float:
    """Return a bound that needs no search: a knapsack of the minutes of all routes.

    Each site takes its visit and the shortest leg that leads to it, but for the first of a route.
    """
    rows = np.flatnonzero(problem.themes.any(axis=1) & np.isfinite(problem.windows[:, 0, 0]))
    if not len(rows):
        return 0.0
    into = np.minimum(problem.minutes[:, rows].min(axis=0), problem.most_minutes)
    takes = np.maximum(problem.dwell[rows] + into, 1e-6)
    value = problem.value[rows]
    rank = np.argsort(-value / takes, kind="stable")
    room = problem.routes * (problem.most_minutes + float(into.max()))
    before = np.cumsum(takes[rank]) - takes[rank]
    share = np.clip((room - before) / takes[rank], 0.0, 1.0)
    return float((value[rank] * share).sum())


def _to_solution(
    problem: RouteProblem, pool: RoutePool, choice: PackedRoutes, bound: float, began: float
) -> RouteSolution:
    """Return chosen routes with their times and the proof."""
    routes = [
        (-float(pool.value[column]), int(pool.columns.theme[column]), _order_of(pool, column))
        for column in choice.taken.tolist()
        if pool.value[column] > 0
    ]
    # Of equals by theme, then by their first site: always the same order.
    routes.sort(key=lambda row: (row[0], row[1], row[2].tolist()))
    value = -sum(row[0] for row in routes)
    ceiling = max(value, _lower_bound(problem, bound))
    proved = ceiling <= value + 0.5 * problem.value_step
    gap = 0.0 if proved else (ceiling - value) / ceiling
    found = RouteSolution(
        tuple(time_route(problem, row[2]) for row in routes), tuple(row[1] for row in routes),
        value, value if proved else ceiling, gap,
        PROVED if proved else BOUNDED, 0.0,
    )  # fmt: skip
    return replace(found, seconds=time.perf_counter() - began)


def _order_of(pool: RoutePool, column: int) -> Ints:
    """Return the sites of a route in their order."""
    order = pool.columns.order[column]
    return np.asarray(order[order >= 0], dtype=np.int64)
