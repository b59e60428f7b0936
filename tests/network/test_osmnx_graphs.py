"""Graphs that OSMnx made, and graphs made by hand, walked by the rules of an extract."""

import math
from itertools import permutations

import networkx as nx
import numpy as np
import osmium
import pandas as pd
import pytest
import shapely

import tests.late_osmnx as ox
from planner.crs.frame import choose_frame
from planner.errors import NetworkError
from planner.network import build_network, from_networkx
from planner.network.surroundings import find_surroundings
from planner.plan.profiles import WalkProfile
from planner.rideability import RIDING_TAGS
from planner.sources.osm.extract import load_osm
from planner.sources.osm.street_reader import WAY_KEYS
from planner.walkability import USED_TAGS
from tests.cities.drawing import ACCESS, WALKER, assert_same_network, minutes_matrix
from tests.cities.estates_drawing import Estates
from tests.cities.small_city import extract as extract_of
from tests.samples import at_night

#: Tags that decide something, as docs/streets.md advises to keep them.
RICH_WAY = list(dict.fromkeys((*USED_TAGS, *RIDING_TAGS)))
RICH_NODE = [
    "barrier", "crossing", "crossing:signals", "highway", "railway", "foot", "access", "locked",
    "wheelchair", "stroller", "bicycle", "opening_hours", "foot:conditional", "access:conditional",
]  # fmt: skip
#: What stays a node when OSMnx simplifies.
KEPT = ["barrier", "crossing", "highway"]
#: Degrees and back move a place by less than a micrometre.
NEAR = {"xy", "coords", "length_m", "Barriers.ends"}


#: Tags that OSMnx is told to keep: `rich`, all that the rules use; `roads`, the same without those
#: that alone make a street of a way, but for highway.
TAGS = {
    "rich": (tuple(RICH_WAY), tuple(RICH_NODE)),
    "roads": (tuple(set(RICH_WAY) - (WAY_KEYS - {"highway"})), tuple(RICH_NODE)),
}


def tags_of_osmnx(name):
    """Return the tags of ways and of nodes that OSMnx keeps; `default`: as when it was loaded."""
    return ox.tags_at_first() if name == "default" else TAGS[name]


def write_streets(city, path, way_tags, node_tags):
    """Write all ways that may be streets, with no other tags than OSMnx keeps.

    Areas are left out: a graph knows no squares that are crossed. So are nodes that the extract
    lacks, because OSMnx refuses such files.
    """
    source = extract_of(city)
    have, ways = {}, []
    for item in osmium.FileProcessor(str(source)):
        if item.is_node():
            have[item.id] = (item.location.lon, item.location.lat, dict(item.tags))
        elif item.is_way():
            ways.append((item.id, [node.ref for node in item.nodes], dict(item.tags)))
    make = osmium.osm.mutable
    chosen = []
    for number, refs, tags in ways:
        tags = {key: value for key, value in tags.items() if key in way_tags}
        known = [ref for ref in refs if ref in have]
        is_area = known[0] == known[-1] and tags.get("highway") not in {"residential", "service"}
        if WAY_KEYS.isdisjoint(tags) or tags.get("area") == "yes" or len(known) < 2 or is_area:
            continue
        chosen.append(make.Way(id=number, version=1, nodes=known, tags=tags))
    used = {ref for way in chosen for ref in way.nodes}
    with osmium.SimpleWriter(str(path)) as writer:
        for number in sorted(used):
            lon, lat, tags = have[number]
            tags = {key: value for key, value in tags.items() if key in node_tags}
            writer.add_node(make.Node(id=number, version=1, location=(lon, lat), tags=tags))
        for way in sorted(chosen, key=lambda way: way.id):
            writer.add_way(way)
    return path


@pytest.fixture(scope="module")
def street_file(tmp_path_factory):
    """Return a file of a city with the tags of a setting, written once."""
    folder, made = tmp_path_factory.mktemp("streets"), {}

    def write(city, tags):
        if (city, tags) not in made:
            path = folder / f"{city}-{tags}.osm"
            made[city, tags] = write_streets(city, path, *tags_of_osmnx(tags))
        return made[city, tags]

    return write


@pytest.fixture
def use_tags(monkeypatch):
    def use(tags):
        for name, values in zip(("way", "node"), tags_of_osmnx(tags), strict=True):
            monkeypatch.setattr(ox.settings, f"useful_tags_{name}", list(values))

    return use


def read_with_osmnx(path):
    return ox.graph_from_xml(path, bidirectional=True, simplify=False, retain_all=True)


def simplify_kept(graph):
    """As docs/streets.md advises."""
    return ox.simplify_graph(graph, edge_attrs_differ=RICH_WAY, node_attrs_include=KEPT)


