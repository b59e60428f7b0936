"""Small drawings of streets in metres: as ways, as a network, for the judge, as an extract."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import shapely
from pyproj import CRS

from planner.coverage.edge import measure_edge
from planner.coverage.grounds import find_grounds
from planner.crs import unproject
from planner.network import WalkNetwork, build_network
from planner.network.surroundings import find_surroundings
from planner.network.walls import walls_to_arrays
from planner.plan.profiles import WalkProfile
from planner.rideability import is_ridden, riding_direction
from planner.sources.osm.extract import WalkWays, load_osm
from planner.travel.access import join
from planner.travel.minutes import reached_pairs
from planner.travel.streets import AccessRules, prepare_streets
from planner.travel.wall_rules import AS_TAGGED
from planner.walkability import (
    is_driveway,
    is_elevated,
    is_walkable_area,
    judge_crossing,
    judge_rolling,
    street_class,
    walking_access,
)
from tests.cities.reading import drawn
from tests.judge.walks import Pieces, Reference

#: Metres round a point of Baoshan, so that drawings start at (0, 0).
FRAME = CRS.from_proj4("+proj=tmerc +lat_0=31.4 +lon_0=121.4 +datum=WGS84 +units=m +no_defs")
#: 6 km/h are 100 metres a minute: metres / 100 are minutes.
WALKER = WalkProfile("hundred metres a minute", 6.0)
ACCESS = AccessRules(limit_m=100.0, detour=1.4)
#: A leg that meets a plain street at the best angle, h metres off it, adds h x SLANT metres.
SLANT = np.sqrt(1.4**2 - 1)


def tags_of(text):
    """Read tags written as "highway=steps bridge=yes"."""
    return dict(tag.split("=") for tag in text.split())


@dataclass(frozen=True)
class Drawing:
    """Nodes {id: (x, y)} in metres, and ways (nodes, tags[, way id]), by default numbered from 1.

    `relations` are (members, tags), a member a way id or (way id, role); only `write` knows them.
    """

    nodes: dict
    ways: list
    relations: list = field(default_factory=list)

    def rows(self):
        """Return every way as (way id, nodes, tags)."""
        return [
            (way[2] if len(way) > 2 else number, list(way[0]), tags_of(way[1]))
            for number, way in enumerate(self.ways, start=1)
        ]

    def walk_ways(self):
        """Return the walkable ways as a reader would."""
        rows = [row for row in self.rows() if walking_access(row[2]) != "no"]
        refs = [ref for _, way_nodes, _ in rows for ref in way_nodes]
        closed = [len(n) > 3 and n[0] == n[-1] and is_walkable_area(tags) for _, n, tags in rows]
        tags = [row[2] for row in rows]
        return WalkWays(
            way_id=np.array([row[0] for row in rows], dtype=np.int64),
            offsets=np.cumsum([0, *(len(row[1]) for row in rows)]).astype(np.int64),
            node_id=np.array(refs, dtype=np.int64),
            lonlat=unproject([self.nodes[ref] for ref in refs], FRAME),
            highway=np.array([street_class(t) for t in tags], dtype=object),
            name=np.array([t.get("name", "") for t in tags], dtype=object),
            steps=np.array([t.get("highway") == "steps" for t in tags], dtype=bool),
            elevated=np.array([is_elevated(t) for t in tags], dtype=bool),
            residents=np.array([walking_access(t) == "residents" for t in tags], dtype=bool),
            area=np.where(closed, np.cumsum(closed) - 1, -1),
            ride=np.array([is_ridden(t) for t in tags], dtype=bool),
            oneway=np.array([riding_direction(t) for t in tags], dtype=np.int8),
            driveway=np.array([is_driveway(t) for t in tags], dtype=bool),
            crossing=np.array([judge_crossing(t) for t in tags], dtype=np.int8),
            rolling=np.array([judge_rolling(t) for t in tags], dtype=np.int8),
            shut=np.zeros(len(rows), dtype=bool),
            conditions=np.full(len(rows), "", dtype=object),
            surface=np.array([t.get("surface", "") for t in tags], dtype=object),
        )

    def network(self, **options):
        """Build the network, its coordinates again exactly those drawn (to a micrometre)."""
        return exact(build_network(self.walk_ways(), FRAME, **options))

    def reference(self, profile=WALKER, access=ACCESS):
        """Return the judge of this drawing; it reads the ways, not the network."""
        edges = [
            (a, b, way_id, 1 / profile.steps_factor if tags.get("highway") == "steps" else 1.0,
             is_elevated(tags))
            for way_id, way_nodes, tags in self.rows()
            if walking_access(tags) != "no"
            for a, b in pairwise(way_nodes)
            if a != b
        ]  # fmt: skip
        pieces = Pieces.of(self.nodes, edges)
        return Reference(pieces, profile.speed_kmh, access.limit_m, access.detour)

    def write(self, path: Path, *, without=()):
        """Write an extract in the format that the name of the file asks for."""
        make = osmium.osm.mutable
        lonlat = unproject(list(self.nodes.values()), FRAME)
        with osmium.SimpleWriter(str(path)) as writer:
            for node, place in zip(self.nodes, lonlat.tolist(), strict=True):
                if node not in without:
                    writer.add_node(make.Node(id=node, location=tuple(place)))
            for way_id, way_nodes, tags in sorted(self.rows(), key=lambda row: row[0]):
                writer.add_way(make.Way(id=way_id, nodes=way_nodes, tags=tags))
            for number, (members, tags) in enumerate(self.relations, start=1):
                pairs = [m if isinstance(m, tuple) else (m, "") for m in members]
                ways = [("w", member, role) for member, role in pairs]
                writer.add_relation(make.Relation(id=number, members=ways, tags=tags_of(tags)))
        return drawn(path)


def exact(network: WalkNetwork, *, decimals: int = 6) -> WalkNetwork:
    """Take the last bits of the projection, or of the file, out of a drawn network."""
    coords = np.round(network.coords, decimals)
    step_m = np.hypot(*np.diff(coords, axis=0).T)
    edge = np.repeat(np.arange(network.n_edges), np.diff(network.offsets))
    inner = edge[1:] == edge[:-1]
    length_m = np.bincount(edge[1:][inner], weights=step_m[inner], minlength=network.n_edges)
    return replace(network, xy=np.round(network.xy, decimals), coords=coords, length_m=length_m)


def estates_network(estates, *, own_gates=None, within=None):
    """Build the network of tests.cities.estates_drawing.Estates as from a file.

    Places are again exactly those drawn, if these are whole decimetres: the file rounds them.
    """
    with tempfile.TemporaryDirectory() as folder:
        extract = load_osm(estates.write(Path(folder) / "drawn.osm"))
    around = find_surroundings(extract, FRAME, own_gates)
    network = exact(build_network(extract.ways, FRAME, within=within, around=around), decimals=1)
    walls = network.walls
    outlines = shapely.transform(walls.compounds.shape, lambda xy: np.round(xy, 1))
    barriers = replace(walls.barriers, ends=np.round(walls.barriers.ends, 1))
    compounds = replace(walls.compounds, shape=outlines)
    return replace(network, walls=replace(walls, compounds=compounds, barriers=barriers))


def own_gates(*rows):
    """Make the plan's table of gates from ((x, y), who[, gate_id])."""
    table = {
        "gate_id": [row[2] if len(row) > 2 else "" for row in rows],
        "name": "",
        "hours": "",
        "who": [row[1] for row in rows],
        "row": range(2, 2 + len(rows)),
    }
    return gpd.GeoDataFrame(table, geometry=points([row[0] for row in rows]).geometry, crs=FRAME)


