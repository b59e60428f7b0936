"""A whole run on slopes, worked out by hand: whose minutes decide, what is told, what is doubted.

The street of 4 km from west to east rises by 0.08 all the way; the station stands in its middle, at
(0, 0). An adult walks 4 km/h, on 0.08 up exp(-0.28) and down exp(0.07) of that. Legs are level.
"""

from dataclasses import replace
from math import exp

import numpy as np
import pytest
from shapely.geometry import box

from planner.case import build_case
from planner.coverage.asked_question import METRES
from planner.run import run_plan
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from tests.cities.hills import write_hills
from tests.cities.rasters import reading_rasters_here
from tests.cities.small_plan import CROSS, inputs_of

__all__ = ["reading_rasters_here"]
pytestmark = pytest.mark.usefixtures("reading_rasters_here")

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
#: Above and below the station, 700 and 800 m away.
UNITS = [("above", 100, 800, 0), ("below", 10, -700, 0), ("far above", 1, 1200, 0)]
DOWN = 0.06 * exp(-3.5 * 0.02) / 4  # minutes a metre
UP = 0.06 * exp(3.5 * 0.08) / 4
LAND = box(-9000, -9000, 9000, 9000)


def inputs_on(folder, network="", *, height=lambda x, y: 200 + 0.08 * x + 0 * y, **more):
    """Read a small plan, and again with heights."""
    inputs_of(folder, HOMES, tables={"homes.csv": UNITS}, known="everywhere", **more)
    write_hills(folder / "dem.tif", height, low=(-2200.0, -1200.0), high=(2200.0, 1200.0))
    plan = folder / "plan.toml"
    text = plan.read_text(encoding="utf-8")
    keys = f'osm = "streets.osm"\nelevation = "dem.tif"\n{network}'
    plan.write_text(text.replace('osm = "streets.osm"\n', keys), encoding="utf-8")
    return load_inputs(load_plan(plan))


def demand_of(result):
    demand = result.layers["demand"]
    return demand.set_index(demand["demand_id"].str.split(":").str[1])


@pytest.mark.parametrize(
    ("direction", "above", "below"),
    [("to", 800 * DOWN, 700 * UP), ("from", 800 * UP, 700 * DOWN), ("both", 800 * UP, 700 * UP)],
)
def test_whose_minutes_decide(tmp_path, direction, above, below):
    result = run_plan(inputs_on(tmp_path, f'direction = "{direction}"\n'))
    demand = demand_of(result)
    assert demand.loc["above", "minutes"] == pytest.approx(above, rel=3e-4)
    assert demand.loc["below", "minutes"] == pytest.approx(below, rel=3e-4)
    # Both are told, whichever decides.
    assert demand.loc["above", "minutes_to"] == pytest.approx(800 * DOWN, rel=3e-4)
    assert demand.loc["above", "minutes_from"] == pytest.approx(800 * UP, rel=3e-4)
    # 800 m are 11.2 minutes down and 15.9 up.
    covered = direction == "to"
    assert (demand.loc["above", "verdict"] == "covered") == covered
    told = {"to": "walks to a facility", "from": "walks from a facility", "both": "the longer of"}
    assert any(told[direction] in line for line in result.summary["warnings"])
    assert (result.whatif is None) == (direction == "both")
    # What is drawn reaches as far as the same walks: 15 minutes down are 1,073 m, up 756.
    drawn = result.layers["isochrones"].to_crs(result.case.area.crs)
    shape = drawn[drawn["facility_id"] == "all"].iloc[-1].geometry
    west, _, east, _ = shape.bounds
    station = result.case.facilities.geometry.iloc[0].x
    reach = {"to": (15 / UP, 15 / DOWN), "from": (15 / DOWN, 15 / UP), "both": (15 / UP, 15 / UP)}
    assert (station - west, east - station) == pytest.approx(reach[direction], abs=6)
    # The way out of the gap of those above is the walk that decides.
    routes = result.layers["gap_routes"].set_index("demand_id")
    assert ("residential:above" in routes.index) == (not covered)
    if not covered:
        assert routes.loc["residential:above", "minutes"] == pytest.approx(above, rel=3e-4)


