"""Named conditions of a whole run, worked out by hand: ice, a flood, streets that are closed.

The street of 4 km from west to east has its station in the middle, at (0, 0); another one of 2 km
crosses it there. Everybody walks 100 metres a minute, so the cutoff of 15 minutes is 1,500 m.
"""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, Point, Polygon, box

import planner
from planner.case import build_case
from planner.cli.printing import print_result
from planner.coverage.under_conditions import describe_closed
from planner.crs.datums import wgs84_to_gcj02
from planner.errors import PlannerError
from planner.plan.named_conditions import Condition
from planner.run import run_plan
from tests.cities.drawing import FRAME, Drawing
from tests.cities.reading import reading_here
from tests.cities.small_plan import inputs_of, lonlat, write_polygons
from tests.run.test_slopes import inputs_on
from tests.samples import first

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
WALK = '[[profiles]]\nname = "walk"\nspeed_kmh = 6\ncrossing_s = 0\n'
SERVICE = 'profile = "walk"\n'
#: Metres from the station: 3, 7, 10 and 16 minutes.
UNITS = [("near", 1, 300, 0), ("mid", 10, 700, 0), ("far", 100, -1000, 0), ("out", 1000, 1600, 0)]


def run_under(folder, conditions, *, units=UNITS, more="", service=SERVICE, **keys):
    """Run a small plan with conditions."""
    return run_plan(
        inputs_of(
            folder, HOMES, tables={"homes.csv": units}, service=service, known="everywhere",
            more=f"{WALK}{more}{conditions}", **keys,
        )
    )  # fmt: skip


def minutes_under(result, name, profile="walk"):
    """Return minutes and verdict of each unit under a condition."""
    table = result.tables["verdicts"]
    rows = table[(table["condition"] == name) & (table["profile"] == profile)]
    rows = rows.set_index(rows["demand_id"].str.split(":").str[1])
    return rows["minutes"], rows["verdict"], rows["cause"]


def row_of(result, name, profile="walk"):
    rows = result.summary["conditions"]
    chosen = {"condition": name, "profile": profile, "area": "all", "kind": "residential"}
    [row] = [row for row in rows if chosen.items() <= row.items()]
    return row


def test_ice_slows_everybody_and_the_legs(tmp_path):
    ice = '[[conditions]]\nname = "ice"\ntitle = "Ice"\n[[conditions.speeds]]\nfactor = 0.5\n'
    # 50 m beside the street: the leg meets it at the best angle, 50 x sqrt(1.4² - 1) m more.
    units = [*UNITS, ("beside", 5, 600, 50)]
    result = run_under(tmp_path, ice, units=units)
    minutes, verdict, cause = minutes_under(result, "ice")
    assert minutes["near"] == pytest.approx(6.0, rel=3e-4)
    assert minutes["mid"] == pytest.approx(14.0, rel=3e-4)
    assert minutes["far"] == pytest.approx(20.0, rel=3e-4)
    assert minutes["beside"] == pytest.approx(2 * (600 + 50 * np.sqrt(0.96)) / 100, rel=3e-4)
    assert verdict.to_dict() == {
        "near": "covered", "mid": "covered", "far": "gap", "out": "gap", "beside": "covered",
    }  # fmt: skip
    assert cause["far"] == "condition"
    assert cause["out"] == "too far"
    row = row_of(result, "ice")
    counts = {key: row[key] for key in ("people", "covered", "gap", "unknown", "lost")}
    assert counts == {"people": 1116, "covered": 16, "gap": 1100, "unknown": 0, "lost": 100}
    assert row["share"] == pytest.approx(16 / 1116, abs=1e-4)
    assert row["lost_unknown"] == 0
    assert result.summary["titles"]["conditions"] == {"ice": "Ice"}
    # The usual verdicts stay what they are.
    usual = result.layers["demand"].set_index("demand_id")
    assert usual.loc["residential:far", "minutes"] == pytest.approx(10.0, rel=3e-4)
    assert usual.loc["residential:far", "verdict"] == "covered"


def test_a_plan_without_conditions_says_nothing_of_them(tmp_path):
    result = run_under(tmp_path, "")
    assert "conditions" not in result.summary
    assert "conditions" not in result.summary["titles"]
    assert "condition" not in result.tables["verdicts"]


