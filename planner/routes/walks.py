"""The legs of chosen routes as lines on streets, with what is to be warned of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from planner.crs import project
from planner.crs.array_types import Floats, Ints
from planner.network.walk_network import WalkNetwork
from planner.routes.outing import Outing
from planner.sources.osm.extract import WalkWays
from planner.travel.access import Access, join, rows_of
from planner.travel.routes import Route, route_between
from planner.travel.streets import is_even

ON_FOOT: Final = "walk"
BY_COACH: Final = "coach"
#: A walk goes over a crossing whose way it covers, but for so much beside it and so much of it.
_BESIDE_M: Final = 0.5
_COVERED: Final = 0.9
#: The search goes a little beyond the minutes known, for the rounding of their sum.
_SLACK_MINUTES: Final = 1e-6


@dataclass(frozen=True, eq=False)
class RouteLeg:
    """One leg of a route.

    by : `walk` or `coach`. minutes, walk_minutes : of all of it, and walked. metres : along it.
    steps : flights of steps. crossing_m : length of its longest street crossing, 0 for none.
    line : LineString, metric CRS. walked : those parts of it that are walked, to and from a coach.
    """

    by: str
    minutes: float
    walk_minutes: float
    metres: float
    steps: int
    crossing_m: float
    line: shapely.LineString
    walked: tuple[shapely.LineString, ...]


class LegLines:
    """Draws the legs of an outing, one after the other."""

    def __init__(self, outing: Outing) -> None:
        self._outing = outing
        self._streets = outing.streets
        parts = [
            part.geometry.get_coordinates().to_numpy(dtype=np.float64).reshape(-1, 2)
            for part in (outing.sites, outing.starts, outing.ends)
            if part is not None
        ]
        self._xy = np.concatenate(parts)
        self._crossings = _Crossings(outing.case.inputs.osm.ways, outing.streets.network)

    def between(self, a: int, b: int) -> RouteLeg:
        """Return the leg from one site to another."""
        legs = self._outing.legs
        minutes, walk = float(legs.minutes[a, b]), float(legs.walk[a, b])
        return self._draw(a, b, minutes, walk, ridden=bool(legs.ridden[a, b]))

    def from_start(self, site: int) -> RouteLeg | None:
        """Return the leg from the best start to a site; None where routes start at any site."""
        legs = self._outing.legs.start
        if legs is None:
            return None
        place = len(self._outing.sites) + int(legs.place[site])
        minutes, walk = float(legs.minutes[site]), float(legs.walk[site])
        return self._draw(place, site, minutes, walk, ridden=bool(legs.ridden[site]))

    def to_end(self, site: int) -> RouteLeg | None:
        """Return the leg from a site to the best end; None where routes end at any site."""
        outing, legs = self._outing, self._outing.legs.end
        if legs is None:
            return None
        before = 0 if outing.starts is None else len(outing.starts)
        place = len(outing.sites) + before + int(legs.place[site])
        minutes, walk = float(legs.minutes[site]), float(legs.walk[site])
        return self._draw(site, place, minutes, walk, ridden=bool(legs.ridden[site]))

    def _draw(self, a: int, b: int, minutes: float, walk: float, *, ridden: bool) -> RouteLeg:
        """Draw the leg between two places."""
        if not ridden:
            found = self._walk(self._xy[a], self._xy[b], minutes)
            parts, routes = [_line_of(found, self._xy[a], self._xy[b])], [found]
        else:
            parts, routes = self._ride(a, b)
        corners = np.vstack(parts)
        if len(corners) < 2:
            corners = np.vstack([self._xy[a], self._xy[b]])
        line = shapely.LineString(corners)
        network = self._streets.network
        crossed = [self._crossings.longest(one.geometry) for one in routes if one.geometry]
        return RouteLeg(
            BY_COACH if ridden else ON_FOOT,
            minutes,
            walk,
            float(line.length),
            sum(_count_flights(network, one.edges) for one in routes),
            max(crossed, default=0.0),
            line,
            # A coach's ride lies between its two walks.
            tuple(shapely.LineString(part) for part in parts[::2] if len(part) > 1),
        )

    def _ride(self, a: int, b: int) -> tuple[list[Floats], list[Route]]:
        """Draw the walk to the stop, the ride, and the walk from the stop."""
        legs = self._outing.legs
        assert legs.stops is not None  # only then a leg is ridden
        assert legs.ways is not None
        stops = legs.stops.xy
        to = self._walk(self._xy[a], stops[a], float(legs.to_stop[a]))
        # On a slope the way from the stop is another walk than that to it.
        if is_even(self._streets):
            back = self._walk(self._xy[b], stops[b], float(legs.to_stop[b]))
            from_stop = _line_of(back, self._xy[b], stops[b])[::-1]
        else:
            back = self._walk(stops[b], self._xy[b], float(legs.from_stop[b]))
            from_stop = _line_of(back, stops[b], self._xy[b])
        # Rides are known from sites; one that begins elsewhere is that from the site, turned.
        n = len(self._outing.sites)
        ride = legs.ways.line(a, b) if a < n else legs.ways.line(b, a)[::-1]
        parts = [
            _line_of(to, self._xy[a], stops[a]),
            ride,
            from_stop,
        ]
        return parts, [to, back]

    def _walk(self, start: Floats, end: Floats, minutes: float) -> Route:
        """Find the walk between two places."""
        ends: Access = join(self._streets, np.vstack([end]))
        starts = join(self._streets, np.vstack([start]), reached=True)
        within = minutes + _SLACK_MINUTES
        return route_between(
            self._streets, rows_of(starts, 0, 1), rows_of(ends, 0, 1), within_minutes=within
        )


def _line_of(route: Route, start: Floats, end: Floats) -> Floats:
    """Return the corners of a walk; straight where its path is not known."""
    if route.geometry is None:
        return np.vstack([start, end])
    return np.asarray(route.geometry.coords, dtype=np.float64)


def _count_flights(network: WalkNetwork, edges: tuple[int, ...]) -> int:
    """Count the flights of steps along some edges; parts side by side are one flight."""
    steps = network.steps[np.array(edges, dtype=np.int64)] if edges else np.zeros(0, dtype=bool)
    return int(steps[:1].sum() + (steps[1:] & ~steps[:-1]).sum())


class _Crossings:
    """The ways of the map that cross a carriageway."""

    def __init__(self, ways: WalkWays, network: WalkNetwork) -> None:
        rows: Ints = np.flatnonzero(ways.crossing > 0)
        lines = []
        for row in rows.tolist():
            lonlat = ways.lonlat[ways.offsets[row] : ways.offsets[row + 1]]
            xy = project(lonlat[:, 0], lonlat[:, 1], network.crs)
            if len(xy) > 1:
                lines.append(shapely.LineString(np.asarray(xy)))
        self._lines = np.array(lines, dtype=object)
        self._tree = shapely.STRtree(self._lines)

    def longest(self, walk: shapely.LineString) -> float:
        """Return the length of the longest crossing that a walk takes, metres, 0 for none.

        Crossings that meet are one: each half of a street is often a way of its own.
        """
        if len(self._lines) == 0 or walk.length == 0:
            return 0.0
        near = self._lines[self._tree.query(walk, predicate="dwithin", distance=_BESIDE_M)]
        if len(near) == 0:
            return 0.0
        around = shapely.buffer(walk, _BESIDE_M)
        taken = near[
            shapely.length(shapely.intersection(near, around)) >= _COVERED * shapely.length(near)
        ]
        if len(taken) == 0:
            return 0.0
        merged = shapely.line_merge(shapely.union_all(taken))
        return float(shapely.length(shapely.get_parts(merged)).max())
