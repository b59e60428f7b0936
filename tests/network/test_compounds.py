"""Residents-only streets belong to one compound each."""

import numpy as np
import pytest
import shapely

from planner.network.compounds import name_compounds
from tests.drawing import Drawing

STREET = "highway=residential"
PRIVATE = "highway=service access=private"

# Public 1 - 2 - 3 along the x axis; way 30 and way 20 make one estate at 2, way 25 one at 3.
#
#      5 - 6     8
#      |         |
#  1 - 2 ------- 3
NODES = {1: (0, 0), 2: (100, 0), 3: (300, 0), 5: (100, 80), 6: (180, 80), 8: (300, 90)}
ESTATES = Drawing(
    NODES,
    [
        ([1, 2, 3], STREET, 10),
        ([2, 5], PRIVATE, 30),
        ([5, 6], PRIVATE, 20),
        ([3, 8], PRIVATE, 25),
    ],
)


def access_by_way(network):
    return dict(zip(network.osm_id.tolist(), network.access.tolist(), strict=True))


def test_a_connected_group_is_named_after_its_smallest_way():
    network = ESTATES.network()
    access = dict(
        zip(
            map(frozenset, np.stack([network.node_id[network.u], network.node_id[network.v]], 1)),
            network.access,
            strict=True,
        )
    )
    assert access == {
        frozenset({1, 2}): "public",
        frozenset({2, 3}): "public",
        frozenset({2, 6}): "way/20",  # 2 - 5 - 6 is one chain
        frozenset({3, 8}): "way/25",
    }


def test_a_walled_polygon_owns_the_streets_inside():
    wall = shapely.box(90, 10, 200, 100)
    assert access_by_way(ESTATES.network(walled={"way/900": wall})) == {
        10: "public",
        20: "way/900",
        25: "way/25",
    }


def test_public_streets_inside_a_wall_stay_public():
    network = ESTATES.network(walled={"way/900": shapely.box(-500, -500, 500, 500)})
    assert access_by_way(network) == {10: "public", 20: "way/900", 25: "way/900"}


def test_a_group_is_cut_where_it_leaves_its_wall():
    """Way 20 runs on outside the wall: its rest is a group of its own."""
    network = ESTATES.network(walled={"way/900": shapely.box(90, 10, 110, 70)})
    assert sorted(network.access.tolist()) == ["public", "public", "way/20", "way/25", "way/900"]


def test_of_walls_that_overlap_the_first_by_name_owns():
    one, two = shapely.box(90, 10, 200, 100), shapely.box(80, 0, 210, 110)
    for walled in ({"a": one, "b": two}, {"b": two, "a": one}):
        assert access_by_way(ESTATES.network(walled=walled))[20] == "a"


def test_no_residents_no_compounds():
    a, b = np.array([0]), np.array([1])
    xy = np.array([[0.0, 0.0], [9.0, 0.0]])
    access = name_compounds(
        a, b, np.array([False]), np.array([7]), xy, {"w": shapely.box(0, 0, 9, 9)}
    )
    assert access.tolist() == ["public"]


@pytest.mark.parametrize("seed", range(5))
def test_every_residents_street_has_exactly_one_compound(seed):
    rng = np.random.default_rng(seed)
    n, s = 30, 40
    a, b = rng.integers(0, n, s), rng.integers(0, n, s)
    residents, way_id = rng.random(s) < 0.4, rng.integers(100, 999, s)
    xy = rng.uniform(0, 1000, (n, 2))
    walled = {"way/5": shapely.box(0, 0, 400, 400)}
    access = name_compounds(a, b, residents, way_id, xy, walled)
    assert ((access == "public") == ~residents).all()
    inside = ((xy[a] + xy[b]) / 2 <= 400).all(axis=1)
    assert (access[residents & inside] == "way/5").all()
    for k in np.flatnonzero(residents & ~inside):
        touching = residents & ~inside & (
            np.isin(a, [a[k], b[k]]) | np.isin(b, [a[k], b[k]])
        )  # fmt: skip
        assert set(access[touching]) == {access[k]}
