"""The ways in which the numbers of a table may be read as places near another place."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyproj

from planner.crs.array_types import Floats
from planner.crs.datums import (
    LOCAL,
    Pair,
    bd09_to_gcj02,
    gcj02_to_wgs84,
    wgs84_to_gcj02,
)
from planner.crs.mainland import is_in_mainland
from planner.crs.metric import WGS84, metric_crs_at, transform
from planner.crs.similarity import LocalGrid

#: A reading whose middle lies farther than this from where the data should be is none.
NEAR_KM: Final = 150.0
_NUMBERED_M: Final = 10_000_000.0
_EARTH_KM_PER_DEG: Final = 111.2
#: CGCS2000 in zones of 3 and of 6 degrees: the zones that there are, the meridian of zone 0, and
#: the EPSG code that zone 0 would have, with the zone's number before the easting and without it.
_CGCS2000: Final = ((3, range(25, 46), 0, 4488, 4509), (6, range(13, 24), -3, 4478, 4489))


@dataclass(frozen=True)
class Reading:
    """Numbers read in one way.

    Parameters
    ----------
    name
        How people call it.
    crs
        What to write into the plan, "" where no key can say it.
    lonlat : shape (n, 2)
        WGS-84 degrees.
    swapped
        The two columns were taken for each other.
    """

    name: str
    crs: str
    lonlat: Floats
    swapped: bool = False


def list_readings(x: Floats, y: Floats, near: tuple[float, float]) -> list[Reading]:
    """List the readings of a table that bring the middle of its rows near a place.

    Parameters
    ----------
    x, y : array of n
        The numbers as the file has them: degrees or metres, n > 0.
    near
        Longitude and latitude, WGS-84.

    Returns
    -------
    list of Reading
        None where the numbers are those of a local grid, or belong elsewhere. Swapped columns are
        tried where no reading of the others comes near.
    """
    for swapped in (False, True):
        first, second = (y, x) if swapped else (x, y)
        found = list(_read_numbers(first, second, near, swapped=swapped))
        if found:
            return found
    return []


def list_local_readings(
    x: Floats, y: Floats, near: tuple[float, float], grid: LocalGrid
) -> list[Reading]:
    """List the readings of a table that is said to be in a local grid, that one first."""
    local = [
        Reading("the local grid", LOCAL, grid.to_lonlat(x, y)),
        Reading("the local grid", LOCAL, grid.to_lonlat(y, x), swapped=True),
    ]
    return [*local, *list_readings(x, y, near)]


def look_like_degrees(x: Floats, y: Floats) -> bool:
    """Tell whether numbers may be degrees, in either order."""
    return bool(max(np.median(np.abs(x)), np.median(np.abs(y))) <= 180)


def _read_numbers(
    x: Floats, y: Floats, near: tuple[float, float], *, swapped: bool
) -> Iterator[Reading]:
    """Yield the readings of numbers whose order is given."""
    if look_like_degrees(x, y):
        kinds = _DEGREES_INSIDE if is_in_mainland(*_as_arrays(near))[0] else _DEGREES_OUTSIDE
        for name, crs, bring in kinds:
            lonlat = np.column_stack(bring(x, y))
            if is_near(lonlat, near):
                yield Reading(name, crs, lonlat, swapped)
        return
    yield from _read_metres(x, y, near, swapped=swapped)


def _read_metres(
    x: Floats, y: Floats, near: tuple[float, float], *, swapped: bool
) -> Iterator[Reading]:
    """Yield the readings of metres; of frames that agree only the first."""
    middle = np.array([np.median(x)]), np.array([np.median(y)])
    seen: list[Floats] = []
    for code in _list_codes(near, numbered=bool(middle[0] > _NUMBERED_M)):
        frame = pyproj.CRS.from_epsg(code)
        # The middle alone first: most frames put it elsewhere.
        there = transform(frame, WGS84, *middle)
        if not is_near(there, near) or any(np.allclose(there, one, atol=1e-7) for one in seen):
            continue
        seen.append(there)
        yield Reading(frame.name, f"EPSG:{code}", transform(frame, WGS84, x, y), swapped)


def _list_codes(near: tuple[float, float], *, numbered: bool) -> list[int]:
    """List the EPSG codes in metres that tables near a place come in.

    numbered : the eastings have the number of their zone before them.
    """
    utm = [
        metric_crs_at((near[0] + turn + 180) % 360 - 180, near[1]).to_epsg() for turn in (0, -6, 6)
    ]
    national = [
        (first if numbered else other) + zone
        for width, zones, meridian, first, other in _CGCS2000
        for zone in zones
        # The zone of the place and those beside it, for places near the rim of one.
        if abs(meridian + width * zone - near[0]) <= 1.5 * width
    ]
    inside = is_in_mainland(*_as_arrays(near))[0]
    return [*(national if inside else ()), *(code for code in utm if code), 3857]


def is_near(lonlat: Floats, near: tuple[float, float]) -> bool:
    """Tell whether the middle of places (n, 2), degrees, lies near another one."""
    lon, lat = np.median(lonlat, axis=0)
    if not (np.isfinite(lon) and np.isfinite(lat) and abs(lat) <= 90):
        return False
    east = ((lon - near[0] + 180) % 360 - 180) * np.cos(np.radians(near[1]))
    return bool(np.hypot(east, lat - near[1]) * _EARTH_KM_PER_DEG <= NEAR_KM)


def _as_arrays(place: tuple[float, float]) -> Pair:
    return np.array([place[0]]), np.array([place[1]])


def _keep(x: Floats, y: Floats) -> Pair:
    return x, y


def _undo_bd09(x: Floats, y: Floats) -> Pair:
    return gcj02_to_wgs84(*bd09_to_gcj02(x, y, anywhere=True), anywhere=True)


def _undo_gcj02(x: Floats, y: Floats) -> Pair:
    return gcj02_to_wgs84(x, y, anywhere=True)


def _do_gcj02(x: Floats, y: Floats) -> Pair:
    return wgs84_to_gcj02(x, y, anywhere=True)


_Kind = tuple[str, str, Callable[[Floats, Floats], Pair]]
_DEGREES_INSIDE: Final[tuple[_Kind, ...]] = (
    ("WGS-84", "EPSG:4326", _keep),
    ("GCJ-02", "GCJ-02", _undo_gcj02),
    ("BD-09", "BD-09", _undo_bd09),
    ("WGS-84 converted as if it were GCJ-02", "", _do_gcj02),
)
#: Outside China nobody publishes shifted maps, but programs shift whatever they are given.
_DEGREES_OUTSIDE: Final[tuple[_Kind, ...]] = (
    ("WGS-84", "EPSG:4326", _keep),
    ("WGS-84 shifted to GCJ-02 as if in China", "", _undo_gcj02),
    ("WGS-84 shifted to BD-09 as if in China", "", _undo_bd09),
    ("WGS-84 converted from GCJ-02 as if in China", "", _do_gcj02),
)