#: 200 m of steps between 200 and 400 m east of the station.
STEPS = Drawing(
    {1: (-2000, 0), 2: (0, 0), 3: (200, 0), 4: (400, 0), 5: (2000, 0)},
    [
        ([1, 2, 3], "highway=footway"),
        ([3, 4], "highway=steps"),
        ([4, 5], "highway=path surface=dirt"),
    ],
)


def test_steps_and_surfaces_slow_whom_they_name(tmp_path):
    """Steps at half speed take 4 minutes for 200 m, on ice at half of that again 8."""
    ice = (
        '[[conditions]]\nname = "ice"\n'
        '[[conditions.speeds]]\nhighways = ["steps"]\nfactor = 0.5\n'
        '[[conditions.speeds]]\nprofiles = ["old"]\nhighways = ["steps"]\nfactor = 0.5\n'
        '[[conditions.speeds]]\nsurfaces = ["dirt"]\nfactor = 0.8\n'
    )
    more = '[[profiles]]\nname = "old"\nlike = "walk"\nspeed_kmh = 3\n'
    service = f'{SERVICE}profiles = ["old"]\n'
    units = [("up", 1, 800, 0), ("west", 1, -500, 0)]
    result = run_under(tmp_path, ice, drawing=STEPS, units=units, more=more, service=service)
    minutes, _, _ = minutes_under(result, "ice")
    assert minutes["up"] == pytest.approx(2 + 8 + 4 / 0.8, rel=3e-4)
    assert minutes["west"] == pytest.approx(5.0, rel=3e-4)
    # Twice as slow, and on the steps twice again.
    minutes, _, _ = minutes_under(result, "ice", "old")
    assert minutes["up"] == pytest.approx(2 * (2 + 16 + 4 / 0.8), rel=3e-4)
    assert minutes["west"] == pytest.approx(10.0, rel=3e-4)


@pytest.mark.nightly
def test_a_speed_in_place_of_the_usual_one(tmp_path):
    heat = '[[conditions]]\nname = "heat"\n[[conditions.speeds]]\nspeed_kmh = 4.8\n'
    minutes, _, _ = minutes_under(run_under(tmp_path, heat), "heat")
    assert minutes["far"] == pytest.approx(1000 / 80, rel=3e-4)


@pytest.mark.nightly
def test_legs_and_waits(tmp_path):
    """60 m beside the street: at most 40 m are allowed under snow, so nobody gets there."""
    snow = '[[conditions]]\nname = "snow"\naccess_limit_m = 40\naccess_detour = 2\n'
    units = [("near", 1, 300, 30), ("off", 1, 300, 60)]
    minutes, verdict, _ = minutes_under(run_under(tmp_path, snow, units=units), "snow")
    assert minutes["near"] == pytest.approx((300 + 30 * np.sqrt(3)) / 100, rel=3e-4)
    assert np.isinf(minutes["off"])
    assert verdict["off"] == "gap"


def write_flood(folder, shape):
    write_polygons(folder / "flood.geojson", {"water": shape})
    return '[[conditions]]\nname = "flood"\nclosed_area = "flood.geojson"\n'


def test_a_flood_cuts_streets_at_its_border(tmp_path):
    flood = write_flood(tmp_path, box(400, -50, 650, 50))
    units = [*UNITS, ("rim", 7, 399, 0), ("wet", 5, 500, 0)]
    result = run_under(tmp_path, flood, units=units)
    minutes, verdict, cause = minutes_under(result, "flood")
    assert minutes["near"] == pytest.approx(3.0, rel=3e-4)
    assert minutes["rim"] == pytest.approx(3.99, rel=3e-4)
    # Whoever lives on it, or beyond it, walks nowhere.
    for name in ("wet", "mid"):
        assert np.isinf(minutes[name])
        assert (verdict[name], cause[name]) == ("gap", "condition")
    assert verdict["far"] == "covered"
    assert row_of(result, "flood")["lost"] == 15
    # To the centimetre: of the 4 km just 250 m are closed.
    [laid] = result.case.conditions
    network = laid.network
    assert network.length_m[network.shut].sum() == pytest.approx(250, rel=3e-4)
    assert network.length_m.sum() == pytest.approx(result.network.length_m.sum(), abs=1e-6)