def build_from_extract(path):
    extract = load_osm(path)
    crs = choose_frame(extract.ways.lonlat)
    return build_network(extract.ways, crs, around=find_surroundings(extract, crs))


def compare_minutes(one, other, n, profile=WALKER):
    """Return the minutes of n x 2 n random pairs of nodes of the first network, in both."""
    some = np.random.default_rng(7).permutation(one.n_nodes)[: 3 * n]
    places = one.xy[some]
    return tuple(
        minutes_matrix(network, places[:n], places[n:], profile, ACCESS) for network in (one, other)
    )


@pytest.mark.parametrize(
    ("city", "tags", "simplify"),
    [
        ("test", "rich", None),
        ("test", "rich", simplify_kept),
        ("test", "default", None),
        at_night("helsinki", "rich", simplify_kept),
        at_night("helsinki", "rich", None),
        at_night("helsinki", "default", None),
    ],
)
def test_minutes_on_a_graph_of_osmnx_are_those_on_the_extract(
    street_file, use_tags, city, tags, simplify
):
    """450 random pairs: the same file read by OSMnx and by us, with the tags that it keeps."""
    use_tags(tags)
    path = street_file(city, tags)
    graph = read_with_osmnx(path)
    ours = build_from_extract(path)
    network = from_networkx(simplify(graph) if simplify else graph)
    assert network.length_m.sum() == pytest.approx(ours.length_m.sum(), rel=1e-6)
    assert len(network.walls.gates) == len(ours.walls.gates)
    expected, found = compare_minutes(ours, network, 15)
    assert np.isfinite(expected).mean() > 0.5
    np.testing.assert_allclose(found, expected, atol=0.001)


@pytest.mark.parametrize(("city", "tags"), [("test", "roads"), at_night("helsinki", "roads")])
def test_what_osmnx_merges_makes_no_walk_shorter(street_file, use_tags, city, tags):
    """Without waits at crossings, which are lost in the middle of edges; gates stay nodes.

    Of streets with another tag than highway alone: where one part of an edge has railway=platform
    and another has highway, OSMnx forgets that the parts were two.
    """
    use_tags(tags)
    path = street_file(city, tags)
    graph = ox.simplify_graph(read_with_osmnx(path), node_attrs_include=["barrier"])
    network = from_networkx(graph)
    assert any("made of ways with different tags" in note for note in network.walls.notes)
    walker = WalkProfile("no waits", 6.0, signal_s=0, crossing_s=0)
    expected, found = compare_minutes(build_from_extract(path), network, 15, walker)
    assert (found >= expected - 0.001).all()
    assert np.isfinite(found).mean() > 0.8
    assert np.median(found / expected) == pytest.approx(1.0, abs=0.02)


#: Streets of several kinds that OSMnx merges, each end at a crossroads.
MERGED = Estates(
    nodes={1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (300, 0), 5: (300, 90), 6: (0, 90), 7: (80, 90)},
    ways={
        1: ([1, 2], "highway=footway name=乙"),
        2: ([2, 3], "highway=steps name=甲"),
        3: ([3, 4], "highway=path bridge=yes"),
        4: ([4, 5], "highway=residential oneway=yes"),
        5: ([5, 7, 6, 1], "highway=service access=private"),
        6: ([6, 2], "highway=cycleway foot=yes"),
        7: ([7, 4], "highway=residential"),
    },
)  # fmt: skip


@pytest.mark.parametrize("source", ["drawn", at_night("test")])
def test_a_saved_graph_of_osmnx_is_the_graph(street_file, use_tags, tmp_path, source):
    """Its values are texts, or lists where OSMnx finds one: the same network."""
    use_tags("rich")
    drawn = MERGED.write(tmp_path / "drawn.osm") if source == "drawn" else None
    graph = ox.simplify_graph(read_with_osmnx(drawn or street_file(source, "rich")))
    assert any(isinstance(row["highway"], list) for _, _, row in graph.edges(data=True))
    network = from_networkx(graph)
    ox.save_graphml(graph, tmp_path / "graph.graphml")
    for again in (
        ox.load_graphml(tmp_path / "graph.graphml"),
        nx.read_graphml(tmp_path / "graph.graphml"),
        ox.convert.to_undirected(graph),
        ox.convert.graph_from_gdfs(*ox.convert.graph_to_gdfs(graph), graph_attrs=graph.graph),
        ox.project_graph(graph),
    ):
        back = from_networkx(again, network.crs)
        assert_same_network(network, back, near=NEAR)


# -- by hand


