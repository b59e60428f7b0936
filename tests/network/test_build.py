"""From ways to streets: splitting, merging, cutting, islands."""

import dataclasses

import numpy as np
import pytest
import shapely

from planner.errors import NetworkError
from planner.network import build_network
from tests.drawing import FRAME, Drawing

STREET = "highway=residential"


def edges(network):
    """Return the edges as (smaller node id, larger node id, metres), sorted."""
    ends = np.sort(np.stack([network.node_id[network.u], network.node_id[network.v]]), axis=0)
    return sorted(zip(*ends.tolist(), network.length_m.round(6).tolist(), strict=True))


def test_ways_are_split_at_shared_nodes():
    """1 --100-- 2 --100-- 3, and 2 --50-- 4 leaves from the middle of the first way."""
    nodes = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (100, 50)}
    network = Drawing(nodes, [([1, 2, 3], STREET), ([4, 2], STREET)]).network()
    assert edges(network) == [(1, 2, 100), (2, 3, 100), (2, 4, 50)]
    assert network.node_id.tolist() == [1, 2, 3, 4]
    assert network.xy.tolist() == [[0, 0], [100, 0], [200, 0], [100, 50]]


def test_streets_that_cross_without_a_shared_node_are_not_joined():
    nodes = {1: (0, 0), 2: (200, 0), 3: (100, -100), 4: (100, 100)}
    network = Drawing(nodes, [([1, 2], STREET), ([3, 4], STREET)]).network()
    assert edges(network) == [(1, 2, 200), (3, 4, 200)]


def test_chains_of_degree_two_become_one_edge_with_their_geometry():
    """1 - 2 - 3 of one way, 3 - 4 - 5 of another: one bent edge from 1 to 5."""
    nodes = {1: (0, 0), 2: (30, 40), 3: (100, 40), 4: (100, 0), 5: (160, 0)}
    ways = [([1, 2, 3], STREET + " name=Short", 7), ([5, 4, 3], STREET + " name=Long", 9)]
    network = Drawing(nodes, ways).network()
    # 50 + 70 + 40 + 60 metres; way 7 gives 120, way 9 gives 100
    assert edges(network) == [(1, 5, 220)]
    assert network.lines[0].equals(shapely.LineString(list(nodes.values())))
    assert network.lines[0].length == network.length_m[0]
    assert (network.osm_id[0], network.name[0]) == (7, "Short")


def test_geometry_runs_from_u_to_v():
    nodes = {1: (0, 0), 2: (30, 40), 3: (100, 40), 4: (100, 0), 5: (0, 90)}
    network = Drawing(nodes, [([4, 3, 2, 1], STREET), ([1, 5], STREET), ([5, 3], STREET)]).network()
    for e, line in enumerate(network.lines):
        assert line.coords[0] == tuple(network.xy[network.u[e]])
        assert line.coords[-1] == tuple(network.xy[network.v[e]])
        assert line.length == pytest.approx(network.length_m[e], abs=1e-9)


@pytest.mark.parametrize(
    ("other", "column"),
    [
        ("highway=steps", "steps"),
        ("highway=residential bridge=yes", "elevated"),
        ("highway=residential tunnel=yes", "elevated"),
        ("highway=residential layer=1", "elevated"),
        ("highway=residential access=private", "access"),
    ],
)
def test_a_chain_is_cut_where_minutes_stop_being_linear(other, column):
    """1 --100-- 2 --50-- 3 --100-- 4: the middle is steps, a bridge or private."""
    nodes = {1: (0, 0), 2: (100, 0), 3: (150, 0), 4: (250, 0)}
    network = Drawing(nodes, [([1, 2], STREET), ([2, 3], other), ([3, 4], STREET)]).network()
    assert edges(network) == [(1, 2, 100), (2, 3, 50), (3, 4, 100)]
    middle = int(np.flatnonzero(network.length_m == 50)[0])
    kinds = getattr(network, column).tolist()
    assert kinds.count(kinds[middle]) == 1


@pytest.mark.parametrize(
    "other", ["highway=footway", "highway=residential name=Other", "highway=trunk"]
)
def test_a_chain_is_not_cut_where_only_names_and_classes_change(other):
    nodes = {1: (0, 0), 2: (100, 0), 3: (150, 0)}
    network = Drawing(nodes, [([1, 2], STREET), ([2, 3], other)]).network()
    assert edges(network) == [(1, 3, 150)]
    assert network.highway.tolist() == ["residential"]  # it gives most of the length


def test_a_ring_without_a_junction():
    """A square of 400 m round which nothing else hangs, drawn as two half rings."""
    nodes = {4: (0, 0), 2: (100, 0), 3: (100, 100), 1: (0, 100)}
    network = Drawing(nodes, [([4, 2, 3], STREET), ([3, 1, 4], STREET)]).network()
    assert edges(network) == [(1, 1, 400)]  # it starts at its smallest node
    assert network.n_nodes == 1
    assert network.lines[0].is_ring


def test_a_lollipop():
    """1 --100-- 2, and a ring of 3 x 100 m at 2."""
    nodes = {1: (0, 0), 2: (100, 0), 3: (160, 80), 4: (160, -80)}
    network = Drawing(nodes, [([1, 2], STREET), ([2, 3, 4, 2], STREET)]).network()
    assert edges(network) == [(1, 2, 100), (2, 2, 360)]


