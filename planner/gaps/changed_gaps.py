"""Gaps once something has changed: what is left of each, and where people gain or lose cover."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from planner.coverage.demand import PEOPLE_COLUMNS
from planner.coverage.exact import exact_sum, exact_sums
from planner.crs.array_types import Flags, Floats, Ints
from planner.gaps.definition import MIN_JOIN_M, SCATTERED

GAINED, LOST = "gained", "lost"
#: Whom a station that is planned already covers, whatever else is built.
PLANNED: Final = "planned"
#: Who does not live or work there any more.
WENT: Final = "went"
#: Holes between the discs of a gap that are smaller than this are no place of their own.
SMALLEST_HOLE_M2: Final = 10_000.0
AREA_COLUMNS: Final = ("change", "facility_id", *PEOPLE_COLUMNS)
Shapes = NDArray[np.object_]


def change_gaps(
    gaps: gpd.GeoDataFrame, demand: gpd.GeoDataFrame, changes: gpd.GeoDataFrame
) -> dict[str, gpd.GeoDataFrame]:
    """Take those who gain out of the gaps, and draw where people gain and lose cover.

    Every spot of an outline belongs to the unit of the gap that is nearest to it: with the unit
    goes its piece. Elsewhere a disc as wide as the outlines of gaps are drawn stands for a unit.

    Parameters
    ----------
    gaps
        gap_id, people of each kind and outlines, from `describe_gaps`; metric CRS.
    demand
        demand_id, gap_id ("" for none), gap_join_m and Points of every unit, same CRS.
    changes
        demand_id, kind, people, change (`gained`, `lost`, or `planned`: gained by what is planned
        already; `went`: people who go away), nearest_before, nearest_after, and Points, same CRS; a
        row for each unit whose cover changes. With people_left more than 0 only some of its people
        gain or go, the others stay.

    Returns
    -------
    dict
        `gaps_after`: gap_id, people of each kind who are left, touched, and what stays of the
        outline; None for a gap that nobody leaves (its outline is as it was), nothing for one
        that all leave, and for scattered people. In the order of `gaps`.
        `change_areas`: change (`gained`, with those of planned stations, or `lost`), facility_id
        (that reaches them then, or reached them before; "" for none), people of each kind, and one
        outline for all units of a facility.
    """
    gained = changes[changes["change"].isin([GAINED, PLANNED]).to_numpy()]
    lost = changes[(changes["change"] == LOST).to_numpy()]
    outlines = _GapOutlines(gaps, demand)
    # Whoever goes away leaves the gap like those who gain, and nobody reaches them.
    out = pd.concat([gained, changes[(changes["change"] == WENT).to_numpy()]])
    stays, pieces = outlines.split(out)
    areas = [
        *_areas(gained, GAINED, "nearest_after", pieces[: len(gained)]),
        *_areas(lost, LOST, "nearest_before", outlines.discs(lost)),
    ]
    table = pd.DataFrame(areas, columns=[*AREA_COLUMNS, "geometry"])
    return {
        "gaps_after": _left(gaps, out, outlines.gap_of(out), stays),
        "change_areas": gpd.GeoDataFrame(table, geometry="geometry", crs=gaps.crs),
    }


class _GapOutlines:
    """The outlines of gaps, and which unit stands in which."""

    def __init__(self, gaps: gpd.GeoDataFrame, demand: gpd.GeoDataFrame) -> None:
        self.shapes = _without_small_holes(gaps.geometry.to_numpy())
        # One row for many small places of a town: no single outline that could shrink.
        self.shapes[gaps["gap_id"].astype(str).str.startswith(SCATTERED).to_numpy()] = None
        self._ids = pd.Index(demand["demand_id"].astype(object))
        self._gap = pd.Index(gaps["gap_id"]).get_indexer(demand["gap_id"])
        self._join_m = demand["gap_join_m"].to_numpy(dtype=np.float64)
        self._points = demand.geometry.to_numpy()

    def gap_of(self, units: pd.DataFrame) -> Ints:
        """Return the row of the gap that each unit is part of, -1 for none."""
        return np.append(self._gap, -1)[self._rows_of(units)]

    def discs(self, units: gpd.GeoDataFrame) -> Shapes:
        """Return a disc around each unit, as wide as the outlines of gaps are drawn."""
        # The last entry, at -1, is for units that the run does not know.
        radius_m = np.append(self._join_m, MIN_JOIN_M)[self._rows_of(units)] / 2
        discs: Shapes = shapely.buffer(units.geometry.to_numpy(), radius_m, quad_segs=6)
        return discs

    def split(self, gained: gpd.GeoDataFrame) -> tuple[Shapes, Shapes]:
        """Return what stays of each outline, and the piece of each unit that gains.

        The piece is a disc where the unit is part of no gap with an outline, or some of its people
        stay.
        """
        stays, pieces, gap = self.shapes.copy(), self.discs(gained), self.gap_of(gained)
        leaves = np.ones(len(gained), dtype=bool)
        if "people_left" in gained:
            leaves = ~(gained["people_left"] > 0).to_numpy()
        points = gained.geometry.to_numpy()
        for number in np.unique(gap[(gap >= 0) & leaves]):
            outline = self.shapes[number]
            if outline is not None:
                rows = np.flatnonzero((gap == number) & leaves)
                units = self._points[self._gap == number]
                pieces[rows], stays[number] = divide_outline(outline, points[rows], units)
        return stays, pieces

    def _rows_of(self, units: pd.DataFrame) -> Ints:
        """Return the rows of units in the demand, -1 for those that it does not have."""
        return np.asarray(self._ids.get_indexer(units["demand_id"].astype(object)), dtype=np.int64)


def divide_outline(outline: Any, gained: Shapes, units: Shapes) -> tuple[Shapes, Any]:
    """Return the part of an outline that is nearest to each unit that gains, and the rest.

    Parameters
    ----------
    outline
        Polygons, metric CRS.
    gained, units : arrays of Points
        Those that gain, and all units of the gap.
    """
    xy = np.unique(shapely.get_coordinates(np.concatenate([gained, units])).round(2), axis=0)
    # All of the outline is nearest to a single place: there is nothing to divide.
    if len(xy) == 1:
        return np.full(len(gained), outline, dtype=object), shapely.Polygon()
    # Cells reach beyond the outline, so that no part of it is lost; `ordered` keeps them in the
    # order of `xy`, by which they are looked up below.
    made = shapely.voronoi_polygons(shapely.multipoints(xy), extend_to=outline, ordered=True)
    cells = shapely.intersection(shapely.get_parts(made), outline)
    tree = shapely.STRtree(shapely.points(xy))
    of_unit = tree.query_nearest(gained, all_matches=False)[1]
    return cells[of_unit], shapely.union_all(np.delete(cells, np.unique(of_unit)))


def _without_small_holes(shapes: Shapes) -> Shapes:
    """Return the polygons without the small holes that discs leave between them; None for none."""
    filled = np.full(len(shapes), None, dtype=object)
    for number, shape in enumerate(shapes):
        parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
        if parts:
            filled[number] = shapely.MultiPolygon([
                shapely.Polygon(part.exterior, [
                    ring for ring in part.interiors
                    if shapely.Polygon(ring).area >= SMALLEST_HOLE_M2
                ])
                for part in parts
            ])  # fmt: skip
    return filled


def _left(
    gaps: gpd.GeoDataFrame, gained: gpd.GeoDataFrame, gap: Ints, stays: Shapes
) -> gpd.GeoDataFrame:
    """Return the people left in each gap and what stays of its outline."""
    table = {"gap_id": gaps["gap_id"].to_numpy(dtype=object)}
    for column in PEOPLE_COLUMNS:
        rows = (gap >= 0) & (gained["kind"] == column.removeprefix("people_")).to_numpy()
        taken = exact_sums(gap[rows], gained["people"].to_numpy(dtype=np.float64)[rows], len(gaps))
        table[column] = np.maximum(_people(gaps, column) - taken, 0.0)
    touched: Flags = np.isin(np.arange(len(gaps)), gap)
    table["touched"] = touched
    shapes = stays.copy()
    # An outline that nobody leaves is in the layer of gaps already.
    shapes[~touched] = None
    return gpd.GeoDataFrame(pd.DataFrame(table), geometry=shapes, crs=gaps.crs)


def _people(gaps: gpd.GeoDataFrame, column: str) -> Floats:
    """Return a column of people, NaN where the table has none."""
    if column not in gaps:
        return np.full(len(gaps), np.nan)
    people: Floats = gaps[column].to_numpy(dtype=np.float64)
    return people


def _areas(units: gpd.GeoDataFrame, change: str, key: str, pieces: Shapes) -> list[dict[str, Any]]:
    """Return a row for all units of each facility: people of each kind, one outline."""
    rows = []
    names = units[key].astype(object).where(units[key].notna(), "").to_numpy()
    kinds, people = units["kind"].to_numpy(dtype=object), units["people"].to_numpy(dtype=np.float64)
    for name in dict.fromkeys(names):
        here = names == name
        counts = {
            column: exact_sum(people[here & (kinds == column.removeprefix("people_"))])
            for column in PEOPLE_COLUMNS
        }
        shape = shapely.union_all(pieces[here])
        rows.append({"change": change, "facility_id": name, **counts, "geometry": shape})
    return rows
