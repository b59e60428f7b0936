"""Every model against brute force on small random instances, and what it says of bad questions."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from planner.errors import InfeasibleError, PlannerError, SitingError
from planner.siting import MODELS, GroupLimit, Problem, SolveOptions
from planner.siting.models.location_models import (
    site_backup,
    site_capacitated,
    site_fairness,
    site_lscp,
    site_mclp,
    site_p_center,
    site_p_median,
)
from tests.samples import examples

FAST = SolveOptions(time_limit_s=20.0, gap=0.0, rounds=5)
Score = Callable[[Problem, np.ndarray], float]


def instance(seed: int, *, full: bool = False) -> Problem:
    """Random minutes, people, limits and facilities: up to 7 sites and 9 rows."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(3, 10)), int(rng.integers(2, 8))
    stored = rng.random((n, m)) < (1.0 if full else 0.6)
    minutes = np.where(rng.random((n, m)) < 0.05, 0.0, rng.integers(1, 25, (n, m)))
    row, col = np.nonzero(stored)
    towns = rng.choice(np.array(["east", "west"]), m)
    limits = []
    if rng.random() < 0.5:
        limits = [GroupLimit("east", most=1), GroupLimit("west", budget=6.0)]
    if rng.random() < 0.3 and (towns == "west").any():
        limits.append(GroupLimit("west", least=1))
    closable = rng.random(m) < (0.2 if rng.random() < 0.3 else 0.0)
    closable[0] = False
    p = int(rng.integers(1, max(2, (~closable).sum())))
    spaced = rng.random() < 0.4
    existing = np.where(rng.random(n) < 0.15, rng.integers(1, 25, n), np.inf)
    return Problem(
        csr_array((minutes[row, col].astype(float), (row, col)), shape=(n, m)),
        rng.integers(0, 9, n).astype(float),
        existing_minutes=existing,
        planned_minutes=np.where(rng.random(n) < 0.1, rng.integers(1, 25, n), np.inf),
        n_sites=p,
        budget=8.0 if rng.random() < 0.4 else None,
        costs=rng.integers(1, 5, m).astype(float),
        capacity=rng.integers(1, 15, m).astype(float),
        towns=towns,
        demand_towns=rng.choice(np.array(["east", "west", "north"]), n),
        xy=rng.integers(0, 10, (m, 2)).astype(float),
        spacing_m=3.0 if spaced else 0.0,
        closable=closable,
        closures=int(rng.integers(0, 2)),
        limits=tuple(limits),
    )


def built(seed: int, **options: bool) -> Problem | None:
    """The instance, or None where its limits contradict each other."""
    try:
        return instance(seed, **options)
    except InfeasibleError:
        return None


def choices(problem: Problem) -> Iterator[np.ndarray]:
    """Every choice that keeps all limits, written out again by hand."""
    n = problem.shape[1]
    old, money = problem.mask("closable"), problem.money
    for size in range(n + 1):
        for some in combinations(range(n), size):
            chosen = np.isin(np.arange(n), some)
            new = chosen & ~old
            shut = old & ~chosen
            if shut.sum() > problem.closures or np.any(new & problem.mask("excluded")):
                continue
            if np.any(problem.mask("forced") & ~chosen):
                continue
            if problem.n_sites is not None and new.sum() > problem.n_sites + shut.sum():
                continue
            spent = money[new].sum() - money[shut].sum()
            if problem.budget is not None and spent > problem.budget + 1e-9:
                continue
            if all(kept(problem, limit, new) for limit in problem.limits) and apart(
                problem, chosen, old
            ):
                yield chosen


def kept(problem: Problem, limit: GroupLimit, new: np.ndarray) -> bool:
    inside = new & (problem.towns == limit.name)
    most = np.inf if limit.most is None else limit.most
    money = np.inf if limit.budget is None else limit.budget
    return limit.least <= inside.sum() <= most and problem.money[inside].sum() <= money + 1e-9