def middle(graph=None, **tags):
    """1 -- 2 -- 3, 95 m each; the tags are those of 2 -- 3."""
    made = graph or nx.MultiDiGraph(crs="EPSG:4326")
    for node, lon in ((1, 121.400), (2, 121.401), (3, 121.402)):
        made.add_node(node, x=lon, y=31.4)
    made.add_edge(1, 2, osmid=7, highway="residential")
    made.add_edge(2, 3, **{"osmid": 8, "highway": "residential"} | tags)
    return made


def judged(network):
    """Return who walks on the street 8, and what it is; None if nobody does."""
    rows = np.flatnonzero(network.osm_id == 8)
    if len(rows) == 0:
        # Streets of one kind are merged: then both of them are one edge.
        merged = network.n_edges == 1 and network.length_m.sum() > 150
        return ("public", "street") if merged else None
    row = int(rows[0])
    who = "public" if network.access[row] == "public" else "residents"
    what = "steps" if network.steps[row] else "off" if network.elevated[row] else "street"
    return who, what


NAN = float("nan")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, ("public", "street")),
        # One value of a way: docs/walking-rules.md.
        ({"access": "customers"}, ("public", "street")),
        ({"access": "yes"}, ("public", "street")),
        ({"access": "private"}, ("residents", "street")),
        ({"access": "no"}, None),
        ({"access": "no", "foot": "yes"}, ("public", "street")),
        ({"access": "no;yes"}, ("public", "street")),
        ({"highway": "motorway"}, None),
        ({"highway": "motorway_link"}, None),
        ({"highway": "primary", "motorroad": "yes"}, None),
        ({"highway": "construction"}, None),
        ({"highway": "busway"}, None),
        ({"highway": "busway", "foot": "yes"}, ("public", "street")),
        ({"highway": "steps"}, ("public", "steps")),
        ({"bridge": "yes"}, ("public", "off")),
        ({"tunnel": "yes"}, ("public", "off")),
        ({"tunnel": "building_passage"}, ("public", "street")),
        ({"layer": "-1"}, ("public", "off")),
        ({"layer": -1}, ("public", "off")),
        ({"layer": -1.0}, ("public", "off")),
        # Values as tables and files have them.
        ({"bridge": "no"}, ("public", "street")),
        ({"bridge": False}, ("public", "street")),
        ({"bridge": "False"}, ("public", "street")),
        ({"bridge": np.False_}, ("public", "street")),
        ({"bridge": True}, ("public", "off")),
        ({"bridge": "True"}, ("public", "off")),
        ({"bridge": None, "access": None}, ("public", "street")),
        ({"bridge": NAN, "access": NAN}, ("public", "street")),
        ({"bridge": pd.NA, "access": pd.NA}, ("public", "street")),
        ({"bridge": "nan", "access": "None"}, ("public", "street")),
        ({"bridge": "", "access": ""}, ("public", "street")),
        ({"bridge": [], "access": "[]"}, ("public", "street")),
        ({"steps": False, "elevated": "False", "tunnel": "False"}, ("public", "street")),
        # Ways merged by OSMnx: the least walkable part.
        ({"highway": ["steps", "footway"]}, ("public", "steps")),
        ({"highway": ["motorway", "primary"]}, None),
        ({"highway": ["residential", "construction"]}, None),
        ({"access": ["yes", "no"]}, None),
        ({"access": ["customers", "private"]}, ("residents", "street")),
        ({"access": ["private", "no"]}, None),
        ({"access": ["no", "yes"], "foot": "yes"}, ("public", "street")),
        ({"access": "private", "foot": ["yes", "no"]}, None),
        ({"access": "no", "foot": ["designated", "yes"]}, ("public", "street")),
        ({"access": ["customers", "no"], "foot": ["use_sidepath", "yes"]}, None),
        ({"highway": ["busway", "residential"]}, None),
        ({"highway": ["busway", "residential"], "foot": "yes"}, ("public", "street")),
        ({"bridge": ["yes", "viaduct"]}, ("public", "off")),
        ({"bridge": ["no", "yes"]}, ("public", "off")),
        ({"bridge": [NAN, "yes"]}, ("public", "off")),
        ({"layer": ["0", "1"]}, ("public", "off")),
        ({"tunnel": ["building_passage", "no"]}, ("public", "street")),
        ({"motorroad": ["no", "yes"]}, None),
    ],
)
def test_a_street_is_judged_by_its_tags(tags, expected):
    assert judged(from_networkx(middle(**tags))) == expected


