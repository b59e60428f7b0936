"""Compiled: shortest paths over the streets, from points to points."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import ByNode, Heap, Lines, Lookup, Nearby, Points, Rows
from planner.travel.compiled.barriers import is_clear
from planner.travel.compiled.decorators import helper, kernel
from planner.travel.compiled.grid import ZERO, cells_around
from planner.travel.compiled.growing import grown
from planner.travel.compiled.heaps import pop, push
from planner.travel.compiled.pieces import SLACK_M, chord


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


@helper
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
def common_point_metres(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    ends: Floats,
    piece: int,
    limit: float,
    barriers: Lines,
) -> float:
    """Return the shortest sum of two legs that meet at one point of a piece, inf if none does.

    Everything in metres; ends (p, 4) : of all pieces; limit : of each leg.
    The best point is where the straight line from one point to the other, mirrored to the far
    side of the piece, crosses it; clipped to the part within the limit of both. No other is tried
    where a barrier stands before it.
    """
    foot1, height1, low1, high1, length = chord(x1, y1, ends, piece, limit)
    foot2, height2, low2, high2, _ = chord(x2, y2, ends, piece, limit)
    low, high = max(low1, low2), min(high1, high2)
    if low > high:
        return np.inf
    total = height1 + height2
    at = foot1 + (foot2 - foot1) * height1 / total if total > 0 else foot1
    # The sum of two legs only grows away from the best point, so the nearest allowed one is best.
    at = min(max(at, low), high)
    leg1 = np.sqrt(height1 * height1 + (at - foot1) ** 2)
    leg2 = np.sqrt(height2 * height2 + (at - foot2) ** 2)
    share = at / length if length > 0 else 0.0
    x = ends[piece, 0] + share * (ends[piece, 2] - ends[piece, 0])
    y = ends[piece, 1] + share * (ends[piece, 3] - ends[piece, 1])
    if not is_clear(x1, y1, x, y, barriers) or not is_clear(x2, y2, x, y, barriers):
        return np.inf
    return leg1 + leg2


@helper
def _improve(target: int, minutes: float, best: Floats, touched: Ints, n_touched: int) -> int:
    """Note a walk to a target; return how many of the targets (t,) have been touched."""
    if minutes < best[target]:
        if best[target] == np.inf:
            touched[n_touched] = target
            n_touched += 1
        best[target] = minutes
    return n_touched


@helper
def take_near_walks(
    o: int,
    origin: Points,
    target: Points,
    lookup: Lookup,
    nearby: Nearby,
    met_piece: Ints,
    best: Floats,
    touched: Ints,
    n_touched: int,
) -> int:
    """Improve `best` by the walks of one origin that pass no node; return how many are touched.

    They go along one edge, directly, or over one point of a piece of street.

    Parameters
    ----------
    o
        Number of the origin.
    target, lookup
        The points to be reached, and how they are found.
    met_piece : (p,)
        The last origin that was near each piece; written to.
    best : (t,)
        Minutes to each target.
    touched : (t,)
        Its first `n_touched` are the targets that `best` knows a walk to.
    """
    ends, legs = nearby.piece_ends, nearby.legs
    limit, pace, barriers = legs.limit_m, legs.pace, legs.barriers
    starts, point, along_m, leg_minutes = lookup.by_edge
    first, stop = origin.entry_starts[o], origin.entry_starts[o + 1]
    while first < stop:
        e = origin.entry_edge[first]
        last = first + 1
        while last < stop and origin.entry_edge[last] == e:
            last += 1
        ahead, back = nearby.ahead[e], nearby.back[e]
        for j in range(starts[e], starts[e + 1]):
            at, leg = along_m[j], leg_minutes[j]
            # Of all entries of the origin first: to look up what is known of the target is slow.
            soonest = np.inf
            for k in range(first, last):
                # An edge may take longer one way than the other: the sign decides which counts.
                way = at - origin.entry_along_m[k]
                minutes = origin.entry_minutes[k] + leg
                if way > 0:
                    minutes += way * ahead
                elif way < 0:
                    minutes -= way * back
                soonest = min(soonest, minutes)
            n_touched = _improve(point[j], soonest, best, touched, n_touched)
        first = last
    for k in range(origin.piece_starts[o], origin.piece_starts[o + 1]):
        met_piece[origin.piece[k]] = o
    x, y = origin.xy[o]
    frame, cell_starts, items = lookup.by_place
    # Over one street point two legs may lie behind one another.
    left, right, low, high = cells_around(x, y, 2 * limit + SLACK_M, frame)
    for row in range(low, high + 1):
        for column in range(left, right + 1):
            cell = row * frame.columns + column
            for k in range(cell_starts[cell], cell_starts[cell + 1]):
                t = items[k]
                x2, y2 = target.xy[t]
                straight = np.sqrt((x2 - x) ** 2 + (y2 - y) ** 2)
                # Where no node is passed no walk is shorter than the straight one.
                if straight > 2 * limit + SLACK_M or straight * pace >= best[t]:
                    continue
                if straight <= limit + SLACK_M and is_clear(x, y, x2, y2, barriers):
                    n_touched = _improve(t, straight * pace, best, touched, n_touched)
                else:
                    for j in range(target.piece_starts[t], target.piece_starts[t + 1]):
                        piece = target.piece[j]
                        if met_piece[piece] == o:
                            metres = common_point_metres(x, y, x2, y2, ends, piece, limit, barriers)
                            minutes = metres * pace
                            n_touched = _improve(t, minutes, best, touched, n_touched)
    return n_touched


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
            n_touched = _improve(by_node.point[k], time, best, touched, n_touched)
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
        found = touched[:n_touched]
        found.sort()
        targets = grown(targets, n + n_touched)
        minutes = grown(minutes, n + n_touched)
        for k in range(n_touched):
            t = found[k]
            # The search knows the cutoff at nodes alone: legs and near walks may go beyond it.
            if best[t] <= cutoff:
                targets[n] = t
                minutes[n] = best[t]
                n += 1
                counts[o - first] += 1
            best[t] = np.inf
    return counts, targets[:n], minutes[:n]
