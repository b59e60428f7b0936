"""Walled estates: parcels of a block, gates, residents-only streets, rows of buildings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from .canvas import Canvas, Tags
from .geometry import FloatArray, box_angle, largest, on_grid, polygons_of, split_across
from .places import Place

PRIVATE: Tags = {"access": "private"}
UNMAPPED = 0.06
"""Share of the side gates that nobody mapped: a street passes the wall there, and that is all."""


@dataclass(frozen=True)
class Style:
    """How the buildings of a compound stand: metres and floors."""

    building: str
    row_m: float
    long_m: float
    deep_m: float
    gap_m: float
    floors: tuple[int, int]
    ring: bool = True
    """Whether a street runs round inside the wall."""
    rows_per_path: int = 3


WALK_UPS = Style("apartments", 33.0, 54.0, 12.0, 8.0, (5, 6))
MID_RISE = Style("apartments", 42.0, 44.0, 14.0, 12.0, (9, 14))
TOWERS = Style("apartments", 50.0, 34.0, 17.0, 20.0, (16, 28))
SHEDS = Style("industrial", 78.0, 92.0, 46.0, 22.0, (1, 3), ring=False)
HALLS = Style("industrial", 136.0, 112.0, 72.0, 24.0, (2, 4), rows_per_path=2)
SCHOOL = Style("school", 48.0, 60.0, 16.0, 14.0, (3, 5))
OFFICES = Style("office", 70.0, 46.0, 30.0, 26.0, (8, 24))


@dataclass(frozen=True)
class Compound:
    """A parcel with its wall line and how it joins the public streets."""

    shape: Polygon
    gates: tuple[tuple[float, float], ...]
    links: tuple[LineString, ...]
    """From just past the public street's centre line to the gate."""


def parcels_of(
    canvas: Canvas,
    block: Polygon,
    rng: np.random.Generator,
    *,
    lane_ha: float,
    wall_ha: float,
    roads: Sequence[LineString] = (),
) -> list[Polygon]:
    """Cut a block by public lanes, then by walls only; returns the parcels inside the walls.

    They keep clear of the roads that end inside the block.
    """
    verge = shapely.unary_union([road.buffer(11.0) for road in roads])
    cells = [block]
    done: list[Polygon] = []
    while cells:
        cell = cells.pop()
        if cell.area <= lane_ha * 1e4 * rng.uniform(0.8, 1.4):
            done.append(cell)
            continue
        pieces, cut = split_across(cell, rng)
        for part in shapely.get_parts(cut.intersection(cell.buffer(0.3))):
            if part.length > 20:
                canvas.streets.append((part, {"highway": "residential"}))
        cells.extend(pieces)
    parcels = []
    for cell in done:
        inner = shapely.difference(cell.buffer(-11.0, join_style="mitre"), verge)
        stack = [Polygon(part.exterior) for part in polygons_of(inner)]
        while stack:
            parcel = stack.pop()
            if parcel.area <= wall_ha * 1e4 * rng.uniform(0.7, 1.4):
                inset = largest(parcel.buffer(-1.5, join_style="mitre").simplify(1.0))
                if inset.area > 4_000:
                    parcels.append(Polygon(on_grid(shapely.get_coordinates(inset.exterior))))
                continue
            stack.extend(split_across(parcel, rng)[0])
    return parcels


def find_gates(
    parcel: Polygon, public: shapely.STRtree, rng: np.random.Generator, count: int
) -> Compound:
    """Choose gates far from each other where the wall faces a public street within 30 m."""
    ring = parcel.exterior
    spots = shapely.line_interpolate_point(ring, np.arange(4.0, ring.length, 12.0))
    nearest = public.geometries[public.nearest(spots)]
    feet = shapely.line_interpolate_point(nearest, shapely.line_locate_point(nearest, spots))
    ways = shapely.linestrings(
        np.stack([shapely.get_coordinates(spots), shapely.get_coordinates(feet)], axis=1)
    )
    outward = ~shapely.contains(parcel, shapely.line_interpolate_point(ways, 0.3, normalized=True))
    near = np.flatnonzero((shapely.distance(spots, feet) < 30.0) & outward)
    facing = [(spots[k], feet[k]) for k in near]
    chosen: list[tuple[Point, Point]] = []
    while facing and len(chosen) < count:
        apart = [min((s.distance(c) for c, _ in chosen), default=1.0) for s, _ in facing]
        weight = np.array(apart) ** 2 * rng.uniform(0.2, 1.0, len(facing))
        if chosen and max(apart) < 60.0:
            break
        chosen.append(facing[int(weight.argmax())])
    gates, links = [], []
    for spot, foot in chosen:
        gate = on_grid(np.array([spot.x, spot.y]))
        street = np.array([foot.x, foot.y])
        away = (street - gate) / max(float(np.linalg.norm(street - gate)), 0.1)
        gates.append((float(gate[0]), float(gate[1])))
        links.append(LineString([on_grid(street + away * 0.3), gate]))
    return Compound(parcel, tuple(gates), tuple(links))


