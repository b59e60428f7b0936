"""Compiled: which corners of an outline are kept where it may step back by so much."""

from __future__ import annotations

import numpy as np

from planner.crs.array_types import Flags, Floats, Ints
from planner.travel.compiled.decorators import helper, kernel

#: Corners are kept to the millimetre: so far beside a line they are on it.
_ON_LINE_M = 0.001
#: Most corners that one line may stand for: what is asked of each line is bounded by it.
_MOST_SKIPPED = 64


@kernel
def mark_kept(points: Floats, rings: Ints, fixed: Flags, within_m: float) -> Flags:
    """Mark the corners that are left of rings when they may step back, never forward.

    From a kept corner the line goes to the farthest one that it may: all corners between lie on its
    outer side, by no more than `within_m`.

    Parameters
    ----------
    points : shape (n, 2)
        Corners in metres; rings closed, the inside on their left.
    rings : shape (r + 1,)
        Where each ring starts; the last one is n.
    fixed : shape (n,)
        Corners to keep.
    within_m
        Metres.

    Returns
    -------
    ndarray, shape (n,)
        False for corners to leave out. A ring keeps at least three, or all of them.
    """
    kept = np.zeros(len(points), dtype=np.bool_)
    for ring in range(len(rings) - 1):
        first, last = rings[ring], rings[ring + 1] - 1
        count, at = 1, first
        kept[first] = True
        while at < last:
            end = at + 1
            for further in range(at + 2, min(last, at + _MOST_SKIPPED) + 1):
                if fixed[further - 1] or not _steps_back(points, at, further, within_m):
                    break
                end = further
            kept[end] = True
            count, at = count + 1, end
        if count < 4:
            kept[first : last + 1] = True
    return kept


@helper
def _steps_back(points: Floats, start: int, end: int, within_m: float) -> bool:
    """Tell whether all corners between two lie outside the line from one to the other, and near."""
    x, y = points[start]
    dx, dy = points[end, 0] - x, points[end, 1] - y
    length = np.hypot(dx, dy)
    if length == 0.0:
        return False
    for corner in range(start + 1, end):
        px, py = points[corner, 0] - x, points[corner, 1] - y
        outward = (dy * px - dx * py) / length
        along = (dx * px + dy * py) / length
        if not (-_ON_LINE_M <= outward <= within_m and 0.0 <= along <= length):
            return False
    return True
