"""What `planner check` lists: all faults of all files at once, by severity, also as JSON."""

import json
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box
from typer.testing import CliRunner, Result

from planner.cli import app
from planner.cli.check_printing import print_doubts
from planner.errors import Doubt
from tests.cities.small_city import facility_rows, write_city, write_lines
from tests.cli.fresh_python import last_line_of


def check(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["check", *map(str, arguments)])


@pytest.fixture
def spoilt(tmp_path: Path) -> Path:
    plan = write_city(tmp_path)
    text = plan.read_text(encoding="utf-8")
    assert "[network]" in text
    plan.write_text(text.replace("[network]", '[network]\ngates = "gates.csv"'), encoding="utf-8")
    heading, first, *_ = facility_rows("test")
    again = first.replace("open", "ajar")
    write_lines(tmp_path / "facilities.csv", [heading, first, again, again, again])
    (tmp_path / "people.csv").write_text("id,people,lon\n1,5,26.9\n", encoding="utf-8")
    write_lines(tmp_path / "gates.csv", ["lon,lat,who", "26.95,60.53,mayor", "26.95,60.53,king"])
    return plan


def test_every_fault_of_every_file_is_listed(spoilt: Path):
    result = check(spoilt)
    assert result.exit_code == 1
    lines = [line for line in result.stdout.splitlines() if line.startswith("error: ")]
    # Of the stations two faults in three rows each, one of the people, two of the gates.
    assert len(lines) == 5
    assert lines[0].startswith("error: facilities.csv: rows 3, 4, 5: facility_id 'F1' already")
    assert "status 'ajar'; give open, planned, closed" in lines[1]
    assert lines[2].startswith("error: people.csv: no column 'lat'")
    assert lines[3].startswith("error: gates.csv: row 2: who: ")
    assert lines[4].startswith("error: gates.csv: row 3: who: ")
    # By rows: 3 + 3 of the stations, 1 of the people, 2 of the gates; the first is told itself.
    assert "(and 8 more errors, listed above)" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_json_has_every_row(spoilt: Path):
    result = check(spoilt, "--json")
    assert (result.exit_code, result.stderr) == (1, "")
    said = json.loads(result.stdout)
    assert said["counts"] == {"error": 9, "warning": 0, "note": 0}
    stations = [one for one in said["findings"] if one["file"] == "facilities.csv"]
    assert [(one["row"], one["what"].split()[0]) for one in stations] == [
        (3, "facility_id"), (4, "facility_id"), (5, "facility_id"),
        (3, "status"), (4, "status"), (5, "status"),
    ]  # fmt: skip
    assert stations[3] == {
        "severity": "error", "file": "facilities.csv", "row": 3, "what": "status 'ajar'",
        "remedy": "give open, planned, closed",
    }  # fmt: skip
    assert said["facilities"] is None


