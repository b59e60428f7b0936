"""Names that residents know: which one, how near, and never the same twice."""

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, box

from planner.network.landmarks import Landmarks, find_landmarks
from tests.cities.drawing import FRAME, Drawing


def layer(rows):
    """Make a layer from (name, geometry)."""
    names, shapes = zip(*rows, strict=True) if rows else ((), ())
    return gpd.GeoDataFrame({"name": list(names)}, geometry=list(shapes), crs=FRAME)


def landmarks(estates=(), villages=(), crossings=(), streets=(), language="zh"):
    table = pd.DataFrame(crossings, columns=["x", "y", "first", "second"])
    return Landmarks(layer(estates), layer(villages), table, layer(streets), language)


ESTATE = ("阳光新村", box(0, 0, 100, 100))
VILLAGE = ("杨家宅", Point(1000, 0))
CROSSING = (2000.0, 0.0, "友谊路", "牡丹江路")
STREET = ("宝杨路", LineString([(5000, 0), (6000, 0)]))
ALL = landmarks([ESTATE], [VILLAGE], [CROSSING], [STREET])


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ((50, 50), "阳光新村"),
        ((350, 50), "阳光新村"),  # 250 m from its edge
        ((400, 0), "杨家宅"),  # 300 m from the estate, 600 m from the village
        ((1600, 0), "杨家宅"),  # although a crossing is nearer
        ((1601, 0), "友谊路—牡丹江路路口"),
        ((3000, 0), "友谊路—牡丹江路路口"),
        ((4001, 0), "宝杨路沿线"),
        ((3500, 0), ""),  # 1,500 m from everything
    ],
)
def test_estate_then_village_then_crossing_then_street(place, name):
    assert ALL.names([place]) == [name]


def named_parts(middles, *, parts_of=None, language="zh", anchor=(50, 50)):
    """Names of parts that all have the same estate as their landmark."""
    marks = landmarks([ESTATE], language=language)
    whole = parts_of or [7] * len(middles)
    return marks.names([anchor] * len(middles), parts_of=whole, middles=middles)


def test_parts_of_one_gap_say_on_which_side_of_each_other_they_lie():
    # both lie north-east of the estate, so each is named by its side of the other
    assert named_parts([(300, 200), (900, 300)], anchor=(150, 150)) == ["阳光新村西", "阳光新村东"]
    assert named_parts([(300, 900), (350, 200)]) == ["阳光新村北", "阳光新村南"]
    assert named_parts([(0, 0), (400, 400)]) == ["阳光新村西", "阳光新村东"]
    assert named_parts([(300, 200), (900, 300)], language="en") == [
        "阳光新村, west",
        "阳光新村, east",
    ]


def test_more_parts_take_finer_points_and_then_numbers():
    # north, east, south and west are enough for these four
    cross = [(-500, 0), (500, 0), (0, 500), (0, -500)]
    assert named_parts(cross) == ["阳光新村西", "阳光新村东", "阳光新村北", "阳光新村南"]
    # two lie in the east: with north-east and so on they differ
    three = [(-500, 0), (500, -100), (350, 300)]
    assert named_parts(three) == ["阳光新村西", "阳光新村东", "阳光新村东北"]
    # the others have the same direction even so: they get numbers
    five = [(-500, 0), (500, 0), (500, 10), (500, -10)]
    assert named_parts(five) == ["阳光新村西", "阳光新村东", "阳光新村东 (2)", "阳光新村东 (3)"]


def test_a_part_alone_and_another_gap_are_named_as_before():
    assert named_parts([(300, 0)]) == ["阳光新村"]
    # two gaps that are not parts of one are named by the side of the estate on which they lie
    marks = landmarks([ESTATE])
    found = marks.names([(150, 50), (50, 150)], parts_of=[1, 2], middles=[(150, 50), (50, 150)])
    assert found == ["阳光新村东", "阳光新村北"]
    # two parts of one gap, and another gap on a side whose name one of them has
    found = marks.names(
        [(50, 50), (50, 50), (200, 50)], parts_of=[1, 1, 2],
        middles=[(0, 0), (900, 0), (200, 50)],
    )  # fmt: skip
    assert found == ["阳光新村西", "阳光新村东", "阳光新村东 (2)"]
    assert marks.names([(5000, 0)] * 2, parts_of=[1, 1], middles=[(0, 0), (9, 0)]) == ["", ""]


