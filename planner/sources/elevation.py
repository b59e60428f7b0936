"""Heights above the sea around the streets of a plan, from a GeoTIFF.

The file is read as rasters of people are, in a limited process (`planner.sources.raster_window`).
"""

from __future__ import annotations

import math
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyproj
from shapely.geometry.base import BaseGeometry

from planner.crs.array_types import Floats
from planner.crs.frame import Bounds
from planner.errors import SourceError
from planner.plan import Plan
from planner.plan.profiles import find_fastest
from planner.sources import raster_window
from planner.sources.cache import ArrayCache, Arrays, make_key, source_of
from planner.sources.hashes import hash_file
from planner.sources.raster_window import (
    EXPORT,
    check_placed,
    find_window,
    read_small,
    read_window,
)

#: Lower than any shore, higher than any mountain: what lies beyond stands for no data.
LOWEST_M, HIGHEST_M = -500.0, 9000.0
#: Of files with more cells only those around the area are read.
_SMALL: Final = 2_000_000
#: Streets are shorter than wider cells, which tell little of their slope.
COARSE_M: Final = 60.0
#: Wider ones tell nothing of it: few streets are longer between two crossings.
WIDEST_M: Final = 300.0
_METRES: Final = ("", "m", "metre", "meter", "metres", "meters", "米")
#: As what pictures store: a map of heights that was coloured, or a photograph.
_COLOURS: Final = ("red", "green", "blue", "cyan", "magenta", "yellow", "black")
A_DEGREE_M: Final = 111_320.0
#: Streets that begin inside area and ring end within so much of it, metres.
_BEYOND_M: Final = 5_000.0


@dataclass(frozen=True, eq=False)
class Elevation:
    """Heights of the cells of a raster around an area.

    height_m (rows, columns) : metres above the sea, NaN where the file has none.
    transform : a, b, c, d, e, f: column and row of a corner of cells -> x = a column + b row + c,
        y = d column + e row + f.
    crs : of x, y.
    cell_m : the shorter side of a cell, metres.
    about : what the file says of itself; notes : what is doubtful, a line each; file : its name.
    hash : SHA-256 of its content.
    """

    height_m: Floats
    transform: tuple[float, float, float, float, float, float]
    crs: pyproj.CRS
    cell_m: float
    about: str
    notes: tuple[str, ...]
    file: str
    hash: str


#: What a file says of itself, and all of its cells if they are few.
_Begun = tuple[dict[str, Any], Floats | None]


def find_heights_bounds(plan: Plan, boundary: BaseGeometry | None, streets: Bounds) -> Bounds:
    """Return where heights are asked for, degrees.

    Parameters
    ----------
    boundary
        Of the plan, EPSG:4326; None where it has none.
    streets
        Bounds of all streets of the extract.
    """
    if boundary is None:
        return streets
    # A ring as wide as the longest walk, and what sticks out of it: of a country's streets those of
    # a district count.
    longest_m = find_fastest(plan.judged_profiles).speed_m_per_min
    longest_m *= plan.service.cutoffs_minutes[-1]
    return _cut_bounds(streets, boundary.bounds, _BEYOND_M + 2 * longest_m)


def _cut_bounds(bounds: Bounds, area: Bounds, beyond_m: float) -> Bounds:
    """Return the part of some bounds within so many metres of those of an area, all in degrees."""
    west, south, east, north = area
    of_lat = beyond_m / A_DEGREE_M
    of_lon = of_lat / max(math.cos(math.radians(max(abs(south), abs(north)))), 0.05)
    return (
        max(bounds[0], west - of_lon),
        max(bounds[1], south - of_lat),
        min(bounds[2], east + of_lon),
        min(bounds[3], north + of_lat),
    )


def begin_elevation(path: Path) -> Future[_Begun]:
    """Begin to read a raster of heights beside other work: it is another process that reads."""
    beside = ThreadPoolExecutor(1)
    begun = beside.submit(read_small, path, 1, _SMALL)
    beside.shutdown(wait=False)
    return begun


def load_elevation(
    path: Path,
    bounds: Bounds,
    *,
    cache: ArrayCache | None = None,
    begun: Future[_Begun] | None = None,
) -> Elevation:
    """Read the heights around an area.

    Parameters
    ----------
    path
        GeoTIFF, band 1 in metres; needs the extra `raster`.
    bounds
        West, south, east, north of the area, degrees, WGS-84.
    cache
        Where cells once read are kept; None reads anew.
    begun
        From `begin_elevation`, of this path.

    Raises
    ------
    SourceError
        If the file is no GeoTIFF that can be read, has no CRS, no band or no height around the
        area, does not reach it, holds feet or what cannot be heights, or has cells wider than
        WIDEST_M; or if the extra is missing.
    """
    # A path without a file has no content to name what is kept of it: reading says what is wrong.
    digest = hash_file(path) if path.is_file() else ""
    rules = source_of(raster_window, sys.modules[__name__])
    key = make_key("elevation", rules, digest, *bounds)
    kept = None if cache is None else cache.load(key)
    if kept is None:
        header, whole = read_small(path, 1, _SMALL) if begun is None else begun.result()
        kept = _read(path, header, whole, bounds)
        if cache is not None:
            cache.save(key, kept)
    crs = pyproj.CRS.from_wkt(kept["crs"].tobytes().decode())
    a, b, c, d, e, f, cell_m, n_bands = kept["numbers"].tolist()
    height_m = kept["height_m"].astype(np.float64)
    notes = []
    if n_bands > 1:
        notes.append(f"{path.name}: has {n_bands:.0f} bands; the first is taken for the heights")
    if cell_m > COARSE_M:
        notes.append(
            f"{path.name}: its cells are {cell_m:,.0f} m wide, so that shorter slopes are lost"
        )
    about = kept["about"].tobytes().decode()
    return Elevation(
        height_m, (a, b, c, d, e, f), crs, cell_m, about, tuple(notes), path.name, digest
    )


