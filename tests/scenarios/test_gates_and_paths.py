"""Gates opened and paths built in a scenario, on the drawings of walled estates."""

import re

import pytest
from shapely.geometry import box

from planner.errors import SourceError
from planner.run import run_plan
from planner.scenarios import compare_scenarios
from planner.sources.scenario_file import build_scenario
from tests.cities.estates_drawing import PRIVATE, STREET, TWINS, TWINS_WITH_A_HOLE
from tests.cities.small_plan import CROSS, inputs_of, lonlat
from tests.gaps.test_gate_gains import THROUGH

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
WIDE = box(-9000, -9000, 9000, 9000)


def read(folder, drawing, station, homes, *, cutoff=4):
    """Read a plan with one station and homes (x, y), 10 people more in each."""
    rows = [(f"h{n}", 10 * (n + 1), x, y) for n, (x, y) in enumerate(homes)]
    return inputs_of(
        folder, HOMES, drawing=drawing, tables={"homes.csv": rows}, bounds=WIDE,
        facilities=[("F", "Station", *station)], area=box(-1000, -500, 1100, 1000),
        service=f"cutoffs_minutes = [{cutoff}]\n",
    )  # fmt: skip


def compare(inputs, *edits):
    content = {"version": 1, "plan": "small", "name": "try", "edits": list(edits)}
    comparison = compare_scenarios(inputs, [build_scenario(content, file="try.json")])
    return comparison.content["scenarios"][0], comparison


def gate(identifier, place=None, **more):
    edit = {"op": "open_gate", "id": identifier, **more}
    if place is not None:
        edit["lon"], edit["lat"] = lonlat(*place)
    return edit


def path(*places, **more):
    return {"op": "add_path", "id": "p", "path": [lonlat(*place) for place in places], **more}


# The western estate's street comes within 20 m of its northern wall, and 10 m beyond runs a street
# that leads round the estate: a path through the wall at (100, 210) would be 30 m long.
CLOSE_TO_THE_WALL = TWINS.having(
    nodes={6: (100, 190), 33: (0, 220), 34: (200, 220)},
    ways={13: ([5, 6], PRIVATE), 17: ([1, 33, 34], STREET)},
)


@pytest.mark.parametrize(
    ("drawing", "station", "homes"),
    [
        (THROUGH, (10, 205), [(-60, -5), (60, -5), (20, 60), (900, -5)]),
        (TWINS_WITH_A_HOLE, (100, 225), [(100, 150), (120, 100), (300, 100), (300, -5)]),
        (TWINS_WITH_A_HOLE.having(spots={31: "barrier=gate locked=yes"}), (100, 225),
         [(100, 150), (120, 100)]),
        (TWINS, (100, 225), [(100, 150), (150, 200), (300, 150)]),
        (TWINS, (200, -5), [(100, 150), (300, 150), (150, 200), (250, 200)]),
    ],
)  # fmt: skip
def test_every_gate_gain_of_a_run_is_what_the_scenario_brings(tmp_path, drawing, station, homes):
    inputs = read(tmp_path, drawing, station, homes, cutoff=6 if drawing is THROUGH else 4)
    gains = run_plan(inputs).layers["gate_gains"]
    for row in gains.to_dict("records"):
        found, comparison = compare(inputs, gate(row["gate_id"]))
        [edit] = found["ledger"]
        assert edit["gained"] == row["people_residential"], row["gate_id"]
        assert edit["lost"] == 0
        assert len(comparison.layers["changes"]) == row["units"]
    if drawing in (THROUGH, TWINS_WITH_A_HOLE):
        assert len(gains)


def test_a_new_opening_is_told_by_its_id_and_serves_those_behind_it(tmp_path):
    # 77 m by an opening right in the north, at most 20 m more by one beside it; 565 m by the gate
    inputs = read(tmp_path, CLOSE_TO_THE_WALL, (100, 225), [(100, 150)])
    [gain] = run_plan(inputs).layers["gate_gains"].to_dict("records")
    assert (gain["kind"], gain["people_residential"]) == ("new opening", 10)
    found, comparison = compare(inputs, gate(gain["gate_id"]))
    assert [edit["gained"] for edit in found["ledger"]] == [10]
    [place] = comparison.layers["edits"].geometry
    assert place.y == pytest.approx(lonlat(100, 220)[1], abs=1e-6)  # where one meets the street
    [unit] = comparison.layers["changes"].to_dict("records")
    assert 77 <= unit["minutes_after"] * 4000 / 60 <= 97
    with pytest.raises(SourceError, match=f"did you mean {re.escape(gain['gate_id'])}"):
        compare(inputs, gate(gain["gate_id"] + "x"))


NIGHT_GATES = [
    "access=yes opening_hours=06:00-20:00",
    "access=yes access:conditional=no~@~(20:00-06:00)",
    "access=no access:conditional=yes~@~(06:00-20:00)",
    "access=private access:conditional=no~@~(20:00-06:00)",
]


