"""Part: nearest facility and number in reach for all demand, beside pandana, scipy, networkx."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree

from benchmarks.accuracy import reference_of
from benchmarks.cities import City, RawStreets
from benchmarks.measure import hushed, race
from benchmarks.table import Row, at_least, at_most, duration
from planner.travel.access import join
from planner.travel.minutes import nearest_minutes, reached_pairs
from planner.travel.streets import ADULT, Streets, prepare_streets

if TYPE_CHECKING:
    import pandana

PART = "nearest"
CUTOFF = 15.0
#: How far the peers look for the nearest; ours has no limit.
FAR_MINUTES = 120.0

#: Minutes to the nearest facility and number within the cutoff, for each demand unit.
Answer = tuple[NDArray[np.float64], NDArray[np.float64]]


def ours(streets: Streets, facilities: NDArray[np.float64], demand: NDArray[np.float64]) -> Answer:
    """Answer with the planner, door to door."""
    origins, targets = join(streets, facilities), join(streets, demand)
    minutes, _ = nearest_minutes(streets, origins, targets)
    pairs = reached_pairs(streets, origins, targets, CUTOFF)
    return minutes, np.bincount(pairs.target, minlength=len(demand))


def pandana_network(raw: RawStreets) -> pandana.Network:
    """Prepare pandana: its contraction hierarchy."""
    import pandana

    weights = pd.DataFrame({"minutes": raw.minutes})
    with hushed():
        return pandana.Network(
            pd.Series(raw.xy[:, 0]), pd.Series(raw.xy[:, 1]), pd.Series(raw.a), pd.Series(raw.b),
            weights, twoway=True,
        )  # fmt: skip


def with_pandana(
    network: pandana.Network, facilities: NDArray[np.float64], demand: NDArray[np.float64]
) -> Answer:
    """Answer with pandana, from node to node; it works out every node."""
    x, y = pd.Series(facilities[:, 0]), pd.Series(facilities[:, 1])
    with hushed():
        network.set_pois("facility", FAR_MINUTES, 1, x, y)
        nearest = network.nearest_pois(FAR_MINUTES, "facility", num_pois=1)[1]
        network.set(network.get_node_ids(x, y), name="facility")
        count = network.aggregate(CUTOFF, type="count", name="facility")
        node = network.get_node_ids(demand[:, 0], demand[:, 1]).to_numpy()
    minutes = nearest.loc[node].to_numpy()
    return np.where(minutes >= FAR_MINUTES, np.inf, minutes), count.loc[node].to_numpy()


def with_scipy(
    graph: Any, tree: KDTree, facilities: NDArray[np.float64], demand: NDArray[np.float64]
) -> Answer:
    """Answer with scipy's Dijkstra, from node to node."""
    start, node = tree.query(facilities)[1], tree.query(demand)[1]
    minutes = dijkstra(graph, directed=False, indices=start, min_only=True)
    reached = dijkstra(graph, directed=False, indices=start, limit=CUTOFF)
    return minutes[node], np.isfinite(reached[:, node]).sum(axis=0)


def with_networkx(
    graph: nx.Graph, tree: KDTree, facilities: NDArray[np.float64], demand: NDArray[np.float64]
) -> Answer:
    """Answer with networkx, from node to node."""
    start, node = tree.query(facilities)[1].tolist(), tree.query(demand)[1]
    found = nx.multi_source_dijkstra_path_length(graph, set(start))
    minutes = np.array([found.get(n, np.inf) for n in range(len(graph))])
    count = np.zeros(len(graph))
    for origin in start:
        reached = nx.single_source_dijkstra_path_length(graph, origin, cutoff=CUTOFF)
        count[list(reached)] += 1
    return minutes[node], count[node]


def measure(city: City, turns: int, peer_turns: int, n_facilities: int = 590) -> list[Row]:
    """Time everyone on the same streets, facilities and demand; peers walk the unmerged streets."""
    raw, demand = city.raw, city.demand_points()
    facilities = city.doors(n_facilities)
    streets = prepare_streets(city.network, access=city.rules)
    n = len(raw.xy)
    matrix = coo_array((raw.minutes, (raw.a, raw.b)), shape=(n, n)).tocsr()
    graph = nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_weighted_edges_from(
        zip(raw.a.tolist(), raw.b.tolist(), raw.minutes.tolist(), strict=True)
    )
    tree, network = KDTree(raw.xy), pandana_network(raw)
    answers: dict[str, Callable[[], Answer]] = {
        "ours": lambda: ours(streets, facilities, demand),
        "ours, prepared": lambda: ours(
            prepare_streets(city.network, ADULT, city.rules), facilities, demand
        ),
        "pandana": lambda: with_pandana(network, facilities, demand),
        "pandana, prepared": lambda: with_pandana(pandana_network(raw), facilities, demand),
        "scipy": lambda: with_scipy(matrix, tree, facilities, demand),
        "networkx": lambda: with_networkx(graph, tree, facilities, demand),
    }
    answers["ours"](), answers["scipy"]()
    fast = {"ours": turns, "ours, prepared": turns, "scipy": turns, "networkx": 1}
    timings = race(answers, {name: fast.get(name, peer_turns) for name in answers})
    seconds = {name: timing.median for name, timing in timings.items()}
    what = f"nearest and count, {len(facilities)} facilities, {len(demand)} units, from streets on"
    nodes = f"{n} for the peers, unmerged; {city.network.n_nodes} for us, merged"
    exact, _ = reference_of(city).nearest_minutes(facilities, demand)
    rows = [at_most(PART, what, seconds["ours, prepared"], 0.3, "{:.3f} s")]
    rows.append(Row(PART, "the same, streets prepared before", duration(seconds["ours"])))
    rows.append(Row(PART, "street nodes, the same streets", nodes))
    ratio = seconds["pandana, prepared"] / seconds["ours, prepared"]
    shown = duration(seconds["pandana, prepared"])
    rows.append(at_least(PART, f"pandana with its preparation: {shown}", ratio, 5.0, "{:.1f} x"))
    for name in ("pandana", "scipy", "networkx"):
        ratio = seconds[name] / seconds["ours"]
        prepared = f"{name}, prepared before: {duration(seconds[name])}"
        rows.append(Row(PART, prepared, f"{ratio:.1f} x"))
    for name in ("ours", "pandana", "scipy", "networkx"):
        error = _error(timings[name].result[0], exact)
        rows.append(Row(PART, f"{name}: minutes off the exact, and what differs", error))
    return rows


def _error(minutes: NDArray[np.float64], exact: NDArray[np.float64]) -> str:
    """Say how far minutes are from the exact ones, and how many verdicts that changes."""
    both = np.isfinite(minutes) & np.isfinite(exact)
    off = np.abs(minutes[both] - exact[both])
    verdicts = int(((minutes <= CUTOFF) != (exact <= CUTOFF)).sum())
    reached = int((np.isfinite(minutes) != np.isfinite(exact)).sum())
    return (
        f"median {np.median(off):.3f}, worst {off.max():.1f}; {verdicts} verdicts, {reached} joins"
    )
