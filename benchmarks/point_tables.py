"""Part: the public travel time matrix of two tables of points, beside pandana; the first call."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import (
    ALL_CORES,
    REPOSITORY,
    hushed,
    peak_memory_mb,
    race,
    run_fresh,
    take_cores,
)
from benchmarks.table import Row, at_least, at_most, duration

PART = "point tables"
CUTOFF = 15.0
MAX_DENSE_S, MAX_LARGE_S, MAX_MB = 0.3, 6.0, 1000.0
#: Random points lie at most so far from a vertex of a street, metres each way.
NEAR_M = 30.0
FIRST_CALL = """
import sys, time
import planner
town = planner.load_example()
print(time.time(), flush=True)
planner.travel_time_matrix(town.network, town.people, town.facilities)
print(time.time(), flush=True)
"""


def measure(city: Any, turns: int, peer_turns: int, n_points: int = 20_000) -> list[Row]:
    """Time dense and sparse matrices, what pandana takes, the import, and the first call."""
    dense = run_fresh("point_tables", "dense", str(turns))
    what = f"dense, {dense['shape']}, from streets on, {len(ALL_CORES)} cores"
    rows = [at_most(PART, what, dense["seconds"], MAX_DENSE_S, "{:.2f} s")]
    rows.append(Row(PART, "the same in seconds of processor", f"{dense['cpu']:.2f} s"))
    rows += _beside_pandana(city, turns, peer_turns)
    large = run_fresh("point_tables", "large", str(n_points))
    what = (
        f"{large['shape']} random points within 15 min, {large['pairs']} pairs, "
        f"{len(ALL_CORES)} cores"
    )
    rows.append(at_most(PART, what, large["seconds"], MAX_LARGE_S, "{:.1f} s"))
    rows.append(at_most(PART, "peak memory of that process", large["peak_mb"], MAX_MB, "{:.0f} MB"))
    return [*rows, _import(turns), *_first_call()]


def _beside_pandana(city: Any, turns: int, peer_turns: int) -> list[Row]:
    """Time the dense matrix and pandana in turns, on one core."""
    from benchmarks.nearest import pandana_network

    facilities, demand, raw = city.facility_points(), city.demand_points(), city.raw
    network = pandana_network(raw)

    def aggregate() -> Any:
        """Count the facilities within the cutoff of every node, from streets on."""
        made = pandana_network(raw)
        with hushed():
            made.set(made.get_node_ids(facilities[:, 0], facilities[:, 1]), name="facility")
            return made.aggregate(CUTOFF, type="count", name="facility")

    def pairs() -> Any:
        """Measure the same pairs from node to node, streets prepared before."""
        with hushed():
            a, b = (network.get_node_ids(*xy.T).to_numpy() for xy in (facilities, demand))
            from_nodes, to_nodes = np.repeat(a, len(b)), np.tile(b, len(a))
            return network.shortest_path_lengths(from_nodes, to_nodes)

    contestants = {
        "ours": lambda: _dense(city.network, city.rules, facilities, demand, city.crs),
        "aggregate": aggregate,
        "pairs": pairs,
    }
    contestants["ours"]()
    timings = race(contestants, {"ours": turns, "aggregate": peer_turns, "pairs": peer_turns})
    ours, counted, paired = (timings[name].median for name in contestants)
    what = f"pandana's aggregate with its preparation: {duration(counted)}; one core"
    both = f"pandana's shortest_path_lengths of the same pairs, prepared before: {duration(paired)}"
    return [
        Row(PART, "dense, one core, from streets on", duration(ours)),
        at_least(PART, what, counted / ours, 20.0, "{:.1f} x"),
        Row(PART, both, f"{paired / ours:.1f} x"),
    ]


def _dense(
    network: Any, rules: Any, facilities: NDArray[Any], demand: NDArray[Any], crs: Any
) -> Any:
    """Ask for every pair, from streets on."""
    from planner.travel.matrix import travel_time_matrix

    origins, destinations = _layer(facilities, crs), _layer(demand, crs)
    return travel_time_matrix(network, origins, destinations, access=rules)


def _layer(xy: NDArray[Any], crs: Any) -> gpd.GeoSeries:
    return gpd.GeoSeries(gpd.points_from_xy(*xy.T), crs=crs)


def _import(turns: int) -> Row:
    """Time `import planner` without what Python itself takes to start."""

    def run(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - start

    run("import planner")
    seconds = statistics.median(run("import planner") - run("pass") for _ in range(turns))
    return at_most(PART, "import planner", seconds, 0.1, "{:.3f} s")


def _first_call() -> list[Row]:
    """Let a process compile everything, and see when it says so."""
    with tempfile.TemporaryDirectory() as empty:
        path = os.pathsep.join([str(REPOSITORY)])
        env = os.environ | {"NUMBA_CACHE_DIR": empty, "PYTHONPATH": path}
        command = [sys.executable, "-c", FIRST_CALL]
        with subprocess.Popen(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            assert process.stdout is not None
            message = process.stderr.readline().strip()
            said = time.time()
            asked, answered = (float(line) for line in process.stdout.read().split())
    shown = f"{answered - asked:.1f} s in all"
    return [
        at_most(PART, f"first call with nothing kept, {shown}: said after", said - asked, 4.0,
                "{:.1f} s"),
        Row(PART, "what it says", message),
    ]  # fmt: skip


def _run_dense(turns: int) -> dict[str, Any]:
    from benchmarks.cities import porto_alegre

    city = porto_alegre()
    assert city is not None  # the caller has looked
    asked = city.network, city.rules, city.facility_points(), city.demand_points(), city.crs
    table = _dense(*asked)
    seconds, cpu = [], []
    for _ in range(turns):
        start, started = time.perf_counter(), time.process_time()
        table = _dense(*asked)
        seconds.append(time.perf_counter() - start)
        cpu.append(time.process_time() - started)
    shape = f"{len(asked[2])} x {len(asked[3])}"
    return {
        "seconds": statistics.median(seconds),
        "cpu": statistics.median(cpu),
        "shape": shape,
        "pairs": len(table),
    }


def _run_large(n_points: int) -> dict[str, Any]:
    from benchmarks.cities import porto_alegre
    from planner.travel.matrix import travel_time_matrix

    city = porto_alegre()
    assert city is not None  # the caller has looked
    rng = np.random.default_rng(17)
    network = city.network

    def spots() -> gpd.GeoSeries:
        at = network.coords[rng.integers(len(network.coords), size=n_points)]
        return _layer(at + rng.uniform(-NEAR_M, NEAR_M, at.shape), city.crs)

    origins, destinations = spots(), spots()
    asked = {"cutoff_minutes": CUTOFF, "access": city.rules}
    travel_time_matrix(network, origins.iloc[:10], destinations.iloc[:11], **asked)
    start, started = time.perf_counter(), time.process_time()
    table = travel_time_matrix(network, origins, destinations, **asked)
    return {
        "seconds": time.perf_counter() - start,
        "cpu": time.process_time() - started,
        "peak_mb": peak_memory_mb(),
        "shape": f"{len(origins)} x {len(destinations)}",
        "pairs": len(table),
    }


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    take_cores()
    run = {"dense": _run_dense, "large": _run_large}[sys.argv[1]]
    print(json.dumps(run(int(sys.argv[2]))))
