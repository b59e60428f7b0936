"""Part: the embedded district, the first time and again, what rests on it, and its page."""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.measure import peak_memory_mb, run_fresh, take_cores
from benchmarks.table import Row, at_most, skipped
from benchmarks.whole_run import stages_as_text
from planner.sources.embedded import data_folder

PART = "demo"
FIRST_SECONDS, AGAIN_SECONDS, MAX_MB = 45.0, 25.0, 2000.0
PAGE_MB, OPEN_SECONDS = 10.0, 3.0
REPEATS, REPEATS_SECONDS = 30, 90.0
SITE_SECONDS, COMPARE_SECONDS = 10.0, 6.0


def measure(turns: int) -> list[Row]:
    """Run the demo with nothing compiled or kept, then again; site, compare and open its page."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        kept = {"NUMBA_CACHE_DIR": f"{folder}/kernels", "PLANNER_CACHE": f"{folder}/cache"}
        before = {name: os.environ.get(name) for name in kept}
        os.environ.update(kept)
        try:
            first = run_planner("demo", "--out", out)
            again = [run_planner("demo", "--out", out) for _ in range(turns)]
            of_run = [_measure_of_run(out, *asked, turns) for asked in OF_RUN]
            repeated = run_fresh("whole_run", _repeated_plan(Path(folder) / "plan"), out)
        finally:
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})
        seconds = statistics.median(run["wall_seconds"] for run in again)
        memory = max(run["peak_mb"] for run in (first, *again, repeated))
        page = out / "map.html"
        many = f"its run with {REPEATS} repeats, four profiles and couriers, four moments"
        what = "planner demo, the first time: kernels compiled, nothing kept"
        return [
            at_most(PART, what, first["wall_seconds"], FIRST_SECONDS, "{:.1f} s"),
            at_most(PART, "planner demo after that", seconds, AGAIN_SECONDS, "{:.1f} s"),
            at_most(PART, many, repeated["wall_seconds"], REPEATS_SECONDS, "{:.1f} s"),
            *of_run,
            Row(PART, "seconds of its longest stages", stages_as_text(repeated["stages"])),
            at_most(PART, "peak memory", memory, MAX_MB, "{:.0f} MB"),
            at_most(PART, "size of map.html", page.stat().st_size / 1e6, PAGE_MB, "{:.1f} MB"),
            _opened(page, turns),
        ]


#: Commands that go on from the finished run: name, files and options, most seconds.
OF_RUN: Final = (
    ("site", ("--sites", "10"), SITE_SECONDS),
    ("compare", ("scenario.json",), COMPARE_SECONDS),
)


def _measure_of_run(
    out: Path, command: str, options: Sequence[str], most: float, turns: int
) -> Row:
    """Time a command on the finished run in fresh processes, after one that compiles."""
    folder = out / "input"
    given = [folder / text if (folder / text).is_file() else text for text in options]
    asked = [command, folder / "plan.toml", *given, "--run", out, "--out", out.parent / command]
    runs = [run_planner(*asked) for _ in range(turns + 1)][1:]
    seconds = statistics.median(run["wall_seconds"] for run in runs)
    memory = max(run["peak_mb"] for run in runs)
    what = f"planner {command} on its finished run ({memory:.0f} MB)"
    return at_most(PART, what, seconds, most, "{:.1f} s")


def run_planner(*arguments: str | Path) -> dict[str, Any]:
    """Run a command of the planner in a process of its own; its seconds and its memory."""
    return run_fresh("demo", *arguments, "--quiet")


def _repeated_plan(folder: Path) -> Path:
    """Copy the demo's data with a plan that asks for more repeats."""
    shutil.copytree(data_folder() / "baoshan-demo", folder)
    plan = folder / "plan.toml"
    text = plan.read_text(encoding="utf-8")
    asked = re.sub(r"(?m)^repeats = \d+$", f"repeats = {REPEATS}", text)
    assert asked != text, "the demo's plan names no repeats"
    plan.write_text(asked, encoding="utf-8")
    return plan


def _opened(page: Path, turns: int) -> Row:
    """Time from the address to a page that can be used, in a browser that runs already."""
    browser = shutil.which("chromium")
    if browser is None:
        return skipped(PART, "no chromium to open the page with")
    from playwright.sync_api import sync_playwright

    taken = []
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for _ in range(turns):
            sheet = started.new_page(viewport={"width": 1440, "height": 900})
            begun = time.perf_counter()
            sheet.goto(page.as_uri())
            sheet.wait_for_selector("body[data-ready=true]")
            taken.append(time.perf_counter() - begun)
            sheet.close()
        started.close()
    seconds = statistics.median(taken)
    return at_most(PART, "map.html, from address to use", seconds, OPEN_SECONDS, "{:.1f} s")


def _run(arguments: list[str]) -> None:
    """Run a command as its users do, in a process of its own; print its memory as JSON."""
    take_cores()
    from planner.cli import main

    sys.argv[1:] = arguments
    try:
        main()
    except SystemExit as ended:
        if ended.code:
            raise
    print(json.dumps({"peak_mb": peak_memory_mb()}))


if __name__ == "__main__":
    _run(sys.argv[1:])
