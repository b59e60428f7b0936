"""Walls opened: at a gate, or where a short path could lead through; and who is served then."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from planner.network.links import Links
from planner.travel import _openings
from planner.travel._graph import inner_nodes
from planner.travel._grid import grid_of_boxes
from planner.travel._wall_places import wall_places
from planner.travel.access import Access
from planner.travel.kernel import search_nearest
from planner.travel.minutes import Lookup, barrier_arrays, cores, graph_arrays, lookup_arrays
from planner.travel.streets import BARRIER_CELL_M, Streets, gate_minutes, shut_gates

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: The longest path through a wall, from street to street.
LONGEST_M: Final = 60.0
#: A new opening lies this far along the wall from every gate, and from a better opening.
SPACING_M: Final = 50.0
#: A wall is looked at every so many metres.
SAMPLE_M: Final = 25.0


@dataclass(frozen=True, eq=False)
class WallPlaces:
    """Places where a short path could lead through the outline of a compound, k of them.

    compound (k,) : row of the network's compounds.
    outline (k,), at_m (k,) : which outline, and metres along it; round_m (k,) : its length.
    xy (k, 2) : where the path passes it, metres.
    ends (k, 4) : x, y of the path's ends within and without; path_m (k,) : its length.
    links : the paths, from the compound's street to the public one; they are the compound's.
    """

    compound: Ints
    outline: Ints
    at_m: Floats
    round_m: Floats
    xy: Floats
    ends: Floats
    path_m: Floats
    links: Links

    def __len__(self) -> int:
        return len(self.compound)


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


def gates_to_open(streets: Streets) -> Ints:
    """Return the rows of the network's gates that are not open to everybody.

    Those between a compound and public streets, which let at most its residents through, and those
    elsewhere that are shut.
    """
    gates = streets.network.walls.gates
    wanted = (gates.compound >= 0) | shut_gates(streets)
    wanted[list(streets.rules.opened)] = False
    return np.flatnonzero(wanted)


def find_wall_places(streets: Streets) -> WallPlaces:
    """Find where a footpath could lead through the outline of a compound.

    Every 25 m of an outline the nearest street of the compound within and the nearest public street
    without are looked for, both on the ground and in sight. A path between them is possible if it
    is at most 60 m long, crosses this outline once and no other, and no water, railway or motorway;
    and lies 50 m along the wall from every gate and passage, open or shut.
    """
    outlines = _outlines(streets)
    compound, ring, begins, parts, round_m = outlines
    part, at_m = _samples(outlines)
    gates = _gates_on_outlines(streets, outlines)
    far = ~near_along(ring[part], at_m, *gates, round_m)
    part, at_m = part[far], at_m[far]
    length_m = np.hypot(*(parts[:, 2:] - parts[:, :2]).T)
    share = ((at_m - begins[part]) / length_m[part])[:, None]
    xy = parts[part, :2] + share * (parts[part, 2:] - parts[part, :2])
    samples = np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1]), part
    pieces, figures = _paths(streets, samples, (parts, compound[ring], begins))
    rows = np.flatnonzero(pieces[:, 0] >= 0)
    rows = rows[~near_along(ring[part[rows]], figures[rows, 3], *gates, round_m)]
    pieces, figures, ring = pieces[rows], figures[rows], ring[part[rows]]
    whose, names = compound[ring], streets.network.walls.compounds.id
    # The outlines of a compound of several parts count on, so that no id stands twice.
    earlier_m = pd.Series(np.cumsum(round_m) - round_m)
    earlier_m -= earlier_m.groupby(compound).transform("min")
    along_m = figures[:, 3] + earlier_m.to_numpy()[ring]
    metres = [f"{names[c]}+{at:.0f}m" for c, at in zip(whose, along_m, strict=True)]
    return WallPlaces(
        compound=whose,
        outline=ring,
        at_m=figures[:, 3],
        round_m=round_m[ring],
        xy=figures[:, 4:6],
        ends=figures[:, 6:],
        path_m=figures[:, 2],
        links=Links(
            id=np.array(metres, dtype=object),
            access=names[whose],
            edge=streets.pieces.edge[pieces],
            along_m=streets.pieces.along_m[pieces] + figures[:, :2],
        ),
    )


#: compound (r,) of each outline; ring (q,) of each straight part, metres along it to the part's
#: start (q,), its ends (q, 4), the compound on the left; length (r,) of each outline.
_Outlines = tuple[Any, ...]


def _outlines(streets: Streets) -> _Outlines:
    """Cut the outer outlines of the compounds into straight parts."""
    shapes, compound = shapely.get_parts(streets.network.walls.compounds.shape, return_index=True)
    filled = ~shapely.is_empty(shapes)
    rings, compound = shapely.get_exterior_ring(shapes[filled]), compound[filled]
    turned = ~shapely.is_ccw(rings)
    rings[turned] = shapely.reverse(rings[turned])
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    same = (ring[1:] == ring[:-1]) & (coords[1:] != coords[:-1]).any(axis=1)
    parts = np.hstack([coords[:-1], coords[1:]])[same]
    ring = ring[:-1][same].astype(np.int64)
    length_m = np.hypot(*(parts[:, 2:] - parts[:, :2]).T)
    round_m = np.bincount(ring, weights=length_m, minlength=len(rings))
    walked_m = np.cumsum(length_m) - length_m
    first = np.searchsorted(ring, np.arange(len(rings)))
    begins = walked_m - walked_m[first][ring] if len(parts) else walked_m
    return compound.astype(np.int64), ring, begins, np.ascontiguousarray(parts), round_m


def _samples(outlines: _Outlines) -> tuple[Ints, Floats]:
    """Return the part and the metres along its outline of places at equal distances."""
    _, ring, begins, _, round_m = outlines
    count = np.ceil(round_m / SAMPLE_M).astype(np.int64)
    of = np.repeat(np.arange(len(round_m)), count)
    number = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    at_m = (number + 0.5) * (round_m / np.maximum(count, 1))[of]
    before = np.concatenate([[0.0], np.cumsum(round_m)])
    part = np.searchsorted(before[ring] + begins, before[of] + at_m, side="right") - 1
    return part.astype(np.int64), at_m


def _gates_on_outlines(streets: Streets, outlines: _Outlines) -> tuple[Ints, Floats]:
    """Return the outline on which each gate of a compound lies, and metres along it."""
    compound, part_ring, _, parts, _ = outlines
    network = streets.network
    gates = network.walls.gates
    rows = pd.DataFrame({"gate": np.arange(len(gates)), "compound": gates.compound})
    rings = pd.DataFrame({"ring": np.arange(len(compound)), "compound": compound})
    pairs = rows.merge(rings, on="compound")
    gate, whose = pairs["gate"].to_numpy(), pairs["ring"].to_numpy()
    if len(pairs) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0)
    first, last = (
        np.searchsorted(part_ring, np.arange(len(compound)), side=side)
        for side in ("left", "right")
    )
    lines = np.array(
        [
            shapely.linestrings(np.vstack([parts[a:b, :2], parts[b - 1 : b, 2:]]))
            for a, b in zip(first, last, strict=True)
        ],
        dtype=object,
    )
    places = shapely.points(network.xy[gates.node[gate]])
    away_m = shapely.distance(lines[whose], places)
    # A compound of two parts: a gate is in the wall of the nearer one.
    order = np.lexsort((whose, away_m, gate))
    kept = order[np.diff(gate[order], prepend=-1) != 0]
    return whose[kept], np.asarray(shapely.line_locate_point(lines[whose[kept]], places[kept]))


def near_along(
    ring: Ints, at_m: Floats, other_ring: Ints, other_at_m: Floats, round_m: Floats
) -> NDArray[np.bool_]:
    """Tell which places on outlines have another within 50 m along the outline, both ways."""
    width = 4 * round_m.max(initial=1.0) + 4 * SPACING_M  # outlines laid out on one line, far apart
    keys = [other_ring * width + other_at_m + turn * round_m[other_ring] for turn in (-1, 0, 1)]
    others = np.sort(np.concatenate([*keys, [-np.inf, np.inf]]))
    key = ring * width + at_m
    after = np.searchsorted(others, key)
    nearest = np.minimum(others[after] - key, key - others[after - 1])
    return np.asarray(nearest < SPACING_M, dtype=bool)


def _paths(
    streets: Streets, samples: tuple[Floats, Floats, Ints], walls: tuple[Floats, Ints, Floats]
) -> tuple[Ints, Floats]:
    """Look for a path at every sample, on all cores."""
    pieces, barriers = streets.pieces, streets.network.walls.barriers
    grounds = (pieces.ends, streets.owner[pieces.edge], streets.grid.frame, streets.grid.starts,
               streets.grid.items)  # fmt: skip
    others = barriers.ends[barriers.of_kinds(frozenset(streets.rules.barriers) - {"wall"})]
    indexed = (_indexed(walls[0]), _indexed(others))

    def block(first: int, last: int) -> tuple[Ints, Floats]:
        """Look at some of the samples."""
        found: tuple[Ints, Floats] = wall_places(
            first, last, samples, walls, grounds, LONGEST_M, *indexed
        )
        return found

    parts = _in_blocks(block, len(samples[2]))
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def _indexed(ends: Floats) -> tuple[Any, ...]:
    """Return straight parts with the grid of their cells, as the kernel takes barriers."""
    low, high = np.minimum(ends[:, :2], ends[:, 2:]), np.maximum(ends[:, :2], ends[:, 2:])
    grid = grid_of_boxes(np.hstack([low, high]), BARRIER_CELL_M)
    return np.ascontiguousarray(ends), grid.frame, grid.starts, grid.items


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
    shared = (openings, graph, ways, doors, legs, lookup[0], state, asked)

    def block(first: int, last: int) -> tuple[Ints, Ints, Floats, Ints]:
        """Open some of the openings, one at a time."""
        found: tuple[Ints, Ints, Floats, Ints] = _openings.newly_reached(first, last, *shared)
        return found

    parts = _in_blocks(block, len(openings[0]))
    opening, target, reached_minutes, origin = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    return NewlyReached(opening, target, reached_minutes, origin)


def _doors(lookup: Lookup, points: Access) -> tuple[Any, ...]:
    """Return where points meet the streets, as the kernel takes them."""
    return lookup[1], lookup[2], points.xy, points.compound, points.closed


def _in_blocks(work: Any, count: int) -> list[Any]:
    """Run work(first, last) over 0..count in blocks, on all cores; at least once."""
    n_blocks = max(min(4 * cores(), count), 1)
    bounds = np.linspace(0, count, n_blocks + 1).astype(int)
    with ThreadPoolExecutor(cores()) as pool:
        return list(pool.map(work, bounds[:-1], bounds[1:]))


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
    kind = np.where(border, _openings.GATE, _openings.SHUT)
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
    on_foot = profile.vehicle == "foot"
    speed = profile.speed_m_per_min if on_foot else profile.push_kmh * 1000 / 60
    step = np.full(count, profile.gate_s / 60)
    whole = np.column_stack([places.links.edge, places.compound])
    figures = np.column_stack([places.links.along_m, places.path_m / speed, step, places.ends])
    nothing = (np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))
    return np.full(count, _openings.LINK), whole, figures, nothing


def _joined_openings(first: _Opened, second: _Opened) -> _Opened:
    """Put gates before paths."""
    kind, rows, figures = (
        np.concatenate([a, b]) for a, b in zip(first[:3], second[:3], strict=True)
    )
    return kind, rows, figures, first[3]
