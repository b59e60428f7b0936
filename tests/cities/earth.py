"""Small cities anywhere on Earth, whose streets are as long as the geodesic says."""

from __future__ import annotations

import json
from pathlib import Path

from pyproj import Geod

from tests.cities.reading import drawn

GEOD = Geod(ellps="WGS84")


def place(lon, lat, east_m, north_m):
    """Return lon, lat so many metres east and then north, along geodesics."""
    lon, lat, _ = GEOD.fwd(lon, lat, 90.0 if east_m >= 0 else 270.0, abs(east_m))
    lon, lat, _ = GEOD.fwd(lon, lat, 0.0 if north_m >= 0 else 180.0, abs(north_m))
    return lon, lat


def metres(*places):
    """Return the length of a way through some places, geodesic metres."""
    return GEOD.line_length(*zip(*places, strict=True))


def box_text(*boxes):
    """Return a GeoJSON file of one feature; a box is west, south, east, north."""
    rings = [[[[w, s], [e, s], [e, n], [w, n], [w, s]]] for w, s, e, n in boxes]
    shape = {"type": "MultiPolygon", "coordinates": rings}
    feature = {"type": "Feature", "properties": {"name": "A"}, "geometry": shape}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def write_city(folder: Path, nodes, ways, stations, people, *, area=None, bounds=None, more=""):
    """Write plan.toml and what it names, and return its path.

    nodes : id -> (lon, lat); ways : (nodes, tags), numbered from 1; stations, people : id -> place.
    """
    lines = ["<?xml version='1.0' encoding='UTF-8'?>", "<osm version='0.6'>"]
    if bounds is not None:
        west, south, east, north = bounds
        lines.append(f"<bounds minlat='{south}' minlon='{west}' maxlat='{north}' maxlon='{east}'/>")
    for node, (lon, lat) in nodes.items():
        lines.append(f"<node id='{node}' version='1' lon='{lon:.7f}' lat='{lat:.7f}'/>")
    for number, (refs, tags) in enumerate(ways, start=1):
        inside = "".join(f"<nd ref='{ref}'/>" for ref in refs)
        inside += "".join(f"<tag k='{key}' v='{value}'/>" for key, value in tags.items())
        lines.append(f"<way id='{number}' version='1'>{inside}</way>")
    drawn(folder / "map.osm").write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    rows = [f"{key},Station {key},{lon:.9f},{lat:.9f}" for key, (lon, lat) in stations.items()]
    text = "\n".join(["facility_id,name,lon,lat", *rows])
    (folder / "facilities.csv").write_text(text + "\n", encoding="utf-8")
    rows = [f"{key},100,{lon:.9f},{lat:.9f}" for key, (lon, lat) in people.items()]
    (folder / "people.csv").write_text("\n".join(["id,people,lon,lat", *rows]) + "\n", "utf-8")
    plan = 'name = "earth"\nlanguage = "en"\n'
    if area is not None:
        (folder / "area.geojson").write_text(area, encoding="utf-8")
        plan += '[area]\nboundary = "area.geojson"\n'
    plan += '[network]\nosm = "map.osm"\n[facilities]\ntable = "facilities.csv"\n'
    plan += '[[demand]]\nkind = "residential"\ntable = "people.csv"\npeople = "people"\nid = "id"\n'
    (folder / "plan.toml").write_text(plan + more, encoding="utf-8")
    return folder / "plan.toml"
