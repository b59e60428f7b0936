"""Streets prepared for one kind of walker: straight pieces, a search graph, the access rules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from planner.errors import NetworkError
from planner.network.model import WalkNetwork
from planner.profiles import PROFILES, WalkProfile
from planner.travel._grid import Grid, grid_of_boxes

ADULT: Final = PROFILES["adult"]


@dataclass(frozen=True)
class AccessRules:
    """How a point meets the streets (design section 4, access leg).

    limit_m : the longest straight leg, metres.
    detour : metres walked per straight metre off the streets.
    """

    limit_m: float = 100.0
    detour: float = 1.4

    def __post_init__(self) -> None:
        if not (np.isfinite(self.limit_m) and self.limit_m > 0):
            raise NetworkError(f"access limit is {self.limit_m} m; give a length above 0")
        if not (np.isfinite(self.detour) and self.detour >= 1):
            raise NetworkError(f"access detour is {self.detour}; give a factor of at least 1")


DEFAULT_ACCESS: Final = AccessRules()


@dataclass(frozen=True)
class Pieces:
    """Straight pieces of street that a leg may meet, p of them; metres.

    ends (p, 4) : x, y of both ends in the direction of the edge.
    edge (p,) : edge of each piece; along_m (p,) : metres from the edge's node u to its first end.
    An elevated edge has no pieces but a piece of length zero at each end that joins nothing.
    """

    ends: NDArray[np.float64]
    edge: NDArray[np.int64]
    along_m: NDArray[np.float64]


@dataclass(frozen=True)
class SearchGraph:
    """Neighbours in compressed rows: node n leads to neighbour[starts[n]:starts[n + 1]]."""

    starts: NDArray[np.int64]
    neighbour: NDArray[np.int64]
    minutes: NDArray[np.float64]
    edge: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Streets:
    """A network as one kind of walker meets it."""

    network: WalkNetwork
    profile: WalkProfile
    access: AccessRules
    pace: NDArray[np.float64]
    """Minutes per metre of each edge, shape (m,)."""
    pieces: Pieces
    grid: Grid
    graph: SearchGraph

    @property
    def leg_pace(self) -> float:
        """Minutes per straight metre of an access leg or a direct walk."""
        return self.access.detour / self.profile.speed_m_per_min


@lru_cache(maxsize=8)
def prepare_streets(
    network: WalkNetwork, profile: WalkProfile = ADULT, access: AccessRules = DEFAULT_ACCESS
) -> Streets:
    """Prepare a network for one profile; asked twice for the same, it answers from memory.

    Parameters
    ----------
    network
        Streets; recognised by identity.
    profile, access
        Who walks, and how a point meets the streets.
    """
    pace = network.minutes_per_metre(profile)
    pieces = _pieces(network)
    low = np.minimum(pieces.ends[:, :2], pieces.ends[:, 2:])
    high = np.maximum(pieces.ends[:, :2], pieces.ends[:, 2:])
    return Streets(
        network=network,
        profile=profile,
        access=access,
        pace=pace,
        pieces=pieces,
        grid=grid_of_boxes(np.hstack([low, high]), access.limit_m),
        graph=_search_graph(network, network.length_m * pace),
    )


def _pieces(network: WalkNetwork) -> Pieces:
    """Cut the edges into straight pieces."""
    edge = np.repeat(np.arange(network.n_edges), np.diff(network.offsets) - 1)
    first = np.delete(np.arange(len(network.coords)), network.offsets[1:] - 1)
    start, end = network.coords[first], network.coords[first + 1]
    length_m = np.hypot(*(end - start).T)
    walked_m = np.concatenate([[0.0], np.cumsum(length_m)])[:-1]
    first_piece = network.offsets[:-1] - np.arange(network.n_edges)
    along_m = walked_m - walked_m[first_piece][edge] if len(edge) else walked_m
    ends = np.hstack([start, end])
    ground = ~network.elevated[edge]
    stop_edge, stop_along_m, stop_xy = _elevated_stops(network)
    return Pieces(
        ends=np.ascontiguousarray(np.vstack([ends[ground], np.hstack([stop_xy, stop_xy])])),
        edge=np.concatenate([edge[ground], stop_edge]),
        along_m=np.concatenate([along_m[ground], stop_along_m]),
    )


def _elevated_stops(
    network: WalkNetwork,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the dead ends of elevated edges: edge, metres from u, coordinates.

    An end that touches a street on the ground is met there anyway; one that joins other elevated
    edges is no end but a point on the way.
    """
    degree = np.bincount(network.u, minlength=network.n_nodes)
    degree += np.bincount(network.v, minlength=network.n_nodes)
    elevated = np.flatnonzero(network.elevated)
    at_u = elevated[degree[network.u[elevated]] == 1]
    at_v = elevated[degree[network.v[elevated]] == 1]
    return (
        np.concatenate([at_u, at_v]),
        np.concatenate([np.zeros(len(at_u)), network.length_m[at_v]]),
        np.vstack([network.xy[network.u[at_u]], network.xy[network.v[at_v]]]),
    )


def _search_graph(network: WalkNetwork, minutes: NDArray[np.float64]) -> SearchGraph:
    """List every edge at both of its ends."""
    tail = np.concatenate([network.u, network.v])
    head = np.concatenate([network.v, network.u])
    order = np.argsort(tail, kind="stable")
    degree = np.bincount(tail, minlength=network.n_nodes)
    return SearchGraph(
        starts=np.concatenate([[0], np.cumsum(degree)]).astype(np.int64),
        neighbour=head[order],
        minutes=np.concatenate([minutes, minutes])[order],
        edge=np.concatenate([np.arange(network.n_edges)] * 2)[order],
    )
