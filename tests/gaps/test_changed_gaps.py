"""Gaps once something has changed: who leaves them, and what stays of their outlines."""

import geopandas as gpd
import geopandas.testing
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from planner.gaps.changed_gaps import GAINED, LOST, change_gaps, divide_outline
from tests.cities.drawing import FRAME

#: Two gaps side by side: units at 100 and 300 m in the first, at 600 m in the second.
GAPS = gpd.GeoDataFrame(
    {"gap_id": ["gap:a", "gap:c", "scattered:West"], "people_residential": [90.0, 70.0, 40.0],
     "people_industrial": 0.0, "people_commercial": 0.0},
    geometry=[box(0, 0, 400, 100), box(350, 0, 800, 100), box(2000, 0, 2100, 100)], crs=FRAME,
)  # fmt: skip
DEMAND = gpd.GeoDataFrame(
    {"demand_id": ["a", "b", "c", "s", "d"],
     "gap_id": ["gap:a", "gap:a", "gap:c", "scattered:West", ""],
     "gap_join_m": [200.0, 200.0, 200.0, 200.0, 300.0], "people": [60.0, 30.0, 70.0, 40.0, 5.0]},
    geometry=[Point(x, 50) for x in (100, 300, 600, 2050, 3000)], crs=FRAME,
)  # fmt: skip


def changes(*ids, change=GAINED, to="S", **columns):
    """All people of some units gain by a site, or lose it."""
    units = DEMAND.set_index("demand_id").loc[list(ids)].reset_index()
    where = {"nearest_after": to, "nearest_before": "F"}
    return units[["demand_id", "people", "geometry"]].assign(
        kind="residential", change=change, **where, **columns
    )


def after(*ids, **columns):
    """Return the gaps and the areas after some units have gained."""
    found = change_gaps(GAPS, DEMAND, changes(*ids, **columns))
    return found["gaps_after"].set_index("gap_id"), found["change_areas"]


def test_who_gains_leaves_the_gap_with_the_part_of_it_that_is_nearest():
    gaps, areas = after("a")
    assert gaps["people_residential"].tolist() == [30, 70, 40]
    assert gaps["touched"].tolist() == [True, False, False]
    assert gaps.geometry["gap:a"].equals(box(200, 0, 400, 100))  # halfway between the two units
    assert gaps.geometry["gap:c"] is None
    assert areas.geometry.iloc[0].equals(box(0, 0, 200, 100))
    assert areas[["change", "facility_id", "people_residential"]].to_numpy().tolist() == [
        [GAINED, "S", 60.0]
    ]


def test_a_gap_whose_people_are_all_served_has_no_outline():
    gaps, areas = after("a", "b")
    assert gaps["people_residential"].tolist() == [0, 70, 40]
    assert gaps.geometry["gap:a"].is_empty
    assert areas.geometry.iloc[0].equals(box(0, 0, 400, 100))


def test_a_unit_leaves_its_own_gap_where_two_outlines_overlap():
    """Gaps of two towns lie side by side: the discs of their units reach over the border."""
    gaps, areas = after("c")
    assert gaps["people_residential"].tolist() == [90, 0, 40]
    assert areas.geometry.iloc[0].equals(box(350, 0, 800, 100))


def test_where_only_some_of_the_people_gain_the_outline_stays():
    gaps, areas = after("a", people_left=10.0)
    assert gaps["people_residential"].tolist() == [30, 70, 40]
    assert gaps.geometry["gap:a"].equals(box(0, 0, 400, 100))
    assert areas.geometry.iloc[0].area == pytest.approx(np.pi * 100**2, rel=0.02)


def test_scattered_people_who_gain_leave_their_row():
    gaps, _ = after("s")
    assert gaps["people_residential"].tolist() == [90, 70, 0]
    assert gaps["touched"].tolist() == [False, False, True]
    assert gaps.geometry["scattered:West"] is None  # no outline is drawn of them


