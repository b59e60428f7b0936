"""Heights of streets: samples, cuts, what is not covered; kept, and through networkx."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
import shapely

import planner
from planner.network import from_networkx, stored
from planner.network.heights import CUT_M, add_heights, find_heights
from planner.network.links import Links, add_links
from planner.network.walk_network import PUBLIC
from planner.plan.profiles import PROFILES
from planner.sources.cache import ArrayCache
from tests.cities.drawing import FRAME, Drawing, assert_same_network
from tests.cities.hills import hills, write_hills
from tests.cities.rasters import reading_rasters_here  # noqa: F401

LONG = Drawing(
    {1: (0, 0), 2: (300, 0), 3: (300, 400), 4: (0, 400)},
    [([1, 2, 3, 4], "highway=residential"), ([1, 4], "highway=steps")],
)


def waves(x, y):
    return 30 + 10 * np.sin(x / 40) + 12 * np.sin(y / 55)


def test_heights_between_the_middles_of_cells():
    """Cells of 10 m with heights 0, 10 / 20, 40 from the north-west: in their middle 17.5."""
    raster = hills(lambda x, y: 0 * x + 0 * y, low=(0, 0), high=(20, 20))
    raster = replace(raster, height_m=np.array([[0.0, 10.0], [20.0, 40.0]]))
    places = np.array([(5, 15), (15, 5), (10, 10), (10, 5), (0, 20), (20.1, 10), (10, -0.1)])
    found = find_heights(raster, places, FRAME)
    assert found[:5] == pytest.approx([0, 40, 17.5, 30, 0])
    assert np.isnan(found[5:]).all()
    # A cell without a height tells nothing of what it has a part in.
    holed = replace(raster, height_m=np.array([[np.nan, 10.0], [20.0, 40.0]]))
    found = find_heights(holed, places, FRAME)
    assert np.isnan(found[[0, 2, 4]]).all()
    assert found[[1, 3]] == pytest.approx([40, 30])


def test_no_height_lies_farther_from_its_edge_than_said():
    network = add_heights(LONG.network(), hills(waves))
    assert network.n_edges > 6
    # As long as before, along the same line, and each part as steep as its ends say.
    assert network.length_m.sum() == pytest.approx(1000 + 400)
    for e in range(network.n_edges):
        for share in np.linspace(0, 1, 20):
            place = network.lines[e].interpolate(share, normalized=True)
            straight = network.height_m[network.u[e]] + share * network.rise_m[e]
            # Samples stand 5 m apart, and between them heights may bulge a little.
            assert abs(float(waves(place.x, place.y)) - straight) < CUT_M + 0.5


def test_an_edge_cut_and_what_it_was():
    level = LONG.network()
    network = add_heights(level, hills(waves))
    # Node numbers stay, new ones have negative ids; kinds are those of the edge.
    assert network.node_id[: level.n_nodes].tolist() == level.node_id.tolist()
    assert (network.node_id[level.n_nodes :] < 0).all()
    steps = network.length_m[network.steps].sum()
    assert steps == pytest.approx(400)
    table = network.to_edges(PROFILES["adult"])
    assert {"minutes_back", "rise_m", "flat"} <= set(table)
    up = table[(table["rise_m"] > 2) & ~network.steps]
    assert (up["minutes"] > up["minutes_back"]).all()
    # Without heights the layer is what it was.
    assert not {"minutes_back", "rise_m", "flat"} & set(level.to_edges(PROFILES["adult"]))


def test_a_path_between_two_heights_rises_evenly():
    network = add_heights(LONG.network(), hills(lambda x, y: 0.1 * x + 0.02 * y))
    ends = [shapely.Point(150, 0), shapely.Point(150, 400)]
    edge = [int(shapely.distance(network.lines, end).argmin()) for end in ends]
    along_m = [network.lines[e].project(end) for e, end in zip(edge, ends, strict=True)]
    links = Links(
        np.array(["p"], object), np.array([PUBLIC], object), np.array([edge]), np.array([along_m])
    )
    joined = add_links(network, links)
    # From (150, 0), 15 m high, to (150, 400), 15 + 8 m.
    assert joined.rise_m[-1] == pytest.approx(8.0, abs=0.01)
    assert not joined.flat[-1]
    # Where one end has no height the path is level.
    height_m, flat = network.height_m.copy(), network.flat.copy()
    height_m[network.u[edge[0]]], flat[edge[0]] = np.nan, True
    partly = add_links(replace(network, height_m=height_m, flat=flat | np.isnan(
        height_m[network.u] + height_m[network.v])), links)  # fmt: skip
    assert partly.flat[-1]
    assert partly.rise_m[-1] == 0


def test_heights_through_networkx_and_files(tmp_path):
    network = add_heights(LONG.network(), hills(waves))
    graph = network.to_networkx("adult")
    back = from_networkx(graph)
    # Nodes are sorted by their ids there, those of cuts come first.
    assert sorted(back.rise_m.tolist()) == pytest.approx(sorted(network.rise_m.tolist()))
    for name in ("adult", "wheelchair", "bicycle"):
        for way in (False, True):
            mine, theirs = (n.minutes(PROFILES[name], back=way) for n in (network, back))
            assert theirs == pytest.approx(mine)
    one_way = {(a, b): row for a, b, row in graph.edges(data=True)}
    for (a, b), row in one_way.items():
        assert row["grade"] == -one_way[b, a]["grade"]
        if not row["steps"] and row["grade"] > 0:
            assert row["minutes"] > one_way[b, a]["minutes"]
    path = tmp_path / "graph.graphml"
    written = graph.copy()
    for _, _, row in written.edges(data=True):
        row["geometry"] = row["geometry"].wkt
    written.graph["crs"] = str(written.graph["crs"])
    nx.write_graphml(written, path)
    again = from_networkx(nx.read_graphml(path, node_type=int, force_multigraph=True))
    assert again.minutes(PROFILES["adult"]) == pytest.approx(network.minutes(PROFILES["adult"]))


def test_a_graph_of_osmnx_with_elevations():
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    for node, (lon, height) in enumerate([(121.4, 10.0), (121.401, 20.0), (121.402, None)]):
        more = {} if height is None else {"elevation": height}
        graph.add_node(node, x=lon, y=31.4, **more)
    for a, b in ((0, 1), (1, 2), (1, 0), (2, 1)):
        graph.add_edge(a, b, osmid=7 + a + b, highway="residential", length=95.0)
    network = from_networkx(graph)
    edge = network.to_edges(PROFILES["adult"]).set_index("osm_id")
    # A node of two streets is none of the network's: the way has but its ends, one without height.
    assert network.has_heights
    assert edge["flat"].all()
    graph.nodes[2]["elevation"] = "20"
    assert from_networkx(graph).rise_m.tolist() == pytest.approx([10.0])
    graph.nodes[2]["elevation"] = "high"
    with pytest.raises(planner.NetworkError, match="elevation that is no number"):
        from_networkx(graph)
    graph.nodes[2]["elevation"] = 32_808.0
    with pytest.raises(planner.NetworkError, match="elevation=32808; give metres"):
        from_networkx(graph)


@pytest.mark.usefixtures("reading_rasters_here")
def test_heights_are_kept_by_their_content(tmp_path, monkeypatch):
    streets = LONG.write(tmp_path / "streets.osm")
    cache = ArrayCache(tmp_path / "cache")
    path = tmp_path / "dem.tif"
    box = {"low": (-500.0, -500.0), "high": (900.0, 900.0)}
    found = []
    for height in (waves, waves, lambda x, y: 0.1 * x + 0 * y):
        write_hills(path, height, **box)
        found.append(planner.load_network(streets, elevation=path, cache=cache))
    assert_same_network(found[0], found[1])
    assert found[2].height_m.max() == pytest.approx(30.0, abs=0.5)
    # Once kept, neither the raster is read again nor are streets cut.
    write_hills(path, waves, **box)
    monkeypatch.setattr(stored, "add_heights", None)
    monkeypatch.setattr("planner.sources.elevation.read_small", None)
    kept = planner.load_network(streets, elevation=path, cache=cache)
    assert_same_network(kept, found[0])
    assert not planner.load_network(streets, cache=cache).has_heights
