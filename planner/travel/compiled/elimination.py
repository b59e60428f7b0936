"""Compiled: the nodes of streets are eliminated one by one, for searches from many places.

A node is eliminated by giving every pair of its neighbours a row of its own, as quick as the way
over the node: among the nodes that are left all minutes stay as they were. (Vertex elimination, as
in customizable contraction hierarchies: Dibbelt, Strasser & Wagner 2016.)
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import Rows
from planner.travel.compiled.decorators import builder, helper, kernel
from planner.travel.compiled.growing import grown
from planner.travel.compiled.heaps import pop, push

#: A node of more neighbours is not eliminated: too many pairs of them would need a row.
MOST_NEIGHBOURS = 10
_END = -1


class Eliminated(NamedTuple):
    """The nodes of a search graph by the order of their elimination, e of g, and the rest.

    rank (g,) : where each node stands in this order; those that are left stand behind.
    starts (e + 1,), neighbour : the ranks that an eliminated node was beside, all above its own.
    ahead, back : minutes from the node to that neighbour, and from it to the node; inf: no way.
    core : rows of the nodes that are left, numbered from 0, as rank - e.
    """

    rank: Ints
    starts: Ints
    neighbour: Ints
    ahead: Floats
    back: Floats
    core: Rows


class _Neighbours(NamedTuple):
    """Neighbours of every node as linked lists of slots.

    first (g,) : first slot of each node; after (s,) : the slot behind each one, or _END.
    to (s,) : the neighbour; ahead, back (s,) : minutes to it, and from it.
    """

    first: Ints
    after: Ints
    to: Ints
    ahead: Floats
    back: Floats


@builder
def _link_rows(rows: Rows) -> _Neighbours:
    """List every node's neighbours once, whether a row leads to them, from them, or both."""
    n, n_rows = len(rows.starts) - 1, len(rows.neighbour)
    # Rows by where they lead: filled from behind, what was each node's end becomes its start.
    starts = np.zeros(n + 1, dtype=np.int64)
    for other in rows.neighbour:
        starts[other] += 1
    for node in range(n):
        starts[node + 1] += starts[node]
    tail, minutes = np.empty(n_rows, dtype=np.int64), np.empty(n_rows)
    for node in range(n - 1, -1, -1):
        for k in range(rows.starts[node], rows.starts[node + 1]):
            other = rows.neighbour[k]
            starts[other] -= 1
            tail[starts[other]], minutes[starts[other]] = node, rows.minutes[k]
    room = 2 * n_rows + 1
    links = _Neighbours(
        np.full(n, _END, dtype=np.int64), np.empty(room, dtype=np.int64),
        np.empty(room, dtype=np.int64), np.empty(room), np.empty(room),
    )  # fmt: skip
    slot_of = np.full(n, _END, dtype=np.int64)
    used = 0
    for node in range(n):
        for k in range(rows.starts[node], rows.starts[node + 1]):
            other = rows.neighbour[k]
            if other != node:
                used = _add_link(node, other, rows.minutes[k], np.inf, links, slot_of, used)
        for k in range(starts[node], starts[node + 1]):
            if tail[k] != node:
                used = _add_link(node, tail[k], np.inf, minutes[k], links, slot_of, used)
        _forget_slots(node, links, slot_of)
    return links


@helper
def _add_link(
    node: int, other: int, ahead: float, back: float, links: _Neighbours, slot_of: Ints, used: int
) -> int:
    """Let a node know a way to and from another; return how many slots are used.

    slot_of (g,) : slot of each neighbour that this node has, else _END.
    """
    slot = slot_of[other]
    if slot == _END:
        slot = used
        used += 1
        slot_of[other] = slot
        links.to[slot], links.ahead[slot], links.back[slot] = other, ahead, back
        links.after[slot] = links.first[node]
        links.first[node] = slot
    else:
        links.ahead[slot] = min(links.ahead[slot], ahead)
        links.back[slot] = min(links.back[slot], back)
    return used


@helper
def _forget_slots(node: int, links: _Neighbours, slot_of: Ints) -> None:
    """Leave `slot_of` as the next node needs it."""
    slot = links.first[node]
    while slot != _END:
        slot_of[links.to[slot]] = _END
        slot = links.after[slot]


