"""Datums and the metric frame."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from planner import crs
from planner.errors import CrsError

china_lon = st.floats(74, 135)
china_lat = st.floats(4, 53.5)


def test_shanghai_is_measured_in_utm_51():
    assert crs.metric_crs_at(121.4, 31.4).to_epsg() == 32651
    assert crs.metric_crs_at(-51.2, -30.05).to_epsg() == 32722


@pytest.mark.parametrize(("lon", "lat"), [(181, 0), (0, 85), (float("nan"), 0), (31.4, 121.4)])
def test_a_place_without_a_frame_is_refused(lon: float, lat: float):
    with pytest.raises(CrsError, match="no metric frame at longitude"):
        crs.metric_crs_at(lon, lat)


def test_a_degree_along_the_central_meridian_has_its_length():
    # UTM scales its central meridian by 0.9996; a degree of WGS-84 meridian around 31° is
    # 111,132.95 - 559.82 cos 62° + 1.18 cos 124° = 110,869.5 m
    frame = crs.metric_crs_at(123.0, 31.0)
    low, high = crs.project([123.0, 123.0], [30.5, 31.5], frame)
    assert high[0] - low[0] == pytest.approx(0, abs=1e-6)
    assert high[1] - low[1] == pytest.approx(110_869.5 * 0.9996, abs=0.1)


@settings(max_examples=20)  # looking a zone up takes long
@given(lon=st.floats(-179, 179), lat=st.floats(-79, 79))
def test_unproject_undoes_project(lon: float, lat: float):
    frame = crs.metric_crs_at(lon, lat)
    back = crs.unproject(crs.project(lon, lat, frame), frame)
    assert back.shape == (1, 2)
    assert back[0] == pytest.approx([lon, lat], abs=1e-8)


def test_layers_are_moved_and_guarded():
    layer = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(121.4, 31.4)], crs="EPSG:4326")
    with pytest.raises(CrsError, match="stops is in EPSG:4326, not in metres; use to_metric"):
        crs.require_metric(layer, "stops")
    metric = crs.to_metric(layer, crs.metric_crs_at(121.4, 31.4))
    crs.require_metric(metric, "stops")
    assert crs.to_wgs84(metric).geometry[0].distance(layer.geometry[0]) < 1e-9
    assert layer.crs.to_epsg() == 4326
    with pytest.raises(CrsError, match="stops is in EPSG:3857, whose metres are stretched"):
        crs.require_metric(layer.to_crs(3857), "stops")
    bare = gpd.GeoDataFrame(geometry=[Point(0, 0)])
    for refuse in (crs.to_wgs84, lambda bare: crs.require_metric(bare, "layer")):
        with pytest.raises(CrsError, match=r"layer has no CRS; set the one it was made in"):
            refuse(bare)


def test_a_projected_layer_in_feet_is_refused():
    layer = gpd.GeoDataFrame(geometry=[Point(0, 0)], crs="EPSG:2263")
    with pytest.raises(CrsError, match="not in metres"):
        crs.require_metric(layer, "stops")


def lies_well_inside_or_outside(lon: float, lat: float) -> bool:
    """Within some hundred metres of the outline a place on Earth has two names or none."""
    turns = [(0.02, 0), (-0.02, 0), (0, 0.02), (0, -0.02)]
    around = [bool(crs.is_in_mainland(lon + x, lat + y)) for x, y in turns]
    return len(set(around)) == 1


@pytest.mark.parametrize("anywhere", [False, True])
@given(lon=china_lon, lat=china_lat)
def test_gcj02_goes_there_and_back(anywhere: bool, lon: float, lat: float):
    if not anywhere:
        assume(lies_well_inside_or_outside(lon, lat))
    shifted = crs.wgs84_to_gcj02(lon, lat, anywhere=anywhere)
    back = crs.gcj02_to_wgs84(*shifted, anywhere=anywhere)
    assert np.abs(np.subtract(back, (lon, lat))).max() < 1e-9


@given(lon=china_lon, lat=china_lat)
def test_bd09_goes_there_and_back(lon: float, lat: float):
    shifted = crs.gcj02_to_bd09(lon, lat, anywhere=True)
    back = crs.bd09_to_gcj02(*shifted, anywhere=True)
    assert np.abs(np.subtract(back, (lon, lat))).max() < 1e-9


@given(lon=china_lon, lat=china_lat)
def test_the_shift_is_some_hundred_metres(lon: float, lat: float):
    shifted = crs.wgs84_to_gcj02(lon, lat, anywhere=True)
    assert 1e-5 < np.abs(np.subtract(shifted, (lon, lat))).max() < 0.02


def test_outside_china_nothing_is_shifted():
    lon, lat = np.array([-51.2, 24.94]), np.array([-30.05, 60.17])
    for shift in (crs.wgs84_to_gcj02, crs.gcj02_to_wgs84):
        assert np.array_equal(shift(lon, lat), (lon, lat))


def test_the_published_example_of_both_shifts():
    # Tiananmen as the common conversion libraries (coordtransform, eviltransform) give it
    assert crs.wgs84_to_gcj02(116.404, 39.915) == pytest.approx(
        (116.41024449916938, 39.91640428150164), abs=1e-9
    )
    assert crs.gcj02_to_bd09(116.404, 39.915) == pytest.approx(
        (116.41036949371029, 39.92133699351021), abs=1e-9
    )


@pytest.mark.parametrize("datum", ["EPSG:4326", "CGCS2000", "EPSG:4490", "wgs84", "cgcs-2000"])
def test_datums_that_are_wgs84_change_nothing(datum: str):
    lon, lat = crs.to_wgs84_lonlat([121.4], [31.4], datum)
    assert (lon[0], lat[0]) == (121.4, 31.4)


def test_every_datum_comes_back_to_the_same_place():
    lon, lat = np.array([121.4, 121.5]), np.array([31.3, 31.4])
    gcj = crs.wgs84_to_gcj02(lon, lat)
    metres = crs.project(lon, lat, crs.metric_crs_at(121.4, 31.4))
    told = {
        "GCJ-02": gcj,
        "bd09": crs.gcj02_to_bd09(*gcj),
        "EPSG:32651": (metres[:, 0], metres[:, 1]),
    }
    for datum, (x, y) in told.items():
        assert np.allclose(crs.to_wgs84_lonlat(x, y, datum), (lon, lat), rtol=0, atol=1e-9), datum


def test_no_points_stay_no_points():
    lon, lat = crs.to_wgs84_lonlat([], [], "GCJ-02")
    assert len(lon) == len(lat) == 0


def test_an_unknown_datum_names_the_known():
    with pytest.raises(CrsError, match="unknown crs 'mars'; give EPSG:4326, GCJ-02, BD-09"):
        crs.to_wgs84_lonlat([0.0], [0.0], "mars")


def test_the_district_in_gcj02_fits_once_converted(shared_data: Path):
    """SOURCES.md: raw it overlaps the land of OSM by 0.884, converted by 0.954."""
    frame = crs.metric_crs_at(121.4, 31.4)
    towns = gpd.read_file(shared_data / "baoshan" / "towns.geojson")
    land = crs.to_metric(towns, frame).union_all()
    raw = gpd.read_file(shared_data / "baoshan" / "district_gcj02.geojson").geometry.iloc[0]
    converted = shapely.transform(
        raw, lambda points: np.column_stack(crs.gcj02_to_wgs84(points[:, 0], points[:, 1]))
    )
    layer = gpd.GeoDataFrame(geometry=[raw, converted], crs="EPSG:4326")
    shares = [
        outline.intersection(land).area / outline.union(land).area
        for outline in crs.to_metric(layer, frame).geometry
    ]
    assert shares == pytest.approx([0.884, 0.954], abs=5e-4)


@pytest.mark.parametrize("datum", ["EPSG:4326", "CGCS2000", "GCJ-02", "BD-09", "EPSG:32651"])
def test_the_way_back_to_a_datum(datum: str):
    lon, lat = np.array([121.4, 116.3]), np.array([31.3, 39.9])
    there = crs.from_wgs84_lonlat(lon, lat, datum)
    assert np.allclose(crs.to_wgs84_lonlat(*there, datum), (lon, lat), rtol=0, atol=1e-8)


def test_the_way_back_to_nowhere():
    with pytest.raises(CrsError, match="fit it to control points"):
        crs.from_wgs84_lonlat([0.0], [0.0], "local")


@pytest.mark.parametrize(
    ("datum", "known"),
    [
        ("EPSG:4326", True), ("GCJ-02", True), ("EPSG:4549", True), ("EPSG:32651", True),
        ("EPSG:2384", False), ("EPSG:4610", False),  # Xian 1980: PROJ has no way to WGS-84
        ("EPSG:2437", False),  # Beijing 1954 has some on the coast, not at Nanjing
    ],
)  # fmt: skip
def test_whether_the_way_to_wgs84_is_known(datum: str, known: bool):
    assert crs.is_shift_known(datum, 118.78, 32.06) == known


def test_the_grid_of_another_country_has_its_way():
    assert crs.is_shift_known("EPSG:2326", 114.2, 22.3)  # Hong Kong 1980
