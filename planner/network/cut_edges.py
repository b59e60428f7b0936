"""Edges cut in two: where a path starts from them, or where their grade changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.network.walk_network import WalkNetwork

#: What both parts of an edge have in common.
_KEPT = (
    "steps", "elevated", "island", "access", "highway", "name", "osm_id", "ride", "oneway",
    "rolling", "shut", "conditions",
)  # fmt: skip


def cut_edges(network: WalkNetwork, cut_edge: Ints, cut_m: Floats) -> WalkNetwork:
    """Cut edges at places in their order; the new nodes follow those of the network.

    New nodes have negative ids; their heights lie evenly between those of the ends.

    Parameters
    ----------
    cut_edge : shape (k,)
        Edges, ascending.
    cut_m : shape (k,)
        Metres from node u, ascending on each edge, inside it.
    """
    n_cuts = np.bincount(cut_edge, minlength=network.n_edges)
    edge = np.repeat(np.arange(network.n_edges), n_cuts + 1)
    first = np.flatnonzero(np.diff(edge, prepend=-1))
    later = np.delete(np.arange(len(edge)), first)  # each starts at a cut
    u, v = network.u[edge], network.v[edge]
    u[later] = v[later - 1] = network.n_nodes + np.arange(len(later))
    low, high = np.zeros(len(edge)), network.length_m[edge]
    low[later] = high[later - 1] = cut_m
    lines, places = _cut_lines(network, cut_edge, cut_m)
    crossing = network.crossing[edge]
    # A cut is no crossing: the delays stay at the ends that the edge had.
    crossing[later, 0] = crossing[later - 1, 1] = 0
    # Below all ids there are: links added one after another must not share any.
    start = min(int(network.node_id.min(initial=0)), 0)
    kept = [*_KEPT, *(["flat"] if network.has_heights else [])]
    return replace(
        network,
        node_id=np.concatenate([network.node_id, start - 1 - np.arange(len(later))]),
        xy=np.vstack([network.xy, places]),
        u=u,
        v=v,
        length_m=high - low,
        crossing=crossing,
        coords=np.concatenate(lines),
        offsets=np.cumsum([0, *(len(line) for line in lines)]).astype(np.int64),
        height_m=_add_heights(network, cut_edge, cut_m),
        **{name: getattr(network, name)[edge] for name in kept},
    )


def _add_heights(network: WalkNetwork, cut_edge: Ints, cut_m: Floats) -> Floats:
    """Return the heights of the nodes and of those at the cuts; nothing where none are known."""
    if not network.has_heights:
        return network.height_m
    at_u, at_v = network.height_m[network.u[cut_edge]], network.height_m[network.v[cut_edge]]
    return np.concatenate([network.height_m, at_u + (at_v - at_u) * cut_m
                           / network.length_m[cut_edge]])  # fmt: skip


def _cut_lines(network: WalkNetwork, cut_edge: Ints, cut_m: Floats) -> tuple[list[Floats], Floats]:
    """Return the vertices of every edge after the cuts, and the places of the cuts (k, 2)."""
    lines = np.split(network.coords, network.offsets[1:-1])
    parts: list[list[Floats]] = [[line] for line in lines]
    places = np.empty((len(cut_edge), 2))
    edges, starts, counts = np.unique(cut_edge, return_index=True, return_counts=True)
    for e, start, count in zip(edges, starts, counts, strict=True):
        rows = slice(start, start + count)
        line = lines[e]
        walked_m = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
        for axis in (0, 1):
            places[rows, axis] = np.interp(cut_m[rows], walked_m, line[:, axis])
        bounds = [0.0, *cut_m[rows], np.inf]
        stops = [line[0], *places[rows], line[-1]]
        parts[e] = [
            np.vstack(
                [
                    stops[k],
                    # A vertex right at a cut is the place of the cut itself.
                    line[1:-1][(walked_m[1:-1] > bounds[k]) & (walked_m[1:-1] < bounds[k + 1])],
                    stops[k + 1],
                ]
            )
            for k in range(len(stops) - 1)
        ]
    return [part for edge_parts in parts for part in edge_parts], places
