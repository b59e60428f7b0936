"""Squares and platforms: the straight lines on which walkers cross an area."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

Nodes = NDArray[np.int64]

#: A crossing may leave the outline by this much: coordinates in OSM are rounded to a centimetre.
OUTLINE_TOLERANCE_M = 0.01


def find_crossing_lines(
    a: Nodes,
    b: Nodes,
    way: Nodes,
    area: Nodes,
    xy: NDArray[np.float64],
    elevated: NDArray[np.bool_] | None = None,
    steps: NDArray[np.bool_] | None = None,
) -> tuple[Nodes, Nodes, Nodes]:
    """Connect the entries of each area that see each other inside it.

    An entry is a node of the outline that another street or another area shares, or the end of a
    street inside the area: one that sees no entry is led to the nearest node of the outline.

    Parameters
    ----------
    a, b, way, area : shape (s,)
        Segments: end nodes, way, and the area whose outline they belong to (-1: a street).
    xy : shape (n, 2), metres
    elevated, steps : shape (s,)
        Segments above or below the ground: only steps lead from these onto an area. None: none are.

    Returns
    -------
    a, b, way
        The straight lines between entries, each with a way of the outline.
    """
    lowest, highest = _find_users(a, b, area, len(xy))
    shared = lowest != highest
    off = np.zeros(len(a), dtype=bool) if elevated is None else elevated
    ground = ~off if steps is None else ~off | steps
    street_ends = _find_street_ends(a, b, way, ground & (area < 0), highest < 0)
    # From west to east: each area finds those near it by bisection.
    street_ends = street_ends[np.argsort(xy[street_ends, 0], kind="stable")]
    places = xy[street_ends]
    order = np.argsort(area, kind="stable")
    found: list[tuple[Nodes, Nodes, Nodes]] = []
    cuts = np.flatnonzero(np.diff(area[order])) + 1
    for rows in np.split(order, cuts):
        if area[rows[0]] < 0:
            continue
        corners = np.unique(np.concatenate([a[rows], b[rows]]))
        room = _widen_outline(shapely.linestrings(_ends(a, b, rows, xy)))
        # Streets that end within the outline of an area off the ground lie on another level.
        inner = street_ends[:0] if off[rows[0]] else street_ends[_find_inside(places, room)]
        first, second = _find_seen_pairs(
            corners[shared[corners]], np.sort(inner), corners, room, xy
        )
        outline = {tuple(sorted(pair)) for pair in zip(a[rows], b[rows], strict=True)}
        # What lies on the outline is walked already.
        new = [k for k, pair in enumerate(zip(first, second, strict=True)) if pair not in outline]
        found.append((first[new], second[new], np.full(len(new), way[rows[0]])))
    if not found:
        empty = np.empty(0, dtype=np.int64)
        return empty, empty, empty
    starts, ends, ways = (np.concatenate(column) for column in zip(*found, strict=True))
    return starts, ends, ways


def _find_users(a: Nodes, b: Nodes, area: Nodes, n_nodes: int) -> tuple[Nodes, Nodes]:
    """Return the smallest and the largest number of an area (-1: a street) at each node."""
    lowest = np.full(n_nodes, np.iinfo(np.int64).max)
    highest = np.full(n_nodes, -2)
    for nodes in (a, b):
        np.minimum.at(lowest, nodes, area)
        np.maximum.at(highest, nodes, area)
    return lowest, highest


def _ends(a: Nodes, b: Nodes, rows: Nodes, xy: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([xy[a[rows]], xy[b[rows]]], axis=1)


def _find_street_ends(
    a: Nodes, b: Nodes, way: Nodes, joins: NDArray[np.bool_], apart: NDArray[np.bool_]
) -> Nodes:
    """Return the nodes, apart from every area, where streets end that can be led onto one.

    Segments of a way come in its order; where a way goes on, a ring round its first node too,
    nothing ends.
    """
    ends = np.zeros(len(apart), dtype=bool)
    ends[a[joins]] = ends[b[joins]] = True
    goes_on = (way[:-1] == way[1:]) & (b[:-1] == a[1:])
    ends[b[:-1][goes_on]] = False
    cuts = np.flatnonzero(np.diff(way))
    first, last = np.append(0, cuts + 1), np.append(cuts, len(way) - 1)
    is_ring = a[first] == b[last]
    ends[a[first][is_ring]] = False
    return np.flatnonzero(ends & apart)


def _find_inside(places: NDArray[np.float64], room: shapely.Geometry) -> Nodes:
    """Return which of some places (n, 2), which come from west to east, lie in an area."""
    left, low, right, high = room.bounds  # nan where the outline encloses no area
    x, y = places.T
    start, stop = np.searchsorted(x, (left, right))
    near: Nodes = np.arange(start, stop)
    near = near[(y[near] >= low) & (y[near] <= high)]
    inside: NDArray[np.bool_] = shapely.contains_xy(room, places[near])
    return near[inside]


def _widen_outline(outline: NDArray[np.object_]) -> shapely.Geometry:
    """Return the area inside an outline, a little wider than it is drawn."""
    polygon = shapely.build_area(shapely.multilinestrings(outline))
    room = shapely.buffer(polygon, OUTLINE_TOLERANCE_M, join_style="mitre")
    shapely.prepare(room)
    return room


def _find_seen_pairs(
    entries: Nodes, inner: Nodes, corners: Nodes, room: shapely.Geometry, xy: NDArray[np.float64]
) -> tuple[Nodes, Nodes]:
    """Return the pairs of entries, smaller first, whose straight line stays inside an area.

    Ends of streets inside that see no entry at the edge see the nearest corner.
    """
    nodes = np.sort(np.concatenate([entries, inner]))
    if len(nodes) == 0:
        return nodes, nodes
    i, j = np.triu_indices(len(nodes), k=1)
    first, second = _keep_seen(nodes[i], nodes[j], room, xy)
    # Joined the other way round, the second list holds the partner of each node in the first:
    # an end that only sees other ends is not led onto the area yet.
    for end in inner[~np.isin(inner, np.concatenate([first, second])[
        np.isin(np.concatenate([second, first]), entries)
    ])]:  # fmt: skip
        near = corners[np.argsort(np.hypot(*(xy[corners] - xy[end]).T), kind="stable")]
        one, other = _keep_seen(np.full(len(near), end), near, room, xy)
        # Corners come nearest first, so the first in sight is the nearest.
        low, high = np.minimum(one, other)[:1], np.maximum(one, other)[:1]
        first, second = np.concatenate([first, low]), np.concatenate([second, high])
    return first, second


def _keep_seen(
    one: Nodes, other: Nodes, room: shapely.Geometry, xy: NDArray[np.float64]
) -> tuple[Nodes, Nodes]:
    """Return those of the pairs (k,) whose straight line stays inside an area."""
    lines = shapely.linestrings(np.stack([xy[one], xy[other]], axis=1))
    inside = shapely.covers(room, lines)
    return one[inside], other[inside]
