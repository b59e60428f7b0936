"""To networkx in the style of OSMnx, and back."""

from pathlib import Path

import networkx as nx
import pyrosm
import pytest
from pyproj import CRS

import tests.late_osmnx as ox
from planner.network import build_network, from_networkx
from planner.sources.osm.extract import load_osm
from planner.travel.streets import AccessRules
from tests.cities.drawing import (
    FRAME,
    WALKER,
    Drawing,
    assert_same_network,
    estates_network,
    minutes_between,
    minutes_matrix,
)
from tests.cities.estates_drawing import CROSSING, GROUP, PATH

NARROW = AccessRules(limit_m=30.0, detour=1.4)

# A ring at 3, parallel edges 1 - 2, steps, a bridge, a private street, an island.
TOWN = Drawing(
    {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (260, 60), 5: (260, -60), 6: (50, 40), 7: (0, -90),
     8: (100, 90), 20: (0, 900), 21: (90, 900)},
    [
        ([1, 2], "highway=residential name=Lane"),
        ([1, 6, 2], "highway=footway"),
        ([2, 3], "highway=steps"),
        ([3, 4, 5, 3], "highway=path"),
        ([1, 7], "highway=footway bridge=yes"),
        ([2, 8], "highway=service access=private"),
        ([20, 21], "highway=residential"),
    ],
)  # fmt: skip


@pytest.fixture(scope="module")
def real():
    ways = load_osm(Path(pyrosm.get_data("test_pbf"))).ways
    return build_network(ways, CRS.from_epsg(32635))


def assert_same(one, other):
    """Compare networks: coordinates to the rounding of the projection, the rest exactly."""
    assert_same_network(one, other, near={"xy", "coords", "length_m"})


def test_the_way_there_and_back_changes_nothing():
    network = TOWN.network()
    assert_same(network, from_networkx(network.to_networkx(), FRAME))


def test_groups_of_private_streets_come_back_as_compounds():
    """The private short cut of GROUP is 50 + 50 m; round by the public street it is 500 m."""
    network = estates_network(GROUP)
    back = from_networkx(network.to_networkx(), FRAME)
    assert back.walls.compounds.id.tolist() == ["way/11"]
    assert back.node_id[back.walls.gates.node].tolist() == [2, 4]
    assert not back.walls.gates.mapped.any()
    trips = [((90, 0), (110, 100)), ((100, 50), (90, 0)), ((100, 50), (110, 100))]
    for trip in trips:
        assert minutes_between(back, *trip, access=NARROW) == pytest.approx(
            minutes_between(network, *trip, access=NARROW), abs=1e-6
        )
    # 10 m to 2, 200 m to 6, 100 m to 5, 190 m on: not through the group
    assert minutes_between(back, *trips[0], access=NARROW) == pytest.approx(5.0, abs=1e-6)


def test_riding_and_waiting_come_back():
    oneway = CROSSING.having(ways={1: ([1, 2, 3], "highway=residential oneway=yes")})
    network = estates_network(oneway)
    back = from_networkx(network.to_networkx(), FRAME)
    assert_same(network, back)
    assert sorted(back.oneway.tolist()) == [0, 0, 1, 1]
    assert sorted(back.crossing.ravel().tolist()) == [0] * 6 + [2, 2]
    assert back.ride[back.highway == PATH.split("=")[1]].tolist() == [False, False]


def test_a_real_network_comes_back(real):
    back = from_networkx(real.to_networkx())  # in the metric frame that the graph notes
    assert_same(real, back)


def test_a_graph_has_both_directions_of_every_street():
    network = TOWN.network()
    graph = network.to_networkx()
    assert graph.graph["crs"].to_epsg() == 4326
    assert graph.number_of_nodes() == network.n_nodes
    assert graph.number_of_edges() == 2 * network.n_edges
    metres = sum(row["length"] for _, _, row in graph.edges(data=True))
    assert metres == pytest.approx(2 * network.length_m.sum(), abs=1e-9)
    for start, end, row in graph.edges(data=True):
        for node, lonlat in ((start, row["geometry"].coords[0]), (end, row["geometry"].coords[-1])):
            place = graph.nodes[node]
            assert lonlat == pytest.approx((place["x"], place["y"]), abs=1e-12)
    # networkx finds the same way: 1 - 2, then the steps
    path_m = nx.shortest_path_length(graph, 1, 3, weight="length")
    assert path_m == pytest.approx(200, abs=1e-6)


def test_osmnx_makes_tables_of_it(real):
    nodes, edges = ox.convert.graph_to_gdfs(real.to_networkx())
    assert len(nodes) == real.n_nodes
    assert len(edges) == 2 * real.n_edges
    assert nodes.crs.to_epsg() == edges.crs.to_epsg() == 4326
    again = ox.convert.graph_from_gdfs(nodes, edges, graph_attrs=real.to_networkx().graph)
    assert_same(real, from_networkx(again))


def test_osmnx_draws_it():
    figure, _ = ox.plot_graph(TOWN.network().to_networkx(), show=False, close=True)
    assert figure is not None


def test_a_plain_graph_becomes_a_network():
    """Nodes with x, y and straight edges, in one direction and in both.

    The first street is made of two kinds, in another order for each direction: it is one street.
    """
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    for node, lon in ((1, 121.400), (2, 121.401), (3, 121.402)):
        graph.add_node(node, x=lon, y=31.4)
    graph.add_edge(1, 2, osmid=7, highway=["residential", "footway"], length=95.0)
    graph.add_edge(2, 1, osmid=7, highway=["footway", "residential"], length=95.0)
    graph.add_edge(2, 3, osmid=[8, 9], highway="steps")
    network = from_networkx(graph)
    assert network.crs.to_epsg() == 32651
    assert network.n_edges == 2
    assert network.steps.tolist() == [False, True]
    assert network.access.tolist() == ["public", "public"]
    assert network.osm_id.tolist() == [7, 8]
    # 0.001 degrees of longitude at 31.4 N are 95.1 m
    assert network.length_m == pytest.approx([95.1, 95.1], rel=0.002)
    minutes = minutes_matrix(network, network.xy[:1], network.xy[1:2])
    assert minutes[0, 0] == pytest.approx(network.minutes(WALKER)[0], abs=1e-9)
