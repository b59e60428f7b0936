"""Isochrones: exactly what the cutoff reaches, nested, valid, never a hull."""

import pickle

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from planner.errors import ArgumentError
from planner.travel.canvas import prepare_canvas
from planner.travel.compiled.lattice import CELL_M
from planner.travel.isochrones import isochrones
from planner.travel.reached_streets import service_areas
from planner.travel.streets import AccessRules, prepare_streets
from tests.cities.drawing import (
    ACCESS,
    FRAME,
    WALKER,
    Drawing,
    estates_network,
    minutes_matrix,
    points,
)
from tests.cities.estates_drawing import Estates
from tests.judge.shapes import agreement

STREET = "highway=residential"
BRIDGE = "highway=footway bridge=yes"


def draw(network, places, **options):
    """Draw isochrones of drawn points for the drawn walker."""
    return isochrones(network, points(places), **({"profile": WALKER} | options))


@pytest.fixture
def road():
    """Draw one street, 1 --6000-- 2, along the x axis."""
    return Drawing({1: (-3000, 0), 2: (3000, 0)}, [([1, 2], STREET)])


@pytest.fixture
def grid():
    """Draw 13 x 13 streets 200 m apart, with steps, a bridge over the middle, a bay without."""
    n = 13
    nodes = {n * y + x: (200.0 * x, 200.0 * y) for x in range(n) for y in range(n)}
    kinds = {3: "highway=steps", 5: BRIDGE}
    rows = [([n * y + x for x in range(n)], kinds.get(y, STREET)) for y in range(n)]
    columns = [([n * y + x for y in range(n) if y < 9 or x % 4 == 0], STREET) for x in range(n)]
    return Drawing(nodes, rows + columns)


def holes(shape):
    return sum(len(part.interiors) for part in shape.geoms)


def test_tables_share_no_names(road):
    """What a caller calls the columns or rows of one table stays with that table."""
    first = draw(road.network(), [(0, 0)])
    first.columns.name = first.index.name = "mine"
    second = draw(road.network(), [(0, 0)])
    assert first.columns.name == "mine"
    assert second.columns.name is None
    assert second.index.name is None


def test_whole_metres_are_metres(road):
    """A limit of 100 is that of 100.0; kernels are compiled for the latter."""
    whole, broken = AccessRules(limit_m=100, detour=2), AccessRules(limit_m=100.0, detour=2.0)
    assert whole == broken
    one, other = (draw(road.network(), [(0, 50)], access=rules) for rules in (whole, broken))
    assert one.geometry.geom_equals_exact(other.geometry, 0).all()


def test_a_street_that_ends_at_a_shut_gate_is_walked_up_to_it():
    """Far from the facility, where only the search comes to it."""
    nodes = {1: (0, 0), 2: (200, 0), 3: (300, 0), 4: (500, 0), 5: (200, -300)}
    ways = {21: ([1, 2], STREET), 22: ([2, 3, 4], STREET), 23: ([2, 5], STREET)}
    network = estates_network(Estates(nodes, ways, {3: "barrier=gate access=no"}))
    shape = draw(network, [(0, 0)], cutoffs_minutes=[4.0], access=ACCESS).geometry[0]
    # A leg of 100 m from (295, 90) meets the street 43.6 m back, at 251.4 m: with 140 m for the leg
    # 391.4 m, so 3.91 minutes. The crossing at 200 m is 131 m off, too far for a leg.
    assert minutes_matrix(network, [(0, 0)], [(295, 90)])[0, 0] == pytest.approx(3.914, abs=1e-3)
    assert shape.contains(shapely.Point(295, 90))
    # Nobody passes the gate. 100 m of the walk are left there: straight on, 100 / 1.4 = 71 m.
    assert not shape.contains(shapely.Point(375, 0))
    walked = service_areas(network, points([(0, 0)]), cutoffs_minutes=4, profile=WALKER)
    assert walked["length_m"].tolist() == pytest.approx([200 + 100 + 200], abs=0.1)


def test_an_isochrone_narrows_towards_its_tip(road):
    shape = draw(road.network(), [(0, 0)], cutoffs_minutes=[10]).geometry[0]
    # 1000 m along the street; off it 100 m until 140 m before the tip, then a wedge whose sides
    # lean with sin = 1 / 1.4; round the facility a disc of 100 m
    outline = shapely.union_all(
        [
            shapely.LineString([(-860, 0), (860, 0)]).buffer(100, quad_segs=64),
            *(
                shapely.MultiPoint([(side * 1000, 0)])
                .union(shapely.Point(side * 860, 0).buffer(100, quad_segs=64))
                .convex_hull
                for side in (-1, 1)
            ),
        ]
    )
    both, either = shape.intersection(outline).area, shape.union(outline).area
    assert both / either > 0.995
    assert shape.hausdorff_distance(outline) < CELL_M
    reach = shapely.box(-1000, -100, 1000, 100).buffer(0.1)
    assert reach.covers(shape)


