"""The straight pieces of street that an access leg may meet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.network.walk_network import WalkNetwork
from planner.travel.compiled.arrays import Pieces
from planner.travel.running_sums import sum_before


def cut_into_pieces(network: WalkNetwork, usable: NDArray[np.bool_]) -> Pieces:
    """Cut the edges into straight pieces."""
    edge = np.repeat(np.arange(network.n_edges), np.diff(network.offsets) - 1)
    # Vertices of all edges lie in one array: from the last of an edge no piece goes on.
    first = np.delete(np.arange(len(network.coords)), network.offsets[1:] - 1)
    start, end = network.coords[first], network.coords[first + 1]
    length_m = np.hypot(*(end - start).T)
    along_m = sum_before(np.diff(network.offsets) - 1, length_m)
    ends = np.hstack([start, end])
    # What is on a bridge or in a tunnel is met at its ends only.
    ground = (~network.elevated & usable)[edge]
    stop_edge, stop_along_m, stop_xy = _elevated_stops(network, usable)
    return Pieces(
        ends=np.ascontiguousarray(np.vstack([ends[ground], np.hstack([stop_xy, stop_xy])])),
        edge=np.concatenate([edge[ground], stop_edge]),
        along_m=np.concatenate([along_m[ground], stop_along_m]),
    )


def _elevated_stops(
    network: WalkNetwork, usable: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return where elevated edges come to the ground or end: edge, metres from u, coordinates.

    An end that joins other elevated edges alone is no end but a point on the way; nor does a bridge
    end on the ground for wheels that only steps lead up to. One that touches a street on the ground
    is met by itself as well: that street may be another compound's.
    """
    degree = np.bincount(network.u, minlength=network.n_nodes)
    degree += np.bincount(network.v, minlength=network.n_nodes)
    # A dead end is where one leaves the bridge; so is every node that has a street on the ground.
    landing = degree == 1
    ground = ~network.elevated & usable
    landing[network.u[ground]] = landing[network.v[ground]] = True
    elevated = np.flatnonzero(network.elevated & usable)
    at_u = elevated[landing[network.u[elevated]]]
    at_v = elevated[landing[network.v[elevated]]]
    return (
        np.concatenate([at_u, at_v]),
        np.concatenate([np.zeros(len(at_u)), network.length_m[at_v]]),
        np.vstack([network.xy[network.u[at_u]], network.xy[network.v[at_v]]]),
    )
