"""Scenarios under conditions by hand: who is lost on ice or in a flood, before and after an edit.

Everybody walks 100 metres a minute, so the cutoff of 15 minutes is 1,500 m. The street runs from
-2,000 to 2,000 m, its station stands at 0, and a street from 1,000 m south to 1,000 m north
crosses it there.
"""

import json

import pytest
from shapely.geometry import box

from planner.cli.printing import print_comparison
from planner.reports.comparison_files import build_count_table
from planner.run import run_plan
from planner.scenarios import compare_scenarios
from tests.cities.small_plan import inputs_of, write_polygons
from tests.run.test_named_conditions import SERVICE, WALK
from tests.scenarios.test_by_hand import HOMES, WIDE, add, at, scenario

#: Half as fast: 750 m are within 15 minutes on ice.
ICE = '[[conditions]]\nname = "ice"\ntitle = "Ice"\n[[conditions.speeds]]\nfactor = 0.5\n'
FLOOD = '[[conditions]]\nname = "flood"\nclosed_area = "flood.geojson"\n'
#: Minutes on foot, and on ice: 3 and 6, 7 and 14, 10 and 20, 19 and 38.
HOMES_AT = [
    ("near", 1, 300, 0),
    ("mid", 10, 700, 0),
    ("far", 100, -1000, 0),
    ("out", 1000, 1900, 0),
]


def plan(folder, conditions, *, homes=HOMES_AT, more=""):
    return inputs_of(
        folder, HOMES, tables={"homes.csv": homes}, service=SERVICE, known="everywhere",
        more=f"{WALK}{more}{conditions}", bounds=WIDE,
    )  # fmt: skip


def row_of(found, condition, *, profile="walk", kind="residential"):
    """Return the row of a condition for the whole area."""
    wanted = {"area": "all", "condition": condition, "profile": profile, "kind": kind}
    [row] = [row for row in found["conditions"] if wanted.items() <= row.items()]
    return row


def told(row):
    names = ("covered_before", "covered_after", "gained", "lost", "lost_then_before",
             "lost_then_after")  # fmt: skip
    return [row[name] for name in names]


def test_a_new_station_saves_on_ice_whom_the_old_one_loses(tmp_path):
    """At -700 m it is 300 m from `far`: 6 minutes on ice, and no longer 20."""
    inputs = plan(tmp_path, ICE)
    comparison = compare_scenarios(inputs, [scenario(add("N", -700))])
    json.dumps(comparison.content, allow_nan=False)
    [found] = comparison.content["scenarios"]
    row = row_of(found, "ice")
    # Before 1 + 10 are covered on ice; the 100 are covered usually alone, in the end always.
    assert told(row) == [11, 111, 100, 0, 100, 0]
    assert (row["people"], row["gap_after"], row["newly_covered"]) == (1111, 1000, 100)
    # Usually nobody gains.
    [usual] = [one for one in found["totals"] if one["area"] == "all"]
    assert (usual["gained"], usual["covered_after"]) == (0, 111)
    # Before is what the run of the plan says.
    run = run_plan(inputs).summary["conditions"]
    [before] = [one for one in run if one["area"] == "all" and one["kind"] == "residential"]
    assert [before[name] for name in ("covered", "gap", "unknown", "lost")] == [11, 1100, 0, 100]
    table = comparison.tables["verdicts"]
    # Usually the new station is nearer, within 5 minutes: rows of other cutoffs name no condition.
    table = table[table["condition"].notna()]
    assert table[["demand_id", "condition", "change"]].to_numpy().tolist() == [
        ["residential:far", "ice", "gained"]
    ]
    counted = build_count_table(comparison.content)
    of_ice = counted[(counted["condition"] == "ice") & (counted["area"] == "all")]
    assert of_ice[["lost_then_before", "lost_then_after"]].to_numpy().tolist() == [[100, 0]]
    assert (counted["condition"] == "").any()


def test_a_closure_loses_more_on_ice(tmp_path):
    """The second station at 1,100 m stays: `mid` walks 400 m to it, 8 minutes on ice."""
    inputs = plan(tmp_path, ICE)
    edits = [add("N", 1100), {"op": "close", "id": "F"}]
    [found] = compare_scenarios(inputs, [scenario(*edits)]).content["scenarios"]
    # `out` is 800 m from it: 8 minutes, on ice 16. `near` walks 8 minutes, on ice 16 as well.
    assert told(row_of(found, "ice")) == [11, 10, 0, 1, 100, 1001]


