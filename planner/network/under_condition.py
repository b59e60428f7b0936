"""Streets under a condition such as ice or a flood: slower here, closed there.

Ways that a condition means differently stay edges of their own (`mark_ways`), and edges are cut at
the border of closed ground: so all of an edge is open, or nothing of it, and minutes stay linear.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from planner.crs.array_types import Flags, Floats, Ints
from planner.crs.frame import shape_to_metric
from planner.network.closed_ground import close_ground, list_border
from planner.network.walk_network import WalkNetwork
from planner.network.walls import Barriers
from planner.plan.named_conditions import Condition, SpeedChange
from planner.plan.profiles import WalkProfile
from planner.plan.slopes import find_sloped_paces
from planner.sources.condition_files import ClosedPlaces
from planner.sources.osm.extract import WalkWays

#: The kind of the barrier round closed ground, which is none of the map.
CLOSED_GROUND: Final = "closed ground"
#: Corners of a quarter of the disc round a point: it is 0.03 % too small at most.
_CORNERS: Final = 32


@dataclass(frozen=True, eq=False)
class SlowedNetwork(WalkNetwork):
    """Streets on some of which people walk slower than elsewhere.

    changes : what slows whom; slowed (c, m) : on which edges each holds.
    """

    changes: tuple[SpeedChange, ...] = ()
    slowed: NDArray[np.bool_] | None = None

    def _factor(self, profile: WalkProfile) -> Floats:
        """Return the share of the usual speed on each edge, shape (m,)."""
        factor = np.ones(self.n_edges)
        if self.slowed is not None:
            for change, where in zip(self.changes, self.slowed, strict=True):
                factor[where] *= change.factor_of(profile)
        return factor

    def minutes_per_metre(self, profile: WalkProfile, shut: Flags | None = None) -> Floats:
        """Return the minutes that one metre of each edge takes on level ground, shape (m,)."""
        return WalkNetwork.minutes_per_metre(self, profile, shut) / self._factor(profile)

    def paces(self, profile: WalkProfile, shut: Flags | None = None) -> tuple[Floats, Floats]:
        """Return the minutes that one metre of each edge takes towards v, and towards u."""
        # Slope changes the usual speed: what a condition leaves of it is left up and down.
        level = WalkNetwork.minutes_per_metre(self, profile, shut)
        both = (level, level)
        if self.has_heights:
            both = find_sloped_paces(profile, level, self.grade, self.steps, self.ride)
        factor = self._factor(profile)
        return both[0] / factor, both[1] / factor


@dataclass(frozen=True, eq=False)
class LaidCondition:
    """A condition laid over the streets of a plan.

    network : with the streets that are slower and closed under it; its edges are not those of the
        usual network, its nodes begin with them.
    ground : closed ground, metric CRS; None for none.
    origin (m,) : the edge of the usual network that each edge is a part of.
    dropped : file, row and reason of points and lines that close no street.
    """

    condition: Condition
    network: SlowedNetwork
    ground: BaseGeometry | None
    origin: Ints
    dropped: list[dict[str, Any]]


def mark_ways(
    conditions: Sequence[Condition], closed: Sequence[ClosedPlaces], ways: WalkWays
) -> Ints | None:
    """Give the ways numbers, so that those of one number mean the same to every condition.

    Returns
    -------
    array, shape (w,)
        None where all of them mean the same.
    """
    number = np.zeros(len(ways), dtype=np.int64)
    for condition in conditions:
        for column in _tell_ways(condition, find_closed(condition, closed), ways):
            number = np.unique(number * 2 + column, return_inverse=True)[1].reshape(-1)
    return number.astype(np.int64) if number.any() else None


def find_closed(condition: Condition, closed: Sequence[ClosedPlaces]) -> ClosedPlaces | None:
    """Return what the files of a condition close, None where it names none."""
    return next((places for places in closed if places.name == condition.name), None)


def lay_condition(
    network: WalkNetwork, condition: Condition, closed: ClosedPlaces | None, ways: WalkWays
) -> LaidCondition:
    """Lay a condition over streets.

    Parameters
    ----------
    network
        Of these ways, built with `apart` from `mark_ways`.
    closed
        What its files close.
    """
    shut, *slowed = _tell_edges(network, _tell_ways(condition, closed, ways), ways)
    laid, whole = _shut(network, shut), np.arange(network.n_edges)
    spots, dropped = (None, []) if closed is None else _draw_spots(network, closed.spots)
    if spots is not None:
        laid, origin = close_ground(laid, spots)
        slowed, whole = [column[origin] for column in slowed], whole[origin]
    ground = find_closed_ground(closed, network.crs)
    if ground is not None:
        laid, origin = close_ground(laid, ground, elevated=condition.close_elevated)
        slowed, whole = [column[origin] for column in slowed], whole[origin]
        laid = _fence(laid, ground)
    known = {entry.name: getattr(laid, entry.name) for entry in fields(WalkNetwork)}
    where = np.array(slowed, dtype=bool).reshape(len(slowed), laid.n_edges)
    streets = SlowedNetwork(**known, changes=condition.of_streets, slowed=where)
    return LaidCondition(condition, streets, ground, whole, dropped)


def _tell_ways(condition: Condition, closed: ClosedPlaces | None, ways: WalkWays) -> list[Flags]:
    """Tell which ways a condition closes, then which ones each of its changes of speed means."""
    shut = np.isin(ways.highway.astype(str), condition.closed_highways)
    if closed is not None and len(closed.way_id):
        shut |= np.isin(ways.way_id, closed.way_id)
    return [shut, *(_find_meant(change, ways) for change in condition.of_streets)]


def _find_meant(change: SpeedChange, ways: WalkWays) -> Flags:
    """Tell which ways a change of speed means, shape (w,)."""
    meant = np.ones(len(ways), dtype=bool)
    if change.highways:
        meant &= np.isin(ways.highway.astype(str), change.highways)
    if change.surfaces:
        meant &= np.isin(ways.surface.astype(str), change.surfaces)
    return meant


def _tell_edges(network: WalkNetwork, of_ways: list[Flags], ways: WalkWays) -> list[Flags]:
    """Tell of each edge what is told of its longest way: all ways of an edge are alike."""
    if not any(column.any() for column in of_ways):
        return [np.zeros(network.n_edges, dtype=bool) for _ in of_ways]
    # By class too: the outline of a square is called by its relation, which may have a way's id.
    known = pd.MultiIndex.from_arrays([ways.way_id, ways.highway])
    first = ~known.duplicated()
    row = known[first].get_indexer(pd.MultiIndex.from_arrays([network.osm_id, network.highway]))
    # Footpaths of a scenario are no ways of the map: -1.
    return [np.append(column[first], False)[row] for column in of_ways]


def _shut(network: WalkNetwork, edges: Flags) -> WalkNetwork:
    """Return streets some of which are open to nobody, at no hour."""
    if not edges.any():
        return network
    conditions = network.conditions.copy()
    conditions[edges] = ""
    return replace(network, shut=network.shut | edges, conditions=conditions)


def find_closed_ground(closed: ClosedPlaces | None, crs: CRS) -> BaseGeometry | None:
    """Return the ground that files close, metric CRS; None where they close none."""
    if closed is None or closed.ground is None:
        return None
    parts = shapely.get_parts(shapely.make_valid(shape_to_metric(closed.ground, crs)))
    # Made valid, a spike of a polygon is a line, which is no ground.
    ground = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return None if ground.is_empty else ground


def _draw_spots(
    network: WalkNetwork, spots: gpd.GeoDataFrame
) -> tuple[BaseGeometry | None, list[dict[str, Any]]]:
    """Return the ground round points and lines, metric CRS, and those that reach no street."""
    if spots.empty:
        return None, []
    shapes = spots.geometry.to_crs(network.crs).to_numpy()
    radius_m = spots["radius_m"].to_numpy(dtype=np.float64)
    tree = shapely.STRtree(network.lines)
    met = np.zeros(len(spots), dtype=bool)
    met[tree.query(shapes, predicate="dwithin", distance=radius_m)[0]] = True
    lost = spots[~met]
    dropped = [
        {"file": str(file), "row": int(row), "reason": f"no street within {metres:g} m"}
        for file, row, metres in zip(lost["file"], lost["row"], lost["radius_m"], strict=True)
    ]
    if not met.any():
        return None, dropped
    drawn = shapely.buffer(shapes[met], radius_m[met], quad_segs=_CORNERS)
    return shapely.union_all(drawn), dropped


def _fence(network: WalkNetwork, ground: BaseGeometry) -> WalkNetwork:
    """Put a barrier round ground, so that nobody walks over it off the streets either."""
    barriers, ends = network.walls.barriers, list_border(ground)
    fence = np.full(len(ends), len(barriers.kind), dtype=np.int64)
    fenced = Barriers(
        ends=np.vstack([barriers.ends, ends]),
        feature=np.concatenate([barriers.feature, fence]),
        kind=np.append(barriers.kind, CLOSED_GROUND).astype(object),
        name=np.append(barriers.name, "").astype(object),
        osm_id=np.append(barriers.osm_id, "").astype(object),
    )
    return replace(network, walls=replace(network.walls, barriers=fenced))
