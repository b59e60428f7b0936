"""Hamlets on lanes between fields, and the fields themselves."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.ops import substring

from .canvas import Canvas
from .geometry import FloatArray, largest, on_grid, smooth
from .places import Place


def hamlet(
    canvas: Canvas,
    centre: Point,
    field: Polygon,
    public: shapely.STRtree,
    rng: np.random.Generator,
    *,
    name: str,
    town: str,
    lanes: str = "joined",
) -> Place | None:
    """Draw a hamlet about a point of a field: a lane to the nearest street, branches, houses.

    `lanes` is joined, missing (not in the data) or island (not joined to the street).
    """
    nearest = public.geometries[int(public.nearest(centre))]
    foot = nearest.interpolate(nearest.project(centre))
    start, end = np.array([foot.x, foot.y]), np.array([centre.x, centre.y])
    ahead = end - start
    length = float(np.linalg.norm(ahead))
    if length < 60 or length > 700:
        return None
    if length < 260 and lanes == "island":
        lanes = "joined"
    ahead /= length
    side = np.array([-ahead[1], ahead[0]])
    bend = start + ahead * length * 0.5 + side * length * rng.uniform(-0.15, 0.15)
    tail = end + ahead * rng.uniform(50, 110) + side * rng.uniform(-40, 40)
    trunk = LineString(on_grid(smooth(np.vstack([start - ahead * 0.3, bend, end, tail]), 2)))
    branches = _branches(trunk, rng, length)
    drawn = [trunk, *branches]
    homes = _houses(trunk, branches, field, rng, from_m=max(length - 120.0, 25.0))
    if len(homes) < 4:
        return None
    if lanes != "missing":
        if lanes == "island":
            trunk = substring(trunk, length - 115.0, trunk.length)
        canvas.streets.append((trunk, {"highway": "unclassified"}))
        for number, branch in enumerate(branches):
            kind = "residential" if number % 3 else "path"
            canvas.streets.append((branch, {"highway": kind}))
    floor_m2 = 0.0
    for home in homes:
        levels = int(rng.integers(2, 4))
        canvas.buildings.append((home, {"building": "house", "building:levels": str(levels)}))
        floor_m2 += home.area * levels
    ground = largest(
        shapely.unary_union([home.buffer(16.0, quad_segs=2) for home in homes])
        .buffer(22.0)
        .buffer(-22.0)
        .intersection(field)
        .simplify(7.0)
    )
    canvas.areas.append((ground, {"landuse": "residential", "residential": "rural", "name": name}))
    canvas.points.append((centre.x, centre.y, {"place": "hamlet", "name": name}))
    gate = shapely.get_coordinates(drawn[0].interpolate(0.9, normalized=True))[0]
    return Place(
        "hamlet",
        name,
        ground,
        town,
        (float(gate[0]), float(gate[1])),
        floor_m2,
        joined=lanes == "joined",
    )


def _branches(trunk: LineString, rng: np.random.Generator, length: float) -> list[LineString]:
    """Short lanes to both sides of the last part of a lane."""
    branches = []
    first = max(length - 110.0, 20.0)
    for k, along in enumerate(np.arange(first, trunk.length - 8, 48.0)):
        at = shapely.get_coordinates(trunk.interpolate(along))[0]
        next_to = shapely.get_coordinates(trunk.interpolate(along + 5.0))[0]
        ahead = (next_to - at) / max(float(np.linalg.norm(next_to - at)), 0.01)
        side = np.array([-ahead[1], ahead[0]]) * (1 if k % 2 else -1)
        reach = rng.uniform(70, 150)
        lean = rng.uniform(-0.3, 0.3)
        to = at + side * reach + ahead * reach * lean
        middle = at + side * reach * 0.5 + ahead * reach * (lean * 0.5 + rng.uniform(-0.08, 0.08))
        branches.append(LineString(on_grid(smooth(np.vstack([at - side * 0.3, middle, to]), 1))))
    return branches


def _houses(
    trunk: LineString,
    branches: list[LineString],
    field: Polygon,
    rng: np.random.Generator,
    *,
    from_m: float,
) -> list[Polygon]:
    """Row houses along both sides of the lanes, none on a lane and none on another house."""
    lanes = shapely.unary_union([trunk, *branches]).buffer(3.0)
    shapely.prepare([lanes, field])
    homes: list[Polygon] = []
    for lane in (*branches, trunk):
        begin = from_m if lane is trunk else 16.0
        for along in np.arange(begin, lane.length - 6, 40.0):
            for side in (-1.0, 1.0):
                home = _house(lane, float(along), side, rng)
                taken = bool(shapely.intersects(homes, home).any())
                if not taken and not home.intersects(lanes) and field.contains(home):
                    homes.append(home)
    return homes


def _house(lane: LineString, along: float, side: float, rng: np.random.Generator) -> Polygon:
    """One row of houses beside a lane."""
    at = shapely.get_coordinates(lane.interpolate(along))[0]
    to = shapely.get_coordinates(lane.interpolate(min(along + 4.0, lane.length)))[0]
    ahead: FloatArray = (to - at) / max(float(np.linalg.norm(to - at)), 0.01)
    off = np.array([-ahead[1], ahead[0]]) * side
    long, deep = rng.uniform(17, 34), rng.uniform(9, 12)
    base = at + off * rng.uniform(6, 10)
    corners = np.vstack(
        [
            base - ahead * long / 2,
            base + ahead * long / 2,
            base + ahead * long / 2 + off * deep,
            base - ahead * long / 2 + off * deep,
        ]
    )
    return Polygon(on_grid(corners))


def fields(canvas: Canvas, block: Polygon, rng: np.random.Generator) -> Polygon:
    """Draw the farmland of a block with a track now and then; returns the field."""
    field = largest(block.buffer(-9.0, join_style="mitre").simplify(2.0))
    canvas.areas.append((field, {"landuse": "farmland"}))
    if field.area > 60_000 and rng.random() < 0.55:
        west, south, east, north = block.bounds
        share = rng.uniform(0.35, 0.65)
        lean = rng.uniform(-60, 60)
        cut = LineString(
            [
                (west + share * (east - west) - lean, south - 1),
                (west + share * (east - west) + lean, north + 1),
            ]
        )
        if rng.random() < 0.5:
            cut = LineString(
                [
                    (west - 1, south + share * (north - south) - lean),
                    (east + 1, south + share * (north - south) + lean),
                ]
            )
        for part in shapely.get_parts(cut.intersection(block.buffer(0.3))):
            if part.length > 60:
                canvas.streets.append((part, {"highway": "track"}))
    return field
