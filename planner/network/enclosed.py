"""Streets that are for residents because every way in leads through a gate that is not public."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.crs.array_types import Flags, Ints
from planner.network.segments import to_whole_parts
from planner.network.walls import EVERYONE, RESIDENTS


def find_enclosed(
    a: Ints,
    b: Ints,
    public: Flags,
    node_id: Ints,
    xy: NDArray[np.float64],
    gates: pd.DataFrame,
    walled: NDArray[np.object_],
) -> Flags:
    """Tell which public segments are reached only through gates that are not open to everybody.

    Cut at such gates, the public streets fall into parts. Of the parts that such gates connect, the
    longest one that lies in no walled zone is the outside. Each of the others is enclosed if
    residents may pass one of its gates, or if it lies in a walled zone.

    Parameters
    ----------
    a, b, public : shape (s,)
        End nodes; segments that everybody may walk now, whatever the gates.
    node_id, xy : shape (n,), (n, 2)
        OSM ids, ascending; metres.
    gates
        Gates and other barriers of the map: node_id, passes.
    walled
        Polygons of walled zones, metric CRS.
    """
    enclosed = np.zeros(len(a), dtype=bool)
    closed, for_residents = find_closed_nodes(node_id, gates)
    rows = np.flatnonzero(public)
    a, b = a[rows], b[rows]
    at_gate = closed[a] | closed[b]
    if not at_gate.any():
        return enclosed
    part, n_parts = number_parts(a, b, closed)
    # Few parts have such a gate; the polygons are compared with these only.
    gated = np.unique(part[at_gate])
    parts = pd.DataFrame({"whole": _number_wholes(a, b, part, closed)[gated]}, index=gated)
    lengths = to_whole_parts(np.hypot(*(xy[b] - xy[a]).T))
    parts["length"] = np.bincount(part, lengths, n_parts)[gated]
    parts["residents"] = np.isin(gated, part[for_residents[a] | for_residents[b]])
    parts["inside"] = _lie_inside(part, gated, (xy[a] + xy[b]) / 2, walled)
    enclosed[rows] = np.isin(part, choose_enclosed(parts))
    return enclosed


def choose_enclosed(parts: pd.DataFrame) -> pd.Index:
    """Return those of the parts that have a gate, in the order of their nodes, that are enclosed.

    Parameters
    ----------
    parts
        whole (what hangs together through gates), length (`to_whole_parts`), residents (they may
        pass a gate of it), inside (it lies in a walled zone).
    """
    outermost = parts.sort_values(["inside", "length"], ascending=[True, False], kind="stable")
    behind = parts.drop(outermost.drop_duplicates("whole").index)
    return behind.index[behind["residents"] | behind["inside"]]


def find_closed_nodes(node_id: Ints, gates: pd.DataFrame) -> tuple[Flags, Flags]:
    """Tell which nodes not everybody may pass, and which of them residents may, shapes (n,)."""
    at = find_positions(gates["node_id"].to_numpy(dtype=np.int64), node_id)
    passes = gates["passes"].to_numpy(dtype=object)
    closed, for_residents = np.zeros((2, len(node_id)), dtype=bool)
    closed[at[(at >= 0) & (passes != EVERYONE)]] = True
    for_residents[at[(at >= 0) & (passes == RESIDENTS)]] = True
    return closed, for_residents


def find_positions(wanted: Ints, node_id: Ints) -> Ints:
    """Return the position of some ids among ascending ones (n,), -1 where they are not."""
    at = np.searchsorted(node_id, wanted)
    found = at < len(node_id)
    found[found] = node_id[at[found]] == wanted[found]
    return np.where(found, at, -1)


def number_parts(a: Ints, b: Ints, closed: Flags) -> tuple[Ints, int]:
    """Return the part of each segment (s,), into which they fall at closed nodes, and how many."""
    # Each end of a segment at a closed node is a node of its own.
    start, end, n = a.copy(), b.copy(), len(closed)
    for nodes in (start, end):
        at = np.flatnonzero(closed[nodes])
        nodes[at] = n + np.arange(len(at))
        n += len(at)
    component = number_components(start, end, n)
    return component[start], int(component.max()) + 1


def _number_wholes(a: Ints, b: Ints, part: Ints, closed: Flags) -> Ints:
    """Return for each part the number of what hangs together with it through closed nodes."""
    at_a, at_b = np.flatnonzero(closed[a]), np.flatnonzero(closed[b])
    n_parts = int(part.max()) + 1
    nodes = np.concatenate([a[at_a], b[at_b]]) + n_parts
    return number_components(np.concatenate([part[at_a], part[at_b]]), nodes, n_parts + len(closed))


def number_components(a: Ints, b: Ints, n_nodes: int) -> Ints:
    """Return the component of each node (n,) that pairs of nodes make."""
    graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), (n_nodes, n_nodes))
    _, component = connected_components(graph, directed=False)
    return np.asarray(component, dtype=np.int64)


def _lie_inside(
    part: Ints, asked: Ints, middles: NDArray[np.float64], walled: NDArray[np.object_]
) -> Flags:
    """Tell of which parts asked for one polygon holds the middles (s, 2) of all segments."""
    inside = np.zeros(len(asked), dtype=bool)
    tree = shapely.STRtree(walled)
    some = np.zeros(int(part.max()) + 1, dtype=np.int64)
    some[part] = np.arange(len(part))  # a segment of each part
    # A polygon that holds all segments holds this one: where none does, no other is looked at.
    one, _ = tree.query(shapely.points(middles[some[asked]]), predicate="intersects")
    for k in np.unique(one).tolist():
        spots = shapely.points(middles[part == asked[k]])
        _, zone = tree.query(spots, predicate="intersects")
        inside[k] = np.bincount(zone).max(initial=0) == len(spots)
    return inside
