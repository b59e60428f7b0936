"""The edge of the data, and walks that lead over it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, box

from planner.coverage.edge import measure_detours, measure_edge
from planner.travel.access import join
from planner.travel.streets import prepare_streets
from tests.cities.drawing import ACCESS, WALKER, Drawing

LINE = Drawing({1: (0, 0), 2: (2000, 0)}, [([1, 2], "highway=footway")])
LAND = box(-1000, -300, 3000, 1000)


@pytest.fixture(scope="module")
def streets():
    return prepare_streets(LINE.network(), WALKER, ACCESS)


def crossing(streets, units, places, *, land=LAND, complete=True, reach_m=1000.0, closed=None):
    units, places = (np.array(xy, dtype=float).reshape(-1, 2) for xy in (units, places))
    edge = measure_edge(land, units, complete=complete)
    counts = np.ones(len(places), dtype=bool)
    doors = join(streets, places, closed=closed)
    return edge.find_crossing(join(streets, units, reached=True), doors, counts, reach_m).tolist()


def test_the_shortest_way_by_a_piece_of_the_edge():
    one = [(0, 300), (0, 300), (0, 300), (0, -300), (0, 0), (3, 4), (0, 0)]
    other = [(800, 300), (800, 300), (0, 300), (0, 300), (100, 0), (6, 8), (10, 0)]
    pieces = [
        (-1000, 0, 1000, 0),  # mirrored: 2 x hypot(400, 300)
        (0, 0, 100, 0),  # the best point, at 400, is not on the piece: by its end at 100
        (-1000, 0, 1000, 0),  # there and back
        (-1000, 0, 1000, 0),  # the piece lies between: straight
        (40, 0, 60, 0),  # all on one line, the piece between
        (0, 0, 0, 0),  # a piece without length
        (20, 0, 30, 0),  # on one line, the piece beyond
    ]
    by_hand = [1000, np.hypot(100, 300) + np.hypot(700, 300), 600, 600, 100, 5 + 10, 20 + 10]
    found = measure_detours(*(np.array(part, dtype=float) for part in (one, other, pieces)))
    assert found == pytest.approx(by_hand, abs=1e-9)


@settings(max_examples=60)
@given(st.lists(st.integers(-100, 100), min_size=8, max_size=8))
def test_no_point_of_a_piece_gives_a_shorter_way(numbers):
    one, other, piece = (np.array(numbers[i:j], dtype=float) for i, j in ((0, 2), (2, 4), (4, 8)))
    found = measure_detours(one[None], other[None], piece[None])[0]
    steps = np.linspace(0, 1, 2001)[:, None]
    turns = piece[:2] + steps * (piece[2:] - piece[:2])
    tried = np.hypot(*(turns - one).T) + np.hypot(*(turns - other).T)
    apart = np.hypot(*(piece[2:] - piece[:2])) / 2000
    assert found <= tried.min() + 1e-9
    assert found >= tried.min() - 2 * apart


def test_without_a_complete_table_whoever_reaches_the_edge_is_in_doubt(streets):
    # 300 m north of the southern edge; no station anywhere
    assert crossing(streets, [(1000, 0)], [], complete=False) == [True]
    assert crossing(streets, [(1000, 0)], [], complete=False, reach_m=300.0) == [False]
    assert crossing(streets, [(1000, 0), (9999, 0)], [], complete=False, land=None) == [False] * 2


def test_with_a_complete_table_only_a_way_to_a_station_is(streets):
    # both 300 m off the edge: 800 m apart, the way over it is 2 x hypot(400, 300) = 1,000 m
    assert crossing(streets, [(1000, 0)], [(1799, 0)]) == [True]
    assert crossing(streets, [(1000, 0)], [(1801, 0)]) == [False]
    assert crossing(streets, [(1000, 0)], []) == [False]
    # the second station is nearer to the unit, but too far from the edge: 300 + 800 m
    assert crossing(streets, [(1000, 0)], [(1801, 0), (1000, 500)]) == [False]
    assert crossing(streets, [(1000, 0)], [(1801, 0), (1000, 300)]) == [True]  # 300 + 600
    assert crossing(streets, [(1000, 0)], [(1000, 300)], land=None) == [False]


def test_whoever_lives_beyond_the_edge_or_whose_station_does_needs_no_detour(streets):
    assert crossing(streets, [(1000, -400)], [(1000, 599)]) == [True]
    assert crossing(streets, [(1000, -400)], [(1000, 601)]) == [False]
    assert crossing(streets, [(1000, 0)], [(1900, -400)]) == [True]
    # in the hole of the land it is the same: 150 m to its rim
    holed = box(-1000, -5000, 9000, 5000) - Point(1000, 0).buffer(50)
    assert crossing(streets, [(1000, 200)], [(1000, 400)], land=holed) == [True]  # 150 + 350
    assert crossing(streets, [(1000, 500)], [(1000, 700)], land=holed) == [False]  # 450 + 650


def test_the_way_may_lead_from_one_part_of_the_land_to_another(streets):
    land = MultiPolygon([box(-1000, -9000, 900, 9000), box(1100, -9000, 9000, 9000)])
    assert crossing(streets, [(500, 0)], [(1500, 0)], land=land) == [True]  # straight across
    assert crossing(streets, [(499, 0)], [(1500, 0)], land=land) == [False]
    # on one side of the strip there and back: 400 + 400 m, and 400 + 700
    assert crossing(streets, [(500, 0)] * 2, [(500, 0)], land=land) == [True] * 2
    assert crossing(streets, [(500, 0)], [(200, 0)], land=land) == [False]


def test_a_station_closed_to_outsiders_draws_nobody_over_the_edge(streets):
    shut = np.array([True])
    assert crossing(streets, [(1000, 0)], [(1100, 0)], closed=shut) == [False]


def test_many_pairs_are_measured_in_parts(streets, monkeypatch):
    rng = np.random.default_rng(3)
    units, places = rng.uniform(-900, 2900, (60, 2)), rng.uniform(-900, 2900, (40, 2))
    units[:, 1] = np.clip(units[:, 1], -290, 990)
    whole = crossing(streets, units, places, reach_m=600.0)
    monkeypatch.setattr("planner.coverage.edge._PAIRS_AT_ONCE", 3)
    assert crossing(streets, units, places, reach_m=600.0) == whole
    assert 0 < sum(whole) < 60
