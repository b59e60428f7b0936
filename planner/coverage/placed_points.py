"""Takes the points of a table as units, run by run of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd

from planner.coverage.classes import CLASS
from planner.coverage.demand import units_from_points
from planner.coverage.runs_of_rows import list_ranges
from planner.crs.frame import RIM_M
from planner.network.study_area import StudyArea
from planner.sources.demand_input import DemandInput
from planner.sources.tables import (
    find_inside,
    list_dropped_rows,
    note_outside,
    refuse_all_outside,
)


def take_points(
    part: DemandInput, area: StudyArea, dropped: list[dict[str, Any]], notes: list[str]
) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Take the points of a table as units; those in the ring are not counted.

    Parameters
    ----------
    part
        With points.
    area
        The study area.
    dropped, notes
        Gain what is to be told of the table.

    Returns
    -------
    GeoDataFrame, Series
        From `units_from_points`, and the row of each.
    """
    (whole,) = points_in_runs(part, area, dropped, notes)
    return whole


def points_in_runs(
    part: DemandInput,
    area: StudyArea,
    dropped: list[dict[str, Any]],
    notes: list[str],
    *,
    most: int | None = None,
) -> Iterator[tuple[gpd.GeoDataFrame, pd.Series]]:
    """Yield what `take_points` returns, of at most `most` rows of the table at a time.

    `dropped` and `notes` gain what is to be told after the last run.

    Raises
    ------
    SourceError
        After the last run, if all rows lie outside.
    """
    table = part.points
    assert table is not None
    outside, held, in_ring = [], 0, 0
    for run in list_ranges(len(table.rows), most):
        rows = table.take(run)
        near = find_inside(rows.geometry, area.with_ring, crs=area.crs, rim=RIM_M)
        outside.append(rows["row"][~near])
        rows = rows[near].reset_index(drop=True).to_crs(area.crs)
        inside = area.holds(rows.geometry)
        held, in_ring = held + len(rows), in_ring + int((~inside).sum())
        units = units_from_points(rows[inside], part.plan.kind)
        if CLASS in rows:
            units[CLASS] = rows.loc[inside, CLASS].to_numpy(dtype=object)
        yield units, rows["row"][inside]
    if held == 0 and len(table.rows):
        refuse_all_outside(table, area.with_ring, crs=area.crs, name=area.called)
    told = note_outside(table.dropped, table.file, pd.concat(outside), area.called)
    dropped += list_dropped_rows(replace(table, dropped=told), str(part.plan.people))
    if in_ring:
        notes.append(
            f"{table.file}: {in_ring} rows lie in the ring round the area, where nobody is counted"
        )