def wall_with_gates(compound: Compound) -> LineString:
    """Wall round a compound that has each gate as one of its points."""
    ring = compound.shape.exterior
    stations = {0.0: shapely.get_coordinates(ring)[0]}
    for xy in shapely.get_coordinates(ring)[1:-1]:
        stations[ring.project(Point(xy))] = xy
    for gate in compound.gates:
        stations[ring.project(Point(gate))] = np.array(gate)
    xy = np.array([stations[k] for k in sorted(stations)])
    return LineString(np.vstack([xy, xy[:1]]))


def draw_compound(
    canvas: Canvas,
    compound: Compound,
    style: Style,
    rng: np.random.Generator,
    *,
    streets: bool = True,
    linked: bool = True,
    gates: bool = True,
    walled: bool = True,
    inside: Tags = PRIVATE,
    gate_tags: Tags | None = None,
) -> float:
    """Draw wall, gates, streets and buildings; returns the floor area in m2.

    `streets` False leaves the streets inside out of the data; `linked` False leaves out the
    piece between gate and loop, so that the streets inside are an island; `gates` False leaves
    out the gates themselves, `walled` False the wall.
    """
    shape = compound.shape
    if walled:
        canvas.lines.append((wall_with_gates(compound), {"barrier": "wall"}))
    loop = largest(shape.buffer(-10.0, join_style="mitre").simplify(2.0))
    if loop.is_empty or loop.area < 1_500:
        return 0.0
    turn = _row_angle(shape)
    rows, paths = _rows_and_paths(loop, style, turn, rng)
    inner = list(paths)
    if style.ring:
        inner.append(LineString(on_grid(shapely.get_coordinates(loop.exterior))))
    if streets:
        for number, path in enumerate(inner):
            kind = "footway" if style.ring and number % 2 and number < len(paths) else "service"
            canvas.streets.append((path, {"highway": kind, **inside}))
    if streets and linked:
        target = MultiLineString(inner)
        for gate, link in zip(compound.gates, compound.links, strict=True):
            canvas.streets.append((link, {"highway": "service"}))
            canvas.streets.append((_inward(gate, target), {"highway": "service", **inside}))
    if linked and gates:
        for number, (x, y) in enumerate(compound.gates):
            if number and gate_tags is None and rng.random() < UNMAPPED:
                continue
            locked = {"locked": "yes"} if number and rng.random() < 0.3 else {}
            tags = gate_tags or {"barrier": "gate", "access": "private", **locked}
            canvas.points.append((x, y, tags))
    return _buildings(canvas, rows, paths, style, rng)


def _inward(gate: tuple[float, float], inner: MultiLineString) -> LineString:
    """Line from a gate to just past the nearest street inside."""
    at = np.array(gate)
    foot = inner.interpolate(inner.project(Point(gate)))
    to = np.array([foot.x, foot.y])
    ahead = (to - at) / max(float(np.linalg.norm(to - at)), 0.1)
    return LineString(on_grid(np.vstack([at, to + ahead * 0.3])))


def _row_angle(shape: Polygon) -> float:
    """Direction of the rows: the parcel's axis nearest to east-west, so that homes face south."""
    angle = box_angle(shape)[0]
    return float((angle + np.pi / 4) % (np.pi / 2) - np.pi / 4)


def _turned(points: FloatArray, angle: float) -> FloatArray:
    """Points turned by an angle about the origin."""
    cos, sin = np.cos(angle), np.sin(angle)
    return points @ np.array([[cos, sin], [-sin, cos]])


