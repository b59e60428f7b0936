"""Part: MCLP on random street points of Porto Alegre, from matrix to proved answer, beside spopt.

Candidates and demand are random points on the streets, people log-normal, minutes by our engine.
`python -m benchmarks.mclp_instance` runs it alone.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from benchmarks.cities import City, porto_alegre
from benchmarks.measure import CLOCK, hushed
from benchmarks.table import Row, at_least, at_most, skipped, to_text
from planner.siting import Problem, SolveOptions, site_mclp
from planner.travel.access import join
from planner.travel.minutes import reached_pairs
from planner.travel.streets import Streets, prepare_streets

PART = "mclp"
CUTOFF = 15.0
N_SITES = 20
SEEDS = (1, 2, 3, 4, 5)
CANDIDATES, DEMAND = 4000, 6500
#: The size that spopt writes down and solves in minutes: one variable and constraint a row.
PEER_CANDIDATES, PEER_DEMAND = 1000, 1600
GAP = 1e-3
MAX_FIRST_S, MAX_PROVED_S, MIN_RATIO = 1.0, 10.0, 10.0


@dataclass(frozen=True)
class Instance:
    """Minutes (demand, sites) with people, and how long the matrix took."""

    minutes: csr_array
    people: NDArray[np.float64]
    seconds: float

    def problem(self) -> Problem:
        """Return the question: most people for 20 sites, none there today."""
        return Problem(self.minutes, self.people, cutoff_minutes=CUTOFF, n_sites=N_SITES)


def clock() -> float:
    """Return seconds on the wall, or of the processor where others use the machine too."""
    return time.process_time() if os.environ.get(CLOCK) == "cpu" else time.perf_counter()


def street_points(city: City, rng: np.random.Generator, number: int) -> NDArray[np.float64]:
    """Return points anywhere on the streets, each metre as likely as another."""
    raw = city.raw
    chosen = rng.choice(len(raw.a), number, p=raw.length_m / raw.length_m.sum())
    along = rng.random((number, 1))
    return raw.xy[raw.a[chosen]] * (1 - along) + raw.xy[raw.b[chosen]] * along


def make_instance(
    city: City, streets: Streets, seed: int, candidates: int = CANDIDATES, demand: int = DEMAND
) -> Instance:
    """Draw points and people, and measure the minutes between them."""
    rng = np.random.default_rng(seed)
    sites, units = street_points(city, rng, candidates), street_points(city, rng, demand)
    people = rng.lognormal(4.0, 1.0, demand)
    start = clock()
    origins, targets = join(streets, sites), join(streets, units, reached=True)
    pairs = reached_pairs(streets, origins, targets, CUTOFF)
    return Instance(pairs.to_matrix(), people, clock() - start)


def measure(seeds: tuple[int, ...] = SEEDS) -> list[Row]:
    """Time the first and the proved answer for each seed, then a smaller size beside spopt."""
    city = porto_alegre()
    if city is None:
        return [skipped(PART, "the data of Porto Alegre is not there")]
    streets = prepare_streets(city.network, access=city.rules)
    make_instance(city, streets, 0, 50, 50)
    warm = make_instance(city, streets, 0, 300, 500)
    site_mclp(warm.problem(), options=SolveOptions(gap=GAP))
    return [*_ours(city, streets, seeds), *_beside_spopt(city, streets, seeds)]


def _ours(city: City, streets: Streets, seeds: tuple[int, ...]) -> list[Row]:
    """Solve the full size."""
    found = []
    for seed in seeds:
        instance = make_instance(city, streets, seed)
        start = clock()
        solution = site_mclp(instance.problem(), options=SolveOptions(gap=GAP))
        seconds = clock() - start
        share = solution.first_value / solution.value
        found.append((solution.first_seconds, seconds, instance.seconds, solution.gap, share))
        print(
            f"seed {seed}: matrix {instance.seconds:.2f} s, first {solution.first_seconds:.3f} s "
            f"({share:.2%} of the answer), proved {seconds:.2f} s, value {solution.value:.1f}, "
            f"gap {solution.gap:.4%}, {solution.status}",
            flush=True,
        )
    first, proved, matrix, gap, share = (list(part) for part in zip(*found, strict=True))
    size = f"{CANDIDATES} candidates, {DEMAND} demand points, {N_SITES} sites"
    return [
        at_most(PART, f"first answer, median of {len(seeds)} seeds, {size}",
                statistics.median(first), MAX_FIRST_S, "{:.3f} s"),
        at_most(PART, "first answer, worst", max(first), MAX_FIRST_S, "{:.3f} s"),
        Row(PART, "first answer, share of the proved one, worst", f"{min(share):.2%}"),
        at_most(PART, "proved within 0.1 %, median", statistics.median(proved), MAX_PROVED_S,
                "{:.2f} s"),
        at_most(PART, "proved within 0.1 %, worst", max(proved), MAX_PROVED_S, "{:.2f} s"),
        at_most(PART, "gap, worst", max(gap) * 100, GAP * 100, "{:.4f} %"),
        Row(PART, "the matrix beside it, median", f"{statistics.median(matrix):.2f} s"),
    ]  # fmt: skip


def _beside_spopt(city: City, streets: Streets, seeds: tuple[int, ...]) -> list[Row]:
    """Solve the size that spopt can do, both to the optimum, in turn."""
    try:
        with hushed():
            import pulp
            from spopt.locate import MCLP
    except ImportError:
        return [skipped(PART, "spopt is not installed (pip install -e .[bench])")]
    solver = _peer_solver(pulp)
    ratios, differences, theirs = [], [], []
    for seed in seeds:
        instance = make_instance(city, streets, seed, PEER_CANDIDATES, PEER_DEMAND)
        start = clock()
        ours = site_mclp(instance.problem(), options=SolveOptions(gap=0.0))
        seconds = clock() - start
        value, peer_seconds = _peer(MCLP, solver, instance)
        ratios.append(peer_seconds / seconds)
        theirs.append(peer_seconds)
        differences.append(abs(ours.value - value) / value)
        print(
            f"seed {seed}: ours {seconds:.2f} s {ours.value:.2f} {ours.status}, "
            f"spopt {peer_seconds:.1f} s {value:.2f}",
            flush=True,
        )
    what = f"spopt with {solver.name}, {PEER_CANDIDATES} x {PEER_DEMAND}, {N_SITES} sites"
    return [
        at_least(PART, f"{what}: its time over ours, median (its median "
                 f"{statistics.median(theirs):.1f} s)",
                 statistics.median(ratios), MIN_RATIO, "{:.0f} x"),
        at_least(PART, "its time over ours, worst", min(ratios), MIN_RATIO, "{:.0f} x"),
        at_most(PART, "difference of the optima, worst", max(differences), 1e-6, "{:.1e}"),
    ]  # fmt: skip


def _peer_solver(pulp: Any) -> Any:
    """Return pulp's HiGHS where it works, else CBC, to the optimum."""
    solver = pulp.HiGHS(msg=False, gapRel=0.0, threads=1)
    return solver if solver.available() else pulp.PULP_CBC_CMD(msg=False, gapRel=0.0)


def _peer(mclp: Any, solver: Any, instance: Instance) -> tuple[float, float]:
    """Return spopt's optimum and its seconds, from the dense matrix that it takes."""
    dense = np.full(instance.minutes.shape, 10 * CUTOFF)
    pairs = instance.minutes.tocoo()
    dense[pairs.row, pairs.col] = pairs.data
    start = clock()
    with hushed():
        model = mclp.from_cost_matrix(dense, instance.people, CUTOFF, p_facilities=N_SITES)
        model = model.solve(solver)
    seconds = clock() - start
    chosen = [k for k, var in enumerate(model.fac_vars) if var.value() > 0.5]
    covered = (dense[:, chosen] <= CUTOFF).any(axis=1)
    return float(instance.people[covered].sum()), seconds


def main() -> None:
    """Run this part alone."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mclp_instance", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--cpu", action="store_true", help="processor seconds, on a busy machine")
    options = parser.parse_args()
    if options.cpu:
        os.environ[CLOCK] = "cpu"
    print(to_text(measure(tuple(options.seeds))))


if __name__ == "__main__":
    main()
