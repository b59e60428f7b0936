"""The index of lines by cells: complete, and its memory does not follow the extent."""

import numpy as np
import pytest

from planner.travel._grids import _MAX_CELLS, _MAX_ENTRIES, grid_of_lines, grid_of_points


def cells_of(grid, item):
    """Return the (column, row) of every cell that lists an item."""
    cells = np.searchsorted(grid.starts, np.flatnonzero(grid.items == item), side="right") - 1
    return {divmod(int(cell), grid.frame[3])[::-1] for cell in cells}


def test_a_line_stands_in_every_cell_it_crosses():
    rng = np.random.default_rng(4)
    ends = rng.uniform(0, 50_000, (40, 4))
    ends[20:, 2:] = ends[20:, :2] + rng.uniform(-300, 300, (20, 2))
    grid = grid_of_lines(ends, 100.0)
    x0, y0, cell, *_ = grid.frame
    for item, (x1, y1, x2, y2) in enumerate(ends):
        share = np.linspace(0.0, 1.0, 5001)
        columns = ((x1 + share * (x2 - x1) - x0) / cell).astype(int)
        rows = ((y1 + share * (y2 - y1) - y0) / cell).astype(int)
        assert set(zip(columns.tolist(), rows.tolist(), strict=True)) <= cells_of(grid, item)
        assert len(cells_of(grid, item)) < 40_000  # the box of a long one has up to 250,000


@pytest.mark.parametrize("wide_m", [1e5, 6e5])
def test_memory_is_bounded_however_wide_the_land(wide_m):
    rng = np.random.default_rng(5)
    grid = grid_of_lines(rng.uniform(0, wide_m, (2000, 4)), 50.0)
    assert len(grid.starts) <= 1.01 * _MAX_CELLS
    assert len(grid.items) <= 2 * _MAX_ENTRIES


def test_points_and_nothing():
    grid = grid_of_points(np.array([(0.0, 0.0), (250.0, 50.0)]), 100.0)
    assert cells_of(grid, 0) == {(0, 0)}
    assert cells_of(grid, 1) == {(2, 0)}
    assert len(grid_of_points(np.empty((0, 2)), 100.0).items) == 0


@pytest.mark.parametrize("cell_m", [0.1, 7.3, 33.3, 100.0])
def test_a_place_on_the_far_rim_stands_in_a_cell(cell_m):
    """The rim lies a whole number of cells away, and 1.0 / 0.1 and 239.76 / 33.3 round up."""
    rims = cell_m * np.arange(1, 200)
    for rim in rims:
        grid = grid_of_points(np.array([(0.0, 0.0), (rim, rim)]), cell_m)
        assert len(cells_of(grid, 1)) == 1, rim
