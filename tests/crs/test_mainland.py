"""Where the datums of China's web maps are shifted: by outline, not by rectangle."""

import numpy as np
import pytest

from planner import crs

# Read off public maps: places that face each other across a border, and some far from any.
INSIDE = {
    "Shenzhen, Luohu": (114.118, 22.533),
    "Zhuhai, Gongbei": (113.550, 22.222),
    "Zhuhai, Hengqin": (113.530, 22.140),
    "Dandong": (124.385, 40.125),
    "Hekou": (103.955, 22.515),
    "Khorgos": (80.420, 44.210),
    "Manzhouli": (117.440, 49.600),
    "Xiamen": (118.090, 24.480),
    "Heihe": (127.500, 50.245),
    "Suifenhe": (131.150, 44.400),
    "Ruili": (97.850, 24.010),
    "Yanji": (129.500, 42.900),
    "Haikou": (110.350, 20.020),
    "Zhoushan": (122.200, 30.000),
    "Shanghai, Baoshan": (121.490, 31.400),
    "Shanghai, Chongming": (121.400, 31.630),
    "the Yangtze off Baoshan": (121.560, 31.470),
    "Nanjing": (118.780, 32.060),
    "Lhasa": (91.100, 29.650),
    "Urumqi": (87.600, 43.800),
}
OUTSIDE = {
    "Hong Kong, Lo Wu": (114.113, 22.524),
    "Hong Kong, Sheung Shui": (114.128, 22.502),
    "Hong Kong, Central": (114.158, 22.281),
    "Macau, at the gate": (113.549, 22.213),
    "Macau": (113.543, 22.195),
    "Sinuiju": (124.400, 40.100),
    "Lao Cai": (103.965, 22.495),
    "Zharkent": (80.000, 44.170),
    "Zabaikalsk": (117.330, 49.650),
    "Kinmen": (118.320, 24.435),
    "Matsu": (119.930, 26.160),
    "Blagoveshchensk": (127.530, 50.270),
    "Muse": (97.905, 23.980),
    "Taipei": (121.560, 25.040),
    "Hanoi": (105.850, 21.030),
    "Ulaanbaatar": (106.900, 47.900),
    "Seoul": (126.980, 37.560),
    "Kathmandu": (85.320, 27.710),
    "Porto Alegre": (-51.200, -30.050),
    "Helsinki": (24.940, 60.170),
}


@pytest.mark.parametrize("place", INSIDE)
def test_in_the_mainland_places_are_shifted(place: str):
    lon, lat = INSIDE[place]
    assert crs.is_in_mainland(np.array([lon]), np.array([lat])).tolist() == [True]
    assert crs.wgs84_to_gcj02(lon, lat) != (lon, lat)


@pytest.mark.parametrize("place", OUTSIDE)
def test_elsewhere_nothing_is_shifted(place: str):
    lon, lat = OUTSIDE[place]
    assert crs.wgs84_to_gcj02(lon, lat) == (lon, lat)
    # A place in Macau at most 600 m from Zhuhai has the numbers of one in Zhuhai too.
    if place not in {"Macau, at the gate"}:
        for datum in ("GCJ-02", "BD-09"):
            assert crs.to_wgs84_lonlat(lon, lat, datum) == (lon, lat)


def test_no_number_lies_nowhere():
    assert crs.is_in_mainland(np.array([np.nan, 121.4]), np.array([31.4, np.inf])).tolist() == [
        False, False,
    ]  # fmt: skip


def test_shifted_anywhere_on_request():
    lon, lat = OUTSIDE["Porto Alegre"]
    there = crs.wgs84_to_gcj02(lon, lat, anywhere=True)
    assert np.hypot(there[0] - lon, there[1] - lat) > 1e-3
    assert crs.gcj02_to_wgs84(*there, anywhere=True) == pytest.approx((lon, lat), abs=1e-9)
