"""The tables beside the streets: outlines, committees, people, facilities, the plan."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from . import people
from .committees import Committee
from .facilities import Station
from .gates import ListedGate
from .geometry import to_lonlat
from .lessons import Course, Order, Teacher
from .outings import TEMPLATES, Site
from .outline import TOWNS, district, town_polygons
from .premises import Premises

NOTICE = "演示数据，非真实 (synthetic data, not real)"

PLAN = """\
# The synthetic demo district: every place, name and figure in it is invented,
# but for the towns' names, codes and land areas and the names of the large rivers.
name = "baoshan-demo"
title = "宝山区（演示）"
language = "zh"
synthetic = true

[area]
boundary = "district.geojson"
towns = "towns.geojson"
committees = "committees.geojson"

[network]
osm = "baoshan-demo.osm.pbf"
access_limit_m = 100
access_detour = 1.4
gates = "gates.csv"

[facilities]
table = "facilities.csv"
crs = "EPSG:4326"

[[demand]]
kind = "residential"
osm = true
town_totals = "population.csv"
class_zones = "committees.geojson" # what people live in, invented as well
class_column = "housing"

[[demand]]
kind = "industrial"
osm = true
town_totals = "population.csv"

[[demand]]
kind = "commercial"
osm = true
town_totals = "population.csv"

[service]
cutoffs_minutes = [5, 10, 15]
profile = "adult"
profiles = ["elderly", "child", "wheelchair"]
moments = ["weekday_morning", "weekday_evening", "saturday", "night"]
targets = { residential = 0.85 }

# Parts of the people above, all of them invented.
[[groups]]
name = "elderly"
title = "老年人"
profile = "elderly"
table = "groups.csv"

[[groups]]
name = "children"
title = "儿童"
profile = "child"
share = 0.11

[[groups]]
name = "couriers"
title = "骑手"
kind = "commercial"
profile = "ebike"
share = 0.03

[[groups]]
name = "party_members"
title = "党员"
column = "party_members"

[uncertainty]
repeats = 10
seed = 593

# Invented premises and costs; beside them what the map shows of public buildings, and frontage.
[candidates]
table = "candidates.csv"
osm = true
frontage = true
cost_unit = "万元"
costs = { new = 300, convert = 90, enlarge = 60, upgrade = 25 }

# Sites for half a day out, invented; two routes of a theme at most: `planner routes`.
[routes]
sites = "route_sites.csv"
templates = "route_templates.csv"
routes = 6
most_of_theme = 2
begin = "Sa 09:00"
minutes = 240
group = 20
most_leg_minutes = 20
most_walk_minutes = 90
profile = "elderly"
volunteers = 100

# Assumed: how fast a coach is, and how long it takes to get on and off.
[routes.bus]
speed_kmh = 20
boarding_minutes = 5
streets = ["primary", "secondary", "tertiary"]
most_metres = 150

