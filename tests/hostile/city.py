"""A city of one street whose plan names a file of every kind that the planner reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

Break = Callable[[Path], object]
Content = str | bytes | Callable[[], str | bytes]

LON, LAT = 121.4, 31.4

NODES = {1: (0.0, 0.0), 2: (0.01, 0.0), 3: (0.02, 0.0), 4: (0.01, 0.003), 5: (0.001, 0.0005),
         6: (0.008, 0.0005), 7: (0.008, 0.002), 8: (0.001, 0.002), 9: (0.012, 0.0005),
         10: (0.019, 0.0005), 11: (0.019, 0.002), 12: (0.012, 0.002)}  # fmt: skip
WAYS = {
    1: ([1, 2, 3], {"highway": "residential", "name": "Long Street"}),
    2: ([2, 4], {"highway": "footway"}),
    3: ([5, 6, 7, 8, 5], {"landuse": "commercial", "name": "West Market"}),
    4: ([9, 10, 11, 12, 9], {"landuse": "commercial", "name": "East Market"}),
}
FACILITIES = [
    "facility_id,name,lon,lat,level,status,opening_hours,capacity",
    "F1,First,121.402,31.4001,neighbourhood,open,Mo-Fr 08:30-17:00,100",
    "F2,Second,121.418,31.4001,town,open,,50",
    "F3,Third,121.41,31.4025,neighbourhood,closed,,",
]
PEOPLE = [
    "id,people,lon,lat",
    "P1,10,121.401,31.4002",
    "P2,20.5,121.405,31.4001",
    "P3,30,121.415,31.4002",
    "P4,40,121.41,31.4029",
]
GATES = ["gate_id,lon,lat,hours,who", "G1,121.41,31.4,Mo-Su 06:00-22:00,residents"]
GROUPS = ["town,group,people", "West,old,5", "East,old,7"]
TOTALS = ["town,kind,people", "West,commercial,100", "East,commercial,50"]
CANDIDATES = [
    "site_id,name,lon,lat,action,cost,capacity,town",
    "C1,Corner,121.406,31.4002,new,2,40,West",
    "C2,Hall,121.416,31.4002,convert,1,,East",
]
TABLES = {
    "facilities.csv": FACILITIES,
    "people.csv": PEOPLE,
    "gates.csv": GATES,
    "groups.csv": GROUPS,
    "totals.csv": TOTALS,
    "candidates.csv": CANDIDATES,
}
PLAN = """name = "street"
language = "en"
[area]
boundary = "area.geojson"
towns = "towns.geojson"
[network]
osm = "map.osm"
gates = "gates.csv"
[facilities]
table = "facilities.csv"
[[demand]]
kind = "residential"
table = "people.csv"
people = "people"
[[demand]]
kind = "commercial"
osm = true
town_totals = "totals.csv"
[[groups]]
name = "old"
table = "groups.csv"
[candidates]
table = "candidates.csv"
[service]
cutoffs_minutes = [5, 15]
"""
SCENARIO = {
    "version": 1,
    "plan": "street",
    "name": "one more",
    "edits": [{"op": "add", "id": "N1", "name": "New", "lon": 121.41, "lat": 31.4001}],
}


def write_city(folder: Path) -> None:
    """Write the plan and all it names."""
    folder.mkdir(parents=True)
    (folder / "plan.toml").write_text(PLAN, encoding="utf-8")
    for name, lines in TABLES.items():
        write_lines(folder / name, lines)
    (folder / "map.osm").write_text(osm_xml(), encoding="utf-8")
    area = polygons({"Area": (-0.003, -0.003, 0.023, 0.006)})
    (folder / "area.geojson").write_text(json.dumps(area), encoding="utf-8")
    towns = {"West": (-0.003, -0.003, 0.01, 0.006), "East": (0.01, -0.003, 0.023, 0.006)}
    (folder / "towns.geojson").write_text(json.dumps(polygons(towns)), encoding="utf-8")
    (folder / "scenario.json").write_text(json.dumps(SCENARIO), encoding="utf-8")


def write_lines(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def node_xml(number: object, lon: object, lat: object, inside: str = "") -> str:
    return f'<node id="{number}" version="1" lon="{lon}" lat="{lat}">{inside}</node>'


def way_xml(number: object, nodes: list[object], tags: dict[str, str], more: str = "") -> str:
    refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
    pairs = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    return f'<way id="{number}" version="1">{refs}{pairs}{more}</way>'


def osm_xml(*more: str, head: str = "") -> str:
    """The street as an OSM file; `more` stands before its ways."""
    nodes = [node_xml(k, f"{LON + x:.6f}", f"{LAT + y:.6f}") for k, (x, y) in NODES.items()]
    ways = [way_xml(number, list(refs), tags) for number, (refs, tags) in WAYS.items()]
    start = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">', head]
    return "\n".join([*start, *nodes, *more, *ways, "</osm>"])


def polygons(boxes: dict[str, tuple[float, float, float, float]]) -> dict[str, object]:
    """Named rectangles, in degrees from the corner of the city, as a GeoJSON."""
    features = []
    for name, (west, south, east, north) in boxes.items():
        corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        ring = [[round(LON + x, 6), round(LAT + y, 6)] for x, y in corners]
        features.append(
            {
                "type": "Feature",
                "properties": {"name": name},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return {"type": "FeatureCollection", "features": features}


# ---- ways to spoil it


def in_file(name: str, old: str, new: str) -> Break:
    """Replace a piece of a file once."""

    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text, (name, old)
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def content(name: str, data: Content) -> Break:
    """Give a file another content; what is large is made when it is written."""

    def change(folder: Path) -> None:
        made = data() if callable(data) else data
        (folder / name).write_bytes(made.encode() if isinstance(made, str) else made)

    return change


def renamed(old: str, new: str, data: Content) -> Break:
    """Let the plan name another file in the place of one."""

    def change(folder: Path) -> None:
        content(new, data)(folder)
        in_file("plan.toml", old, new)(folder)

    return change


def both(*steps: Break) -> Break:
    def change(folder: Path) -> None:
        for step in steps:
            step(folder)

    return change
