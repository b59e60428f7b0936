"""Reads a GeoTIFF with GDAL: runs in a process of its own, which a bad file may crash."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

# Before numpy is loaded: a pool of threads would use the memory up unused.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
import rasterio
from rasterio.errors import RasterioError

REPORT: Final = "report.json"
VALUES: Final = "values.npy"
#: GDAL opens the file itself and nothing beside it, no other format and no address.
_SETTINGS: Final = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_GEOREF_SOURCES": "INTERNAL",
    "GDAL_PAM_ENABLED": "NO",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "PROJ_NETWORK": "OFF",
    "GDAL_NUM_THREADS": "1",
    "GDAL_CACHEMAX": 64_000_000,
}


def main(arguments: Sequence[str]) -> None:
    """Read what an order in JSON asks for: the path, the folder to write to, the band, the window.

    Without a window (first row, end, first column, end) only what the file says of itself, and of a
    file of at most `whole` cells all of them.
    """
    order = json.loads(arguments[0])
    folder = Path(order["folder"])
    try:
        with (
            rasterio.Env(**_SETTINGS),
            # A Path: of a text, rasterio would take "zip://..." and the like for addresses.
            rasterio.open(Path(order["path"]), driver="GTiff") as raster,
        ):
            band, window = order["band"], order["window"]
            if window is None:
                report = _describe(raster, band)
                small = raster.width * raster.height <= order["whole"]
                if small and raster.count >= band and not report["type"].startswith("complex"):
                    report |= _read(raster, band, [0, raster.height, 0, raster.width], folder)
            else:
                report = _read(raster, band, window, folder)
    except MemoryError:
        report = {"error": "it takes more memory than is allowed"}
    except (RasterioError, OSError, ValueError) as error:
        # What GDAL itself said stands behind what rasterio makes of it.
        report = {"error": " ".join(str(error.__cause__ or error).split())[:200]}
    (folder / REPORT).write_text(json.dumps(report), encoding="utf-8")


def _describe(raster: Any, band: int) -> dict[str, Any]:
    """Return what the file says of itself and of one band."""
    if band > raster.count:
        return {"bands": raster.count}
    place = band - 1
    return {
        "bands": raster.count,
        "width": raster.width,
        "height": raster.height,
        "type": raster.dtypes[place],
        "crs": raster.crs.to_wkt(version="WKT2_2019") if raster.crs else "",
        "transform": list(raster.transform)[:6],
        "nodata": raster.nodatavals[place],
        "unit": raster.units[place] or "",
        "colour": raster.colorinterp[place].name,
        "block": list(raster.block_shapes[place]),
    }


def _read(raster: Any, band: int, window: list[int], folder: Path) -> dict[str, Any]:
    """Write the values of a window, NaN where the file says that there is none."""
    top, bottom, left, right = window
    part = ((top, bottom), (left, right))
    values = raster.read(band, window=part).astype(np.float64)
    nothing = raster.read_masks(band, window=part) == 0
    no_number = int((np.isnan(values) & ~nothing).sum())
    values = values * raster.scales[band - 1] + raster.offsets[band - 1]
    values[nothing] = np.nan
    np.save(folder / VALUES, values, allow_pickle=False)
    return {"nothing": int(nothing.sum()), "no_number": no_number}
