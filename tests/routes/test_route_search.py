"""The models of routes: by hand, beside two other ways to solve them, and their properties."""

from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.routes.models import work_budget
from planner.routes.models.orienteering import keeps_limits, take_sites, time_route
from planner.routes.models.route_search import BOUNDED, PROVED, solve_routes
from tests.routes.small_questions import best_by_arcs, best_by_trying, pose
from tests.samples import examples, first


def orders(solution):
    return [table.order.tolist() for table in solution.routes]


# -- by hand ---------------------------------------------------------------------------------------


def test_a_time_window_forces_a_detour():
    """A --500 m-- B --500 m-- C, a minute for 100 m; visits of 10 minutes.

    Along the street A, B, C takes 10 + 5 + 10 + 5 + 10 = 40. B closes: its visit has to begin in
    the first 3 minutes, so it comes first, and from A back to C are 10 minutes: 10 + 5 + 10 + 10 +
    10 = 45.
    """
    places = [(0, 0), (500, 0), (1000, 0)]
    free = solve_routes(pose(places, dwell=10))
    assert (free.value, free.routes[0].end) == (3, 40)
    assert orders(free) in ([[0, 1, 2]], [[2, 1, 0]])
    late = pose(places, dwell=10, windows=[(0, 230), (0, 3), (0, 230)])
    forced = solve_routes(late)
    assert (forced.value, forced.routes[0].end, forced.status) == (3, 45, PROVED)
    assert forced.routes[0].order[0] == 1
    # With 44 minutes one of them has to stay out.
    late = pose(places, dwell=10, windows=[(0, 34), (0, 3), (0, 34)], most_minutes=44)
    assert solve_routes(late).value == 2


def test_waiting_counts_as_time():
    """B opens after an hour: 10 + 5 minutes, 45 of waiting, 10 of visit are 70."""
    asked = pose([(0, 0), (500, 0)], dwell=10, windows=[(0, 3), (60, 230)])
    found = solve_routes(asked)
    assert found.routes[0].waiting.tolist() == [0, 45]
    assert found.routes[0].end == 70


def test_two_themes_compete_for_one_site():
    """X is red and green, worth 5. Red has A (1) beside it, green B (3): 2 routes, 9 in all.

    Each route has time for two visits. Either theme may have X, as both routes are there: but with
    one route it goes to green, which is worth 8.
    """
    places = [(0, 0), (100, 0), (200, 0)]  # A, X, B
    themes = [[True, False], [True, True], [False, True]]
    two = pose(places, dwell=10, value=[1, 5, 3], themes=themes, routes=2)
    found = solve_routes(two)
    assert (found.value, found.status) == (9, PROVED)
    visited = sorted(site for order in orders(found) for site in order)
    assert visited == [0, 1, 2]  # X once
    one = solve_routes(pose(places, dwell=10, value=[1, 5, 3], themes=themes))
    assert (one.value, one.themes) == (8, (1,))


def test_volunteers_of_all_routes_are_a_limit():
    places = [(0, 0), (100, 0), (5000, 0), (5100, 0)]
    themes = [[True, False]] * 2 + [[False, True]] * 2
    asked = {"dwell": 10, "themes": themes, "routes": 2, "volunteers": 2, "most_walk": 20}
    assert solve_routes(pose(places, **asked)).value == 4
    assert solve_routes(pose(places, **asked, most_volunteers=7)).value == 3
    assert solve_routes(pose(places, **asked, most_volunteers=1)).value == 0


def test_walking_in_one_go_and_in_all_are_limits():
    """Sites 1,000 m apart in a row: 10 minutes each; 20 in all are three of them."""
    places = [(1000 * k, 0) for k in range(5)]
    assert solve_routes(pose(places, dwell=10, most_walk=20)).value == 3
    assert solve_routes(pose(places, dwell=10, most_leg=9)).value == 1


