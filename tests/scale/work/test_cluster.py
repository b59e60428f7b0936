"""Steps on real workers of Dask: killed, failing, refused, and cut off from their scheduler."""

import gc
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from planner.errors import PlannerError
from planner.scale.work import cluster
from planner.scale.work.cluster import DaskRunner, join_cluster, local_cluster
from planner.scale.work.steps import StepDiedError, StepStore, WorkStep
from planner.scale.work.worker_side import list_libraries
from planner.sources.versions import program_version
from tests.scale.work import work_for_steps as work

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskRunner]:
    store = StepStore(tmp_path_factory.mktemp("store"))
    said: list[str] = []
    with local_cluster(2, store, said.append) as made:
        assert re.fullmatch(r"2 workers; watch them at http://127\.0\.0\.1:\d+/status", said[0])
        yield made


def squares(numbers: range, seconds: float = 0.0) -> list[WorkStep]:
    return [
        WorkStep("squares", str(n), work.square, {"number": n, "seconds": seconds}) for n in numbers
    ]


def test_workers_do_the_steps(runner: DaskRunner):
    keys = runner.run(squares(range(4)))
    total = runner.run([WorkStep("sum", "", work.add, {"keys": keys})])
    np.testing.assert_array_equal(runner.store.load(total[0])["value"], [0 + 1 + 4 + 9])


def test_steps_wait_for_those_that_they_name(runner: DaskRunner):
    """A slow one first: its sum begins after it, while others are done."""
    slow, *quick = [*squares(range(11, 12), seconds=0.5), *squares(range(12, 15))]
    first = WorkStep("sum", "", work.add, {"keys": [slow.key, quick[0].key]})
    last = WorkStep("sum", "", work.add, {"keys": [first.key, quick[1].key]})
    keys = runner.run([slow, *quick, first, last])
    assert keys == [step.key for step in [slow, *quick, first, last]]
    np.testing.assert_array_equal(runner.store.load(last.key)["value"], [121 + 144 + 169])


def test_a_step_that_fails_stops_those_that_wait_for_it(runner: DaskRunner):
    refusing = WorkStep("people", "7", work.refuse, {"again": 1})
    waiting = WorkStep("sum", "", work.add, {"keys": [refusing.key]})
    with pytest.raises(PlannerError, match=r"people\.csv: row 3"):
        runner.run([refusing, waiting])
    assert not runner.store.holds(waiting.key)


def test_a_refusal_is_told_in_its_own_words(runner: DaskRunner):
    with pytest.raises(PlannerError, match=r"people\.csv: row 3"):
        runner.run([WorkStep("people", "7", work.refuse, {})])


def test_a_step_that_fails_once_is_tried_again(runner: DaskRunner, tmp_path: Path):
    mark = tmp_path / "mark"
    runner.run([WorkStep("once", "3", work.fail_once, {"mark": str(mark)})])
    assert mark.exists()


def test_a_full_disk_is_told_with_its_step(runner: DaskRunner):
    with pytest.raises(PlannerError, match=r"answers of tile 4: .*No space left on device; start"):
        runner.run([WorkStep("answers", "4", work.fill_the_disk, {})])


def test_a_step_that_runs_out_of_memory_is_named(runner: DaskRunner):
    with pytest.raises(StepDiedError, match="tile 5"):
        runner.run([WorkStep("answers", "5", work.need_more_memory, {})])


def test_each_worker_keeps_to_one_core(runner: DaskRunner):
    if not hasattr(os, "sched_getaffinity"):
        pytest.skip("this system binds no process to a core")
    bound = runner.client.run(lambda: sorted(os.sched_getaffinity(0)))
    assert all(len(cores) == 1 for cores in bound.values())
    assert len({tuple(cores) for cores in bound.values()}) == min(2, len(os.sched_getaffinity(0)))


def test_workers_handle_memory_as_other_processes_do(runner: DaskRunner):
    """Dask's own threshold costs a tenth of their time; what they imported is no garbage."""
    runner.run(squares(range(30, 32)))  # after the imports of whoever does them
    found = runner.client.run(
        lambda: (os.environ.get("MALLOC_TRIM_THRESHOLD_"), gc.get_freeze_count())
    )
    assert {threshold for threshold, _ in found.values()} == {
        os.environ.get("MALLOC_TRIM_THRESHOLD_")
    }
    assert any(frozen > 100_000 for _, frozen in found.values())


def test_workers_hear_nothing_of_an_interrupt(runner: DaskRunner):
    """The command ends them; each would print where it was."""
    if not hasattr(signal, "pthread_sigmask"):
        pytest.skip("this system keeps no signal from a process")
    blocked = runner.client.run(lambda: list(signal.pthread_sigmask(signal.SIG_BLOCK, [])))
    assert len(blocked) == 2
    assert all(signal.SIGINT in signals for signals in blocked.values())
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


@pytest.mark.nightly
def test_workers_killed_at_any_moment_change_nothing(runner: DaskRunner):
    steps, chance, killed = squares(range(100, 140), seconds=0.25), random.Random(7), 0
    done = threading.Event()

    def kill() -> None:
        nonlocal killed
        while not done.wait(chance.uniform(0.2, 0.6)) and killed < 3:
            with suppress(psutil.Error):  # one that has just ended is no worker to kill
                workers = [
                    child
                    for child in psutil.Process().children(recursive=True)
                    if "spawn_main" in " ".join(child.cmdline())
                ]
                if workers:
                    chance.choice(workers).send_signal(signal.SIGKILL)
                    killed += 1

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        keys = runner.run(steps)
    finally:
        done.set()
        killer.join()
    assert killed == 3
    values = [int(runner.store.load(key)["value"][0]) for key in keys]
    assert values == [n * n for n in range(100, 140)]


