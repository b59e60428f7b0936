"""Write the tiny example: `python -m data.generator.example [--out DIR]` from the top.

A grid of streets of 400 m (6 minutes of an adult), so that all that is worked out on it can be
checked by hand. It lies in the open sea, on the meridian of its UTM zone: nothing of it is real.

    y
    1200  +------H2-----+------+------+------H9-----H8
          |      |      |      |      |      |      |
     800  H1-----F1-----+------H4-----+------+------+
          |      |      |      |      |      |      |
     400  +------H3-----+------F2-----+------+------H7
          |      |      |      |      |      |      |
       0  +------+------H5-----+------+------+------+
    x     0     400    800   1200   1600   2000   2400

H6 lives in a walled estate between x = 1650 and 1950; its only gate is at (1650, 600), joined to
the street x = 1600.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pyproj

NOTICE = "example, not real"
#: Where (0, 0) lies: metres of EPSG:32651, on its middle meridian (123 degrees east).
ORIGIN_M = (500_000.0, 3_451_600.0)
STEP_M = 400
COLUMNS, ROWS = 7, 4

_TO_WGS84 = pyproj.Transformer.from_crs(32651, 4326, always_xy=True)

FACILITIES = [
    # facility_id, name, level, opening_hours, services, capacity, visits_per_year, x, y
    ("F1", "North Hall", "town", "Mo-Fr 09:00-17:00", "政务 | 文体", 500, 12_000, 400, 800),
    ("F2", "Market Hall", "neighbourhood", "Mo-Su 08:00-20:00", "文体", 300, 30_000, 1200, 400),
]
PEOPLE = [
    # id, name, people, class, x, y
    ("H1", "Elm Row", 120, "village", 0, 800),
    ("H2", "Mill Lane", 80, "village", 400, 1200),
    ("H3", "South Yard", 200, "commodity", 400, 400),
    ("H4", "Tower Court", 260, "commodity", 1200, 800),
    ("H5", "Ferry Road", 90, "rental", 800, 0),
    ("H6", "Willow Court", 150, "commodity", 1800, 600),
    ("H7", "East End", 140, "resettlement", 2400, 400),
    ("H8", "Far Corner", 60, "resettlement", 2400, 1200),
    ("H9", "Hill Side", 100, "rental", 2000, 1200),
]
CANDIDATES = [
    # site_id, name, action, cost, capacity, x, y
    ("C1", "Old school", "convert", 90, 400, 2400, 800),
    ("C2", "Corner shop", "convert", 60, 200, 2000, 800),
    ("C3", "Bus depot", "new", 300, 600, 1600, 1200),
    ("C4", "Boat house", "new", 300, 600, 0, 0),
]
PLAN = """\
# The tiny example: every place, name and figure in it is invented. It is made by
# data/generator/example.py, where it is drawn.
name = "example"
title = "Example (not real)"
language = "en"
synthetic = true

[area]
known = "everywhere"

[network]
osm = "streets.osm"

[facilities]
table = "facilities.csv"
complete = true

[[demand]]
kind = "residential"
table = "people.csv"
people = "people"

[service]
cutoffs_minutes = [5, 10, 15]
targets = { residential = 0.85 }

