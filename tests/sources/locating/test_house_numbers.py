"""A house between others of its street, worked out by hand."""

import pytest

from planner.sources.locating.house_numbers import House, HouseNumbers

#: A street to the east: odd numbers on the north side 10 m apart a number, even ones on the south.
STREET = HouseNumbers.of(
    [
        House(1, False, 0.0, 10.0), House(21, False, 200.0, 10.0),
        House(2, False, 0.0, -10.0), House(42, False, 200.0, -10.0),
        House(30, True, 150.0, -60.0),
    ]
)  # fmt: skip


def test_a_known_house_is_where_it_is():
    assert STREET.find(21, lane=False)[:2] == (200.0, 10.0)
    assert STREET.find(21, lane=False).exact


def test_odd_and_even_numbers_stand_on_their_own_sides():
    odd, even = STREET.find(11, lane=False), STREET.find(12, lane=False)
    # Half of the way from 1 to 21 is 100 m. Even: from 2 to the lane 30, 10 of 28 numbers.
    assert odd[:2] == pytest.approx((100.0, 10.0))
    assert even[:2] == pytest.approx((150.0 * 10 / 28, -10.0 - 50.0 * 10 / 28))
    assert not odd.exact


def test_a_house_and_a_lane_of_one_number_are_two_places():
    assert STREET.find(30, lane=True).exact
    assert not STREET.find(30, lane=False).exact


def test_far_beyond_the_last_number_nothing_is_known():
    assert STREET.find(51, lane=False) is not None
    assert STREET.find(500, lane=False) is None


def test_the_further_from_a_known_house_the_less_is_known():
    near, far = STREET.find(23, lane=False), STREET.find(61, lane=False)
    assert near.radius_m < far.radius_m


def test_one_number_at_two_places_far_apart_is_none():
    twice = HouseNumbers.of([House(7, False, 0.0, 0.0), House(7, False, 5000.0, 0.0)])
    assert twice.find(7, lane=False) is None