def test_off_the_streets_it_is_a_disc_and_says_so(road):
    with pytest.warns(UserWarning, match=r"facilities: 0 \(1 in all\) join no street within 100 m"):
        shape = draw(road.network(), [(0, 5000)], cutoffs_minutes=[0.7, 15])
    assert shape["joined"].tolist() == [False, False]
    # 0.7 minutes allow 50 m, 15 minutes the limit of 100 m
    for polygon, radius in zip(shape.geometry, (50, 100), strict=True):
        disc = shapely.Point(0, 5000).buffer(radius, quad_segs=64)
        assert polygon.symmetric_difference(disc).area < 0.03 * disc.area


def test_holes_are_kept():
    """Walk round a block of 600 m x 600 m: its middle is 300 m from any street."""
    nodes = {1: (0, 0), 2: (600, 0), 3: (600, 600), 4: (0, 600)}
    block = Drawing(nodes, [([1, 2, 3, 4, 1], STREET)])
    shape = draw(block.network(), [(0, 0)], cutoffs_minutes=[15]).geometry[0]
    assert holes(shape) == 1
    assert not shape.contains(shapely.Point(300, 300))
    # 800 m x 800 m of street and 100 m round it, less 400 m x 400 m
    assert shape.area == pytest.approx(600 * 4 * 200 + np.pi * 100**2 - 4 * 100**2, rel=0.01)


def test_a_bridge_has_no_sides():
    """1 --200-- 2 ==600 bridge== 3 --200-- 4."""
    nodes = {1: (0, 0), 2: (200, 0), 3: (800, 0), 4: (1000, 0)}
    town = Drawing(nodes, [([1, 2], STREET), ([2, 3], BRIDGE), ([3, 4], STREET)])
    shape = draw(town.network(), [(0, 0)], cutoffs_minutes=[15]).geometry[0]
    assert len(shape.geoms) == 2
    assert not shape.contains(shapely.Point(500, 0))
    assert shape.contains(shapely.Point(850, 50))


def test_the_dead_end_of_a_bridge_is_met():
    nodes = {1: (0, 0), 2: (200, 0), 3: (800, 0)}
    town = Drawing(nodes, [([1, 2], STREET), ([2, 3], BRIDGE)])
    shape = draw(town.network(), [(0, 0)], cutoffs_minutes=[15]).geometry[0]
    disc = shapely.Point(800, 0).buffer(100)
    assert shape.intersection(disc).area > 0.97 * disc.area


def test_points_inside_are_reached_and_points_outside_are_not(grid):
    network = grid.network()
    place = (1190.0, 1130.0)
    samples = np.random.default_rng(0).uniform(-200, 2600, (4000, 2))
    minutes = minutes_matrix(network, [place], samples)[0]
    bands = draw(network, [place], cutoffs_minutes=[5, 10, 15])
    for cutoff, shape in zip(bands["cutoff_minutes"], bands.geometry, strict=True):
        inside = shapely.contains_xy(shape, samples)
        near_outline = shapely.distance(shape.boundary, shapely.points(samples)) < CELL_M
        differ = (minutes <= cutoff) != inside
        # a hole narrower than a cell may close: its middle is out of reach by half a cell at most
        hardly = np.abs(minutes - cutoff) < CELL_M / 2 * 1.4 / 100
        assert not (differ & ~near_outline & ~hardly).any()
        assert differ.mean() < 0.004


@pytest.mark.parametrize("place", [(1200.0, 1200.0), (490.0, 620.0), (-70.0, -60.0)])
def test_agreement_with_the_judge(grid, place):
    judge = grid.reference()
    bands = draw(grid.network(), [place], cutoffs_minutes=[2, 5, 15])
    for cutoff, shape in zip(bands["cutoff_minutes"], bands.geometry, strict=True):
        found = agreement(shape, judge, np.array(place), cutoff)
        assert found["iou"] >= 0.98
        assert found["wrongly_inside"] <= 0.01