# What committees and towns ordered for half a year, invented: `planner courses`.
[courses]
orders = "orders.csv"
courses = "courses.csv"
teachers = "teachers.csv"
begin = 2026-07-01
end = 2026-12-31
slots = ["09:30", "14:00"]
walk_minutes = 15
far_minutes = 30
coach = true
profile = "adult"
"""


def _rings(shape: BaseGeometry) -> dict[str, Any]:
    """GeoJSON geometry in longitude and latitude."""
    turned = shapely.transform(shapely.normalize(shape), to_lonlat)
    geometry: dict[str, Any] = json.loads(shapely.to_geojson(turned))
    return geometry


def _write_geojson(path: Path, features: Iterable[tuple[BaseGeometry, dict[str, Any]]]) -> None:
    """Write features, one a line, with the notice in the metadata."""
    lines = [
        json.dumps(
            {"type": "Feature", "properties": given, "geometry": _rings(shape)}, ensure_ascii=False
        )
        for shape, given in features
    ]
    head = {"type": "FeatureCollection", "name": path.stem, "synthetic": True, "notice": NOTICE}
    text = json.dumps(head, ensure_ascii=False)[:-1]
    path.write_text(
        text + ', "features": [\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8", newline="\n"
    )


def _write_csv(path: Path, heading: list[str], rows: Iterable[Iterable[Any]]) -> None:
    """Write a table with plain line ends; every row carries the notice."""
    # With a BOM: Excel takes a CSV without one for the local encoding.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*heading, "notice"])
        writer.writerows([*row, NOTICE] for row in rows)


def write_district(folder: Path) -> None:
    """Outline of the district."""
    _write_geojson(folder / "district.geojson", [(district(), {"name": "宝山区（演示）"})])


def write_towns(folder: Path) -> None:
    """Towns with code and invented tier."""
    shapes = town_polygons()
    _write_geojson(
        folder / "towns.geojson",
        [
            (
                shapes[t.name],
                {"name": t.name, "code": t.code, "tier": t.tier, "tier_status": "invented"},
            )
            for t in TOWNS
        ],
    )


def write_committees(
    folder: Path, committees: list[Committee], station_of: list[str], housing: list[str]
) -> None:
    """Committees with ground, class of housing and own station, null where there is none."""
    _write_geojson(
        folder / "committees.geojson",
        [
            (
                c.shape,
                {
                    "name": c.name,
                    "town": c.town,
                    "kind": c.kind,
                    "facility_id": code or None,
                    "housing": homes,
                },
            )
            for c, code, homes in zip(committees, station_of, housing, strict=True)
        ],
    )


def write_population(folder: Path) -> None:
    """People by town and kind; party members beside the residents."""
    party = people.party_members_by_town()
    rows: list[list[Any]] = [
        [town, "residential", n, party[town]] for town, n in people.residents_by_town().items()
    ]
    for kind, workers in people.workers_by_town().items():
        rows += [[town, kind, n, ""] for town, n in workers.items()]
    _write_csv(folder / "population.csv", ["town", "kind", "people", "party_members"], rows)


def write_facilities(folder: Path, stations: list[Station], rooms: list[str]) -> None:
    """Write the facilities table; a room without seats is empty."""
    lonlat = to_lonlat(np.array([[s.x, s.y] for s in stations]))
    _write_csv(
        folder / "facilities.csv",
        [
            "facility_id",
            "name",
            "lon",
            "lat",
            "level",
            "domain",
            "opening_hours",
            "services",
            "open_to_outsiders",
            "capacity",
            "status",
            "room_capacity",
        ],
        [
            [
                s.facility_id,
                s.name,
                f"{lon:.6f}",
                f"{lat:.6f}",
                s.level,
                s.domain,
                s.opening_hours,
                s.services,
                "yes" if s.open_to_outsiders else "no",
                s.capacity,
                s.status,
                room,
            ]
            for s, room, (lon, lat) in zip(stations, rooms, lonlat, strict=True)
        ],
    )


def write_gates(folder: Path, gates: list[ListedGate]) -> None:
    """Write the table of gates."""
    lonlat = to_lonlat(np.array([[g.x, g.y] for g in gates]))
    _write_csv(
        folder / "gates.csv",
        ["gate_id", "name", "lon", "lat", "hours", "who"],
        [
            [g.gate_id, g.name, f"{lon:.7f}", f"{lat:.7f}", g.hours, g.who]
            for g, (lon, lat) in zip(gates, lonlat, strict=True)
        ],
    )


def write_candidates(folder: Path, premises: list[Premises]) -> None:
    """Write the table of candidate sites."""
    lonlat = to_lonlat(np.array([[p.x, p.y] for p in premises]))
    _write_csv(
        folder / "candidates.csv",
        ["site_id", "name", "lon", "lat", "action", "cost", "capacity"],
        [
            [p.site_id, p.name, f"{lon:.6f}", f"{lat:.6f}", p.action, p.cost, p.capacity]
            for p, (lon, lat) in zip(premises, lonlat, strict=True)
        ],
    )


def write_outings(folder: Path, sites: list[Site]) -> None:
    """Write the table of sites for routes, and that of the templates."""
    lonlat = to_lonlat(np.array([[s.x, s.y] for s in sites]))
    _write_csv(
        folder / "route_sites.csv",
        ["site_id", "name", "lon", "lat", "theme", "dwell_minutes", "opening_hours",
         "group_capacity", "value", "volunteers", "template", "note"],
        [
            [s.site_id, s.name, f"{lon:.6f}", f"{lat:.6f}", s.theme, s.dwell_minutes,
             s.opening_hours, s.group_capacity, s.value, s.volunteers, s.template, s.note]
            for s, (lon, lat) in zip(sites, lonlat, strict=True)
        ],
    )  # fmt: skip
    _write_csv(
        folder / "route_templates.csv",
        ["template_id", "name", "minutes", "text"],
        [[f"M-{number:02d}", *row] for number, row in enumerate(TEMPLATES, start=1)],
    )


def write_lessons(
    folder: Path, courses: list[Course], teachers: list[Teacher], orders: list[Order]
) -> None:
    """Write the tables of courses, teachers and orders."""
    _write_csv(
        folder / "courses.csv",
        ["course_id", "name", "field", "department", "minutes", "class_least", "class_most",
         "same_as", "needs", "level", "host_level"],
        [
            [c.course_id, c.name, c.field, c.department, c.minutes, c.class_least, c.class_most,
             c.same_as, c.needs, c.level, c.host_level]
            for c in courses
        ],
    )  # fmt: skip
    _write_csv(
        folder / "teachers.csv",
        ["teacher_id", "name", "fields", "level", "from", "days"],
        [[t.teacher_id, t.name, t.fields, t.level, t.base, t.days] for t in teachers],
    )
    _write_csv(
        folder / "orders.csv",
        ["order_id", "committee", "town", "department", "course", "people", "earliest", "latest"],
        [
            [o.order_id, o.committee, o.town, o.department, o.course, o.people, o.earliest,
             o.latest]
            for o in orders
        ],
    )  # fmt: skip


def write_groups(folder: Path) -> None:
    """Write the shares of the elderly by town."""
    _write_csv(
        folder / "groups.csv",
        ["town", "group", "share"],
        [[town, "elderly", share] for town, share in people.ELDERLY.items()],
    )


def write_plan(folder: Path) -> None:
    """Write the plan."""
    (folder / "plan.toml").write_text(PLAN, encoding="utf-8", newline="\n")