@helper
def _bypass(
    node: int, gone: int, near: Ints, ahead: Floats, back: Floats, links: _Neighbours,
    slot_of: Ints, used: int,
) -> tuple[int, int]:  # fmt: skip
    """Give a neighbour of a node that goes rows to the other neighbours.

    near, ahead, back (k,) : the neighbours of the node `gone`, minutes to them and from them.
    Returns how many slots are used and how many neighbours the node has now.
    """
    own_ahead, own_back = np.inf, np.inf
    degree = 0
    before, slot = _END, links.first[node]
    while slot != _END:
        if links.to[slot] == gone:
            own_ahead, own_back = links.ahead[slot], links.back[slot]
            if before == _END:
                links.first[node] = links.after[slot]
            else:
                links.after[before] = links.after[slot]
        else:
            slot_of[links.to[slot]] = slot
            degree += 1
            before = slot
        slot = links.after[slot]
    known = used
    for k in range(len(near)):
        out, home = own_ahead + ahead[k], back[k] + own_back
        if near[k] != node and (out < np.inf or home < np.inf):
            used = _add_link(node, near[k], out, home, links, slot_of, used)
    _forget_slots(node, links, slot_of)
    return used, degree + used - known


@builder
def _widened(links: _Neighbours, needed: int) -> _Neighbours:
    """Return links with room for so many slots."""
    return _Neighbours(
        links.first, grown(links.after, needed), grown(links.to, needed),
        grown(links.ahead, needed), grown(links.back, needed),
    )  # fmt: skip


@kernel
def eliminate_nodes(rows: Rows) -> Eliminated:
    """Eliminate nodes of a graph, those of fewest neighbours first, as far as is worth while."""
    n = len(rows.starts) - 1
    links = _link_rows(rows)
    used = len(links.after) - 1
    slot_of = np.full(n, _END, dtype=np.int64)
    degree = np.zeros(n, dtype=np.int64)
    keys, items = np.empty(n + 1), np.empty(n + 1, dtype=np.int64)
    size = 0
    for node in range(n):
        slot = links.first[node]
        while slot != _END:
            degree[node] += 1
            slot = links.after[slot]
        if degree[node] <= MOST_NEIGHBOURS:
            size = push(keys, items, size, float(degree[node]), node)
    rank = np.full(n, _END, dtype=np.int64)
    starts = np.zeros(n + 1, dtype=np.int64)
    to, ahead, back = np.empty(4 * n, dtype=np.int64), np.empty(4 * n), np.empty(4 * n)
    gone = 0
    while size > 0:
        key, node = keys[0], items[0]
        size = pop(keys, items, size)
        if rank[node] != _END or key != degree[node]:  # out of date
            continue
        first, last = starts[gone], starts[gone] + degree[node]
        to, ahead, back = grown(to, last), grown(ahead, last), grown(back, last)
        slot = links.first[node]
        for k in range(first, last):
            to[k], ahead[k], back[k] = links.to[slot], links.ahead[slot], links.back[slot]
            slot = links.after[slot]
        rank[node] = gone
        gone += 1
        starts[gone] = last
        links = _widened(links, used + (last - first) ** 2)
        for k in range(first, last):
            other = to[k]
            used, degree[other] = _bypass(
                other, node, to[first:last], ahead[first:last], back[first:last], links, slot_of,
                used,
            )  # fmt: skip
            if degree[other] <= MOST_NEIGHBOURS:
                if size == len(keys):
                    keys, items = grown(keys, 2 * size), grown(items, 2 * size)
                size = push(keys, items, size, float(degree[other]), other)
    core = _list_core(links, rank, gone)
    for k in range(starts[gone]):
        to[k] = rank[to[k]]
    n_rows = starts[gone]
    return Eliminated(rank, starts[: gone + 1], to[:n_rows], ahead[:n_rows], back[:n_rows], core)


@builder
def _list_core(links: _Neighbours, rank: Ints, gone: int) -> Rows:
    """Give the nodes that are left their numbers, and list their rows."""
    n = len(rank)
    node_of = np.empty(n - gone, dtype=np.int64)
    left = 0
    for node in range(n):
        if rank[node] == _END:
            rank[node] = gone + left
            node_of[left] = node
            left += 1
    starts = np.zeros(left + 1, dtype=np.int64)
    neighbour, minutes = np.empty(1024, dtype=np.int64), np.empty(1024)
    size = 0
    for number in range(left):
        slot = links.first[node_of[number]]
        while slot != _END:
            if links.ahead[slot] < np.inf:
                neighbour, minutes = grown(neighbour, size + 1), grown(minutes, size + 1)
                neighbour[size], minutes[size] = rank[links.to[slot]] - gone, links.ahead[slot]
                size += 1
            slot = links.after[slot]
        starts[number + 1] = size
    return Rows(starts, neighbour[:size], minutes[:size])
