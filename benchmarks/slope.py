"""Part: what slope costs a run, how exact it is, and what it changes in Porto Alegre.

`python -m benchmarks.slope docs/slope-porto-alegre.png` draws the map of what it changes.
"""

from __future__ import annotations

import io
import statistics
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
from PIL import Image

from benchmarks.cities import DATA, WORK
from benchmarks.measure import run_fresh
from benchmarks.table import Row, at_most
from benchmarks.whole_run import PLAN
from planner.case import Case, build_case
from planner.crs.array_types import Floats
from planner.network import heights
from planner.network.heights import add_heights
from planner.network.walk_network import WalkNetwork
from planner.plan.profiles import PROFILES
from planner.run import Result, run_plan
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from planner.travel.access import join
from planner.travel.minutes import nearest_minutes
from planner.travel.streets import prepare_streets

PART = "slope"
#: Slope may cost a tenth of a run.
MOST = 1.10
#: Finer than any raster is sure to: what its samples say, as they are.
EXACT_M, NEVER = 0.05, 1e9
ELEVATION = DATA / "porto_alegre" / "elevation.tif"


def measure(turns: int) -> list[Row]:
    """Run Porto Alegre level and with its heights in turn; compare minutes and shares."""
    return [*_cost(turns), *_exactness(), *_changes()]


def _sloped_plan(name: str, keys: str) -> Path:
    """Write the plan of Porto Alegre with more keys of [network]."""
    folder = PLAN.parent
    text = PLAN.read_text(encoding="utf-8")
    for file in ("porto_alegre.osm.pbf", "facilities.csv", "hexgrid.csv"):
        text = text.replace(f'"{file}"', f'"{(folder / file).as_posix()}"')
    target = WORK / f"slope-{name}"
    target.mkdir(parents=True, exist_ok=True)
    path = target / "plan.toml"
    path.write_text(text.replace("[network]\n", f"[network]\n{keys}"), encoding="utf-8")
    return path


def _plan(direction: str | None) -> Path:
    """Return the plan without heights, or with them and whose minutes decide."""
    if direction is None:
        return _sloped_plan("none", "")
    keys = f'elevation = "{ELEVATION.as_posix()}"\ndirection = "{direction}"\n'
    return _sloped_plan(direction, keys)


def _cost(turns: int) -> list[Row]:
    """Run with heights and without, one after the other, so that both meet the same machine."""
    plans = [_plan(None), _plan("to")]
    pairs = []
    for _ in range(turns + 1):  # the first one warms up
        runs = [run_fresh("whole_run", plan, plan.parent / "out") for plan in plans]
        pairs.append([run["wall_seconds"] for run in runs])
    level, sloped = (statistics.median(column) for column in zip(*pairs[1:], strict=True))
    ratio = statistics.median(with_heights / without for without, with_heights in pairs[1:])
    what = f"a run with heights beside one without ({sloped:.1f} s, {level:.1f} s)"
    return [at_most(PART, what, ratio, MOST, "{:.2f}")]


@cache
def _case(direction: str | None) -> Case:
    return build_case(load_inputs(load_plan(_plan(direction))))


def _minutes(case: Case, network: WalkNetwork) -> Floats:
    streets = prepare_streets(network, PROFILES["adult"], case.streets.access)
    spots = [
        np.column_stack([layer.geometry.x, layer.geometry.y])
        for layer in (case.counting, case.units)
    ]
    ends = join(streets, spots[0]), join(streets, spots[1], reached=True)
    return nearest_minutes(streets, *ends)[0]


def _exactness() -> list[Row]:
    """Compare walks with those along every sample, by how far heights may leave an edge."""
    level, case = _case(None).network, _case("to")
    elevation = case.inputs.elevation
    assert elevation is not None
    found: dict[float, tuple[int, Floats]] = {}
    kept = heights.CUT_M
    for cut_m in (EXACT_M, 0.5, kept, 2.0, NEVER):
        heights.CUT_M = cut_m  # type: ignore[misc]
        network = add_heights(level, elevation)
        found[cut_m] = network.n_edges, _minutes(case, network)
    heights.CUT_M = kept  # type: ignore[misc]
    exact = found[EXACT_M][1]
    rows = []
    for cut_m, (edges, minutes) in found.items():
        near = np.isfinite(exact) & (exact < 60)
        off = np.abs(minutes[near] - exact[near])
        half, most, worst = np.percentile(off, [50, 90, 99])
        cut = "never cut" if cut_m == NEVER else f"cut at {cut_m:g} m"
        rows.append(
            Row(
                PART, f"walks to the nearest, edges {cut}: off by",
                f"{half:.2f}, {most:.2f}, {worst:.2f} min (50, 90, 99 %), {edges:,} edges",
            )
        )  # fmt: skip
    return rows[1:]


