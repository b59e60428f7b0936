"""Tables of points: what is read, what is dropped, what stops the run."""

import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, box

from planner import crs
from planner.errors import CrsError, PlannerError, SourceError
from planner.sources._checks import MOST
from planner.sources.tables import (
    EMPTY_PEOPLE,
    Table,
    keep_inside,
    load_demand_units,
    load_facilities,
    load_town_totals,
)

SHANGHAI = box(121.3, 31.2, 121.6, 31.5)
BLOCK = box(121.399, 31.299, 121.401, 31.301)


def written(folder: Path, text: str, name: str = "table.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def reasons(table: Table) -> list[tuple[int, str]]:
    assert list(table.dropped.columns) == ["file", "row", "reason"]
    assert (table.dropped["file"] == table.file).all()
    return list(zip(table.dropped["row"], table.dropped["reason"], strict=True))


def test_facilities_are_read_as_they_stand(tmp_path: Path):
    path = written(
        tmp_path,
        "facility_id,name,lon,lat,level,status,capacity,phone\n"
        "007,友谊站,121.4,31.3,town,,40,021\n"
        "12345678901234567890,=SUM(A1) <b>,121.5,31.4,,Planned,,\n",
    )
    table = load_facilities(path)
    rows = table.rows
    assert rows.crs.to_epsg() == 4326
    assert rows["facility_id"].tolist() == ["007", "12345678901234567890"]
    assert rows["name"].tolist() == ["友谊站", "=SUM(A1) <b>"]
    assert rows["level"].tolist() == ["town", ""]
    assert rows["status"].tolist() == ["open", "planned"]
    assert rows["opening_hours"].tolist() == ["", ""]
    assert rows["capacity"].tolist() == pytest.approx([40, np.nan], nan_ok=True)
    assert rows["cost"].isna().all()
    assert rows["phone"].tolist() == ["021", ""]
    assert rows["row"].tolist() == [2, 3]
    assert [(p.x, p.y) for p in rows.geometry] == [(121.4, 31.3), (121.5, 31.4)]
    assert table.dropped.empty
    assert table.notes == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_encodings_of_excel_in_china_are_read(tmp_path: Path, encoding: str):
    text = "facility_id,name,lon,lat\na,党群服务站,121.4,31.3\n"
    table = load_facilities(written(tmp_path, text, encoding=encoding))
    assert table.rows["name"].tolist() == ["党群服务站"]
    assert ["GB 18030" in note for note in table.notes] == [True] * (encoding == "gb18030")


def test_row_numbers_are_lines_of_the_file(tmp_path: Path):
    path = written(
        tmp_path, 'facility_id,name,lon,lat\n\na,"two\nlines",121.4,31.3\r\nb,x,,31\nc,y,121.4,31\n'
    )
    table = load_facilities(path)
    assert table.rows["row"].tolist() == [3, 6]
    assert reasons(table) == [(5, "lon is empty")]


def test_bad_rows_are_dropped_and_listed_in_their_order(tmp_path: Path):
    bad = ["b,1,x,31,5", "c,1,121,inf,5", "d,1,181,31,5", "e,1,121,-91,5", "g,1,NA,1,1"]
    path = written(tmp_path, "\n".join(["id,n,lon,lat,people", "a,1,121,31,5", *bad]))
    table = load_demand_units(path, people="people")
    assert table.rows["id"].tolist() == ["a"]
    assert reasons(table) == [
        (3, "lon 'x' is no number"),
        (4, "lat is infinite"),
        (5, "lon is not within -180 and 180"),
        (6, "lat is not within -90 and 90"),
        (7, "lon is empty"),
    ]


def test_people_are_numbers_and_empty_ones_are_listed_but_stay(tmp_path: Path):
    path = written(tmp_path, "lon,lat,n\n121,31,2.5\n121,31,\n121,31,many\n121,31,inf\n121,,\n")
    table = load_demand_units(path, people="n")
    assert list(table.rows.columns) == ["id", "people", "row", "geometry"]
    assert table.rows["id"].tolist() == ["2", "3"]
    assert table.rows["people"].tolist() == [2.5, 0.0]
    assert reasons(table) == [
        (3, EMPTY_PEOPLE),
        (4, "n 'many' is no number"),
        (5, "n is infinite"),
        (6, "lat is empty"),
    ]


@given(st.lists(st.tuples(st.floats(-179, 179), st.floats(-89, 89), st.floats(0, 1e6)), min_size=1))
def test_rows_keep_their_order_and_numbers(tmp_path_factory, points):
    lines = [f"{lon!r},{lat!r},{people!r}" for lon, lat, people in points]
    path = written(tmp_path_factory.mktemp("points"), "\n".join(["lon,lat,people", *lines]))
    rows = load_demand_units(path, people="people").rows
    assert list(zip(rows.geometry.x, rows.geometry.y, rows["people"], strict=True)) == points


FACILITY_FAULTS = [
    ("facility_id,lon,lat\na,1,1\n", r"no column 'name'; it has facility_id, lon, lat; add or"),
    ("facility_id,name,lon,lon\na,b,1,1\n", r"heading 'lon' stands twice; rename"),
    ("facility_id,name,lon,lat\n", r"has no rows; add at least one"),
    ("", r"is empty; give a file with rows"),
    ("facility_id,name,lon,lat\na,b,1,1\n,b,1,1\n", r"row 3: facility_id is empty; give each"),
    ("facility_id,name,lon,lat\na,b,1,1\nx,b,1,1\na,b,1,1\n", r"row 4: facility_id 'a' already st"),
    (
        "facility_id,name,lon,lat,status\na,b,1,1,shut\n",
        r"row 2: status 'shut'; give open, planned, closed",
    ),
    ("facility_id,name,lon,lat,cost\na,b,1,1,-2\n", r"row 2: cost is negative; give 0 or more"),
    ("facility_id,name,lon,lat\na,b,31.3,121.4\n", r"none of its 1 rows .* look swapped; swap"),
    ("facility_id,name,lon,lat\na,b,356000,3470000\n", r"look like metres; name their CRS"),
    (
        "facility_id,name,lon,lat\na,b,east 121,31°N\n",
        r"lon 'east 121' is no number; write decimal deg",
    ),
    (
        "facility_id,name,lon,lat\na,b,1\n",
        r"row 2: 3 cells, but the heading has 4; give each row as",
    ),
    (
        'facility_id,name,lon,lat\na,"' + "x" * 200_000 + '",1,1\n',
        r"row 2: a cell has more than 131,072 characters",
    ),
]


@pytest.mark.parametrize(("text", "message"), FACILITY_FAULTS)
def test_a_fault_of_the_file_names_file_row_and_what_to_do(tmp_path: Path, text: str, message: str):
    path = written(tmp_path, text)
    with pytest.raises(SourceError, match=message) as caught:
        load_facilities(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


DEMAND_FAULTS = [
    ("lon,lat,n\n1,1,2\n", r"no column 'people'; it has lon, lat, n"),
    ("lon,lat,people\n1,1,2\n1,1,-3\n", r"row 3: people -3 is negative; give 0 or more"),
    ("id,lon,lat,people\na,1,1,2\na,1,1,3\n", r"row 3: id 'a' already stands in row 2"),
    ("lon,lat,people\n1,1,x\n1,1,y\n", r"none of its rows can be used, as people 'x' is no number"),
]


@pytest.mark.parametrize(("text", "message"), DEMAND_FAULTS)
def test_faults_of_people_stop_the_run(tmp_path: Path, text: str, message: str):
    with pytest.raises(SourceError, match=message):
        load_demand_units(written(tmp_path, text), people="people")


def test_files_that_are_no_tables_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(SourceError, match="no such file; check the path"):
        load_facilities(tmp_path / "none.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(SourceError, match="is a folder, not a file"):
        load_facilities(tmp_path / "folder.csv")
    with pytest.raises(
        SourceError, match=r"not a format that is read; give \.csv, \.tsv, .* \.geojson"
    ):
        load_facilities(written(tmp_path, "x", "table.xyz"))
    with pytest.raises(SourceError, match="row 1: has a NUL, so it is not text in UTF-8"):
        load_facilities(written(tmp_path, "a,b", "wide.csv", "utf-16-le"))
    (tmp_path / "bytes.csv").write_bytes(b"a,b\n\xff\xff,1\n")
    with pytest.raises(SourceError, match="neither UTF-8 nor GB 18030"):
        load_facilities(tmp_path / "bytes.csv")
    with pytest.raises(SourceError, match=r"cannot be read .*export it again"):
        load_facilities(written(tmp_path, '{"type": "FeatureColl', "cut.geojson"))
    redirect = '<OGRVRTDataSource><OGRVRTLayer name="a"/></OGRVRTDataSource>'
    with pytest.raises(SourceError, match="is no geojson file inside"):
        load_facilities(written(tmp_path, redirect, "vrt.geojson"))
    monkeypatch.setattr("planner.sources._read_table.MAX_BYTES", 10)
    with pytest.raises(SourceError, match=r"larger than the .* that are read; cut it to the"):
        load_facilities(written(tmp_path, "facility_id,name,lon,lat\n", "big.csv"))


def test_a_wrong_number_beside_the_point_is_noted(tmp_path: Path):
    path = written(tmp_path, "facility_id,name,lon,lat,capacity\na,,1,1,lots\n")
    table = load_facilities(path)
    assert table.rows["name"].tolist() == ["a"]
    assert table.rows["capacity"].isna().all()
    assert table.notes == [
        "table.csv: row 2: capacity 'lots' is no number, taken as not given",
        "table.csv: 1 rows without a name are called by their id",
    ]


def test_nothing_and_half_are_numbers_and_no_end_is_none(tmp_path: Path):
    rows = "".join(f"{n},{n},1,1,{n}\n" for n in ("0", "0.5", "inf", "-inf"))
    table = load_facilities(written(tmp_path, "facility_id,name,lon,lat,cost\n" + rows))
    assert table.rows["cost"].tolist() == pytest.approx([0, 0.5, np.nan, np.nan], nan_ok=True)
    assert table.notes == [
        "table.csv: row 4: cost 'inf' is no number, taken as not given",
        "table.csv: row 5: cost '-inf' is no number, taken as not given",
    ]


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09", "CGCS2000", "EPSG:32651"])
def test_coordinates_come_out_as_wgs84(tmp_path: Path, datum: str):
    lon, lat = np.array([121.4]), np.array([31.3])
    gcj = crs.wgs84_to_gcj02(lon, lat)
    metres = crs.project(lon, lat, crs.metric_crs_at(121.4, 31.3))[0]
    x, y = {
        "GCJ-02": gcj,
        "BD-09": crs.gcj02_to_bd09(*gcj),
        "CGCS2000": (lon, lat),
        "EPSG:32651": ([metres[0]], [metres[1]]),
    }[datum]
    path = written(tmp_path, f"facility_id,name,lon,lat\na,b,{float(x[0])!r},{float(y[0])!r}\n")
    point = load_facilities(path, crs=datum).rows.geometry.iloc[0]
    assert (point.x, point.y) == pytest.approx((121.4, 31.3), abs=1e-9)


def test_an_unknown_crs_is_refused(tmp_path: Path):
    path = written(tmp_path, "facility_id,name,lon,lat\na,b,1,1\n")
    with pytest.raises(CrsError, match="unknown crs 'mars'"):
        load_facilities(path, crs="mars")


@pytest.mark.parametrize("suffix", ["geojson", "gpkg"])
@pytest.mark.parametrize("epsg", [4326, 32651])
def test_layers_of_points_are_read_as_tables(tmp_path: Path, suffix: str, epsg: int):
    layer = gpd.GeoDataFrame(
        {"facility_id": [7, 8], "name": ["a", "b"], "cost": [1.5, None]},
        geometry=[Point(121.4, 31.3), Point(121.5, 31.4)],
        crs="EPSG:4326",
    )
    path = tmp_path / f"stations.{suffix}"
    layer.to_crs(epsg).to_file(path)
    table = load_facilities(path)
    assert table.rows["facility_id"].tolist() == ["7", "8"]
    assert table.rows["row"].tolist() == [1, 2]
    assert table.rows["cost"].tolist() == pytest.approx([1.5, np.nan], nan_ok=True)
    assert shapely.distance(table.rows.geometry.array, layer.geometry.array).max() < 1e-7
    shifted = load_facilities(path, crs="GCJ-02").rows.geometry.iloc[0]
    assert 0.001 < shifted.distance(layer.geometry.iloc[0]) < 0.02


def test_layers_that_hold_no_points_are_told(tmp_path: Path):
    data = {"id": ["a", "b", "c"], "people": [1, 2, 3]}
    shapes = [Point(1, 1), LineString([(0, 0), (1, 1)]), None]
    path = tmp_path / "mixed.geojson"
    gpd.GeoDataFrame(data, geometry=shapes, crs=4326).to_file(path)
    table = load_demand_units(path, people="people")
    assert table.rows["id"].tolist() == ["a"]
    assert reasons(table) == [(2, "geometry is no point"), (3, "geometry is empty")]
    gpd.GeoDataFrame(data, geometry=[shapes[1]] * 3, crs=4326).to_file(path)
    with pytest.raises(SourceError, match="geometry is no point; give a file of points"):
        load_demand_units(path, people="people")


@pytest.mark.filterwarnings("ignore:'crs' was not provided:UserWarning")
def test_a_geopackage_needs_one_layer_and_a_crs(tmp_path: Path):
    layer = gpd.GeoDataFrame({"facility_id": ["a"], "name": ["a"]}, geometry=[Point(1, 1)])
    layer.to_file(tmp_path / "bare.gpkg")
    with pytest.raises(SourceError, match="has no CRS; set the one it was made in"):
        load_facilities(tmp_path / "bare.gpkg")
    for name in ("one", "two"):
        layer.set_crs(4326).to_file(tmp_path / "many.gpkg", layer=name)
    with pytest.raises(SourceError, match=r"has several layers: one, two; name one, as in .*#one"):
        load_facilities(tmp_path / "many.gpkg")


def test_rows_outside_are_dropped_and_listed(tmp_path: Path):
    path = written(tmp_path, "id,lon,lat,n\na,121.4,31.3,\nb,120,31,\nc,121.3,31.2,1\n")
    table = load_demand_units(path, people="n")
    inside = keep_inside(table, SHANGHAI, name="the area")
    assert inside.rows["id"].tolist() == ["a", "c"]
    assert reasons(inside) == [(2, EMPTY_PEOPLE), (3, EMPTY_PEOPLE), (3, "outside the area")]
    assert len(table.rows) == 3
    assert inside.rows.columns.tolist() == table.rows.columns.tolist()
    assert inside.rows.index.tolist() == [0, 1]


OUTSIDE = [
    (31.3, 21.4, box(21.3, 31.2, 21.6, 31.5), "lon and lat look swapped; swap their headings"),
    (51.2, -30.0, box(-51.3, -30.1, -51.1, -29.9), "lon seems to lack its minus sign"),
    (-51.2, 30.0, box(-51.3, -30.1, -51.1, -29.9), "lat seems to lack its minus sign"),
    (
        121.4045,
        31.298,
        BLOCK,
        'look like GCJ-02; set crs = "GCJ-02"',
    ),
    (121.411, 31.304, BLOCK, 'look like BD-09; set crs = "BD-09"'),
    (121.3955, 31.302, BLOCK, "look like WGS-84; set crs"),
    (116.4, 39.9, SHANGHAI, r"around lon 116\.400, lat 39\.900, .* km away; check that the files"),
    (-51.2, -30.0, SHANGHAI, r"lat 31\.350, 19,308 km away; check that the files belong"),
]


@pytest.mark.parametrize(("lon", "lat", "area", "guess"), OUTSIDE)
def test_all_rows_outside_stop_the_run_with_a_guess(tmp_path: Path, lon, lat, area, guess):
    table = load_demand_units(written(tmp_path, f"lon,lat,n\n{lon},{lat},1\n"), people="n")
    with pytest.raises(SourceError, match=guess) as caught:
        keep_inside(table, area)
    assert str(caught.value).startswith("table.csv: all 1 rows lie outside the study area; ")


def test_totals_by_town_are_whole_numbers(tmp_path: Path):
    head = "town,kind,people\n"
    totals = load_town_totals(written(tmp_path, head + "北镇,residential,120\n北镇,industrial,0\n"))
    assert totals["people"].tolist() == [120, 0]
    assert totals["row"].tolist() == [2, 3]
    for row, message in {
        ",residential,1": "row 2: town is empty; name a town",
        "a,all,1": "row 2: kind 'all'; give residential, industrial, commercial",
        "a,residential,1.5": "row 2: people '1.5'; give a whole number",
        "a,residential,-1": "row 2: people '-1'; give a whole number",
        "a,residential": "row 2: 2 cells, but the heading has 3",
        "a,residential,1\na,residential,1": "row 3: a has residential twice; keep one",
    }.items():
        with pytest.raises(SourceError, match=message):
            load_town_totals(written(tmp_path, head + row + "\n"))


@given(st.binary(min_size=1, max_size=300), st.sampled_from(["csv", "geojson", "gpkg"]))
def test_any_bytes_give_a_table_or_a_message(tmp_path_factory, content: bytes, suffix: str):
    path = tmp_path_factory.mktemp("bytes") / f"x.{suffix}"
    path.write_bytes({"csv": b"", "geojson": b"{", "gpkg": b"SQLite format 3\0"}[suffix] + content)
    with pytest.raises(PlannerError, match=r".") as caught:
        load_facilities(path)
    assert "\n" not in str(caught.value)


def test_real_tables_of_porto_alegre(shared_data: Path):
    folder = shared_data / "porto_alegre"
    assert len(load_facilities(folder / "facilities.csv").rows) == 117
    homes = load_demand_units(folder / "hexgrid.csv", people="population")
    jobs = load_demand_units(folder / "hexgrid.csv", people="jobs")
    assert (len(homes.rows), homes.rows["people"].sum()) == (1227, 812_935)
    assert (len(jobs.rows), jobs.rows["people"].sum()) == (1227, 337_921)
    assert [reason for _, reason in reasons(jobs)] == [EMPTY_PEOPLE] * 5


def test_real_places_of_baoshan_lie_in_it(shared_data: Path):
    folder = shared_data / "baoshan"
    area = gpd.read_file(folder / "district_wgs84.geojson").union_all()
    # The places have no people; their latitude stands in as a number above 0.
    table = keep_inside(load_demand_units(folder / "poi_wgs84.csv", people="lat"), area)
    assert len(table.rows) > 3000


def test_opening_hours_in_the_syntax_of_osm_are_kept_as_they_are(tmp_path):
    path = tmp_path / "facilities.csv"
    rows = ['F1,One,121.4,31.4,"Mo-Fr 08:30-17:00; Sa,Su 09:00-16:00"', "F2,Two,121.4,31.4,",
            "F3,Three,121.4,31.4,24/7"]  # fmt: skip
    path.write_text("facility_id,name,lon,lat,opening_hours\n" + "\n".join(rows), encoding="utf-8")
    found = load_facilities(path).rows["opening_hours"]
    assert found.tolist() == ["Mo-Fr 08:30-17:00; Sa,Su 09:00-16:00", "", "24/7"]
    assert "given:opening_hours" not in load_facilities(path).rows


def test_the_parser_of_hours_is_loaded_only_for_hours(tmp_path):
    path = tmp_path / "facilities.csv"
    path.write_text("facility_id,name,lon,lat\nF1,One,121.4,31.4\n", encoding="utf-8")
    code = f"import sys; from planner.sources.tables import load_facilities as f; f({str(path)!r})"
    code += "; sys.exit('opening_hours' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_more_rows_than_a_run_is_made_for_are_refused(tmp_path: Path, monkeypatch):
    for what in ("facilities", "places with people"):
        monkeypatch.setitem(MOST, what, 2)
    rows = "".join(f"{name},{name},121.4,31.3,1\n" for name in "abc")
    path = written(tmp_path, "facility_id,name,lon,lat,n\n" + rows)
    with pytest.raises(SourceError, match=r"table\.csv: 3 facilities are more than the 2 that a"):
        load_facilities(path)
    with pytest.raises(SourceError, match=r"table\.csv: 3 places with people are more than the 2"):
        load_demand_units(path, people="n")
    for what in ("facilities", "places with people"):
        monkeypatch.setitem(MOST, what, 3)
    assert len(load_facilities(path).rows) == len(load_demand_units(path, people="n").rows) == 3
