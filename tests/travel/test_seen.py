"""What is walked to from a street beside walls, noted when it is asked first."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import shapely

from planner.example import load_example
from planner.travel._grids import grid_of_lines
from planner.travel.canvas import prepare_canvas
from planner.travel.compiled.arrays import Lines
from planner.travel.compiled.lattice import BLOCK, CELL_M
from planner.travel.compiled.parted import part_neighbours
from planner.travel.isochrones import isochrones


@pytest.fixture(scope="module")
def canvas():
    return prepare_canvas(load_example().network)


def drawn(canvas):
    stations = load_example().facilities
    return isochrones(canvas, stations, cutoffs_minutes=[2, 5, 10]).geometry


def test_noted_or_asked_anew_it_is_the_same(canvas):
    first, again = drawn(canvas), drawn(canvas)
    assert canvas.seen.blocks.any(), "no street of the example stands beside a wall"
    assert first.to_wkb().equals(again.to_wkb())
    nothing = canvas.seen._replace(slant=np.full_like(canvas.seen.slant, np.inf))
    anew = drawn(replace(canvas, seen=nothing))
    apart = shapely.symmetric_difference(first.to_numpy(), anew.to_numpy())
    # Asked of a part of a street, not of the whole, places differ by rounding alone.
    assert shapely.area(apart).max() < 1.0


def test_between_which_neighbours_a_barrier_may_stand():
    """A wall along x = 40 m, from y = 20 to 50: between the points at 32 and 48 m."""
    ends = np.array([[40.0, 20.0, 40.0, 50.0]])
    parted = part_neighbours(Lines(ends, grid_of_lines(ends, 50.0)), CELL_M)
    assert (parted.row, parted.column) == (0, 0)
    marked = np.argwhere((parted.bits[0, 0] >> np.arange(BLOCK * BLOCK)) & 1).ravel()
    # Rows 2 (32 m) and 3 (48 m), column 2 (32 m).
    assert [(k // BLOCK, k % BLOCK) for k in marked] == [(2, 2), (3, 2)]


def test_each_block_lists_the_barriers_in_it_once():
    """A wall in the first block, 64 m wide, and one from x = 44 to 100 m that leads into the next.

    At y = 40 m the second stands between the points at 32 and 48 m of the columns at 48, 64, 80 and
    96 m, the first of which belongs to the first block.
    """
    ends = np.array([[40.0, 20.0, 40.0, 50.0], [44.0, 40.0, 100.0, 40.0]])
    parted = part_neighbours(Lines(ends, grid_of_lines(ends, 50.0)), CELL_M)
    assert parted.bits.shape == (1, 2)
    assert [parted.barrier[a:b].tolist() for a, b in pairwise(parted.starts)] == [[0, 1], [1]]


def test_a_slanted_barrier_parts_those_alone_between_whom_it_leads():
    """From (4, 4) to (44, 24) it climbs 1 m every 2: at y = 16 x is 28, at x = 16 y is 10."""
    ends = np.array([[4.0, 4.0, 44.0, 24.0]])
    parted = part_neighbours(Lines(ends, grid_of_lines(ends, 50.0)), CELL_M)
    marked = np.argwhere((parted.bits[0, 0] >> np.arange(BLOCK * BLOCK)) & 1).ravel()
    # (16, 0) and (16, 16); (16, 16) and (32, 16); (32, 16) and (32, 32), between which it is at 18.
    assert [(k // BLOCK, k % BLOCK) for k in marked] == [(0, 1), (1, 1), (1, 2)]


def test_on_a_lattice_point_it_stands_on_both_sides():
    ends = np.array([[32.0, 16.0, 32.0, 16.0]])
    parted = part_neighbours(Lines(ends, grid_of_lines(ends, 50.0)), CELL_M)
    marked = np.argwhere((parted.bits[0, 0] >> np.arange(BLOCK * BLOCK)) & 1).ravel()
    # South and north of it, west and east.
    assert [(k // BLOCK, k % BLOCK) for k in marked] == [(0, 2), (1, 1), (1, 2)]


def test_without_barriers_no_neighbours_are_parted():
    none = np.empty((0, 4))
    assert part_neighbours(Lines(none, grid_of_lines(none, 50.0)), CELL_M).bits.size == 0
