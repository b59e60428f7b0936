"""Outlines of depths: by hand, and beside contourpy, which traces the same lines."""

from itertools import pairwise

import contourpy
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from planner.travel.compiled.arrays import Frame, Grid, Lattice, Lines, Parted
from planner.travel.compiled.lattice import BLOCK, DEEP, FAR, FILLED, NEAR
from planner.travel.compiled.outlines import bring_together, trace
from planner.travel.outline_polygons import polygons_of
from tests.samples import examples

X0, Y0, CELL = 1000.0, 2000.0, 16.0
LATTICE = Lattice(X0, Y0, CELL)
NOTHING = np.empty(0, dtype=np.int64)
EMPTY_GRID = Grid(Frame(0.0, 0.0, 1.0, 1, 1), np.zeros(2, dtype=np.int64), NOTHING)
NO_BARRIERS = Lines(np.empty((0, 4)), EMPTY_GRID)
NOT_PARTED = Parted(np.zeros((0, 0), dtype=np.int32), 0, 0, np.zeros(1, dtype=np.int64), NOTHING)


def outline(depth, deep=DEEP):
    """Trace a field given by rows, from south to north; its sides are multiples of a block.

    deep : the state of blocks that are deep all over.
    """
    rows, columns = (n // BLOCK for n in depth.shape)
    field = depth.reshape(rows, BLOCK, columns, BLOCK).swapaxes(1, 2).reshape(rows, columns, -1)
    least, most = field.min(axis=2), field.max(axis=2)
    state = np.select([least >= CELL, most <= -2 * CELL], [deep, FAR], NEAR).astype(np.int8)
    field[state == FAR] = np.nan  # nobody has written there
    seen = np.zeros(depth.shape, dtype=np.int32)
    field = np.ascontiguousarray(field)
    points, ends, polygon_of = np.empty((2, 2)), [0], [0]
    points, _, n_polygons = trace(
        field, state, seen, LATTICE, NO_BARRIERS, NOT_PARTED, points, 0, ends, polygon_of, 0
    )
    bands = np.array([0, n_polygons])
    return polygons_of(bring_together(points, ends, polygon_of, n_polygons, bands))[0]


def contoured(depth):
    x, y = X0 + CELL * np.arange(depth.shape[1]), Y0 + CELL * np.arange(depth.shape[0])
    generator = contourpy.contour_generator(x, y, depth, fill_type="OuterOffset")
    parts = zip(*generator.filled(0.0, 1e9), strict=True)
    polygons = []
    for points, offsets in parts:
        rings = [np.round(points, 3)[a:b] for a, b in pairwise(offsets)]
        polygons.append(shapely.Polygon(rings[0], rings[1:]))
    return shapely.MultiPolygon(polygons)


def picture(*rows):
    """Depth from a drawing, north first: # is inside; a margin of a block all round."""
    inside = np.array([[mark == "#" for mark in row] for row in rows])[::-1]
    size = [-n % BLOCK for n in inside.shape]
    inside = np.pad(inside, [(BLOCK, BLOCK + size[0]), (BLOCK, BLOCK + size[1])])
    return np.where(inside, 8.0, -8.0)


@pytest.mark.parametrize("deep", [DEEP, FILLED], ids=["without values", "with values"])
def test_the_outline_runs_between_a_block_that_is_deep_and_one_that_is_far(deep):
    depth = np.full((12, 16), -2 * CELL)
    depth[4:8, 4:8] = depth[4:8, 12:16] = CELL
    depth = np.pad(depth, [(0, 0), (0, BLOCK)], constant_values=-2 * CELL)
    found = outline(depth, deep)
    assert len(found.geoms) == 2
    assert shapely.equals_exact(found.normalize(), contoured(depth).normalize(), 1e-3)


def test_holes_belong_to_the_polygon_round_them():
    found = outline(
        picture(
            "#######...",
            "#.....#...",
            "#.###.#.##",
            "#.#.#.#.##",
            "#.###.#...",
            "#.....#...",
            "#######...",
        )
    )
    assert [len(part.interiors) for part in found.geoms] == [1, 1, 0]
    assert shapely.is_valid(found)
    assert all(part.exterior.is_ccw for part in found.geoms)
    assert not any(hole.is_ccw for part in found.geoms for hole in part.interiors)


def test_the_outline_lies_where_the_depth_is_zero():
    depth = picture("#")
    depth[BLOCK, BLOCK + 1] = -24.0  # the point east of it: 8 against 24 metres
    at = X0 + BLOCK * CELL, Y0 + BLOCK * CELL
    corners = [(at[0] + 4, at[1]), (at[0], at[1] + 8), (at[0] - 8, at[1]), (at[0], at[1] - 8)]
    assert shapely.equals(outline(depth), shapely.Polygon(corners))


def test_nothing_inside_has_no_outline():
    found = outline(picture("."))
    assert found.is_empty
    assert found.geom_type == "MultiPolygon"


def test_the_outline_stops_neither_at_deep_blocks_nor_at_far_ones():
    """A ramp of 12 m a step, down from the middle of a lattice of 12 x 12 blocks."""
    row, column = np.mgrid[: 12 * BLOCK, : 12 * BLOCK]
    far = np.maximum(abs(row - 6 * BLOCK), abs(column - 6 * BLOCK))
    depth = np.clip(12.0 * (14.5 - far), -2 * CELL, None)
    assert shapely.equals_exact(
        shapely.normalize(outline(depth)), shapely.normalize(contoured(depth))
    )


def test_a_point_inside_beside_a_far_block_begins_a_polygon_there():
    """West of it no block was written, as at the edge of a compound: the way in must not be lost.

    Else its eastern side would pass for the beginning of a polygon, and holes farther on for its.
    """
    depth = np.where(picture("#.####", "..#..#", "#.####") > 0, 8.0, -2 * CELL)
    found = outline(depth)
    assert shapely.is_valid(found)
    assert [len(part.interiors) for part in found.geoms] == [0, 1, 0]
    assert shapely.equals_exact(shapely.normalize(found), shapely.normalize(contoured(depth)))


@examples(25, whole=60)
@given(arrays(np.int8, (6, 13), elements=st.integers(-9, 9)))
def test_contourpy_traces_the_same(depth):
    """Any field of depths, holes in holes and corners that meet crosswise among them."""
    depth = np.pad(np.where(depth == 0, 1, depth), 1, constant_values=-9).astype(float)
    depth = np.pad(depth, [(0, 8), (0, 1)], constant_values=-9.0)
    found, expected = outline(depth), contoured(depth)
    assert shapely.is_valid(found)
    assert shapely.equals_exact(shapely.normalize(found), shapely.normalize(expected))


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_contourpy_traces_the_same_at_random(share):
    rng = np.random.default_rng(int(10 * share))
    depth = np.where(rng.random((80, 88)) < share, 1, -1) * rng.uniform(0.1, 15, (80, 88))
    depth[[0, -1]] = depth[:, [0, -1]] = -3.0
    found, expected = outline(depth), contoured(depth)
    assert shapely.equals_exact(shapely.normalize(found), shapely.normalize(expected))
