"""Exact sums: what decimals add up to, whatever their order."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.coverage.exact import exact_sum, exact_sums, reaches, running_sums, to_decimal

PEOPLE = st.one_of(
    st.integers(0, 10**6).map(float),
    st.integers(0, 10**9).map(lambda n: n / 1000),
    st.floats(0, 1e6),
)


@pytest.mark.parametrize(
    ("values", "total"),
    [
        ([], 0.0),
        ([0.1, 0.7], 0.8),  # as floats 0.7999999999999999
        ([0.1] * 3, 0.3),  # 0.30000000000000004
        ([0.7, 0.1, 0.2], 1.0),
        ([2_270_000.5, 0.1], 2_270_000.6),
        ([1e14, 1e14, 1e14, 0.5], 300_000_000_000_000.5),
        ([1e15] * 20, 2e16),
        ([1 / 3] * 3, 1.0),
        ([1e16, 1.0, -1e16], 1.0),
        ([99_999_999_999_999.9] * 11, 1_099_999_999_999_998.9),  # in tenths more than 2 ** 53
        # 16 digits count as the binary fractions they are: as decimals it were 8.051422044360914
        ([3.845948341411731, 1.935494356031456, 2.269979346917726], 8.051422044360912),
        ([8_514_570_751.25899, 5_380_847_067.80335], 13_895_417_819.06234),
    ],
)
def test_sums_by_hand(values, total):
    assert exact_sum(values) == total


def test_a_missing_number_stays_missing():
    assert math.isnan(exact_sum([1.0, np.nan]))
    assert exact_sum([1.0, np.inf]) == math.inf


@given(st.lists(PEOPLE, max_size=40), st.randoms())
def test_order_makes_no_difference(values, random):
    mixed = list(values)
    random.shuffle(mixed)
    assert exact_sum(mixed) == exact_sum(values)
    assert exact_sum(values) == pytest.approx(math.fsum(values), rel=1e-15)


@given(st.lists(st.integers(0, 10**15 - 1), max_size=30), st.integers(0, 15))
def test_decimals_are_added_as_they_are_written(whole, digits):
    values = [n / 10**digits for n in whole]
    assert exact_sum(values) == float(sum(map(to_decimal, values), Fraction(0)))


@given(st.lists(st.tuples(st.integers(0, 4), PEOPLE), max_size=40))
def test_sums_of_groups_are_the_sums_of_their_members(rows):
    group = np.array([row[0] for row in rows], dtype=np.int64)
    values = np.array([row[1] for row in rows])
    expected = [exact_sum(values[group == k]) for k in range(6)]
    assert exact_sums(group, values, 6) == pytest.approx(expected, rel=1e-15)
    order = np.random.default_rng(0).permutation(len(rows))
    assert np.array_equal(exact_sums(group[order], values[order], 6), exact_sums(group, values, 6))


@given(st.lists(PEOPLE, min_size=1, max_size=8), st.lists(st.tuples(*[st.integers(0, 7)] * 2)))
def test_values_added_often_are_told_by_their_places(values, added):
    values = np.array(values)
    group = np.array([row[0] for row in added], dtype=np.int64)
    at = np.array([row[1] % len(values) for row in added], dtype=np.int64)
    assert np.array_equal(exact_sums(group, values, 8, at), exact_sums(group, values[at], 8))


def test_sums_of_groups_that_no_float_counts_in_tenths():
    values = [99_999_999_999_999.9] * 12
    sums = exact_sums(np.array([1] * 11 + [0]), values, 3)
    assert sums.tolist() == [99_999_999_999_999.9, 1_099_999_999_999_998.9, 0.0]


def test_groups_of_decimals_beside_one_that_has_none():
    """The group of 1 / 3 is a sum of floats; 0.1 + 0.7 stays 0.8, and each nan in its own group."""
    group, values = np.array([0, 1, 0, 1, 2]), np.array([0.1, 1 / 3, 0.7, 0.25, np.nan])
    sums = exact_sums(group, values, 4)
    np.testing.assert_array_equal(sums, [0.8, 1 / 3 + 0.25, np.nan, 0.0])


def test_running_sums_that_no_float_counts_in_tenths():
    running = running_sums(np.array([99_999_999_999_999.9] * 11 + [0.1]))
    assert running[11] > running[10]


@pytest.mark.parametrize("values", [[0.1, 0.2, 0.3], [1 / 3, 1 / 3, 2 / 3], [5.0, 0.0, 5.0]])
def test_running_sums_find_the_exact_half(values):
    running = running_sums(np.array(values))
    assert 2 * running[1] == running[2]


def test_running_sums_of_nothing():
    assert len(running_sums(np.array([]))) == 0


def test_a_share_on_the_border_is_reached():
    assert reaches(0.8, 1.0, 0.8)
    assert not reaches(0.799999, 1.0, 0.8)
    assert reaches(0.36, 0.4, 0.9)  # as floats 0.36 / 0.4 < 0.9
    assert reaches(9.0, 10.0, 0.9)
    assert reaches(0.0, 1.0, 0.0)
    assert not reaches(2.0, 3.0, 0.6667)


@given(st.integers(1, 10**6), st.integers(1, 1000), st.integers(0, 4))
def test_the_exact_share_is_always_reached_and_a_bit_more_never(people, thousandths, digits):
    whole = people / 10**digits
    covered = float(to_decimal(whole) * thousandths / 1000)
    assert reaches(covered, whole, thousandths / 1000)
    assert not reaches(covered, whole, thousandths / 1000 + 1e-4)
