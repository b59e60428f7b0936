"""The people of one [[demand]] as units, whatever file or figure they come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from planner.coverage.classes import CLASS, class_by_polygon
from planner.coverage.demand import (
    locate,
    own_zones,
    people_by_density,
    people_by_town,
    units_from_points,
    units_from_zones,
)
from planner.coverage.exact import exact_sum
from planner.coverage.people_of_shapes import cut_to_area, put_at_points, spread_people
from planner.coverage.unknown_towns import refuse_unknown_towns
from planner.crs.frame import RIM_M
from planner.errors import DemandError, SourceError
from planner.network.study_area import (
    DRAWING_TOLERANCE,
    StudyArea,
    check_overlaps,
    layer_to_metric,
)
from planner.showing import Brief
from planner.sources.demand_input import DemandInput
from planner.sources.inputs import Inputs
from planner.sources.tables import keep_inside, list_dropped_rows
from planner.sources.unit_classes import NO_CLASS

#: A cell of a raster reaches over the border where more than this share of it does: the same line
#: in two frames differs by some millimetres.
_CELL_SLACK: Final = 1e-4
#: A raster lacks a part of the area where that is more than this share of it.
_LACKING: Final = 0.001
#: More people per km² on average, where there are any, than any district has.
_MOST_PER_KM2: Final = 200_000


@dataclass(frozen=True)
class PlacedDemand(Brief):
    """The people of one [[demand]].

    units : as of `People`; ids do not carry the number of the [[demand]], see `list_numbered`.
    dropped, notes, rasters : what is to be told of it.
    """

    units: gpd.GeoDataFrame
    dropped: list[dict[str, Any]]
    notes: list[str]
    rasters: list[str]


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
    dropped: list[dict[str, Any]] = []
    notes: list[str] = []
    rasters: list[str] = []
    if part.points is not None:
        units = take_points(part, area, dropped, notes)[0]
    elif part.polygons is not None or part.raster is not None:
        sources = (
            _take_polygons(part, area, dropped, notes)
            if part.raster is None
            else _take_cells(part, area, rasters, notes)
        )
        units = _from_shapes(part, sources, inputs, area, owned, notes)
    else:
        units = _from_zones(part, inputs, area, owned)
        _note_missing_totals(part, units, area, notes)
    units = units.assign(town=locate(units, area.towns))
    return PlacedDemand(_with_classes(units, part, inputs, area, notes), dropped, notes, rasters)


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
    units = units_from_points(rows[inside], part.plan.kind)
    if CLASS in rows:
        units[CLASS] = rows.loc[inside, CLASS].to_numpy(dtype=object)
    return units, rows["row"][inside]


def _with_classes(
    units: gpd.GeoDataFrame, part: DemandInput, inputs: Inputs, area: StudyArea, notes: list[str]
) -> gpd.GeoDataFrame:
    """Tell the class of each unit, where the plan names classes: files without any stay as is."""
    if not any(other.has_classes for other in inputs.plan.demand):
        return units
    if part.classes is not None:
        zones = layer_to_metric(part.classes.rows, area.crs)
        classes, inside = class_by_polygon(units, zones)
        if len(units) and not inside.any():
            raise SourceError(
                f"{part.classes.file}: none of its {len(zones)} polygons holds people of kind "
                f"{part.plan.kind}; check that the files belong together"
            )
        outside = exact_sum(units.loc[~inside, "people"])
        if outside >= 0.5:
            notes.append(
                f"{part.classes.file}: {outside:,.0f} people of kind {part.plan.kind} are in none "
                "of its polygons; their class is not told"
            )
        return units.assign(**{CLASS: classes})
    return units if CLASS in units else units.assign(**{CLASS: NO_CLASS})


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
    assert part.plan.town_totals is not None  # totals are read from a file
    refuse_unknown_towns(totals, set(area.towns["name"]), part.plan.town_totals)
    people = dict(zip(totals["town"], totals["people"].astype(int), strict=True))
    return people_by_town(units, locate(units, area.towns), people, kind)


def _take_cells(
    part: DemandInput, area: StudyArea, rasters: list[str], notes: list[str]
) -> gpd.GeoDataFrame:
    """Take the cells of a raster inside the area: id, people, whole, polygons."""
    raster = part.raster
    assert raster is not None
    cells = layer_to_metric(raster.rows, area.crs)
    km2 = shapely.area(cells.geometry.to_numpy()) / 1e6
    per_km2 = part.plan.raster_unit == "people_per_km2"
    cells["people"] = cells["value"] * km2 if per_km2 else cells["value"]
    cells["whole"] = False
    inside = cut_to_area(cells, area.polygon, slack=_CELL_SLACK)
    rasters.append(
        f"{raster.file}: {raster.about}; {exact_sum(cells['people']):,.1f} people in "
        f"{len(cells):,} cells around the area, {exact_sum(inside['people']):,.1f} of them in it"
    )
    reach = layer_to_metric(
        gpd.GeoDataFrame(geometry=[raster.reach], crs=raster.rows.crs), area.crs
    ).geometry.iloc[0]
    lacking = shapely.area(shapely.difference(area.polygon, reach)) / area.polygon.area
    if lacking > _LACKING:
        notes.append(
            f"{raster.file}: {lacking:.1%} of the area lie outside the raster; nobody is counted "
            "there"
        )
    density = cells["people"].sum() / km2.sum() if len(cells) else 0.0
    if density > _MOST_PER_KM2:
        notes.append(
            f"{raster.file}: its cells hold {density:,.0f} people per km²; if they are densities, "
            'set raster_unit = "people_per_km2"'
        )
    return inside


def _take_polygons(
    part: DemandInput, area: StudyArea, dropped: list[dict[str, Any]], notes: list[str]
) -> gpd.GeoDataFrame:
    """Take the polygons with people inside the area: id, called, people, whole, polygons."""
    table = part.polygons
    assert table is not None
    dropped += list_dropped_rows(table, str(part.plan.people))
    rows = layer_to_metric(table.rows, area.crs)
    check_overlaps(rows.geometry.to_numpy(), rows["called"].tolist(), table.file)
    rows["whole"] = rows["people"] % 1 == 0
    inside = cut_to_area(rows, area.polygon, slack=DRAWING_TOLERANCE)
    outside = exact_sum(rows["people"]) - exact_sum(inside["people"])
    if len(inside) == 0 and outside > 0:
        raise SourceError(
            f"{table.file}: all {len(rows)} polygons with people lie outside the study area; check "
            "that the files belong together"
        )
    if outside >= 0.5:
        notes.append(
            f"{table.file}: {outside:,.0f} people of polygons outside the area, or of their parts "
            "there, are not counted"
        )
    return inside


def _from_shapes(
    part: DemandInput,
    sources: gpd.GeoDataFrame,
    inputs: Inputs,
    area: StudyArea,
    owned: gpd.GeoDataFrame,
    notes: list[str],
) -> gpd.GeoDataFrame:
    """Put the people of cells or polygons into buildings and zones, or leave them in their cell."""
    kind, cells = part.plan.kind, part.raster is not None
    if not part.plan.uses_map:
        return put_at_points(sources, kind, cells=cells)
    zones = owned[owned["kind"] == kind].reset_index(drop=True)
    buildings = inputs.osm.buildings.to_crs(area.crs)
    places = units_from_zones(zones, buildings, levels_default=part.plan.levels_default)
    footprints = buildings.set_index("osm_id").geometry
    units, without = spread_people(sources, places, footprints, zones, kind, cells=cells)
    if len(without):
        left = sources.iloc[without]
        what = "cells" if cells else "polygons"
        names = [] if cells else left["called"].tolist()
        named = ": " * bool(names) + ", ".join(names[:5]) + ", ..." * (len(names) > 5)
        file = part.plan.file.name if part.plan.file is not None else ""
        notes.append(
            f"{file}: {exact_sum(left['people']):,.0f} people of {len(left):,} {what} without "
            f"building or zone of kind {kind} stand at a point inside{named}"
        )
    return units


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
