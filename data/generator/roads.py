"""Main roads as a warped lattice, and the superblocks that recursion cuts between them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.ops import substring

from . import barriers
from .canvas import Canvas, Tags
from .geometry import FloatArray, directed_as, on_grid, split_across
from .names import street_namer
from .outline import TOWNS, town_polygons

SEED = 31_011_3
_EAST_WEST_KM = (
    -0.9,
    0.3,
    1.3,
    2.4,
    3.3,
    4.3,
    5.2,
    6.1,
    7.0,
    7.9,
    8.8,
    9.8,
    10.8,
    11.8,
    12.9,
    14.0,
    15.1,
    16.3,
    17.4,
    18.6,
    19.9,
    21.2,
    22.5,
    23.8,
    25.1,
    26.4,
    27.6,
    28.8,
)
_NORTH_SOUTH_KM = (
    -2.0,
    -0.8,
    0.4,
    1.6,
    2.7,
    3.7,
    4.7,
    5.6,
    6.6,
    7.6,
    8.6,
    9.6,
    10.5,
    11.5,
    12.5,
    13.5,
    14.4,
    15.4,
    16.4,
    17.4,
    18.4,
    19.5,
    20.6,
    21.8,
    23.0,
)


@dataclass(frozen=True)
class Block:
    """Ground between streets' centre lines."""

    number: int
    shape: Polygon
    town: str
    """Name of the town, or an empty text in the ring."""
    urbanity: float
    """0 in the farmland, 1 in the densest parts."""


def _warp(u: FloatArray, v: FloatArray) -> FloatArray:
    """Bend the plain lattice: each part of the district gets its own street angle."""
    x = (
        u
        + 520 * np.sin(2 * np.pi * (v / 9_300 + 0.13))
        + 240 * np.sin(2 * np.pi * (v / 4_700 + u / 11_000))
        + 90 * np.sin(2 * np.pi * (v / 2_900 + u / 6_100 + 0.4))
    )
    y = (
        v
        + 560 * np.sin(2 * np.pi * (u / 10_700 + 0.45))
        + 240 * np.sin(2 * np.pi * (u / 5_300 - v / 12_000))
        + 90 * np.sin(2 * np.pi * (u / 3_100 - v / 7_700 + 0.2))
    )
    # towards the Yangtze the streets turn to follow its shore
    turn = 0.50 / (1 + np.exp(-(0.5 * u + v - 21_500) / 3_600))
    x0, y0 = 13_000.0, 17_000.0
    dx, dy = x - x0, y - y0
    return np.stack(
        [x0 + dx * np.cos(turn) + dy * np.sin(turn), y0 - dx * np.sin(turn) + dy * np.cos(turn)],
        axis=-1,
    )


def _node(i: int, j: int) -> tuple[float, float]:
    """Lattice coordinates of crossing (i, j), shifted a little."""
    rng = np.random.default_rng((SEED, 1, i, j))
    shift = rng.uniform(-110, 110, 2)
    return _NORTH_SOUTH_KM[i] * 1000 + shift[0], _EAST_WEST_KM[j] * 1000 + shift[1]


def _stretch(a: tuple[int, int], b: tuple[int, int]) -> LineString:
    """Curve of a main road between two neighbouring crossings."""
    (u0, v0), (u1, v1) = _node(*a), _node(*b)
    t = np.linspace(0, 1, 7)
    return LineString(on_grid(_warp(u0 + (u1 - u0) * t, v0 + (v1 - v0) * t)))


def _kept(i: int, j: int, across: bool, middle: Point) -> bool:
    """Whether a stretch of the lattice is built: fewer in the north, main lines always."""
    index = j if across else i
    if index % 4 == 1:
        return True
    rng = np.random.default_rng((SEED, 2, i, j, int(across)))
    rural = 1.0 - urbanity(middle.x, middle.y)
    return bool(rng.random() > 0.05 + 0.40 * rural)


def main_roads() -> list[tuple[LineString, Tags]]:
    """Primary and secondary roads of the whole extract, each stretch with class and name."""
    name_of = street_namer()
    roads = []
    for across in (True, False):
        for i in range(len(_NORTH_SOUTH_KM)):
            for j in range(len(_EAST_WEST_KM)):
                end = (i + 1, j) if across else (i, j + 1)
                if end[0] >= len(_NORTH_SOUTH_KM) or end[1] >= len(_EAST_WEST_KM):
                    continue
                line = _stretch((i, j), end)
                middle = line.interpolate(0.5, normalized=True)
                if not barriers.extract().contains(middle) or not _kept(i, j, across, middle):
                    continue
                index = j if across else i
                tags = {
                    "highway": "primary" if index % 4 == 1 else "secondary",
                    "name": name_of(across, index),
                    **_oneway(index, middle),
                }
                roads.append((line, tags))
    return roads


def _oneway(index: int, middle: Point) -> Tags:
    """Tags of a one-way street: every fourth line of the lattice, where the city is dense.

    They go up and down in turn; on some of them riders may go both ways.
    """
    if index % 4 != 3 or urbanity(middle.x, middle.y) < 0.6:
        return {}
    contraflow = {"oneway:bicycle": "no"} if index % 12 == 11 else {}
    return {"oneway": "yes" if index % 8 == 3 else "-1", **contraflow}


def urbanity(x: float, y: float) -> float:
    """How urban a place is: dense in the south, new towns about the towns' centres."""
    south = 1.0 / (1.0 + np.exp((y - 10_500 - 0.15 * (x - 10_000)) / 1_300))
    value = 0.92 * south
    for centre, weight, reach in _CENTRES:
        gap = np.hypot(x - centre[0], y - centre[1])
        value = max(value, weight * float(np.exp(-((gap / reach) ** 2))))
    return float(min(value, 1.0))


