"""A city in tiles: many copies of one, on one worker and on two, and without Dask."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.cities import WORK, City
from benchmarks.copies import write_copies
from benchmarks.measure import ALL_CORES
from benchmarks.table import Row, at_least, at_most

PART = "city"
#: Copies of the small and of the large city, and tiles for each.
SMALL, LARGE = (10, 4), (100, 36)
LEAST_FASTER, MOST_GROWTH, MOST_OVERHEAD = 1.7, 1.15, 0.10
MOST_BYTES = 2_500_000_000


@dataclass(frozen=True)
class CityRun:
    """One run: seconds, the largest process in bytes, and its summary as text."""

    seconds: float
    largest: int
    summary: str


def measure(city: City, *, quick: bool = False) -> list[Row]:
    """Run small and large cities on no, one and two workers."""
    small = write_copies(city, SMALL[0])
    alone, one = run_city(small, SMALL[1], 0), run_city(small, SMALL[1], 1)
    rows = [
        _overhead(SMALL[0], one, alone),
        Row(PART, "the same summary", str(one.summary == alone.summary)),
    ]
    if quick:
        return rows
    large = write_copies(city, LARGE[0])
    two, single = run_city(large, LARGE[1], 2), run_city(large, LARGE[1], 1)
    plain = run_city(large, LARGE[1], 0)
    small_two = run_city(small, SMALL[1], 2)
    growth = (two.seconds / LARGE[0]) / (small_two.seconds / SMALL[0])
    return [
        *rows,
        Row(PART, f"{LARGE[0]} copies, two workers", f"{two.seconds:.0f} s"),
        Row(PART, f"{LARGE[0]} copies, one worker", f"{single.seconds:.0f} s"),
        Row(PART, f"{LARGE[0]} copies, one process without Dask", f"{plain.seconds:.0f} s"),
        _overhead(LARGE[0], single, plain),
        at_least(PART, "two workers beside one", single.seconds / two.seconds, LEAST_FASTER,
                 "{:.2f}"),
        at_most(PART, f"time of a copy, of {LARGE[0]} beside {SMALL[0]}", growth, MOST_GROWTH,
                "{:.2f}"),
        at_most(PART, "the largest process, MB", two.largest / 1e6, MOST_BYTES / 1e6, "{:.0f}"),
        Row(PART, "the same summary on none, one and two workers",
            str(two.summary == single.summary == plain.summary)),
    ]  # fmt: skip


def _overhead(copies: int, one: CityRun, alone: CityRun) -> Row:
    """Return what one worker takes more than one process that does all of it."""
    what = f"{copies} copies: Dask with one worker beside one process without it"
    return at_most(PART, what, one.seconds / alone.seconds - 1, MOST_OVERHEAD, "{:.1%}")


def run_city(plan: Path, tiles: int, workers: int) -> CityRun:
    """Run a plan in tiles, everything anew; without workers in this process, on one core."""
    import json

    from planner.scale.driver import run_in_tiles
    from planner.scale.work.cluster import local_cluster
    from planner.scale.work.steps import OneProcess, StepStore
    from planner.scale.work.worker_side import warm_up

    warm_up()  # this process begins as a worker does: what differs is what Dask adds
    psutil.Process().cpu_affinity(ALL_CORES if workers > 1 else ALL_CORES[:1])
    WORK.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=WORK, prefix="city-"))
    store = StepStore(work)
    try:
        with Watching() as peak:
            if workers:
                with local_cluster(workers, store, print) as runner:
                    start = time.perf_counter()
                    found = run_in_tiles(plan, runner, store, tiles=tiles)
                    seconds = time.perf_counter() - start
            else:
                start = time.perf_counter()
                found = run_in_tiles(plan, OneProcess(store), store, tiles=tiles)
                seconds = time.perf_counter() - start
        summary = json.dumps(found.joined.summary, sort_keys=True)
        return CityRun(seconds, peak.largest, summary)
    finally:
        shutil.rmtree(work, ignore_errors=True)


class Watching:
    """Looks at the memory of this process and all that it started, ten times a second."""

    def __enter__(self) -> Watching:
        self.largest, self._done = 0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        me = psutil.Process()
        while not self._done.wait(0.1):
            for process in [me, *me.children(recursive=True)]:
                try:
                    self.largest = max(self.largest, process.memory_info().rss)
                except psutil.Error:
                    continue
