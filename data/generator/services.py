"""Bus stops, and public services and shops at the side of the streets; all of them invented."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

from . import barriers
from .canvas import Canvas, Tags
from .geometry import FloatArray, box_angle, largest, on_grid
from .places import Place

BESIDE_M = 6.5
"""From the centre line of a street to a door or a pole at its side."""
STOPS_EVERY_M = 620.0
STREETS = ("primary", "secondary", "tertiary", "residential", "unclassified")

SERVICES: tuple[tuple[str, Tags, int], ...] = (
    ("社区活动中心", {"amenity": "community_centre"}, 70),
    ("文化馆", {"amenity": "arts_centre"}, 16),
    ("图书馆", {"amenity": "library"}, 14),
    ("健身馆", {"leisure": "sports_centre"}, 40),
    ("长者照护之家", {"amenity": "social_facility", "social_facility:for": "senior"}, 60),
    ("菜市场", {"amenity": "marketplace"}, 120),
    ("邮政所", {"amenity": "post_office"}, 36),
    ("政务服务厅", {"office": "government"}, 24),
    ("银行网点", {"amenity": "bank"}, 110),
    ("便利店", {"shop": "convenience"}, 420),
    ("诊所", {"amenity": "clinic"}, 90),
    ("幼儿园", {"amenity": "kindergarten"}, 120),
    ("药房", {"amenity": "pharmacy"}, 140),
)
"""Ending of the name, tags and number of what stands at the side of streets."""

CIVIC: tuple[tuple[str, Tags], ...] = (
    ("社区中心", {"amenity": "community_centre"}),
    ("文体中心", {"leisure": "sports_centre"}),
    ("养老院", {"amenity": "nursing_home"}),
    ("文化中心", {"amenity": "arts_centre"}),
    ("少儿图书馆", {"amenity": "library"}),
)
"""The same of buildings that stand alone, in turn."""
MOST_CIVIC = 40


def draw_services(canvas: Canvas, places: list[Place], main: list[LineString], seed: int) -> None:
    """Draw what stands at the side of streets; nothing drawn before is moved by it."""
    homes = [place for place in places if place.floor_m2 > 0]
    streets = [line for line, tags in canvas.streets if tags["highway"] in STREETS]
    tree, taken = shapely.STRtree(streets), taken_ground(canvas)
    weights = np.array([place.floor_m2 for place in homes])
    weights /= weights.sum()
    for number, (ending, tags, count) in enumerate(SERVICES):
        rng = np.random.default_rng((seed, 21, number))
        for k in rng.choice(len(homes), count, replace=False, p=weights).tolist():
            gate = Point(homes[k].gate)
            spot = find_beside(streets[int(tree.nearest(gate))], gate, taken, rng)
            if spot is not None:
                name = homes[k].name + ending
                canvas.points.append((float(spot[0]), float(spot[1]), {**tags, "name": name}))
    _bus_stops(canvas, homes, main, taken)
    _civic_buildings(canvas, homes, tree)
    canvas.buildings[:] = [
        (shape, {**tags, "shop": "mall"} if tags.get("building") == "retail" else tags)
        for shape, tags in canvas.buildings
    ]


def taken_ground(canvas: Canvas) -> shapely.STRtree:
    """Ground that no door at the side of a street stands on: walled land, water, rails, roads."""
    zones = ("residential", "industrial", "retail", "commercial")
    shapes = [shape for shape, tags in canvas.areas if tags.get("landuse") in zones]
    shapes += [corridor.polygon.buffer(20.0) for corridor in barriers.corridors()]
    return shapely.STRtree([*shapes, barriers.big_water()])


def find_beside(
    street: LineString, near: Point, taken: shapely.STRtree, rng: np.random.Generator
) -> FloatArray | None:
    """Find a free place at the side of a street, not far from a point."""
    here = street.project(near)
    for _ in range(8):
        along = float(np.clip(here + rng.uniform(-120.0, 120.0), 0.0, street.length))
        spot = _aside(street, along, float(rng.choice([-1.0, 1.0])))
        if len(taken.query(Point(spot), predicate="intersects")) == 0:
            return spot
    return None


def _aside(street: LineString, along: float, side: float) -> FloatArray:
    """Point at the left (1) or right (-1) side of a street."""
    ends = np.clip([along - 1.0, along + 1.0], 0.0, street.length)
    back, ahead = shapely.get_coordinates(shapely.line_interpolate_point(street, ends))
    step = (ahead - back) / max(float(np.linalg.norm(ahead - back)), 0.1)
    middle = shapely.get_coordinates(street.interpolate(along))[0]
    return on_grid(middle + side * BESIDE_M * np.array([-step[1], step[0]]))


def _bus_stops(
    canvas: Canvas, homes: list[Place], main: list[LineString], taken: shapely.STRtree
) -> None:
    """Draw bus stops on both sides of the main roads, named after what is near."""
    tree = shapely.STRtree([place.shape for place in homes])
    for line in main:
        count = int(line.length / STOPS_EVERY_M)
        for k in range(count):
            along = (k + 0.5) * line.length / count
            name = homes[int(tree.nearest(line.interpolate(along)))].name
            for side in (1.0, -1.0):
                spot = _aside(line, along + 15.0 * side, side)
                if len(taken.query(Point(spot), predicate="intersects")) == 0:
                    tags = {"highway": "bus_stop", "public_transport": "platform", "bus": "yes"}
                    canvas.points.append((float(spot[0]), float(spot[1]), {**tags, "name": name}))


def _civic_buildings(canvas: Canvas, homes: list[Place], streets: shapely.STRtree) -> None:
    """Draw public buildings that stand alone on grass beside a street."""
    tree = shapely.STRtree([place.shape for place in homes])
    for number, hall in enumerate(islice(_halls(canvas, streets), MOST_CIVIC)):
        ending, tags = CIVIC[number % len(CIVIC)]
        name = homes[int(tree.nearest(hall.centroid))].name + ending
        civic = {"building": "civic", "building:levels": "3", "name": name}
        canvas.buildings.append((hall, {**civic, **tags}))


def _halls(canvas: Canvas, streets: shapely.STRtree) -> Iterator[Polygon]:
    """Footprints of 30 by 18 m on grass not far from a street, clear of walls and streets."""
    lines = [line for line, _ in [*canvas.streets, *canvas.lines]]
    lines += [corridor.line.buffer(corridor.width_m) for corridor in barriers.corridors()]
    blocked = shapely.STRtree([*lines, barriers.big_water()])
    for shape, tags in canvas.areas:
        inner = largest(shape.buffer(-6.0))
        if tags.get("landuse") != "grass" or inner.area < 1_500:
            continue
        angle = box_angle(inner)[0]
        at = inner.representative_point()
        long, across = (
            np.array([np.cos(angle), np.sin(angle)]),
            np.array([-np.sin(angle), np.cos(angle)]),
        )
        corners = [
            np.array([at.x, at.y]) + a * 15.0 * long + b * 9.0 * across
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]
        hall = Polygon(on_grid(np.array(corners)))
        near = streets.geometries[int(streets.nearest(at))]
        way = LineString([at, near.interpolate(near.project(at))])
        fits = inner.contains(hall) and way.length < 70.0
        if fits and len(blocked.query(hall, predicate="intersects")) == 0:
            yield hall
