"""Where a short path could lead through the outline of a compound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from planner.crs.arrays import Floats, Ints
from planner.network.links import Links
from planner.travel.compiled.grid import grid_of_lines
from planner.travel.compiled.wall_places import wall_places
from planner.travel.minutes import in_blocks
from planner.travel.streets import BARRIER_CELL_M, Streets

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

    parts = in_blocks(block, len(samples[2]))
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def _indexed(ends: Floats) -> tuple[Any, ...]:
    """Return straight parts with the grid of their cells, as the kernel takes barriers."""
    grid = grid_of_lines(ends, BARRIER_CELL_M)
    return np.ascontiguousarray(ends), grid.frame, grid.starts, grid.items
