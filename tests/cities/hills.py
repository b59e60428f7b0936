"""Rasters of heights made for tests, in the frame of drawings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pyproj import CRS

from planner.sources.elevation import Elevation
from tests.cities.drawing import FRAME
from tests.cities.rasters import write_raster


def cells_of(height, *, low=(-500.0, -500.0), high=(2500.0, 2500.0), cell=10.0):
    """Return the heights of the middles of square cells, rows from north to south.

    height : function of x and y (arrays of metres) to metres.
    """
    x = np.arange(low[0] + cell / 2, high[0], cell)
    y = np.arange(high[1] - cell / 2, low[1], -cell)
    return np.broadcast_to(np.asarray(height(*np.meshgrid(x, y)), float), (len(y), len(x)))


def hills(height, *, low=(-500.0, -500.0), high=(2500.0, 2500.0), cell=10.0, crs=FRAME):
    """Return heights as they are read of a file, without one."""
    cells = cells_of(height, low=low, high=high, cell=cell)
    transform = (cell, 0.0, low[0], 0.0, -cell, high[1])
    return Elevation(cells.copy(), transform, CRS(crs), cell, "drawn", (), "dem.tif", "drawn")


def write_hills(
    path: Path, height, *, low=(-500.0, -500.0), high=(2500.0, 2500.0), cell=10.0, crs=FRAME,
    **options,
):  # fmt: skip
    """Write heights as a GeoTIFF."""
    cells = cells_of(height, low=low, high=high, cell=cell)
    wkt = CRS(crs).to_wkt()
    return write_raster(path, cells, west=low[0], north=high[1], cell=cell, crs=wkt, **options)
