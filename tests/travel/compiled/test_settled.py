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
