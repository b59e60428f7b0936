"""The second nearest facility, against the whole matrix."""

import numpy as np
import pytest
from hypothesis import given

from planner.travel.access import join
from planner.travel.minutes import nearest_minutes, second_minutes
from planner.travel.streets import prepare_streets
from tests.cities.drawing import ACCESS, WALKER, Drawing, minutes_matrix
from tests.samples import examples
from tests.travel.test_properties import drawings, rules, spots, walkers


def second(network, facilities, units, walker=WALKER, access=ACCESS):
    """Return nearest, and minutes and position of the second nearest."""
    streets = prepare_streets(network, walker, access)
    origins, targets = (
        join(streets, np.array(xy, dtype=float).reshape(-1, 2)) for xy in (facilities, units)
    )
    _, nearest = nearest_minutes(streets, origins, targets)
    return nearest, *second_minutes(streets, origins, targets, nearest)


@examples(25, whole=60)
@given(drawings(), spots, spots, rules, walkers)
def test_it_is_the_least_of_all_others(drawing, facilities, units, access, walker):
    network = drawing.network()
    nearest, minutes, position = second(network, facilities, units, walker, access)
    matrix = minutes_matrix(network, facilities, units, walker, access)
    for unit, first in enumerate(nearest):
        others = matrix[:, unit].copy()
        if first >= 0:
            others[first] = np.inf
        assert minutes[unit] == pytest.approx(others.min(), abs=1e-9)
        if np.isinf(others.min()):
            assert position[unit] == -1
        else:
            assert position[unit] != first
            assert others[position[unit]] == pytest.approx(others.min(), abs=1e-9)


def line() -> Drawing:
    """0 --5-- 1 --5-- 2 (minutes), and an island 3 --5-- 4 far away."""
    nodes = {k: (500.0 * k, 0.0) for k in range(3)} | {3: (0.0, 9000.0), 4: (500.0, 9000.0)}
    ways = [([0, 1, 2], "highway=footway"), ([3, 4], "highway=footway")]
    return Drawing(nodes, ways)


def test_by_hand():
    network = line().network()
    units = [(0, 0), (500, 0), (1000, 0), (0, 9000)]
    nearest, minutes, position = second(network, [(0, 0), (1000, 0)], units)
    assert nearest.tolist() == [0, 0, 1, -1]
    assert minutes.tolist() == [10, 5, 10, np.inf]
    assert position.tolist() == [1, 1, 0, -1]


def test_two_at_one_place_are_each_others_second():
    nearest, minutes, position = second(line().network(), [(0, 0), (0, 0)], [(0, 0), (500, 0)])
    assert (nearest.tolist(), position.tolist()) == ([0, 0], [1, 1])
    assert minutes.tolist() == [0, 5]


def test_one_facility_has_no_second():
    _, minutes, position = second(line().network(), [(0, 0)], [(0, 0), (500, 0)])
    assert np.isinf(minutes).all()
    assert position.tolist() == [-1, -1]
