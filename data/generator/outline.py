"""Outline of the district and its 12 towns: an own simplified drawing of shared lines.

Only the facts stated in the project's documents are used: each town's code, a point inside,
its land area and its number of committees. The lines are drawn by hand in kilometres and
smoothed; they follow no survey.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from shapely import LineString, Polygon

from .geometry import on_grid, smooth


@dataclass(frozen=True)
class Town:
    """What is known of a town; the tier is invented."""

    code: str
    name: str
    lon: float
    lat: float
    land_km2: float
    committees: int
    tier: str


TOWNS = (
    Town("310113003", "友谊路街道", 121.487, 31.402, 9.5, 41, "main_city"),
    Town("310113007", "吴淞街道", 121.489, 31.376, 9.0, 28, "main_city"),
    Town("310113008", "张庙街道", 121.446, 31.339, 4.8, 40, "main_city"),
    Town("310113101", "罗店镇", 121.343, 31.411, 44.3, 71, "market_town"),
    Town("310113102", "大场镇", 121.390, 31.304, 36.9, 89, "main_city"),
    Town("310113103", "杨行镇", 121.446, 31.381, 39.3, 61, "main_city"),
    Town("310113104", "月浦镇", 121.414, 31.440, 48.6, 41, "market_town"),
    Town("310113106", "罗泾镇", 121.345, 31.475, 41.1, 31, "rural"),
    Town("310113109", "顾村镇", 121.381, 31.355, 41.6, 83, "market_town"),
    Town("310113111", "高境镇", 121.472, 31.327, 7.1, 32, "main_city"),
    Town("310113112", "庙行镇", 121.430, 31.329, 6.0, 24, "main_city"),
    Town("310113113", "淞南镇", 121.486, 31.348, 14.2, 24, "main_city"),
)

_ARCS: dict[str, tuple[tuple[float, float], ...]] = {
    # the shores of the Yangtze and the Huangpu, from the north-west corner
    "AB": ((1.6, 26.9), (3.6, 27.3), (5.8, 26.4), (7.5, 25.4), (9.6, 23.9)),
    "BC": ((9.6, 23.9), (11.5, 22.1), (13.4, 20.9), (14.8, 19.7), (16.5, 18.3), (16.9, 17.2)),
    "CD": ((16.9, 17.2), (18.4, 16.8), (19.3, 15.8), (20.2, 14.8)),
    "DE": ((20.2, 14.8), (20.6, 13.9), (19.45, 12.7), (19.25, 11.2), (19.8, 10.0)),
    "EG": ((19.8, 10.0), (20.9, 9.4), (20.5, 8.5), (19.3, 8.7), (18.3, 7.5)),
    # the land border, on round by the south and the west
    "GI": (
        (18.3, 7.5),
        (18.7, 6.8),
        (18.5, 5.4),
        (15.9, 5.8),
        (15.5, 6.4),
        (13.9, 6.0),
        (13.65, 6.5),
    ),
    "IK": ((13.65, 6.5), (12.5, 6.4), (12.35, 5.5)),
    "KL": (
        (12.35, 5.5),
        (12.3, 4.7),
        (11.1, 3.5),
        (11.6, 3.0),
        (11.6, 1.0),
        (11.0, 0.4),
        (9.9, 1.4),
        (9.5, 2.7),
        (8.7, 3.4),
        (6.4, 3.1),
        (5.3, 3.8),
        (4.0, 4.0),
        (2.9, 4.3),
        (4.4, 6.6),
    ),
    "LM": ((4.4, 6.6), (3.9, 8.0), (4.1, 8.8), (3.0, 9.6), (3.7, 10.7), (3.1, 11.9)),
    "MN": (
        (3.1, 11.9),
        (2.7, 13.0),
        (1.9, 14.2),
        (2.0, 14.9),
        (1.4, 15.8),
        (3.1, 16.6),
        (3.4, 18.5),
        (3.2, 19.8),
    ),
    "NA": (
        (3.2, 19.8),
        (2.6, 20.7),
        (1.8, 22.0),
        (1.7, 23.7),
        (1.0, 25.6),
        (0.3, 26.4),
        (1.6, 26.9),
    ),
    # lines between towns
    "NO": ((3.2, 19.8), (4.2, 19.5), (5.7, 20.2), (6.6, 20.7)),
    "OB": ((6.6, 20.7), (7.4, 20.9), (7.5, 22.2), (8.2, 23.4), (9.6, 23.9)),
    "OP": ((6.6, 20.7), (7.2, 19.4), (8.5, 18.6), (8.5, 17.3), (7.7, 16.6), (8.2, 15.5)),
    "PQ": ((8.2, 15.5), (8.9, 14.3), (9.3, 13.2)),
    "MQ": ((3.1, 11.9), (4.3, 12.4), (5.6, 11.8), (8.0, 12.6), (9.3, 13.2)),
    "QR": ((9.3, 13.2), (10.9, 13.6), (11.3, 12.3), (10.9, 10.3), (12.5, 10.2), (12.9, 9.1)),
    "LT": ((4.4, 6.6), (6.6, 7.2), (8.7, 7.7), (9.8, 8.4)),
    "TR": ((9.8, 8.4), (11.2, 8.4), (12.2, 8.7), (12.9, 9.1)),
    "TK": ((9.8, 8.4), (10.6, 7.9), (10.8, 7.3), (11.5, 7.0), (11.4, 6.3), (12.35, 5.5)),
    "RI": ((12.9, 9.1), (13.3, 7.8), (13.65, 6.5)),
    "RU": ((12.9, 9.1), (13.7, 9.5), (14.3, 9.8)),
    "UV": ((14.3, 9.8), (15.3, 8.4), (15.4, 7.2)),
    "VI": ((15.4, 7.2), (14.7, 7.2), (13.65, 6.5)),
    "VG": ((15.4, 7.2), (16.6, 7.4), (17.4, 7.9), (18.3, 7.5)),
    "UW": ((14.3, 9.8), (15.8, 10.5), (17.1, 11.2)),
    "WE": ((17.1, 11.2), (18.2, 10.5), (18.7, 9.8), (19.8, 10.0)),
    "WX": ((17.1, 11.2), (17.2, 12.0), (17.2, 12.9)),
    "XD": ((17.2, 12.9), (17.7, 13.5), (20.2, 14.8)),
    "XY": ((17.2, 12.9), (16.5, 14.9), (15.9, 16.5)),
    "YC": ((15.9, 16.5), (16.9, 17.2)),
    "PY": (
        (8.2, 15.5),
        (9.0, 15.5),
        (11.1, 16.3),
        (11.8, 15.1),
        (13.3, 15.9),
        (14.4, 15.9),
        (15.9, 16.5),
    ),
}

_RINGS = {
    "友谊路街道": ("CD", "-XD", "XY", "YC"),
    "吴淞街道": ("DE", "-WE", "WX", "XD"),
    "张庙街道": ("RU", "UV", "VI", "-RI"),
    "罗店镇": ("MN", "NO", "OP", "PQ", "-MQ"),
    "大场镇": ("KL", "LT", "TK"),
    "杨行镇": ("PQ", "QR", "RU", "UW", "WX", "XY", "-PY"),
    "月浦镇": ("BC", "-YC", "-PY", "-OP", "OB"),
    "罗泾镇": ("AB", "-OB", "-NO", "NA"),
    "顾村镇": ("LM", "MQ", "QR", "-TR", "-LT"),
    "高境镇": ("GI", "-VI", "VG"),
    "庙行镇": ("IK", "-TK", "TR", "RI"),
    "淞南镇": ("EG", "-VG", "-UV", "UW", "WE"),
}

SHORE_ARCS = ("AB", "BC", "CD", "DE", "EG")


@cache
def arc(name: str) -> LineString:
    """One smoothed line of the drawing, metres of the drawing."""
    return LineString(on_grid(smooth(np.array(_ARCS[name]) * 1000.0, 2)))


@cache
def town_polygons() -> dict[str, Polygon]:
    """Polygon of each town by name, in the order of the codes; neighbours share every point."""
    polygons = {}
    for town in TOWNS:
        parts = []
        for name in _RINGS[town.name]:
            xy = shapely.get_coordinates(arc(name.lstrip("-")))
            parts.append(xy[::-1] if name.startswith("-") else xy)
        ring = np.vstack([part[:-1] for part in parts])
        polygons[town.name] = Polygon(ring)
    return polygons


@cache
def district() -> Polygon:
    """Polygon of the whole district."""
    merged = shapely.unary_union(list(town_polygons().values()))
    if not isinstance(merged, Polygon) or merged.interiors:
        raise ValueError("the towns' lines do not close; compare the ends in _ARCS and _RINGS")
    return merged


def shore_line() -> LineString:
    """Draw the bank of the Yangtze and the Huangpu from the north-west to the south-east."""
    parts = [shapely.get_coordinates(arc(name)) for name in SHORE_ARCS]
    return LineString(np.vstack([parts[0], *(part[1:] for part in parts[1:])]))