def test_bands_are_nested_and_inside_the_union(grid):
    rng = np.random.default_rng(1)
    places = rng.uniform(-100, 2500, (25, 2))
    cutoffs = [0.5, 1, 2.5, 5, 5.01, 10, 15]
    bands = draw(grid.network(), places, cutoffs_minutes=cutoffs)
    union = draw(grid.network(), places, cutoffs_minutes=cutoffs, together=True)
    assert bands.geometry.is_valid.all()
    assert union.geometry.is_valid.all()
    assert (bands.geom_type == "MultiPolygon").all()
    shapes = bands.geometry.to_numpy().reshape(len(places), len(cutoffs))
    assert shapely.covers(shapes[:, 1:], shapes[:, :-1]).all()
    # corners are rounded to a millimetre, one by one
    room = union.geometry.buffer(0.002).to_numpy()
    assert shapely.covers(room[None, :], shapes).all()
    # and the union is nothing but its parts
    for k, together in enumerate(union.geometry):
        parts = shapely.union_all(shapes[:, k])
        assert together.difference(parts).area <= 0.01 * together.area


def test_the_table(grid):
    network = grid.network()
    facilities = points([(0, 0), (900, 900)], index=["b", "a"])
    seen = []
    table = isochrones(network, facilities, profile=WALKER, progress=seen.append)
    assert table["facility_id"].tolist() == ["b"] * 3 + ["a"] * 3
    assert table["cutoff_minutes"].tolist() == [5, 10, 15] * 2
    assert set(table["profile"]) == {WALKER.name}
    assert table.crs == FRAME
    assert seen == [1, 2]
    union = isochrones(network, facilities, profile=WALKER, together=True)
    assert union["facility_id"].tolist() == ["all"] * 3
    seen.clear()
    one = isochrones(network, facilities.iloc[1:], profile=WALKER, progress=seen.append)
    assert seen == [1]
    assert shapely.equals(one.geometry.to_numpy(), table.geometry.to_numpy()[3:]).all()


@pytest.mark.parametrize(
    "labels",
    [
        [7, 3],
        ["甲", "B"],
        [1.5, 2.5],
        ["a", 2],
        pd.to_datetime(["2026-01-01", "2026-01-02"]),
        pd.to_datetime(["2026-01-01", "2026-01-02"], utc=True),
        pd.Index(["a", "b"], dtype="category"),
        pd.Index([1, 2], dtype="int32"),
    ],
)
def test_the_table_is_what_pandas_makes_of_its_columns(grid, labels):
    drawn = draw(grid.network(), [(0, 0), (100, 0)], cutoffs_minutes=[1, 2])
    layer = points([(0, 0), (100, 0)], index=labels)
    table = isochrones(grid.network(), layer, profile=WALKER, cutoffs_minutes=[1, 2])
    expected = gpd.GeoDataFrame(
        {
            "facility_id": [label for label in layer.index for _ in range(2)],
            "profile": [WALKER.name] * 4,
            "cutoff_minutes": [1.0, 2.0, 1.0, 2.0],
            "joined": [True] * 4,
        },
        geometry=list(drawn.geometry),
        crs=FRAME,
    )
    assert_geodataframe_equal(table, expected)


def test_tables_share_nothing(grid):
    """Whoever writes into one changes no other, nor one drawn later."""
    canvas = prepare_canvas(grid.network(), profile=WALKER)
    first, second = (isochrones(canvas, points([(0, 0)])) for _ in range(2))
    copy = first.copy()
    for name, value in (("profile", "x"), ("facility_id", 9), ("cutoff_minutes", 1.0)):
        first.loc[0, name] = value
    first.loc[0, "geometry"] = shapely.Point(0, 0)
    assert_geodataframe_equal(second, copy)
    assert_geodataframe_equal(isochrones(canvas, points([(0, 0)])), copy)
    assert first["profile"].tolist() == ["x", WALKER.name, WALKER.name]


def test_one_canvas_serves_many_drawings(grid):
    network, facilities = grid.network(), points([(0, 0), (900, 900), (0, 0)])
    canvas = prepare_canvas(prepare_streets(network, WALKER))
    drawn = [isochrones(canvas, facilities.iloc[k : k + 1]) for k in range(3)]
    alone = isochrones(network, facilities, profile=WALKER)
    found = np.concatenate([table.geometry.to_numpy() for table in drawn])
    assert shapely.equals_exact(found, alone.geometry.to_numpy(), 0.0).all()


def test_a_canvas_is_copied_without_its_working_arrays(grid):
    canvas = prepare_canvas(grid.network(), profile=WALKER)
    drawn = isochrones(canvas, points([(0, 0)]))
    again = isochrones(pickle.loads(pickle.dumps(canvas)), points([(0, 0)]))
    assert_geodataframe_equal(again, drawn)


