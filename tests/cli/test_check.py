"""What `planner check` lists: all faults of all files at once, by severity, also as JSON."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from planner.cli import app
from planner.cli.check_printing import print_doubts
from planner.errors import Doubt
from tests.cities.small_city import facility_rows, write_city, write_lines


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
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True False\n"
