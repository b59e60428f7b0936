"""Compiled: numbers in order.

Numba's own sort takes a second to compile in each process, its search a third of one.
"""

from __future__ import annotations

from planner.crs.array_types import Ints
from planner.travel.compiled.decorators import helper
from planner.travel.compiled.grid import ZERO


@helper
def sort_first(numbers: Ints, n: int) -> None:
    """Sort the first n numbers in place, by Shell's method.

    Its gaps are those of Knuth: 1, 4, 13, 40 and so on (The Art of Computer Programming 3, 5.2.1).
    """
    gap = 1
    while 3 * gap + 1 < n:
        gap = 3 * gap + 1
    while gap > 0:
        for k in range(gap, n):
            number, at = numbers[k], k
            while at >= gap and numbers[at - gap] > number:
                numbers[at] = numbers[at - gap]
                at -= gap
            numbers[at] = number
        gap //= 3


@helper
def find_first(numbers: Ints, number: int) -> int:
    """Return where a number begins, or would stand, among others (n,) in order."""
    low, high = ZERO, len(numbers)
    while low < high:
        middle = (low + high) // 2
        if numbers[middle] < number:
            low = middle + 1
        else:
            high = middle
    return low
