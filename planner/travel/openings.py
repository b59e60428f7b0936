"""Walls opened, at a gate or where a path could lead through; and who is served then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from planner.crs.array_types import Flags, Floats, Ints
from planner.plan.slopes import find_sloped_paces
from planner.travel._graph import find_inner_nodes
from planner.travel._opened_gates import steps_through
from planner.travel.access import Access, take
from planner.travel.compiled.decorators import kept_indexes
from planner.travel.compiled.opening_tables import (
    GATE,
    PATH,
    SHUT,
    Doors,
    GateNodes,
    Nearest,
    Openings,
    ShutNodes,
    WallPaths,
)
from planner.travel.compiled.opening_tables import NewlyReached as NewlyReached
from planner.travel.compiled.openings import try_openings
from planner.travel.compiled.search import number_seeds, search_nearest
from planner.travel.minutes import in_blocks
from planner.travel.streets import Streets, gates_open_to_all, shut_gates
from planner.travel.wall_places import WallPlaces
from planner.travel.wall_rules import gate_minutes

#: Nobody comes within the cutoff.
NOBODY: Final = NewlyReached(
    np.empty(0, dtype=np.int64),
    np.empty(0, dtype=np.int64),
    np.empty(0),
    np.empty(0, dtype=np.int64),
)


def is_compiled() -> bool:
    """Tell whether the kernel of `find_newly_reached` is kept compiled here, or cannot be."""
    kernel: Any = try_openings  # numba's object round the function, which types do not show
    return kernel.stats.cache_path is None or bool(kept_indexes(kernel))


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

    Returns
    -------
    NewlyReached
        `opening` is the number of the gate, or len(gates) + that of the place; `target` and
        `origin` are positions.
    """
    if streets.back is not None:
        from planner.travel.openings_both_ways import find_newly_reached_both_ways

        return find_newly_reached_both_ways(
            streets, origins, targets, minutes, cutoff_minutes, gates=gates, places=places
        )
    for_all, everyone = np.flatnonzero(~origins.closed), np.arange(len(targets))
    searches = [(for_all, everyone)]
    # What is closed to outsiders serves its compound alone: it is searched from by itself.
    for number in np.flatnonzero(origins.closed & (origins.compound >= 0)):
        own = targets.compound == origins.compound[number]
        rows = np.flatnonzero(own & (minutes > cutoff_minutes))
        if len(rows):  # whoever else lives there has a facility already
            searches.append((np.array([number]), rows))
    found = []
    for starts, rows in searches:
        some = _find_where_all_enter(
            streets, take(origins, starts), take(targets, rows), minutes[rows], cutoff_minutes,
            gates, places,
        )  # fmt: skip
        found.append((some.opening, rows[some.target], some.minutes, starts[some.origin]))
    return NewlyReached(*found[0]) if len(found) == 1 else keep_soonest(found)


def keep_soonest(found: Sequence[tuple[Ints, Ints, Floats, Ints]]) -> NewlyReached:
    """Put what several searches found together, at least one, as `NewlyReached` has it.

    The soonest counts, of equals the first origin, as in a full run.
    """
    opening, target, reached, origin = (
        np.concatenate(column) for column in zip(*found, strict=True)
    )
    order = np.lexsort((origin, reached, target, opening))
    opening, target = opening[order], target[order]
    # Cut off: without any row there is no first one either.
    first = np.append(True, (np.diff(opening) != 0) | (np.diff(target) != 0))[: len(order)]
    return NewlyReached(opening[first], target[first], reached[order][first], origin[order][first])


def _find_where_all_enter(
    streets: Streets,
    origins: Access,
    targets: Access,
    minutes: Floats,
    cutoff_minutes: float,
    gates: Ints,
    places: WallPlaces,
) -> NewlyReached:
    """Say who comes within the cutoff of origins that all these targets may enter."""
    graph = streets.graph
    nearest = search_nearest(
        graph.rows, origins.seed_node, origins.seed_minutes, number_seeds(origins.points)
    )
    openings = list_openings(
        streets, origins, targets, minutes > cutoff_minutes, gates=gates, places=places
    )
    chosen = np.arange(len(openings.kind))
    shared = (
        chosen, openings, graph.rows, graph.inner, streets.edges, doors(targets), doors(origins),
        streets.legs, targets.lookup.by_node,
        Nearest(*nearest), np.ascontiguousarray(minutes), float(cutoff_minutes),
    )  # fmt: skip

    def block(first: int, last: int) -> NewlyReached:
        """Open some of the openings, one at a time."""
        return try_openings(first, last, *shared)

    parts = in_blocks(block, len(chosen))
    return NewlyReached._make([np.concatenate(column) for column in zip(*parts, strict=True)])


