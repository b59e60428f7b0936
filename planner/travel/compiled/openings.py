"""Compiled: what one more opening in a wall changes, without searching everything again."""

from __future__ import annotations

import numpy as np
from numba import njit

from planner.travel.compiled.barriers import clear
from planner.travel.compiled.grid import cells_around
from planner.travel.compiled.join import SLACK_M, grown
from planner.travel.compiled.search import pop, push

# An opening is a row of whole numbers and one of minutes or metres:
#   GATE  public node, node to leave by, to enter by | minutes of a step
#   LINK  edge within, edge without, compound        | metres along both, minutes of the path, step,
#                                                      x, y within, x, y without
#   SHUT  first and last row of `arms`: edge         | metres along it, minutes to pass the end
GATE, LINK, SHUT = 0, 1, 2

# Tuples of arrays, in this order:
#   state    minutes and label of every node; both are as they were after each opening
#   streets  tail, head, delay, ahead, back, length, owner, inner
#   doors    of the targets, then of the origins: by edge (starts, point, along, minutes), by place
#            (grid frame, starts, items), and xy, compound
#   legs     limit, leg pace, barriers


@njit(cache=True, nogil=True)
def _at_street(e, along, layer, state, streets, doors):  # type: ignore[no-untyped-def]
    """Return the fewest minutes to a street point in one layer (0, or `inner`), and the label."""
    best, label = state
    tail, head, delay, ahead, back, length, _, _ = streets
    starts, origin, origin_along, minutes = doors[1][0]
    least, whose = np.inf, -1
    for side in range(2):
        node = (tail[e] if side == 0 else head[e]) + layer
        way = along if side == 0 else length[e] - along
        time = best[node] + delay[e, side]
        if way > 0:
            time += way * (ahead[e] if side == 0 else back[e])
        if time < least:
            least, whose = time, label[node]
    for k in range(starts[e], starts[e + 1]):
        o = origin[k]
        way = along - origin_along[k]
        time = minutes[k]
        if way > 0:
            time += way * ahead[e]
        elif way < 0:
            time -= way * back[e]
        if time < least:
            least, whose = time, o
    return least, whose


@njit(cache=True, nogil=True)
def _improve(node, time, whose, state, changes, heap):  # type: ignore[no-untyped-def]
    """Note that a node is reached sooner, and what it was before."""
    best, label = state
    changed, was, was_label, stamp, mark, numbers, cutoff = changes
    if time >= best[node] or time > cutoff:
        return
    if stamp[node] != mark[0]:
        stamp[node] = mark[0]
        n = numbers[0]
        changed[n], was[n], was_label[n] = node, best[node], label[node]
        numbers[0] = n + 1
    best[node], label[node] = time, whose
    numbers[1] = push(heap[0], heap[1], numbers[1], time, node)


@njit(cache=True, nogil=True)
def _reach(t, time, whose, served, cutoff):  # type: ignore[no-untyped-def]
    """Note a target that comes within the cutoff and was not."""
    before, soonest, nearest, touched, count = served
    if time > cutoff or before[t] <= cutoff or time >= soonest[t]:
        return
    if soonest[t] == np.inf:
        touched[count[0]] = t
        count[0] += 1
    soonest[t], nearest[t] = time, whose


@njit(cache=True, nogil=True)
def _from_street(e, along, layer, time, whose, streets, doors, state, changes, heap, served):  # type: ignore[no-untyped-def]
    """Walk on from a street point: to both ends of the edge, and to the targets beside it."""
    tail, head, delay, ahead, back, length, _, _ = streets
    starts, target, target_along, minutes = doors[0][0]
    cutoff = changes[6]
    for side in range(2):
        way = along if side == 0 else length[e] - along
        then = time + delay[e, side]
        if way > 0:
            then += way * (back[e] if side == 0 else ahead[e])
        node = tail[e] if side == 0 else head[e]
        _improve(node + layer, then, whose, state, changes, heap)
    for k in range(starts[e], starts[e + 1]):
        way = target_along[k] - along
        then = time + minutes[k]
        if way > 0:
            then += way * ahead[e]
        elif way < 0:
            then -= way * back[e]
        _reach(target[k], then, whose, served, cutoff)