def test_a_unit_in_no_gap_is_drawn_as_wide_as_its_table_is_spaced():
    gaps, areas = after("d")
    assert not gaps["touched"].any()
    assert areas.total_bounds == pytest.approx([2850, -100, 3150, 200])


def test_people_in_doubt_are_no_people_of_the_gap_whose_outline_they_stand_in():
    inside = changes("d").set_geometry([Point(100, 50)], crs=FRAME)
    gaps = change_gaps(GAPS, DEMAND, inside)["gaps_after"]
    assert gaps["people_residential"].tolist() == [90, 70, 40]
    assert not gaps["touched"].any()


def test_a_unit_that_the_run_does_not_know_is_drawn_150_metres_wide():
    unknown = changes("d").assign(demand_id="x")
    areas = change_gaps(GAPS, DEMAND, unknown)["change_areas"]
    assert areas.total_bounds == pytest.approx([2925, -25, 3075, 125])


def test_who_loses_is_drawn_by_the_facility_that_reached_them():
    lost = changes("d", change=LOST)
    found = change_gaps(GAPS, DEMAND, pd.concat([changes("a"), lost], ignore_index=True))
    areas = found["change_areas"]
    assert areas[["change", "facility_id"]].to_numpy().tolist() == [[GAINED, "S"], [LOST, "F"]]
    assert areas["people_residential"].tolist() == [60, 5]
    assert found["gaps_after"]["people_residential"].tolist() == [30, 70, 40]


def test_units_of_one_site_are_one_area_and_planned_stations_count_as_sites():
    both = pd.concat([changes("a"), changes("c", change="planned", to=None)], ignore_index=True)
    areas = change_gaps(GAPS, DEMAND, both)["change_areas"]
    assert areas["facility_id"].tolist() == ["S", ""]
    assert len(after("a", "c")[1]) == 1


def test_small_holes_between_discs_are_no_place_of_their_own():
    small, wide = box(10, 10, 60, 90), box(90, 0, 310, 100).buffer(-1)
    holed = box(0, 0, 400, 100).difference(shapely.union_all([small, wide]))
    gaps = change_gaps(GAPS.set_geometry([holed, *GAPS.geometry[1:]]), DEMAND, changes("b"))
    found = gaps["gaps_after"].geometry.iloc[0].union(gaps["change_areas"].geometry.iloc[0])
    assert found.area == pytest.approx(box(0, 0, 400, 100).difference(wide).area)


def test_without_changes_everything_stays():
    gaps, areas = after()
    assert gaps["people_residential"].tolist() == [90, 70, 40]
    assert not gaps["touched"].any()
    assert len(areas) == 0


def test_what_is_given_stays_as_it_was():
    before = GAPS.copy(), DEMAND.copy()
    after("a", "b")
    geopandas.testing.assert_geodataframe_equal(GAPS, before[0])
    geopandas.testing.assert_geodataframe_equal(DEMAND, before[1])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20), st.booleans()),
                min_size=1, max_size=25))  # fmt: skip
def test_what_is_gained_and_what_stays_make_up_the_outline(spots):
    """Nothing of an outline is lost or drawn twice, whoever gains."""
    outline = box(-1, -1, 41, 21).difference(box(10, 5, 20, 10))
    points = np.array([Point(x, y) for x, y, _ in spots], dtype=object)
    is_gained = np.array([gained for *_, gained in spots])
    if not is_gained.any():
        return
    pieces, stays = divide_outline(outline, points[is_gained], points[~is_gained])
    gained = shapely.union_all(pieces)
    assert gained.intersection(stays).area == pytest.approx(0, abs=1e-6)
    assert gained.area + stays.area == pytest.approx(outline.area)
    for point, piece in zip(points[is_gained], pieces, strict=True):
        if shapely.covers(outline, point):
            assert piece.distance(point) < 1e-6
