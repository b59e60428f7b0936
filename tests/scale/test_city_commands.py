"""`planner run` in tiles, on real workers: killed, wrong, stopped and started again."""

import random
import re
import shutil
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import forkserver
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.errors import PlannerError
from planner.reports import write_result
from planner.run.main_job import run_plan
from planner.scale.city_run import run_city, write_city_run
from planner.scale.driver import run_in_tiles
from planner.scale.sites.city_sites import propose_city
from planner.scale.work import cluster
from planner.scale.work.steps import OneProcess, StepDiedError, StepStore, WorkStep
from planner.siting import build_question
from planner.sources import load_inputs, load_plan
from planner.sources.embedded import data_folder
from planner.sources.folders import hold_folder
from tests.samples import first

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")

#: Workers that are killed while the example runs, within so many of its steps in four tiles.
KILLS, STEPS = 10, 72


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """The example in a folder of its own."""
    shutil.copytree(data_folder() / "example", tmp_path / "example")
    return tmp_path / "example" / "plan.toml"


@pytest.fixture
def plain(plan: Path, tmp_path: Path) -> Path:
    """What a plain run writes."""
    write_result(run_plan(load_inputs(load_plan(plan))), tmp_path / "plain")
    return tmp_path / "plain"


def same_files(plain: Path, out: Path) -> bool:
    """Tell whether figures, gaps and facilities are the same bytes."""
    names = ("summary.json", "gaps.csv", "facilities.csv")
    return all((plain / name).read_bytes() == (out / name).read_bytes() for name in names)


