"""Where points meet the streets: the access leg of design section 4."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from planner.network.walk_network import WalkNetwork
from planner.travel._graph import STEP
from planner.travel.compiled.join import join_points
from planner.travel.streets import Streets, prepare_streets, shut_edges


@dataclass(frozen=True, eq=False)
class Access:
    """How n points meet the streets; everything ragged over the points.

    xy (n, 2) metres.
    compound (n,) : the compound whose streets a point may use besides the public ones, -1 for none.
    closed (n,) : a facility for the people of that compound alone; for nobody where it is in none.
    piece_starts (n + 1,), piece : the pieces within the limit of the streets it may use.
    entry_starts (n + 1,), entry_edge, entry_along_m, entry_minutes : street points at which a
        shortest walk may enter, with the minutes of the leg.
    seed_starts (n + 1,), seed_node, seed_minutes : minutes from the point to nodes over one leg
        and the rest of one edge; every longer walk continues from one of them.
    """

    xy: NDArray[np.float64]
    compound: NDArray[np.int64]
    closed: NDArray[np.bool_]
    piece_starts: NDArray[np.int64]
    piece: NDArray[np.int64]
    entry_starts: NDArray[np.int64]
    entry_edge: NDArray[np.int64]
    entry_along_m: NDArray[np.float64]
    entry_minutes: NDArray[np.float64]
    seed_starts: NDArray[np.int64]
    seed_node: NDArray[np.int64]
    seed_minutes: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.xy)

    @property
    def joined(self) -> NDArray[np.bool_]:
        """Whether a point meets any street, shape (n,)."""
        return np.diff(self.entry_starts) > 0


def join(
    streets: Streets,
    xy: NDArray[np.float64],
    *,
    reached: bool = False,
    closed: NDArray[np.bool_] | None = None,
    inside: NDArray[np.int64] | None = None,
) -> Access:
    """Find for each point the street points where a shortest walk can enter.

    On a straight piece of street only three can be best: the nearest point, and the two whose leg
    meets the street at the angle with cosine r = the edge's minutes per metre / the leg's, clipped
    to the piece and the limit; where r >= 1 (steps) the ends of the part within the limit. Of these
    three the ones behind a barrier are left out.

    Parameters
    ----------
    streets
        From `prepare_streets`.
    xy : shape (n, 2)
        Metres, in the network's CRS.
    reached
        Whether a search ends at these points (people) instead of starting there (facilities): for
        riders on one-way streets these differ.
    closed : shape (n,)
        Facilities that outsiders may not enter; outside every compound nobody is known
        to be inside.
    inside : shape (n,)
        What `streets.compound_at` says of these points, where the caller knows it already.
    """
    points = np.ascontiguousarray(xy, dtype=np.float64).reshape(-1, 2)
    network, pieces, graph, ends = streets.network, streets.pieces, streets.graph, streets.ends
    own = streets.compound_at(points) if inside is None else np.array(inside, dtype=np.int64)
    shut = np.zeros(len(points), dtype=bool) if closed is None else np.array(closed, dtype=bool)
    private = (streets.owner >= 0).any()
    groups = shapely.is_empty(network.walls.compounds.shape) if private else np.empty(0, dtype=bool)
    if groups.any() and np.isinf(streets.pace[~shut_edges(network, streets.rules)]).any():
        own, groups = _homes(streets, points, own), groups[:0]
    to_tail, to_head = (ends.ahead, ends.back) if reached else (ends.back, ends.ahead)
    barriers = streets.barriers
    # Made here, where zeros cost nothing until they are written to: one point meets few streets.
    work = np.zeros(len(pieces.edge), dtype=np.int64), np.zeros(len(graph.starts), dtype=np.int64)
    arrays = join_points(
        points,
        own,
        streets.access.limit_m,
        streets.leg_pace,
        (pieces.ends, pieces.edge, pieces.along_m),
        (streets.grid.frame, streets.grid.starts, streets.grid.items),
        (ends.tail, ends.head, ends.delay, to_tail, to_head, network.length_m, streets.owner),
        (graph.starts, graph.neighbour, graph.minutes, graph.both_ways, graph.inner),
        np.asarray(groups, dtype=bool),
        (barriers.ends, barriers.grid.frame, barriers.grid.starts, barriers.grid.items),
        work,
    )
    return Access(points, own, shut, *arrays)


def _homes(
    streets: Streets, points: NDArray[np.float64], inside: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the compound that each point is in, shape (n,).

    It is found as for people who can use every street: it does not depend on who walks.
    """
    agile = replace(streets.profile, steps_factor=1.0, vehicle="foot")
    everyone = prepare_streets(streets.network, agile, streets.access, streets.rules)
    return join(everyone, points, inside=inside).compound


