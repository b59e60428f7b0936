"""Compiled: the k nearest origins of every node and target."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import Lookup, Nearby, Points, Rows
from planner.travel.compiled.decorators import builder, helper, kernel
from planner.travel.compiled.grid import ZERO
from planner.travel.compiled.growing import grown
from planner.travel.compiled.heaps import pop_labelled, push_labelled
from planner.travel.compiled.near_walks import take_near_walks
from planner.travel.compiled.search import number_seeds


@helper
def _comes_before(minutes: float, label: int, other_minutes: float, other_label: int) -> bool:
    """Tell whether one entry stands before another: sooner, or as soon with a smaller label."""
    return minutes < other_minutes or (minutes == other_minutes and label < other_label)


@helper
def _insert(minutes: float, label: int, best: Floats, labels: Ints) -> bool:
    """Put an entry into its place in a sorted list; tell whether it is among the k best now.

    best, labels (k,) : the list, inf and -1 where it is not full; a label stands in it once.
    """
    most = len(best)
    last = most - 1
    # An empty place has the label -1, so it is told by its minutes.
    if minutes == np.inf:
        return False
    at = most
    for place in range(most):
        if labels[place] == label:
            if minutes >= best[place]:
                return False
            at = place
            break
        if best[place] == np.inf:
            at = place
            break
    if at == most:
        if not _comes_before(minutes, label, best[last], labels[last]):
            return False
        at = last
    while at > 0 and _comes_before(minutes, label, best[at - 1], labels[at - 1]):
        best[at], labels[at] = best[at - 1], labels[at - 1]
        at -= 1
    best[at], labels[at] = minutes, label
    return True


@builder
def _search_k(
    rows: Rows, seed_node: Ints, seed_minutes: Floats, seed_label: Ints, k: int
) -> tuple[Floats, Ints]:
    """Return minutes and labels of the k nearest labels of every node, shapes (g, k).

    Sorted by minutes, of equals by label; inf and -1 where fewer can come.
    """
    starts, neighbour, minutes = rows.starts, rows.neighbour, rows.minutes
    n_nodes = len(starts) - 1
    best = np.full((n_nodes, k), np.inf)
    label = np.full((n_nodes, k), -1, dtype=np.int64)
    keys = np.empty(2 * len(neighbour) + len(seed_node) + 1)
    items = np.empty(len(keys), dtype=np.int64)
    labels = np.empty(len(keys), dtype=np.int64)
    size = ZERO
    for seed in range(len(seed_node)):
        node, own, now = seed_node[seed], seed_label[seed], seed_minutes[seed]
        if _insert(now, own, best[node], label[node]):
            size = push_labelled(keys, items, labels, size, now, node, own)
    while size > 0:
        now, node, own = keys[0], items[0], labels[0]
        size = pop_labelled(keys, items, labels, size)
        # What was pushed out of the list, or improved, since is out of date.
        current = False
        for place in range(k):
            if label[node, place] == own:
                current = best[node, place] == now
                break
        if not current:
            continue
        for row in range(starts[node], starts[node + 1]):
            then, other = now + minutes[row], neighbour[row]
            if _insert(then, own, best[other], label[other]):
                if size == len(keys):
                    keys = grown(keys, 2 * size)
                    items = grown(items, 2 * size)
                    labels = grown(labels, 2 * size)
                size = push_labelled(keys, items, labels, size, then, other, own)
    return best, label


@kernel
def find_k_nearest(
    rows: Rows, origin: Points, target: Points, lookup: Lookup, nearby: Nearby, k: int
) -> tuple[Floats, Ints]:
    """Return for each target the minutes to its k nearest origins and their numbers, (t, k) each.

    Sorted by minutes, of equals by number; `lookup` lists the targets; inf and -1 where fewer can
    come.
    """
    node_best, node_label = _search_k(
        rows, origin.seed_node, origin.seed_minutes, number_seeds(origin), k
    )
    n_targets = len(target.xy)
    best = np.full((n_targets, k), np.inf)
    label = np.full((n_targets, k), -1, dtype=np.int64)
    for t in range(n_targets):
        for seed in range(target.seed_starts[t], target.seed_starts[t + 1]):
            node = target.seed_node[seed]
            for place in range(k):
                minutes = node_best[node, place] + target.seed_minutes[seed]
                if minutes == np.inf:
                    break
                _insert(minutes, node_label[node, place], best[t], label[t])
    own = np.full(n_targets, np.inf)
    touched = np.empty(n_targets, dtype=np.int64)
    met_piece = np.full(len(nearby.piece_ends), -1, dtype=np.int64)
    for o in range(len(origin.xy)):
        n_touched = take_near_walks(
            o, origin, target, lookup, nearby, met_piece, own, touched, ZERO
        )
        for turn in range(n_touched):
            t = touched[turn]
            _insert(own[t], o, best[t], label[t])
            own[t] = np.inf
    return best, label


@kernel
def search_k_nearest(
    rows: Rows, seed_node: Ints, seed_minutes: Floats, seed_label: Ints, k: int
) -> tuple[Floats, Ints]:
    """Return minutes and labels of the k nearest labels of every node, shapes (g, k).

    seed_node, seed_minutes, seed_label (s,) : where walks begin; of labels equally near the
    smaller comes first. -1 and inf where fewer can come.
    """
    return _search_k(rows, seed_node, seed_minutes, seed_label, k)
