"""Curve, order, alternatives and needless candidates against brute force on random instances."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy.sparse import csr_array

from planner.errors import InfeasibleError
from planner.siting import GroupLimit, Problem, SolveOptions
from planner.siting.alternatives import APART_M, find_alternatives
from planner.siting.marginal_curve import find_marginal_curve, list_build_steps
from planner.siting.models.needless import find_needless
from planner.siting.posed_question import PosedQuestion
from planner.siting.question import SiteQuestion
from planner.siting.solve import solve_question

FAST = SolveOptions(time_limit_s=10.0, gap=0.0, rounds=10)
SEEDS = range(25)


def posed_of(seed: int, **options) -> PosedQuestion:
    """Up to 8 sites on a square kilometre and 12 rows of people, many rows and sites alike."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(4, 13)), int(rng.integers(3, 9))
    reach = rng.random((n, m)) < 0.4
    reach[:, rng.integers(m)] = reach[:, 0]
    row, col = np.nonzero(reach)
    minutes = csr_array((rng.uniform(1, 15, len(row)), (row, col)), shape=(n, m))
    settings = {
        "n_sites": int(rng.integers(1, 4)),
        "costs": rng.integers(1, 4, m).astype(float),
        "towns": rng.choice(np.array(["east", "west"]), m),
        "xy": rng.uniform(0, 1000, (m, 2)),
        "existing_minutes": np.where(rng.random(n) < 0.2, 5.0, np.inf),
    } | options
    settings["n_sites"] = min(settings["n_sites"], m)
    problem = Problem(minutes, rng.integers(1, 9, n).astype(float), **settings)
    ids = np.array([f"S{k}" for k in range(m)], dtype=object)
    posed = PosedQuestion(problem, problem, np.arange(n), ids, m, rng.random(m))
    return replace(posed, problem=posed.prune("mclp", problem))


def asked(**options) -> SiteQuestion:
    return SiteQuestion(**({"n_sites": 2, "options": FAST, "curve": 5} | options))


def value(problem: Problem, sites) -> float:
    reach = problem.within(problem.cutoff_minutes).toarray()[:, list(sites)]
    gained = (reach.sum(axis=1) > 0) & (problem.cover_count == 0)
    return float(problem.weights[gained].sum())


def best(problem: Problem, n_sites: int, usable) -> float:
    sizes = range(min(n_sites, len(usable)) + 1)
    return max(value(problem, some) for size in sizes for some in combinations(usable, size))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_curve_is_the_best_of_every_size(seed: int):
    posed = posed_of(seed)
    everything = range(posed.unpruned.shape[1])
    for point in find_marginal_curve(posed, asked(), 3):
        assert point.value == pytest.approx(best(posed.unpruned, point.sites, everything))
        assert value(posed.unpruned, point.columns) == pytest.approx(point.value)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_adds_up_to_the_answer_and_never_beats_the_best(seed: int):
    posed, question = posed_of(seed), asked()
    solution = solve_question(posed, question)
    curve = find_marginal_curve(posed, question, len(solution.sites))
    order = list_build_steps(posed, solution, curve)
    gains = [row["gain"] for row in order]
    assert sum(gains) == pytest.approx(solution.value)
    assert gains == sorted(gains, reverse=True)
    assert all(row["total"] <= row["free_value"] + 1e-9 for row in order)
    if order:
        assert order[-1]["total"] == pytest.approx(order[-1]["free_value"])


@pytest.mark.parametrize("seed", SEEDS)
def test_alternatives_are_the_best_without_a_site_and_what_is_near(seed: int):
    posed, question = posed_of(seed), asked()
    problem = posed.unpruned
    solution = solve_question(posed, question)
    rows = {row["without"]: row for row in find_alternatives(posed, question, solution)}
    losses = [row["loss"] for row in rows.values()]
    assert losses == sorted(losses)
    for column in solution.sites:
        apart_m = np.hypot(*(problem.xy - problem.xy[column]).T)
        usable = np.flatnonzero(apart_m > APART_M)
        if len(usable) == 0:
            assert posed.ids[column] not in rows
            continue
        row = rows[posed.ids[column]]
        assert row["value"] == pytest.approx(best(problem, problem.n_sites, usable))
        assert row["loss"] == pytest.approx(solution.value - row["value"])
        assert np.isin(row["columns"], usable).all()


@pytest.mark.parametrize("limits", [(), (GroupLimit("east", most=1),)])
@pytest.mark.parametrize("budget", [None, 4.0])
@pytest.mark.parametrize("seed", range(12))
def test_no_best_choice_needs_a_needless_candidate(seed: int, budget, limits):
    try:
        posed = posed_of(seed, budget=budget, limits=limits)
        every = solve_question(replace(posed, problem=posed.unpruned), asked())
    except InfeasibleError:
        pytest.skip("these limits leave nothing")
    assert solve_question(posed, asked()).value == pytest.approx(every.value)


def test_of_equal_candidates_one_stays_and_a_cheaper_one_if_money_counts():
    reach = csr_array(np.array([[1.0, 1.0, 1.0], [1.0, 1.0, 0.0]]))
    problem = Problem(reach, np.ones(2), n_sites=1, costs=np.array([2.0, 1.0, 1.0]))
    score = np.array([0.9, 0.1, 0.5])
    assert find_needless(problem, "mclp", score).tolist() == [False, True, True]
    dear = replace(problem, budget=3.0)
    assert find_needless(dear, "mclp", score).tolist() == [True, False, True]


def test_nothing_is_needless_where_more_than_cover_counts():
    reach = csr_array(np.ones((2, 2)))
    problem = Problem(reach, np.ones(2), n_sites=1, xy=np.zeros((2, 2)), towns=np.array(["a", "b"]))
    score = np.zeros(2)
    assert find_needless(problem, "mclp", score).sum() == 1
    assert not find_needless(problem, "backup", score).any()
    assert not find_needless(replace(problem, spacing_m=5.0), "mclp", score).any()
    apart = replace(problem, limits=(GroupLimit("a", most=1),))
    assert not find_needless(apart, "mclp", score).any()  # of two towns
    assert not find_needless(replace(problem, forced=np.array([False, True])), "mclp", score)[1]


def test_a_curve_is_not_asked_for():
    assert find_marginal_curve(posed_of(1), asked(curve=0), 3) == []
