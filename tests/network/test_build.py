"""From ways to streets: splitting, merging, cutting, islands."""

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely

from planner.errors import NetworkError
from planner.network import build_network
from planner.network.surroundings import make_empty_surroundings
from tests.cities.drawing import FRAME, Drawing, assert_same_network, estates_network
from tests.cities.estates_drawing import Estates

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
    "other",
    [
        "highway=cycleway",
        "highway=residential name=Other",
        "highway=trunk",
        "highway=footway bicycle=yes",
    ],
)
def test_a_chain_is_not_cut_where_only_names_and_classes_change(other):
    nodes = {1: (0, 0), 2: (100, 0), 3: (150, 0)}
    network = Drawing(nodes, [([1, 2], STREET), ([2, 3], other)]).network()
    assert edges(network) == [(1, 3, 150)]
    assert network.highway.tolist() == ["residential"]  # it gives most of the length


@pytest.mark.parametrize(
    ("one", "other", "column"),
    [
        (STREET, "highway=footway", "ride"),  # where a bicycle is pushed
        (STREET, f"{STREET} bicycle=dismount", "ride"),
        (STREET, f"{STREET} oneway=yes", "oneway"),
        (f"{STREET} oneway=yes", f"{STREET} oneway=-1", "oneway"),
    ],
)
def test_a_chain_is_cut_where_riding_changes(one, other, column):
    nodes = {1: (0, 0), 2: (100, 0), 3: (150, 0)}
    network = Drawing(nodes, [([1, 2], one), ([2, 3], other)]).network()
    assert edges(network) == [(1, 2, 100), (2, 3, 50)]
    kinds = getattr(network, column).tolist()
    assert kinds[0] != kinds[1]


def directions(network):
    """Return for each one-way edge (from node, to node), for the others the two ends sorted."""
    ends = zip(
        network.node_id[network.u].tolist(), network.node_id[network.v].tolist(), strict=True
    )
    return sorted(
        tuple(sorted(pair)) if way == 0 else pair[::way]
        for pair, way in zip(ends, network.oneway.tolist(), strict=True)
    )


def test_one_way_streets_keep_their_direction():
    """2 -> 1 -> 3 is one chain; 5 -> 6 <- 7 is not, nor 6 (a stub) -> anything."""
    nodes = {1: (0, 0), 2: (100, 0), 3: (-50, 0), 5: (0, 90), 6: (100, 90), 7: (200, 90)}
    ways = [
        ([2, 1], f"{STREET} oneway=yes"),
        ([3, 1], f"{STREET} oneway=-1"),
        ([5, 6], f"{STREET} oneway=yes"),
        ([7, 6], f"{STREET} oneway=yes"),
    ]
    network = Drawing(nodes, ways).network()
    assert directions(network) == [(2, 3), (5, 6), (7, 6)]
    shuffled = Drawing(nodes, ways[::-1]).network()
    assert directions(shuffled) == directions(network)


def test_a_chain_ends_at_a_gate_wherever_it_stands():
    """1 --100-- 2 --100-- 3 public, with a gate at 2; node 4 is only a bend."""
    nodes = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (200, 100)}
    drawing = Estates(nodes, {1: ([1, 2, 3, 4], STREET)}, {2: "barrier=gate"})
    assert edges(estates_network(drawing)) == [(1, 2, 100), (2, 4, 200)]
    assert edges(estates_network(drawing.having(spots={2: None}))) == [(1, 4, 300)]
    bollard = drawing.having(spots={2: "barrier=bollard"})
    assert edges(estates_network(bollard)) == [(1, 4, 300)]


SIGNAL = "highway=crossing crossing=traffic_signals"


def waits(network):
    """Return {node id: crossing} of every end of an edge that waits."""
    found = {}
    for side, nodes in enumerate((network.u, network.v)):
        for node, kind in zip(network.node_id[nodes], network.crossing[:, side], strict=True):
            if kind:
                found.setdefault(int(node), []).append(int(kind))
    return found


def test_a_chain_of_paths_ends_at_a_crossing():
    """1 -- 2 -- 3 on foot; the carriageway is drawn without a node at 2, and with one."""
    nodes = {1: (0, 0), 2: (50, 0), 3: (100, 0), 4: (50, -60), 5: (50, 60)}
    path = Estates(nodes, {1: ([1, 2, 3], "highway=footway")}, {2: SIGNAL})
    network = estates_network(path)
    assert edges(network) == [(1, 2, 50), (2, 3, 50)]
    assert waits(network) == {2: [2, 2]}
    across = path.having(ways={2: ([4, 2, 5], STREET)})
    network = estates_network(across)
    assert edges(network) == [(1, 2, 50), (2, 3, 50), (2, 4, 60), (2, 5, 60)]
    assert waits(network) == {2: [2, 2]}  # on the path alone
    plain = across.having(spots={2: "highway=crossing"})
    assert waits(estates_network(plain)) == {2: [1, 1]}


