"""People who come and go: counted apart from those who stay, by hand, and against full runs."""

import pytest
from shapely.geometry import box

from planner.errors import SourceError
from planner.run import run_plan
from planner.scenarios import compare_scenarios
from tests.scenarios.test_as_full_runs import assert_as_a_run_of
from tests.scenarios.test_by_hand import (
    HOMES,
    PEOPLE,
    add,
    at,
    changes,
    compared,
    counts,
    ledger,
    scenario,
    small,
    total,
)

MOVED = ("people", "people_after", "came", "came_covered", "came_gained", "went", "went_covered")


def come(identifier, x, people, kind="residential", **more):
    return {"op": "add_people", "id": identifier, **at(x), "kind": kind, "people": people, **more}


def go(identifier, **more):
    return {"op": "remove_people", "id": identifier, **more}


def near(x, radius_m, **more):
    return {**at(x), "radius_m": radius_m, **more}


def test_who_arrives_covered_is_no_gain_of_a_station(tmp_path):
    found, comparison = compared(tmp_path, come("new", 500, 100, name="新苑"))
    row = total(found)
    assert counts(row) == [50, 150, 0, 0]
    assert counts(row, *MOVED) == [105, 205, 100, 100, 0, 0, 0]
    assert counts(row, "share_low_before", "share_low_after") == [
        round(50 / 105, 4), round(150 / 205, 4),
    ]  # fmt: skip
    assert ledger(found, "name", "gained", "came", "came_covered") == [["新苑", 0, 100, 100]]
    assert comparison.layers["changes"].empty
    [moved] = comparison.layers["people_changes"].to_dict("records")
    assert (moved["demand_id"], moved["people_before"], moved["people_after"]) == (
        "residential:new", 0, 100,
    )  # fmt: skip
    assert found["additions_only"]


def test_a_station_for_those_who_come_is_told_beside_its_gain(tmp_path):
    # 20 + 5 of today live there, and 100 come
    found, comparison = compared(tmp_path, come("new", 1300, 100), add("N", 1200, cost=5))
    row = total(found)
    assert counts(row) == [50, 175, 25, 0]
    assert counts(row, *MOVED) == [105, 205, 100, 100, 100, 0, 0]
    # each edit adds to those before it: to the station they are there already
    assert ledger(found, "op", "gained", "came", "came_covered", "gained_per_cost") == [
        ["add_people", 0, 100, 0, None], ["add", 125, 0, 0, 25],
    ]  # fmt: skip
    assert changes(comparison) == {"ee": "gained", "eee": "gained"}
    assert comparison.layers["changes"]["people"].tolist() == [20, 5]


def test_who_goes_is_not_lost(tmp_path):
    edits = [go("old", **near(-900, 150, share=0.5)), go("far", demand_ids=["residential:ww"])]
    found, comparison = compared(tmp_path, *edits)
    row = total(found)
    assert counts(row) == [50, 30, 0, 0]
    assert counts(row, *MOVED) == [105, 55, 0, 0, 0, 50, 20]
    assert counts(row, "gap_before", "gap_after") == [55, 25]
    assert ledger(found, "went", "went_covered", "lost") == [[20, 20, 0], [30, 0, 0]]
    assert not found["additions_only"]
    assert found["losers"] == []
    # of those who lose their station only those who still live there count
    found, _ = compared(tmp_path, edits[0], {"op": "move", "id": "F", **at(1000)})
    row = total(found)
    assert counts(row) == [50, 35, 25, 20]
    assert row["covered_after"] - row["covered_before"] == (
        row["gained"] - row["lost"] + row["came_covered"] - row["went_covered"]
    )
    assert found["losers"][0]["people"] == 20
    assert comparison.units["try"].loc["residential:w", "people_after"] == 20


def test_who_comes_can_go_again_and_a_kind_may_be_named(tmp_path):
    tables = {"homes.csv": PEOPLE, "work.csv": [("1", 500, -1300, 0)]}
    work = '[[demand]]\nkind = "industrial"\ntable = "work.csv"\npeople = "people"\n'
    found, _ = compared(
        tmp_path, come("new", -1250, 60), go("x", **near(-1250, 100, kind="residential")),
        go("y", demand_ids=["industrial:1"], share=0.2), tables=tables, demand=HOMES + work,
    )  # fmt: skip
    assert counts(total(found), *MOVED) == [105, 75, 0, 0, 0, 30, 0]
    assert counts(total(found, kind="industrial"), "people", "people_after") == [500, 400]
    assert [row["went_by_kind"]["industrial"] for row in found["ledger"]] == [0, 0, 100]