def apart(problem: Problem, chosen: np.ndarray, old: np.ndarray) -> bool:
    return not any(
        np.hypot(*(problem.xy[a] - problem.xy[b])) < problem.spacing_m and not (old[a] and old[b])
        for a, b in combinations(np.flatnonzero(chosen), 2)
    )


def table(problem: Problem) -> np.ndarray:
    full = np.full(problem.shape, np.inf)
    pairs = problem.minutes.tocoo()
    full[pairs.row, pairs.col] = pairs.data
    return full


def walks(problem: Problem, chosen: np.ndarray) -> np.ndarray:
    nearest = np.minimum(problem.existing_minutes, problem.planned_minutes)
    return np.minimum(nearest, table(problem)[:, chosen].min(axis=1, initial=np.inf))


def people_covered(problem: Problem, chosen: np.ndarray) -> float:
    return float(problem.weights[walks(problem, chosen) <= 15].sum())


def people_twice(problem: Problem, chosen: np.ndarray) -> float:
    count = (problem.existing_minutes <= 15).astype(int) + (problem.planned_minutes <= 15)
    count = count + (table(problem)[:, chosen] <= 15).sum(axis=1)
    return float(problem.weights[count >= 2].sum())


def people_served(problem: Problem, chosen: np.ndarray) -> float:
    """Most people served by flow, with nobody counted who is covered today."""
    today = np.minimum(problem.existing_minutes, problem.planned_minutes) <= 15
    sites = np.flatnonzero(chosen)
    arcs = [(i, j) for i in np.flatnonzero(~today) for j in sites if table(problem)[i, j] <= 15]
    if not arcs:
        return 0.0
    rows = [[float(i == k) for i, _ in arcs] for k in range(problem.shape[0])]
    rows += [[float(j == k) for _, j in arcs] for k in sites]
    room = np.concatenate([problem.weights, problem.capacity[sites]])
    return float(-linprog(-np.ones(len(arcs)), A_ub=rows, b_ub=room).fun)


def person_minutes(problem: Problem, chosen: np.ndarray) -> float:
    far = max(15.0, problem.minutes.data.max(initial=0.0))
    return float(problem.weights @ np.minimum(walks(problem, chosen), far))


def longest_walk(problem: Problem, chosen: np.ndarray) -> float:
    return float(walks(problem, chosen)[problem.weights > 0].max(initial=0.0))


def worst_share(problem: Problem, chosen: np.ndarray) -> float:
    """Least share of the towns that some candidate can raise."""
    today = walks(problem, np.zeros(problem.shape[1], bool)) <= 15
    ever = walks(problem, problem.allowed) <= 15
    shares = []
    for town in np.unique(problem.demand_towns):
        inside = (problem.demand_towns == town) * problem.weights
        if inside[ever & ~today].sum() > 0:
            shares.append(inside[walks(problem, chosen) <= 15].sum() / inside.sum())
    return float(min(shares))


def answer_mask(problem: Problem, solution) -> np.ndarray:
    chosen = problem.mask("closable").copy()
    chosen[solution.closed] = False
    chosen[solution.sites] = True
    return chosen


def check(problem: Problem | None, model, score: Score, *, low: bool = False, change: bool = False):
    """The model's value is the best of all choices, and its own choice has it."""
    if problem is None:
        return
    values = [score(problem, chosen) for chosen in choices(problem)]
    if not values or (low and not np.isfinite(min(values))):
        with pytest.raises(InfeasibleError):
            model(problem, options=FAST)
        return
    before = score(problem, problem.mask("closable")) if change else 0.0
    best = (min if low else max)(values) - before
    solution = model(problem, options=FAST)
    assert solution.value == pytest.approx(best, abs=1e-5)
    assert solution.bound == pytest.approx(best, abs=1e-4)
    assert solution.status == "proved"
    chosen = answer_mask(problem, solution)
    assert score(problem, chosen) - before == pytest.approx(best, abs=1e-5)
    assert any(np.array_equal(chosen, other) for other in choices(problem))