def test_closed_ground_far_from_all_streets_is_told():
    """A plan whose polygons lie elsewhere would say that nobody is lost."""
    condition = Condition("flood", "flood")
    stations = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0.0], [0.0]))
    far, near = box(9e5, 9e5, 9.1e5, 9.1e5), box(-1, -1, 1, 1)
    [line] = describe_closed(condition, far, 0.0, stations)
    assert line.startswith("condition 'flood': its closed_area meets no street and no facility")
    [line] = describe_closed(condition, near, 0.0, stations)
    assert line.endswith("0.0 km of street in area and ring are closed, and 1 facilities")
    assert describe_closed(condition, None, 0.0, stations) == []


@pytest.mark.nightly
def test_nobody_steps_over_closed_ground(tmp_path):
    """A home 20 m south of the water is 60 m from a street north of it."""
    ring = Drawing(
        {1: (-2000, 0), 2: (0, 0), 3: (2000, 0), 4: (300, 300), 5: (900, 300)},
        [([1, 2, 3], "highway=footway"), ([2, 4, 5], "highway=footway")],
    )
    flood = write_flood(tmp_path, box(500, 250, 800, 280))
    units = [("south", 1, 600, 230)]
    keys = {"drawing": ring, "units": units}
    usual = run_under(tmp_path, "", **keys).layers["demand"]["verdict"]
    assert usual.tolist() == ["covered"]
    minutes, verdict, _ = minutes_under(run_under(tmp_path, flood, **keys), "flood")
    assert np.isinf(minutes["south"])
    assert verdict["south"] == "gap"


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("key", "minutes"),
    [("close_facilities = false\n", 4.0 + 0.5 * np.sqrt(0.96)), ("", 12.0)],
)
def test_stations_on_closed_ground(tmp_path, key, minutes):
    """The nearer station stands 50 m in the water, and is met from the street beside it."""
    flood = write_flood(tmp_path, box(-600, 10, 600, 90)) + key
    facilities = [("F", "Station", -700, 0), ("G", "Wet", 100, 50)]
    units = [("home", 1, 500, 0)]
    result = run_under(tmp_path, flood, facilities=facilities, units=units)
    found, _, _ = minutes_under(result, "flood")
    assert found["home"] == pytest.approx(minutes, rel=3e-4)
    table = result.tables["verdicts"]
    nearest = table.loc[table["condition"] == "flood", "nearest_facility_id"].tolist()
    assert nearest == (["G"] if key else ["F"])


@pytest.mark.nightly
@pytest.mark.parametrize(("key", "is_open"), [("close_elevated = false\n", True), ("", False)])
def test_bridges_over_a_flood(tmp_path, key, is_open):
    bridge = Drawing(
        {1: (-2000, 0), 2: (0, 0), 3: (400, 0), 4: (600, 0), 5: (2000, 0)},
        [
            ([1, 2, 3], "highway=footway"),
            ([3, 4], "highway=footway bridge=yes layer=1"),
            ([4, 5], "highway=footway"),
        ],
    )
    flood = write_flood(tmp_path, box(450, -50, 550, 50)) + key
    result = run_under(tmp_path, flood, drawing=bridge, units=[("home", 1, 900, 0)])
    minutes, _, _ = minutes_under(result, "flood")
    assert minutes["home"] == pytest.approx(9.0 if is_open else np.inf, rel=3e-4)


#: A square of 400 m: the short way from the east is way 2, the long one ways 3 and 4.
BLOCK = Drawing(
    {1: (-2000, 0), 2: (0, 0), 3: (400, 0), 4: (2000, 0), 5: (0, 400), 6: (400, 400)},
    [
        ([1, 2], "highway=footway", 1),
        ([2, 3], "highway=residential", 2),
        ([2, 5, 6], "highway=footway", 3),
        ([6, 3], "highway=footway", 4),
        ([3, 4], "highway=footway", 5),
    ],
)
AROUND = (400 + 3 * 400 - 400 + 400) / 100  # 400 m to the corner, then three sides


def closed_by(folder, text, name="closed.csv"):
    (folder / name).write_text(text, encoding="utf-8")
    return f'[[conditions]]\nname = "works"\nclosed_streets = "{name}"\n'


