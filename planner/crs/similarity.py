"""A city's own grid, fitted to longitude and latitude through control points."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyproj

from planner.crs.array_types import Floats
from planner.crs.metric import WGS84, project, unproject
from planner.errors import CrsError

#: With two points there is always a perfect fit, which proves nothing.
FEWEST_POINTS: Final = 3
#: Root mean square of what is left at the control points, metres.
MAX_RESIDUAL_M: Final = 5.0
#: A grid in metres is no longer or shorter than this share.
MAX_SCALE_OFF: Final = 0.01
#: One point is wrong, and not all, where so much less is left without it.
_MUCH_LESS: Final = 1 / 3


@dataclass(frozen=True)
class LocalGrid:
    """A grid in metres that is turned, scaled and moved into a metric frame.

    Parameters
    ----------
    frame
        The metric CRS.
    east, north
        Metres of the frame for a metre along x: scale times cosine and sine of the turn.
    origin
        x, y of the grid's origin in the frame.
    residuals_m : array of n
        How far each control point lies from where the fit puts it.
    """

    frame: pyproj.CRS
    east: float
    north: float
    origin: tuple[float, float]
    residuals_m: Floats

    @property
    def residual_m(self) -> float:
        """Root mean square of the residuals, metres."""
        return float(np.sqrt(np.mean(self.residuals_m**2)))

    @property
    def scale(self) -> float:
        """Metres on the ground for a metre of the grid."""
        return float(np.hypot(self.east, self.north))

    @property
    def turn_deg(self) -> float:
        """Degrees, counted against the clock, by which the grid is turned."""
        return float(np.degrees(np.arctan2(self.north, self.east)))

    def to_lonlat(self, x: Floats, y: Floats) -> Floats:
        """Bring places of the grid to WGS-84 degrees, shape (n, 2)."""
        return unproject(_turn(self.east, self.north, self.origin, x, y), self.frame)

    def from_lonlat(self, lon: Floats, lat: Floats) -> Floats:
        """Bring WGS-84 degrees to places of the grid, shape (n, 2)."""
        away = project(lon, lat, self.frame) - np.array(self.origin)
        back = self.scale**2
        return _turn(self.east / back, -self.north / back, (0.0, 0.0), away[:, 0], away[:, 1])


def fit_local_grid(grid: Floats, lonlat: Floats) -> LocalGrid:
    """Fit a grid to control points: turn, scale and two shifts, by least squares.

    Parameters
    ----------
    grid : shape (n, 2)
        x (east), y (north) of the points in the city's grid, metres.
    lonlat : shape (n, 2)
        The same points in WGS-84 degrees.

    Raises
    ------
    CrsError
        If there are under three points, they lie in one place or on one line, or no turned and
        moved grid fits them to `MAX_RESIDUAL_M` with its own metres kept to 1 %.
    """
    if len(grid) < FEWEST_POINTS:
        raise CrsError(
            f"{len(grid)} control points do not fix a grid; give {FEWEST_POINTS} or more, far apart"
        )
    frame = _choose_frame(lonlat)
    goal = project(lonlat[:, 0], lonlat[:, 1], frame)
    found, other = _fit(grid, goal, frame), _fit(grid[:, ::-1], goal, frame)
    swapped = _holds(other)
    if _holds(found):
        if swapped:
            raise CrsError(
                "the control points lie nearly on one line, so that swapped columns fit as well; "
                "give one more beside that line"
            )
        return found
    advice = (
        "x and y look swapped (x is east here, though surveyors call north X); swap their headings"
        if swapped
        else "check the points, and the datum of their lon and lat"
    )
    raise CrsError(
        f"control points fit no grid: {found.residual_m:,.1f} m are left where "
        f"{MAX_RESIDUAL_M:g} m are allowed, and its metre is {found.scale:.4f} m; {advice}"
    )


def find_wrong_point(grid: Floats, lonlat: Floats) -> int | None:
    """Return the number of the point without which a grid fits the others, None for none.

    Parameters
    ----------
    grid, lonlat : shape (n, 2)
        As in `fit_local_grid`; with fewer than four points any two of three would fit.
    """
    if len(grid) <= FEWEST_POINTS:
        return None
    whole = _fit(grid, project(lonlat[:, 0], lonlat[:, 1], _choose_frame(lonlat)), WGS84)
    left = {}
    for number in range(len(grid)):
        others = np.arange(len(grid)) != number
        try:
            left[number] = fit_local_grid(grid[others], lonlat[others]).residual_m
        except CrsError:
            continue
    best = min(left, key=lambda number: left[number], default=-1)
    # Where all points are off a little, any of them may be left out.
    return best if left and left[best] <= _MUCH_LESS * whole.residual_m else None


def _choose_frame(lonlat: Floats) -> pyproj.CRS:
    """Return a transverse Mercator about some places, as city grids are."""
    lon, lat = np.median(lonlat, axis=0)
    # In a UTM zone north turns by 0.3 degrees across a city, which no similarity can follow.
    return pyproj.CRS.from_user_input(
        f"+proj=tmerc +lat_0={lat:.4f} +lon_0={lon:.4f} +k_0=1 +datum=WGS84 +units=m +no_defs"
    )


def _holds(found: LocalGrid) -> bool:
    """Tell whether a fit leaves little, and keeps the metre."""
    return found.residual_m <= MAX_RESIDUAL_M and abs(found.scale - 1) <= MAX_SCALE_OFF


def _fit(grid: Floats, goal: Floats, frame: pyproj.CRS) -> LocalGrid:
    """Return the best similarity, whatever it leaves."""
    # With complex numbers a similarity is goal = factor * grid + shift.
    z, w = grid[:, 0] + 1j * grid[:, 1], goal[:, 0] + 1j * goal[:, 1]
    centred = z - z.mean()
    spread = float(np.sum(np.abs(centred) ** 2))
    if spread < 1.0:
        raise CrsError("all control points lie in one place; give points far apart")
    factor = np.sum(np.conj(centred) * (w - w.mean())) / spread
    shift = w.mean() - factor * z.mean()
    left = np.abs(factor * z + shift - w)
    return LocalGrid(
        frame, float(factor.real), float(factor.imag), (float(shift.real), float(shift.imag)), left
    )


def _turn(east: float, north: float, origin: tuple[float, float], x: Floats, y: Floats) -> Floats:
    """Bring x, y of a grid into its frame."""
    return np.column_stack([origin[0] + east * x - north * y, origin[1] + north * x + east * y])
