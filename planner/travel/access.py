"""Where points meet the streets: the access leg of design section 4."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from planner.network.walk_network import WalkNetwork
from planner.showing import Brief
from planner.travel._graph import STEP
from planner.travel._grids import grid_of_points
from planner.travel.compiled.arrays import ByEdge, ByNode, Lookup, Points
from planner.travel.compiled.join import JoinRoom, join_points
from planner.travel.compiled.own_groups import find_own_groups
from planner.travel.streets import Streets


@dataclass(frozen=True)
class Sizes:
    """How many nodes of the search graph and edges some streets have, and their longest leg."""

    n_nodes: int
    n_edges: int
    limit_m: float


@dataclass(frozen=True, eq=False)
class Access(Brief):
    """How n points meet the streets: the arrays of `Points`, and whose streets and doors.

    compound (n,) : the compound whose streets a point may use besides the public ones, -1 for none.
    closed (n,) : a facility for the people of that compound alone; for nobody where it is in none.
    back : how they meet the streets on the way from facilities, where the longer of both ways
        counts.
    sizes : of the streets that the points are joined to.
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
    sizes: Sizes
    back: Access | None = None

    def __len__(self) -> int:
        return len(self.xy)

    @property
    def joined(self) -> NDArray[np.bool_]:
        """Whether a point meets any street, shape (n,)."""
        return self.entry_starts[1:] > self.entry_starts[:-1]

    @property
    def points(self) -> Points:
        """The arrays, as compiled code takes them."""
        return Points(*(getattr(self, name) for name in Points._fields))

    @cached_property
    def lookup(self) -> Lookup:
        """The points by node, by edge and by place: how a search for them finds them."""
        number = np.arange(len(self))
        seed_of = np.repeat(number, np.diff(self.seed_starts))
        entry_of = np.repeat(number, np.diff(self.entry_starts))
        node_order, node_starts = _by(self.seed_node, self.sizes.n_nodes)
        edge_order, edge_starts = _by(self.entry_edge, self.sizes.n_edges)
        return Lookup(
            ByNode(node_starts, seed_of[node_order], self.seed_minutes[node_order]),
            ByEdge(
                edge_starts, entry_of[edge_order], self.entry_along_m[edge_order],
                self.entry_minutes[edge_order],
            ),
            # Walks that pass no node look as far as two legs, so in nine cells at most.
            grid_of_points(self.xy, 2 * self.sizes.limit_m),
        )  # fmt: skip

    def without_streets(self) -> Access:
        """Return the points alone: as if they met no street."""
        none, nothing = np.zeros(len(self) + 1, dtype=np.int64), np.empty(0, dtype=np.int64)
        return replace(
            self,
            piece_starts=none, piece=nothing,
            entry_starts=none, entry_edge=nothing, entry_along_m=np.empty(0),
            entry_minutes=np.empty(0),
            seed_starts=none, seed_node=nothing, seed_minutes=np.empty(0), back=None,
        )  # fmt: skip

    def forget_lookup(self) -> None:
        """Give back the memory of `lookup`; a search that needs it makes it again."""
        self.__dict__.pop("lookup", None)


