"""Plain columns for the page: lengths in whole steps, texts without gaps."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from planner.crs.array_types import Floats, Ints

#: Into how many steps a metre is cut, the first that will do. Whether a leg of 100 m, or one beside
#: a wall, is possible must not tip: with 1,000 steps seven of the 21,610 units of the demo walk up
#: to 0.09 minutes longer or shorter than in a run, with 10,000 none by more than 0.0001.
_STEPS_A_METRE: Final = (10_000, 1_000, 100)
#: Larger whole numbers do not fit into those that JavaScript counts fastest with.
LARGEST: Final = 2**30 - 1

Columns = dict[str, NDArray[Any]]


class Ruler:
    """Counts metres in whole steps from an origin, as short as the width of the data allows."""

    def __init__(self, origin: Floats, width_m: float) -> None:
        self._origin = origin
        fitting = (each for each in _STEPS_A_METRE if width_m * each <= LARGEST)
        self.a_metre = next(fitting, _STEPS_A_METRE[-1])

    def places(self, xy: Floats) -> tuple[Ints, Ints]:
        """Return x and y of places (n, 2); what lies too far off stands at the end of the scale."""
        x, y = self.count(np.asarray(xy, dtype=np.float64).reshape(-1, 2) - self._origin).T
        return np.ascontiguousarray(x), np.ascontiguousarray(y)

    def count(self, metres: Floats) -> Ints:
        """Return lengths (n,) or places (n, 2), metres, in whole steps."""
        steps = np.clip(np.rint(metres * self.a_metre), -LARGEST, LARGEST)
        return np.asarray(steps, dtype=np.int64)


def list_texts(values: Any) -> list[str]:
    """Return the values of a column as texts, "" for each that is missing."""
    return ["" if value is None or value != value else str(value) for value in values]
