"""Ground that nobody walks: edges are cut at its border, and what lies inside is shut."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.crs.array_types import Flags, Floats, Ints
from planner.crs.frame import holds
from planner.network.cut_edges import cut_edges
from planner.network.walk_network import WalkNetwork

#: Cuts this near to each other, or to an end, are one: a thousandth of a millimetre, metres.
_SAME_M: Final = 1e-6


def close_ground(
    network: WalkNetwork, ground: BaseGeometry, *, elevated: bool = True
) -> tuple[WalkNetwork, Ints]:
    """Shut all streets inside some ground, to the centimetre: what lies on its border is inside.

    Parameters
    ----------
    ground
        Polygons, metric CRS of the network.
    elevated
        Whether bridges, tunnels and other levels are shut as well; else they stay whole and open.

    Returns
    -------
    WalkNetwork, array of shape (m,)
        Streets cut at the border, their nodes first as they were; and for each edge the edge of
        the network that it is a part of.
    """
    asked = _find_near(network, ground)
    if not elevated:
        asked &= ~network.elevated
    cut_edge, cut_m = _find_cuts(network, ground, asked)
    cut = network if len(cut_edge) == 0 else cut_edges(network, cut_edge, cut_m)
    parts = np.bincount(cut_edge, minlength=network.n_edges) + 1
    origin = np.repeat(np.arange(network.n_edges), parts).astype(np.int64)
    rows = np.flatnonzero(asked[origin])
    # Cut wherever they cross the border, edges lie inside where their middle does.
    middle = shapely.line_interpolate_point(cut.lines[rows], 0.5, normalized=True)
    inside = rows[holds(ground, shapely.get_coordinates(middle), _SAME_M)]
    if len(inside) == 0:
        return cut, origin
    shut, conditions = cut.shut.copy(), cut.conditions.copy()
    shut[inside], conditions[inside] = True, ""
    return replace(cut, shut=shut, conditions=conditions), origin


def list_border(ground: BaseGeometry) -> Floats:
    """Return both ends of each straight part of the outlines of some ground, shape (s, 4)."""
    rings = shapely.get_rings(shapely.get_parts(ground))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    return np.asarray(np.hstack([xy[:-1], xy[1:]])[same], dtype=np.float64)


def _find_near(network: WalkNetwork, ground: BaseGeometry) -> Flags:
    """Tell which edges have any part in some ground or on its border."""
    near = np.zeros(network.n_edges, dtype=bool)
    rows = shapely.STRtree(network.lines).query(ground)
    shapely.prepare(ground)
    near[rows] = shapely.dwithin(ground, network.lines[rows], _SAME_M)
    return near


def _find_cuts(network: WalkNetwork, ground: BaseGeometry, asked: Flags) -> tuple[Ints, Floats]:
    """Find where some edges meet the border: edge, metres from node u, in their order."""
    counts = np.diff(network.offsets)
    first = np.delete(np.arange(len(network.coords)), network.offsets[1:] - 1)
    edge = np.repeat(np.arange(network.n_edges), counts - 1)
    start, end = network.coords[first], network.coords[first + 1]
    piece_m = np.hypot(*(end - start).T)
    rows = np.flatnonzero(asked[edge])
    # Added up edge by edge: which other edges there are changes no digit.
    begun_m = np.zeros(len(edge))
    begins = network.offsets[:-1] - np.arange(network.n_edges)
    for number in np.flatnonzero(asked).tolist():
        first_piece, last_piece = begins[number], begins[number] + counts[number] - 2
        begun_m[first_piece + 1 : last_piece + 1] = np.cumsum(piece_m[first_piece:last_piece])
    pieces = shapely.linestrings(np.stack([start[rows], end[rows]], axis=1))
    border = shapely.linestrings(list_border(ground).reshape(-1, 2, 2))
    piece, part = shapely.STRtree(border).query(pieces, predicate="intersects")
    # A piece along the border meets it in a line: both its ends are places of cuts.
    met = shapely.intersection(pieces[piece], border[part])
    places, pair = shapely.get_coordinates(met, return_index=True)
    at = rows[piece[pair]]
    cut_edge = edge[at]
    cut_m = begun_m[at] + np.hypot(*(places - start[at]).T)
    order = np.lexsort((cut_m, cut_edge))
    cut_edge, cut_m = cut_edge[order], cut_m[order]
    inner = (cut_m > _SAME_M) & (cut_m < network.length_m[cut_edge] - _SAME_M)
    cut_edge, cut_m = cut_edge[inner], cut_m[inner]
    again = (np.diff(cut_edge, prepend=-1) == 0) & (np.diff(cut_m, prepend=-np.inf) <= _SAME_M)
    return cut_edge[~again].astype(np.int64), cut_m[~again]
