"""No process imports from the folder a command is called in; those started keep to their limits."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from planner.__main__ import trusted_path
from planner.sources.processes import Limits, build_command, run_limited
from tests.cities.small_city import write_city

#: Modules that one of our processes imports, first or late.
NAMES = ("geopandas", "numpy", "json", "osmium", "numba", "typing", "yaml", "sitecustomize",
         "usercustomize", "multiprocessing")  # fmt: skip
SPY = "import pathlib; pathlib.Path({marker!r}).open('a').write(__name__ + ' ')\n"
PLENTY = Limits(cpu_seconds=5, seconds=10.0, memory_bytes=1_000_000_000, file_bytes=1_000_000)


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A folder with a plan, and modules that leave a mark when they are imported."""
    folder = tmp_path / "trap"
    write_city(folder)
    spy = SPY.format(marker=str(tmp_path / "marker"))
    for name in NAMES:
        (folder / f"{name}.py").write_text(spy, encoding="utf-8")
    for package in ("planner", "matplotlib", "dask"):
        (folder / package).mkdir()
        (folder / package / "__init__.py").write_text(spy, encoding="utf-8")
    # Settings of numba that name a folder of compiled code, which is run where it fits.
    (folder / ".numba_config.yaml").write_text("cache_dir: numba\n", encoding="utf-8")
    return folder


def environment(**more: str) -> dict[str, str]:
    """Python as it starts by default, and this planner."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONSAFEPATH"}
    path = os.pathsep.join(path for path in sys.path if path)
    return kept | {"PLANNER_CACHE": "", "PYTHONPATH": path} | more


@pytest.mark.nightly
def test_a_first_run_imports_nothing_from_where_it_is_called(trap: Path, tmp_path: Path):
    """As the console script starts it, whose own folder is first on the path.

    That no kernel is compiled yet is pretended: it starts the second process. To pretend it loads
    numba, so the folder is left out before.
    """
    script = tmp_path / "bin" / "planner"
    script.parent.mkdir()
    script.write_text(
        "from unittest import mock\n"
        "from planner.__main__ import leave_out_current_folder, main\n"
        "leave_out_current_folder()\n"
        "with mock.patch('planner.travel.openings.is_compiled', lambda: False): main()\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script), "run", "plan.toml", "--out", "out", "-q"],
        cwd=trap, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "marker").exists()
    assert not (trap / "numba").exists()


@pytest.mark.parametrize("given", ["", "{trap}"])
def test_an_empty_entry_of_the_path_is_not_the_current_folder(trap: Path, tmp_path: Path, given):
    """PYTHONPATH=:/opt/x names the current folder, and Python makes it a whole path."""
    for name in ("typing", "json", "multiprocessing", "sitecustomize", "usercustomize"):
        (trap / f"{name}.py").unlink()  # loaded before our first line; no program can help that
    (trap / "planner" / "__init__.py").unlink()
    (trap / "planner").rmdir()
    own = environment()["PYTHONPATH"]
    code = (
        "import planner.__main__; planner.__main__.leave_out_current_folder(); "
        "import geopandas, numba, sys; print(*sys.path, sep='\\n')"
    )
    path = f"{given.format(trap=trap)}{os.pathsep}{own}"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=trap, env=environment(PYTHONPATH=path), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert str(trap) not in done.stdout.splitlines()
    assert not (tmp_path / "marker").exists()


@pytest.mark.nightly
def test_the_second_process_of_a_first_run_imports_nothing_from_there(trap: Path, tmp_path: Path):
    given = environment(PYTHONPATH=str(trap), PYTHONSTARTUP=str(trap / "json.py"))
    done = subprocess.run(build_command("planner.cli.warmup"), cwd=trap, env=given,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "marker").exists()
    assert not (trap / "numba").exists()


def test_a_checkout_one_stands_in_is_where_its_modules_come_from(monkeypatch):
    import planner

    home = Path(planner.__file__).parents[1]
    monkeypatch.chdir(home)
    monkeypatch.setattr(sys, "path", [str(home), "", "/opt/x"])
    assert trusted_path() == [str(home), "/opt/x"]


def test_a_folder_that_was_deleted_is_no_error(tmp_path: Path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert "" not in trusted_path()
    monkeypatch.chdir(tmp_path)


def test_a_limited_process_imports_nothing_from_the_folder_it_stands_in(tmp_path, monkeypatch):
    for name in ("osmium", "json", "planner", "geopandas"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(99)", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "json.py"))
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "empty.pbf").write_bytes(b"")
    ended = run_limited(
        "planner.sources.osm.apart.find_fault", str(tmp_path / "empty.pbf"), str(tmp_path),
        limits=PLENTY, folder=tmp_path,
    )  # fmt: skip
    assert ended.code == 0, ended.words


def test_a_process_that_is_started_has_this_package(tmp_path):
    ended = run_limited("planner.nothing_of_this_name", limits=PLENTY, folder=tmp_path)
    assert ended.code == 1
    assert "No module named 'planner.nothing_of_this_name'" in ended.words


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(1, 30.0, 1_000_000_000, 1), -24),  # SIGXCPU
        (Limits(9, 0.5, 1_000_000_000, 1), None),
        (Limits(9, 9.0, 20_000_000, 1), 1),
    ],
)
def test_limits_end_a_process(tmp_path, monkeypatch, limits, code):
    package = tmp_path / "planner"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "busy.py").write_text(
        "def main(arguments):\n    while True:\n        words = ['w'] * 9_999_999\n",
        encoding="utf-8",
    )
    own = package / "__main__.py"
    own.write_bytes(Path(build_command("x")[-2]).read_bytes())
    monkeypatch.setattr("planner.sources.processes._START", own)
    assert run_limited("planner.busy", limits=limits, folder=tmp_path).code == code


def test_a_command_is_a_list_without_a_shell():
    command = build_command("planner.sources.osm.apart.find_fault", "a b; rm -rf x")
    assert command[1:3] == ["-I", "-S"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "not enough values to unpack" in done.stderr