@njit(cache=True, nogil=True)
def _open_gate(row, step, state, changes, heap):  # type: ignore[no-untyped-def]
    """Let everybody through a gate both ways."""
    best, label = state
    public, leaving, entering = row[0], row[1], row[2]
    for inner in (leaving, entering):
        _improve(public, best[inner] + step, label[inner], state, changes, heap)
    for inner in (leaving, entering):
        _improve(inner, best[public] + step, label[public], state, changes, heap)


@njit(cache=True, nogil=True)
def _straight(place, compound, points, legs, found, metres):  # type: ignore[no-untyped-def]
    """Write the points with a leg right to a new node, and how far away; return how many.

    Those of one compound, or (-1) all that may use public streets.
    """
    limit, _, barriers = legs
    frame, starts, items = points[1]
    x, y = place
    n = 0
    left, right, low, high = cells_around(x, y, limit, frame)
    for row in range(low, high + 1):
        for column in range(left, right + 1):
            cell = row * frame[3] + column
            for k in range(starts[cell], starts[cell + 1]):
                point = items[k]
                to_x, to_y = points[2][point]
                away = np.sqrt((to_x - x) ** 2 + (to_y - y) ** 2)
                if away > limit + SLACK_M:
                    continue
                if compound >= 0 and points[3][point] != compound:
                    continue
                if clear(to_x, to_y, x, y, barriers):
                    found[n], metres[n] = point, away
                    n += 1
    return n


@njit(cache=True, nogil=True)
def _sooner(time, whose, n, room, leg_pace):  # type: ignore[no-untyped-def]
    """Return the fewer minutes of these and those of the origins with a leg to a node."""
    found, metres = room
    for k in range(n):
        then = metres[k] * leg_pace
        if then < time:
            time, whose = then, found[k]
    return time, whose


@njit(cache=True, nogil=True)
def _reach_all(time, whose, n, room, leg_pace, served, cutoff):  # type: ignore[no-untyped-def]
    """Reach the targets with a leg to a node."""
    for k in range(n):
        _reach(room[0][k], time + room[1][k] * leg_pace, whose, served, cutoff)


@njit(cache=True, nogil=True)
def _open_link(row, figures, streets, doors, legs, room, state, changes, heap, served):  # type: ignore[no-untyped-def]
    """Add a path from a street of a compound to a public one, with a gate for everybody.

    The path is the compound's, so its public end stands in both layers of it as well. Legs may
    come right to both of its ends, where they are nodes now.
    """
    within, without, compound = row[0], row[1], row[2]
    path, step = figures[2], figures[3]
    inside, outside = (figures[4], figures[5]), (figures[6], figures[7])
    leg_pace, cutoff = legs[1], changes[6]
    layers = np.array([0, streets[7]])  # no bare 0: numba would compile the callees twice
    was_public, whose = _at_street(without, figures[1], layers[0], state, streets, doors)
    n = _straight(outside, -1, doors[1], legs, *room)
    public, whose = _sooner(was_public, whose, n, room, leg_pace)
    was, now, door = np.empty(2), np.empty(2), np.empty(2)  # inside, and at the gate
    whose_now, whose_door = np.empty(2, dtype=np.int64), np.empty(2, dtype=np.int64)
    n = _straight(inside, compound, doors[1], legs, *room)
    for k in range(2):
        was[k], label = _at_street(within, figures[0], layers[k], state, streets, doors)
        now[k], whose_now[k] = _sooner(was[k], label, n, room, leg_pace)
        door[k], whose_door[k] = now[k] + path, whose_now[k]
    n = _straight(outside, compound, doors[1], legs, *room)
    for k in range(2):
        door[k], whose_door[k] = _sooner(door[k], whose_door[k], n, room, leg_pace)
        if door[k] + step < public:
            public, whose = door[k] + step, whose_door[k]
    for k in range(2):
        if public + step < door[k]:
            door[k], whose_door[k] = public + step, whose
        if door[k] + path < now[k]:
            now[k], whose_now[k] = door[k] + path, whose_door[k]
    if public < was_public:
        _from_street(
            without, figures[1], layers[0], public, whose, streets, doors, state, changes, heap,
            served,
        )  # fmt: skip
    n = _straight(outside, -1, doors[0], legs, *room)
    _reach_all(public, whose, n, room, leg_pace, served, cutoff)
    n = _straight(outside, compound, doors[0], legs, *room)
    for k in range(2):
        _reach_all(door[k], whose_door[k], n, room, leg_pace, served, cutoff)
    n = _straight(inside, compound, doors[0], legs, *room)
    for k in range(2):
        _reach_all(now[k], whose_now[k], n, room, leg_pace, served, cutoff)
        if now[k] < was[k]:
            _from_street(
                within, figures[0], layers[k], now[k], whose_now[k], streets, doors, state, changes,
                heap, served,
            )  # fmt: skip