@pytest.mark.nightly
@pytest.mark.parametrize("heading", ["osm_id", "way_id", "道路编号"])
def test_streets_closed_by_their_ids(tmp_path, heading):
    works = closed_by(tmp_path, f"{heading},note\nway/2,pipe\n77,none\nx,none\n")
    result = run_under(tmp_path, works, drawing=BLOCK, units=[("home", 1, 800, 0)])
    minutes, _, _ = minutes_under(result, "works")
    assert minutes["home"] == pytest.approx(16.0, rel=3e-4)
    dropped = [row for row in result.provenance["dropped_rows"] if row["file"] == "closed.csv"]
    assert [(row["row"], row["reason"]) for row in dropped] == [
        (3, "way 77 is not among the streets"),
        (4, "way_id is no whole number"),
    ]
    assert any("2 rows close no street" in line for line in result.summary["warnings"])


@pytest.mark.nightly
def test_one_table_for_several_conditions(tmp_path):
    text = "way_id,condition\n2,works;fair\n5,fair\n"
    works = closed_by(tmp_path, text)
    fair = works.replace('"works"', '"fair"')
    units = [("home", 1, 800, 0)]
    result = run_under(tmp_path, works + fair, drawing=BLOCK, units=units)
    assert minutes_under(result, "works")[0]["home"] == pytest.approx(16.0, rel=3e-4)
    assert np.isinf(minutes_under(result, "fair")[0]["home"])


@pytest.mark.nightly
def test_classes_of_street_are_closed(tmp_path):
    closed = '[[conditions]]\nname = "works"\nclosed_highways = ["residential"]\n'
    result = run_under(tmp_path, closed, drawing=BLOCK, units=[("home", 1, 800, 0)])
    assert minutes_under(result, "works")[0]["home"] == pytest.approx(16.0, rel=3e-4)


def test_a_point_closes_the_street_within_its_radius(tmp_path):
    spot, lost = lonlat(200, 5), lonlat(200, 60)
    text = f"lon,lat,radius_m\n{spot[0]},{spot[1]},13\n{lost[0]},{lost[1]},\n"
    works = closed_by(tmp_path, text)
    # 12 m to either side: the disc of 13 m round a point 5 m off the street.
    units = [("home", 1, 800, 0), ("before", 1, 187, 0)]
    result = run_under(tmp_path, works, drawing=BLOCK, units=units)
    minutes, _, _ = minutes_under(result, "works")
    assert minutes["home"] == pytest.approx(16.0, rel=3e-4)
    assert minutes["before"] == pytest.approx(1.87, rel=3e-4)
    network = result.case.conditions[0].network
    assert network.length_m[network.shut].sum() == pytest.approx(24, abs=0.03)
    dropped = [row for row in result.provenance["dropped_rows"] if row["file"] == "closed.csv"]
    assert [(row["row"], row["reason"]) for row in dropped] == [(3, "no street within 10 m")]


@pytest.mark.nightly
def test_lines_close_what_lies_along_them(tmp_path):
    lines = gpd.GeoDataFrame({"note": ["a"]}, geometry=[LineString([(50, 3), (350, 3)])], crs=FRAME)
    lines.to_crs(4326).to_file(tmp_path / "closed.geojson")
    works = closed_by(tmp_path, "", name="x.csv").replace("x.csv", "closed.geojson")
    result = run_under(tmp_path, works, drawing=BLOCK, units=[("home", 1, 800, 0)])
    assert minutes_under(result, "works")[0]["home"] == pytest.approx(16.0, rel=3e-4)
    network = result.case.conditions[0].network
    # Half discs at both ends: sqrt(10² - 3²) m of street beyond each.
    assert network.length_m[network.shut].sum() == pytest.approx(300 + 2 * np.sqrt(91), rel=3e-4)


@pytest.mark.nightly
def test_no_walk_is_shorter_under_a_condition(tmp_path):
    """And whoever cannot be judged usually is not judged by it, but for those in the water."""
    both = write_flood(tmp_path, Point(900, 0).buffer(200)) + (
        "[[conditions.speeds]]\nfactor = 0.9\n"
    )
    units = [(f"u{k}", 1, 40 * k - 1800, 15 * (k % 4)) for k in range(90)]
    result = run_under(tmp_path, both, units=units)
    table = result.tables["verdicts"]
    usual = table[table["condition"].isna()].set_index("demand_id")
    then = table[table["condition"] == "flood"].set_index("demand_id")
    assert (then["minutes"] >= usual["minutes"] - 1e-9).all()
    covered = then.index[then["verdict"] == "covered"]
    assert (usual.loc[covered, "verdict"] == "covered").all()


