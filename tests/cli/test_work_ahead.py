"""Work begun in a copy of the process: what it gives, and that nobody notices where it fails."""

import os
import signal
import threading
from collections.abc import Callable

import pytest

import planner
from planner.cli import map_jobs
from planner.cli import work_ahead as module
from planner.cli.jobs import run_into
from planner.cli.scenario_jobs import compare_into
from planner.cli.work_ahead import work_ahead
from planner.errors import SourceError


def begin() -> Callable[[int], tuple[int, int]]:
    """Remember which process did the first part."""
    first = os.getpid()
    return lambda rest: (first, rest + 1)


@pytest.fixture
def copies(monkeypatch):
    """Copies are made wherever there are any, whatever threads the tests have."""
    if not hasattr(os, "fork"):
        pytest.skip("no copies of a process here")
    monkeypatch.setattr(module, "_can_copy", lambda: True)


@pytest.mark.usefixtures("copies")
def test_the_first_part_is_done_in_a_copy():
    with work_ahead(begin) as work:
        process, found = work.finish(41)()
    assert found == 42
    assert process != os.getpid()


@pytest.mark.usefixtures("copies")
def test_a_large_rest_does_not_wait_for_the_first_part():
    # More than a pipe holds: the asking process goes on all the same.
    rest = bytes(1_000_000)
    with work_ahead(lambda: len) as work:
        wait = work.finish(rest)
        assert wait() == len(rest)


def test_without_copies_it_is_done_here(monkeypatch):
    monkeypatch.setattr(module, "_can_copy", lambda: False)
    with work_ahead(begin) as work:
        assert work.finish(1)() == (os.getpid(), 2)


@pytest.mark.usefixtures("copies")
def test_work_that_is_not_worth_a_copy_is_done_here():
    with work_ahead(begin, worth=False) as work:
        assert work.finish(1)() == (os.getpid(), 2)


def test_beside_another_thread_there_is_no_copy():
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        with work_ahead(begin) as work:
            assert work.finish(1)()[0] == os.getpid()
    finally:
        done.set()
        other.join()


@pytest.mark.usefixtures("copies")
def test_a_fault_is_raised_as_without_a_copy():
    def broken() -> Callable[[int], int]:
        raise SourceError("streets.gpkg: cannot be read")

    with work_ahead(broken) as work, pytest.raises(SourceError, match="cannot be read"):
        work.finish(1)()


@pytest.mark.usefixtures("copies")
def test_what_a_killed_copy_did_not_do_is_done_here():
    with work_ahead(lambda: lambda _rest: os.getpid()) as work:
        os.kill(work._copy[0], signal.SIGKILL)
        assert work.finish(1)() == os.getpid()


@pytest.mark.usefixtures("copies")
def test_a_copy_that_nobody_asked_is_ended():
    with work_ahead(begin) as work:
        process = work._copy[0]
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


@pytest.mark.usefixtures("copies")
def test_a_map_drawn_in_a_copy_is_the_map(tmp_path, monkeypatch):
    town = planner.load_example()
    plan, scenario = town.folder / "plan.toml", town.folder / "scenario.json"
    run, maps = tmp_path / "run", []
    run_into(plan, run, quiet=True)
    for worth in (0, 10**9):
        monkeypatch.setattr(map_jobs, "_WORTH_A_COPY", worth)
        compared = tmp_path / f"compared{worth}"
        compare_into(plan, [scenario], compared, run, quiet=True)
        maps.append((compared / "map.html").read_bytes())
    assert maps[0] == maps[1]
