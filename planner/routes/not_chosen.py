"""Why a site that a route could visit is in none."""

from __future__ import annotations

from typing import Final

import numpy as np

from planner.routes.models.best_order import MOST_OF_ONE, EndOfRoute, find_best_end
from planner.routes.models.orienteering import SLACK, RouteProblem, keeps_limits, time_route
from planner.routes.models.route_search import RouteSolution
from planner.routes.possible import NOT_CHOSEN, WhyLeftOut

#: Labels for all explanations together, some seconds of work.
_MOST_LABELS: Final = 300_000


def explain_not_chosen(
    problem: RouteProblem,
    solution: RouteSolution,
    theme_names: tuple[str, ...],
    *,
    most_labels: int = _MOST_LABELS,
) -> dict[int, WhyLeftOut]:
    """Say of each site in no route why; what is said holds of the routes that were chosen.

    Parameters
    ----------
    problem, solution
        The question and its answer.
    theme_names
        Names of the themes, by number.
    most_labels
        For all sites together: once they are used up, only what is known without trying all orders
        of a route is said.

    Returns
    -------
    dict
        Number of the site in the problem -> why.
    """
    taken = {int(site) for table in solution.routes for site in table.order}
    found = {}
    for site in range(problem.n_sites):
        if site in taken:
            continue
        why = _explain_without_orders(problem, solution, site, theme_names)
        if why is None:
            why, labels = _explain_by_orders(problem, solution, site, most_labels)
            most_labels -= labels
        found[site] = WhyLeftOut(NOT_CHOSEN, why)
    return found


def _explain_without_orders(
    problem: RouteProblem, solution: RouteSolution, site: int, theme_names: tuple[str, ...]
) -> str | None:
    """Return why no route of the theme of a site is asked; None where one of them may take it."""
    takes = int(problem.volunteers[site])
    if takes > problem.most_volunteers:
        return f"takes {takes} volunteers, more than the {problem.most_volunteers} there are"
    if problem.value[site] <= 0:
        return "is worth nothing by its value"
    own = np.flatnonzero(problem.themes[site])
    counts = np.bincount(solution.themes, minlength=problem.n_themes)
    themes = ", ".join(theme_names[theme] for theme in own)
    if len(solution.routes) >= problem.routes:
        if counts[own].any():
            return None
        return f"none of the {problem.routes} routes that are worth most is of {themes}"
    alone = time_route(problem, np.array([site]))
    if (counts[own] < problem.most_of_theme).any() and keeps_limits(problem, alone):
        # A route of it alone could be made.
        return _say_volunteers(problem, solution, takes) or _SEARCH_ENDED
    if counts[own].any():
        return None
    return f"is reached over other sites only, and no route of {themes} leads there"


_SEARCH_ENDED: Final = "the search ended before a place for it was found"


def _say_volunteers(problem: RouteProblem, solution: RouteSolution, takes: int) -> str | None:
    """Say that too few volunteers are left; None where enough are."""
    used = sum(int(problem.volunteers[table.order].sum()) for table in solution.routes)
    left = problem.most_volunteers - used
    if takes <= left:
        return None
    return f"takes {takes} volunteers, and {left} are left of {problem.most_volunteers}"


def _explain_by_orders(
    problem: RouteProblem, solution: RouteSolution, site: int, most_labels: int
) -> tuple[str, int]:
    """Return what the route that a site fits best would need, and the labels that it took."""
    most, labels = problem.most_minutes, 0
    ends: dict[str, EndOfRoute] = {}
    for number, (table, theme) in enumerate(zip(solution.routes, solution.themes, strict=True)):
        if problem.themes[site, theme]:
            room = min(MOST_OF_ONE, max(0, most_labels - labels))
            end = find_best_end(problem, table.order, site, most_labels=room)
            ends[f"R{number + 1}"] = end
            labels += end.labels
    names = " and ".join(ends)
    if all(np.isinf(end.least) for end in ends.values()):
        return f"no order of {names} with it keeps its hours and the minutes of walking", labels
    # That which is known to fit best, else the one that may.
    name, end = min(
        ((name, end) for name, end in ends.items() if np.isfinite(end.least)),
        key=lambda one: (one[1].found, one[1].least),
    )
    if end.least > most + SLACK:
        over = max(1, round(end.least - most))
        return f"with it {name} would take at least {over} min more than there are", labels
    if end.found <= most + SLACK:
        takes = int(problem.volunteers[site])
        return _say_volunteers(problem, solution, takes) or _SEARCH_ENDED, labels
    if np.isfinite(end.found):
        over = max(1, round(end.found - most))
        return (
            f"with it {name} would take about {over} min more than there are; not all of its "
            "orders were tried",
            labels,
        )
    return f"no place for it in {name} was found; not all of its orders were tried", labels
