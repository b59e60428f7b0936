"""What passes for run.json, summary.json and layers of a run, and what does not."""

from copy import deepcopy

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from planner.sources._result_shape import (
    find_layer_fault,
    find_run_fault,
    find_summary_fault,
    find_table_fault,
)

RUN = {"title": "City", "language": "en", "date": "2026-11-03", "synthetic": False}
ROW = {
    "area": "all", "kind": "residential", "cutoff_minutes": 15, "people": 30, "covered": 20,
    "gap": 4.5, "unknown": 5.5,
}  # fmt: skip
SUMMARY = {"coverage": [ROW], "gaps": [], "uncertainty": None, "completeness": {"towns": []}}


def test_a_run_as_it_should_be():
    assert find_run_fault(RUN) == ""
    assert find_summary_fault(SUMMARY) == ""


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ([], "is no object"),
        ({**RUN, "title": 7}, "'title'"),
        ({**RUN, "synthetic": "no"}, "'synthetic'"),
        ({**RUN, "date": "November"}, "'date'"),
        ({key: value for key, value in RUN.items() if key != "language"}, "'language'"),
    ],
)
def test_a_run_json_of_another_program_is_told(content, fault: str):
    assert fault in find_run_fault(content)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"coverage": []}, "'coverage'"),
        ({"coverage": "all"}, "'coverage'"),
        ({"gaps": [3]}, "'gaps'"),
        ({"warnings": "none"}, "'warnings'"),
        ({"completeness": {"towns": 4}}, "'towns'"),
    ],
)
def test_a_summary_of_another_program_is_told(changes: dict, fault: str):
    assert fault in find_summary_fault(SUMMARY | changes)


@pytest.mark.parametrize("value", [None, "20", True, [20]])
def test_people_are_numbers(value):
    summary = deepcopy(SUMMARY)
    summary["coverage"][0]["covered"] = value
    assert "'coverage' that has no 'covered'" in find_summary_fault(summary)


def test_a_layer_needs_its_columns_and_places():
    areas = gpd.GeoDataFrame({"name": ["A"], "tier": [""]}, geometry=[Point(0, 0)], crs=4326)
    assert find_layer_fault("areas", areas) == ""
    assert (
        find_layer_fault("areas", areas.drop(columns="tier")) == "has no column 'tier' in 'areas'"
    )
    assert "without a place" in find_layer_fault("areas", areas.set_geometry([None], crs=4326))
    assert find_layer_fault("anything else", areas) == ""


def page_tables() -> dict[str, pd.DataFrame]:
    """Tables of a page with one choice of two units."""
    choice = {"choice": [1], "group": [None], "kind": [None], "profile": ["elderly"],
              "moment": [None], "cutoff_minutes": [15.0]}  # fmt: skip
    members = pd.DataFrame({"demand_id": ["a", "b"], "choice_1": [0, 1]})
    gap = {"choice": [1], "rank": [1], "name": ["A"], "town": [""], "minutes": [20.0],
           "cause": ["too far"]}  # fmt: skip
    return {
        "choices": pd.DataFrame(choice), "choice_members": members,
        "choice_gaps": pd.DataFrame(gap),
    }  # fmt: skip


def test_tables_of_a_page_as_they_should_be():
    assert find_table_fault(page_tables()) == ""
    assert find_table_fault({}) == ""  # an older run has none


@pytest.mark.parametrize(
    ("name", "change", "fault"),
    [
        (
            "choices",
            lambda table: table.drop(columns="profile"),
            "no column 'profile' in 'choices'",
        ),
        ("choice_members", lambda table: table.drop(columns="demand_id"), "no column 'demand_id'"),
        ("choice_members", lambda table: table.assign(demand_id="a"), "a unit twice"),
        ("choice_members", lambda table: table.drop(columns="choice_1"), "in 'choice_1'"),
        ("choice_members", lambda table: table.assign(choice_1=[0.5, 1.0]), "in 'choice_1'"),
        ("choice_members", lambda table: table.assign(choice_1=["gap", "1"]), "in 'choice_1'"),
        ("choice_members", lambda table: table.assign(choice_1=[0, 2]), "no gap in 'choice_gaps'"),
        ("choice_gaps", lambda table: table.iloc[:0], "no gap in 'choice_gaps'"),
        ("choices", lambda table: table.assign(choice=[None]), "no whole numbers in 'choice_None'"),
    ],
)
def test_spoilt_tables_of_choices_are_told(name: str, change, fault: str):
    tables = page_tables()
    tables[name] = change(tables[name])
    assert fault in find_table_fault(tables)
