"""Footpaths added to a network."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from planner.errors import NetworkError
from planner.network import build_network
from planner.network.links import Links, add_links
from planner.network.surroundings import find_surroundings
from planner.network.walk_network import PUBLIC
from planner.network.walls import RESIDENTS
from planner.sources.osm.extract import load_osm
from tests.cities.drawing import FRAME, Drawing, minutes_between
from tests.cities.estates_drawing import TWINS

# Two streets, joined at x = 1000 only.
#
#   3 ----------- 4    y = 300
#                 |
#   1 ----------- 2    y = 0
LADDER = Drawing(
    {1: (0, 0), 2: (1000, 0), 3: (0, 300), 4: (1000, 300)},
    [([1, 2], "highway=residential"), ([3, 4], "highway=residential"),
     ([2, 4], "highway=footway")],
)  # fmt: skip


def links(*rows, access=PUBLIC):
    """Make links of (edge, metres along, edge, metres along)."""
    return Links(
        id=np.array([f"link {k}" for k in range(len(rows))], dtype=object),
        access=np.full(len(rows), access, dtype=object),
        edge=np.array([[row[0], row[2]] for row in rows], dtype=np.int64).reshape(-1, 2),
        along_m=np.array([[row[1], row[3]] for row in rows], dtype=float).reshape(-1, 2),
    )


def edge_at(network, x, y):
    """Return the edge nearest to a place, and the metres along it."""
    edge = int(np.argmin(shapely.distance(network.lines, shapely.Point(x, y))))
    return edge, float(network.lines[edge].project(shapely.Point(x, y)))


def between(network, *places, access=PUBLIC):
    """Make links between pairs of places (x1, y1, x2, y2) on streets."""
    rows = [(*edge_at(network, *p[:2]), *edge_at(network, *p[2:])) for p in places]
    return links(*rows, access=access)


def twins(tmp_path: Path):
    extract = load_osm(TWINS.write(tmp_path / "drawn.osm"))
    return build_network(extract.ways, FRAME, around=find_surroundings(extract, FRAME))


def test_a_link_cuts_the_edges_it_starts_from():
    network = LADDER.network()
    linked = add_links(network, between(network, (200, 0, 250, 300)))
    assert linked.n_nodes == network.n_nodes + 2
    assert linked.n_edges == network.n_edges + 3
    assert linked.length_m.sum() == pytest.approx(network.length_m.sum() + np.hypot(50, 300))
    assert (linked.node_id[: network.n_nodes] == network.node_id).all()
    assert linked.node_id[network.n_nodes :].tolist() == [-1, -2]
    assert linked.highway[-1] == "footway"
    assert linked.elevated[-1]  # met at its ends only
    assert linked.osm_id[-1] == -1


def test_cutting_edges_where_a_link_ends_changes_no_minutes():
    network = LADDER.network()
    linked = add_links(network, between(network, (1000, 100, 1000, 200)))
    for ends in (((100, 10), (900, 320)), ((990, 150), (10, 0))):
        assert minutes_between(linked, *ends) == pytest.approx(minutes_between(network, *ends))


def test_a_link_is_walked():
    network = LADDER.network()
    # At a hundred metres a minute: 800 + 300 + 800 m round, 300 m by the link.
    assert minutes_between(network, (200, 0), (200, 300)) == pytest.approx(19)
    linked = add_links(network, between(network, (200, 0, 200, 300)))
    assert minutes_between(linked, (200, 0), (200, 300)) == pytest.approx(3)


def test_who_lives_beside_a_link_meets_it_only_if_asked():
    network = LADDER.network()
    link = between(network, (200, 0, 200, 300))
    assert np.isinf(minutes_between(add_links(network, link), (200, 150), (0, 0)))
    along = add_links(network, link, met_along=True)
    assert not along.elevated[-1]
    assert minutes_between(along, (200, 150), (0, 0)) == pytest.approx(3.5)


def test_several_links_from_one_edge_and_from_one_place():
    network = LADDER.network()
    places = [(600, 0, 600, 300), (200, 0, 100, 300), (200, 0, 300, 300)]
    linked = add_links(network, between(network, *places))
    assert linked.n_nodes == network.n_nodes + 5
    for x1, y1, x2, y2 in places:
        metres = np.hypot(x2 - x1, y2 - y1)
        assert minutes_between(linked, (x1, y1), (x2, y2)) == pytest.approx(metres / 100)


def test_bends_stay_with_the_part_they_are_on():
    bent = Drawing(
        {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 200), 5: (0, 300)},
        [([1, 2, 3], "highway=residential"), ([4, 5], "highway=residential")],
    )
    network = bent.network()
    linked = add_links(network, between(network, (100, 50, 0, 250)))
    assert sorted(len(line.coords) for line in linked.lines) == [2, 2, 2, 2, 3]
    assert linked.length_m.sum() == pytest.approx(300 + np.hypot(100, 200))


def test_a_link_ends_at_a_node_that_is_there():
    network = LADDER.network()
    edge, _ = edge_at(network, 500, 0)
    other, _ = edge_at(network, 500, 300)
    linked = add_links(network, links((edge, 0.0, other, 0.0)))
    assert linked.n_nodes == network.n_nodes
    assert linked.n_edges == network.n_edges + 1


def test_islands_are_islands_no_more():
    # 5.1 km of street and a piece of 100 m beside it.
    apart = Drawing({1: (0, 0), 2: (5100, 0), 3: (0, 50), 4: (100, 50)},
                    [([1, 2], "highway=residential"), ([3, 4], "highway=residential")])  # fmt: skip
    network = apart.network()
    assert network.island.sum() == 1
    assert not add_links(network, between(network, (50, 0, 50, 50))).island.any()


def test_a_compound_gets_a_gate_where_its_link_meets_a_street(tmp_path: Path):
    network = twins(tmp_path)
    west = network.walls.compounds.id[0]
    link = between(network, (100, 50, 50, 0), access=west)
    linked = add_links(network, link)
    old, new = network.walls.gates, linked.walls.gates
    assert len(new) == len(old) + 1
    assert (new.node[: len(old)] == old.node).all()
    assert new.gate_id[-1] == "link 0"
    assert linked.xy[new.node[-1]] == pytest.approx([50, 0], abs=0.02)
    assert (new.passes[-1], bool(new.mapped[-1])) == (RESIDENTS, True)
    assert new.compound[-1] == 0
    # A public one meets the compound's street instead.
    public = add_links(network, between(network, (100, 50, 50, 0)))
    assert public.xy[public.walls.gates.node[-1]] == pytest.approx([100, 50], abs=0.02)


def test_a_link_within_a_compound_needs_no_gate(tmp_path: Path):
    network = twins(tmp_path)
    link = between(network, (100, 50, 150, 100), access=network.walls.compounds.id[0])
    assert len(add_links(network, link).walls.gates) == len(network.walls.gates)


def test_nothing_to_add_changes_nothing():
    network = LADDER.network()
    assert add_links(network, links()) is network


def test_faults_are_told():
    network = LADDER.network()
    with pytest.raises(NetworkError, match="an edge that does not exist"):
        add_links(network, links((0, 1.0, 99, 1.0)))
    with pytest.raises(NetworkError, match="link 0 joins a place with itself"):
        add_links(network, links((0, 5.0, 0, 5.0)))
    with pytest.raises(NetworkError, match="way/7, which is no compound"):
        add_links(network, links((0, 5.0, 1, 5.0), access="way/7"))
