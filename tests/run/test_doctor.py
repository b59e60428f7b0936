"""The coordinate doctor: which datum a table is in, which rows are not, and what stops a run."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from planner import crs
from planner.crs import from_wgs84_lonlat
from planner.crs.readings import list_readings
from planner.errors import CrsError, SourceError
from planner.run.check_plan import check_plan
from planner.run.doctor import examine_inputs, load_explained, refuse_wrong_datums
from planner.run.doctor.diagnosis import Diagnosis, diagnose
from planner.run.doctor.mixed_rows import find_mixed_rows
from planner.run.doctor.references import build_references, references_of
from planner.sources.inputs import Inputs
from planner.sources.plan_file import load_plan
from tests.cities.drawing import FRAME, Drawing
from tests.cities.small_plan import inputs_of
from tests.samples import first

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
PEOPLE = {"homes.csv": [("h", 10, 0, 5)]}
STATIONS = 40


def town_of_lanes() -> Drawing:
    """Streets from west to east 250 to 450 m apart, and from south to north: a town of 6 km."""
    rng = np.random.default_rng(5)
    lines = np.cumsum(rng.uniform(250, 450, 18)) - 3000.0
    nodes, ways = {}, []
    for number, at in enumerate(lines):
        one, two = 4 * number + 1, 4 * number + 3
        nodes |= {one: (-3000, at), one + 1: (3000, at), two: (at, -3000), two + 1: (at, 3000)}
        ways.append(([one, one + 1], f"highway=residential name=Lane{number}"))
        ways.append(([two, two + 1], f"highway=residential name=Row{number}"))
    return Drawing(nodes, ways)


@pytest.fixture(scope="module")
def lanes() -> Drawing:
    return town_of_lanes()


@pytest.fixture(scope="module")
def beside(lanes: Drawing) -> np.ndarray:
    """Places 12 m beside the streets, metres."""
    rng = np.random.default_rng(6)
    rows = []
    for _ in range(STATIONS):
        nodes, _ = lanes.ways[rng.integers(len(lanes.ways))]
        (x, y), (_, v) = (lanes.nodes[node] for node in nodes)
        along = rng.uniform(-2500, 2500)
        rows.append((along, y + 12) if y == v else (x + 12, along))
    return np.array(rows, dtype=float)


def shifted(xy: np.ndarray, datum: str) -> np.ndarray:
    """Where places would be drawn if their numbers in a datum were taken for WGS-84."""
    lon, lat = crs.unproject(xy, FRAME).T
    there = crs.wgs84_to_gcj02(lon, lat)
    there = crs.gcj02_to_bd09(*there) if datum == "BD-09" else there
    return crs.project(*there, FRAME)


def inputs_with(folder: Path, lanes: Drawing, xy: np.ndarray, **more) -> Inputs:
    rows = [(f"s{number}", f"Station {number}", *at) for number, at in enumerate(xy)]
    return inputs_of(folder, HOMES, drawing=lanes, facilities=rows, tables=PEOPLE, **more)


def facilities_of(inputs: Inputs):
    [one] = [table for table in examine_inputs(inputs).tables if table.role == "facilities"]
    return one


def test_a_right_table_is_called_right(tmp_path, lanes, beside):
    found = facilities_of(inputs_with(tmp_path, lanes, beside))
    assert (found.found, found.sureness, found.differs, found.wrong) == (
        "WGS-84", "strong", False, False,
    )  # fmt: skip
    assert found.reasons[0].startswith("100% of places within 32 m of a street, ")


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09"])
def test_a_shifted_table_stops_a_run_with_what_to_write(tmp_path, lanes, beside, datum):
    examination = examine_inputs(inputs_with(tmp_path, lanes, shifted(beside, datum)))
    with pytest.raises(
        CrsError,
        match=rf"facilities.csv: its places fit {datum} and not EPSG:4326: 100% .* set "
        rf'\[facilities\] crs = "{datum}", or go on as it stands with --accept-datum',
    ):
        refuse_wrong_datums(examination)
    told = inputs_with(tmp_path, lanes, shifted(beside, datum))
    assert facilities_of(told).crs == datum


def test_a_right_table_that_the_plan_calls_gcj02(tmp_path, lanes, beside):
    inputs = inputs_with(tmp_path, lanes, beside)
    plan = inputs.plan
    wrong = plan.model_copy(
        update={"facilities": plan.facilities.model_copy(update={"crs": "GCJ-02"})}
    )
    lon, lat = crs.unproject(beside, FRAME).T
    table = inputs.facilities
    moved = table.rows.set_geometry(
        gpd.GeoSeries(shapely.points(*crs.gcj02_to_wgs84(lon, lat)), crs=4326)
    )
    found = facilities_of(replace(inputs, plan=wrong, facilities=replace(table, rows=moved)))
    assert (found.declared, found.found, found.crs, found.wrong) == (
        "GCJ-02", "WGS-84", "EPSG:4326", True,
    )  # fmt: skip


def test_a_table_moved_by_no_known_datum_is_told(tmp_path, lanes, beside):
    found = facilities_of(inputs_with(tmp_path, lanes, beside + np.array([310, 180])))
    assert (found.found, found.wrong) == ("no datum known here", True)
    assert "moved 3" in found.reasons[0]
    assert "to the west" in found.reasons[0]


def test_places_a_little_off_their_doors_are_not_called_wrong(tmp_path, lanes, beside):
    """Entrances far back, all to one side, as a table of plots has them."""
    found = facilities_of(inputs_with(tmp_path, lanes, beside + np.array([40, 40])))
    assert not found.wrong


def test_cells_and_outlines_are_never_called_moved(tmp_path, lanes, beside):
    inputs = inputs_with(tmp_path, lanes, beside + np.array([310, 180]))
    known = references_of(inputs)
    rows = inputs.facilities.rows
    readings = list_readings(rows.geometry.x.to_numpy(), rows.geometry.y.to_numpy(), known.near)
    told = pd.DataFrame({"name": "x"}, index=range(len(rows)))
    assert diagnose(told, readings, 0, known).moved is not None
    found = diagnose(told, readings, 0, known, has_doors=False)
    assert (found.moved, found.wrong) == (None, False)


def test_places_that_have_nothing_to_do_with_streets_tell_nothing(tmp_path, lanes):
    xy = np.random.default_rng(7).uniform(-2500, 2500, (STATIONS, 2))
    for places in (xy, shifted(xy, "GCJ-02")):
        found = facilities_of(inputs_with(tmp_path, lanes, places))
        assert (found.sureness, found.wrong) == ("undecided", False)


def test_one_station_tells_nothing(tmp_path, lanes):
    found = facilities_of(inputs_with(tmp_path, lanes, np.array([[400.0, 5.0]])))
    assert (found.found, found.sureness, found.wrong) == ("", "undecided", False)


def test_rows_far_off_are_named(tmp_path, lanes, beside):
    xy = np.vstack([beside, [[0.0, 60_000.0]]])
    rows = [(f"s{number}", f"Station {number}", *at) for number, at in enumerate(xy)]
    inputs = inputs_of(tmp_path, HOMES, drawing=lanes, facilities=rows, tables=PEOPLE)
    said = {(doubt.row, doubt.severity): doubt.what for doubt in examine_inputs(inputs).doubts}
    assert said == {
        (42, "warning"): "lies 55 km outside the data (streets and boundary)",
    }


def test_a_mixed_sheet_with_towns_names_its_rows_and_stops_nothing(tmp_path, lanes):
    xy = np.random.default_rng(9).uniform(-1500, 1500, (200, 2))
    xy[100:120, 0] = np.linspace(-350, -150, 20)  # so near the border that each of them crosses it
    drawn = xy.copy()
    drawn[100:120] = shifted(xy[100:120], "GCJ-02")
    rows = [
        (f"s{number}", f"Station {number}", town, *at)
        for number, (town, at) in enumerate(zip(towns_of(xy), drawn, strict=True))
    ]
    towns = {
        "甲镇": shapely.box(-4000, -4000, 0, 4000),
        "乙街道": shapely.box(0, -4000, 4000, 4000),
    }
    inputs = inputs_of(
        tmp_path, HOMES, drawing=lanes, facilities=rows, tables=PEOPLE, towns=towns,
        area=shapely.box(-4000, -4000, 4000, 4000), heading="facility_id,name,where",
    )  # fmt: skip
    examination = examine_inputs(inputs)
    refuse_wrong_datums(examination)
    [said] = [doubt for doubt in examination.doubts if "do not" in doubt.what]
    assert said.severity == "warning"
    assert 102 <= said.row <= 121
    assert "GCJ-02" in said.what
    assert "while others do not: rows 1" in said.what


# --- towns and names alone ---

TOWNS = gpd.GeoDataFrame(
    {"name": ["甲镇", "乙街道"]},
    geometry=[shapely.box(-4000, -4000, 0, 4000), shapely.box(0, -4000, 4000, 4000)],
    crs=FRAME,
).to_crs(4326)


def ask(xy: np.ndarray, towns: list[str], declared: str = "WGS-84", **more) -> Diagnosis:
    """Ask about places whose numbers were drawn at `xy`."""
    known = build_references(parts={"towns": TOWNS}, **more)
    lon, lat = crs.unproject(xy, FRAME).T
    readings = list_readings(lon, lat, known.near)
    number = [reading.name for reading in readings].index(declared)
    return diagnose(pd.DataFrame({"name": "x", "where": towns}), readings, number, known)


def towns_of(xy: np.ndarray) -> list[str]:
    return ["甲镇" if x < 0 else "上海市宝山区乙街道" for x in xy[:, 0]]


@pytest.mark.parametrize("datum", ["WGS-84", "GCJ-02", "BD-09"])
def test_the_column_of_towns_tells(datum):
    """The border runs north to south, so that a shift of 400 m east takes rows across it."""
    xy = np.random.default_rng(8).uniform(-2000, 2000, (200, 2))
    drawn = xy if datum == "WGS-84" else shifted(xy, datum)
    found = ask(drawn, towns_of(xy))
    assert (found.found.name, found.sureness, found.wrong) == (datum, "strong", datum != "WGS-84")


def test_towns_that_are_all_wrong_tell_nothing():
    xy = np.random.default_rng(8).uniform(1500, 3000, (50, 2))
    found = ask(xy, ["甲镇"] * 50)
    assert (found.sureness, found.wrong) == ("undecided", False)


def test_a_few_wrong_towns_change_nothing():
    xy = np.random.default_rng(8).uniform(-2000, 2000, (200, 2))
    towns = towns_of(xy)
    towns[::20] = ["甲镇"] * 10
    assert ask(xy, towns).found.name == "WGS-84"
    assert not ask(xy, towns).wrong


def test_rows_in_another_datum_are_found_among_the_rest():
    xy = np.random.default_rng(9).uniform(-1500, 1500, (240, 2))
    xy[100:120, 0] = np.linspace(-350, -150, 20)  # so near the border that each of them crosses it
    drawn = xy.copy()
    drawn[100:120] = shifted(xy[100:120], "GCJ-02")
    found = ask(drawn, towns_of(xy))
    mixed = find_mixed_rows(found, len(drawn))
    assert mixed is not None
    assert found.readings[mixed.readings[0]].name == "GCJ-02"
    assert set(mixed.rows) <= set(range(100, 120))
    assert len(mixed.rows) >= 15
    assert mixed.share < 0.6  # of those that tell
    assert find_mixed_rows(ask(xy, towns_of(xy)), len(xy)) is None


def test_things_of_the_same_name_tell():
    xy = np.random.default_rng(10).uniform(-3000, 3000, (12, 2))
    named = gpd.GeoDataFrame(
        {"name": [f"建设新村{number}" for number in range(12)]},
        geometry=shapely.points(xy), crs=FRAME,
    ).to_crs(4326)  # fmt: skip
    known = build_references(named=[named], parts={"towns": TOWNS})
    lon, lat = crs.unproject(shifted(xy + 20, "GCJ-02"), FRAME).T
    readings = list_readings(lon, lat, known.near)
    rows = pd.DataFrame({"name": named["name"]})
    found = diagnose(rows, readings, 0, known)
    assert (found.found.name, found.sureness, found.wrong) == ("GCJ-02", "strong", True)


def test_the_real_places_of_baoshan(shared_data: Path):
    """A sheet of 3,127 places with towns and metro as the only reference."""
    folder = shared_data / "baoshan"
    places = pd.read_csv(folder / "poi_wgs84.csv", dtype=str, keep_default_na=False)
    known = build_references(
        named=[gpd.read_file(folder / "metro_stations.geojson")],
        parts={"towns": gpd.read_file(folder / "towns.geojson")},
    )
    rng = np.random.default_rng(11)
    for number in (len(places) // 2, 20):
        some = places.iloc[rng.choice(len(places), number, replace=False)].reset_index(drop=True)
        lon, lat = (some[name].to_numpy(dtype=float) for name in ("lon", "lat"))
        gcj = crs.wgs84_to_gcj02(lon, lat)
        for truth, (x, y) in {
            "WGS-84": (lon, lat), "GCJ-02": gcj, "BD-09": crs.gcj02_to_bd09(*gcj),
        }.items():  # fmt: skip
            readings = list_readings(x, y, known.near)
            found = diagnose(some[["name", "address", "town"]], readings, 0, known)
            if number > 20:
                assert (found.found.name, found.sureness) == (truth, "strong")
            elif found.sureness != "undecided":
                assert found.found.name == truth


# --- rows that are swapped or empty, headings, and tables that lie nowhere as declared ---


def lonlat_of(xy: np.ndarray) -> np.ndarray:
    return np.array(crs.unproject(xy, FRAME))


def examined(folder: Path, lanes: Drawing, table: pd.DataFrame, crs_line: str = ""):
    """Write a plan whose table of facilities is as given; return its check."""
    inputs_with(folder, lanes, np.array([[0.0, 10.0]]))
    table.to_csv(folder / "facilities.csv", index=False)
    path = folder / "plan.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[facilities]\n", f"[facilities]\n{crs_line}"), encoding="utf-8")
    return check_plan(load_plan(path))


def told(check, severity: str) -> list[tuple[str, str]]:
    return [
        (doubt.what, doubt.remedy)
        for doubt in check.doubts
        if doubt.severity == severity and doubt.file == "facilities.csv"
    ]


def stations_in(datum: str, xy: np.ndarray, lon: str = "lon", lat: str = "lat") -> pd.DataFrame:
    x, y = from_wgs84_lonlat(*lonlat_of(xy).T, datum)
    ids = [f"s{number}" for number in range(len(xy))]
    return pd.DataFrame({"facility_id": ids, "name": ids, lon: x, lat: y})


@pytest.mark.parametrize("datum", first(2, ["EPSG:4549", "EPSG:3857", "EPSG:4528", "EPSG:32651"]))
def test_metres_that_the_plan_takes_for_degrees_are_named(tmp_path, lanes, beside, datum):
    check = examined(tmp_path, lanes, stations_in(datum, beside))
    [(what, remedy)] = told(check, "error")
    assert what.startswith("none of its 40 rows lies anywhere as EPSG:4326, but its numbers fit ")
    assert remedy == f'set [facilities] crs = "{datum}"'
    mended = examined(tmp_path, lanes, stations_in(datum, beside), f'crs = "{datum}"\n')
    assert told(mended, "error") == []


def test_swapped_columns_are_told_with_what_to_write(tmp_path, lanes, beside):
    table = stations_in("GCJ-02", beside, lon="纬度", lat="经度")
    check = examined(tmp_path, lanes, table)
    [(what, remedy)] = told(check, "error")
    assert "its numbers fit GCJ-02 with lon and lat swapped" in what
    assert remedy == (
        'set [facilities] crs = "GCJ-02", and swap the headings of lon and lat, or set '
        '[facilities] columns = { lon = "纬度", lat = "经度" }'
    )
    lines = 'crs = "GCJ-02"\ncolumns = { lon = "纬度", lat = "经度" }\n'
    assert told(examined(tmp_path, lanes, table, lines), "error") == []


def test_a_run_says_the_same_as_a_check(tmp_path, lanes, beside):
    examined(tmp_path, lanes, stations_in("EPSG:4549", beside))
    with pytest.raises(SourceError, match=r'but its numbers fit .*; set \[facilities\] crs = "E'):
        load_explained(load_plan(tmp_path / "plan.toml"))


@pytest.mark.parametrize(
    ("lon", "lat"), [("经度(GCJ-02)", "纬度(GCJ-02)"), ("高德经度", "高德纬度")]
)
def test_what_headings_say_counts_where_nothing_else_tells(tmp_path, lanes, lon, lat):
    far_from_streets = np.random.default_rng(7).uniform(-2500, 2500, (5, 2))
    table = stations_in("GCJ-02", far_from_streets, lon, lat)
    [(what, remedy), *_] = told(examined(tmp_path, lanes, table), "warning")
    assert what == f"its heading '{lon}' says GCJ-02, and the plan that it is in EPSG:4326"
    assert remedy == 'set [facilities] crs = "GCJ-02", or correct the heading'
    mended = examined(tmp_path, lanes, table, 'crs = "GCJ-02"\n')
    assert all("says" not in what for what, _ in told(mended, "warning"))


def test_a_heading_does_not_overrule_the_streets(tmp_path, lanes, beside):
    table = stations_in("EPSG:4326", beside, "百度经度", "百度纬度")
    check = examined(tmp_path, lanes, table)
    assert told(check, "error") == []
    assert told(check, "warning")[0] == (
        "its heading '百度经度' says BD-09, but its places fit WGS-84",
        "correct the heading, or ask who made it",
    )


def test_swapped_rows_in_metres_and_empty_ones_are_named(tmp_path, lanes, beside):
    table = stations_in("EPSG:4549", beside)
    table.loc[3, ["lon", "lat"]] = table.loc[3, ["lat", "lon"]].to_numpy().copy()
    table.loc[5, ["lon", "lat"]] = 0.0
    said = [
        (doubt.row, doubt.what.split(";")[0], doubt.remedy)
        for doubt in examined(tmp_path, lanes, table, 'crs = "EPSG:4549"\n').doubts
        if "as it stands" in doubt.what
    ]
    assert said == [
        (5, "lon and lat look swapped", "swap them in this row"),
        (7, "lon and lat are 0, as if never filled in", "write its place"),
    ]


def test_rows_across_the_border_of_the_area_contradict_no_street(tmp_path, lanes, beside):
    """The table goes on beyond the border, and by chance more of the shifted rows lie inside."""
    area = shapely.box(-1200, -4000, 4000, 4000)
    inputs = inputs_with(tmp_path, lanes, shifted(beside, "GCJ-02"), area=area)
    assert facilities_of(inputs).wrong


def test_a_datum_without_a_known_shift_is_doubtful(tmp_path, lanes, beside):
    check = examined(tmp_path, lanes, stations_in("EPSG:2365", beside), 'crs = "EPSG:2365"\n')
    assert any(
        what.startswith("EPSG:2365 is read without its shift to WGS-84, as none is known here")
        for what, _ in told(check, "warning")
    )


@pytest.mark.parametrize("datum", ["EPSG:2365", "EPSG:32652", "EPSG:6677"])
def test_a_right_table_in_a_grid_that_is_not_searched_is_not_called_wrong(
    tmp_path, lanes, beside, datum
):
    """Xian 1980, a UTM zone two away, and a grid of Tokyo."""
    check = examined(tmp_path, lanes, stations_in(datum, beside), f'crs = "{datum}"\n')
    assert told(check, "error") == []
    [one] = [one for one in check.examination.tables if one.role == "facilities"]
    assert (one.differs, one.wrong) == (False, False)
