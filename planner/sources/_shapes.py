"""Shapes from GeoJSON and from WKB; a value that is no shape is reported, not mended."""

import struct
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.sources._strict_json import Written

#: Its number in WKB.
_COLLECTION: Final = 7
_Found = tuple[BaseGeometry | None, str, int]
_BROKEN: Final = "geometry cannot be read"
_NO_NUMBERS: Final = "coordinates are no numbers"


def read_geometry(value: Any) -> _Found:
    """Make the shape of a GeoJSON geometry.

    Parameters
    ----------
    value
        As `make_decoder` reads it; None for none.

    Returns
    -------
    shape, str, int
        The shape (None where there is none), why it cannot be used or "", and its corners.
    """
    if value is None:
        return None, "", 0
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "GeometryCollection":
        return None, "geometry is a GeometryCollection", 0
    if not isinstance(kind, str) or kind not in _SHAPES:
        return None, _BROKEN, 0
    try:
        shape = _SHAPES[kind](value.get("coordinates"))
    except (TypeError, ValueError, shapely.errors.GEOSException):
        return None, _BROKEN, 0
    return _check_corners(shape)


def read_geometry_blob(blob: bytes | None) -> _Found:
    """Make the shape of a geometry of a GeoPackage: a header, then WKB.

    Returns
    -------
    shape, str, int
        As of `read_geometry`.
    """
    if blob is None:
        return None, "", 0
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        return None, _BROKEN, 0
    envelope = (blob[3] >> 1) & 7  # how long the bounds in the header are
    return read_wkb(blob[8 + (0, 32, 48, 48, 64, 0, 0, 0)[envelope] :])


def read_wkb(wkb: bytes | None) -> _Found:
    """Make the shape of a geometry in WKB as ISO has it; None is none.

    Returns
    -------
    shape, str, int
        As of `read_geometry`.
    """
    if wkb is None:
        return None, "", 0
    try:
        kind = _read_kind(wkb, 0)[1]
        if kind == _COLLECTION:
            return None, "geometry is a GeometryCollection", 0
        if _find_end(wkb, 0) > len(wkb):
            return None, _BROKEN, 0
        shape = shapely.from_wkb(wkb)
    except (struct.error, ValueError, shapely.errors.GEOSException):
        return None, _BROKEN, 0
    return _check_corners(shapely.force_2d(shape))


def _check_corners(shape: BaseGeometry) -> _Found:
    """Refuse a shape with coordinates that are infinite or no numbers."""
    corners = shapely.get_coordinates(shape)
    if not np.isfinite(corners).all():
        return None, _NO_NUMBERS, 0
    return shape, "", len(corners)


def _read_corners(positions: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the positions of a list as an array of x, y."""
    if type(positions) is not list or not set(map(type, positions)) <= {list}:
        raise TypeError(_BROKEN)
    flat = [number for position in positions for number in position[:2]]
    if len(flat) != 2 * len(positions) or not set(map(type, flat)) <= {Written}:
        raise TypeError(_BROKEN)
    return np.array(list(map(float, flat)), dtype=np.float64).reshape(-1, 2)


def _check_list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise TypeError(_BROKEN)
    return value


def _point(value: Any) -> BaseGeometry:
    return shapely.points(_read_corners([value])[0]) if value != [] else shapely.Point()


def _line(value: Any) -> BaseGeometry:
    return shapely.linestrings(_read_corners(value))


def _polygon(value: Any) -> BaseGeometry:
    """Return a polygon of its outer ring and its holes; a ring that is open is closed."""
    rings = [shapely.linearrings(_read_corners(ring)) for ring in _check_list(value)]
    return shapely.polygons(rings[0], rings[1:] or None) if rings else shapely.Polygon()


_SHAPES: Final[dict[str, Callable[[Any], BaseGeometry]]] = {
    "Point": _point,
    "LineString": _line,
    "Polygon": _polygon,
    "MultiPoint": lambda value: shapely.multipoints(_read_corners(value)),
    "MultiLineString": lambda value: shapely.multilinestrings(
        [_line(p) for p in _check_list(value)]
    ),
    "MultiPolygon": lambda value: shapely.multipolygons([_polygon(p) for p in _check_list(value)]),
}


#: Types of GeoJSON.
GEOMETRY_TYPES: Final = (*_SHAPES, "GeometryCollection")


def _read_kind(wkb: bytes, at: int) -> tuple[str, int, int, int]:
    """Return byte order, number of the type, dimensions and count of a shape in WKB."""
    order = "<" if wkb[at : at + 1] == b"\1" else ">"
    code, count = struct.unpack_from(f"{order}II", wkb, at + 1)
    # In WKB as ISO has it, 1000 more is with heights, 2000 with measures, 3000 with both.
    if code >= 4000:
        raise ValueError(_BROKEN)
    return order, code % 1000, (2, 3, 3, 4)[code // 1000], count


def _find_end(wkb: bytes, at: int, only: int = 0) -> int:
    """Return where a shape in WKB ends; a ValueError if it holds what is not read.

    GEOS itself trusts collections of collections of collections, until its stack is full and the
    process dies: only parts of the one type that they can have are let through.
    """
    order, kind, dims, count = _read_kind(wkb, at)
    if not 1 <= kind <= 6 or (only and kind != only):
        raise ValueError(_BROKEN)
    if kind == 1:
        return at + 5 + 8 * dims
    at += 9
    if kind == 2:
        return at + count * 8 * dims
    for _ in range(count):
        if kind == 3:
            at += 4 + struct.unpack_from(f"{order}I", wkb, at)[0] * 8 * dims
        else:
            at = _find_end(wkb, at, kind - 3)
    return at
