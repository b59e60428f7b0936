"""Service centres and stations: by the rules of real life, imperfectly."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely import Point

from . import barriers, offers
from .committees import Committee
from .district import District
from .gaps import HOLES, UNJOINED
from .geometry import from_lonlat
from .groups import group_points
from .outline import TOWNS, district
from .places import Place

SEED = 577
SHARED, WITHOUT = 11, 5
"""Committees that use a neighbour's station, and committees that have none."""
EACH_DOMAIN = 10
CLOSED_IN_ESTATES, CLOSED_WORKS = 0.06, (1, 4, 7)
"""Share of the stations in estates, and which of those in works, that let no outsider in."""


@dataclass(frozen=True)
class Station:
    """A service centre; x and y are metres of the drawing."""

    facility_id: str
    name: str
    x: float
    y: float
    level: str
    domain: str
    opening_hours: str
    capacity: int
    status: str = "open"
    services: str = ""
    open_to_outsiders: bool = True


def place(drawn: District, committees: list[Committee]) -> tuple[list[Station], list[str]]:
    """All stations, and the station of each committee: an id, or empty where it has none."""
    own, station_of = _neighbourhood(drawn, committees)
    return [*_district_and_towns(drawn), *own, *_by_domain(drawn)], station_of


def _entry(place_: Place, rng: np.random.Generator) -> np.ndarray:
    """Spot just inside the gate of a place, or somewhere in it."""
    gate = np.array(place_.gate)
    middle = np.array([place_.shape.centroid.x, place_.shape.centroid.y])
    share = 0.12 if rng.random() < 0.75 else rng.uniform(0.4, 0.8)
    return np.asarray(gate + (middle - gate) * share + rng.uniform(-4, 4, 2))


def _district_and_towns(drawn: District) -> list[Station]:
    """Centre of the district and one centre in each town, near the town's given point."""
    stations = []
    hosts = [
        p
        for p in drawn.places
        if p.kind in ("estate", "offices", "mall") and p.joined and not _in_hole(p.gate)
    ]
    for number, town in enumerate((TOWNS[0], *TOWNS)):
        at = Point(from_lonlat(np.array([[town.lon, town.lat]]))[0])
        near = sorted(
            (p for p in hosts if p.town == town.name),
            key=lambda p: (round(p.shape.distance(at), 2), p.name),
        )
        rng = np.random.default_rng((SEED, 1, number))
        xy = _entry(near[0 if number else 3], rng)
        code, level, title, size = (
            (f"BS-T{number:02d}", "town", town.name, 900)
            if number
            else ("BS-D01", "district", "宝山区", 3_000)
        )
        stations.append(
            Station(
                code,
                f"{title}党群服务中心（演示）",
                xy[0],
                xy[1],
                level,
                "community",
                "Mo-Su 08:30-20:30" if number % 3 else "Mo-Fr 08:30-19:00; Sa,Su 09:00-17:00",
                size,
                services=offers.all_services(rng),
            )
        )
    return stations


def _neighbourhood(drawn: District, committees: list[Committee]) -> tuple[list[Station], list[str]]:
    """Stations of the committees; 16 committees share one or have none."""
    small = sorted(
        range(len(committees)),
        key=lambda k: (committees[k].kind == "village", committees[k].floor_m2),
    )
    lacking = small[2 : 2 + 3 * (SHARED + WITHOUT) : 3]
    refuge = [
        p
        for p in drawn.places
        if p.kind in ("estate", "hamlet") and p.joined and not _in_hole(p.gate)
    ]
    guests: Counter[str] = Counter()
    stations: list[Station] = []
    station_of = [""] * len(committees)
    for k, committee in enumerate(committees):
        if k in lacking:
            continue
        rng = np.random.default_rng((SEED, 2, k))
        own = [p for p in committee.places if p.joined] or list(committee.places)
        host = own[min(int(rng.exponential(0.6)), len(own) - 1)]
        if _in_hole(host.gate):
            host = min(
                (p for p in refuge if p.town == committee.town and guests[p.name] < 2),
                key=lambda p, h=host: (round(p.shape.distance(h.shape), 1), p.name),
            )
            guests[host.name] += 1
        xy = _entry(host, rng)
        code = f"BS-N{len(stations) + 1:03d}"
        station_of[k] = code
        status = str(rng.choice(["open", "closed", "planned"], p=[0.988, 0.006, 0.006]))
        stations.append(
            Station(
                code,
                committee.name.removesuffix("居委会").removesuffix("委会") + "党群服务站",
                xy[0],
                xy[1],
                "neighbourhood",
                "community",
                offers.hours(rng),
                int(rng.choice([60, 80, 120, 150, 200])),
                status,
                offers.services(rng),
                not _keeps_outsiders_out(host, xy, rng),
            )
        )
    for k in lacking[:SHARED]:
        at = committees[k].shape.centroid
        station_of[k] = min(
            stations, key=lambda s, p=at: (p.x - s.x) ** 2 + (p.y - s.y) ** 2
        ).facility_id
    return _off_street(drawn, stations), station_of


def _in_hole(at: tuple[float, float]) -> bool:
    """Whether a place lies where no station was built yet."""
    return any(np.hypot(at[0] - x, at[1] - y) < reach for x, y, reach in HOLES)


def _keeps_outsiders_out(host: Place, at: np.ndarray, rng: np.random.Generator) -> bool:
    """Whether a station serves nobody but the estate it stands in."""
    inside = host.kind == "estate" and bool(host.shape.contains(Point(at)))
    return bool(rng.random() < CLOSED_IN_ESTATES) and inside


