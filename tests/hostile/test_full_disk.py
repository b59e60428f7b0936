"""A disk without room: found before the run, or amid it, in one line; the earlier result stays."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cities.small_city import contents
from tests.hostile.child import PREPARING_SECONDS, run_planner
from tests.hostile.city import PEOPLE, write_city, write_lines

Disk = Callable[[int], Path]
RUN = ["run", "plan.toml", "--quiet", "--out"]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Makes a disk of so many kilobytes in the folder `disk` beside the city's plan."""
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    if mount is None or unmount is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can make a small disk")
    with ExitStack() as mounted:

        def make(kilobytes: int) -> Path:
            """Make it, or skip where even root may not."""
            folder = tmp_path / "city" / "disk"
            folder.mkdir()
            command = [mount, "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
            if subprocess.run(command, capture_output=True, check=False).returncode:
                pytest.skip("no small disk can be made here")
            mounted.callback(subprocess.run, [unmount, str(folder)], check=True)
            return folder

        write_city(tmp_path / "city")
        yield make


def complaint(folder: Path) -> str:
    """Run the plan into the disk; return the one line that it fails with."""
    outcome = run_planner([*RUN, "disk/out"], folder)
    assert (outcome.code, outcome.stdout) == (1, ""), outcome.stderr[-2000:]
    (line,) = outcome.stderr.splitlines()
    return line


@pytest.mark.nightly
def test_a_disk_that_is_full_from_the_start(disk: Disk):
    folder = disk(800)
    assert "room for 0.8 MB" in complaint(folder.parent)
    assert list(folder.iterdir()) == []


@pytest.mark.nightly
def test_a_disk_that_gets_full_while_a_larger_result_is_written(disk: Disk, tmp_path: Path):
    """GDAL prints lines of its own when a disk is full; the user sees one line of ours."""
    city = tmp_path / "city"
    assert run_planner([*RUN, "out"], city, most_seconds=PREPARING_SECONDS).code == 0
    before = contents(city / "out")
    folder = disk(sum(map(len, before.values())) // 1000 + 1200)
    shutil.copytree(city / "out", folder / "out")
    many = [f"Q{n},1,{121.401 + n % 100 * 1e-4:.4f},{31.4 + n // 100 * 1e-5:.5f}"
            for n in range(6000)]  # fmt: skip
    write_lines(city / "people.csv", [*PEOPLE, *many])
    line = complaint(city)
    assert line.startswith("planner: disk/out: cannot be written (")
    assert line.endswith("; choose another folder")
    assert contents(folder / "out") == before
    assert [entry.name for entry in folder.iterdir()] == ["out"]
    assert {entry.name for entry in (folder / "out").iterdir()} == set(before)
