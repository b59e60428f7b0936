"""The main job on a crossroads: who serves whom, and what is said of the rest.

Adults walk 1,000 m in 15 minutes. A unit on the street meets it at no cost.
"""

import json
from dataclasses import replace

import numpy as np
import pytest
from shapely.geometry import box

from planner.errors import SourceError
from planner.run import run_plan
from planner.run.check import check_inputs
from planner.sources.tables import load_facilities
from tests.cities.drawing import Drawing
from tests.cities.small_plan import inputs_of, write_table

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
KEYS = ["verdict", "reason", "nearest_facility_id"]
WIDE = box(-9000, -9000, 9000, 9000)


def run(folder, homes, **options):
    rows = [(f"h{n}", people, x, y) for n, (people, x, y) in enumerate(homes)]
    return run_plan(inputs_of(folder, HOMES, tables={"homes.csv": rows}, **options))


def verdicts(result):
    table = result.layers["demand"][KEYS].astype(object)
    return table.where(table.notna(), None).to_numpy().tolist()


def row_of(result, cutoff=15, area="all", kind="residential"):
    [row] = [
        row
        for row in result.summary["coverage"]
        if (row["area"], row["kind"], row["cutoff_minutes"]) == (area, kind, cutoff)
    ]
    return row


def test_verdicts_and_figures_by_hand(tmp_path):
    # the street goes on in the data beyond both ends; units at 200 (3 min), 990 and 1,100 m
    homes = [(100, 200, 0), (10, 990, 0), (60, 1100, 0), (7, 1100, 50), (3, 500, 150)]
    result = run(tmp_path, homes, bounds=WIDE)
    assert verdicts(result) == [
        ["covered", "", "F"],
        ["covered", "", "F"],
        ["gap", "", "F"],
        ["gap", "", "F"],
        ["unknown", "no street near", None],
    ]
    minutes = result.layers["demand"]["minutes"].to_numpy()
    # UTM zone 51 is 0.012 % short here; 50 m beside the street cost sqrt(1.4² - 1) x 50 m more
    expected = np.array([200, 990, 1100, 1100 + 0.9798 * 50]) * 60 / 4000
    assert minutes[:4] == pytest.approx(expected, rel=3e-4)
    assert minutes[4] == np.inf
    row = row_of(result)
    assert [row[key] for key in ("people", "covered", "gap", "unknown")] == [180, 110, 67, 3]
    assert row["share"] == round(110 / 177, 4)
    assert row["share_low"] == round(110 / 180, 4)
    assert row["share_high"] == round(113 / 180, 4)
    assert row_of(result, cutoff=5)["covered"] == 100
    [facility] = result.layers["facilities"].to_dict("records")
    assert facility["people_nearest_residential"] == 110
    assert facility["people_only_here_residential"] == 110
    [gap] = result.summary["gaps"]
    assert gap["people_residential"] == 67
    assert gap["nearest_facility_id"] == "F"
    assert (gap["cause"], gap["town"]) == ("too far", "")
    [unknown] = result.layers["unknown_areas"].to_dict("records")
    assert unknown["reason"] == "no street near"
    json.dumps(result.summary, allow_nan=False)


def test_a_facility_in_the_ring_serves_people_inside_and_people_there_do_not_count(tmp_path):
    inner = box(-500, -500, 500, 500)
    homes = [(10, 400, 0), (90, 700, 0)]
    result = run(
        tmp_path, homes, area=inner, bounds=WIDE,
        facilities=[("F", "In the ring", 1200, 0), ("G", "Far", 9000, 0)],
    )  # fmt: skip
    assert verdicts(result) == [["covered", "", "F"]]
    assert row_of(result)["people"] == 10
    layer = result.layers["facilities"]
    assert layer[["facility_id", "in_ring"]].to_numpy().tolist() == [["F", True]]
    assert result.provenance["dropped_rows"] == [
        {"file": "facilities.csv", "row": 3, "reason": "outside the area and its ring"}
    ]