@pytest.mark.nightly
def test_what_is_not_known_stays_unknown(tmp_path):
    """Nobody far from every street can be judged, in a flood as little as without one."""
    flood = write_flood(tmp_path, box(1000, 1000, 1100, 1100))
    result = run_under(tmp_path, flood, units=[("lost", 3, 800, 500), ("near", 1, 100, 0)])
    _, verdict, _ = minutes_under(result, "flood")
    assert verdict["lost"] == "unknown"
    assert row_of(result, "flood")["lost"] == 0


@pytest.mark.nightly
def test_the_summary_is_plain_json(tmp_path):
    flood = write_flood(tmp_path, box(400, -50, 650, 50))
    result = run_under(tmp_path, flood)
    assert json.loads(json.dumps(result.summary["conditions"])) == result.summary["conditions"]


@pytest.mark.parametrize(
    ("text", "files", "message"),
    first(
        2,
        [
            ('closed_area = "none.geojson"', {}, "none.geojson"),
            ('closed_streets = "c.csv"', {"c.csv": "name\nx\n"}, "has no column way_id"),
            ('closed_streets = "c.csv"', {"c.csv": "way_id\n88\n"}, "none of its rows can be used"),
            (
                'closed_streets = "c.csv"',
                {"c.csv": "way_id,condition\n1,other\n"},
                "no row has the condition 'ice'",
            ),
            (
                'closed_streets = "c.csv"',
                {"c.csv": "lon,lat,radius_m\n121.4,31.4,-3\n"},
                "radius_m",
            ),
        ],
    ),
)
def test_files_that_cannot_be_used(tmp_path, text, files, message):
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(PlannerError, match=message) as caught:
        run_under(tmp_path, f'[[conditions]]\nname = "ice"\n{text}\n')
    assert "\n" not in str(caught.value)


def test_polygons_need_a_crs(tmp_path):
    write_polygons(tmp_path / "flood.shp", {"a": box(0, 0, 10, 10)})
    (tmp_path / "flood.prj").unlink()
    with pytest.raises(PlannerError, match=r"flood\.shp") as caught:
        run_under(tmp_path, '[[conditions]]\nname = "ice"\nclosed_area = "flood.shp"\n')
    assert "prj" in str(caught.value) or "CRS" in str(caught.value)


@pytest.mark.nightly
def test_the_usual_streets_are_cut_where_conditions_differ(tmp_path):
    """Ways 3 and 4 are one edge round the corner, unless a condition closes one of them alone."""
    units = [("home", 1, 800, 0)]
    keys = {"tables": {"homes.csv": units}, "drawing": BLOCK, "known": "everywhere"}
    plain = build_case(inputs_of(tmp_path, HOMES, **keys)).network
    works = closed_by(tmp_path, "way_id\n4\n")
    cut = build_case(inputs_of(tmp_path, HOMES, more=works, **keys)).network
    assert cut.n_edges == plain.n_edges + 1
    assert cut.length_m.sum() == pytest.approx(plain.length_m.sum())


def test_each_condition_has_its_gaps(tmp_path):
    """Far is a gap on ice; beyond the water the others are, and so is who is out usually."""
    flood = write_flood(tmp_path, box(400, -50, 650, 50))
    ice = '[[conditions]]\nname = "ice"\n[[conditions.speeds]]\nfactor = 0.5\n'
    facilities = [("F", "Station", 0, 0), ("G", "Wet", 500, 10)]
    units = [("mid", 10, 700, 0), ("far", 100, -1000, 0)]
    result = run_under(tmp_path, flood + ice, units=units, facilities=facilities)
    choices, gaps = result.tables["choices"], result.tables["choice_gaps"]
    numbers = choices[choices["condition"] != ""].set_index("condition")["choice"]
    assert list(numbers.index) == ["flood", "ice"]
    told = gaps.set_index("choice")[["people_residential", "cause"]]
    assert told.loc[numbers["flood"]].tolist() == [10, "condition"]
    assert told.loc[numbers["ice"]].tolist() == [100, "condition"]
    table = result.tables["facility_conditions"]
    assert table.to_numpy().tolist() == [
        ["F", "flood", "open"], ["G", "flood", "closed"],
        ["F", "ice", "open"], ["G", "ice", "open"],
    ]  # fmt: skip
    [line] = [line for line in result.summary["warnings"] if "condition 'flood'" in line]
    assert "0.2 km" in line or "0.3 km" in line
    assert "1 facilities" in line