def assert_same_network(one, other, *, near=()):
    """Compare two networks to the last bit, but for the columns `near`: to a micrometre."""
    assert one.crs == other.crs
    tables = [
        {entry.name: getattr(network, entry.name) for entry in fields(network)}
        | walls_to_arrays(network.walls)
        for network in (one, other)
    ]
    for name in tables[0].keys() - {"crs", "walls"}:
        first, second = (table[name] for table in tables)
        assert first.dtype == second.dtype, name
        if name in near:
            np.testing.assert_allclose(first, second, rtol=0, atol=1e-6, err_msg=name)
        else:
            np.testing.assert_array_equal(first, second, err_msg=name)


def points(places, index=None):
    """Make a layer of points from (x, y) pairs."""
    xy = np.asarray(places, dtype=float).reshape(-1, 2)
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(*xy.T), crs=FRAME, index=index)


def minutes_matrix(
    network, origins, targets, profile=WALKER, access=ACCESS, cutoff=np.inf, rules=AS_TAGGED,
    closed=None,
):  # fmt: skip
    """Return the engine's door-to-door minutes (origins, targets); inf beyond the cutoff.

    The walk goes from targets to origins: those are people, these facilities, `closed` of them to
    outsiders.
    """
    streets = prepare_streets(network, profile, access, rules)
    origins, targets = (np.asarray(xy, dtype=float).reshape(-1, 2) for xy in (origins, targets))
    ends = join(streets, origins, closed=closed), join(streets, targets, reached=True)
    pairs = reached_pairs(streets, *ends, cutoff)
    matrix = np.full(pairs.shape, np.inf)
    matrix[pairs.origin, pairs.target] = pairs.minutes
    return matrix


def minutes_between(network, origin, target, profile=WALKER, access=ACCESS, rules=AS_TAGGED):
    """Return the engine's minutes from one point (x, y) to another."""
    return float(minutes_matrix(network, [target], [origin], profile, access, rules=rules)[0, 0])


def doubts(streets, units, places, data, reach_m, minutes=None):
    """Return the reason of each unit that all these facilities leave in doubt, "" for none."""
    minutes = np.full(len(units), np.inf) if minutes is None else minutes
    grounds = find_grounds(streets, units, measure_edge(data, units.xy))
    return grounds.doubts(places, np.ones(len(places), dtype=bool), reach_m, minutes)
