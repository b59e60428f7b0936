"""Why sites are left out: the end of a route with one site more, and what is said of it."""

from itertools import permutations

import numpy as np
import pytest

from planner.routes.models.best_order import find_best_end
from planner.routes.models.orienteering import time_route
from planner.routes.models.route_search import PROVED, RouteSolution
from planner.routes.not_chosen import explain_not_chosen
from tests.routes.small_questions import can_be_walked, pose
from tests.routes.test_route_search import random_question


def solved(problem, *orders, themes=None):
    """Routes that are taken as the answer."""
    tables = tuple(time_route(problem, np.array(order)) for order in orders)
    return RouteSolution(tables, themes or (0,) * len(orders), 0.0, 0.0, 0.0, PROVED, 0.0)


def details(problem, solution, **more):
    names = ("red", "blue", "green")
    found = explain_not_chosen(problem, solution, names, **more)
    return {s: why.detail for s, why in found.items()}


@pytest.mark.parametrize("stops", [14, 24])
def test_minutes_too_many_are_told_of_a_route_with_many_stops(stops):
    """Visits of 8 minutes a minute apart in a row: one more takes 8 + 1, and 4 are left."""
    most = 8.0 * stops + (stops - 1) + 4
    problem = pose([(100 * k, 0) for k in range(stops + 1)], dwell=8, most_minutes=most)
    assert details(problem, solved(problem, range(stops))) == {
        stops: "with it R1 would take at least 5 min more than there are"
    }


@pytest.mark.parametrize("seed", range(12))
def test_no_order_ends_sooner_than_is_said(seed):
    """Beside every order tried; with no labels allowed the truth lies between what is known."""
    problem = random_question(seed, 6, n_themes=1, most_minutes=150.0)
    # Longer windows stand for those that do not close before the time is up.
    closes = problem.windows[:, 0, 1] + problem.dwell
    windows = problem.windows.copy()
    windows[closes >= 150 - 1e-9, 0, 1] = 1e6
    free = pose(
        np.zeros((6, 2)), dwell=problem.dwell, windows=windows[:, 0], most_minutes=1e6,
        most_walk=problem.most_walk,
    )  # fmt: skip
    object.__setattr__(free, "minutes", problem.minutes)
    object.__setattr__(free, "walk", problem.walk)
    ends = [
        time_route(free, np.array(order)).end
        for order in permutations(range(6))
        if can_be_walked(free, order)
    ]
    truth = min(ends, default=np.inf)
    exact = find_best_end(problem, np.arange(5), 5)
    assert (exact.least, exact.found) == (pytest.approx(truth), pytest.approx(truth))
    rough = find_best_end(problem, np.arange(5), 5, most_labels=0)
    assert rough.least <= truth + 1e-9
    assert rough.found >= truth - 1e-9


def test_what_is_not_known_is_not_told_as_impossible():
    """A closes early, so that only A, B, C keeps the hours, which no insertion finds: 0 labels."""
    places = [(0, 0), (500, 0), (1000, 0), (1500, 0)]
    # In the order B, C, D, site A fits nowhere; A, D, C, B would do, and is not tried.
    windows = [(0, 3), (45, 230), (30, 42), (15, 25)]
    problem = pose(places, dwell=10, windows=windows)
    answer = solved(problem, [3, 2, 1])
    assert details(problem, answer, most_labels=0) == {
        0: "the search ended before a place for it was found"
    }
    answer = solved(problem, [1, 2, 3])
    assert details(problem, answer, most_labels=0) == {
        0: "no place for it in R1 was found; not all of its orders were tried"
    }
    assert details(problem, answer) == {0: "the search ended before a place for it was found"}


def test_volunteers_that_are_used_up_are_the_reason_though_routes_are_left():
    """A (red) takes both volunteers; B (blue) takes one, and five routes could still be made."""
    themes = [[True, False], [False, True]]
    problem = pose(
        [(0, 0), (100, 0)], themes=themes, volunteers=[2, 1], routes=6, most_volunteers=2
    )
    assert details(problem, solved(problem, [0])) == {1: "takes 1 volunteers, and 0 are left of 2"}


def test_a_site_reached_over_others_only_says_so():
    """From the start to B are 10 minutes of walking more than may be walked in one go."""
    problem = pose(
        [(0, 0), (1000, 0)], themes=[[True, False], [False, True]], routes=2, start=(-1000, 0)
    )
    problem.start_minutes[1] = problem.start_walk[1] = np.inf
    assert details(problem, solved(problem, [0])) == {
        1: "is reached over other sites only, and no route of blue leads there"
    }