def test_json_of_a_plan_that_runs(tmp_path: Path):
    plan = write_city(tmp_path)
    rows = facility_rows("test")
    write_lines(
        tmp_path / "facilities.csv", [*rows, "F9,Far,1,1,open", "F8,Shut,26.95,60.53,closed"]
    )
    result = check(plan, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    said = json.loads(result.stdout)
    assert said["plan"] == {"path": str(plan), "name": "test"}
    assert said["counts"]["error"] == 0
    assert said["facilities"] == {"total": 3, "open": 2, "in_ring": 0, "not_joined": 0}
    assert [(row["kind"], row["people"], row["units"]) for row in said["people"]] == [
        ("residential", 30.0, 2)
    ]
    assert {"severity": "warning", "file": "facilities.csv", "row": 4,
            "what": "outside the area of the streets",
            "remedy": "the row does not count until it is mended"} in said["findings"]  # fmt: skip
    order = [one["severity"] for one in said["findings"]]
    assert order == sorted(order, key=["error", "warning", "note"].index)


def test_faults_of_the_plan_are_listed_and_nothing_else_is_read(tmp_path: Path):
    plan = write_city(tmp_path)
    with plan.open("a", encoding="utf-8") as file:
        file.write('colour = "red"\n[servise]\nprofile = "adult"\n')
    said = json.loads(check(plan, "--json").stdout)
    assert said["plan"]["name"] is None
    assert {one["file"] for one in said["findings"]} == {"plan.toml"}
    assert said["counts"]["error"] == 2
    assert check(tmp_path / "none.toml", "--json").exit_code == 1


def test_stations_and_people_far_away_are_both_told(tmp_path: Path):
    plan = write_city(tmp_path)
    write_lines(tmp_path / "facilities.csv", ["facility_id,name,lon,lat", "a,A,1,1"])
    write_lines(tmp_path / "people.csv", ["id,people,lon,lat", "1,5,2,2"])
    said = json.loads(check(plan, "--json").stdout)
    errors = [one["file"] for one in said["findings"] if one["severity"] == "error"]
    assert errors == ["facilities.csv", "people.csv"]


def test_one_line_of_a_run_tells_twenty_faults_and_counts_the_rest(tmp_path: Path):
    """25 stations of 25 wrong words, each a fault of its own."""
    plan = write_city(tmp_path)
    rows = [f"F{k},Station {k},26.95,60.53,word{k}" for k in range(25)]
    write_lines(tmp_path / "facilities.csv", [facility_rows("test")[0], *rows])
    result = CliRunner().invoke(app, ["run", str(plan), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "25 faults: row 2: status 'word0'; give " in result.stderr
    assert "row 21: status 'word19'" in result.stderr
    assert "word20" not in result.stderr
    assert "| and 5 more faults" in result.stderr
    assert json.loads(check(plan, "--json").stdout)["counts"]["error"] == 25


def run_of(plan: Path) -> Result:
    return CliRunner().invoke(app, ["run", str(plan), "--out", str(plan.parent / "out")])


def test_a_table_with_faults_tells_what_else_is_doubtful_of_it(tmp_path: Path):
    """Of four stations one has no such status, one no place, and one hours that nobody can read."""
    plan = write_city(tmp_path)
    rows = [
        "facility_id,name,lon,lat,status,opening_hours",
        "A,One,26.95,60.53,ajar,", "B,Two,,60.53,open,", "C,Three,26.951,60.53,open,whenever",
        "D,Four,26.952,60.53,open,",
    ]  # fmt: skip
    write_lines(tmp_path / "facilities.csv", rows)
    said = json.loads(check(plan, "--json").stdout)
    told = [(one["severity"], one["row"], one["what"]) for one in said["findings"]]
    assert told == [
        ("error", 2, "status 'ajar'"),
        ("warning", 3, "'Two': lon is empty"),
        ("warning", 4, "opening_hours 'whenever' cannot be read (not clear: 'whenever') and counts "
         "as unknown"),
    ]  # fmt: skip
    # Where no row has a place, that is one more error.
    write_lines(tmp_path / "facilities.csv", [rows[0], "A,One,,60.53,ajar,", rows[2]])
    said = json.loads(check(plan, "--json").stdout)
    assert [one["row"] for one in said["findings"]] == [2, None]
    assert said["findings"][1]["what"].startswith("none of its 2 rows can be used; row 2: lon is")


def test_faults_of_rows_hide_none_that_only_the_plan_knows(spoilt: Path):
    rows = ["gate_id,lon,lat,who", "g,26.95,60.53,mayor", "g,26.95,60.53,adult", "h,,60.53,"]
    write_lines(spoilt.parent / "gates.csv", rows)
    said = json.loads(check(spoilt, "--json").stdout)
    gates = [(one["row"], one["what"]) for one in said["findings"] if one["file"] == "gates.csv"]
    assert gates[0] == (3, "gate_id 'g' already stands in row 2")
    assert (gates[1][0], gates[1][1][:28]) == (2, "who: unknown profile 'mayor'")
    assert gates[2:] == [(4, "lon is empty")]
    # Two faults of one file, and the three faults of another: two more files.
    assert "(and 2 more files with faults, which planner check lists)" in run_of(spoilt).stderr


def test_a_run_says_how_many_other_files_have_faults_and_reads_no_map_for_it(tmp_path: Path):
    plan = write_city(tmp_path)
    write_lines(tmp_path / "facilities.csv", ["name", "One"])
    assert "more file" not in run_of(plan).stderr
    (tmp_path / "people.csv").write_bytes(b"")
    result = run_of(plan)
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert result.stderr.startswith(f"planner: {tmp_path / 'facilities.csv'}: no column ")
    assert "; add or rename it (and 1 more file with faults, which" in result.stderr
    # A map that is there is not read: this one would be refused. One that is not there is told.
    text = plan.read_text(encoding="utf-8")
    osm = next(line for line in text.splitlines() if line.startswith("osm = "))
    (tmp_path / "map.osm").write_text("<html>", encoding="utf-8")
    plan.write_text(text.replace(osm, 'osm = "map.osm"'), encoding="utf-8")
    assert "(and 1 more file " in run_of(plan).stderr
    (tmp_path / "map.osm").unlink()
    assert "(and 2 more files " in run_of(plan).stderr
    assert not (tmp_path / "out").exists()


def test_groups_are_read_though_the_people_cannot_be(tmp_path: Path):
    groups = '[[groups]]\nname = "{0}"\nkind = "residential"\nprofile = "adult"\n'
    plan = write_city(tmp_path, more='[area]\nboundary = "a.geojson"\ntowns = "a.geojson"\n')
    towns = gpd.GeoDataFrame({"name": ["A"]}, geometry=[box(26.9, 60.5, 27, 60.6)], crs=4326)
    towns.to_file(tmp_path / "a.geojson")
    text = plan.read_text(encoding="utf-8")
    more = "".join(groups.format(name) + 'table = "groups.csv"\n' for name in ("old", "young"))
    plan.write_text(text + more, encoding="utf-8")
    (tmp_path / "people.csv").write_bytes(b"")
    rows = ["town,group,share", "A,old,2", "A,young,3"]
    write_lines(tmp_path / "groups.csv", rows)
    lines = [line for line in check(plan).stdout.splitlines() if line.startswith("error: ")]
    assert lines == [
        "error: people.csv: is empty; give a file with rows",
        "error: groups.csv: row 2: share '2'; give a number, 0 to 1",
        "error: groups.csv: row 3: share '3'; give a number, 0 to 1",
    ]


def test_many_faults_of_one_file_do_not_hide_those_of_another(capsys: pytest.CaptureFixture[str]):
    many = [Doubt("error", "a.csv", row, f"word {row}", "give one") for row in range(100)]
    print_doubts((*many, Doubt("error", "b.csv", None, "no such file")))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 21
    assert lines[18:] == [
        "error: a.csv: row 18: word 18; give one",
        "error: b.csv: no such file",
        "error: ... 81 more; --json lists all",
    ]


def test_a_long_list_is_cut_and_rows_of_one_fault_are_one_line(capsys: pytest.CaptureFixture[str]):
    many = [Doubt("error", "a.csv", row, "lon is empty", "give one") for row in range(2, 10)]
    notes = [Doubt("note", "b.csv", None, f"thing {k}") for k in range(23)]
    print_doubts((*many, *notes))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "error: a.csv: rows 2, 3, 4, 5, 6 and 3 more: lon is empty; give one"
    assert lines[1] == "note: b.csv: thing 0"
    assert lines[20] == "note: b.csv: thing 19"
    assert lines[21:] == ["note: ... 3 more; --json lists all"]


def test_a_table_on_a_terminal_shows_names_as_they_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    print_doubts((Doubt("warning", "[red]a.csv[/]", 2, "lon is empty", "give one"),))
    text = capsys.readouterr().out
    assert "severity" in text
    assert "[red]a.csv[/]" in text


def test_a_pipe_gets_each_line_at_once():
    code = (
        "import sys; from planner.cli.terminal import use_plain_streams; use_plain_streams(); "
        "print(sys.stdout.line_buffering, sys.stdout.isatty())"
    )
    assert last_line_of(code) == "True False"