def _read(path: Path, header: dict[str, Any], whole: Floats | None, bounds: Bounds) -> Arrays:
    """Read the cells around an area, as they are kept; `whole` are all that the file has."""
    if header["bands"] < 1:
        raise SourceError(f"{path}: has no band, so it holds no heights; {EXPORT}")
    if header["type"].startswith("complex"):
        raise SourceError(f"{path}: holds complex numbers, not heights; {EXPORT}")
    if header["colour"] in _COLOURS:
        raise SourceError(
            f"{path}: is a picture, whose band 1 is a colour; name the file of the heights "
            "themselves"
        )
    crs = _check_metres(path, check_placed(path, header), header["unit"])
    window = find_window(path, header, crs, bounds)
    top, bottom, left, right = window
    if whole is None:
        _, height_m = read_window(path, 1, window)
    else:
        height_m = whole[top:bottom, left:right]
    _check_heights(path, height_m, window)
    a, b, c, d, e, f = header["transform"]
    corner = c + a * left + b * top, f + d * left + e * top
    cell_m = _find_cell_m(crs, (a, b, d, e), corner[1])
    if cell_m > WIDEST_M:
        raise SourceError(
            f"{path}: its cells are {cell_m:,.0f} m wide, more than {WIDEST_M:g} m, and tell "
            "nothing of the slope of a street; take a raster of some 30 m, or leave elevation out"
        )
    return {
        # A hundredth of a millimetre is lost, and half of the space saved.
        "height_m": height_m.astype(np.float32),
        "numbers": np.array([a, b, corner[0], d, e, corner[1], cell_m, header["bands"]]),
        "crs": np.frombuffer(crs.to_wkt().encode(), dtype=np.uint8),
        "about": np.frombuffer(_describe(header, crs, cell_m).encode(), dtype=np.uint8),
    }


def _check_metres(path: Path, crs: pyproj.CRS, unit: str) -> pyproj.CRS:
    """Refuse heights or places in feet; return the CRS of the places alone."""
    vertical = [
        axis.unit_name
        for part in (crs, *crs.sub_crs_list)
        for axis in part.axis_info
        if axis.direction in ("up", "down")
    ]
    wrong = [name for name in (unit.strip(), *vertical) if name.lower() not in _METRES]
    if wrong:
        raise SourceError(
            f"{path}: its heights are in {wrong[0]}, not in metres; convert them (feet: "
            "gdal_calc.py -A in.tif --outfile=out.tif --calc='A*0.3048') and write the unit m"
        )
    flat = crs.sub_crs_list[0] if crs.is_compound else crs.to_2d()
    across = flat.axis_info[0].unit_name
    if not flat.is_geographic and across.lower() not in _METRES:
        raise SourceError(
            f"{path}: its CRS is in {across}, so its heights may be too; convert both to metres "
            "(gdalwarp -t_srs EPSG:4326, gdal_calc.py)"
        )
    return flat


def _check_heights(path: Path, height_m: Floats, window: list[int]) -> None:
    """Refuse what cannot be heights."""
    if np.isnan(height_m).all():
        raise SourceError(
            f"{path}: none of its {height_m.size:,} cells around the area holds a height; take a "
            "raster that covers it"
        )
    wrong = (height_m < LOWEST_M) | (height_m > HIGHEST_M)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise SourceError(
            f"{path}: row {row + window[0]}, column {column + window[2]}: "
            f"{height_m[row, column]:.6g} is no height in metres; if it stands for no data, write "
            "that into the file (gdal_edit.py -a_nodata)"
        )


def _find_cell_m(crs: pyproj.CRS, sides: tuple[float, float, float, float], y: float) -> float:
    """Return the shorter side of a cell, metres; `y` is where it lies."""
    a, b, d, e = sides
    east_m = north_m = 1.0
    if crs.is_geographic:
        north_m, east_m = A_DEGREE_M, A_DEGREE_M * max(float(np.cos(np.radians(y))), 0.01)
    return float(min(np.hypot(a * east_m, d * north_m), np.hypot(b * east_m, e * north_m)))


def _describe(header: dict[str, Any], crs: pyproj.CRS, cell_m: float) -> str:
    """Say in words what a raster of heights is."""
    named = f"EPSG:{crs.to_epsg()}" if crs.to_epsg() else crs.name
    return f"{header['width']:,} x {header['height']:,} cells of {cell_m:.3g} m, {named}"