@pytest.mark.nightly
def test_a_step_that_ends_every_worker_is_named(runner: DaskRunner):
    with pytest.raises(StepDiedError) as told:
        runner.run([WorkStep("answers", "12", work.end_the_process, {})])
    assert told.value.step.tile == "12"
    assert runner.run(squares(range(2)))  # the others go on working


@contextmanager
def scheduler() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Start a scheduler as its own process, as somebody would by `dask scheduler`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--dashboard-address", "127.0.0.1:0"],
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield process, f"tcp://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@contextmanager
def worker(address: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker as its own process, as somebody would by `dask worker`."""
    command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-dashboard"]
    here = {"PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [*command, "--nthreads", "1", "--no-nanny"],
        stderr=subprocess.DEVNULL,
        env=os.environ | here | environment,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_scheduler_that_nobody_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("planner.scale.work.cluster._PATIENCE_S", 1.0)
    with (
        pytest.raises(PlannerError, match=r"tcp://127\.0\.0\.1:9: no scheduler can be reached"),
        join_cluster("tcp://127.0.0.1:9", StepStore(tmp_path), print),
    ):
        pass


@pytest.mark.parametrize("address", ["nowhere", "http://x", "tcp://", ""])
def test_an_address_that_is_none(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What Dask began is ended at once: left to Python, its end can stop the program for ever."""
    ended: list[str] = []
    close = distributed.Client.close

    def close_and_tell(client: Any) -> None:
        if client.status != "closed":
            close(client)
            ended.append(client.status)

    monkeypatch.setattr("planner.scale.work.cluster._PATIENCE_S", 1.0)
    monkeypatch.setattr(distributed.Client, "close", close_and_tell)
    with (
        pytest.raises(PlannerError, match="--scheduler"),
        join_cluster(address, StepStore(tmp_path), print),
    ):
        pass
    assert ended == ["closed"]


@pytest.mark.nightly
def test_a_scheduler_that_goes_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("planner.scale.work.cluster._PATIENCE_S", 8.0)
    store = StepStore(tmp_path / "store")
    with scheduler() as (process, address), worker(address):
        with join_cluster(address, store, print) as runner:
            keys = runner.run(squares(range(2)))
            threading.Timer(0.5, process.kill).start()
            with pytest.raises(PlannerError, match="went away; start the same command again"):
                runner.run(squares(range(200), seconds=0.1))
        assert all(store.holds(key) for key in keys)


@pytest.mark.nightly
def test_workers_that_are_all_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Their scheduler lives on, and would wait for others for ever."""
    monkeypatch.setattr("planner.scale.work.cluster._NO_WORKERS_S", 3.0)
    monkeypatch.setattr("planner.scale.work.cluster._COUNT_S", 0.5)
    store = StepStore(tmp_path / "store")
    with scheduler() as (_, address), worker(address) as process:
        with join_cluster(address, store, print) as runner:
            keys = runner.run(squares(range(2)))
            threading.Timer(0.5, process.kill).start()
            with pytest.raises(PlannerError, match="all workers are gone; start some; start the"):
                runner.run(squares(range(200), seconds=0.1))
        assert all(store.holds(key) for key in keys)


@pytest.mark.nightly
def test_a_scheduler_without_workers_and_workers_of_another_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("planner.scale.work.cluster._PATIENCE_S", 2.0)
    store = StepStore(tmp_path / "store")
    with scheduler() as (_, address):
        with (
            pytest.raises(PlannerError, match=r"no workers; start some \(dask worker"),
            join_cluster(address, store, print),
        ):
            pass
        monkeypatch.setattr("planner.scale.work.cluster._PATIENCE_S", 20.0)
        other = tmp_path / "other" / "planner"
        other.mkdir(parents=True)
        # An empty file is not enough: of an editable install Python finds the rest elsewhere.
        (other / "__init__.py").write_text("raise ImportError")
        with (
            worker(address, PYTHONPATH=str(other.parent), PYTHONSAFEPATH="1"),
            pytest.raises(PlannerError, match="not this planner"),
            join_cluster(address, store, print),
        ):
            pass


@dataclass(frozen=True)
class Asked:
    """A client whose only worker answers with these versions, or fails."""

    libraries: dict[str, str] | None

    def wait_for_workers(self, *_: object, **__: object) -> None:
        pass

    def run(self, _look: object, probe: str) -> dict[str, tuple[str, str, str, dict[str, str]]]:
        if self.libraries is None:
            raise TypeError("code() takes at most\n16 arguments")
        rules = Path(probe).read_text(encoding="utf-8")
        return {"tcp://w:1": (program_version(), rules, rules, self.libraries)}


def test_workers_with_other_libraries_are_refused_by_name(tmp_path: Path):
    store, own = StepStore(tmp_path), list_libraries()
    cluster._check_workers(Asked(own), store, "tcp://h:1")  # type: ignore[arg-type]
    for other, message in (
        (own | {"dask": "1.0", "numpy": "1.2"}, "w:1 has dask 1.0, numpy 1.2, this computer dask"),
        ({}, "w:1 has python -, dask -, "),
        (None, r"cannot be asked \(code\(\) takes at most 16 arguments\)"),
    ):
        with pytest.raises(PlannerError, match=message):
            cluster._check_workers(Asked(other), store, "tcp://h:1")  # type: ignore[arg-type]
