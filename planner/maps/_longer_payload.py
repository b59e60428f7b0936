"""Stations that would serve more people if they were open longer, for the list of what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planner.coverage.exact import exact_sum, exact_sums
from planner.maps._layer_columns import PEOPLE
from planner.plan import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import geopandas as gpd

    from planner.crs.array_types import Flags, Floats, Ints

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
        # Without the layer's geometry: only people are added up.
        units = pd.DataFrame({name: demand[name].to_numpy() for name in _NEEDED})
        nearest = units["nearest_facility_id"].astype(str)
        known = (units["verdict"] == "covered") & nearest.isin(facilities)
        covered = units.assign(nearest=nearest)[known]
        moments, open_at = _read_usual(covered, moments)
        rows = list(_list_best(covered, moments, open_at, facilities))
    rows.sort(key=lambda row: [-row[name] for name in PEOPLE])
    rows = rows[:LONGER_SHOWN]
    names = ("facility", "moment", "town", "others", *PEOPLE)
    return {"count": len(rows), **{name: [row[name] for row in rows] for name in names}}


def _read_usual(covered: pd.DataFrame, moments: Sequence[str]) -> tuple[list[str], Flags]:
    """Return the moments at which enough of all these people have an open station, and who has.

    The flags are of shape (units, moments).
    """
    known = [set(str(text or "").split(";")) for text in covered["only_at"]]
    people = covered["people"].to_numpy(dtype=np.float64)
    open_at = {moment: np.array([moment in one for one in known], bool) for moment in moments}
    least = LEAST_OPEN_SHARE * exact_sum(people)
    usual = [name for name, is_open in open_at.items() if exact_sum(people[is_open]) >= least]
    flags = np.array([open_at[name] for name in usual], dtype=bool)
    return usual, flags.reshape(len(usual), len(covered)).T


def _list_best(
    covered: pd.DataFrame, moments: Sequence[str], open_at: Flags, facilities: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    """Yield for each station the moment at which most of its people have no open one, if any."""
    nearest, ids = pd.factorize(covered["nearest"], sort=True)
    counts = _count_left(covered, nearest, ~open_at)
    for number, left in enumerate(counts.tolist()):
        some = [(at, people) for at, people in enumerate(left) if any(people)]
        if not some:
            continue
        # The first of the plan's moments where several leave out as many.
        best, people = max(some, key=lambda one: one[1])
        here = covered[(nearest == number) & ~open_at[:, best]]
        towns = here.groupby("town")["people"].sum()
        yield {
            "facility": facilities[ids[number]],
            "moment": moments[best],
            "town": str(towns.idxmax()) if len(towns) else None,
            "others": [[moments[at], round(sum(count))] for at, count in some if at != best],
            **{column: round(count) for column, count in zip(PEOPLE, people, strict=True)},
        }


def _count_left(units: pd.DataFrame, nearest: Ints, left: Flags) -> Floats:
    """Count the people left out, by station, moment and kind; `left`: (units, moments)."""
    kind = pd.Index(KINDS).get_indexer(pd.Index(units["kind"]))
    shape = (int(nearest.max(initial=-1)) + 1, len(KINDS))
    people = units["people"].to_numpy(dtype=np.float64)
    counts = np.zeros((shape[0], left.shape[1], shape[1]))
    for at, is_left in enumerate(left.T):
        rows = is_left & (kind >= 0)
        cell = nearest[rows] * shape[1] + kind[rows]
        counts[:, at] = exact_sums(cell, people[rows], shape[0] * shape[1]).reshape(shape)
    return counts
