"""The whole drawing: main roads, blocks, and what stands in each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

from . import barriers, commerce, furniture, industry, landuse, roads, services
from .canvas import Canvas
from .estates import MID_RISE, TOWERS, WALK_UPS, Style, estate, parcels_of
from .geometry import largest, on_grid
from .groups import group_points
from .names import unique_names
from .outline import TOWNS
from .people import VILLAGES
from .places import Place
from .villages import fields, hamlet

SEED = 593


@dataclass
class District:
    """Everything drawn, and the places that stations and committees refer to."""

    canvas: Canvas = field(default_factory=Canvas)
    places: list[Place] = field(default_factory=list)
    stations: list[tuple[str, Point]] = field(default_factory=list)


def draw_district() -> District:
    """Draw the district block by block; each block has its own random numbers."""
    drawn = District()
    canvas = drawn.canvas
    steel = industry.steelworks_ground()
    ground = roads.draw_main_roads(canvas, steel)
    blocks = roads.superblocks(canvas, ground, steel)
    drawn.stations = commerce.metro_stations(ground)
    use = landuse.assign(blocks, drawn.stations)
    names = {
        kind: unique_names(kind)
        for kind in ("estate", "park", "works", "mall", "tower", "apartments", "school", "village")
    }
    public = shapely.STRtree([line for line, _ in canvas.streets])
    drawn.places.append(
        industry.draw_steelworks(canvas, public, np.random.default_rng((SEED, 9)), "月浦镇")
    )
    for name, at in drawn.stations:
        commerce.draw_station(canvas, name, at, public)
    for block in blocks:
        rng = np.random.default_rng((SEED, block.number))
        _draw_block(drawn, block, use[block.number], public, names, rng)
    _draw_hamlets(drawn, [b for b in blocks if use[b.number] == "field"], names["village"])
    furniture.sidewalks(canvas, ground, drawn.stations)
    furniture.footbridges(canvas)
    furniture.signals(canvas, ground)
    services.draw_services(canvas, drawn.places, ground, SEED)
    return drawn


def _draw_block(
    drawn: District,
    block: roads.Block,
    use: str,
    main: shapely.STRtree,
    names: dict[str, Iterator[str]],
    rng: np.random.Generator,
) -> None:
    """Draw what stands in one block; hamlets come later."""
    canvas = drawn.canvas
    if use in ("scrap", "ring", "vacant"):
        _draw_leftover(canvas, block, use, rng)
        return
    if use == "field":
        return
    lane_ha, wall_ha = {
        "estate": (11.0, 6.6),
        "works": (30.0, 17.0),
        "commerce": (6.0, 6.0),
        "park": (40.0, 40.0),
    }[use]
    before = len(canvas.streets)
    around = main.geometries[main.query(block.shape.buffer(40.0))]
    inside = [line for line in around if line.intersects(block.shape.buffer(-12.0))]
    parcels = parcels_of(canvas, block.shape, rng, lane_ha=lane_ha, wall_ha=wall_ha, roads=inside)
    lanes = [line for line, _ in canvas.streets[before:]]
    public = shapely.STRtree([*around, *lanes])
    for parcel in parcels:
        place = _draw_parcel(canvas, parcel, use, public, names, rng)
        if place is not None:
            drawn.places.append(place)
        else:
            canvas.areas.append((parcel, {"landuse": "grass"}))


_STREETS = ("primary", "secondary", "tertiary", "residential", "unclassified")


def _draw_parcel(
    canvas: Canvas,
    parcel: Polygon,
    use: str,
    public: shapely.STRtree,
    names: dict[str, Iterator[str]],
    rng: np.random.Generator,
) -> Place | None:
    """Draw one parcel by the use of its block."""
    town = roads.town_at(parcel.centroid)
    if not town:
        return None
    if use == "works":
        return industry.park(canvas, parcel, public, rng, name=next(names["works"]), town=town)
    if use == "park":
        return commerce.green(canvas, parcel, public, rng, name=next(names["park"]), town=town)
    if use == "commerce":
        if rng.random() < 0.5:
            return commerce.mall(canvas, parcel, public, rng, name=next(names["mall"]), town=town)
        return commerce.offices(canvas, parcel, public, rng, name=next(names["tower"]), town=town)
    if parcel.area < 30_000 and rng.random() < 0.13:
        return commerce.school(canvas, parcel, public, rng, name=next(names["school"]), town=town)
    apartments = rng.random() < 0.025
    name = next(names["apartments" if apartments else "estate"])
    flaw = ""
    draw = rng.random()
    if parcel.area > 40_000 and draw < 0.07:
        flaw = "no streets" if draw < 0.03 else "island"
    elif 0.07 <= draw < 0.09:
        flaw = "no wall"
    elif draw > 0.9:
        flaw = "no gate"
    style, gates = _style_of(rng)
    return estate(
        canvas, parcel, public, rng, name=name, town=town, style=style, gates=gates, flaw=flaw
    )


def _style_of(rng: np.random.Generator) -> tuple[Style, int]:
    """Age of an estate: old walk-ups have more gates than new towers."""
    draw = rng.random()
    if draw < 0.58:
        return WALK_UPS, int(rng.integers(1, 4))
    if draw < 0.82:
        return MID_RISE, int(rng.integers(1, 3))
    return TOWERS, int(rng.integers(1, 3))


def _draw_leftover(canvas: Canvas, block: roads.Block, use: str, rng: np.random.Generator) -> None:
    """Draw ground that nobody lives on: green strips, vacant land, the simple ring."""
    inner = largest(block.shape.buffer(-10.0, join_style="mitre").simplify(2.0))
    if inner.area < 1_500:
        return
    tag = (
        str(rng.choice(["grass", "greenfield", "brownfield", "farmland"]))
        if use == "vacant"
        else "grass"
        if use == "scrap"
        else "farmland"
    )
    canvas.areas.append(
        (Polygon(on_grid(shapely.get_coordinates(inner.exterior))), {"landuse": tag})
    )
    if use == "vacant" and inner.area > 40_000:
        parcels_of(canvas, block.shape, rng, lane_ha=34.0, wall_ha=99.0)


def _draw_hamlets(drawn: District, blocks: list[roads.Block], names: Iterator[str]) -> None:
    """Draw the fields and, in each town's fields, the hamlets of its villages."""
    canvas = drawn.canvas
    for town in TOWNS:
        own = [b for b in blocks if b.town == town.name]
        count = VILLAGES.get(town.name, 0)
        if not own or not count:
            continue
        tree = shapely.STRtree(
            [line for line, tags in canvas.streets if tags["highway"] in _STREETS]
        )
        spots: list[tuple[Point, Polygon]] = []
        for block in own:
            rng = np.random.default_rng((SEED, 5, block.number))
            spots.extend(
                (spot, block.shape)
                for spot in _spots(block.shape, rng)
                if 80.0 < _gap(tree, spot) < 600.0 and roads.town_at(spot) == town.name
            )
        walls = shapely.STRtree(
            [line for line, tags in canvas.lines if tags.get("barrier") == "wall"]
        )
        order = np.random.default_rng((SEED, 6, int(town.code))).permutation(len(spots))
        sketches: list[tuple[Canvas, Place]] = []
        for k in sorted(order[: 4 * count]):
            spot, shape = spots[k]
            rng = np.random.default_rng((SEED, 7, int(spot.x), int(spot.y)))
            sketch = Canvas()
            place = hamlet(
                sketch,
                spot,
                largest(shape.buffer(-8.0)),
                tree,
                rng,
                name="",
                town=town.name,
                lanes=str(rng.choice(["joined", "missing", "island"], p=[0.83, 0.07, 0.10])),
            )
            lanes = shapely.MultiLineString([line for line, _ in sketch.streets])
            if len(walls.query(lanes, predicate="intersects")):
                continue
            if place is not None and roads.town_at(place.shape.centroid) == town.name:
                sketches.append((sketch, place))
        _name_hamlets(drawn, sketches, [next(names) for _ in range(count)])
    for block in blocks:
        fields(canvas, block.shape, np.random.default_rng((SEED, 8, block.number)))


