"""Killed at any moment, a command leaves the old result or the new one, whole, and no leftovers."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from planner.sources.folders import change_files, finish_change
from planner.sources.results import load_result
from tests.cities.small_city import contents, write_city
from tests.hostile.killed import kill_before

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills by a signal")

KILLED = Path(__file__).with_name("killed.py")
NEVER = 10**9
OUTPUTS = ["a.txt", "gone.txt", "later.txt", "vouches.json"]
OLD = {"a.txt": b"old", "gone.txt": b"old", "vouches.json": b"old", "notes.txt": b"mine"}
NEW = {"a.txt": b"new", "later.txt": b"new", "vouches.json": b"new", "notes.txt": b"mine"}


def fill(folder: Path) -> list[str]:
    names = ["a.txt", "later.txt", "vouches.json"]
    for name in names:
        (folder / name).write_bytes(b"new")
    return names


def put(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def killed_at(number: int, out: Path, prepared: int = 0) -> bool:
    """Change a folder in a child that is killed at a moment; tell whether it was."""
    pid = os.fork()
    if pid == 0:
        kill_before(number, out)
        if prepared:
            finish_change(out)
        else:
            change_files(out, fill, outputs=OUTPUTS)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_folder_is_the_old_or_the_new_whatever_the_moment(tmp_path: Path):
    """Every moment is tried: before each thing that the system is asked to do."""
    seen, number, killed = set(), 0, True
    while killed:
        number += 1
        out = tmp_path / str(number) / "out"
        out.parent.mkdir()
        put(out, OLD)
        killed = killed_at(number, out)
        finish_change(out)
        found = contents(out)
        assert found in (OLD, NEW), number
        assert {entry.name for entry in out.iterdir()} == set(found), number
        assert [entry.name for entry in out.parent.iterdir()] == ["out"]
        seen.add(found["vouches.json"])
    assert number > 20
    assert seen == {b"old", b"new"}


@pytest.mark.nightly
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_the_program_that_finishes_a_killed_change_may_be_killed_too(tmp_path: Path):
    """A program is killed amid its moves, then each that would finish them, again and again."""
    number, killed = 0, True
    while killed:
        number += 1
        out = tmp_path / str(number)
        put(out, OLD)
        killed = killed_at(number, out)
        if not (out / ".planner-counting").exists():
            continue
        moment = 1
        while killed_at(moment, out, prepared=1):
            moment += 1
        assert contents(out) == NEW
        assert {entry.name for entry in out.iterdir()} == set(NEW)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_killed_change_of_a_new_folder_leaves_all_files_or_none(tmp_path: Path):
    number, killed = 0, True
    while killed:
        number += 1
        out = tmp_path / str(number)
        killed = killed_at(number, out)
        finish_change(out)
        new = {name: content for name, content in NEW.items() if name != "notes.txt"}
        assert not out.exists() or contents(out) in ({}, new)
        change_files(out, fill, outputs=OUTPUTS)
        assert {entry.name for entry in out.iterdir()} == set(new)


def command(out: Path, *arguments: str, number: int = NEVER, only: str = "") -> list[str]:
    """A command of the planner that is killed at a moment."""
    return [sys.executable, "-P", str(KILLED), str(number), str(out), only, *arguments]


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two plans of one name whose results differ."""
    folder = tmp_path_factory.mktemp("plans")
    first, second = write_city(folder / "first"), write_city(folder / "second")
    text = (folder / "second" / "people.csv").read_text(encoding="utf-8")
    (folder / "second" / "people.csv").write_text(text.replace(",10,", ",70,"), encoding="utf-8")
    return first, second


def run(command: list[str]) -> int:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(command, env=environment, check=False, capture_output=True).returncode


def people(out: Path) -> float:
    """People of the finished run in a folder, after all its hashes were compared."""
    finished = load_result(out)
    assert not [entry.name for entry in out.iterdir() if entry.name.startswith(".")]
    assert [entry.name for entry in out.parent.iterdir()] == ["out"]
    return next(row["people"] for row in finished.summary["coverage"] if row["area"] == "all")


@pytest.fixture(scope="module")
def earlier(plans: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of the first plan."""
    out = tmp_path_factory.mktemp("earlier") / "out"
    assert run(command(out, "run", str(plans[0]), "--out", str(out))) == 0
    assert people(out) == 30
    return out


def killed_run(plan: Path, earlier: Path, out: Path, number: int, only: str = "") -> bool:
    """Run a plan over an earlier result, to be killed at a moment; tell whether it was."""
    shutil.copytree(earlier, out)
    arguments = ("run", str(plan), "--out", str(out), "--quiet")
    code = run(command(out, *arguments, number=number, only=only))
    assert code in (0, -signal.SIGKILL)
    return code != 0


@pytest.mark.nightly
def test_a_run_killed_while_it_moves_its_files(
    plans: tuple[Path, Path], earlier: Path, tmp_path: Path
):
    """Killed amid the moves, the new result is there for the next reader."""
    out = tmp_path / "out"
    assert killed_run(plans[1], earlier, out, 6, "os.rename")
    assert (out / ".planner-counting").is_dir()
    assert people(out) == 90


@pytest.mark.alone
def test_a_run_killed_at_aimed_moments(plans: tuple[Path, Path], earlier: Path, tmp_path: Path):
    """Before the first of its moves, amid them, after them; and before it writes each file."""
    met = set()
    moments = [(n, "os.rename") for n in (1, 2, 3, 7, 10, 12, 13, 14)]
    for number, only in [*moments, *((n, "open") for n in (2, 4, 6, 9))]:
        out = tmp_path / f"{only}-{number}" / "out"
        assert killed_run(plans[1], earlier, out, number, only), (number, only)
        met.add(people(out))
    assert met == {30, 90}


@pytest.mark.alone
def test_a_run_killed_at_random_moments(plans: tuple[Path, Path], earlier: Path, tmp_path: Path):
    draw, out = random.Random(1), tmp_path / "random" / "out"
    shutil.copytree(earlier, out)
    seconds = 2.5
    for turn in range(20):
        plan = plans[turn % 2]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        arguments = command(out, "run", str(plan), "--out", str(out), "--quiet")
        start = time.monotonic()
        with subprocess.Popen(arguments, env=environment) as process:
            try:
                process.wait(draw.uniform(0.3, 1.2) * seconds)
                seconds = time.monotonic() - start
            except subprocess.TimeoutExpired:
                process.kill()
        assert people(out) in {30, 90}