def test_many_streets_are_reached_from_one_place():
    """More parts of streets, and more corners of one outline, than the arrays first have room for.

    60 streets cross 60 others, 90 m apart: with legs of 20 m at most, a hole of 50 m stays between
    any four of them.
    """
    n, apart = 60, 90.0
    nodes = {n * y + x: (apart * x, apart * y) for x in range(n) for y in range(n)}
    rows = [([n * y + x for x in range(n)], STREET) for y in range(n)]
    columns = [([n * y + x for y in range(n)], STREET) for x in range(n)]
    canvas = prepare_canvas(
        Drawing(nodes, rows + columns).network(), profile=WALKER, access=AccessRules(limit_m=20)
    )
    first, second = (
        isochrones(canvas, points([(apart * 30, apart * 30)]), cutoffs_minutes=1000.0)
        for _ in range(2)
    )
    assert_geodataframe_equal(second, first)
    shape = first.geometry.iloc[0]
    assert holes(shape) == (n - 1) ** 2
    assert shapely.contains_xy(shape, np.array(list(nodes.values()))).all()


@pytest.mark.parametrize("together", [False, True])
def test_no_facilities_no_isochrones(grid, together):
    table = isochrones(grid.network(), points([]), profile=WALKER, together=together)
    assert len(table) == 0
    columns = ["facility_id", "profile", "cutoff_minutes", "joined", "geometry"]
    assert list(table.columns) == columns
    assert table.crs == FRAME


@pytest.mark.parametrize("cutoffs", [[], 0, [0, 5], [-1], [10, 5], [5, 5], "15", np.nan])
def test_cutoffs_must_ascend(grid, cutoffs):
    with pytest.raises(ArgumentError, match="cutoffs_minutes"):
        draw(grid.network(), [(0, 0)], cutoffs_minutes=cutoffs, access=ACCESS)


def test_who_joins_no_street_is_told_of_each(grid):
    network = grid.network()
    places = points([(0, 0), (0, 5000), (0, 6000)], index=["in", "out", "away"])
    with pytest.warns(UserWarning, match=r"facilities: 'out', 'away' \(2 in all\) join no street"):
        table = isochrones(network, places, cutoffs_minutes=5, profile=WALKER)
    assert table.set_index("facility_id")["joined"].to_dict() == {
        "in": True, "out": False, "away": False,
    }  # fmt: skip
    union = isochrones(network, places, cutoffs_minutes=5, profile=WALKER, together=True)
    assert union["joined"].tolist() == [True]  # of the set


def test_facilities_in_degrees_give_the_same_isochrones(grid):
    network, places = grid.network(), points([(0, 0), (100, 0)])
    asked = {"cutoffs_minutes": 5, "profile": WALKER}
    one, other = (isochrones(network, p, **asked) for p in (places, places.to_crs(4326).geometry))
    assert one.crs == other.crs == FRAME
    for a, b in zip(one.geometry, other.geometry, strict=True):
        assert a.symmetric_difference(b).area < 1.0


def test_closed_stands_beside_its_facilities(grid):
    network, places = grid.network(), points([(0, 0), (100, 0)])
    with pytest.raises(ArgumentError, match=r"closed has the shape \(1,\), but facilities has 2"):
        isochrones(network, places, closed=[True])


@pytest.mark.parametrize("cutoff", [4.0, 6.5, 9.0])
@pytest.mark.parametrize("spot", [(450, 60), (-560, -70), (700, 40), (0, 95)])
def test_a_short_fence_changes_only_what_lies_behind_it(cutoff, spot):
    """With a barrier other code draws the street: only within a few cells of it may that show."""
    x, y = spot
    road = Estates({1: (-3000, 0), 2: (3000, 0)}, {1: ([1, 2], STREET)})
    fenced = road.having(
        nodes={11: (x - 2, y), 12: (x + 2, y)}, ways={2: ([11, 12], "barrier=fence")}
    )
    before, after = (
        draw(estates_network(estates), [(0, 0)], cutoffs_minutes=[cutoff]).geometry[0]
        for estates in (road, fenced)
    )
    changed = before.symmetric_difference(after)
    assert changed.area < (2 * CELL_M) ** 2
    assert changed.is_empty or changed.hausdorff_distance(shapely.Point(x, y)) < 4 * CELL_M


