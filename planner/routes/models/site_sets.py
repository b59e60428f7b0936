"""All sets of sites that one route of a theme can visit, each in its best order.

Label setting: a label is a set of sites, the last of them, the time at which the group leaves it
and the minutes walked so far. It is dropped where another one of the same set and the same last
site is no later and has walked no more: whatever may follow it may follow the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.routes.models.orienteering import SLACK, RouteProblem

#: A set of sites is two words of 64 flags.
MOST_SITES = 128
_WORD = 64


@dataclass(frozen=True, eq=False)
class RouteColumns:
    """c routes, each with the sites it visits.

    order (c, d) : sites in their order, -1 behind the last one. theme (c,).
    end, walk (c,) : when it is over, minutes walked.
    """

    order: Ints
    theme: Ints
    end: Floats
    walk: Floats

    def __len__(self) -> int:
        return len(self.theme)


@dataclass(frozen=True, eq=False)
class Prizes:
    """What a route has to be worth to be listed.

    of_site (n,) : each site is worth so much, below 0 too. least : all of them together.
    """

    of_site: Floats
    least: float


@dataclass(frozen=True, eq=False)
class StopLabels:
    """Labels of one number of stops: sites by their place among those of the theme."""

    words: np.ndarray
    order: Ints
    time: Floats
    walk: Floats
    volunteers: Ints

    def take(self, rows: np.ndarray) -> StopLabels:
        """Return some of them."""
        return StopLabels(
            self.words[rows], self.order[rows], self.time[rows], self.walk[rows],
            self.volunteers[rows],
        )  # fmt: skip


def list_site_sets(
    problem: RouteProblem, theme: int, *, most: int, prizes: Prizes | None = None
) -> RouteColumns | None:
    """List the best route of each set of sites of a theme.

    Parameters
    ----------
    problem
        The question.
    theme
        Its number.
    most
        None is returned where more labels than that would be needed.
    prizes
        Routes that are worth less may be left out.

    Returns
    -------
    RouteColumns
        For each set that one route can visit, the order that ends it first, minutes walked added;
        of equals the first by its sites.
    """
    sites = np.flatnonzero(problem.themes[:, theme])
    if len(sites) > MOST_SITES:
        return None
    bound = None if prizes is None else _Bound(problem, sites, prizes)
    level = begin_labels(problem, sites)
    found, count = [], 0
    while len(level.time):
        if bound is not None:
            level = level.take(bound.may_reach(level))
        found.append(close_labels(problem, sites, theme, level, prizes))
        count += len(level.time)
        if count > most:
            return None
        extended = extend_labels(problem, sites, level, most - count)
        if extended is None:
            return None
        level = extended
    return _keep_best(stack_columns(found)) if found else empty_columns()


def empty_columns() -> RouteColumns:
    """Return no routes."""
    none = np.empty(0)
    return RouteColumns(np.empty((0, 1), np.int64), np.empty(0, np.int64), none, none)


def stack_columns(parts: list[RouteColumns]) -> RouteColumns:
    """Put routes below each other."""
    if not parts:
        return empty_columns()
    depth = max(part.order.shape[1] for part in parts)
    padded = [
        np.pad(part.order, ((0, 0), (0, depth - part.order.shape[1])), constant_values=-1)
        for part in parts
    ]
    return RouteColumns(
        np.concatenate(padded),
        np.concatenate([part.theme for part in parts]),
        np.concatenate([part.end for part in parts]),
        np.concatenate([part.walk for part in parts]),
    )


def take_columns(columns: RouteColumns, rows: np.ndarray) -> RouteColumns:
    """Return some of the routes."""
    return RouteColumns(
        columns.order[rows], columns.theme[rows], columns.end[rows], columns.walk[rows]
    )


def begin_labels(problem: RouteProblem, sites: Ints) -> StopLabels:
    """Return the labels of one stop."""
    begin = problem.earliest(sites, problem.start_minutes[sites])
    m = len(sites)
    words = np.zeros((m, 2), dtype=np.uint64)
    place = np.arange(m)
    words[place, place // _WORD] = np.uint64(1) << (place % _WORD).astype(np.uint64)
    labels = StopLabels(
        words, place[:, None], begin + problem.dwell[sites], problem.start_walk[sites].copy(),
        problem.volunteers[sites].astype(np.int64),
    )  # fmt: skip
    return labels.take(_fits(problem, labels))


def _fits(problem: RouteProblem, labels: StopLabels) -> np.ndarray:
    """Tell which labels keep the limits so far."""
    return np.flatnonzero(
        (labels.time <= problem.most_minutes + SLACK)
        & (labels.walk <= problem.most_walk + SLACK)
        & (labels.volunteers <= problem.most_volunteers)
    )


def extend_labels(
    problem: RouteProblem, sites: Ints, level: StopLabels, most: int
) -> StopLabels | None:
    """Return the labels of one stop more; None where there are more than `most`."""
    parts, count = [], 0
    m = len(sites)
    step = max(1, 2_000_000 // m)
    for first in range(0, len(level.time), step):
        part = _extend_some(problem, sites, level.take(np.arange(first, min(first + step,
                            len(level.time)))))  # fmt: skip
        count += len(part.time)
        parts.append(part)
        if count > 8 * most:  # before those are dropped that others dominate
            return None
    if not parts:
        return level
    words, order, time, walk, volunteers = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("words", "order", "time", "walk", "volunteers")
    )
    kept = _drop_dominated(StopLabels(words, order, time, walk, volunteers), problem.most_walk)
    return None if len(kept.time) > most else kept


def _extend_some(problem: RouteProblem, sites: Ints, level: StopLabels) -> StopLabels:
    """Go on from each label to each site that it has not visited."""
    m = len(sites)
    place = np.arange(m)
    bit = np.uint64(1) << (place % _WORD).astype(np.uint64)
    last = sites[level.order[:, -1]]
    free = (level.words[:, place // _WORD] & bit) == 0
    arrive = level.time[:, None] + problem.minutes[last][:, sites]
    walk = level.walk[:, None] + problem.walk[last][:, sites]
    begin = problem.earliest(np.broadcast_to(sites, arrive.shape), arrive)
    time = begin + problem.dwell[sites]
    volunteers = level.volunteers[:, None] + problem.volunteers[sites]
    good = (
        free
        & (time <= problem.most_minutes + SLACK)
        & (walk <= problem.most_walk + SLACK)
        & (volunteers <= problem.most_volunteers)
    )
    row, to = np.nonzero(good)
    words = level.words[row].copy()
    words[np.arange(len(row)), to // _WORD] |= bit[to]
    order = np.column_stack([level.order[row], to])
    return StopLabels(words, order, time[row, to], walk[row, to], volunteers[row, to])


def _drop_dominated(labels: StopLabels, most_walk: float) -> StopLabels:
    """Keep of one set and one last site those labels that none is before in time and walking."""
    if not len(labels.time):
        return labels
    last = labels.order[:, -1]
    rank = np.lexsort((labels.walk, labels.time, last, labels.words[:, 0], labels.words[:, 1]))
    labels = labels.take(rank)
    new = _begins_group(labels.words, labels.order[:, -1])
    group = np.cumsum(new) - 1
    # Each group lies below all before it, so that one running minimum serves all of them.
    shifted = labels.walk - group * (2 * most_walk + 1.0)
    least = np.minimum.accumulate(shifted)
    kept = new.copy()
    kept[1:] |= ~new[1:] & (shifted[1:] < least[:-1] - SLACK)
    return labels.take(np.flatnonzero(kept))


def _begins_group(words: np.ndarray, last: Ints) -> np.ndarray:
    """Tell which rows of a sorted table begin another set or last site."""
    new = np.ones(len(last), dtype=bool)
    new[1:] = (words[1:] != words[:-1]).any(axis=1) | (last[1:] != last[:-1])
    return new


def close_labels(
    problem: RouteProblem, sites: Ints, theme: int, level: StopLabels, prizes: Prizes | None
) -> RouteColumns:
    """End the route of each label, where it can be ended in time."""
    last = sites[level.order[:, -1]]
    end = level.time + problem.end_minutes[last]
    walk = level.walk + problem.end_walk[last]
    good = (end <= problem.most_minutes + SLACK) & (walk <= problem.most_walk + SLACK)
    if prizes is not None:
        good &= prizes.of_site[sites[level.order]].sum(axis=1) >= prizes.least - SLACK
    rows = np.flatnonzero(good)
    order = sites[level.order[rows]]
    closed = RouteColumns(order, np.full(len(rows), theme), end[rows], walk[rows])
    # One route a set is enough, and sets of other levels are others.
    return _keep_best(closed)


def _keep_best(columns: RouteColumns) -> RouteColumns:
    """Keep of each set the route that is over first, minutes walked added."""
    if not len(columns):
        return columns
    members = np.sort(columns.order, axis=1)
    cost = columns.end + columns.walk
    keys = (*columns.order.T[::-1], cost, *members.T[::-1])
    rank = np.lexsort(keys)
    members = members[rank]
    new = np.ones(len(rank), dtype=bool)
    new[1:] = (members[1:] != members[:-1]).any(axis=1)
    return take_columns(columns, rank[new])


class _Bound:
    """An upper bound of what a label can still become worth: a knapsack of minutes.

    Each site that follows takes at least its visit and the shortest leg that leads to it.
    """

    def __init__(self, problem: RouteProblem, sites: Ints, prizes: Prizes) -> None:
        worth = prizes.of_site[sites]
        into = problem.minutes[np.ix_(sites, sites)].copy()
        np.fill_diagonal(into, np.inf)
        takes = np.maximum(problem.dwell[sites] + into.min(axis=0, initial=np.inf), 1e-6)
        useful = np.flatnonzero((worth > 0) & np.isfinite(takes))
        self._place = useful[np.argsort(-worth[useful] / takes[useful], kind="stable")]
        self._worth, self._takes = worth, takes
        self._least = prizes.least
        self._until = problem.most_minutes - float(problem.end_minutes[sites].min(initial=np.inf))

    def may_reach(self, labels: StopLabels) -> np.ndarray:
        """Return the labels that may still be worth enough."""
        worth = self._worth[labels.order].sum(axis=1)
        place = self._place
        bit = np.uint64(1) << (place % _WORD).astype(np.uint64)
        kept = []
        step = max(1, 2_000_000 // max(len(place), 1))
        for first in range(0, len(worth), step):
            some = slice(first, first + step)
            free = (labels.words[some][:, place // _WORD] & bit) == 0
            takes = np.where(free, self._takes[place], 0.0)
            gains = np.where(free, self._worth[place], 0.0)
            left = np.maximum(self._until - labels.time[some], 0.0)[:, None]
            before = np.cumsum(takes, axis=1) - takes
            share = np.clip((left - before) / np.maximum(takes, 1e-6), 0.0, 1.0)
            more = (gains * share).sum(axis=1)
            kept.append(worth[some] + more >= self._least - 1e-7)
        return np.flatnonzero(np.concatenate(kept)) if kept else np.arange(0)
