"""Small planar geometry of the generator: a local metric frame, curves, splits."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

ORIGIN_M = (338_000.0, 3_460_000.0)
"""Lower left corner of the drawing in EPSG:32651; all drawings are metres from here."""
GRID_M = 0.01
"""Coordinates of the drawing are multiples of one centimetre, so that shared points are equal."""

_TO_WGS84 = Transformer.from_crs("EPSG:32651", "EPSG:4326", always_xy=True)
_TO_UTM = Transformer.from_crs("EPSG:4326", "EPSG:32651", always_xy=True)

FloatArray = NDArray[np.float64]


def to_lonlat(xy: FloatArray) -> FloatArray:
    """Longitude and latitude, seven decimals, of points (n, 2) of the drawing."""
    points = np.asarray(xy, dtype=float).reshape(-1, 2) + ORIGIN_M
    lon, lat = _TO_WGS84.transform(points[:, 0], points[:, 1])
    return np.round(np.column_stack([lon, lat]), 7)


def from_lonlat(lonlat: FloatArray) -> FloatArray:
    """Points (n, 2) of the drawing from longitude and latitude."""
    given = np.asarray(lonlat, dtype=float).reshape(-1, 2)
    x, y = _TO_UTM.transform(given[:, 0], given[:, 1])
    return np.asarray(np.column_stack([x, y]) - ORIGIN_M)


def on_grid(xy: FloatArray) -> FloatArray:
    """Coordinates rounded to the drawing's grid."""
    return np.round(np.asarray(xy, dtype=float) / GRID_M) * GRID_M


def smooth(points: FloatArray, rounds: int = 2) -> FloatArray:
    """Corner cutting (Chaikin) of an open line; its two ends stay."""
    line = np.asarray(points, dtype=float)
    for _ in range(rounds):
        if len(line) < 3:
            break
        quarter = 0.75 * line[:-1] + 0.25 * line[1:]
        three_quarters = 0.25 * line[:-1] + 0.75 * line[1:]
        cut = np.empty((2 * len(quarter), 2))
        cut[0::2], cut[1::2] = quarter, three_quarters
        line = np.vstack([line[:1], cut[1:-1], line[-1:]])
    return line


def meander(points: FloatArray, *, amplitude_m: float, step_m: float, seed: int) -> LineString:
    """Draw a smooth line through points that wavers about them, as rivers and old roads do."""
    rng = np.random.default_rng(seed)
    base = LineString(smooth(points, 3))
    count = max(int(base.length / step_m), 4)
    along = np.linspace(0.0, 1.0, count + 1)
    xy = shapely.get_coordinates(shapely.line_interpolate_point(base, along, normalized=True))
    tangent = np.gradient(xy, axis=0)
    normal = np.column_stack([-tangent[:, 1], tangent[:, 0]])
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    wave = np.zeros(count + 1)
    for part in range(3):
        turns = base.length / (2_400.0 / (part + 1)) * rng.uniform(0.7, 1.3)
        phase = rng.uniform(0, 2 * np.pi)
        wave += np.sin(2 * np.pi * turns * along + phase) / (part + 1)
    wave *= np.minimum(1.0, 8.0 * np.minimum(along, 1.0 - along))
    return LineString(on_grid(xy + normal * (amplitude_m * wave)[:, None]))


def directed_as(whole: LineString, part: LineString) -> LineString:
    """Part of a line, in the direction of the line; of a ring only where it does not close it."""
    ends = shapely.points(shapely.get_coordinates(part)[[0, -1]])
    first, last = shapely.line_locate_point(whole, ends)
    return part.reverse() if first > last else part


def polygons_of(shape: BaseGeometry) -> list[Polygon]:
    """Polygons of any geometry, largest first, ties by position."""
    parts = [g for g in shapely.get_parts(shape) if isinstance(g, Polygon) and not g.is_empty]
    return sorted(parts, key=lambda p: (-round(p.area, 3), p.bounds))


def largest(shape: BaseGeometry) -> Polygon:
    """Largest polygon of a geometry, holes filled; empty if there is none."""
    parts = polygons_of(shape)
    return Polygon(parts[0].exterior) if parts else Polygon()


def box_angle(shape: Polygon) -> tuple[float, float, float]:
    """Angle (radians) of the long side of the smallest rectangle, its length and its width."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shape))
    sides = np.diff(corners[:3], axis=0)
    lengths = np.linalg.norm(sides, axis=1)
    long = int(lengths[1] > lengths[0])
    angle = float(np.arctan2(sides[long][1], sides[long][0]))
    return angle, float(lengths[long]), float(lengths[1 - long])


def split_across(
    shape: Polygon, rng: np.random.Generator, *, even: float = 0.12, tilt: float = 0.06
) -> tuple[list[Polygon], LineString]:
    """Cut a polygon across its long side; the cut is slightly bent and reaches past both edges."""
    angle, length, width = box_angle(shape)
    centre = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shape).centroid)[0]
    along = np.array([np.cos(angle), np.sin(angle)])
    centre = centre + along * length * rng.uniform(-even, even)
    across_angle = angle + np.pi / 2 + rng.normal(0.0, tilt)
    across = np.array([np.cos(across_angle), np.sin(across_angle)])
    reach = 0.75 * width + 50.0
    bend = along * width * rng.normal(0.0, 0.02)
    cut = LineString([centre - across * reach, centre + bend, centre + across * reach])
    parts = shapely.get_parts(shapely.polygonize([shapely.unary_union([shape.boundary, cut])]))
    pieces = [p for p in parts if shape.contains(p.representative_point())]
    return polygons_of(shapely.GeometryCollection(pieces)), cut
