"""Eliminated nodes, and sweeps over them, beside plain searches."""

import numpy as np
import pytest

from planner.travel.access import join
from planner.travel.compiled.arrays import Heap, Rows
from planner.travel.compiled.elimination import MOST_NEIGHBOURS, eliminate_nodes
from planner.travel.compiled.search import find_reached, search
from planner.travel.compiled.sweeps import AT_A_TIME, find_all_reached
from planner.travel.streets import prepare_streets
from tests.cities.drawing import ACCESS, WALKER, Drawing


def rows_of(n, ways):
    """List ways (from, to, minutes) by where they begin."""
    ways = sorted(ways)
    tail, head, minutes = (np.array([way[k] for way in ways]) for k in range(3))
    starts = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=n))])
    return Rows(starts.astype(np.int64), head.astype(np.int64), minutes.astype(np.float64))


def from_each(rows):
    """Return the minutes from every node to every other, each by a plain search."""
    n = len(rows.starts) - 1
    found = np.full((n, n), np.inf)
    for node in range(n):
        heap = Heap(np.empty(len(rows.minutes) + 2), np.empty(len(rows.minutes) + 2, np.int64))
        room = np.empty(n, np.int64), np.empty(n, np.int64), heap
        search(rows, np.array([node]), np.zeros(1), np.inf, found[node], *room)
    return found


def from_each_by_rank(eliminated):
    """Return the same from the rows of eliminated nodes and of the rest, in plain Python."""
    n, gone = len(eliminated.rank), len(eliminated.starts) - 1
    found = np.full((n, n), np.inf)
    np.fill_diagonal(found, 0.0)
    for node in range(gone):
        for k in range(eliminated.starts[node], eliminated.starts[node + 1]):
            above = eliminated.neighbour[k]
            assert above > node
            found[:, above] = np.minimum(found[:, above], found[:, node] + eliminated.ahead[k])
    found[:, gone:] = (found[:, gone:, None] + from_each(eliminated.core)).min(
        axis=1, initial=np.inf
    )
    for node in range(gone - 1, -1, -1):
        for k in range(eliminated.starts[node], eliminated.starts[node + 1]):
            above = found[:, eliminated.neighbour[k]]
            found[:, node] = np.minimum(found[:, node], above + eliminated.back[k])
    return found[np.ix_(eliminated.rank, eliminated.rank)]


def test_a_ring_of_three():
    """0 --1-- 1 --2-- 2, and from 2 to 0 in 2.5 on a one-way street.

    Whichever node goes first, the two others keep their minutes: 2 and 2 between 1 and 2, as the
    way over 0 takes 3.5.
    """
    rows = rows_of(3, [(0, 1, 1.0), (1, 0, 1.0), (1, 2, 2.0), (2, 1, 2.0), (2, 0, 2.5)])
    eliminated = eliminate_nodes(rows)
    assert sorted(eliminated.rank) == [0, 1, 2]
    assert len(eliminated.core.neighbour) == 0
    # Of the triangle's three sides each stands once, two of them at the node that goes first.
    assert eliminated.starts.tolist() == [0, 2, 3, 3]
    np.testing.assert_array_equal(
        from_each_by_rank(eliminated), [[0, 1, 3], [1, 0, 2], [2.5, 2, 0]]
    )


@pytest.mark.parametrize("n_ways", [0, 30, 60, 120, 900])
@pytest.mark.parametrize("seed", range(4))
def test_minutes_of_random_graphs(seed, n_ways):
    """One-way and two-way, parallel ways, loops, parts that nothing joins; the last is dense."""
    rng = np.random.default_rng(seed)
    n = 40
    tail, head = rng.integers(n, size=(2, n_ways))
    minutes = rng.choice([0.0, 0.5, 1.0, 1.7, 2.3], size=n_ways)
    ways = list(zip(tail, head, minutes, strict=True))
    ways += [(b, a, m) for a, b, m in ways[::2]]
    rows = rows_of(n, ways) if ways else Rows(np.zeros(n + 1, np.int64), tail, minutes)
    eliminated = eliminate_nodes(rows)
    assert sorted(eliminated.rank) == list(range(n))
    left = n - (len(eliminated.starts) - 1)
    assert left == 0 if n_ways <= 30 else left > MOST_NEIGHBOURS or n_ways < 900
    np.testing.assert_allclose(from_each_by_rank(eliminated), from_each(rows), rtol=0, atol=1e-9)


@pytest.mark.parametrize("n_nodes", [4, MOST_NEIGHBOURS + 6])
def test_sweeps_say_what_searches_do(n_nodes):
    """Streets from each node to each other, without junctions: of many nodes some are left."""
    rng = np.random.default_rng(3)
    nodes = {k: tuple(rng.uniform(0, 2000, 2).round(1)) for k in range(n_nodes)}
    ways = [([a, b], "highway=residential") for a in nodes for b in nodes if a < b]
    ways += [([a, 1000 + a], "highway=steps") for a in nodes]
    nodes |= {1000 + k: (x + 90.0, y) for k, (x, y) in nodes.items()}
    streets = prepare_streets(Drawing(nodes, ways).network(), WALKER, ACCESS)
    eliminated = eliminate_nodes(streets.graph.rows)
    assert (len(eliminated.core.starts) > 1) == (n_nodes > MOST_NEIGHBOURS)
    n = AT_A_TIME + 5
    starts = join(streets, rng.uniform(-50, 2050, (n, 2)))
    ends = join(streets, rng.uniform(-50, 2050, (60, 2)), reached=True)
    asked = starts.points, ends.points, ends.lookup, streets.nearby
    expected = find_reached(streets.graph.rows, *asked, np.inf, 2, n)
    found = find_all_reached(eliminated, *asked, 2, n)
    np.testing.assert_array_equal(found[0], expected[0])
    np.testing.assert_array_equal(found[1], expected[1])
    np.testing.assert_allclose(found[2], expected[2], rtol=0, atol=1e-9)
    assert len(found[1]) > 50
