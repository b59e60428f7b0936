"""What a city costs: seconds and bytes of tiles, fitted to measured runs and checked on another.

`python -m benchmarks.cost` runs small squares of copies in one process, fits, and checks the fit on
a larger one; docs/scale.md tells what came out.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import nnls

from benchmarks.cities import WORK, City, porto_alegre
from benchmarks.copies import UNITS, write_copies
from benchmarks.table import Row, at_most
from planner.scale.cut.manifest import Manifest

PART = "cost"
#: Copies, points in place of each hexagon, tiles: nodes, units and tiles vary apart.
FITTED = ((1, 1, 1), (1, 8, 1), (4, 1, 4), (4, 4, 4), (4, 1, 1), (9, 1, 9), (9, 4, 4))
CHECKED = (16, 2, 9)
#: The prediction may be off by this share.
MOST_OFF = 0.25
_THOUSAND = 1000.0


@dataclass(frozen=True)
class StepCost:
    """What one step took: seconds of processor, its children's too, and its peak in MB."""

    stage: str
    tile: str
    seconds: float
    peak_mb: float


@dataclass
class MeteredRunner:
    """Does steps one after the other in this process and notes what each took."""

    store: object
    costs: list[StepCost] = field(default_factory=list)

    def run(self, steps: Sequence) -> list[str]:
        """Do the steps; see `planner.scale.work.steps.Runner`."""
        keys = []
        for step in steps:
            start = processor_seconds()
            forget_peak()
            keys.append(step.done(self.store))
            spent = processor_seconds() - start
            self.costs.append(StepCost(step.stage, step.tile, spent, peak_mb()))
        return keys


@dataclass(frozen=True)
class RunCost:
    """One run: its size and what it took.

    nodes, held : nodes of streets in the whole, and in all tiles with their halos; units, tiles.
    once_s, tiles_s : seconds of processor of what is done once, and of the steps of tiles.
    peak_mb : the most memory of a step of a tile, which held tile_nodes and had tile_units.
    once_mb : the most memory of a step of the whole.
    stages : seconds of each.
    """

    name: str
    nodes: int
    held: int
    units: int
    tiles: int
    once_s: float
    tiles_s: float
    peak_mb: float
    tile_nodes: int
    tile_units: int
    once_mb: float
    stages: dict[str, float]


def measure(city: City) -> list[Row]:
    """Fit to some runs, and compare what that says of a larger one with what it took."""
    runs = [run_once(city, *size) for size in FITTED]
    checked = run_once(city, *CHECKED)
    once, tiles = fit_once(runs), fit_tiles(runs)
    said = predict(once, tiles, checked)
    took = checked.once_s + checked.tiles_s
    copies, _, number = CHECKED
    what = (
        f"{copies} copies in {number} tiles, not fitted to: {said:.0f} s said, {took:.0f} s taken"
    )
    return [
        Row(PART, "once: seconds per 1,000 nodes, per 1,000 units, each run", _to_words(once)),
        Row(PART, "tiles: seconds per 1,000 nodes held, per 1,000 units, each tile",
            _to_words(tiles)),
        Row(PART, "memory of a worker, MB: per 1,000 nodes held, per 1,000 units, at all",
            _to_words(fit_memory(runs))),
        at_most(PART, what, abs(said / took - 1), MOST_OFF, "{:.0%}"),
    ]  # fmt: skip


def run_once(city: City, copies: int, units: int, tiles: int) -> RunCost:
    """Run copies in tiles, in this process; everything is done anew."""
    from planner.scale.driver import run_in_tiles
    from planner.scale.work.steps import StepStore

    plan = write_copies(city, copies, units=units)
    WORK.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=WORK, prefix="cost-"))
    try:
        store = StepStore(work / "steps")
        store.folder.mkdir()
        runner = MeteredRunner(store)
        start = processor_seconds()
        manifest = run_in_tiles(plan, runner, store, tiles=tiles).manifest
        total = processor_seconds() - start
    finally:
        shutil.rmtree(work)
    of_tiles = [cost for cost in runner.costs if cost.tile]
    once = [cost.peak_mb for cost in runner.costs if not cost.tile]
    tiles_s = sum(cost.seconds for cost in of_tiles)
    largest = max(of_tiles, key=lambda cost: cost.peak_mb)
    by_name = {tile.name: tile for tile in manifest.tiles}
    stages: dict[str, float] = {}
    for cost in runner.costs:
        stages[cost.stage] = stages.get(cost.stage, 0.0) + cost.seconds
    return RunCost(
        name=f"{copies} copies x {units} in {tiles}",
        nodes=sum(tile.n_street_nodes for tile in manifest.tiles),
        held=sum(tile.n_held_street_nodes for tile in manifest.tiles),
        units=sum(count_units(plan, manifest).values()),
        tiles=len(manifest.tiles),
        once_s=total - tiles_s,
        tiles_s=tiles_s,
        peak_mb=largest.peak_mb,
        tile_nodes=by_name[largest.tile].n_held_street_nodes,
        tile_units=count_units(plan, manifest).get(largest.tile, 0),
        once_mb=max(once, default=0.0),
        stages={name: round(seconds, 2) for name, seconds in stages.items()},
    )


