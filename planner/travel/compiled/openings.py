"""Compiled: what one more opening in a wall changes, without searching everything again."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.travel.compiled.arrays import ByNode, Edges, Legs, Rows
from planner.travel.compiled.barriers import is_clear
from planner.travel.compiled.decorators import builder, helper, kernel
from planner.travel.compiled.grid import ZERO, cells_around
from planner.travel.compiled.growing import appended, grown
from planner.travel.compiled.opening_tables import (
    GATE,
    PATH,
    Doors,
    GateSteps,
    Nearest,
    NewlyReached,
    Openings,
    SeedWalks,
    ShutNodes,
    WallPaths,
)
from planner.travel.compiled.pieces import SLACK_M
from planner.travel.compiled.sorting import sort_first
from planner.travel.compiled.spreading import (
    Gained,
    Gate,
    Spread,
    improve_node,
    pass_gate,
    prepare_gained,
    prepare_spread,
    reach_target,
    spread_on,
    take_back,
)


class _LegRoom(NamedTuple):
    """Working arrays: points with a leg to a place, and how far away they are, metres."""

    point: Ints
    metres: Floats


@helper
def _find_time(
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
        # No product for no way: where nobody walks the pace is inf, and 0 * inf is no number.
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


@helper
def _walk_on(
    e: int,
    along: float,
    layer: int,
    time: float,
    whose: int,
    edges: Edges,
    targets: Doors,
    spread: Spread,
    gained: Gained,
) -> None:
    """Walk on from a street point: to both ends of the edge, and to the targets beside it."""
    here = targets.by_edge
    for side in range(2):
        way = along if side == 0 else edges.length_m[e] - along
        then = time + edges.delay[e, side]
        if way > 0:
            then += way * (edges.back[e] if side == 0 else edges.ahead[e])
        node = edges.tail[e] if side == 0 else edges.head[e]
        improve_node(node + layer, then, whose, spread)
    for k in range(here.starts[e], here.starts[e + 1]):
        way = here.along_m[k] - along
        then = time + here.minutes[k]
        if way > 0:
            then += way * edges.ahead[e]
        elif way < 0:
            then -= way * edges.back[e]
        reach_target(here.point[k], then, whose, gained, spread.cutoff)


@helper
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


@helper
def _take_legs(time: float, whose: int, n: int, room: _LegRoom, pace: float) -> tuple[float, int]:
    """Return the fewer minutes of these and those of the n origins with a leg to a node."""
    for k in range(n):
        then = room.metres[k] * pace
        if then < time:
            time, whose = then, room.point[k]
    return time, whose


@helper
def _reach_all(
    time: float, whose: int, n: int, room: _LegRoom, pace: float, gained: Gained, cutoff: float
) -> None:
    """Reach the n targets with a leg to a node."""
    for k in range(n):
        reach_target(room.point[k], time + room.metres[k] * pace, whose, gained, cutoff)


@builder
def _open_path(
    paths: WallPaths,
    p: int,
    inner: int,
    edges: Edges,
    targets: Doors,
    origins: Doors,
    legs: Legs,
    room: _LegRoom,
    spread: Spread,
    gained: Gained,
) -> None:
    """Add path p from a street of a compound to a public one, with a gate for everybody.

    The path is the compound's, so its public end stands in both layers of it as well. Legs may
    come right to both of its ends, where they are nodes now.
    """
    within, along_within, compound = paths.within[p], paths.along_within_m[p], paths.compound[p]
    without, along_without = paths.without[p], paths.along_without_m[p]
    x_in, y_in, x_out, y_out = paths.ends[p]
    outwards, inwards, step = paths.minutes_out[p], paths.minutes_in[p], paths.gate_minutes[p]
    pace, cutoff = legs.pace, spread.cutoff
    nearest, layers, nobody = spread.nearest, np.array([0, inner]), ZERO - 1
    was_public, whose = _find_time(without, along_without, layers[0], nearest, edges, origins)
    n = _find_legs(x_out, y_out, nobody, origins, legs, room)
    public, whose = _take_legs(was_public, whose, n, room, pace)
    was, now, door = np.empty(2), np.empty(2), np.empty(2)  # inside, and at the gate
    whose_now, whose_door = np.empty(2, dtype=np.int64), np.empty(2, dtype=np.int64)
    n = _find_legs(x_in, y_in, compound, origins, legs, room)
    for k in range(2):
        was[k], label = _find_time(within, along_within, layers[k], nearest, edges, origins)
        now[k], whose_now[k] = _take_legs(was[k], label, n, room, pace)
        door[k], whose_door[k] = now[k] + outwards, whose_now[k]
    n = _find_legs(x_out, y_out, compound, origins, legs, room)
    for k in range(2):
        door[k], whose_door[k] = _take_legs(door[k], whose_door[k], n, room, pace)
        if door[k] + step < public:
            public, whose = door[k] + step, whose_door[k]
    for k in range(2):  # last: the way out of either layer may make the public end sooner
        if public + step < door[k]:
            door[k], whose_door[k] = public + step, whose
        if door[k] + inwards < now[k]:
            now[k], whose_now[k] = door[k] + inwards, whose_door[k]
    if public < was_public:  # else only legs right to the new node are new
        _walk_on(without, along_without, layers[0], public, whose, edges, targets, spread, gained)
    n = _find_legs(x_out, y_out, nobody, targets, legs, room)
    _reach_all(public, whose, n, room, pace, gained, cutoff)
    n = _find_legs(x_out, y_out, compound, targets, legs, room)
    for k in range(2):
        _reach_all(door[k], whose_door[k], n, room, pace, gained, cutoff)
    n = _find_legs(x_in, y_in, compound, targets, legs, room)
    for k in range(2):
        time, label, layer = now[k], whose_now[k], layers[k]
        _reach_all(time, label, n, room, pace, gained, cutoff)
        if time < was[k]:
            _walk_on(within, along_within, layer, time, label, edges, targets, spread, gained)


@helper
def _open_street(
    shut: ShutNodes,
    s: int,
    inner: int,
    edges: Edges,
    targets: Doors,
    origins: Doors,
    spread: Spread,
    gained: Gained,
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
            # Public streets stand in the search graph once.
            if layer > 0 and owner[edge[a]] < 0:
                continue
            least, whose = np.inf, ZERO - 1
            for b in range(a, last):
                if owner[edge[b]] == owner[edge[a]]:
                    time, label = _find_time(edge[b], along[b], layer, nearest, edges, origins)
                    if time + shut.minutes[b] < least:
                        least, whose = time + shut.minutes[b], label
            node = (edges.tail[edge[a]] if along[a] == 0 else edges.head[edge[a]]) + layer
            if nearest.minutes[node] < least:  # an origin that steps out right there
                least, whose = nearest.minutes[node], nearest.label[node]
            else:
                improve_node(node, least, whose, spread)
            for b in range(a, last):
                if least < np.inf and owner[edge[b]] == owner[edge[a]]:
                    _walk_on(
                        edge[b], along[b], layer, least + shut.minutes[b], whose, edges, targets,
                        spread, gained,
                    )  # fmt: skip


@helper
def _step_in(gate: int, seeds: SeedWalks, spread: Spread) -> None:
    """Let origins beside an opened gate walk to the nodes they come to now."""
    for k in range(seeds.starts[gate], seeds.starts[gate + 1]):
        improve_node(seeds.node[k], seeds.minutes[k], seeds.origin[k], spread)


@helper
def _step_out(gate: int, steps: GateSteps, spread: Spread, gained: Gained) -> None:
    """Reach the targets beside an opened gate from nodes, and without any."""
    ends, near, nearest = steps.ends, steps.near, spread.nearest
    for k in range(ends.starts[gate], ends.starts[gate + 1]):
        node = ends.node[k]
        time = nearest.minutes[node] + ends.minutes[k]
        reach_target(ends.target[k], time, nearest.label[node], gained, spread.cutoff)
    for k in range(near.starts[gate], near.starts[gate + 1]):
        reach_target(near.target[k], near.minutes[k], near.origin[k], gained, spread.cutoff)


@helper
def _opened_gate(openings: Openings, opening: int) -> Gate:
    """Return the gate that an opening is, or one of no nodes."""
    if openings.kind[opening] != GATE:
        nowhere = ZERO - 1
        return Gate(nowhere, nowhere, nowhere, 0.0)
    gates, g = openings.gates, openings.row[opening]
    return Gate(gates.public[g], gates.leaving[g], gates.entering[g], gates.minutes[g])


@builder
def _collect(opening: int, gained: Gained, found: NewlyReached, n: int) -> NewlyReached:
    """Return what was found (at least n rows) and after it the targets an opening brings, sorted.

    Of these nothing is known afterwards.
    """
    count = gained.n_targets[0]
    reached = gained.target
    # The order in which the search came upon them must not show in the result.
    sort_first(reached, count)
    openings = grown(found.opening, n + count)
    targets = appended(found.target, n, reached, count)
    minutes, origins = grown(found.minutes, n + count), grown(found.origin, n + count)
    for k in range(count):
        t = reached[k]
        openings[n + k], minutes[n + k] = opening, gained.minutes[t]
        origins[n + k] = gained.label[t]
        gained.minutes[t] = np.inf
    return NewlyReached(openings, targets, minutes, origins)


@builder
def _nothing_found() -> NewlyReached:
    """Make room for what is found; it grows."""
    return NewlyReached(
        np.empty(256, dtype=np.int64), np.empty(256, dtype=np.int64), np.empty(256),
        np.empty(256, dtype=np.int64),
    )  # fmt: skip


@kernel
def try_openings(
    first: int,
    last: int,
    chosen: Ints,
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
    """Find who comes within the cutoff by each of the openings chosen[first..last], one at a time.

    Parameters
    ----------
    chosen
        Numbers of openings, ascending.
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
    spread = prepare_spread(nearest, cutoff, size)
    gained, found = prepare_gained(before), _nothing_found()
    most = max(n_targets, len(origins.xy))
    room = _LegRoom(np.empty(most, dtype=np.int64), np.empty(most))
    n, n_gates = ZERO, len(steps.seeds.starts) - 1
    for opening in chosen[first:last]:
        spread.opening[0], spread.n_changed[0], spread.heap_size[0] = opening, 0, 0
        gained.n_targets[0] = 0
        gate = _opened_gate(openings, opening)
        # Walks in are seeds of the search; walks out are read from the nodes once it is done.
        if opening < n_gates:
            _step_in(opening, steps.seeds, spread)
        if kind[opening] == GATE:
            pass_gate(gate, spread)
        elif kind[opening] == PATH:
            _open_path(
                openings.paths, row[opening], inner, edges, targets, origins, legs, room, spread,
                gained,
            )  # fmt: skip
        else:
            _open_street(
                openings.shut, row[opening], inner, edges, targets, origins, spread, gained
            )
        spread_on(rows, by_node, gate, spread, gained)
        if opening < n_gates:
            _step_out(opening, steps, spread, gained)
        take_back(spread)
        found = _collect(opening, gained, found, n)
        n += gained.n_targets[0]
    return NewlyReached(found.opening[:n], found.target[:n], found.minutes[:n], found.origin[:n])
