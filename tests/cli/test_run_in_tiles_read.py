"""Commands that take the folder of a run, given one of a run in tiles: one line says what to do."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.sources.embedded import data_folder

#: What commands on a run alone are asked to write.
WRITES = {"report": "new", "picture": "new.png", "pack": "new.zip"}


@pytest.fixture
def run(tmp_path):
    """A folder as a run in tiles leaves it, as far as commands look."""
    out = tmp_path / "out"
    (out / "result" / "demand" / "%").mkdir(parents=True)
    about = {"tiles": 4, "language": "en", "outputs": {"summary.json": "0", "result/demand": "0"}}
    (out / "run.json").write_text(json.dumps(about), encoding="utf-8")
    (out / "summary.json").write_text("{}", encoding="utf-8")
    shutil.copytree(data_folder() / "example", tmp_path / "example")
    return out


@pytest.mark.parametrize("command", ["map", "report", "picture", "pack", "site", "compare"])
def test_a_run_in_tiles_is_told_as_such(run, command):
    plan = run.with_name("example") / "plan.toml"
    asked = [str(run), *(["--plan", str(plan)] if command == "pack" else [])]
    if command in WRITES:
        asked += ["--out", str(run.with_name(WRITES[command]))]
    if command in {"site", "compare"}:
        scenario = [str(plan.with_name("scenario.json"))] if command == "compare" else []
        asked = [str(plan), *scenario, "--run", str(run), "--out", str(run.with_name("new"))]
    found = CliRunner().invoke(app, [command, *asked])
    assert found.exit_code == 1, found.output
    told = found.stderr.strip().replace("\n", " ")
    assert "a run in tiles" in told
    assert "repeat planner run without --workers" in told
    assert not list(run.parent.glob("new*"))
