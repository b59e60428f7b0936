"""Compiled: what one more opening in a wall changes, without searching everything again."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from planner.travel._arrays import (
    ByEdge,
    ByNode,
    Edges,
    Floats,
    Grid,
    Heap,
    Ints,
    Legs,
    Rows,
)
from planner.travel._barriers import is_clear
from planner.travel._grid import ZERO, cells_around
from planner.travel._join import SLACK_M, appended, grown
from planner.travel.kernel import pop, push

#: What is opened: a gate between a compound and public streets, a path through a wall, or a node
#: at which nobody passed.
GATE, PATH, SHUT = 0, 1, 2


class GateNodes(NamedTuple):
    """Gates between compounds and public streets, (k,) each.

    public, leaving, entering : nodes of the search graph; minutes : to pass the gate.
    """

    public: Ints
    leaving: Ints
    entering: Ints
    minutes: Floats


class WallPaths(NamedTuple):
    """Paths from a street of a compound to a public one, (k,) but for the ends.

    within, without : edges; along_within_m, along_without_m : metres along them.
    compound : whose the path is; minutes : along it; gate_minutes : to pass the gate in it.
    ends (k, 4) : x, y within and without, metres.
    """

    within: Ints
    without: Ints
    along_within_m: Floats
    along_without_m: Floats
    compound: Ints
    minutes: Floats
    gate_minutes: Floats
    ends: Floats


class ShutNodes(NamedTuple):
    """Nodes at which nobody passed, and the edges that end there; ragged over k nodes.

    starts (k + 1,), edge; along_m : where along the edge the node lies; minutes : to pass there.
    """

    starts: Ints
    edge: Ints
    along_m: Floats
    minutes: Floats


class SeedWalks(NamedTuple):
    """Walks from origins to nodes where a gate is open; ragged over k gates.

    starts (k + 1,), node, minutes, origin.
    """

    starts: Ints
    node: Ints
    minutes: Floats
    origin: Ints


class EndWalks(NamedTuple):
    """Walks from nodes to targets where a gate is open; ragged over k gates.

    starts (k + 1,), node, minutes, target.
    """

    starts: Ints
    node: Ints
    minutes: Floats
    target: Ints


class NearWalks(NamedTuple):
    """Walks that pass no node where a gate is open; ragged over k gates.

    starts (k + 1,), target, minutes, origin.
    """

    starts: Ints
    target: Ints
    minutes: Floats
    origin: Ints


class GateSteps(NamedTuple):
    """What else is possible beside an open gate, where a bar kept people off the street."""

    seeds: SeedWalks
    ends: EndWalks
    near: NearWalks


class Openings(NamedTuple):
    """What may be opened, one at a time: k gates first, then paths.

    kind : GATE, PATH or SHUT; row : of the table of this kind.
    steps : ragged over the gates.
    """

    kind: Ints
    row: Ints
    gates: GateNodes
    paths: WallPaths
    shut: ShutNodes
    steps: GateSteps


class Doors(NamedTuple):
    """Where n points meet the streets: by edge and by place.

    xy (n, 2) : metres; compound (n,) : whose streets a point may use besides the public ones.
    """

    by_edge: ByEdge
    by_place: Grid
    xy: Floats
    compound: Ints


class Nearest(NamedTuple):
    """Minutes to the nearest origin, and its number, of every node of the search graph, (g,)."""

    minutes: Floats
    label: Ints


class NewlyReached(NamedTuple):
    """Targets that come within a cutoff by one opening, sorted by opening, then target.

    opening : number of the opening; target, origin : numbers; minutes : door to door, to the
    nearest origin over a node.
    """

    opening: Ints
    target: Ints
    minutes: Floats
    origin: Ints


class _Gate(NamedTuple):
    """One opened gate: its nodes of the search graph (-1: none) and the minutes to pass it."""

    public: int
    leaving: int
    entering: int
    minutes: float


class _Spread(NamedTuple):
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


class _Gained(NamedTuple):
    """The t targets that one opening brings within the cutoff.

    before (t,) : minutes without it; minutes, label (t,) : by it, inf where it brings nobody.
    target (t,) : those it brings, count[0] of them.
    """

    before: Floats
    minutes: Floats
    label: Ints
    target: Ints
    count: Ints


class _LegRoom(NamedTuple):
    """Working arrays: points with a leg to a place, and how far away they are, metres."""

    point: Ints
    metres: Floats


@njit(cache=True, nogil=True)
def _time_at_street(
    e: int, along: float, layer: int, nearest: Nearest, edges: Edges, origins: Doors
) -> tuple[float, int]:
    """Return the fewest minutes to a street point in one layer (0, or `inner`), and the label.

    The point lies `along` metres from node u of edge e.
    """
    here = origins.by_edge
    least, whose = np.inf, -1
    for side in range(2):
        node = (edges.tail[e] if side == 0 else edges.head[e]) + layer
        way = along if side == 0 else edges.length_m[e] - along
        time = nearest.minutes[node] + edges.delay[e, side]
        if way > 0:
            time += way * (edges.ahead[e] if side == 0 else edges.back[e])
        if time < least:
            least, whose = time, nearest.label[node]
    for k in range(here.starts[e], here.starts[e + 1]):
        way = along - here.along_m[k]
        time = here.minutes[k]
        if way > 0:
            time += way * edges.ahead[e]
        elif way < 0:
            time -= way * edges.back[e]
        if time < least:
            least, whose = time, here.point[k]
    return least, whose


@njit(cache=True, nogil=True)
def _improve(node: int, time: float, whose: int, spread: _Spread) -> None:
    """Note that a node is reached sooner, and what it was before."""
    best, label, n_changed = spread.nearest.minutes, spread.nearest.label, spread.n_changed
    if time >= best[node] or time > spread.cutoff:
        return
    if spread.changed_by[node] != spread.opening[0]:
        spread.changed_by[node] = spread.opening[0]
        n = n_changed[0]
        spread.node[n], spread.minutes[n], spread.label[n] = node, best[node], label[node]
        n_changed[0] = n + 1
    best[node], label[node] = time, whose
    heap, size = spread.heap, spread.heap_size
    size[0] = push(heap.minutes, heap.node, size[0], time, node)


@njit(cache=True, nogil=True)
def _reach(t: int, time: float, whose: int, gained: _Gained, cutoff: float) -> None:
    """Note a target that comes within the cutoff and was not."""
    if time > cutoff or gained.before[t] <= cutoff or time >= gained.minutes[t]:
        return
    if gained.minutes[t] == np.inf:
        gained.target[gained.count[0]] = t
        gained.count[0] += 1
    gained.minutes[t], gained.label[t] = time, whose


@njit(cache=True, nogil=True)
def _walk_on(
    e: int,
    along: float,
    layer: int,
    time: float,
    whose: int,
    edges: Edges,
    targets: Doors,
    spread: _Spread,
    gained: _Gained,
) -> None:
    """Walk on from a street point: to both ends of the edge, and to the targets beside it."""
    here = targets.by_edge
    for side in range(2):
        way = along if side == 0 else edges.length_m[e] - along
        then = time + edges.delay[e, side]
        if way > 0:
            then += way * (edges.back[e] if side == 0 else edges.ahead[e])
        node = edges.tail[e] if side == 0 else edges.head[e]
        _improve(node + layer, then, whose, spread)
    for k in range(here.starts[e], here.starts[e + 1]):
        way = here.along_m[k] - along
        then = time + here.minutes[k]
        if way > 0:
            then += way * edges.ahead[e]
        elif way < 0:
            then -= way * edges.back[e]
        _reach(here.point[k], then, whose, gained, spread.cutoff)


@njit(cache=True, nogil=True)
def _pass_gate(gate: _Gate, spread: _Spread) -> None:
    """Let everybody through a gate both ways."""
    best, label = spread.nearest.minutes, spread.nearest.label
    public, step = gate.public, gate.minutes
    for inner in (gate.leaving, gate.entering):
        _improve(public, best[inner] + step, label[inner], spread)
    for inner in (gate.leaving, gate.entering):
        _improve(inner, best[public] + step, label[public], spread)


@njit(cache=True, nogil=True)
def _find_legs(x: float, y: float, compound: int, points: Doors, legs: Legs, room: _LegRoom) -> int:
    """Write the points with a leg right to a new node (metres), and how far; return how many.

    Those of one compound, or (-1) all that may use public streets.
    """
    grid, limit = points.by_place, legs.limit_m
    n = 0
    left, right, low, high = cells_around(x, y, limit, grid.frame)
    for row in range(low, high + 1):
        for column in range(left, right + 1):
            cell = row * grid.frame.columns + column
            for k in range(grid.starts[cell], grid.starts[cell + 1]):
                point = grid.items[k]
                to_x, to_y = points.xy[point]
                away = np.sqrt((to_x - x) ** 2 + (to_y - y) ** 2)
                if away > limit + SLACK_M:
                    continue
                if compound >= 0 and points.compound[point] != compound:
                    continue
                if is_clear(to_x, to_y, x, y, legs.barriers):
                    room.point[n], room.metres[n] = point, away
                    n += 1
    return n


@njit(cache=True, nogil=True)
def _take_legs(time: float, whose: int, n: int, room: _LegRoom, pace: float) -> tuple[float, int]:
    """Return the fewer minutes of these and those of the n origins with a leg to a node."""
    for k in range(n):
        then = room.metres[k] * pace
        if then < time:
            time, whose = then, room.point[k]
    return time, whose


@njit(cache=True, nogil=True)
def _reach_all(
    time: float, whose: int, n: int, room: _LegRoom, pace: float, gained: _Gained, cutoff: float
) -> None:
    """Reach the n targets with a leg to a node."""
    for k in range(n):
        _reach(room.point[k], time + room.metres[k] * pace, whose, gained, cutoff)


@njit(cache=True, nogil=True)
def _open_path(
    paths: WallPaths,
    p: int,
    inner: int,
    edges: Edges,
    targets: Doors,
    origins: Doors,
    legs: Legs,
    room: _LegRoom,
    spread: _Spread,
    gained: _Gained,
) -> None:
    """Add path p from a street of a compound to a public one, with a gate for everybody.

    The path is the compound's, so its public end stands in both layers of it as well. Legs may
    come right to both of its ends, where they are nodes now.
    """
    within, without, compound = paths.within[p], paths.without[p], paths.compound[p]
    along_within, along_without = paths.along_within_m[p], paths.along_without_m[p]
    path, step, nearest = paths.minutes[p], paths.gate_minutes[p], spread.nearest
    x_in, y_in, x_out, y_out = paths.ends[p]
    pace, cutoff = legs.pace, spread.cutoff
    layers = np.array([0, inner])  # no bare 0: numba would compile the callees twice
    nobody = ZERO - 1
    was_public, whose = _time_at_street(without, along_without, layers[0], nearest, edges, origins)
    n = _find_legs(x_out, y_out, nobody, origins, legs, room)
    public, whose = _take_legs(was_public, whose, n, room, pace)
    was, now, door = np.empty(2), np.empty(2), np.empty(2)  # inside, and at the gate
    whose_now, whose_door = np.empty(2, dtype=np.int64), np.empty(2, dtype=np.int64)
    n = _find_legs(x_in, y_in, compound, origins, legs, room)
    for k in range(2):
        was[k], label = _time_at_street(within, along_within, layers[k], nearest, edges, origins)
        now[k], whose_now[k] = _take_legs(was[k], label, n, room, pace)
        door[k], whose_door[k] = now[k] + path, whose_now[k]
    n = _find_legs(x_out, y_out, compound, origins, legs, room)
    for k in range(2):
        door[k], whose_door[k] = _take_legs(door[k], whose_door[k], n, room, pace)
        if door[k] + step < public:
            public, whose = door[k] + step, whose_door[k]
    for k in range(2):
        if public + step < door[k]:
            door[k], whose_door[k] = public + step, whose
        if door[k] + path < now[k]:
            now[k], whose_now[k] = door[k] + path, whose_door[k]
    if public < was_public:
        _walk_on(without, along_without, layers[0], public, whose, edges, targets, spread, gained)
    n = _find_legs(x_out, y_out, nobody, targets, legs, room)
    _reach_all(public, whose, n, room, pace, gained, cutoff)
    n = _find_legs(x_out, y_out, compound, targets, legs, room)
    for k in range(2):
        _reach_all(door[k], whose_door[k], n, room, pace, gained, cutoff)
    n = _find_legs(x_in, y_in, compound, targets, legs, room)
    for k in range(2):
        _reach_all(now[k], whose_now[k], n, room, pace, gained, cutoff)
        if now[k] < was[k]:
            _walk_on(
                within, along_within, layers[k], now[k], whose_now[k], edges, targets, spread,
                gained,
            )  # fmt: skip


@njit(cache=True, nogil=True)
def _open_street(
    shut: ShutNodes,
    s: int,
    inner: int,
    edges: Edges,
    targets: Doors,
    origins: Doors,
    spread: _Spread,
    gained: _Gained,
) -> None:
    """Let walkers pass shut node s, at which nobody passed."""
    edge, along, owner, nearest = shut.edge, shut.along_m, edges.owner, spread.nearest
    first, last = shut.starts[s], shut.starts[s + 1]
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
                    time, label = _time_at_street(edge[b], along[b], layer, nearest, edges, origins)
                    if time + shut.minutes[b] < least:
                        least, whose = time + shut.minutes[b], label
            node = (edges.tail[edge[a]] if along[a] == 0 else edges.head[edge[a]]) + layer
            if nearest.minutes[node] < least:  # an origin that steps out right there
                least, whose = nearest.minutes[node], nearest.label[node]
            else:
                _improve(node, least, whose, spread)
            for b in range(a, last):
                if least < np.inf and owner[edge[b]] == owner[edge[a]]:
                    _walk_on(
                        edge[b], along[b], layer, least + shut.minutes[b], whose, edges, targets,
                        spread, gained,
                    )  # fmt: skip


@njit(cache=True, nogil=True)
def _spread_on(rows: Rows, by_node: ByNode, gate: _Gate, spread: _Spread, gained: _Gained) -> None:
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
            _reach(by_node.point[k], time, label[node], gained, spread.cutoff)
        for k in range(rows.starts[node], rows.starts[node + 1]):
            _improve(rows.neighbour[k], now + rows.minutes[k], label[node], spread)
        if node == gate.public or node == gate.leaving or node == gate.entering:
            _pass_gate(gate, spread)


@njit(cache=True, nogil=True)
def _step_in(gate: int, seeds: SeedWalks, spread: _Spread) -> None:
    """Let origins beside an opened gate walk to the nodes they come to now."""
    for k in range(seeds.starts[gate], seeds.starts[gate + 1]):
        _improve(seeds.node[k], seeds.minutes[k], seeds.origin[k], spread)


@njit(cache=True, nogil=True)
def _step_out(gate: int, steps: GateSteps, spread: _Spread, gained: _Gained) -> None:
    """Reach the targets beside an opened gate from nodes, and without any."""
    ends, near, nearest = steps.ends, steps.near, spread.nearest
    for k in range(ends.starts[gate], ends.starts[gate + 1]):
        node = ends.node[k]
        time = nearest.minutes[node] + ends.minutes[k]
        _reach(ends.target[k], time, nearest.label[node], gained, spread.cutoff)
    for k in range(near.starts[gate], near.starts[gate + 1]):
        _reach(near.target[k], near.minutes[k], near.origin[k], gained, spread.cutoff)


@njit(cache=True, nogil=True)
def _opened_gate(openings: Openings, opening: int) -> _Gate:
    """Return the gate that an opening is, or one of no nodes."""
    if openings.kind[opening] != GATE:
        nowhere = ZERO - 1
        return _Gate(nowhere, nowhere, nowhere, 0.0)
    gates, g = openings.gates, openings.row[opening]
    return _Gate(gates.public[g], gates.leaving[g], gates.entering[g], gates.minutes[g])


@njit(cache=True, nogil=True)
def _prepare_spread(nearest: Nearest, cutoff: float, heap_size: int) -> _Spread:
    """Make the working arrays of a search that goes on from what is known of the nodes."""
    n_nodes = len(nearest.minutes)
    return _Spread(
        Nearest(nearest.minutes.copy(), nearest.label.copy()),
        np.empty(n_nodes, dtype=np.int64),
        np.empty(n_nodes),
        np.empty(n_nodes, dtype=np.int64),
        np.full(n_nodes, -1, dtype=np.int64),
        np.zeros(1, dtype=np.int64),
        np.zeros(1, dtype=np.int64),
        np.zeros(1, dtype=np.int64),
        Heap(np.empty(heap_size), np.empty(heap_size, dtype=np.int64)),
        cutoff,
    )


@njit(cache=True, nogil=True)
def _take_back(spread: _Spread) -> None:
    """Leave the nodes as they were before the opening."""
    nearest = spread.nearest
    for k in range(spread.n_changed[0]):
        node = spread.node[k]
        nearest.minutes[node], nearest.label[node] = spread.minutes[k], spread.label[k]


@njit(cache=True, nogil=True)
def _collect(opening: int, gained: _Gained, found: NewlyReached, n: int) -> NewlyReached:
    """Return what was found (at least n rows) and after it the targets an opening brings, sorted.

    Of these nothing is known afterwards.
    """
    count = gained.count[0]
    reached = gained.target[:count]
    reached.sort()
    openings = grown(found.opening, n + count)
    targets = appended(found.target, n, reached, count)
    minutes, origins = grown(found.minutes, n + count), grown(found.origin, n + count)
    for k in range(count):
        t = reached[k]
        openings[n + k], minutes[n + k] = opening, gained.minutes[t]
        origins[n + k] = gained.label[t]
        gained.minutes[t] = np.inf
    return NewlyReached(openings, targets, minutes, origins)


@njit(cache=True, nogil=True)
def try_openings(
    first: int,
    last: int,
    openings: Openings,
    rows: Rows,
    inner: int,
    edges: Edges,
    targets: Doors,
    origins: Doors,
    legs: Legs,
    by_node: ByNode,
    nearest: Nearest,
    before: Floats,
    cutoff: float,
) -> NewlyReached:
    """Find who comes within the cutoff by each of the openings first..last, one at a time.

    Parameters
    ----------
    rows, inner
        Of the search graph.
    by_node
        Lists the targets.
    nearest
        Of the nodes without any opening.
    before : (t,)
        Minutes of the targets without any opening.
    cutoff
        Minutes; whoever is within it already is of no interest.

    Returns
    -------
    NewlyReached
        In the order of the openings, then of the targets.
    """
    kind, row, steps, n_targets = openings.kind, openings.row, openings.steps, len(before)
    size = len(rows.neighbour) + 2 * len(openings.shut.edge) + len(steps.seeds.node) + 8
    spread = _prepare_spread(nearest, cutoff, size)
    gained = _Gained(
        before, np.full(n_targets, np.inf), np.empty(n_targets, dtype=np.int64),
        np.empty(n_targets, dtype=np.int64), np.zeros(1, dtype=np.int64),
    )  # fmt: skip
    found = NewlyReached(
        np.empty(256, dtype=np.int64), np.empty(256, dtype=np.int64), np.empty(256),
        np.empty(256, dtype=np.int64),
    )  # fmt: skip
    most = max(n_targets, len(origins.xy))
    room = _LegRoom(np.empty(most, dtype=np.int64), np.empty(most))
    n, n_gates = ZERO, len(steps.seeds.starts) - 1
    for opening in range(first, last):
        spread.opening[0], spread.n_changed[0], spread.heap_size[0] = opening, 0, 0
        gained.count[0] = 0
        gate = _opened_gate(openings, opening)
        if opening < n_gates:
            _step_in(opening, steps.seeds, spread)
        if kind[opening] == GATE:
            _pass_gate(gate, spread)
        elif kind[opening] == PATH:
            _open_path(
                openings.paths, row[opening], inner, edges, targets, origins, legs, room, spread,
                gained,
            )  # fmt: skip
        else:
            _open_street(
                openings.shut, row[opening], inner, edges, targets, origins, spread, gained
            )
        _spread_on(rows, by_node, gate, spread, gained)
        if opening < n_gates:
            _step_out(opening, steps, spread, gained)
        _take_back(spread)
        found = _collect(opening, gained, found, n)
        n += gained.count[0]
    return NewlyReached(found.opening[:n], found.target[:n], found.minutes[:n], found.origin[:n])
