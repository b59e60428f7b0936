"""The part of the plane that a map shows, and how large it is on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class View:
    """A rectangle of the plane on a rectangle of paper.

    box : west, south, east, north, metres of the plan's CRS.
    wide_mm, high_mm : on paper; the same metres to a millimetre in both directions.
    """

    box: tuple[float, float, float, float]
    wide_mm: float
    high_mm: float

    @property
    def m_per_mm(self) -> float:
        """Return how many metres a millimetre of paper stands for."""
        return (self.box[2] - self.box[0]) / self.wide_mm

    @property
    def frame(self) -> shapely.Polygon:
        """Return the rectangle as a polygon."""
        return shapely.box(*self.box)

    def to_mm(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return places on paper, from the lower left corner of the map."""
        from_corner = np.asarray(points, dtype=np.float64) - np.array(self.box[:2])
        return np.asarray(from_corner / self.m_per_mm)


def fit_view(
    bounds: tuple[float, float, float, float],
    size_mm: tuple[float, float],
    *,
    margin: float = 0.04,
    least_m: float = 200.0,
) -> View:
    """Return a view of so many millimetres with all of the bounds in its middle.

    Parameters
    ----------
    bounds
        What has to be seen, metres.
    size_mm
        Of the paper.
    margin
        What is left free round it, as a part of its size.
    least_m
        A smaller view would show nothing that one knows.
    """
    west, south, east, north = bounds
    wide, high = size_mm
    grown = 1 + 2 * margin
    m_per_mm = max((east - west) * grown / wide, (north - south) * grown / high, least_m / wide)
    x, y = (west + east) / 2, (south + north) / 2
    half_x, half_y = m_per_mm * wide / 2, m_per_mm * high / 2
    return View((x - half_x, y - half_y, x + half_x, y + half_y), wide, high)
