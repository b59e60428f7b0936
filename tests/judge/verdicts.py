"""Verdicts, their reasons and the causes of gaps, by definition."""

from __future__ import annotations

import numpy as np
import shapely

#: What a person walks is taken to be this much longer than the straight line.
STRAIGHT = 1.3


def verdicts(reference, facilities, units, cutoff_minutes, data=None, open_to_outsiders=None):
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
    """
    facilities = np.asarray(facilities, float).reshape(-1, 2)
    units = np.asarray(units, float).reshape(-1, 2)
    minutes, _ = reference.nearest_minutes(facilities, units, open_to_outsiders)
    near_street, islands = reference.joined(units), reference.on_islands_only(units)
    # who is shut in can walk only to a facility inside: one with finite minutes knows a way
    no_gate = reference.shut_in(units) & ~np.isfinite(minutes)
    reach = reference.speed * cutoff_minutes
    lost = np.flatnonzero(~reference.joined(facilities) | reference.on_islands_only(facilities))
    theirs, own = reference.islands_met(facilities), reference.islands_met(units)

    def near_lost(k):
        """Whether a facility is in straight reach that joins no street, or another island's."""
        return any(
            np.hypot(*(facilities[f] - units[k])) <= reach and not theirs[f] & own[k] for f in lost
        )

    found = []
    for k, unit in enumerate(units):
        here = shapely.Point(unit)
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
        elif data is not None and not (data.covers(here) and data.boundary.distance(here) >= reach):
            found.append(("unknown", "edge of data"))
        else:
            found.append(("gap", ""))
    return found


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
