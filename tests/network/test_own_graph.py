"""Graphs that to_networkx made, through files and other programs, back to the same network."""

import json
import logging
from dataclasses import fields

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer

import tests.late_osmnx as ox
from planner.errors import ArgumentError, NetworkError, PlanError
from planner.network import from_networkx
from planner.network._to_networkx import WALLS
from planner.network.walls import walls_to_arrays
from planner.network.walls_text import walls_from_text, walls_to_text
from planner.plan.profiles import PROFILES
from planner.sources.graph_streets import OUR_MARK
from tests.cities.drawing import (
    ACCESS,
    WALKER,
    assert_same_network,
    estates_network,
    minutes_between,
)
from tests.cities.estates_drawing import PATH, STREET, TWINS_WITH_A_HOLE
from tests.samples import examples

#: Degrees and back move a place by less than a micrometre.
NEAR = {"xy", "coords", "length_m"}

#: All that walls hold: two estates with gates that are mapped, one with a name in Chinese and
#: hours, a hole in a wall, a river, a path with hours, a street for residents of no estate.
TOWN = TWINS_WITH_A_HOLE.having(
    nodes={41: (-50, -20), 42: (450, -20), 43: (50, 0), 44: (50, -15), 45: (60, 230), 46: (60, 220),
           47: (60, 280)},
    ways={
        3: ([41, 42], "waterway=river name=蕰藻浜"),
        10: ([1, 43, 2, 3, 4], f"{STREET} name=Lane~[1]"),
        17: ([33, 46, 32, 34], STREET),
        18: ([43, 44], f"{PATH} opening_hours=08:00-20:00"),
        19: ([46, 45, 47], "highway=service access=private"),
    },
    spots={5: "barrier=gate name=西门 opening_hours=06:00-22:00", 8: "barrier=gate access=private"},
)  # fmt: skip


@pytest.fixture(scope="module")
def town():
    network = estates_network(TOWN)
    walls = network.walls
    assert len(walls.compounds) == 3
    assert len(walls.gates) > 3
    assert len(walls.barriers.feature) > 8
    assert "西门" in walls.gates.name
    assert (network.conditions != "").any()
    return network


def save_and_load(graph, tmp_path):
    ox.save_graphml(graph, tmp_path / "graph.graphml")
    return ox.load_graphml(tmp_path / "graph.graphml")


def save_and_read(graph, tmp_path):
    """As OSMnx saves it, read by networkx alone: every value is a text, and every node's name."""
    ox.save_graphml(graph, tmp_path / "graph.graphml")
    return nx.read_graphml(tmp_path / "graph.graphml")


def write_and_read(graph, tmp_path):
    """By networkx alone, which knows numbers and truths but no lines and no CRS."""
    plain = nx.MultiDiGraph(**{key: str(value) for key, value in graph.graph.items()})
    plain.add_nodes_from(graph.nodes(data=True))
    for start, end, row in graph.edges(data=True):
        plain.add_edge(start, end, **row | {"geometry": row["geometry"].wkt})
    nx.write_graphml(plain, tmp_path / "graph.graphml")
    return nx.read_graphml(tmp_path / "graph.graphml", force_multigraph=True)


def through_tables(graph, _):
    tables = ox.convert.graph_to_gdfs(graph)
    return ox.convert.graph_from_gdfs(*tables, graph_attrs=graph.graph)


def through_files_and_projection(graph, tmp_path):
    return ox.project_graph(save_and_load(ox.project_graph(graph), tmp_path), to_crs=3857)


WAYS = {
    "nothing": lambda graph, _: graph,
    "save_graphml, load_graphml": save_and_load,
    "save_graphml, read_graphml": save_and_read,
    "write_graphml, read_graphml": write_and_read,
    "project_graph": lambda graph, _: ox.project_graph(graph),
    "project_graph, save, load, project_graph": through_files_and_projection,
    "graph_to_gdfs, graph_from_gdfs": through_tables,
    "without directions": lambda graph, _: nx.MultiGraph(graph),
    "to_undirected": lambda graph, _: ox.convert.to_undirected(graph),
    "back edges alone": lambda graph, _: only(graph, reverse=True),
    "other names": lambda graph, _: nx.convert_node_labels_to_integers(graph),
    "texts as names": lambda graph, _: nx.relabel_nodes(
        graph, {node: f"n{node}" for node in graph}
    ),
    "other order": lambda graph, _: shuffled(graph),
}


