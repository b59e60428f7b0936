"""`planner site` in tiles: what it writes is what it writes without them, as far as both do."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.errors import PlannerError
from planner.reports import write_proposal
from planner.run import run_plan
from planner.scale.work import cluster
from planner.scale.work.steps import OneProcess, StepStore
from planner.siting import build_question, site_plan
from planner.sources import load_inputs, load_plan
from planner.sources.embedded import data_folder

pytest.importorskip("distributed")
SAME = ("scenario.json", "sites.geojson", "curve.svg")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """The example in a folder of its own."""
    shutil.copytree(data_folder() / "example", tmp_path / "example")
    return tmp_path / "example" / "plan.toml"


@pytest.fixture
def in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process of the test do the steps of workers; their address is said all the same."""

    @contextmanager
    def start(
        _: int, store: StepStore, say: Callable[[str], None], **__: object
    ) -> Iterator[OneProcess]:
        say("watch them at http://127.0.0.1:8787/status")
        yield OneProcess(store)

    monkeypatch.setattr(cluster, "local_cluster", start)


def site(plan: Path, out: Path, *options: str) -> str:
    """Run the command; return what it prints."""
    found = CliRunner().invoke(app, ["site", str(plan), "--out", str(out), *options])
    assert found.exit_code == 0, found.output
    return found.output


def check_same(plan: Path, folder: Path, *options: str) -> str:
    """Compare both ways; return what the command in tiles prints."""
    given = load_plan(plan)
    plain = site_plan(run_plan(load_inputs(given)), build_question(given, n_sites=2))
    write_proposal(plain, folder / "plain", language=given.language)
    said = site(plan, folder / "tiles", "--sites", "2", *options)
    for name in SAME:
        assert (folder / "tiles" / name).read_bytes() == (folder / "plain" / name).read_bytes()
    ours, theirs = (
        json.loads((folder / name / "site.json").read_text("utf-8")) for name in ("tiles", "plain")
    )
    same = ("plan", "synthetic", "model", "question", "value", "bound", "gap", "status", "unit",
            "candidates", "candidate_notes", "cost", "cost_unit", "cutoff_minutes", "order",
            "notes")  # fmt: skip
    assert {name: ours[name] for name in same} == {name: theirs[name] for name in same}
    tables = [pd.read_csv(folder / name / "sites.csv") for name in ("tiles", "plain")]
    both = [name for name in tables[0] if name in tables[1]]
    pd.testing.assert_frame_equal(tables[0][both], tables[1][both])
    return said


@pytest.mark.usefixtures("in_one_process")
def test_the_sites_of_the_example_in_two_tiles(plan: Path, tmp_path: Path):
    """C2 brings all 300 who are left out, see `planner.site_plan`; a second site adds nobody."""
    said = check_same(plan, tmp_path, "--workers", "1", "--tiles", "2")
    assert "watch them at http://127.0.0.1:8787/status" in said
    assert "site 1: Corner shop (C2) adds 300" in said
    assert "newly covered in all: 300; no choice covers more than 300" in said
    assert "in tiles there are no alternatives" in said
    assert not (tmp_path / "tiles" / "map.html").exists()


@pytest.mark.nightly
@pytest.mark.usefixtures("in_one_process")
def test_tiles_that_are_done_are_taken(plan: Path, tmp_path: Path):
    """The second command prints nothing, as it is asked to be quiet."""
    site(plan, tmp_path / "tiles", "--sites", "2", "--workers", "1", "--tiles", "2")
    steps = {path: path.stat().st_mtime_ns for path in (tmp_path / "tiles.tiles").glob("*.npz")}
    said = site(plan, tmp_path / "again", "--sites", "2", "--workers", "1", "--tiles", "2",
                "--quiet", "--work", str(tmp_path / "tiles.tiles"))  # fmt: skip
    assert not said
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "tiles.tiles").glob("*.npz")}
    assert after == steps


@pytest.mark.nightly
def test_the_sites_of_the_example_on_two_workers(plan: Path, tmp_path: Path):
    check_same(plan, tmp_path, "--workers", "2", "--tiles", "4")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--workers", "0"], "--workers is 0; give at least 1"),
        (["--tiles", "4"], "--tiles needs --workers or --scheduler"),
        (["--workers", "1", "--model", "lscp"], "in tiles only mclp and capacitated without"),
        (["--workers", "1", "--closures", "1"], "in tiles only mclp and capacitated without"),
        (["--workers", "1", "--why-not", "1,2"], "--why-not cannot stand with --workers or"),
        (["--workers", "1", "--service", "x"], "--service cannot stand with --workers or"),
        (["--workers", "1", "--run", "x"], "--run cannot stand with --workers or"),
        (["--scheduler", "tcp://127.0.0.1:9"], "no scheduler can be reached"),
    ],
)
def test_what_tiles_are_not_asked(
    options: list[str], message: str, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cluster, "_PATIENCE_S", 1.0)
    found = CliRunner().invoke(app, ["site", str(plan), "--out", str(tmp_path / "out"), *options])
    told = str(found.exception) if isinstance(found.exception, PlannerError) else found.output
    assert found.exit_code == 1
    assert message in told
    assert not (tmp_path / "out").exists()