def test_residents_of_a_private_street_live_in_one_compound_named_after_it():
    """Not in compounds called "private", "yes" and "customers"."""
    network = from_networkx(middle(access="private"))
    assert network.walls.compounds.id.tolist() == ["way/8"]
    assert len(from_networkx(middle(access="customers")).walls.compounds) == 0


@pytest.mark.parametrize("make", [list, tuple, set, frozenset, np.array, str, pd.Series])
def test_lists_of_every_kind_are_lists(make):
    network = from_networkx(middle(highway=make(["steps", "footway"]), name=make(["B", "A"])))
    assert judged(network) == ("public", "steps")
    assert network.name[network.osm_id == 8].tolist() == ["A"]


def test_the_order_in_a_list_changes_nothing():
    """OSMnx makes its lists of sets, whose order is another in each process."""
    kinds, names, ways = ["path", "footway"], ["B", "A"], [8, 9]
    networks = [
        from_networkx(
            middle(highway=list(kind), name=list(name), osmid=list(way), service=["alley", "b"],
                   bicycle=list(kind), crossing=list(name))
        )
        for kind, name, way in zip(
            permutations(kinds), permutations(names), permutations(ways), strict=True
        )
    ]  # fmt: skip
    for network in networks[1:]:
        assert_same_network(networks[0], network)


def test_a_list_that_would_be_code_is_a_name(tmp_path):
    evil = f"[__import__('pathlib').Path({str(tmp_path / 'evil')!r}).touch()]"
    network = from_networkx(middle(name=evil, bridge=evil))
    assert evil in network.name.tolist()
    assert not (tmp_path / "evil").exists()


def test_gates_and_crossings_of_nodes_are_known():
    """A private gate at 2; a path crosses the street at 2: it waits at its lights."""
    graph = middle(access="private")
    graph.nodes[2].update(barrier="gate", access="private", name="West")
    gates = from_networkx(graph).walls.gates
    assert gates.mapped.tolist() == [True]
    assert gates.passes.tolist() == ["residents"]
    crossed = middle()
    crossed.nodes[2].update(highway="crossing", crossing="traffic_signals")
    for node, lat in ((4, 31.401), (5, 31.399)):
        crossed.add_node(node, x=121.401, y=lat)
        crossed.add_edge(2, node, osmid=9, highway="footway")
    network = from_networkx(crossed)
    path = network.highway == "footway"
    assert sorted(network.crossing[path].ravel().tolist()) == [0, 0, 2, 2]
    assert not network.crossing[~path].any()


def test_nobody_walks_across_a_motorway_of_the_graph():
    """It is a barrier between two streets 40 m apart, as in an extract; a bridge is none."""
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    for node, (lon, lat) in enumerate(
        [(121.400, 31.4), (121.410, 31.4), (121.400, 31.4004), (121.410, 31.4004),
         (121.399, 31.4002), (121.411, 31.4002)], start=1,
    ):  # fmt: skip
        graph.add_node(node, x=lon, y=lat)
    graph.add_edge(1, 2, osmid=1, highway="residential")
    graph.add_edge(3, 4, osmid=2, highway="residential")
    graph.add_edge(2, 4, osmid=3, highway="footway", bridge="yes")
    graph.add_edge(5, 6, osmid=4, highway="motorway")
    network = from_networkx(graph)
    assert network.walls.barriers.kind.tolist() == ["motorway"]
    assert sorted(set(network.osm_id.tolist())) == [1, 2, 3]
    ends = network.xy[[network.node_id.tolist().index(node) for node in (1, 3)]]
    # Two lengths of 0.01 degrees of longitude at 31.4 N, 951 m each, and the bridge of 44 m.
    minutes = minutes_matrix(network, ends[:1], ends[1:])
    assert minutes[0, 0] == pytest.approx((2 * 951 + 44) / 100, abs=0.05)
    graph.edges[5, 6, 0]["bridge"] = "yes"
    over = from_networkx(graph)
    assert len(over.walls.barriers.kind) == 0
    assert minutes_matrix(over, ends[:1], ends[1:])[0, 0] < 1


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph])
def test_every_kind_of_graph_is_walked(kind):
    network = from_networkx(middle(kind(crs="EPSG:4326")))
    assert network.length_m.sum() == pytest.approx(190.2, rel=0.002)


def test_edges_without_direction_keep_their_geometry():
    """OSMnx notes the line from 2 to 1, networkx names the edge 1 -- 2."""
    line = shapely.LineString([(121.401, 31.4), (121.4007, 31.4005), (121.4, 31.4)])
    graph = nx.Graph(crs="EPSG:4326")
    graph.add_node(1, x=121.400, y=31.4)
    graph.add_node(2, x=121.401, y=31.4)
    graph.add_edge(1, 2, osmid=7, highway="path", geometry=line)
    network = from_networkx(graph)
    # Two sides of a triangle of 0.001 x 0.0005 degrees: 28.5 and 66.6 by 55.4 m.
    assert network.length_m[0] == pytest.approx(
        math.hypot(28.5, 55.4) + math.hypot(66.6, 55.4), rel=0.003
    )