def test_a_route_more_is_worth_nothing_if_one_does():
    """Of equal values fewer routes win: two sites, two routes allowed, one is enough."""
    found = solve_routes(pose([(0, 0), (500, 0)], dwell=10, routes=2))
    assert (found.value, len(found.routes)) == (2, 1)


def test_routes_start_and_end_where_they_are_asked_to():
    """Start 1,000 m before A, end 500 m behind it: 10 + 30 + 5 minutes, 15 walked."""
    found = solve_routes(pose([(0, 0)], start=(-1000, 0), end=(500, 0)))
    assert (found.routes[0].end, found.routes[0].walk) == (45, 15)


def test_no_route_is_possible():
    found = solve_routes(pose([(0, 0)], dwell=300))
    assert (found.value, found.bound, found.gap, found.status) == (0, 0, 0, PROVED)
    assert found.routes == ()


# -- beside others ---------------------------------------------------------------------------------


def random_question(seed, n, **options):
    dice = np.random.default_rng(seed)
    dwell = dice.integers(2, 7, n) * 10.0
    most = options.pop("most_minutes", 150.0)
    opens = np.where(dice.random(n) < 0.4, dice.integers(0, 60, n), 0)
    closes = np.where(dice.random(n) < 0.4, dice.integers(60, 120, n), most) - dwell
    n_themes = options.pop("n_themes", 2)
    themes = dice.random((n, n_themes)) < 0.6
    themes[~themes.any(axis=1), 0] = True
    return pose(
        dice.integers(0, 30, (n, 2)) * 100.0,
        dwell=dwell,
        value=dice.integers(1, 6, n),
        volunteers=dice.integers(1, 4, n),
        windows=np.column_stack([opens, closes]),
        themes=themes,
        most_minutes=most,
        **{"routes": 2, "most_walk": 45.0, "most_leg": 20.0, "most_volunteers": 12, **options},
    )


def check_routes(problem, solution):
    """Assert that routes keep every limit, and that their values add up."""
    taken = [site for order in orders(solution) for site in order]
    assert len(taken) == len({*taken})
    assert len(solution.routes) <= problem.routes
    for theme, table in zip(solution.themes, solution.routes, strict=True):
        assert problem.themes[table.order, theme].all()
        assert keeps_limits(problem, table)
        assert (np.diff(table.begin) > 0).all() or len(table.order) == 1
    assert problem.volunteers[taken].sum() <= problem.most_volunteers
    assert solution.value == pytest.approx(problem.value[taken].sum())
    assert solution.value <= solution.bound + 1e-9
    assert (solution.status == PROVED) == (solution.gap == 0)


@pytest.mark.parametrize("seed", first(3, range(20)))
def test_five_sites_are_as_good_as_every_order_tried(seed):
    problem = random_question(seed, 5)
    found = solve_routes(problem)
    check_routes(problem, found)
    assert (found.status, found.value) == (PROVED, pytest.approx(best_by_trying(problem)))


@pytest.mark.parametrize("seed", first(1, [9, *range(9), *range(10, 25)]))
def test_twelve_sites_are_as_good_as_an_exact_programme(seed):
    problem = random_question(seed, 12, n_themes=3)
    found = solve_routes(problem)
    check_routes(problem, found)
    assert (found.status, found.value) == (PROVED, pytest.approx(best_by_arcs(problem)))


@pytest.mark.parametrize("seed", first(1, range(8)))
def test_routes_that_are_generated_are_as_good_as_those_listed(seed):
    problem = random_question(seed, 14, n_themes=1, most_minutes=200.0)
    listed, generated = solve_routes(problem), solve_routes(problem, most_labels=0)
    check_routes(problem, generated)
    assert listed.status == PROVED
    assert generated.value <= listed.value + 1e-9 <= generated.bound + 2e-9
    if generated.status != BOUNDED:
        assert generated.value == pytest.approx(listed.value)


def test_the_same_question_has_the_same_answer():
    problem = random_question(3, 12)
    assert orders(solve_routes(problem)) == orders(solve_routes(problem))


