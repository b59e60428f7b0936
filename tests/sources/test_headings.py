"""Headings: clashes with those of the results, the nearest right one, all faults in one line."""

import sqlite3
from pathlib import Path

import pytest

from planner.errors import SourceError
from planner.reports import write_result
from planner.run import run_plan
from planner.sources.candidate_table import load_candidates
from planner.sources.group_tables import load_group_table
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from planner.sources.polygon_table import load_polygons
from planner.sources.tables import (
    load_demand_units,
    load_facilities,
    load_gates,
    load_town_totals,
)
from tests.cities.small_city import facility_rows, write_city, write_lines


def written(folder: Path, *lines: str, name: str = "t.csv") -> Path:
    (folder / name).write_text("\n".join([*lines, ""]), encoding="utf-8")
    return folder / name


def fault(load, path: Path, **more) -> str:
    with pytest.raises(SourceError) as caught:
        load(path, **more)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{path}: ")


CLASHING = ["fid", "geom", "Name", "ROWID", "OID", "FID", "Geom", "joined", "people_nearest_x",
            "geometry", "row", "lat2", "given:fid", "=a"]  # fmt: skip


def test_no_heading_of_a_table_clashes_with_one_of_the_results(tmp_path: Path):
    """Each was an error of GDAL, or took the place of another column."""
    heading, *rows = facility_rows("test")
    plan = write_city(tmp_path / "city")
    texts = [f"v{number}" for number in range(len(CLASHING))]
    lines = [",".join([heading, *CLASHING]), *(",".join([row, *texts]) for row in rows)]
    write_lines(tmp_path / "city" / "facilities.csv", lines)
    inputs = load_inputs(load_plan(plan))
    write_result(run_plan(inputs), tmp_path / "out")
    with sqlite3.connect(tmp_path / "out" / "result.gpkg") as base:
        base.row_factory = sqlite3.Row
        row = dict(base.execute("SELECT * FROM facilities").fetchone())
    base.close()
    assert {name: row[name] for name in row if str(row[name]).startswith("v")} == {
        "given:fid": "v0", "given:geom": "v1", "given:Name": "v2", "given:ROWID": "v3",
        "given:OID": "v4", "given:FID 2": "v5", "given:Geom 2": "v6", "given:joined": "v7",
        "given:people_nearest_x": "v8", "given:geometry": "v9", "given:row": "v10", "lat2": "v11",
        "given:given:fid": "v12", "=a": "v13",
    }  # fmt: skip
    assert "facilities.csv: the column 'fid' is called 'given:fid' in the results" in inputs.notes


def test_too_many_columns_are_told_before_the_run(tmp_path: Path):
    heading, *rows = facility_rows("test")
    names = ",".join(f"c{number}" for number in range(1_900))
    path = written(tmp_path, f"{heading},{names}", *(row + "," * 1_900 for row in rows))
    message = "has more than the 1,900 columns that results can take; leave out those that are not"
    assert fault(load_facilities, path).startswith(message)


def test_a_column_may_be_called_like_our_own(tmp_path: Path):
    """`row` gave the numbers of the rows for people."""
    path = written(tmp_path, "row,geometry,lon,lat", "40,g1,121.4,31.3", "60,g2,121.5,31.4")
    table = load_demand_units(path, people="row", id_column="geometry", keep=("row",))
    assert table.rows["people"].tolist() == [40, 60]
    assert table.rows["id"].tolist() == ["g1", "g2"]
    assert table.rows["row"].tolist() == [2, 3]
    assert table.rows["given:row"].tolist() == ["40", "60"]
    by_row = load_demand_units(path, people="row", id_column="row")
    assert by_row.rows["id"].tolist() == ["40", "60"]
    message = "no column 'id'; it has row, geometry, lon, lat; add or rename it"
    assert fault(load_demand_units, path, people="id") == message


def test_a_column_named_row_of_a_geojson(tmp_path: Path):
    corners = "[[[0, 0], [1, 0], [0, 1], [0, 0]]]"
    text = (
        '{"type": "Feature", "properties": {"row": 7, "geometry": "x", "tier": "t"}, '
        f'"geometry": {{"type": "Polygon", "coordinates": {corners}}}}}'
    )
    rows = load_polygons(written(tmp_path, text, name="p.geojson"), name="row").rows
    assert rows["name"].tolist() == ["7"]
    assert (rows["row"].tolist(), rows["given:geometry"].tolist()) == ([1], ["x"])


@pytest.mark.parametrize(
    ("heading", "message"),
    [
        ("facility_id,nmae,lon,lat", "no column 'name'; did you mean nmae? it has facility_id, nm"),
        ("facilty_id,name,lon,lat", "no column 'facility_id'; did you mean facilty_id? it has"),
        (
            "facility,name,long,Lat",
            "no column 'facility_id'; did you mean facility? it has facility",
        ),
        ("a,b,c,d", "no column 'facility_id', 'name', 'lon', 'lat'; it has a, b, c, d; add or"),
    ],
)
def test_a_wrong_heading_is_met_by_the_nearest_one(tmp_path: Path, heading: str, message: str):
    path = written(tmp_path, heading, "a,b,121.4,31.3")
    assert fault(load_facilities, path).startswith(message)


