"""The path of a walk: as long as its minutes say, from door to door, along the streets."""

import re
from dataclasses import replace

import numpy as np
import pytest
import shapely
from matplotlib.figure import Figure

import planner
from planner.crs import WGS84
from planner.errors import ArgumentError
from planner.travel.routes import route
from tests.cities.drawing import ACCESS, WALKER, Drawing, minutes_matrix, points
from tests.judge.test_engine import random_drawing

STREET = "highway=residential"
STRAIGHT = "metres in a straight line"


def walk(network, a, b, access=ACCESS, profile=WALKER):
    ends = shapely.Point(a), shapely.Point(b)
    return route(network, *ends, crs=network.crs, profile=profile, access=access)


@pytest.fixture
def corner():
    """1 --300-- 2, and up --400-- 3; a short way 2 - 4 - 3 does not exist."""
    nodes = {1: (0, 0), 2: (300, 0), 3: (300, 400), 4: (900, 0)}
    return Drawing(nodes, [([1, 2], STREET), ([2, 3], STREET), ([2, 4], STREET)]).network()


def test_a_route_over_a_corner(corner):
    found = walk(corner, (0, 0), (300, 400))
    assert found.kind == "streets"
    assert found.minutes == pytest.approx(7.0, abs=1e-9)
    assert found.length_m == pytest.approx(700, abs=1e-6)
    assert found.straight_m == pytest.approx(500, abs=1e-9)
    assert found.geometry.equals(shapely.LineString([(0, 0), (300, 0), (300, 400)]))
    assert len(set(found.edges)) == 2


def test_the_kinds_of_route(corner):
    assert walk(corner, (0, 30), (290, -20)).kind == "one edge"
    assert walk(corner, (0, 90), (10, 90)).kind == "direct"
    assert walk(corner, (100, 60), (140, -60)).kind == "one street point"
    nowhere = walk(corner, (0, 0), (0, 5000))
    assert (nowhere.kind, nowhere.minutes, nowhere.geometry) == ("none", np.inf, None)
    assert nowhere.edges == ()


def test_a_point_that_cannot_be_meant(corner):
    here = shapely.Point(0, 0)
    for a, b, said, message in [
        (shapely.Point(), here, {"crs": corner.crs}, "a, row 0: an empty geometry"),
        (here, here, {}, "a: a bare point has no CRS; give"),
        (here, shapely.Point(np.nan, 0), {"crs": corner.crs}, "b, row 0: a coordinate is not"),
        (here, points([(0, 0), (1, 1)]), {"crs": corner.crs}, "b has 2 rows; give one point"),
        (here, shapely.Point(3e6, 0), {"crs": corner.crs}, "b, row 0: .* km from the streets"),
        ((0, 0), here, {"crs": corner.crs}, "a is a tuple; give a GeoSeries"),
        (here, here, {"crs": corner.crs, "profile": "dog"}, "profile: unknown profile 'dog'"),
    ]:
        with pytest.raises(ArgumentError, match=message):
            route(corner, a, b, **said)


def test_a_route_between_points_in_degrees(corner):
    """It once took degrees for metres, and answered 0.00018 minutes."""
    ends = points([(0, 0), (300, 400)])
    in_degrees = ends.to_crs(WGS84)
    asked = {"profile": WALKER, "access": ACCESS}
    a, b = in_degrees.geometry
    bare = route(corner, a, b, crs="EPSG:4326", **asked)
    layers = route(corner, in_degrees.iloc[:1], ends.geometry.iloc[1:], **asked)
    for found in (bare, layers):
        assert found.minutes == pytest.approx(7.0, abs=1e-6)
        line = found.geometry.simplify(0.01)
        assert line.equals_exact(shapely.LineString([(0, 0), (300, 0), (300, 400)]), 0.001)
    mixed = route(corner, a, ends.iloc[1:], crs="EPSG:4326", **asked)
    assert mixed.minutes == pytest.approx(7.0, abs=1e-6)


def test_a_route_prints_itself_shortly_and_is_a_layer(corner):
    found = walk(corner, (0, 0), (300, 400))
    assert repr(found) == "Route(7.0 min, 700 m, streets)"
    layer = found.to_layer()
    assert (len(layer), layer.crs) == (1, corner.crs)
    assert layer["minutes"].tolist() == [found.minutes]
    assert layer.geometry.iloc[0].equals(found.geometry)
    nowhere = walk(corner, (0, 0), (0, 5000))
    assert repr(nowhere) == "Route(no path, 5,000 m in a straight line)"
    assert nowhere.to_layer().geometry.isna().all()


def minutes_along(found, network, profile, access):
    """Add up a route again: two legs at its ends, and streets between."""
    xy = shapely.get_coordinates(found.geometry)
    metres = np.hypot(*np.diff(xy, axis=0).T)
    leg_pace = access.detour / profile.speed_m_per_min
    if found.kind in ("direct", "one street point"):
        return metres.sum() * leg_pace
    legs = (metres[0] + metres[-1]) * leg_pace
    edges = network.lines[list(found.edges)]
    pace = network.minutes_per_metre(profile)[list(found.edges)]
    streets = 0.0
    for start, end, length in zip(xy[1:-2], xy[2:-1], metres[1:-1], strict=True):
        if length > 1e-9:  # the edge on which this piece lies
            on = shapely.distance(edges[:, None], shapely.points([start, end])[None, :]).max(axis=1)
            assert on.min() < 1e-6
            streets += length * pace[on < 1e-6].min()
    return legs + streets


@pytest.mark.parametrize("seed", range(12))
def test_routes_on_random_networks(seed):
    drawing, places, walker, rules = random_drawing(seed)
    network = drawing.network()
    expected = minutes_matrix(network, places[:12], places[:12], walker, rules)
    for i, j in zip(*np.triu_indices(12, k=1), strict=True):
        found = walk(network, places[i], places[j], rules, walker)
        assert found.minutes == pytest.approx(expected[i, j], abs=1e-9)
        if found.geometry is not None:
            ends = shapely.get_coordinates(found.geometry)[[0, -1]]
            assert ends == pytest.approx(places[[i, j]], abs=1e-9)
            again = minutes_along(found, network, walker, rules)
            assert again == pytest.approx(found.minutes, abs=1e-6)


def test_a_route_shows_itself():
    """H1 lives 400 m along one street from F1, 6 minutes of 66.7 m."""
    town = planner.load_example()
    home, hall = town.people.loc[["H1"]], town.facilities.loc[["F1"]]
    walk = planner.route(town.network, home, hall)
    markup = walk._repr_html_()
    assert re.findall(r"<th>(.+)</th>", markup) == ["minutes", "metres", STRAIGHT, "way"]
    assert re.findall(r"<td>(.+)</td>", markup) == ["6.0", "400", "400", "one edge"]
    assert "<b>" not in replace(walk, kind="<b>")._repr_html_()
    figure = Figure()
    axes = figure.add_subplot()
    axes.set_xlabel("credit")
    assert walk.plot(ax=axes) is axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("credit", "")
    (x1, y1), (x2, y2) = (line.get_xydata()[0] for line in axes.lines[-2:])
    assert np.hypot(x2 - x1, y2 - y1) == pytest.approx(400, abs=0.5)
    nowhere = replace(walk, minutes=np.inf, length_m=np.inf, geometry=None, kind="none")
    assert "no path" in nowhere._repr_html_()
    assert re.findall(r"<th>(.+)</th>", nowhere._repr_html_()) == [STRAIGHT]
    with pytest.raises(ArgumentError, match="no path, so there is nothing to draw"):
        nowhere.plot(ax=axes)
