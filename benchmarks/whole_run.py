"""Part: the whole run of a plan in a fresh process, from reading its files to the written map."""

from __future__ import annotations

import json
import statistics
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.cities import DATA, WORK
from benchmarks.measure import peak_memory_mb, run_fresh, take_cores
from benchmarks.table import Row, at_most

PART = "whole run"
MAX_SECONDS, MAX_MB = 20.0, 1500.0
PLAN = DATA / "porto_alegre" / "plan.toml"


def measure(turns: int) -> list[Row]:
    """Run Porto Alegre some times, warm."""
    runs = timed_runs(PLAN, turns)
    seconds = statistics.median(run["wall_seconds"] for run in runs)
    memory = max(run["peak_mb"] for run in runs)
    return [
        at_most(PART, "Porto Alegre, start to written map, warm", seconds, MAX_SECONDS, "{:.1f} s"),
        at_most(PART, "peak memory", memory, MAX_MB, "{:.0f} MB"),
        Row(PART, "seconds of the longest stages", stages_as_text(runs[-1]["stages"])),
    ]


@cache
def timed_runs(plan: Path, turns: int, warm_up: bool = True) -> list[dict[str, Any]]:
    """Run a plan some times, once more to warm up; seconds per stage and peak memory of each."""
    WORK.mkdir(parents=True, exist_ok=True)
    out = WORK / f"run-{plan.parent.name}"
    return [run_fresh("whole_run", plan, out) for _ in range(turns + warm_up)][int(warm_up) :]


def stages_as_text(stages: dict[str, float]) -> str:
    """List the five longest stages with their seconds."""
    longest = sorted(stages.items(), key=lambda stage: -stage[1])[:5]
    return ", ".join(f"{name} {seconds:.1f}" for name, seconds in longest)


def _run(plan_path: Path, out: Path) -> None:
    """Run once, in a process of its own; print seconds per stage and memory as JSON."""
    take_cores()
    clock = time.perf_counter()
    from planner.maps import draw_map, write_map
    from planner.reports import write_result
    from planner.run import run_plan
    from planner.sources.inputs import load_inputs
    from planner.sources.plan_file import load_plan

    stages = {"imports": time.perf_counter() - clock}
    clock = time.perf_counter()
    plan = load_plan(plan_path)
    inputs = load_inputs(plan)
    stages["inputs"] = time.perf_counter() - clock
    result = run_plan(inputs)
    stages |= result.provenance["seconds"]

    def draw(path: Path) -> None:
        start = time.perf_counter()
        page = draw_map(
            result.layers,
            result.summary,
            title=plan.title,
            language=plan.language,
            synthetic=plan.synthetic,
        )
        write_map(page, path)
        stages["map"] = time.perf_counter() - start

    clock = time.perf_counter()
    write_result(result, out, save_map=draw)
    stages["files"] = time.perf_counter() - clock - stages["map"]
    print(json.dumps({"stages": stages, "peak_mb": peak_memory_mb()}))


if __name__ == "__main__":
    _run(Path(sys.argv[1]), Path(sys.argv[2]))