@pytest.mark.nightly
def test_streets_of_a_condition(tmp_path):
    """Who asks further walks as slowly, and over the same closed ground."""
    flood = write_flood(tmp_path, box(400, -50, 650, 50)) + (
        "[[conditions.speeds]]\nfactor = 0.5\n"
    )
    result = run_under(tmp_path, flood)
    streets = result.streets_of(condition="flood")
    assert streets.profile.speed_kmh == 3
    minutes, _, _ = minutes_under(result, "flood")
    homes = result.layers["demand"].set_index("demand_id")
    found = planner.nearest_facility(streets, result.serving_facilities, homes)
    for name in ("near", "mid", "far"):
        assert found.loc[f"residential:{name}", "minutes"] == pytest.approx(minutes[name])
    with pytest.raises(PlannerError, match="unknown condition 'ice'; known are flood"):
        result.streets_of(condition="ice")
    with pytest.raises(PlannerError, match="leave the moment out"):
        result.streets_of(moment="night", condition="flood")


@pytest.mark.nightly
def test_a_run_prints_who_loses_cover(tmp_path, capsys):
    ice = '[[conditions]]\nname = "ice"\ntitle = "Ice [b]"\n[[conditions.speeds]]\nfactor = 0.5\n'
    result = run_under(tmp_path, ice)
    print_result(tmp_path, result.summary, result.provenance)
    # Of 1,111 people 11 are covered on ice, and 111 usually.
    assert "under Ice [b]: residential 1.0% covered, 100 lost" in capsys.readouterr().out


@pytest.mark.nightly
def test_polygons_in_another_datum(tmp_path):
    """Drawn in GCJ-02 the water lies some 500 m off: read as it is meant, it is where it was."""
    lonlat_of = [lonlat(x, y) for x, y in ((400, -50), (650, -50), (650, 50), (400, 50))]
    shifted = [wgs84_to_gcj02(*place) for place in lonlat_of]
    gpd.GeoDataFrame({"name": ["w"]}, geometry=[Polygon(shifted)], crs=4326).to_file(
        tmp_path / "flood.geojson"
    )
    flood = '[[conditions]]\nname = "flood"\nclosed_area = "flood.geojson"\ncrs = "GCJ-02"\n'
    result = run_under(tmp_path, flood)
    network = result.case.conditions[0].network
    assert network.length_m[network.shut].sum() == pytest.approx(250, abs=0.2)


@pytest.mark.nightly
@pytest.mark.parametrize("direction", ["to", "from", "both"])
def test_on_slopes_the_factor_is_left_of_what_slope_leaves(tmp_path, direction):
    """Half the speed takes twice as long, up and down; the street rises by 0.08."""
    with reading_here():
        ice = '[[conditions]]\nname = "ice"\n[[conditions.speeds]]\nfactor = 0.5\n'
        result = run_plan(inputs_on(tmp_path, f'direction = "{direction}"\n', more=ice))
    table = result.tables["verdicts"]
    usual, then = (
        table[rows].set_index("demand_id")["minutes"]
        for rows in (table["condition"].isna(), table["condition"] == "ice")
    )
    assert len(then) == 3
    assert (then / usual[then.index]).tolist() == pytest.approx([2.0] * 3)


@pytest.mark.nightly
def test_the_example_of_the_documentation():
    """At half speed whoever walks over 7.5 of 15 minutes loses cover: 240 of 900."""
    text = (Path(__file__).parents[2] / "docs" / "conditions.md").read_text(encoding="utf-8")
    code = text.partition("```python\n")[2].partition("```")[0]
    told: dict = {}
    exec(code, told)
    row, demand = told["row"], told["result"].layers["demand"]
    assert (row["covered"], row["lost"]) == (660, 240)
    slow = (demand["minutes"] > 7.5) & (demand["minutes"] <= 15)
    assert demand["people"][slow].sum() == row["lost"]
