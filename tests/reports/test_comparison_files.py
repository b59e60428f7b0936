"""The files of a comparison, and the command that writes them."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.errors import SourceError
from planner.reports import COMPARISON_OUTPUTS, write_comparison
from planner.scenarios import compare_scenarios
from planner.sources.hashes import hash_file
from planner.sources.scenario_file import load_scenario
from tests.cities.small_city import contents
from tests.cities.small_plan import inputs_of, lonlat
from tests.scenarios.test_by_hand import HOMES, WIDE, add, at

PEOPLE = [("w", 40, -900, 0), ("e", 20, 1300, 0), ("=1+1", 5, 1900, 0)]
EDITS = {
    "more": [add("N", 1200, name="=New", cost=4),
             {"op": "add_path", "id": "p", "path": [lonlat(0, 500), lonlat(500, 0)]}],
    "less": [{"op": "move", "id": "F", **at(1000)}],
}  # fmt: skip


def command(*arguments):
    return CliRunner().invoke(app, ["compare", *map(str, arguments)])


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> Path:
    """A folder with a plan and two scenarios."""
    folder = tmp_path_factory.mktemp("compare")
    inputs_of(
        folder, HOMES, tables={"homes.csv": PEOPLE}, area=WIDE.buffer(-7000), more="",
        service='moments = ["night"]\n',
    )  # fmt: skip
    text = (folder / "plan.toml").read_text(encoding="utf-8")
    (folder / "plan.toml").write_text(text.replace("\n", "\nsynthetic = true\n", 1), "utf-8")
    for name, edits in EDITS.items():
        content = {"version": 1, "plan": "small", "name": name, "edits": edits}
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder / "plan.toml"


@pytest.fixture(scope="module")
def paths(plan):
    return [plan.parent / "more.json", plan.parent / "less.json"]


@pytest.fixture(scope="module")
def out(plan, paths) -> Path:
    """A finished comparison."""
    folder = plan.parent / "out"
    result = command(plan, *paths, "--out", folder)
    assert result.exit_code == 0, result.output
    (plan.parent / "printed.txt").write_text(result.stdout, encoding="utf-8")
    return folder


def test_every_file_is_there_and_vouched_for(out, paths):
    names = [name for name in COMPARISON_OUTPUTS if not name.startswith("merged")]
    assert {path.name for path in out.iterdir()} == set(names)
    content = json.loads((out / "compare.json").read_text(encoding="utf-8"))
    assert content["outputs"] == {
        name: hash_file(out / name) for name in names if name != "compare.json"
    }
    assert [part["sha256"] for part in content["scenarios"]] == [hash_file(p) for p in paths]
    assert content["synthetic"]
    assert "planner" in content["versions"]


def test_the_layers_can_be_read(out):
    found = {name: pyogrio.read_dataframe(out / "compare.gpkg", layer=name)
             for name, _ in pyogrio.list_layers(out / "compare.gpkg")}  # fmt: skip
    assert set(found) == {"changes", "people_changes", "edits", "edit_lines", "verdicts"}
    changes = found["changes"]
    assert changes[["demand_id", "scenario", "change"]].to_numpy().tolist() == [
        ["residential:e", "more", "gained"], ["residential:=1+1", "more", "gained"],
        ["residential:w", "less", "lost"], ["residential:e", "less", "gained"],
        ["residential:=1+1", "less", "gained"],
    ]  # fmt: skip
    assert set(changes["notice"]) == {"Demo data, not real"}
    assert found["edits"].geometry.geom_type.unique().tolist() == ["Point"]
    assert found["edit_lines"]["op"].tolist() == ["add_path", "move"]


def test_the_tables_hold_what_the_json_says(out):
    content = json.loads((out / "compare.json").read_text(encoding="utf-8"))
    table = pd.read_csv(out / "compare.csv", keep_default_na=False)
    assert len(table) == sum(
        len(part[key]) for part in content["scenarios"] for key in ("totals", "cutoffs", "moments")
    )
    whole = table[(table["moment"] == "") & (table["cutoff_minutes"] == 15)]
    columns = ["scenario", "kind", "covered_before", "covered_after", "gained", "lost"]
    assert whole[columns].astype(str).to_numpy().tolist() == [
        ["more", "residential", "40", "65", "25", "0"],
        ["less", "residential", "40", "25", "25", "40"],
    ]
    ledger = pd.read_csv(out / "ledger.csv")
    assert ledger["name"].tolist() == ["'=New", "p", "Station"]  # no formula
    assert ledger["gained_residential"].tolist() == [25, 0, 25]
    assert set(ledger["notice"]) == {"Demo data, not real"}


def test_what_is_printed(plan, out):
    lines = (plan.parent / "printed.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "DEMO DATA, NOT REAL 演示数据，非真实"
    assert "scenario more: 2 edits" in lines
    # No extent is known, so the 25 to the east are in doubt today: 40 of 40 who can be judged.
    assert (
        "residents: 40 -> 65 of 65 covered, share 100.0% (61.5%-100.0%) -> 100.0%; newly covered "
        "0, beside them 25 not judged before (25 in all), 0 lost"
    ) in lines
    doubt = "newly covered 0, beside them 25 not judged before (25 in all)"
    assert f"1. add =New: {doubt}, 0 lost (residents) for 4 conversions" in lines
    assert f"1. move Station: {doubt}, 40 lost (residents)" in lines
    assert lines[-1] == f"map: {out / 'map.html'}"


def test_the_map_names_the_scenarios_and_asks_nobody(out):
    page = (out / "map.html").read_text(encoding="utf-8")
    assert '"more"' in page
    assert 'src="http' not in page


def test_a_finished_run_is_taken_for_the_map(plan, paths, out, tmp_path):
    runner = CliRunner()
    done = runner.invoke(app, ["run", str(plan), "--out", str(tmp_path / "run"), "--quiet"])
    assert done.exit_code == 0, done.output
    again = tmp_path / "again"
    result = command(plan, *paths, "--out", again, "--run", tmp_path / "run", "--quiet")
    assert (result.exit_code, result.output) == (0, "")
    first, second = contents(out), contents(again)
    assert all(first[name] == second[name] for name in ("compare.gpkg", "compare.csv"))
    result = command(plan, *paths, "--out", tmp_path / "run", "--run", tmp_path / "run")
    assert result.exit_code == 1
    assert "holds a run, whose map would be overwritten" in result.stderr
    other = tmp_path / "other"
    shutil.copytree(plan.parent, other, ignore=shutil.ignore_patterns("out"))
    with (other / "facilities.csv").open("a", encoding="utf-8") as file:
        file.write("G,Another,121.4,31.4\n")
    result = command(other / "plan.toml", paths[0], "-o", again, "--run", tmp_path / "run")
    assert result.exit_code == 1
    assert "is not a run of this plan as it stands" in result.stderr
    assert contents(again) == second


def test_faults_are_one_line_and_change_nothing(plan, paths, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text(
        '{"version": 1, "plan": "small", "edits": [{"op": "close", "id": "F"}]}', "utf-8"
    )
    for arguments, message in (
        ([plan, bad], "close F: leaves no facility open"),
        ([plan, tmp_path / "none.json"], "none.json: no such file"),
        ([plan, paths[0], paths[0]], "is called 'more' like"),
        ([tmp_path / "none.toml", bad], "none.toml: no such file"),
    ):
        result = command(*arguments, "--out", tmp_path / "out")
        assert result.exit_code == 1
        assert message in result.stderr
        assert result.stderr.count("\n") == 1
        assert not (tmp_path / "out").exists()
    assert command(plan, "--out", tmp_path / "out").exit_code == 2
    (tmp_path / "site.json").write_text("{}", encoding="utf-8")
    result = command(plan, paths[0], "--out", tmp_path)
    assert "holds a proposal, whose map would be overwritten" in result.stderr
    result = command(plan, paths[0], "--out", plan)
    assert "is a file; name a folder" in result.stderr


def test_the_same_comparison_gives_the_same_bytes(plan, paths, tmp_path):
    from planner.sources.inputs import load_inputs
    from planner.sources.plan_file import load_plan

    for name in ("one", "two"):
        inputs = load_inputs(load_plan(plan))
        write_comparison(
            compare_scenarios(inputs, [load_scenario(path) for path in paths]), tmp_path / name
        )
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    (tmp_path / "two" / "run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SourceError, match="holds a run"):
        write_comparison(compare_scenarios(inputs, [load_scenario(paths[0])]), tmp_path / "two")
