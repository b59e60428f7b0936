"""Every residents-only street belongs to exactly one compound."""

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely

from planner.network.compounds import STUB_M, assign_streets, find_compound_at
from tests.cities.drawing import FRAME, Drawing, estates_network
from tests.cities.estates_drawing import (
    ESTATE,
    PRIVATE,
    STREET,
    TWINS,
    TWINS_WITH_A_HOLE,
    Estates,
)

PLAIN = "landuse=residential"
NO_WALLS = np.empty(0, dtype=object)


def zones(shapes, walled=True):
    """Make a table of zones from {osm id: polygon}."""
    table = {
        "osm_id": list(shapes),
        "kind": "residential",
        "name": [f"Estate {key}" for key in shapes],
        "walled": walled,
    }
    return gpd.GeoDataFrame(table, geometry=list(shapes.values()), crs=FRAME)


def access_of(network):
    """Return {(smaller node id, larger node id): access}."""
    ends = np.sort(np.stack([network.node_id[network.u], network.node_id[network.v]], 1), axis=1)
    return dict(zip(map(tuple, ends.tolist()), network.access.tolist(), strict=True))


# Public 1 - 2 - 3 along the x axis; way 30 and way 20 make one estate at 2, way 25 one at 3.
#
#      5 - 6     8
#      |         |
#  1 - 2 ------- 3
GROUPS = Estates(
    {1: (0, 0), 2: (100, 0), 3: (300, 0), 5: (100, 80), 6: (180, 80), 8: (300, 90)},
    {
        10: ([1, 2, 3], STREET),
        30: ([2, 5], PRIVATE),
        20: ([5, 6], PRIVATE),
        25: ([3, 8], PRIVATE),
    },
)


def around(drawing, way, box, tags=ESTATE):
    """Draw a rectangle (x, y, x, y) of some tags round a part of a drawing."""
    left, low, right, high = box
    corners = {1000 * way + k: xy for k, xy in enumerate(
        [(left, low), (right, low), (right, high), (left, high)]
    )}  # fmt: skip
    ring = [*corners, next(iter(corners))]
    return drawing.having(nodes=corners, ways={way: (ring, tags)})


def test_a_connected_group_is_named_after_its_smallest_way():
    network = estates_network(GROUPS)
    assert access_of(network) == {
        (1, 2): "public",
        (2, 3): "public",
        (2, 6): "way/20",  # 2 - 5 - 6 is one chain
        (3, 8): "way/25",
    }
    compounds = network.walls.compounds
    assert compounds.id.tolist() == ["way/20", "way/25"]
    assert shapely.is_empty(compounds.shape).all()
    assert not compounds.walled.any()
    assert compounds.kind.tolist() == compounds.name.tolist() == ["", ""]


def test_a_walled_polygon_owns_the_streets_inside():
    network = estates_network(around(GROUPS, 900, (90, 10, 200, 100)))
    # the middle of 2 - 5 is at y = 40, inside; that of 3 - 8 is not
    assert access_of(network) == {
        (1, 2): "public", (2, 3): "public", (2, 6): "way/900", (3, 8): "way/25",
    }  # fmt: skip
    compounds = network.walls.compounds
    assert compounds.id.tolist() == ["way/900", "way/25"]
    assert compounds.kind.tolist() == ["residential", ""]
    assert compounds.shape[0].equals(shapely.box(90, 10, 200, 100))
    assert compounds.walled.tolist() == [True, False]


def test_public_streets_inside_a_wall_stay_public():
    network = estates_network(around(GROUPS, 900, (-500, -500, 500, 500)))
    assert access_of(network) == {
        (1, 2): "public", (2, 3): "public", (2, 6): "way/900", (3, 8): "way/900",
    }  # fmt: skip


def test_a_group_that_leads_out_of_one_wall_belongs_to_it():
    """Only 2 - 5 is inside the wall; 5 - 6 is a stub outside it, 3 - 8 is of another estate."""
    network = estates_network(around(GROUPS, 900, (90, 10, 110, 70)))
    assert sorted(network.access.tolist()) == ["public", "public", "way/25", "way/900"]


