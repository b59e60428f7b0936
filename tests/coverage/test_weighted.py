"""One value that stands for many people, by hand and by its definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.coverage.weighted import value_of_most, weighted_median


@pytest.mark.parametrize(
    ("values", "weights", "expected"),
    [
        ([5, 1, 9], [1, 1, 1], 5),
        ([1, 9], [1, 1], 1),  # half of the weight does not exceed 1
        ([1, 9], [1, 1.01], 9),
        ([7], [3], 7),
        ([3, 1, 2], [0, 1, 0], 1),
        ([1, np.inf], [1, 2], np.inf),
    ],
)
def test_weighted_median_by_hand(values, weights, expected):
    assert weighted_median(np.array(values, float), np.array(weights, float)) == expected


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 5)), min_size=1, max_size=20))
def test_weighted_median_is_the_lower_median_of_people(pairs):
    people = sorted(value for value, weight in pairs for _ in range(weight))
    values, weights = np.array(pairs, dtype=float).T
    assert weighted_median(values, weights) == people[(len(people) - 1) // 2]


@pytest.mark.parametrize(
    ("values", "people", "expected"),
    [
        (["north", "south", "south"], [5, 2, 2], "north"),  # 5 of 9, though in one row only
        (["north", "south", "south"], [3, 2, 2], "south"),
        (["south", "north"], [1, 1], "north"),  # of equals the first in order
        ([None, "F1"], [2, 1], None),
    ],
)
def test_value_of_most_counts_people_not_rows(values, people, expected):
    assert value_of_most(values, people) == expected