@pytest.mark.parametrize("tags", NIGHT_GATES)
def test_an_opened_gate_is_open_at_any_hour_whatever_its_tags_say_of_hours(tmp_path, tags):
    """77 m by the gate in the north, and 565 m by the one in the south."""
    drawing = TWINS_WITH_A_HOLE.having(spots={31: f"barrier=gate {tags}"})
    inputs = inputs_of(
        tmp_path, HOMES, drawing=drawing, tables={"homes.csv": [("h", 10, 100, 150)]}, bounds=WIDE,
        facilities=[("F", "Station", "24/7", 100, 225)], area=box(-1000, -500, 1100, 1000),
        heading="facility_id,name,opening_hours",
        service='cutoffs_minutes = [4]\nmoments = ["weekday_morning", "night"]\n',
    )  # fmt: skip
    before, _ = compare(inputs, path((0, 0), (10, 0)))
    night = {"kind": "residential", "moment": "night", "area": "all"}
    [row] = [row for row in before["moments"] if night.items() <= row.items()]
    assert (row["covered_before"], row["covered_after"]) == (0, 0)
    # A path that comes to the street beside it changes no hours.
    aside, _ = compare(inputs, path((60, 220), (60, 230), (140, 230), (140, 220)))
    assert [row["covered_after"] for row in aside["moments"] if night.items() <= row.items()] == [0]
    opened, _ = compare(inputs, gate("node/31"))
    [row] = [row for row in opened["moments"] if night.items() <= row.items()]
    assert (row["covered_before"], row["covered_after"]) == (0, 10)


def test_a_gate_that_is_open_already_is_told(tmp_path):
    inputs = read(tmp_path, THROUGH, (10, 205), [(-60, -5)], cutoff=10)
    found, comparison = compare(inputs, gate("node/5"), gate("again", (0, 170), name="North gate"))
    assert found["warnings"] == ["edit 2: open_gate again: is open to everybody already"]
    assert [(edit["name"], edit["gained"]) for edit in found["ledger"]] == [
        ("node/5", 10), ("North gate", 0),
    ]  # fmt: skip
    [first, second] = comparison.layers["edits"].geometry
    assert first.equals(second)
    assert [first.x, first.y] == pytest.approx(lonlat(0, 170), abs=1e-6)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (gate("node/55"), "open_gate node/55: no gate or opening has this id; did you mean node/5"),
        (gate("g", (0, 120)), r"no gate or passage lies within 30 m; the nearest, node/5, is 50 m"),
        (path((-50, 0), (-50, 100)), "p: touches no street: none lies within 10 m of its last"),
        (path((-50, 0), (-50, 200), access="way/1"), "'way/1' is no compound; give public or the"),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_or_built_is_told(tmp_path, edit, message):
    inputs = read(tmp_path, THROUGH, (10, 205), [(-60, -5)])
    with pytest.raises(SourceError, match=message):
        compare(inputs, edit)


def test_a_path_through_a_wall_lets_those_inside_out(tmp_path):
    # from the western estate's street at (100, 60) through the wall to the street at (20, 0)
    inputs = read(tmp_path, TWINS, (0, 5), [(105, 60)], cutoff=2)
    found, _ = compare(inputs, path((100, 60), (20, 1)))
    # 2 min are 133 m: 160 m by the gate, 120 m by the path
    assert found["ledger"][0]["gained"] == 10
    of_estate, _ = compare(inputs, path((100, 60), (20, 1), access="way/901"))
    assert of_estate["ledger"][0]["gained"] == 10


def test_a_corner_on_a_street_meets_it_and_others_pass_over(tmp_path):
    # from the west to the east over the crossing street, 300 m north of the crossing
    homes, station = [(-290, 300)], (0, 600)
    inputs = read(tmp_path, CROSS, station, homes, cutoff=10)
    over = path((-300, 0), (-300, 300), (300, 300), (300, 0))
    across = path((-300, 0), (-300, 300), (0, 300), (300, 300), (300, 0))
    # 590 m with a turn at the crossing; 1,190 m round by the long street without
    assert compare(inputs, over)[0]["ledger"][0]["gained"] == 0
    assert compare(inputs, across)[0]["ledger"][0]["gained"] == 10


def test_a_station_off_the_streets_is_reached_by_the_path_that_leads_to_it(tmp_path):
    inputs = read(tmp_path, CROSS, (0, 0), [(-990, 300)], cutoff=10)
    lon, lat = lonlat(-300, 450)
    station = {"op": "add", "id": "N", "lon": lon, "lat": lat}
    with pytest.raises(SourceError, match="no street lies within 100 m of it"):
        compare(inputs, station)
    found, _ = compare(inputs, station, path((0, 450), (-300, 450), (-600, 0)))
    assert found["warnings"] == []
    assert found["additions_only"]
