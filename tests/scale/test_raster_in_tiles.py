"""A raster of people without a boundary: streets of all tiles tell which cells are asked for."""

import numpy as np
import pytest
from pyproj import CRS

from tests.cities.drawing import FRAME
from tests.cities.rasters import reading_rasters_here, write_raster
from tests.cities.small_plan import inputs_of
from tests.cities.walled_city import walled_city
from tests.scale.tiles_beside_plain import assert_same_figures, run_both

__all__ = ["reading_rasters_here"]


@pytest.mark.nightly
@pytest.mark.usefixtures("reading_rasters_here")
def test_a_raster_without_a_boundary(tmp_path):
    rng = np.random.default_rng(3)
    write_raster(
        tmp_path / "people.tif", rng.integers(0, 9, (30, 30)), west=-500.0, north=1000.0,
        cell=50.0, crs=CRS(FRAME).to_wkt(),
    )  # fmt: skip
    inputs = inputs_of(
        tmp_path, '[[demand]]\nkind = "residential"\nraster = "people.tif"\n',
        drawing=walled_city(3), facilities=[("F", "Station", 10, 10), ("G", "Station", 400, 420)],
        service="cutoffs_minutes = [2, 5]\n", known="everywhere",
    )  # fmt: skip
    assert inputs.boundary is None
    whole, answer = run_both(tmp_path / "plan.toml", tmp_path / "steps", 4)
    assert_same_figures(whole, answer)
    assert len(whole.layers["demand"]) > 50
