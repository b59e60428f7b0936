"""Compiled: binary heaps of items by their keys, the smallest first; those with a label as well.

A heap is the first `size` entries of arrays of one length: keys (minutes), items (numbers of nodes)
and labels (whose minutes they are). The two children of entry k are 2 k + 1 and 2 k + 2.
"""

from __future__ import annotations

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.decorators import helper


@helper
def push(keys: Floats, items: Ints, size: int, key: float, item: int) -> int:
    """Add to a heap, whose arrays have room for one more; return its new size."""
    # Parents with larger keys move down until the new entry is in its place.
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if keys[parent] <= key:
            break
        keys[at] = keys[parent]
        items[at] = items[parent]
        at = parent
    keys[at] = key
    items[at] = item
    return size + 1


@helper
def pop(keys: Floats, items: Ints, size: int) -> int:
    """Remove the smallest of a heap, entry 0, which the caller has read; return its new size."""
    size -= 1
    key, item = keys[size], items[size]
    # The last entry takes the free place at the top: smaller children move up past it.
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[at] = keys[child]
        items[at] = items[child]
        at = child
    keys[at] = key
    items[at] = item
    return size


@helper
def push_labelled(
    keys: Floats, items: Ints, labels: Ints, size: int, key: float, item: int, label: int
) -> int:
    """Add to a heap of items with labels, as `push` does; return its new size."""
    # Parents with larger keys move down until the new entry is in its place.
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if keys[parent] <= key:
            break
        keys[at], items[at], labels[at] = keys[parent], items[parent], labels[parent]
        at = parent
    keys[at], items[at], labels[at] = key, item, label
    return size + 1


@helper
def pop_labelled(keys: Floats, items: Ints, labels: Ints, size: int) -> int:
    """Remove the smallest of a heap with labels, as `pop` does; return its new size."""
    size -= 1
    key, item, label = keys[size], items[size], labels[size]
    # The last entry takes the free place at the top: smaller children move up past it.
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[at], items[at], labels[at] = keys[child], items[child], labels[child]
        at = child
    keys[at], items[at], labels[at] = key, item, label
    return size