[candidates]
table = "candidates.csv"
"""


def to_lonlat(x: float, y: float) -> tuple[float, float]:
    """Return longitude and latitude, seven decimals, of a place of the drawing."""
    lon, lat = _TO_WGS84.transform(x + ORIGIN_M[0], y + ORIGIN_M[1])
    return round(lon, 7), round(lat, 7)


def write_streets() -> str:
    """Return the streets and the walled estate as OpenStreetMap XML."""
    crossings = {
        (c * STEP_M, r * STEP_M): 1 + c + COLUMNS * r for r in range(ROWS) for c in range(COLUMNS)
    }
    stub, gate, home = (1600, 600), (1650, 600), (1800, 600)
    corners = [(1650, 450), (1950, 450), (1950, 750), (1650, 750)]
    at = crossings | {place: 101 + k for k, place in enumerate([stub, gate, home, *corners])}
    street = {"highway": "residential"}
    ways: list[tuple[list[int], dict[str, str]]] = []
    for r in range(ROWS):
        along = [at[c * STEP_M, r * STEP_M] for c in range(COLUMNS)]
        ways.append((along, street | {"name": f"Street {r + 1}"}))
    for c in range(COLUMNS):
        along = [at[c * STEP_M, r * STEP_M] for r in range(ROWS)]
        if c * STEP_M == stub[0]:
            along.insert(2, at[stub])
        ways.append((along, street | {"name": f"Avenue {'ABCDEFG'[c]}"}))
    ways.append(([at[stub], at[gate]], {"highway": "footway"}))
    ways.append(([at[gate], at[home]], {"highway": "footway", "access": "private"}))
    ring = [at[corners[0]], at[corners[1]], at[corners[2]], at[corners[3]], at[gate]]
    walled = {"landuse": "residential", "barrier": "wall", "name": "Willow Court"}
    ways.append(([*ring, ring[0]], walled))

    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f'<osm version="0.6" generator="planner example ({NOTICE})">')
    low, high = to_lonlat(-100, -100), to_lonlat(2500, 1300)
    box = f'minlat="{low[1]}" minlon="{low[0]}" maxlat="{high[1]}" maxlon="{high[0]}"'
    lines.append(f" <bounds {box}/>")
    for (x, y), number in sorted(at.items(), key=lambda item: item[1]):
        lon, lat = to_lonlat(x, y)
        here = f' <node id="{number}" version="1" lat="{lat}" lon="{lon}"'
        if number == at[gate]:
            lines += [here + ">", '  <tag k="barrier" v="gate"/>', " </node>"]
        else:
            lines.append(here + "/>")
    for number, (refs, tags) in enumerate(ways, start=1):
        lines.append(f' <way id="{number}" version="1">')
        lines += [f'  <nd ref="{ref}"/>' for ref in refs]
        lines += [f"  <tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items()]
        lines.append(" </way>")
    return "\n".join([*lines, "</osm>", ""])


def write_table(heading: str, rows: list[tuple[object, ...]]) -> str:
    """Return rows that end in x, y as CSV that ends in lon, lat and a notice."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*heading.split(","), "lon", "lat", "notice"])
    for *values, x, y in rows:
        lon, lat = to_lonlat(float(str(x)), float(str(y)))
        writer.writerow([*values, f"{lon:.7f}", f"{lat:.7f}", NOTICE])
    return text.getvalue()


def write_scenario() -> str:
    """Return a scenario that opens the first candidate."""
    site_id, name, _, cost, _, x, y = CANDIDATES[0]
    lon, lat = to_lonlat(x, y)
    edit = {"op": "add", "id": site_id, "name": name, "lon": lon, "lat": lat, "cost": cost}
    content = {"version": 1, "plan": "example", "name": "Open the old school", "edits": [edit]}
    return json.dumps(content, indent=1) + "\n"


def build(folder: Path) -> None:
    """Write all files of the example into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    facilities = "facility_id,name,level,opening_hours,services,capacity,visits_per_year"
    files = {
        "plan.toml": PLAN,
        "streets.osm": write_streets(),
        "facilities.csv": write_table(facilities, FACILITIES),
        "people.csv": write_table("id,name,people,class", PEOPLE),
        "candidates.csv": write_table("site_id,name,action,cost,capacity", CANDIDATES),
        "scenario.json": write_scenario(),
    }
    for name, text in files.items():
        mark = "\ufeff" if name.endswith(".csv") else ""
        (folder / name).write_bytes((mark + text).encode())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    here = Path(__file__).resolve().parent.parent / "example"
    parser.add_argument("--out", type=Path, default=here, help="folder to write into")
    build(parser.parse_args().out)