def _off_street(drawn: District, stations: list[Station]) -> list[Station]:
    """Move some stations to new buildings that no mapped street reaches yet."""
    streets = shapely.STRtree([line for line, _ in drawn.canvas.streets])
    moved = list(stations)
    for x, y in UNJOINED:
        steps = np.arange(-500.0, 501.0, 20.0)
        grid = np.array([(x + dx, y + dy) for dx in steps for dy in steps])
        points = shapely.points(grid)
        _, gap = streets.query_nearest(points, all_matches=False, return_distance=True)
        away = np.hypot(grid[:, 0] - x, grid[:, 1] - y)
        free = np.flatnonzero((gap > 112.0) & district().contains(points))
        if not len(free):
            continue
        spot = grid[free[int(np.lexsort((free, away[free]))[0])]]
        near = min(
            range(len(moved)),
            key=lambda k, s=spot: (
                moved[k].status != "open",
                (moved[k].x - s[0]) ** 2 + (moved[k].y - s[1]) ** 2,
            ),
        )
        moved[near] = replace(
            moved[near],
            x=float(spot[0]),
            y=float(spot[1]),
            status="open",
            open_to_outsiders=True,
        )
    return moved


def _by_domain(drawn: District) -> list[Station]:
    """Ten stations of each domain beside the neighbourhoods."""
    stops = [(n, p) for n, p in drawn.stations if not _in_hole((p.x, p.y))]
    spots = {
        "industrial_park": _among_works(drawn),
        "mall": _largest(drawn, "mall", "党群服务站"),
        "office_tower": _largest(drawn, "offices", "楼宇党群服务站"),
        "scenic_area": _largest(drawn, "park", "党群服务点"),
        "street_block": [(f"{n}街区党群服务站", p.x + 22.0, p.y + 9.0) for n, p in stops[1::2]],
        "waterfront": _waterfront(drawn),
        "talent_apartments": [
            (p.name + "人才驿站", *p.gate)
            for p in drawn.places
            if p.name.endswith("人才公寓") and not _in_hole(p.gate)
        ],
        "couriers": [(f"{n}骑手驿站", p.x - 24.0, p.y - 12.0) for n, p in stops[::2]],
    }
    stations = []
    for domain, found in spots.items():
        if len(found) < EACH_DOMAIN:
            raise ValueError(f"only {len(found)} places for the domain {domain}")
        rng = np.random.default_rng((SEED, 3, len(stations)))
        for number, (name, x, y) in enumerate(found[:EACH_DOMAIN]):
            hours = offers.hours_of_domain(domain, rng)
            stations.append(
                Station(
                    f"BS-X{len(stations) + 1:02d}",
                    name,
                    x,
                    y,
                    "neighbourhood",
                    domain,
                    hours,
                    int(rng.choice([30, 40, 60, 100])),
                    services=offers.services_of_domain(domain, rng),
                    open_to_outsiders=domain != "industrial_park" or number not in CLOSED_WORKS,
                )
            )
    return stations


def _largest(drawn: District, kind: str, ending: str) -> list[tuple[str, float, float]]:
    """Gates of the large places of a kind, at most two in a town."""
    found: list[tuple[str, float, float]] = []
    count: dict[str, int] = {}
    for p in sorted(
        (p for p in drawn.places if p.kind == kind and not _in_hole(p.gate)),
        key=lambda p: (-round(p.shape.area), p.name),
    ):
        count[p.town] = count.get(p.town, 0) + 1
        if count[p.town] <= 2:
            found.append((p.name + ending, p.gate[0], p.gate[1]))
    return found


def _among_works(drawn: District) -> list[tuple[str, float, float]]:
    """Gates in the middle of the ten largest gatherings of works."""
    works = [p for p in drawn.places if p.kind == "works"]
    middles = np.array([[p.shape.centroid.x, p.shape.centroid.y] for p in works])
    groups = group_points(middles, np.array([p.shape.area for p in works]), 2 * EACH_DOMAIN)
    ground = Counter[int]()
    for p, group in zip(works, groups, strict=True):
        ground[int(group)] += round(p.shape.area)
    found = []
    for group, _ in sorted(ground.items(), key=lambda item: (-item[1], item[0]))[:EACH_DOMAIN]:
        own = np.flatnonzero(groups == group)
        middle = middles[own].mean(axis=0)
        away = np.linalg.norm(middles[own] - middle, axis=1)
        host = works[int(own[int(away.argmin())])]
        found.append((host.name + "党群服务站", *_inside(host)))
    return found


def _inside(works: Place) -> tuple[float, float]:
    """Spot some 20 m behind the gate, inside the wall."""
    gate, middle = Point(works.gate), works.shape.centroid
    inward = shapely.LineString([gate, middle]).interpolate(20.0)
    spot = inward if works.shape.contains(inward) else gate
    return float(spot.x), float(spot.y)


def _waterfront(drawn: District) -> list[tuple[str, float, float]]:
    """Spots on the banks where a street is near, well apart."""
    streets = shapely.STRtree([line for line, tags in drawn.canvas.streets if "access" not in tags])
    found: list[tuple[str, float, float]] = []
    banks = [c.line for c in barriers.corridors_of("river")]
    for line in (barriers.big_water().exterior, *banks):
        for along in np.arange(300.0, line.length, 180.0):
            spot = line.interpolate(along)
            street = streets.geometries[int(streets.nearest(spot))]
            foot = street.interpolate(street.project(spot))
            apart = all(np.hypot(foot.x - x, foot.y - y) > 1_900 for _, x, y in found)
            if (
                foot.distance(spot) < 95.0
                and district().contains(foot)
                and apart
                and not _in_hole((foot.x, foot.y))
            ):
                found.append((f"滨水驿站{len(found) + 1}号", foot.x, foot.y))
    return found
