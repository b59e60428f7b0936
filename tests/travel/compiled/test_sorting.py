"""Numbers in order, beside numpy; and what is compiled for them."""

import numpy as np
import pytest

from planner.travel.compiled.sorting import find_first, sort_first


@pytest.mark.parametrize("n", [0, 1, 2, 3, 13, 14, 40, 41, 200])
def test_the_first_numbers_are_sorted_and_the_others_stay(n):
    rng = np.random.default_rng(n)
    numbers = rng.integers(0, 100, n + 5)
    before = numbers.copy()
    sort_first(numbers, n)
    assert numbers[:n].tolist() == sorted(before[:n].tolist())
    assert numbers[n:].tolist() == before[n:].tolist()


@pytest.mark.parametrize("numbers", [[], [3], [1, 1, 4, 4, 4, 9]])
def test_a_number_begins_where_it_does_for_numpy(numbers):
    column = np.array(numbers, dtype=np.int64)
    for number in range(-1, 11):
        assert find_first(column, number) == np.searchsorted(column, number)
