"""Rasters of people made for tests, and read without starting a process."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from planner.sources import raster_window
from planner.sources.processes import Ended


def grid(west, north, cell):
    """Return the transform of square cells; rasterio's own function warns of the future."""
    return Affine(cell, 0, west, 0, -cell, north)


def write_raster(path: Path, values, *, west, north, cell, crs, bands=1, **options):
    """Write rows of values from the north-west corner on; `bands` times the same."""
    values = np.asarray(values)
    options = {"dtype": "float32", "transform": grid(west, north, cell), **options}
    height, width = values.shape
    with rasterio.open(
        path, "w", driver="GTiff", width=width, height=height, count=bands, crs=crs, **options
    ) as file:
        for band in range(1, bands + 1):
            file.write((values * band).astype(options["dtype"]), band)
    return path


@pytest.fixture
def reading_rasters_here(monkeypatch):
    """Rasters are read in this process: starting another takes most of a second."""
    from planner.sources import _raster_child

    def call(_module, *arguments, limits, folder):  # noqa: ARG001
        _raster_child.main(arguments)
        return Ended(0, "")

    monkeypatch.setattr(raster_window, "run_limited", call)
