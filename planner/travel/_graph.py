"""The search graph: streets with their delays, and compounds once to leave and once to enter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.crs.arrays import Floats, Ints
from planner.network.walk_network import WalkNetwork

#: Instead of an edge: a step through a gate.
STEP = -1


@dataclass(frozen=True)
class SearchGraph:
    """Neighbours in compressed rows: node n leads to neighbour[starts[n]:starts[n + 1]].

    The first n_nodes nodes are those of the network, for its public streets. Each node of a
    compound's streets stands twice behind them: `inner` nodes for walks that leave the compound,
    then as many for walks that enter it. One-way steps lead from leaving to public to entering.

    edge : edge of each row, -1 for a step through a gate.
    both_ways : whether the row's way back takes as long.
    network_node : node of the network, of each node.
    """

    starts: Ints
    neighbour: Ints
    minutes: Floats
    edge: Ints
    both_ways: NDArray[np.bool_]
    network_node: Ints
    inner: int


@dataclass(frozen=True)
class Ends:
    """Where the edges end in the search graph, and what that costs; m rows.

    tail, head (m,) : node at u, at v; of a compound's edge the node to leave by, `inner` further on
        the one to enter by.
    delay (m, 2) : minutes to pass the end at u, at v; inf where nobody passes.
    ahead, back (m,) : minutes per metre towards v, towards u, as a search goes; inf: not allowed.
    """

    tail: Ints
    head: Ints
    delay: Floats
    ahead: Floats
    back: Floats


@dataclass(frozen=True)
class Steps:
    """Open gates: node of the network and compound of each, whether to all, and its minutes."""

    node: Ints
    compound: Ints
    to_all: NDArray[np.bool_]
    minutes: Floats


def ends_of_edges(
    network: WalkNetwork, owner: Ints, pace: Floats, delay: Floats, *, rides: bool
) -> tuple[Ends, Ints, int]:
    """Give the search graph its nodes; return the ends, their network nodes, and `inner`.

    A search goes from facilities to people, so a rider's one-way street is searched backwards.
    """
    n = network.n_nodes
    private = np.flatnonzero(owner >= 0)
    n_owners = int(owner.max(initial=-1)) + 1
    keys = np.concatenate(
        [network.u[private] * n_owners + owner[private],
         network.v[private] * n_owners + owner[private]]
    )  # fmt: skip
    names, number = np.unique(keys, return_inverse=True)
    tail, head = network.u.copy(), network.v.copy()
    tail[private], head[private] = n + number[: len(private)], n + number[len(private) :]
    inner_node = names // max(n_owners, 1)
    network_node = np.concatenate([np.arange(n), inner_node, inner_node])
    forbidden = np.where(rides, network.oneway, 0)
    ahead = np.where(forbidden > 0, np.inf, pace)
    back = np.where(forbidden < 0, np.inf, pace)
    return Ends(tail, head, delay, ahead, back), network_node, len(names)


def search_graph(
    network: WalkNetwork, ends: Ends, owner: Ints, steps: Steps, network_node: Ints, inner: int
) -> SearchGraph:
    """List every edge at both of its ends, those of compounds in both layers, and the gates."""
    delay = ends.delay.sum(axis=1)
    onwards = network.length_m * ends.ahead + delay
    backwards = network.length_m * ends.back + delay
    even = onwards == backwards
    edge = np.arange(network.n_edges)
    private = owner >= 0
    parts = [
        (ends.tail, ends.head, onwards, edge, even),
        (ends.head, ends.tail, backwards, edge, even),
    ]
    parts += [
        (a[private] + inner, b[private] + inner, minutes[private], edge[private], even[private])
        for a, b, minutes, _, _ in parts
    ]
    parts += _gate_rows(ends, owner, steps, network_node, inner, network.n_nodes)
    a, b, minutes, of_edge, both_ways = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    kept = np.flatnonzero(np.isfinite(minutes))
    order = kept[np.argsort(a[kept], kind="stable")]
    degree = np.bincount(a[order], minlength=len(network_node))
    return SearchGraph(
        starts=np.concatenate([[0], np.cumsum(degree)]).astype(np.int64),
        neighbour=b[order],
        minutes=minutes[order],
        edge=of_edge[order],
        both_ways=both_ways[order],
        network_node=network_node,
        inner=inner,
    )


def _gate_rows(
    ends: Ends, owner: Ints, steps: Steps, network_node: Ints, inner: int, n_nodes: int
) -> list[tuple[Ints, Ints, Floats, Ints, NDArray[np.bool_]]]:
    """Return the rows of the steps leaving -> public -> entering at open gates.

    A gate that is open to all is passed the other way round as well.
    """
    at = inner_nodes(ends, owner, network_node, inner, n_nodes, steps.node, steps.compound)
    leaving, entering = at, at + inner
    everyone = steps.to_all
    rows = [(leaving, steps.node, steps.minutes), (steps.node, entering, steps.minutes)]
    rows += [
        (a[everyone], b[everyone], steps.minutes[everyone])
        for a, b in ((steps.node, leaving), (entering, steps.node))
    ]
    return [
        (a, b, minutes, np.full(len(a), STEP), np.zeros(len(a), dtype=bool))
        for a, b, minutes in rows
    ]


def inner_nodes(
    ends: Ends,
    owner: Ints,
    network_node: Ints,
    inner: int,
    n_nodes: int,
    node: Ints,
    compound: Ints,
) -> Ints:
    """Return the nodes by which compounds (k,) are left at nodes (k,) of the network."""
    compound_of = np.full(inner, -1, dtype=np.int64)
    private = owner >= 0
    for nodes in (ends.tail[private], ends.head[private]):
        compound_of[nodes - n_nodes] = owner[private]
    n_owners = int(owner.max(initial=-1)) + 1
    keys = network_node[n_nodes : n_nodes + inner] * n_owners + compound_of
    order = np.argsort(keys, kind="stable")
    return n_nodes + order[np.searchsorted(keys, node * n_owners + compound, sorter=order)]
