"""First routes, one site after the other: seeds for the search of themes with many sites."""

from __future__ import annotations

from typing import Final

import numpy as np

from planner.crs.array_types import Flags, Ints
from planner.routes.models.orienteering import SLACK, RouteProblem, time_route
from planner.routes.models.site_sets import RouteColumns, empty_columns, stack_columns

#: So many choices are built, the first of them without chance: its routes begin at each site once.
_RUNS: Final = 24
#: The spread of chance: how much less a site may seem worth.
_SPREAD: Final = 0.6


def build_first_choices(problem: RouteProblem) -> tuple[RouteColumns, list[Ints]]:
    """Build choices of routes, each route from the site that is worth most for its minutes on.

    Returns
    -------
    RouteColumns, list of Ints
        All routes, and which of them each choice takes. The same question has the same ones.
    """
    dice = np.random.default_rng(1)
    parts: list[RouteColumns] = []
    choices = []
    for run in range(_RUNS):
        seen = np.ones(problem.n_sites)
        if run:
            seen -= _SPREAD * dice.random(problem.n_sites)
        first = len(parts)
        parts += _build_choice(problem, problem.value * seen, every_start=not run)
        choices.append(np.arange(first, len(parts)))
    return (stack_columns(parts) if parts else empty_columns()), choices


def _build_choice(
    problem: RouteProblem, seems: np.ndarray, *, every_start: bool
) -> list[RouteColumns]:
    """Build one route after the other over the sites that are left; `seems`: their worth."""
    free = problem.value > 0
    room, counts = problem.most_volunteers, np.zeros(problem.n_themes, dtype=np.int64)
    found: list[RouteColumns] = []
    for _ in range(problem.routes):
        best: tuple[float, int, list[int]] | None = None
        for theme in np.flatnonzero(counts < problem.most_of_theme).tolist():
            own = free & problem.themes[:, theme]
            starts = [own]
            if every_start:
                starts = [np.arange(problem.n_sites) == site for site in np.flatnonzero(own)]
            for start in starts:
                order = _build_route(problem, own, start, seems, room)
                worth = float(problem.value[order].sum()) if order else 0.0
                if order and (best is None or worth > best[0]):
                    best = worth, theme, order
        if best is None:
            break
        _, theme, order = best
        table = time_route(problem, np.array(order))
        found.append(
            RouteColumns(
                table.order[None], np.array([theme]), np.array([table.end]), np.array([table.walk])
            )
        )
        free = free.copy()
        free[order] = False
        room -= int(problem.volunteers[order].sum())
        counts[theme] += 1
    return found


def _build_route(
    problem: RouteProblem, free: Flags, start: Flags, seems: np.ndarray, room: int
) -> list[int]:
    """Append the site that is worth most for its minutes as long as one fits and can be ended.

    start : the sites that may be the first one.
    """
    order: list[int] = []
    now, walked, free = 0.0, 0.0, free.copy()
    every = np.arange(problem.n_sites)
    while free.any():
        legs = problem.minutes[order[-1]] if order else problem.start_minutes
        walks = problem.walk[order[-1]] if order else problem.start_walk
        leave = problem.earliest(every, now + legs) + problem.dwell
        good = (
            (free if order else start)
            & (leave + problem.end_minutes <= problem.most_minutes + SLACK)
            & (walked + walks + problem.end_walk <= problem.most_walk + SLACK)
            & (problem.volunteers <= room)
        )
        if not good.any():
            break
        pace = np.where(good, seems / np.maximum(leave - now, 1e-3), -1.0)
        site = int(pace.argmax())
        order.append(site)
        now, walked = float(leave[site]), walked + float(walks[site])
        room -= int(problem.volunteers[site])
        free[site] = False
    return order