def test_rows_that_are_no_candidate_sites_are_listed(tmp_path):
    rows = ["site_id,name,lon,lat", "a,A,121.5,31.2", "b,B,,31.2", "c,C,here,31.2"]
    (tmp_path / "candidates.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    table = '[candidates]\ntable = "candidates.csv"'
    inputs = inputs_of(tmp_path, HOMES, tables={"homes.csv": [("h", 10, 200, 0)]}, more=table)
    result = run_plan(inputs)
    listed = result.provenance["dropped_rows"]
    assert [(row["file"], row["row"]) for row in listed] == [
        ("candidates.csv", 3), ("candidates.csv", 4),
    ]  # fmt: skip
    assert all(row["reason"] for row in listed)
    assert check_inputs(inputs).dropped == listed
    note = "candidates.csv: 2 rows are no candidate sites; run.json lists them"
    assert note in result.provenance["warnings"]
    assert note in result.summary["warnings"]


def test_closed_and_planned_facilities_are_shown_and_serve_nobody(tmp_path):
    folder = tmp_path
    inputs = inputs_of(folder, HOMES, tables={"homes.csv": [("a", 10, 0, 10)]}, bounds=WIDE)
    states = [("F", "Shut", "closed", 0, 0), ("G", "Later", "planned", 50, 0),
              ("H", "Open", "open", 1500, 0)]  # fmt: skip
    write_table(folder / "facilities.csv", "facility_id,name,status", states)
    inputs = inputs_with(inputs, folder)
    result = run_plan(inputs)
    assert verdicts(result) == [["gap", "", "H"]]
    assert result.summary["facilities"]["total"] == 3
    table = result.layers["facilities"].set_index("facility_id")
    assert table["people_in_reach_residential"].to_dict() == {"F": 0, "G": 0, "H": 0}
    assert "2 facilities are planned or closed and serve nobody" in result.summary["warnings"]
    write_table(folder / "facilities.csv", "facility_id,name,status", states[:2])
    with pytest.raises(SourceError, match="none of its 2 facilities is open"):
        run_plan(inputs_with(inputs, folder))


def inputs_with(inputs, folder):
    """Read the facilities again."""
    return replace(inputs, facilities=load_facilities(folder / "facilities.csv"))


def test_a_facility_that_joins_no_street_makes_its_neighbours_unknown(tmp_path):
    homes = [(10, 300, 0), (20, -1990, 0)]
    facilities = [("F", "In the fields", 600, 300), ("G", "Far", -900, 400)]
    result = run(tmp_path, homes, facilities=[*facilities, ("H", "South", 0, -900)], bounds=WIDE)
    # h0 is 424 m from F, 1,200 m on foot from H; h1 is 1,161 m from G
    assert verdicts(result) == [["unknown", "facility not joined", "H"], ["gap", "", "H"]]
    assert result.summary["facilities"]["not_joined"] == ["F", "G"]
    reasons = result.layers["facilities"]["reason"].tolist()
    assert reasons == ["no street near", "no street near", ""]


def test_the_edge_of_the_data_is_the_hull_unless_the_extract_says_more(tmp_path):
    homes = [(10, 1400, 0)]
    assert verdicts(run(tmp_path, homes)) == [["unknown", "edge of data", "F"]]
    assert verdicts(run(tmp_path, homes, bounds=WIDE)) == [["gap", "", "F"]]
    near = box(-2000, -900, 2000, 900)  # less than 1,000 m to the north
    assert verdicts(run(tmp_path, homes, bounds=near)) == [["unknown", "edge of data", "F"]]


def test_a_detour_and_an_island(tmp_path):
    #  U-turn: homes 300 m from the station as the crow flies, 2,600 m on foot
    drawing = Drawing(
        {1: (0, 0), 2: (1150, 0), 3: (1150, 300), 4: (0, 300), 5: (3000, 0),
         8: (-500, -500), 9: (-300, -500)},
        [([1, 2, 3, 4], "highway=footway"), ([2, 5], "highway=footway"),
         ([8, 9], "highway=footway")],
    )  # fmt: skip
    homes = [(80, 0, 300), (5, -400, -500)]
    result = run(tmp_path, homes, drawing=drawing, area=WIDE, bounds=box(-2e4, -2e4, 2e4, 2e4))
    assert verdicts(result) == [["gap", "", "F"], ["unknown", "island", None]]
    [gap] = result.summary["gaps"]
    assert gap["cause"] == "detour"
    assert gap["minutes"] == pytest.approx(2600 * 60 / 4000, rel=3e-4)


def test_towns_and_targets(tmp_path):
    inner = box(-1500, -500, 1500, 500)
    towns = {"West": box(-1500, -500, 0, 500), "East": box(0, -500, 1500, 200)}
    towns["Empty"] = box(0, 200, 1500, 500)
    homes = [(80, -100, 0), (20, -1400, 0), (50, 1400, 0)]
    result = run(
        tmp_path, homes, area=inner, towns=towns, bounds=WIDE,
        service="targets = { residential = 0.7 }",
    )  # fmt: skip
    found = {row["area"]: row["result"] for row in result.summary["checks"]}
    # 80 of 150, 80 of 100, 0 of 50, nobody
    assert found == {"all": "missed", "West": "met", "East": "missed", "Empty": "undecided"}
    assert row_of(result, area="Empty")["share"] is None
    names = [gap["name"] for gap in result.summary["gaps"]]
    assert names[-1] == "scattered"  # the 20 in West
    assert [gap["town"] for gap in result.summary["gaps"]] == ["East", "West"]


def test_the_order_of_rows_changes_nothing(tmp_path):
    rng = np.random.default_rng(3)
    homes = [(int(p), float(x), float(y)) for p, x, y in zip(
        rng.integers(0, 90, 30), rng.uniform(-1900, 1900, 30), rng.uniform(-90, 90, 30),
        strict=True)]  # fmt: skip
    rows = [(f"h{n}", people, x, y) for n, (people, x, y) in enumerate(homes)]
    facilities = [("F", "One", 0, 0), ("G", "Two", -1500, 30)]
    first, second = (
        run_plan(
            inputs_of(
                tmp_path, HOMES, tables={"homes.csv": rows[::step]}, bounds=WIDE,
                facilities=facilities[::step],
            )
        ).summary
        for step in (1, -1)
    )  # fmt: skip
    assert first == second