@njit(cache=True, nogil=True)
def _open_street(first, last, arms, streets, doors, state, changes, heap, served):  # type: ignore[no-untyped-def]
    """Let walkers pass a node at which nobody passed: `arms` are the edges that end there."""
    edge, along, pass_minutes = arms
    tail, head, owner, inner = streets[0], streets[1], streets[6], streets[7]
    best, node_label = state
    for a in range(first, last):
        seen = False  # every compound once, and the public streets
        for b in range(first, a):
            seen = seen or owner[edge[b]] == owner[edge[a]]
        if seen:
            continue
        for layer in (0, inner):
            if layer > 0 and owner[edge[a]] < 0:
                continue
            least, whose = np.inf, np.int64(-1)
            for b in range(a, last):
                if owner[edge[b]] == owner[edge[a]]:
                    time, label = _at_street(edge[b], along[b], layer, state, streets, doors)
                    if time + pass_minutes[b] < least:
                        least, whose = time + pass_minutes[b], label
            node = (tail[edge[a]] if along[a] == 0 else head[edge[a]]) + layer
            if best[node] < least:  # an origin that steps out right there
                least, whose = best[node], node_label[node]
            else:
                _improve(node, least, whose, state, changes, heap)
            for b in range(a, last):
                if least < np.inf and owner[edge[b]] == owner[edge[a]]:
                    _from_street(
                        edge[b], along[b], layer, least + pass_minutes[b], whose, streets, doors,
                        state, changes, heap, served,
                    )  # fmt: skip


@njit(cache=True, nogil=True)
def _spread(graph, by_node, gate, step, state, changes, heap, served):  # type: ignore[no-untyped-def]
    """Let the nodes that are reached sooner improve their surroundings up to the cutoff.

    `gate` are the nodes of an opened gate, -1 without one.
    """
    starts, neighbour, minutes = graph
    best, label = state
    numbers, cutoff = changes[5], changes[6]
    while numbers[1] > 0:
        now, node = heap[0][0], heap[1][0]
        numbers[1] = pop(heap[0], heap[1], numbers[1])
        if now > best[node]:
            continue
        for k in range(by_node[0][node], by_node[0][node + 1]):
            _reach(by_node[1][k], now + by_node[2][k], label[node], served, cutoff)
        for k in range(starts[node], starts[node + 1]):
            _improve(neighbour[k], now + minutes[k], label[node], state, changes, heap)
        if node == gate[0] or node == gate[1] or node == gate[2]:
            _open_gate(gate, step, state, changes, heap)


@njit(cache=True, nogil=True)
def _step_in(opening, seeds, state, changes, heap):  # type: ignore[no-untyped-def]
    """Let origins beside an opened gate walk to the nodes they come to now."""
    starts, node, minutes, origin = seeds
    for k in range(starts[opening], starts[opening + 1]):
        _improve(node[k], minutes[k], origin[k], state, changes, heap)


