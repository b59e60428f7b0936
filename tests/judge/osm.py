"""Straight pieces of walkable street from an OSM extract, read and judged on their own."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pyproj
import shapely

from tests.judge.areas import square_parts
from tests.judge.files import elements_of
from tests.judge.hours import tags_at, tags_at_best
from tests.judge.pieces import Pieces
from tests.judge.walls import PUBLIC

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
SILENT = {"use_sidepath", "unknown"}
WELCOME = {"yes", "designated", "permissive"}
#: An area is crossed along lines inside it, to this many metres.
AREA_SLACK_M = 0.01


def listed(tags, key):
    """Return the values that a key lists."""
    return [part.strip().lower() for part in tags.get(key, "").split(";") if part.strip()]


def may_pass(tags):
    """Return whom `foot`, else `access` lets pass: "public", "residents" or None."""
    foot, access = ([v for v in listed(tags, k) if v not in SILENT] for k in ("foot", "access"))
    said = foot or access
    if any(value not in SHUT | RESIDENTS for value in said) or not said:
        return "public"
    return "residents" if any(value in RESIDENTS for value in said) else None


def walkers(tags):
    """Return who may walk a street: "public", "residents" or None."""
    highway = tags.get("highway")
    platform = "platform" in (tags.get("railway"), tags.get("public_transport"))
    if highway is None:
        walked = platform or tags.get("man_made") == "pier"
    elif highway in {"busway", "bus_guideway"}:
        walked = bool(WELCOME & set(listed(tags, "foot")))
    else:
        walked = highway in WALKED
    return may_pass(tags) if walked and "yes" not in listed(tags, "motorroad") else None


def is_elevated(tags):
    """Return whether a street is on a bridge, in a tunnel or on another level."""
    return is_off_ground(tags)


def is_off_ground(tags, *, water_area=False):
    """Return whether a street, wall, rail or water is above or below those who walk."""
    for key, level in (("bridge", {"no"}), ("tunnel", {"no", "building_passage"})):
        if listed(tags, key) and not level & set(listed(tags, key)):
            return True
    if listed(tags, "culvert") not in ([], ["no"]):
        return True
    high_or_low = {"underground", "underwater", "overhead", "bridge"}
    if listed(tags, "location") and set(listed(tags, "location")) <= high_or_low:
        return True
    if tags.get("man_made") in {"bridge", "reservoir_covered"}:
        return True
    layer, level = floor_of(tags, "layer"), floor_of(tags, "level")
    if water_area:
        return level != 0 or (layer < 0 and listed(tags, "covered") not in ([], ["no"]))
    return layer != 0 or level != 0


def floor_of(tags, key):
    """Return the floor nearest to the ground that a layer or level names."""
    floors = []
    for part in tags.get(key, "").replace(",", ";").split(";"):
        try:
            floors.append(float(part))
        except ValueError:
            first, _, last = part.strip().partition("-" if part.strip()[:1] != "-" else "--")
            first, last = (first, f"-{last}") if part.strip()[:1] == "-" else (first, last)
            try:
                floors += range(int(first), int(last) + 1)
            except ValueError:
                continue
    return min(floors, key=abs, default=0.0)


def rolls(tags):
    """Return what a way is for a wheelchair: -1 shut, 1 steps with a ramp, else 0."""
    if set(listed(tags, "wheelchair")) == {"no"}:
        return -1
    said = {"yes", "designated"} & set(listed(tags, "wheelchair"))
    ramp = "yes" in listed(tags, "ramp:wheelchair") or (said and "yes" in listed(tags, "ramp"))
    return int(bool(ramp) and tags.get("highway") == "steps")


def is_area(tags, refs):
    """Return whether a walkable way is an area: closed, and said or known to be one."""
    if len(refs) < 4 or refs[0] != refs[-1]:
        return False
    values = (tags.get("highway"), tags.get("railway"), tags.get("public_transport"))
    usual = "platform" in values or tags.get("man_made") == "pier"
    return tags.get("area", "yes" if usual else "no") == "yes"


def is_foot(tags):
    """Return whether a walked way is made for feet."""
    return tags.get("highway", "platform") in FOOT


def level_ends(streets, areas):
    """Return the nodes where streets only end, and one of them comes to the ground there."""
    visits, passed, welcome, on_area = {}, set(), set(), set()
    for (_, tags, steps), area in zip(streets, areas, strict=True):
        visits.clear()
        for node in (n for step in steps if step[0] != step[1] for n in step):
            visits[node] = visits.get(node, 0) + 1
        if area:
            on_area |= set(visits)
            continue
        passed |= {node for node, count in visits.items() if count > 1}
        if tags.get("highway") == "steps" or not is_elevated(tags):
            welcome |= set(visits)
    return sorted(welcome - passed - on_area)


def load_pieces(path, crs):
    """Read the walkable pieces of an .osm.pbf, .osm or .osm.gz file in a metric CRS."""
    return read_streets(path, crs)[0]


def read_streets(path, crs, at=None):
    """Read walkable pieces in a metric CRS, all public, and the tags of the way of each.

    Of conditional tags those count that hold at the datetime `at`.
    """
    places, ways, streets, areas, squares, shut = {}, {}, [], [], [], []
    for kind, number, given, content in elements_of(path):
        tags = tags_at(given, at)
        if kind == "n":
            places[number] = content
        elif kind == "w":
            ways[number] = content
            if walkers(tags):
                streets.append((number, tags, list(pairwise(content))))
                areas.append(is_area(tags, content))
            elif walkers(tags_at_best(given)):
                shut.append(content)  # a square is entered where it meets it, at any hour
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
    return _pieces(streets, areas, xy, shut)


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


def _pieces(streets, areas, xy, shut):
    """Cut streets into pieces, and cross the areas straight between their entries."""
    streets_at = {}
    for k, (_, _, steps) in enumerate(streets):
        for node in {n for a, b in steps if a in xy and b in xy for n in (a, b)}:
            streets_at.setdefault(node, set()).add(k)
    for k, nodes in enumerate(shut, start=len(streets)):
        for node in nodes:
            streets_at.setdefault(node, set()).add(k)
    edges, tags_of = [], []
    ends = [node for node in level_ends(streets, areas) if node in xy]
    for (way, tags, steps), area in zip(streets, areas, strict=True):
        known = [(a, b) for a, b in steps if a in xy and b in xy and a != b]
        if area and all(a in xy and b in xy for a, b in steps):
            nodes = sorted({n for step in steps for n in step})
            entries = [n for n in nodes if len(streets_at[n]) > 1]
            known += _crossings(known, entries, [] if is_elevated(tags) else ends, xy)
        factor = 2.0 if tags.get("highway") == "steps" else 1.0
        rest = (way, factor, is_elevated(tags), PUBLIC, is_foot(tags))
        edges += [(a, b, *rest) for a, b in known]
        tags_of += [tags] * len(known)
    return Pieces.of(xy, edges), tags_of


def _crossings(outline, entries, ends, xy):
    """Return the pairs of entries, other than its sides, that see each other inside an outline.

    Of the ends of streets those inside count as entries; one that sees no other entry is led to the
    nearest corner that it sees.
    """
    rings = shapely.linestrings([[xy[a], xy[b]] for a, b in outline])
    polygon = shapely.build_area(shapely.multilinestrings(rings))
    if polygon is None or polygon.is_empty or not polygon.is_valid:
        return []
    room = polygon.buffer(AREA_SLACK_M, join_style="mitre")
    shapely.prepare(room)
    inner = [node for node in ends if room.contains(shapely.Point(xy[node]))]
    sides = {frozenset(side) for side in outline}
    pairs = list(combinations(sorted([*entries, *inner]), 2))
    seen = [pair for pair in pairs if room.covers(shapely.LineString([xy[n] for n in pair]))]
    for node in inner:
        if not any(node in pair and set(pair) & set(entries) for pair in seen):
            corners = sorted({n for side in outline for n in side})
            corners.sort(key=lambda n: shapely.Point(xy[n]).distance(shapely.Point(xy[node])))
            near = (n for n in corners if room.covers(shapely.LineString([xy[node], xy[n]])))
            seen += [(node, corner) for corner in [*near][:1]]
    return [pair for pair in seen if frozenset(pair) not in sides]
