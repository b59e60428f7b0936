"""Stations and people as the plain columns of docs/whatif.md."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.case import Case
from planner.coverage.facilities import find_approximate, join_facilities
from planner.coverage.questions import Walk
from planner.crs.array_types import Flags
from planner.plan.slopes import find_reach_pace
from planner.run._whatif_columns import LARGEST, Columns, Ruler, list_texts

#: By what people of a group are multiplied to be whole, the first that will do, else the last.
_SHARES: Final = (1, 10, 100, 1000, 10_000, 1_000_000)


def find_beyond(case: Case) -> gpd.GeoDataFrame:
    """Return the facilities that may cover people from beyond area and ring."""
    unsure = case.unsure
    if len(unsure) == 0:
        return unsure
    known = unsure["facility_id"].isin(case.facilities["facility_id"])
    return unsure[~known].assign(counts=True, in_ring=False)


def name_facilities(facilities: gpd.GeoDataFrame) -> dict[str, list[str]]:
    """Return the texts of the facilities."""
    names = ("facility_id", "name", "level", "domain", "status", "opening_hours")
    return {
        name.removeprefix("facility_"): list_texts(facilities[name])
        if name in facilities
        else [""] * len(facilities)
        for name in names
    }


def list_facilities(case: Case, facilities: gpd.GeoDataFrame, walk: Walk, steps: Ruler) -> Columns:
    """Return the facilities of area and ring, and behind them those beyond that are not sure."""
    x, y = steps.places(facilities.geometry.get_coordinates().to_numpy())
    beyond = np.arange(len(facilities)) >= len(case.facilities)
    compound = join_facilities(walk.streets, case.facilities).compound
    open_to = facilities.get("open_to_outsiders")
    radius = facilities.get("radius_m")
    vague = find_approximate(facilities.fillna({"approximate": False}))
    return {
        "facilities.x": x,
        "facilities.y": y,
        "facilities.counts": facilities["counts"].to_numpy(dtype=bool),
        "facilities.closed": _none(facilities)
        if open_to is None
        else ~open_to.fillna(value=True).to_numpy(dtype=bool),
        "facilities.in_ring": facilities["in_ring"].to_numpy(dtype=bool),
        "facilities.approximate": vague,
        "facilities.beyond": beyond,
        "facilities.spread": steps.count(
            np.zeros(len(facilities))
            if radius is None
            else np.where(vague, radius.fillna(0.0).to_numpy(dtype=np.float64), 0.0)
        ),
        "facilities.compound": np.append(compound, np.full(int(beyond.sum()), -1)),
    }


def _none(rows: pd.DataFrame) -> Flags:
    """Return a flag for each row, none of which is set."""
    return np.zeros(len(rows), dtype=bool)


def name_units(case: Case) -> dict[str, list[str]]:
    """Return the ids of the units, and what the numbers of their kinds and towns stand for."""
    units = case.units
    return {
        "id": list_texts(units["demand_id"]),
        "kinds": list(dict.fromkeys(units["kind"].astype(str))),
        "towns": case.area.town_names,
    }


def list_units(case: Case, walk: Walk, steps: Ruler) -> Columns:
    """Return the units: place, kind, town, compound, and metres to the edge of the data."""
    units, named = case.units, name_units(case)
    x, y = steps.places(walk.units.xy)
    edge_m = walk.yardstick.grounds.edge.metres
    # No walk that is asked for reaches farther: what lies beyond need not be told apart.
    fastest = max(
        find_reach_pace(profile, sloped=case.network.has_heights)
        for profile in case.plan.judged_profiles
    )
    edge_m = np.minimum(edge_m, np.ceil(fastest * case.cutoff_minutes) + 1)
    return {
        "units.x": x,
        "units.y": y,
        "units.kind": pd.Index(named["kinds"]).get_indexer(units["kind"].astype(str)),
        "units.town": pd.Index(named["towns"], dtype=object).get_indexer(units["town"]),
        "units.compound": walk.units.compound,
        "units.edge": steps.count(edge_m),
    }


def list_people(case: Case) -> tuple[Columns, dict[str, int]]:
    """Return the people of each unit, all and by group, and by what they are multiplied."""
    columns: Columns = {}
    scales: dict[str, int] = {}
    named = {"units.people": case.units["people"]} | {
        f"units.people_{group.name}": case.groups[f"people_{group.name}"]
        for group in case.plan.groups
    }
    for name, people in named.items():
        figures = people.fillna(0.0).to_numpy(dtype=np.float64)
        scale = next(
            (scale for scale in _SHARES if np.allclose(figures * scale % 1, 0, atol=1e-9)),
            _SHARES[-1],
        )
        if len(figures) and np.abs(figures).max() * scale > LARGEST:
            columns[name], scales[name] = figures, 1
        else:
            columns[name], scales[name] = np.rint(figures * scale).astype(np.int64), scale
    return columns, scales
