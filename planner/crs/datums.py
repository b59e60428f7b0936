"""The datums of China's web maps, and any other CRS, turned into WGS-84.

GCJ-02 is the shifted datum of Chinese web maps, BD-09 Baidu's further shift of it. Both are written
here from their published formulas; the inverse is found by iteration. CGCS2000 (EPSG:4490) is
WGS-84 to within centimetres and is taken as the same. Outside mainland China nothing is shifted.

Looked at in November 2026 and left, as none takes arrays, asks for an outline (all take the
rectangle that holds Mongolia and Vietnam too) and is exact to 1 cm both ways: eviltransform 0.1.1
(inverse off by up to 3.1 m, its exact one by 0.9 m, BD-09 by 15 cm), coord-convert 0.2.1 (GCJ-02
exact, BD-09 off by 15 cm), prcoords 1.0.2 (BD-09 off by 1.8 cm), pygcj 0.0.2 (hundreds of metres).
"""

import warnings
from collections.abc import Callable

import numpy as np
import pyproj
from numpy.typing import ArrayLike
from pyproj.exceptions import CRSError
from pyproj.transformer import AreaOfInterest, TransformerGroup

from planner.crs.array_types import Flags, Floats
from planner.crs.mainland import is_in_mainland
from planner.crs.metric import WGS84, transform
from planner.crs.similarity import LocalGrid
from planner.errors import CrsError

DATUMS = ("EPSG:4326", "GCJ-02", "BD-09", "CGCS2000")

LOCAL = "local"
"""What a plan calls the grid of its control points, see `similarity.LocalGrid`."""

Pair = tuple[Floats, Floats]

# Krasovsky 1940, the ellipsoid of the GCJ-02 formula.
_AXIS_M = 6378245.0
_ECCENTRICITY2 = 0.00669342162296594323
_BD_TURN = np.pi * 3000 / 180
_EXACT_DEG = 1e-12
#: Four or five are enough.
_ROUNDS = 50


def to_wgs84_lonlat(lon: ArrayLike, lat: ArrayLike, datum: str | LocalGrid) -> Pair:
    """Turn coordinates of a datum or CRS into WGS-84 longitude and latitude.

    Parameters
    ----------
    lon, lat : array of n
        Longitude and latitude, or easting and northing where the CRS is projected.
    datum
        `EPSG:4326`, `GCJ-02`, `BD-09`, `CGCS2000`, any EPSG code (`EPSG:32651`), or a grid that
        was fitted to control points.

    Returns
    -------
    pair of arrays of n
        lon, lat in WGS-84 degrees; `inf` where the CRS does not reach.

    Raises
    ------
    CrsError
        If the datum is not known.
    """
    x = np.atleast_1d(np.asarray(lon, dtype=np.float64))
    y = np.atleast_1d(np.asarray(lat, dtype=np.float64))
    if isinstance(datum, LocalGrid):
        there = datum.to_lonlat(x, y)
        return there[:, 0], there[:, 1]
    key = _check_placed(datum)
    if key in {"EPSG:4326", "CGCS2000"}:
        return x.copy(), y.copy()
    if key == "GCJ-02":
        return gcj02_to_wgs84(x, y)
    if key == "BD-09":
        return gcj02_to_wgs84(*bd09_to_gcj02(x, y))
    moved = transform(pyproj.CRS.from_user_input(key), WGS84, x, y)
    return moved[:, 0], moved[:, 1]


def from_wgs84_lonlat(lon: ArrayLike, lat: ArrayLike, datum: str | LocalGrid) -> Pair:
    """Undo `to_wgs84_lonlat`: the same parameters, the coordinates of the datum or CRS returned."""
    x, y = (np.atleast_1d(values) for values in _to_floats(lon, lat))
    if isinstance(datum, LocalGrid):
        there = datum.from_lonlat(x, y)
        return there[:, 0], there[:, 1]
    key = _check_placed(datum)
    if key in {"EPSG:4326", "CGCS2000"}:
        return x.copy(), y.copy()
    if key in {"GCJ-02", "BD-09"}:
        shifted = wgs84_to_gcj02(x, y)
        return gcj02_to_bd09(*shifted) if key == "BD-09" else shifted
    moved = transform(WGS84, pyproj.CRS.from_user_input(key), x, y)
    return moved[:, 0], moved[:, 1]


def _check_placed(datum: str) -> str:
    """Return the name of a datum that tells by itself where its numbers lie."""
    key = check_datum(datum)
    if key == LOCAL:
        raise CrsError("a local grid has no places of its own; fit it to control points")
    return key


def check_datum(datum: str) -> str:
    """Return the name of the datum as this module spells it (`gcj02` -> `GCJ-02`).

    Raises
    ------
    CrsError
        If it is neither a datum of `DATUMS` nor a code that pyproj knows.
    """
    spelled = {name.replace("-", ""): name for name in DATUMS}
    spelled |= {"EPSG:4490": "CGCS2000", "WGS84": "EPSG:4326", "LOCAL": LOCAL}
    key = datum.strip().upper()
    known = spelled.get(key.replace("-", "").replace(" ", ""))
    if known:
        return known
    try:
        crs = pyproj.CRS.from_user_input(key) if key.startswith("EPSG:") else None
    except CRSError:
        crs = None
    if crs is None or not is_on_earth(crs):
        allowed = ", ".join(DATUMS)
        fault = "unknown crs" if crs is None else "no places on Earth in crs"
        raise CrsError(f"{fault} {datum!r}; give {allowed} or an EPSG code like EPSG:32651")
    return key


