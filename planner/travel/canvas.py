"""What all isochrones of some streets read, worked out once and handed on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from planner.crs.array_types import Floats, Ints
from planner.network.walk_network import WalkNetwork
from planner.plan.profiles import WalkProfile
from planner.showing import Brief
from planner.travel._graph import add_dead_ends
from planner.travel._labels import compound_boxes, label_lattice, no_labels
from planner.travel._seen import prepare_seen
from planner.travel.compiled.arrays import Beside, Groups, Labels, Parted, Seen
from planner.travel.compiled.barriers_beside import list_barriers_beside
from planner.travel.compiled.lattice import CELL_M
from planner.travel.compiled.part_rows import OPEN, UNLISTED
from planner.travel.compiled.parted import part_neighbours
from planner.travel.compiled.reached_parts import Drawable, Shapes, Stops
from planner.travel.given_streets import to_streets
from planner.travel.streets import AccessRules, Streets
from planner.travel.wall_rules import WallRules
from planner.travel.workrooms import Workrooms

#: Streets are drawn square by square, so that the part of the lattice in use stays in the cache.
TILE_M: Final = 1000.0


@dataclass(frozen=True, eq=False)
class Canvas(Brief):
    """What all isochrones of some streets read, worked out once.

    labels : whose each lattice point is; those in no polygon are asked for a group of private
    streets when one comes near, and the answer is noted here.
    back : of walks from facilities, where the longer of the walks to and from them counts.

    Examples
    --------
    >>> import planner
    >>> canvas = planner.prepare_canvas(planner.load_example().network)
    >>> canvas.streets.profile.name
    'adult'
    """

    streets: Streets
    drawable: Drawable
    beside: Beside
    labels: Labels
    parted: Parted
    seen: Seen
    groups: Groups
    workrooms: Workrooms
    back: Canvas | None = None


def prepare_canvas(
    network: WalkNetwork | Streets,
    *,
    profile: WalkProfile | str | None = None,
    access: AccessRules | None = None,
) -> Canvas:
    """Work out what all isochrones of some streets read.

    It looks into the compounds' polygons, and GEOS does not stand two threads that first look into
    one: make it before other threads work on them.

    Parameters
    ----------
    network
        Streets, prepared or not.
    profile, access
        As for `prepare_streets`, where they are not prepared.

    Raises
    ------
    ArgumentError
        As `to_streets`.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> canvas = planner.prepare_canvas(town.network, profile="elderly")
    >>> planner.isochrones(canvas, town.facilities, cutoffs_minutes=15)["profile"].unique().tolist()
    ['elderly']
    """
    streets = to_streets(network, profile, access)
    return _prepare(streets)


def _prepare(streets: Streets) -> Canvas:
    """Work out what all isochrones of prepared streets read."""
    network, limit = streets.network, float(streets.access.limit_m)
    compounds = network.walls.compounds
    if len(compounds) and not streets.rules.ignored:
        labels = label_lattice(network, streets.owner, limit + 2 * CELL_M, CELL_M)
        is_group = np.asarray(shapely.is_empty(compounds.shape), dtype=bool)
    else:
        labels, is_group = no_labels(), np.zeros(0, dtype=bool)
    boxes = compound_boxes(compounds.shape[: len(is_group)], CELL_M)
    groups = Groups(limit, streets.pieces, streets.grid, streets.owner, is_group, boxes)
    back = None if streets.back is None else _prepare(streets.back)
    beside = _list_barriers(streets)
    drawable = _to_drawable(streets, beside)
    seen = prepare_seen(streets, drawable.shapes.line >= 0)
    parted = part_neighbours(streets.barriers, CELL_M)
    rooms = Workrooms(streets)
    return Canvas(streets, drawable, beside, labels, parted, seen, groups, rooms, back)


def to_canvas(
    network: WalkNetwork | Streets | Canvas,
    profile: WalkProfile | str | None = None,
    access: AccessRules | None = None,
    rules: WallRules | None = None,
) -> Canvas:
    """Return a canvas as it is, or prepare that of a network or of prepared streets.

    Raises
    ------
    ArgumentError
        If the streets are prepared already, for something else.
    """
    if isinstance(network, Canvas):
        to_streets(network.streets, profile, access, rules)  # refuses anything else
        return network
    return _prepare(to_streets(network, profile, access, rules))


def _list_barriers(streets: Streets) -> Beside:
    """List the barriers beside every straight line of street."""
    coords = streets.network.coords
    # What leads from the last vertex of an edge to the next edge is never asked for.
    lines = np.hstack([coords, np.roll(coords, -1, axis=0)])
    lines[streets.network.offsets[1:] - 1, 2:] = lines[streets.network.offsets[1:] - 1, :2]
    return Beside(*list_barriers_beside(lines, float(streets.access.limit_m), streets.barriers))


def _to_drawable(streets: Streets, beside: Beside) -> Drawable:
    """Put together what the search for reached parts reads."""
    network, graph, pieces, edges = streets.network, streets.graph, streets.pieces, streets.edges
    stop = network.elevated[pieces.edge]
    edge = pieces.edge[stop]
    # Exactly 0 at u; at v it is the length of the edge.
    at_v = pieces.along_m[stop] > 0
    # Of private streets too, beside which no barrier need stand: not all is walked to from there.
    beside_walls = np.diff(beside.starts) > 0
    beside_walls |= np.repeat(edges.owner >= 0, np.diff(network.offsets))
    line = np.where(beside_walls, np.arange(len(network.coords)), OPEN)
    return Drawable(
        graph=add_dead_ends(graph, edges),
        edges=edges,
        shapes=Shapes(network.coords, network.offsets, network.elevated, line),
        stops=Stops(
            node=np.where(at_v, edges.head[edge], edges.tail[edge]),
            x=pieces.ends[stop, 0].copy(),
            y=pieces.ends[stop, 1].copy(),
            edge=edge,
        ),
        tile=_tiles(network.xy[graph.network_node]),
        pieces=pieces.ends,
        piece_edge=pieces.edge,
        piece_along=pieces.along_m,
        piece_line=_lines_of_pieces(streets, line),
        legs=streets.legs,
    )


def _lines_of_pieces(streets: Streets, line: Ints) -> Ints:
    """Return the line of street of each piece; line (v,) : as in `Shapes`."""
    network, pieces = streets.network, streets.pieces
    ground = ~network.elevated[pieces.edge]
    # Pieces of an edge stand in the order of its vertices: the first of each is its node u.
    edge = pieces.edge[ground]
    turn = np.arange(len(edge)) - np.searchsorted(edge, edge)
    found = np.full(len(pieces.edge), UNLISTED, dtype=np.int64)
    found[ground] = line[network.offsets[edge] + turn]
    return found


def _tiles(xy: Floats) -> Ints:
    """Return for each point the number of the square of TILE_M it lies in."""
    column, row = ((xy - xy.min(axis=0, initial=np.inf)) // TILE_M).astype(np.int64).T
    return np.asarray(row * (column.max(initial=0) + 1) + column, dtype=np.int64)
