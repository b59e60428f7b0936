"""Rasters of heights: what is read, and every way a file cannot be one."""

import numpy as np
import pytest

from planner.errors import SourceError
from planner.sources.cache import ArrayCache
from planner.sources.elevation import load_elevation
from tests.cities.rasters import reading_rasters_here, write_raster

__all__ = ["reading_rasters_here"]
pytestmark = pytest.mark.usefixtures("reading_rasters_here")

#: From the middle of a cell to that of another.
AREA = (121.4005, 31.4005, 121.4195, 31.4195)
#: Cells of 0.001 degree round the area.
PLACE = {"west": 121.39, "north": 31.43, "cell": 0.001, "crs": "EPSG:4326"}
HEIGHTS = np.add.outer(np.arange(40.0, 0, -1), np.arange(40.0))
US_FEET = "EPSG:2263"  # New York, US survey feet


def write(tmp_path, values=HEIGHTS, **more):
    return write_raster(tmp_path / "dem.tif", values, **{**PLACE, **more})


def refused(path, area=AREA):
    with pytest.raises(SourceError) as caught:
        load_elevation(path, area)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_heights_around_an_area(tmp_path):
    found = load_elevation(write(tmp_path), AREA)
    # It begins in the eleventh cell from the west and from the north; one more is taken all round.
    a, b, c, d, e, f = found.transform
    assert (a, b, d, e) == (0.001, 0, 0, -0.001)
    assert (c, f) == (pytest.approx(121.399), pytest.approx(31.421))
    assert found.height_m.shape == (22, 22)
    assert found.height_m[0, 0] == HEIGHTS[9, 9]
    assert found.notes == ("dem.tif: its cells are 95 m wide, so that shorter slopes are lost",)
    assert found.about == "40 x 40 cells of 95 m, EPSG:4326"


def test_of_several_bands_the_first_is_taken_and_told(tmp_path):
    path = write(tmp_path, bands=3)
    cache = ArrayCache(tmp_path / "cache")
    for _ in range(2):  # read, then kept
        found = load_elevation(path, AREA, cache=cache)
        assert found.notes[0] == "dem.tif: has 3 bands; the first is taken for the heights"
        assert found.height_m[0, 0] == HEIGHTS[9, 9]


@pytest.mark.parametrize(("cell", "is_too_wide"), [(0.003, False), (0.0033, True), (0.01, True)])
def test_cells_in_which_a_street_is_lost_are_refused(tmp_path, cell, is_too_wide):
    """0.003 degree of longitude are 285 m at 31.4 north, 0.0033 are 314 m."""
    path = write(tmp_path, west=121.3, north=31.5, cell=cell)
    if is_too_wide:
        assert "m wide, more than 300 m, and tell nothing of the slope" in refused(path)
    else:
        assert load_elevation(path, AREA).cell_m == pytest.approx(285, abs=1)


def test_of_a_large_file_only_what_lies_around_the_area_is_read(tmp_path, monkeypatch):
    path = write(tmp_path)
    whole = load_elevation(path, AREA)
    monkeypatch.setattr("planner.sources.elevation._SMALL", 0)
    part = load_elevation(path, AREA)
    np.testing.assert_array_equal(part.height_m, whole.height_m)
    assert part.transform == whole.transform


def test_no_data_scale_and_offset(tmp_path):
    path = write(tmp_path, np.where(HEIGHTS == 30, -9999, HEIGHTS), nodata=-9999)
    heights = load_elevation(path, AREA).height_m
    assert np.isnan(heights).sum() == (HEIGHTS[9:31, 9:31] == 30).sum()


def test_cells_are_kept_by_content_and_area(tmp_path, monkeypatch):
    cache, path = ArrayCache(tmp_path / "cache"), write(tmp_path)
    first = load_elevation(path, AREA, cache=cache)
    monkeypatch.setattr("planner.sources.elevation.read_small", None)
    kept = load_elevation(path, AREA, cache=cache)
    np.testing.assert_array_equal(kept.height_m, first.height_m)
    assert (kept.transform, kept.about, kept.hash) == (first.transform, first.about, first.hash)
    with pytest.raises(TypeError):  # another area is read
        load_elevation(path, (121.4, 31.4, 121.41, 31.41), cache=cache)


def test_what_is_no_geotiff(tmp_path):
    text = tmp_path / "dem.tif"
    text.write_text("heights")
    assert refused(text).endswith("is no TIFF; export it again as a GeoTIFF")
    assert "no such file" in refused(tmp_path / "none.tif")
    cut = write(tmp_path)
    cut.write_bytes(cut.read_bytes()[:600])
    assert "export it again as a GeoTIFF" in refused(cut)


def test_without_a_crs(tmp_path):
    assert "says no CRS, so nobody knows where its cells lie" in refused(write(tmp_path, crs=None))


def test_in_feet(tmp_path):
    import rasterio

    path = write(tmp_path)
    with rasterio.open(path, "r+") as file:
        file.units = ("ft",)
    assert "its heights are in ft, not in metres; convert them" in refused(path)
    with rasterio.open(path, "r+") as file:
        file.units = ("m",)
    assert load_elevation(path, AREA).height_m.shape == (22, 22)
    feet = write(tmp_path, west=980_000, north=200_000, cell=100, crs=US_FEET)
    assert "its CRS is in US survey foot, so its heights may be too" in refused(feet)
    # WGS 84 with heights above the sea in feet.
    vertical = write(tmp_path, crs="EPSG:4326+6360")
    assert "its heights are in US survey foot" in refused(vertical)


def test_a_unit_that_is_neither_feet_nor_metres_is_not_told_to_be_feet(tmp_path):
    import rasterio

    path = write(tmp_path)
    for unit, said in (
        ("cm", "its heights are in cm, not in metres; convert them (feet: "),
        ("米", ""),
    ):
        with rasterio.open(path, "r+") as file:
            file.units = (unit,)
        if said:
            assert said in refused(path)
        else:
            assert load_elevation(path, AREA).height_m.shape == (22, 22)


def test_a_coloured_map_of_heights(tmp_path):
    picture = write(tmp_path, HEIGHTS, dtype="uint8", bands=3, photometric="RGB")
    assert refused(picture).endswith(
        "is a picture, whose band 1 is a colour; name the file of the heights themselves"
    )
    # Heights in more bands than one are no picture: the first counts.
    assert load_elevation(write(tmp_path, bands=3), AREA).height_m[0, 0] == HEIGHTS[9, 9]


def test_all_without_heights(tmp_path):
    path = write(tmp_path, np.full((40, 40), -9999.0), nodata=-9999)
    assert "none of its 484 cells around the area holds a height" in refused(path)


def test_what_cannot_be_heights(tmp_path):
    path = write(tmp_path, np.where(HEIGHTS == 40, -32768, HEIGHTS))
    assert "row 9, column 9: -32768 is no height in metres" in refused(path)


def test_another_place(tmp_path):
    assert "does not reach the area" in refused(write(tmp_path), (10.0, 50.0, 10.1, 50.1))


def test_complex_numbers(tmp_path):
    path = write(tmp_path, HEIGHTS.astype("complex64"), dtype="complex64")
    assert "holds complex numbers, not heights" in refused(path)
