"""Compiled: the street points reached from one place, as straight parts with linear minutes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.crs.array_types import Flags, Floats, Ints
from planner.travel.compiled.along_edges import Entries, Envelope, write_minutes_along
from planner.travel.compiled.arrays import Edges, Heap, Legs, Points, SearchGraph
from planner.travel.compiled.decorators import builder, helper, kernel
from planner.travel.compiled.grid import ZERO
from planner.travel.compiled.part_rows import (
    IS_END1,
    IS_END2,
    LINE,
    MINUTES1,
    MINUTES2,
    OWNER,
    SAME_M,
    WIDTH,
    X1,
    X2,
    Y1,
    Y2,
    add_point,
    enlarge,
)
from planner.travel.compiled.pieces import chord
from planner.travel.compiled.search import search
from planner.travel.compiled.sorting import find_first
from planner.travel.compiled.straight_parts import add_straight_parts, most_straight_parts


class Shapes(NamedTuple):
    """Where the edges run, as polylines, ragged over the m edges.

    coords (v, 2) : their vertices, metres; offsets (m + 1,) : where each edge's begin.
    elevated (m,) : whether an edge is a bridge, a tunnel, or on another level.
    line (v,) : the number of the straight line from a vertex to the next, which `Beside` lists the
        barriers of, or OPEN where none is near.
    """

    coords: Floats
    offsets: Ints
    elevated: Flags
    line: Ints


class Stops(NamedTuple):
    """Where elevated edges come to the ground: node, x, y (metres) and edge, (s,) each."""

    node: Ints
    x: Floats
    y: Floats
    edge: Ints


class Drawable(NamedTuple):
    """What every isochrone of some streets reads.

    tile (g,) : square in which each node lies: what is drawn one after another lies together.
    pieces (p, 4) : ends of the straight pieces, metres; piece_edge (p,) : their edges;
    piece_along (p,) : where on these they begin, metres from u.
    piece_line (p,) : as `line` of `Shapes`, of each piece; UNLISTED at the ends of bridges.
    """

    graph: SearchGraph
    edges: Edges
    shapes: Shapes
    stops: Stops
    tile: Ints
    pieces: Floats
    piece_edge: Ints
    piece_along: Floats
    piece_line: Ints
    legs: Legs


class Scratch(NamedTuple):
    """Working arrays of `find_reached_parts`, to be used again by one thread.

    best (g,) : inf between two calls; came_from, reached (g,) : as `search` takes them.
    done (m,) : False between two calls.
    """

    best: Floats
    came_from: Ints
    reached: Ints
    heap: Heap
    done: Flags
    envelope: Envelope


@kernel
def make_scratch(n_nodes: int, n_edges: int, n_entries: int) -> Scratch:
    """Make working arrays for so many nodes of the search graph, edges, and entries at most."""
    size = 4 * n_edges + 2 * n_nodes + n_entries + 1
    return Scratch(
        np.full(n_nodes, np.inf),
        np.empty(n_nodes, dtype=np.int64),
        np.empty(n_nodes, dtype=np.int64),
        Heap(np.empty(size), np.empty(size, dtype=np.int64)),
        np.zeros(n_edges, dtype=np.bool_),
        Envelope(
            np.empty(n_entries + 2),  # both ends are sources as well
            np.empty(n_entries + 2),
            np.empty(2 * n_entries + 4),  # between two sources minutes bend once at most
            np.empty(2 * n_entries + 4),
        ),
    )


@helper
def _add_edge(
    shapes: Shapes,
    e: int,
    n_knots: int,
    room: Envelope,
    cutoff: float,
    owner: int,
    parts: Floats,
    n: int,
) -> int:
    """Add the parts of edge e, cut at its vertices and its knots, of which `room` holds so many.

    parts (c, WIDTH) : with room for as many as it has vertices and knots. Returns how many there
    are now.
    """
    coords, line = shapes.coords, shapes.line
    knot_at, knot_minutes = room.knot_at, room.knot_minutes
    start = 0.0
    knot = 0
    for k in range(shapes.offsets[e], shapes.offsets[e + 1] - 1):
        x1, y1, x2, y2 = coords[k, 0], coords[k, 1], coords[k + 1, 0], coords[k + 1, 1]
        length = np.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2)
        end = start + length
        if length == 0:
            continue
        at = start
        while at < end:
            while knot < n_knots - 2 and knot_at[knot + 1] <= at + SAME_M:
                knot += 1
            low, high = knot_at[knot], knot_at[knot + 1]
            # The last knot may lie a rounding error before the end: the loop would go on for ever.
            stop = end if knot == n_knots - 2 or high >= end - SAME_M else high
            width = high - low
            slope = 0.0
            if width > 0 and knot_minutes[knot] < np.inf:
                slope = (knot_minutes[knot + 1] - knot_minutes[knot]) / width
            t1 = knot_minutes[knot] + (at - low) * slope
            t2 = knot_minutes[knot] + (stop - low) * slope
            if min(t1, t2) <= cutoff:
                p, q = (at - start) / length, (stop - start) / length
                parts[n, X1], parts[n, Y1] = x1 + p * (x2 - x1), y1 + p * (y2 - y1)
                parts[n, MINUTES1] = t1
                parts[n, X2], parts[n, Y2] = x1 + q * (x2 - x1), y1 + q * (y2 - y1)
                parts[n, MINUTES2] = t2
                parts[n, OWNER] = owner
                parts[n, IS_END1], parts[n, IS_END2] = at == start, stop == end
                parts[n, LINE] = line[k]
                n += 1
            at = stop
        start = end
    return n


@builder
def _sort_by_tile(nodes: Ints, n: int, tile: Ints, room: Ints) -> None:
    """Sort the first n nodes by tile, in place; those of one tile keep their order.

    nodes, tile, room (g,) : the room is written to.
    """
    last = ZERO
    for k in range(n):
        last = max(last, tile[nodes[k]])
    starts = np.zeros(last + 2, dtype=np.int64)
    for k in range(n):
        starts[tile[nodes[k]] + 1] += 1
    for k in range(1, len(starts)):
        starts[k] += starts[k - 1]
    for k in range(n):
        at = tile[nodes[k]]
        room[starts[at]] = nodes[k]
        starts[at] += 1
    for k in range(n):
        nodes[k] = room[k]


@helper
def _add_stops(
    stops: Stops, owner: Ints, best: Floats, inner: int, cutoff: float, parts: Floats, n: int
) -> int:
    """Add the dead ends of elevated edges reached (best (g,): minutes), as `_add_edge` does.

    parts (c, WIDTH) : with room for as many as there are stops. Returns how many there are now.
    """
    for k in range(len(stops.node)):
        node, whose = stops.node[k], owner[stops.edge[k]]
        time = best[node]
        if whose >= 0:
            time = min(time, best[node + inner])
        if time <= cutoff:
            n = add_point(stops.x[k], stops.y[k], time, float(whose), parts, n)
    return n


@helper
def _is_reached_by(time: float, low: float, high: float, n_knots: int, room: Envelope) -> bool:
    """Tell whether all of an edge from low to high (metres from u) is reached by a time, minutes.

    room : holds so many knots of the edge.
    """
    knot_at, knot_minutes = room.knot_at, room.knot_minutes
    for k in range(n_knots - 1):
        start, end = max(knot_at[k], low), min(knot_at[k + 1], high)
        if start > end:
            continue
        if knot_minutes[k] > time and knot_minutes[k + 1] > time:
            return False
        width = knot_at[k + 1] - knot_at[k]
        slope = (knot_minutes[k + 1] - knot_minutes[k]) / width if width > 0 else 0.0
        for at in (start, end):
            # Written so that what is not a number, beside a knot out of reach, is no time.
            if not knot_minutes[k] + (at - knot_at[k]) * slope <= time:
                return False
    return True


@builder
def _add_places(
    places: Points,
    entries: Entries,
    soonest: float,
    drawable: Drawable,
    scratch: Scratch,
    parts: Floats,
    n: int,
) -> tuple[Floats, int]:
    """Add the places themselves and the streets straight from them, unless these are in time.

    soonest : minutes; what is reached by then along the streets needs no straight walk.
    """
    legs, edges, inner = drawable.legs, drawable.edges, drawable.graph.inner
    best, envelope = scratch.best, scratch.envelope
    for place in range(len(places.xy)):
        x, y = places.xy[place]
        if n + 1 > len(parts):
            parts = enlarge(parts, n, 1)
        n = add_point(x, y, 0.0, -1.0, parts, n)
        if soonest >= 1.5 * legs.limit_m * legs.pace:
            continue
        for j in range(places.piece_starts[place], places.piece_starts[place + 1]):
            piece = places.piece[j]
            e, along = drawable.piece_edge[piece], drawable.piece_along[piece]
            first = find_first(entries.edge, e)
            last = first
            while last < len(entries.edge) and entries.edge[last] == e:
                last += 1
            _, _, low, high, _ = chord(x, y, drawable.pieces, piece, legs.limit_m)
            n_knots = write_minutes_along(e, first, last, entries, edges, inner, best, envelope)
            if _is_reached_by(soonest, along + low, along + high, n_knots, envelope):
                continue
            most = most_straight_parts(high - low)
            if n + most > len(parts):
                parts = enlarge(parts, n, most)
            n = add_straight_parts(
                x, y, drawable.pieces, piece, edges.owner[e], drawable.piece_line[piece], legs,
                parts, n,
            )  # fmt: skip
    return parts, n


@builder
def _add_entered_edges(
    drawable: Drawable, entries: Entries, cutoff: float, scratch: Scratch, parts: Floats
) -> tuple[Floats, int]:
    """Add the edges that the places enter; done at once, they are marked."""
    edges, owner, inner = drawable.edges, drawable.edges.owner, drawable.graph.inner
    shapes, offsets, elevated = drawable.shapes, drawable.shapes.offsets, drawable.shapes.elevated
    best, done, envelope, edge_of = scratch.best, scratch.done, scratch.envelope, entries.edge
    n = ZERO
    k = ZERO
    while k < len(edge_of):
        e = edge_of[k]
        last = k
        while last < len(edge_of) and edge_of[last] == e:
            last += 1
        if not elevated[e]:
            done[e] = True
            n_knots = write_minutes_along(e, k, last, entries, edges, inner, best, envelope)
            most = offsets[e + 1] - offsets[e] + n_knots
            if n + most > len(parts):
                parts = enlarge(parts, n, most)
            n = _add_edge(shapes, e, n_knots, envelope, cutoff, owner[e], parts, n)
        k = last
    return parts, n


@helper
def _add_reached_edges(
    drawable: Drawable,
    entries: Entries,
    first: int,
    n_reached: int,
    cutoff: float,
    scratch: Scratch,
    parts: Floats,
    n: int,
) -> tuple[int, int, int]:
    """Add the edges at the reached nodes first..n_reached that are not added yet.

    As `_add_edge` does, until `parts` is full. Returns how many parts there are now, the node to go
    on from (n_reached when all are added), and how many more parts need room first (then 0).
    """
    edges, owner, inner = drawable.edges, drawable.edges.owner, drawable.graph.inner
    starts, edge_of = drawable.graph.rows.starts, drawable.graph.edge
    shapes, offsets, elevated = drawable.shapes, drawable.shapes.offsets, drawable.shapes.elevated
    best, done, envelope, reached = scratch.best, scratch.done, scratch.envelope, scratch.reached
    for k in range(first, n_reached):
        node = reached[k]
        for j in range(starts[node], starts[node + 1]):
            e = edge_of[j]
            if e < 0 or done[e] or elevated[e]:  # a step through a gate is no street
                continue
            n_knots = write_minutes_along(e, ZERO, ZERO, entries, edges, inner, best, envelope)
            most = offsets[e + 1] - offsets[e] + n_knots
            if n + most > len(parts):
                return n, k, most
            done[e] = True
            n = _add_edge(shapes, e, n_knots, envelope, cutoff, owner[e], parts, n)
    return n, n_reached, 0


@helper
def _clean(graph: SearchGraph, n_reached: int, entries: Entries, scratch: Scratch) -> None:
    """Leave the working arrays as the next search needs them."""
    starts, edge_of, best, done = graph.rows.starts, graph.edge, scratch.best, scratch.done
    for k in range(n_reached):
        node = scratch.reached[k]
        best[node] = np.inf
        for j in range(starts[node], starts[node + 1]):
            if edge_of[j] >= 0:
                done[edge_of[j]] = False
    for k in range(len(entries.edge)):
        done[entries.edge[k]] = False


@kernel
def find_reached_parts(
    drawable: Drawable, places: Points, entries: Entries, cutoffs: Floats, scratch: Scratch
) -> Floats:
    """Return the street points reached within the last cutoff from a set of places.

    Parameters
    ----------
    places, entries
        Where it starts from; the entries are those of the places, sorted.
    cutoffs : (b,)
        Minutes, ascending.

    Returns
    -------
    array (c, WIDTH)
        Straight parts of streets, columns as described beside WIDTH.
    """
    graph, edges, legs, cutoff = drawable.graph, drawable.edges, drawable.legs, cutoffs[-1]
    n_reached = search(
        graph.rows, places.seed_node, places.seed_minutes, cutoff, scratch.best, scratch.came_from,
        scratch.reached, scratch.heap,
    )  # fmt: skip
    # Tile by tile, the near ones first: what is drawn one after another lies together in memory.
    _sort_by_tile(scratch.reached, n_reached, drawable.tile, scratch.came_from)
    parts = np.empty((4096 + len(drawable.stops.node), WIDTH))
    parts, n = _add_entered_edges(drawable, entries, cutoff, scratch, parts)
    first, more = ZERO, ZERO
    while first < n_reached:
        if more > 0:
            parts = enlarge(parts, n, more)
        n, first, more = _add_reached_edges(
            drawable, entries, first, n_reached, cutoff, scratch, parts, n
        )
    if n + len(drawable.stops.node) > len(parts):
        parts = enlarge(parts, n, len(drawable.stops.node))
    n = _add_stops(drawable.stops, edges.owner, scratch.best, graph.inner, cutoff, parts, n)
    # Entries stand for the streets near a place. Where these leave less than the longest leg for
    # the shortest cutoff, streets are drawn straight too.
    soonest = cutoffs[0] - legs.limit_m * legs.pace
    parts, n = _add_places(places, entries, soonest, drawable, scratch, parts, n)
    _clean(graph, n_reached, entries, scratch)
    return parts[:n]