def test_english_words():
    marks = landmarks(crossings=[CROSSING], streets=[STREET], language="en")
    assert marks.names([(2000, 5), (5500, 5)]) == ["友谊路 / 牡丹江路", "along 宝杨路"]


def test_two_gaps_of_one_estate_say_on_which_side_they_lie():
    places = [(120, 50), (50, 160), (-20, -20), (500, 0)]
    assert ALL.names(places) == ["阳光新村东", "阳光新村北", "阳光新村西南", "杨家宅"]
    english = landmarks([("Sun Estate", ESTATE[1])], language="en")
    assert english.names([(50, -20), (150, 150), (149, 151)]) == [
        "Sun Estate, south", "Sun Estate, north-east", "Sun Estate, north-east (2)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("angle", "side"),
    [((10, 0), "东"), ((10, 10), "东北"), ((0, 10), "北"), ((-10, 10), "西北"), ((-10, 0), "西"),
     ((-10, -10), "西南"), ((0, -10), "南"), ((10, -10), "东南"), ((-10, -1), "西")],
)  # fmt: skip
def test_a_name_says_on_which_side_of_the_village_it_is(angle, side):
    marks = landmarks(villages=[("村", Point(0, 0))])
    assert marks.names([angle, (0, 0)]) == [f"村{side}", "村"]


def test_a_number_does_not_take_the_name_of_another_place():
    # two gaps in the middle of A; another estate is called "A (2)"
    marks = landmarks([("A (2)", box(990, -10, 1010, 10)), ("A", box(-10, -10, 10, 10))])
    assert marks.names([(1000, 0), (0, 0), (0.1, 0)]) == ["A (2)", "A", "A (3)"]


@given(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), max_size=12),
    st.lists(st.sampled_from(["A", "A东", "A (2)", "B"]), min_size=1, max_size=5),
)
def test_no_name_stands_twice(places, names):
    marks = landmarks(villages=[(name, Point(30 * k, 0)) for k, name in enumerate(names)])
    found = marks.names(places)
    assert len(found) == len(places)
    assert len(set(found)) == len(found)
    assert "" not in found


def test_what_is_collected_from_streets_and_map():
    #      4            b crosses a at 2; c only continues a's end, unnamed d does not count
    #      |b
    #  1-a-2-a-3-c-5   d: 2-6
    drawing = Drawing(
        {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (100, 90), 5: (300, 0), 6: (100, -90)},
        [
            ([1, 2, 3], "highway=footway name=a"),
            ([2, 4], "highway=footway name=b"),
            ([3, 5], "highway=footway name=c"),
            ([2, 6], "highway=footway"),
        ],
    )
    network = drawing.network()
    zones = layer([("Court", box(0, 0, 9, 9)), ("", box(0, 0, 5, 5))])
    marks = find_landmarks(network, drawing.walk_ways(), zones, layer([VILLAGE]), language="en")
    assert marks.zones["name"].tolist() == ["Court"]
    assert marks.villages["name"].tolist() == ["杨家宅"]
    at_two = marks.crossings[(marks.crossings["x"] - 100).abs() < 0.1]
    assert at_two[["first", "second"]].to_numpy().tolist() == [["a", "b"]]
    assert at_two["y"].tolist() == pytest.approx([0], abs=0.1)
    assert set(marks.streets["name"]) <= {"a", "b", "c"}
    bare = Drawing({1: (0, 0), 2: (9, 0)}, [([1, 2], "highway=footway")])
    assert find_landmarks(bare.network(), bare.walk_ways(), layer([]), layer([])).names(
        [(0, 0)]
    ) == [""]
