"""Part: the report of the demo: workbook, document and sheets, seconds and memory.

`python -m benchmarks.handover OUT` writes that of a run of `planner demo --all` and prints JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from benchmarks.measure import run_fresh, take_cores
from benchmarks.table import Row, at_most

PART = "report"
SECONDS, MAX_MB = 25.0, 1000.0


def measure() -> list[Row]:
    """Run the demo with sites and comparison, then write its report in a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        command = [sys.executable, "-m", "planner", "demo", "--all", "--out", str(out), "--quiet"]
        subprocess.run(command, check=True)
        done = run_fresh("handover", out, Path(folder) / "report")
    return [
        at_most(PART, "all parts, the run read too", done["wall_seconds"], SECONDS, "{:.1f} s"),
        at_most(PART, "peak memory, of both processes", done["peak_mb"], MAX_MB, "{:.0f} MB"),
        *(Row(PART, f"seconds of {name}", f"{seconds:.1f} s")
          for name, seconds in done["seconds"].items()),
        Row(PART, "size of workbook and document", f"{done['megabytes']:.1f} MB"),
    ]  # fmt: skip


class Watched:
    """The most memory of this process and those it starts, whose shared pages count once.

    peak_mb : found by looking every tenth of a second.
    """

    def __enter__(self) -> Watched:
        self.peak_mb, self._done = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.1):
            own = Path(f"/proc/{os.getpid()}")
            children = (own / "task" / str(os.getpid()) / "children").read_text().split()
            found = [_share_mb(Path(f"/proc/{child}")) for child in children]
            self.peak_mb = max(self.peak_mb, _share_mb(own) + sum(found))


def _share_mb(process: Path) -> float:
    """Return the memory of a process; of pages that several have its part."""
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended
        return 0.0
    return next((float(line.split()[1]) / 1000 for line in lines if line.startswith("Pss:")), 0.0)


def _write(run: Path, out: Path) -> None:
    """Write the report in this process; print how long its parts took and its memory."""
    take_cores()
    import time

    from planner.reports import load_handover, write_report

    began: dict[str, float] = {}
    seconds: dict[str, float] = {}

    def told(stage: str, share: float) -> None:
        """Note when a stage begins and ends."""
        if share < 1:
            began[stage] = time.perf_counter()
        else:
            seconds[stage] = time.perf_counter() - began[stage]

    told("reading", 0.0)
    handover = load_handover(run, sites=run / "sites", compared=run / "compare")
    told("reading", 1.0)
    with Watched() as memory:
        write_report(handover, out, progress=told)
    files = (out / "report.xlsx", out / "report.docx")
    size = sum(path.stat().st_size for path in files) / 1e6
    print(json.dumps({"seconds": seconds, "peak_mb": memory.peak_mb, "megabytes": size}))


if __name__ == "__main__":
    _write(Path(sys.argv[1]), Path(sys.argv[2]))
