"""Streets from a graph that OSMnx saved: the same walks as from the extract."""

import networkx as nx
import numpy as np
import pytest

import tests.late_osmnx as ox
from benchmarks.cities import City
from benchmarks.peers import ways_as_xml
from planner.crs.frame import choose_frame
from planner.errors import SourceError
from planner.network import build_network
from planner.network.surroundings import find_surroundings
from planner.sources.graph_file import load_graph_file
from planner.sources.inputs import load_inputs
from planner.sources.osm.extract import load_osm
from planner.sources.plan_file import load_plan
from planner.walkability import USED_TAGS
from tests.cities.drawing import ACCESS, WALKER, estates_network, minutes_matrix
from tests.cities.estates_drawing import GROUP
from tests.cities.small_city import extract as extract_of
from tests.cities.small_city import write_city

#: Tags of nodes that stay nodes: gates and crossings.
NODES = ("barrier", "crossing", "highway", "foot", "access")


@pytest.fixture(scope="module")
def streets(tmp_path_factory):
    """The walkable ways of a small town, as OSM XML."""
    work = tmp_path_factory.mktemp("graph")
    return ways_as_xml(City(name="test", osm=extract_of("test"), work=work))


@pytest.fixture
def all_tags(monkeypatch):
    """OSMnx keeps the tags that decide who may walk."""
    monkeypatch.setattr(ox.settings, "useful_tags_way", list(USED_TAGS))
    monkeypatch.setattr(ox.settings, "useful_tags_node", list(NODES))


def save(streets, path, *, simplify, project=False):
    graph = ox.graph_from_xml(streets, bidirectional=True, simplify=False, retain_all=True)
    if simplify:  # as the note of a mixed graph advises
        graph = ox.simplify_graph(graph, edge_attrs_differ=USED_TAGS, node_attrs_include=NODES)
    ox.save_graphml(ox.project_graph(graph) if project else graph, path)
    return path


def network_of(extract, crs):
    return build_network(extract.ways, crs, around=find_surroundings(extract, crs))


@pytest.mark.usefixtures("all_tags")
@pytest.mark.parametrize(("simplify", "project"), [(False, False), (True, False), (True, True)])
def test_walks_on_a_graph_are_those_on_the_extract(streets, tmp_path, simplify, project):
    """From 12 places to 40 others; the graph has no squares that are crossed."""
    theirs = load_osm(streets)
    path = save(streets, tmp_path / "graph.graphml", simplify=simplify, project=project)
    ours, _ = load_graph_file(path)
    crs = choose_frame(theirs.ways.lonlat)
    assert (theirs.ways.area < 0).all()
    networks = [network_of(extract, crs) for extract in (theirs, ours)]
    assert networks[0].length_m.sum() == pytest.approx(networks[1].length_m.sum(), rel=1e-6)
    some = np.random.default_rng(1).permutation(len(networks[0].xy))
    places = networks[0].xy[some[:52]]
    minutes = [minutes_matrix(n, places[:40], places[40:], WALKER, ACCESS) for n in networks]
    assert np.isfinite(minutes[0]).mean() > 0.5
    np.testing.assert_allclose(minutes[1], minutes[0], atol=0.001)


def test_a_plan_walks_a_graph(streets, tmp_path):
    graph = ox.graph_from_xml(streets, bidirectional=True, retain_all=True)
    ox.save_graphml(graph, tmp_path / "town.graphml")
    plan = write_city(tmp_path)
    text = plan.read_text(encoding="utf-8").splitlines(keepends=True)
    lines = [line if not line.startswith("osm =") else 'osm = "town.graphml"\n' for line in text]
    plan.write_text("".join(lines), encoding="utf-8")
    inputs = load_inputs(load_plan(plan))
    assert len(inputs.osm.ways) > 200
    assert any("made of ways with different tags" in note for note in inputs.notes)
    plan.write_text("".join(text).replace("[network]", '[network]\nstreets = "town.graphml"'),
                    encoding="utf-8")  # fmt: skip
    inputs = load_inputs(load_plan(plan))
    assert len(inputs.osm.buildings) > 2_000


def small_graph(**edge):
    """a -- b, 111 m; nodes have texts as OSMnx saves them."""
    graph = nx.MultiDiGraph(crs="epsg:4326")
    graph.add_node(5, x=121.4, y=31.4)
    graph.add_node(6, x=121.4, y=31.401, highway="crossing")
    graph.add_edge(5, 6, 0, **{"osmid": 7, "highway": "residential", "reversed": False} | edge)
    return graph


def load(tmp_path, graph):
    path = tmp_path / "small.graphml"
    nx.write_graphml(graph, path)
    return load_graph_file(path)[0]


