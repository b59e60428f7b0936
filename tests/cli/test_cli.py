"""The commands: help, init, check, run, map; what they print and where."""

import json
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from planner import __version__
from planner.cli import app
from planner.cli.printing import count_left_out, print_result
from planner.plan import list_plan_keys
from planner.sources.plan_file import load_plan
from planner.sources.results import load_result
from planner.sources.template_text import PlanStart, build_template
from planner.texts.plan_texts import load_plan_texts
from tests.cities.small_city import contents, extract, facility_rows, write_city, write_lines, zones
from tests.cli.fresh_python import last_line_of_command
from tests.maps.payload import data_in

COMMANDS = [command.name or "" for command in app.registered_commands]


def planner(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of a city whose names try to be markup."""
    folder = tmp_path_factory.mktemp("cli")
    demand = zones(residential=60, industrial=40)
    plan = write_city(folder / "city", demand=demand, more='title = "[red]Town[/]"')
    lines = facility_rows("test")
    write_lines(plan.parent / "facilities.csv", [lines[0], lines[1].replace("Station", "[b]")])
    result = planner("run", plan, "--out", folder / "out")
    assert result.exit_code == 0, result.output
    (folder / "printed.txt").write_text(result.stdout, encoding="utf-8")
    assert result.stderr == ""
    return folder / "out"


def test_the_commands():
    assert COMMANDS == [
        "run",
        "check",
        "locate",
        "init",
        "fetch",
        "demo",
        "site",
        "compare",
        "proposals",
        "routes",
        "courses",
        "map",
        "report",
        "picture",
        "pack",
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str):
    result = planner(command, "--help")
    assert result.exit_code == 0
    assert f"Example: planner {command} " in result.stdout
    function = typer.main.get_command(app).commands[command]  # type: ignore[attr-defined]
    assert all(getattr(option, "help", None) for option in function.params)


def test_the_help_of_all_lists_every_command():
    text = planner("--help").stdout
    assert all(f"  {command} " in text for command in COMMANDS)


def test_the_version():
    assert planner("--version").stdout == f"planner {__version__}\n"


def test_help_loads_nothing_heavy():
    heavy = ("geopandas", "numba", "folium", "numpy", "pydantic")
    code = f"print([name for name in {heavy} if name in sys.modules])"
    assert last_line_of_command("--help", code) == "[]"


def test_python_does_not_look_for_garbage_when_a_command_has_ended():
    assert last_line_of_command("--version", "print(gc.get_freeze_count() > 0)") == "True"


def test_a_run_prints_its_figures(out: Path):
    text = (out.parent / "printed.txt").read_text(encoding="utf-8")
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert "[red]Town[/]: within 15 minutes on foot" in text
    for row in summary["coverage"]:
        if row["cutoff_minutes"] == 15 and row["area"] == "all":
            line = next(line for line in text.splitlines() if line.strip().startswith(row["kind"]))
            assert f"{row['people']:,.0f}" in line
            assert f"{row['share_low']:.1%}-{row['share_high']:.1%}" in line
    assert "all (person-places)" in text
    assert "─" not in text  # no terminal, so no lines of a table
    assert "warning: test.osm.pbf: 388 way nodes missing from the extract" in text
    assert text.splitlines()[-1] == f"map: {out / 'map.html'}"


@pytest.mark.parametrize(
    ("residential", "industrial", "commercial", "text"),
    [
        (1200, 5000, 0, "1,200 residents"),
        (0, 50, 60, "60 visitors"),
        (0, 70, 60, "70 workers"),
        (0, 0, 0, "0 residents"),
    ],
)
def test_a_gap_where_nobody_lives_counts_others(residential, industrial, commercial, text):
    gap = {
        "people_residential": residential,
        "people_industrial": industrial,
        "people_commercial": commercial,
    }
    assert count_left_out(gap) == text


def test_a_quiet_run_prints_nothing(tmp_path: Path):
    result = planner("run", write_city(tmp_path / "city"), "-o", tmp_path / "out", "-q")
    assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / "out" / "run.json").is_file()


def test_a_check_lists_what_is_there_and_writes_nothing(tmp_path: Path):
    plan = write_city(tmp_path)
    rows = facility_rows("test")
    write_lines(
        tmp_path / "facilities.csv", [*rows, "F9,Far,1,1,open", "F8,Shut,26.95,60.53,closed"]
    )
    before = contents(tmp_path)
    result = planner("check", plan)
    assert result.exit_code == 0, result.output
    assert contents(tmp_path) == before
    lines = result.stdout.splitlines()
    assert next(line for line in lines if line.startswith("facilities")).startswith(
        "facilities  3: 2 open, 0 in the ring"
    )
    assert "people      residential: 30 in 2 units" in lines
    assert any(line.startswith("streets ") and " km in " in line for line in lines)
    assert (
        "warning: facilities.csv: row 4: outside the area of the streets; "
        "the row does not count until it is mended"
    ) in lines
    assert lines[-1] == "a run can start"


def test_init_writes_a_plan_that_runs(tmp_path: Path):
    write_lines(tmp_path / "stations.csv", facility_rows("test"))
    folder = tmp_path / "new" / "town"
    result = planner(
        "init", folder, "--osm", extract("test"), "--facilities", tmp_path / "stations.csv"
    )
    assert result.exit_code == 0, result.output
    plan = load_plan(folder / "plan.toml")
    assert plan.name == "town"
    assert [part.kind for part in plan.demand] == ["residential", "industrial", "commercial"]
    text = (folder / "plan.toml").read_text(encoding="utf-8")
    assert 'table = "../../stations.csv"' in text
    shutil.rmtree(tmp_path / "out", ignore_errors=True)
    result = planner("run", folder / "plan.toml", "--out", tmp_path / "out", "--quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_init_without_facilities_says_what_is_next(tmp_path: Path):
    result = planner("init", tmp_path, "--osm", extract("test"), "--name", 'the "new" 镇')
    assert result.exit_code == 0, result.output
    assert "next: name your table of service centres" in result.stdout
    assert load_plan(tmp_path / "plan.toml").name == 'the "new" 镇'
    result = planner("run", tmp_path / "plan.toml", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "facilities.csv: no such file; check the path in the plan" in result.stderr


def test_init_overwrites_nothing(tmp_path: Path):
    (tmp_path / "plan.toml").write_text("mine", encoding="utf-8")
    result = planner("init", tmp_path, "--osm", extract("test"))
    assert result.exit_code == 1
    assert "plan.toml: is already there and stays as it is; name another folder" in result.stderr
    assert (tmp_path / "plan.toml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--osm", "none.osm.pbf"], r"none.osm.pbf: no such file"),
        (["--osm", extract("test"), "--facilities", "none.csv"], r"none.csv: no such file"),
        (["--osm", extract("test"), "--name", "two\nlines"], "one line without control characters"),
    ],
)
def test_init_that_fails_leaves_no_plan(tmp_path: Path, arguments: list[object], message: str):
    result = planner("init", tmp_path, *arguments)
    assert result.exit_code == 1
    assert message in result.stderr
    assert not (tmp_path / "plan.toml").exists()


@pytest.mark.parametrize("found", [{}, {"residential": 3, "commercial": 1}])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_explains_every_key(found: dict[str, int], language: str):
    text = build_template(PlanStart("x", "x.osm.pbf", language=language, zones=found))
    lines = text.splitlines()
    meanings = {key.key: key.description for key in list_plan_keys()}
    meanings |= load_plan_texts(language).keys
    for key, meaning in meanings.items():
        name = key.rpartition(".")[2]
        assert any(line.lstrip("#").startswith(f"{name} = ") for line in lines), key
        assert any(line.startswith(f"# {meaning}") for line in lines), key


def test_a_map_is_drawn_again_as_it_was(out: Path):
    before = (out / "map.html").read_text(encoding="utf-8")
    (out / "map.html").write_text("broken", encoding="utf-8")
    result = planner("map", out)
    assert (result.exit_code, result.stdout) == (0, f"map: {out / 'map.html'}\n")
    assert data_in((out / "map.html").read_text(encoding="utf-8")) == data_in(before)
    load_result(out)  # every hash is right again
    (out / "map.html").unlink()
    assert planner("map", out).exit_code == 0
    load_result(out)


def test_no_map_of_an_unfinished_run(out: Path, tmp_path: Path):
    shutil.copytree(out, tmp_path / "out")
    (tmp_path / "out" / "summary.json").write_text("{}", encoding="utf-8")
    before = contents(tmp_path)
    result = planner("map", tmp_path / "out")
    assert result.exit_code == 1
    assert "summary.json: is not what run.json says, so this is an unfinished run" in result.stderr
    (tmp_path / "out" / "run.json").unlink()
    assert (
        "run.json: is missing, so this is an unfinished run"
        in planner("map", tmp_path / "out").stderr
    )
    assert {name for name in before if "run.json" not in name} == set(contents(tmp_path))


def test_a_name_cannot_steer_the_terminal(tmp_path: Path):
    plan = write_city(tmp_path)
    line = facility_rows("test")[1].replace("F1", '"F\x1b[31m1\nx"')
    write_lines(tmp_path / "facilities.csv", [facility_rows("test")[0], line, line])
    result = planner("check", plan)
    assert result.exit_code == 1
    assert "\x1b" not in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_gap_without_a_name_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    counts = {"people": 5.0, "covered": 0.0, "gap": 5.0, "unknown": 0.0}
    row = {"area": "all", "kind": "residential", "cutoff_minutes": 15.0, **counts}
    shares = {"share": 0.0, "share_low": 0.0, "share_high": 0.0}
    summary = {
        "synthetic": False, "coverage": [row | shares], "checks": [], "warnings": [],
        "facilities": {"total": 1, "joined": 1},
        "gaps": [{"rank": 1, "name": "", "people_residential": 5.0, "people_industrial": 0.0,
                  "people_commercial": 0.0}],
    }  # fmt: skip
    print_result(tmp_path, summary, {"title": "T", "dropped_rows": [], "warnings": []})
    assert "gap 1: a place without a name, 5 residents" in capsys.readouterr().out


def test_how_files_were_read_comes_after_what_is_doubtful(tmp_path: Path):
    """A sheet in Chinese: its headings and hours are no warnings."""
    plan = write_city(tmp_path)
    lines = ["名称,经度,纬度,开放时间", "一站,26.9412,60.5257,周一至周五 9:00-17:00"]
    write_lines(tmp_path / "facilities.csv", lines)
    printed = planner("run", plan, "--out", tmp_path / "out").stdout.splitlines()
    warned = [line for line in printed if line.startswith("warning: ")]
    told = [line for line in printed if line.startswith("understood: ")]
    assert warned
    assert not any(" -> " in line for line in warned)
    assert any("headings: 名称 -> name" in line for line in told)
    assert any("-> Mo-Fr 09:00-17:00" in line for line in told)


def test_pages_of_towns(out: Path, tmp_path: Path):
    """A run without towns has none: one line, and no folder is left behind."""
    shutil.copytree(out, tmp_path / "out")
    before = contents(tmp_path)
    result = planner("map", tmp_path / "out", "--by-town")
    assert result.exit_code == 1
    assert "this run counts no towns" in result.stderr
    assert contents(tmp_path) == before
    result = planner("map", tmp_path / "out", "--by-town", "--sites", tmp_path / "out")
    assert result.exit_code == 2
    assert "--by-town can only stand alone" in result.output
