"""The main job by hand: stations on islands, gaps in one town, fractions of people.

Adults walk 1,000 m in 15 minutes. A unit on the street meets it at no cost.
"""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from planner.cli.printing import print_result
from planner.run import run_plan
from planner.scenarios import compare_scenarios
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from planner.sources.scenario_file import build_scenario
from tests.cities.drawing import Drawing
from tests.cities.small_plan import inputs_of, lonlat, write_polygons
from tests.samples import at_night

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
WIDE = box(-9000, -9000, 9000, 9000)
#      8 ------ 9             an island of 400 m, 300 m north of the street
#  1 -------------- 2         a street of 8 km
ISLE = Drawing(
    {1: (-4000, 0), 2: (4000, 0), 8: (0, 300), 9: (400, 300)},
    [([1, 2], "highway=footway"), ([8, 9], "highway=footway")],
)
STATIONS = [("F", "Main", "", -2000, 0), ("I", "Isle", "Mo-Fr 09:00-17:00", 200, 300)]
#: Opposite the island, on it, at the main station, out of everybody's reach, beside the island.
PEOPLE = [(10, 100, 0), (20, 390, 300), (30, -1500, 0), (60, 1900, 0), (5, 200, 220)]


def inputs(folder, people=PEOPLE, *, stations=STATIONS, drawing=ISLE, **options):
    rows = [(f"h{n}", count, x, y) for n, (count, x, y) in enumerate(people)]
    options = {"bounds": WIDE, "area": box(-4000, -1000, 4000, 1000)} | options
    return inputs_of(
        folder, HOMES, drawing=drawing, tables={"homes.csv": rows}, facilities=stations,
        heading="facility_id,name,opening_hours", **options,
    )  # fmt: skip


def verdicts(result):
    return result.layers["demand"][["verdict", "reason"]].to_numpy().tolist()


COVERED, GAP, UNJOINED = ["covered", ""], ["gap", ""], ["unknown", "facility not joined"]


# -- stations on islands --------------------------------------------------------------------------


def test_a_station_on_an_island_serves_those_there_and_leaves_the_others_in_doubt(tmp_path, capsys):
    result = run_plan(inputs(tmp_path))
    # h0 is 316 m from I in a straight line and 2,100 m from F on foot; h3 is 1,726 m from I
    assert verdicts(result) == [UNJOINED, COVERED, COVERED, GAP, COVERED]
    facilities = result.layers["facilities"]
    assert facilities[["joined", "reason"]].to_numpy().tolist() == [[True, ""], [False, "island"]]
    assert facilities["people_nearest_residential"].tolist() == [30, 25]
    assert result.summary["facilities"] == {"total": 2, "joined": 1, "not_joined": ["I"]}
    warning = (
        "1 facilities join islands of streets alone, so that they serve only those who live "
        "there: I"
    )
    assert warning in result.summary["warnings"]
    print_result(tmp_path, result.summary, result.provenance)
    assert "facilities: 2, of which 1 join the streets" in capsys.readouterr().out


def test_only_an_open_station_on_an_island_leaves_anybody_in_doubt(tmp_path):
    moments = 'moments = ["weekday_morning", "night"]'
    table = run_plan(inputs(tmp_path, service=moments)).tables["verdicts"]
    first = table[table["demand_id"] == "residential:h0"].set_index("moment")["verdict"]
    assert first["weekday_morning"] == "unknown"
    assert first["night"] == "gap"
    on_isle = table[table["demand_id"] == "residential:h1"].set_index("moment")
    assert on_isle.loc["night", ["verdict", "reason"]].tolist() == ["unknown", "island"]


def test_a_station_that_meets_both_is_joined(tmp_path):
    # 60 m north of the street and 40 m from the end of a path that leads nowhere else
    near = Drawing(ISLE.nodes | {8: (0, 100)}, ISLE.ways)
    stations = [STATIONS[0], ("I", "Between", "", 0, 60)]
    result = run_plan(inputs(tmp_path, stations=stations, drawing=near))
    assert verdicts(result)[:2] == [COVERED, COVERED]
    assert result.summary["facilities"]["not_joined"] == []


def test_a_path_to_the_island_joins_its_station(tmp_path):
    edit = {"op": "add_path", "id": "p", "path": [lonlat(200, 0), lonlat(200, 300)]}
    content = {"version": 1, "plan": "small", "name": "try", "edits": [edit]}
    comparison = compare_scenarios(inputs(tmp_path), [build_scenario(content, file="try.json")])
    [total] = comparison.content["scenarios"][0]["totals"]
    # h0 walks 100 + 300 m; h3 1,700 + 300 m and stays a gap, as nothing leaves it in doubt
    assert (total["gained"], total["gained_unknown"], total["lost"]) == (10, 10, 0)
    assert (total["gap_before"], total["unknown_before"]) == (60, 10)
    assert (total["gap_after"], total["unknown_after"]) == (60, 0)


def test_a_new_station_on_an_island_says_whom_it_serves(tmp_path):
    lon, lat = lonlat(300, 300)
    edit = {"op": "add", "id": "N", "lon": lon, "lat": lat}
    content = {"version": 1, "plan": "small", "name": "try", "edits": [edit]}
    plan = inputs(tmp_path, stations=STATIONS[:1])
    comparison = compare_scenarios(plan, [build_scenario(content, file="try.json")])
    [scenario] = comparison.content["scenarios"]
    assert scenario["warnings"] == [
        "edit 1: add N: joins an island of streets alone, so that it serves only those who live "
        "there"
    ]
    [total] = scenario["totals"]
    # 25 on the island, all unknown before; h0, a gap before, cannot be judged any more
    assert (total["gained"], total["gained_unknown"]) == (25, 25)
    assert (total["gap_before"], total["gap_after"]) == (70, 60)
    assert total["unknown_after"] == 10


