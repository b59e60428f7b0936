"""`planner site`: what it prints, what it writes, and one line for what cannot be asked."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from planner.cli import app
from planner.reports import SITE_OUTPUTS
from planner.run import run_plan
from planner.siting import GroupLimit, build_question
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from tests.cities.small_plan import lonlat, write_table
from tests.maps.payload import data_in
from tests.siting.street import SITES, street_inputs

TABLE = '[candidates]\ntable = "sites.csv"\ncost_unit = "million"\n'


def plan_of(folder: Path, rows=None, more: str = TABLE) -> Path:
    """A plan of the street whose candidates stand in a table."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [(name, f"corner {name}", cost, x, 0) for name, (x, cost, _) in SITES.items()] if (
        rows is None
    ) else rows  # fmt: skip
    write_table(folder / "sites.csv", "site_id,name,cost", rows)
    street_inputs(folder, more=more)
    return folder / "plan.toml"


def planner(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> Path:
    return plan_of(tmp_path_factory.mktemp("plan"))


@pytest.fixture(scope="module")
def done(plan, tmp_path_factory) -> tuple[Result, Path]:
    out = tmp_path_factory.mktemp("site") / "out"
    place = ",".join(map(str, lonlat(-1200, 0)))
    return planner("site", plan, "--sites", 2, "--why-not", place, "--out", out), out


def test_it_prints_sites_proof_and_files(done):
    result, out = done
    assert result.exit_code == 0, result.output
    assert "site 1: corner" in result.stdout
    assert "360 residents" in result.stdout
    assert "- 2 new sites newly cover 660 residents, 40 workers" in result.stdout
    assert "proved to be the best" in result.stdout
    assert "why not there: " in result.stdout
    assert f"map: {out / 'map.html'}" in result.stdout
    assert result.stderr == ""


def test_it_writes_every_file(done):
    _, out = done
    assert sorted(path.name for path in out.iterdir()) == sorted(SITE_OUTPUTS)
    content = json.loads((out / "site.json").read_text(encoding="utf-8"))
    assert content["value"] == 660
    assert content["cost_unit"] == "million"
    assert content["run"]["plan"] == "small"
    page = data_in((out / "map.html").read_text(encoding="utf-8"))
    assert "corner" in json.dumps(page)


def test_a_run_with_the_sites_built_counts_the_same_people(done, tmp_path):
    """The value of the model is what a full run with its sites as facilities counts."""
    _, out = done
    collection = json.loads((out / "sites.geojson").read_text(encoding="utf-8"))
    rows = [
        (site["properties"]["facility_id"], "new", *site["geometry"]["coordinates"])
        for site in collection["features"]
    ]
    built = street_inputs(tmp_path)
    table = (tmp_path / "facilities.csv").read_text(encoding="utf-8")
    lines = "".join(",".join(map(str, row)) + "\n" for row in rows)
    (tmp_path / "facilities.csv").write_text(table + lines, encoding="utf-8")
    after = run_plan(load_inputs(load_plan(built.plan.folder / "plan.toml"))).summary

    def covered(summary, kind):
        return next(
            row["covered"] for row in summary["coverage"]
            if (row["area"], row["kind"], row["cutoff_minutes"]) == ("all", kind, 15)
        )  # fmt: skip

    content = json.loads((out / "site.json").read_text(encoding="utf-8"))
    assert covered(after, "residential") == content["people_before"] + content["value"] == 1660
    assert covered(after, "industrial") == content["gain"]["industrial"] == 40


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--model", "best"], "there is no model 'best'; give one of mclp, lscp"),
        (["--sites", 0], "sites: 0 will not do; give a number from 1 to 10,000"),
        (["--sites", 10**12], "sites: 1000000000000 will not do"),
        (["--budget", "nan"], "budget: nan will not do; give a number from 0 to 1,000,000,000,000"),
        (["--budget", "1e308"], "budget: 1e+308 will not do"),
        (["--time-limit", "inf"], "time limit: inf will not do"),
        (["--why-not", "nan,31"], "why-not: nan,31 is no longitude, latitude"),
        (["--weights", "residential=1,residential=2"], "'residential' stands twice; keep one"),
        (["--share", 0.5], "a share is asked of lscp alone"),
        (["--weights", "residents=1"], "weights: there is no kind 'residents'"),
        (["--weights", "residential"], "write them as residential=1"),
        (["--why-not", "here"], "why-not: 'here' is no place; write it as LON,LAT"),
        (["--time-limit", 0], "time limit: 0 will not do; give seconds above 0"),
        (["--gap", 1], "gap: 1 will not do"),
        (["--closures", -1], "closures: -1 will not do"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_before_the_run(plan, tmp_path, options, message):
    result = planner("site", plan, *options, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_wish_that_cannot_be_met_changes_nothing(plan, tmp_path):
    result = planner("site", plan, "--sites", 9, "--quiet", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "9 sites are asked for but there are 4 candidates; ask for 4" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_folder_with_a_run_is_refused(plan, tmp_path):
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    result = planner("site", plan, "--out", tmp_path)
    assert result.exit_code == 1
    assert "holds a run" in result.stderr


def test_limits_and_spacing_come_from_the_plan(tmp_path):
    limits = '[[candidates.limits]]\ntown = "East"\nmost = 0\n'
    limits += '[[candidates.limits]]\ndomain = "mall"\nleast = 1\nbudget = 5\n'
    plan = plan_of(tmp_path / "plan", more=f"{TABLE}spacing_m = 300\n{limits}")
    question = build_question(load_plan(plan), n_sites=3)
    assert question.spacing_m == 300
    assert question.limits == (
        GroupLimit("East", by="town", most=0),
        GroupLimit("mall", by="domain", least=1, budget=5),
    )


def test_a_finished_run_gives_the_same_proposal(done, plan, tmp_path):
    first = planner("run", plan, "--quiet", "--out", tmp_path / "run")
    assert first.exit_code == 0, first.output
    place = ",".join(map(str, lonlat(-1200, 0)))
    asked = ("--sites", 2, "--why-not", place, "--run", tmp_path / "run")
    result = planner("site", plan, *asked, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    contents = [json.loads((path / "site.json").read_text("utf-8")) for path in (
        tmp_path / "out", done[1]
    )]  # fmt: skip
    same = ("sites", "value", "curve", "order", "alternatives", "towns", "stays", "why_not")
    assert [contents[0][key] for key in same] == [contents[1][key] for key in same]


def test_a_run_of_something_else_is_refused(plan, tmp_path):
    other = plan_of(tmp_path / "other", more=f"{TABLE}spacing_m = 1\n")
    assert planner("run", other, "--quiet", "--out", tmp_path / "run").exit_code == 0
    result = planner("site", plan, "--run", tmp_path / "run", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "is not a run of this plan as it stands" in result.stderr