def is_shift_known(datum: str, lon: float, lat: float) -> bool:
    """Tell whether the way from a datum to WGS-84 is known at a place, to some metres.

    PROJ has none for Xian 1980, and for Beijing 1954 only on some coasts: elsewhere it takes the
    degrees as they are, which is off by up to some 100 m.
    """
    key = check_datum(datum)
    if not key.startswith("EPSG:"):
        return True
    crs = pyproj.CRS.from_user_input(key)
    base = crs.geodetic_crs
    if base is None or base.to_epsg() in {4326, 4490}:
        return True
    around = AreaOfInterest(lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1)
    # Ways that know no shift have the accuracy -1; grids that are more exact need not be there.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        ways = TransformerGroup(crs, WGS84, always_xy=True, area_of_interest=around).transformers
    return any(way.accuracy >= 0 for way in ways)


def is_on_earth(crs: pyproj.CRS) -> bool:
    """Tell whether a CRS gives places on Earth by two coordinates, as no local frame does."""
    return (crs.is_geographic or crs.is_projected) and not crs.is_geocentric


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike, *, anywhere: bool = False) -> Pair:
    """Shift WGS-84 degrees to GCJ-02; outside mainland China nothing changes.

    Parameters
    ----------
    lon, lat : array of n
        Degrees.
    anywhere
        True: shift outside as well, as programs do that never ask where a place lies.

    Returns
    -------
    pair of arrays of n
        lon, lat in GCJ-02 degrees.
    """
    x, y = _to_floats(lon, lat)
    return _choose(_is_shifted(x, y, anywhere=anywhere), _shift_gcj(x, y), (x, y))


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike, *, anywhere: bool = False) -> Pair:
    """Undo `wgs84_to_gcj02`, exact to less than 1e-9 degrees."""
    x, y = _to_floats(lon, lat)
    there = _invert(_shift_gcj, x, y)
    # Asked of where it would come to lie: so what was shifted is what is shifted back.
    return _choose(_is_shifted(*there, anywhere=anywhere), there, (x, y))


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike, *, anywhere: bool = False) -> Pair:
    """Shift GCJ-02 degrees to Baidu's BD-09; outside mainland China nothing changes."""
    x, y = _to_floats(lon, lat)
    here = _invert(_shift_gcj, x, y)
    return _choose(_is_shifted(*here, anywhere=anywhere), _shift_bd(x, y), (x, y))


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike, *, anywhere: bool = False) -> Pair:
    """Undo `gcj02_to_bd09`, exact to less than 1e-9 degrees."""
    x, y = _to_floats(lon, lat)
    there = _invert(_shift_bd, x, y)
    here = _invert(_shift_gcj, *there)
    return _choose(_is_shifted(*here, anywhere=anywhere), there, (x, y))


def _to_floats(lon: ArrayLike, lat: ArrayLike) -> Pair:
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def _is_shifted(lon: Floats, lat: Floats, *, anywhere: bool) -> Flags:
    """Tell which places (WGS-84) the web maps of China shift."""
    return np.ones(np.shape(lon), dtype=bool) if anywhere else is_in_mainland(lon, lat)


def _choose(flags: Flags, first: Pair, second: Pair) -> Pair:
    """Return the first of two pairs where flags are set, else the second."""
    return np.where(flags, first[0], second[0]), np.where(flags, first[1], second[1])


def _shift_gcj(lon: Floats, lat: Floats) -> Pair:
    """Bring WGS-84 to GCJ-02, wherever it lies."""
    east, north = _gcj_shift(lon, lat)
    return lon + east, lat + north


def _shift_bd(lon: Floats, lat: Floats) -> Pair:
    """Bring GCJ-02 to BD-09, wherever it lies."""
    radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * _BD_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _gcj_shift(lon: Floats, lat: Floats) -> Pair:
    """Shift in degrees that GCJ-02 adds at WGS-84 lon, lat."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    common = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    north_m += (20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi)) * 2 / 3
    north_m += (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    east_m += (20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3
    east_m += (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    latitude = np.radians(lat)
    flat = 1 - _ECCENTRICITY2 * np.sin(latitude) ** 2
    meridian_m = _AXIS_M * (1 - _ECCENTRICITY2) / flat**1.5
    parallel_m = _AXIS_M / np.sqrt(flat) * np.cos(latitude)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.degrees(east_m / parallel_m), np.degrees(north_m / meridian_m)


def _invert(forward: Callable[[Floats, Floats], Pair], goal_x: Floats, goal_y: Floats) -> Pair:
    """Find the point that `forward` brings to the goal, by fixed-point iteration."""
    x, y = goal_x.copy(), goal_y.copy()
    for _ in range(_ROUNDS):
        # Both shifts hardly change from place to place, so adding what is missing soon gets there.
        there_x, there_y = forward(x, y)
        off_x, off_y = goal_x - there_x, goal_y - there_y
        x, y = x + off_x, y + off_y
        moved = np.abs(np.concatenate([np.ravel(off_x), np.ravel(off_y)]))
        # Asked this way round, places without numbers do not keep it going.
        if not np.any(moved > _EXACT_DEG):
            break
    return x, y
