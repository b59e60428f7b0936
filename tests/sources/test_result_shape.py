"""What passes for run.json, summary.json and layers of a run, and what does not."""

from copy import deepcopy

import geopandas as gpd
import pytest
from shapely import Point

from planner.sources._result_shape import find_layer_fault, find_run_fault, find_summary_fault

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