def test_a_path_round_the_water_helps_in_a_flood_alone(tmp_path):
    """Water from 400 to 500 m: a path round it is 200 m longer than the street through it."""
    write_polygons(tmp_path / "flood.geojson", {"water": box(400, -50, 500, 50)})
    homes = [*HOMES_AT, ("wet", 7, 450, 0)]
    corners = [at(300, 0), at(300, 100), at(600, 100), at(600, 0)]
    path = {"op": "add_path", "id": "P", "path": [[one["lon"], one["lat"]] for one in corners]}
    inputs = plan(tmp_path, FLOOD, homes=homes)
    comparison = compare_scenarios(inputs, [scenario(path)])
    [found] = comparison.content["scenarios"]
    # `mid` is cut off before, and walks 9 minutes after. Whoever lives in the water is lost anyway.
    assert told(row_of(found, "flood")) == [101, 111, 10, 0, 17, 7]
    table = comparison.tables["verdicts"]
    assert table["demand_id"].tolist() == ["residential:mid"]
    assert table["condition"].tolist() == ["flood"]


def test_a_station_in_the_water_serves_nobody_then(tmp_path):
    write_polygons(tmp_path / "flood.geojson", {"water": box(-900, -50, -600, 50)})
    inputs = plan(tmp_path, FLOOD)
    [found] = compare_scenarios(inputs, [scenario(add("N", -700))]).content["scenarios"]
    assert told(row_of(found, "flood")) == [11, 11, 0, 0, 100, 100]
    assert found["additions_only"]


def test_people_who_come_are_lost_with_the_others(tmp_path):
    """40 come to a place 1,000 m east: 10 minutes, on ice 20."""
    inputs = plan(tmp_path, ICE)
    people = {"op": "add_people", "id": "E", "kind": "residential", "people": 40, **at(1000)}
    [found] = compare_scenarios(inputs, [scenario(people)]).content["scenarios"]
    row = row_of(found, "ice")
    assert told(row) == [11, 11, 0, 0, 100, 140]
    assert (row["people"], row["people_after"], row["came_covered"]) == (1111, 1151, 0)


def test_a_group_is_counted_as_it_walks(tmp_path):
    """The old walk 50 m a minute, on ice 25: within 375 m there is `near` alone."""
    more = (
        '[[profiles]]\nname = "old"\nlike = "walk"\nspeed_kmh = 3\n'
        '[[groups]]\nname = "elders"\nkind = "residential"\nprofile = "old"\nshare = 0.1\n'
    )
    inputs = plan(tmp_path, ICE, more=more)
    [found] = compare_scenarios(inputs, [scenario(add("N", 900))]).content["scenarios"]
    assert {row["profile"] for row in found["conditions"]} == {"walk", "old"}
    # Usually they get 750 m far: `mid` is lost on ice before, and 200 m from the new one after.
    assert told(row_of(found, "ice", profile="old")) == [1, 11, 10, 0, 10, 0]


def test_a_plan_without_conditions_says_nothing_of_them(tmp_path):
    comparison = compare_scenarios(plan(tmp_path, ""), [scenario(add("N", -700))])
    [found] = comparison.content["scenarios"]
    assert "conditions" not in found
    assert "titles" not in comparison.content
    assert "condition" not in comparison.tables["verdicts"]
    assert "condition" not in build_count_table(comparison.content)


def test_the_command_says_who_is_lost_before_and_after(tmp_path, capsys):
    comparison = compare_scenarios(plan(tmp_path, ICE), [scenario(add("N", -700))])
    print_comparison(tmp_path, comparison.content)
    said = capsys.readouterr().out
    told = "under Ice: residents covered 11 -> 111; covered usually and not then 100 -> 0"
    assert told in said.splitlines()


@pytest.mark.nightly
def test_conditions_of_several_edits_are_those_of_a_full_run(tmp_path):
    """The plan with the new station in its table, run by itself, says the same of ice."""
    inputs = plan(tmp_path, ICE)
    [found] = compare_scenarios(inputs, [scenario(add("N", -700), add("M", 1300))]).content[
        "scenarios"
    ]
    folder = tmp_path / "whole"
    folder.mkdir()
    whole = inputs_of(
        folder, HOMES, tables={"homes.csv": HOMES_AT}, service=SERVICE, known="everywhere",
        more=f"{WALK}{ICE}", bounds=WIDE,
        facilities=[("F", "Station", 0, 0), ("N", "N", -700, 0), ("M", "M", 1300, 0)],
    )  # fmt: skip
    run = run_plan(whole).summary["conditions"]
    [after] = [one for one in run if one["area"] == "all" and one["kind"] == "residential"]
    row = row_of(found, "ice")
    names = ("covered", "gap", "unknown", "share", "share_low", "share_high")
    assert [row[f"{name}_after"] for name in names] == [after[name] for name in names]
    assert row["lost_then_after"] == after["lost"]