def test_the_plan_asks_for_a_column_that_is_called_otherwise(tmp_path: Path):
    path = written(tmp_path, "id,peple,lon,lat", "a,1,121.4,31.3")
    message = "no column 'people'; did you mean peple? it has id, peple, lon, lat; add or rename it"
    assert fault(load_demand_units, path, people="people") == message
    path = written(tmp_path, "twon,kind,people", "a,residential,1")
    assert fault(load_town_totals, path).startswith("no column 'town'; did you mean twon? it has")


def test_a_column_that_is_almost_one_we_read_is_noted(tmp_path: Path):
    """The hours of a column whose heading is misspelt would not be read."""
    path = written(tmp_path, "facility_id,name,lon,lat,opening_hour,Capacity,phone",
                   "a,b,121.4,31.3,off,5,1")  # fmt: skip
    assert load_facilities(path).notes == [
        "t.csv: the column 'opening_hour' is not used; did you mean opening_hours?",
        "t.csv: the column 'Capacity' is not used; did you mean capacity?",
        "t.csv: the column 'Capacity' is called 'given:Capacity' in the results",
    ]
    gates = load_gates(written(tmp_path, "lon,lat,hour", "121.4,31.3,off"))
    assert gates.notes == ["t.csv: the column 'hour' is not used; did you mean hours?"]
    sites = load_candidates(written(tmp_path, "site_id,name,lon,lat,costs", "a,b,121.4,31.3,5"))
    assert sites.notes == ["t.csv: the column 'costs' is not used; did you mean cost?"]


def test_all_faults_of_a_table_stand_in_one_line(tmp_path: Path):
    path = written(
        tmp_path,
        "facility_id,name,lon,lat,status,cost,opening_hours",
        "a,x,121.4,31.3,shut,-1,",
        "a,y,121.4,31.3,lost,5,off",
        ",z,121.4,31.3,open,-2,",
        "all,z,121.4,31.3,open,,",
    )
    assert fault(load_facilities, path) == (
        "7 faults: row 4: facility_id is empty; give each row its own"
        " | row 3: facility_id 'a' already stands in row 2; give each row its own"
        " | row 5: the facility_id 'all' is reserved for the whole; rename it"
        " | row 2: status 'shut'; give open, planned, closed"
        " | row 3: status 'lost'; give open, planned, closed"
        " | row 3: opening_hours 'off' never opens from 2026-03-09 on; write it like "
        "'Mo-Fr 08:30-17:00; Sa,Su 09:00-16:00', or leave it empty"
        " | row 2: cost is negative; give 0 or more, or nothing (also row 4)"
    )


@pytest.mark.parametrize(("rows", "end"), [(20, "'w19'; give open, planned, closed"),
                                          (23, " | and 3 more faults")])  # fmt: skip
def test_twenty_faults_are_told_in_full(tmp_path: Path, rows: int, end: str):
    lines = [f"f{k},x,121.4,31.3,w{k}" for k in range(rows)]
    path = written(tmp_path, "facility_id,name,lon,lat,status", *lines)
    message = fault(load_facilities, path)
    assert message.startswith(f"{rows} faults: row 2: status 'w0'; give open")
    assert message.endswith(end)


def test_each_fault_of_each_row_is_told_for_itself(tmp_path: Path):
    never = "d,z,121.4,31.3,open,off"
    path = written(
        tmp_path, "facility_id,name,lon,lat,status,opening_hours",
        "a,x,121.4,31.3,shut,", "a,y,121.4,31.3,shut,", never, never.replace("d", "e", 1),
    )  # fmt: skip
    with pytest.raises(SourceError) as told:
        load_facilities(path)
    assert [(one.row, one.what.split()[0]) for one in told.value.doubts] == [
        (3, "facility_id"), (2, "status"), (3, "status"),
        (4, "opening_hours"), (5, "opening_hours"),
    ]  # fmt: skip
    assert {(one.severity, one.file) for one in told.value.doubts} == {("error", path.name)}
    assert told.value.doubts[-1].remedy == (
        "write it like 'Mo-Fr 08:30-17:00; Sa,Su 09:00-16:00', or leave it empty"
    )


@pytest.mark.parametrize(
    ("rows", "also"),
    [
        (1, ""),
        (2, " (also row 3)"),
        (5, " (also rows 3, 4, 5, 6)"),
        (6, " (also rows 3, 4, 5, 6 and 1 more)"),
        (9, " (also rows 3, 4, 5, 6 and 4 more)"),
    ],
)
def test_four_more_rows_of_a_fault_are_named(tmp_path: Path, rows: int, also: str):
    path = written(tmp_path, "lon,lat,n", *["121.4,31.3,-1"] * rows)
    message = f"row 2: n -1 is negative; give 0 or more{also}"
    assert fault(load_demand_units, path, people="n") == message


