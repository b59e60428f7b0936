"""What a first run compiles beside itself, and that later runs start nothing."""

import multiprocessing
import time

import psutil
from numba.core import event

from planner.cli.jobs import run_into
from planner.cli.warmup import STAGE, _tiny_city, compile_late_kernels, compiling_beside
from planner.network.stored import load_network
from planner.routes.models.route_prices import PricedTheme
from planner.routes.models.work_budget import WorkBudget
from planner.travel.openings import gates_to_open, is_compiled
from planner.travel.streets import prepare_streets, shut_gates
from tests.cities.small_city import write_city
from tests.routes.test_route_search import random_question


def test_the_tiny_city_has_all_that_the_kernels_meet(tmp_path):
    path = tmp_path / "tiny.osm"
    path.write_text(_tiny_city(), encoding="utf-8")
    streets = prepare_streets(load_network(path))
    assert shut_gates(streets).sum() == 1
    assert len(gates_to_open(streets)) == 1
    assert len(streets.barriers.ends) > 0


def test_what_is_compiled_is_kept_and_nothing_is_started_for_it():
    compile_late_kernels()
    assert is_compiled()
    before = psutil.Process().children()
    told = []
    with compiling_beside(lambda *step: told.append(step)):
        assert psutil.Process().children() == before
    assert told == []


def test_a_run_finds_compiled_whatever_the_second_process_compiles(tmp_path):
    """Kernels are compiled for types: with other types than a run has they would be of no use."""
    compile_late_kernels()
    plan = write_city(tmp_path / "city")
    with event.install_recorder("numba:compile") as compiled:
        run_into(plan, tmp_path / "out", quiet=True)
    assert [found.data["dispatcher"].py_func.__name__ for _, found in compiled.buffer] == []


def test_routes_that_are_priced_find_compiled_what_they_need():
    compile_late_kernels()
    question = random_question(0, 14, n_themes=1, most_minutes=200.0)
    with event.install_recorder("numba:compile") as compiled:
        columns, most, _ = PricedTheme(question, 0).find(None, WorkBudget(9.0), most=100_000)
    assert len(columns) > 0
    assert most > 0
    assert list(compiled.buffer) == []


def words_of(child: psutil.Process) -> list[str]:
    """Return the command of a process; the system shows none for a moment after its start."""
    until = time.monotonic() + 5
    while not child.cmdline() and time.monotonic() < until:
        time.sleep(0.01)
    return child.cmdline()


def test_a_second_process_compiles_and_ends_with_the_run(tmp_path, monkeypatch):
    """Nothing is kept in an empty folder, so a process is started, and stopped at the end."""
    monkeypatch.setattr("planner.travel.openings.is_compiled", lambda: False)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    before = {child.pid for child in psutil.Process().children()}
    told = []
    with compiling_beside(lambda *step: told.append(step)):
        started = [c for c in psutil.Process().children() if c.pid not in before]
        assert len(started) == (1 if multiprocessing.cpu_count() > 1 else 0)
        assert all("planner.cli.warmup" in words_of(child)[-1] for child in started)
    assert not any(child.is_running() for child in started)
    assert told == [(STAGE, 0.0), (STAGE, 1.0)][: 2 * len(started)]