SEEDS = st.integers(0, 10**6)
MANY = examples(25, whole=60)


@MANY
@given(SEEDS)
def test_mclp_is_the_best_of_all_choices(seed):
    check(built(seed), site_mclp, people_covered, change=True)


@MANY
@given(SEEDS)
def test_p_median_is_the_best_of_all_choices(seed):
    check(built(seed), site_p_median, person_minutes, low=True)


@MANY
@given(SEEDS)
def test_p_center_is_the_best_of_all_choices(seed):
    check(built(seed, full=seed % 2 == 0), site_p_center, longest_walk, low=True)


@MANY
@given(SEEDS)
def test_backup_is_the_best_of_all_choices(seed):
    check(built(seed), site_backup, people_twice, change=True)


@MANY
@given(SEEDS)
def test_capacitated_is_the_best_of_all_choices(seed):
    check(built(seed), site_capacitated, people_served, change=True)


@MANY
@given(SEEDS)
def test_fairness_raises_the_worst_town_first_and_then_covers_most(seed):
    problem = built(seed)
    if problem is None:
        return
    every = list(choices(problem))
    today = walks(problem, np.zeros(problem.shape[1], bool)) <= 15
    ever = walks(problem, problem.allowed) <= 15
    if not every or problem.weights[ever & ~today].sum() == 0:
        with pytest.raises(InfeasibleError):
            site_fairness(problem, options=FAST)
        return
    check(problem, site_fairness, worst_share)
    top = max(worst_share(problem, chosen) for chosen in every)
    fair = [c for c in every if worst_share(problem, c) >= top - 1e-9]
    chosen = answer_mask(problem, site_fairness(problem, options=FAST))
    best = max(people_covered(problem, c) for c in fair)
    assert people_covered(problem, chosen) == pytest.approx(best, abs=1e-6)


@MANY
@given(SEEDS, st.sampled_from([1.0, 0.9, 0.5]))
def test_lscp_opens_the_fewest_sites(seed, share):
    problem = built(seed)
    if problem is None:
        return
    need = share * problem.weights.sum() - 1e-9
    old = problem.mask("closable")
    counts = [(c & ~old).sum() for c in choices(problem) if people_covered(problem, c) >= need]
    if not counts:
        with pytest.raises(InfeasibleError):
            site_lscp(problem, share=share, options=FAST)
        return
    solution = site_lscp(problem, share=share, options=FAST)
    assert solution.value == solution.bound == min(counts)
    assert people_covered(problem, answer_mask(problem, solution)) >= need


@MANY
@given(SEEDS)
def test_lscp_s_number_as_mclp_s_covers_all(seed):
    problem = built(seed, full=True)
    if problem is None:
        return
    free = replace(problem, limits=(), spacing_m=0.0, budget=None, n_sites=None)
    try:
        fewest = site_lscp(free, options=FAST)
    except InfeasibleError:
        return
    if fewest.value:
        answer = site_mclp(replace(free, n_sites=int(fewest.value)), options=FAST)
        assert answer.value + answer.people_before == pytest.approx(
            free.weights.sum() - people_of_old(free)
        )


def people_of_old(problem: Problem) -> float:
    """Whom today's facilities that may close cover alone."""
    none = np.zeros(problem.shape[1], bool)
    return people_covered(problem, problem.mask("closable")) - people_covered(problem, none)


@pytest.mark.parametrize("n_sites", [None, 2])
def test_lscp_opens_none_where_a_station_that_stays_reaches_all(n_sites):
    """Site 2 is today's: it reaches both rows and stays, so it makes both candidates needless."""
    within = csr_array(np.array([[5.0, 0.0, 5.0], [0.0, 5.0, 5.0]]))
    old = np.arange(3) == 2
    solution = site_lscp(Problem(within, np.array([7.0, 9.0]), n_sites=n_sites, closable=old))
    assert (solution.value, solution.bound, len(solution.sites)) == (0, 0, 0)


