"""What a caller hands in: each fault names argument, row and remedy; what can be converted is."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from planner.crs import WGS84, unproject, wgs84_to_gcj02
from planner.errors import ArgumentError, PlannerError
from planner.plan.profiles import PROFILES
from planner.travel.checked_numbers import check_cutoff, check_cutoffs
from planner.travel.points import flags_of, labels_of, point_of, points_of, profile_of
from tests.cities.drawing import Drawing, points

#: In the network's CRS.
HERE = np.array([[0.0, 0.0], [500.0, 20.0]])


@pytest.fixture(scope="module")
def network():
    """a --1000-- b"""
    return Drawing({1: (0.0, 0.0), 2: (1000.0, 0.0)}, [([1, 2], "highway=residential")]).network()


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:4490", "EPSG:4547", "EPSG:32650"])
@pytest.mark.parametrize("kind", [lambda layer: layer, lambda layer: layer.geometry])
def test_a_layer_is_converted_from_any_crs(network, crs, kind):
    there = kind(points(HERE).to_crs(crs))
    # Of these none is shifted against WGS-84 by more than the grid of the web's Mercator rounds.
    assert points_of(there, network, "demand") == pytest.approx(HERE, abs=0.01)


def test_a_layer_in_the_frame_of_the_network_is_taken_as_it_stands(network):
    assert (points_of(points(HERE), network, "demand") == HERE).all()
    assert points_of(points([]), network, "demand").shape == (0, 2)


def test_a_bare_point_needs_its_crs(network):
    lonlat = unproject(HERE[1:], network.crs)[0]
    point = shapely.Point(*lonlat)
    assert point_of(point, network, "a", crs="EPSG:4326") == pytest.approx(HERE[1], abs=1e-6)
    assert point_of(points(HERE[1:]), network, "a").tolist() == HERE[1].tolist()
    with pytest.raises(ArgumentError, match=r"a: a bare point has no CRS; give gpd.GeoSeries"):
        point_of(point, network, "a")
    with pytest.raises(ArgumentError, match="a has 2 rows; give one point"):
        point_of(points(HERE), network, "a")


def test_a_point_of_a_chinese_web_map_is_shifted_back(network):
    lon, lat = unproject(HERE[1:], network.crs)[0]
    shifted = shapely.Point(*(float(value[0]) for value in wgs84_to_gcj02([lon], [lat])))
    assert point_of(shifted, network, "a", crs="GCJ-02") == pytest.approx(HERE[1], abs=0.05)
    # 500 m is what this datum is off by, about: taken for WGS-84 the point lies elsewhere.
    assert np.hypot(*(point_of(shifted, network, "a", crs=WGS84) - HERE[1])) > 300


def with_shape(shape):
    return gpd.GeoDataFrame(
        geometry=[shapely.Point(0, 0), shape], index=["A", "B"], crs=points([]).crs
    )


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (None, "demand, row 'B': no geometry; drop it with dropna"),
        (shapely.Point(), "demand, row 'B': an empty geometry; drop it"),
        (shapely.box(0, 0, 9, 9), "demand, row 'B': a Polygon, not a Point; take a point of it"),
        (shapely.MultiPoint([(0, 0)]), "demand, row 'B': a MultiPoint, not a Point"),
        (shapely.Point(np.nan, 1), "demand, row 'B': (a coordinate is not a number|an empty geom)"),
        (shapely.Point(np.inf, 1), "demand, row 'B': a coordinate is not a number; mend it"),
        (shapely.Point(9e6, 31.4), "demand, row 'B': .* km from the streets; check its CRS"),
    ],
)
def test_a_row_without_a_usable_point_is_named(network, shape, message):
    with pytest.raises(ArgumentError, match=message) as fault:
        points_of(with_shape(shape), network, "demand")
    assert isinstance(fault.value, PlannerError)
    assert isinstance(fault.value, ValueError)
    assert "\n" not in str(fault.value)


def test_degrees_that_are_called_metres_are_noticed():
    nodes = {1: (350_000.0, 50_000.0), 2: (351_000.0, 50_000.0)}
    network = Drawing(nodes, [([1, 2], "highway=residential")]).network()
    layer = points([(350_000, 50_000), (121.48, 31.4)])
    # It is 353 km from the streets: not too far for metres, but too near to the frame's origin.
    with pytest.raises(ArgumentError, match=r"row 1: \(121.48, 31.4\) looks like degrees"):
        points_of(layer, network, "demand")
    assert len(points_of(points([(121.48, 31.4)]), network.crs, "demand")) == 1


def test_several_bad_rows_are_counted(network):
    layer = gpd.GeoSeries([None, shapely.Point(0, 0), None], crs=points([]).crs)
    with pytest.raises(ArgumentError, match=r"demand, row 0: no geometry \(2 rows in all\); drop"):
        points_of(layer, network, "demand")


def test_what_no_crs_holds_is_named(network):
    swapped = gpd.GeoSeries([shapely.Point(31.4, 121.48)], crs=WGS84)
    with pytest.raises(ArgumentError, match=r"is no place in EPSG:4326; .*x is the longitude"):
        points_of(swapped, network, "demand")
    metres = gpd.GeoSeries([shapely.Point(350_000, 3_450_000)], crs=WGS84)
    with pytest.raises(ArgumentError, match=r"is no place in EPSG:4326|km from the streets"):
        points_of(metres, network, "demand")


@pytest.mark.parametrize(
    ("places", "crs", "message"),
    [
        ([shapely.Point(0, 0)], None, "demand is a list; give a GeoSeries or GeoDataFrame"),
        (pd.DataFrame({"lon": [1.0]}), None, "demand is a DataFrame; give a GeoSeries"),
        (shapely.box(0, 0, 1, 1), "EPSG:4326", "demand is a Polygon; give a GeoSeries"),
        (gpd.GeoDataFrame({"a": [1]}), None, "demand has no column of geometry"),
        (gpd.GeoSeries([shapely.Point(0, 0)]), None, "demand has no CRS; set the one"),
        (points(HERE), "EPSG:4326", "demand has a CRS of its own; leave out crs"),
        (shapely.Point(0, 0), "Mars", "coordinates in 'Mars' cannot be brought to .*; give"),
    ],
)
def test_what_is_no_layer_of_points_is_refused(network, places, crs, message):
    with pytest.raises(ArgumentError, match=message):
        points_of(places, network, "demand", crs=crs)


def test_labels_stand_once():
    assert labels_of(points(HERE, index=["甲", "乙"]), "sites").tolist() == ["甲", "乙"]
    assert labels_of(shapely.Point(0, 0), "sites").tolist() == [0]
    with pytest.raises(ArgumentError, match="sites: the label '甲' stands twice in the index"):
        labels_of(points(HERE, index=["甲", "甲"]), "sites")
    with pytest.raises(ArgumentError, match="sites: row number 1 has no label in the index"):
        labels_of(points(HERE, index=["甲", None]), "sites")
    with pytest.raises(ArgumentError, match="sites: the label 3 stands twice"):
        points_of(points(HERE, index=[3, 3]), points([]).crs, "sites", labelled=True)


def test_flags_stand_beside_their_points():
    layer = points(HERE, index=["A", "B"])
    assert flags_of(None, layer, "closed", "facilities").tolist() == [False, False]
    for flags in ([True, False], np.array([True, False]), pd.Series([True, False], layer.index)):
        assert flags_of(flags, layer, "closed", "facilities").tolist() == [True, False]
    for flags, message in [
        (pd.Series([True, False]), "closed has another index than facilities; reindex"),
        ([True], r"closed has the shape \(1,\), but facilities has 2 rows"),
        ([True, None], "closed: None is neither True nor False"),
        ([1, 0], "closed: 1 is neither True nor False"),
    ]:
        with pytest.raises(ArgumentError, match=message):
            flags_of(flags, layer, "closed", "facilities")


@pytest.mark.parametrize("cutoffs", [15, 15.0, np.float64(15), [15], (15,), np.array([15.0])])
def test_a_number_is_a_list_of_one(cutoffs):
    assert check_cutoffs(cutoffs) == (15.0,)
    assert check_cutoff(cutoffs) == 15.0


@pytest.mark.parametrize(
    ("cutoffs", "message"),
    [
        ([], "cutoffs_minutes is empty; give minutes"),
        ([5, np.nan], "cutoffs_minutes: nan is no number of minutes"),
        (np.inf, "cutoffs_minutes: inf is no number of minutes"),
        ([-5, 5], "cutoffs_minutes: -5 will not do; give minutes of at least 0"),
        ([10, 5], "cutoffs_minutes: 5 comes after 10; let them ascend"),
        ([5, 5], "cutoffs_minutes: 5 stands twice; give it once"),
        ("15", "cutoffs_minutes: '15' is no number of minutes"),
        (["five"], "cutoffs_minutes: 'five' is no number of minutes"),
        (True, "cutoffs_minutes: True is no number of minutes"),
        (None, "cutoffs_minutes: None is no number of minutes"),
        ([[5, 10]], "cutoffs_minutes: .5, 10. is no number of minutes"),
    ],
)
def test_cutoffs_that_cannot_be_meant(cutoffs, message):
    with pytest.raises(ArgumentError, match=message):
        check_cutoffs(cutoffs)


def test_a_cutoff_of_no_time_is_refused_where_nothing_can_be_drawn():
    assert check_cutoffs([0, 5]) == (0.0, 5.0)
    with pytest.raises(ArgumentError, match="0 will not do; give minutes above 0"):
        check_cutoffs([0, 5], above_zero=True)
    with pytest.raises(ArgumentError, match="cutoff_minutes has 2 values; give one number"):
        check_cutoff([5, 10])


def test_profiles_go_by_value_and_by_name():
    assert profile_of(None) is None
    assert profile_of("elderly") is profile_of(PROFILES["elderly"]) is PROFILES["elderly"]
    with pytest.raises(ArgumentError, match=r"unknown profile 'Elderly'; did you mean elderly\?"):
        profile_of("Elderly")
    with pytest.raises(ArgumentError, match="profile is a float; give a WalkProfile or one of ad"):
        profile_of(4.0)
