"""Capacitated cover speaks of people served: by hand on the street, and by another solver."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from planner.cli.printing import print_comparison, print_proposal
from planner.scenarios import compare_scenarios
from planner.siting import SolveOptions
from planner.siting.models.allocation import allocate_people, order_by_served
from planner.siting.propose import propose
from planner.siting.question import SiteQuestion
from planner.siting.siting_case import build_siting_case
from planner.sources.scenario_file import build_scenario
from tests.cities.small_plan import lonlat
from tests.siting.street import PEOPLE, candidates, street_run

FAST = SolveOptions(time_limit_s=10.0, gap=0.0, rounds=20)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return street_run(tmp_path_factory.mktemp("street"))


def with_room(run, capacity, **options):
    """Propose with so many places at A, B, C and W: A and W reach 100 + 200, B and C 300 + 60."""
    sites = candidates(crs=run.network.crs, capacity=np.asarray(capacity, dtype=float))
    asked = {"model": "capacitated", "n_sites": 2, "options": FAST} | options
    return propose(build_siting_case(run, sites), SiteQuestion(**asked))


@pytest.fixture(scope="module")
def two(run):
    """C serves 200 of 360 in the east, A 120 of 300 in the west."""
    return with_room(run, [120, np.nan, 200, 40])


def test_every_figure_is_of_people_served(two):
    content = two.content
    assert (content["value"], content["bound"]) == (320, pytest.approx(320))
    assert content["gain"] == {"residential": 320, "industrial": 0, "commercial": 0}
    assert [(s["site_id"], s["gain"]["residential"], s["served"], s["no_room"])
            for s in content["sites"]] == [("C", 200, 200, 160), ("A", 120, 120, 180)]  # fmt: skip
    assert content["order"] == [
        {"step": 1, "site_id": "C", "gain": 200, "total": 200, "free_value": 200},
        {"step": 2, "site_id": "A", "gain": 120, "total": 320, "free_value": 320},
    ]
    curve = [(row["value"], row["step"], row["share_residential"]) for row in content["curve"]]
    assert curve == [
        (200, 200, round(1200 / 1660, 4)), (320, 120, round(1320 / 1660, 4)),
        (360, 40, round(1360 / 1660, 4)),
    ]  # fmt: skip
    assert content["share_after"] == round(1320 / 1660, 4)
    towns = {row["town"]: row for row in content["towns"]}
    assert (towns["West"]["residents_left"], towns["West"]["residents_no_room"]) == (180, 180)
    assert (towns["East"]["residents_gained"], towns["East"]["share_after"]) == (
        200, round(1200 / 1360, 4),
    )  # fmt: skip


def test_who_finds_no_room_is_named(two):
    content = two.content
    assert content["no_room"]["residential"] == 340
    assert content["no_room_towns"] == [["West", 180], ["East", 160]]
    assert content["full"] == ["corner C", "corner A"]
    # W at -1950 has 40 places and reaches all of the west.
    assert content["stays"] == [{
        "cause": "no room", "residents": 340, "residents_in_reach": 180, "gaps": 2,
        "names": content["stays"][0]["names"],
    }]  # fmt: skip
    assert content["reasons"]["en"][0] == (
        "2 new sites serve 320 residents, no more than they have room for"
    )
    assert content["reasons"]["en"][2] == (
        "another 340 residents, 40 workers within the walk of these sites find no room: West "
        "(180), East (160); full are corner C, corner A"
    )
    assert content["reasons"]["zh"][0] == "新增 2 处，按容量可服务居民 320 人"
    assert (
        "340 人、园区职工 40 人因容量不足得不到服务：West（180 人）、East（160 人）"
        in (content["reasons"]["zh"][2])
    )
    assert "340 for want of room at the stations" in "".join(content["reasons"]["en"])
    east = content["sites"][0]["reasons"]
    assert east["en"][:2] == [
        "serves 200 residents, of a capacity of 200",
        "full: another 160 residents within its walk find no room at any station",
    ]
    assert east["zh"][0] == "可服务居民 200 人（容量 200 人）"


def test_layers_hold_people_served(two):
    sites = two.layers["sites"].set_index("site_id")
    assert sites["gain_residential"].to_dict() == {"C": 200, "A": 120}
    alone = two.layers["candidates"].set_index("site_id")["gain_residential"]
    assert alone.to_dict() == {"A": 120, "B": 360, "C": 200, "W": 40}
    changes = two.layers["changes"]
    assert changes.groupby("nearest_after")["people"].sum().to_dict() == {"A": 120, "C": 200}
    units = changes.groupby("demand_id").agg({"people": "sum", "people_left": "first"}).sum(axis=1)
    whole = {f"residential:{name}": people for name, people, *_ in PEOPLE}
    assert units.to_dict() == {name: whole[name] for name in units.index}


def test_a_unit_may_be_divided_between_two_sites(run):
    content = with_room(run, [np.nan, 200, 200, np.nan])
    sites = content.content["sites"]
    assert content.content["value"] == 360
    assert sorted(site["served"] for site in sites) == [160, 200]
    rows = content.layers["changes"].groupby("demand_id")["people"].sum()
    assert rows.to_dict() == {"residential:d": 300, "residential:e": 60}
    assert "has room for 40 more" in sites[1]["reasons"]["en"]


def test_a_site_that_serves_nobody_is_not_proposed(run):
    content = with_room(run, [0, 0, 400, 0], n_sites=3).content
    assert [site["site_id"] for site in content["sites"]] == ["C"]
    assert (
        "only 1 site brings anything; the others asked for are not used"
        in (content["reasons"]["en"])
    )
    content = with_room(run, [0, 0, 0, 0]).content
    assert (content["value"], content["sites"]) == (0, [])
    content = with_room(run, [0, 0, 400, 0], forced=("A",)).content
    assert {site["site_id"]: site["served"] for site in content["sites"]} == {"A": 0, "C": 360}


def test_with_a_budget_no_site_is_bought_that_serves_nobody_more(run):
    content = with_room(run, [300, 500, 500, 300], n_sites=None, budget=100).content
    assert content["value"] == 660
    assert len(content["sites"]) == 2


def test_forced_and_excluded_sites_hold(run):
    content = with_room(run, [120, 50, 200, 40], n_sites=1, forced=("W",)).content
    assert [(site["site_id"], site["served"]) for site in content["sites"]] == [("W", 40)]
    content = with_room(run, [120, 50, 200, 40], n_sites=1, excluded=("C",)).content
    assert [(site["site_id"], site["served"]) for site in content["sites"]] == [("A", 120)]


def test_a_person_takes_one_place_whatever_the_weight(run):
    # Workers count double, so A serves its 40 first and 80 residents beside: 80 + 2 x 40.
    content = with_room(
        run, [120, 0, 0, 0], n_sites=1, weights={"residential": 1, "industrial": 2}
    ).content
    assert content["sites"][0]["gain"] == {"residential": 80, "industrial": 40, "commercial": 0}
    assert (content["value"], content["sites"][0]["served"]) == (160, 120)
    # Without a weight they get what is left: 320 places, 300 residents.
    content = with_room(run, [320, 0, 0, 0], n_sites=1).content
    assert content["sites"][0]["gain"] == {"residential": 300, "industrial": 20, "commercial": 0}
    assert (content["value"], content["sites"][0]["served"]) == (300, 320)


def test_fractions_of_people_add_up(tmp_path):
    homes = [(name, people + 1 / 3, x, y) for name, people, x, y in PEOPLE]
    some = street_run(tmp_path, tables={"people.csv": homes, "workers.csv": [("w", 1, -1600, 0)]})
    content = with_room(some, [120.5, 0, 200.25, 0]).content
    assert [site["served"] for site in content["sites"]] == [200.25, 120.5]
    assert content["value"] == pytest.approx(320.75, abs=1e-6)
    assert content["whole_area"]["residents_no_room"] == pytest.approx(
        661 + 1 / 3 - 320.75, abs=1e-5
    )


def test_a_station_of_today_that_may_close_serves_all_in_its_walk(run):
    # It covers the 1,000 of c whether it may close or not; no site could serve them all.
    content = with_room(run, [120, 0, 200, 0], n_sites=1, closures=1).content
    assert (content["closed"], content["value"]) == ([], 200)
    assert content["lost"]["residential"] == 0


def test_room_of_stations_of_today_is_not_counted_and_that_is_told(tmp_path):
    full = street_run(
        tmp_path, heading="facility_id,name,capacity", facilities=(("F", "Station", 10, 0, 0),)
    )
    content = with_room(full, [120, 0, 200, 0]).content
    assert content["value"] == 320
    assert any("counts as covered whatever its capacity" in note for note in content["notes"])


def test_why_not_there_speaks_of_room(run):
    place = tuple(lonlat(-1200, 0))
    found = with_room(run, [120, 0, 200, 0], why_not=place).content["why_not"]
    assert found["gain"]["residential"] == 300
    assert found["added"]["residential"] == 180  # A serves 120 of them
    assert (found["site_id"], found["loss"]) == ("A", pytest.approx(0, abs=1e-6))
    assert found["reasons"]["en"][-3:] == [
        "a station there alone, with room for all, would serve 300 residents, 40 workers",
        "on top of the choice, with room for all, it would serve 180 residents, 40 workers",
        "in the place of A, with as much room, it would serve as many",
    ]


def test_alternatives_and_repeats_count_people_served(tmp_path):
    some = street_run(tmp_path, more="[uncertainty]\nrepeats = 3\nseed = 1")
    content = with_room(some, [120, 100, 200, 0]).content
    losses = {row["without"]: row["loss"] for row in content["alternatives"]}
    # Without C: A 120, B 100. Without A and W, which is near it: B and C 300.
    assert losses == {"C": 100, "A": 20}
    assert content["robustness"]["value_high"] <= 320
    assert content["robustness"]["stands"] == 3
    assert any("serves 100 people fewer" in text for text in content["sites"][0]["reasons"]["en"])


def test_who_is_in_doubt_gets_what_room_is_left(tmp_path):
    some = street_run(
        tmp_path, facilities=(("F", "Station", 0, 0), ("U", "Unjoined", 2500, 500))
    )  # e cannot be judged
    content = with_room(some, [0, 0, 320, 0], n_sites=1).content
    (site,) = content["sites"]
    assert (site["gain"]["residential"], site["gain_unknown"], site["served"]) == (300, 20, 320)
    assert content["value"] == 300


def test_a_comparison_says_that_it_counts_the_walk_and_not_the_room(run, two, tmp_path, capsys):
    content = compare_scenarios(run.inputs, [build_scenario(two.scenario, file="s.json")]).content
    [found] = content["scenarios"]
    assert found["room"] == 320
    assert [(row["id"], row["newly_covered"], row["capacity"]) for row in found["ledger"]] == [
        ("C", 360, 200), ("A", 300, 120),
    ]  # fmt: skip
    print_comparison(tmp_path, content)
    told = capsys.readouterr().out
    assert (
        "covered here is whoever is within the walk, whatever room a station has; those added have "
        "room for 320 people in all\n"
    ) in told
    assert "1. add corner C: newly covered 360, 0 lost (residents), room for 200" in told
    print_proposal(tmp_path, two.content)
    assert (
        "site 1: corner C (C), serves 200 residents, room for 200, 160 residents turned away"
        in (capsys.readouterr().out)
    )


@pytest.mark.parametrize(
    ("model", "line"),
    [
        ("p-median", "asked for: the least walking to the nearest station by those who can be"),
        (
            "p-center",
            "asked for: the shortest longest walk of those who can be judged: 7.5 minutes",
        ),
        ("backup", "asked for: most people with two stations within the walk: "),
        ("lscp", "asked for: the fewest sites that cover 100% of those who can be judged: 2 sites"),
        ("fairness", "asked for: the share of the worst town as high as can be, then most people"),
    ],
)
def test_every_model_says_what_it_was_asked_for_and_in_which_unit(run, model, line):
    case = build_siting_case(run, candidates(crs=run.network.crs))
    sites = None if model == "lscp" else 2
    content = propose(case, SiteQuestion(model=model, n_sites=sites, options=FAST)).content
    assert any(text.startswith(line) for text in content["reasons"]["en"]), content["reasons"]["en"]
    assert any(text.startswith("目标：") for text in content["reasons"]["zh"])


def most(reach, people, worth, room, sites):
    """The most worth that some sites can serve, by another solver."""
    arcs = [(i, j) for j in sites for i in np.flatnonzero(reach[:, j])]
    if not arcs:
        return 0.0
    rows = [[float(i == k) for i, _ in arcs] for k in range(len(people))]
    rows += [[float(j == k) for _, j in arcs] for k in sites]
    gain = -worth[[i for i, _ in arcs]]
    limit = np.concatenate([people, room[list(sites)]])
    return float(-linprog(gain, A_ub=rows, b_ub=limit).fun)


@pytest.mark.parametrize("seed", range(20))
def test_room_is_shared_out_in_the_best_way_site_by_site(seed: int):
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(2, 9)), int(rng.integers(1, 6))
    reach = rng.random((n, k)) < 0.5
    row, col = np.nonzero(reach)
    minutes = csr_array((rng.uniform(0, 15, len(row)), (row, col)), shape=(n, k))
    people = rng.integers(0, 30, n) + rng.choice([0.0, 0.25], n)
    worth = rng.choice([1.0, 0.5, 2.0] if seed % 2 else [1.0], n)
    room = rng.integers(0, 40, k).astype(float)
    served = allocate_people(minutes, people, worth, room).toarray()
    assert (served >= 0).all()
    assert (served.sum(axis=1) <= people + 1e-6).all()
    assert (served.sum(axis=0) <= room + 1e-6).all()
    assert (served[~reach] == 0).all()
    # Where all count alike, every site adds to those before it all that it can.
    for step in range(k - 1 if seed % 2 else 0, k):
        best = most(reach, people, worth, room, range(step + 1))
        assert worth @ served[:, : step + 1].sum(axis=1) == pytest.approx(best, abs=1e-5)
    order, gains = order_by_served(minutes, people, worth, room)
    left = list(range(k))
    for step, column in enumerate(order):
        sofar = [int(c) for c in order[:step]]
        adds = [most(reach, people, worth, room, [*sofar, c]) for c in left]
        assert gains[: step + 1].sum() == pytest.approx(max(adds), abs=1e-5)
        left.remove(int(column))
    assert pd.Series(gains).is_monotonic_decreasing or np.allclose(gains, np.sort(gains)[::-1])
