"""A part of a GeoTIFF, read in a process of its own: the file may be broken, or meant to harm.

GDAL reads the file in a limited process, as a GeoTIFF only and without the files beside it; of the
cells only those around an area, so that a raster of a whole country takes little memory.
"""

from __future__ import annotations

import json
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyproj
from pyproj.exceptions import ProjError

from planner.crs import WGS84
from planner.crs.array_types import Floats
from planner.crs.frame import Bounds
from planner.errors import SourceError
from planner.sources._file_crs import parse_crs
from planner.sources.plain_files import open_plain
from planner.sources.processes import Ended, Limits, run_limited

#: Little-endian and big-endian TIFF, and BigTIFF.
_MAGIC: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_MOST_BYTES: Final = 50 * 10**9
#: Cells around the area: 300 km² in cells of 6 m, or a province in cells of 100 m.
MAX_WINDOW_CELLS: Final = 10_000_000
#: What is decoded at once: a file may be one block.
MAX_BLOCK_BYTES: Final = 256_000_000
_LIMITS: Final = Limits(
    cpu_seconds=120, seconds=300.0, memory_bytes=1_500_000_000, file_bytes=200_000_000
)
EXPORT: Final = "export it again as a GeoTIFF"
#: The same names as in `_raster_child`, which loads GDAL and is imported by no other module.
_REPORT: Final = "report.json"
_VALUES: Final = "values.npy"


def read_window(path: Path, band: int, window: list[int]) -> tuple[dict[str, Any], Floats]:
    """Return what was counted in a window, and its values: NaN where the file has none.

    Parameters
    ----------
    window
        First row, end, first column, end, from `find_window`.

    Raises
    ------
    SourceError
        If it cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="planner-") as folder:
        counts = _ask(path, band, window, Path(folder))
        return counts, np.load(Path(folder) / _VALUES, allow_pickle=False)


def read_header(path: Path, band: int) -> dict[str, Any]:
    """Return what the file says of itself and of one band.

    Raises
    ------
    SourceError
        If it is no GeoTIFF that can be read, or the extra is missing.
    """
    _check_file(path)
    return _ask(path, band, None)


def read_small(path: Path, band: int, most_cells: int) -> tuple[dict[str, Any], Floats | None]:
    """Return what the file says of itself, and all values of a file of at most so many cells.

    One process in place of two: to start one takes longer than to read a million cells.

    Raises
    ------
    SourceError
        As `read_header`.
    """
    _check_file(path)
    with tempfile.TemporaryDirectory(prefix="planner-") as folder:
        header = _ask(path, band, None, Path(folder), whole=most_cells)
        values = Path(folder) / _VALUES
        return header, np.load(values, allow_pickle=False) if values.is_file() else None


def _check_file(path: Path) -> None:
    """Refuse what is no TIFF before GDAL sees it, and say what to install."""
    with open_plain(path, most_bytes=_MOST_BYTES, advice="name a GeoTIFF") as file:
        beginning = file.read(4)
    if beginning[:2] == b"PK":
        raise SourceError(f"{path}: is a zip archive; unpack it and name the .tif in it")
    if beginning not in _MAGIC:
        raise SourceError(f"{path}: is no TIFF; {EXPORT}")
    if find_spec("rasterio") is None:
        raise SourceError(
            f"{path}: rasters are read with rasterio, which is not installed; "
            "pip install 'planner[raster]'"
        )


def _ask(
    path: Path,
    band: int,
    window: list[int] | None,
    folder: Path | None = None,
    *,
    whole: int = 0,
) -> dict[str, Any]:
    """Have the other process read the header, or the values of a window into a folder."""
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="planner-") as made:
            return _ask(path, band, window, Path(made))
    order = {
        "path": str(path.resolve()), "folder": str(folder), "band": band, "window": window,
        "whole": whole,
    }  # fmt: skip
    ended = run_limited(
        "planner.sources._raster_child", json.dumps(order), limits=_LIMITS, folder=folder
    )
    report: dict[str, Any] = (
        json.loads((folder / _REPORT).read_text(encoding="utf-8"))
        if ended.code == 0
        else {"error": _explain_end(ended)}
    )
    if "error" in report:
        raise SourceError(f"{path}: cannot be read ({report['error']}); {EXPORT}")
    return report


def _explain_end(ended: Ended) -> str:
    """Say why the process died."""
    if ended.code is None:
        return f"it took more than {_LIMITS.seconds:g} s"
    if "MemoryError" in ended.words or "bad_alloc" in ended.words:
        return f"it took more than {_LIMITS.memory_bytes / 1e9:g} GB of memory"
    last = (ended.words.strip().splitlines() or [""])[-1]
    return f"GDAL gave up: {last[:150] or ended.code}"


def check_placed(path: Path, header: dict[str, Any]) -> pyproj.CRS:
    """Refuse a raster whose cells have no place, or too many of them in a block; return its CRS."""
    if not header["crs"]:
        raise SourceError(
            f"{path}: says no CRS, so nobody knows where its cells lie; write it into the file "
            "(in QGIS: assign projection)"
        )
    crs = parse_crs(path, header["crs"])
    a, b, c, d, e, f = header["transform"]
    if (a, b, c, d, e, f) == (1, 0, 0, 0, 1, 0) or not abs(a * e - b * d) > 0:
        raise SourceError(f"{path}: does not say where its first cell lies; {EXPORT}")
    width, height = header["block"]
    # Counted as 8 bytes each, which is what the largest numbers take.
    if width * height * 8 > MAX_BLOCK_BYTES:
        raise SourceError(
            f"{path}: one block of it holds {width:,} x {height:,} cells, too many to be read at "
            "once; write it in tiles (gdal_translate -co TILED=YES)"
        )
    return crs


def find_window(path: Path, header: dict[str, Any], crs: pyproj.CRS, bounds: Bounds) -> list[int]:
    """Return first row, end, first column, end of the cells around some bounds in degrees."""
    west, south, east, north = find_way(path, WGS84, crs).transform_bounds(*bounds)
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


def find_way(path: Path, source: pyproj.CRS, target: pyproj.CRS) -> pyproj.Transformer:
    """Return what moves coordinates from one CRS to another, longitude first."""
    try:
        return pyproj.Transformer.from_crs(source, target, always_xy=True)
    except ProjError:
        raise SourceError(
            f"{path}: there is no way between its CRS and degrees; {EXPORT} in EPSG:4326"
        ) from None
