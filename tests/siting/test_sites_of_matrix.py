"""Sites chosen from any matrix: by hand, as `planner site` chooses, and beside spopt."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

import planner
from planner import ArgumentError, InfeasibleError, SiteQuestion, choose_sites, site_plan
from tests.samples import examples, first
from tests.siting.street import SITES, candidates, street_run

INF = np.inf
#: Homes x sites. Within 15: A reaches h1, h2; B reaches h3; C reaches h2, h3.
PEOPLE = pd.Series({"h1": 10.0, "h2": 20.0, "h3": 40.0})
MINUTES = pd.DataFrame(
    [[5.0, INF, 30.0], [12.0, 40.0, 15.0], [INF, 3.0, 9.0]],
    index=list(PEOPLE.index), columns=list("ABC"),
)  # fmt: skip

TIMES = pd.to_timedelta(MINUTES.where(np.isfinite(MINUTES), 99.0).stack(), unit="min").unstack()


def long(minutes: pd.DataFrame) -> pd.DataFrame:
    """Write a matrix as a long table, without the pairs that have no path."""
    table = minutes.rename_axis(index="origin", columns="destination").stack()
    table = table.rename("minutes").reset_index()
    return table[np.isfinite(table["minutes"])]


def test_mclp_by_hand():
    found = choose_sites(MINUTES, PEOPLE, p=1)
    assert (found.value, found.bound, found.gap, found.status) == (60.0, 60.0, 0.0, "proved")
    assert list(found.sites) == ["C"]
    assert found.allocation.set_index("person")["site"].fillna("").to_dict() == {
        "h1": "", "h2": "C", "h3": "C"
    }  # fmt: skip
    both = choose_sites(MINUTES, PEOPLE, p=2)
    # A and B, or A and C: all 70 people; C adds more than A.
    assert both.value == 70
    assert both.table["people"].sum() == 70


@pytest.mark.parametrize(
    ("model", "options", "value", "unit"),
    [
        ("lscp", {}, 2, "sites"),
        ("lscp", {"share": 0.5}, 1, "sites"),
        # A, C: 10 x 5 + 20 x 12 + 40 x 9 = 650; A, B: 50 + 240 + 120 = 410; B, C: 300 + 300 + 120.
        ("p-median", {"p": 2}, 410, "person-minutes"),
        # A, C: 5, 12, 9 -> 12 minutes; A, B: 5, 12, 3 -> 12.
        ("p-center", {"p": 2}, 12, "minutes"),
        ("backup", {"p": 2}, 40, "people"),  # B, C both reach h3
        # A of 15 people serves h1 whole and 5 of h2.
        ("capacitated", {"p": 1, "capacity": [15, 5, 50]}, 50, "people"),
        ("capacitated", {"p": 1, "capacity": {"A": 15, "B": 5, "C": 10}}, 15, "people"),
        ("fairness", {"p": 1, "towns": ["W", "W", "E"]}, 20 / 30, "share"),
    ],
)
def test_every_model_by_hand(model, options, value, unit):
    found = choose_sites(MINUTES, PEOPLE, model=model, **options)
    assert found.value == pytest.approx(value)
    assert found.unit == unit
    assert found.status == "proved"
    assert found.proof.endswith("proved to be the best")


@pytest.mark.parametrize(
    "minutes",
    [
        MINUTES,
        MINUTES.iloc[[2, 0, 1]],
        long(MINUTES),
        long(MINUTES).rename(columns={"origin": "destination", "destination": "origin"}),
    ],
    ids=["wide", "shuffled", "long", "long from the sites"],
)
def test_any_labelled_form_gives_the_same(minutes):
    found = choose_sites(minutes, PEOPLE, p=2, model="p-median")
    assert found.value == 410
    assert set(found.sites) == {"A", "B"}


@pytest.mark.parametrize(
    "minutes",
    [
        MINUTES.to_numpy(),
        MINUTES.to_numpy().tolist(),
        csr_array(MINUTES.replace(INF, 0.0).to_numpy()),
    ],
    ids=["array", "lists", "sparse"],
)
def test_arrays_go_by_their_order(minutes):
    found = choose_sites(minutes, PEOPLE.to_numpy(), p=2, model="p-median")
    assert found.value == 410
    assert set(found.sites) == {0, 1}


def test_a_stored_zero_is_a_walk_of_no_time():
    minutes = csr_array((np.array([0.0, 20.0]), ([0, 1], [0, 1])), shape=(2, 2))
    assert choose_sites(minutes, [5, 5], p=2).value == 5


@pytest.mark.parametrize(
    "existing",
    [
        ["C"],
        pd.Series({"h3": 9.0, "h2": 15.0, "h1": 30.0}),
        np.array([30.0, 15.0, 9.0]),
        MINUTES[["C"]],
        long(MINUTES[["C"]]),
    ],
    ids=["columns", "minutes by label", "minutes in order", "matrix", "long"],
)
def test_what_exists_stays_however_it_is_told(existing):
    found = choose_sites(MINUTES, PEOPLE, p=1, existing=existing)
    assert found.value == 10  # h2 and h3 have C
    assert list(found.sites) == ["A"]
    assert found.table["people"].tolist() == [10]
    least = choose_sites(MINUTES, PEOPLE, p=1, model="p-median", existing=existing)
    assert least.value == 10 * 5 + 20 * 12 + 40 * 9  # A beside C


def test_costs_and_a_budget_take_the_place_of_a_number():
    costs = pd.Series({"C": 5.0, "B": 1.0, "A": 1.0})
    found = choose_sites(MINUTES, PEOPLE, p=None, budget=2, costs=costs)
    assert set(found.sites) == {"A", "B"}
    assert found.table["cost"].tolist() == [1.0, 1.0]
    assert choose_sites(MINUTES, PEOPLE, p=1, forced=["A"]).value == 30
    assert choose_sites(MINUTES, PEOPLE, p=1, excluded=["C"]).value == 40


def test_people_of_a_site_with_limited_room_are_divided():
    found = choose_sites(MINUTES, PEOPLE, p=2, model="capacitated", capacity=[15, 0, 50])
    # C serves h2 or h3 up to 50, A 15 of h1 and h2: 65 of 70.
    assert found.value == pytest.approx(65)
    assert found.allocation["people"].sum() == pytest.approx(65)


def test_it_shows_itself():
    found = choose_sites(MINUTES, PEOPLE, p=1)
    assert repr(found) == (
        "ChosenSites(mclp: C)\n"
        "  60 people; with these candidates and limits this choice is proved to be the best"
    )
    assert "<td>C</td>" in found._repr_html_()


@pytest.mark.parametrize("model", first(1, ["mclp", "p-median", "p-center"]))
def test_the_same_as_planner_site(tmp_path, model):
    result = street_run(tmp_path)
    question = SiteQuestion(model=model, n_sites=2, alternatives=0, curve=0)
    proposal = site_plan(result, question, candidates=candidates(crs=result.network.crs))
    demand = result.layers["demand"].set_index("demand_id")
    people = demand["people"].where(demand["kind"] == "residential", 0.0)
    sites = candidates(crs=4326).set_index("site_id")
    minutes = planner.travel_time_matrix(result.network, demand[["geometry"]], sites)
    far = {"mclp": 15.0, "p-median": 30.0, "p-center": 60.0}[model]
    found = choose_sites(
        minutes, people, p=2, model=model, existing=demand["minutes"], far_minutes=far
    )
    assert found.value == pytest.approx(proposal.content["value"], rel=1e-6)
    assert found.bound == pytest.approx(proposal.content["bound"], rel=1e-6)
    assert found.status == proposal.content["status"]
    # A and W reach the same people, and so do B and C: the score of the plan decides there.
    side = {name: "W" if place[0] < 0 else "E" for name, place in SITES.items()}
    theirs = proposal.layers["sites"]["site_id"]
    assert {side[name] for name in found.sites} == {side[name] for name in theirs}


def test_people_in_doubt_count_for_no_site():
    town = planner.load_example()
    minutes = planner.travel_time_matrix(town.network, town.people, town.candidates)
    # Without `known` people near the edge of the streets whom nobody covers are unknown: all are.
    today = planner.coverage(town.network, town.facilities, town.people)
    left_out = today.units.loc[today.units["verdict"] == "gap", "people"].sum()
    found = choose_sites(minutes, town.people, p=4, existing=today)
    assert found.value == left_out
    with pytest.raises(ArgumentError, match="judged at 15 minutes, not at 10; give cutoff_minutes"):
        choose_sites(minutes, town.people, p=1, existing=today, cutoff_minutes=10)


@pytest.mark.parametrize(
    ("minutes", "people", "options", "message"),
    [
        (MINUTES.T, PEOPLE, {}, "minutes looks transposed: its columns are the labels of people"),
        (np.ones((4, 3)), [1, 2, 3], {}, "minutes looks transposed: it has 4 rows and 3 columns"),
        (np.ones((4, 2)), [1, 2, 3], {}, "minutes has 4 rows for 3 rows of people"),
        (MINUTES.iloc[:2], PEOPLE, {}, "minutes has no row for 'h3' of people (1 in all)"),
        (MINUTES, PEOPLE.iloc[:2], {}, "minutes: people has no row 'h3' (1 in all)"),
        (MINUTES.replace(5.0, np.nan), PEOPLE, {}, "minutes, 'h1' to 'A': nan is no number"),
        (MINUTES.replace(5.0, -5.0), PEOPLE, {}, "minutes, 'h1' to 'A': -5 is negative"),
        (MINUTES, PEOPLE.replace(10.0, np.nan), {}, "people, row 'h1': nan is no number"),
        (MINUTES, PEOPLE * 0, {}, "people: nobody is there"),
        (MINUTES, PEOPLE.iloc[[0, 0, 1]], {}, "people: the label 'h1' stands twice"),
        (MINUTES, PEOPLE.to_frame("n"), {}, "people has no column 'people'; it has n"),
        (MINUTES["A"], PEOPLE, {}, "minutes is a Series"),
        (TIMES, PEOPLE, {}, "minutes holds times; give numbers of minutes"),
        (TIMES.to_numpy(), PEOPLE, {}, "minutes holds times; give numbers of minutes"),
        (MINUTES.assign(B=TIMES["B"]), PEOPLE, {}, "minutes holds times"),
        (long(MINUTES).assign(minutes=TIMES.iloc[0, 0]), PEOPLE, {}, "minutes holds times"),
        (MINUTES, pd.to_timedelta(PEOPLE, unit="D"), {}, "people holds times; give numbers"),
        (long(MINUTES).assign(minutes=-1.0), PEOPLE, {}, "row 0: the minutes are negative"),
        (long(MINUTES).assign(minutes="far"), PEOPLE, {}, "the column minutes holds no numbers"),
        (
            pd.concat([long(MINUTES), MINUTES["A"].rename("origin")], axis=1),
            PEOPLE,
            {},
            "minutes has two columns origin; keep one",
        ),
        (long(MINUTES).assign(origin="x"), PEOPLE, {}, "neither origins nor destinations"),
        (pd.concat([long(MINUTES)] * 2), PEOPLE, {}, "the pair 'h1', 'A' stands twice"),
        (MINUTES, PEOPLE, {"model": "best"}, "model is 'best'; give one of mclp, lscp"),
        (MINUTES, PEOPLE, {"p": 0}, "p is 0; give a whole number from 1 on"),
        (MINUTES, PEOPLE, {"p": 1.5}, "p is 1.5"),
        (MINUTES, PEOPLE, {"model": ["mclp"]}, "model is ['mclp']; give one of mclp, lscp"),
        (MINUTES, PEOPLE, {"budget": "much"}, "budget is 'much'; give a number"),
        (MINUTES, PEOPLE, {"model": "lscp", "share": "all"}, "share is 'all'; give a number"),
        (MINUTES, PEOPLE, {"costs": ["a", "b", "c"]}, "costs holds what is no number"),
        (MINUTES, PEOPLE, {"existing": 3}, "existing is 3; give a Coverage, minutes, or a list"),
        (MINUTES, PEOPLE, {"forced": 3}, "forced is 3; give a list of labels: [3]"),
        (MINUTES, PEOPLE, {"options": 3}, "options is a int; give SolveOptions"),
        (MINUTES, PEOPLE, {"existing": ["D"]}, "existing: there is no site 'D' in minutes"),
        (MINUTES, PEOPLE, {"existing": list("ABC")}, "none is left to choose"),
        (MINUTES, PEOPLE, {"existing": TIMES["A"]}, "existing holds times; give numbers"),
        (MINUTES, PEOPLE, {"existing": PEOPLE.astype(str) + " min"}, "existing holds what is no"),
        (MINUTES, PEOPLE, {"existing": PEOPLE.iloc[:1]}, "existing: minutes go by the labels"),
        (MINUTES, PEOPLE, {"costs": {"A": 1}}, "costs lacks the site 'B'"),
        (MINUTES, PEOPLE, {"costs": [1, 2, -3]}, "costs: give each site a number of 0 or more"),
        (MINUTES, PEOPLE, {"towns": ["W"]}, "towns has 1 values for 3 rows of people"),
        (MINUTES, PEOPLE, {"cutoff_minutes": -1}, "cutoff_minutes"),
        (MINUTES, PEOPLE, {"model": "fairness"}, "give towns"),
        (MINUTES, PEOPLE, {"model": "capacitated"}, "give capacity"),
        (MINUTES, PEOPLE, {"forced": "A"}, "forced is 'A'; give a list of labels: ['A']"),
        (MINUTES, PEOPLE, {"forced": ["A"], "excluded": ["A"]}, "'A' is both forced and excluded"),
        ([*MINUTES.to_numpy().astype(object).tolist(), ["x"] * 3], [1] * 4, {}, "holds what is no"),
    ],
)
def test_what_cannot_be_meant_is_refused(minutes, people, options, message):
    with pytest.raises(ArgumentError, match=re.escape(message)) as caught:
        choose_sites(minutes, people, **({"p": 1} | options))
    assert "\n" not in str(caught.value)


def test_without_a_number_at_most_ten_are_chosen():
    assert choose_sites(MINUTES, PEOPLE).value == 70
    assert set(choose_sites(MINUTES, PEOPLE, excluded=["C"]).sites) == {"A", "B"}
    many = np.where(np.eye(12), 5.0, INF)
    assert choose_sites(many, np.ones(12)).value == 10
    assert choose_sites(many, np.ones(12), budget=11).value == 11  # the budget alone limits them
    with pytest.raises(InfeasibleError, match="10 sites are asked for but there are 3 candidates"):
        choose_sites(MINUTES, PEOPLE, p=10)


def test_what_no_choice_can_meet_is_told():
    with pytest.raises(InfeasibleError, match="4 sites are asked for but there are 3 candidates"):
        choose_sites(MINUTES, PEOPLE, p=4)
    with pytest.raises(InfeasibleError, match="no choice meets all limits"):
        choose_sites(MINUTES, PEOPLE, p=1, model="lscp")  # it needs two
    with pytest.raises(InfeasibleError, match="no candidate reaches 10 people"):
        choose_sites(MINUTES[["B", "C"]], PEOPLE, model="lscp")


@given(st.integers(0, 10_000))
@examples(4, whole=40)
def test_one_more_site_never_lowers_the_value(seed):
    rng = np.random.default_rng(seed)
    minutes = rng.uniform(0, 40, (20, 6))
    people = rng.integers(0, 50, 20) + 1
    values = [choose_sites(minutes, people, p=p).value for p in range(1, 7)]
    assert values == sorted(values)
    assert values[-1] == people[(minutes <= 15).any(axis=1)].sum()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # spopt calls PuLP in an old way
@pytest.mark.parametrize("seed", range(4))
def test_values_are_those_of_spopt(seed):
    """The peer solves the same random instances with its own programmes."""
    locate = pytest.importorskip("spopt.locate", reason="spopt is in the extras bench and test")
    pulp = pytest.importorskip("pulp")
    rng = np.random.default_rng(seed)
    minutes, people = rng.uniform(0, 40, (30, 8)), rng.integers(1, 50, 30)
    solver = pulp.HiGHS(msg=False)

    def peer(model, *arguments, **options) -> float:
        found = model.from_cost_matrix(minutes, *arguments, **options).solve(solver)
        return float(pulp.value(found.problem.objective))

    ours = {
        model: choose_sites(minutes, people, p=3, model=model).value
        for model in ("mclp", "p-median", "p-center")
    }
    assert ours["mclp"] == pytest.approx(peer(locate.MCLP, people, 15.0, p_facilities=3))
    assert ours["p-median"] == pytest.approx(peer(locate.PMedian, people, p_facilities=3))
    assert ours["p-center"] == pytest.approx(peer(locate.PCenter, p_facilities=3))
    near = minutes.min(axis=1).max() + 1  # within it everybody can be covered
    found = choose_sites(minutes, people, model="lscp", cutoff_minutes=near)
    assert found.value == peer(locate.LSCP, near)


#: B is a minute nearer to h1, and h2 has no path to it.
UNEVEN = pd.DataFrame([[6.0, 5.0], [60.0, INF]], index=["h1", "h2"], columns=["A", "B"])
PAIR = pd.Series({"h1": 10.0, "h2": 10.0})


def test_no_path_is_never_better_than_a_long_walk():
    found = choose_sites(UNEVEN, PAIR, p=1, model="p-median")
    # A: 10 x 6 + 10 x 60; B: 10 x 5 + 10 x 120, twice the longest walk.
    assert (list(found.sites), found.value, found.notes) == (["A"], 660, ())
    forced = choose_sites(UNEVEN, PAIR, p=1, model="p-median", forced=["B"])
    assert forced.value == 50 + 1200
    assert forced.notes == (
        "10 people still reach nothing that serves them and count as 120 minutes each, twice the "
        "longest walk there is; name another with far_minutes",
    )
    assert "note: 10 people still reach nothing" in repr(forced)
    # The caller's own minutes: B is 50 + 10 x 30 then, and A 60 + 10 x 30, as 60 is beyond them.
    own = choose_sites(UNEVEN, PAIR, p=1, model="p-median", far_minutes=30)
    assert (list(own.sites), own.value) == (["B"], 350)
    assert "nothing that serves them within 30 minutes (10 of them no candidate" in own.notes[0]


def test_nothing_within_the_cutoff_is_told():
    found = choose_sites(UNEVEN * 60, PAIR, p=1)
    note = "nothing lies within 15 minutes; the least value is 300: are these seconds?"
    assert (found.value, found.notes) == (0, (note,))
    assert note in repr(found)
    nobody = choose_sites(UNEVEN[["B"]], PAIR * [0, 1], p=1)
    assert nobody.notes == ("nobody who counts has a path to any site; check minutes",)
