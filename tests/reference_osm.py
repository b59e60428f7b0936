"""Straight pieces of walkable street from an OSM extract, read and judged on their own."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pyproj
import shapely

from tests.reference_areas import square_parts
from tests.reference_files import elements_of
from tests.reference_pieces import Pieces
from tests.reference_walls import PUBLIC

# fmt: off
WALKED = {
    "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
    "tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service",
    "road", "pedestrian", "track", "footway", "path", "cycleway", "bridleway", "steps",
    "corridor", "platform", "elevator",
}
#: Ways made for feet: they wait at a crossing; all others are carriageways.
FOOT = {
    "footway", "path", "pedestrian", "cycleway", "steps", "bridleway", "corridor", "platform",
}
# fmt: on
SHUT = {"no", "military", "emergency"}
RESIDENTS = {"private", "permit", "residents"}
#: An area is crossed along lines inside it, to this many metres.
AREA_SLACK_M = 0.01


def walkers(tags):
    """Return who may walk a street: "public", "residents" or None."""
    platform = "platform" in (tags.get("railway"), tags.get("public_transport"))
    if not (tags["highway"] in WALKED if "highway" in tags else platform):
        return None
    if tags.get("motorroad") == "yes":
        return None
    foot = tags.get("foot")
    rule = tags.get("access") if foot is None else foot
    if rule in ({"no"} if foot is not None else SHUT):
        return None
    return "residents" if rule in RESIDENTS else "public"


def is_elevated(tags):
    """Return whether a street is on a bridge, in a tunnel or on another level."""
    if tags.get("bridge", "no") != "no":
        return True
    if tags.get("tunnel", "no") not in ("no", "building_passage"):
        return True
    floors = ";".join([tags.get("layer", ""), tags.get("level", "")]).split(";")
    return any(floor.strip() and not _is_zero(floor) for floor in floors)


def _is_zero(text):
    """Return whether a layer or level is the ground's."""
    try:
        return float(text) == 0
    except ValueError:
        return False


def is_area(tags, refs):
    """Return whether a walkable way is an area: closed, and said or known to be one."""
    if len(refs) < 4 or refs[0] != refs[-1]:
        return False
    values = (tags.get("highway"), tags.get("railway"), tags.get("public_transport"))
    return tags.get("area", "no" if "platform" not in values else "yes") == "yes"


def is_foot(tags):
    """Return whether a walked way is made for feet."""
    return tags.get("highway", "platform") in FOOT


def load_pieces(path, crs):
    """Read the walkable pieces of an .osm.pbf, .osm or .osm.gz file in a metric CRS."""
    return read_streets(path, crs)[0]


def read_streets(path, crs):
    """Read walkable pieces in a metric CRS, all public, and the tags of the way of each."""
    places, ways, streets, areas, squares = {}, {}, [], [], []
    for kind, number, tags, content in elements_of(path):
        if kind == "n":
            places[number] = content
        elif kind == "w":
            ways[number] = content
            if walkers(tags):
                streets.append((number, tags, list(pairwise(content))))
                areas.append(is_area(tags, content))
        elif tags.get("type") == "multipolygon" and walkers(tags):
            squares.append((number, tags, content))
    for number, tags, members in squares:
        for steps, area in zip(square_parts(members, ways, places), (False, True), strict=True):
            if steps:
                streets.append((-number, tags, steps))
                areas.append(area)
    used = sorted({n for _, _, steps in streets for step in steps for n in step if n in places})
    lon_lat = np.array([places[n] for n in used], float).reshape(-1, 2)
    xy = dict(zip(used, to_metres(lon_lat, crs), strict=True))
    return _pieces(streets, areas, xy)


def own_frame(path):
    """Return a frame of the judge's own: true in the middle of the streets, wherever that is."""
    places, refs = {}, set()
    for kind, number, tags, content in elements_of(path):
        if kind == "n":
            places[number] = content
        elif kind == "w" and walkers(tags):
            refs.update(content)
    lon, lat = np.radians([places[ref] for ref in sorted(refs & places.keys())]).T
    east, north = np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon)
    middle = np.degrees(np.arctan2(north.mean(), east.mean()))  # of directions: 180 is no border
    return f"+proj=tmerc +lat_0={np.degrees(lat.mean())} +lon_0={middle} +k=1 +datum=WGS84"


def to_metres(lon_lat, crs):
    """Project longitudes and latitudes (n, 2)."""
    project = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform
    return np.stack(project(*np.asarray(lon_lat, float).T), axis=1)


def _pieces(streets, areas, xy):
    """Cut streets into pieces, and cross the areas straight between their entries."""
    streets_at = {}
    for k, (_, _, steps) in enumerate(streets):
        for node in {n for a, b in steps if a in xy and b in xy for n in (a, b)}:
            streets_at.setdefault(node, set()).add(k)
    edges, tags_of = [], []
    for (way, tags, steps), area in zip(streets, areas, strict=True):
        known = [(a, b) for a, b in steps if a in xy and b in xy and a != b]
        if area and all(a in xy and b in xy for a, b in steps):
            nodes = sorted({n for step in steps for n in step})
            known += _crossings(known, [n for n in nodes if len(streets_at[n]) > 1], xy)
        factor = 2.0 if tags.get("highway") == "steps" else 1.0
        rest = (way, factor, is_elevated(tags), PUBLIC, is_foot(tags))
        edges += [(a, b, *rest) for a, b in known]
        tags_of += [tags] * len(known)
    return Pieces.of(xy, edges), tags_of


def _crossings(outline, entries, xy):
    """Return the pairs of entries, other than its sides, that see each other inside an outline."""
    rings = shapely.linestrings([[xy[a], xy[b]] for a, b in outline])
    polygon = shapely.build_area(shapely.multilinestrings(rings))
    sides = {frozenset(side) for side in outline}
    pairs = [pair for pair in combinations(entries, 2) if frozenset(pair) not in sides]
    if not pairs or polygon is None or polygon.is_empty or not polygon.is_valid:
        return []
    room = polygon.buffer(AREA_SLACK_M, join_style="mitre")
    shapely.prepare(room)
    lines = shapely.linestrings([[xy[a], xy[b]] for a, b in pairs])
    return [pair for pair, within in zip(pairs, room.covers(lines), strict=True) if within]
