"""Sidewalks with crossings, footbridges with steps, and traffic signals."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import LineString, Point

from . import barriers
from .canvas import Canvas
from .geometry import FloatArray, on_grid

SIDE_M = 9.5
"""From the centre line of a main road to its sidewalk, in front of the walls."""


def sidewalks(canvas: Canvas, main: list[LineString], stations: list[tuple[str, Point]]) -> None:
    """Draw sidewalks on both sides of main roads near stations, joined by crossings."""
    near = shapely.MultiPoint([at for _, at in stations]).buffer(620.0)
    chosen = [
        k
        for k, line in enumerate(main)
        if line.length > 170 and near.contains(line.interpolate(0.5, normalized=True))
    ]
    numbers = {id(main[k]): k for k in chosen}
    for index, (line, tags) in enumerate(canvas.streets):
        if id(line) in numbers:
            canvas.streets[index] = (line, {**tags, "sidewalk:both": "separate"})
    for k in chosen:
        line = main[k]
        reach = np.arange(24.0, line.length - 24.0, 18.0)
        middle, normal = _frame(line, np.append(reach, line.length - 24.0))
        for side in (1.0, -1.0):
            walk = LineString(on_grid(middle + normal * SIDE_M * side))
            canvas.streets.append((walk, {"highway": "footway", "footway": "sidewalk"}))
        for number, along in enumerate(np.arange(26.0, line.length - 25.0, 165.0)):
            _crossing(canvas, line, float(along), signalled=number % 2 == 0)


def _frame(line: LineString, along: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Points of a line and the unit normals there."""
    at = shapely.get_coordinates(shapely.line_interpolate_point(line, along))
    ahead = shapely.get_coordinates(
        shapely.line_interpolate_point(line, along + 2.0)
    ) - shapely.get_coordinates(shapely.line_interpolate_point(line, along - 2.0))
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    return at, np.column_stack([-ahead[:, 1], ahead[:, 0]])


def _crossing(canvas: Canvas, line: LineString, along: float, *, signalled: bool) -> None:
    """Draw a zebra across a main road with its node on the carriageway."""
    at, normal = _frame(line, np.array([along]))
    node = on_grid(at[0])
    reach = normal[0] * (SIDE_M + 0.3)
    for sign in (1.0, -1.0):
        arm = LineString(on_grid(np.vstack([node, node + sign * reach])))
        canvas.streets.append((arm, {"highway": "footway", "footway": "crossing"}))
    kind = "traffic_signals" if signalled else "uncontrolled"
    canvas.points.append(
        (float(node[0]), float(node[1]), {"highway": "crossing", "crossing": kind})
    )


def signals(canvas: Canvas, main: list[LineString]) -> None:
    """Mark the crossings of main roads that have traffic signals."""
    ends: dict[tuple[int, int], int] = {}
    for line in main:
        for xy in shapely.get_coordinates(line)[[0, -1]]:
            key = (round(float(xy[0]) * 100), round(float(xy[1]) * 100))
            ends[key] = ends.get(key, 0) + 1
    canvas.points.extend(
        (x / 100, y / 100, {"highway": "traffic_signals"})
        for (x, y), count in sorted(ends.items())
        if count >= 3
    )


def footbridges(canvas: Canvas) -> None:
    """Draw footbridges with steps over water, rails and expressways where streets end."""
    streets = [
        line
        for line, tags in canvas.streets
        if tags["highway"] in ("tertiary", "residential", "unclassified")
    ]
    tree = shapely.STRtree(streets)
    walls = shapely.STRtree([line for line, tags in canvas.lines if tags.get("barrier") == "wall"])
    for number, corridor in enumerate(barriers.corridors_of("river", "rail", "motorway", "trunk")):
        steps = 2_600.0 if corridor.kind == "river" else 3_300.0
        offset = 900.0 + 230.0 * (number % 5)
        for along in np.arange(offset, corridor.line.length - 200.0, steps):
            _footbridge(canvas, corridor, float(along), tree, walls)


def _footbridge(
    canvas: Canvas,
    corridor: barriers.Corridor,
    along: float,
    tree: shapely.STRtree,
    walls: shapely.STRtree,
) -> None:
    """Draw one footbridge near a place of a corridor, if streets are near on both banks.

    No way up to it leads through a wall.
    """
    spans = []
    for shift in np.arange(-400.0, 401.0, 25.0):
        if not 60.0 < along + shift < corridor.line.length - 60.0:
            continue
        at, normal = _frame(corridor.line, np.array([along + shift]))
        feet = []
        for sign in (1.0, -1.0):
            bank = at[0] + sign * normal[0] * (corridor.width_m / 2 + 4.0)
            street = tree.geometries[int(tree.nearest(Point(bank)))]
            feet.append((bank, street.interpolate(street.project(Point(bank)))))
        ways = [LineString([bank, (foot.x, foot.y)]) for bank, foot in feet]
        if any(len(walls.query(way, predicate="intersects")) for way in ways):
            continue
        walk = max(way.length for way in ways)
        spans.append((walk, abs(float(shift)), feet))
    if not spans:
        return
    walk, _, feet = min(spans, key=lambda s: (round(s[0], 1), s[1]))
    (left, left_foot), (right, right_foot) = feet
    tops = [on_grid(left), on_grid(right)]
    span = float(np.linalg.norm(tops[0] - tops[1]))
    crosses = LineString(tops).intersection(corridor.polygon).length
    if walk > 45.0 or span > 120.0 or crosses < 0.6 * corridor.width_m:
        return
    inner = []
    for top, other, foot in ((tops[0], tops[1], left_foot), (tops[1], tops[0], right_foot)):
        street = np.array([foot.x, foot.y])
        past = street + (street - top) / max(float(np.linalg.norm(street - top)), 0.1) * 0.3
        canvas.streets.append((LineString(on_grid(np.vstack([past, top]))), {"highway": "footway"}))
        inner.append(on_grid(top + (other - top) * 0.28))
    deck = {"bridge": "yes", "layer": "1"}
    for top, landing in zip(tops, inner, strict=True):
        canvas.crossings.append((LineString([top, landing]), {"highway": "steps", **deck}))
    canvas.crossings.append((LineString(inner), {"highway": "footway", **deck}))
