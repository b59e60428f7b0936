"""Exact sums and shares of people: 0.1 + 0.7 is 0.8, and the order of rows changes nothing."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Decimals that numbers are tried with; people in tables have few.
_DECIMALS: Final = range(16)
#: No two decimals of up to 15 digits share a float, so that the float says which one was meant.
_LARGEST: Final = 10.0**15
#: Whole numbers up to this add up without rounding as floats, in any order.
_WHOLE: Final = 2.0**53


def exact_sum(values: ArrayLike) -> float:
    """Return the float nearest to the true sum: 0.1 + 0.7 is 0.8.

    Numbers of up to 15 digits count as the decimals they are written as, longer ones as the binary
    fractions they are. The order of the values makes no difference.

    Parameters
    ----------
    values : shape (n,)
    """
    numbers = np.asarray(values, dtype=np.float64).ravel()
    scaled = _scaled(numbers)
    if scaled is None:
        return math.fsum(numbers.tolist())
    whole, unit = scaled
    fits = np.abs(whole).sum() < _WHOLE
    return int(whole.sum()) / unit if fits else sum(map(int, whole.tolist())) / unit


def exact_sums(
    group: NDArray[Any], values: ArrayLike, size: int, at: NDArray[np.int64] | None = None
) -> NDArray[np.float64]:
    """Return the sums of `exact_sum` for each of some groups, shape (size,).

    Parameters
    ----------
    group : shape (n,)
        From 0 to size - 1.
    values : shape (n,), or (m,) with `at`
    at : shape (n,)
        Which of the values is added each time, where the same ones are added often.
    """
    numbers = np.asarray(values, dtype=np.float64)
    scaled = _scaled(numbers)
    if scaled is not None:
        whole, unit = scaled
        whole = whole if at is None else whole[at]
        if np.abs(whole).sum() < _WHOLE:
            return np.asarray(np.bincount(group, weights=whole, minlength=size) / unit)
    endless = ~_is_decimal(numbers)
    # Groups of decimals are added up at once, if all of these fit one unit.
    scaled = _scaled(np.where(endless, 0.0, numbers))
    if at is not None:
        numbers, endless = numbers[at], endless[at]
    sums, done = np.zeros(size), np.zeros(size, dtype=bool)
    if scaled is not None:
        whole, unit = scaled
        whole = whole if at is None else whole[at]
        if np.abs(whole).sum() < _WHOLE:
            sums, done[:] = np.bincount(group, weights=whole, minlength=size) / unit, True
            done[group[endless]] = False
            left = ~done[group]
            group, numbers, endless = group[left], numbers[left], endless[left]
    order = np.argsort(group, kind="stable")
    numbers, listed = numbers[order], numbers[order].tolist()
    present, first = np.unique(group[order], return_index=True)
    if len(first) == 0:
        return sums
    # With one such number among them no decimals tell all: nothing has to be tried.
    without = np.logical_or.reduceat(endless[order], first)
    ends = np.append(first[1:], len(order))
    for number, start, end, has_none in zip(present, first, ends, without, strict=True):
        sums[number] = math.fsum(listed[start:end]) if has_none else exact_sum(numbers[start:end])
    return sums


def running_sums(values: NDArray[np.float64]) -> NDArray[Any]:
    """Return the running sums of some values in a unit in which all are whole, without rounding.

    They compare with each other, and say nothing about the size of the values; shape (n,).
    """
    scaled = _scaled(values)
    if scaled is not None and np.abs(scaled[0]).sum() < _WHOLE:
        return np.asarray(np.cumsum(scaled[0]))
    mantissa, exponent = np.frexp(values)
    shift = exponent - exponent.min(initial=0)
    whole = [int(m) << int(k) for m, k in zip(np.ldexp(mantissa, 53), shift, strict=True)]
    return np.cumsum(np.array(whole, dtype=object))


def reaches(part: float, whole: float, share: float) -> bool:
    """Tell whether part / whole >= share, all three being the decimals that they are written as."""
    return to_decimal(part) >= to_decimal(share) * to_decimal(whole)


def to_decimal(number: float) -> Fraction:
    """Return the shortest decimal that stands for a float, as an exact fraction."""
    return Fraction(repr(float(number)))


def _is_decimal(numbers: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which numbers are decimals of up to 15 digits, shape (n,)."""
    found = np.zeros(len(numbers), dtype=bool)
    # What is larger is nothing here, so that no product overflows.
    numbers = np.where(np.abs(numbers) < _LARGEST, numbers, np.nan)
    for decimals in _DECIMALS:
        unit = 10.0**decimals
        found |= (np.abs(numbers) * unit < _LARGEST) & (np.rint(numbers * unit) / unit == numbers)
    return found


def _scaled(numbers: NDArray[np.float64]) -> tuple[NDArray[np.float64], int] | None:
    """Return whole numbers and the power of ten that divides them, None for longer decimals."""
    largest = np.abs(numbers).max(initial=0.0)
    for decimals in _DECIMALS:
        unit = 10.0**decimals
        if not largest * unit < _LARGEST:  # also where a number is missing
            return None
        whole = np.rint(numbers * unit)
        if (whole / unit == numbers).all():
            return whole, int(unit)
    return None
