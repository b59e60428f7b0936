"""Before and after from tables: by hand, and as `planner compare` counts."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import planner
from planner import ArgumentError, compare
from planner.scenarios.compare import compare_scenarios
from planner.sources.scenario_file import load_scenario

# An adult walks 1,000 m in 15 minutes; the streets of the example lie 400 m apart.
KNOWN = {"known": "everywhere"}


@pytest.fixture(scope="module")
def town():
    return planner.load_example()


@pytest.fixture(scope="module")
def today(town):
    return planner.coverage(town.network, town.facilities, town.people, **KNOWN)


def test_gains_and_losses_by_hand(town, today):
    # Without F2 its own people are lost: H5 90 and H6 150, who have no other within 15 minutes.
    without = planner.coverage(town.network, town.facilities.loc[["F1"]], town.people, **KNOWN)
    change = compare(today, without)
    row = change.shares.iloc[0]
    assert (row["gained"], row["lost"]) == (0, 240)
    assert (row["covered_before"], row["covered_after"]) == (900, 660)
    assert change.units["change"].value_counts().to_dict() == {"": 7, "lost": 2}
    back = compare(without, today)
    assert back.units.loc[["H5", "H6"], "change"].tolist() == ["gained", "gained"]
    assert back.shares.iloc[0]["newly_covered"] == 240


def test_two_tables_of_facilities_are_judged_alike(town):
    change = compare(
        town.facilities.loc[["F1"]], town.facilities, network=town.network, people=town.people,
        **KNOWN,
    )  # fmt: skip
    assert change.shares.iloc[0]["gained"] == 240
    assert "240 gain, 0 lose" in repr(change)
    assert "gained" in change._repr_html_()


def test_people_who_come_and_go_are_told_apart(town, today):
    people = town.people.drop(index="H1").copy()
    people.loc["H2", "people"] = 100  # 80 before
    people.loc["new"] = people.loc["H4"]  # 260 people at the place of H4
    change = compare(today, planner.coverage(town.network, town.facilities, people, **KNOWN))
    row = change.shares.iloc[0]
    assert (row["people"], row["people_after"]) == (1200, 1200 - 120 + 20 + 260)
    assert (row["came"], row["went"]) == (280, 120)
    assert (row["came_covered"], row["went_covered"]) == (280, 120)
    assert (row["gained"], row["lost"]) == (0, 0)
    assert row["covered_after"] - row["covered_before"] == 280 - 120
    assert set(change.units["change"]) == {""}


def test_those_who_could_not_be_judged_are_counted_apart(town):
    edge = planner.coverage(town.network, town.facilities.loc[["F1"]], town.people)
    unknown = edge.units.index[edge.units["verdict"] == "unknown"]
    assert len(unknown)
    now = planner.coverage(town.network, town.facilities, town.people)
    row = compare(edge, now).shares.iloc[0]
    gained = now.units["verdict"].eq("covered") & edge.units["verdict"].ne("covered")
    doubt = gained & edge.units["verdict"].eq("unknown")
    assert row["gained_unknown"] == now.units.loc[doubt, "people"].sum()
    assert row["newly_covered"] == now.units.loc[gained & ~doubt, "people"].sum()


def test_the_same_as_planner_compare(town, today):
    """The example's scenario closes or adds; its facilities as a table give the same counts."""
    inputs = planner.load_inputs(town.plan)
    scenario = load_scenario(town.folder / "scenario.json")
    theirs = compare_scenarios(inputs, [scenario]).content["scenarios"][0]["totals"][0]
    added = [(edit.op, edit.id) for edit in scenario.edits]
    assert added == [("add", "C1")]
    more = pd.concat([town.facilities, town.candidates.loc[["C1"], ["name", "geometry"]]])
    after = planner.coverage(town.network, gpd.GeoDataFrame(more), town.people, **KNOWN)
    ours = compare(today, after).shares.iloc[0]
    for name in ("people", "covered_before", "covered_after", "gained", "lost", "newly_covered"):
        assert ours[name] == theirs[name], name
    assert ours["lost"] == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cutoffs_minutes": [5, 10]}, "judged within other minutes"),
        ({"profile": "elderly"}, "judged as other walkers"),
    ],
)
def test_different_questions_are_refused(town, today, options, message):
    other = planner.coverage(town.network, town.facilities, town.people, **KNOWN, **options)
    with pytest.raises(ArgumentError, match=message):
        compare(today, other)


def test_what_cannot_be_meant_is_refused(town, today):
    with pytest.raises(ArgumentError, match="a Coverage and a table"):
        compare(today, town.facilities)
    with pytest.raises(ArgumentError, match="give both"):
        compare(town.facilities, town.facilities, people=town.people)
    with pytest.raises(ArgumentError, match="a Coverage has its own people"):
        compare(today, today, people=town.people)
    people = town.people.assign(kind="residential")
    people.loc["H1", "kind"] = "industrial"
    other = planner.coverage(town.network, town.facilities, people, **KNOWN)
    with pytest.raises(ArgumentError, match="the place 'H1' is of another kind before and after"):
        compare(today, other)


def test_other_rules_and_moved_places_are_refused(town, today):
    box = gpd.GeoSeries([shapely.box(*town.people.total_bounds)], crs=4326)
    moved = town.people.set_geometry(
        gpd.GeoSeries([*town.people.geometry[1:], town.people.geometry.iloc[0]],
                      index=town.people.index, crs=4326)
    )  # fmt: skip
    for options, people, told in (
        ({"known": box}, town.people, "another known; give both coverages the same known="),
        ({}, town.people, "another known"),
        (KNOWN | {"area": box}, town.people, "another area"),
        (KNOWN | {"complete": True}, town.people, r"another complete \(False and True\)"),
        (KNOWN | {"access": planner.AccessRules(50)}, town.people, "another access"),
        (KNOWN, moved, r"the place 'H1' stands [\d,]+ m from where it stood before \(9 places"),
    ):
        other = planner.coverage(town.network, town.facilities, people, **options)
        with pytest.raises(ArgumentError, match=told):
            compare(today, other)
    more = planner.coverage(town.network, town.facilities, town.people.assign(people=200), **KNOWN)
    change = compare(today, more)
    assert change.shares.iloc[0]["people_after"] == 1800
    assert "75.0% (75.0%-75.0%) ->" in repr(change)
