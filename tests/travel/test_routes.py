"""The path of a walk: as long as its minutes say, from door to door, along the streets."""

import numpy as np
import pytest
import shapely

from planner.errors import NetworkError
from planner.travel.routes import route
from tests.cities.drawing import ACCESS, WALKER, Drawing, minutes_matrix
from tests.judge.test_engine import random_drawing

STREET = "highway=residential"


def walk(network, a, b, access=ACCESS, profile=WALKER):
    return route(network, shapely.Point(a), shapely.Point(b), profile=profile, access=access)


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


def test_a_point_without_coordinates(corner):
    with pytest.raises(NetworkError, match="two points with coordinates"):
        route(corner, shapely.Point(), shapely.Point(0, 0))


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