def test_parallel_edges_both_stay():
    """1 and 2 joined by 100 m, by 100 m over 3, and by steps."""
    nodes = {1: (0, 0), 2: (100, 0), 3: (50, 50), 4: (-9, 0), 5: (109, 0)}
    ways = [([1, 2], STREET), ([1, 3, 2], STREET), ([2, 1], "highway=steps")]
    network = Drawing(nodes, [*ways, ([4, 1], STREET), ([2, 5], STREET)]).network()
    detour = round(2 * np.hypot(50, 50), 6)
    assert edges(network) == [(1, 2, 100), (1, 2, 100), (1, 2, detour), (1, 4, 9), (2, 5, 9)]
    assert sorted(network.steps.tolist()) == [False] * 4 + [True]


def test_two_parallel_edges_alone_are_a_ring():
    network = Drawing({1: (0, 0), 2: (100, 0)}, [([1, 2], STREET), ([1, 2], STREET)]).network()
    assert edges(network) == [(1, 1, 200)]


def test_a_node_named_twice_in_a_row_makes_no_edge():
    network = Drawing(
        {1: (0, 0), 2: (100, 0)}, [([1, 1, 2, 2], STREET), ([2, 2], STREET)]
    ).network()
    assert edges(network) == [(1, 2, 100)]


def test_two_nodes_in_one_place_make_an_edge_of_no_length():
    nodes = {1: (0, 0), 2: (100, 0), 3: (100, 0), 4: (200, 0), 5: (100, 50), 6: (100, -50)}
    ways = [([1, 2], STREET), ([2, 3], STREET), ([3, 4], STREET)]
    network = Drawing(nodes, [*ways, ([2, 5], STREET), ([3, 6], STREET)]).network()
    assert edges(network) == [(1, 2, 100), (2, 3, 0), (2, 5, 50), (3, 4, 100), (3, 6, 50)]


def test_an_island_is_marked_and_stays():
    """Draw 6 km, and beside it 5 km (no island), 4.999 km and a far 100 m of steps (islands)."""
    nodes = {1: (0, 0), 2: (6000, 0), 3: (0, 900), 4: (5000, 900)}
    nodes |= {5: (0, 1800), 6: (4999, 1800), 7: (0, 2700), 8: (100, 2700), 9: (60, 2780)}
    ways = [([1, 2], STREET), ([3, 4], STREET), ([5, 6], STREET), ([7, 8, 9], "highway=steps")]
    network = Drawing(nodes, ways).network()
    marked = dict(zip(network.node_id[network.u].tolist(), network.island.tolist(), strict=True))
    assert marked == {1: False, 3: False, 5: True, 7: True}


def test_the_largest_component_is_no_island_however_small():
    nodes = {1: (0, 0), 2: (100, 0), 3: (0, 900), 4: (90, 900)}
    network = Drawing(nodes, [([1, 2], STREET), ([3, 4], STREET)]).network()
    assert network.island.tolist() == [False, True]


def test_streets_outside_are_left_out():
    nodes = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (300, 0)}
    drawing = Drawing(nodes, [([1, 2, 3, 4], STREET)])
    inside = drawing.network(within=shapely.box(-10, -10, 110, 10))
    assert edges(inside) == [(1, 3, 200)]  # 2 - 3 has one node inside
    with pytest.raises(NetworkError, match="no street lies in the area"):
        drawing.network(within=shapely.box(500, 500, 600, 600))


def test_no_street_at_all():
    with pytest.raises(NetworkError, match="no street lies in the area"):
        build_network(Drawing({1: (0, 0)}, [([1, 1], STREET)]).walk_ways(), FRAME)


TOWN = Drawing(
    {n: (float(100 * (n % 5)), float(80 * (n // 5))) for n in range(25)},
    [
        ([0, 1, 2, 3, 4], STREET + " name=South", 11),
        ([0, 5, 10, 15, 20], "highway=footway", 12),
        ([20, 21, 22, 23, 24], "highway=service access=private", 13),
        ([2, 7, 12, 17, 22], "highway=steps", 14),
        ([24, 19, 14, 9, 4], STREET + " bridge=yes", 15),
        ([7, 8, 13, 12, 7], "highway=pedestrian area=yes", 16),
        ([6, 11, 16, 6], "highway=path", 17),  # a ring and an island
        ([8, 9], STREET, 18),
        ([13, 18], "highway=service access=private", 19),
        ([8, 9], STREET, 10),  # drawn twice
    ],
)


@pytest.mark.parametrize("seed", range(8))
def test_the_order_and_direction_of_ways_change_nothing(seed):
    rng = np.random.default_rng(seed)
    ways = [TOWN.ways[k] for k in rng.permutation(len(TOWN.ways))]
    # a square has no direction either, but its first entry does not name an edge
    ways = [(nodes[::-1] if rng.random() < 0.5 else nodes, *rest) for nodes, *rest in ways]
    shuffled = Drawing(TOWN.nodes, ways).network()
    network = TOWN.network()
    for column in dataclasses.fields(network):
        one, other = getattr(network, column.name), getattr(shuffled, column.name)
        if column.name != "crs":
            assert np.array_equal(one, other), column.name


def test_input_arrays_stay_as_they_were():
    ways = TOWN.walk_ways()
    before = {f.name: getattr(ways, f.name).copy() for f in dataclasses.fields(ways)}
    build_network(ways, FRAME)
    for name, array in before.items():
        assert np.array_equal(getattr(ways, name), array)
        assert getattr(ways, name).flags.writeable
