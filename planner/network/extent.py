"""Where the streets of a plan lie: which belong to area and ring, and whether one CRS suits all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.crs.array_types import Floats
from planner.crs.frame import (
    MAX_DEGREES,
    NORTH,
    SOUTH,
    Bounds,
    find_bounds,
    find_west_end,
    move_shape_to_sheet,
    move_to_sheet,
)
from planner.errors import SourceError
from planner.sources.osm.extract import WalkWays

#: A degree of latitude is at least this long, metres.
_DEGREE_M: Final = 110_500.0
#: Streets are looked for in squares of this side, where the parts of an area lie far apart.
_SQUARE_DEG: Final = 0.1


@dataclass(frozen=True)
class Extent:
    """Where area, ring and their streets lie, in degrees on one sheet (see `frame`).

    lonlat (n, 2) : the nodes of the streets in area and ring.
    bounds : of these and of the area.
    boundary : the plan's, None where it has none.
    notes : parts of the boundary that are left out, a line each.
    """

    lonlat: Floats
    bounds: Bounds
    boundary: BaseGeometry | None
    notes: tuple[str, ...] = ()


def find_extent(ways: WalkWays, boundary: BaseGeometry | None, ring_m: float, file: str) -> Extent:
    """Find the streets of area and ring, and refuse what one metric CRS cannot measure truly.

    Parts of a boundary that lie far off and hold no street are left out with a note.

    Parameters
    ----------
    ways
        Streets in EPSG:4326.
    boundary
        Polygon in EPSG:4326, None: the streets are the area.
    ring_m
        Width of the ring round the boundary, metres.
    file
        Name of the extract, for messages.

    Raises
    ------
    SourceError
        If no street lies near the boundary, or area or streets span more than 6 degrees of
        longitude, or come near a pole: the message names the part, or the way and its node.
    """
    kept: BaseGeometry | None = None
    notes: tuple[str, ...] = ()
    if boundary is not None:
        boundary = to_sheet(boundary)
        squares = list_squares(ways) if is_too_wide(boundary) else None
        kept, notes = keep_boundary(boundary, squares, ring_m, file)
    nodes = find_nodes(ways, kept, ring_m)

    def name(row: int) -> str:
        """Name a node, a way through it and its place."""
        at = nodes[row]
        way = ways.way_id[np.searchsorted(ways.offsets, at, side="right") - 1]
        return name_node(ways.node_id[at], way, ways.lonlat[at])

    return make_extent(ways.lonlat[nodes], name, kept, notes, file)


def to_sheet(boundary: BaseGeometry) -> BaseGeometry:
    """Return a boundary on the sheet that begins at its own west end."""
    return move_shape_to_sheet(boundary, find_west_end(shapely.get_coordinates(boundary)[:, 0]))


def is_too_wide(boundary: BaseGeometry) -> bool:
    """Tell whether parts of a boundary, on its sheet, must be left out if they hold no street."""
    west, _, east, _ = boundary.bounds
    return bool(east - west > MAX_DEGREES and len(shapely.get_parts(boundary)) > 1)


def keep_boundary(
    boundary: BaseGeometry, squares: Floats | None, ring_m: float, file: str
) -> tuple[BaseGeometry, tuple[str, ...]]:
    """Return a boundary without parts that lie far off and hold no street, and notes of those.

    Parameters
    ----------
    boundary
        From `to_sheet`.
    squares
        From `list_squares`; None where it is not too wide, so that all parts stay.
    """
    if squares is None:
        return boundary, ()
    kept, left_out = _keep_parts_with_streets(boundary, squares, ring_m)
    if kept is None:
        raise _refuse_elsewhere(file)
    return kept, _note_left_out(left_out)


def find_nodes(ways: WalkWays, boundary: BaseGeometry | None, ring_m: float) -> NDArray[np.int64]:
    """Return the places in the arrays of ways of the nodes of streets in area and ring.

    All of them where there is no boundary (from `keep_boundary`).
    """
    if boundary is None:
        return np.arange(len(ways.node_id))
    return _find_nodes_near(ways, [boundary.bounds], ring_m)


def make_extent(
    lonlat: Floats,
    name: Callable[[int], str],
    boundary: BaseGeometry | None,
    notes: tuple[str, ...],
    file: str,
) -> Extent:
    """Put together where area, ring and streets lie, and refuse what one CRS cannot measure.

    Parameters
    ----------
    lonlat : shape (n, 2)
        Of the nodes of `find_nodes`, in any order.
    name
        Names one of them, for messages.
    boundary, notes
        From `keep_boundary`.

    Raises
    ------
    SourceError
        As `find_extent`.
    """
    if boundary is None:
        west = find_west_end(lonlat[:, 0])
    else:
        if len(lonlat) == 0:
            raise _refuse_elsewhere(file)
        # With the area in the middle of the sheet no street near it lies at the seam.
        west = (boundary.bounds[0] + boundary.bounds[2]) / 2 - 180
    lonlat = np.column_stack([move_to_sheet(lonlat[:, 0], west), lonlat[:, 1]])
    if boundary is not None:
        _check_boundary(boundary, float(np.median(lonlat[:, 0])))
    _check_streets(lonlat, name, file, has_area=boundary is not None)
    bounds = find_bounds(lonlat)
    if boundary is not None:
        ends = np.vstack([lonlat, np.reshape(boundary.bounds, (2, 2))])
        bounds = find_bounds(ends)
    return Extent(lonlat, bounds, boundary, notes)


def name_node(node_id: int, way_id: int, lonlat: Floats) -> str:
    """Name a node, a way through it and its place."""
    lon, lat = lonlat
    return f"node {node_id} of way {way_id} at lon {lon:.4f}, lat {lat:.4f}"


def _refuse_elsewhere(file: str) -> SourceError:
    return SourceError(
        f"{file}: its streets lie outside the boundary of the plan; "
        "check that extract and boundary show the same city and both are in EPSG:4326"
    )


def _keep_parts_with_streets(
    boundary: BaseGeometry, squares: Floats, ring_m: float
) -> tuple[BaseGeometry | None, list[BaseGeometry]]:
    """Leave the parts of a boundary out that hold no street."""
    parts = shapely.get_parts(boundary)
    used = [bool(_come_near(squares, part.bounds, ring_m).any()) for part in parts]
    kept = [part for part, has in zip(parts, used, strict=True) if has]
    left_out = [part for part, has in zip(parts, used, strict=True) if not has]
    if not kept:
        return None, left_out
    shape = shapely.union_all(kept)
    return move_shape_to_sheet(shape, find_west_end(shapely.get_coordinates(shape)[:, 0])), left_out


def _note_left_out(left_out: list[BaseGeometry]) -> tuple[str, ...]:
    if not left_out:
        return ()
    lon, lat = left_out[0].centroid.coords[0]
    return (
        f"{len(left_out)} parts of the boundary hold no street and lie too far off to be measured "
        f"with the others; they are left out: the first lies around lon {lon:.3f}, lat {lat:.3f}",
    )


def _box_pieces(ways: WalkWays) -> tuple[NDArray[np.int64], Floats]:
    """Return of each straight piece of street its first node, and west, south, east, north.

    East lies beyond 180 degrees where the piece crosses them.
    """
    last = np.zeros(len(ways.node_id), dtype=bool)
    last[ways.offsets[1:] - 1] = True
    first = np.flatnonzero(~last)
    a, b = ways.lonlat[first], ways.lonlat[first + 1]
    west, east = np.minimum(a[:, 0], b[:, 0]), np.maximum(a[:, 0], b[:, 0])
    # No street goes half round the Earth: its ends lie on both sides of 180 degrees.
    crosses = east - west > 180
    west[crosses], east[crosses] = east[crosses], west[crosses] + 360
    low, high = np.minimum(a[:, 1], b[:, 1]), np.maximum(a[:, 1], b[:, 1])
    return first, np.column_stack([west, low, east, high])


def list_squares(ways: WalkWays) -> Floats:
    """Return the boxes of all pieces of street, rounded to whole squares, each box once."""
    _, boxes = _box_pieces(ways)
    low, high = np.floor(boxes[:, :2] / _SQUARE_DEG), np.ceil(boxes[:, 2:] / _SQUARE_DEG)
    return np.unique(np.hstack([low, high]), axis=0) * _SQUARE_DEG


def _come_near(boxes: Floats, bounds: Bounds, ring_m: float) -> NDArray[np.bool_]:
    """Tell which boxes come within some metres of bounds, even if 360 degrees off in longitude."""
    west, south, east, north = bounds
    ring_lat = ring_m / _DEGREE_M
    # At a pole a degree of longitude has no length: in degrees the ring would have no end.
    nearest_pole = min(max(abs(south), abs(north)) + ring_lat, 89.0)
    ring_lon = ring_lat / np.cos(np.radians(nearest_pole))
    start = move_to_sheet(boxes[:, 0], west - ring_lon)
    # A box that begins west of the ring is moved to its far side; 360 degrees back, its end may
    # reach into it.
    beside = (start <= east + ring_lon) | (
        start - 360 + boxes[:, 2] - boxes[:, 0] >= west - ring_lon
    )
    return np.asarray(
        beside & (boxes[:, 1] <= north + ring_lat) & (boxes[:, 3] >= south - ring_lat), dtype=bool
    )


def _find_nodes_near(ways: WalkWays, bounds: list[Bounds], ring_m: float) -> NDArray[np.int64]:
    """Return the places in the arrays of ways of all nodes of the streets that come near."""
    first, boxes = _box_pieces(ways)
    hit = np.zeros(len(first), dtype=bool)
    for each in bounds:
        hit |= _come_near(boxes, each, ring_m)
    return np.unique(np.concatenate([first[hit], first[hit] + 1]))


def _check_boundary(boundary: BaseGeometry, middle: float) -> None:
    """Refuse an area too wide for one metric CRS; name the part farthest from most streets."""
    west, south, east, north = boundary.bounds
    if east - west > MAX_DEGREES:
        parts = shapely.get_parts(boundary)
        far = max(parts, key=lambda part: abs(part.centroid.x - middle))
        raise SourceError(
            f"the boundary of the plan spans {east - west:.1f} degrees of longitude, more than the "
            f"{MAX_DEGREES:g} that one metric frame is true for; its part around lon "
            f"{far.centroid.x:.3f}, lat {far.centroid.y:.3f} lies farthest out: "
            "correct it, or make a plan for each part"
        )
    if south < SOUTH or north > NORTH:
        raise SourceError(
            f"the boundary of the plan reaches latitude {north if north > NORTH else south:.3f}; "
            "there is a metric frame between 80° S and 84° N alone"
        )


def _check_streets(
    lonlat: Floats, name: Callable[[int], str], file: str, *, has_area: bool
) -> None:
    """Refuse streets too far apart for one metric CRS; name the node that lies farthest off."""
    west, south, east, north = find_bounds(lonlat)
    do = "correct it" + ("" if has_area else ", or draw the area in [area] boundary")
    # Asked this way round, a latitude that is no number is refused as well.
    if not (south >= SOUTH and north <= NORTH):
        off = np.abs(lonlat[:, 1] - (SOUTH + NORTH) / 2)
        raise SourceError(
            f"{file}: {name(int(np.argmax(np.nan_to_num(off, nan=np.inf))))} is beyond 80° S to "
            f"84° N, where there is a metric frame; {do}"
        )
    if east - west > MAX_DEGREES:
        # The median stays among most streets, however far off one of them lies.
        far = int(np.argmax(np.abs(lonlat[:, 0] - np.median(lonlat[:, 0]))))
        raise SourceError(
            f"{file}: its streets span {east - west:.1f} degrees of longitude, more than the "
            f"{MAX_DEGREES:g} that one metric frame is true for; {name(far)} lies farthest from "
            f"most of them: {do}"
        )
