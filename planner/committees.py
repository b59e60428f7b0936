"""Committees and domains: each committee's own station, and what each domain covers."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.demand import first_polygon
from planner.travel.access import join, rows_of
from planner.travel.minutes import ReachedPairs, nearest_minutes, points_of, reached_pairs
from planner.travel.streets import Streets
from planner.weighted import value_of_most, weighted_median

RESIDENTS: Final = "residential"
#: Own stations are first looked for within this; the few farther ones one by one.
_FIRST_CUTOFF_MINUTES: Final = 45.0
_FIGURES: Final = (
    "town", "people", "minutes_own", "minutes_nearest", "share_any", "share_own"
)  # fmt: skip


def committee_table(
    committees: gpd.GeoDataFrame,
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    streets: Streets,
    cutoff_minutes: float,
) -> gpd.GeoDataFrame:
    """Say for each committee how far its residents walk to its own station and to any.

    Parameters
    ----------
    committees
        name, kind, facility_id of its own station ("" for none), polygons, metric CRS.
    demand
        kind, people, town, minutes and Points, metric CRS; only residents are looked at.
    facilities
        Those that count, facility_id and Points.
    streets
        Prepared for the plan's profile.
    cutoff_minutes
        The last cutoff of the plan.

    Returns
    -------
    GeoDataFrame
        name, kind, town (of most of its residents), facility_id, people, minutes_own and
        minutes_nearest (medians over its residents, inf where there is no path or no station),
        share_any and share_own (covered by any facility and by its own, of all its residents; NaN
        without residents), geometry.
    """
    residents = demand[demand["kind"] == RESIDENTS]
    number = first_polygon(residents, committees)
    own_minutes = _own_minutes(residents, number, committees, facilities, streets)
    town, people = residents["town"].to_numpy(), residents["people"].to_numpy()
    nearest = residents["minutes"].to_numpy()
    rows = []
    for k in range(len(committees)):
        here = np.flatnonzero((number == k) & (people > 0))
        rows.append(
            _figures_of(town[here], people[here], own_minutes[here], nearest[here], cutoff_minutes)
        )
    figures = pd.DataFrame(rows, index=committees.index, columns=list(_FIGURES))
    named = committees[["name", "kind", "facility_id"]]
    order = ["name", "kind", "town", "facility_id", *_FIGURES[1:]]
    table = pd.concat([named, figures], axis=1)[order]
    return gpd.GeoDataFrame(table, geometry=committees.geometry.to_numpy(), crs=committees.crs)


def domain_table(
    demand: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, pairs: ReachedPairs
) -> pd.DataFrame:
    """Count what the facilities of each domain cover within the cutoff of `pairs`.

    Parameters
    ----------
    demand
        kind, people.
    facilities
        Those that count, with `domain`.
    pairs
        Facilities (origin) and units (target) within the cutoff, by position.

    Returns
    -------
    DataFrame
        domain, facilities, kind, people, covered, share_low (covered / people): people of one
        kind may be covered by several domains.
    """
    rows = []
    domains = facilities["domain"].to_numpy(dtype=object)
    for domain in sorted(set(domains)):
        members = domains == domain
        covered = np.zeros(len(demand), dtype=bool)
        covered[pairs.target[members[pairs.origin]]] = True
        for kind in dict.fromkeys(demand["kind"]):
            of_kind = (demand["kind"] == kind).to_numpy()
            people = demand["people"].to_numpy()
            total, reached = people[of_kind].sum(), people[of_kind & covered].sum()
            rows.append(
                {
                    "domain": domain,
                    "facilities": int(members.sum()),
                    "kind": kind,
                    "people": total,
                    "covered": reached,
                    "share_low": reached / total if total else None,
                }
            )
    return pd.DataFrame(rows)


def _own_minutes(
    residents: gpd.GeoDataFrame,
    number: NDArray[np.int64],
    committees: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    streets: Streets,
) -> NDArray[np.float64]:
    """Return each unit's minutes to its committee's station, inf without one."""
    minutes = np.full(len(residents), np.inf)
    position = {name: k for k, name in enumerate(facilities["facility_id"])}
    station = np.array([position.get(name, -1) for name in committees["facility_id"]] or [-1])
    own = np.where(number >= 0, station[number], -1)
    origins = join(streets, points_of(facilities, streets.network, "facilities"))
    units = join(streets, points_of(residents, streets.network, "demand"), reached=True)
    pairs = reached_pairs(streets, origins, units, _FIRST_CUTOFF_MINUTES)
    mine = own[pairs.target] == pairs.origin
    minutes[pairs.target[mine]] = pairs.minutes[mine]
    far = np.flatnonzero(np.isinf(minutes) & (own >= 0) & units.joined)
    for origin in np.unique(own[far]):
        rows = far[own[far] == origin]
        targets = join(streets, units.xy[rows], reached=True)
        minutes[rows] = nearest_minutes(streets, rows_of(origins, origin, origin + 1), targets)[0]
    return minutes


def _figures_of(
    towns: NDArray[np.object_],
    people: NDArray[np.float64],
    minutes_own: NDArray[np.float64],
    minutes_nearest: NDArray[np.float64],
    cutoff_minutes: float,
) -> dict[str, Any]:
    """Put the residents of one committee into the figures of its row."""
    total = people.sum()
    if total == 0:
        return dict.fromkeys(_FIGURES, np.nan) | {"town": "", "people": 0.0}
    return {
        "town": value_of_most(towns, people),
        "people": total,
        "minutes_own": weighted_median(minutes_own, people),
        "minutes_nearest": weighted_median(minutes_nearest, people),
        "share_any": people[minutes_nearest <= cutoff_minutes].sum() / total,
        "share_own": people[minutes_own <= cutoff_minutes].sum() / total,
    }
