"""The metric frame of some places, and longitudes where these cross the 180th meridian.

A sheet is a map of the Earth, 360 degrees wide, that begins at any longitude. On one that begins
west of the data they are not torn apart at 180 degrees: east of it the longitudes go on, to 181.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from planner.crs.array_types import Floats
from planner.crs.metric import metric_crs_at

#: West, south, east, north in degrees; east may lie beyond 180.
Bounds = tuple[float, float, float, float]

#: A walk measured in a frame may be too long or too short by this share, which is what UTM itself
#: is off by in the middle of a zone.
MAX_STRETCH: Final = 0.0004
#: Projections are not exact to the last digit, so a share may exceed the limit by this much.
_STRETCH_NOISE: Final = 1e-7
#: Wider than this many degrees of longitude, no single frame is true enough.
MAX_DEGREES: Final = 6.0
#: Latitudes between which a frame may lie: UTM ends there, and near a pole a degree of longitude
#: is very short.
SOUTH, NORTH = -80.0, 84.0
#: What lies within a metre of a border lies on it: coordinates are rounded, and what is straight in
#: degrees is bent in metres.
RIM_M: Final = 1.0
#: Straight lines in degrees are bent in metres. Cut into pieces of this length, they are off by
#: less than a metre.
_CUT_DEG: Final = 0.05


def choose_frame(lonlat: Floats, bounds: Bounds | None = None) -> pyproj.CRS:
    """Return a metric CRS that is true to 0.04 % wherever the places lie, if one can be.

    It is the UTM zone of the middle (the median, so that a place far off moves nothing). Where UTM
    is off by more, as at the edge of a zone near the equator, it is a transverse Mercator about the
    middle of the bounds: true on its meridian, 1 part in a million too long 9 km beside it, 0.04 %
    at 180 km. If the bounds reach more than some 250 km to both sides no frame is true everywhere;
    then it is one that is true where most places lie.

    Parameters
    ----------
    lonlat : shape (n, 2)
        WGS-84 degrees, n > 0.
    bounds
        The land the frame is for; by default that of the places.

    Raises
    ------
    CrsError
        If the middle lies near a pole.
    """
    lon = move_to_sheet(lonlat[:, 0], find_west_end(lonlat[:, 0]))
    middle, latitude = float(np.median(lon)), float(np.median(lonlat[:, 1]))
    bounds = bounds or find_bounds(np.column_stack([lon, lonlat[:, 1]]))
    midway = (bounds[0] + bounds[2]) / 2
    tries = (
        metric_crs_at(wrap_longitude(middle), latitude),
        _make_mercator(midway, 1.0),
        _make_mercator(midway, 1.0 - MAX_STRETCH),
    )
    for crs in tries:
        if measure_stretch(crs, bounds) <= MAX_STRETCH + _STRETCH_NOISE:
            return crs
    return _make_mercator(middle, 1.0)


def measure_stretch(crs: pyproj.CRS, bounds: Bounds) -> float:
    """Return by which share a short walk is at most too long or too short inside some bounds."""
    west, south, east, north = bounds
    broadest = min(max(0.0, south), north)  # a degree of longitude is longest at the equator
    factors = pyproj.Proj(crs).get_factors([west, east], [broadest, broadest])
    return float(np.abs(np.asarray(factors.meridional_scale) - 1.0).max())


def _make_mercator(lon: float, scale: float) -> pyproj.CRS:
    """Return a transverse Mercator with its meridian at a longitude, to a hundredth of a degree."""
    return pyproj.CRS.from_user_input(
        f"+proj=tmerc +lat_0=0 +lon_0={wrap_longitude(round(lon, 2)):g} +k_0={scale:g} +x_0=500000 "
        "+y_0=0 +datum=WGS84 +units=m +no_defs"
    )


def find_west_end(lon: Floats) -> float:
    """Return where the shortest stretch of longitudes that holds all of some begins, degrees."""
    if lon.max() - lon.min() <= 180:  # nothing shorter goes the other way round
        return float(lon.min())
    round_earth = np.unique(lon % 360)
    gaps = np.diff(round_earth, append=round_earth[0] + 360)
    west = round_earth[(int(np.argmax(gaps)) + 1) % len(round_earth)]
    return wrap_longitude(float(west))


def move_to_sheet(lon: Floats, west: float) -> Floats:
    """Return longitudes between west and west + 360; those already there stay bit for bit."""
    return lon + 360.0 * np.ceil((west - lon) / 360.0)


def wrap_longitude(lon: float) -> float:
    """Return a longitude between -180 and 180."""
    return lon if -180 <= lon <= 180 else (lon + 180.0) % 360.0 - 180.0


def find_bounds(lonlat: Floats) -> Bounds:
    """Return west, south, east, north of places (n, 2) on one sheet."""
    (west, south), (east, north) = lonlat.min(axis=0), lonlat.max(axis=0)
    return float(west), float(south), float(east), float(north)


def move_shape_to_sheet(shape: BaseGeometry, west: float) -> BaseGeometry:
    """Return a shape in degrees between west and west + 360.

    Parts that meet at 180 degrees, because a file cuts them there, grow together.
    """
    moved = shapely.transform(
        shape, lambda at: np.column_stack([move_to_sheet(at[:, 0], west), at[:, 1]])
    )
    if shapely.equals_exact(moved, shape):
        return shape
    return shapely.union_all(shapely.get_parts(moved))


def cut_to(shape: BaseGeometry, bounds: Bounds) -> BaseGeometry:
    """Return the part of a shape that lies inside some bounds, both in degrees.

    The shape may be written with longitudes that are 360 degrees off those of the bounds.
    """
    turns = [translate(shape, turn) for turn in (-360.0, 0.0, 360.0)]
    return shapely.intersection(shapely.union_all(turns), shapely.box(*bounds))


def shape_to_metric(shape: BaseGeometry, crs: pyproj.CRS) -> BaseGeometry:
    """Bring a shape from degrees into a metric CRS; its lines are straight in degrees."""
    move = pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform
    return shapely.transform(
        shapely.segmentize(shape, _CUT_DEG), lambda at: np.column_stack(move(at[:, 0], at[:, 1]))
    )


def holds(shape: BaseGeometry, xy: Floats, rim: float = RIM_M) -> NDArray[np.bool_]:
    """Tell which places (n, 2) lie in a shape, on its border or within `rim` of it.

    A place without numbers, such as one that a frame does not reach, lies outside.
    """
    shapely.prepare(shape)
    inside = np.asarray(shapely.intersects_xy(shape, xy), dtype=bool).reshape(len(xy))
    if rim > 0:
        asked = np.flatnonzero(~inside & np.isfinite(xy).all(axis=1))
        inside[asked] = shapely.dwithin(shape, shapely.points(xy[asked]), rim)
    return inside
