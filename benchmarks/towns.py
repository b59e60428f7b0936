"""Part: the pages of the demo's towns: how large each is, and how long they take to draw.

`python -m benchmarks.towns OUT` measures those of a run that is there; files in OUT/towns are
drawn again.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.demo import run_planner
from benchmarks.table import Row, at_most, to_text

PART = "towns"
PAGE_KB, INDEX_KB = 500.0, 50.0


def measure(run: Path | None = None) -> list[Row]:
    """Draw the pages of a run's towns; without any given, of the demo's."""
    if run is None:
        with tempfile.TemporaryDirectory() as folder:
            run_planner("demo", "--out", Path(folder) / "out")
            return measure(Path(folder) / "out")
    from planner.cli.map_jobs import town_pages_into

    start = time.perf_counter()
    index, count = town_pages_into(run)
    seconds = time.perf_counter() - start
    pages = sorted(set(index.parent.glob("*.html")) - {index})
    sizes = [
        at_most(PART, f"page of {page.stem}", page.stat().st_size / 1e3, PAGE_KB, "{:.1f} kB")
        for page in pages
    ]
    return [
        *sizes,
        at_most(PART, "their index", index.stat().st_size / 1e3, INDEX_KB, "{:.1f} kB"),
        Row(PART, f"drawing {count} pages and the index", f"{seconds:.1f} s"),
    ]


if __name__ == "__main__":
    print(to_text(measure(Path(sys.argv[1]) if len(sys.argv) > 1 else None)))
