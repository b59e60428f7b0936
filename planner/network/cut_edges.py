"""Edges cut in two: where a path starts from them, or where their grade changes."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

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
    cut = _cut_lines(network, cut_edge, cut_m)
    crossing = network.crossing[edge]
    # A cut is no crossing: the delays stay at the ends that the edge had.
    crossing[later, 0] = crossing[later - 1, 1] = 0
    # Below all ids there are: links added one after another must not share any.
    start = min(int(network.node_id.min(initial=0)), 0)
    kept = [*_KEPT, *(["flat"] if network.has_heights else [])]
    return replace(
        network,
        node_id=np.concatenate([network.node_id, start - 1 - np.arange(len(later))]),
        xy=np.vstack([network.xy, cut.places]),
        u=u,
        v=v,
        length_m=high - low,
        crossing=crossing,
        coords=cut.coords,
        offsets=cut.offsets,
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


class _Cut(NamedTuple):
    """Where edges run after the cuts: vertices, where each begins; places of the cuts (k, 2)."""

    coords: Floats
    offsets: Ints
    places: Floats


def _cut_lines(network: WalkNetwork, cut_edge: Ints, cut_m: Floats) -> _Cut:
    """Cut the lines of edges."""
    offsets, counts = network.offsets, np.diff(network.offsets)
    edges = np.unique(cut_edge)
    size = counts[edges]
    vertex = _ranges(offsets[edges], size)
    owner, xy = np.repeat(edges, size), network.coords[vertex]
    ends = np.cumsum(size)
    is_end = np.zeros(len(vertex), dtype=bool)
    is_end[ends - size] = is_end[ends - 1] = True
    walked_m = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    walked_m[ends - size] = 0.0
    for start, end in zip((ends - size).tolist(), ends.tolist(), strict=True):
        np.cumsum(walked_m[start:end], out=walked_m[start:end])
    # Vertices and cuts in the order in which they are walked past; at one place the vertex first.
    is_cut = np.repeat([False, True], [len(vertex), len(cut_edge)])
    of, at = np.concatenate([owner, cut_edge]), np.concatenate([walked_m, cut_m])
    order = np.lexsort((is_cut, at, of))
    is_cut, of, at = is_cut[order], of[order], at[order]
    before = (np.cumsum(~is_cut) - 1)[is_cut]
    step_m = walked_m[before + 1] - walked_m[before]
    along_m = (cut_m - walked_m[before])[:, None]
    places = (xy[before + 1] - xy[before]) / step_m[:, None] * along_m + xy[before]
    places[along_m[:, 0] == 0] = xy[before][along_m[:, 0] == 0]
    # A vertex right at a cut is the place of the cut itself.
    group = np.cumsum(np.append(True, (np.diff(of) != 0) | (np.diff(at) != 0))[: len(of)]) - 1
    met = np.zeros(int(group.max(initial=-1)) + 1, dtype=bool)
    met[group[is_cut]] = True
    kept = is_cut | is_end[np.cumsum(~is_cut) - 1] | (~met[group] & (at > 0))
    # A cut is the end of one part and the beginning of the next.
    twice = np.where(is_cut, 2, 1)[kept]
    moved = np.empty((len(order), 2))
    moved[~is_cut], moved[is_cut] = xy, places
    lines, whose = np.repeat(moved[kept], twice, axis=0), np.repeat(of[kept], twice)
    new_counts = counts.copy()
    new_counts[edges] = np.bincount(whose, minlength=len(counts))[edges]
    begins = np.concatenate([[0], np.cumsum(new_counts)]).astype(np.int64)
    coords = np.empty((begins[-1], 2))
    uncut = np.flatnonzero(new_counts == counts)
    uncut = np.setdiff1d(uncut, edges, assume_unique=True)
    coords[_ranges(begins[uncut], counts[uncut])] = network.coords[
        _ranges(offsets[uncut], counts[uncut])
    ]
    target = _ranges(begins[edges], new_counts[edges])
    coords[target] = lines
    second = target[np.cumsum(twice)[is_cut[kept]] - 1]
    return _Cut(coords, np.sort(np.concatenate([begins, second])), places)


def _ranges(starts: Ints, sizes: Ints) -> Ints:
    """Return starts[k], starts[k] + 1, ... of sizes[k] numbers, one after the other."""
    first = np.cumsum(sizes) - sizes
    found: Ints = np.arange(int(sizes.sum())) + np.repeat(starts - first, sizes)
    return found
