"""Every hostile input ends in one line that names the place, quickly, or simply works."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cities.small_city import contents
from tests.hostile import (
    cases_commands,
    cases_formats,
    cases_osm,
    cases_paths,
    cases_plan,
    cases_results,
    cases_sections,
    cases_shapes,
    cases_tables,
)
from tests.hostile.case import RUN, Case
from tests.hostile.child import MAX_BYTES, MAX_SECONDS, PREPARING_SECONDS, run_planner
from tests.hostile.city import write_city
from tests.samples import every

KINDS = {
    "commands": cases_commands.CASES,
    "formats": cases_formats.CASES,
    "osm": cases_osm.CASES,
    "paths": cases_paths.CASES,
    "plan": cases_plan.CASES,
    "results": cases_results.CASES,
    "sections": cases_sections.CASES,
    "shapes": cases_shapes.CASES,
    "tables": cases_tables.CASES,
}


def names_of(kind: str) -> list[str]:
    return [f"{kind}: {name}" for name in KINDS[kind]]


CASES = {f"{kind}: {name}": case for kind, cases in KINDS.items() for name, case in cases.items()}


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole city with the result of a run in `out`, to be copied and spoilt."""
    folder = tmp_path_factory.mktemp("hostile") / "city"
    write_city(folder)
    outcome = run_planner([*RUN], folder, most_seconds=PREPARING_SECONDS)
    assert (outcome.code, outcome.stdout, outcome.stderr) == (0, "", "")
    return folder


def test_there_are_enough_hostile_cases():
    assert len(CASES) >= 250
    assert sum(case.works for case in CASES.values()) < len(CASES) / 3


@pytest.mark.parametrize("name", [name for kind in KINDS for name in every(16, names_of(kind))])
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
    # A check lists there all that is wrong.
    assert outcome.stdout == "" or case.command[0] == "check"
    lines = outcome.stderr.splitlines()
    assert len(lines) == 1, outcome.stderr[-2000:]
    assert lines[0].startswith("planner: ")
    assert len(lines[0]) < 1000
    assert [text for text in case.says if text not in lines[0]] == [], lines[0]
    assert contents(folder / "out") == before
    assert sorted(path.name for path in folder.iterdir()) == names


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["fly"], "fly"),
        (["--nothing"], "--nothing"),
        (["run"], "plan"),
        (["run", "plan.toml"], "--out"),
        (["run", "plan.toml", "--out"], "--out"),
        (["run", "plan.toml", "plan.toml", "--out", "out2"], "plan.toml"),
        (["site", "plan.toml", "--out", "out2", "--budget", "abc"], "--budget"),
        (["site", "plan.toml", "--out", "out2", "--sites", "1.5"], "--sites"),
        (["site", "plan.toml", "--out", "out2", "--closures", ""], "--closures"),
        (["site", "plan.toml", "--out", "out2", "--time-limit", "1 h"], "--time-limit"),
        (["compare", "plan.toml", "--out", "out2"], "SCENARIO"),
        (["init", "mine"], "--osm"),
    ],
)
def test_wrong_usage_is_told_by_code_2(arguments: list[str], named: str, city: Path):
    """Nothing is read or written yet, so the city need not be copied."""
    names = sorted(path.name for path in city.iterdir())
    outcome = run_planner(arguments, city)
    assert (outcome.code, outcome.stdout) == (2, "")
    complaint = outcome.stderr.splitlines()[-1]
    assert complaint.startswith("Error: ")
    assert named in complaint
    assert sorted(path.name for path in city.iterdir()) == names


def test_links_in_the_folder_of_results_are_replaced_not_followed(city: Path, tmp_path: Path):
    """What they lead to is somebody's file."""
    folder = tmp_path / "city"
    shutil.copytree(city, folder)
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    for name in ("map.html", "run.json", "result.gpkg"):
        (folder / "out" / name).unlink()
        (folder / "out" / name).symlink_to("../mine.txt")
    (folder / "shown").symlink_to("out")
    outcome = run_planner(["run", "plan.toml", "--out", "shown", "--quiet"], folder)
    assert (outcome.code, outcome.stderr) == (0, "")
    assert (folder / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert not any(path.is_symlink() for path in (folder / "out").iterdir())
    assert contents(folder / "out").keys() == contents(city / "out").keys()