def test_a_group_between_two_compounds_is_its_own():
    """7 is in the wall between the twins; a private street leads on from it to the north."""
    stub = TWINS.having(nodes={40: (200, 350)}, ways={18: ([7, 40], PRIVATE)})
    assert access_of(estates_network(stub))[7, 40] == "way/18"


@pytest.mark.parametrize(("metres", "owner"), [(140, "way/901"), (160, "way/18")])
def test_a_stub_is_short(metres, owner):
    """Out of the wall at 31 a private street goes on to the north: a long one is no stub."""
    north = TWINS_WITH_A_HOLE.having(
        nodes={40: (100, 210 + metres)}, ways={16: None, 17: None, 18: ([31, 40], PRIVATE)}
    )
    found = {frozenset(ends): whose for ends, whose in access_of(estates_network(north)).items()}
    at_40 = [whose for ends, whose in found.items() if 40 in ends]
    assert at_40 == [owner]


def test_streets_of_two_compounds_share_a_node_and_stay_apart():
    found = access_of(estates_network(TWINS))
    assert found == {
        (1, 2): "public", (2, 3): "public", (3, 4): "public", (2, 5): "public", (3, 8): "public",
        (5, 7): "way/901", (7, 8): "way/902",
    }  # fmt: skip


def test_of_polygons_that_overlap_the_smallest_owns_and_the_notes_say_so():
    for ids in (("way/1", "way/2"), ("way/2", "way/1")):
        small, large = shapely.box(40, 0, 160, 120), shapely.box(50, -20, 190, 150)
        table = zones(dict(zip(ids, (small, large), strict=True)))
        xy = np.array([[100.0, 0.0], [100.0, 80.0]])
        owned = assign_streets(
            np.array([0]), np.array([1]), np.array([True]), np.array([False]), np.array([7]),
            xy, table, NO_WALLS,
        )  # fmt: skip
        assert owned.access.tolist() == [ids[0]]
        points = np.array([[170.0, 0], [100, 50], [0, 0]])
        assert find_compound_at(owned.compounds, points).tolist() == [1, 0, -1]
        [note] = owned.notes
        assert note.startswith(f"compounds overlap: {ids[0]} and {ids[1]}")


def test_of_polygons_of_one_size_the_first_by_name_owns():
    square = shapely.box(0, 0, 100, 100)
    owned = assign_streets(
        np.array([0]), np.array([1]), np.array([True]), np.array([False]), np.array([7]),
        np.array([[0.0, 50.0], [90.0, 50.0]]), zones({"way/8": square, "way/7": square}), NO_WALLS,
    )  # fmt: skip
    assert owned.access.tolist() == ["way/7"]


def test_a_compound_inside_another_is_no_fault():
    inner, outer = shapely.box(10, 10, 20, 20), shapely.box(0, 0, 100, 100)
    owned = assign_streets(
        np.array([0]), np.array([1]), np.array([False]), np.array([False]), np.array([7]),
        np.array([[0.0, 50.0], [90.0, 50.0]]), zones({"a": inner, "b": outer}), NO_WALLS,
    )  # fmt: skip
    assert owned.notes == []


# A zone without a wall, 100 x 100: 50 m are private in it; how much is public decides.
@pytest.mark.parametrize(("public_m", "is_one"), [(0, True), (49, True), (51, False), (80, False)])
def test_a_zone_with_mostly_private_streets_is_a_compound(public_m, is_one):
    nodes = {1: (-200, 0), 2: (0, 0), 3: (50, 0), 4: (0, 90), 5: (public_m, 90), 6: (-200, 90)}
    ways = {1: ([1, 2], STREET), 2: ([2, 3], PRIVATE), 3: ([6, 4], STREET)}
    if public_m:
        ways[4] = ([4, 5], STREET)
    drawing = around(Estates(nodes, ways), 900, (-1, -50, 100, 100), PLAIN)
    network = estates_network(drawing)
    assert access_of(network)[2, 3] == ("way/900" if is_one else "way/2")
    assert network.walls.compounds.walled.tolist() == [False]


