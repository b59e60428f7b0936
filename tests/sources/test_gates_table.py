"""The table of gates, and facilities that outsiders may not enter."""

import pytest

from planner.errors import PlanError, PlannerError, SourceError
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from planner.sources.tables import load_facilities, load_gates
from tests.cities.small_city import write_city


def written(folder, text, name="gates.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_gates_are_read(tmp_path):
    table = load_gates(
        written(
            tmp_path,
            "gate_id,name,lon,lat,hours,who\n"
            "g1,南门,121.4,31.4,06:00-22:00,Everyone\n"
            "g2,,121.5,31.5,,adult; courier\n"
            "g3,x,121.6,31.4,none,\n",
        )
    )
    assert table.rows.drop(columns="geometry").values.tolist() == [
        ["g1", "南门", "06:00-22:00", "everyone", 2],
        ["g2", "", "", "adult;courier", 3],
        ["g3", "x", "", "residents", 4],
    ]
    columns = ["gate_id", "name", "hours", "who", "row", "geometry"]
    assert table.rows.columns.tolist() == columns
    assert (table.rows.geometry.x[0], table.rows.geometry.y[0]) == (121.4, 31.4)
    assert table.rows.crs.to_epsg() == 4326
    assert table.file == "gates.csv"


def test_only_the_place_is_needed(tmp_path):
    rows = load_gates(written(tmp_path, "lon,lat\n121.4,31.4\n121.5,31.4\n")).rows
    assert rows["gate_id"].tolist() == ["row/2", "row/3"]
    assert rows["who"].tolist() == ["residents"] * 2
    assert rows["hours"].tolist() == rows["name"].tolist() == ["", ""]


def test_a_gate_without_a_place_is_listed(tmp_path):
    table = load_gates(written(tmp_path, "lon,lat\n121.4,31.4\n,31.4\n"))
    assert len(table.rows) == 1
    assert table.dropped["row"].tolist() == [3]


def test_the_datum_of_the_plan_counts(tmp_path):
    path = written(tmp_path, "lon,lat\n121.4,31.4\n")
    shift = load_gates(path, crs="GCJ-02").rows.geometry[0].x - 121.4
    assert 0.001 < abs(shift) < 0.01


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("g1,121.4,31.4,off,", r"gates.csv: row 3: hours 'off' never opens .*; write it like"),
        ("g1,121.4,31.4,,everyone;adult", "row 3: who 'everyone;adult'; give residents, everyone"),
        ("g1,121.4,31.4,,adult;;child", "row 3: who 'adult;;child'; give residents, everyone"),
        ("g0,121.4,31.4,,", "row 3: gate_id 'g0' already stands in row 2; give each row its own"),
        (",121.4,31.4,,", "row 3: gate_id is empty; give each row its own"),
        ("all,121.4,31.4,,", "row 3: the gate_id 'all' is reserved"),
    ],
)
def test_a_bad_row_is_one_line(tmp_path, row, message):
    path = written(tmp_path, f"gate_id,lon,lat,hours,who\ng0,121.4,31.4,,\n{row}\n")
    with pytest.raises(SourceError, match=message) as caught:
        load_gates(path)
    assert isinstance(caught.value, PlannerError)
    assert "\n" not in str(caught.value)


def test_a_table_without_places(tmp_path):
    with pytest.raises(SourceError, match="no column 'lon', 'lat'"):
        load_gates(written(tmp_path, "gate_id\ng1\n"))


# -- facilities -----------------------------------------------------------------------------------


def facilities(tmp_path, *values):
    rows = [f"f{n},x,121.4,31.4,{value}" for n, value in enumerate(values)]
    text = "\n".join(["facility_id,name,lon,lat,open_to_outsiders", *rows, ""])
    return load_facilities(written(tmp_path, text, "facilities.csv"))


def test_who_may_enter_a_facility(tmp_path):
    words = ["yes", "No", "TRUE", "false", "1", "0", "是", "否", ""]
    rows = facilities(tmp_path, *words).rows
    flags = [True, False, True, False, True, False, True, False, True]
    assert rows["open_to_outsiders"].tolist() == flags
    assert rows["open_to_outsiders"].dtype == bool


def test_without_the_column_all_may_enter(tmp_path):
    path = written(tmp_path, "facility_id,name,lon,lat\na,x,121.4,31.4\n", "facilities.csv")
    assert load_facilities(path).rows["open_to_outsiders"].tolist() == [True]


def test_open_to_outsiders_is_yes_or_no(tmp_path):
    message = "row 3: open_to_outsiders 'perhaps'; give yes, no, true, false, 1, 0, 是, 否"
    with pytest.raises(SourceError, match=message):
        facilities(tmp_path, "yes", "perhaps")


# -- as a plan names them -------------------------------------------------------------------------


def read(folder, who="", more='gates = "gates.csv"'):
    """Read the inputs of a plan with one gate."""
    plan = write_city(folder)
    text = plan.read_text(encoding="utf-8").replace("[network]", f"[network]\n{more}")
    plan.write_text(text, encoding="utf-8")
    written(folder, f"lon,lat,who\n26.9412,60.5257,{who}\n")
    return load_inputs(load_plan(plan))


def test_a_plan_names_its_gates(tmp_path):
    inputs = read(tmp_path, "adult;ebike")
    assert inputs.gates.rows["who"].tolist() == ["adult;ebike"]
    assert "gates.csv" in inputs.hashes
    shifted = read(tmp_path, more='gates = "gates.csv"\ngates_crs = "EPSG:3067"')
    assert shifted.gates.rows.geometry[0].y < 1  # metres, not degrees


def test_a_plan_without_gates(tmp_path):
    inputs = read(tmp_path, more="")
    assert inputs.gates is None
    assert "gates.csv" not in inputs.hashes


def test_a_gate_for_an_unknown_profile(tmp_path):
    message = "gates.csv: row 2: who: unknown profile 'cat'; known are adult, .*; or give residents"
    with pytest.raises(SourceError, match=message):
        read(tmp_path, "adult;cat")


def test_a_datum_without_a_table_of_gates_is_refused(tmp_path):
    with pytest.raises(PlanError, match="gates_crs can only stand with gates; remove it"):
        read(tmp_path, more='gates_crs = "GCJ-02"')
