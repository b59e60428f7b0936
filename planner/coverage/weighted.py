"""One value that stands for many people: their median, and what most of them have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.coverage.exact import exact_sum, running_sums


def weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return the smallest value that at least half of the weight does not exceed.

    Parameters
    ----------
    values, weights : shape (n,), n at least 1
        Weights are 0 or more; a value may be inf.
    """
    order = np.argsort(values, kind="stable")
    running = running_sums(np.asarray(weights, dtype=np.float64)[order])
    # Sums are doubled, not their end halved: whole numbers stay whole, half is exactly half.
    return float(values[order][np.searchsorted(2 * running, running[-1])])


def value_of_most(values: Iterable[Any], people: Iterable[float]) -> Any:
    """Return the value that most people have; of equals the first in order.

    Parameters
    ----------
    values, people
        Of the same length, at least 1.
    """
    values = list(values)
    if len(set(values)) == 1:  # as in most gaps: nothing to add up
        return values[0]
    counts: dict[Any, list[float]] = {}
    for value, count in zip(values, people, strict=True):
        counts.setdefault(value, []).append(count)
    totals = {value: exact_sum(parts) for value, parts in counts.items()}
    # By their text: None may be among the values, and it has no order beside words.
    return min(totals, key=lambda value: (-totals[value], str(value)))
