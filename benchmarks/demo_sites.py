"""Part: ten of 20,000 candidates on the embedded district, from joined points to proved answer.

Candidates are random points on its public streets, demand are all residential units left out.
`python -m benchmarks.demo_sites` runs it alone.
"""

from __future__ import annotations

import time

import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.table import Row, at_most, to_text
from planner import Result, data_folder, load_inputs, load_plan, run_plan
from planner.network.walk_network import PUBLIC
from planner.siting import Problem, SolveOptions, site_mclp
from planner.travel.access import join
from planner.travel.minutes import reached_pairs
from planner.travel.points import points_of
from planner.travel.streets import AccessRules, prepare_streets

PART = "sites"
CANDIDATES, N_SITES, CUTOFF = 20_000, 10, 15.0
FIRST_SECONDS, SECONDS, GAP = 3.0, 60.0, 0.01


def measure(seeds: tuple[int, ...] = (1, 2, 3)) -> list[Row]:
    """Run the district once, then ask where to build, for several draws of candidates."""
    result = run_plan(load_inputs(load_plan(data_folder() / "baoshan-demo" / "plan.toml")))
    site_mclp(_problem(result, 0, 500)[0], options=SolveOptions(gap=GAP))  # compiles
    found = [_solved(result, seed) for seed in seeds]
    size = f"{CANDIDATES} candidates on the demo, {N_SITES} sites, {len(seeds)} draws"
    first, seconds, gap, matrix = (max(values) for values in zip(*found, strict=True))
    return [
        at_most(PART, f"first answer, worst; {size}", first, FIRST_SECONDS, "{:.3f} s"),
        at_most(PART, "gap, worst", 100 * gap, 100 * GAP, "{:.3f} %"),
        at_most(PART, "until then, worst", seconds, SECONDS, "{:.2f} s"),
        Row(PART, "joining and the matrix beside it, worst", f"{matrix:.1f} s"),
    ]


def street_points(result: Result, seed: int, number: int) -> NDArray[np.float64]:
    """Return points anywhere on the public streets of the area, each metre as likely as another."""
    network, rng = result.network, np.random.default_rng(seed)
    weights = np.where((network.access == PUBLIC) & ~network.island, network.length_m, 0.0)
    area = shapely.union_all(result.layers["areas"].to_crs(network.crs).geometry.to_numpy())
    shapely.prepare(area)
    chosen = rng.choice(len(weights), 3 * number, p=weights / weights.sum())
    edges = result.layers["walk_edges"].geometry.iloc[chosen].to_crs(network.crs).to_numpy()
    points = shapely.line_interpolate_point(edges, rng.random(len(edges)), normalized=True)
    points = points[shapely.intersects(area, points)][:number]
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)])


def _problem(result: Result, seed: int, candidates: int) -> tuple[Problem, float]:
    """Return the question, and how long points and minutes took."""
    plan = result.inputs.plan
    access = AccessRules(plan.network.access_limit_m, plan.network.access_detour)
    streets = prepare_streets(result.network, plan.profile_named(plan.service.profile), access)
    demand = result.layers["demand"].to_crs(result.network.crs)
    demand = demand[(demand["kind"] == "residential") & (demand["verdict"] == "gap")]
    points = street_points(result, seed, candidates)
    start = time.perf_counter()
    sites = join(streets, points)
    units = join(streets, points_of(demand, result.network, "demand"), reached=True)
    pairs = reached_pairs(streets, sites, units, CUTOFF)
    problem = Problem(
        pairs.to_matrix(),
        demand["people"].to_numpy(dtype=float),
        cutoff_minutes=CUTOFF,
        n_sites=N_SITES,
    )
    return problem, time.perf_counter() - start


def _solved(result: Result, seed: int) -> tuple[float, float, float, float]:
    """Return seconds to the first answer and to the proof, the gap, and seconds of the matrix."""
    problem, matrix = _problem(result, seed, CANDIDATES)
    start = time.perf_counter()
    solution = site_mclp(problem, options=SolveOptions(gap=GAP, time_limit_s=SECONDS))
    seconds = time.perf_counter() - start
    print(
        f"seed {seed}: {solution.value:,.0f} residents, first {solution.first_seconds:.3f} s, "
        f"gap {solution.gap:.3%} after {seconds:.2f} s, {solution.status}",
        flush=True,
    )
    return solution.first_seconds, seconds, solution.gap, matrix


if __name__ == "__main__":
    print(to_text(measure()))
