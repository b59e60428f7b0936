"""Cutoffs and other numbers that a caller gives as options, checked at the door.

Every message names the argument and what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import isfinite
from numbers import Real
from typing import Any

import numpy as np

from planner.errors import ArgumentError, quote


def check_cutoffs(
    cutoffs_minutes: float | Sequence[float] | Iterable[float],
    name: str = "cutoffs_minutes",
    *,
    above_zero: bool = False,
) -> tuple[float, ...]:
    """Return cutoffs as ascending numbers; one number is a list of one.

    Parameters
    ----------
    cutoffs_minutes
        Minutes, ascending.
    name
        Of the argument, for messages.
    above_zero
        Whether 0 is refused too.

    Raises
    ------
    ArgumentError
        If there is none, or one is no number, negative, or not above the one before it.
    """
    values = _numbers(cutoffs_minutes, name)
    if not values:
        raise ArgumentError(f"{name} is empty; give minutes, for example [5, 10, 15]")
    for value in values:
        if not isfinite(value):
            raise ArgumentError(f"{name}: {value} is no number of minutes; give one like 15")
        if value < 0 or (above_zero and value == 0):
            least = "above 0" if above_zero else "of at least 0"
            raise ArgumentError(f"{name}: {value:g} will not do; give minutes {least}")
    for before, after in pairwise(values):
        if after == before:
            raise ArgumentError(f"{name}: {after:g} stands twice; give it once")
        if after < before:
            raise ArgumentError(f"{name}: {after:g} comes after {before:g}; let them ascend")
    return values


def check_cutoff(cutoff_minutes: float, name: str = "cutoff_minutes") -> float:
    """Return one cutoff as a number.

    Raises
    ------
    ArgumentError
        If it is no number, or negative.
    """
    values = check_cutoffs(cutoff_minutes, name)
    if len(values) != 1:
        raise ArgumentError(f"{name} has {len(values)} values; give one number of minutes")
    return values[0]


def check_whole(value: int, name: str, *, at_least: int = 0) -> int:
    """Return a whole number.

    Raises
    ------
    ArgumentError
        If it is none, or less than `at_least`.
    """
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or value < at_least:
        raise ArgumentError(f"{name} is {quote(value)}; give a whole number from {at_least} on")
    return int(value)


def check_number(value: Any, name: str) -> float:
    """Return a number.

    Raises
    ------
    ArgumentError
        If it is none.
    """
    if isinstance(value, bool) or not isinstance(value, Real) or np.isnan(float(value)):
        raise ArgumentError(f"{name} is {quote(value)}; give a number")
    return float(value)


def _numbers(value: Any, name: str) -> tuple[float, ...]:
    """Return a number, or several, as floats."""
    # numpy is not asked: a list of lists of different lengths has no shape. Here its items are
    # refused below, as lists are no numbers.
    several = isinstance(value, Iterable) and not isinstance(value, str | np.generic)
    several = several and not (isinstance(value, np.ndarray) and value.ndim == 0)
    found = []
    for one in value if several else [value]:
        try:
            if isinstance(one, str | bool | np.bool_):
                raise TypeError
            found.append(float(one))
        except (TypeError, ValueError) as error:
            raise ArgumentError(f"{name}: {quote(one)} is no number of minutes") from error
    return tuple(found)
