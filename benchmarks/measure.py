"""Clocks: contestants that take turns, and fresh processes that tell their memory."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from planner.__main__ import trusted_path

REPOSITORY = Path(__file__).resolve().parents[1]
#: Environment variable; "cpu" times contestants in processor seconds, for a shared machine.
CLOCK = "BENCH_CLOCK"
ALL_CORES = sorted(os.sched_getaffinity(0))
PACKAGES = ("numpy", "numba", "shapely", "osmium", "osmnx", "pyrosm", "pandana", "scipy",
            "networkx")  # fmt: skip


@dataclass
class Timing:
    """Seconds of each turn, and what the last turn returned."""

    seconds: list[float] = field(default_factory=list)
    result: Any = None

    @property
    def median(self) -> float:
        """Median of the turns, seconds."""
        return statistics.median(self.seconds)


def race(
    contestants: Mapping[str, Callable[[], Any]], turns: Mapping[str, int]
) -> dict[str, Timing]:
    """Let contestants run in turn, because machines drift; those with fewer turns stop earlier.

    The caller has warmed them up: kernels are compiled and files are in the page cache. On one
    core, processor time is what the clock on the wall would show if nobody else used the machine.
    """
    # Python's search for garbage shall not visit what was built before, such as a peer's graph.
    gc.collect()
    gc.freeze()
    clock = time.process_time if os.environ.get(CLOCK) == "cpu" else time.perf_counter
    timings = {name: Timing() for name in contestants}
    for turn in range(max(turns[name] for name in contestants)):
        for name, run in contestants.items():
            if turn < turns[name]:
                start = clock()
                timings[name].result = run()
                timings[name].seconds.append(clock() - start)
    return timings


def use_cores(cores: list[int]) -> None:
    """Keep this process and the threads it will start to some cores."""
    os.sched_setaffinity(0, set(cores))
    for library in ("NUMBA", "OMP", "OPENBLAS", "MKL"):
        os.environ[f"{library}_NUM_THREADS"] = str(len(cores))


def run_fresh(module: str, *arguments: str | Path) -> dict[str, Any]:
    """Run a module of this folder in a fresh process on all cores; it prints one line of JSON.

    Returns
    -------
    dict
        What it printed, with `wall_seconds`: from its start to its end, imports included.
    """
    command = [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)]
    cores = ",".join(map(str, ALL_CORES))
    path = os.pathsep.join([str(REPOSITORY), *trusted_path()])
    start = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=REPOSITORY,
        env=os.environ | {"BENCH_CORES": cores, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    seconds = time.perf_counter() - start
    return json.loads(done.stdout.splitlines()[-1]) | {"wall_seconds": seconds}


def take_cores() -> None:
    """Use the cores the parent process names; called first in a fresh process."""
    use_cores([int(core) for core in os.environ["BENCH_CORES"].split(",")])


def peak_memory_mb() -> float:
    """Return the most memory this process has used, MB, without what its parent used before it."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(float(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM"))


@contextlib.contextmanager
def hushed() -> Iterator[None]:
    """Silence libraries that print from compiled code."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    with Path(os.devnull).open("w") as nowhere:
        for number in (1, 2):
            os.dup2(nowhere.fileno(), number)
        try:
            yield
        finally:
            for number, copy in zip((1, 2), kept, strict=True):
                os.dup2(copy, number)
                os.close(copy)


def machine() -> str:
    """Describe processor, memory, system and Python."""
    model = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        model = names[0] if names else model
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{model}, {len(ALL_CORES)} cores, {memory_gb:.0f} GB, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}"
    )


def versions() -> str:
    """List the versions of the libraries and peers."""
    return ", ".join(f"{name} {version(name)}" for name in PACKAGES)
