"""Puts people into the zones of a map and their buildings, run by run of zones."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from planner.coverage.demand import (
    find_towns,
    locate,
    name_towns,
    people_by_density,
    share_totals,
)
from planner.coverage.unknown_towns import refuse_unknown_towns
from planner.coverage.zone_units import SplitZones, split_zones
from planner.errors import DemandError
from planner.network.study_area import StudyArea
from planner.sources.demand_input import DemandInput
from planner.sources.inputs import Inputs


def zones_in_runs(
    part: DemandInput,
    inputs: Inputs,
    area: StudyArea,
    owned: gpd.GeoDataFrame,
    notes: list[str],
    *,
    most: int | None = None,
) -> Iterator[gpd.GeoDataFrame]:
    """Yield the units of the zones of one kind, with people and town, about `most` at a time.

    Where totals of towns are shared, the units are made twice: of each, 20 bytes are held.

    Parameters
    ----------
    part
        With neither table nor raster nor polygons.
    inputs, area, owned
        As of `place_one`.
    notes
        Gains what is to be told, after the last run.
    most
        None: one run of all, which are made once.

    Raises
    ------
    DemandError
        If there is no zone, one is too wide, a town has people and no zone, or the totals name an
        unknown town; before the first run.
    """
    kind = part.plan.kind
    zones = owned[owned["kind"] == kind].reset_index(drop=True)
    # With totals, the town that has people and no zone is named later, in `share_totals`.
    if len(zones) == 0 and part.totals is None:
        raise DemandError(
            f"{inputs.plan.network.osm.name}: no zone of kind {kind} (OSM landuse) in the area; "
            "give a table of points instead of osm = true"
        )
    split = split_zones(
        zones, inputs.osm.buildings, levels_default=part.plan.levels_default, most=most
    )
    if part.totals is not None:
        yield from _share_totals_in_runs(part, split, area, notes)
        return
    assert part.plan.people_per_hectare is not None
    for run in split.make_runs():
        units = people_by_density(run.units, run.zones, part.plan.people_per_hectare)
        yield units.assign(town=locate(units, area.towns))


def _share_totals_in_runs(
    part: DemandInput, split: SplitZones, area: StudyArea, notes: list[str]
) -> Iterator[gpd.GeoDataFrame]:
    """Share the totals of towns over units whose weights are found first, run by run."""
    kind, runs = part.plan.kind, split.make_runs()
    towns = area.towns
    assert towns is not None  # the plan asks for towns beside totals
    found = [
        (run.units["weight"].to_numpy(), find_towns(run.units, towns).astype(np.int32))
        for run in runs
    ]
    weight, town = (np.concatenate(column) for column in zip(*found, strict=True))
    del found
    totals = part.totals
    assert totals is not None
    assert part.plan.town_totals is not None  # totals are read from a file
    totals = totals[totals["kind"] == kind]
    refuse_unknown_towns(totals, set(towns["name"]), part.plan.town_totals)
    asked = dict(zip(totals["town"], totals["people"].astype(int), strict=True))
    place = {name: number for number, name in enumerate(asked)}
    # The last one is for units in no town, whose position is -1.
    places = np.array([*(place.get(name, -1) for name in towns["name"]), -1], dtype=np.int32)
    people = share_totals(weight, places[town], asked, kind)
    start = 0
    for run in runs:
        rows = slice(start, start + len(run.units))
        names = name_towns(town[rows], towns, run.units.index)
        yield run.units.assign(people=people[rows], town=names)
        start = rows.stop
    _note_missing_totals(part, town, towns, set(asked), notes)


def _note_missing_totals(
    part: DemandInput,
    town: NDArray[np.int32],
    towns: gpd.GeoDataFrame,
    named: set[str],
    notes: list[str],
) -> None:
    """Say which towns have zones of a kind but no row among the totals: they count 0 people."""
    present = np.unique(town[town >= 0])
    silent = sorted(set(towns["name"].iloc[present]) - named - {""})
    if silent:
        notes.append(
            f"{part.plan.town_totals.name if part.plan.town_totals else 'totals'}: no row of kind "
            f"{part.plan.kind} for {', '.join(silent)}; they count 0"
        )
