"""Stations that would serve more people if they were open longer, for the list of what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.coverage.exact import exact_sum
from planner.maps._layer_columns import PEOPLE
from planner.plan import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

#: So many stations are listed; what is left out would serve fewer.
LONGER_SHOWN = 200
#: Where fewer of the people have an open station at a moment, such as at night, it is a question
#: for the whole area and not for one station. A choice of this page.
LEAST_OPEN_SHARE = 0.5
_NEEDED = {"only_at", "nearest_facility_id", "verdict", "people", "kind", "town"}


def build_longer_payload(
    demand: gpd.GeoDataFrame | None, moments: Sequence[str], facilities: Mapping[str, int]
) -> dict[str, Any]:
    """Return for each station the moment at which being open would serve most people.

    People count who are covered without asking for hours, but have no open station at the moment:
    the nearest of all stations lies within their walk, so it would cover them if it were open.

    Parameters
    ----------
    demand
        The layer of a result; without `only_at` (moments at which a unit is covered, by `;`)
        nobody asked for hours.
    moments
        Names of the moments asked, in the order of the plan.
    facilities
        Place of each facility by its id.

    Returns
    -------
    dict
        Columns `facility`, `moment`, `town` (of most of these people), people of each kind, and
        `others`: [moment, people of all kinds] of the other moments. Most people first. Moments at
        which most have no open station anywhere are left out: see `LEAST_OPEN_SHARE`.
    """
    rows: list[dict[str, Any]] = []
    if demand is not None and set(demand.columns) >= _NEEDED and moments:
        covered = demand[(demand["verdict"] == "covered").to_numpy()]
        covered = covered[covered["nearest_facility_id"].astype(str).isin(facilities).to_numpy()]
        moments = _list_usual(covered, moments)
        for station, units in covered.groupby("nearest_facility_id", sort=True):
            row = _find_best_moment(units, moments)
            if row is not None:
                rows.append({"facility": facilities[str(station)], **row})
    rows.sort(key=lambda row: [-row[name] for name in PEOPLE])
    rows = rows[:LONGER_SHOWN]
    names = ("facility", "moment", "town", "others", *PEOPLE)
    return {"count": len(rows), **{name: [row[name] for row in rows] for name in names}}


def _read_moments(units: pd.DataFrame) -> list[set[str]]:
    """Return the moments at which each unit has an open station."""
    return [set(str(text or "").split(";")) for text in units["only_at"]]


def _list_usual(covered: pd.DataFrame, moments: Sequence[str]) -> list[str]:
    """Return the moments at which enough of all these people have an open station."""
    open_at, people = _read_moments(covered), covered["people"].to_numpy()
    least = LEAST_OPEN_SHARE * exact_sum(people)
    return [
        moment
        for moment in moments
        if exact_sum(people[[moment in known for known in open_at]]) >= least
    ]


def _find_best_moment(units: pd.DataFrame, moments: Sequence[str]) -> dict[str, Any] | None:
    """Return the moment at which most of these people have no open station; None if all have."""
    # Without the layer's geometry: only people are added up.
    open_at = _read_moments(units)
    counts: list[tuple[str, dict[str, float], pd.DataFrame]] = []
    for moment in moments:
        left = units[[moment not in known for known in open_at]]
        people = {
            column: exact_sum(left.loc[(left["kind"] == kind).to_numpy(), "people"])
            for kind, column in zip(KINDS, PEOPLE, strict=True)
        }
        if any(people.values()):
            counts.append((moment, people, left))
    if not counts:
        return None
    # The first of the plan's moments where several leave out as many.
    best = max(counts, key=lambda one: [one[1][column] for column in PEOPLE])
    others = [[name, round(sum(people.values()))] for name, people, _ in counts if name != best[0]]
    towns = best[2].groupby("town")["people"].sum()
    return {
        "moment": best[0],
        "town": str(towns.idxmax()) if len(towns) else None,
        "others": others,
        **{column: round(count) for column, count in best[1].items()},
    }
