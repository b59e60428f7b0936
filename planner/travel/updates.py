"""Updates without starting over: a facility added, moved or closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from planner.crs.array_types import Floats
from planner.errors import ArgumentError, NetworkError, quote
from planner.network.walk_network import WalkNetwork
from planner.plan.profiles import WalkProfile
from planner.showing import Brief
from planner.travel.access import Access, join
from planner.travel.both_ways import check_one_way
from planner.travel.checked_numbers import check_cutoffs
from planner.travel.compiled.arrays import Rows
from planner.travel.compiled.search import (
    find_reached,
    search_nearest,
    take_sooner,
    targets_from_nodes,
)
from planner.travel.compiled.updates import enter, find_near_walks, leave
from planner.travel.given_streets import to_streets
from planner.travel.points import Places, point_of, points_of
from planner.travel.streets import AccessRules, Streets

#: One place: a Point with its CRS said beside it, a layer of one row, or x, y in metres.
Spot: TypeAlias = Places | Sequence[float]


@dataclass(frozen=True)
class _Place:
    """One facility: how it meets the streets, its walks that pass no node, its reach."""

    access: Access
    near_target: NDArray[np.int64]
    near_minutes: NDArray[np.float64]
    reached: NDArray[np.int64]
    reached_minutes: NDArray[np.float64]


@dataclass(frozen=True)
class Served(Brief):
    """Nearest minutes and counts of demand units, kept so that one facility more or less is cheap.

    Every change returns a new value; the result equals a full run exactly, to the last bit.

    minutes (n,), nearest (n,) : minutes to the nearest facility (inf) and its number (-1).
    counts (n, c) : facilities within each cutoff.
    places : one per number ever given; None for a closed one.
    towards : for each node of the search graph those that lead to it.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> today = planner.serve(town.network, town.facilities, town.people, [5, 15])
    >>> today.minutes.round(0).tolist()
    [6.0, 6.0, 6.0, 6.0, 12.0, 12.0, 18.0, 30.0, 24.0]
    >>> today.close(1).nearest.tolist()
    [0, 0, 0, 0, 0, 0, 0, 0, 0]
    """

    streets: Streets
    targets: Access
    cutoffs: NDArray[np.float64]
    places: tuple[_Place | None, ...]
    node_minutes: NDArray[np.float64]
    node_nearest: NDArray[np.int64]
    minutes: NDArray[np.float64]
    nearest: NDArray[np.int64]
    counts: NDArray[np.int64]
    towards: Rows

    def add(self, place: Spot, *, crs: Any = None) -> Served:
        """Open a facility at a place; it gets the next number.

        Parameters
        ----------
        place
            A Point in the CRS `crs`, a layer of one row, or x, y in the network's metres.
        crs
            Of a bare Point.

        Raises
        ------
        ArgumentError
            If the place cannot be meant, see `planner.travel.points`.
        """
        xy = self._xy_of(place, crs)
        # Copies: kernels write in place, and this value stays as it is.
        best, label = self.node_minutes.copy(), self.node_nearest.copy()
        return self._enter(len(self.places), xy, best, label, self.counts)

    def close(self, number: int) -> Served:
        """Close a facility; its number is not used again.

        Raises
        ------
        NetworkError
            If no open facility has that number.
        """
        place = self._open(number)
        best, label = self._nodes_without(number)
        counts = _counted(self.counts, self.cutoffs, place, -1)
        return self._settled(self._with(number, None), best, label, counts)

    def move(self, number: int, place: Spot, *, crs: Any = None) -> Served:
        """Move a facility to a place, given as for `add`; it keeps its number.

        Raises
        ------
        NetworkError
            If no open facility has that number.
        ArgumentError
            If the place cannot be meant.
        """
        xy = self._xy_of(place, crs)
        counts = _counted(self.counts, self.cutoffs, self._open(number), -1)
        return self._enter(number, xy, *self._nodes_without(number), counts)

    def _xy_of(self, place: Spot, crs: Any) -> Sequence[float]:
        """Return a place in the network's metres."""
        if isinstance(place, shapely.Point | gpd.GeoSeries | gpd.GeoDataFrame):
            xy = point_of(place, self.streets.network, "place", crs=crs)
        else:
            xy = _check_metres(np.asarray([place], dtype=np.float64), "place")[0]
        return float(xy[0]), float(xy[1])

    def _open(self, number: int) -> _Place:
        place = self.places[number] if 0 <= number < len(self.places) else None
        if place is None:
            raise NetworkError(f"there is no open facility with the number {number}")
        return place

    def _with(self, number: int, place: _Place | None) -> tuple[_Place | None, ...]:
        """Return the places with another one under a number."""
        return (*self.places[:number], place, *self.places[number + 1 :])

    def _nodes_without(self, number: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return minutes to the nearest, and its number, for all nodes without one facility."""
        best, label = self.node_minutes.copy(), self.node_nearest.copy()
        stay = [(k, p.access) for k, p in enumerate(self.places) if p is not None and k != number]
        # The last facility may close, and an empty list cannot be concatenated.
        nodes = [access.seed_node for _, access in stay] or [np.empty(0, dtype=np.int64)]
        minutes = [access.seed_minutes for _, access in stay] or [np.empty(0)]
        labels = np.repeat(
            np.array([k for k, _ in stay], dtype=np.int64),
            np.array([len(access.seed_node) for _, access in stay], dtype=np.int64),
        )
        seeds = np.concatenate(nodes), np.concatenate(minutes), labels
        leave(self.streets.graph.rows, self.towards, best, label, *seeds, number)
        return best, label

    def _enter(
        self,
        number: int,
        xy: Sequence[float],
        best: NDArray[np.float64],
        label: NDArray[np.int64],
        counts: NDArray[np.int64],
    ) -> Served:
        """Open a facility where the others leave the nodes these minutes and the units counts."""
        place = _place(self.streets, self.targets, self.cutoffs, xy)
        seeds = place.access.seed_node, place.access.seed_minutes
        enter(self.streets.graph.rows, best, label, *seeds, number)
        counts = _counted(counts, self.cutoffs, place, 1)
        return self._settled(self._with(number, place), best, label, counts)

    def _settled(
        self,
        places: tuple[_Place | None, ...],
        node_minutes: NDArray[np.float64],
        node_nearest: NDArray[np.int64],
        counts: NDArray[np.int64],
    ) -> Served:
        """Take the units' minutes from the nodes, then from the walks that pass none."""
        minutes, nearest = targets_from_nodes(node_minutes, node_nearest, self.targets.points)
        # Of all places: a unit that lost its nearest may have another one right beside it.
        near = [(k, place) for k, place in enumerate(places) if place is not None]
        if near:
            numbers = np.array([k for k, _ in near], dtype=np.int64)
            take_sooner(
                minutes,
                nearest,
                np.concatenate([place.near_target for _, place in near]),
                np.concatenate([place.near_minutes for _, place in near]),
                np.repeat(numbers, [len(place.near_target) for _, place in near]),
            )
        return replace(
            self,
            places=places,
            node_minutes=node_minutes,
            node_nearest=node_nearest,
            minutes=minutes,
            nearest=nearest,
            counts=counts,
        )


def serve(
    network: WalkNetwork | Streets,
    facilities: Places | Floats,
    demand: Places | Access,
    cutoffs_minutes: float | Sequence[float] = (5.0, 10.0, 15.0),
    *,
    profile: WalkProfile | str | None = None,
    access: AccessRules | None = None,
) -> Served:
    """Work out nearest minutes and counts, so that one facility more or less is cheap to follow.

    Parameters
    ----------
    network
        Streets; from `prepare_streets` where more than one question is asked of them.
    facilities
        Points in any CRS that can be converted, or metres, shape (f, 2); numbered in this order.
    demand
        Demand units: points in any CRS that can be converted, or what `join` returned for them.
    cutoffs_minutes
        One number, or several that ascend.
    profile, access
        As for `nearest_facility`.

    Raises
    ------
    ArgumentError
        If a layer, a cutoff or the profile cannot be meant, see `planner.travel.points`, or the
        streets are prepared for both directions.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> today = planner.serve(town.network, town.facilities, town.people, 15)
    >>> site = town.candidates.loc[["C2"]]
    >>> more = today.add(site)
    >>> int((today.minutes <= 15).sum()), int((more.minutes <= 15).sum())
    (6, 9)
    """
    streets = to_streets(network, profile, access)
    check_one_way(streets, "serve()")
    cutoffs = np.array(check_cutoffs(cutoffs_minutes))
    if isinstance(facilities, np.ndarray):
        xy = _check_metres(facilities.reshape(-1, 2), "facilities")
    else:
        xy = points_of(facilities, streets.network, "facilities")
    if not isinstance(demand, Access):
        demand = join(streets, points_of(demand, streets.network, "demand"), reached=True)
    return _serve(streets, xy, demand, cutoffs)


def _check_metres(xy: Floats, name: str) -> Floats:
    """Refuse coordinates (n, 2) that are not numbers."""
    if xy.shape[1:] != (2,) or not np.isfinite(xy).all():
        raise ArgumentError(f"{name}: {quote(xy.tolist())} is no x, y in metres; give two numbers")
    return xy


def _serve(streets: Streets, facilities: Floats, targets: Access, cutoffs: Floats) -> Served:
    """Work out nearest minutes and counts from nothing."""
    places = tuple(_place(streets, targets, cutoffs, xy) for xy in facilities)
    nodes = [place.access.seed_node for place in places] or [np.empty(0, dtype=np.int64)]
    minutes = [place.access.seed_minutes for place in places] or [np.empty(0)]
    labels = np.repeat(np.arange(len(places)), [len(place.access.seed_node) for place in places])
    best, label = search_nearest(
        streets.graph.rows, np.concatenate(nodes), np.concatenate(minutes), labels
    )
    counts = np.zeros((len(targets), len(cutoffs)), dtype=np.int64)
    for place in places:
        counts = _counted(counts, cutoffs, place, 1)
    # Minutes and places follow from the nodes, as after any change.
    served = Served(
        streets, targets, cutoffs, (), best, label, np.empty(0), np.empty(0, dtype=np.int64),
        counts, _turn_round(streets.graph.rows),
    )  # fmt: skip
    return served._settled(places, best, label, counts)


def _turn_round(rows: Rows) -> Rows:
    """Return for each node of a search graph the nodes that lead to it."""
    n_nodes = len(rows.starts) - 1
    tail = np.repeat(np.arange(n_nodes), np.diff(rows.starts))
    order = np.argsort(rows.neighbour, kind="stable")
    degree = np.bincount(rows.neighbour, minlength=n_nodes)
    starts = np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
    return Rows(starts, tail[order], rows.minutes[order])


def _place(
    streets: Streets,
    targets: Access,
    cutoffs: NDArray[np.float64],
    xy: Sequence[float],
) -> _Place:
    """Join one facility to the streets and search from it."""
    access = join(streets, np.asarray([xy], dtype=np.float64))
    asked = access.points, targets.points, targets.lookup, streets.nearby
    near_target, near_minutes = find_near_walks(*asked)
    # Cutoffs ascend, so the last one holds the others.
    _, reached, minutes = find_reached(streets.graph.rows, *asked, cutoffs[-1], 0, 1)
    return _Place(access, near_target, near_minutes, reached, minutes)


def _counted(
    counts: NDArray[np.int64], cutoffs: NDArray[np.float64], place: _Place, sign: int
) -> NDArray[np.int64]:
    """Return counts (n, c) with one facility more (1) or less (-1)."""
    # A copy: the value before the change keeps its own.
    changed = counts.copy()
    # Each unit stands in `reached` once; of repeated rows numpy would add one alone.
    changed[place.reached] += sign * (place.reached_minutes[:, None] <= cutoffs)
    return changed
