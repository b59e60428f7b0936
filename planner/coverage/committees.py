"""Committees and domains: each committee's own station, and what each domain covers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.coverage.counting import UNKNOWN, shares
from planner.coverage.demand import first_polygon
from planner.coverage.exact import exact_sum
from planner.coverage.facilities import to_unsure_places
from planner.coverage.questions import Walk
from planner.coverage.weighted import value_of_most, weighted_median
from planner.crs.array_types import Flags
from planner.travel.access import Access, rows_of, take
from planner.travel.minutes import ReachedPairs, nearest_minutes, reached_pairs

RESIDENTS: Final = "residential"
#: Own stations are first looked for within this; the few farther ones one by one.
#: Another value moves work from one search to the other; the result stays, as long as it is
#: longer than a direct leg.
_FIRST_CUTOFF_MINUTES: Final = 45.0
#: Walk, position of each one's own station (-1: none), row of each unit -> minutes, (k,) each.
MeasureOwn = Callable[[Walk, NDArray[np.int64], NDArray[np.int64]], NDArray[np.float64]]
_FIGURES: Final = (
    "town", "people", "minutes_own", "minutes_nearest",
    "share_any", "share_any_low", "share_any_high",
    "share_own", "share_own_low", "share_own_high",
)  # fmt: skip


def build_committee_table(
    committees: gpd.GeoDataFrame,
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    walk: Walk,
    cutoff_minutes: float,
    unsure: gpd.GeoDataFrame | None = None,
) -> gpd.GeoDataFrame:
    """Say for each committee how far its residents walk to its own station and to any.

    Parameters
    ----------
    committees
        name, kind, facility_id of its own station ("" for none), own_unplaced (it has no place:
        all residents count in `share_own_high`), polygons, metric CRS.
    demand
        kind, people, town, minutes, verdict and Points, metric CRS; only residents are looked at.
    facilities
        Those that count: facility_id.
    walk
        Of these units to these facilities, in the plan's profile.
    cutoff_minutes
        The last cutoff of the plan.
    unsure
        From `find_unsure`: whom such a station may cover counts in `share_own_high` of those whose
        own it is.

    Returns
    -------
    GeoDataFrame
        name, kind, town (of most of its residents), facility_id, people, minutes_own and
        minutes_nearest (medians over its residents, inf where there is no path or no station),
        share_any and share_own (by any facility and by its own: covered / (covered + gap), NaN
        where that is 0), each with `_low` (covered / people) and `_high` (with those who cannot be
        judged), geometry.
    """
    residents = list_committee_residents(
        committees, demand, facilities, walk, cutoff_minutes, unsure
    )
    return fill_committee_table(committees, residents, cutoff_minutes)


def list_committee_residents(
    committees: gpd.GeoDataFrame,
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    walk: Walk,
    cutoff_minutes: float,
    unsure: gpd.GeoDataFrame | None = None,
    measure_own: MeasureOwn | None = None,
) -> pd.DataFrame:
    """List the units with residents of each committee; see `build_committee_table`.

    measure_own : how long some units walk to their own station, see `MeasureOwn`; None: as the
    streets of the walk tell.

    Returns
    -------
    DataFrame
        committee (its row), town, people, own and nearest (minutes to its own station and to any),
        own_doubt and nearest_doubt (whether it may be covered by it though no walk says so).
    """
    rows = np.flatnonzero((demand["kind"] == RESIDENTS).to_numpy())
    residents = demand.iloc[rows]
    number = first_polygon(residents, committees)
    position = {name: k for k, name in enumerate(facilities["facility_id"])}
    station = [position.get(name, -1) for name in committees["facility_id"]]
    # The last entry, at -1, is that of residents who live in no committee.
    measure = measure_own or _own_minutes
    own_minutes = measure(walk, np.array([*station, -1])[number], rows)
    unknown = (residents["verdict"] == UNKNOWN).to_numpy()
    reach_m = walk.streets.reach_m_per_min * cutoff_minutes
    in_doubt = find_in_doubt(unsure, "facility_id", take(walk.units, rows), reach_m)
    own_doubt = np.append(committees["own_unplaced"].to_numpy(dtype=bool), False)[number]
    for k, name in enumerate(committees["facility_id"]):
        if name in in_doubt:
            here = number == k
            own_doubt[here] |= in_doubt[name][here]
    table = pd.DataFrame(
        {
            "committee": number,
            "town": residents["town"].to_numpy(),
            "people": residents["people"].to_numpy(dtype=np.float64),
            "own": own_minutes,
            "nearest": residents["minutes"].to_numpy(dtype=np.float64),
            "own_doubt": unknown | own_doubt,
            "nearest_doubt": unknown,
        }
    )
    return table[(number >= 0) & (table["people"] > 0).to_numpy()]


def fill_committee_table(
    committees: gpd.GeoDataFrame, residents: pd.DataFrame, cutoff_minutes: float
) -> gpd.GeoDataFrame:
    """Return the figures of `build_committee_table` of residents from `list_committee_residents`.

    Each committee needs its own residents alone.
    """
    rows_of = residents.groupby("committee").indices
    columns = {str(name): residents[name].to_numpy() for name in residents}
    nobody = np.empty(0, dtype=np.int64)
    figures_of_each = []
    for k in range(len(committees)):
        here = {name: column[rows_of.get(k, nobody)] for name, column in columns.items()}
        figures_of_each.append(_figures_of(here, cutoff_minutes))
    figures = pd.DataFrame(figures_of_each, index=committees.index, columns=list(_FIGURES))
    named = committees[["name", "kind", "facility_id"]]
    order = ["name", "kind", "town", "facility_id", *_FIGURES[1:]]
    table = pd.concat([named, figures], axis=1)[order]
    return gpd.GeoDataFrame(table, geometry=committees.geometry.to_numpy(), crs=committees.crs)


def count_domains(
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    pairs: ReachedPairs,
    in_doubt: Mapping[str, Flags] | None = None,
) -> pd.DataFrame:
    """Count what the facilities of each domain cover within the cutoff of `pairs`.

    Parameters
    ----------
    demand
        kind, people, verdict.
    facilities
        Those that count, with `domain`.
    pairs
        Facilities (origin) and units (target) within the cutoff, by position.
    in_doubt
        Domain -> the units that a facility of it may cover, though not surely.

    Returns
    -------
    DataFrame
        domain, facilities, kind, people, covered, share_low (covered / people), share_high (as if
        it covered all who cannot be judged): people of one kind may be covered by several domains.
    """
    rows = []
    domains = facilities["domain"].to_numpy(dtype=object)
    unknown = (demand["verdict"] == UNKNOWN).to_numpy()
    maybe = in_doubt or {}
    for domain in sorted({*domains, *(name for name, units in maybe.items() if units.any())}):
        open_to = unknown | maybe.get(domain, False)
        members = domains == domain
        # A flag, not a sum: a unit near two stations of one domain counts once.
        covered = np.zeros(len(demand), dtype=bool)
        covered[pairs.target[members[pairs.origin]]] = True
        rows += count_one_domain(domain, int(members.sum()), demand, covered, open_to)
    return pd.DataFrame(rows)


def count_one_domain(
    domain: str, facilities: int, demand: pd.DataFrame, covered: Flags, open_to: Flags
) -> list[dict[str, Any]]:
    """Count whom so many facilities of one domain cover, as `count_domains` does.

    demand : kind, people; covered, open_to (n,) : whom they cover, and whom they may cover besides.
    """
    rows = []
    people = demand["people"].to_numpy()
    for kind in demand["kind"].unique():
        of_kind = (demand["kind"] == kind).to_numpy()
        total, reached = exact_sum(people[of_kind]), exact_sum(people[of_kind & covered])
        at_most = exact_sum(people[of_kind & (covered | open_to)])
        rows.append(
            {
                "domain": domain,
                "facilities": facilities,
                "kind": kind,
                "people": total,
                "covered": reached,
                "share_low": reached / total if total else None,
                "share_high": at_most / total if total else None,
            }
        )
    return rows


def find_in_doubt(
    unsure: gpd.GeoDataFrame | None, column: str, units: Access, reach_m: float
) -> dict[str, Flags]:
    """Return which units facilities may cover though not surely, by what a column says of them."""
    if unsure is None:
        return {}
    return {
        value: to_unsure_places(unsure[(unsure[column] == value).to_numpy()]).find_near(
            units, reach_m
        )
        for value in dict.fromkeys(unsure[column])
    }


def _own_minutes(
    walk: Walk, own: NDArray[np.int64], rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the minutes of some units to their own station, inf without one; shape of `own`.

    own : position of each one's station among the facilities, -1 for none; rows : of the units.
    """
    minutes = np.full(len(rows), np.inf)
    units = take(walk.units, rows)
    pairs = reached_pairs(walk.streets, walk.places, units, _FIRST_CUTOFF_MINUTES)
    mine = own[pairs.target] == pairs.origin
    minutes[pairs.target[mine]] = pairs.minutes[mine]
    # Whoever meets no street has direct legs alone, 140 m with the usual limit: found above.
    far = np.flatnonzero(np.isinf(minutes) & (own >= 0) & units.joined)
    # One search for each station: a search from all at once would find somebody else's, nearer.
    for origin in np.unique(own[far]):
        asked = far[own[far] == origin]
        station = rows_of(walk.places, origin, origin + 1)
        minutes[asked] = nearest_minutes(walk.streets, station, take(units, asked))[0]
    return minutes


def _figures_of(residents: Mapping[str, NDArray[Any]], cutoff_minutes: float) -> dict[str, Any]:
    """Put the residents of one committee into the figures of its row."""
    people = residents["people"]
    total = exact_sum(people)
    if total == 0:
        return dict.fromkeys(_FIGURES, np.nan) | {"town": "", "people": 0.0}
    found: dict[str, Any] = {"town": value_of_most(residents["town"], people), "people": total}
    for name, walk in (("own", "own"), ("any", "nearest")):
        minutes, unknown = residents[walk], residents[f"{walk}_doubt"]
        covered = minutes <= cutoff_minutes
        found[f"minutes_{walk}"] = weighted_median(minutes, people)
        parts = (covered, ~covered & ~unknown, ~covered & unknown)
        for share, value in shares(*(exact_sum(people[part]) for part in parts)).items():
            end = share.removeprefix("share")  # "", _low or _high
            found[f"share_{name}{end}"] = np.nan if value is None else value
    return found
