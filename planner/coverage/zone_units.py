"""Splits zones into demand units, run by run of zones, so that never all units have to be held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from planner.coverage.demand import MIN_OVERLAP_M2, keep_polygons
from planner.coverage.runs_of_rows import list_ranges
from planner.crs import require_metric
from planner.crs.array_types import Floats, Ints
from planner.errors import DemandError
from planner.showing import Brief

#: A zone is split into its buildings where they cover at least this share of it.
MIN_BUILT_SHARE: Final = 0.03
#: Side of the cells of a zone without enough buildings.
CELL_M: Final = 50.0
#: A zone whose box holds more cells (50 km by 50 km) is an error of the map.
MAX_ZONE_CELLS: Final = 1_000_000
#: Floor area per land area taken for zones when no zone of the kind shows its buildings.
DEFAULT_FLOOR_RATIO: Final = 1.0


@dataclass(frozen=True)
class ZoneRun(Brief):
    """The units of some zones, one zone after the other.

    zones : these zones.
    units : as of `units_from_points`, with people NaN and zone_id; `weight` is the floor area of a
    building, footprint x storeys, m²; of a cell its land times the mean floor ratio of the zones of
    its kind that show their buildings. `cell` is the cell's polygon.
    building : row of each unit in the table of buildings, -1 of a cell, shape (n,).
    """

    zones: gpd.GeoDataFrame
    units: gpd.GeoDataFrame
    building: Ints


@dataclass(frozen=True)
class SplitZones(Brief):
    """Zones of which it is known what each is split into; their units are made run by run.

    Of a building that stands in a zone that shows its buildings 12 bytes are held.

    zones : from `own_zones`.
    buildings : see `split_zones`.
    shown : whether a zone is split into its buildings, shape (n,).
    ratio : kind -> floor area per land area of the zones that show their buildings.
    building, floor_m2 : row and floor area of buildings, zone after zone, shape (k,).
    starts : where the buildings of each zone begin among these, and the end, shape (n + 1,).
    runs : first zone of each run, and the end.
    """

    zones: gpd.GeoDataFrame
    buildings: _Buildings
    shown: NDArray[np.bool_]
    ratio: dict[str, float]
    building: NDArray[np.int32]
    floor_m2: Floats
    starts: Ints
    runs: list[tuple[int, int]]

    def make_runs(self) -> Iterable[ZoneRun]:
        """Return the runs, to be gone through as often as needed: each time they are made anew.

        An only run is made once, and held.
        """
        if len(self.runs) > 1:
            return _Runs(self)
        return [take_zones(self, *self.runs[0])]

    def take_outlines(self, run: ZoneRun) -> NDArray[np.object_]:
        """Return the polygon of each unit of a run: its cell, or the footprint of its building."""
        shapes: NDArray[np.object_] = run.units["cell"].to_numpy(dtype=object).copy()
        built = run.building >= 0
        shapes[built] = self.buildings.take(run.building[built])
        return shapes


@dataclass(frozen=True)
class _Runs(Brief):
    """The runs of some zones, each made when it is come to."""

    split: SplitZones

    def __iter__(self) -> Iterator[ZoneRun]:
        return (take_zones(self.split, *run) for run in self.split.runs)


def split_zones(
    zones: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
    *,
    levels_default: float = 2.0,
    most: int | None = None,
) -> SplitZones:
    """Find what each zone is split into, without making its units.

    It is split into its buildings where these cover 3 % of it, else into cells of 50 m. Of each
    building in a zone 24 bytes are held at a time, and its outline in `crs` only while its run of
    buildings is looked at.

    Parameters
    ----------
    zones
        From `own_zones`.
    buildings
        osm_id, levels (NaN where unknown) and polygons in any CRS.
    levels_default
        Storeys of a building that does not say.
    most
        Buildings that are looked at, and units that are made, in a run: about so many, but a zone
        is never cut. None: all of them.
    """
    require_metric(zones, "zones")
    outlines = _Buildings(buildings, zones.crs, keeps=most is None)
    built = _place_buildings(zones, outlines, levels_default, most)
    land_m2 = zones.geometry.area.to_numpy()
    covered_m2 = np.bincount(built.zone, weights=built.footprint_m2, minlength=len(zones))
    shown = covered_m2 >= MIN_BUILT_SHARE * land_m2
    on_shown = shown[built.zone]
    zone, building, floor_m2 = (
        part[on_shown] for part in (built.zone, built.building, built.floor_m2)
    )
    ratio = _floor_ratios(zones, zone, floor_m2, shown)
    order = np.argsort(zone, kind="stable")
    counts = np.bincount(zone, minlength=len(zones))
    # Cells are counted by their land; who makes runs need not know it better.
    sizes = np.where(shown, counts, np.ceil(land_m2 / CELL_M**2))
    return SplitZones(
        zones=zones,
        buildings=outlines,
        shown=shown,
        ratio=ratio,
        building=building[order],
        floor_m2=floor_m2[order],
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        runs=_list_runs(sizes, most),
    )


def take_zones(split: SplitZones, first: int, end: int) -> ZoneRun:
    """Make the units of some zones, from `first` up to `end`; see `ZoneRun`.

    Raises
    ------
    DemandError
        If a zone is wider than any can be.
    """
    zones, rows = split.zones, slice(split.starts[first], split.starts[end])
    building = split.building[rows].astype(np.int64)
    built = pd.DataFrame(
        {
            "zone": np.repeat(np.arange(first, end), np.diff(split.starts[first : end + 1])),
            "unit_id": split.buildings.ids(building),
            "building": building,
            "weight": split.floor_m2[rows],
            "point": split.buildings.take_points(building),
            "cell": np.full(len(building), None, dtype=object),
        }
    )
    some = zones.iloc[first:end]
    cells = cut_into_cells(some[~split.shown[first:end]])
    cells["weight"] = cells["cell"].map(lambda cell: cell.area) * cells["zone"].map(
        some["kind"].map(split.ratio)
    )
    parts = pd.concat([built, cells.assign(building=-1)], ignore_index=True)
    # By id within a zone: shuffled buildings make the same units.
    order = np.lexsort((parts["unit_id"].astype(str), parts["zone"]))
    parts = parts.iloc[order]
    owner = zones.iloc[parts["zone"].to_numpy(dtype=int)]
    kind = owner["kind"].to_numpy(dtype=object)
    units = gpd.GeoDataFrame(
        {
            "demand_id": kind + ":" + parts["unit_id"].to_numpy(dtype=object),
            "kind": kind,
            "people": np.nan,
            "zone_id": owner["zone_id"].to_numpy(),
            "weight": parts["weight"].to_numpy(dtype=float),
            "cell": parts["cell"].to_numpy(dtype=object),
        },
        geometry=parts["point"].to_numpy(),
        crs=zones.crs,
    )
    row = parts["building"].to_numpy(dtype=np.int64)
    return ZoneRun(some, units.reset_index(drop=True), row)


class _Buildings:
    """Buildings of a map, brought into a metric CRS some at a time, or all at once and kept."""

    def __init__(self, rows: gpd.GeoDataFrame, crs: CRS, *, keeps: bool) -> None:
        self.rows, self._crs = rows, crs
        self._shapes: NDArray[np.object_] | None = None
        self._points: NDArray[np.object_] | None = None
        if keeps:
            self._shapes = np.asarray(rows.geometry.to_crs(crs), dtype=object)
            self._points = _touch(self._shapes)

    def take(self, building: Ints | slice) -> NDArray[np.object_]:
        """Return the outlines of some rows."""
        if self._shapes is not None:
            return self._shapes[building]
        return np.asarray(self.rows.geometry.iloc[building].to_crs(self._crs), dtype=object)

    def take_points(
        self, building: Ints | slice, shapes: NDArray[np.object_] | None = None
    ) -> NDArray[np.object_]:
        """Return a point on the surface of some rows; `shapes` are their outlines, if at hand."""
        if self._points is not None:
            return self._points[building]
        return _touch(self.take(building) if shapes is None else shapes)

    def ids(self, building: Ints | slice) -> NDArray[np.object_]:
        """Return the ids of some rows."""
        ids: NDArray[np.object_] = self.rows["osm_id"].iloc[building].to_numpy(dtype=object)
        return ids


def _touch(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return a point on the surface of each polygon."""
    return np.asarray(shapely.point_on_surface(shapes), dtype=object)


