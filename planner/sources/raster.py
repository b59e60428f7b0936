"""People of the cells of a GeoTIFF, such as WorldPop or GHSL.

GDAL reads the file in a limited process, as a GeoTIFF only and without the files beside it; of the
cells only those around the study area, so that a raster of a whole country takes little memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.crs import WGS84
from planner.crs.array_types import Floats
from planner.crs.frame import Bounds
from planner.errors import SourceError
from planner.sources._checks import MAX_PEOPLE
from planner.sources.raster_window import (
    EXPORT,
    check_placed,
    find_way,
    find_window,
    read_header,
    read_window,
)

#: Those of them with people: 4,000 km² in cells of 100 m. As polygons they take some 0.8 GB.
MAX_CELLS: Final = 400_000
#: Some 50 km; people are given by cells of a kilometre at most.
MAX_CELL_DEG: Final = 0.5


@dataclass(frozen=True)
class PeopleRaster:
    """The cells with people around a study area, EPSG:4326.

    rows : `id` ("r12c34": row and column in the file, counted from 0), `value` (people, or people
        per km²; above 0) and the polygon of the cell.
    reach : polygon of all the cells that were read.
    about : what the file says of itself, for `check`.
    notes : what is doubtful, a line each.
    file : its name.
    """

    rows: gpd.GeoDataFrame
    reach: BaseGeometry
    about: str
    notes: list[str]
    file: str


def load_raster(path: Path, bounds: Bounds, *, band: int = 1) -> PeopleRaster:
    """Read the cells around a study area.

    Parameters
    ----------
    path
        GeoTIFF; needs the extra `raster`.
    bounds
        West, south, east, north of the area, degrees, WGS-84.
    band
        From 1.

    Raises
    ------
    SourceError
        If the file is no GeoTIFF that can be read, has no CRS or no such band, does not reach the
        area, or holds what cannot be people; or if the extra is missing.
    """
    header = read_header(path, band)
    _check_band(path, header, band)
    crs = check_placed(path, header)
    window = find_window(path, header, crs, bounds)
    counts, values = read_window(path, band, window)
    _check_values(path, values, window)
    notes = _list_notes(path, header, counts, values, band)
    place = _Placed(header["transform"], find_way(path, crs, WGS84))
    row, column = np.nonzero(values > 0)
    if len(row) > MAX_CELLS:
        raise SourceError(
            f"{path}: {len(row):,} cells with people lie around the area, more than the "
            f"{MAX_CELLS:,} that a plan may have; take a coarser raster, or make a plan for each "
            "part"
        )
    value, row, column = values[row, column], row + window[0], column + window[2]
    ids = [f"r{r}c{c}" for r, c in zip(row.tolist(), column.tolist(), strict=True)]
    cells = place.cells(row, column)
    _check_cells(path, cells)
    rows = gpd.GeoDataFrame({"id": ids, "value": value}, geometry=cells, crs=WGS84)
    return PeopleRaster(rows, place.outline(window), _describe(header, crs, band), notes, path.name)


class _Placed:
    """Where rows and columns of a raster lie on Earth."""

    def __init__(self, transform: list[float], to_degrees: pyproj.Transformer) -> None:
        self._transform = transform
        self._move = to_degrees.transform

    def corners(self, row: NDArray[Any], column: NDArray[Any]) -> Floats:
        """Return lon, lat of the top left corners of cells, shape (n, 2)."""
        a, b, c, d, e, f = self._transform
        return np.column_stack(self._move(a * column + b * row + c, d * column + e * row + f))

    def cells(self, row: NDArray[Any], column: NDArray[Any]) -> NDArray[np.object_]:
        """Return the polygons of cells."""
        steps = ((0, 0), (0, 1), (1, 1), (1, 0))
        rings = [self.corners(row + down, column + right) for down, right in steps]
        return np.asarray(shapely.polygons(np.stack(rings, axis=1)), dtype=object)

    def outline(self, window: list[int]) -> BaseGeometry:
        """Return the outline of a window, with a corner at every cell, as sides may be curved."""
        top, bottom, left, right = window
        rows, columns = np.arange(top, bottom + 1), np.arange(left, right + 1)
        row = [np.full(len(columns), top), rows, np.full(len(columns), bottom), rows[::-1]]
        column = [columns, np.full(len(rows), right), columns[::-1], np.full(len(rows), left)]
        corners = self.corners(np.concatenate(row), np.concatenate(column))
        # A map of the whole Earth has corners that lie beyond it.
        return shapely.polygons(corners[np.isfinite(corners).all(axis=1)])


def _check_band(path: Path, header: dict[str, Any], band: int) -> None:
    """Refuse a band that is not there, or holds no numbers of people."""
    if band > header["bands"]:
        raise SourceError(
            f"{path}: has no band {band}; give raster_band from 1 to {header['bands']}"
        )
    if header["type"].startswith("complex"):
        raise SourceError(f"{path}: band {band} holds complex numbers, not people; {EXPORT}")


def _check_values(path: Path, values: Floats, window: list[int]) -> None:
    """Refuse what cannot be people."""
    wrong = values > MAX_PEOPLE  # infinite, too
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise SourceError(
            f"{path}: row {row + window[0]}, column {column + window[2]}: "
            f"{values[row, column]:.6g} is more than a cell can hold; if it stands for no data, "
            "write that into the file (gdal_edit.py -a_nodata)"
        )


def _check_cells(path: Path, cells: NDArray[np.object_]) -> None:
    """Refuse cells that lie nowhere, or are wider than what people can be put into."""
    west, south, east, north = shapely.bounds(cells).reshape(-1, 4).T
    # Asked this way round, what is no number is refused as well.
    if not ((west >= -360) & (south >= -90) & (east <= 360) & (north <= 90)).all():
        raise SourceError(f"{path}: some of its cells lie nowhere on Earth; {EXPORT}")
    if np.maximum(east - west, north - south).max(initial=0.0) > MAX_CELL_DEG:
        raise SourceError(
            f"{path}: its cells are wider than {MAX_CELL_DEG:g} degree, too coarse to tell who "
            "lives where; take a finer raster"
        )


def _list_notes(
    path: Path, header: dict[str, Any], counts: dict[str, Any], values: Floats, band: int
) -> list[str]:
    """Say what of a raster is doubtful."""
    notes = []
    if header["bands"] > 1:
        notes.append(
            f"{path.name}: has {header['bands']} bands, of which band {band} is read; raster_band "
            "names another"
        )
    if counts["no_number"]:
        notes.append(
            f"{path.name}: {counts['no_number']:,} cells around the area are no number; they count "
            "nobody"
        )
    negative = values[values < 0]
    if len(negative):
        notes.append(
            f"{path.name}: {len(negative):,} cells around the area are negative, such as "
            f"{negative[0]:g}; they count nobody"
        )
    if not (values > 0).any():
        notes.append(f"{path.name}: none of its {values.size:,} cells around the area holds people")
    return notes


def _describe(header: dict[str, Any], crs: pyproj.CRS, band: int) -> str:
    """Say in words what a raster is."""
    a, b, _, d, e, _ = header["transform"]
    unit = crs.axis_info[0].unit_name
    size = f"{np.hypot(a, d):.6g} x {np.hypot(b, e):.6g} {unit}"
    named = f"EPSG:{crs.to_epsg()}" if crs.to_epsg() else crs.name
    nodata = header["nodata"]
    return (
        f"{header['width']:,} x {header['height']:,} cells of {size}, {named}, band {band} of "
        f"{header['bands']}, {'no nodata value' if nodata is None else f'nodata {nodata:g}'}"
    )
