"""What is kept of a kernel is forgotten when any file it may rest on has changed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import planner

FILES = {
    "__init__.py": "",
    "shapes.py": (
        "from typing import NamedTuple\n"
        "class Pair(NamedTuple):\n    first: float\n    second: float\n"
    ),
    "helpers.py": (
        "from planner.travel.compiled.decorators import helper\n"
        "@helper\ndef combine(pair):\n    return pair.first + pair.second\n"
    ),
    "kernels.py": (
        "from kernels_of_a_test.helpers import combine\n"
        "from planner.travel.compiled.decorators import kernel\n"
        "@kernel\ndef combined(pair):\n    return combine(pair)\n"
    ),
}


def answer(folder: Path, name: str = "Pair") -> float:
    code = (
        f"from kernels_of_a_test.kernels import combined; "
        f"from kernels_of_a_test.shapes import {name}; print(combined({name}(3.0, 4.0)))"
    )
    path = os.pathsep.join([str(folder), str(Path(planner.__file__).parents[1])])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env=os.environ | {"PYTHONPATH": path, "NUMBA_CACHE_DIR": str(folder / "kept")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(done.stdout)


def change(file: Path, old: str, new: str) -> None:
    """Edit a file as a new version does: a second later than anything that was kept before."""
    file.write_text(file.read_text().replace(old, new))
    later = max(path.stat().st_mtime for path in file.parents[1].rglob("*")) + 1
    os.utime(file, (later, later))


@pytest.mark.nightly
def test_a_change_in_another_file_is_seen(tmp_path):
    package = tmp_path / "kernels_of_a_test"
    package.mkdir()
    for name, text in FILES.items():
        (package / name).write_text(text)
    assert answer(tmp_path) == 7.0
    assert list((tmp_path / "kept").rglob("*.nbi"))
    change(package / "helpers.py", "first + pair.second", "first * pair.second")
    assert answer(tmp_path) == 12.0
    change(package / "shapes.py", "Pair", "Couple")
    assert answer(tmp_path, "Couple") == 12.0
