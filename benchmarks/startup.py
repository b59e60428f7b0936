"""Part: how long `planner --help` takes."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from benchmarks.table import Row, at_most, skipped

PART = "start-up"


def measure(turns: int) -> list[Row]:
    """Time the command's help."""
    command = Path(sys.executable).with_name("planner")
    if find_spec("planner.cli") is None or not command.exists():
        return [skipped(PART, "the command `planner` is not installed")]

    def show_help() -> float:
        start = time.perf_counter()
        subprocess.run([command, "--help"], check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start

    show_help()
    seconds = statistics.median(show_help() for _ in range(turns))
    return [at_most(PART, "planner --help", seconds, 0.5, "{:.2f} s")]
