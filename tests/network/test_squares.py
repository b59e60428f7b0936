"""Squares are crossed straight between their entries, inside."""

from pathlib import Path

import numpy as np
import pytest

from planner.network import build_network
from planner.sources.osm.extract import load_osm
from tests.cities.drawing import FRAME, Drawing, minutes_between
from tests.judge.osm import load_pieces

PATH = "highway=footway"
SQUARE = "highway=pedestrian area=yes"

# A square of 100 m; paths come to the corners 1 and 3 and to the side at 6.
#
#            8
#            |
#      4 --- 3      side 2 - 3 is entered at 6 by 9, the corner 4 by nobody
#      |     6 - 9
#  7 - 1 --- 2
NODES = {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100), 6: (100, 40)}
NODES |= {7: (-50, 0), 8: (100, 150), 9: (150, 40)}
PATHS = [([7, 1], PATH), ([3, 8], PATH), ([6, 9], PATH)]
RING = [1, 2, 6, 3, 4, 1]


def lengths(network):
    """Return the metres of edge between every two nodes, by node ids, the shortest of each."""
    found = {}
    ends = np.stack([network.node_id[network.u], network.node_id[network.v]], axis=1)
    for pair, metres in zip(np.sort(ends, axis=1).tolist(), network.length_m, strict=True):
        found[tuple(pair)] = min(found.get(tuple(pair), np.inf), round(float(metres), 4))
    return found


def test_a_square_is_crossed_between_its_entries():
    network = Drawing(NODES, [*PATHS, (RING, SQUARE)]).network()
    straight = lengths(network)
    assert straight[1, 3] == round(np.hypot(100, 100), 4)
    assert straight[1, 6] == round(np.hypot(100, 40), 4)
    assert straight[3, 6] == 60  # along its side, once
    # 3 paths, 3 parts of the outline (1-2-6, 6-3, 3-4-1), 2 crossings
    assert network.n_edges == 8
    # 50 m to 1, 141.4 m across, 50 m to 8
    assert minutes_between(network, (-50, 0), (100, 150)) == pytest.approx(
        (100 + np.hypot(100, 100)) / 100, abs=1e-9
    )


def test_a_ring_that_is_no_square_is_walked_round():
    network = Drawing(NODES, [*PATHS, (RING, "highway=pedestrian")]).network()
    assert network.n_edges == 6
    assert (1, 3) in lengths(network)
    assert lengths(network)[1, 3] == 200  # over 4


def test_a_ring_of_paths_in_a_square_ends_nowhere():
    """A flower bed that one walks round, 10-11-12, begins at 10: nothing leads from there."""
    bed = {10: (40, 40), 11: (60, 40), 12: (50, 60)}
    ring = ([10, 11, 12, 10], PATH)
    network = Drawing(NODES | bed, [*PATHS, (RING, SQUARE), ring]).network()
    assert [pair for pair in lengths(network) if 10 in pair and min(pair) < 10] == []
    spoke = ([10, 11], PATH)  # the same node as the end of a path is an entry
    network = Drawing(NODES | bed, [*PATHS, (RING, SQUARE), spoke]).network()
    assert lengths(network)[1, 10] == round(np.hypot(40, 40), 4)


def test_a_crossing_stays_inside():
    """An L: 1 at one tip and 3 at the other do not see each other past the inner corner 5.

    6 --- 4(3)
    |     |
    |  5 -+        1 (0, 0), 2 (100, 0), 3 (100, 20), 5 (20, 20), 4 (20, 100), 6 (0, 100)
    |  |
    1 --- 2
    """
    nodes = {1: (0, 0), 2: (100, 0), 3: (100, 20), 5: (20, 20), 4: (20, 100), 6: (0, 100)}
    nodes |= {12: (150, 0), 14: (20, 150), 11: (-50, 0)}
    ways = [([1, 2, 3, 5, 4, 6, 1], SQUARE), ([2, 12], PATH), ([4, 14], PATH), ([1, 11], PATH)]
    straight = lengths(Drawing(nodes, ways).network())
    assert (2, 4) not in straight or straight[2, 4] >= 180
    assert straight[1, 4] == round(np.hypot(20, 100), 4)  # 4 is in sight of 1 within the upper arm