def _by(keys: NDArray[np.int64], n_keys: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the order that groups rows by key, and where each key starts."""
    starts = np.concatenate([[0], np.cumsum(np.bincount(keys, minlength=n_keys))])
    return np.argsort(keys, kind="stable"), starts.astype(np.int64)


def join(
    streets: Streets,
    xy: NDArray[np.float64],
    *,
    reached: bool = False,
    closed: NDArray[np.bool_] | None = None,
    inside: NDArray[np.int64] | None = None,
    slanted: bool = True,
    room: JoinRoom | None = None,
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
    slanted
        False: only the nearest place of each piece is tried. It can be met whatever the detour, and
        whatever the limit from the length of its leg on.
    room
        Working arrays from `make_room_to_join`; whoever joins one point after the other keeps them.
    """
    points = np.ascontiguousarray(xy, dtype=np.float64).reshape(-1, 2)
    pieces, graph, edges = streets.pieces, streets.graph, streets.edges
    own = streets.compound_at(points) if inside is None else np.array(inside, dtype=np.int64)
    shut = np.zeros(len(points), dtype=bool) if closed is None else np.array(closed, dtype=bool)
    groups = streets.groups
    if streets.of_everyone is not None:  # in which compound one is does not depend on who walks
        limit_m = float(streets.access.limit_m)
        own = find_own_groups(
            points,
            own,
            limit_m,
            *streets.of_everyone,
            streets.owner,
            np.asarray(groups, dtype=bool),
        )
        groups = groups[:0]
    # Whoever walks to the points comes along the edges the other way round.
    seen = edges._replace(ahead=edges.back, back=edges.ahead) if reached else edges
    if reached:
        passable = np.isfinite(graph.way_back)
        graph = graph._replace(way_back=np.where(passable, graph.rows.minutes, np.inf))
    joined = join_points(
        points,
        own,
        streets.legs,
        pieces,
        streets.grid,
        seen,
        graph,
        groups,
        slanted,
        make_room_to_join(streets) if room is None else room,
    )
    back = None
    if streets.back is not None:
        back = join(streets.back, points, reached=reached, closed=closed, inside=own)
    columns = joined._asdict()
    return Access(compound=own, closed=shut, sizes=_sizes_of(streets), back=back, **columns)


def _sizes_of(streets: Streets) -> Sizes:
    """Return how large some streets are."""
    n_nodes, n_edges = len(streets.graph.network_node), streets.network.n_edges
    return Sizes(n_nodes, n_edges, streets.access.limit_m)


def make_room_to_join(streets: Streets) -> JoinRoom:
    """Make working arrays; zeros cost nothing until written to: a point meets little."""
    n_pieces, n_nodes = len(streets.pieces.edge), len(streets.graph.network_node)
    n_barriers = len(streets.barriers.ends)
    return JoinRoom(
        mark=np.zeros(1, dtype=np.int64),
        met_piece=np.zeros(n_pieces, dtype=np.int64),
        met_node=np.zeros(n_nodes, dtype=np.int64),
        found=np.empty(n_pieces, dtype=np.int64),
        nodes=np.empty(n_nodes, dtype=np.int64),
        node_minutes=np.empty(n_nodes),
        met_barrier=np.zeros(n_barriers + 1, dtype=np.int64),
        around=np.empty(n_barriers, dtype=np.int64),
        near=np.empty((n_barriers, 4)),
        here=np.empty(n_barriers, dtype=np.int64),
    )


def at_nodes(streets: Streets) -> Access:
    """Return the street nodes themselves as points to be reached, in their order."""
    network, graph = streets.network, streets.graph
    nothing, none = np.empty(0, dtype=np.int64), np.zeros(network.n_nodes + 1, dtype=np.int64)
    # A node of a compound's streets stands in the search graph several times: the soonest counts.
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
        sizes=_sizes_of(streets),
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

    piece = part(places.piece_starts, places.piece)
    entry = part(places.entry_starts, places.entry_edge, places.entry_along_m, places.entry_minutes)
    seed = part(places.seed_starts, places.seed_node, places.seed_minutes)
    points = Points(places.xy[rows], *piece, *entry, *seed)
    return Access(
        compound=places.compound[rows],
        closed=places.closed[rows],
        sizes=places.sizes,
        back=None if places.back is None else take(places.back, rows),
        **points._asdict(),
    )


def put(places: Access, rows: NDArray[np.int64], other: Access) -> Access:
    """Return an access table with those of its points (k,) replaced by the k of another one."""
    if places.back is not None and other.back is not None:
        one_way = put(replace(places, back=None), rows, replace(other, back=None))
        return replace(one_way, back=put(places.back, rows, other.back))

    def ragged(name: str) -> list[NDArray[Any]]:
        """Put the starts of one ragged table behind the other's."""
        first, second = getattr(places, name), getattr(other, name)
        return [first, first[-1] + second[1:]]

    starts = {"piece_starts", "entry_starts", "seed_starts"}
    columns = {
        name: np.concatenate(
            ragged(name) if name in starts else [getattr(places, name), getattr(other, name)]
        )
        for name in ("compound", "closed", *Points._fields)
    }
    both = Access(**columns, sizes=places.sizes, back=None)
    # Rows of a ragged table differ in length: they cannot be written over in place.
    order = np.arange(len(places))
    order[rows] = len(places) + np.arange(len(rows))
    return take(both, order)


def stack(parts: Sequence[Access]) -> Access:
    """Return access tables of the same streets, at least one, put one behind the other."""
    if len(parts) == 1:
        return parts[0]

    def column(name: str) -> NDArray[Any]:
        """Put one column together; starts go on where the part before has ended."""
        columns = [getattr(part, name) for part in parts]
        if not name.endswith("_starts"):
            return np.concatenate(columns)
        ends = np.cumsum([0, *(starts[-1] for starts in columns)])
        moved = [starts[:-1] + end for starts, end in zip(columns, ends, strict=False)]
        return np.concatenate([*moved, ends[-1:]])

    names = ("compound", "closed", *Points._fields)
    backs = [part.back for part in parts if part.back is not None]
    return Access(
        **{name: column(name) for name in names},
        sizes=parts[0].sizes,
        back=stack(backs) if backs else None,
    )


def on_islands_only(network: WalkNetwork, points: Access) -> NDArray[np.bool_]:
    """Tell which points meet streets, but only of islands."""
    main = np.zeros(len(points), dtype=bool)
    point = np.repeat(np.arange(len(points)), np.diff(points.entry_starts))
    main[point[~network.island[points.entry_edge]]] = True
    return points.joined & ~main


def islands_met(network: WalkNetwork, points: Access) -> csr_array:
    """Tell which islands points meet: n points x islands, 1 where they do."""
    island = network.island_number
    # Hardly any street is one of an island.
    entry = np.flatnonzero(island[points.entry_edge] >= 0)
    point = np.searchsorted(points.entry_starts, entry, side="right") - 1
    pairs = np.unique(np.column_stack([point, island[points.entry_edge[entry]]]), axis=0)
    shape = (len(points), int(island.max(initial=-1)) + 1)
    return csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=shape)


