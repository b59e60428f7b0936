"""Part: the sparse matrix from tens of thousands of candidate sites, in a fresh process."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks.measure import ALL_CORES, peak_memory_mb, run_fresh, take_cores
from benchmarks.table import Row, at_most

PART = "matrix"
CUTOFF = 15.0
MAX_SECONDS, MAX_MB = 5.0, 1000.0


def measure(n_origins: int = 20_000) -> list[Row]:
    """Ask for all demand, and for every street node, within 15 minutes."""
    rows = []
    for targets in ("demand", "nodes"):
        found = run_fresh("matrix", n_origins, targets)
        what = (
            f"{n_origins} origins to {found['targets']} {targets}, {found['pairs']} pairs, "
            f"{len(ALL_CORES)} cores"
        )
        rows.append(at_most(PART, what, found["seconds"], MAX_SECONDS, "{:.1f} s"))
        what = f"peak memory of that process, {targets}"
        rows.append(at_most(PART, what, found["peak_mb"], MAX_MB, "{:.0f} MB"))
    return rows


def _run(n_origins: int, targets: str) -> None:
    """Run once, in a process of its own; print seconds, pairs and memory as JSON."""
    take_cores()
    from benchmarks.cities import porto_alegre
    from planner.travel.access import Access, at_nodes, join
    from planner.travel.minutes import reached_pairs
    from planner.travel.streets import prepare_streets

    city = porto_alegre()
    assert city is not None  # the caller has looked
    streets = prepare_streets(city.network, access=city.rules)
    xy = city.doors(n_origins)
    demand = city.demand_points()

    def goals() -> Access:
        return join(streets, demand) if targets == "demand" else at_nodes(streets)

    reached_pairs(streets, join(streets, xy[:10]), goals(), CUTOFF)
    start = time.perf_counter()
    pairs = reached_pairs(streets, join(streets, xy), goals(), CUTOFF)
    seconds = time.perf_counter() - start
    print(
        json.dumps(
            {
                "seconds": seconds,
                "pairs": len(pairs.minutes),
                "targets": pairs.shape[1],
                "peak_mb": peak_memory_mb(),
            }
        )
    )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    _run(int(sys.argv[1]), sys.argv[2])