# -- gaps and towns -------------------------------------------------------------------------------


def test_gaps_of_each_town_are_the_people_left_out_there(tmp_path):
    # 40 homes of 10.5 people every 50 m from -975 to 975: one gap of 1,950 m over two towns
    homes = [(10.5, -975 + 50 * n, 0) for n in range(40)]
    towns = {"West": box(-4000, -1000, 110, 1000), "East": box(110, -1000, 4000, 1000)}
    stations = [("F", "West", "", -2500, 0), ("G", "East", "", 2500, 0)]
    result = run_plan(inputs(tmp_path, homes, stations=stations, towns=towns))
    gaps = result.layers["gaps"]
    # 22 homes lie in West (to 75 m): 1,050 m across, not cut though 2 of them are nearer to G
    assert gaps["town"].tolist() == ["West", "East"]
    assert gaps["people_residential"].tolist() == [22 * 10.5, 18 * 10.5]
    coverage = {
        row["area"]: row["gap"]
        for row in result.summary["coverage"]
        if (row["cutoff_minutes"], row["kind"]) == (15, "residential")
    }
    assert coverage == {"all": 420, "West": 231, "East": 189}
    demand = result.layers["demand"].set_index("demand_id")
    assert demand["gap_id"].value_counts().to_dict() == {
        "gap:residential:h0": 22, "gap:residential:h22": 18,
    }  # fmt: skip
    assert (demand["gap_join_m"] == 150).all()


def test_a_wide_gap_is_cut_where_the_way_to_the_next_station_turns(tmp_path):
    # without towns: 20 homes nearer to F, 20 nearer to G, each 210 people: whole again
    homes = [(10.5, -975 + 50 * n, 0) for n in range(40)]
    stations = [("F", "West", "", -2500, 0), ("G", "East", "", 2500, 0)]
    result = run_plan(inputs(tmp_path, homes, stations=stations))
    assert result.layers["gaps"]["people_residential"].tolist() == [420]
    # 15.5 people each make 310 on either side
    homes = [(15.5, x, y) for _, x, y in homes]
    named = Drawing(ISLE.nodes, [([1, 2], "highway=footway name=Dyke"), ISLE.ways[1]])
    gaps = run_plan(inputs(tmp_path, homes, stations=stations, drawing=named)).layers["gaps"]
    assert gaps["people_residential"].tolist() == [310, 310]
    assert gaps["nearest_facility_id"].tolist() == ["F", "G"]
    assert gaps["name"].tolist() == ["along Dyke, west", "along Dyke, east"]


# -- fractions of people --------------------------------------------------------------------------


def test_a_target_on_the_border_is_met(tmp_path):
    homes = [(0.1, 100, 0), (0.7, 200, 0), (0.2, 1400, 0)]
    stations = [("F", "Main", "", 0, 0)]
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        result = run_plan(inputs(
            tmp_path, [homes[k] for k in order], stations=stations,
            service="targets = { residential = 0.8 }",
        ))  # fmt: skip
        [check] = result.summary["checks"]
        assert (check["covered"], check["share_low"], check["result"]) == (0.8, 0.8, "met")


def with_committees(plan, folder):
    """Name committees in a plan that is written, and read it again."""
    file = folder / "plan.toml"
    text = file.read_text(encoding="utf-8")
    named = text.replace("[area]\n", '[area]\ncommittees = "committees.geojson"\n')
    file.write_text(named, encoding="utf-8")
    return replace(load_inputs(load_plan(file)), osm=plan.osm)


@pytest.mark.parametrize("scale", [3, at_night(10), at_night(1000)])
def test_the_order_of_fractions_of_people_changes_no_byte(tmp_path, scale):
    rng = np.random.default_rng(scale)
    n = 60
    homes = pd.DataFrame({
        "id": [f"h{k:02}" for k in range(n)],
        "people": rng.integers(0, 700, n) / scale,
        "x": rng.uniform(-3900, 3900, n).round(1), "y": rng.uniform(-90, 90, n).round(1),
    })  # fmt: skip
    towns = {"West": box(-4000, -1000, 0, 1000), "East": box(0, -1000, 4000, 1000)}
    stations = [("F", "One", "", 300, 0), ("G", "Two", "Mo-Fr 09:00-17:00", -1500, 30), STATIONS[1]]
    folder = tmp_path
    committees = {name: box(x, -1000, x + 1300, 1000) for name, x in (("A", -2600), ("B", 300))}
    write_polygons(folder / "committees.geojson", committees)
    more = (
        '[[groups]]\nname = "old"\nkind = "residential"\nshare = 0.3\n[uncertainty]\nrepeats = 4\n'
    )
    service = 'targets = { residential = 0.4 }\nmoments = ["weekday_morning", "night"]'
    texts = []
    for order in (np.arange(n), rng.permutation(n), np.arange(n)[::-1]):
        plan = inputs_of(
            folder, HOMES, drawing=ISLE, facilities=stations[:: 1 if len(texts) % 2 else -1],
            tables={"homes.csv": homes.iloc[order].itertuples(index=False)}, bounds=WIDE,
            area=box(-4000, -1000, 4000, 1000), towns=towns, service=service, more=more,
            heading="facility_id,name,opening_hours",
        )  # fmt: skip
        result = run_plan(with_committees(plan, folder))
        committees_found = result.layers["committees"].drop(columns="geometry").to_csv()
        facilities = result.layers["facilities"].drop(columns="geometry").set_index("facility_id")
        loads = facilities.drop(columns="row", errors="ignore").sort_index().to_csv()
        texts.append(json.dumps(result.summary, sort_keys=True) + committees_found + loads)
    assert texts[0] == texts[1] == texts[2]
