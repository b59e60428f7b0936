"""Merges straight pieces of street into edges: chains of one kind, up to where it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS

from planner.crs.array_types import Flags, Floats, Ints
from planner.network._chains import trace_chains
from planner.network.enclosed import find_positions
from planner.network.segments import Segments, to_whole_parts
from planner.network.surroundings import Surroundings
from planner.network.walk_network import WalkNetwork
from planner.sources.osm.extract import WalkWays

#: Streets for walkers alone; any other street has a carriageway.
FOOT_STREETS: Final = (
    "footway", "path", "pedestrian", "cycleway", "steps", "bridleway", "corridor", "platform",
)  # fmt: skip

#: From ends u, v, lengths (`to_whole_parts`), ids of the nodes, and whether it is shut: which edges
#: are parts of islands.
FindIslands = Callable[[Ints, Ints, Floats, Ints, Flags], Flags]


@dataclass(frozen=True)
class StreetChains:
    """Segments in walking order, chain by chain: e chains of s segments.

    rows, reverse (s,) : the segments, and whether they are walked from b to a.
    offsets (e + 1,) : where each chain begins in these.
    ends (e, 2) : whether a walk that ends there crosses half a carriageway, as `crossing` of edges.
    forwards (s,) : of each segment (not in walking order), as `Segments.oneway`.
    """

    rows: Ints
    reverse: Flags
    offsets: Ints
    ends: NDArray[np.int8]
    forwards: NDArray[np.int8]

    def nodes(self, segments: Segments) -> tuple[Ints, Ints]:
        """Return the nodes at which each segment starts and ends as it is walked, shapes (s,)."""
        a, b = segments.a[self.rows], segments.b[self.rows]
        return np.where(self.reverse, b, a), np.where(self.reverse, a, b)


def follow_chains(
    segments: Segments,
    access: NDArray[np.object_],
    ways: WalkWays,
    node_id: Ints,
    around: Surroundings,
    known: Flags | None = None,
    *,
    apart: Ints | None = None,
) -> StreetChains:
    """Find the chains of segments of one kind: each is an edge.

    Parameters
    ----------
    known : shape (n,)
        Nodes all of whose streets are there: at any other a chain ends. None: all.
    apart : shape (w,)
        Ways of different numbers are of different kinds; None: of none.
    """
    forwards = segments.oneway(ways)
    on_foot = np.isin(ways.highway[segments.way].astype(str), FOOT_STREETS)
    crossing = _find_crossing_nodes(segments, on_foot, ways, node_id, around.crossings)
    stop = np.isin(node_id, around.gates["node_id"].to_numpy(dtype=np.int64))
    # Delays are paid at the ends of edges, so who crosses a street must find an end there.
    stop |= _find_met_on_foot(segments, on_foot, len(node_id)) & (crossing > 0)
    stop |= _find_opposed_oneways(segments, forwards, len(node_id))
    if known is not None:
        stop |= ~known
    kind = _number_kinds(segments, access, ways, forwards)
    if apart is not None:
        kind = kind * (int(apart.max(initial=0)) + 1) + apart[segments.way]
    chains, offsets = trace_chains(segments.a, segments.b, kind, stop)
    rows, reverse = chains >> 1, (chains & 1).astype(bool)
    first, last = offsets[:-1], offsets[1:] - 1
    start = np.where(reverse[first], segments.b[rows[first]], segments.a[rows[first]])
    end = np.where(reverse[last], segments.a[rows[last]], segments.b[rows[last]])
    ends = np.column_stack([crossing[start], crossing[end]])
    # Whoever walks along the carriageway crosses nothing at a crossing.
    ends[~np.column_stack([on_foot[rows[first]], on_foot[rows[last]]])] = 0
    return StreetChains(rows, reverse, offsets, ends, forwards)


def merge_chains(
    chains: StreetChains,
    segments: Segments,
    access: NDArray[np.object_],
    ways: WalkWays,
    node_id: Ints,
    xy: Floats,
    crs: CRS,
    find_islands: FindIslands,
) -> WalkNetwork:
    """Make an edge of each chain.

    Parameters
    ----------
    find_islands
        Tells which edges are of islands.
    """
    rows, reverse, offsets = chains.rows, chains.reverse, chains.offsets
    start, end = chains.nodes(segments)
    first, last = offsets[:-1], offsets[1:] - 1
    m = len(first)
    edge = np.repeat(np.arange(m), np.diff(offsets))
    segment_m = np.hypot(*(xy[end] - xy[start]).T)
    vertices = np.insert(start, offsets[1:], end[last])
    used = np.unique(np.concatenate([start[first], end[last]]))
    u, v = np.searchsorted(used, start[first]), np.searchsorted(used, end[last])
    length_m = np.bincount(edge, weights=segment_m, minlength=m).astype(np.float64)
    length = np.bincount(edge, weights=to_whole_parts(segment_m), minlength=m).astype(np.float64)
    main_way = _find_longest_way(
        edge, ways.way_id[segments.way[rows]], segments.way[rows], segment_m
    )
    way = segments.way[rows[first]]
    one_way = chains.forwards[rows[first]]
    return WalkNetwork(
        crs=crs,
        node_id=node_id[used],
        xy=xy[used],
        u=u,
        v=v,
        length_m=length_m,
        island=find_islands(u, v, length, node_id[used], ways.shut[way]),
        access=np.asarray(access, dtype=object)[rows[first]],
        coords=xy[vertices],
        offsets=offsets + np.arange(m + 1),
        oneway=np.where(reverse[first], -one_way, one_way),
        crossing=chains.ends,
        **_take_tags(ways, way, main_way),
    )


def _take_tags(
    ways: WalkWays, way: NDArray[np.int64], main_way: NDArray[np.int64]
) -> dict[str, Any]:
    """Return what the map says of edges, shape (m,): their kind, and the name of the longest way.

    Parameters
    ----------
    ways
        Rows are asked by `way`, any way of the edge (all are of one kind), and by `main_way`.
    """
    same = ("steps", "elevated", "ride", "rolling", "shut", "conditions")
    return {
        "highway": ways.highway[main_way],
        "name": ways.name[main_way],
        "osm_id": ways.way_id[main_way],
        **{field: getattr(ways, field)[way] for field in same},
    }


def _number_kinds(
    segments: Segments, access: NDArray[np.object_], ways: WalkWays, forwards: NDArray[Any]
) -> NDArray[np.int64]:
    """Give each segment the number of its kind, shape (s,): an edge is made of one kind."""
    way = segments.way
    access_code, _ = pd.factorize(access, sort=True)
    kind = (((access_code * 2 + ways.steps[way]) * 2 + ways.elevated[way]) * 2 + ways.ride[way]) * 2
    # Whether, not which way: segments lie either way round, whatever direction is ridden.
    kind += forwards != 0
    conditions_code, conditions = pd.factorize(ways.conditions)
    kind = ((kind * 3 + ways.rolling[way]) * 2 + ways.shut[way]) * max(len(conditions), 1)
    return np.asarray(kind + conditions_code[way], dtype=np.int64)


def _find_crossing_nodes(
    segments: Segments,
    on_foot: NDArray[np.bool_],
    ways: WalkWays,
    node_id: NDArray[np.int64],
    crossings: pd.DataFrame,
) -> NDArray[np.int8]:
    """Return for each node 0, 1 at a plain crossing or 2 at a signalled one, shape (n,).

    A node is one if it is tagged so, or if a way tagged as a crossing meets a carriageway there;
    it is signalled if it or the way says so.
    """
    crossing = np.zeros(len(node_id), dtype=np.int8)
    carriageway = np.zeros(len(node_id), dtype=bool)
    road = (
        ~on_foot & ~ways.shut[segments.way]
    )  # nobody waits to cross a street that is open at some hours only
    carriageway[segments.a[road]] = carriageway[segments.b[road]] = True
    across = ways.crossing[segments.way]
    rows = np.flatnonzero(across > 0)
    for nodes in (segments.a[rows], segments.b[rows]):
        met = carriageway[nodes]
        np.maximum.at(crossing, nodes[met], across[rows[met]])
    at = find_positions(crossings["node_id"].to_numpy(dtype=np.int64), node_id)
    tagged = crossings["crossing"].to_numpy(dtype=bool)[at >= 0]
    signals = crossings["signals"].to_numpy(dtype=bool)[at >= 0]
    at = at[at >= 0]
    np.maximum.at(crossing, at, tagged.astype(np.int8))
    crossing[at[signals & (crossing[at] > 0)]] = 2
    return crossing


def _find_met_on_foot(
    segments: Segments, on_foot: NDArray[np.bool_], n_nodes: int
) -> NDArray[np.bool_]:
    """Tell at which nodes a street of those on foot ends or goes on."""
    met = np.zeros(n_nodes, dtype=bool)
    met[segments.a[on_foot]] = met[segments.b[on_foot]] = True
    return met


def _find_opposed_oneways(
    segments: Segments, forwards: NDArray[np.int8], n_nodes: int
) -> NDArray[np.bool_]:
    """Tell at which nodes two one-way streets run towards or away from each other."""
    out_of = np.concatenate([segments.a[forwards > 0], segments.b[forwards < 0]])
    into = np.concatenate([segments.b[forwards > 0], segments.a[forwards < 0]])
    outs, ins = (np.bincount(nodes, minlength=n_nodes) for nodes in (out_of, into))
    # Merged, two one-way streets head on would be one that can be ridden through.
    return np.asarray((outs == 2) | (ins == 2), dtype=bool)


def _find_longest_way(
    edge: NDArray[np.int64],
    way_id: NDArray[np.int64],
    way: NDArray[np.int64],
    length_m: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return for each edge the way that gives it most length (ties: the smallest id)."""
    parts = pd.DataFrame({"edge": edge, "way_id": way_id, "way": way, "length_m": length_m})
    parts = parts.groupby(["edge", "way_id"], sort=True).agg({"way": "first", "length_m": "sum"})
    parts = parts.reset_index().sort_values(
        ["edge", "length_m", "way_id"], ascending=[True, False, True], kind="stable"
    )
    return parts.drop_duplicates("edge")["way"].to_numpy()