def only(graph, *, reverse):
    rows = [edge for edge in graph.edges(keys=True, data=True) if edge[3]["reversed"] == reverse]
    return nx.MultiDiGraph(rows, **graph.graph) if not rows else rebuilt(graph, rows)


def shuffled(graph):
    rows = list(graph.edges(keys=True, data=True))
    return rebuilt(graph, [rows[k] for k in np.random.default_rng(3).permutation(len(rows))])


def rebuilt(graph, rows):
    made = nx.MultiDiGraph(**graph.graph)
    made.add_edges_from(rows)
    for name in made.nodes:
        made.nodes[name].update(graph.nodes[name])
    return made


@pytest.mark.parametrize("way", WAYS)
def test_a_network_comes_back_whole(town, way, tmp_path, caplog):
    """Every array and every wall to the last bit, coordinates to a micrometre."""
    graph = WAYS[way](town.to_networkx(), tmp_path)
    assert_same_network(town, from_networkx(graph), near=NEAR)
    assert caplog.records == []


def test_the_graph_that_was_given_stays_as_it_was(town):
    graph = town.to_networkx()
    before = nx.MultiDiGraph(graph)
    from_networkx(graph)
    assert nx.utils.graphs_equal(graph, before)


def test_another_metric_frame_moves_the_walls_too(town):
    """The judge of the place of a wall: pyproj on its own."""
    utm = CRS.from_epsg(32651)
    back = from_networkx(town.to_networkx(), "EPSG:32651")
    assert back.crs == utm
    for one, other in zip(town.walls.compounds.shape, back.walls.compounds.shape, strict=True):
        if not one.is_empty:
            assert other.area == pytest.approx(one.area, rel=0.001)
    places = town.walls.barriers.ends[:, :2]
    again = np.column_stack(
        Transformer.from_crs(town.crs, utm, always_xy=True).transform(*places.T)
    )
    np.testing.assert_allclose(back.walls.barriers.ends[:, :2], again, atol=1e-6)
    # The frame of the drawing has the scale 1, that of UTM 1.0003 here.
    assert back.length_m == pytest.approx(town.length_m, rel=0.001)


def test_a_walk_between_the_estates_is_the_same(town, tmp_path):
    """From (100, 90) in the western estate out by its gate, 5, in by the eastern one, 8.

    90 m to 2, 200 m to 3, 10 m to 8 and 80 m on: 380 m are 3.8 minutes at 6 km/h, for residents of
    both; the streets touch in the wall, at 7, where nobody passes.
    """
    back = from_networkx(save_and_load(town.to_networkx(), tmp_path))
    trip = (100, 90), (300, 90)
    for network in (town, back):
        assert minutes_between(network, *trip, access=ACCESS) == pytest.approx(3.8, abs=1e-6)


def test_edges_carry_minutes_and_metres(town):
    """Elderly people walk 2.9 km/h, so 100 m take 60 * 0.1 / 2.9 minutes on a plain street."""
    graph = town.to_networkx("elderly")
    rows = [row for _, _, row in graph.edges(data=True) if not row["shut"]]
    for row in rows:
        assert row["minutes"] == pytest.approx(row["length"] / 1000 / 2.9 * 60)
    adult = town.to_networkx()
    for start, end, key, row in adult.edges(keys=True, data=True):
        assert row["minutes"] <= graph.edges[start, end, key]["minutes"]
    # The path with hours is open to nobody while no moment is asked for.
    assert np.isinf([row["minutes"] for _, _, row in adult.edges(data=True) if row["shut"]]).all()
    by_value = town.to_networkx(PROFILES["elderly"])
    assert nx.utils.graphs_equal(graph, by_value)
    with pytest.raises(PlanError, match="elderly"):
        town.to_networkx("elderli")
    for wrong in (None, 5):
        with pytest.raises(ArgumentError, match=f"profile is {wrong}; give a WalkProfile"):
            town.to_networkx(wrong)


def test_the_minutes_of_networkx_are_ours(town):
    """1 -> 4 along the street: 400 m at 6 km/h."""
    graph = town.to_networkx(WALKER)
    assert nx.shortest_path_length(graph, 1, 4, weight="minutes") == pytest.approx(4.0, abs=1e-6)


# -- what was lost


def told(graph, caplog):
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        network = from_networkx(graph)
    lines = [record.message for record in caplog.records]
    assert network.walls.notes.tolist()[-len(lines) :] == lines
    return network, lines


