"""Compiled: joins points to streets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.crs.array_types import Flags, Floats, Ints
from planner.travel.compiled.arrays import Edges, Grid, Legs, Pieces, Points, SearchGraph
from planner.travel.compiled.barriers import is_clear_of, write_barriers_round
from planner.travel.compiled.decorators import builder, helper, kernel
from planner.travel.compiled.grid import ZERO
from planner.travel.compiled.growing import appended, grown
from planner.travel.compiled.pieces import SLACK_M, chord, find_group, find_pieces_near


class JoinRoom(NamedTuple):
    """Working arrays of `join_points`, to be used again by one thread.

    mark (1,) : the last mark given to a point; 0 before the first.
    met_piece (p,), met_node (g,) : mark of the last point that has met each; 0 before the first.
    found (p,) : pieces near one point; nodes (g,) : where it starts from.
    node_minutes (g,) : minutes from the point to the nodes it has met.
    met_barrier (b + 1,) : zeros; around (b,), near (b, 4), here (b,) : barriers near one point.
    """

    mark: Ints
    met_piece: Ints
    met_node: Ints
    found: Ints
    nodes: Ints
    node_minutes: Floats
    met_barrier: Ints
    around: Ints
    near: Floats
    here: Ints


@helper
def _write_entries(
    x: float,
    y: float,
    found: Ints,
    n_found: int,
    pieces: Pieces,
    ahead: Floats,
    back: Floats,
    legs: Legs,
    slanted: bool,
    near: Floats,
    here: Ints,
    n_near: int,
    edge: Ints,
    along: Floats,
    minutes: Floats,
) -> int:
    """Write the entries of one point, in order along each edge; return how many there are.

    found : the first n_found are the pieces it may step onto.
    ahead, back (m,) : minutes per metre of the edges for who walks from the point.
    slanted : whether other places than the nearest of a piece are tried.
    near (b, 4), here (b,) : the n_near barriers near the point, as `is_clear_of` takes them.
    edge, along, minutes : room for three entries of each piece.
    """
    limit, leg_pace = legs.limit_m, legs.pace
    ends, piece_edge, piece_along = pieces.ends, pieces.edge, pieces.along_m
    n, first_of_edge = ZERO, ZERO
    for k in range(n_found):
        piece = found[k]
        foot, height, low, high, length = chord(x, y, ends, piece, limit)
        e = piece_edge[piece]
        # On the ground pieces are numbered along their edges and found in order: those of one edge
        # stand together.
        if k == 0 or piece_edge[found[k - 1]] != e:
            first_of_edge = n
        # On a rider's one-way street one of the two is inf: the angle is that of the other.
        onwards = ahead[e] if ahead[e] < np.inf else back[e]
        backwards = back[e] if back[e] < np.inf else ahead[e]
        for step in (-1, 0, 1):
            # Up a slope and down it the best legs meet the street at angles of their own.
            ratio = (onwards if step > 0 else backwards) / leg_pace
            # On steps the ends of the part within the limit are best: 2 * limit is clipped to them.
            slant = height * ratio / np.sqrt(1 - ratio * ratio) if ratio < 1 else 2 * limit
            if not slanted:
                slant = 0.0
            at = min(max(foot + step * slant, low), high)
            share = at / length if length > 0 else 0.0
            to_x = ends[piece, 0] + share * (ends[piece, 2] - ends[piece, 0])
            to_y = ends[piece, 1] + share * (ends[piece, 3] - ends[piece, 1])
            if not is_clear_of(x, y, to_x, to_y, near, here, n_near):
                continue
            edge[n] = e
            along[n] = piece_along[piece] + at
            minutes[n] = leg_pace * np.sqrt(height * height + (at - foot) ** 2)
            n += 1
        # An entry is dropped for one on either side of it: the street must be walked both ways.
        both_ways = ahead[e] < np.inf and back[e] < np.inf
        if both_ways and (k == n_found - 1 or piece_edge[found[k + 1]] != e):
            n = _drop_needless(first_of_edge, n, onwards, backwards, along, minutes, edge)
    return n


@builder
def _drop_needless(
    first: int, last: int, onwards: float, backwards: float, along: Floats, minutes: Floats,
    edge: Ints,
) -> int:  # fmt: skip
    """Drop entries of one edge, first..last, that another one reaches along it no later.

    onwards, backwards : minutes per metre towards v, towards u; along, minutes, edge (entries,) :
    metres along the edge, minutes of the legs, number of the edge. Returns the new last.
    """
    keep = np.ones(last - first, dtype=np.bool_)
    best = np.inf
    for k in range(first, last):
        if k > first:
            best += (along[k] - along[k - 1]) * onwards
        if minutes[k] < best:
            best = minutes[k]
        else:
            keep[k - first] = False
    best = np.inf
    for k in range(last - 1, first - 1, -1):
        if k < last - 1:
            best += (along[k + 1] - along[k]) * backwards
        # An equal entry further on may have been dropped for this one: only a real gain counts.
        if keep[k - first]:
            if minutes[k] > best + 1e-12:
                keep[k - first] = False
            else:
                best = min(best, minutes[k])
    n = first
    for k in range(first, last):
        if keep[k - first]:
            edge[n] = edge[k]
            along[n] = along[k]
            minutes[n] = minutes[k]
            n += 1
    return n


@helper
def _meet_node(
    node: int, time: float, mark: int, met_node: Ints, node_minutes: Floats, nodes: Ints, n: int
) -> int:
    """Note that a node is reached in this time, minutes; return how many nodes are known.

    met_node, node_minutes (g,), nodes : arrays of the room, handed on by name: in a tuple numba
    counts each of them. `mark` is that of the point, n how many nodes it has met.
    """
    if met_node[node] != mark:
        met_node[node] = mark
        node_minutes[node] = time
        nodes[n] = node
        return n + 1
    node_minutes[node] = min(node_minutes[node], time)
    return n


@helper
def _write_seeds(
    first: int,
    last: int,
    entry_edge: Ints,
    entry_along: Floats,
    entry_minutes: Floats,
    edges: Edges,
    graph: SearchGraph,
    mark: int,
    room: JoinRoom,
) -> int:
    """Write the nodes one point starts from, and their minutes, into the room; return how many.

    Its entries are first..last of the arrays (entries,), with metres along the edge and minutes of
    the leg.
    On a street of its compound a point stands in both layers: it may leave, or be come to.
    """
    tail, head, delay, ahead, back = edges.tail, edges.head, edges.delay, edges.ahead, edges.back
    length_m, owner = edges.length_m, edges.owner
    met_node, node_minutes, nodes = room.met_node, room.node_minutes, room.nodes
    n = ZERO
    for k in range(first, last):
        e = entry_edge[k]
        for side in range(2):
            node = tail[e] if side == 0 else head[e]
            way = entry_along[k] if side == 0 else max(length_m[e] - entry_along[k], 0.0)
            pace = back[e] if side == 0 else ahead[e]
            time = entry_minutes[k] + delay[e, side]
            if way > SLACK_M:  # less is rounding, which no one-way street forbids
                time += way * pace
            if time == np.inf:
                continue
            n = _meet_node(node, time, mark, met_node, node_minutes, nodes, n)
            if owner[e] >= 0:
                n = _meet_node(node + graph.inner, time, mark, met_node, node_minutes, nodes, n)
    return _keep_needed_seeds(n, graph, mark, room)


@helper
def _keep_needed_seeds(n: int, graph: SearchGraph, mark: int, room: JoinRoom) -> int:
    """Drop nodes that a neighbouring one reaches sooner, in place; return how many are left."""
    starts, neighbour, way_back = graph.rows.starts, graph.rows.neighbour, graph.way_back
    met_node = room.met_node
    nodes, minutes = room.nodes, room.node_minutes
    kept = 0
    for k in range(n):
        node = nodes[k]
        own = minutes[node]
        needed = True
        for j in range(starts[node], starts[node + 1]):
            other = neighbour[j]
            if met_node[other] != mark:
                continue
            # Nodes equally soon must not drop each other by rounding.
            if minutes[other] + way_back[j] < own - 1e-12:
                needed = False
                break
        if needed:
            nodes[kept] = node
            kept += 1
    return kept


@helper
def _keep_own_pieces(found: Ints, n_found: int, piece_edge: Ints, owner: Ints, own: int) -> int:
    """Keep the pieces of public streets and of the point's own compound; return how many.

    found (room,) : numbers of pieces, the first n_found in use; piece_edge (p,); owner (m,).
    """
    n = 0
    for k in range(n_found):
        whose = owner[piece_edge[found[k]]]
        if whose < 0 or whose == own:
            found[n] = found[k]
            n += 1
    return n


@kernel
def join_points(
    xy: Floats,
    own: Ints,
    legs: Legs,
    pieces: Pieces,
    grid: Grid,
    edges: Edges,
    graph: SearchGraph,
    is_group: Flags,
    slanted: bool,
    room: JoinRoom,
) -> Points:
    """Find how points meet the streets.

    Parameters
    ----------
    xy : (n, 2)
        Metres.
    own : (n,)
        The compound that holds each point, -1 for none; groups of private streets are added here.
    pieces, grid
        Pieces of street, and the grid that finds them.
    edges
        As seen by who walks from the points: `ahead` is the pace of walking on towards v.
    graph
        With the `way_back` of who walks from the points: from a neighbour to the row's node.
    is_group
        Of each compound, whether it has no outline; empty if none has or nobody is to be asked.
    slanted
        Whether all three places of a piece are tried; else the nearest alone.
    room
        Working arrays.
    """
    n_points, limit = len(xy), legs.limit_m
    ends, owner, found = pieces.ends, edges.owner, room.found
    piece_starts = np.zeros(n_points + 1, dtype=np.int64)
    entry_starts = np.zeros(n_points + 1, dtype=np.int64)
    seed_starts = np.zeros(n_points + 1, dtype=np.int64)
    piece = np.empty(64, dtype=np.int64)
    entry_edge, seed_node = np.empty(64, dtype=np.int64), np.empty(64, dtype=np.int64)
    entry_along, entry_minutes, seed_minutes = np.empty(64), np.empty(64), np.empty(64)
    for point in range(n_points):
        x, y = xy[point]
        room.mark[0] += 1
        mark = room.mark[0]
        n_found = find_pieces_near(x, y, limit, ends, grid, room.met_piece, mark, found)
        if own[point] < 0 and len(is_group) > 0:  # a group is known by its pieces alone
            own[point] = find_group(x, y, found, n_found, limit, ends, pieces.edge, owner, is_group)
        n_found = _keep_own_pieces(found, n_found, pieces.edge, owner, own[point])
        p, e, s = piece_starts[point], entry_starts[point], seed_starts[point]
        piece = appended(piece, p, found, n_found)
        entry_edge = grown(entry_edge, e + 3 * n_found)  # three places of a piece are tried
        entry_along = grown(entry_along, e + 3 * n_found)
        entry_minutes = grown(entry_minutes, e + 3 * n_found)
        n_near = write_barriers_round(
            x, y, limit + SLACK_M, legs.barriers, room.met_barrier, room.around, room.near
        )
        for k in range(n_near):
            room.here[k] = k
        n_entries = _write_entries(
            x, y, found, n_found, pieces, edges.ahead, edges.back, legs, slanted,
            room.near, room.here, n_near, entry_edge[e:], entry_along[e:], entry_minutes[e:],
        )  # fmt: skip
        n_seeds = _write_seeds(
            e, e + n_entries, entry_edge, entry_along, entry_minutes, edges, graph, mark, room
        )
        seed_node = appended(seed_node, s, room.nodes, n_seeds)
        seed_minutes = grown(seed_minutes, s + n_seeds)
        for k in range(n_seeds):
            seed_minutes[s + k] = room.node_minutes[room.nodes[k]]
        piece_starts[point + 1], entry_starts[point + 1] = p + n_found, e + n_entries
        seed_starts[point + 1] = s + n_seeds
    n_pieces, n_entries, n_seeds = piece_starts[-1], entry_starts[-1], seed_starts[-1]
    return Points(
        xy, piece_starts, piece[:n_pieces],
        entry_starts, entry_edge[:n_entries], entry_along[:n_entries], entry_minutes[:n_entries],
        seed_starts, seed_node[:n_seeds], seed_minutes[:n_seeds],
    )  # fmt: skip