def test_a_street_that_is_crossed_by_nobody_is_not_cut():
    """A crossing on a carriageway that no path meets: nobody comes from the side."""
    nodes = {1: (0, 0), 2: (50, 0), 3: (100, 0)}
    network = estates_network(Estates(nodes, {1: ([1, 2, 3], STREET)}, {2: SIGNAL}))
    assert edges(network) == [(1, 3, 100)]
    assert waits(network) == {}


def test_a_cycleway_that_ends_in_a_street_at_a_crossing_waits():
    """1 == cycleway == 2 -- street -- 3: riders and walkers notice no other change at 2."""
    nodes = {1: (0, 0), 2: (50, 0), 3: (100, 0)}
    ways = {1: ([1, 2], "highway=cycleway"), 2: ([2, 3], STREET)}
    network = estates_network(Estates(nodes, ways, {2: SIGNAL}))
    assert edges(network) == [(1, 2, 50), (2, 3, 50)]
    assert waits(network) == {2: [2]}
    assert network.n_edges == 2
    assert estates_network(Estates(nodes, ways)).n_edges == 1


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ("highway=footway footway=crossing", 1),
        ("highway=footway footway=crossing crossing=traffic_signals", 2),
        ("highway=path path=crossing", 1),
        ("highway=footway", None),
    ],
)
def test_a_path_tagged_as_a_crossing_waits_where_it_meets_a_carriageway(tags, kind):
    """4 - 1 - 2 - 3 - 5: from the kerb 1 over the street at 2 to the kerb 3."""
    nodes = {1: (0, -10), 2: (0, 0), 3: (0, 10), 4: (0, -90), 5: (0, 90), 6: (-90, 0), 7: (90, 0)}
    ways = {
        1: ([1, 2, 3], tags),
        2: ([4, 1], "highway=footway"),
        3: ([3, 5], "highway=footway"),
        4: ([6, 2, 7], STREET),
    }
    network = estates_network(Estates(nodes, ways))
    assert waits(network) == ({2: [kind, kind]} if kind else {})
    # at the kerbs, 1 and 3, the footways only continue: no node stays there, and nobody waits
    assert edges(network) == [(2, 4, 90), (2, 5, 90), (2, 6, 90), (2, 7, 90)]


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
    assert_same_network(network, shuffled)


def test_input_arrays_stay_as_they_were():
    ways = TOWN.walk_ways()
    before = {f.name: getattr(ways, f.name).copy() for f in dataclasses.fields(ways)}
    build_network(ways, FRAME)
    for name, array in before.items():
        assert np.array_equal(getattr(ways, name), array)
        assert getattr(ways, name).flags.writeable


def test_a_street_belongs_when_any_part_of_it_lies_inside():
    """Of 6 km with no node between: through the area, past its corner, along its rim, beside it.

    5 - 6 - 7 bends: of its two straight pieces one crosses the corner, the other stays out.
    """
    nodes = {
        1: (-3000, 0), 2: (3000, 0), 3: (-3000, 300), 4: (3000, 300), 5: (250, 400), 6: (450, 200),
        7: (900, 200), 8: (-3000, 302), 9: (3000, 302),
    }  # fmt: skip
    ways = [([1, 2], STREET), ([3, 4], STREET), ([5, 6, 7], STREET), ([8, 9], STREET)]
    network = Drawing(nodes, ways).network(within=shapely.box(-350, -300, 350, 300))
    assert [(a, b) for a, b, _ in edges(network)] == [(1, 2), (3, 4), (5, 6)]
    assert network.length_m.max() == pytest.approx(6000, abs=1e-6)  # kept whole


def test_a_square_that_lies_across_the_area_is_still_crossed():
    """A square of 1,000 m whose corners all lie outside; streets enter it at 1 and 3."""
    nodes = {1: (-500, 0), 2: (0, -500), 3: (500, 0), 4: (0, 500), 5: (-600, 0), 6: (600, 0)}
    ways = [([1, 2, 3, 4, 1], "highway=pedestrian area=yes"), ([5, 1], STREET), ([3, 6], STREET)]
    network = Drawing(nodes, ways).network(within=shapely.box(-100, -100, 100, 100))
    assert edges(network) == [(1, 3, 1000)]


def test_what_stands_beside_a_street_that_leaves_the_area_is_kept():
    """The wall across the street's outer end and the estate there count; one far off does not."""
    nodes = {1: (-50, 0), 2: (1000, 0), 3: (-50, 100)}
    drawing = Drawing(nodes, [([1, 2], STREET), ([1, 3], STREET)])
    around = make_empty_surroundings(FRAME)
    shapes = [shapely.LineString([(x, -20), (x, 20)]) for x in (190, 900, 5000)]
    walls = {"osm_id": ["way/1", "way/2", "way/3"], "kind": "wall", "name": ""}
    barriers = gpd.GeoDataFrame(walls, geometry=shapes, crs=FRAME)
    within = shapely.box(-100, -100, 100, 100)
    network = drawing.network(within=within, around=dataclasses.replace(around, barriers=barriers))
    assert network.walls.barriers.osm_id.tolist() == ["way/1", "way/2"]
