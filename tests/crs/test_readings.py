"""The ways in which the numbers of a table may be read as places near another place."""

import numpy as np
import pytest

from planner import crs
from planner.crs import from_wgs84_lonlat
from planner.crs.readings import list_readings

NANJING = np.array([[118.78, 32.06], [118.80, 32.05], [118.76, 32.07]])
NEAR = (118.78, 32.06)
PORTO_ALEGRE = np.array([[-51.20, -30.05], [-51.19, -30.06], [-51.21, -30.04]])


@pytest.mark.parametrize(
    "datum",
    [
        "EPSG:4326", "GCJ-02", "BD-09",
        "EPSG:4549",  # 3 degrees, central meridian 120
        "EPSG:4528",  # the same, 40 before the easting
        "EPSG:4548",  # 3 degrees, central meridian 117, as EPSG:4509 is with 6 degrees
        "EPSG:4498",  # 6 degrees, 20 before the easting
        "EPSG:32650", "EPSG:3857",
    ],
)  # fmt: skip
@pytest.mark.parametrize("swapped", [False, True])
def test_each_reading_is_found_among_others(datum: str, swapped: bool):
    x, y = from_wgs84_lonlat(*NANJING.T, datum)
    if swapped:
        x, y = y, x
    found = {one.crs: one for one in list_readings(x, y, NEAR)}
    assert found[datum].lonlat == pytest.approx(NANJING, abs=1e-8)
    assert found[datum].swapped == swapped


def test_frames_that_agree_are_one():
    # 3 degrees about 123 and 6 degrees about 123 are one frame
    shanghai = np.array([[121.47, 31.23]])
    x, y = from_wgs84_lonlat(*shanghai.T, "EPSG:4550")
    found = [one.crs for one in list_readings(x, y, (121.47, 31.23))]
    assert "EPSG:4550" in found
    assert "EPSG:4510" not in found


def test_outside_china_nothing_is_called_gcj02():
    x, y = PORTO_ALEGRE.T
    found = list_readings(x, y, (-51.2, -30.05))
    assert [one.crs for one in found] == ["EPSG:4326", "", "", ""]
    assert "as if in China" in found[1].name


def test_metres_of_a_local_grid_are_read_in_no_way():
    x, y = np.array([-1200.0, 3400.0]), np.array([800.0, -15_000.0])
    assert list_readings(x, y, NEAR) == []


def test_places_elsewhere_are_read_in_no_way():
    x, y = PORTO_ALEGRE.T
    assert list_readings(x, y, NEAR) == []


def test_numbers_come_back():
    for datum in ("EPSG:4326", "CGCS2000", "GCJ-02", "BD-09", "EPSG:4549"):
        back = crs.to_wgs84_lonlat(*from_wgs84_lonlat(*NANJING.T, datum), datum)
        assert np.column_stack(back) == pytest.approx(NANJING, abs=1e-8), datum
