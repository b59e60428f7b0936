"""Where a short path could lead through the outline of a compound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from planner.crs.array_types import Floats, Ints
from planner.network.links import Links
from planner.travel._grids import grid_of_lines
from planner.travel.compiled.arrays import Lines
from planner.travel.compiled.wall_places import (
    PathsFound,
    Samples,
    StreetPieces,
    WallPieces,
    find_paths,
)
from planner.travel.minutes import in_blocks
from planner.travel.running_sums import sum_before
from planner.travel.streets import Streets
from planner.travel.wall_rules import BARRIER_CELL_M

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
    outlines = _find_outlines(streets)
    ring, round_m = outlines.ring, outlines.round_m
    part, at_m = _place_samples(outlines)
    gates = _find_gates_on_outlines(streets, outlines)
    far = ~near_along(ring[part], at_m, *gates, round_m)
    part, at_m = part[far], at_m[far]
    found = _find_paths(streets, _to_samples(outlines, part, at_m), outlines)
    rows = np.flatnonzero(found.piece[:, 0] >= 0)
    # Asked again: a path crosses the wall beside its sample, maybe nearer to a gate.
    rows = rows[~near_along(ring[part[rows]], found.at_m[rows], *gates, round_m)]
    found, ring = PathsFound._make([column[rows] for column in found]), ring[part[rows]]
    whose, names = outlines.compound[ring], streets.network.walls.compounds.id
    # The outlines of a compound of several parts count on, so that no id stands twice.
    earlier_m = pd.Series(np.cumsum(round_m) - round_m)
    earlier_m -= earlier_m.groupby(outlines.compound).transform("min")
    along_m = found.at_m + earlier_m.to_numpy()[ring]
    metres = [f"{names[c]}+{at:.0f}m" for c, at in zip(whose, along_m, strict=True)]
    return WallPlaces(
        compound=whose,
        outline=ring,
        at_m=found.at_m,
        round_m=round_m[ring],
        xy=found.xy,
        ends=found.ends,
        path_m=found.path_m,
        links=Links(
            id=np.array(metres, dtype=object),
            access=names[whose],
            edge=streets.pieces.edge[found.piece],
            along_m=streets.pieces.along_m[found.piece] + found.along_m,
        ),
    )


@dataclass(frozen=True, eq=False)
class _CompoundOutlines:
    """Outer outlines of compounds, r of them, cut into q straight parts; metres.

    compound, round_m (r,) : whose each outline is, and its length.
    ring (q,) : outline of each part; begins_m (q,) : metres along it to the part's start.
    ends (q, 4) : x, y of both ends of each part, the compound on the left.
    """

    compound: Ints
    round_m: Floats
    ring: Ints
    begins_m: Floats
    ends: Floats


def _find_outlines(streets: Streets) -> _CompoundOutlines:
    """Cut the outer outlines of the compounds into straight parts."""
    shapes, compound = shapely.get_parts(streets.network.walls.compounds.shape, return_index=True)
    filled = ~shapely.is_empty(shapes)
    rings, compound = shapely.get_exterior_ring(shapes[filled]), compound[filled]
    # The compound on the left of every part: by this inside is told from outside.
    turned = ~shapely.is_ccw(rings)
    rings[turned] = shapely.reverse(rings[turned])
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    same = (ring[1:] == ring[:-1]) & (coords[1:] != coords[:-1]).any(axis=1)
    parts = np.hstack([coords[:-1], coords[1:]])[same]
    ring = ring[:-1][same].astype(np.int64)
    length_m = np.hypot(*(parts[:, 2:] - parts[:, :2]).T)
    round_m = np.bincount(ring, weights=length_m, minlength=len(rings))
    begins = sum_before(np.bincount(ring, minlength=len(rings)), length_m)
    return _CompoundOutlines(
        compound=compound.astype(np.int64),
        round_m=round_m.astype(np.float64),
        ring=ring,
        begins_m=begins,
        ends=np.ascontiguousarray(parts),
    )


def _place_samples(outlines: _CompoundOutlines) -> tuple[Ints, Floats]:
    """Return the part and the metres along its outline of places at equal distances."""
    round_m = outlines.round_m
    count = np.ceil(round_m / SAMPLE_M).astype(np.int64)
    of = np.repeat(np.arange(len(round_m)), count)
    number = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    at_m = (number + 0.5) * (round_m / np.maximum(count, 1))[of]
    before = np.concatenate([[0.0], np.cumsum(round_m)])
    part = (
        np.searchsorted(before[outlines.ring] + outlines.begins_m, before[of] + at_m, side="right")
        - 1
    )
    return part.astype(np.int64), at_m


def _to_samples(outlines: _CompoundOutlines, part: Ints, at_m: Floats) -> Samples:
    """Return the places on some parts (k,) so many metres along their outlines (k,)."""
    start, end = outlines.ends[:, :2], outlines.ends[:, 2:]
    length_m = np.hypot(*(end - start).T)
    share = ((at_m - outlines.begins_m[part]) / length_m[part])[:, None]
    xy = start[part] + share * (end[part] - start[part])
    return Samples(np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1]), part)


def _find_gates_on_outlines(streets: Streets, outlines: _CompoundOutlines) -> tuple[Ints, Floats]:
    """Return the outline on which each gate of a compound lies, and metres along it."""
    compound, part_ring, parts = outlines.compound, outlines.ring, outlines.ends
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
    # An outline ends where it begins, so its places stand once more before and behind it.
    keys = [other_ring * width + other_at_m + turn * round_m[other_ring] for turn in (-1, 0, 1)]
    # With one at either end of the line every place has a neighbour on both sides.
    others = np.sort(np.concatenate([*keys, [-np.inf, np.inf]]))
    key = ring * width + at_m
    after = np.searchsorted(others, key)
    nearest = np.minimum(others[after] - key, key - others[after - 1])
    return np.asarray(nearest < SPACING_M, dtype=bool)


def _find_paths(streets: Streets, samples: Samples, outlines: _CompoundOutlines) -> PathsFound:
    """Look for a path at every sample, on all cores."""
    pieces, barriers = streets.pieces, streets.network.walls.barriers
    grounds = StreetPieces(Lines(pieces.ends, streets.grid), streets.owner[pieces.edge])
    compound = outlines.compound[outlines.ring]
    walls = WallPieces(_listed(outlines.ends), compound, outlines.begins_m)
    others = barriers.of_kinds(frozenset(streets.rules.barriers) - {"wall"})
    listed = _listed(barriers.ends[others])

    def block(first: int, last: int) -> PathsFound:
        """Look at some of the samples."""
        return find_paths(first, last, samples, walls, grounds, LONGEST_M, listed)

    parts = in_blocks(block, len(samples.part))
    return PathsFound._make([np.concatenate(column) for column in zip(*parts, strict=True)])


def _listed(ends: Floats) -> Lines:
    """Return straight parts (q, 4), metres, listed by cell."""
    return Lines(np.ascontiguousarray(ends), grid_of_lines(ends, BARRIER_CELL_M))
