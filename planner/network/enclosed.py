"""Streets that the public reaches through no open gate: residents', whatever their tags say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.network.walls import EVERYONE, RESIDENTS

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


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

    At such gates the public streets fall apart. Of what hangs together through them the longest
    part that lies in no walled zone is outside. Another part is enclosed if residents may pass a
    gate of it, or if it lies in a walled zone.

    Parameters
    ----------
    a, b, public : shape (s,)
        End nodes; segments that everybody may walk now, whatever the gates.
    node_id, xy : shape (n,), (n, 2)
        OSM ids; metres.
    gates
        Gates and other barriers of the map: node_id, passes.
    walled
        Polygons of walled zones, metric CRS.
    """
    enclosed = np.zeros(len(a), dtype=bool)
    passes = _passes_at(node_id, gates)
    rows = np.flatnonzero(public)
    closed = passes != EVERYONE
    if len(rows) == 0 or not (closed[a[rows]] | closed[b[rows]]).any():
        return enclosed
    part, n_parts = _parts(a[rows], b[rows], closed)
    whole = _linked(a[rows], b[rows], np.arange(len(rows)), len(xy))[1][a[rows]]
    # Gates concern few parts; of the others nothing is asked.
    parts = pd.DataFrame({"whole": pd.Series(whole).groupby(part).first()})
    parts["length_m"] = np.bincount(part, np.hypot(*(xy[b[rows]] - xy[a[rows]]).T), n_parts)
    for_residents = passes == RESIDENTS
    gate = for_residents[a[rows]] | for_residents[b[rows]]
    parts["residents"] = np.bincount(part, gate, n_parts) > 0
    split = parts.groupby("whole")["length_m"].transform("size") > 1
    asked = np.flatnonzero(split.to_numpy()[part])
    middles = (xy[a[rows[asked]]] + xy[b[rows[asked]]]) / 2
    parts["inside"] = _all_inside(part[asked], middles, walled, n_parts)
    order = parts.sort_values(["inside", "length_m"], ascending=[True, False], kind="stable")
    outside = order.groupby("whole").head(1).index
    is_enclosed = split & (parts["residents"] | parts["inside"])
    is_enclosed[outside] = False
    enclosed[rows] = is_enclosed.to_numpy()[part]
    return enclosed


def _passes_at(node_id: Ints, gates: pd.DataFrame) -> NDArray[np.object_]:
    """Return who may pass each node, shape (n,)."""
    passes = np.full(len(node_id), EVERYONE, dtype=object)
    at = pd.Index(node_id).get_indexer(gates["node_id"].to_numpy(dtype=np.int64))
    passes[at[at >= 0]] = gates["passes"].to_numpy(dtype=object)[at >= 0]
    return passes


def _parts(a: Ints, b: Ints, closed: Flags) -> tuple[Ints, int]:
    """Return the part of each segment (s,), into which they fall at closed nodes, and how many."""
    # Each end of a segment at a closed node is a node of its own.
    n, s = len(closed), len(a)
    start = np.where(closed[a], n + np.arange(s), a)
    end = np.where(closed[b], n + s + np.arange(s), b)
    _, component = _linked(start, end, np.arange(s), n + 2 * s)
    names, part = np.unique(component[start], return_inverse=True)
    return part.astype(np.int64), len(names)


def _linked(a: Ints, b: Ints, rows: Ints, n_nodes: int) -> tuple[int, Ints]:
    """Return the number of components that some segments make, and that of each node."""
    graph = coo_array((np.ones(len(rows), dtype=np.int8), (a[rows], b[rows])), (n_nodes, n_nodes))
    count, component = connected_components(graph, directed=False)
    return count, component.astype(np.int64)


def _all_inside(
    part: Ints, middles: NDArray[np.float64], walled: NDArray[np.object_], n_parts: int
) -> Flags:
    """Tell of which parts one polygon holds the middles of all segments, shape (n_parts,)."""
    inside = np.zeros(n_parts, dtype=bool)
    if len(walled) == 0 or len(part) == 0:
        return inside
    point, zone = shapely.STRtree(walled).query(shapely.points(middles), predicate="intersects")
    held = pd.DataFrame({"part": part[point], "zone": zone}).groupby(["part", "zone"]).size()
    count = np.bincount(part, minlength=n_parts)
    whole = held[held.to_numpy() == count[held.index.get_level_values("part")]]
    inside[whole.index.get_level_values("part").to_numpy(dtype=np.int64)] = True
    return inside
