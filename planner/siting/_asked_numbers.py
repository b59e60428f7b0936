"""Numbers and options of a question about sites, checked at the door."""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.errors import ArgumentError, quote
from planner.siting.models.solution import SolveOptions


def check_number_of_sites(p: Any, what: str = "sites") -> int | None:
    """Return the most that may be chosen; None stays None.

    Raises
    ------
    ArgumentError
        If it is no whole number from 1.
    """
    if p is None:
        return None
    if isinstance(p, bool) or not isinstance(p, int | np.integer) or p < 1:
        raise ArgumentError(f"p is {quote(p)}; give a whole number of {what} from 1")
    return int(p)


def check_amount(value: Any, name: str) -> float | None:
    """Return an amount such as a budget or a share; None stays None.

    Raises
    ------
    ArgumentError
        If it is no number of at least 0.
    """
    if value is None:
        return None
    number = isinstance(value, int | float | np.integer | np.floating)
    if not number or isinstance(value, bool) or not np.isfinite(value) or value < 0:
        raise ArgumentError(f"{name} is {quote(value)}; give a number of 0 or more")
    return float(value)


def check_options(options: Any) -> SolveOptions:
    """Return how long and how exactly to search; None: as usual.

    Raises
    ------
    ArgumentError
        If it is something else than SolveOptions.
    """
    if options is None:
        return SolveOptions()
    if not isinstance(options, SolveOptions):
        raise ArgumentError(
            f"options is {quote(options)}; give planner.SolveOptions(time_limit_s=60)"
        )
    return options


def check_labels(labels: Any, name: str) -> list[Any]:
    """Return labels as a list.

    Raises
    ------
    ArgumentError
        If it is one text, or nothing that holds labels.
    """
    if isinstance(labels, str):
        raise ArgumentError(f"{name} is one text; give a list of labels: [{quote(labels)}]")
    try:
        return list(labels)
    except TypeError as error:
        raise ArgumentError(
            f"{name} is {quote(labels)}; give a list of labels: [{quote(labels)}]"
        ) from error