@dataclass(frozen=True)
class _Built:
    """Buildings in zones: row and zone of each, m² of footprint and floors, all of shape (k,)."""

    building: NDArray[np.int32]
    zone: NDArray[np.int32]
    footprint_m2: Floats
    floor_m2: Floats


def _place_buildings(
    zones: gpd.GeoDataFrame, buildings: _Buildings, levels_default: float, most: int | None
) -> _Built:
    """Find the zone of each building by a point on its surface; those in none are left out.

    A point on the border of two zones belongs to the first.
    """
    tree = shapely.STRtree(zones.geometry.to_numpy())
    runs = list_ranges(len(buildings.rows), most)
    found = [_place_some(tree, buildings, run, levels_default) for run in runs]
    building, zone, footprint_m2, floor_m2 = (
        np.concatenate(part) for part in zip(*found, strict=True)
    )
    # Two buildings of one id, as no map has them: the first one counts.
    again = buildings.rows["osm_id"].iloc[building].duplicated().to_numpy()
    if again.any():
        building, zone, footprint_m2, floor_m2 = (
            part[~again] for part in (building, zone, footprint_m2, floor_m2)
        )
    return _Built(building, zone, footprint_m2, floor_m2)


def _place_some(
    tree: shapely.STRtree, buildings: _Buildings, run: slice, levels_default: float
) -> tuple[NDArray[np.int32], NDArray[np.int32], Floats, Floats]:
    """Place one run of buildings, as `_place_buildings` does."""
    shapes = buildings.take(run)
    building, zone = tree.query(buildings.take_points(run, shapes), predicate="intersects")
    order = np.lexsort((zone, building))
    building, zone = building[order], zone[order]
    first = np.append(True, np.diff(building) > 0)[: len(building)]
    building, zone = building[first], zone[first]
    footprint_m2 = shapely.area(shapes[building])
    levels = buildings.rows["levels"].iloc[run].fillna(levels_default).to_numpy()[building]
    return (
        (building + run.start).astype(np.int32),
        zone.astype(np.int32),
        footprint_m2,
        footprint_m2 * levels,
    )


