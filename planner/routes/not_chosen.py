"""Why a site that a route could visit is in none."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Ints
from planner.routes.models.orienteering import SLACK, RouteProblem, take_sites
from planner.routes.models.route_search import RouteSolution
from planner.routes.models.site_sets import find_best_order
from planner.routes.possible import NOT_CHOSEN, WhyLeftOut


def explain_not_chosen(
    problem: RouteProblem, solution: RouteSolution, site: int, theme_names: tuple[str, ...]
) -> WhyLeftOut:
    """Say why a site is in no route; what is said holds of the routes that were chosen.

    Parameters
    ----------
    problem, solution
        The question and its answer.
    site
        Of the problem; in none of the routes.
    theme_names
        Names of the themes, by number.
    """
    used = sum(int(problem.volunteers[table.order].sum()) for table in solution.routes)
    takes = int(problem.volunteers[site])
    if takes > problem.most_volunteers:
        return _left(f"takes {takes} volunteers, more than the {problem.most_volunteers} there are")
    if problem.value[site] <= 0:
        return _left("is worth nothing by its value")
    own = [number for number, theme in enumerate(solution.themes) if problem.themes[site, theme]]
    if not own:
        themes = ", ".join(theme_names[theme] for theme in np.flatnonzero(problem.themes[site]))
        if len(solution.routes) < problem.routes:
            return _left(f"no route of {themes} is left to take it")
        return _left(f"none of the {problem.routes} routes that are worth most is of {themes}")
    best, most_over = -1, np.inf
    for number in own:
        over = _minutes_over(problem, solution.routes[number].order, site)
        if over < most_over:
            best, most_over = number, over
    name = f"R{best + 1}" if best >= 0 else " and ".join(f"R{number + 1}" for number in own)
    if not np.isfinite(most_over):
        return _left(f"no order of {name} with it keeps its hours and the minutes of walking")
    if most_over > SLACK:
        return _left(
            f"with it {name} would take at least {max(1, round(most_over))} min more than there are"
        )
    if used + takes > problem.most_volunteers:
        return _left(
            f"takes {takes} volunteers, and {problem.most_volunteers - used} are left of "
            f"{problem.most_volunteers}"
        )
    return _left("the search ended before a place for it was found")


def _left(detail: str) -> WhyLeftOut:
    return WhyLeftOut(NOT_CHOSEN, detail)


def _minutes_over(problem: RouteProblem, order: Ints, site: int) -> float:
    """Return by how many minutes the best order of a route with one more site is too long.

    0 where it fits; inf where hours or walking forbid it whatever the time.
    """
    rows = np.append(order, site)
    end = find_best_order(take_sites(problem, rows))
    return max(0.0, end - problem.most_minutes)