def test_the_ground_past_a_dead_end_is_reached_on_all_sides():
    """A fence beside it hides nothing: where minutes bend at the end of a street is its end."""
    angles = np.radians(np.arange(3, 363, 15.0))
    out = np.column_stack([np.cos(angles), np.sin(angles)])
    nodes, ways = {1: (13.7, 5.1)}, {}
    for k, (dx, dy) in enumerate(out.tolist(), 2):
        # A street of two edges, as another one leads off it on the way.
        nodes |= {k: (13.7 + 701.3 * dx, 5.1 + 701.3 * dy)}
        nodes |= {100 + k: (13.7 + 333.3 * dx, 5.1 + 333.3 * dy)}
        nodes |= {200 + k: (13.7 + 333.3 * dx - 9 * dy, 5.1 + 333.3 * dy + 9 * dx)}
        ways |= {k: ([1, 100 + k, k], STREET), 200 + k: ([100 + k, 200 + k], STREET)}
    star = Estates(nodes, ways)
    # Each fence lies along its street, 40 m beside its end: barriers are looked for round there.
    posts, fences = {}, {}
    for k, (dx, dy) in enumerate(out.tolist(), 2):
        x, y = nodes[k][0] - 40 * dy, nodes[k][1] + 40 * dx
        posts |= {300 + k: (x, y), 400 + k: (x - 2 * dx, y - 2 * dy)}
        fences |= {300 + k: ([300 + k, 400 + k], "barrier=fence")}
    before, after = (
        draw(estates_network(estates), [(13.7, 5.1)], cutoffs_minutes=[20.0]).geometry[0]
        for estates in (star, star.having(nodes=posts, ways=fences))
    )
    missing = shapely.get_parts(before.difference(after))
    assert max((part.area for part in missing), default=0) < (2 * CELL_M) ** 2


def _star_of_steps(*fence: tuple[float, float]) -> Estates:
    """Draw 8 flights of steps of 200 m, 300 m of street from the middle each.

    fence : of a fence beside each, metres along the flight and beside it, of both ends.
    """
    angles = np.radians(np.arange(3, 363, 45.0))
    out = np.column_stack([np.cos(angles), np.sin(angles)])
    nodes, ways = {1: (13.7, 5.1)}, {}
    for k, (dx, dy) in enumerate(out.tolist(), 2):
        nodes |= {k: (13.7 + 300 * dx, 5.1 + 300 * dy), 100 + k: (13.7 + 500 * dx, 5.1 + 500 * dy)}
        ways |= {k: ([1, k], STREET), 100 + k: ([k, 100 + k], "highway=steps")}
        for number, (along, beside) in enumerate(fence, 1):
            x, y = nodes[k][0] + along * dx - beside * dy, nodes[k][1] + along * dy + beside * dx
            nodes[100 + 100 * number + k] = (x, y)
        if fence:
            ways[200 + k] = ([200 + k, 300 + k], "barrier=fence")
    return Estates(nodes, ways)


def test_ground_seen_from_stairs_further_on_is_reached():
    """A fence from 10 to 60 m beside the steps hides what is behind it from all places before."""
    estates = _star_of_steps((100, 10), (100, 60))
    shape = draw(
        estates_network(estates), [(13.7, 5.1)], cutoffs_minutes=[6.0], access=ACCESS
    ).geometry[0]
    for angle in np.radians(np.arange(3, 363, 45.0)):
        dx, dy = np.cos(angle), np.sin(angle)
        # 3 minutes of street, 2.2 of steps: 0.8 are left for 57 m beside them.
        assert shape.contains(shapely.Point(13.7 + 410 * dx - 30 * dy, 5.1 + 410 * dy + 30 * dx))


def test_nobody_walks_straight_to_steps_behind_a_fence():
    """Steps east from the place, 90 m long, are seen for 60 m, up to a fence that they cross."""
    stairs = Estates({1: (-200, 0), 2: (0, 0), 3: (90, 0)}, {1: ([1, 2], STREET)})
    stairs = stairs.having(
        nodes={11: (60, -50), 12: (60, 50)},
        ways={2: ([2, 3], "highway=steps"), 3: ([11, 12], "barrier=fence")},
    )
    shape = draw(estates_network(stairs), [(0, 0)], cutoffs_minutes=[1.2], access=ACCESS).geometry[
        0
    ]
    # Straight it is 0.75 minutes to the fence; the steps take 1.8 for the other 30 m and more.
    assert shape.contains(shapely.Point(56, 0))
    assert not shape.intersects(shapely.box(86, -40, 120, 40))
