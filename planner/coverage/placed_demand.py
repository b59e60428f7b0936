"""The people of one [[demand]] as units, whatever file or figure they come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.coverage.classes import CLASS, class_by_polygon
from planner.coverage.demand import locate, own_zones
from planner.coverage.exact import exact_sum
from planner.coverage.placed_points import points_in_runs
from planner.coverage.placed_shapes import cells_in_runs, polygons_in_runs, shapes_in_runs
from planner.coverage.placed_zones import zones_in_runs
from planner.errors import SourceError
from planner.network.study_area import StudyArea, layer_to_metric
from planner.showing import Brief
from planner.sources.demand_input import DemandInput
from planner.sources.inputs import Inputs
from planner.sources.unit_classes import NO_CLASS


@dataclass(frozen=True)
class PlacedDemand(Brief):
    """The people of one [[demand]], or a run of them.

    units : as of `People`; ids do not carry the number of the [[demand]], see `list_numbered`.
    dropped, notes, rasters : what is to be told of it; of several runs the last one tells it all.
    """

    units: gpd.GeoDataFrame
    dropped: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rasters: list[str] = field(default_factory=list)


def find_owned(zones: gpd.GeoDataFrame, area: StudyArea, *, needed: bool) -> gpd.GeoDataFrame:
    """Return the zones of a map inside the area without overlaps; none unless some are needed."""
    if needed:
        # Zones of kinds nobody asked for own their land all the same: it is not given to others.
        return own_zones(zones, area.polygon)
    none = zones.iloc[:0].rename(columns={"osm_id": "zone_id"})
    return none[["zone_id", "kind", "name", "geometry"]]


def place_one(
    part: DemandInput, inputs: Inputs, area: StudyArea, owned: gpd.GeoDataFrame
) -> PlacedDemand:
    """Turn one [[demand]] of a plan into units inside the study area.

    Parameters
    ----------
    part
        The [[demand]].
    inputs
        The plan and its map; the people are those of `part` alone.
    area
        Study area.
    owned
        From `find_owned`; only asked where the [[demand]] uses the map.

    Raises
    ------
    DemandError, SourceError
        As `place_people`.
    """
    placed = [*place_in_runs(part, inputs, area, owned, most=None)]
    if len(placed) == 1:
        return placed[0]
    # People of polygons may stand in buildings, on land and at points, a table each.
    units = pd.concat([run.units for run in placed], ignore_index=True)
    last = placed[-1]
    return PlacedDemand(
        gpd.GeoDataFrame(units, crs=area.crs), last.dropped, last.notes, last.rasters
    )


def place_in_runs(
    part: DemandInput,
    inputs: Inputs,
    area: StudyArea,
    owned: gpd.GeoDataFrame,
    *,
    most: int | None,
) -> Iterator[PlacedDemand]:
    """Turn one [[demand]] into units, run by run, so that never all of them are held.

    One below the other they are the units of `place_one`, to the last bit. What a run needs to
    know of the whole is found first and held in narrow columns: see `points_in_runs`,
    `zones_in_runs`, `cells_in_runs` and `spread_people`.

    Parameters
    ----------
    part, inputs, area, owned
        As of `place_one`.
    most
        Rows of a table or buildings that are looked at in a run: its units are about as many at
        most, but a zone is never cut. None: all of them.

    Yields
    ------
    PlacedDemand
        At least one; none but an only one is without units. The last one tells what is to be told.

    Raises
    ------
    DemandError, SourceError
        As `place_one`; some only after the last run.
    """
    last = PlacedDemand(gpd.GeoDataFrame())
    runs = _find_runs(part, inputs, area, owned, last, most)
    placed = _with_classes(_with_towns(runs, area), part, inputs, area, last.notes)
    held = next(placed)
    for units in placed:
        if len(units) == 0:
            continue
        if len(held):
            yield PlacedDemand(held)
        held = units
    yield PlacedDemand(held, last.dropped, last.notes, last.rasters)


def _find_runs(
    part: DemandInput,
    inputs: Inputs,
    area: StudyArea,
    owned: gpd.GeoDataFrame,
    told: PlacedDemand,
    most: int | None,
) -> Iterator[gpd.GeoDataFrame]:
    """Yield the units of each run, some without town; `told` gains what is to be told."""
    if part.points is not None:
        found = points_in_runs(part, area, told.dropped, told.notes, most=most)
        return (units for units, _ in found)
    if part.raster is not None:
        sources = cells_in_runs(part, area, told.rasters, told.notes, most=most)
    elif part.polygons is not None:
        sources = polygons_in_runs(part, area, told.dropped, told.notes, most=most)
    else:
        return zones_in_runs(part, inputs, area, owned, told.notes, most=most)
    return shapes_in_runs(part, sources, inputs, area, owned, told.notes, most=most)


def _with_towns(runs: Iterator[gpd.GeoDataFrame], area: StudyArea) -> Iterator[gpd.GeoDataFrame]:
    """Tell the town of each unit of which it is not known yet."""
    for units in runs:
        yield units if "town" in units else units.assign(town=locate(units, area.towns))


def _with_classes(
    runs: Iterator[gpd.GeoDataFrame],
    part: DemandInput,
    inputs: Inputs,
    area: StudyArea,
    notes: list[str],
) -> Iterator[gpd.GeoDataFrame]:
    """Tell the class of each unit, where the plan names classes: files without any stay as is."""
    if not any(other.has_classes for other in inputs.plan.demand):
        yield from runs
        return
    if part.classes is not None:
        yield from _class_by_polygons(runs, part, area, notes)
        return
    for units in runs:
        yield units if CLASS in units else units.assign(**{CLASS: NO_CLASS})


def _class_by_polygons(
    runs: Iterator[gpd.GeoDataFrame], part: DemandInput, area: StudyArea, notes: list[str]
) -> Iterator[gpd.GeoDataFrame]:
    """Tell the class of units by the polygons they are in; 8 bytes of each outside are held."""
    assert part.classes is not None
    zones = layer_to_metric(part.classes.rows, area.crs)
    outside, count, held = [], 0, 0
    for units in runs:
        classes, inside = class_by_polygon(units, zones)
        outside.append(units["people"].to_numpy()[~inside])
        count, held = count + len(units), held + int(inside.sum())
        yield units.assign(**{CLASS: classes})
    if count and not held:
        raise SourceError(
            f"{part.classes.file}: none of its {len(zones)} polygons holds people of kind "
            f"{part.plan.kind}; check that the files belong together"
        )
    people = exact_sum(np.concatenate(outside))
    if people >= 0.5:
        notes.append(
            f"{part.classes.file}: {people:,.0f} people of kind {part.plan.kind} are in none of "
            "its polygons; their class is not told"
        )
