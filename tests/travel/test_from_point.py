"""Minutes from one point to every street node."""

import numpy as np
import pandas as pd
import pytest
import shapely

from planner.crs import unproject
from planner.errors import ArgumentError
from planner.plan.profiles import WalkProfile
from planner.travel.from_point import minutes_from
from planner.travel.matrix import travel_time_matrix
from planner.travel.streets import prepare_streets
from tests.cities.drawing import ACCESS, SLANT, WALKER, Drawing, points
from tests.travel.test_matrix import random_town

STREET = "highway=residential"
RIDER = WalkProfile("rider", 6.0, steps_factor=0.0, vehicle="bicycle", push_kmh=3.0)
ASKED = {"profile": WALKER, "access": ACCESS}


@pytest.fixture(scope="module")
def street():
    """1 --400-- 2 --300-- 3 northwards, and an island 8 --100-- 9."""
    nodes = {1: (0, 0), 2: (400, 0), 3: (400, 300), 5: (700, 0), 8: (0, 900), 9: (100, 900)}
    ways = [([1, 2], STREET), ([2, 3], STREET), ([2, 5], STREET), ([8, 9], STREET)]
    return Drawing(nodes, ways).network()


def test_minutes_by_hand(street):
    found = street.minutes_from(points([(100, 20)]), **ASKED)
    off = 20 * SLANT
    expected = {
        1: (100 + off) / 100, 2: (300 + off) / 100, 3: (600 + off) / 100, 5: (600 + off) / 100,
        8: np.inf, 9: np.inf,
    }  # fmt: skip
    assert found.to_dict() == pytest.approx(expected, abs=1e-9)
    assert (found.name, found.index.name) == ("minutes", "node_id")
    assert found.index.tolist() == street.node_id.tolist()


def test_a_bare_point_needs_its_crs(street):
    lonlat = shapely.Point(*unproject([(100, 20)], street.crs)[0])
    found = street.minutes_from(lonlat, crs="EPSG:4326", **ASKED)
    pd.testing.assert_series_equal(
        found, street.minutes_from(points([(100, 20)]), **ASKED), atol=1e-6, rtol=0
    )
    with pytest.raises(ArgumentError, match="point: a bare point has no CRS"):
        street.minutes_from(lonlat)
    with pytest.raises(ArgumentError, match="point has 2 rows; give one point"):
        street.minutes_from(points([(0, 0), (1, 1)]))
    assert np.isinf(street.minutes_from(points([(0, 400)]))).all()  # it joins no street


def test_riders_go_the_way_of_the_street_from_the_point_on():
    """A ring of 4 sides of 500 m, ridden one way round: 5, 10, 15 minutes on."""
    nodes = {1: (0, 0), 2: (500, 0), 3: (500, 500), 4: (0, 500)}
    # Dead ends of a metre keep the corners as nodes.
    nodes |= {10 + k: (x - 1, y - 1) for k, (x, y) in nodes.items()}
    ways = [
        ([1, 2, 3, 4, 1], STREET + " oneway=yes"),
        *(([k, 10 + k], STREET) for k in range(1, 5)),
    ]
    network = Drawing(nodes, ways).network()
    found = network.minutes_from(points([(0, 0)]), profile=RIDER, access=ACCESS)
    assert found[[1, 2, 3, 4]].tolist() == pytest.approx([0, 5, 10, 15], abs=1e-9)


def test_a_walk_ends_on_the_street_without_a_second_leg():
    """4 lies 50 m north of 2, but round the bend it is 300 + 50 + 300 m from there."""
    nodes = {1: (-200, 0), 2: (0, 0), 3: (300, 0), 4: (0, 50), 5: (300, 50), 6: (0, -9)}
    ways = [([1, 2], STREET), ([2, 3, 5, 4], STREET), ([2, 6], STREET)]
    network = Drawing(nodes, ways).network()
    start, end = points([(-200, 0)]), points([(0, 50)])
    assert network.minutes_from(start, **ASKED)[4] == pytest.approx(2.0 + 6.5, abs=1e-9)
    # A place there is gone to straight, from the best point of the street before 2.
    there = travel_time_matrix(network, start, end, **ASKED)["minutes"]
    assert there.tolist() == pytest.approx([2.0 + 0.5 * SLANT], abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("profile", [WALKER, RIDER], ids=lambda p: p.name)
def test_a_place_on_a_node_takes_as_long_or_less(seed, profile):
    network, origins, _ = random_town(seed)
    streets = prepare_streets(network, profile, ACCESS)
    nodes = points(network.xy, index=network.node_id)
    matrix = travel_time_matrix(streets, origins, nodes).to_matrix()
    # Of streets that everybody may use: a place on another may be in nobody's compound.
    public = network.access == "public"
    ends = np.unique(np.concatenate([network.u[public], network.v[public]]))
    same = 0
    for label, row in matrix.iterrows():
        along = minutes_from(streets, origins.loc[[label]]).to_numpy()[ends]
        there = row.to_numpy()[ends]
        assert (there <= along + 1e-9).all()
        same += int((there >= along - 1e-9).sum())
    assert same > 0.5 * matrix.shape[0] * len(ends)  # mostly it is the same walk
