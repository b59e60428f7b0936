"""The part of the plane that a map shows, how it is chosen, and how large it is on paper."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from planner.errors import PlannerError, quote

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from planner.reports.printed.printed_layers import PrintedLayers

#: Round a site at least so much is shown, metres from side to side.
_LEAST_SITE_M: Final = 1500.0


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


def find_bounds(
    layers: PrintedLayers, town: str | None, site: str | None
) -> tuple[float, float, float, float]:
    """Return what a map has to show: a town, a site's surroundings, or all of the area.

    Returns
    -------
    tuple of float
        West, south, east, north, metres of the plan's CRS.

    Raises
    ------
    PlannerError
        If town or site is unknown.
    """
    if site is not None:
        return _find_site_bounds(layers, site)
    if town is None:
        return layers.bounds
    west, south, east, north = find_outline(layers, town).bounds
    return west, south, east, north


def find_outline(layers: PrintedLayers, town: str) -> Any:
    """Return the outline of a town, metres of the plan's CRS.

    Raises
    ------
    PlannerError
        If there is none of that name.
    """
    own = (layers.areas["name"] == town).to_numpy()
    if not own.any():
        known = [str(name) for name in layers.areas["name"].dropna()]
        if not known:
            raise PlannerError(f"town {quote(town)} is unknown: this run counts no towns")
        near = ", ".join(quote(name) for name in get_close_matches(town, known, 3, 0.0))
        raise PlannerError(f"town {quote(town)} is unknown; the nearest names are {near}")
    return shapely.union_all(layers.areas.geometry[own].make_valid().to_numpy())


def _find_site_bounds(layers: PrintedLayers, site: str) -> tuple[float, float, float, float]:
    rows = layers.sites[(layers.sites["site_id"] == site).to_numpy()]
    if not len(rows):
        raise PlannerError(f"site {quote(site)} is unknown; choose one of the proposal's sites")
    here = rows.geometry.iloc[0]
    gained = layers.gained[(layers.gained["nearest_after"] == site).to_numpy()]
    shapes = [here, *gained.geometry]
    fronts = layers.frontages[(layers.frontages["site_id"] == site).to_numpy()]
    west, south, east, north = shapely.total_bounds(np.array([*shapes, *fronts.geometry]))
    # The site in the middle: everything that is seen lies round it.
    half = max(
        here.x - west, east - here.x, here.y - south, north - here.y, _LEAST_SITE_M / 2
    ) + 80.0  # fmt: skip
    return here.x - half, here.y - half, here.x + half, here.y + half