def count_units(plan: Path, manifest: Manifest) -> dict[str, int]:
    """Count the units of people in each tile of copies, residents and jobs apart."""
    table = pd.read_csv(plan.with_name(UNITS))
    tile = manifest.find_tiles(table["lon"].to_numpy(), table["lat"].to_numpy())
    each = (table["population"] > 0).astype(int) + (table["jobs"] > 0)
    counts = np.bincount(tile, weights=each, minlength=len(manifest.tiles))
    return {one.name: int(n) for one, n in zip(manifest.tiles, counts, strict=True)}


def fit_once(runs: Sequence[RunCost]) -> NDArray[np.float64]:
    """Fit what is done once: seconds per 1,000 nodes of streets, per 1,000 units, and each run."""
    sizes = [[run.nodes / _THOUSAND, run.units / _THOUSAND, 1.0] for run in runs]
    return fit(sizes, [run.once_s for run in runs])


def fit_tiles(runs: Sequence[RunCost]) -> NDArray[np.float64]:
    """Fit the steps of tiles: seconds per 1,000 nodes held, per 1,000 units, and each tile."""
    sizes = [[run.held / _THOUSAND, run.units / _THOUSAND, run.tiles] for run in runs]
    return fit(sizes, [run.tiles_s for run in runs])


def fit_memory(runs: Sequence[RunCost]) -> NDArray[np.float64]:
    """Fit the memory of a worker, MB: per 1,000 nodes held, per 1,000 units, and at all."""
    sizes = [[run.tile_nodes / _THOUSAND, run.tile_units / _THOUSAND, 1.0] for run in runs]
    return fit(sizes, [run.peak_mb for run in runs])


def fit(sizes: Sequence[Sequence[float]], taken: Sequence[float]) -> NDArray[np.float64]:
    """Return the costs, none below 0, that explain best what was taken (least squares).

    What is measured of a large run is off by more than of a small one, so that shares of what was
    taken are fitted, not seconds.
    """
    scale = 1.0 / np.asarray(taken, dtype=np.float64)
    costs, _ = nnls(np.asarray(sizes) * scale[:, None], np.ones(len(scale)))
    return costs


def predict(once: NDArray[np.float64], tiles: NDArray[np.float64], run: RunCost) -> float:
    """Return the seconds of processor that the fits say of a run."""
    units = run.units / _THOUSAND
    return float(
        once @ [run.nodes / _THOUSAND, units, 1.0]
        + tiles @ [run.held / _THOUSAND, units, run.tiles]
    )


def processor_seconds() -> float:
    """Return what this process and its children that ended have used."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def forget_peak() -> None:
    """Let the system forget the most memory that this process has used."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_mb() -> float:
    """Return the most memory used since, MB."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(float(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM"))


def _to_words(costs: NDArray[np.float64]) -> str:
    return ", ".join(f"{cost:.3g}" for cost in costs)


def main() -> None:
    """Print a line of JSON for each run that is named: `python -m benchmarks.cost 4,1,4 9,4,4`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cost", description=__doc__)
    parser.add_argument("runs", nargs="*", help="COPIES,UNITS,TILES")
    options = parser.parse_args()
    city = porto_alegre()
    if city is None:
        parser.error("the data of Porto Alegre is not there")
    sizes = [tuple(map(int, run.split(","))) for run in options.runs] or [*FITTED, CHECKED]
    for copies, units, tiles in sizes:
        print(json.dumps(asdict(run_once(city, copies, units, tiles))), flush=True)


if __name__ == "__main__":
    main()