@njit(cache=True, nogil=True)
def _step_out(opening, ends, near, state, served, cutoff):  # type: ignore[no-untyped-def]
    """Reach the targets beside an opened gate from nodes, and without any."""
    for k in range(ends[0][opening], ends[0][opening + 1]):
        node = ends[1][k]
        _reach(ends[3][k], state[0][node] + ends[2][k], state[1][node], served, cutoff)
    for k in range(near[0][opening], near[0][opening + 1]):
        _reach(near[1][k], near[2][k], near[3][k], served, cutoff)


@njit(cache=True, nogil=True)
def newly_reached(first, last, openings, graph, streets, doors, legs, by_node, start, asked):  # type: ignore[no-untyped-def]
    """Return who comes within the cutoff by each of the openings first..last, one at a time.

    Returns openings, targets, minutes and labels, in the order of the openings, then targets.
    """
    kind, rows, figures, arms, beside = openings
    before, cutoff = asked  # minutes of the targets without an opening
    n_nodes, n_targets = len(graph[0]) - 1, len(before)
    state = (start[0].copy(), start[1].copy())
    numbers = np.zeros(2, dtype=np.int64)  # nodes changed, size of the heap
    mark = np.zeros(1, dtype=np.int64)
    changes = (
        np.empty(n_nodes, dtype=np.int64), np.empty(n_nodes), np.empty(n_nodes, dtype=np.int64),
        np.full(n_nodes, -1, dtype=np.int64), mark, numbers, cutoff,
    )  # fmt: skip
    size = len(graph[1]) + 2 * len(arms[0]) + len(beside[0][1]) + 8
    heap = (np.empty(size), np.empty(size, dtype=np.int64))
    soonest = np.full(n_targets, np.inf)
    nearest = np.empty(n_targets, dtype=np.int64)
    touched, count = np.empty(n_targets, dtype=np.int64), np.zeros(1, dtype=np.int64)
    served = (before, soonest, nearest, touched, count)
    found_opening, found_target = np.empty(256, dtype=np.int64), np.empty(256, dtype=np.int64)
    found_minutes, found_label = np.empty(256), np.empty(256, dtype=np.int64)
    most = max(n_targets, len(doors[1][2]))
    room = (np.empty(most, dtype=np.int64), np.empty(most))
    n = 0
    seeds, ends, near = beside
    n_gates = len(seeds[0]) - 1
    no_gate = np.full(3, -1, dtype=np.int64)
    for opening in range(first, last):
        mark[0], numbers[0], numbers[1], count[0] = opening, 0, 0, 0
        gate, step = no_gate, 0.0
        if opening < n_gates:
            _step_in(opening, seeds, state, changes, heap)
        if kind[opening] == GATE:
            gate, step = rows[opening], figures[opening, 0]
            _open_gate(gate, step, state, changes, heap)
        elif kind[opening] == LINK:
            _open_link(
                rows[opening], figures[opening], streets, doors, legs, room, state, changes, heap,
                served,
            )  # fmt: skip
        else:
            _open_street(
                rows[opening, 0], rows[opening, 1], arms, streets, doors, state, changes, heap,
                served,
            )  # fmt: skip
        _spread(graph, by_node, gate, step, state, changes, heap, served)
        if opening < n_gates:
            _step_out(opening, ends, near, state, served, cutoff)
        for k in range(numbers[0]):
            node = changes[0][k]
            state[0][node], state[1][node] = changes[1][k], changes[2][k]
        reached = touched[: count[0]]
        reached.sort()
        found_opening = grown(found_opening, n + count[0])
        found_target = grown(found_target, n + count[0])
        found_minutes = grown(found_minutes, n + count[0])
        found_label = grown(found_label, n + count[0])
        for t in reached:
            found_opening[n], found_target[n] = opening, t
            found_minutes[n], found_label[n] = soonest[t], nearest[t]
            soonest[t] = np.inf
            n += 1
    return found_opening[:n], found_target[:n], found_minutes[:n], found_label[:n]