def test_towns_and_groups_of_those_who_come_and_go(tmp_path):
    more = '[[groups]]\nname = "old"\nkind = "residential"\nshare = 0.5\n'
    area = box(-2000, -1000, 2000, 1000)
    towns = {"West": box(-2000, -1000, 0, 1000), "East": box(0, -1000, 2000, 1000)}
    found, _ = compared(
        tmp_path, come("new", 500, 100, groups={"old": 7}), come("none", -400, 10),
        go("w", demand_ids=["residential:w"], share=0.25), more=more, area=area, towns=towns,
    )  # fmt: skip
    assert counts(total(found, "East"), "people", "people_after", "came_covered") == [35, 135, 100]
    assert counts(total(found, "West"), "people", "people_after", "went") == [70, 70, 10]
    assert counts(total(found, group="old"), *MOVED) == [52.5, 54.5, 7, 7, 0, 5, 5]


def test_scenarios_with_people_of_one_id_are_told_apart(tmp_path):
    one = scenario(come("new", 500, 100), name="one")
    two = scenario(come("new", 1300, 70), name="two")
    comparison = compare_scenarios(small(tmp_path), [one, two])
    found = {part["name"]: total(part) for part in comparison.content["scenarios"]}
    assert counts(found["one"], "people_after", "came_covered") == [205, 100]
    assert counts(found["two"], "people_after", "came_covered") == [175, 0]
    assert comparison.units["two"].loc["residential:new", "people_after"] == 70
    assert len(comparison.units["one"]) == len(PEOPLE) + 1
    alone = compare_scenarios(small(tmp_path), [two])
    assert alone.content["scenarios"][0] == comparison.content["scenarios"][1]


def test_edits_of_people_equal_a_run_of_the_edited_table(tmp_path):
    edits = [come("new", 1300, 100), go("w", demand_ids=["residential:w"], share=0.5)]
    service = "cutoffs_minutes = [5, 10]"
    inputs = small(tmp_path, service=service)
    comparison = compare_scenarios(inputs, [scenario(*edits, add("N", 1200))])
    rows = [("w", 20, -900, 0), *PEOPLE[1:], ("new", 100, 1300, 0)]
    stations = [("F", "Station", 0, 0), ("N", "N", 1200, 0)]
    edited = small(tmp_path, tables={"homes.csv": rows}, facilities=stations, service=service)
    assert_as_a_run_of(edited, comparison, minutes=1e-9)


def test_only_people_until_a_year_count(tmp_path):
    edits = [come("a", 500, 100, year=2028), come("b", 500, 40, year=2031), come("c", 400, 3)]
    asked = scenario(*edits).until(2030)
    [found] = compare_scenarios(small(tmp_path), [asked]).content["scenarios"]
    assert counts(total(found), "came") == [103]
    assert [row["edit"] for row in found["ledger"]] == [1, 3]
    assert found["warnings"] == ["1 edits of people come after 2030 and are left out"]
    with pytest.raises(SourceError, match=r"try\.json: has no edits to compare"):
        compare_scenarios(small(tmp_path), [scenario(edits[1]).until(2030)])


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ([come("w", 5, 10)], "add_people w: residential:w is there already; give the new one"),
        ([come("n", 5, 10), come("n", 6, 10)], "edit 2: add_people n: residential:n is there"),
        ([come("n", 9000, 10)], "lies outside the area, where nobody is counted; give lon"),
        ([come("n", 5, 10, groups={"old": 1})], "no group 'old'; its groups are: none"),
        ([go("n", demand_ids=["residential:W"])], "the id 'residential:W'; did you mean resid"),
        ([go("n", demand_ids=["zzz"])], "the id 'zzz'; look at the layer demand"),
        ([go("n", **near(300, 50))], "remove_people n: there is nobody to take away; correct"),
        ([go("n", **near(-900, 50, kind="commercial"))], "there is nobody to take away"),
        ([go("n", **near(-900, 50)), go("m", **near(-900, 50))], "edit 2: remove_people m: there"),
    ],
)
def test_edits_of_people_that_cannot_be_made(tmp_path, edits, message):
    with pytest.raises(SourceError, match=message) as caught:
        compare_scenarios(small(tmp_path), [scenario(*edits)])
    assert str(caught.value).isprintable()
    assert str(caught.value).startswith("try.json: edit ")


def test_groups_of_those_who_come_fit_them(tmp_path):
    more = '[[groups]]\nname = "old"\nkind = "residential"\nshare = 0.5\n'
    with pytest.raises(SourceError, match="11 people of group 'old', which is of kind residential"):
        compared(tmp_path, come("n", 5, 10, groups={"old": 11}), more=more)


def test_on_the_map_who_goes_leaves_the_gap(tmp_path):
    """ww (30) is a gap of its own in the west, ee and eee (25) in the east."""
    inputs = small(tmp_path, service="gap_join_m = 700")
    run = run_plan(inputs).layers
    edits = [go("x", demand_ids=["residential:ee"], share=0.5),
             go("y", demand_ids=["residential:ww"])]  # fmt: skip
    comparison = compare_scenarios(inputs, [scenario(*edits)])
    left = comparison.drawn_on(run)["gaps_after"]
    before = dict(zip(run["gaps"]["gap_id"], run["gaps"]["people_residential"], strict=True))
    after = dict(zip(left["gap_id"], left["people_residential"], strict=True))
    assert sum(before.values()) == 55
    assert sum(after.values()) == 55 - 30 - 10