def _floor_ratios(
    zones: gpd.GeoDataFrame,
    zone: NDArray[np.int32],
    floor_m2: Floats,
    shown: NDArray[np.bool_],
) -> dict[str, float]:
    """Return floor area per land area of each kind, from the zones that show their buildings."""
    kinds = zones["kind"].to_numpy()
    land = zones.geometry.area.to_numpy()
    ratios = {}
    for kind in set(kinds):
        here = shown & (kinds == kind)
        total_m2 = floor_m2[here[zone]].sum()
        ratios[kind] = total_m2 / land[here].sum() if total_m2 > 0 else DEFAULT_FLOOR_RATIO
    return ratios


def _list_runs(sizes: Floats, most: int | None) -> list[tuple[int, int]]:
    """Return the first and the end of runs of zones with about so many units, at least one run."""
    if most is None:
        return [(0, len(sizes))]
    runs, first, held = [], 0, 0.0
    for zone, size in enumerate(sizes.tolist()):
        if zone > first and held + size > most:
            runs.append((first, zone))
            first, held = zone, 0.0
        held += size
    return [*runs, (first, len(sizes))]


def cut_into_cells(zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """Cut zones into the cells of one lattice; a cell's point lies inside its part of the zone.

    Parameters
    ----------
    zones
        zone_id and polygons in a metric CRS.

    Returns
    -------
    DataFrame
        zone (its label in the index of `zones`), unit_id (`zone_id@x,y`), point, cell (polygon).

    Raises
    ------
    DemandError
        If a zone is wider than any can be.
    """
    found = []
    for zone, shape in zip(zones.index, zones.geometry, strict=True):
        x0, y0, x1, y1 = np.floor(np.array(shape.bounds) / CELL_M)
        # Refused before any cell is made: those of a misdrawn zone would fill the memory.
        if (x1 - x0 + 1) * (y1 - y0 + 1) > MAX_ZONE_CELLS:
            raise DemandError(
                f"{zones.at[zone, 'zone_id']}: the zone is {(x1 - x0) * CELL_M / 1000:,.0f} km by "
                f"{(y1 - y0) * CELL_M / 1000:,.0f} km, too wide to be cut into cells of "
                f"{CELL_M:g} m; correct its outline in the map, or give a table of points"
            )
        columns, rows = np.meshgrid(np.arange(x0, x1 + 1), np.arange(y0, y1 + 1))
        x, y = columns.ravel() * CELL_M, rows.ravel() * CELL_M
        shapely.prepare(shape)
        boxes = shapely.box(x, y, x + CELL_M, y + CELL_M)
        hit = shapely.intersects(shape, boxes)
        parts = np.array(
            [keep_polygons(part) for part in shapely.intersection(shape, boxes[hit])], dtype=object
        )
        real = shapely.area(parts) > MIN_OVERLAP_M2
        if not real.any():
            continue
        zone_id = zones.at[zone, "zone_id"]
        numbers = np.column_stack([x[hit][real], y[hit][real]]).astype(np.int64)
        found.append(
            pd.DataFrame(
                {
                    "zone": zone,
                    "unit_id": [f"{zone_id}@{column},{row}" for column, row in numbers],
                    "point": shapely.point_on_surface(parts[real]),
                    "cell": parts[real],
                }
            )
        )
    if not found:
        return pd.DataFrame({"zone": [], "unit_id": [], "point": [], "cell": []}, dtype=object)
    return pd.concat(found, ignore_index=True)
