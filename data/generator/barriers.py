"""Water, railways, metro lines and expressways: what a walker crosses only at certain places."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from .geometry import from_lonlat, largest, meander, on_grid, smooth, to_lonlat
from .outline import district, shore_line

RING_M = 1_500.0
MISSING_WEST = (150.0, 25_500.0)
"""The extract ends at this point's longitude: the ring north-west of it is missing on purpose."""
MISSING_SOUTH = (10_500.0, 330.0)
"""The extract ends at this point's latitude: the ring about the southern tip is missing."""


@dataclass(frozen=True)
class Corridor:
    """A long thing with a width; `kind` is river, rail, motorway, trunk or metro."""

    kind: str
    name: str
    line: LineString
    width_m: float

    @cached_property
    def polygon(self) -> Polygon:
        """Ground that the corridor takes."""
        return largest(self.line.buffer(self.width_m / 2, cap_style="flat", join_style="round"))


_RIVERS: tuple[tuple[str, float, float, tuple[tuple[float, float], ...]], ...] = (
    (
        "蕰藻浜",
        72,
        60,
        (
            (0.0, 5.2),
            (2.6, 6.1),
            (4.4, 6.7),
            (6.6, 7.3),
            (8.7, 7.75),
            (9.8, 8.4),
            (12.2, 8.8),
            (14.3, 9.8),
            (17.1, 11.2),
            (18.3, 11.95),
            (20.3, 12.5),
        ),
    ),
    (
        "荻芦泾",
        30,
        90,
        ((9.9, 24.6), (8.6, 22.4), (9.6, 19.8), (9.0, 17.2), (9.9, 14.2), (9.3, 11.0), (9.5, 8.2)),
    ),
    (
        "澄溪河",
        26,
        110,
        (
            (6.6, 27.0),
            (5.0, 23.6),
            (5.3, 20.6),
            (4.6, 17.6),
            (5.4, 14.6),
            (4.8, 11.6),
            (5.6, 9.2),
            (5.4, 6.9),
        ),
    ),
    ("望潮塘", 24, 80, ((0.0, 21.6), (3.4, 22.4), (6.2, 22.6), (8.6, 22.4))),
    (
        "柳岸泾",
        28,
        100,
        (
            (0.0, 15.2),
            (3.0, 15.0),
            (5.4, 14.7),
            (7.8, 14.1),
            (9.9, 14.2),
            (12.6, 13.3),
            (15.1, 13.8),
            (17.6, 13.9),
            (20.6, 13.55),
        ),
    ),
    (
        "锦苇河",
        22,
        70,
        (
            (9.6, 19.8),
            (11.6, 19.4),
            (13.2, 18.4),
            (14.0, 16.4),
            (13.6, 13.5),
            (14.6, 11.4),
            (14.5, 9.8),
        ),
    ),
    ("麦浪浦", 26, 70, ((8.3, 1.0), (7.6, 3.6), (8.0, 5.6), (7.6, 7.5))),
    ("芸香河", 18, 60, ((16.2, 3.6), (15.9, 6.2), (16.6, 8.2), (16.2, 9.4), (15.9, 10.6))),
    ("雁滩泾", 20, 90, ((0.0, 18.4), (3.2, 18.2), (4.7, 18.1), (6.9, 18.4), (9.2, 17.9))),
    ("白鹭塘", 18, 60, ((11.6, 6.9), (11.2, 5.0), (10.4, 3.6), (10.6, 1.6), (10.2, -1.0))),
)

_RAILWAYS = (
    (
        "澄北铁路",
        18,
        (
            (14.6, 2.4),
            (13.8, 4.9),
            (13.0, 7.4),
            (12.55, 10.0),
            (12.9, 13.2),
            (12.2, 15.8),
            (11.6, 17.4),
            (12.6, 18.6),
            (14.4, 18.5),
        ),
    ),
    (
        "浦岸铁路",
        16,
        (
            (19.4, 3.2),
            (18.1, 6.2),
            (17.8, 8.2),
            (17.4, 10.2),
            (17.55, 12.6),
            (16.8, 15.0),
            (15.3, 17.0),
            (14.6, 18.2),
        ),
    ),
    ("嘉澄铁路", 18, ((-1.5, 13.2), (2.6, 13.5), (6.6, 13.4), (9.8, 12.0), (12.6, 11.2))),
)

_EXPRESSWAYS = (
    (
        "motorway",
        "环澄高速公路",
        42,
        (
            (-1.6, 10.6),
            (3.4, 10.1),
            (7.6, 9.9),
            (11.0, 10.9),
            (14.2, 12.3),
            (17.2, 12.9),
            (18.6, 12.2),
        ),
    ),
    (
        "motorway",
        "澄沪高速公路",
        42,
        (
            (7.4, -1.4),
            (7.0, 3.6),
            (7.1, 7.4),
            (6.6, 12.4),
            (6.9, 16.0),
            (6.0, 19.6),
            (4.0, 23.2),
            (3.0, 26.4),
        ),
    ),
    (
        "trunk",
        "江湾快速路",
        38,
        (
            (17.0, 3.4),
            (16.6, 6.6),
            (16.9, 9.4),
            (16.3, 12.6),
            (15.0, 15.2),
            (12.4, 17.0),
            (10.4, 19.6),
            (7.0, 21.7),
            (3.2, 23.9),
            (-1.0, 24.9),
        ),
    ),
    (
        "motorway",
        "北郊高速公路",
        42,
        ((-1.6, 16.5), (3.2, 17.2), (6.6, 17.0), (10.4, 16.2), (13.4, 16.9), (15.0, 15.3)),
    ),
)

