"""The minutes between sites: on foot, or by coach where a walk is too long in one go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.crs.array_types import Flags, Floats, Ints
from planner.plan import Routes
from planner.routes.coach import CoachStops, CoachWays, find_coach_stops
from planner.showing import Brief
from planner.travel.access import join
from planner.travel.matrix import find_pairs
from planner.travel.minutes import ReachedPairs
from planner.travel.streets import Streets, is_even


@dataclass(frozen=True, eq=False)
class EndLegs:
    """The leg from the best start to each of n sites, or from each to the best end.

    place (n,) : which start or end, -1 for none. minutes, walk (n,) : inf where there is none.
    ridden (n,) : by coach.
    """

    place: Ints
    minutes: Floats
    walk: Floats
    ridden: Flags


@dataclass(frozen=True, eq=False)
class RouteLegs(Brief):
    """The legs between n sites, and those that begin and end a route.

    minutes, walk (n, n) : of a leg, and how many of them are walked; inf where there is none.
    ridden (n, n) : by coach. on_foot (n, n) : minutes all the way on foot, however many.
    joined (n,) : whether a site meets a street.
    start, end : None where routes start or end at any site.
    stops, ways : of the coach, for sites, starts and ends in this order; None: all is walked.
    to_stop, from_stop (k,) : minutes from each of them to its stop, and back.
    """

    minutes: Floats
    walk: Floats
    ridden: Flags
    on_foot: Floats
    joined: Flags
    start: EndLegs | None
    end: EndLegs | None
    stops: CoachStops | None
    ways: CoachWays | None
    to_stop: Floats
    from_stop: Floats


def find_legs(
    streets: Streets, sites: Floats, starts: Floats | None, ends: Floats | None, keys: Routes
) -> RouteLegs:
    """Work out the legs between places (m, 2), metric CRS.

    A leg of at most `most_leg_minutes` is walked. A longer one is ridden where a coach may stop
    near both of its ends: the walk to the stop, boarding, the ride, the walk from the stop.

    Parameters
    ----------
    streets
        Prepared for who walks.
    sites
        Places of the sites.
    starts, ends
        Where routes may start and end; None: at any site.
    keys
        `[routes]` of the plan.
    """
    most = keys.most_leg_minutes
    places = [sites, *(part for part in (starts, ends) if part is not None)]
    stops = ways = None
    to_stop = from_stop = np.full(sum(map(len, places)), np.inf)
    if keys.bus is not None:
        xy = np.concatenate(places)
        stops = find_coach_stops(streets.network, xy, keys.bus)
        to_stop = from_stop = _walk_to_stops(streets, xy, stops, most)
        if not is_even(streets):
            from_stop = _walk_to_stops(streets, xy, stops, most, back=True)
        ways = CoachWays(streets.network, stops, keys.bus, len(sites))
    ride = _Rides(keys, ways, to_stop, from_stop)
    on_foot = _to_dense(find_pairs(streets, sites, sites, np.inf))
    n = len(sites)
    minutes, walk, ridden = ride.choose(on_foot, np.arange(n), np.arange(n), most)
    np.fill_diagonal(minutes, np.inf)
    start = end = None
    if starts is not None:
        there = n + np.arange(len(starts))
        walked = _to_dense(find_pairs(streets, starts, sites, most))
        start = _choose_place(*ride.choose(walked.T, np.arange(n), there, most, to_sites=True))
    if ends is not None:
        there = n + (0 if starts is None else len(starts)) + np.arange(len(ends))
        walked = _to_dense(find_pairs(streets, sites, ends, most))
        end = _choose_place(*ride.choose(walked, np.arange(n), there, most))
    joined = join(streets, sites).joined
    return RouteLegs(
        minutes, walk, ridden, on_foot, joined, start, end, stops, ways, to_stop,
        from_stop,
    )  # fmt: skip


def _to_dense(pairs: ReachedPairs) -> Floats:
    """Return the minutes as a matrix, origins x targets, inf for pairs that are not there."""
    dense = np.full(pairs.shape, np.inf)
    dense[pairs.origin, pairs.target] = pairs.minutes
    return dense


class _Rides:
    """Chooses for each leg how one goes."""

    def __init__(
        self, keys: Routes, ways: CoachWays | None, to_stop: Floats, from_stop: Floats
    ) -> None:
        self._bus, self._ways = keys.bus, ways
        self._to_stop, self._from_stop = to_stop, from_stop

    def choose(
        self, walked: Floats, sites: Ints, places: Ints, most: float, *, to_sites: bool = False
    ) -> tuple[Floats, Floats, Flags]:
        """Return minutes, minutes walked, and what is ridden, (sites, places).

        to_sites : whether one goes from the places to the sites.
        """
        if self._bus is None or self._ways is None:
            far = np.where(walked <= most, walked, np.inf)
            return far, far.copy(), np.zeros(walked.shape, dtype=bool)
        metres = self._ways.metres[np.ix_(sites, places)]
        of_sites, of_places = self._to_stop, self._from_stop
        if to_sites:
            of_sites, of_places = of_places, of_sites
        on_foot = of_sites[sites][:, None] + of_places[places]
        ride = on_foot + self._bus.boarding_minutes + metres / (self._bus.speed_kmh * 1000 / 60)
        ridden = (walked > most) & np.isfinite(ride)
        minutes = np.where(walked <= most, walked, ride)
        return minutes, np.where(walked <= most, walked, on_foot), ridden


def _choose_place(minutes: Floats, walk: Floats, ridden: Flags) -> EndLegs:
    """Choose for each site the start or end that is reached first; of equals the first."""
    if minutes.shape[1] == 0:
        n = len(minutes)
        none = np.full(n, np.inf)
        return EndLegs(np.full(n, -1), none, none, np.zeros(n, dtype=bool))
    place = minutes.argmin(axis=1)
    row = np.arange(len(minutes))
    least = minutes[row, place]
    there = np.isfinite(least)
    return EndLegs(
        np.where(there, place, -1).astype(np.int64),
        least,
        np.where(there, walk[row, place], np.inf),
        ridden[row, place] & there,
    )


def _walk_to_stops(
    streets: Streets, xy: Floats, stops: CoachStops, most: float, *, back: bool = False
) -> Floats:
    """Return the minutes from each place to its own stop; inf where there is none to walk to.

    back : from the stop to the place instead.
    """
    found = np.full(len(xy), np.inf)
    rows = np.flatnonzero(stops.there)
    if len(rows):
        ends = (xy[rows], stops.xy[rows])
        pairs = find_pairs(streets, *(ends[::-1] if back else ends), most)
        own = pairs.origin == pairs.target
        found[rows[pairs.origin[own]]] = pairs.minutes[own]
    return found