def test_lost_attributes_are_told(town, caplog):
    graph = town.to_networkx()
    nodes, edges = ox.convert.graph_to_gdfs(graph)
    bare = ox.convert.graph_from_gdfs(nodes, edges)
    back, lines = told(bare, caplog)
    assert len(lines) == 1
    assert "lost its attributes metric_crs and planner_walls" in lines[0]
    assert len(back.walls.barriers.feature) == 0
    assert back.n_edges == town.n_edges
    assert back.walls.compounds.id.tolist() == sorted(set(town.access.tolist()) - {"public"})


def test_removed_streets_and_gates_are_told(town, caplog):
    graph = town.to_networkx()
    graph.remove_node(5)  # the western gate
    back, lines = told(graph, caplog)
    gone = town.n_edges - back.n_edges
    assert gone > 0
    n_gates = int((town.node_id[town.walls.gates.node] == 5).sum())
    assert lines == [
        f"{gone} of {town.n_edges} streets of the network are not in the graph",
        f"{n_gates} gates of the network stand at nodes that are not in the graph",
    ]
    assert 5 not in back.node_id[back.walls.gates.node]
    np.testing.assert_array_equal(back.walls.barriers.ends, town.walls.barriers.ends)
    assert np.isfinite(minutes_between(back, (0, 0), (400, 0)))


def test_lost_hours_are_told(town, caplog):
    graph = town.to_networkx()
    for _, _, row in graph.edges(data=True):
        del row["conditions"]
    _, lines = told(graph, caplog)
    assert lines == ["1 streets of the graph have lost the hours when they are open"]


@pytest.mark.parametrize("key", ["access", "elevated", "geometry", "cycle_oneway", "edge_id"])
def test_a_lost_column_is_refused(town, key):
    graph = town.to_networkx()
    del next(row for _, _, row in graph.edges(data=True))[key]
    with pytest.raises(NetworkError, match=f"1 edges of the graph have no {key}"):
        from_networkx(graph)
    # Edges of the user's own have none of the columns.
    graph = town.to_networkx()
    graph.add_edge(1, 4, highway="footway")
    with pytest.raises(NetworkError, match="1 edges of the graph have no edge_id"):
        from_networkx(graph)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"steps": "maybe"}, "steps='maybe'; give True or False"),
        ({"crossing_u": 7}, "crossing_u=7"),
        ({"crossing_u": -1}, "crossing_u=-1"),
        ({"rolling": "1e400"}, "rolling='1e400'"),
        ({"osmid": [1, 2]}, r"osmid=\[1, 2\]"),
        ({"edge_id": "x"}, "edge_id='x'"),
        ({"geometry": "POINT (1 2)"}, "no line as its geometry"),
        ({"geometry": "LINESTRING (1"}, "no line as its geometry"),
        ({"geometry": shapely.LineString()}, "no line as its geometry"),
        ({"access": "private"}, "access='private', which is no compound"),
        ({"length": "long"}, "no number as its length"),
    ],
)
def test_a_spoilt_value_is_told_in_one_line(town, change, what):
    graph = town.to_networkx()
    for _, _, row in graph.edges(data=True):
        row.update(change)
    with pytest.raises(NetworkError, match=what) as raised:
        from_networkx(graph)
    assert "\n" not in str(raised.value)


def test_spoilt_nodes_and_attributes_are_told(town):
    for name, value, what in (
        ("metric_crs", "nonsense", "metric_crs of the graph is 'nonsense'"),
        ("crs", "nonsense", "the CRS of the graph is 'nonsense'"),
        ("crs", "EPSG:5701", "says nothing of places on Earth"),  # heights
        ("crs", "EPSG:32651", r"correct graph.graph\[\"crs\"\]"),
        (OUR_MARK, "{", "cannot be read"),
        (OUR_MARK, '{"version": 2, "edges": 1, "conditions": 0}', "cannot be read"),
        (OUR_MARK, "[" * 100_000, "cannot be read"),
    ):
        graph = town.to_networkx()
        graph.graph[name] = value
        with pytest.raises(NetworkError, match=what):
            from_networkx(graph)
    for x in ("east", None, float("nan")):
        graph = town.to_networkx()
        graph.nodes[1]["x"] = x
        with pytest.raises(NetworkError, match="no numbers x and y"):
            from_networkx(graph)