def test_lscp_may_ask_for_more_sites_than_are_left_once_the_needless_are_gone():
    """Site 0 reaches all that 1 and 2 reach; three sites at most are no wish for three."""
    within = csr_array(np.array([[5.0, 5.0, 0.0], [5.0, 0.0, 5.0]]))
    solution = site_lscp(Problem(within, np.array([7.0, 9.0]), n_sites=3))
    assert (solution.value, list(solution.sites)) == (1, [0])


@pytest.fixture
def street() -> Problem:
    """Rows 0..5 in a line, 10 minutes apart, a site at each; 10, 20 ... 60 people."""
    steps = 10.0 * np.abs(np.subtract.outer(np.arange(6), np.arange(6)))
    row, col = np.nonzero(steps <= 15)
    towns = np.array(["west"] * 3 + ["east"] * 3)
    return Problem(
        csr_array((steps[row, col], (row, col)), shape=(6, 6)),
        np.arange(10.0, 70.0, 10.0),
        n_sites=1,
        towns=towns,
        demand_towns=towns,
    )


def test_the_best_of_one_covers_three_rows(street):
    """Site 4 covers rows 3, 4, 5: 40 + 50 + 60."""
    solution = site_mclp(street)
    assert (solution.value, solution.bound, list(solution.sites)) == (150.0, 150.0, [4])


def test_backup_out_of_time_still_has_a_bound(street):
    """Rows 0..5 reach two sites or three each, so at most all 210 people are reached twice."""
    solution = site_backup(street, options=SolveOptions(time_limit_s=0.0))
    assert solution.value <= solution.bound <= 210
    rows = csr_array(vstack([street.minutes] * 2))  # the same rows again
    doubled = Problem(rows, np.tile(street.weights, 2), n_sites=2)
    once = site_backup(replace(street, n_sites=2))
    assert site_backup(doubled).value == 2 * once.value


def test_a_town_s_limit_tells_what_it_costs(street):
    """With no site in the east the best is site 2 with rows 1, 2, 3: 20 + 30 + 40."""
    limits = (GroupLimit("east", most=0), GroupLimit("west", most=1))
    solution = site_mclp(street.with_limits(limits))
    assert (solution.value, solution.free_value) == (90.0, 150.0)
    assert solution.limit_costs == {"town east": 60.0, "town west": 0.0}


def test_people_of_planned_facilities_are_told_apart(street):
    existing = np.array([5.0, *[np.inf] * 5])
    planned = np.array([5.0, 5.0, *[np.inf] * 4])
    solution = site_mclp(replace(street, existing_minutes=existing, planned_minutes=planned))
    assert (solution.people_before, solution.people_planned) == (30.0, 20.0)


def test_a_forced_site_is_chosen_and_an_excluded_one_is_not(street):
    forced, excluded = np.arange(6) == 0, np.arange(6) == 4
    assert list(site_mclp(replace(street, forced=forced)).sites) == [0]
    assert list(site_mclp(replace(street, excluded=excluded)).sites) == [3]


def test_a_first_answer_is_called_so(street):
    assert site_mclp(street, options=SolveOptions(exact=False)).status == "first answer"


@pytest.mark.parametrize("name", MODELS)
def test_the_first_answer_is_no_better_than_the_best_and_its_bound_allows_for_that(street, name):
    problem, sign = replace(street, capacity=np.full(6, 70.0), n_sites=2), 1
    if name in ("lscp", "p-median", "p-center"):  # the fewer the better
        problem, sign = replace(problem, n_sites=4), -1
    first = MODELS[name](problem, options=SolveOptions(exact=False))
    best = MODELS[name](problem)
    assert best.status == "proved"
    assert sign * first.value <= sign * best.value <= sign * first.bound


