"""Streets turned round: searched from where people start instead of from where they go."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.travel.compiled.arrays import Rows, SearchGraph
from planner.travel.streets import Streets


def turn_streets(streets: Streets) -> Streets:
    """Return streets of which a search from a place tells the minutes of walks that start there.

    A search over prepared streets goes against the walk, from facilities to people. On foot both
    ways take as long: then these are the same streets. One-way rules of riders make a difference.
    """
    edges, graph = streets.edges, streets.graph
    if np.array_equal(edges.ahead, edges.back):
        return streets
    return replace(
        streets,
        edges=edges._replace(ahead=edges.back, back=edges.ahead),
        graph=_turn_graph(graph),
    )


def _turn_graph(graph: SearchGraph) -> SearchGraph:
    """Return a search graph whose rows lead the other way.

    The layer to leave a compound by and the one to enter it by change places: a point in a compound
    stands in both, so that no seed is to be moved.
    """
    rows = graph.rows
    n_nodes = len(rows.starts) - 1
    tail = np.repeat(np.arange(n_nodes), np.diff(rows.starts))
    order = np.argsort(rows.neighbour, kind="stable")
    degree = np.bincount(rows.neighbour, minlength=n_nodes)
    starts = np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
    return graph._replace(
        rows=Rows(starts, tail[order], rows.minutes[order]),
        edge=graph.edge[order],
        both_ways=graph.both_ways[order],
    )
