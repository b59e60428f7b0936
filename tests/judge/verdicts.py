"""Verdicts, their reasons and the causes of gaps, by definition."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely

#: What a person walks is taken to be this much longer than the straight line.
STRAIGHT = 1.3


def verdicts(
    reference,
    facilities,
    units,
    cutoff_minutes,
    data=None,
    open_to_outsiders=None,
    *,
    complete=False,
    approximate=None,
):
    """Judge units: (verdict, reason) each, the first that applies; reason is "" unless unknown.

    Parameters
    ----------
    reference : Reference
    facilities, units : arrays (n, 2)
        Points, metres of the pieces' CRS; only facilities that count.
    cutoff_minutes
        Covered when minutes <= cutoff_minutes.
    data : Polygon or None
        Where streets are known, same CRS; None: everywhere.
    open_to_outsiders
        One bool for each facility; None: all are.
    complete
        No station is missing, so that beyond the data only those of `facilities` stand.
    approximate
        For each facility None, or within how many metres of its place it may stand; None: all
        places are confirmed.
    """
    facilities = np.asarray(facilities, float).reshape(-1, 2)
    units = np.asarray(units, float).reshape(-1, 2)
    welcome = [True] * len(facilities) if open_to_outsiders is None else [*open_to_outsiders]
    spreads = [None] * len(facilities) if approximate is None else [*approximate]
    vague = [
        (place, spread, everybody)
        for place, spread, everybody in zip(facilities, spreads, welcome, strict=True)
        if spread is not None
    ]
    # nobody surely walks to a station that may stand elsewhere
    sure = [k for k, spread in enumerate(spreads) if spread is None]
    facilities, welcome = facilities[sure], [welcome[k] for k in sure]
    open_to_outsiders = None if open_to_outsiders is None else welcome
    minutes, _ = reference.nearest_minutes(facilities, units, open_to_outsiders)
    near_street, islands = reference.joined(units), reference.on_islands_only(units)
    # who is shut in can walk only to a facility inside: one with finite minutes knows a way
    no_gate = reference.shut_in(units) & ~np.isfinite(minutes)
    reach = reference.speed * cutoff_minutes
    # one that is closed to outsiders would serve nobody around it
    lost = ~reference.joined(facilities) | reference.on_islands_only(facilities)
    lost = np.flatnonzero(lost & np.array(welcome, bool))
    theirs, own = reference.islands_met(facilities), reference.islands_met(units)

    def near_lost(k):
        """Whether a facility is in straight reach that joins no street, or another island's."""
        return any(
            np.hypot(*(facilities[f] - units[k])) <= reach and not theirs[f] & own[k] for f in lost
        )

    homes, doors = reference.home(units), reference.home(facilities)

    def open_to(k):
        """Return the places of the stations that would let a unit in."""
        served = [
            everybody or door == homes[k] != ""
            for door, everybody in zip(doors, welcome, strict=True)
        ]
        return facilities[np.array(served, bool)]

    found = []
    for k in range(len(units)):
        if minutes[k] <= cutoff_minutes:
            found.append(("covered", ""))
        elif not near_street[k]:
            found.append(("unknown", "no street near"))
        elif no_gate[k]:
            found.append(("unknown", "no gate known"))
        elif islands[k]:
            found.append(("unknown", "island"))
        elif near_lost(k):
            found.append(("unknown", "facility not joined"))
        elif _near_vague(vague, units[k], homes[k], reach):
            found.append(("unknown", "place not confirmed"))
        elif data is not None and _leaves(data, units[k], reach, open_to(k) if complete else None):
            found.append(("unknown", "edge of data"))
        else:
            found.append(("gap", ""))
    return found


def _near_vague(vague, unit, home, reach):
    """Whether a station may be in straight reach that may stand elsewhere.

    One that is closed to outsiders may stand in any compound, but serves only those of one.
    vague : (place, within how many metres of it the station stands, whether it is open to all)
    """
    return any(
        np.hypot(*(place - unit)) <= reach + spread and (everybody or home != "")
        for place, spread, everybody in vague
    )


def _leaves(data, unit, reach, stations):
    """Whether a walk may lead out of the data, and to one of some stations; None: there may be one.

    A walk in the data's outside is as good as straight, and so is one inside them.
    """
    here = shapely.Point(unit)
    inside = data.contains(here)
    if inside and data.boundary.distance(here) >= reach:
        return False
    if stations is None:
        return True
    for there in map(shapely.Point, stations):
        if inside and data.contains(there):
            shortest = _shortest_over(data.boundary, here, there)
        else:
            shortest = here.distance(there)
        if shortest <= reach:
            return True
    return False


def _shortest_over(border, here, there):
    """Return the shortest way from one point to another by a point of a border, metres.

    Along a straight piece its length falls and then rises: thirds are cut off until little is left.
    """
    best = np.inf
    for ring in shapely.get_parts(border):
        corners = shapely.get_coordinates(ring)
        for a, b in pairwise(corners):

            def length(t, a=a, b=b):
                """Measure the way by one point of the piece."""
                turn = shapely.Point(a + t * (b - a))
                return here.distance(turn) + turn.distance(there)

            low, high = 0.0, 1.0
            for _ in range(60):
                first, second = low + (high - low) / 3, high - (high - low) / 3
                if length(first) <= length(second):
                    high = second
                else:
                    low = first
            best = min(best, length(low), length(high))
    return best


def causes(city, walker, facilities, units, cutoff_minutes, closed=()):
    """Say why units have no facility within the cutoff: "" if one has, else (cause, detail).

    Parameters
    ----------
    city : City of reference_city.py
    walker : dict of options of City.judge
    facilities, units : arrays (n, 2), metres
        Facilities that count now; `closed` are those that count at other hours.
    """
    facilities = np.asarray(facilities, float).reshape(-1, 2)
    units = np.asarray(units, float).reshape(-1, 2)
    reach = walker["speed_kmh"] * 1000 / 60 * cutoff_minutes

    def covered(where, doors, **options):
        return city.judge(**walker, **options).nearest_minutes(doors, where)[0] <= cutoff_minutes

    now = covered(units, facilities)
    later = covered(units, np.vstack([facilities, np.reshape(closed, (-1, 2))]))
    unwalled = covered(units, facilities, without_compounds=True)
    unbarred = covered(units, facilities, without_barriers=True)
    found = []
    for k, unit in enumerate(units):
        metres = np.hypot(*(facilities - unit).T) * STRAIGHT
        name = _crossed(city, unit, facilities[metres <= reach])
        if now[k]:
            found.append("")
        elif later[k]:
            found.append(("closed", ""))
        elif unwalled[k]:
            found.append(("wall", ""))
        elif unbarred[k] or name is not None:
            found.append(("barrier", name or ""))
        else:
            found.append(("detour" if (metres <= reach).any() else "too far", ""))
    return found


def _crossed(city, unit, facilities):
    """Return the name of a water, railway or motorway between a unit and one of some facilities.

    Facilities are tried from the nearest on, barriers from the unit on; None where nothing is.
    """
    for facility in sorted(facilities.tolist(), key=lambda at: np.hypot(*(at - unit))):
        line = shapely.LineString([unit, facility])
        met = [
            (shapely.Point(unit).distance(shape.intersection(line)), name)
            for kind, name, shape in city.barriers
            if kind != "wall" and shape.intersects(line)
        ]
        if met:
            return min(met)[1]
    return None