@pytest.mark.parametrize("model", MODELS.values())
def test_out_of_time_gives_the_best_so_far_with_its_gap(street, model):
    problem = replace(street, capacity=np.full(6, 70.0), n_sites=2)
    solution = model(problem, options=SolveOptions(time_limit_s=0.0, rounds=0))
    assert len(solution.sites)
    assert solution.gap >= 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_sites": 7}, "7 sites are asked for but there are 6 candidates; ask for 6"),
        ({"excluded": np.ones(6, bool)}, "there are no candidate sites"),
        ({"budget": 0.5}, "the budget of 0.5 is below the cheapest site, 1"),
        ({"limits": (GroupLimit("east", least=2, most=1),)}, "at least 2 but at most 1"),
        ({"limits": (GroupLimit("east", least=2),)}, "ask for at least 2 sites, n_sites is 1"),
        ({"limits": (GroupLimit("east", least=4),)}, "at least 4 sites, it has 3 candidates"),
        ({"limits": (GroupLimit("south", least=1),)}, "at least 1 sites, it has 0 candidates"),
        ({"limits": (GroupLimit("a", by="domain"),)}, "needs the sites' domains"),
        ({"forced": np.arange(6) < 2}, "2 sites are forced but 1 allowed"),
        (
            {"forced": np.arange(6) == 2, "excluded": np.arange(6) == 2},
            "site 2 is both forced and excluded",
        ),
        (
            {"forced": np.arange(6) < 1, "costs": np.arange(6, 0, -1.0), "budget": 5.0},
            "the forced sites cost 6, the budget is 5",
        ),
        (
            {"forced": np.arange(6) < 2, "n_sites": 2, "spacing_m": 100.0, "xy": np.eye(6, 2)},
            "two forced sites stand nearer than spacing_m 100",
        ),
        ({"limits": (GroupLimit("east", by="street"),)}, "by town or domain, not by 'street'"),
        (
            {"forced": np.arange(6) < 1, "limits": (GroupLimit("west", most=0),)},
            "town west: 1 sites are forced, at most 0 allowed",
        ),
        (
            {"costs": np.ones(6), "limits": (GroupLimit("west", least=1, budget=0.5),)},
            "town west: its 1 cheapest sites cost 1, its budget is 0.5",
        ),
        ({"n_sites": -1}, "n_sites is -1; give 0 or more"),
        ({"weights": np.ones(5)}, "weights has 5 values for 6 demand rows"),
        ({"costs": -np.ones(6)}, "costs must be numbers of 0 or more"),
        ({"spacing_m": 100.0}, "spacing_m needs the sites' coordinates"),
    ],
)
def test_a_question_that_cannot_be_put_is_one_clear_line(street, change, message):
    with pytest.raises(PlannerError, match=message) as error:
        replace(street, **change)
    assert isinstance(error.value, SitingError)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("model", "change", "message"),
    [
        (site_mclp, {"n_sites": None}, "needs a number of sites or a budget"),
        (site_fairness, {"demand_towns": None}, "needs the town of each demand row"),
        (site_capacitated, {"capacity": None}, "needs the sites' capacity"),
    ],
)
def test_a_model_says_what_it_lacks(street, model, change, message):
    with pytest.raises(SitingError, match=message):
        model(replace(street, **change))


def test_infeasible_names_the_demand_that_no_candidate_reaches(street):
    problem = replace(
        street,
        excluded=np.arange(6) >= 4,
        demand_ids=np.array([f"r:{k}" for k in range(6)]),
        n_sites=None,
    )
    with pytest.raises(InfeasibleError, match=r"no candidate reaches 60 people .*demand r:5"):
        site_lscp(problem)
    assert site_lscp(problem, share=0.7).value == 2
    with pytest.raises(InfeasibleError, match="no candidate reaches demand r:5"):
        site_p_center(replace(problem, n_sites=1))