def _name_hamlets(drawn: District, sketches: list[tuple[Canvas, Place]], titles: list[str]) -> None:
    """Gather neighbouring hamlets to villages and put them on the drawing under their names."""
    middles = np.array([[p.shape.centroid.x, p.shape.centroid.y] for _, p in sketches])
    groups = group_points(middles, np.ones(len(sketches)), len(titles))
    number = dict.fromkeys(range(len(titles)), 0)
    for (sketch, place), group in zip(sketches, groups, strict=True):
        number[int(group)] += 1
        name = f"{titles[int(group)]}{number[int(group)]}组"
        drawn.canvas.add(sketch, name)
        drawn.places.append(replace(place, name=name))


def _gap(tree: shapely.STRtree, spot: Point) -> float:
    """Distance to the nearest street."""
    return float(tree.geometries[int(tree.nearest(spot))].distance(spot))


def _spots(shape: Polygon, rng: np.random.Generator) -> list[Point]:
    """Places for hamlets in a block: well inside and apart from each other."""
    inner = shape.buffer(-95.0)
    if inner.is_empty:
        return []
    west, south, east, north = inner.bounds
    found: list[Point] = []
    for _ in range(40):
        spot = Point(rng.uniform(west, east), rng.uniform(south, north))
        if inner.contains(spot) and all(spot.distance(p) > 330 for p in found):
            found.append(spot)
    return found[: 1 + int(shape.area / 180_000)]


def frame_lines(canvas: Canvas) -> None:
    """Draw the corridors: water, rails, expressways and metro lines."""
    whole = barriers.extract()
    for corridor in barriers.corridors():
        for part in shapely.get_parts(corridor.line.intersection(whole)):
            line = LineString(on_grid(shapely.get_coordinates(part)))
            canvas.lines.append((line, _corridor_tags(corridor)))
        if corridor.kind == "river":
            for part in shapely.get_parts(
                shapely.difference(corridor.polygon.intersection(whole), barriers.big_water())
            ):
                canvas.areas.append(
                    (
                        Polygon(on_grid(shapely.get_coordinates(part.exterior))),
                        {"natural": "water", "water": "river", "name": corridor.name},
                    )
                )
    water = barriers.big_water().intersection(whole)
    for part in shapely.get_parts(water):
        if isinstance(part, Polygon) and part.area > 1e4:
            name = "长江" if part.bounds[3] > 15_000 else "黄浦江"
            canvas.areas.append(
                (
                    Polygon(on_grid(shapely.get_coordinates(part.exterior))),
                    {"natural": "water", "water": "river", "name": name},
                )
            )


def _corridor_tags(corridor: barriers.Corridor) -> dict[str, str]:
    """OSM tags of a corridor's centre line."""
    if corridor.kind == "river":
        return {"waterway": "river" if corridor.width_m > 25 else "canal", "name": corridor.name}
    if corridor.kind == "rail":
        return {"railway": "rail", "name": corridor.name}
    if corridor.kind == "metro":
        return {"railway": "subway", "tunnel": "yes", "layer": "-2", "name": corridor.name}
    tags = {"highway": corridor.kind, "name": corridor.name, "oneway": "no"}
    if corridor.kind == "trunk":
        tags |= {"motorroad": "yes"}
    return {**tags, "embankment": "yes"}
