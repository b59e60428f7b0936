"""Compiled: the spans of streets walked within a cutoff, as metres along each edge."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.along_edges import Entries, Envelope, write_minutes_along
from planner.travel.compiled.arrays import Edges, Legs, Pieces, Points, SearchGraph
from planner.travel.compiled.barriers import is_clear
from planner.travel.compiled.decorators import builder, helper, kernel
from planner.travel.compiled.grid import ZERO
from planner.travel.compiled.growing import grown
from planner.travel.compiled.pieces import chord
from planner.travel.compiled.reached_parts import Scratch
from planner.travel.compiled.search import search

#: A leg's part of a street is tried for barriers in so many pieces.
_STEPS = 16


class WalkedStreets(NamedTuple):
    """The streets, as spans are cut out of them."""

    graph: SearchGraph
    edges: Edges
    pieces: Pieces
    legs: Legs


class Spans(NamedTuple):
    """Parts of edges: edge, metres from its node u where it begins and ends, (s,) each."""

    edge: Ints
    low_m: Floats
    high_m: Floats


@builder
def _add_span(spans: Spans, n: int, edge: int, low_m: float, high_m: float) -> tuple[Spans, int]:
    """Add a part of an edge; return the spans, which may have grown, and how many there are."""
    if high_m <= low_m:
        return spans, n
    if n == len(spans.edge):
        room = 2 * n
        spans = Spans(grown(spans.edge, room), grown(spans.low_m, room), grown(spans.high_m, room))
    spans.edge[n], spans.low_m[n], spans.high_m[n] = edge, low_m, high_m
    return spans, n + 1


@helper
def _add_between_knots(
    edge: int, n_knots: int, room: Envelope, cutoff: float, spans: Spans, n: int
) -> tuple[Spans, int]:
    """Add what is reached between the knots of one edge: minutes are linear between them."""
    at, minutes = room.knot_at, room.knot_minutes
    for k in range(n_knots - 1):
        low, high, first, last = at[k], at[k + 1], minutes[k], minutes[k + 1]
        if min(first, last) > cutoff:
            continue
        width = high - low
        if last > cutoff:
            high = low + width * (cutoff - first) / (last - first) if last < np.inf else low
        elif first > cutoff:
            low = high - width * (cutoff - last) / (first - last) if first < np.inf else high
        spans, n = _add_span(spans, n, edge, low, high)
    return spans, n


@helper
def _add_straight(
    x: float, y: float, piece: int, streets: WalkedStreets, cutoff: float, spans: Spans, n: int
) -> tuple[Spans, int]:
    """Add the part of a piece of street that one walks to straight from a place (metres)."""
    pieces, legs = streets.pieces, streets.legs
    foot, height, low, high, length = chord(x, y, pieces.ends, piece, legs.limit_m)
    reach = cutoff / legs.pace
    if reach < height or length == 0:
        return spans, n
    wide = np.sqrt(reach * reach - height * height)
    low, high = max(low, foot - wide), min(high, foot + wide)
    if high <= low:
        return spans, n
    step = (high - low) / _STEPS
    for k in range(_STEPS):
        share = (low + (k + 0.5) * step) / length
        to_x = pieces.ends[piece, 0] + share * (pieces.ends[piece, 2] - pieces.ends[piece, 0])
        to_y = pieces.ends[piece, 1] + share * (pieces.ends[piece, 3] - pieces.ends[piece, 1])
        if is_clear(x, y, to_x, to_y, legs.barriers):
            start = pieces.along_m[piece] + low + k * step
            spans, n = _add_span(spans, n, pieces.edge[piece], start, start + step)
    return spans, n


@kernel
def find_walked_spans(
    streets: WalkedStreets, place: Points, entries: Entries, cutoff: float, scratch: Scratch
) -> Spans:
    """Return the parts of streets reached within the cutoff from one place; they may overlap.

    Parameters
    ----------
    place, entries
        Where it starts from, one point; the entries are its, sorted by edge, then along it.
    cutoff
        Minutes.
    scratch
        Working arrays; left as the next search needs them.
    """
    graph, edges = streets.graph, streets.edges
    starts, edge_of, best, done = graph.rows.starts, graph.edge, scratch.best, scratch.done
    n_reached = search(
        graph.rows, place.seed_node, place.seed_minutes, cutoff, best, scratch.came_from,
        scratch.reached, scratch.heap,
    )  # fmt: skip
    spans = Spans(np.empty(1024, dtype=np.int64), np.empty(1024), np.empty(1024))
    n, k = ZERO, ZERO
    while k < len(entries.edge):
        e = entries.edge[k]
        last = k
        while last < len(entries.edge) and entries.edge[last] == e:
            last += 1
        done[e] = True
        knots = write_minutes_along(e, k, last, entries, edges, graph.inner, best, scratch.envelope)
        spans, n = _add_between_knots(e, knots, scratch.envelope, cutoff, spans, n)
        k = last
    for turn in range(n_reached):
        node = scratch.reached[turn]
        for j in range(starts[node], starts[node + 1]):
            e = edge_of[j]
            if e < 0 or done[e]:  # a step through a gate is no street
                continue
            done[e] = True
            knots = write_minutes_along(
                e, ZERO, ZERO, entries, edges, graph.inner, best, scratch.envelope
            )
            spans, n = _add_between_knots(e, knots, scratch.envelope, cutoff, spans, n)
    x, y = place.xy[0]
    for j in range(len(place.piece)):
        spans, n = _add_straight(x, y, place.piece[j], streets, cutoff, spans, n)
    for turn in range(n_reached):
        node = scratch.reached[turn]
        best[node] = np.inf
        for j in range(starts[node], starts[node + 1]):
            if edge_of[j] >= 0:
                done[edge_of[j]] = False
    for k in range(len(entries.edge)):
        done[entries.edge[k]] = False
    return Spans(spans.edge[:n], spans.low_m[:n], spans.high_m[:n])
