"""Compiled: shortest paths over the streets, from points to points."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import ByNode, Heap, Lookup, Nearby, Points, Rows
from planner.travel.compiled.decorators import builder, helper, kernel
from planner.travel.compiled.grid import ZERO
from planner.travel.compiled.growing import grown
from planner.travel.compiled.heaps import pop, push
from planner.travel.compiled.near_walks import improve, take_near_walks
from planner.travel.compiled.sorting import sort_first


@kernel
def search(
    rows: Rows,
    seed_node: Ints,
    seed_minutes: Floats,
    cutoff: float,
    best: Floats,
    came_from: Ints,
    reached: Ints,
    heap: Heap,
) -> int:
    """Spread from seeds (k,) over the streets up to and including the cutoff (Dijkstra 1959).

    `best` (g,) must be inf at every node and holds the minutes afterwards; `came_from` (g,) gets
    the node before, or -1 - k at a node that seed k starts. The nodes reached are written into
    `reached` (g,), nearest first; their number is returned.
    """
    starts, neighbour, minutes = rows.starts, rows.neighbour, rows.minutes
    keys, items = heap.minutes, heap.node
    size = ZERO
    for k in range(len(seed_node)):
        node = seed_node[k]
        if seed_minutes[k] <= cutoff and seed_minutes[k] < best[node]:
            best[node] = seed_minutes[k]
            came_from[node] = -1 - k
            size = push(keys, items, size, seed_minutes[k], node)
    n_reached = 0
    while size > 0:
        now, node = keys[0], items[0]
        size = pop(keys, items, size)
        # Keys in the heap are never lowered: what was reached sooner since is out of date.
        if now > best[node]:
            continue
        reached[n_reached] = node
        n_reached += 1
        for k in range(starts[node], starts[node + 1]):
            then = now + minutes[k]
            other = neighbour[k]
            if then < best[other] and then <= cutoff:
                best[other] = then
                came_from[other] = node
                size = push(keys, items, size, then, other)
    return n_reached


@kernel
def search_sooner(
    rows: Rows,
    seed_node: Ints,
    seed_minutes: Floats,
    known: Floats,
    best: Floats,
    reached: Ints,
    heap: Heap,
) -> int:
    """Spread from seeds (k,) to the nodes that they reach no later than is known, (g,) minutes.

    What is known must itself be minutes of walks on these rows, from other seeds: whoever comes
    too late at a node does so at all that follow. `best` (g,) must be inf at every node and holds
    the minutes afterwards; the nodes reached are written into `reached` (g,), nearest first; their
    number is returned.
    """
    starts, neighbour, minutes = rows.starts, rows.neighbour, rows.minutes
    keys, items = heap.minutes, heap.node
    size = ZERO
    for k in range(len(seed_node)):
        node = seed_node[k]
        if seed_minutes[k] <= known[node] and seed_minutes[k] < best[node]:
            best[node] = seed_minutes[k]
            size = push(keys, items, size, seed_minutes[k], node)
    n_reached = 0
    while size > 0:
        now, node = keys[0], items[0]
        size = pop(keys, items, size)
        if now > best[node]:
            continue
        reached[n_reached] = node
        n_reached += 1
        for k in range(starts[node], starts[node + 1]):
            then = now + minutes[k]
            other = neighbour[k]
            if then < best[other] and then <= known[other]:
                best[other] = then
                size = push(keys, items, size, then, other)
    return n_reached


@helper
def seed_nearest(
    best: Floats,
    label: Ints,
    keys: Floats,
    items: Ints,
    size: int,
    seed_node: Ints,
    seed_minutes: Floats,
    seed_label: Ints,
) -> int:
    """Let seeds (k,) improve their nodes, in place, and put these into the heap; return its size.

    best, label (g,) : minutes and label of each node; of equal minutes the smaller label wins.
    keys, items : the heap.
    """
    for k in range(len(seed_node)):
        node = seed_node[k]
        tie = seed_minutes[k] == best[node] and seed_label[k] < label[node]
        if seed_minutes[k] < best[node] or tie:
            best[node] = seed_minutes[k]
            label[node] = seed_label[k]
            size = push(keys, items, size, seed_minutes[k], node)
    return size


@builder
def spread_nearest(
    rows: Rows, best: Floats, label: Ints, keys: Floats, items: Ints, size: int
) -> None:
    """Let what the heap holds improve its surroundings, in place; of equals the smaller label.

    best, label (g,) : minutes and label of each node; keys, items : the heap, which may grow.
    """
    starts, neighbour, minutes = rows.starts, rows.neighbour, rows.minutes
    while size > 0:
        now, node = keys[0], items[0]
        size = pop(keys, items, size)
        if now > best[node]:
            continue
        for k in range(starts[node], starts[node + 1]):
            then = now + minutes[k]
            other = neighbour[k]
            tie = then == best[other] and label[node] < label[other]
            if then < best[other] or tie:
                best[other] = then
                label[other] = label[node]
                if size == len(keys):  # ties can push a node more often than it has edges
                    keys = grown(keys, 2 * size)
                    items = grown(items, 2 * size)
                size = push(keys, items, size, then, other)


@kernel
def search_nearest(
    rows: Rows, seed_node: Ints, seed_minutes: Floats, seed_label: Ints
) -> tuple[Floats, Ints]:
    """Return for every node the minutes to the nearest seed (k,) and that seed's label, (g,) each.

    Of labels equally near the smallest wins; -1 and inf where no seed can come.
    """
    n_nodes = len(rows.starts) - 1
    best = np.full(n_nodes, np.inf)
    label = np.full(n_nodes, -1, dtype=np.int64)
    # Room for two entries a step and for all seeds: the heap grows only where ties need more.
    keys = np.empty(2 * len(rows.neighbour) + len(seed_node) + 1)
    items = np.empty(len(keys), dtype=np.int64)
    size = seed_nearest(best, label, keys, items, ZERO, seed_node, seed_minutes, seed_label)
    spread_nearest(rows, best, label, keys, items, size)
    return best, label


@kernel
def take_sooner(minutes: Floats, label: Ints, target: Ints, walk: Floats, number: Ints) -> None:
    """Let walks (k,) improve the nearest of their targets, in place; of equals the smaller number.

    minutes, label (t,) : to each target, and the number of the origin.
    target, walk, number (k,) : where each walk ends, its minutes, and the number it starts from.
    """
    for k in range(len(target)):
        t = target[k]
        if walk[k] < minutes[t] or (walk[k] == minutes[t] and number[k] < label[t]):
            minutes[t] = walk[k]
            label[t] = number[k]


@kernel
def targets_from_nodes(node_best: Floats, node_label: Ints, target: Points) -> tuple[Floats, Ints]:
    """Return for each target the fewest minutes over a node, and that node's label, (t,) each.

    node_best, node_label (g,) : minutes and label of each node.
    """
    n_targets = len(target.xy)
    best = np.full(n_targets, np.inf)
    label = np.full(n_targets, -1, dtype=np.int64)
    for t in range(n_targets):
        for k in range(target.seed_starts[t], target.seed_starts[t + 1]):
            node = target.seed_node[k]
            minutes = node_best[node] + target.seed_minutes[k]
            tie = minutes == best[t] and minutes < np.inf and node_label[node] < label[t]
            if minutes < best[t] or tie:
                best[t] = minutes
                label[t] = node_label[node]
    return best, label


@kernel
def number_seeds(points: Points) -> Ints:
    """Return which point each seed belongs to."""
    number = np.empty(len(points.seed_node), dtype=np.int64)
    for point in range(len(points.xy)):
        for k in range(points.seed_starts[point], points.seed_starts[point + 1]):
            number[k] = point
    return number


@kernel
def find_nearest(
    rows: Rows, origin: Points, target: Points, lookup: Lookup, nearby: Nearby
) -> tuple[Floats, Ints]:
    """Return for each target the minutes to its nearest origin and that origin's number, (t,) each.

    `lookup` lists the targets; inf and -1 where no origin can come.
    """
    node_best, node_label = search_nearest(
        rows, origin.seed_node, origin.seed_minutes, number_seeds(origin)
    )
    best, label = targets_from_nodes(node_best, node_label, target)
    n_targets = len(target.xy)
    own = np.full(n_targets, np.inf)
    touched = np.empty(n_targets, dtype=np.int64)
    met_piece = np.full(len(nearby.piece_ends), -1, dtype=np.int64)
    for o in range(len(origin.xy)):
        n_touched = take_near_walks(
            o, origin, target, lookup, nearby, met_piece, own, touched, ZERO
        )
        for k in range(n_touched):
            t = touched[k]
            if own[t] < best[t] or (own[t] == best[t] and o < label[t]):
                best[t] = own[t]
                label[t] = o
            # Only what this origin touched is cleared, not all targets for each origin.
            own[t] = np.inf
    return best, label


@helper
def _walk_from_nodes(
    nodes: Ints, node_best: Floats, by_node: ByNode, best: Floats, touched: Ints
) -> int:
    """Improve `best` (t,) by the walks over some nodes; return how many targets are touched.

    node_best (g,) : minutes to the nodes, left as a search needs it: inf.
    """
    n_touched = ZERO
    for node in nodes:
        for k in range(by_node.starts[node], by_node.starts[node + 1]):
            time = node_best[node] + by_node.minutes[k]
            n_touched = improve(by_node.point[k], time, best, touched, n_touched)
        node_best[node] = np.inf
    return n_touched


@kernel
def find_reached(
    rows: Rows,
    origin: Points,
    target: Points,
    lookup: Lookup,
    nearby: Nearby,
    cutoff: float,
    first: int,
    last: int,
) -> tuple[Ints, Ints, Floats]:
    """Search from the origins first..last up to and including the cutoff, minutes.

    Returns the number of targets each origin reaches (last - first,), and those targets with their
    minutes, in the order of the origins and, within one, of the targets.
    """
    n_nodes, n_targets = len(rows.starts) - 1, len(target.xy)
    node_best = np.full(n_nodes, np.inf)
    came_from = np.empty(n_nodes, dtype=np.int64)
    reached = np.empty(n_nodes, dtype=np.int64)
    size = len(rows.neighbour) + len(origin.seed_node) + 1
    heap = Heap(np.empty(size), np.empty(size, dtype=np.int64))
    best = np.full(n_targets, np.inf)
    touched = np.empty(n_targets, dtype=np.int64)
    met_piece = np.full(len(nearby.piece_ends), -1, dtype=np.int64)
    counts = np.zeros(last - first, dtype=np.int64)
    targets = np.empty(1024, dtype=np.int64)
    minutes = np.empty(1024)
    n = 0
    for o in range(first, last):
        seeds = slice(origin.seed_starts[o], origin.seed_starts[o + 1])
        n_reached = search(
            rows, origin.seed_node[seeds], origin.seed_minutes[seeds], cutoff, node_best, came_from,
            reached, heap,
        )  # fmt: skip
        n_touched = _walk_from_nodes(reached[:n_reached], node_best, lookup.by_node, best, touched)
        n_touched = take_near_walks(
            o, origin, target, lookup, nearby, met_piece, best, touched, n_touched
        )
        sort_first(touched, n_touched)
        targets = grown(targets, n + n_touched)
        minutes = grown(minutes, n + n_touched)
        for k in range(n_touched):
            t = touched[k]
            # The search knows the cutoff at nodes alone: legs and near walks may go beyond it.
            if best[t] <= cutoff:
                targets[n] = t
                minutes[n] = best[t]
                n += 1
                counts[o - first] += 1
            best[t] = np.inf
    return counts, targets[:n], minutes[:n]
