"""`planner routes`: what it writes, what it prints, and what it refuses in one line."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from planner.cli import app
from tests.routes.test_routes_of_plan import case_of, site


def planner(*arguments: object, language: str = "en") -> Result:
    words = [str(argument) for argument in arguments]
    return CliRunner().invoke(app, words, env={"PLANNER_LANGUAGE": language})


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Two sites 500 m apart, and one that is closed on Saturdays."""
    sites = [
        site("A", 0, 0), site("B", 500, 0), site("C", 600, 0, "red", 30, "Mo-Fr 09:00-17:00"),
    ]  # fmt: skip
    case_of(tmp_path, sites, "routes = 1\n")
    return tmp_path / "plan.toml"


def test_routes_are_written_and_told(plan: Path, tmp_path: Path):
    result = planner("routes", plan, "--out", tmp_path / "out")
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    lines = result.stdout.splitlines()
    assert "route R1: red, 2 stops, 09:00 to 10:05, 5 min on foot, 0 min by coach, value 2" in lines
    assert "value of all routes: 2, proved to be the most there is" in lines
    assert "volunteers: 2 of 100" in lines
    assert "left out: 1 sites, closed then" in lines
    assert {"routes.gpkg", "routes.geojson", "R1.gpx", "routes.json"} <= {
        path.name for path in (tmp_path / "out").iterdir()
    }
    content = json.loads((tmp_path / "out" / "routes.json").read_text(encoding="utf-8"))
    assert content["value"] == 2
    assert "sites.csv" in content["run"]["inputs"]


def test_routes_speak_chinese(plan: Path, tmp_path: Path):
    result = planner("routes", plan, "--out", tmp_path / "out", language="zh")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert "线路 R1：red，2 站，09:00 至 10:05，步行 5 分钟，乘车 0 分钟，价值 2" in lines
    assert "未列入：1 个点位，期间不开放" in lines


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[routes]", "[map]\n#", "unknown key; did you mean"),
        ("sites.csv", "none.csv", "none.csv"),
        ("routes = 1", 'themes = ["blue"]', "'blue' is the theme of no site in sites.csv"),
        ("routes = 1", 'starts = "metro"', "as the map has no metro exit"),
    ],
)
def test_a_plan_that_cannot_be_meant_is_one_line(plan: Path, old: str, new: str, message: str):
    plan.write_text(plan.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    result = planner("routes", plan, "--out", plan.parent / "out", "--quiet")
    assert result.exit_code == 1
    assert message in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (plan.parent / "out").exists()


def test_a_plan_without_routes_says_what_to_add(plan: Path):
    text = plan.read_text(encoding="utf-8").partition("[routes]")[0]
    plan.write_text(text, encoding="utf-8")
    result = planner("routes", plan, "--out", plan.parent / "out", "--quiet")
    assert result.exit_code == 1
    assert "has no section [routes]; name a table of sites in it" in result.stderr


def test_seconds_that_are_none_are_refused(plan: Path):
    result = planner("routes", plan, "--out", plan.parent / "out", "--time-limit", "0", "--quiet")
    assert result.exit_code == 1
    assert "time limit: 0.0 will not do" in result.stderr
