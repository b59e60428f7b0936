"""That compiling takes long is said once, on stderr; what is kept on disk says nothing."""

import logging
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

import planner
from planner.travel.compiled.first_time import MESSAGE, CompilingNotice


def of(module: str) -> SimpleNamespace:
    """Make an event as numba makes it: compiling a function of a module."""
    function = SimpleNamespace(__module__=module)
    return SimpleNamespace(data={"dispatcher": SimpleNamespace(py_func=function)})


OURS, THEIRS = of("planner.travel.compiled.search"), of("other.library")


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


def compile_for(notice: CompilingNotice, seconds: float, what: SimpleNamespace = OURS) -> None:
    notice.on_start(what)
    time.sleep(seconds)
    notice.on_end(what)


def test_what_takes_long_is_said_while_it_lasts(caplog):
    notice = CompilingNotice(0.05)
    notice.on_start(OURS)
    notice.on_start(OURS)  # a kernel within a kernel
    notice.on_end(OURS)
    assert said(caplog) == []
    time.sleep(0.3)
    assert said(caplog) == [MESSAGE]
    notice.on_end(OURS)
    compile_for(notice, 0.2)
    assert said(caplog) == [MESSAGE]  # once


def test_many_short_ones_are_long_together(caplog):
    notice = CompilingNotice(0.4)
    compile_for(notice, 0.05)
    assert said(caplog) == []
    for _ in range(12):
        compile_for(notice, 0.05)
    assert said(caplog) == [MESSAGE]


def test_what_is_short_or_not_ours_is_not_said(caplog):
    notice = CompilingNotice(0.1)
    compile_for(notice, 0.01)
    compile_for(notice, 0.3, THEIRS)
    time.sleep(0.2)
    assert said(caplog) == []


FIRST_CALL = """
import geopandas as gpd, shapely, planner
town = planner.load_example()
print(len(planner.travel_time_matrix(town.network, town.people, town.facilities)))
"""


@pytest.mark.nightly
def test_the_first_call_on_a_machine_says_why_it_takes_long(tmp_path: Path):
    """An empty folder for what numba keeps: the first process compiles, the second one does not."""
    root = str(Path(planner.__file__).parents[1])
    asked = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": root}
    quiet = 'import logging; logging.getLogger("planner").setLevel("ERROR")' + FIRST_CALL

    def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
        env = asked | {"NUMBA_CACHE_DIR": str(folder)}
        command = [sys.executable, "-c", code]
        return subprocess.run(command, env=env, check=True, capture_output=True, text=True)

    first, second = run(FIRST_CALL, tmp_path / "a"), run(FIRST_CALL, tmp_path / "a")
    assert first.stderr.splitlines() == [MESSAGE]
    assert second.stderr == ""
    assert first.stdout == second.stdout
    assert run(quiet, tmp_path / "b").stderr == ""
