"""Which barriers stand near a place, a street or a block of the lattice, by asking each one."""

import numpy as np
import pytest
import shapely

from planner.travel._grids import grid_of_lines
from planner.travel.compiled.arrays import Lines
from planner.travel.compiled.barriers import is_clear, is_clear_of, write_barriers_round
from planner.travel.compiled.barriers_beside import find_barriers_between, list_barriers_beside
from planner.travel.compiled.lattice import first_unfinished

SIDE = 48.0


def barriers_of(seed, number=40, span=300.0, longest=120.0):
    """Draw straight barriers in a square of `span` metres."""
    random = np.random.default_rng(seed)
    start = random.uniform(0, span, (number, 2))
    ends = np.hstack([start, start + random.uniform(-longest, longest, (number, 2))])
    return Lines(ends, grid_of_lines(ends, 50.0))


def room_of(barriers):
    """Make the working arrays of a search for barriers."""
    n = len(barriers.ends)
    return np.zeros(n + 1, dtype=np.int64), np.empty(n, dtype=np.int64), np.empty((n, 4))


@pytest.mark.parametrize("seed", range(4))
def test_barriers_beside_a_street_are_those_within_reach(seed):
    barriers = barriers_of(seed)
    lines = barriers_of(seed + 100, number=15).ends
    starts, listed = list_barriers_beside(lines, 60.0, barriers)
    walls = shapely.linestrings(barriers.ends.reshape(-1, 2, 2))
    for k, line in enumerate(shapely.linestrings(lines.reshape(-1, 2, 2))):
        near = np.flatnonzero(shapely.distance(line, walls) <= 60.0)
        assert sorted(listed[starts[k] : starts[k + 1]]) == near.tolist()


@pytest.mark.parametrize("seed", range(4))
def test_legs_ask_those_near_their_place_and_hear_the_same(seed):
    barriers = barriers_of(seed)
    met, found, near = room_of(barriers)
    random = np.random.default_rng(seed)
    answers = set()
    for x, y in random.uniform(0, 300, (10, 2)):
        n = write_barriers_round(x, y, 100.0, barriers, met, found, near)
        here = np.arange(len(near))
        for angle, length in random.uniform((0, 0), (6.3, 100), (20, 2)):
            to_x, to_y = x + length * np.cos(angle), y + length * np.sin(angle)
            clear = is_clear(x, y, to_x, to_y, barriers)
            assert is_clear_of(x, y, to_x, to_y, near, here, n) == clear
            answers.add(clear)
    assert answers == {True, False}


def walks(street, left, low):
    """Return walks from five places of a street to the 16 points of a block."""
    share = np.linspace(0, 1, 5)[:, None]
    places = np.array(street[:2]) * (1 - share) + np.array(street[2:]) * share
    points = np.stack(np.meshgrid(left + 16.0 * np.arange(4), low + 16.0 * np.arange(4)), axis=-1)
    return [(*a, *b) for a in places for b in points.reshape(-1, 2)]


def test_a_wall_across_every_walk_parts_a_street_from_a_block():
    #            y = 60 ======== wall ========
    #   street along y = 0 from x = 0 to 40, the block from (0, 100) to (48, 148)
    here = np.empty(1, dtype=np.int64)
    for wall, answer in (
        ((-100.0, 60.0, 200.0, 60.0), -1),
        ((-100.0, 60.0, 30.0, 60.0), 1),  # it ends amid the walks
        ((-100.0, 160.0, 200.0, 160.0), 0),  # behind the block
        ((-100.0, 120.0, 200.0, 120.0), 1),  # through the block
        ((0.0, 0.0, 40.0, 0.0), 1),  # the street runs along it: it is touched
    ):
        near = np.array([wall])
        found = find_barriers_between(0.0, 0.0, 40.0, 0.0, 0.0, 100.0, SIDE, near, 1, here)
        assert found == answer


@pytest.mark.parametrize("seed", range(20))
def test_what_is_left_out_stands_across_no_walk_and_what_parts_across_all(seed):
    barriers = barriers_of(seed, number=12)
    random = np.random.default_rng(seed)
    street = (*random.uniform(0, 300, 2), *random.uniform(0, 300, 2))
    left, low = random.uniform(0, 250, 2)
    here = np.empty(len(barriers.ends), dtype=np.int64)
    n = find_barriers_between(*street, left, low, SIDE, barriers.ends, len(barriers.ends), here)
    order = np.arange(len(barriers.ends))
    for walk in walks(street, left, low):
        clear = is_clear_of(*walk, barriers.ends, order.copy(), len(order))
        if n < 0:
            assert not clear
        else:
            assert is_clear_of(*walk, barriers.ends, here.copy(), n) == clear


def test_finished_blocks_are_passed_over():
    row = np.array([[0, 2, 3, 3, 4, 5]], dtype=np.int32)  # blocks 1 and 2 are deep
    assert [first_unfinished(row, 0, column) for column in range(6)] == [0, 3, 3, 3, 4, 5]
    # What was met on the way leads straight there.
    assert row.tolist() == [[0, 3, 3, 3, 4, 5]]
