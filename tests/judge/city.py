"""A city as the judge reads it: streets, compounds, gates, crossings and barriers of an extract."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np
import osmium
import shapely

from tests.judge.hours import tags_at
from tests.judge.osm import (
    FOOT,
    is_off_ground,
    listed,
    may_pass,
    read_streets,
    rolls,
    to_metres,
    walkers,
)
from tests.judge.pieces import Pieces
from tests.judge.walks import Reference
from tests.judge.walls import PUBLIC, behind_gates, compounds_of

# fmt: off
GATES = {
    "gate", "lift_gate", "swing_gate", "sliding_gate", "kissing_gate", "wicket_gate",
    "hampshire_gate", "bump_gate", "turnstile", "full-height_turnstile", "entrance", "sally_port",
}
# fmt: on
ZONES = {"residential", "industrial", "commercial", "retail"}
WALLS = {"wall", "fence", "city_wall", "retaining_wall", "hedge", "guard_rail"}
RAILS = {"rail", "light_rail", "subway", "narrow_gauge", "funicular"}
WALLED_ZONE = {
    "barrier": {"wall", "fence", "gate", "city_wall", "retaining_wall", "hedge"},
    "access": {"private", "permit", "residents"},
    "gated": {"yes"},
    "residential": {"gated"},
}


#: What wheels do not pass, unless a tag of their own says so.
NARROW = {"kissing_gate", "stile", "turnstile", "full-height_turnstile"}
WHEELS = ("bicycle", "stroller", "wheelchair")


def gate_passes(tags):
    """Return who passes a barrier on a street: "all", "residents" or "nobody"; None for none."""
    if "barrier" not in tags:
        return None
    if tags.get("locked") == "yes":
        return "nobody"
    return {"public": "all", "residents": "residents", None: "nobody"}[may_pass(tags)]


def is_gate(tags):
    """Return whether a barrier on a street is a gate of a wall."""
    return bool(GATES & set(listed(tags, "barrier")))


def barred_wheels(tags):
    """Return the wheels that do not pass a node."""
    narrow = bool(NARROW & set(listed(tags, "barrier")))
    barred = set()
    for wheels in WHEELS:
        said = set(listed(tags, wheels))
        if narrow and not said & {"yes", "designated", "permissive", "limited"}:
            barred.add(wheels)
        if wheels != "bicycle" and said == {"no"}:
            barred.add(wheels)
    return barred


def has_signals(tags):
    """Return whether a crossing, a node or a way, has signals."""
    lights = {"traffic_signals", "controlled"} & set(listed(tags, "crossing"))
    signals = "yes" in listed(tags, "crossing:signals") or tags.get("highway") == "traffic_signals"
    return bool(lights) or signals


def is_crossing_node(tags):
    """Return whether a node is tagged as a crossing of a street."""
    said = listed(tags, "crossing")
    if said == ["no"]:
        return False
    rails = "railway" in tags and "highway" not in tags
    return tags.get("highway") == "crossing" or (bool(said) and not rails)


def is_crossing_way(tags):
    """Return whether a way leads over a carriageway."""
    return any(tags.get(key) == "crossing" for key in ("footway", "path", "cycleway"))


def line_barrier(tags):
    """Return the kind of barrier that a way is as a line, None if it is none."""
    if is_off_ground(tags) or tags.get("highway") in {"construction", "proposed"}:
        return None
    if tags.get("barrier") in WALLS:
        return "wall"
    if tags.get("natural") == "coastline" or tags.get("waterway") in {"river", "canal"}:
        return "water"
    if tags.get("railway") in RAILS:
        return "railway"
    motorway = tags.get("highway") in {"motorway", "motorway_link"}
    return "motorway" if motorway or tags.get("motorroad") == "yes" else None


def is_water_area(tags):
    """Return whether an area is water at the level of those who walk."""
    water = tags.get("natural") == "water" or tags.get("waterway") in {"riverbank", "dock"}
    return water and not is_off_ground(tags, water_area=True)


@dataclass(frozen=True)
class City:
    """What the judge uses of an extract, in metres of one CRS.

    pieces : with their access
    compounds : {id: polygon or None}, walled : {id: bool}
    gates : [(node, passes, is a gate of a wall)]
    barred : {node: wheels that do not pass}
    rolls : of each piece, see `reference_osm.rolls`
    crossings : {node: has signals}
    barriers : [(kind, name, line or polygon)]
    """

    pieces: Pieces
    compounds: dict
    walled: dict
    gates: list
    barred: dict
    rolls: np.ndarray
    crossings: dict
    barriers: list

    def judge(
        self,
        speed_kmh,
        access_limit_m,
        access_detour,
        *,
        steps_factor=0.5,
        signal_s=20.0,
        crossing_s=5.0,
        gate_s=0.0,
        gate_mode="as_tagged",
        more_gates=(),
        vehicle="foot",
        without_compounds=False,
        without_barriers=False,
    ):
        """Return the judge of a walker here; `more_gates` are ((x, y), passes) of a table.

        Without compounds every street is public, no wall stands and no gate is shut; without
        barriers water, railways and motorways hinder nobody.
        """
        pieces = self.pieces
        slow = np.inf if steps_factor == 0 else 1 / steps_factor
        factor = np.where(pieces.factor > 1, slow, 1.0)
        if vehicle == "wheelchair":
            factor = np.select([self.rolls < 0, self.rolls > 0], [np.inf, 1.0], factor)
        pieces = replace(pieces, factor=factor)
        stopped = [(node, "nobody", False) for node, all_ in self.barred.items() if vehicle in all_]
        if without_compounds:
            pieces = replace(pieces, access=np.full(len(pieces), PUBLIC, object))
        kinds = {"wall"} if without_barriers else {"water", "railway", "motorway", "wall"}
        kinds -= {"wall"} if without_compounds else set()
        return Reference(
            pieces,
            speed_kmh,
            access_limit_m,
            access_detour,
            compounds={} if without_compounds else self.compounds,
            walled={} if without_compounds else self.walled,
            gates=[] if without_compounds else [*self.gates, *stopped, *more_gates],
            gate_mode=gate_mode,
            gate_s=gate_s,
            barriers=[shape for kind, _, shape in self.barriers if kind in kinds],
            delays={
                node: signal_s if signals else crossing_s
                for node, signals in self.crossings.items()
            },
        )


@cache
def load_city_once(path, crs):
    """Read a real extract, or return what was read of it before: Porto Alegre takes 7 s."""
    return load_city(path, crs)


def load_city(path, crs, at=None):
    """Read what the judge needs of an .osm.pbf, .osm or .osm.gz file, in a metric CRS.

    Of conditional tags of streets and gates those count that hold at the datetime `at`.
    """
    pieces, tags = read_streets(path, crs, at)
    nodes, crossings, lines, cut_zones = _read_nodes_and_lines(path)
    gates, barred = [], {}
    for node, all_tags in nodes.items():
        said = tags_at(all_tags, at)
        if gate_passes(said) is not None:
            gates.append((node, gate_passes(said), is_gate(said)))
        barred[node] = barred_wheels(said)
    zones, waters = _read_areas(path)
    zones |= cut_zones
    shapes = [(kind, name, _in_metres(shape, crs)) for kind, name, shape in lines + waters]
    zones = {key: (wall, _in_metres(shape, crs)) for key, (wall, shape) in zones.items()}
    residents = np.array([walkers(t) == "residents" for t in tags], bool)
    residents |= behind_gates(pieces, residents, gates, zones)
    access, compounds, walled = compounds_of(
        pieces,
        residents,
        [t.get("highway") == "service" and t.get("service") == "driveway" for t in tags],
        zones,
    )
    by_way = _met_by_crossing_ways(pieces, tags)
    delays = {
        node: crossings.get(node, (False, False))[1] or by_way.get(node, False)
        for node in {node for node, (tagged, _) in crossings.items() if tagged} | set(by_way)
    }
    pieces = replace(pieces, access=access)
    rolling = np.array([rolls(t) for t in tags], int)
    return City(pieces, compounds, walled, gates, barred, rolling, delays, shapes)


def _met_by_crossing_ways(pieces, tags):
    """Return the nodes where a way that crosses meets a carriageway: {node: has signals}."""
    roads, found = set(), {}
    for a, b, t in zip(pieces.a.tolist(), pieces.b.tolist(), tags, strict=True):
        if t.get("highway", "platform") not in FOOT:
            roads |= {a, b}
    for a, b, t in zip(pieces.a.tolist(), pieces.b.tolist(), tags, strict=True):
        if is_crossing_way(t):
            for node in {a, b} & roads:
                found[node] = found.get(node, False) or has_signals(t)
    return found


def _read_nodes_and_lines(path):
    """Read tags of barriers on streets, crossings, lines of barriers, and zones that are cut."""
    gates, crossings, lines, cut_zones, places = {}, {}, [], {}, {}
    for item in osmium.FileProcessor(str(path)):
        tags = dict(item.tags)
        if item.is_node():
            places[item.id] = (item.location.lon, item.location.lat)
            if "barrier" in tags or "wheelchair" in tags:
                gates[item.id] = tags
            if is_crossing_node(tags) or has_signals(tags):
                crossings[item.id] = (is_crossing_node(tags), has_signals(tags))
        elif item.is_way():
            refs = [node.ref for node in item.nodes]
            lost = any(ref not in places for ref in refs)
            closed = len(refs) > 3 and refs[0] == refs[-1] and tags.get("area") != "no"
            kind = line_barrier(tags)
            if kind is None and closed and lost and is_water_area(tags):
                kind = "water"  # the banks that are known
            if kind is not None:
                lines += [(kind, tags.get("name", ""), run) for run in _runs(refs, places)]
            if closed and lost and tags.get("landuse") in ZONES:
                known = [places[ref] for ref in refs if ref in places]
                if len(set(known)) > 2:
                    shape = shapely.make_valid(
                        shapely.Polygon(known), method="structure", keep_collapsed=False
                    )
                    cut_zones[f"way/{item.id}"] = (_is_walled(tags), shape)
    return gates, crossings, lines, cut_zones


def _runs(refs, places):
    """Return the known parts of a way as lines."""
    steps = [[places[a], places[b]] for a, b in pairwise(refs) if a in places and b in places]
    return [shapely.LineString(step) for step in steps if step[0] != step[1]]


def _read_areas(path):
    """Read the zones {id: (walled, polygon)} and the water areas whose outline is complete."""
    zones, waters, wkb = {}, [], osmium.geom.WKBFactory()
    keys = osmium.filter.KeyFilter("landuse", "natural", "waterway")
    for item in osmium.FileProcessor(str(path)).with_areas(keys):
        if not item.is_area():
            continue
        tags = dict(item.tags)
        if tags.get("landuse") not in ZONES and not is_water_area(tags):
            continue
        try:
            shape = shapely.from_wkb(wkb.create_multipolygon(item))
        except RuntimeError:  # an outline that closes nowhere
            continue
        if tags.get("landuse") in ZONES:
            kind = "way" if item.from_way() else "relation"
            zones[f"{kind}/{item.orig_id()}"] = (_is_walled(tags), shape)
        if is_water_area(tags):
            waters.append(("water", tags.get("name", ""), shape))
    return zones, waters


def _is_walled(tags):
    """Return whether the tags of a zone tell of a wall."""
    return any(tags.get(key) in values for key, values in WALLED_ZONE.items())


def _in_metres(shape, crs):
    """Project a shape from longitude and latitude."""
    return shapely.transform(shape, lambda lon_lat: to_metres(lon_lat, crs))
