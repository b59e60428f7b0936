"""The metric frame: true to 0.04 %, moved by nothing far off; longitudes on one sheet."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod
from shapely.geometry import box

from planner.crs import project, to_wgs84
from planner.crs.frame import (
    MAX_STRETCH,
    choose_frame,
    cut_to,
    find_bounds,
    find_west_end,
    holds,
    measure_stretch,
    move_shape_to_sheet,
    move_to_sheet,
    shape_to_metric,
    wrap_longitude,
)
from planner.errors import CrsError


def square(lon, lat, half=0.05):
    """Return the corners of a square of degrees."""
    return np.array([(lon + x, lat + y) for x in (-half, half) for y in (-half, half)])


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [(121.4, 31.4, 32651), (-51.2, -30.05, 32722), (24.94, 60.17, 32635), (5.5, 60.4, 32631)],
)
def test_most_cities_are_measured_in_their_utm_zone(lon, lat, code):
    assert choose_frame(square(lon, lat)).to_epsg() == code


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(102.0, 0.5), (-78.0, -0.2), (180.0, -16.8), (-179.99, -16.8), (174.0, 1.0), (0.0, 5.6)],
)
def test_at_the_edge_of_a_zone_near_the_equator_it_is_centred_on_the_data(lon, lat):
    places = square(lon, lat)
    crs = choose_frame(np.column_stack([(places[:, 0] + 180) % 360 - 180, places[:, 1]]))
    assert crs.to_epsg() is None
    # a kilometre east and one north, measured on the ellipsoid
    for azimuth in (0.0, 90.0):
        end = Geod(ellps="WGS84").fwd(lon, lat, azimuth, 1000.0)
        a, b = project([lon, end[0]], [lat, end[1]], crs)
        assert np.hypot(*(b - a)) == pytest.approx(1000, rel=1e-5)
    # UTM itself: 0.9996 x (1 + (3 degrees in radians)^2 / 2) = 1.00097 at the equator
    utm = CRS.from_epsg(32648)
    assert measure_stretch(utm, (102.0, 0.45, 102.1, 0.55)) == pytest.approx(0.00098, abs=2e-5)


def test_a_place_far_off_does_not_move_it():
    city = np.vstack([square(121.4, 31.4, half) for half in (0.01, 0.02, 0.03)])
    assert choose_frame(city).to_epsg() == 32651
    for far in [(118.0, 31.0), (124.9, 35.0), (121.4, 45.0)]:
        crs = choose_frame(np.vstack([city, [far]]))
        west, south, east, north = find_bounds(city)
        assert measure_stretch(crs, (west, south, east, north)) <= MAX_STRETCH + 1e-6, far


def test_a_wide_land_is_true_everywhere_while_it_can_be():
    # 1.6 degrees to both sides are 178 km: 1 + (178 / 6378)^2 / 2 = 1.00039
    assert measure_stretch(choose_frame(square(100.5, 0, 1.6)), (98.9, -1, 102.1, 1)) < MAX_STRETCH
    # 2.2 degrees are 245 km: 1.00074, but 0.9996 of it at the most
    assert (
        measure_stretch(choose_frame(square(101.0, 0, 2.2)), (98.8, -2, 103.2, 2))
        < MAX_STRETCH + 1e-6
    )
    assert measure_stretch(choose_frame(square(101.0, 0, 2.9)), (98.1, -2, 103.9, 2)) > MAX_STRETCH


def test_near_a_pole_there_is_no_frame():
    with pytest.raises(CrsError, match="no metric frame at longitude"):
        choose_frame(square(20, 86))


def test_a_frame_can_be_written_down_and_read_again():
    crs = choose_frame(square(102.0, 0.5))
    assert CRS.from_user_input(crs.to_string()) == crs
    assert CRS.from_wkt(crs.to_wkt()) == crs


def test_the_shortest_stretch_of_longitudes_begins_west():
    assert find_west_end(np.array([121.4, 121.2, 121.9])) == 121.2
    assert find_west_end(np.array([179.9, -179.8, 179.95])) == pytest.approx(179.9)
    assert find_west_end(np.array([-170.0, 10.0])) == -170.0
    lon = np.array([179.9, -179.8, 180.0, -180.0])
    assert move_to_sheet(lon, 179.9).tolist() == [179.9, pytest.approx(180.2), 180.0, 180.0]
    same = np.array([121.41234567891234])
    assert move_to_sheet(same, 121.0)[0] == same[0]  # to the last bit
    assert wrap_longitude(180.2) == pytest.approx(-179.8)


def test_parts_on_both_sides_of_180_degrees_grow_together():
    parts = shapely.MultiPolygon([box(179.9, -17, 180, -16.9), box(-180, -17, -179.9, -16.9)])
    whole = move_shape_to_sheet(parts, 179.9)
    assert whole.geom_type == "Polygon"
    assert whole.bounds == pytest.approx((179.9, -17, 180.1, -16.9))
    apart = shapely.MultiPolygon([box(1, 1, 2, 2), box(3, 1, 4, 2)])
    assert move_shape_to_sheet(apart, 1.0) is apart
    assert cut_to(box(-180, -90, 180, 90), (179, -1, 181, 1)).bounds == (179, -1, 181, 1)


def test_shapes_that_cross_180_degrees_do_not_lead_round_the_earth():
    crs = choose_frame(np.array([(179.99, -17.0), (-179.99, -16.9)]))
    shape = shape_to_metric(box(179.9, -17, 180.1, -16.9), crs)
    layer = gpd.GeoDataFrame(geometry=[shape, shape.centroid], crs=crs)
    back = to_wgs84(layer).geometry
    assert back[0].bounds == pytest.approx((179.9, -17, 180.1, -16.9), abs=1e-6)
    assert abs(back[1].x) <= 180


def test_what_lies_on_a_border_is_held():
    shape = box(0, 0, 1000, 1000)
    xy = np.array([(500, 1000.0), (500, 1000.9), (500, 1001.1), (np.inf, np.nan), (0, 0)])
    assert holds(shape, xy).tolist() == [True, True, False, False, True]
    assert holds(shape, xy, 0.0).tolist() == [True, False, False, False, True]