def test_two_nodes_with_the_id_of_one_are_refused(town):
    graph = town.to_networkx()
    graph.nodes[1]["node_id"] = 2
    with pytest.raises(NetworkError, match="two nodes of the graph have the same node_id"):
        from_networkx(graph)


def test_two_networks_in_one_graph_are_refused(town):
    other = nx.relabel_nodes(town.to_networkx(), {key: key + 1000 for key in town.node_id.tolist()})
    for node, row in other.nodes(data=True):
        row["node_id"] = node
    both = nx.compose(town.to_networkx(), other)
    with pytest.raises(NetworkError, match="two streets of the graph have the edge_id 0"):
        from_networkx(both)


# -- walls as text


def test_walls_are_the_same_to_the_last_bit(town):
    text = walls_to_text(town.walls, town.node_id)
    back, n_lost = walls_from_text(text, town.node_id)
    assert n_lost == 0
    one, other = walls_to_arrays(town.walls), walls_to_arrays(back)
    assert one.keys() == other.keys()
    for name, values in one.items():
        assert values.dtype == other[name].dtype
        np.testing.assert_array_equal(values, other[name], err_msg=name)
    assert text.isascii()  # GraphML may hold it, whatever is in a name


def spoil(read, path, value):
    read = json.loads(json.dumps(read))
    at = read
    for key in path[:-1]:
        at = at[key]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return json.dumps(read)


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [
        (["Gates"], None, "Gates has not the columns node, compound"),
        (["Gates", "passes"], None, "Gates has not the columns"),
        (["Gates", "extra"], [], "Gates has not the columns"),
        (["Gates", "node", 0], "5", "Gates.node is no list of int"),
        (["Gates", "node", 0], True, "Gates.node is no list of int"),
        (["Gates", "node", 0], 2**70, "a number of too many digits"),
        (["Gates", "mapped", 0], 1, "Gates.mapped is no list of bool"),
        (["Gates", "name"], {}, "Gates.name is no list of str"),
        (["Gates", "name"], [], "the columns of Gates differ in length"),
        (["Gates", "compound", 0], 99, "Gates.compound names a row that is not there"),
        (["Gates", "compound", 0], -2, "Gates.compound names a row that is not there"),
        (["Barriers", "feature", 0], -1, "Barriers.feature names a row that is not there"),
        (["Barriers", "ends", 0], [1, 2, 3], "four numbers each"),
        (["Barriers", "ends", 0], [1, 2, 3, "4"], "four numbers each"),
        (["Barriers", "ends", 0], [1, 2, 3, 10**400], "four numbers each"),
        (["Barriers", "kind"], [], "the columns of Barriers differ in length"),
        (["Compounds", "id", 0], "way/19", "two compounds have the same id"),
        (["Compounds", "shape", 0], "00", "cannot be read"),
        (["Compounds", "shape", 0], "zz", "cannot be read"),
        (["Compounds", "shape", 0], shapely.to_wkb(shapely.Point(1, 2), hex=True), "no polygon"),
        (["Compounds", "shape", 0],
         shapely.to_wkb(shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)]), hex=True), "not valid"),
        (["notes"], None, "notes is no list of str"),
    ],
)  # fmt: skip
def test_damaged_walls_are_told_in_one_line(town, path, value, what):
    read = json.loads(walls_to_text(town.walls, town.node_id))
    graph = town.to_networkx()
    graph.graph[WALLS] = spoil(read, path, value)
    with pytest.raises(NetworkError, match=what) as raised:
        from_networkx(graph)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", "[" * 100_000, '{"notes": NaN}', "__import__('os')", 5, b"{}",
     '{"Gates": ' + "9" * 5000 + "}"],
)  # fmt: skip
def test_texts_that_are_no_walls_are_told(text, town):
    with pytest.raises(NetworkError, match="walls in the attributes of the graph cannot be read"):
        walls_from_text(text, town.node_id)


@given(data=st.data())
@examples(30, whole=300)
def test_whatever_happens_to_the_text_it_is_walls_or_one_error(town, data):
    """Cut, doubled and overwritten anywhere; what comes is a fault of ours or whole walls."""
    text = walls_to_text(town.walls, town.node_id)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    put = data.draw(st.text(alphabet='0123456789-.eE"[]{},:truefalsnNI ', max_size=12))
    try:
        walls, _ = walls_from_text(text[:start] + put + text[end:], town.node_id)
    except NetworkError:
        return
    for table in (walls.compounds, walls.gates):
        assert len({len(getattr(table, entry.name)) for entry in fields(table)}) == 1
