"""The edge of the data: which people could walk across it to a station that counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree
from shapely.geometry.base import BaseGeometry

from planner.crs.array_types import Flags, Floats, Ints
from planner.travel.access import Access

#: So many pairs of a unit and a station are measured at once, along all pieces of the edge near
#: them: it bounds the memory.
_PAIRS_AT_ONCE: Final = 2_000


@dataclass(frozen=True, eq=False)
class EdgeOfData:
    """The edge of the land the streets are known for, as n units see it.

    metres (n,) : straight to the edge; -1 beyond it, inf where there is none.
    border : the edge as a walk to a known station crosses it; None where stations may be missing
        beyond it, so that whoever reaches the edge may find one there.
    """

    metres: Floats
    border: _Border | None = None

    def take(self, rows: Ints) -> EdgeOfData:
        """Return the same edge as some of the units see it."""
        return EdgeOfData(self.metres[rows], self.border)

    def find_crossing(self, units: Access, places: Access, counts: Flags, reach_m: float) -> Flags:
        """Tell which units could be covered by a walk that leaves the land, shape (n,).

        Parameters
        ----------
        units, places
            n units and k facilities joined to the streets.
        counts : shape (k,)
            The facilities that count.
        reach_m
            Metres that a straight walk of the cutoff covers.
        """
        # Beyond the edge the metres are -1, so that any reach leaves the data.
        near = self.metres < reach_m
        if self.border is None or not near.any():
            return near
        rows, theirs = np.flatnonzero(near), np.flatnonzero(counts)
        pairs = _pair(units, rows, places, theirs, reach_m)
        place_m = self.border.measure(places.xy)
        return self.border.find_short((units.xy, self.metres), (places.xy, place_m), pairs, reach_m)


class _Border:
    """The edge in straight pieces, to measure walks that touch it on their way."""

    def __init__(self, land: BaseGeometry) -> None:
        shapely.prepare(land)
        self._land = land
        self._ends = _cut_into_pieces(land)
        self._tree = shapely.STRtree(shapely.linestrings(self._ends.reshape(-1, 2, 2)))

    def measure(self, xy: Floats) -> Floats:
        """Return how far places (n, 2) lie within the land, -1 beyond it."""
        inside = np.asarray(shapely.contains_xy(self._land, xy), dtype=bool).reshape(len(xy))
        metres = np.full(len(xy), -1.0)
        found = self._tree.query_nearest(
            shapely.points(xy[inside]), return_distance=True, all_matches=False
        )
        metres[inside] = found[1]
        return metres

    def find_short(
        self,
        units: tuple[Floats, Floats],
        places: tuple[Floats, Floats],
        pairs: tuple[Ints, Ints],
        reach_m: float,
    ) -> Flags:
        """Tell which units walk over the edge to a place in at most `reach_m`, shape (n,).

        `units` and `places` are given as places (n, 2) and their metres to the edge, `pairs` as
        rows of both no farther apart than that.
        """
        (unit_xy, unit_m), (place_xy, place_m), (unit, place) = units, places, pairs
        found = np.zeros(len(unit_xy), dtype=bool)
        # Who is beyond the edge, or whose station is, crosses it on the straight way.
        found[unit[(unit_m[unit] < 0) | (place_m[place] < 0)]] = True
        # No way to the edge and on is shorter than the two shortest ways to it.
        asked = np.flatnonzero(~found[unit] & (unit_m[unit] + place_m[place] <= reach_m))
        for start in range(0, len(asked), _PAIRS_AT_ONCE):
            rows = asked[start : start + _PAIRS_AT_ONCE]
            rows = rows[~found[unit[rows]]]
            short = self._is_short(unit_xy[unit[rows]], place_xy[place[rows]], reach_m)
            found[unit[rows[short]]] = True
        return found

    def _is_short(self, one: Floats, other: Floats, reach_m: float) -> Flags:
        """Tell of pairs of places (p, 2) within the land whether a way over the edge is short."""
        short = np.zeros(len(one), dtype=bool)
        # A point of a way no longer than that lies within half of it of the middle of its ends.
        middles = shapely.points((one + other) / 2)
        pair, piece = self._tree.query(middles, predicate="dwithin", distance=reach_m / 2)
        detour_m = measure_detours(one[pair], other[pair], self._ends[piece])
        short[pair[detour_m <= reach_m]] = True
        return short


def measure_edge(data: BaseGeometry | None, xy: Floats, *, complete: bool = False) -> EdgeOfData:
    """Return the edge of the land the streets are known for, as places (n, 2) see it.

    Not for several threads at once: GEOS prepares the land on its first use.

    Parameters
    ----------
    data
        Polygons in the metric CRS of the places; None: all streets are known, everywhere.
    complete
        Whether no station is missing, beyond the edge either.
    """
    if data is None:
        return EdgeOfData(np.full(len(xy), np.inf))
    border = _Border(data)
    return EdgeOfData(border.measure(xy), border if complete else None)


def measure_detours(one: Floats, other: Floats, pieces: Floats) -> Floats:
    """Return the shortest way from one place to another by a point of a straight piece, metres.

    Parameters
    ----------
    one, other : shape (p, 2)
    pieces : shape (p, 4)
        x, y of both ends; a piece may have no length.
    """
    start, along = pieces[:, :2], pieces[:, 2:] - pieces[:, :2]
    length_m = np.hypot(*along.T)
    along = along / np.where(length_m > 0, length_m, 1.0)[:, None]
    at, off = _measure_along(one - start, along)
    other_at, other_off = _measure_along(other - start, along)
    # Mirrored onto the two sides of the piece, the shortest way is straight.
    whole = off + other_off
    share = np.divide(off, whole, out=np.zeros(len(whole)), where=whole > 0)
    # Beyond its ends the nearer end is best: the length of the way is convex along the piece.
    turn_m = np.clip(at + (other_at - at) * share, 0.0, length_m)
    turn = start + turn_m[:, None] * along
    return np.asarray(np.hypot(*(turn - one).T) + np.hypot(*(turn - other).T), dtype=np.float64)


def _measure_along(from_start: Floats, along: Floats) -> tuple[Floats, Floats]:
    """Return metres along a direction, and metres off it to either side."""
    at = (from_start * along).sum(axis=1)
    off = np.abs(from_start[:, 0] * along[:, 1] - from_start[:, 1] * along[:, 0])
    return at, off


def _cut_into_pieces(land: BaseGeometry) -> Floats:
    """Return both ends of each straight piece of the outlines of polygons, holes too, (s, 4)."""
    rings = shapely.get_rings(shapely.get_parts(land))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    return np.asarray(np.hstack([xy[:-1], xy[1:]])[same], dtype=np.float64)


def _pair(
    units: Access, unit_rows: Ints, places: Access, place_rows: Ints, reach_m: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pair some units with the facilities that could serve them within a straight reach."""
    if len(unit_rows) == 0 or len(place_rows) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    found = KDTree(units.xy[unit_rows]).sparse_distance_matrix(
        KDTree(places.xy[place_rows]), reach_m, output_type="ndarray"
    )
    unit, place = unit_rows[found["i"]], place_rows[found["j"]]
    # One that is closed to outsiders serves those of its own compound, on whatever streets.
    own = (places.compound[place] >= 0) & (places.compound[place] == units.compound[unit])
    use = ~places.closed[place] | own
    return unit[use], place[use]