def _rows_and_paths(
    loop: Polygon, style: Style, turn: float, rng: np.random.Generator
) -> tuple[list[Polygon], list[LineString]]:
    """Footprints in rows and the straight paths between every second pair of rows."""
    level = Polygon(_turned(shapely.get_coordinates(loop.exterior), -turn))
    west, south, east, north = level.bounds
    margin = 6.0 + style.deep_m / 2
    count = max(1, round((north - south - 2 * margin) / style.row_m) + 1)
    pitch = max((north - south - 2 * margin) / max(count - 1, 1), style.deep_m + 6.0)
    ys = south + margin + pitch * np.arange(count)
    offset = int(rng.integers(style.rows_per_path))
    cuts = [
        LineString([(west - 9, y + pitch / 2), (east + 9, y + pitch / 2)])
        for y in ys[offset : -1 : style.rows_per_path]
    ]
    spines = max(round((east - west) / max(72.0, 1.4 * style.long_m)) - 1, 0) if style.ring else 1
    across = [
        west + (east - west) * (k + 1) / (spines + 1) + rng.uniform(-9, 9) for k in range(spines)
    ]
    cuts += [LineString([(x, south - 9), (x, north + 9)]) for x in across]
    wide = level.buffer(0.3, join_style="mitre")
    paths = [
        LineString(on_grid(_turned(shapely.get_coordinates(part), turn)))
        for cut in cuts
        for part in _lines(cut.intersection(wide))
        if part.length > 12
    ]
    clear = level.buffer(-5.0)
    room = level.buffer(-6.0).difference(
        shapely.unary_union([shapely.box(x - 5.0, south, x + 5.0, north) for x in across])
    )
    boxes: list[Polygon] = []
    for y in ys:
        strip = LineString([(west, y), (east, y)]).intersection(room)
        for part in _lines(strip):
            boxes.extend(_slabs(part, y, style, rng))
    kept = [box for box in boxes if clear.contains(box)]
    rows = [Polygon(on_grid(_turned(shapely.get_coordinates(box), turn))) for box in kept]
    return rows, paths


def _slabs(part: LineString, y: float, style: Style, rng: np.random.Generator) -> list[Polygon]:
    """Footprints of one row, as long as the style says and evenly spread."""
    start, _, end, _ = part.bounds
    long = style.long_m * rng.uniform(0.82, 1.2)
    count = int((end - start + style.gap_m) // (long + style.gap_m))
    if count == 0:
        if end - start < 0.4 * style.long_m:
            return []
        count, long = 1, end - start
    step = (end - start - long) / max(count - 1, 1) if count > 1 else 0.0
    half = style.deep_m / 2 * rng.uniform(0.9, 1.1)
    jog = rng.uniform(-1.5, 1.5, count)
    return [
        shapely.box(start + k * step, y - half + jog[k], start + k * step + long, y + half + jog[k])
        for k in range(count)
    ]


def _buildings(
    canvas: Canvas,
    rows: list[Polygon],
    paths: list[LineString],
    style: Style,
    rng: np.random.Generator,
) -> float:
    """Draw the footprints that no path runs through; returns their floor area."""
    taken = MultiLineString(paths).buffer(3.5)
    shapely.prepare(taken)
    base = int(rng.integers(style.floors[0], style.floors[1] + 1))
    floor_m2 = 0.0
    for footprint in rows:
        if taken.intersects(footprint):
            continue
        levels = int(np.clip(base + rng.integers(-1, 2), *style.floors))
        canvas.buildings.append(
            (footprint, {"building": style.building, "building:levels": str(levels)})
        )
        floor_m2 += footprint.area * levels
    return floor_m2


def _lines(shape: BaseGeometry) -> list[LineString]:
    """Line parts of an intersection."""
    return [g for g in shapely.get_parts(shape) if isinstance(g, LineString) and not g.is_empty]


def estate(
    canvas: Canvas,
    parcel: Polygon,
    public: shapely.STRtree,
    rng: np.random.Generator,
    *,
    name: str,
    town: str,
    style: Style,
    gates: int,
    flaw: str = "",
) -> Place | None:
    """Draw one residential estate; None where no wall faces a public street.

    `flaw` is empty, `no streets` (not in the data), `island` (no link to the gate), `no gate`
    (a street goes through the wall, but no gate is in the data) or `no wall` (its streets are for
    residents, and that is all).
    """
    compound = find_gates(parcel, public, rng, gates)
    if not compound.gates:
        return None
    floor_m2 = draw_compound(
        canvas,
        compound,
        style,
        rng,
        streets=flaw != "no streets",
        linked=flaw != "island",
        gates=flaw not in ("no gate", "no wall"),
        walled=flaw != "no wall",
    )
    if floor_m2 == 0.0:
        return None
    gated = {"residential": "gated"} if flaw != "no wall" else {}
    canvas.areas.append((parcel, {"landuse": "residential", **gated, "name": name}))
    return Place(
        "estate",
        name,
        parcel,
        town,
        compound.gates[0],
        floor_m2,
        joined=flaw not in ("no streets", "island"),
        gates=compound.gates if flaw != "no wall" else (),
        gates_drawn=flaw != "no gate",
    )


__all__ = [
    "HALLS",
    "MID_RISE",
    "OFFICES",
    "SCHOOL",
    "SHEDS",
    "TOWERS",
    "WALK_UPS",
    "Compound",
    "Style",
    "draw_compound",
    "estate",
    "find_gates",
    "parcels_of",
]