# centres of growth in metres of the drawing: weight and reach
_CENTRES = (
    ((18_200.0, 14_600.0), 1.0, 2_800.0),
    ((18_300.0, 12_300.0), 1.0, 2_000.0),
    ((14_300.0, 13_600.0), 0.75, 2_300.0),
    ((12_000.0, 12_400.0), 0.80, 2_100.0),
    ((7_600.0, 11_200.0), 0.80, 2_300.0),
    ((5_200.0, 10_800.0), 0.75, 2_000.0),
    ((5_300.0, 15_300.0), 0.85, 1_700.0),
    ((4_300.0, 13_200.0), 0.60, 1_300.0),
    ((11_300.0, 18_000.0), 0.80, 1_500.0),
    ((13_500.0, 17_400.0), 0.60, 1_000.0),
    ((5_300.0, 22_500.0), 0.78, 1_100.0),
    ((7_800.0, 15_000.0), 0.45, 1_200.0),
)


def cut_at_corridors(
    line: LineString,
) -> tuple[list[LineString], list[tuple[LineString, str]]]:
    """Parts of a road on free ground, and its crossings with the kind of what they cross."""
    corridors = [
        c
        for c in barriers.corridors_of("river", "rail", "motorway", "trunk")
        if c.polygon.intersects(line)
    ]
    ground = shapely.unary_union([c.polygon for c in corridors])
    if not corridors:
        return [line], []
    stops = sorted(
        {
            0.0,
            line.length,
            *(
                round(line.project(Point(xy)), 3)
                for xy in shapely.get_coordinates(line.intersection(ground.boundary))
            ),
        }
    )
    free: list[LineString] = []
    over: list[tuple[LineString, str]] = []
    for start, end in pairwise(stops):
        if end - start < 0.02:
            continue
        part = LineString(on_grid(shapely.get_coordinates(substring(line, start, end))))
        middle = line.interpolate((start + end) / 2)
        kinds = [c.kind for c in corridors if c.polygon.distance(middle) < 1e-6]
        if kinds:
            over.append((part, kinds[0]))
        else:
            free.append(part)
    return free, over


def crossing_tags(kind: str, tags: Tags) -> Tags:
    """Tags of the piece of road that crosses a corridor: over water and rails, else under."""
    if kind in ("river", "rail"):
        return {**tags, "bridge": "yes", "layer": "1"}
    return {**tags, "tunnel": "yes", "layer": "-1"}


def draw_main_roads(canvas: Canvas, closed: Polygon) -> list[LineString]:
    """Draw the main roads with their bridges and underpasses; returns their ground lines.

    No road enters `closed`, the steelworks, or the big water.
    """
    ground = []
    far_water = shapely.union(barriers.big_water(), closed.buffer(14.0))
    for line, tags in main_roads():
        dry = shapely.difference(line, far_water)
        for part in shapely.get_parts(dry.intersection(barriers.extract())):
            if part.length < 25:
                continue
            free, over = cut_at_corridors(directed_as(line, part))
            for piece in free:
                canvas.streets.append((piece, tags))
                ground.append(piece)
            for piece, kind in over:
                if piece.length < 400:
                    canvas.crossings.append((piece, crossing_tags(kind, tags)))
    return ground


def superblocks(canvas: Canvas, ground: list[LineString], closed: Polygon) -> list[Block]:
    """Cut the free ground along the main roads, then by recursion; draws the cuts as streets."""
    free = shapely.difference(barriers.land(), closed.buffer(6.0), grid_size=0.01)
    edges = shapely.unary_union([free.boundary, *ground], grid_size=0.01)
    faces = [
        p
        for p in shapely.get_parts(shapely.polygonize(shapely.get_parts(edges)))
        if free.contains(p.representative_point()) and p.area > 400
    ]
    faces.sort(key=lambda p: (round(p.centroid.y, 1), round(p.centroid.x, 1)))
    blocks: list[Block] = []
    for number, face in enumerate(faces):
        rng = np.random.default_rng((SEED, 3, number))
        for shape in _recurse(canvas, face, rng, 0):
            middle = shape.representative_point()
            blocks.append(Block(len(blocks), shape, town_at(middle), urbanity(middle.x, middle.y)))
    return blocks


def town_at(point: Point) -> str:
    """Name of the town a point lies in, or an empty text outside the district."""
    return next((t.name for t in TOWNS if town_polygons()[t.name].contains(point)), "")


def _recurse(canvas: Canvas, face: Polygon, rng: np.random.Generator, depth: int) -> list[Polygon]:
    """Split a face until it is as small as its part of the district asks."""
    middle = face.representative_point()
    urban = urbanity(middle.x, middle.y)
    inside = bool(town_at(middle))
    limit = (0.165 if inside else 0.75) + 0.55 * (1.0 - urban) ** 1.3
    if face.area < limit * 1e6 * rng.uniform(0.75, 1.35) or depth > 6:
        return [face]
    pieces, cut = split_across(face, rng)
    if len(pieces) < 2:
        return [face]
    highway = "tertiary" if depth < 2 else "residential" if urban > 0.4 else "unclassified"
    name = street_namer(salt=int(rng.integers(1 << 30)))(True, depth)
    for part in shapely.get_parts(cut.intersection(face.buffer(0.3))):
        if part.length > 20:
            canvas.streets.append((part, {"highway": highway, "name": name}))
    return [small for piece in pieces for small in _recurse(canvas, piece, rng, depth + 1)]


__all__ = ["Block", "cut_at_corridors", "draw_main_roads", "main_roads", "superblocks", "urbanity"]
