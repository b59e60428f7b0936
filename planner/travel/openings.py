"""Walls opened, at a gate or where a path could lead through; and who is served then."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from planner.crs.arrays import Floats, Ints
from planner.travel._graph import inner_nodes
from planner.travel._opened_gates import steps_through
from planner.travel.access import Access, take
from planner.travel.compiled import openings as compiled
from planner.travel.compiled.search import search_nearest
from planner.travel.minutes import (
    Lookup,
    barrier_arrays,
    graph_arrays,
    in_blocks,
    lookup_arrays,
)
from planner.travel.streets import Streets, gate_minutes, gates_open_to_all, shut_gates
from planner.travel.wall_places import WallPlaces


@dataclass(frozen=True, eq=False)
class NewlyReached:
    """Targets that come within a cutoff by one opening, sorted by opening, then target.

    opening : number of the gate, or len(gates) + number of the place; target, origin : positions;
    minutes : door to door, to the nearest origin over a node.
    """

    opening: Ints
    target: Ints
    minutes: Floats
    origin: Ints


def is_compiled() -> bool:
    """Tell whether the kernels of `find_newly_reached` are kept compiled here, or cannot be."""
    folder = compiled.newly_reached.stats.cache_path
    return folder is None or any(Path(folder).glob("openings.newly_reached*.nbi"))


def gates_to_open(streets: Streets) -> Ints:
    """Return the rows of the network's gates that are not open to everybody.

    Those between a compound and public streets, which let at most its residents through, and those
    elsewhere that are shut.
    """
    gates = streets.network.walls.gates
    wanted = (gates.compound >= 0) | shut_gates(streets)
    return np.flatnonzero(wanted & ~gates_open_to_all(streets))


def find_newly_reached(
    streets: Streets,
    origins: Access,
    targets: Access,
    minutes: Floats,
    cutoff_minutes: float,
    *,
    gates: Ints,
    places: WallPlaces,
) -> NewlyReached:
    """Say who comes within the cutoff by each opening alone, as a full run with it would.

    Opened to everybody, a gate may also be passed by people who walk through the compound.

    Parameters
    ----------
    streets
        From `prepare_streets`.
    origins, targets
        From `join`, on the same streets.
    minutes : shape (n,)
        To each target's nearest origin without any opening, from `nearest_minutes`.
    cutoff_minutes
        Door to door.
    gates
        From `gates_to_open`, or some of them.
    places
        From `find_wall_places`.
    """
    for_all, everyone = np.flatnonzero(~origins.closed), np.arange(len(targets))
    searches = [(for_all, everyone)]
    for number in np.flatnonzero(origins.closed & (origins.compound >= 0)):
        own = targets.compound == origins.compound[number]
        rows = np.flatnonzero(own & (minutes > cutoff_minutes))
        if len(rows):  # whoever else lives there has a facility already
            searches.append((np.array([number]), rows))
    found = []
    for starts, rows in searches:
        some = _newly_reached(
            streets, take(origins, starts), take(targets, rows), minutes[rows], cutoff_minutes,
            gates, places,
        )  # fmt: skip
        found.append((some.opening, rows[some.target], some.minutes, starts[some.origin]))
    if len(found) == 1:
        return NewlyReached(*found[0])
    opening, target, reached, origin = (
        np.concatenate(column) for column in zip(*found, strict=True)
    )
    order = np.lexsort((origin, reached, target, opening))
    opening, target = opening[order], target[order]
    first = np.append(True, (np.diff(opening) != 0) | (np.diff(target) != 0))[: len(order)]
    return NewlyReached(opening[first], target[first], reached[order][first], origin[order][first])


def _newly_reached(
    streets: Streets,
    origins: Access,
    targets: Access,
    minutes: Floats,
    cutoff_minutes: float,
    gates: Ints,
    places: WallPlaces,
) -> NewlyReached:
    """Say who comes within the cutoff of origins that all these targets may enter."""
    seed_of = np.repeat(np.arange(len(origins)), np.diff(origins.seed_starts))
    graph = graph_arrays(streets)
    state = search_nearest(graph, origins.seed_node, origins.seed_minutes, seed_of)
    openings = _joined_openings(_gate_openings(streets, gates), _link_openings(streets, places))
    lookup = lookup_arrays(streets, targets)
    doors = (_doors(lookup, targets), _doors(lookup_arrays(streets, origins), origins))
    ends, network = streets.ends, streets.network
    ways = (ends.tail, ends.head, ends.delay, ends.ahead, ends.back, network.length_m,
            streets.owner, streets.graph.inner)  # fmt: skip
    legs = (float(streets.access.limit_m), streets.leg_pace, barrier_arrays(streets))
    asked = (np.ascontiguousarray(minutes), float(cutoff_minutes))
    steps = steps_through(streets, origins, targets, lookup, minutes > cutoff_minutes, gates)
    opened = (*openings, (steps.seeds, steps.ends, steps.near))
    shared = (opened, graph, ways, doors, legs, lookup[0], state, asked)

    def block(first: int, last: int) -> tuple[Ints, Ints, Floats, Ints]:
        """Open some of the openings, one at a time."""
        found: tuple[Ints, Ints, Floats, Ints] = compiled.newly_reached(first, last, *shared)
        return found

    parts = in_blocks(block, len(openings[0]))
    opening, target, reached_minutes, origin = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    return NewlyReached(opening, target, reached_minutes, origin)


def _doors(lookup: Lookup, points: Access) -> tuple[Any, ...]:
    """Return where points meet the streets, as the kernel takes them."""
    return lookup[1], lookup[2], points.xy, points.compound


#: kind (k,), rows (k, 3), figures (k, 8), arms (edge, along, minutes), as the kernel takes them.
_Opened = tuple[Ints, Ints, Floats, tuple[Ints, Floats, Floats]]


def _gate_openings(streets: Streets, rows: Ints) -> _Opened:
    """Return gates as the kernel takes them."""
    gates, graph, network = streets.network.walls.gates, streets.graph, streets.network
    node, compound = gates.node[rows], gates.compound[rows]
    border = compound >= 0
    whole, figures = np.zeros((len(rows), 3), dtype=np.int64), np.zeros((len(rows), 8))
    leaving = inner_nodes(
        streets.ends, streets.owner, graph.network_node, graph.inner, network.n_nodes,
        node[border], compound[border],
    )  # fmt: skip
    whole[border] = np.column_stack([node[border], leaving, leaving + graph.inner])
    figures[border, 0] = gate_minutes(network, streets.profile)[rows[border]]
    arms = [_arms(streets, at) for at in node[~border]]
    count = np.array([len(arm[0]) for arm in arms], dtype=np.int64)
    whole[~border, 1] = np.cumsum(count)
    whole[~border, 0] = np.cumsum(count) - count
    kind = np.where(border, compiled.GATE, compiled.SHUT)
    edge, along, minutes = zip(*arms, strict=True) if arms else ([], [], [])
    return kind, whole, figures, (
        np.concatenate([np.empty(0, dtype=np.int64), *edge]),
        np.concatenate([np.empty(0), *along]),
        np.concatenate([np.empty(0), *minutes]),
    )  # fmt: skip


def _arms(streets: Streets, node: int) -> tuple[Ints, Floats, Floats]:
    """Return the edges that end at a node, the metres along each, and the minutes to pass there."""
    network = streets.network
    delay = network.end_minutes(streets.profile)
    at_u, at_v = np.flatnonzero(network.u == node), np.flatnonzero(network.v == node)
    return (
        np.concatenate([at_u, at_v]),
        np.concatenate([np.zeros(len(at_u)), network.length_m[at_v]]),
        np.concatenate([delay[at_u, 0], delay[at_v, 1]]),
    )


def _link_openings(streets: Streets, places: WallPlaces) -> _Opened:
    """Return paths through walls as the kernel takes them."""
    profile, count = streets.profile, len(places)
    speed = profile.push_m_per_min if profile.rides else profile.speed_m_per_min
    step = np.full(count, profile.gate_s / 60)
    whole = np.column_stack([places.links.edge, places.compound])
    figures = np.column_stack([places.links.along_m, places.path_m / speed, step, places.ends])
    nothing = (np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))
    return np.full(count, compiled.LINK), whole, figures, nothing


def _joined_openings(first: _Opened, second: _Opened) -> _Opened:
    """Put gates before paths."""
    kind, rows, figures = (
        np.concatenate([a, b]) for a, b in zip(first[:3], second[:3], strict=True)
    )
    return kind, rows, figures, first[3]
