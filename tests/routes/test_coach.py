"""Where a coach stops and how far it rides, on streets with a bend, a bridge and a footpath."""

import numpy as np
import pytest
import shapely

from planner.plan import Bus
from planner.routes.coach import CoachWays, find_coach_stops
from tests.cities.drawing import Drawing

# 1 --1,000 m-- 2      a bridge leads from 2 on to 5; 3 is 1,000 m north of 2; a path from 3 to 4
STREETS = Drawing(
    {1: (0, 0), 2: (1000, 0), 3: (1000, 1000), 4: (0, 1000), 5: (2000, 0)},
    [
        ([1, 2], "highway=secondary"),
        ([2, 3], "highway=residential"),
        ([3, 4], "highway=footway"),
        ([2, 5], "highway=secondary bridge=yes"),
    ],
)
PLACES = np.array([(200.0, 50.0), (900.0, 0.0), (1100.0, 700.0), (1500.0, 10.0), (0.0, 1000.0)])


def bus(*streets: str, most_metres: float = 150.0) -> Bus:
    return Bus(streets=streets, most_metres=most_metres)


def test_stops_are_the_nearest_points_of_the_streets_named():
    network = STREETS.network()
    stops = find_coach_stops(network, PLACES, bus("secondary"))
    # The third is 500 m from the secondary street; nobody gets off on a bridge.
    assert stops.there.tolist() == [True, True, False, False, False]
    assert stops.xy[0].tolist() == [200, 0]
    both = find_coach_stops(network, PLACES, bus("secondary", "residential"))
    assert both.there.tolist() == [True, True, True, False, False]
    assert both.xy[2].tolist() == [1000, 700]
    near = find_coach_stops(network, PLACES, bus("secondary", most_metres=49))
    assert near.there.tolist() == [False, True, False, False, False]


def test_rides_follow_streets_for_cars():
    """From (200, 0) it is 700 m to (900, 0), and 800 + 700 = 1,500 m round the bend."""
    keys = bus("secondary", "residential")
    network = STREETS.network()
    stops = find_coach_stops(network, PLACES, keys)
    ways = CoachWays(network, stops, keys, 3)
    assert ways.metres.shape == (3, 5)
    assert ways.metres[0].tolist() == pytest.approx([0, 700, 1500, np.inf, np.inf])
    assert ways.metres[:, 0].tolist() == pytest.approx([0, 700, 1500])
    for start, end, metres in ((0, 2, 1500), (2, 0, 1500), (1, 2, 800), (0, 1, 700)):
        line = shapely.LineString(ways.line(start, end))
        assert line.length == pytest.approx(metres)
        assert line.coords[0] == pytest.approx(tuple(stops.xy[start]))
        assert line.coords[-1] == pytest.approx(tuple(stops.xy[end]))
    assert (1000.0, 0.0) in shapely.LineString(ways.line(0, 2)).coords
