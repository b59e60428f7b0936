"""Proposals on a street small enough to work out by hand."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from planner.crs import to_wgs84
from planner.errors import InfeasibleError, SitingError
from planner.maps._map_grid import MapGrid
from planner.maps._proposal_payload import build_proposal_payload
from planner.siting import GroupLimit, SolveOptions
from planner.siting._question_checks import weights_of
from planner.siting.propose import propose
from planner.siting.question import SiteQuestion, pose
from planner.siting.siting_case import build_siting_case
from planner.texts.messages import translate
from tests.siting.street import SITES, candidates, street_run

FAST = SolveOptions(time_limit_s=10.0, gap=0.0, rounds=20)


def question(**options) -> SiteQuestion:
    return SiteQuestion(**({"n_sites": 2, "options": FAST} | options))


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return street_run(tmp_path_factory.mktemp("street"))


@pytest.fixture(scope="module")
def case(result):
    return build_siting_case(result, candidates(crs=result.network.crs))


@pytest.fixture(scope="module")
def two(case):
    """A and C: 100 + 200 in the west, 300 + 60 in the east."""
    return propose(case, question())


def test_the_best_two_sites_are_chosen_and_proved(two):
    content = two.content
    assert [site["site_id"] for site in content["sites"]] == ["C", "A"]
    assert (content["value"], content["gap"], content["status"]) == (660, 0, "proved")
    assert content["unit"] == "residents"
    assert content["people_before"] == 1000
    assert content["bound"] == pytest.approx(660, abs=1e-3)


def test_of_candidates_that_serve_the_same_the_one_with_the_higher_score_is_taken(case):
    posed = pose(case, question())
    assert dict(zip(posed.ids, posed.needless, strict=True)) == {
        "A": False, "B": True, "C": False, "W": True,
    }  # fmt: skip


def test_people_are_counted_by_kind_and_never_added_up(two):
    east, west = two.content["sites"]
    assert east["gain"] == {"residential": 360, "industrial": 0, "commercial": 0}
    assert west["gain"] == {"residential": 300, "industrial": 40, "commercial": 0}
    assert two.content["gain"] == {"residential": 660, "industrial": 40, "commercial": 0}


def test_the_order_stands_beside_the_best_of_each_size(two):
    assert two.content["order"] == [
        {"step": 1, "site_id": "C", "gain": 360, "total": 360, "free_value": 360},
        {"step": 2, "site_id": "A", "gain": 300, "total": 660, "free_value": 660},
    ]


def test_the_curve_flattens_when_everybody_is_covered(two):
    rows = two.content["curve"]
    assert [(row["sites"], row["value"], row["step"]) for row in rows] == [
        (1, 360, 360), (2, 660, 300),
    ]  # fmt: skip
    assert [row["share_residential"] for row in rows] == [round(1360 / 1660, 4), 1.0]


def test_towns_before_and_after(two):
    towns = {row["town"]: row for row in two.content["towns"]}
    assert towns["West"]["residents_gained"] == 300
    assert (towns["West"]["share_before"], towns["West"]["share_after"]) == (0, 1)
    assert towns["East"]["share_before"] == round(1000 / 1360, 4)
    assert two.content["share_today"] == round(1000 / 1660, 4)
    assert two.content["share_after"] == 1
    for when in ("today", "planned", "after"):
        low, share, high = (two.content[f"share_{end}{when}"] for end in ("low_", "", "high_"))
        assert low <= share <= high


def test_what_stays_says_why(case):
    content = propose(case, question(n_sites=1)).content
    (row,) = content["stays"]
    assert (row["cause"], row["residents"], row["residents_in_reach"]) == ("too far", 300, 300)
    assert row["gaps"] == 1


def test_changes_have_the_walks_before_and_after(two):
    changes = two.layers["changes"].set_index("demand_id")
    assert set(changes["change"]) == {"gained"}
    assert set(changes.index) == {
        "residential:a", "residential:b", "residential:d", "residential:e", "industrial:w",
    }  # fmt: skip
    row = changes.loc["residential:d"]  # from 1500 to the station at 0, and to C at 1300
    assert (row["nearest_before"], row["nearest_after"]) == ("F", "C")
    assert row["minutes_before"] == pytest.approx(22.5, abs=0.01)
    assert row["minutes_after"] == pytest.approx(3.0, abs=0.01)


def test_frontage_reaches_as_far_as_nearly_all_of_the_gain_is_kept(two):
    # C at 1300 reaches 1500 and 1900; both are reached from 900 to the end at 2000, and places are
    # looked for within 400 m. A at -1700: from -2000 to -1300 all of 100 + 200 are reached.
    length_m = two.layers["frontages"].groupby("site_id")["length_m"].sum()
    assert length_m["C"] == pytest.approx(800, abs=1)
    assert length_m["A"] == pytest.approx(700, abs=1)
    assert two.layers["frontages"]["kept_share"].min() >= 0.95
    assert set(two.layers["frontages"].geom_type) == {"LineString"}
    assert [site["frontage_m"] for site in two.content["sites"]] == [
        pytest.approx(800, abs=1), pytest.approx(700, abs=1),
    ]  # fmt: skip


def test_alternatives_do_without_a_site_and_its_surroundings(two):
    first, second = two.content["alternatives"]
    assert (first["without"], first["loss"], set(first["site_ids"])) == ("C", 0, {"A", "B"})
    # W at -1950 is 250 m from A, so nothing is left in the west: all of its 300 are lost.
    assert (second["without"], second["loss"], set(second["site_ids"])) == ("A", 300, {"C"})
    layer = two.layers["alternatives"]
    assert sorted(layer[layer["rank"] == 1]["site_id"]) == ["A", "B"]


def test_reasons_in_both_languages(two):
    east = two.content["sites"][0]
    assert "新增覆盖居民 360 人" in east["reasons"]["zh"]
    assert "newly covers 360 residents" in east["reasons"]["en"]
    assert "residents who gain: East (360)" in east["reasons"]["en"]
    assert any("2 new sites newly cover 660 residents" in x for x in two.content["reasons"]["en"])
    assert any("已证明是最优" in x for x in two.content["reasons"]["zh"])


def test_sites_become_a_scenario_and_everything_is_json(two):
    assert two.scenario["name"] == "proposal: 2 sites"
    assert [edit["id"] for edit in two.scenario["edits"]] == ["C", "A"]
    assert {edit["op"] for edit in two.scenario["edits"]} == {"add"}
    json.dumps(two.content, allow_nan=False)
    drawn_only = {"gaps_after", "change_areas"}
    of_file = {"sites", "candidates", "frontages", "alternatives", "changes"}
    assert set(two.layers) == of_file | drawn_only
    assert all(layer.crs == "EPSG:4326" for layer in two.layers.values())
    orders = two.layers["candidates"].set_index("site_id")["order"]
    assert orders.to_dict() == {"A": 2, "B": 0, "C": 1, "W": 0}


def test_workers_count_only_with_a_weight(case):
    plain = propose(case, question(n_sites=1, alternatives=0))
    weighted = propose(case, question(n_sites=1, alternatives=0,
                                      weights={"residential": 1, "industrial": 2}))  # fmt: skip
    assert plain.content["sites"][0]["site_id"] == "C"
    assert weighted.content["sites"][0]["site_id"] == "A"  # 300 + 2 x 40 against 360
    assert (weighted.content["value"], weighted.content["unit"]) == (380, "weighted people")


def test_forced_and_excluded_sites(case):
    content = propose(case, question(n_sites=1, forced=("W",))).content
    assert [site["site_id"] for site in content["sites"]] == ["W"]
    assert content["value"] == 300  # 50 m to a, 450 m to b
    content = propose(case, question(n_sites=1, excluded=("B", "C"))).content
    assert [site["site_id"] for site in content["sites"]] == ["A"]


def test_a_budget_takes_the_cheap_site(case):
    content = propose(case, question(n_sites=None, budget=4)).content
    assert {site["site_id"] for site in content["sites"]} == {"C", "W"}
    assert (content["value"], content["cost"]) == (660, 4)


def test_a_limit_of_a_town_says_what_it_costs(case):
    limits = (GroupLimit("East", most=0),)
    content = propose(case, question(limits=limits)).content
    assert content["limits"] == [{"label": "town East", "cost": 360}]
    assert content["free_value"] == 660
    assert any("the limit of town East costs 360" in text for text in content["reasons"]["en"])


def test_lscp_finds_the_fewest_sites(case):
    content = propose(case, question(model="lscp", n_sites=None)).content
    assert (content["value"], content["unit"], content["bound"]) == (2, "sites", 2)
    content = propose(case, question(model="lscp", n_sites=None, share=0.8)).content
    assert [site["site_id"] for site in content["sites"]] == ["C"]  # 1360 of 1660 are 82 %


@pytest.mark.parametrize("model", ["p-median", "backup", "fairness"])
def test_other_models_give_a_proposal_too(case, model):
    content = propose(case, question(model=model)).content
    assert content["model"] == model
    assert content["status"] == "proved"
    assert len(content["sites"]) <= 2


def test_fairness_raises_the_worst_town_first(case):
    content = propose(case, question(model="fairness", n_sites=1)).content
    assert content["sites"][0]["town"] == "West"  # nobody there is covered today


def test_p_median_says_who_counts_as_twice_the_cutoff(tmp_path):
    # Five minutes are 333 m, ten 667 m. B saves most, 300 x 7 + 60 x 7 of d and e, and leaves the
    # 300 of a and b with no walk of ten minutes; A would have been 200 m from each.
    result = street_run(tmp_path, service="cutoffs_minutes = [5]")
    case = build_siting_case(result, candidates(crs=result.network.crs))
    content = propose(case, question(model="p-median", n_sites=1)).content
    # c walks 500 m, so 7.5 minutes; d and e 200 m, so 3.
    assert content["value"] == pytest.approx(300 * 10 + 1000 * 7.5 + 360 * 3, rel=1e-3)
    note = (
        "300 people still reach nothing that serves them within 10 minutes and count as 10 minutes "
        "each"
    )
    assert content["notes"] == [note]
    assert translate(note) == "仍有 300 人在 10 分钟内到不了任何服务他们的站点，每人按 10 分钟计"
    both = propose(case, question(model="p-median", n_sites=2)).content
    assert both["notes"] == []


def test_p_center_says_who_cannot_be_reached(case):
    content = propose(case, question(model="p-center", n_sites=2)).content
    # From a to A and from d to C 200 m each, from e to C 600 m; c walks 500 m to the station.
    assert {site["site_id"] for site in content["sites"]} == {"A", "B"}
    assert content["value"] == pytest.approx(7.5, abs=0.01)  # c: 500 m


def test_capacity_is_asked_for_by_one_model(case, result):
    with pytest.raises(SitingError, match="no candidate has a capacity"):
        pose(case, question(model="capacitated"))
    sized = candidates(crs=result.network.crs, capacity=[50.0, 70.0, np.nan, np.nan])
    content = propose(build_siting_case(result, sized), question(model="capacitated")).content
    assert (content["value"], {s["site_id"] for s in content["sites"]}) == (120, {"A", "B"})
    assert content["notes"] == ["2 candidates have no capacity and were left out"]


def test_with_a_closure_allowed_the_answer_is_no_worse(case):
    content = propose(case, question(n_sites=1, closures=1)).content
    assert content["closed"] in ([], ["F"])
    assert content["value"] >= 360


def test_one_of_two_stations_side_by_side_closes_for_a_new_site(tmp_path):
    two = street_run(tmp_path, facilities=(("F", "Station", 0, 0), ("G", "Other", 100, 0)))
    case = build_siting_case(two, candidates(crs=two.network.crs))
    content = propose(case, question(n_sites=1, closures=1)).content
    assert len(content["closed"]) == 1  # F and G serve the same people, so one of them may close
    assert content["value"] == 660
    assert content["lost"] == {"residential": 0, "industrial": 0, "commercial": 0}
    edits = propose(case, question(n_sites=1, closures=1)).scenario["edits"]
    assert [edit["op"] for edit in edits] == ["add", "add", "close"]


def test_centres_never_close(tmp_path):
    rows = (("F", "Centre", "town", 0, 0),)
    run = street_run(tmp_path, facilities=rows, heading="facility_id,name,level")
    case = build_siting_case(run, candidates(crs=run.network.crs))
    with pytest.raises(SitingError, match="there is no station that may close"):
        propose(case, question(closures=1))


def test_people_near_a_centre_stay_covered_while_stations_close(tmp_path):
    """The centre serves the 1,000 in the middle, and G the 360 in the east: 300 can be gained."""
    rows = (("F", "Centre", "town", 0, 0), ("G", "Station", "neighbourhood", 1600, 0))
    run = street_run(tmp_path, facilities=rows, heading="facility_id,name,level")
    case = build_siting_case(run, candidates(crs=run.network.crs))
    content = propose(case, question(n_sites=1, closures=1)).content
    assert (content["value"], content["closed"]) == (300, [])


def test_losses_are_told_in_what_the_model_counts(case):
    content = propose(case, question(model="p-median", n_sites=1)).content
    (site,) = content["sites"]
    assert any("person-minutes" in text for text in site["reasons"]["en"])
    assert any("人·分钟" in text for text in site["reasons"]["zh"])


def test_planned_stations_are_locked_in_and_shown_apart(tmp_path):
    rows = (("F", "Station", "open", 0, 0), ("P", "Planned", "planned", 1600, 0))
    run = street_run(tmp_path, facilities=rows, heading="facility_id,name,status")
    case = build_siting_case(run, candidates(crs=run.network.crs))
    proposal = propose(case, question())
    assert proposal.scenario["name"] == "proposal: 1 site"
    content = proposal.content
    assert content["value"] == 300  # the west alone: P, which is planned, covers the east
    assert content["people_planned"] == 360
    assert (content["share_today"], content["share_planned"]) == (
        round(1000 / 1660, 4), round(1360 / 1660, 4),
    )  # fmt: skip
    assert (content["planned"]["residential"], content["whole_area"]["residents_left"]) == (360, 0)
    assert (
        "beside them stations already planned cover 360 residents, which alone brings the share of "
        "residents from 60.2% to 81.9%"
    ) in content["reasons"]["en"]
    assert any("居民 360 人由已规划站点覆盖" in text for text in content["reasons"]["zh"])
    assert any("only 1 site brings anything" in text for text in content["reasons"]["en"])


@pytest.mark.parametrize("people_of_d", [300, 1])
def test_sentence_list_and_map_count_those_of_planned_stations_alike(tmp_path, people_of_d):
    """P will cover d, in a gap, and e, whom an unjoined station keeps in doubt today."""
    homes = [("a", 100, -1900, 0), ("b", 200, -1500, 0), ("c", 1000, 500, 0),
             ("d", people_of_d, 1400, 0), ("e", 60, 1900, 0)]  # fmt: skip
    rows = (("F", "Station", "open", 0, 0), ("P", "Planned", "planned", 1600, 0),
            ("U", "Unjoined", "open", 2500, 500))  # fmt: skip
    run = street_run(
        tmp_path, facilities=rows, heading="facility_id,name,status",
        tables={"people.csv": homes, "workers.csv": [("w", 40, 1400, 0)]},
    )  # fmt: skip
    case = build_siting_case(run, candidates({"A": (-1000, 3, 0.5)}, crs=run.network.crs))
    proposal = propose(case, question(n_sites=1))
    content = proposal.content
    assert content["gain"]["residential"] == 300
    assert content["planned"] == {
        "residential": people_of_d + 60, "industrial": 40, "commercial": 0,
    }  # fmt: skip
    # Today e is in doubt, whatever is planned.
    everybody = 1360 + people_of_d
    assert (content["share_today"], content["share_high_today"]) == (
        round(1000 / (1300 + people_of_d), 4), round(1060 / everybody, 4),
    )  # fmt: skip
    layers = {name: to_wgs84(layer) for name, layer in run.layers.items()} | proposal.layers
    last = [row for row in run.summary["coverage"] if row["cutoff_minutes"] == 15]
    shown = build_proposal_payload(content, layers, last, MapGrid(lon=121.0, lat=31.0))["after"]
    rows = {row["kind"]: row for row in shown["coverage"] if row["area"] == "all"}
    assert (rows["residential"]["gap"], rows["residential"]["planned"]) == (0, people_of_d + 60)
    assert (rows["residential"]["gained"], rows["residential"]["gained_unknown"]) == (300, 0)
    assert (rows["industrial"]["gap"], rows["industrial"]["planned"]) == (0, 40)
    for kind in ("residential", "industrial"):
        assert sum(shown["gaps"][f"people_{kind}"]) == rows[kind]["gap"]


def test_whether_the_choice_survives_the_ranges(tmp_path):
    run = street_run(tmp_path, more="[uncertainty]\nrepeats = 4\nseed = 1")
    robust = propose(build_siting_case(run, candidates(crs=run.network.crs)), question()).content
    assert robust["robustness"]["runs"] == 4
    assert robust["robustness"]["stands"] == 4
    assert robust["robustness"]["sites"] == {"A": 1, "C": 1}
    assert robust["sites"][1]["runs_share"] == 1
    assert robust["robustness"]["value_low"] <= 660
    # Whom the run covered in all repeats is not asked again: that changes nothing.
    demand = run.layers["demand"]
    assert (demand["covered_share"] == 1).any()
    everybody = replace(run, layers=run.layers | {"demand": demand.assign(covered_share=0.0)})
    again = build_siting_case(everybody, candidates(crs=run.network.crs))
    assert propose(again, question()).content["robustness"] == robust["robustness"]


def test_a_walk_rounded_down_to_the_cutoff_still_counts_as_too_long(case):
    rounded = case.demand.assign(minutes=case.demand["minutes"].round(0))
    rounded.loc[case.demand["demand_id"] == "residential:d", "minutes"] = 15.0
    read = replace(case, demand=rounded)
    assert propose(read, question()).content["value"] == 660


def test_nothing_is_repeated_where_the_plan_has_no_repeats(two):
    assert two.content["robustness"]["runs"] == 0
    assert two.content["sites"][0]["runs_share"] is None


def lonlat(x):
    from tests.cities.small_plan import lonlat

    return tuple(lonlat(x, 0))


def test_why_not_there(case):
    found = propose(case, question(n_sites=1, why_not=lonlat(-1200))).content["why_not"]
    # At -1200 both of the west are reached, a over 700 m and b over 300 m; the choice is C.
    assert found["gain"]["residential"] == 300
    assert found["added"]["residential"] == 300
    assert (found["site_id"], found["loss"]) == ("C", 60)
    assert found["nearest"]["facility_id"] == "F"
    assert found["nearest"]["minutes"] == pytest.approx(18, abs=0.01)
    assert "in the place of C it would cover 60 people fewer" in found["reasons"]["en"]


def test_why_not_where_everybody_is_covered(case):
    found = propose(case, question(n_sites=1, why_not=lonlat(600))).content["why_not"]
    assert found["covered_today"]["residential"] == 1000
    assert found["by"] == [{"facility_id": "F", "name": "Station", "residents": 1000}]
    # d at 1500 is 900 m away, and C serves it already.
    assert (found["gain"]["residential"], found["added"]["residential"]) == (300, 0)


def test_why_not_off_every_street(case):
    from tests.cities.small_plan import lonlat

    place = tuple(lonlat(1000, 900))
    found = propose(case, question(n_sites=1, why_not=place)).content["why_not"]
    assert found["joined"] is False
    assert found["reasons"]["en"] == ["no street within 100 m can be reached from there"]


def test_why_not_outside_the_area(case):
    with pytest.raises(SitingError, match=r"lies outside the area; give a place inside"):
        propose(case, question(why_not=(0.0, 0.0)))
    with pytest.raises(SitingError, match="is no longitude, latitude"):
        propose(case, question(why_not=(500.0, 0.0)))


def test_without_a_number_all_candidates_may_be_chosen_up_to_ten(case):
    # Four stand there; one is excluded. A and C gain all, so no third one is taken.
    content = propose(case, SiteQuestion(options=FAST, excluded=("W",))).content
    assert content["value"] == 660
    assert content["question"]["n_sites"] == 3
    by_money = propose(case, SiteQuestion(options=FAST, budget=1000.0)).content
    assert by_money["question"]["n_sites"] is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_sites": 5}, "5 sites are asked for but there are 4 candidates; ask for 4"),
        ({"n_sites": 0}, "sites: 0 will not do; give a number from 1 to 10,000"),
        ({"n_sites": 10**400}, "sites: a number of many digits will not do"),
        ({"budget": float("nan")}, "budget: nan will not do; give a number from 0 to 1,000,000"),
        ({"budget": float("inf")}, "budget: inf will not do"),
        ({"budget": -1.0}, "budget: -1 will not do"),
        ({"spacing_m": float("nan")}, "spacing_m: nan will not do; give a number from 0 to 100,"),
        ({"model": "lscp", "n_sites": None, "share": float("nan")}, "share is nan"),
        ({"weights": {"residential": float("inf")}}, "weights: residential is inf; give a number"),
        ({"weights": {"residential": 1e308}}, "from 0 to 1,000"),
        ({"options": SolveOptions(time_limit_s=float("nan"))}, "time limit: nan will not do"),
        ({"options": SolveOptions(time_limit_s=1e308)}, "seconds above 0, at most 86,400"),
        ({"options": SolveOptions(gap=float("nan"))}, "gap: nan will not do"),
        ({"why_not": (float("nan"), 0.0)}, "why-not: nan,0 is no longitude, latitude"),
        ({"n_sites": None, "budget": 0.5}, "the budget of 0.5 is below the cheapest site, 1"),
        ({"model": "best"}, "there is no model 'best'; give one of mclp"),
        ({"share": 0.5}, "a share is asked of lscp alone"),
        ({"model": "lscp", "n_sites": None, "share": 1.5}, "share is 1.5"),
        ({"forced": ("AA",)}, "force: there is no candidate 'AA'; did you mean A?"),
        ({"excluded": ("nowhere",)}, "exclude: there is no candidate 'nowhere'; see the layer"),
        ({"forced": ("A",), "excluded": ("A",)}, "A is both forced and excluded"),
        ({"forced": ("A", "B", "C")}, "3 sites are forced but 2 allowed"),
        ({"weights": {"residents": 1.0}}, "weights: there is no kind 'residents'"),
        ({"weights": {"residential": 0.0}}, "weights: nobody counts"),
        ({"weights": {"commercial": 1.0}}, "nobody whom the weights count is left out"),
        ({"closures": -1}, "closures: -1 will not do"),
        ({"limits": (GroupLimit("West", least=3),)}, "town West: at least 3 sites, it has 2"),
        (
            {"limits": (GroupLimit("West", least=2), GroupLimit("East", least=1))},
            "the towns ask for at least 3 sites, n_sites is 2",
        ),
        (
            {"options": SolveOptions(time_limit_s=-1)},
            "time limit: -1 will not do; give seconds above 0",
        ),
        ({"options": SolveOptions(gap=2)}, "gap: 2 will not do"),
    ],
)
def test_a_question_that_cannot_be_asked(case, options, message):
    with pytest.raises(SitingError, match=message) as caught:
        propose(case, question(**options))
    assert "\n" not in str(caught.value)


def test_a_share_that_no_choice_reaches_names_the_gaps(result):
    east = {name: row for name, row in SITES.items() if row[0] > 0}
    case = build_siting_case(result, candidates(east, crs=result.network.crs))
    with pytest.raises(InfeasibleError) as caught:
        propose(case, question(model="lscp", n_sites=None))
    assert "no candidate reaches 300 residents within 15 minutes" in str(caught.value)
    assert "ask for a share of at most 0.8192" in str(caught.value)  # 1360 of 1660
    nameless = replace(case, gaps=case.gaps.assign(name=""))
    with pytest.raises(InfeasibleError, match=r"minutes: gap:industrial:w \(300\);"):
        propose(nameless, question(model="lscp", n_sites=None))


def test_candidates_far_from_everybody_left_out(result):
    case = build_siting_case(result, candidates({"M": (0, 3, 0)}, crs=result.network.crs))
    with pytest.raises(InfeasibleError, match="no candidate reaches anybody who is left out"):
        propose(case, question(n_sites=1))


def test_candidates_that_cannot_be_told_apart(result):
    table = candidates(crs=result.network.crs)
    with pytest.raises(SitingError, match="there are no candidate sites"):
        build_siting_case(result, table.iloc[:0])
    with pytest.raises(SitingError, match="'A' stands twice"):
        build_siting_case(result, pd.concat([table, table.iloc[:1]]))
    with pytest.raises(SitingError, match="'F' stands twice or is that of a facility"):
        build_siting_case(result, table.assign(site_id=["A", "B", "C", "F"]))
    with pytest.raises(SitingError, match="lack the columns cost"):
        build_siting_case(result, table.drop(columns="cost"))


def test_a_budget_needs_costs(result):
    table = candidates(crs=result.network.crs, cost=[np.nan, 3.0, 3.0, 1.0])
    with pytest.raises(SitingError, match="1 candidates have no cost, like A"):
        pose(build_siting_case(result, table), question(budget=5))


@pytest.mark.parametrize(
    "text", ["residential", "residential=x", "=1", "", "residential=1,residential=2", "x" * 10**6]
)
def test_weights_that_cannot_be_read(text):
    with pytest.raises(SitingError, match="weights: "):
        weights_of(text)


def test_weights_are_read():
    assert weights_of("residential=1, industrial=0.5") == {"residential": 1, "industrial": 0.5}


def test_an_answer_that_stops_early_is_none_the_less_one(case):
    early = SolveOptions(time_limit_s=10.0, exact=False)
    content = propose(case, question(options=early)).content
    assert content["status"] in ("first answer", "proved")
    assert content["value"] <= content["bound"]