def shut_in(
    streets: Streets, units: Access, gated: NDArray[np.int64] | None = None
) -> NDArray[np.bool_]:
    """Tell which units meet streets of their compound alone, from which no open gate leads out.

    gated : nodes of the search graph from which one is known to, beyond these streets.
    """
    graph, n_nodes = streets.graph, streets.network.n_nodes
    rows, n_all = graph.rows, len(graph.network_node)
    tail = np.repeat(np.arange(n_all), np.diff(rows.starts))
    # Only the layer of those who leave: in the other one steps lead inwards.
    leaving = (tail >= n_nodes) & (tail < n_nodes + graph.inner)
    inside = leaving & (graph.edge != STEP)
    links = (np.ones(inside.sum(), dtype=np.int8), (tail[inside], rows.neighbour[inside]))
    _, part = connected_components(coo_array(links, shape=(n_all, n_all)))
    has_gate = np.zeros(part.max(initial=-1) + 1, dtype=bool)
    has_gate[part[tail[leaving & (graph.edge == STEP)]]] = True
    if gated is not None:
        has_gate[part[gated]] = True
    edge, edges = units.entry_edge, streets.edges
    free = streets.owner[edge] < 0
    for side, node in enumerate((edges.tail, edges.head)):
        # A delay of inf is a shut gate amid the street: this end is out of reach.
        free |= has_gate[part[node[edge]]] & np.isfinite(edges.delay[edge, side])
    unit = np.repeat(np.arange(len(units)), np.diff(units.entry_starts))
    out = np.zeros(len(units), dtype=bool)
    out[unit[free]] = True
    return units.joined & ~out
