"""Puts the people of polygons and of the cells of a raster into units, run by run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.coverage.exact import exact_sum
from planner.coverage.people_of_shapes import cut_to_area, put_at_points, spread_people
from planner.coverage.runs_of_rows import list_ranges
from planner.coverage.zone_units import split_zones
from planner.crs.array_types import Floats
from planner.errors import SourceError
from planner.network.study_area import (
    DRAWING_TOLERANCE,
    StudyArea,
    check_overlaps,
    layer_to_metric,
)
from planner.sources.demand_input import DemandInput
from planner.sources.inputs import Inputs
from planner.sources.tables import list_dropped_rows

#: A cell of a raster reaches over the border where more than this share of it does: the same line
#: in two frames differs by some millimetres.
_CELL_SLACK: Final = 1e-4
#: A raster lacks a part of the area where that is more than this share of it.
_LACKING: Final = 0.001
#: More people per km² on average, where there are any, than any district has.
_MOST_PER_KM2: Final = 200_000


def polygons_in_runs(
    part: DemandInput,
    area: StudyArea,
    dropped: list[dict[str, Any]],
    notes: list[str],
    *,
    most: int | None = None,
) -> Iterator[gpd.GeoDataFrame]:
    """Yield the polygons with people inside the area, of at most `most` rows of the table.

    Parameters
    ----------
    part
        With polygons.
    area
        The study area.
    dropped, notes
        Gain what is to be told, after the last run.
    most
        None: one run of all. Polygons overlap nobody else's, so all of them are held.

    Yields
    ------
    GeoDataFrame
        id, called, people, whole, polygons.

    Raises
    ------
    SourceError
        If two overlap, or, after the last run, if all lie outside.
    """
    table = part.polygons
    assert table is not None
    rows = layer_to_metric(table.rows, area.crs)
    check_overlaps(rows.geometry.to_numpy(), rows["called"].tolist(), table.file)
    rows["whole"] = rows["people"] % 1 == 0
    within = []
    for run in list_ranges(len(rows), most):
        inside = cut_to_area(rows.iloc[run], area.polygon, slack=DRAWING_TOLERANCE)
        within.append(inside["people"].to_numpy())
        yield inside
    people = np.concatenate(within)
    dropped += list_dropped_rows(table, str(part.plan.people))
    outside = exact_sum(rows["people"]) - exact_sum(people)
    if len(people) == 0 and outside > 0:
        raise SourceError(
            f"{table.file}: all {len(rows)} polygons with people lie outside the study area; check "
            "that the files belong together"
        )
    if outside >= 0.5:
        notes.append(
            f"{table.file}: {outside:,.0f} people of polygons outside the area, or of their parts "
            "there, are not counted"
        )


def cells_in_runs(
    part: DemandInput,
    area: StudyArea,
    rasters: list[str],
    notes: list[str],
    *,
    most: int | None = None,
) -> Iterator[gpd.GeoDataFrame]:
    """Yield the cells of a raster inside the area, of at most `most` cells around it.

    Parameters
    ----------
    part
        With a raster.
    area
        The study area.
    rasters, notes
        Gain what is to be told, after the last run.
    most
        None: one run of all. Of each cell 24 bytes are held.

    Yields
    ------
    GeoDataFrame
        id, people, whole, polygons.
    """
    raster = part.raster
    assert raster is not None
    per_km2 = part.plan.raster_unit == "people_per_km2"
    all_people, all_km2, within = [], [], []
    for run in list_ranges(len(raster.rows), most):
        cells = layer_to_metric(raster.rows.iloc[run], area.crs)
        km2 = shapely.area(cells.geometry.to_numpy()) / 1e6
        cells["people"] = cells["value"] * km2 if per_km2 else cells["value"]
        cells["whole"] = False
        inside = cut_to_area(cells, area.polygon, slack=_CELL_SLACK)
        all_people.append(cells["people"].to_numpy())
        all_km2.append(km2)
        within.append(inside["people"].to_numpy())
        yield inside
    people, km2, inside_people = map(np.concatenate, (all_people, all_km2, within))
    rasters.append(
        f"{raster.file}: {raster.about}; {exact_sum(people):,.1f} people in "
        f"{len(people):,} cells around the area, {exact_sum(inside_people):,.1f} of them in it"
    )
    notes += _list_cell_notes(part, area, people, km2)


def _list_cell_notes(part: DemandInput, area: StudyArea, people: Floats, km2: Floats) -> list[str]:
    """Say what is doubtful about a raster, by the people and the land of its cells."""
    raster, notes = part.raster, []
    assert raster is not None
    reach = layer_to_metric(
        gpd.GeoDataFrame(geometry=[raster.reach], crs=raster.rows.crs), area.crs
    ).geometry.iloc[0]
    lacking = shapely.area(shapely.difference(area.polygon, reach)) / area.polygon.area
    if lacking > _LACKING:
        notes.append(
            f"{raster.file}: {lacking:.1%} of the area lie outside the raster; nobody is counted "
            "there"
        )
    density = people.sum() / km2.sum() if len(people) else 0.0
    if density > _MOST_PER_KM2:
        notes.append(
            f"{raster.file}: its cells hold {density:,.0f} people per km²; if they are densities, "
            'set raster_unit = "people_per_km2"'
        )
    return notes


def shapes_in_runs(
    part: DemandInput,
    sources: Iterator[gpd.GeoDataFrame],
    inputs: Inputs,
    area: StudyArea,
    owned: gpd.GeoDataFrame,
    notes: list[str],
    *,
    most: int | None = None,
) -> Iterator[gpd.GeoDataFrame]:
    """Put the people of cells or polygons into buildings and zones, or leave them in their cell.

    Parameters
    ----------
    part, inputs, area, owned
        As of `place_one`.
    sources
        From `polygons_in_runs` or `cells_in_runs`; with a map all of them are held.
    notes
        Gains what is to be told, after the last run.
    most
        Units of a run, about; None: all are made at once.

    Yields
    ------
    GeoDataFrame
        From `put_at_points` or `spread_people`.
    """
    kind, cells = part.plan.kind, part.raster is not None
    if not part.plan.uses_map:
        for some in sources:
            yield put_at_points(some, kind, cells=cells)
        return
    whole = gpd.GeoDataFrame(pd.concat(list(sources), ignore_index=True), crs=area.crs)
    zones = owned[owned["kind"] == kind].reset_index(drop=True)
    split = split_zones(
        zones, inputs.osm.buildings, levels_default=part.plan.levels_default, most=most
    )
    without = yield from spread_people(whole, split, kind, cells=cells, most=most)
    if len(without):
        left = whole.iloc[without]
        what = "cells" if cells else "polygons"
        names = [] if cells else left["called"].tolist()
        named = ": " * bool(names) + ", ".join(names[:5]) + ", ..." * (len(names) > 5)
        file = part.plan.file.name if part.plan.file is not None else ""
        notes.append(
            f"{file}: {exact_sum(left['people']):,.0f} people of {len(left):,} {what} without "
            f"building or zone of kind {kind} stand at a point inside{named}"
        )
