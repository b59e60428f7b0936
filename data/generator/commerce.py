"""Metro stations, malls beside them, office quarters, parks and schools."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

from . import barriers
from .canvas import Canvas
from .estates import OFFICES, SCHOOL, draw_compound, find_gates
from .geometry import box_angle, largest, on_grid
from .names import unique_names
from .outline import district
from .places import Place


def metro_stations(main_roads: list[LineString]) -> list[tuple[str, Point]]:
    """Stations along the metro lines, each moved to the nearest main road; named, inside."""
    tree = shapely.STRtree(main_roads)
    names = unique_names("station")
    stations: list[tuple[str, Point]] = []
    for corridor in barriers.corridors_of("metro"):
        for along in np.arange(500.0, corridor.line.length - 200, 1_450.0):
            spot = corridor.line.interpolate(along)
            road = main_roads[int(tree.nearest(spot))]
            foot = road.interpolate(road.project(spot))
            near = any(foot.distance(other) < 700 for _, other in stations)
            if district().contains(foot) and foot.distance(spot) < 350 and not near:
                stations.append((next(names), foot))
    return stations


def draw_station(canvas: Canvas, name: str, at: Point, public: shapely.STRtree) -> None:
    """Draw a station under a road with two entrances joined by short footways."""
    xy = on_grid(np.array([at.x, at.y]))
    canvas.points.append(
        (float(xy[0]), float(xy[1]), {"railway": "station", "station": "subway", "name": name})
    )
    road = public.geometries[int(public.nearest(at))]
    here = road.project(at)
    ahead = shapely.get_coordinates(road.interpolate(min(here + 8.0, road.length)))[0] - xy
    ahead /= max(float(np.linalg.norm(ahead)), 0.1)
    side = np.array([-ahead[1], ahead[0]])
    for number, sign in enumerate((1.0, -1.0)):
        start = xy + ahead * 6.0 * sign - side * sign * 0.3
        door = on_grid(xy + ahead * 6.0 * sign + side * sign * 11.0)
        canvas.streets.append(
            (LineString(np.vstack([on_grid(start), door])), {"highway": "footway"})
        )
        canvas.points.append(
            (
                float(door[0]),
                float(door[1]),
                {"railway": "subway_entrance", "ref": str(number + 1), "name": name},
            )
        )


def mall(
    canvas: Canvas,
    parcel: Polygon,
    public: shapely.STRtree,
    rng: np.random.Generator,
    *,
    name: str,
    town: str,
) -> Place | None:
    """Draw an open mall: one large building, a footway round it, ways out on all sides."""
    compound = find_gates(parcel, public, rng, 4)
    core = largest(parcel.buffer(-22.0, join_style="mitre"))
    if not compound.gates or core.area < 1_500:
        return None
    box = shapely.minimum_rotated_rectangle(largest(core.buffer(-6.0)))
    hall = largest(box.intersection(core))
    canvas.buildings.append(
        (
            Polygon(on_grid(shapely.get_coordinates(hall.exterior))),
            {"building": "retail", "building:levels": str(int(rng.integers(3, 7))), "name": name},
        )
    )
    loop = largest(parcel.buffer(-13.0, join_style="mitre").simplify(2.0))
    canvas.streets.append(
        (LineString(on_grid(shapely.get_coordinates(loop.exterior))), {"highway": "pedestrian"})
    )
    _ways_in(canvas, compound.gates, compound.links, loop)
    canvas.areas.append((parcel, {"landuse": "retail", "name": name}))
    return Place("mall", name, parcel, town, compound.gates[0], 0.0)


def offices(
    canvas: Canvas,
    parcel: Polygon,
    public: shapely.STRtree,
    rng: np.random.Generator,
    *,
    name: str,
    town: str,
) -> Place | None:
    """Draw an office quarter with public streets inside."""
    compound = find_gates(parcel, public, rng, 3)
    loop = largest(parcel.buffer(-10.0, join_style="mitre").simplify(2.0))
    if not compound.gates or loop.area < 1_500:
        return None
    before = len(canvas.lines)
    draw_compound(canvas, compound, OFFICES, rng, inside={}, gate_tags={"entrance": "yes"})
    del canvas.lines[before:]
    canvas.areas.append((parcel, {"landuse": "commercial", "name": name}))
    return Place("offices", name, parcel, town, compound.gates[0], 0.0)


def _ways_in(
    canvas: Canvas,
    gates: tuple[tuple[float, float], ...],
    links: tuple[LineString, ...],
    loop: Polygon,
) -> None:
    """Footways from the street through each entrance to a loop."""
    for gate, link in zip(gates, links, strict=True):
        foot = loop.exterior.interpolate(loop.exterior.project(Point(gate)))
        to, at = np.array([foot.x, foot.y]), np.array(gate)
        past = to + (to - at) / max(float(np.linalg.norm(to - at)), 0.1) * 0.3
        xy = np.vstack([shapely.get_coordinates(link), past])
        canvas.streets.append((LineString(on_grid(xy)), {"highway": "footway"}))


def green(
    canvas: Canvas,
    parcel: Polygon,
    public: shapely.STRtree,
    rng: np.random.Generator,
    *,
    name: str,
    town: str,
) -> Place | None:
    """Draw a park: a round path, a path across, entrances, sometimes a pond."""
    compound = find_gates(parcel, public, rng, 3)
    loop = largest(parcel.buffer(-24.0).simplify(4.0))
    if not compound.gates or loop.area < 2_500:
        return None
    canvas.streets.append(
        (LineString(on_grid(shapely.get_coordinates(loop.exterior))), {"highway": "footway"})
    )
    angle = box_angle(loop)[0] + rng.uniform(-0.3, 0.3)
    middle = np.array([loop.centroid.x, loop.centroid.y])
    for turn in (0.0, np.pi / 2):
        ahead = np.array([np.cos(angle + turn), np.sin(angle + turn)]) * 2_000.0
        cut = LineString([middle - ahead, middle + ahead]).intersection(loop.buffer(0.3))
        for part in shapely.get_parts(cut):
            if part.length > 30:
                canvas.streets.append((part, {"highway": "footway"}))
    _ways_in(canvas, compound.gates, compound.links, loop)
    canvas.areas.append((parcel, {"leisure": "park", "name": name}))
    return Place("park", name, parcel, town, compound.gates[0], 0.0)


def school(
    canvas: Canvas,
    parcel: Polygon,
    public: shapely.STRtree,
    rng: np.random.Generator,
    *,
    name: str,
    town: str,
) -> Place | None:
    """Draw a walled school with one gate."""
    compound = find_gates(parcel, public, rng, 1)
    if not compound.gates:
        return None
    draw_compound(canvas, compound, SCHOOL, rng)
    canvas.areas.append((parcel, {"amenity": "school", "name": name}))
    return Place("school", name, parcel, town, compound.gates[0], 0.0)
