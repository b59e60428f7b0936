"""A run is recognised by what it was made from, wherever its folder and the plan lie."""

import json
import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.errors import SourceError
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from planner.sources.plan_files import name_files
from planner.sources.results import load_result
from planner.sources.run_of_plan import check_run_of
from tests.cities.small_city import extract, write_city


def command(*arguments: object) -> None:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plan in `city`, its extract in `data` named by ../, people named in full."""
    home = tmp_path_factory.mktemp("home")
    plan = write_city(home / "anna" / "city")
    (home / "anna" / "data").mkdir()
    shutil.copy(extract("test"), home / "anna" / "data" / "test.osm.pbf")
    (home / "elsewhere").mkdir()
    (plan.parent / "people.csv").rename(home / "elsewhere" / "people.csv")
    text = plan.read_text(encoding="utf-8")
    text = text.replace(extract("test").as_posix(), "../data/test.osm.pbf")
    text = text.replace('"people.csv"', f"'{(home / 'elsewhere' / 'people.csv').as_posix()}'")
    plan.write_text(text, encoding="utf-8")
    before = Path.cwd()
    os.chdir(home / "anna")
    try:
        command("run", "city/plan.toml", "--out", "out", "--quiet")
    finally:
        os.chdir(before)
    return home


@pytest.fixture
def moved(home: Path, tmp_path: Path) -> Path:
    """The same folders in another place."""
    shutil.copytree(home, tmp_path / "moved")
    plan = tmp_path / "moved" / "anna" / "city" / "plan.toml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace(home.as_posix(), plan.parents[2].as_posix()), encoding="utf-8")
    return tmp_path / "moved" / "anna"


def recognised(plan: Path, out: Path) -> bool:
    check_run_of(load_result(out), load_inputs(load_plan(plan)))
    return True


def test_run_json_does_not_say_where_on_this_machine_it_was_made(home: Path):
    text = (home / "anna" / "out" / "run.json").read_text(encoding="utf-8")
    assert "anna" not in text
    assert str(home) not in text
    run = json.loads(text)
    assert set(run["inputs"]) == {"../data/test.osm.pbf", "facilities.csv", "people.csv"}
    assert run["settings"]["network"]["osm"] == "../data/test.osm.pbf"
    assert run["settings"]["demand"][0]["table"] == "people.csv"


def test_a_plan_named_in_full_relative_or_by_a_link(home: Path, tmp_path: Path, monkeypatch):
    anna = home / "anna"
    assert recognised(anna / "city" / "plan.toml", anna / "out")
    monkeypatch.chdir(anna / "city")
    assert recognised(Path("plan.toml"), Path("../out"))
    (tmp_path / "link").symlink_to(anna / "city")
    monkeypatch.chdir(tmp_path)
    # The plan names ../data. The system follows the link before it goes up, so it finds data beside
    # the real folder; beside the link there is none.
    assert recognised(Path("link/plan.toml"), anna / "out")


def test_both_folders_moved(moved: Path, monkeypatch):
    assert recognised(moved / "city" / "plan.toml", moved / "out")
    monkeypatch.chdir(moved.parent)
    (moved / "out").rename(moved.parent / "result of May")
    assert recognised(Path("anna/city/plan.toml"), Path("result of May"))


def test_a_moved_run_is_compared_with(moved: Path):
    edits = [{"op": "close", "id": "F1"}]
    scenario = {"version": 1, "plan": "test", "name": "one less", "edits": edits}
    (moved / "less.json").write_text(json.dumps(scenario), encoding="utf-8")
    command(
        "compare", moved / "city" / "plan.toml", moved / "less.json",
        "--run", moved / "out", "--out", moved / "compared", "--quiet",
    )  # fmt: skip
    assert "anna" not in (moved / "compared" / "compare.json").read_text(encoding="utf-8")


def test_a_file_of_the_same_content_under_another_name(moved: Path):
    plan = moved / "city" / "plan.toml"
    (moved / "city" / "facilities.csv").rename(moved / "city" / "stations.csv")
    plan.write_text(plan.read_text("utf-8").replace("facilities.csv", "stations.csv"), "utf-8")
    assert recognised(plan, moved / "out")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("city/facilities.csv", "Station 1", "Station X", "facilities.csv has changed since"),
        ("../elsewhere/people.csv", ",10,", ",11,", "people.csv has changed since"),
        ("city/plan.toml", '"en"', '"zh"', "language had another value"),
        ("city/plan.toml", '"people"\n', '"people"\nid = "id"\n', r"demand\[1\].id had another"),
    ],
)
def test_what_has_changed_is_named(moved: Path, file: str, old: str, new: str, message: str):
    text = (moved / file).read_text(encoding="utf-8")
    assert old in text
    (moved / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SourceError, match=f"{message}.*; run the plan again"):
        recognised(moved / "city" / "plan.toml", moved / "out")


def test_a_run_of_a_version_that_did_not_know_a_key_is_called_that(moved: Path):
    plan, path = moved / "city" / "plan.toml", moved / "out" / "run.json"
    text = plan.read_text(encoding="utf-8")
    assert "[service]" not in text
    plan.write_text(text + "\n[service]\ntargets = { residential = 0.8 }\n", encoding="utf-8")
    inputs = load_inputs(load_plan(plan))
    # What a plan itself names, such as a kind with a target, is no key of another version.
    with pytest.raises(SourceError, match=r"targets[.]residential had another value"):
        check_run_of(load_result(moved / "out"), inputs)
    run = json.loads(path.read_text(encoding="utf-8"))
    del run["settings"]["network"]["direction"]
    path.write_text(json.dumps(run), encoding="utf-8")
    with pytest.raises(SourceError, match=r"earlier version, .* know network[.]direction;"):
        check_run_of(load_result(moved / "out"), inputs)


def test_a_run_json_of_somebody_else(moved: Path):
    run = json.loads((moved / "out" / "run.json").read_text(encoding="utf-8"))
    del run["settings"]
    (moved / "out" / "run.json").write_text(json.dumps(run), encoding="utf-8")
    with pytest.raises(SourceError, match=r"has no settings or inputs in run\.json"):
        recognised(moved / "city" / "plan.toml", moved / "out")


def test_files_of_one_name_in_other_folders_are_told_apart(tmp_path: Path):
    plan = write_city(tmp_path / "city")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        shutil.copy(plan.parent / "people.csv", tmp_path / name / "people.csv")
    text = plan.read_text(encoding="utf-8")
    demand = text[text.index("[[demand]]") :]
    more = [
        demand.replace('"people.csv"', f"'{tmp_path.as_posix()}/{name}/people.csv'")
        .replace('"residential"', f'"{kind}"')
        for name, kind in (("a", "industrial"), ("b", "commercial"))
    ]  # fmt: skip
    plan.write_text(text + "".join(more), encoding="utf-8")
    names = name_files(load_plan(plan))
    assert sorted(names.values()) == [
        "a/people.csv", "b/people.csv", "facilities.csv", "people.csv", "test.osm.pbf",
    ]  # fmt: skip