@pytest.mark.parametrize(
    ("edge", "what"),
    [
        ({"highway": "['motorway', 'steps']"}, None),
        ({"highway": "['residential', 'steps']"}, ["steps"]),
        ({"highway": "motorway"}, None),
        ({"access": "['no', 'yes']"}, None),
        ({"access": "no"}, None),
        ({"name": "[\"O'Neill St\", 'B']"}, ["residential"]),
        ({"bridge": "[nan, 'yes']"}, ["residential"]),
    ],
)
def test_lists_of_values_are_read_as_osmnx_writes_them(tmp_path, edge, what):
    if what is None:
        with pytest.raises(SourceError, match="holds no street that may be walked"):
            load(tmp_path, small_graph(**edge))
        return
    extract = load(tmp_path, small_graph(**edge))
    assert extract.ways.highway.tolist() == what
    assert extract.ways.node_id.tolist() == [5, 6]
    assert extract.crossings["node_id"].tolist() == [6]
    if "name" in edge:
        assert extract.ways.name.tolist() == ["B"]  # the first of the alphabet
    if "bridge" in edge:
        assert extract.ways.elevated.tolist() == [True]


def test_a_list_that_would_be_code_is_a_text(tmp_path):
    evil = "[__import__('os').system('touch /tmp/evil')]"
    extract = load(tmp_path, small_graph(name=evil))
    assert extract.ways.name.tolist() == [evil]


def test_two_directions_are_one_street_and_two_streets_are_two(tmp_path):
    graph = small_graph(geometry="LINESTRING (121.4 31.4, 121.41 31.4005, 121.4 31.401)")
    graph.add_edge(
        6, 5, 0, osmid=7, highway="residential", reversed=True,
        geometry="LINESTRING (121.4 31.401, 121.41 31.4005, 121.4 31.4)",
    )  # fmt: skip
    graph.add_edge(5, 6, 1, osmid=7, highway="residential", reversed=False)
    ways = load(tmp_path, graph).ways
    assert np.diff(ways.offsets).tolist() == [2, 3]
    assert ways.node_id[[0, 1, 2, 4]].tolist() == [5, 6, 5, 6]
    assert ways.node_id[3] < 0


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "no readable GraphML"),
        ("<graphml>", "no readable GraphML .*no element found"),
        ("<html/>", "holds no edges"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><graphml/>', "holds a <!DOCTYPE>"),
        ('<graphml><graph><edge source="1" target="2"/></graph></graphml>', "node that is not th"),
        ('<graphml><graph><node id="1"/><edge source="1" target="1"/></graph></graphml>',
         "a node has no numbers x and y"),
    ],
)  # fmt: skip
def test_what_is_no_graph_is_told_in_one_line(tmp_path, content, what):
    path = tmp_path / "bad.graphml"
    path.write_text(content)
    with pytest.raises(SourceError, match=what) as told:
        load_graph_file(path)
    assert str(told.value).startswith(f"{path}: ")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("node", "edge", "crs", "what"),
    [
        ({"x": 200.0}, {}, "epsg:4326", "node '5' lies nowhere on Earth"),
        ({"x": float("nan")}, {}, "epsg:4326", "node '5' lies nowhere on Earth"),
        ({"x": "east"}, {}, "epsg:4326", "no numbers x and y"),
        ({}, {"geometry": "POINT (1 2)"}, "epsg:4326", "the geometry 'POINT .* is no line"),
        ({}, {"geometry": "LINESTRING (1"}, "epsg:4326", "the geometry .* cannot be read"),
        ({}, {"geometry": "LINESTRING (0 0, 999 0, 1 1)"}, "epsg:4326", "lies nowhere on Earth"),
        ({}, {"osmid": "seven"}, "epsg:4326", "the id 'seven' is no whole number"),
        ({}, {}, "epsg:999999", "999999"),
        ({}, {}, "nonsense", "nonsense"),
    ],
)  # fmt: skip
def test_values_that_cannot_be_are_told(tmp_path, node, edge, crs, what):
    graph = small_graph(**edge)
    graph.graph["crs"] = crs
    graph.nodes[5].update(node)
    with pytest.raises(SourceError, match=what):
        load(tmp_path, graph)


def test_a_graph_of_ours_is_no_map(tmp_path):
    """Its streets have no tags left to judge: access=way/11 would be a street for everybody."""
    ox.save_graphml(estates_network(GROUP).to_networkx(), tmp_path / "ours.graphml")
    with pytest.raises(SourceError, match="read it in Python with from_networkx"):
        load_graph_file(tmp_path / "ours.graphml")


def test_names_of_nodes_are_whole_numbers(tmp_path):
    graph = nx.relabel_nodes(small_graph(), {5: "a"})
    with pytest.raises(SourceError, match="the id 'a' is no whole number below"):
        load(tmp_path, graph)