def test_two_squares_that_share_a_side_are_entered_from_each_other():
    """1 - 2 - 3 over 4 - 5 - 6: two squares with the side 2 - 5; nothing else leads there."""
    nodes = {1: (0, 100), 2: (100, 100), 3: (200, 100), 4: (0, 0), 5: (100, 0), 6: (200, 0)}
    nodes |= {7: (0, 150), 8: (200, -50)}
    ways = [([1, 2, 5, 4, 1], SQUARE), ([2, 3, 6, 5, 2], SQUARE), ([1, 7], PATH), ([6, 8], PATH)]
    straight = lengths(Drawing(nodes, ways).network())
    assert straight[1, 5] == straight[2, 6] == round(np.hypot(100, 100), 4)


def test_a_square_with_one_entry_is_not_crossed():
    network = Drawing(NODES, [PATHS[0], (RING, SQUARE)]).network()
    assert network.n_edges == 2


def test_a_square_of_a_relation_is_crossed_past_its_fountain(tmp_path):
    """The outer ring is two ways; the fountain in the middle hides corner 3 from corner 1."""
    nodes = {**NODES, 20: (40, 40), 21: (60, 40), 22: (60, 60), 23: (40, 60)}
    outer = [([1, 2, 6, 3], "", 50), ([3, 4, 1], "", 51)]
    fountain = [([20, 21, 22, 23, 20], "natural=water", 52)]
    relation = [([50, 51, 52], "type=multipolygon highway=pedestrian")]
    drawing = Drawing(nodes, [*PATHS, *outer, *fountain], relation)
    path = drawing.write(tmp_path / "fountain.osm.pbf")
    straight = lengths(build_network(load_osm(path).ways, FRAME))
    assert straight[1, 6] == pytest.approx(np.hypot(100, 40), abs=0.03)  # 7 decimals of degrees
    assert straight[1, 3] == pytest.approx(200, abs=0.03)  # over 4, not across
    without = Drawing(NODES, [*PATHS, *outer], [([50, 51], relation[0][1])])
    path = without.write(tmp_path / "plain.osm.pbf")
    straight = lengths(build_network(load_osm(path).ways, FRAME))
    assert straight[1, 3] == pytest.approx(np.hypot(100, 100), abs=0.03)


def test_an_outline_that_crosses_itself_is_no_fault():
    nodes = {**NODES, 2: (100, 100), 3: (100, 0)}  # a bow tie
    network = Drawing(nodes, [*PATHS, ([1, 2, 3, 4, 1], SQUARE)]).network()
    assert network.n_edges >= 5
    flat = {**NODES, 2: (50, 0), 3: (100, 0), 4: (25, 0), 6: (75, 0)}
    network = Drawing(flat, [*PATHS, (RING, SQUARE)]).network()
    assert np.isfinite(network.length_m).all()


@pytest.mark.parametrize("seed", range(10))
def test_crossings_are_those_of_the_judge(tmp_path, seed):
    """Draw a star-shaped square, entered at some corners, and a neighbour that shares a corner."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 12))
    angle = np.sort(rng.uniform(0, 2 * np.pi, n))
    radius = rng.uniform(20, 100, n)
    corner = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).round(3)
    nodes = {k + 1: tuple(xy) for k, xy in enumerate(corner.tolist())}
    ways = [([*range(1, n + 1), 1], SQUARE, 100)]
    for k in range(1, n + 1):
        if rng.random() < 0.6:
            nodes[100 + k] = tuple(1.5 * corner[k - 1])
            ways.append(([k, 100 + k], PATH, 200 + k))
    nodes |= {51: (300.0, 0.0), 52: (300.0, 90.0)}
    ways.append(([1, 51, 52, 1], "public_transport=platform", 300))
    path = Drawing(nodes, ways).write(Path(tmp_path) / "star.osm")
    network = build_network(load_osm(path).ways, FRAME)
    pieces = load_pieces(path, FRAME)
    total_m = np.hypot(pieces.bx - pieces.ax, pieces.by - pieces.ay).sum()
    assert network.length_m.sum() == pytest.approx(total_m, abs=1e-6)
