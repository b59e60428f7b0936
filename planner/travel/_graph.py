"""The search graph: streets with their delays, and compounds once to leave and once to enter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.crs.array_types import Floats, Ints
from planner.network.walk_network import WalkNetwork
from planner.travel.compiled.arrays import Edges, Rows, SearchGraph

#: Instead of an edge: a step through a gate.
STEP = -1


@dataclass(frozen=True)
class Steps:
    """Open gates: node of the network and compound of each, whether to all, and its minutes."""

    node: Ints
    compound: Ints
    to_all: NDArray[np.bool_]
    minutes: Floats


def build_edges(
    network: WalkNetwork, owner: Ints, paces: tuple[Floats, Floats], delay: Floats, *, rides: bool
) -> tuple[Edges, Ints, int]:
    """Give the search graph its nodes; return the edges, the nodes' network nodes, and `inner`.

    A search goes from facilities to people, so streets are searched the other way than they are
    walked: `paces` are those of who walks towards v, and towards u.
    """
    n = network.n_nodes
    private = np.flatnonzero(owner >= 0)
    n_owners = int(owner.max(initial=-1)) + 1
    keys = np.concatenate(
        [network.u[private] * n_owners + owner[private],
         network.v[private] * n_owners + owner[private]]
    )  # fmt: skip
    # A node at which two compounds meet stands once for each: nobody steps over there.
    names, number = np.unique(keys, return_inverse=True)
    tail, head = network.u.copy(), network.v.copy()
    tail[private], head[private] = n + number[: len(private)], n + number[len(private) :]
    inner_node = names // max(n_owners, 1)
    network_node = np.concatenate([np.arange(n), inner_node, inner_node])
    forbidden = np.where(rides, network.oneway, 0)
    towards_v, towards_u = paces
    ahead = np.where(forbidden > 0, np.inf, towards_u)
    back = np.where(forbidden < 0, np.inf, towards_v)
    edges = Edges(tail, head, delay, ahead, back, network.length_m, owner)
    return edges, network_node, len(names)


def build_graph(
    edges: Edges, steps: Steps, network_node: Ints, inner: int, n_nodes: int
) -> SearchGraph:
    """List every edge at both of its ends, those of compounds in both layers, and the gates."""
    delay = edges.delay.sum(axis=1)
    # A street of no length that nobody walks: 0 x inf is no number, and no row below.
    with np.errstate(invalid="ignore"):
        onwards = edges.length_m * edges.ahead + delay
        backwards = edges.length_m * edges.back + delay
    edge = np.arange(len(edges.tail))
    private = edges.owner >= 0
    parts = [
        (edges.tail, edges.head, onwards, edge, backwards),
        (edges.head, edges.tail, backwards, edge, onwards),
    ]
    parts += [
        (a[private] + inner, b[private] + inner, minutes[private], edge[private], back[private])
        for a, b, minutes, _, back in parts
    ]
    parts += _gate_rows(edges, steps, network_node, inner, n_nodes)
    a, b, minutes, of_edge, way_back = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    # A way that nobody may walk is no row: a search would only carry inf along it.
    kept = np.flatnonzero(np.isfinite(minutes))
    # Stable: of parallel ways equally quick the first edge is the one a route shows.
    order = kept[np.argsort(a[kept], kind="stable")]
    degree = np.bincount(a[order], minlength=len(network_node))
    return SearchGraph(
        rows=Rows(
            starts=np.concatenate([[0], np.cumsum(degree)]).astype(np.int64),
            neighbour=b[order],
            minutes=minutes[order],
        ),
        edge=of_edge[order],
        way_back=way_back[order],
        network_node=network_node,
        inner=inner,
    )


def add_dead_ends(graph: SearchGraph, edges: Edges) -> SearchGraph:
    """Add the streets that end at a shut gate to the rows of the node from which they are walked.

    Nobody walks such a street from end to end, so a search needs no row for it, and has none. What
    draws reached streets finds them by the rows of nodes: these rows have infinite minutes, so that
    a search still goes through no gate.
    """
    seen = np.zeros(len(edges.tail), dtype=bool)
    seen[graph.edge[graph.edge != STEP]] = True
    left_out = np.flatnonzero(~seen & np.isfinite(np.minimum(edges.ahead, edges.back)))
    if len(left_out) == 0:
        return graph
    tails = [np.repeat(np.arange(len(graph.network_node)), np.diff(graph.rows.starts))]
    heads, numbers = [graph.rows.neighbour], [graph.edge]
    for near, far, delay in (
        (edges.tail, edges.head, edges.delay[:, 0]),
        (edges.head, edges.tail, edges.delay[:, 1]),
    ):
        walked = left_out[np.isfinite(delay[left_out])]
        private = walked[edges.owner[walked] >= 0]
        tails += [near[walked], near[private] + graph.inner]
        heads += [far[walked], far[private] + graph.inner]
        numbers += [walked, private]
    tail = np.concatenate(tails)
    order = np.argsort(tail, kind="stable")
    closed = np.full(len(tail) - len(graph.edge), np.inf)
    degree = np.bincount(tail, minlength=len(graph.network_node))
    rows = Rows(
        starts=np.concatenate([[0], np.cumsum(degree)]).astype(np.int64),
        neighbour=np.concatenate(heads)[order],
        minutes=np.concatenate([graph.rows.minutes, closed])[order],
    )
    return graph._replace(
        rows=rows,
        edge=np.concatenate(numbers)[order],
        way_back=np.concatenate([graph.way_back, closed])[order],
    )


def _gate_rows(
    edges: Edges, steps: Steps, network_node: Ints, inner: int, n_nodes: int
) -> list[tuple[Ints, Ints, Floats, Ints, Floats]]:
    """Return the rows of the steps leaving -> public -> entering at open gates.

    A gate that is open to all is passed the other way round as well.
    """
    at = find_inner_nodes(edges, network_node, inner, n_nodes, steps.node, steps.compound)
    leaving, entering = at, at + inner
    everyone = steps.to_all
    rows = [(leaving, steps.node, steps.minutes), (steps.node, entering, steps.minutes)]
    rows += [
        (a[everyone], b[everyone], steps.minutes[everyone])
        for a, b in ((steps.node, leaving), (entering, steps.node))
    ]
    return [
        (a, b, minutes, np.full(len(a), STEP), np.full(len(a), np.inf)) for a, b, minutes in rows
    ]


def find_inner_nodes(
    edges: Edges, network_node: Ints, inner: int, n_nodes: int, node: Ints, compound: Ints
) -> Ints:
    """Return the nodes by which compounds (k,) are left at nodes (k,) of the network."""
    compound_of = np.full(inner, -1, dtype=np.int64)
    private = edges.owner >= 0
    for nodes in (edges.tail[private], edges.head[private]):
        compound_of[nodes - n_nodes] = edges.owner[private]
    n_owners = int(edges.owner.max(initial=-1)) + 1
    keys = network_node[n_nodes : n_nodes + inner] * n_owners + compound_of
    order = np.argsort(keys, kind="stable")
    return n_nodes + order[np.searchsorted(keys, node * n_owners + compound, sorter=order)]
