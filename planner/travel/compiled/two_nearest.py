"""Compiled: the two nearest origins of every node and target."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import Lookup, Nearby, Points, Rows
from planner.travel.compiled.decorators import helper, kernel
from planner.travel.compiled.grid import ZERO
from planner.travel.compiled.heaps import pop_labelled, push_labelled
from planner.travel.compiled.near_walks import take_near_walks
from planner.travel.compiled.search import number_seeds


@helper
def search_two(
    rows: Rows, seed_node: Ints, seed_minutes: Floats, seed_label: Ints
) -> tuple[Floats, Ints]:
    """Return minutes and labels of the two nearest labels of every node, shapes (g, 2).

    A node is settled at most twice, by two labels; -1 and inf where fewer can come.
    """
    starts, neighbour, minutes = rows.starts, rows.neighbour, rows.minutes
    n_nodes = len(starts) - 1
    best = np.full((n_nodes, 2), np.inf)
    label = np.full((n_nodes, 2), -1, dtype=np.int64)
    count = np.zeros(n_nodes, dtype=np.int64)
    room = 4 * len(neighbour) + len(seed_node) + 1
    keys = np.empty(room)
    items = np.empty(room, dtype=np.int64)
    labels = np.empty(room, dtype=np.int64)
    size = ZERO
    for k in range(len(seed_node)):
        size = push_labelled(
            keys, items, labels, size, seed_minutes[k], seed_node[k], seed_label[k]
        )
    while size > 0:
        now, node, own = keys[0], items[0], labels[0]
        size = pop_labelled(keys, items, labels, size)
        if count[node] == 2 or (count[node] == 1 and label[node, 0] == own):
            continue
        best[node, count[node]] = now
        label[node, count[node]] = own
        count[node] += 1
        # Each settling pushes its edges once: 2 x edges x both directions is room enough.
        for k in range(starts[node], starts[node + 1]):
            other = neighbour[k]
            if count[other] < 2 and label[other, 0] != own:
                size = push_labelled(keys, items, labels, size, now + minutes[k], other, own)
    return best, label


@kernel
def find_second_nearest(
    rows: Rows, origin: Points, target: Points, lookup: Lookup, nearby: Nearby, nearest: Ints
) -> tuple[Floats, Ints]:
    """Return for each target the minutes to its nearest origin but `nearest`, and its number.

    All of shape (t,); `lookup` lists the targets; inf and -1 where no other origin can come.
    """
    node_best, node_label = search_two(
        rows, origin.seed_node, origin.seed_minutes, number_seeds(origin)
    )
    n_targets = len(target.xy)
    best = np.full(n_targets, np.inf)
    label = np.full(n_targets, -1, dtype=np.int64)
    for t in range(n_targets):
        for k in range(target.seed_starts[t], target.seed_starts[t + 1]):
            node = target.seed_node[k]
            # The nearest at a node may be the one left out: then the second stands in for it.
            for turn in range(2):
                other = node_label[node, turn]
                minutes = node_best[node, turn] + target.seed_minutes[k]
                if other >= 0 and other != nearest[t] and minutes < best[t]:
                    best[t] = minutes
                    label[t] = other
    own = np.full(n_targets, np.inf)
    touched = np.empty(n_targets, dtype=np.int64)
    met_piece = np.full(len(nearby.piece_ends), -1, dtype=np.int64)
    for o in range(len(origin.xy)):
        n_touched = take_near_walks(
            o, origin, target, lookup, nearby, met_piece, own, touched, ZERO
        )
        for k in range(n_touched):
            t = touched[k]
            if o != nearest[t] and own[t] < best[t]:
                best[t] = own[t]
                label[t] = o
            own[t] = np.inf
    return best, label


@kernel
def search_two_nearest(
    rows: Rows, seed_node: Ints, seed_minutes: Floats, seed_label: Ints
) -> tuple[Floats, Ints]:
    """Return minutes and labels of the two nearest labels of every node, shapes (g, 2).

    seed_node, seed_minutes, seed_label (k,) : where walks begin; of labels equally near the
    smaller comes first. -1 and inf where fewer can come.
    """
    return search_two(rows, seed_node, seed_minutes, seed_label)
