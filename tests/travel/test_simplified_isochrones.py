"""Isochrones with fewer corners, by hand and on discs that overlap as those of streets do."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planner.travel.outline_polygons import to_multipolygon
from planner.travel.simplified_isochrones import STEP_BACK_M, simplify_isochrones
from tests.samples import examples

SQUARE = [(0, 0), (50, -0.4), (100, 0), (100, 100), (60, 100), (50, 98), (40, 100), (0, 100)]
"""Below it bulges outwards by 0.4 m, above it is dented by 2 m."""


def bands(*shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    parts = [
        shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape
        for shape in shapes
    ]
    rows = {"facility_id": ["A"] * len(parts), "cutoff_minutes": np.arange(len(parts)) + 5.0}
    return gpd.GeoDataFrame(rows, geometry=parts, crs="EPSG:32651")


def corners(shape: shapely.Geometry) -> set[tuple[float, float]]:
    return {tuple(point) for point in shapely.get_coordinates(shape).tolist()}


def test_a_bulge_goes_and_a_dent_stays():
    """Without the bulge the outline steps back by 0.4 m; without the dent it would go forward."""
    found = simplify_isochrones(bands(shapely.Polygon(SQUARE))).geometry.iloc[0]
    assert corners(found) == set(SQUARE) - {(50, -0.4)}


@pytest.mark.parametrize(("bulge", "stays"), [(0.9, False), (1.0, False), (1.1, True)])
def test_it_steps_back_by_a_metre_at_most(bulge: float, stays: bool):
    shape = shapely.Polygon([(0, 0), (50, -bulge), (100, 0), (100, 100), (0, 100)])
    found = simplify_isochrones(bands(shape)).geometry.iloc[0]
    assert ((50, -bulge) in corners(found)) == stays


def test_a_hole_just_behind_a_line_is_not_crossed():
    """Stepping back over the bulge would cut through the hole: all corners stay."""
    hole = [(48, -0.2), (52, -0.2), (52, 5), (48, 5)]
    shape = shapely.Polygon(SQUARE, [hole])
    found = simplify_isochrones(bands(shape)).geometry.iloc[0]
    assert found.is_valid
    assert len(shapely.get_parts(found)[0].interiors) == 1
    assert corners(found) == corners(shape)


def test_bands_that_end_at_one_wall_keep_the_same_corners_there():
    """The shorter one ends at the same wall, a line with bulges of 0.4 m, as the longer one."""
    wall = [(x, -0.4 if x % 20 else 0.0) for x in range(0, 101, 10)]
    short = shapely.Polygon([*wall[2:9], (80, 40), (20, 40)])
    long = shapely.Polygon([*wall, (100, 90), (0, 90)])
    thin = simplify_isochrones(bands(short, long)).geometry
    assert shapely.get_num_coordinates(thin.iloc[1]) < shapely.get_num_coordinates(long)
    assert thin.iloc[1].covers(thin.iloc[0])


def test_nothing_is_nothing():
    empty = bands()
    assert len(simplify_isochrones(empty)) == 0
    found = simplify_isochrones(bands(shapely.MultiPolygon(), shapely.Polygon(SQUARE)))
    assert found.geometry.is_empty.tolist() == [True, False]


disc = st.tuples(st.integers(0, 400), st.integers(0, 400), st.integers(20, 90))


@given(discs=st.lists(disc, min_size=1, max_size=8), cut=st.integers(100, 300))
@examples(20, whole=100)
def test_thin_shapes_lie_within_the_whole_ones_and_in_each_other(discs, cut):
    """Discs that grow, to the millimetre, all cut off at one wall."""
    free = shapely.box(-200, -200, cut, 600)
    shapes = []
    for more in (0, 15, 40):
        union = shapely.union_all([
            shapely.Point(x, y).buffer(r + more, quad_segs=24) for x, y, r in discs
        ])  # fmt: skip
        shapes.append(shapely.set_precision(shapely.intersection(union, free), 0.001))
    # A disc that only touches the wall leaves a point, which no isochrone is.
    if any(shape.is_empty or "Polygon" not in shape.geom_type for shape in shapes):
        return
    whole = bands(*shapes)
    oriented = shapely.orient_polygons(whole.geometry.to_numpy())
    thin = simplify_isochrones(whole.set_geometry(gpd.GeoSeries(oriented, crs=whole.crs)))
    found = thin.geometry.to_numpy()
    assert shapely.is_valid(found).all()
    wider = shapely.buffer(whole.geometry.to_numpy(), 0.005)
    assert shapely.covers(wider, found).all()
    assert shapely.covers(shapely.buffer(found[1:], 0.006), found[:-1]).all()
    assert (shapely.hausdorff_distance(oriented, found) <= STEP_BACK_M + 0.01).all()
    rings = [[len(part.interiors) for part in shapely.get_parts(shape)] for shape in found]
    before = [[len(part.interiors) for part in shapely.get_parts(shape)] for shape in oriented]
    assert rings == before


def test_reaches_of_no_extent_stay_as_they_are():
    """A station that joins no street reaches nothing within any cutoff."""
    nothing = bands(*[shapely.MultiPolygon()] * 3)
    assert simplify_isochrones(nothing).geometry.is_empty.all()


@pytest.mark.parametrize(
    "empty", [shapely.Polygon(), shapely.MultiPolygon(), to_multipolygon(shapely.Polygon())]
)
def test_empty_isochrones_beside_others_stay_empty(empty: shapely.Geometry):
    """What is empty comes as a polygon or as many: shapely's own arrays of both end a process."""
    square = shapely.MultiPolygon([shapely.box(0, 0, 100, 100)])
    simple = simplify_isochrones(bands(empty, empty, square)).geometry
    assert list(simple.is_empty) == [True, True, False]
    assert simple.iloc[2].area == pytest.approx(10_000)