def test_a_zone_without_private_streets_is_no_compound():
    drawing = around(
        Estates({1: (0, 0), 2: (90, 0)}, {1: ([1, 2], STREET)}), 9, (-9, -9, 99, 9), PLAIN
    )
    assert len(estates_network(drawing).walls.compounds) == 0


def test_a_driveway_is_public_unless_it_is_in_a_compound():
    drive = "highway=service service=driveway"
    nodes = {40: (100, 60), 41: (50, 60), 42: (50, 0), 43: (50, -40)}
    ways = {
        10: ([1, 42, 2, 3, 4], STREET),
        13: ([5, 40, 6, 7], PRIVATE),
        20: ([40, 41], drive),
        21: ([42, 43], drive),
    }
    found = access_of(estates_network(TWINS.having(nodes=nodes, ways=ways)))
    assert (found[40, 41], found[42, 43]) == ("way/901", "public")


@pytest.mark.parametrize(
    ("share", "is_mapped"), [(1.0, True), (0.85, True), (0.7, False), (0.0, False)]
)
def test_a_wall_in_the_data_is_recognised(share, is_mapped):
    """Draw a wall 2 m outside the outline, along a share of it."""
    outline = shapely.box(0, 0, 100, 100)
    wall = shapely.ops.substring(shapely.box(-2, -2, 102, 102).boundary, 0, share, normalized=True)
    owned = assign_streets(
        np.array([0]), np.array([1]), np.array([False]), np.array([False]), np.array([7]),
        np.array([[0.0, 50.0], [90.0, 50.0]]), zones({"a": outline}), np.array([wall]),
    )  # fmt: skip
    assert owned.compounds.wall_mapped.tolist() == [is_mapped]


def test_a_point_outside_every_polygon_is_in_none():
    compounds = estates_network(TWINS).walls.compounds
    assert compounds.name.tolist() == ["West", "East"]
    places = np.array([[150.0, 100.0], [250.0, 100.0], [50.0, 0.0], [200.0, 100.0]])
    # on the wall between two of one size: the first by name
    assert find_compound_at(compounds, places).tolist() == [0, 1, -1, 0]
    assert find_compound_at(compounds, places[:0]).tolist() == []


def test_no_streets_for_residents_and_no_zones_no_compounds():
    drawing = Drawing({1: (0, 0), 2: (9, 0)}, [([1, 2], STREET)])
    network = drawing.network()
    assert network.access.tolist() == ["public"]
    assert len(network.walls.compounds) == len(network.walls.gates) == 0


@pytest.mark.parametrize("seed", range(8))
def test_every_residents_street_has_exactly_one_compound(seed):
    """Random segments; the west half of the land is a walled estate."""
    rng = np.random.default_rng(seed)
    n, s = 30, 40
    a, b = rng.integers(0, n, s), rng.integers(0, n, s)
    residents, way_id = rng.random(s) < 0.4, rng.integers(100, 999, s)
    xy = rng.uniform(0, 1000, (n, 2))
    owned = assign_streets(
        a, b, residents, np.zeros(s, bool), way_id, xy,
        zones({"way/5": shapely.box(0, 0, 400, 1000)}), NO_WALLS,
    )  # fmt: skip
    access = owned.access
    assert ((access == "public") == ~residents).all()
    assert set(access) - {"public"} <= set(owned.compounds.id)
    inside = residents & (((xy[a] + xy[b]) / 2)[:, 0] <= 400)
    assert (access[inside] == "way/5").all()
    of_estate = set(a[inside]) | set(b[inside])
    outside = np.flatnonzero(residents & ~inside)
    groups = nx.Graph(zip(a[outside].tolist(), b[outside].tolist(), strict=True))
    for group in nx.connected_components(groups):
        rows = outside[np.isin(a[outside], list(group))]
        metres = np.hypot(*(xy[b[rows]] - xy[a[rows]]).T).sum()
        is_stub = bool(group & of_estate) and metres <= STUB_M
        assert set(access[rows]) == {"way/5" if is_stub else f"way/{way_id[rows].min()}"}
