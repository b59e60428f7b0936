"""A plan put together once: what it hands on, and what it says is missing."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from planner import case as case_module
from planner.case import build_case
from planner.cli.scenario_jobs import compare_into
from planner.coverage.data_warnings import list_warnings
from planner.coverage.people import place_people as place
from planner.errors import DemandError
from planner.network.figures import measure_streets
from planner.network.study_area import find_study_area
from planner.plan.profiles import PROFILES
from planner.run import finished_result, run_plan
from planner.sources.results import FinishedRun
from tests.cities.drawing import Drawing
from tests.cities.small_plan import CROSS, inputs_of, lonlat

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
TABLES = {"homes.csv": [("a", 10, 0, 10)]}
ADULT = PROFILES["adult"]


def test_what_is_worked_out_is_handed_on_and_not_worked_out_again(tmp_path):
    case = build_case(inputs_of(tmp_path, HOMES, tables=TABLES))
    assert case.people is case.people
    assert case.facilities is case.facilities
    assert case.landmarks is case.landmarks
    assert case.network is case.streets.network
    assert case.profile.name == "adult"
    assert case.cutoff_minutes == 15


def test_a_result_carries_its_case(tmp_path):
    inputs = inputs_of(tmp_path, HOMES, tables=TABLES)
    result = run_plan(inputs)
    assert result.inputs is inputs
    assert result.network is result.case.network
    assert result.provenance["warnings"][: len(result.case.notes)] == result.case.notes
    assert result.case.units["demand_id"].tolist() == result.layers["demand"]["demand_id"].tolist()


def test_a_run_on_disk_needs_only_the_streets_of_its_plan(tmp_path):
    nobody = inputs_of(tmp_path, HOMES, tables={"homes.csv": [("a", 0, 0, 10)]})
    finished = FinishedRun(tmp_path, {}, {}, {})
    assert finished_result(finished, nobody).case.network.n_edges > 0
    with pytest.raises(DemandError, match="nobody in the area"):
        _ = build_case(nobody).notes


def test_nothing_to_warn_of(tmp_path):
    inputs = inputs_of(tmp_path, HOMES, tables=TABLES)
    area = replace(find_study_area(inputs, ADULT), hull_as_extent=False)
    facilities = pd.DataFrame(
        {"facility_id": ["F"], "reason": [""], "counts": [True], "unreachable": [False]}
    )
    assert list_warnings(inputs, measure_streets(CROSS.network()), facilities, area) == []


def test_everything_to_warn_of(tmp_path):
    drawing = Drawing(
        CROSS.nodes | {8: (900, 900), 9: (900, 1100)},
        [
            ([1, 2], "highway=footway"),
            ([2, 3], "highway=service access=private"),
            ([8, 9], "highway=footway"),
        ],
    )
    inputs = inputs_of(tmp_path, HOMES, tables=TABLES, drawing=drawing)
    inputs = replace(inputs, osm=replace(inputs.osm, skipped={"areas": 2}))
    facilities = pd.DataFrame(
        {
            "facility_id": [f"F{n}" for n in range(15)],
            "reason": ["", *["no street near"] * 12, "island", "island"],
            "counts": [True] * 11 + [False] * 2 + [True] * 2,
            "unreachable": [True] + [False] * 14,
        }
    )
    area = find_study_area(inputs, ADULT)
    found = list_warnings(inputs, measure_streets(drawing.network()), facilities, area)
    # The order of the rows says nothing.
    assert (
        list_warnings(inputs, measure_streets(drawing.network()), facilities.iloc[::-1], area)
        == found
    )
    assert found == [
        "12 facilities join no street: F1, F2, F3, F4, F5, F6, F7, F8, F9, F10, ...",
        "2 facilities join islands of streets alone, so that they serve only those who live there: "
        "F13, F14",
        "1 facilities are closed to outsiders but in no compound that is known, so they serve "
        "nobody: F0",
        "2 facilities are planned or closed and serve nobody",
        "0.2 km of street in area and ring are islands: joined to nothing else",
        "streets.osm: 2 areas",
        "the extract does not say how far it reaches; the convex hull of its streets is taken as "
        "the edge of the data",
    ]


def test_compare_without_a_run_puts_the_plan_together_once(tmp_path, monkeypatch):
    inputs = inputs_of(tmp_path, HOMES, tables=TABLES)
    edits = [{"op": "add", "id": "N", "lon": lonlat(500, 0)[0], "lat": lonlat(500, 0)[1]}]
    scenario = {"version": 1, "plan": inputs.plan.name, "name": "one more", "edits": edits}
    (tmp_path / "more.json").write_text(json.dumps(scenario), encoding="utf-8")
    calls = []
    monkeypatch.setattr(case_module, "place_people", lambda *args: calls.append(1) or place(*args))
    compare_into(tmp_path / "plan.toml", [tmp_path / "more.json"], tmp_path / "out", None,
                 quiet=True)  # fmt: skip
    assert calls == [1]
    assert (tmp_path / "out" / "map.html").exists()
