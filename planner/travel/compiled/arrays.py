"""What compiled code takes: named tuples of arrays, each described here once.

Letters for lengths: n points, m edges, g nodes of the search graph, p straight pieces of street,
t targets, o origins. Coordinates and lengths are metres in the network's CRS, times are minutes,
paces minutes per metre. A ragged table keeps where each row starts: row k holds the items
starts[k]:starts[k + 1].
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.crs.array_types import Flags, Floats, Ints


class Frame(NamedTuple):
    """Square cells in rows from south to north, each row from west to east.

    x0, y0 : south-west corner of the first cell, metres; cell : side of a cell, metres.
    columns, rows : how many cells there are each way.
    """

    x0: float
    y0: float
    cell: float
    columns: int
    rows: int


class Grid(NamedTuple):
    """Items by the cells they touch, ragged over the cells: cell = row * columns + column.

    starts (columns * rows + 1,), items : numbers of the items, in their order within a cell.
    """

    frame: Frame
    starts: Ints
    items: Ints


class Lines(NamedTuple):
    """Straight lines and the grid that finds them: the parts of barriers, or of outlines.

    ends (b, 4) : x, y of both ends, metres.
    """

    ends: Floats
    grid: Grid


class Pieces(NamedTuple):
    """Straight pieces of street that a leg may meet.

    ends (p, 4) : x, y of both ends in the direction of the edge, metres.
    edge (p,) : edge of each piece; along_m (p,) : metres from the edge's node u to its first end.
    An elevated edge has no pieces but one of length zero at each end that comes to the ground or
    joins nothing; an edge that this walker cannot use has none.
    """

    ends: Floats
    edge: Ints
    along_m: Floats


class Edges(NamedTuple):
    """The edges of the streets as one kind of walker searches them.

    tail, head (m,) : node at u, at v; of a compound's edge the node to leave by, `inner` further on
        the one to enter by.
    delay (m, 2) : minutes to pass the end at u, at v; inf where nobody passes.
    ahead, back (m,) : minutes per metre towards v, towards u, as a search goes; inf: not allowed.
    length_m (m,) : metres.
    owner (m,) : compound whose residents alone use the edge, -1 for public streets.
    """

    tail: Ints
    head: Ints
    delay: Floats
    ahead: Floats
    back: Floats
    length_m: Floats
    owner: Ints


class Rows(NamedTuple):
    """Which nodes follow which, ragged over the nodes.

    starts (g + 1,), neighbour, minutes : node k leads to each neighbour in so many minutes.
    """

    starts: Ints
    neighbour: Ints
    minutes: Floats


class SearchGraph(NamedTuple):
    """The streets as nodes: once for public streets, twice for those of compounds.

    The first n_nodes nodes are those of the network, for its public streets. Each node of a
    compound's streets stands twice behind them: `inner` nodes for walks that leave the compound,
    then as many for walks that enter it. One-way steps lead from leaving to public to entering.

    rows : who follows whom.
    edge : edge of each row, -1 for a step through a gate.
    way_back : minutes of the row's way back; inf where there is none.
    network_node (g,) : node of the network, of each node.
    """

    rows: Rows
    edge: Ints
    way_back: Floats
    network_node: Ints
    inner: int


class Points(NamedTuple):
    """How n points meet the streets; the ragged tables run over the points.

    xy (n, 2) : metres.
    piece_starts (n + 1,), piece : the pieces within the limit of the streets a point may use.
    entry_starts (n + 1,), entry_edge, entry_along_m, entry_minutes : street points at which a
        shortest walk may enter: edge, metres from its node u, minutes of the leg.
    seed_starts (n + 1,), seed_node, seed_minutes : minutes from the point to nodes over one leg
        and the rest of one edge; every longer walk continues from one of them.
    """

    xy: Floats
    piece_starts: Ints
    piece: Ints
    entry_starts: Ints
    entry_edge: Ints
    entry_along_m: Floats
    entry_minutes: Floats
    seed_starts: Ints
    seed_node: Ints
    seed_minutes: Floats


class ByNode(NamedTuple):
    """Points by the nodes of their seeds, ragged over the g nodes.

    starts (g + 1,), point, minutes : from the node to the point.
    """

    starts: Ints
    point: Ints
    minutes: Floats


class ByEdge(NamedTuple):
    """Points by the edges of their entries, ragged over the m edges.

    starts (m + 1,), point; along_m : metres from node u to the entry; minutes : of its leg.
    """

    starts: Ints
    point: Ints
    along_m: Floats
    minutes: Floats


class Lookup(NamedTuple):
    """Points to be reached, by what a search comes upon: nodes, edges, places."""

    by_node: ByNode
    by_edge: ByEdge
    by_place: Grid


class Legs(NamedTuple):
    """How one walks off the streets.

    limit_m : the longest straight leg, metres; pace : minutes per straight metre of a leg.
    barriers : what no leg crosses.
    """

    limit_m: float
    pace: float
    barriers: Lines


class Nearby(NamedTuple):
    """What is walked where no node is passed: one piece of street, one edge, or none.

    piece_ends (p, 4) : as in `Pieces`; ahead, back (m,) : as in `Edges`.
    """

    piece_ends: Floats
    ahead: Floats
    back: Floats
    legs: Legs


class Heap(NamedTuple):
    """Room for a binary heap of nodes, the soonest first; its size is handed on beside it.

    minutes, node : as many as may ever wait.
    """

    minutes: Floats
    node: Ints


class Lattice(NamedTuple):
    """The points on which depths are kept, in rows from south to north.

    x0, y0 : the first point, metres; cell : from one point to the next, metres.
    """

    x0: float
    y0: float
    cell: float


class Labels(NamedTuple):
    """Whose each lattice point is, kept in squares of TILE x TILE points near compounds only.

    tiles (rows, columns), int32 : number of each square, -1 where none is kept.
    label (k, TILE, TILE), int32 : compound of each point; UNASKED in no polygon, until a group of
        private streets was looked for, then that group or -1.
    column, row : of the first square, counted from the origin of the metric CRS.
    """

    tiles: NDArray[np.int32]
    label: NDArray[np.int32]
    column: int
    row: int


class Groups(NamedTuple):
    """What groups of private streets, which have no outline, are known by.

    limit_m : the longest leg, metres; pieces : of street, with the grid that finds them.
    owner (m,) : compound of each edge, -1 for public ones.
    is_group (c,) : whether a compound is such a group.
    boxes (c, 4) : x, y from and to, metres, outside which nobody steps into a compound.
    """

    limit_m: float
    pieces: Pieces
    grid: Grid
    owner: Ints
    is_group: Flags
    boxes: Floats


class GroupRoom(NamedTuple):
    """One thread's working arrays for the search of groups.

    found (p,) : pieces near a place; met_piece (p,) : mark of the last place near each piece.
    mark (1,) : the last mark given.
    """

    found: Ints
    met_piece: Ints
    mark: Ints


class Beside(NamedTuple):
    """The barriers within a leg of each straight line of street, ragged over the v vertices.

    starts (v + 1,), barrier : those near the line from a vertex of `Shapes` to the next.
    """

    starts: Ints
    barrier: Ints


class Parted(NamedTuple):
    """Which neighbours on the lattice a barrier may part, block by block, where barriers stand.

    bits (rows, columns), int32 : of each block, one for each of its points: whether a barrier may
        stand between it and the point east of it, or north of it.
    row, column : of the first block, counted from the origin of the metric CRS.
    starts (rows * columns + 1,), barrier : the barriers that may do so in each block, ragged over
        the blocks, row by row.
    """

    bits: NDArray[np.int32]
    row: int
    column: int
    starts: Ints
    barrier: Ints


class Seen(NamedTuple):
    """What is walked to from each straight line of street, block by block; asked when first met.

    Of the v vertices of `Shapes`, for the lines from each to the next:

    coords (v, 2) : the vertices, metres.
    slant (v,) : metres along a line to the place a leg meets, per metre beside it; inf: nothing is
        kept of the line.
    lines (v, 6) : the compound whose people alone step off it, -1 for everybody; row and column of
        the first of the blocks within a leg of it, counted from the origin of the metric CRS; how
        many there are from west to east; where they begin and end in `blocks`.
    blocks : what is known of each block, row by row, ragged over the lines; 0: nobody has asked.
    """

    coords: Floats
    slant: Floats
    lines: Ints
    blocks: Ints


class Ground(NamedTuple):
    """Whose the land is, and what stands on it, with one thread's working arrays.

    room : for the search of groups; met_barrier (b + 1,) : zeros at first; near (b, 4), here (b,) :
        the barriers near a street.
    """

    labels: Labels
    barriers: Lines
    parted: Parted
    beside: Beside
    seen: Seen
    groups: Groups
    room: GroupRoom
    met_barrier: Ints
    near: Floats
    here: Ints