def at_nodes(streets: Streets) -> Access:
    """Return the street nodes themselves as points to be reached, in their order."""
    network, graph = streets.network, streets.graph
    nothing, none = np.empty(0, dtype=np.int64), np.zeros(network.n_nodes + 1, dtype=np.int64)
    order = np.argsort(graph.network_node, kind="stable")
    copies = np.bincount(graph.network_node, minlength=network.n_nodes)
    return Access(
        xy=network.xy,
        compound=np.full(network.n_nodes, -1, dtype=np.int64),
        closed=np.zeros(network.n_nodes, dtype=bool),
        piece_starts=none,
        piece=nothing,
        entry_starts=none,
        entry_edge=nothing,
        entry_along_m=np.empty(0),
        entry_minutes=np.empty(0),
        seed_starts=np.concatenate([[0], np.cumsum(copies)]).astype(np.int64),
        seed_node=order,
        seed_minutes=np.zeros(len(order)),
    )


def rows_of(places: Access, first: int, last: int) -> Access:
    """Return the points first..last of an access table as one of their own."""
    return take(places, np.arange(first, last))


def take(places: Access, rows: NDArray[np.int64]) -> Access:
    """Return some points of an access table, in the order of `rows` (k,), as one of their own."""

    def part(starts: NDArray[np.int64], *columns: NDArray[Any]) -> list[NDArray[Any]]:
        """Cut what belongs to these points out of one ragged table."""
        size = starts[rows + 1] - starts[rows]
        ends = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
        at = np.arange(ends[-1]) + np.repeat(starts[rows] - ends[:-1], size)
        return [ends, *(column[at] for column in columns)]

    return Access(
        places.xy[rows],
        places.compound[rows],
        places.closed[rows],
        *part(places.piece_starts, places.piece),
        *part(places.entry_starts, places.entry_edge, places.entry_along_m, places.entry_minutes),
        *part(places.seed_starts, places.seed_node, places.seed_minutes),
    )


def put(places: Access, rows: NDArray[np.int64], other: Access) -> Access:
    """Return an access table with those of its points (k,) replaced by the k of another one."""

    def ragged(name: str) -> list[NDArray[Any]]:
        """Put the starts of one ragged table behind the other's."""
        first, second = getattr(places, name), getattr(other, name)
        return [first, first[-1] + second[1:]]

    starts = {"piece_starts", "entry_starts", "seed_starts"}
    both = Access(
        **{
            entry.name: np.concatenate(
                ragged(entry.name)
                if entry.name in starts
                else [getattr(places, entry.name), getattr(other, entry.name)]
            )
            for entry in fields(Access)
        }
    )
    order = np.arange(len(places))
    order[rows] = len(places) + np.arange(len(rows))
    return take(both, order)


def on_islands_only(network: WalkNetwork, points: Access) -> NDArray[np.bool_]:
    """Tell which points meet streets, but only of islands."""
    main = np.zeros(len(points), dtype=bool)
    point = np.repeat(np.arange(len(points)), np.diff(points.entry_starts))
    main[point[~network.island[points.entry_edge]]] = True
    return points.joined & ~main


def islands_met(network: WalkNetwork, points: Access) -> csr_array:
    """Tell which islands points meet: n points x islands, 1 where they do."""
    island = network.island_number
    point = np.repeat(np.arange(len(points)), np.diff(points.entry_starts))
    met = island[points.entry_edge]
    pairs = np.unique(np.column_stack([point, met])[met >= 0], axis=0)
    shape = (len(points), int(island.max(initial=-1)) + 1)
    return csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=shape)


def shut_in(streets: Streets, units: Access) -> NDArray[np.bool_]:
    """Tell which units meet streets of their compound alone, from which no open gate leads out."""
    graph, n_nodes = streets.graph, streets.network.n_nodes
    tail = np.repeat(np.arange(len(graph.starts) - 1), np.diff(graph.starts))
    leaving = (tail >= n_nodes) & (tail < n_nodes + graph.inner)
    inside = leaving & (graph.edge != STEP)
    links = (np.ones(inside.sum(), dtype=np.int8), (tail[inside], graph.neighbour[inside]))
    _, part = connected_components(coo_array(links, shape=(len(graph.starts) - 1,) * 2))
    has_gate = np.zeros(part.max(initial=-1) + 1, dtype=bool)
    has_gate[part[tail[leaving & (graph.edge == STEP)]]] = True
    edge, ends = units.entry_edge, streets.ends
    free = streets.owner[edge] < 0
    for side, node in enumerate((ends.tail, ends.head)):
        free |= has_gate[part[node[edge]]] & np.isfinite(ends.delay[edge, side])
    unit = np.repeat(np.arange(len(units)), np.diff(units.entry_starts))
    out = np.zeros(len(units), dtype=bool)
    out[unit[free]] = True
    return units.joined & ~out
