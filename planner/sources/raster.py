"""People of the cells of a GeoTIFF, such as WorldPop or GHSL.

GDAL reads the file in a limited process, as a GeoTIFF only and without the files beside it; of the
cells only those around the study area, so that a raster of a whole country takes little memory.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import ProjError
from shapely.geometry.base import BaseGeometry

from planner.crs import WGS84
from planner.crs.array_types import Floats
from planner.crs.frame import Bounds
from planner.errors import SourceError
from planner.sources._checks import MAX_PEOPLE
from planner.sources._file_crs import parse_crs
from planner.sources.plain_files import open_plain
from planner.sources.processes import Ended, Limits, run_limited

#: Little-endian and big-endian TIFF, and BigTIFF.
_MAGIC: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_MOST_BYTES: Final = 50 * 10**9
#: Cells around the area: 300 km² in cells of 6 m, or a province in cells of 100 m.
MAX_WINDOW_CELLS: Final = 10_000_000
#: Those of them with people: 4,000 km² in cells of 100 m. As polygons they take some 0.8 GB.
MAX_CELLS: Final = 400_000
#: Some 50 km; people are given by cells of a kilometre at most.
MAX_CELL_DEG: Final = 0.5
#: What is decoded at once: a file may be one block.
MAX_BLOCK_BYTES: Final = 256_000_000
_LIMITS: Final = Limits(
    cpu_seconds=120, seconds=300.0, memory_bytes=1_500_000_000, file_bytes=200_000_000
)
_EXPORT: Final = "export it again as a GeoTIFF"
#: The same names as in `_raster_child`, which loads GDAL and is imported by no other module.
_REPORT: Final = "report.json"
_VALUES: Final = "values.npy"


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
    _check_file(path)
    header = _ask(path, band, None)
    crs = _check_header(path, header, band)
    window = _find_window(path, header, crs, bounds)
    with tempfile.TemporaryDirectory(prefix="planner-") as folder:
        counts = _ask(path, band, window, Path(folder))
        values = np.load(Path(folder) / _VALUES, allow_pickle=False)
    _check_values(path, values, window)
    notes = _list_notes(path, header, counts, values, band)
    place = _Placed(header["transform"], _find_way(path, crs, WGS84))
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


def _find_way(path: Path, source: pyproj.CRS, target: pyproj.CRS) -> pyproj.Transformer:
    """Return what moves coordinates from one CRS to another, longitude first."""
    try:
        return pyproj.Transformer.from_crs(source, target, always_xy=True)
    except ProjError:
        raise SourceError(
            f"{path}: there is no way between its CRS and degrees; {_EXPORT} in EPSG:4326"
        ) from None


def _check_file(path: Path) -> None:
    """Refuse what is no TIFF before GDAL sees it, and say what to install."""
    with open_plain(path, most_bytes=_MOST_BYTES, advice="name a GeoTIFF") as file:
        beginning = file.read(4)
    if beginning[:2] == b"PK":
        raise SourceError(f"{path}: is a zip archive; unpack it and name the .tif in it")
    if beginning not in _MAGIC:
        raise SourceError(f"{path}: is no TIFF; {_EXPORT}")
    if find_spec("rasterio") is None:
        raise SourceError(
            f"{path}: rasters are read with rasterio, which is not installed; "
            "pip install 'planner[raster]'"
        )


def _ask(
    path: Path, band: int, window: list[int] | None, folder: Path | None = None
) -> dict[str, Any]:
    """Have the other process read the header, or the values of a window into a folder."""
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="planner-") as made:
            return _ask(path, band, window, Path(made))
    order = {"path": str(path.resolve()), "folder": str(folder), "band": band, "window": window}
    ended = run_limited(
        "planner.sources._raster_child", json.dumps(order), limits=_LIMITS, folder=folder
    )
    report: dict[str, Any] = (
        json.loads((folder / _REPORT).read_text(encoding="utf-8"))
        if ended.code == 0
        else {"error": _explain_end(ended)}
    )
    if "error" in report:
        raise SourceError(f"{path}: cannot be read ({report['error']}); {_EXPORT}")
    return report


def _explain_end(ended: Ended) -> str:
    """Say why the process died."""
    if ended.code is None:
        return f"it took more than {_LIMITS.seconds:g} s"
    if "MemoryError" in ended.words or "bad_alloc" in ended.words:
        return f"it took more than {_LIMITS.memory_bytes / 1e9:g} GB of memory"
    last = (ended.words.strip().splitlines() or [""])[-1]
    return f"GDAL gave up: {last[:150] or ended.code}"


def _check_header(path: Path, header: dict[str, Any], band: int) -> pyproj.CRS:
    """Refuse a raster whose cells have no numbers or no place; return its CRS."""
    if band > header["bands"]:
        raise SourceError(
            f"{path}: has no band {band}; give raster_band from 1 to {header['bands']}"
        )
    if header["type"].startswith("complex"):
        raise SourceError(f"{path}: band {band} holds complex numbers, not people; {_EXPORT}")
    if not header["crs"]:
        raise SourceError(
            f"{path}: says no CRS, so nobody knows where its cells lie; write it into the file "
            "(in QGIS: assign projection)"
        )
    crs = parse_crs(path, header["crs"])
    a, b, c, d, e, f = header["transform"]
    if (a, b, c, d, e, f) == (1, 0, 0, 0, 1, 0) or not abs(a * e - b * d) > 0:
        raise SourceError(f"{path}: does not say where its first cell lies; {_EXPORT}")
    width, height = header["block"]
    # Counted as 8 bytes each, which is what the largest numbers take.
    if width * height * 8 > MAX_BLOCK_BYTES:
        raise SourceError(
            f"{path}: one block of it holds {width:,} x {height:,} cells, too many to be read at "
            "once; write it in tiles (gdal_translate -co TILED=YES)"
        )
    return crs


def _find_window(path: Path, header: dict[str, Any], crs: pyproj.CRS, bounds: Bounds) -> list[int]:
    """Return first row, end, first column, end of the cells around some bounds in degrees."""
    west, south, east, north = _find_way(path, WGS84, crs).transform_bounds(*bounds)
    # Longitudes of a file may run from 0 to 360.
    turns = (0.0, 360.0, -360.0) if crs.is_geographic else (0.0,)
    around = ((west + turn, south, east + turn, north) for turn in turns)
    window = next((found for box in around if (found := _cut_window(header, box))), [])
    if not window:
        raise SourceError(
            f"{path}: does not reach the area, which lies around lon "
            f"{(bounds[0] + bounds[2]) / 2:.3f}, lat {(bounds[1] + bounds[3]) / 2:.3f}; "
            "check that the files belong together"
        )
    cells = (window[1] - window[0]) * (window[3] - window[2])
    if cells > MAX_WINDOW_CELLS:
        raise SourceError(
            f"{path}: {cells:,} cells lie around the area, more than the {MAX_WINDOW_CELLS:,} that "
            "are read; take a coarser raster, or make a plan for each part"
        )
    return window


def _cut_window(header: dict[str, Any], box: Bounds) -> list[int]:
    """Return the window of the cells around a box in the CRS of the raster; empty for none."""
    a, b, c, d, e, f = header["transform"]
    west, south, east, north = box
    x, y = np.array([west, west, east, east]) - c, np.array([south, north, south, north]) - f
    scale = a * e - b * d
    with np.errstate(all="ignore"):  # what is infinite is found below
        column, row = (e * x - b * y) / scale, (a * y - d * x) / scale
    window = []
    for ends, most in ((row, header["height"]), (column, header["width"])):
        # A place that the CRS does not reach is infinite, and lies in no cell.
        if not (np.isfinite(ends).all() and ends.max() >= 0 and ends.min() <= most):
            return []
        first = int(max(np.floor(ends.min()) - 1, 0))
        window += [first, int(min(np.ceil(ends.max()) + 1, most))]
    return window


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
        raise SourceError(f"{path}: some of its cells lie nowhere on Earth; {_EXPORT}")
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