def test_steepest_descents_are_faster_than_level_ground(tmp_path):
    """Whoever walks down 0.05 goes exp(0.175) times as far: the ring, and doubt, know that."""
    level = build_case(inputs_of(tmp_path, HOMES, tables={"homes.csv": UNITS}, bounds=LAND))
    sloped = build_case(inputs_on(tmp_path))
    assert level.streets.reach_m_per_min == pytest.approx(4000 / 60)
    assert sloped.streets.reach_m_per_min == pytest.approx(4000 / 60 * exp(0.175))


def test_without_elevation_nothing_is_told_of_it(tmp_path):
    result = run_plan(inputs_of(tmp_path, HOMES, tables={"homes.csv": UNITS}))
    assert not {"minutes_to", "minutes_from"} & set(result.layers["demand"])
    assert not {"minutes_back", "rise_m", "flat"} & set(result.layers["walk_edges"])
    assert not any("slope" in line for line in result.summary["warnings"])
    assert "nodes.height" not in result.whatif.columns
    assert "direction" not in result.whatif.head


def test_streets_outside_the_raster_are_listed_and_marked(tmp_path):
    inputs = inputs_on(tmp_path)
    elevation = inputs.elevation
    # The raster ends 300 m east of the station: the eastern arm, one edge, has no height.
    half = elevation.height_m[:, :250]
    result = run_plan(replace(inputs, elevation=replace(elevation, height_m=half)))
    edges = result.layers["walk_edges"]
    assert edges["flat"].sum() == 1
    flat = edges[edges["flat"]]
    assert flat["minutes"].tolist() == flat["minutes_back"].tolist()
    [note] = [line for line in result.summary["warnings"] if "tells no height" in line]
    assert "1 of" in note
    assert demand_of(result).loc["above", "minutes"] == pytest.approx(12.0, rel=3e-4)


def test_repeats_draw_speeds_on_slopes(tmp_path):
    more = "[uncertainty]\nrepeats = 8\nspeed = [0.999, 1.001]\n"
    result = run_plan(inputs_on(tmp_path, more=more))
    share = demand_of(result)["covered_share"]
    assert share["above"] == 1.0  # 11.2 minutes down, in every repeat
    assert share["far above"] == 0.0  # 16.8


def test_metres_along_the_way_know_no_slope(tmp_path):
    case = build_case(inputs_on(tmp_path))
    walks = case.walks_of(case.counting, case.units)
    metres, _ = walks.nearest(METRES, None, np.ones(1, dtype=bool))
    assert sorted(metres) == pytest.approx([700, 800, 1200], rel=3e-4)


def test_a_wheelchair_stays_where_it_is_not_too_steep(tmp_path):
    """0.08 is gentler than 1 in 12, 0.09 is not: then nobody on wheels reaches the station."""
    service = 'profiles = ["wheelchair"]'
    for grade, covered in ((0.08, True), (0.09, False)):
        inputs = inputs_on(
            tmp_path, height=lambda x, y, g=grade: 300 + g * x + 0 * y, service=service
        )
        result = run_plan(inputs)
        asked = ("wheelchair", "all", "residential")
        rows = [
            row
            for row in result.summary["profiles"]
            if (row["profile"], row["area"], row["kind"]) == asked
        ]
        assert (rows[-1]["covered"] > 0) == covered
    told = {row["name"]: row for row in result.provenance["profiles"]}["wheelchair"]
    assert told["max_grade"] == "0.08333"
    assert told["max_grade_status"] == "standard"
    assert told["slope"] == "tobler"


def test_level_land_gives_the_minutes_of_no_elevation(tmp_path):
    level = run_plan(inputs_on(tmp_path, height=lambda x, y: 7 + 0 * x + 0 * y))
    plain = run_plan(inputs_of(tmp_path, HOMES, tables={"homes.csv": UNITS}, drawing=CROSS))
    for column in ("minutes", "nearest_facility_id"):
        assert level.layers["demand"][column].tolist() == plain.layers["demand"][column].tolist()
    assert np.array_equal(
        level.layers["walk_edges"]["minutes"], plain.layers["walk_edges"]["minutes"]
    )
