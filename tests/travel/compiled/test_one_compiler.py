"""A kernel that another process is compiling is waited for, and then taken from the disk."""

import threading
import time
from types import SimpleNamespace

import pytest

from planner.travel.compiled.one_compiler import compile_once

fcntl = pytest.importorskip("fcntl")


class Disk:
    """Stands for numba's object round a kernel: counts what is compiled, and keeps it."""

    def __init__(self, folder, kept=False):
        self.stats = SimpleNamespace(cache_path=None if folder is None else str(folder))
        self.py_func, self.kept, self.asked = test_the_first_process_compiles, kept, []

    def compile(self, signature):
        self.asked.append((signature, self.kept))
        self.kept = True
        return len(self.asked)


def test_the_first_process_compiles(tmp_path):
    disk = Disk(tmp_path)
    compile_once(disk, lambda: disk.kept)
    assert disk.compile("types") == 1
    assert disk.asked == [("types", False)]
    assert list(tmp_path.iterdir()) == []  # nothing is left of the turn


def test_the_second_process_waits_and_finds_the_kernel_kept(tmp_path):
    disk = Disk(tmp_path)
    compile_once(disk, lambda: disk.kept)
    turn = tmp_path / f"{__name__}.test_the_first_process_compiles.turn"
    with turn.open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        waiting = threading.Thread(target=disk.compile, args=("types",))
        waiting.start()
        time.sleep(0.1)
        assert disk.asked == []
        disk.kept = True  # the other one is done
        waiting.join(5)
    assert disk.asked == [("types", True)]


def test_a_waiting_process_compiles_where_the_other_has_died(tmp_path):
    disk = Disk(tmp_path)
    compile_once(disk, lambda: disk.kept)
    turn = tmp_path / f"{__name__}.test_the_first_process_compiles.turn"
    with turn.open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        waiting = threading.Thread(target=disk.compile, args=("types",))
        waiting.start()
        time.sleep(0.05)
    waiting.join(5)  # the file is closed, as that of a process that ends
    assert disk.asked == [("types", False)]


@pytest.mark.parametrize("folder", [None, "nowhere"])
def test_without_a_folder_no_process_waits(tmp_path, folder):
    disk = Disk(folder and tmp_path / folder)
    compile_once(disk, lambda: disk.kept)
    assert disk.compile("types") == 1
