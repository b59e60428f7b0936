"""Stations that may cover people, though not surely."""

import numpy as np
import pytest

from planner.coverage.counting import REASONS
from planner.coverage.edge import measure_edge
from planner.coverage.grounds import EDGE_OF_DATA, NOT_CONFIRMED, UnsurePlaces, find_grounds
from planner.travel.access import join
from planner.travel.streets import prepare_streets
from tests.cities.drawing import ACCESS, WALKER, Drawing

STREET = Drawing({1: (0, 0), 2: (3000, 0)}, [([1, 2], "highway=footway")])
FAR = 1e6


def near(units, places, spreads, reach_m, *, closed=False):
    streets = prepare_streets(STREET.network(), WALKER, ACCESS)
    places = np.array(places, dtype=float).reshape(-1, 2)
    unsure = UnsurePlaces(
        places,
        np.array(spreads, dtype=float),
        np.full(len(places), closed),
        np.array([NOT_CONFIRMED] * len(places), dtype=object),
    )
    units = join(streets, np.array(units, dtype=float).reshape(-1, 2), reached=True)
    return unsure.find_near(units, reach_m).tolist()


def test_a_station_may_be_nearer_by_its_radius():
    units = [(0, 0), (1100, 0), (1101, 0)]
    assert near(units, [(0, 0)], [100.0], 1000.0) == [True, True, False]
    assert near(units, [(0, 0)], [0.0], 1100.0) == [True, True, False]
    # two stations, each with its own radius
    assert near(units, [(0, 0), (2000, 0)], [0.0, 899.5], 0.0) == [True, False, True]
    assert near(units, [], [], 1000.0) == [False] * 3
    assert near([], [(0, 0)], [5.0], 1000.0) == []


def test_one_closed_to_outsiders_leaves_nobody_outside_estates_in_doubt():
    assert near([(0, 0)], [(0, 0)], [100.0], 1000.0, closed=True) == [False]


@pytest.mark.parametrize("reason", [NOT_CONFIRMED, EDGE_OF_DATA])
def test_the_reason_of_the_station_is_told(reason):
    streets = prepare_streets(STREET.network(), WALKER, ACCESS)
    units = join(streets, np.array([(1500.0, 0.0)]), reached=True)
    nowhere = join(streets, np.empty((0, 2)))
    unsure = UnsurePlaces(
        np.array([(1500.0, 900.0)]), np.zeros(1), np.zeros(1, dtype=bool),
        np.array([reason], dtype=object),
    )  # fmt: skip
    grounds = find_grounds(streets, units, measure_edge(None, units.xy))
    nothing, never = np.empty(0, dtype=bool), np.array([np.inf])
    assert grounds.doubts(nowhere, nothing, 1000.0, never, unsure).tolist() == [reason]
    assert grounds.doubts(nowhere, nothing, 899.0, never, unsure).tolist() == [""]
    assert REASONS.index(NOT_CONFIRMED) < REASONS.index(EDGE_OF_DATA)
