"""The straight pieces of ways between neighbouring nodes, of which streets are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.crs.frame import RIM_M, holds
from planner.network.squares import find_crossing_lines
from planner.sources.osm.extract import WalkWays

#: Lengths that decide what streets are (island, enclosed, private) are added as whole parts of a
#: metre, so many to one: a sum of whole numbers is the same in any order, and so whether streets
#: are taken all at once or tile by tile.
PARTS_OF_METRE: Final = 1e6


@dataclass(frozen=True)
class Segments:
    """Straight pieces of ways between two neighbouring OSM nodes, s of them.

    a, b (s,) : node indexes; way (s,) : index into the ways; along (s,) : whether the way runs
    from a to b.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    way: NDArray[np.int64]
    along: NDArray[np.bool_]

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Segments:
        """Return some of the segments."""
        return Segments(self.a[rows], self.b[rows], self.way[rows], self.along[rows])

    def oneway(self, ways: WalkWays) -> NDArray[np.int8]:
        """Return for bicycles 1 from a to b only, -1 from b to a only, 0 both ways, shape (s,)."""
        tagged = ways.oneway[self.way]
        return np.where(self.along, tagged, -tagged).astype(np.int8)


def to_whole_parts(length_m: NDArray[np.float64] | float) -> Any:
    """Return lengths as whole numbers of micrometres, exact up to nine million kilometres."""
    return np.rint(np.asarray(length_m, dtype=np.float64) * PARTS_OF_METRE)


def split_ways(ways: WalkWays, node_id: NDArray[np.int64]) -> Segments:
    """Cut every way at each of its nodes."""
    index = np.searchsorted(node_id, ways.node_id)
    way = np.repeat(np.arange(len(ways)), np.diff(ways.offsets))
    same_way = way[:-1] == way[1:]
    a, b = index[:-1][same_way], index[1:][same_way]
    moves = a != b  # some ways name a node twice in a row
    a, b, way = a[moves], b[moves], way[:-1][same_way][moves]
    return Segments(a, b, way, np.ones(len(a), dtype=bool))


def add_crossings(segments: Segments, ways: WalkWays, xy: NDArray[np.float64]) -> Segments:
    """Add the straight lines on which walkable areas are crossed between their entries."""
    area = ways.area[segments.way]
    if not (area >= 0).any():
        return segments
    a, b, way = find_crossing_lines(
        segments.a, segments.b, segments.way, area, xy, ways.elevated[segments.way],
        ways.steps[segments.way],
    )  # fmt: skip
    return Segments(
        np.concatenate([segments.a, a]),
        np.concatenate([segments.b, b]),
        np.concatenate([segments.way, way]),
        np.concatenate([segments.along, np.ones(len(a), dtype=bool)]),
    )


def sort_segments(segments: Segments, ways: WalkWays) -> Segments:
    """Sort the segments, so that the order of the ways in the file changes nothing."""
    low, high = np.minimum(segments.a, segments.b), np.maximum(segments.a, segments.b)
    order = np.lexsort((segments.way, ways.way_id[segments.way], high, low))
    along = segments.along == (segments.a == low)
    return Segments(low[order], high[order], segments.way[order], along[order])


def find_belonging(
    segments: Segments, xy: NDArray[np.float64], within: BaseGeometry
) -> NDArray[np.bool_]:
    """Tell which segments have any part in a polygon or on its border, shape (s,)."""
    inside = holds(within, xy)
    belongs = inside[segments.a] | inside[segments.b]
    west, south, east, north = shapely.bounds(within)
    (ax, ay), (bx, by) = xy[segments.a].T, xy[segments.b].T
    beside = (np.maximum(ax, bx) < west) | (np.minimum(ax, bx) > east)
    beside |= (np.maximum(ay, by) < south) | (np.minimum(ay, by) > north)
    through = np.flatnonzero(~belongs & ~beside)  # both ends outside: the middle may be inside
    belongs[through] = shapely.dwithin(within, to_lines(segments.take(through), xy), RIM_M)
    return belongs


def to_lines(segments: Segments, xy: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return the segments as lines, shape (s,)."""
    ends = np.stack([xy[segments.a], xy[segments.b]], axis=1)
    return np.asarray(shapely.linestrings(ends), dtype=object)
