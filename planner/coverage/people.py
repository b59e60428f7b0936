"""Puts the people of a plan into demand units: from tables, densities or the totals of towns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.coverage.demand import (
    locate,
    own_zones,
    people_by_density,
    people_by_town,
    units_from_points,
    units_from_zones,
)
from planner.coverage.exact import exact_sum
from planner.crs.frame import RIM_M
from planner.errors import DemandError
from planner.network.study_area import StudyArea
from planner.sources.inputs import DemandInput, Inputs
from planner.sources.tables import keep_inside, list_dropped_rows


@dataclass(frozen=True)
class People:
    """Demand units with people, metric CRS.

    units : demand_id, kind, people, town, zone_id, weight, cell, geometry.
    table : Series, aligned with units: which [[demand]] of the plan a unit comes from.
    zones : zone_id, kind, name, geometry of the kinds taken from OSM.
    """

    units: gpd.GeoDataFrame
    table: pd.Series
    zones: gpd.GeoDataFrame
    dropped: list[dict[str, Any]]
    notes: list[str]


def place_people(inputs: Inputs, area: StudyArea, zones: gpd.GeoDataFrame) -> People:
    """Turn every [[demand]] of a plan into units inside the study area.

    Parameters
    ----------
    inputs
        From `load_inputs`.
    area
        Study area.
    zones
        Zones of the extract in the metric CRS.

    Raises
    ------
    DemandError
        If there is nobody in the area, a unit stands twice, a town has people and no place, or
        the totals name an unknown town.
    """
    asked = [part.plan.kind for part in inputs.demand if part.plan.osm]
    owned = (
        # Zones of kinds nobody asked for own their land all the same: it is not given to others.
        own_zones(zones, area.polygon)
        if asked
        else zones.iloc[:0].rename(columns={"osm_id": "zone_id"})[
            ["zone_id", "kind", "name", "geometry"]
        ]
    )
    dropped: list[dict[str, Any]] = []
    notes: list[str] = []
    parts = []
    by_row: dict[str, set[str]] = {}
    for number, part in enumerate(inputs.demand, start=1):
        if part.points is not None:
            units = _from_table(part, area, dropped, notes)
            if _named_by_row(part):
                kind, file = part.plan.kind, part.points.file
                others = by_row.setdefault(kind, set())
                # Row 2 of one file is another place than row 2 of another.
                if others and file not in others:
                    rows = units["demand_id"].str.removeprefix(f"{kind}:")
                    units["demand_id"] = f"{kind}:{number}@" + rows
                others.add(file)
        else:
            units = _from_zones(part, inputs, area, owned)
            _note_missing_totals(part, units, area, notes)
        parts.append(units.assign(town=locate(units, area.towns)))
    units = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=area.crs)
    table = pd.Series(np.repeat(np.arange(len(parts)), [len(part) for part in parts]))
    # Only now: one table may have nobody inside, as long as another has somebody.
    _check(units)
    _note_strays(units, area, notes)
    for kind in inputs.plan.service.targets:
        if kind not in set(units["kind"]):
            notes.append(f"target: {kind} has no demand in the area, so nothing is checked")
    return People(units, table, owned[owned["kind"].isin(asked)], dropped, notes)


def _named_by_row(part: DemandInput) -> bool:
    """Tell whether a table has no ids, so that its points are called by their rows."""
    assert part.points is not None
    rows = part.points.rows
    return bool((rows["id"] == rows["row"].astype(str)).all())


def _from_table(
    part: DemandInput, area: StudyArea, dropped: list[dict[str, Any]], notes: list[str]
) -> gpd.GeoDataFrame:
    """Take the points of a table; those in the ring are not counted."""
    assert part.points is not None
    table = keep_inside(part.points, area.with_ring, crs=area.crs, rim=RIM_M, name=area.called)
    dropped += list_dropped_rows(table, str(part.plan.people))
    rows = table.rows.to_crs(area.crs)
    inside = area.holds(rows.geometry)
    if (~inside).any():
        notes.append(
            f"{table.file}: {int((~inside).sum())} rows lie in the ring round the area, where "
            "nobody is counted"
        )
    return units_from_points(rows[inside], part.plan.kind)


def _from_zones(
    part: DemandInput, inputs: Inputs, area: StudyArea, owned: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Split the zones of one kind and put people into them."""
    kind = part.plan.kind
    zones = owned[owned["kind"] == kind].reset_index(drop=True)
    # With totals, the town that has people and no zone is named later, in `people_by_town`.
    if len(zones) == 0 and part.totals is None:
        raise DemandError(
            f"{inputs.plan.network.osm.name}: no zone of kind {kind} (OSM landuse) in the area; "
            "give a table of points instead of osm = true"
        )
    units = units_from_zones(
        zones, inputs.osm.buildings.to_crs(area.crs), levels_default=part.plan.levels_default
    )
    if part.totals is None:
        assert part.plan.people_per_hectare is not None
        return people_by_density(units, zones, part.plan.people_per_hectare)
    assert area.towns is not None  # the plan asks for towns beside totals
    totals = part.totals[part.totals["kind"] == kind]
    known = set(area.towns["name"])
    for town, row in zip(totals["town"], totals["row"], strict=True):
        if town not in known:
            raise DemandError(
                f"{part.plan.town_totals}: row {row}: town {town!r} is not among the "
                f"{len(known)} of area.towns; write it as there"
            )
    people = dict(zip(totals["town"], totals["people"].astype(int), strict=True))
    return people_by_town(units, locate(units, area.towns), people)


def _check(units: gpd.GeoDataFrame) -> None:
    """Refuse units that stand twice, and an area without people."""
    twice = units["demand_id"][units["demand_id"].duplicated()]
    if len(twice):
        raise DemandError(
            f"{twice.iloc[0]} stands in two tables of demand; give each unit an id of its own"
        )
    if len(units) == 0:
        raise DemandError(
            "there is nobody in the area: every row of [[demand]] lies in the ring round it; "
            "check area.boundary"
        )
    if not units["people"].sum() > 0:
        raise DemandError(
            "there is nobody in the area: all people are 0; check the columns named in "
            "[[demand]] people"
        )


def _note_missing_totals(
    part: DemandInput, units: gpd.GeoDataFrame, area: StudyArea, notes: list[str]
) -> None:
    """Say which towns have zones of a kind but no row among the totals: they count 0 people."""
    if part.totals is None:
        return
    kind = part.plan.kind
    named = set(part.totals.loc[part.totals["kind"] == kind, "town"])
    silent = sorted(set(locate(units, area.towns)) - named - {""})
    if silent:
        notes.append(
            f"{part.plan.town_totals.name if part.plan.town_totals else 'totals'}: no row of kind "
            f"{kind} for {', '.join(silent)}; they count 0"
        )


def _note_strays(units: gpd.GeoDataFrame, area: StudyArea, notes: list[str]) -> None:
    """Say how many people lie in the area but in no town."""
    if area.towns is None:
        return
    stray = exact_sum(units.loc[units["town"] == "", "people"])
    if stray > 0:
        notes.append(f"{stray:.0f} person-places lie in no town; they count only for the whole")
