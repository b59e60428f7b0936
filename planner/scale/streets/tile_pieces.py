"""Straight pieces of street of a tile: those that the plain run has there, in the same order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from planner.crs import project
from planner.crs.array_types import Flags, Floats, Ints
from planner.crs.frame import Bounds, move_to_sheet
from planner.network.segments import (
    Segments,
    add_crossings,
    find_belonging,
    sort_segments,
    split_ways,
    to_whole_parts,
)
from planner.scale.cut.tile_reading import OpenTile
from planner.sources.osm.extract import WalkWays

#: Tells which segments are kept, from these and the places of nodes (n, 2) in degrees.
KeepSegments = Callable[[Segments, Floats], Flags]


@dataclass(frozen=True, eq=False)
class TilePieces:
    """Segments of a tile: s of them between n nodes.

    ways : of which they are parts.
    node_id, lonlat, xy (n,), (n, 2), (n, 2) : ascending ids, degrees, metres.
    core (n,) : whether a node lies in the core of the tile.
    """

    ways: WalkWays
    segments: Segments
    node_id: Ints
    lonlat: Floats
    xy: Floats
    core: Flags

    @property
    def owned(self) -> Flags:
        """Which segments are the tile's own, shape (s,): every segment is one tile's."""
        return self.core[self.segments.a]

    @property
    def public(self) -> Flags:
        """Which segments everybody may walk by their tags, whatever the hour, shape (s,)."""
        way = self.segments.way
        return ~self.ways.residents[way] & ~self.ways.shut[way]

    @property
    def middles(self) -> Floats:
        """Middles of the segments, metres, shape (s, 2)."""
        return np.asarray((self.xy[self.segments.a] + self.xy[self.segments.b]) / 2)

    @property
    def length(self) -> Floats:
        """Lengths of the segments by `to_whole_parts`, shape (s,); 0 for those of other tiles."""
        metres = np.hypot(*(self.xy[self.segments.b] - self.xy[self.segments.a]).T)
        return np.where(self.owned, to_whole_parts(metres), 0.0)

    @property
    def border(self) -> Flags:
        """Which nodes a segment joins with a node of another core, shape (n,)."""
        a, b = self.segments.a, self.segments.b
        across = self.core[a] != self.core[b]
        met = np.zeros(len(self.node_id), dtype=bool)
        met[a[across]] = met[b[across]] = True
        return met

    def take(self, rows: Flags) -> TilePieces:
        """Return some of the segments."""
        return TilePieces(
            self.ways, self.segments.take(rows), self.node_id, self.lonlat, self.xy, self.core
        )


def take_pieces(
    here: OpenTile, crs: CRS, within: BaseGeometry, keep: KeepSegments, more: WalkWays | None = None
) -> TilePieces:
    """Take the segments of a tile that belong to area and ring.

    Parameters
    ----------
    within
        The area with its ring, metric CRS.
    keep
        Which segments; of others neither nodes nor streets are wanted.
    more
        Ways beside those of the extract, of which all segments are taken; none crosses a square.
    """
    ways = here.extract.ways if more is None else join_ways(here.extract.ways, more)
    node_id, first = np.unique(ways.node_id, return_index=True)
    lonlat = ways.lonlat[first]
    xy = project(lonlat[:, 0], lonlat[:, 1], crs).reshape(-1, 2)
    split = split_ways(ways, node_id)
    added = split.way >= len(here.extract.ways)
    own = split.take(~added)
    if len(own.a):
        own = add_crossings(own, ways, xy)
        own = own.take(keep(own, lonlat))
    if len(own.a):
        own = own.take(find_belonging(own, xy, within))
    segments = sort_segments(_stack(own, split.take(added)), ways)
    return TilePieces(ways, segments, node_id, lonlat, xy, here.in_core(lonlat))


def keep_ends_in(here: OpenTile, box: Bounds) -> KeepSegments:
    """Return what keeps segments that begin or end in a box on the sheet of the cut."""

    def keep(segments: Segments, lonlat: Floats) -> Flags:
        """Tell which have an end in the box."""
        inside = here.within(box, lonlat)
        return inside[segments.a] | inside[segments.b]

    return keep


def keep_met(here: OpenTile, box: Bounds) -> KeepSegments:
    """Return what keeps segments whose own box meets a box on the sheet of the cut."""

    def keep(segments: Segments, lonlat: Floats) -> Flags:
        """Tell which have a box that meets this one."""
        lon = move_to_sheet(lonlat[:, 0], here.manifest.sheet_west)
        west, south, east, north = box
        lon_a, lon_b = lon[segments.a], lon[segments.b]
        lat_a, lat_b = lonlat[segments.a, 1], lonlat[segments.b, 1]
        return np.asarray(
            (np.maximum(lon_a, lon_b) >= west) & (np.minimum(lon_a, lon_b) <= east)
            & (np.maximum(lat_a, lat_b) >= south) & (np.minimum(lat_a, lat_b) <= north)
        )  # fmt: skip

    return keep


def join_ways(ways: WalkWays, more: WalkWays) -> WalkWays:
    """Return ways followed by others."""
    columns: dict[str, NDArray[Any]] = {}
    for entry in fields(WalkWays):
        one, other = getattr(ways, entry.name), getattr(more, entry.name)
        if entry.name == "offsets":
            other = other[1:] + one[-1]
        columns[entry.name] = np.concatenate([one, other])
    return WalkWays(**columns)


def to_two_node_ways(pieces: TilePieces, rows: Ints) -> WalkWays:
    """Return segments as ways of their own, in the direction of the way that each is part of."""
    segments = pieces.segments.take(rows)
    start = np.where(segments.along, segments.a, segments.b)
    end = np.where(segments.along, segments.b, segments.a)
    nodes = np.column_stack([start, end]).ravel()
    columns: dict[str, NDArray[Any]] = {
        entry.name: getattr(pieces.ways, entry.name)[segments.way]
        for entry in fields(WalkWays)
        if entry.name not in ("offsets", "node_id", "lonlat")
    }
    columns |= {
        "offsets": 2 * np.arange(len(rows) + 1),
        "node_id": pieces.node_id[nodes],
        "lonlat": pieces.lonlat[nodes],
        "area": np.full(len(rows), -1),
    }
    return WalkWays(**columns)


def take_ways(ways: WalkWays, rows: Ints) -> WalkWays:
    """Return some of the ways of `to_two_node_ways`."""
    nodes = (2 * rows[:, None] + [0, 1]).ravel()
    columns: dict[str, NDArray[Any]] = {
        entry.name: getattr(ways, entry.name)[
            nodes if entry.name in ("node_id", "lonlat") else rows
        ]
        for entry in fields(WalkWays)
        if entry.name != "offsets"
    }
    return WalkWays(offsets=2 * np.arange(len(rows) + 1), **columns)


def _stack(one: Segments, other: Segments) -> Segments:
    return Segments(
        *(
            np.concatenate([getattr(one, entry.name), getattr(other, entry.name)])
            for entry in fields(Segments)
        )
    )