def test_a_graph_without_tags_is_all_streets(caplog):
    graph = middle()
    for _, _, row in graph.edges(data=True):
        row.clear()
    network = from_networkx(graph)
    assert network.length_m.sum() == pytest.approx(190.2, rel=0.002)
    assert "no edge has the tag highway" in caplog.text
    # With tags of others alone it is not known to be a street.
    caplog.clear()
    some = middle(highway=None)
    assert from_networkx(some).length_m.sum() == pytest.approx(95.1, rel=0.002)
    assert "1 edges have no tag highway" in caplog.text


@pytest.mark.parametrize(
    "crs", ["epsg:4326", 4326, "EPSG:32651", 3857, "+proj=longlat +datum=WGS84", None]
)
def test_every_crs_that_the_graph_names_is_converted(crs):
    graph = middle()
    expected = from_networkx(graph)
    del graph.graph["crs"]
    if crs is not None:
        graph.graph["crs"] = "EPSG:4326"
        graph = ox.project_graph(graph, to_crs=crs)
        graph.graph["crs"] = crs
    network = from_networkx(graph)
    assert network.crs == expected.crs
    np.testing.assert_allclose(network.xy, expected.xy, atol=1e-3)
    assert from_networkx(graph, "EPSG:32650").crs.to_epsg() == 32650


def changed(change):
    graph = middle()
    change(graph)
    return graph


@pytest.mark.parametrize(
    ("graph", "what"),
    [
        (None, "a graph of networkx is needed, not 'NoneType'"),
        (pd.DataFrame(), "a graph of networkx is needed, not 'DataFrame'"),
        (nx.MultiDiGraph(crs="EPSG:4326"), "no edges"),
        (nx.relabel_nodes(middle(), {1: "a"}), "node 'a' is not named by a whole number"),
        (nx.relabel_nodes(middle(), {1: (121.4, 31.4)}), "convert_node_labels_to_integers"),
        (nx.relabel_nodes(middle(), {1: 1.5}), "node 1.5 is not named"),
        (nx.relabel_nodes(middle(), {1: True}), "node True is not named"),
        (nx.relabel_nodes(middle(), {1: 2**60}), "no whole number below 2"),
        (nx.relabel_nodes(middle(), {1: "3"}), "two nodes have the same id"),
        (changed(lambda g: g.nodes[1].pop("x")), "a node has no numbers x and y"),
        (changed(lambda g: g.nodes[1].update(y=None)), "a node has no numbers x and y"),
        (changed(lambda g: g.nodes[1].update(y=NAN)), "node 1 lies nowhere on Earth"),
        (changed(lambda g: g.nodes[1].update(y=3_400_000)), "node 1 lies nowhere on Earth"),
        (changed(lambda g: g.edges[1, 2, 0].update(osmid="seven")), "the id 'seven' is no whole"),
        (changed(lambda g: g.edges[1, 2, 0].update(osmid=[7, "x"])), "the id 'x' is no whole"),
        (changed(lambda g: g.edges[1, 2, 0].update(geometry=shapely.Point(1, 2))), "is no line"),
        (changed(lambda g: g.edges[1, 2, 0].update(geometry="LINESTRING (")), "cannot be read"),
        (changed(lambda g: g.graph.update(crs="nonsense")), "CRS of the graph is 'nonsense'"),
        (changed(lambda g: g.graph.update(crs=None)), "CRS of the graph is None"),
        (changed(lambda g: g.graph.update(crs="EPSG:5701")), "nothing of places on Earth"),
        (changed(lambda g: nx.set_edge_attributes(g, "motorway", "highway")), "no street that may"),
    ],
)  # fmt: skip
def test_what_cannot_be_walked_is_told_in_one_line(graph, what):
    with pytest.raises(NetworkError, match=what) as raised:
        from_networkx(graph)
    assert "\n" not in str(raised.value)


def test_a_frame_that_is_not_in_metres_is_refused():
    with pytest.raises(NetworkError, match="not in metres"):
        from_networkx(middle(), "EPSG:4326")
    with pytest.raises(NetworkError, match="crs is EPSG:3857, whose metres are stretched"):
        from_networkx(middle(), 3857)
    with pytest.raises(NetworkError, match="crs is 'nonsense', which is not known"):
        from_networkx(middle(), "nonsense")
