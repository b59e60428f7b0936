"""Points of which some alone meet the streets at hand, and walks that come from beyond these."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from planner.crs.array_types import Flags, Floats, Ints
from planner.travel._graph import STEP
from planner.travel.access import Access
from planner.travel.streets import Streets

#: The ragged tables of points, each with its columns.
_RAGGED = {
    "piece_starts": ("piece",),
    "entry_starts": ("entry_edge", "entry_along_m", "entry_minutes"),
    "seed_starts": ("seed_node", "seed_minutes"),
}


def scatter(places: Access, rows: Ints, xy: Floats, closed: Flags, inside: Ints) -> Access:
    """Return n points of which those of some rows are joined; the others meet nothing.

    Parameters
    ----------
    places
        k points, joined to streets.
    rows : shape (k,)
        Which of the n they are, ascending.
    xy, closed, inside : shapes (n, 2), (n,), (n,)
        Of all points; the last is the compound that each of the others is in, -1 for none.
    """
    compound = np.array(inside, dtype=np.int64)
    compound[rows] = places.compound
    starts: dict[str, Any] = {}
    for name in _RAGGED:
        sizes = np.zeros(len(xy) + 1, dtype=np.int64)
        sizes[1 + rows] = np.diff(getattr(places, name))
        starts[name] = np.cumsum(sizes)
    back = None if places.back is None else scatter(places.back, rows, xy, closed, inside)
    xy = np.ascontiguousarray(xy, dtype=np.float64)
    return replace(places, xy=xy, compound=compound, closed=closed, back=back, **starts)


def add_seeds(places: Access, point: Ints, node: Ints, minutes: Floats) -> Access:
    """Return points that reach some more nodes (s,) of the search graph, in so many minutes."""
    own = np.repeat(np.arange(len(places)), np.diff(places.seed_starts))
    every = np.concatenate([own, point])
    order = np.argsort(every, kind="stable")
    counts = np.bincount(every, minlength=len(places))
    return replace(
        places,
        seed_starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        seed_node=np.concatenate([places.seed_node, node])[order],
        seed_minutes=np.concatenate([places.seed_minutes, minutes])[order],
    )


def keep_rows(streets: Streets, kept: Flags) -> Streets:
    """Return streets of which a search goes along some rows of the search graph alone, (r,)."""
    graph, rows = streets.graph, streets.graph.rows
    before = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
    fewer = rows._replace(
        starts=before[rows.starts], neighbour=rows.neighbour[kept], minutes=rows.minutes[kept]
    )
    graph = graph._replace(rows=fewer, edge=graph.edge[kept], way_back=graph.way_back[kept])
    return replace(streets, graph=graph)


def find_whole_rows(streets: Streets, whole_edges: Flags, whole_nodes: Flags) -> Flags:
    """Tell which rows of the search graph go along some edges, or through gates at some nodes."""
    graph = streets.graph
    tail = np.repeat(np.arange(len(graph.network_node)), np.diff(graph.rows.starts))
    # The place at the end is that of steps, whose edge is -1.
    along = np.append(whole_edges, False)[graph.edge]
    through = (graph.edge == STEP) & whole_nodes[graph.network_node[tail]]
    return np.asarray(along | through, dtype=bool)
