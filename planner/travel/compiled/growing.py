"""Compiled: arrays that grow while they are filled."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.travel.compiled.decorators import builder


@builder
def grown(array: NDArray[Any], needed: int) -> NDArray[Any]:
    """Return an array (at least needed,) that begins as the one given (n,); of any unit.

    Copied in a loop: it runs as fast as a slice and compiles in a fraction of the time.
    """
    size = len(array)
    if needed <= size:
        return array
    # Twice the size each time: all copies together stay as cheap as writing the values once.
    larger = np.empty(max(needed, 2 * size), dtype=array.dtype)
    for k in range(size):
        larger[k] = array[k]
    return larger


@builder
def appended(array: NDArray[Any], size: int, values: NDArray[Any], count: int) -> NDArray[Any]:
    """Return an array (at least size + count,) whose first `size` values the first others follow.

    Copied in a loop, as in `grown`.
    """
    array = grown(array, size + count)
    for k in range(count):
        array[size + k] = values[k]
    return array