def test_all_faults_of_other_tables(tmp_path: Path):
    path = written(tmp_path, "town,kind,people", "a,x,1.5", ",residential,5", "b,y,-1")
    assert fault(load_town_totals, path) == (
        "5 faults: row 3: town is empty; name a town"
        " | row 2: kind 'x'; give residential, industrial, commercial"
        " | row 4: kind 'y'; give residential, industrial, commercial"
        " | row 2: people '1.5'; give a whole number, 0 or more"
        " | row 4: people '-1'; give a whole number, 0 or more"
    )
    path = written(tmp_path, "id,people,lon,lat", "a,-1,1,1", "a,-2,1,1", "b,-3,1,1")
    assert fault(load_demand_units, path, people="people") == (
        "4 faults: row 3: id 'a' already stands in row 2; give each row its own"
        " | row 2: people -1 is negative; give 0 or more"
        " | row 3: people -2 is negative; give 0 or more"
        " | row 4: people -3 is negative; give 0 or more"
    )
    path = written(tmp_path, "town,group,share", "a,old,2", ",old,0.5", "a,old,", "b,young,9")
    assert fault(load_group_table, path, group="old") == (
        "4 faults: row 3: town is empty; name a town"
        " | row 4: give exactly one of people and share"
        " | row 4: a has group 'old' twice; keep one of the rows"
        " | row 2: share '2'; give a number, 0 to 1"
    )


@pytest.mark.parametrize(
    "title",
    ["单位：万人", "宝山区人口（万人）", "（单位：千人）", "单位:万", "表1 单位：万人 2025年"],
)
def test_numbers_that_a_title_says_are_ten_thousands_are_refused(tmp_path: Path, title: str):
    totals = written(tmp_path, f"{title},", "街镇,常住人口", "庙行镇,16")
    assert fault(load_town_totals, totals).startswith(f"t.csv: '{title}' above the headings says")
    places = written(tmp_path, f"{title},,", "lon,lat,n", "121.4,31.4,0.5")
    assert "does not count single persons" in fault(load_demand_units, places, people="n")


@pytest.mark.parametrize("title", ["单位：人", "填报单位：组织部", "单位：万元", "十万人的街镇"])
def test_other_titles_say_nothing_of_the_numbers(tmp_path: Path, title: str):
    totals = written(tmp_path, f"{title},", "街镇,常住人口", "庙行镇,16")
    assert load_town_totals(totals)["people"].tolist() == [16]


@pytest.mark.parametrize("heading", ["人口（万人）", "人数(千)", "people (000s)", "people (1,000)"])
def test_a_column_of_ten_thousands_that_the_plan_names_is_refused(tmp_path: Path, heading: str):
    places = written(tmp_path, f'lon,lat,"{heading}"', "121.4,31.4,0.5")
    assert "does not count single persons" in fault(load_demand_units, places, people=heading)


def test_a_year_in_a_heading_is_no_thousand(tmp_path: Path):
    totals = written(tmp_path, "街镇,常住人口（2000年）", "庙行镇,16")
    assert load_town_totals(totals)["people"].tolist() == [16]
    places = written(tmp_path, "lon,lat,人口（2000年）", "121.4,31.4,5")
    assert load_demand_units(places, people="人口（2000年）").rows["people"].tolist() == [5]


@pytest.mark.parametrize("people", ["9" * 5_000, "99999999999"])
def test_totals_of_many_digits(tmp_path: Path, people: str):
    """Python reads no number of 5,000 digits: it was a traceback."""
    path = written(tmp_path, "town,kind,people", f"a,residential,{people}")
    message = fault(load_town_totals, path)
    assert message.startswith("row 2: people '99999999999")
    assert message.endswith("; no town has more than 10,000,000,000")
    assert len(message) < 200


def test_a_town_may_have_ten_billion_people_and_a_place_one(tmp_path: Path):
    path = written(tmp_path, "town,kind,people", "a,residential,10000000000")
    assert load_town_totals(path)["people"].tolist() == [10_000_000_000]
    path = written(tmp_path, "lon,lat,n", "1,1,1000000000", "1,1,1000000000.5")
    table = load_demand_units(path, people="n")
    assert table.rows["people"].tolist() == [1e9]
    assert table.dropped["reason"].tolist() == ["n is more than a place can hold"]


def test_zeros_before_a_number_are_a_part_of_it(tmp_path: Path):
    path = written(
        tmp_path, "town,kind,people", "a,residential,0012", f"b,residential,{'0' * 5_000}"
    )
    assert load_town_totals(path)["people"].tolist() == [12, 0]
