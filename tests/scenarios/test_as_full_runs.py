"""Scenarios against full runs: an edit equals a run of the edited plan; additions lose nobody."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from planner.crs import unproject
from planner.network.stored import load_plan_network
from planner.network.study_area import find_study_area
from planner.plan.profiles import find_fastest
from planner.run import run_plan
from planner.scenarios import compare_scenarios
from planner.scenarios._street_edits import gate_ids
from planner.sources.scenario_file import build_scenario
from tests.cities.drawing import Drawing
from tests.cities.small_plan import CROSS, inputs_of, lonlat
from tests.cities.walled_city import walled_city
from tests.gaps.test_gate_gains import THROUGH
from tests.samples import at_night, examples

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
WIDE = box(-9000, -9000, 9000, 9000)
AREA = box(-2100, -1100, 2100, 1100)
HEADING = "facility_id,name,opening_hours,status"
OFFICE = "Mo-Fr 09:00-17:00"
SERVICE = 'cutoffs_minutes = [5, 10]\nmoments = ["weekday_morning", "night"]\n'
GROUP = '[[groups]]\nname = "old"\nkind = "residential"\nshare = 0.25\nprofile = "elderly"\n'
SEEDS = st.integers(0, 10_000)


def read(folder, facilities, homes, *, drawing=CROSS, **options):
    """Read a plan with stations (id, hours, status, x, y) and homes (x, y)."""
    options = {"bounds": WIDE, "service": SERVICE, "heading": HEADING} | options
    rows = [(f"h{n}", 10 + n, x, y) for n, (x, y) in enumerate(homes)]
    stations = [(identifier, identifier, *rest) for identifier, *rest in facilities]
    return inputs_of(
        Path(folder), HOMES, drawing=drawing, tables={"homes.csv": rows}, facilities=stations,
        **options,
    )  # fmt: skip


def compare(inputs, edits):
    content = {"version": 1, "plan": "small", "name": "try", "edits": edits}
    return compare_scenarios(inputs, [build_scenario(content, file="try.json")])


def assert_as_a_run_of(inputs, comparison, *, minutes=0.0):
    """Compare what comes after with a full run of the edited plan, unit by unit and in sum."""
    result = run_plan(inputs)
    demand = result.layers["demand"].set_index("demand_id")
    units = comparison.units["try"]
    assert units.index.equals(demand.index)
    np.testing.assert_allclose(units["minutes_after"], demand["minutes"], rtol=0, atol=minutes)
    for ours, name in (("verdict_after", "verdict"), ("nearest_after", "nearest_facility_id")):
        assert units[ours].tolist() == demand[name].tolist(), name
    [found] = comparison.content["scenarios"]
    for key in ("totals", "moments", "cutoffs"):
        told = {row["moment"] if key == "moments" else row.get("cutoff_minutes"): row
                for row in found[key] if row.get("group", "") == ""}  # fmt: skip
        rows = result.summary["moments" if key == "moments" else "coverage"]
        for row in rows:
            label = row["moment"] if key == "moments" else row["cutoff_minutes"]
            label = None if key == "totals" and label == 10 else label
            if label in told and (row["area"], row["kind"]) == ("all", "residential"):
                assert told[label]["covered_after"] == row["covered"]
                assert told[label]["gap_after"] == row["gap"]
                assert told[label]["share_after"] == row["share"]
    for row in result.summary["groups"]:
        [told] = [r for r in found["totals"] if (r["group"], r["area"]) == ("old", row["area"])]
        assert told["covered_after"] == row["covered"]


def random_places(rng, count):
    """Places on or beside the crossroads, on whole metres so that ties happen."""
    along = rng.integers(-18, 19, count) * 100.0
    beside = rng.integers(-1, 2, count) * 20.0
    on_long = rng.random(count) < 0.6
    return [
        (x, y) if east else (y, x / 2) for x, y, east in zip(along, beside, on_long, strict=True)
    ]


def edited(stations, rng, steps):
    """Edit a table of stations at random: the edits, and the table that a planner would write."""
    table, edits = {row[0]: list(row[1:]) for row in stations}, []
    for number in range(steps):
        counting = [name for name, row in table.items() if row[1] == "open"]
        op = str(rng.choice(["add", "move", "close", "hours"]))
        (place,) = random_places(rng, 1)
        lon, lat = lonlat(*place)
        chosen = str(rng.choice(counting))
        if op == "close" and len(counting) > 1:
            edits.append({"op": op, "id": chosen})
            table[chosen][1] = "closed"
        elif op == "move":
            edits.append({"op": op, "id": chosen, "lon": lon, "lat": lat})
            table[chosen][2:] = place
        elif op == "hours":
            hours = str(rng.choice([OFFICE, "24/7", "unknown"]))
            edits.append({"op": op, "id": chosen, "opening_hours": hours})
            table[chosen][0] = hours
        else:
            edits.append({"op": "add", "id": f"N{number}", "lon": lon, "lat": lat})
            table[f"N{number}"] = ["", "open", *place]
    return edits, [(name, *row) for name, row in table.items()]


@examples(2, whole=8)
@given(SEEDS)
def test_edits_of_facilities_equal_a_run_of_the_edited_table(seed):
    rng = np.random.default_rng(seed)
    places, homes = random_places(rng, 4), random_places(rng, 25)
    stations = [(f"F{n}", str(rng.choice([OFFICE, ""])), "open", *p) for n, p in enumerate(places)]
    edits, table = edited(stations, rng, int(rng.integers(1, 6)))
    with tempfile.TemporaryDirectory() as folder:
        comparison = compare(read(folder, stations, homes, more=GROUP), edits)
        assert_as_a_run_of(read(folder, table, homes, more=GROUP), comparison)


@settings(max_examples=2, deadline=None)
@given(SEEDS)
def test_a_path_equals_a_run_of_the_map_with_it(seed):
    rng = np.random.default_rng(seed)
    # from the crossing street to the long one round a corner, both ends amid a street
    north, west = rng.integers(2, 9) * 100.0 + 50, -rng.integers(3, 19) * 100.0 + 50
    corner = (west + 30.0, north - 30.0)
    drawn = Drawing(
        CROSS.nodes | {6: (0, north), 7: corner, 8: (west, 0)},
        [([1, 8, 2, 3], "highway=footway name=Long"), ([4, 6, 2, 5], "highway=footway name=Short"),
         ([6, 7, 8], "highway=footway")],
    )  # fmt: skip
    beside = [(west + 45, north / 2), (west / 2, north - 10)]
    homes, stations = [*random_places(rng, 20), *beside], [("F", "", "open", 0, north / 2)]
    path = [lonlat(0, north), lonlat(*corner), lonlat(west, 0)]
    edit = {"op": "add_path", "id": "p", "path": path}
    with tempfile.TemporaryDirectory() as folder:
        comparison = compare(read(folder, stations, homes, area=AREA), [edit])
        with_path = read(folder, stations, homes, drawing=drawn, area=AREA)
        # the file keeps seven decimals of a degree, which moves a node by up to 0.8 cm
        assert_as_a_run_of(with_path, comparison, minutes=1e-3)


@pytest.mark.parametrize(("gate", "spot"), [("node/5", (0, 170)), at_night("node/7", (0, 30))])
def test_an_opened_gate_equals_a_run_with_it_in_the_table_of_gates(tmp_path, gate, spot):
    homes = [(-60, -5), (60, -5), (20, 60), (900, -5)]
    stations = [("F", "", "open", 10, 205)]
    options = {"drawing": THROUGH, "area": box(-500, -300, 1100, 500),
               "service": "cutoffs_minutes = [5, 10]\n"}  # fmt: skip
    closed = read(tmp_path, stations, homes, **options)
    by_id = compare(closed, [{"op": "open_gate", "id": gate}])
    lon, lat = lonlat(spot[0] + 5, spot[1])
    by_place = compare(closed, [{"op": "open_gate", "id": "mine", "lon": lon, "lat": lat}])
    opened = read(tmp_path, stations, homes, gates=[(gate, "", "everyone", *spot)], **options)
    for comparison in (by_id, by_place):
        assert_as_a_run_of(opened, comparison, minutes=1e-9)
    assert by_id.units["try"].equals(by_place.units["try"])


def random_additions(rng, inputs):
    """Return edits that only add: stations, paths between streets, and opened gates."""
    area = find_study_area(inputs, find_fastest(inputs.plan.judged_profiles))
    network = load_plan_network(inputs, area.crs, area.with_ring, None)
    ground = np.flatnonzero(~network.elevated)
    ids, edits = sorted(set(gate_ids(network))), []
    for number in range(int(rng.integers(1, 5))):
        op = str(rng.choice(["add", "open_gate", "add_path"] if ids else ["add", "add_path"]))
        if op == "open_gate":
            edits.append({"op": op, "id": str(rng.choice(ids))})
        elif op == "add":
            near = network.xy[network.u[rng.choice(ground)]]
            lon, lat = unproject([near], network.crs)[0].tolist()
            edits.append({"op": op, "id": f"N{number}", "lon": lon, "lat": lat,
                          "open_to_outsiders": bool(rng.random() < 0.6)})  # fmt: skip
        else:
            ends = [
                network.lines[e].interpolate(rng.random(), normalized=True)
                for e in rng.choice(ground, 2, replace=False)
            ]
            path = unproject([(p.x, p.y) for p in ends], network.crs).tolist()
            if ends[0].distance(ends[1]) > 5:
                edits.append({"op": op, "id": f"p{number}", "path": path})
    return edits


@examples(4, whole=16)
@given(SEEDS)
def test_additions_never_lose_anybody(seed):
    rng = np.random.default_rng(seed)
    homes = rng.uniform(-20, 470, (60, 2)).tolist()
    spots = rng.uniform(0, 450, (3, 2)).tolist()
    stations = [(f"F{n}", str(rng.choice([OFFICE, ""])), "open", *p) for n, p in enumerate(spots)]
    with tempfile.TemporaryDirectory() as folder:
        inputs = read(folder, stations, homes, drawing=walled_city(seed), more=GROUP,
                      service=SERVICE.replace("[5, 10]", "[2, 4]"))  # fmt: skip
        edits = random_additions(rng, inputs)
        if not edits:
            return
        comparison = compare(inputs, edits)
    [found] = comparison.content["scenarios"]
    assert found["additions_only"]
    assert found["losers"] == []
    for key in ("totals", "cutoffs", "moments", "ledger"):
        assert all(row["lost"] == 0 for row in found[key])
    units = comparison.units["try"]
    assert (units["minutes_after"] <= units["minutes_before"]).all()
    whole = next(row for row in found["totals"] if row["group"] == "")
    assert sum(row["gained"] for row in found["ledger"]) == pytest.approx(whole["gained"])


@settings(max_examples=2, deadline=None)
@given(SEEDS)
def test_the_ledger_adds_up_to_the_difference(seed):
    rng = np.random.default_rng(seed)
    stations = [(f"F{n}", "", "open", *p) for n, p in enumerate(random_places(rng, 4))]
    edits, _ = edited(stations, rng, 5)
    with tempfile.TemporaryDirectory() as folder:
        inputs = read(folder, stations, random_places(rng, 30))
        comparison = compare(inputs, edits)
    [found] = comparison.content["scenarios"]
    row = next(row for row in found["totals"] if row["group"] == "")
    net = sum(edit["gained"] - edit["lost"] for edit in found["ledger"])
    assert net == pytest.approx(row["covered_after"] - row["covered_before"])
    assert row["gained"] - row["lost"] == pytest.approx(net)
    assert sum(loser["people"] for loser in found["losers"]) == pytest.approx(row["lost"])
