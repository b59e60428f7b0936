"""`planner courses`: what it prints and writes, and what it refuses."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.cli import app
from tests.courses.conftest import SECTION


def run(*arguments: str):
    return CliRunner().invoke(app, ["courses", *arguments])


def test_what_is_printed_and_written(plan: Path):
    out = plan.parent / "courses"
    result = run(str(plan), "--out", str(out), "--time-limit", "5")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[:5] == [
        "sessions: 2 for 2 classes, at 2 of 2 stations with a room",
        "- proved: nobody more can be met, and not with fewer sessions",
        "people: 35 of 105 met; 30 walk up to 15 min, 0 up to 30, 5 by coach",
        "merged: 3 orders for courses that are the same, in 1 classes; 0 people spared a second "
        "one",
        "not met: 5, Choir, 70 people: too large; a room of 70 seats instead of 9 at Far (F)",
    ]
    assert "dropped: orders.csv: row 5: no committee of the plan is called 'North'" in lines
    assert lines[-1].startswith("files: ")
    assert {"sessions.csv", "sessions.ics", "courses.json"} <= {one.name for one in out.iterdir()}


def test_a_plan_without_courses_says_what_to_add(plan: Path):
    text = plan.read_text(encoding="utf-8").replace(SECTION, "")
    plan.write_text(text, encoding="utf-8")
    result = run(str(plan), "--out", str(plan.parent / "out"))
    assert result.exit_code == 1
    assert "has no section [courses]; name tables of orders and courses in it" in str(
        result.stderr or result.exception
    )


@pytest.mark.parametrize("option", [("--time-limit", "0"), ("--gap", "1"), ("--gap", "-0.1")])
def test_limits_that_are_none(plan: Path, option: tuple[str, str]):
    assert run(str(plan), "--out", str(plan.parent / "out"), *option).exit_code == 2