@pytest.mark.parametrize(("second", "cut"), [(0.0, False), (1e-9, False), (50.0, True)])
def test_a_slow_clock_changes_nothing_until_it_cuts_the_search_off(monkeypatch, second, cut):
    """Each look at the clock takes so long: the work decides, unless the limit is reached."""
    problem = random_question(1, 14, n_themes=1, most_minutes=200.0)
    usual = solve_routes(problem, most_labels=0)
    ticks = count()
    monkeypatch.setattr(
        work_budget, "time", SimpleNamespace(thread_time=lambda: second * next(ticks))
    )
    found = solve_routes(problem, most_labels=0)
    check_routes(problem, found)
    assert (usual.cut, found.cut) == (False, cut)
    if not cut:
        assert (orders(found), found.bound) == (orders(usual), usual.bound)


def test_a_theme_of_many_sites_has_a_bound_of_its_own():
    """130 sites in a row two minutes apart, visits of 29: 7 a route, as 8 take 232 + 7 * 2 = 246.

    A knapsack of the minutes of both routes allows 15: 484 / 31.
    """
    problem = pose([(200 * k, 0) for k in range(130)], dwell=29, routes=2)
    found = solve_routes(problem, 10.0)
    assert (found.value, found.bound, found.status) == (14, 14, PROVED)


# -- properties ------------------------------------------------------------------------------------


@given(st.integers(0, 10_000), st.integers(0, 6))
@examples(8, whole=60)
def test_more_time_never_lowers_the_value(seed, more):
    short = random_question(seed, 6, most_minutes=120.0)
    # Visits that could begin as late as the time allowed may begin later with more of it.
    longer = random_question(seed, 6, most_minutes=120.0 + 10.0 * more)
    before, after = solve_routes(short), solve_routes(longer)
    assert before.status == after.status == PROVED
    assert after.value >= before.value


@given(st.integers(0, 10_000), st.integers(0, 6))
@examples(8, whole=60)
def test_a_site_removed_never_raises_the_value(seed, site):
    whole = random_question(seed, 7)
    less = take_sites(whole, np.delete(np.arange(7), site))
    before, after = solve_routes(whole), solve_routes(less)
    assert before.status == after.status == PROVED
    assert after.value <= before.value


def test_times_of_a_route_add_up():
    """Legs of 5 and 10 minutes, visits of 30: 0-30, 35-65, 75-105."""
    table = time_route(pose([(0, 0), (500, 0), (1500, 0)]), np.array([0, 1, 2]))
    assert table.arrive.tolist() == [0, 35, 75]
    assert table.leave.tolist() == [30, 65, 105]
    assert (table.end, table.walk) == (105, 15)


@pytest.mark.parametrize("seed", first(2, range(20)))
def test_a_site_worth_a_million_hides_no_unit_of_value(seed):
    """The values of the other sites are 1 to 5: every order tried finds the best of these too."""
    problem = random_question(seed, 5)
    problem.value[0] = 1e6
    found = solve_routes(problem)
    assert (found.status, found.value) == (PROVED, pytest.approx(best_by_trying(problem), abs=1e-6))


def test_one_route_is_taken_before_two_that_take_fewer_minutes():
    """Sites 36 minutes apart, visits of 2: one route of 40 minutes, or two of 2."""
    found = solve_routes(pose([(0, 0), (3600, 0)], dwell=2, routes=3, most_minutes=60))
    assert (found.value, orders(found)) in ((2, [[0, 1]]), (2, [[1, 0]]))


@pytest.mark.parametrize(
    ("values", "step"),
    [([2, 4, 6], 2), ([0.5, 1], 0.5), ([1e6, 1], 1), ([1 / 3, 2], 2e-6), ([0], 0)],
)
def test_the_step_of_values_is_what_all_are_multiples_of(values, step):
    assert pose([(0, 0)] * len(values), value=values).value_step == pytest.approx(step)