@cache
def _result(direction: str | None) -> Result:
    return run_plan(load_inputs(load_plan(_plan(direction))))


def _changes() -> list[Row]:
    rows = []
    for direction in (None, "to", "from", "both"):
        result = _result(direction)
        last = result.summary["coverage"]
        [row] = [
            row for row in last
            if row["area"] == "all" and row["kind"] == "residential"
            and row["cutoff_minutes"] == 15
        ]  # fmt: skip
        minutes = result.layers["demand"]["minutes"].to_numpy(dtype=float)
        told = (
            f"share {row['share']:.4f}, {row['gap']:,.0f} in {len(result.summary['gaps'])} gaps, "
            f"{row['unknown']:,.0f} unknown, mean {minutes[np.isfinite(minutes)].mean():.2f} min"
        )
        rows.append(Row(PART, f"residents within 15 min: {direction or 'level streets'}", told))
    wheels = PROFILES["wheelchair"]
    network = _case("to").network
    shut = np.isinf(network.paces(wheels)[0]) & np.isfinite(
        network.paces(replace(wheels, max_grade=np.inf))[0]
    )
    shut_km, all_km = network.length_m[shut].sum() / 1000, network.length_m.sum() / 1000
    rows.append(Row(PART, "streets steeper than 1 in 12", f"{shut_km:,.0f} of {all_km:,.0f} km"))
    return rows


def draw(path: Path) -> None:
    """Draw grades of streets, and how many minutes more or less the hexagons' people walk."""
    from matplotlib.collections import LineCollection
    from matplotlib.colors import Normalize
    from matplotlib.figure import Figure

    level, sloped = _result(None), _result("to")
    network, crs = sloped.case.network, sloped.case.area.crs
    figure = Figure(figsize=(12.5, 6.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    lines = [line.coords for line in network.lines]
    grades = np.minimum(100 * np.abs(network.grade), 20)
    streets = LineCollection(lines, array=grades, cmap="viridis_r", linewidths=0.5)
    left.add_collection(streets)
    figure.colorbar(streets, ax=left, shrink=0.7, label="grade of streets, % (20 and more: dark)")
    demand = sloped.layers["demand"].to_crs(crs)
    before = level.layers["demand"].set_index("demand_id")["minutes"]
    now, then = demand["minutes"].to_numpy(float), before.loc[demand["demand_id"]].to_numpy(float)
    more = np.subtract(now, then, out=np.full(len(now), np.nan), where=np.isfinite(then))
    shown = demand[np.isfinite(more) & (demand["kind"] == "residential").to_numpy()]
    right.add_collection(LineCollection(lines, colors="#d5d9e0", linewidths=0.3))
    dots = right.scatter(
        shown.geometry.x, shown.geometry.y, s=16, c=more[demand.index.get_indexer(shown.index)],
        cmap="RdBu_r", norm=Normalize(-6.0, 6.0), zorder=3,
    )  # fmt: skip
    figure.colorbar(dots, ax=right, shrink=0.7, label="minutes more than on level streets")
    lost = _newly_left_out(level, sloped)
    right.scatter(
        lost.geometry.x, lost.geometry.y, s=42, facecolors="none", edgecolors="black",
        linewidths=0.9, zorder=4, label="no longer within 15 minutes",
    )  # fmt: skip
    right.legend(loc="upper left", frameon=False)
    west, south, east, north = network.bounds
    for axis, title in (
        (left, "How steep the streets are"),
        (right, "Walks to the nearest station, with slope"),
    ):
        axis.set(xlim=(west, east), ylim=(south, north), aspect="equal", xticks=[], yticks=[])
        axis.set_title(title)
    figure.supxlabel(
        "Porto Alegre · streets © OpenStreetMap contributors, ODbL · people and heights: r5r "
        "sample data, MIT", fontsize=9,
    )  # fmt: skip
    seen = io.BytesIO()
    figure.savefig(seen, dpi=90)
    picture = Image.open(seen).convert("RGB")
    picture.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def _newly_left_out(level: Result, sloped: Result) -> gpd.GeoDataFrame:
    """Return the residents' units that level streets cover and slopes do not."""
    demand = sloped.layers["demand"].to_crs(sloped.case.area.crs)
    before = level.layers["demand"].set_index("demand_id")["verdict"]
    was = (before.loc[demand["demand_id"]] == "covered").to_numpy()
    lost = was & (demand["minutes"] > 15).to_numpy()
    return gpd.GeoDataFrame(demand[lost & (demand["kind"] == "residential").to_numpy()])


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