@pytest.fixture
def workers_start(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let Dask start workers by "spawn", as it does for users, or by "forkserver".

    The latter imports once what every worker needs, and each begins as a copy of that: a worker
    that was killed is there again for 0.3 s of processor, not 3 s.
    """
    method: str = request.param
    with dask.config.set({"distributed.worker.multiprocessing-method": method}):
        # Dask names what is imported once, at its first question; we name more.
        context: Any = distributed.utils.get_mp_context()
        if method == "forkserver":
            context.set_forkserver_preload(["distributed", "planner.scale.city_run"])
        yield
    forkserver._forkserver._stop()


def find_workers() -> list[psutil.Process]:
    """Return the processes of the workers, also of those that are still starting.

    Not those that are only being handed what they shall do: Dask gives up one that ends then.
    """
    found = []
    with suppress(RuntimeError, psutil.Error):  # one came or ended meanwhile
        for nanny in list(distributed.Nanny._instances):
            if (pid := nanny.pid) is not None:
                found.append(psutil.Process(pid))
    return found


@pytest.mark.usefixtures("workers_start")
@pytest.mark.parametrize("workers_start", first(1, ["forkserver", "spawn"]), indirect=True)
def test_ten_workers_killed_at_any_moment_change_no_byte(
    plan: Path, plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Kill one of two workers as it starts, and nine a chance moment after one of the steps.

    The command, asked to be quiet, prints nothing of all that.
    """
    monkeypatch.setattr(cluster, "MOST_DEATHS", KILLS)
    work, out = tmp_path / "work", tmp_path / "out"
    chance, done = random.Random(19), threading.Event()
    moments = [0, *sorted(chance.sample(range(1, STEPS), KILLS - 1))]
    killed: list[int] = []

    def kill() -> None:
        while len(killed) < KILLS and not done.wait(0.01):
            steps_done, wanted = len(list(work.glob("*.npz"))), moments[len(killed)]
            if steps_done < wanted:
                continue
            workers = [worker for worker in find_workers() if worker.pid not in killed]
            if workers and not done.wait(chance.uniform(0.0, 0.2) if wanted else 0.0):
                worker = chance.choice(workers)
                with suppress(psutil.Error):  # it ended meanwhile: another one is killed
                    worker.send_signal(signal.SIGKILL)
                    killed.append(worker.pid)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        rounds = 0
        while killer.is_alive() or rounds == 0:
            # Where the last steps come too soon, it is done again from nothing.
            shutil.rmtree(work, ignore_errors=True)
            run = ["run", str(plan), "--out", str(out), "--workers", "2", "--tiles", "4"]
            found = CliRunner().invoke(app, [*run, "--work", str(work), "--quiet"])
            assert found.exit_code == 0, found.output
            assert not found.output
            assert same_files(plain, out)
            rounds += 1
    finally:
        done.set()
        killer.join()
    assert len(killed) == KILLS


@dataclass(frozen=True)
class DiesOnce(OneProcess):
    """Does steps but for the first of a stage, which ends its process once."""

    stage: str = ""
    died: list[str] = field(default_factory=list)

    def run(self, steps: Sequence[WorkStep]) -> list[str]:
        for step in steps:
            if step.stage == self.stage and not self.died:
                self.died.append(step.tile)
                raise StepDiedError(step)
        return super().run(steps)


@pytest.mark.nightly
def test_a_tile_that_ends_its_worker_is_cut_in_four(
    plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The first answer of a tile dies once, as if it needed too much memory."""
    monkeypatch.setattr("planner.scale.cut.cutting._FEWEST_NODES", 1)
    store = StepStore(tmp_path / "work")
    dying = DiesOnce(store, stage="answer")
    found = run_in_tiles(plan, dying, store, tiles=2)
    died = dying.died
    stem = died[0].removesuffix(".osm.pbf")
    names = [tile.name for tile in found.manifest.tiles]
    assert died[0] not in names
    assert {f"{stem}-{number}.osm.pbf" for number in range(4)} <= set(names)
    other = StepStore(tmp_path / "other")
    whole = run_in_tiles(plan, OneProcess(other), other, tiles=1)
    assert found.joined.summary == whole.joined.summary


@pytest.mark.nightly
def test_a_tile_whose_layers_or_sites_end_their_worker_is_cut_in_four(
    plan: Path, plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """What is written of a tile may need more memory than its answer did."""
    monkeypatch.setattr("planner.scale.cut.cutting._FEWEST_NODES", 1)
    store = StepStore(tmp_path / "work")
    answer = run_city(plan, DiesOnce(store, stage="layers"), store, tiles=2)
    assert answer.provenance["tiles"] == 5
    write_city_run(answer, tmp_path / "out", OneProcess(store), store)
    assert same_files(plain, tmp_path / "out")

    other = StepStore(tmp_path / "other")
    question = build_question(load_plan(plan), n_sites=1)
    cut, _ = propose_city(plan, question, DiesOnce(other, stage="sites"), other, tiles=2)
    [whole, _] = propose_city(plan, question, OneProcess(store), store, tiles=1)
    assert cut.content["tiles"] == 5
    for key in ("sites", "value", "bound", "curve"):
        assert cut.content[key] == whole.content[key]


def test_a_page_that_no_worker_can_draw_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def die(*_: object) -> None:
        raise StepDiedError(WorkStep("pages", "West", write_city_run, {}))

    monkeypatch.setattr("planner.scale.city_run.CityPages.draw", die)
    monkeypatch.setattr("planner.scale.city_run.assemble_dataset", lambda *_: None)
    area = SimpleNamespace(town_names=["West"])
    answer: Any = SimpleNamespace(
        area=area, layers={"areas": None}, tables={"gaps": None}, summary={}, provenance={}
    )
    store = StepStore(tmp_path)
    with pytest.raises(PlannerError, match="the page of 'West' ends the process that draws it"):
        write_city_run(answer, tmp_path / "out", OneProcess(store), store)


def test_two_at_once_in_one_folder_of_work_are_refused(plan: Path, tmp_path: Path):
    """They would take away each other's layers; the one that came first goes on."""
    work = tmp_path / "work"
    run = ["run", str(plan), "--out", str(tmp_path / "out"), "--workers", "1", "--work", str(work)]
    with hold_folder(work):
        found = CliRunner().invoke(app, run)
    assert found.exit_code == 1
    told = f"{found.exception} {found.output}"
    assert f"{work}: another planner is at work in it; wait until that has ended" in told
    with hold_folder(work):  # the first one has ended
        assert not list(work.glob("cut-*"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--workers", "0"], "--workers is 0; give at least 1"),
        (["--workers", "2", "--tiles", "0"], "--tiles is 0; give at least 1"),
        (["--workers", "2", "--tiles", "100000"], "--tiles is 100000; give at most 1000"),
        (["--workers", "1000"], "--workers is 1000, and this computer has "),
        (["--workers", "2", "--town", "Nowhere"], "--town 'Nowhere' is no town of the plan"),
        (["--scheduler", " "], "--scheduler is empty; give its address"),
        (["--tiles", "4"], "--tiles needs --workers or --scheduler"),
        (["--town", "x"], "--town needs --workers or --scheduler"),
        (["--work", "x"], "--work needs --workers or --scheduler"),
        (["--workers", "2", "--scheduler", "tcp://h:1"], "exclude each other"),
        (["--scheduler", "tcp://127.0.0.1:9"], "no scheduler can be reached"),
    ],
)
def test_options_that_make_no_sense(
    options: list[str], message: str, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cluster, "_PATIENCE_S", 1.0)
    found = CliRunner().invoke(app, ["run", str(plan), "--out", str(tmp_path / "out"), *options])
    told = str(found.exception) if isinstance(found.exception, PlannerError) else found.output
    assert found.exit_code == 1
    assert message in told
    assert not (tmp_path / "out").exists()


def test_a_broken_extract_stops_it_with_one_line(plan: Path, tmp_path: Path):
    extract = plan.parent / "streets.osm"
    extract.write_bytes(extract.read_bytes()[:-400])
    run = ["run", str(plan), "--out", str(tmp_path / "out"), "--workers", "1"]
    found = CliRunner().invoke(app, run)
    assert found.exit_code == 1
    lines = [line for line in found.output.splitlines() if "watch them at" not in line]
    assert len(lines) == 1
    assert "streets.osm" in lines[0]


@pytest.mark.parametrize(
    "fault", ["missing", "two", pytest.param("no column", marks=pytest.mark.nightly)]
)
def test_a_bad_table_is_named_as_in_a_plain_run(
    fault: str, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Steps know a file by its whole path, and the user as the plan was named."""
    people = plan.parent / "people.csv"
    if fault == "missing":
        people.unlink()
    elif fault == "two":  # each is read by a step of its own, and the line tells of both
        again = '\n[[demand]]\nkind = "commercial"\ntable = "shops.csv"\npeople = "people"\n'
        plan.write_text(plan.read_text(encoding="utf-8") + again, encoding="utf-8")
        people.unlink()
    else:
        people.write_text(people.read_text(encoding="utf-8-sig").replace(",people,", ",heads,"))
    monkeypatch.chdir(tmp_path)
    given = plan.relative_to(tmp_path)
    with pytest.raises(PlannerError) as plain:
        load_inputs(load_plan(given))
    store = StepStore(tmp_path / "work")
    with pytest.raises(PlannerError) as in_tiles:
        run_in_tiles(given, OneProcess(store), store, tiles=2)
    assert str(in_tiles.value) == str(plain.value)
    assert str(plain.value).startswith(f"{people.relative_to(tmp_path)}: no ")
    assert ("(and 1 more file with faults" in str(plain.value)) == (fault == "two")


@pytest.mark.parametrize(
    ("work", "message"),
    [
        ("example/plan.toml", "plan.toml: is a file; name a folder"),
        ("example/plan.toml/work", "plan.toml: is a file, so .* cannot be made"),
        ("out", "out: is the folder of --out; name another one in --work"),
    ],
)
def test_a_folder_of_work_that_cannot_be_used(work: str, message: str, plan: Path, tmp_path: Path):
    (tmp_path / "out").mkdir()
    run = ["run", str(plan), "--out", str(tmp_path / "out"), "--workers", "1"]
    found = CliRunner().invoke(app, [*run, "--work", str(tmp_path / work)])
    assert found.exit_code == 1
    assert isinstance(found.exception, PlannerError) or found.output
    assert re.search(message, f"{found.exception} {found.output}")


@pytest.mark.parametrize("name", ["result/mine.csv", "towns/towns.geojson"])
def test_files_of_others_in_the_folders_that_are_replaced(name: str, plan: Path, tmp_path: Path):
    mine = tmp_path / "out" / name
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    run = ["run", str(plan), "--out", str(tmp_path / "out"), "--workers", "1"]
    found = CliRunner().invoke(app, run)
    assert found.exit_code == 1
    assert f"{mine}: was not written by the planner" in f"{found.exception} {found.output}"
    assert mine.read_text() == "mine"
