"""A city as the judge reads it: streets, compounds, gates, crossings and barriers of an extract."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import osmium
import shapely

from tests.reference import Reference
from tests.reference_osm import FOOT, read_streets, to_metres, walkers
from tests.reference_pieces import Pieces
from tests.reference_walls import PUBLIC, compounds_of

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


def gate_passes(tags):
    """Return who passes a gate node: "all", "residents" or "nobody"; None if it is no gate."""
    if tags.get("barrier") not in GATES:
        return None
    if tags.get("locked") == "yes":
        return "nobody"
    rule = tags.get("foot", tags.get("access"))
    if rule in {"no", "military", "emergency"}:
        return "nobody"
    return "residents" if rule in {"private", "permit", "residents"} else "all"


def has_signals(tags):
    """Return whether a crossing, a node or a way, has signals."""
    lights = tags.get("crossing") in {"traffic_signals", "controlled"}
    return lights or tags.get("crossing:signals") == "yes"


def is_crossing_way(tags):
    """Return whether a way leads over a carriageway."""
    return any(tags.get(key) == "crossing" for key in ("footway", "path", "cycleway"))


def line_barrier(tags):
    """Return the kind of barrier that a way is as a line, None if it is none."""
    under, over = tags.get("tunnel", "no") != "no", tags.get("bridge", "no") != "no"
    if tags.get("barrier") in WALLS:
        return "wall"
    shore = tags.get("natural") == "coastline"
    if (shore or tags.get("waterway") in {"river", "canal"}) and not under:
        return "water"
    if tags.get("railway") in RAILS and not (under or over or _is_below(tags)):
        return "railway"
    motorway = tags.get("highway") in {"motorway", "motorway_link"}
    if (motorway or tags.get("motorroad") == "yes") and not (under or over):
        return "motorway"
    return None


def is_water_area(tags):
    """Return whether an area is water."""
    return tags.get("natural") == "water" or tags.get("waterway") in {"riverbank", "dock"}


def _is_below(tags):
    """Return whether a layer is under the ground."""
    return any(part.strip().startswith("-") for part in tags.get("layer", "").split(";"))


@dataclass(frozen=True)
class City:
    """What the judge uses of an extract, in metres of one CRS.

    pieces : with their access
    compounds : {id: polygon or None}, walled : {id: bool}
    gates : [(node, passes)]
    crossings : {node: has signals}
    barriers : [(kind, name, line or polygon)]
    """

    pieces: Pieces
    compounds: dict
    walled: dict
    gates: list
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
        without_compounds=False,
        without_barriers=False,
    ):
        """Return the judge of a walker here; `more_gates` are ((x, y), passes) of a table.

        Without compounds every street is public, no wall stands and no gate is shut; without
        barriers water, railways and motorways hinder nobody.
        """
        pieces = self.pieces
        slow = np.inf if steps_factor == 0 else 1 / steps_factor
        pieces = replace(pieces, factor=np.where(pieces.factor > 1, slow, 1.0))
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
            gates=[] if without_compounds else [*self.gates, *more_gates],
            gate_mode=gate_mode,
            gate_s=gate_s,
            barriers=[shape for kind, _, shape in self.barriers if kind in kinds],
            delays={
                node: signal_s if signals else crossing_s
                for node, signals in self.crossings.items()
            },
        )


def load_city(path, crs):
    """Read what the judge needs of an .osm.pbf, .osm or .osm.gz file, in a metric CRS."""
    pieces, tags = read_streets(path, crs)
    gates, crossings, lines, cut_zones = _read_nodes_and_lines(path)
    zones, waters = _read_areas(path)
    zones |= cut_zones
    shapes = [(kind, name, _in_metres(shape, crs)) for kind, name, shape in lines + waters]
    access, compounds, walled = compounds_of(
        pieces,
        [walkers(t) == "residents" for t in tags],
        [t.get("highway") == "service" and t.get("service") == "driveway" for t in tags],
        {key: (wall, _in_metres(shape, crs)) for key, (wall, shape) in zones.items()},
    )
    for node, signals in _met_by_crossing_ways(pieces, tags).items():
        crossings[node] = crossings.get(node, False) or signals
    return City(replace(pieces, access=access), compounds, walled, gates, crossings, shapes)


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
    """Read gates, crossings, barriers along lines, and zones that the extract cuts."""
    gates, crossings, lines, cut_zones, places = [], {}, [], {}, {}
    for item in osmium.FileProcessor(str(path)):
        tags = dict(item.tags)
        if item.is_node():
            places[item.id] = (item.location.lon, item.location.lat)
            if gate_passes(tags):
                gates.append((item.id, gate_passes(tags)))
            if tags.get("highway") == "crossing":
                crossings[item.id] = has_signals(tags)
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