def doors(points: Access) -> Doors:
    """Return where points meet the streets."""
    return Doors(points.lookup.by_edge, points.lookup.by_place, points.xy, points.compound)


def list_openings(
    streets: Streets,
    origins: Access,
    targets: Access,
    wanted: Flags,
    *,
    gates: Ints,
    places: WallPlaces,
) -> Openings:
    """List what may be opened on streets of one direction, gates before paths.

    wanted (n,) : the targets that matter.
    """
    border = streets.network.walls.gates.compound[gates] >= 0
    kind = np.concatenate(
        [
            np.where(border, GATE, SHUT),
            np.full(len(places), PATH),
        ]
    )
    of_gate = np.where(border, np.cumsum(border), np.cumsum(~border)) - 1
    row = np.concatenate([of_gate, np.arange(len(places))])
    return Openings(
        kind,
        row,
        _gate_nodes(streets, gates[border]),
        _read_wall_paths(streets, places),
        _shut_nodes(streets, gates[~border]),
        steps_through(streets, origins, targets, wanted, gates),
    )


def _gate_nodes(streets: Streets, rows: Ints) -> GateNodes:
    """Return the nodes of gates (k,) between compounds and public streets."""
    gates, graph, n_nodes = streets.network.walls.gates, streets.graph, streets.network.n_nodes
    node = gates.node[rows]
    leaving = find_inner_nodes(
        streets.edges, graph.network_node, graph.inner, n_nodes, node, gates.compound[rows]
    )
    minutes = gate_minutes(streets.network, streets.profile)[rows]
    return GateNodes(node, leaving, leaving + graph.inner, minutes)


def _read_wall_paths(streets: Streets, places: WallPlaces) -> WallPaths:
    """Return the paths through walls at some places."""
    profile, links = streets.profile, places.links
    minutes_out, minutes_in = _find_path_minutes(streets, places)
    (within, without), (along_within_m, along_without_m) = links.edge.T, links.along_m.T
    return WallPaths(
        # A column of a table has gaps between its values: for compiled code that is another type.
        within=np.ascontiguousarray(within),
        without=np.ascontiguousarray(without),
        along_within_m=np.ascontiguousarray(along_within_m),
        along_without_m=np.ascontiguousarray(along_without_m),
        compound=places.compound,
        minutes_out=minutes_out,
        minutes_in=minutes_in,
        gate_minutes=np.full(len(places), profile.gate_s / 60),
        ends=places.ends,
    )


def _find_path_minutes(streets: Streets, places: WallPlaces) -> tuple[Floats, Floats]:
    """Return the minutes of paths through walls as a search goes, out of compounds and into them.

    They rise evenly from one end to the other.
    """
    network, profile, links = streets.network, streets.profile, places.links
    # A new path is a footpath: bicycles are pushed.
    speed = profile.push_m_per_min if profile.rides else profile.speed_m_per_min
    level = places.path_m / speed
    if not network.has_heights:
        return level, level
    at_u = network.height_m[network.u[links.edge]]
    share = links.along_m / network.length_m[links.edge]
    within_m, without_m = (at_u + share * (network.height_m[network.v[links.edge]] - at_u)).T
    # An end whose height is not known leaves the path level.
    rise_m = np.nan_to_num(without_m - within_m)
    none = np.zeros(len(places), dtype=bool)
    out, into = (
        pace * places.path_m
        for pace in find_sloped_paces(
            profile, np.full(len(places), 1 / speed), rise_m / places.path_m, none, none
        )
    )
    # To a facility people walk the other way than it is searched.
    return (out, into) if streets.direction == "from" else (into, out)


def _shut_nodes(streets: Streets, rows: Ints) -> ShutNodes:
    """Return the nodes of gates (k,) at which nobody passes, and the edges that end there."""
    network = streets.network
    delay = network.end_minutes(streets.profile)
    edge, along_m, minutes, count = [], [], [], [0]
    for node in network.walls.gates.node[rows]:
        at_u, at_v = np.flatnonzero(network.u == node), np.flatnonzero(network.v == node)
        edge += [at_u, at_v]
        along_m += [np.zeros(len(at_u)), network.length_m[at_v]]
        minutes += [delay[at_u, 0], delay[at_v, 1]]
        count.append(len(at_u) + len(at_v))
    return ShutNodes(
        starts=np.cumsum(count).astype(np.int64),
        edge=np.concatenate([np.empty(0, dtype=np.int64), *edge]),
        along_m=np.concatenate([np.empty(0), *along_m]),
        minutes=np.concatenate([np.empty(0), *minutes]),
    )
