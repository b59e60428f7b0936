"""Streets that cross on the ground are joined: one set of pieces, then ways of one source each."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import shapely
from shapely import LineString

from .canvas import Tags
from .geometry import GRID_M, directed_as, on_grid

_STUB_M = 1.2
"""Ends that only reach past a centre line by way of safety are shorter than this."""


def joined_ways(streets: list[tuple[LineString, Tags]]) -> list[tuple[LineString, Tags]]:
    """Split streets where they cross, drop the stubs, and merge pieces of a source again.

    Where two ways cross, both have the crossing as one of their points.
    """
    sources = [line for line, _ in streets]
    whole = shapely.unary_union(sources, grid_size=GRID_M)
    pieces = [g for g in shapely.get_parts(whole) if g.length > 0]
    pieces = _without_stubs(pieces)
    tree = shapely.STRtree(sources)
    middles = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    found, distance = tree.query_nearest(middles, all_matches=True, return_distance=True)
    source: dict[int, int] = {}
    for piece, candidate, gap in zip(found[0], found[1], distance, strict=True):
        if gap < 0.5:
            source[int(piece)] = min(source.get(int(piece), 1 << 40), int(candidate))
    groups: dict[int, list[LineString]] = defaultdict(list)
    for piece, owner in source.items():
        groups[owner].append(pieces[piece])
    ways = []
    for owner in sorted(groups):
        merged = shapely.line_merge(shapely.MultiLineString(groups[owner]))
        for part in sorted(shapely.get_parts(merged), key=lambda g: g.bounds):
            part = directed_as(sources[owner], part)
            ways.append((LineString(on_grid(shapely.get_coordinates(part))), streets[owner][1]))
    return ways


def _without_stubs(pieces: list[LineString]) -> list[LineString]:
    """Pieces without the short ends that hang loose past a crossing."""
    ends = [_end_keys(piece) for piece in pieces]
    degree = Counter(key for pair in ends for key in pair)
    return [
        piece
        for piece, pair in zip(pieces, ends, strict=True)
        if piece.length > _STUB_M or min(degree[key] for key in pair) > 1
    ]


def _end_keys(line: LineString) -> tuple[tuple[int, int], tuple[int, int]]:
    """Grid positions of both ends."""
    xy = np.rint(shapely.get_coordinates(line)[[0, -1]] / GRID_M).astype(int)
    return (int(xy[0, 0]), int(xy[0, 1])), (int(xy[1, 0]), int(xy[1, 1]))