_METRO = (
    (
        "轨道交通甲线",
        (
            (11.2, -0.9),
            (10.5, 2.2),
            (10.2, 4.4),
            (8.6, 5.9),
            (6.6, 8.4),
            (6.0, 10.8),
            (5.7, 12.9),
            (4.7, 15.6),
            (4.9, 18.2),
        ),
    ),
    (
        "轨道交通乙线",
        (
            (13.0, 4.9),
            (12.75, 6.9),
            (12.2, 8.2),
            (11.6, 10.6),
            (12.2, 12.6),
            (11.6, 14.9),
            (13.2, 16.1),
        ),
    ),
    (
        "轨道交通丙线",
        ((18.3, 3.6), (18.0, 7.0), (18.6, 9.2), (18.5, 11.4), (18.6, 13.6), (17.4, 15.4)),
    ),
    (
        "轨道交通丁线",
        ((1.8, 8.2), (4.6, 8.0), (7.4, 6.5), (10.2, 6.2), (12.9, 7.3), (15.0, 7.6), (18.0, 7.0)),
    ),
)


def _curve(points: tuple[tuple[float, float], ...]) -> LineString:
    """Smooth line through kilometres drawn by hand."""
    return LineString(on_grid(smooth(np.array(points) * 1000.0, 3)))


@cache
def corridors() -> tuple[Corridor, ...]:
    """Rivers, railways, expressways and metro lines, in drawing order."""
    rivers = [
        Corridor(
            "river",
            name,
            meander(np.array(points) * 1000.0, amplitude_m=wave, step_m=70, seed=100 + i),
            float(width),
        )
        for i, (name, width, wave, points) in enumerate(_RIVERS)
    ]
    rails = [
        Corridor("rail", name, _curve(points), float(width)) for name, width, points in _RAILWAYS
    ]
    roads = [
        Corridor(kind, name, _curve(points), float(width))
        for kind, name, width, points in _EXPRESSWAYS
    ]
    metro = [Corridor("metro", name, _curve(points), 0.0) for name, points in _METRO]
    return (*rivers, *rails, *roads, *metro)


def corridors_of(*kinds: str) -> list[Corridor]:
    """Corridors of the given kinds."""
    return [c for c in corridors() if c.kind in kinds]


@cache
def big_water() -> Polygon:
    """Draw the Yangtze and the Huangpu as one polygon; the far bank lies in the ring's east."""
    near = shapely.get_coordinates(shore_line())
    north_west = np.array([[-2500.0, 28600.0], [-900.0, 27200.0], [600.0, 26900.0]])
    south = np.array([[18300.0, 7500.0], [18950.0, 6800.0], [19000.0, 5300.0], [19800.0, 3300.0]])
    far_bank = smooth(
        np.array(
            [
                [20500.0, 3300.0],
                [19700.0, 5400.0],
                [19700.0, 6900.0],
                [19500.0, 7700.0],
                [20700.0, 7500.0],
                [21900.0, 8700.0],
                [21700.0, 10100.0],
                [20500.0, 10800.0],
                [20200.0, 11600.0],
                [21300.0, 12900.0],
                [23400.0, 14200.0],
                [26500.0, 15600.0],
            ]
        ),
        2,
    )
    sea = np.array([[26500.0, 30600.0], [-2500.0, 30600.0]])
    ring = np.vstack([north_west, near, south[1:], far_bank, sea])
    return largest(shapely.make_valid(Polygon(on_grid(ring))))


@cache
def extract() -> Polygon:
    """Draw the ground the extract covers: district and ring, less the parts missing on purpose."""
    whole = largest(district().buffer(RING_M, join_style="round"))
    return largest(whole.intersection(_kept()))


def _kept() -> Polygon:
    """Draw the rectangle of longitude and latitude, in the drawing's frame."""
    west = to_lonlat(np.array([MISSING_WEST]))[0, 0]
    south = to_lonlat(np.array([MISSING_SOUTH]))[0, 1]
    corners = np.array([[west, south], [west, 31.60], [121.62, 31.60], [121.62, south]])
    return Polygon(from_lonlat(corners))


def header_box() -> tuple[float, float, float, float]:
    """West, south, east and north of the extract's header, degrees; it reaches out on the water."""
    west = to_lonlat(np.array([MISSING_WEST]))[0, 0]
    south = to_lonlat(np.array([MISSING_SOUTH]))[0, 1]
    ring = to_lonlat(shapely.get_coordinates(extract()))
    return float(west), float(south), float(ring[:, 0].max()), float(ring[:, 1].max())


@cache
def corridor_ground() -> BaseGeometry:
    """Ground of all corridors that a street cannot simply enter."""
    parts = [c.polygon for c in corridors_of("river", "rail", "motorway", "trunk")]
    return shapely.unary_union(parts, grid_size=0.01)


@cache
def land() -> BaseGeometry:
    """Ground of the extract without water and corridors."""
    free = shapely.difference(extract(), big_water(), grid_size=0.01)
    return shapely.difference(free, corridor_ground(), grid_size=0.01)
