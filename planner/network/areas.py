"""Squares and platforms: the straight lines on which walkers cross an area."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

Nodes = NDArray[np.int64]

#: A crossing may leave the outline by this much: coordinates in OSM are rounded to a centimetre.
OUTLINE_TOLERANCE_M = 0.01


def crossing_lines(
    a: Nodes, b: Nodes, way: Nodes, area: Nodes, xy: NDArray[np.float64]
) -> tuple[Nodes, Nodes, Nodes]:
    """Connect the entries of each area that see each other inside it.

    An entry is a node of the outline that another street or another area shares.

    Parameters
    ----------
    a, b, way, area : shape (s,)
        Segments: end nodes, way, and the area whose outline they belong to (-1: a street).
    xy : shape (n, 2), metres

    Returns
    -------
    a, b, way
        The straight lines between entries, each with a way of the outline.
    """
    lowest, highest = _users(a, b, area, len(xy))
    shared = lowest != highest
    order = np.argsort(area, kind="stable")
    found: list[tuple[Nodes, Nodes, Nodes]] = []
    cuts = np.flatnonzero(np.diff(area[order])) + 1
    for rows in np.split(order, cuts):
        if area[rows[0]] < 0:
            continue
        entries = np.unique(np.concatenate([a[rows], b[rows]]))
        entries = entries[shared[entries]]
        if len(entries) < 2:
            continue
        outline = {tuple(sorted(pair)) for pair in zip(a[rows], b[rows], strict=True)}
        first, second = _visible_pairs(entries, shapely.linestrings(_ends(a, b, rows, xy)), xy)
        new = [k for k, pair in enumerate(zip(first, second, strict=True)) if pair not in outline]
        found.append((first[new], second[new], np.full(len(new), way[rows[0]])))
    if not found:
        empty = np.empty(0, dtype=np.int64)
        return empty, empty, empty
    starts, ends, ways = (np.concatenate(column) for column in zip(*found, strict=True))
    return starts, ends, ways


def _users(a: Nodes, b: Nodes, area: Nodes, n_nodes: int) -> tuple[Nodes, Nodes]:
    """Return the smallest and the largest number of an area (-1: a street) at each node."""
    lowest = np.full(n_nodes, np.iinfo(np.int64).max)
    highest = np.full(n_nodes, -2)
    for nodes in (a, b):
        np.minimum.at(lowest, nodes, area)
        np.maximum.at(highest, nodes, area)
    return lowest, highest


def _ends(a: Nodes, b: Nodes, rows: Nodes, xy: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([xy[a[rows]], xy[b[rows]]], axis=1)


def _visible_pairs(
    entries: Nodes, outline: NDArray[np.object_], xy: NDArray[np.float64]
) -> tuple[Nodes, Nodes]:
    """Return the pairs of entries, smaller first, whose straight line stays inside the outline."""
    polygon = shapely.build_area(shapely.multilinestrings(outline))
    polygon = shapely.buffer(polygon, OUTLINE_TOLERANCE_M, join_style="mitre")
    shapely.prepare(polygon)
    i, j = np.triu_indices(len(entries), k=1)
    lines = shapely.linestrings(np.stack([xy[entries[i]], xy[entries[j]]], axis=1))
    inside = shapely.covers(polygon, lines)
    return entries[i[inside]], entries[j[inside]]
