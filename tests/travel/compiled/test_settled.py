"""A kernel whose arguments' kinds are settled answers as the kernel itself."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from numba import njit
from numba.core.errors import TypingError

from planner.crs.array_types import Floats
from planner.travel.compiled.settled import settled


class Pair(NamedTuple):
    """Two arrays, as kernels take them."""

    first: Floats
    second: Floats


@njit
def weighted_sum(pair: Pair, weights: Floats) -> float:
    """Return the sum of both arrays, times the sum of the weights."""
    return weights.sum() * (pair.first.sum() + pair.second.sum())


def pair_of(*numbers: float) -> Pair:
    """Return the same numbers twice."""
    return Pair(np.array(numbers), np.array(numbers))


def test_later_calls_answer_for_their_own_arguments() -> None:
    quick = settled(weighted_sum)
    assert quick(pair_of(1.0, 2.0), np.array([0.5])) == 3.0
    assert quick(pair_of(4.0), np.array([1.0, 1.0])) == 16.0
    assert quick(pair_of(), np.array([1.0])) == 0.0


@pytest.mark.parametrize(
    "weights",
    [np.array([1, 2]), np.array([1.0, 2.0], dtype=np.float32), np.array([1.0, 9.0, 2.0])[::2]],
    ids=["whole numbers", "short numbers", "every second number"],
)
def test_an_array_of_another_kind_is_read_as_what_it_is(weights: Floats) -> None:
    quick = settled(weighted_sum)
    assert quick(pair_of(1.0), np.array([1.0, 2.0])) == 6.0
    assert quick(pair_of(1.0), weights) == 6.0
    assert quick(pair_of(1.0), np.array([1.0, 2.0])) == 6.0


def test_something_else_than_the_named_tuple_is_refused_at_later_calls_too() -> None:
    quick = settled(weighted_sum)
    quick(pair_of(1.0), np.array([1.0]))
    with pytest.raises(TypingError):
        quick(np.array([1.0]), np.array([1.0]))


@njit
def first_row_sum(table: Floats) -> float:
    """Return the sum of the first row of a table."""
    return table[0].sum()


def test_a_table_is_read_as_it_lies_in_memory() -> None:
    table = np.arange(16.0).reshape(4, 4)
    quick = settled(first_row_sum)
    assert quick(np.asfortranarray(table)) == 6.0
    assert quick(np.asfortranarray(table)[:, ::2]) == 2.0
    assert quick(table) == 6.0


class Watched:
    """A kernel that counts how often it is called the usual way."""

    typeof_pyval, overloads = weighted_sum.typeof_pyval, weighted_sum.overloads

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, pair: Pair, weights: Floats) -> float:
        self.calls += 1
        return weighted_sum(pair, weights)


def test_types_are_checked_at_the_first_call_only() -> None:
    watched = Watched()
    quick = settled(watched)
    for number in (1.0, 2.0, 3.0):
        assert quick(pair_of(number), np.array([1.0])) == 2 * number
    assert watched.calls == 1
