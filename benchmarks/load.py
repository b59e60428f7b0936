"""Part: from a PBF to a network of streets, beside OSMnx and pyrosm."""

from __future__ import annotations

import tempfile
from importlib import import_module
from pathlib import Path

from benchmarks.cities import City
from benchmarks.measure import race
from benchmarks.peers import keep_graph, load_with_osmnx, load_with_pyrosm, ways_as_xml
from benchmarks.table import Row, at_least, at_most, duration
from planner.network import WalkNetwork
from planner.network.stored import load_network
from planner.sources.cache import ArrayCache

PART = "load"


def measure(city: City, turns: int, peer_turns: int) -> list[Row]:
    """Time the three readers in turn; OSMnx gets the same ways as XML, pyrosm the PBF."""
    xml = ways_as_xml(city)
    crs = city.crs

    def ours() -> WalkNetwork:
        return load_network(city.osm, crs=crs)

    ours()
    import_module("osmnx")  # before the clock starts: the import is not part of its time
    timings = race(
        {
            "ours": ours,
            "pyrosm": lambda: load_with_pyrosm(city.osm),
            "osmnx": lambda: load_with_osmnx(xml),
        },
        {"ours": turns, "pyrosm": peer_turns, "osmnx": peer_turns},
    )
    keep_graph(city, timings["osmnx"].result)
    seconds = {name: timing.median for name, timing in timings.items()}
    network = timings["ours"].result
    sizes = f"{network.n_nodes} nodes, {network.n_edges} edges"
    rows = [
        at_most(PART, f"PBF to WalkNetwork, {city.name} ({sizes})", seconds["ours"], 1.2,
                "{:.2f} s"),
    ]  # fmt: skip
    notes = {"osmnx": "graph_from_xml, simplified", "pyrosm": "get_network + to_graph, simplified"}
    for name, bar in (("osmnx", 10.0), ("pyrosm", 5.0)):
        graph = timings[name].result
        what = f"{name} {notes[name]}: {duration(seconds[name])}, {len(graph)} nodes"
        rows.append(at_least(PART, what, seconds[name] / seconds["ours"], bar, "{:.1f} x"))
    return [*rows, _from_cache(city, turns)]


def _from_cache(city: City, turns: int) -> Row:
    """Time the network from the cache, which is keyed by the content of the extract."""
    city.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=city.work) as folder:
        cache = ArrayCache(Path(folder))

        def cached() -> WalkNetwork:
            return load_network(city.osm, crs=city.crs, cache=cache)

        cached()
        seconds = race({"cached": cached}, {"cached": turns})["cached"].median
    return at_most(PART, "the same from the cache", seconds, 0.15, "{:.3f} s")
