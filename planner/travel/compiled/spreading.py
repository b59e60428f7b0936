"""Compiled: a search that goes on from what is known of the nodes, and can be taken back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import ByNode, Heap, Rows
from planner.travel.compiled.decorators import builder, helper
from planner.travel.compiled.heaps import pop, push
from planner.travel.compiled.opening_tables import Nearest


class Gate(NamedTuple):
    """One opened gate: its nodes of the search graph (-1: none) and the minutes to pass it."""

    public: int
    leaving: int
    entering: int
    minutes: float


class Spread(NamedTuple):
    """What is known of the nodes, and what an opening changes of it until it is taken back.

    node, minutes, label : the nodes changed and what they were, the first n_changed[0] of (g,).
    opening (1,) : the one that is looked at; changed_by (g,) : the last that changed each node.
    heap : nodes to go on from, heap_size[0] of them; cutoff : minutes.
    """

    nearest: Nearest
    node: Ints
    minutes: Floats
    label: Ints
    changed_by: Ints
    opening: Ints
    n_changed: Ints
    heap_size: Ints
    heap: Heap
    cutoff: float


class Gained(NamedTuple):
    """The t targets that one opening brings within the cutoff.

    before (t,) : minutes without it; minutes, label (t,) : by it, inf where it brings nobody.
    target (t,) : those it brings, n_targets[0] of them.
    """

    before: Floats
    minutes: Floats
    label: Ints
    target: Ints
    n_targets: Ints


@builder
def prepare_spread(nearest: Nearest, cutoff: float, heap_size: int) -> Spread:
    """Make the working arrays of a search that goes on from what is known of the nodes."""
    n_nodes = len(nearest.minutes)
    return Spread(
        # Copies: several threads try openings of the same streets at once.
        Nearest(nearest.minutes.copy(), nearest.label.copy()),
        np.empty(n_nodes, dtype=np.int64),
        np.empty(n_nodes),
        np.empty(n_nodes, dtype=np.int64),
        np.full(n_nodes, -1, dtype=np.int64),
        # What is counted on stands in arrays of one value: a named tuple cannot be changed.
        np.zeros(1, dtype=np.int64),
        np.zeros(1, dtype=np.int64),
        np.zeros(1, dtype=np.int64),
        Heap(np.empty(heap_size), np.empty(heap_size, dtype=np.int64)),
        cutoff,
    )


@builder
def prepare_gained(before: Floats) -> Gained:
    """Make the working arrays of what an opening brings, by the minutes (t,) without any."""
    n_targets = len(before)
    return Gained(
        before,
        np.full(n_targets, np.inf),
        np.empty(n_targets, dtype=np.int64),
        np.empty(n_targets, dtype=np.int64),
        np.zeros(1, dtype=np.int64),
    )


@helper
def improve_node(node: int, time: float, whose: int, spread: Spread) -> None:
    """Note that a node is reached sooner, and what it was before."""
    best, label, n_changed = spread.nearest.minutes, spread.nearest.label, spread.n_changed
    if time >= best[node] or time > spread.cutoff:
        return
    # Only the first change is noted: what it overwrites is what is to be taken back.
    if spread.changed_by[node] != spread.opening[0]:
        spread.changed_by[node] = spread.opening[0]
        n = n_changed[0]
        spread.node[n], spread.minutes[n], spread.label[n] = node, best[node], label[node]
        n_changed[0] = n + 1
    best[node], label[node] = time, whose
    heap, size = spread.heap, spread.heap_size
    size[0] = push(heap.minutes, heap.node, size[0], time, node)


@helper
def reach_target(t: int, time: float, whose: int, gained: Gained, cutoff: float) -> None:
    """Note a target that comes within the cutoff and was not."""
    if time > cutoff or gained.before[t] <= cutoff or time >= gained.minutes[t]:
        return
    if gained.minutes[t] == np.inf:
        gained.target[gained.n_targets[0]] = t
        gained.n_targets[0] += 1
    gained.minutes[t], gained.label[t] = time, whose


@helper
def pass_gate(gate: Gate, spread: Spread) -> None:
    """Let everybody through a gate both ways."""
    best, label = spread.nearest.minutes, spread.nearest.label
    public, step = gate.public, gate.minutes
    # Those inside walk out first: if that reaches the street sooner, others walk in sooner as well.
    for layer in (gate.leaving, gate.entering):
        improve_node(public, best[layer] + step, label[layer], spread)
    for layer in (gate.leaving, gate.entering):
        improve_node(layer, best[public] + step, label[public], spread)


@helper
def spread_on(rows: Rows, by_node: ByNode, gate: Gate, spread: Spread, gained: Gained) -> None:
    """Let the nodes that are reached sooner improve their surroundings up to the cutoff.

    `by_node` lists the targets; `gate` is the one that is open.
    """
    heap, size = spread.heap, spread.heap_size
    best, label = spread.nearest.minutes, spread.nearest.label
    while size[0] > 0:
        now, node = heap.minutes[0], heap.node[0]
        size[0] = pop(heap.minutes, heap.node, size[0])
        if now > best[node]:
            continue
        for k in range(by_node.starts[node], by_node.starts[node + 1]):
            time = now + by_node.minutes[k]
            reach_target(by_node.point[k], time, label[node], gained, spread.cutoff)
        for k in range(rows.starts[node], rows.starts[node + 1]):
            improve_node(rows.neighbour[k], now + rows.minutes[k], label[node], spread)
        # The steps through an opened gate are no rows of the graph.
        if node == gate.public or node == gate.leaving or node == gate.entering:
            pass_gate(gate, spread)


@helper
def take_back(spread: Spread) -> None:
    """Leave the nodes as they were before the opening."""
    nearest = spread.nearest
    for k in range(spread.n_changed[0]):
        node = spread.node[k]
        nearest.minutes[node], nearest.label[node] = spread.minutes[k], spread.label[k]
