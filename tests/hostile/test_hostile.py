"""Every hostile input ends in one line that names the place, quickly, or simply works."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.hostile import (
    cases_commands,
    cases_osm,
    cases_paths,
    cases_plan,
    cases_shapes,
    cases_tables,
)
from tests.hostile.case import Case
from tests.hostile.child import MAX_BYTES, MAX_SECONDS, run_planner
from tests.hostile.city import write_city
from tests.small_city import contents

KINDS = {
    "commands": cases_commands.CASES,
    "osm": cases_osm.CASES,
    "paths": cases_paths.CASES,
    "plan": cases_plan.CASES,
    "shapes": cases_shapes.CASES,
    "tables": cases_tables.CASES,
}
CASES = {f"{kind}: {name}": case for kind, cases in KINDS.items() for name, case in cases.items()}


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole city with the result of a run in `out`, to be copied and spoilt."""
    folder = tmp_path_factory.mktemp("hostile") / "city"
    write_city(folder)
    outcome = run_planner(["run", "plan.toml", "--out", "out", "--quiet"], folder)
    assert (outcome.code, outcome.stdout, outcome.stderr) == (0, "", "")
    return folder


def test_there_are_enough_hostile_cases():
    assert len(CASES) >= 250
    assert sum(case.works for case in CASES.values()) < len(CASES) / 3


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_input_ends_well(name: str, city: Path, tmp_path: Path):
    case: Case = CASES[name]
    folder = tmp_path / "city"
    shutil.copytree(city, folder)
    case.spoil(folder)
    before, names = contents(folder / "out"), sorted(path.name for path in folder.iterdir())
    outcome = run_planner(list(case.command), folder)
    assert outcome.seconds < MAX_SECONDS
    assert outcome.peak_bytes < MAX_BYTES
    if case.works and outcome.code == 0:
        assert outcome.stderr == ""
        return
    assert outcome.code == 1, outcome.stderr[-2000:]
    assert outcome.stdout == ""
    lines = outcome.stderr.splitlines()
    assert len(lines) == 1, outcome.stderr[-2000:]
    assert lines[0].startswith("planner: ")
    assert len(lines[0]) < 1000
    assert [text for text in case.says if text not in lines[0]] == [], lines[0]
    assert contents(folder / "out") == before
    assert sorted(path.name for path in folder.iterdir()) == names
