"""People of cells and polygons put into buildings and zones, worked out by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from planner.coverage.demand import largest_remainder, own_zones
from planner.coverage.exact import exact_sum
from planner.coverage.people_of_shapes import cut_to_area, put_at_points, spread_people
from planner.coverage.zone_units import split_zones
from planner.errors import CrsError

FRAME = "EPSG:32651"
HOMES = "residential"


def layer(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=FRAME)


def sources_of(shapes, people, *, whole=False):
    """Cells a, b, c ... with people."""
    ids = [chr(ord("a") + number) for number in range(len(shapes))]
    return layer(shapes, id=ids, people=[float(n) for n in people], whole=whole)


def zones_of(shapes):
    ids = [f"w{number}" for number in range(1, len(shapes) + 1)]
    return own_zones(layer(shapes, osm_id=ids, kind=HOMES, name=""))


def houses(*rows):
    """Footprints with levels, numbered w11, w12 ..."""
    ids = [f"w{number}" for number in range(11, 11 + len(rows))]
    shapes, levels = [row[0] for row in rows], [row[1] for row in rows]
    return layer(shapes, osm_id=ids, levels=np.array(levels, dtype=float))


def spread(sources, zones, buildings, *, cells=True, most=None):
    runs = spread_people(
        sources, split_zones(zones, buildings, most=most), HOMES, cells=cells, most=most
    )
    tables = []
    while True:
        try:
            tables.append(next(runs))
        except StopIteration as end:
            some = [table for table in tables if len(table)] or tables[-1:]
            return gpd.GeoDataFrame(pd.concat(some, ignore_index=True), crs=FRAME), end.value


def people_of(units):
    return dict(zip(units["demand_id"], units["people"], strict=True))


# -- inside the area ------------------------------------------------------------------------------


def test_people_count_by_the_share_of_area_inside():
    # Four cells of 100 m; the area takes all of one, a half, a quarter and nothing.
    cells = [box(x, y, x + 100, y + 100) for y in (100, 0) for x in (0, 100)]
    sources = sources_of([*cells, box(300, 0, 400, 100)], [10, 20, 30, 40, 50])
    cut = cut_to_area(sources, box(0, 50, 150, 200), slack=0)
    assert cut["id"].tolist() == ["a", "b", "c", "d"]
    assert cut["people"].tolist() == [10, 10, 15, 10]
    assert cut.geometry.area.tolist() == [10_000, 5_000, 5_000, 2_500]
    assert sources["people"].tolist() == [10, 20, 30, 40, 50]


def test_slack_gives_a_sliver_to_the_other_side():
    sources = sources_of([box(0, 0, 100, 100), box(99.5, 0, 199.5, 100)], [10, 20])
    cut = cut_to_area(sources, box(0, 0, 99.9, 100), slack=0.01)
    assert cut["people"].tolist() == [10]
    assert cut_to_area(sources, box(0, 0, 99.9, 100), slack=0)["people"].tolist() == [9.99, 0.08]


def test_nobody_inside_leaves_an_empty_table():
    sources = sources_of([box(0, 0, 100, 100)], [10])
    cut = cut_to_area(sources, box(500, 0, 600, 100), slack=0)
    assert len(cut) == 0
    assert list(cut.columns) == list(sources.columns)
    assert len(put_at_points(cut, HOMES, cells=True)) == 0
    assert people_of(spread(cut, zones_of([box(0, 0, 50, 50)]), houses())[0]) == {}


def test_degrees_are_refused():
    with pytest.raises(CrsError, match="cells and polygons with people is in EPSG:4326"):
        cut_to_area(sources_of([box(0, 0, 1, 1)], [1]).set_crs(4326, allow_override=True),
                    box(0, 0, 1, 1), slack=0)  # fmt: skip


# -- at points ------------------------------------------------------------------------------------


def test_a_cell_is_a_unit_in_its_middle():
    hook = box(0, 0, 100, 100).difference(box(20, 20, 100, 100))
    units = put_at_points(sources_of([box(0, 0, 100, 100), hook], [1, 2]), HOMES, cells=True)
    assert units["demand_id"].tolist() == ["residential:a", "residential:b"]
    assert units.geometry.iloc[0] == Point(50, 50)
    # its middle lies outside it: another point of it is taken
    assert hook.contains(units.geometry.iloc[1])
    assert units["cell"].iloc[0].equals(box(0, 0, 100, 100))
    assert put_at_points(sources_of([hook], [2]), HOMES, cells=False)["cell"].iloc[0] is None


# -- over buildings -------------------------------------------------------------------------------


def test_two_buildings_share_by_floor_area():
    # Footprints alike, 2 and 6 storeys: a quarter and three quarters.
    two = houses((box(10, 10, 30, 30), 2), (box(50, 50, 70, 70), 6))
    units, left = spread(
        sources_of([box(0, 0, 100, 100)], [10]), zones_of([box(0, 0, 100, 100)]), two
    )
    assert people_of(units) == {"residential:w11": 2.5, "residential:w12": 7.5}
    assert left.tolist() == []
    assert units["zone_id"].tolist() == ["w1", "w1"]
    assert units["weight"].tolist() == [800, 2400]


def test_whole_people_stay_whole_where_they_are_counted_so():
    two = houses((box(10, 10, 30, 30), 2), (box(50, 50, 70, 70), 6))
    zone = zones_of([box(0, 0, 100, 100)])
    units, _ = spread(sources_of([box(0, 0, 100, 100)], [10], whole=True), zone, two)
    assert people_of(units) == {"residential:w11": 3, "residential:w12": 7}  # of equals the first
    units, _ = spread(sources_of([box(0, 0, 100, 100)], [10.5], whole=True), zone, two)
    assert people_of(units) == {"residential:w11": 2.625, "residential:w12": 7.875}


def test_a_building_in_two_cells_takes_from_both_by_its_floor_area_there():
    # 20 x 20 m, three quarters of it in the first cell, where it stands alone; in the second, its
    # 100 m² stand beside another 300 m².
    pair = houses((box(85, 0, 105, 20), 1), (box(150, 50, 160, 80), 1))
    cells = sources_of([box(0, 0, 100, 100), box(100, 0, 200, 100)], [40, 80])
    units, _ = spread(cells, zones_of([box(0, 0, 200, 100)]), pair)
    assert people_of(units) == {"residential:w11": 60, "residential:w12": 60}


def test_a_cell_without_buildings_uses_the_land_of_zones_then_its_middle():
    # The zone shows its buildings (400 of 10,000 m²), none of which stands in cell b; cell c has
    # no zone at all.
    house = houses((box(10, 10, 30, 30), 3))
    cells = sources_of(
        [box(0, 0, 50, 100), box(50, 0, 150, 100), box(200, 0, 300, 100)], [10, 20, 30]
    )
    units, left = spread(cells, zones_of([box(0, 0, 100, 100)]), house)
    assert people_of(units) == {
        "residential:w11": 10,
        "residential:w1@b@50,0": 10,
        "residential:w1@b@50,50": 10,
        "residential:c": 30,
    }
    assert left.tolist() == [2]
    assert units["zone_id"].tolist() == ["w1", "w1", "w1", ""]
    assert units.geometry.iloc[-1] == Point(250, 50)


def test_zones_without_buildings_share_by_land():
    # 50 m cells of the zone: the source takes all of one and half of the next.
    units, _ = spread(
        sources_of([box(0, 0, 75, 50)], [30]), zones_of([box(0, 0, 200, 50)]), houses()
    )
    assert people_of(units) == {"residential:w1@0,0": 20, "residential:w1@50,0": 10}


def test_no_zone_of_the_kind_leaves_all_in_the_middle():
    none = zones_of([box(0, 0, 50, 50)]).iloc[:0]
    units, left = spread(sources_of([box(0, 0, 100, 100)], [30]), none, houses(), cells=False)
    assert people_of(units) == {"residential:a": 30}
    assert left.tolist() == [0]


def test_an_outline_that_crosses_itself_is_still_a_building():
    bow = houses((box(10, 10, 30, 30), 2))
    bow.loc[0, "geometry"] = gpd.GeoSeries.from_wkt(
        ["POLYGON ((10 10, 40 40, 40 10, 10 70, 10 10))"]
    ).iloc[0]
    units, _ = spread(sources_of([box(0, 0, 100, 100)], [7]), zones_of([box(0, 0, 100, 100)]), bow)
    assert exact_sum(units["people"]) == 7


@settings(max_examples=20)
@given(
    people=st.lists(st.integers(0, 10**9).map(lambda n: n / 1e6), min_size=1, max_size=6),
    levels=st.lists(st.floats(0.5, 60), min_size=1, max_size=8),
    whole=st.booleans(),
    shuffle=st.randoms(use_true_random=False),
)
def test_sums_are_kept_exactly_and_the_order_of_buildings_changes_nothing(
    people, levels, whole, shuffle
):
    cells = [box(100 * x, 0, 100 * x + 100, 100) for x in range(len(people))]
    rows = [(box(70 * x + 5, 10, 70 * x + 55, 60), n) for x, n in enumerate(levels)]
    buildings, zones = houses(*rows), zones_of([box(0, 0, 320, 100), box(320, 0, 600, 100)])
    sources = sources_of(cells, people, whole=whole)
    units, _ = spread(sources, zones, buildings)
    assert exact_sum(units["people"]) == exact_sum(people)
    assert (units["people"] > 0).all()
    order = list(range(len(buildings)))
    shuffle.shuffle(order)
    again, _ = spread(sources, zones, buildings.iloc[order].reset_index(drop=True))
    pd.testing.assert_frame_equal(
        units.drop(columns=["geometry", "cell"]),
        again.drop(columns=["geometry", "cell"]),
    )


def test_fifteen_digits_are_shared_without_losing_one():
    parts = largest_remainder(np.full(30_000, 1 / 3), 10**15 + 7)
    assert sum(map(int, parts)) == 10**15 + 7
