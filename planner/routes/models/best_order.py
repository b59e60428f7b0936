"""How soon one route over some sites can be over: to say why a site fits into none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.routes.models.orienteering import SLACK, RouteProblem, time_route
from planner.routes.models.site_sets import (
    StopLabels,
    begin_labels,
    close_labels,
    extend_labels,
)

#: Longer than any outing.
_LONG: Final = 1e6
#: Labels of one question.
MOST_OF_ONE: Final = 20_000


@dataclass(frozen=True)
class EndOfRoute:
    """When a route over all of some sites is over, however long it may take.

    least : no order ends sooner; inf where hours or walking allow none. found : one order ends
        then; inf where none was found. labels : how many were looked at, a measure of the work.

    The two are equal where every order was judged.
    """

    least: float
    found: float
    labels: int


def find_best_end(
    problem: RouteProblem, order: Ints, site: int, *, most_labels: int = MOST_OF_ONE
) -> EndOfRoute:
    """Return when a route with one more site is over at the soonest, in any order.

    What is open when the time is up counts as open from then on, so no route ends sooner. Themes
    and volunteers do not matter.

    Parameters
    ----------
    problem
        Of all sites.
    order
        Sites of the route.
    site
        The one more.
    most_labels
        Beyond these the orders are not tried: what is known without is returned.
    """
    sites = np.append(order, site)
    free = _without_end(problem)
    tables = [time_route(free, np.insert(order, place, site)) for place in range(len(sites))]
    found = min(
        (table.end for table in tables if table.walk <= problem.most_walk + SLACK), default=np.inf
    )
    legs = _shortest_into(problem.minutes, sites)
    walks = _shortest_into(problem.walk, sites)
    rest = _Rest(
        problem.dwell[sites] + legs, walks, float(problem.end_minutes[sites].min()),
        float(problem.end_walk[sites].min()),
    )  # fmt: skip
    # One site is reached from the start, each other one from a site.
    first = problem.start_minutes[sites] + problem.dwell[sites]
    least = rest.end_minutes + _least_sum(rest.minutes, first)
    walk = rest.end_walk + _least_sum(walks, problem.start_walk[sites])
    if not np.isfinite(least) or walk > problem.most_walk + SLACK:
        return EndOfRoute(np.inf, np.inf, 0)
    if found <= least + SLACK:
        return EndOfRoute(found, found, 0)
    return _try_orders(free, sites, rest, least, found, most_labels)


def _without_end(problem: RouteProblem) -> RouteProblem:
    """Return the question without a limit of time."""
    windows = problem.windows.copy()
    closes = windows[:, :, 1]
    closes[closes + problem.dwell[:, None] >= problem.most_minutes - SLACK] = _LONG
    return replace(
        problem,
        windows=windows,
        most_minutes=_LONG,
        most_volunteers=int(problem.volunteers.sum()),
        themes=np.ones((problem.n_sites, 1), dtype=bool),
    )


@dataclass(frozen=True, eq=False)
class _Rest:
    """What a route needs at least for sites to come, (s,): their visits with the legs to them.

    end_minutes, end_walk : of the shortest leg that ends it.
    """

    minutes: Floats
    walk: Floats
    end_minutes: float
    end_walk: float


def _shortest_into(legs: Floats, sites: Ints) -> Floats:
    """Return the shortest leg that leads to each of some sites from another one of them."""
    return np.asarray(legs[np.ix_(sites, sites)].min(axis=0), dtype=np.float64)


def _least_sum(each: Floats, first: Floats) -> float:
    """Return the least sum where one site takes what it does as the first, each other its own."""
    far = ~np.isfinite(each)
    if far.sum() > 1:
        return np.inf
    # A site that no other one leads to can only be the first.
    may = far if far.any() else ~far
    own = np.where(far, 0.0, each)
    return float(own.sum() + (first - own)[may].min())


def _try_orders(
    free: RouteProblem, sites: Ints, rest: _Rest, least: float, found: float, most: int
) -> EndOfRoute:
    """Try all orders by labels; those that cannot end before the one found are given up."""
    level = begin_labels(free, sites)
    count = 0
    for _ in range(len(sites) - 1):
        level = level.take(_may_be_sooner(level, rest, found, free.most_walk))
        count += len(level.time)
        extended = extend_labels(free, sites, level, max(most - count, 0))
        if extended is None:
            return EndOfRoute(least, found, count)
        level = extended
    closed = close_labels(free, sites, 0, level, None)
    best = min(found, float(closed.end.min(initial=np.inf)))
    return EndOfRoute(best, best, count)


def _may_be_sooner(labels: StopLabels, rest: _Rest, found: float, most_walk: float) -> np.ndarray:
    """Return the labels that may still end before a time and keep the walking."""
    inside = np.zeros((len(labels.time), len(rest.minutes)), dtype=bool)
    np.put_along_axis(inside, labels.order, True, axis=1)
    ends = labels.time + np.where(inside, 0.0, rest.minutes).sum(axis=1) + rest.end_minutes
    walks = labels.walk + np.where(inside, 0.0, rest.walk).sum(axis=1) + rest.end_walk
    return np.flatnonzero((ends < found) & (walks <= most_walk + SLACK))
