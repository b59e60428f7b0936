"""Gaps: which units belong together, what the group is called, why it is one."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from planner.coverage.demand import PEOPLE_COLUMNS
from planner.gaps.definition import choose_join_distances, find_gap_members
from planner.gaps.named_gaps import (
    GAP_COLUMNS,
    UNKNOWN_COLUMNS,
    describe_gaps,
    find_unknown_areas,
    leading_kind,
    outline_small_gaps,
    put_outlines_together,
    straight_metres,
)
from planner.network.landmarks import Landmarks
from tests.cities.drawing import FRAME


def nameless():
    """Return landmarks without a landmark."""
    empty = gpd.GeoDataFrame({"name": []}, geometry=[], crs=FRAME)
    crossings = pd.DataFrame({"x": [], "y": [], "first": [], "second": []})
    return Landmarks(empty, empty, crossings, empty, "en")


def units_of(*rows, **columns):
    """Make units with verdict `gap` from (x, people) or (x, people, kind) on a line."""
    x, people = [row[0] for row in rows], [float(row[1]) for row in rows]
    kind = [row[2] if len(row) > 2 else "residential" for row in rows]
    table = {
        "demand_id": [f"{k}:{n}" for n, k in enumerate(kind)],
        "kind": kind,
        "people": people,
        "town": "",
        "nearest_facility_id": "F",
        "minutes": 20.0,
        "verdict": "gap",
        "reason": "",
        "cell": np.full(len(rows), None, dtype=object),
    }
    return gpd.GeoDataFrame(table | columns, geometry=gpd.points_from_xy(x, [0.0] * len(x)),
                            crs=FRAME)  # fmt: skip


def gaps_of(units, *, join_m=100.0, straight_m=5000.0, cause="too far", detail="", towns=(),
            table=None, landmarks=None):  # fmt: skip
    table = pd.Series(0, index=units.index) if table is None else table
    straight = np.broadcast_to(np.asarray(straight_m, dtype=float), len(units))
    causes = pd.DataFrame({"cause": cause, "cause_detail": detail}, index=range(len(units)))
    join_m = choose_join_distances(units, table, join_m)
    members = find_gap_members(units, join_m)
    return describe_gaps(units, members, join_m, straight, causes, landmarks or nameless(),
                     towns=list(towns))  # fmt: skip


# -- which units belong together ------------------------------------------------------------------


def test_units_join_up_to_the_join_distance_and_in_chains():
    #  0 - 100 - 200     300.1
    gaps = gaps_of(units_of((0, 60), (100, 60), (200, 60), (300.1, 70)))
    assert gaps["people_residential"].tolist() == [180, 70]
    assert gaps["units"].tolist() == [3, 1]
    assert gaps["rank"].tolist() == [1, 2]
    assert gaps["gap_id"].tolist() == ["gap:residential:0", "gap:residential:3"]


def test_units_of_two_tables_join_within_the_mean_of_their_distances():
    # units of table 0 join within 240 m, those of table 1 within 150 m, one of each within 195 m
    xs = [0, 200, 400, 595, 645, 695]
    units = units_of(*((x, 60) for x in xs))
    table = pd.Series([0, 0, 0, 1, 1, 1])
    assert len(gaps_of(units, join_m=None, table=table)) == 1
    moved = units.set_geometry(gpd.points_from_xy([*xs[:3], 596, 646, 696], [0] * 6), crs=FRAME)
    assert len(gaps_of(moved, join_m=None, table=table)) == 2


def test_only_gaps_with_people_count():
    verdicts = ["gap", "covered", "unknown", "gap"]
    units = units_of((0, 60), (50, 60), (100, 60), (150, 0), verdict=verdicts)
    gaps = gaps_of(units)
    assert gaps["units"].tolist() == [1]
    assert gaps["people_residential"].tolist() == [60]


def test_no_gaps_no_rows():
    for units in (units_of((0, 60), verdict="covered"), units_of()):
        gaps = gaps_of(units)
        assert gaps.empty
        assert list(gaps.columns) == [*GAP_COLUMNS, "geometry"]
        assert gaps.crs == FRAME


# -- what is said about them ----------------------------------------------------------------------


def test_kinds_are_never_added_up():
    # kinds are never added up: 30 residents, 30 workers and 30 visitors are under 50 of each
    units = units_of((0, 30), (10, 30, "industrial"), (20, 30, "commercial"))
    assert gaps_of(units)["name"].tolist() == ["scattered"]
    assert gaps_of(units)[list(PEOPLE_COLUMNS)].to_numpy().tolist() == [[30, 30, 30]]
    # 50 of one kind are enough
    assert gaps_of(units_of((0, 30), (10, 50, "industrial")))["name"].tolist() == [""]


def test_residents_rank_before_any_number_of_workers():
    units = units_of((0, 900, "industrial"), (500, 60), (1000, 70), (1500, 800, "commercial"))
    gaps = gaps_of(units)
    assert gaps["people_residential"].tolist() == [70, 60, 0, 0]
    assert gaps["people_industrial"].tolist() == [0, 0, 900, 0]
    assert gaps["rank"].tolist() == [1, 2, 3, 4]


def test_a_gap_names_the_kind_of_people_that_leads_it():
    units = units_of(
        (0, 60), (50, 400), (1000, 70), (1050, 80), (2000, 5),
        kind=["residential", "industrial", "industrial", "commercial", "commercial"],
    )  # fmt: skip
    assert gaps_of(units)["people_kind"].tolist() == ["residential", "commercial", "commercial"]


def test_residents_lead_a_gap_however_few_they_are():
    kinds = np.array(["industrial", "residential", "commercial"])
    assert leading_kind(kinds, np.array([900.0, 0.5, 80.0])) == "residential"
    assert leading_kind(kinds, np.array([70.0, 0.0, 80.0])) == "commercial"


def test_a_gap_is_placed_at_its_most_populous_unit():
    # units 1 and 2 have 60 residents each: the first counts; workers only count where nobody lives
    units = units_of((0, 50), (50, 60), (100, 60), (150, 900, "industrial"))
    [gap] = gaps_of(units).to_dict("records")
    assert gap["demand_id"] == "residential:1"


def test_a_gap_is_named_by_its_most_populous_unit_and_the_middle_of_its_box():
    asked = {}

    class Recorder:
        def names(self, places, **options):
            asked.update(options, places=places)
            return [f"gap {number}" for number in range(len(places))]

    units = units_of((20, 60), (80, 90), (1000, 70))
    y = [300.0, 380.0, -40.0]
    units = units.set_geometry(gpd.points_from_xy([20, 80, 1000], y), crs=FRAME)
    assert gaps_of(units, landmarks=Recorder())["name"].tolist() == ["gap 0", "gap 1"]
    assert asked["places"] == [(80, 380), (1000, -40)]
    assert asked["middles"] == [(50, 340), (1000, -40)]
    first, second = asked["parts_of"]
    assert first != second


def test_small_gaps_are_one_row_for_each_town():
    towns = ["North", "South", "North", "", "South"]
    units = units_of((0, 49), (500, 30), (1000, 49.9), (1500, 1), (2000, 50), town=towns)
    gaps = gaps_of(units, towns=["South", "North"])
    assert gaps["gap_id"].tolist() == [
        "gap:residential:4", "scattered:South", "scattered:North", "scattered:",
    ]  # fmt: skip
    assert gaps["people_residential"].tolist() == pytest.approx([50, 30, 98.9, 1])
    assert gaps["town"].tolist() == ["South", "South", "North", ""]
    assert gaps["units"].tolist() == [1, 1, 2, 1]
    assert gaps["rank"].tolist() == [1, 2, 3, 4]


def test_facility_and_cause_are_those_of_most_people():
    # G is nearest to two units of 60 people, F to one of 100: 120 are more
    units = units_of(
        (0, 100), (50, 60), (100, 60), (150, 500, "industrial"),
        town="B", nearest_facility_id=["F", "G", "G", "H"], minutes=[16.0, 21.0, 30.0, 90.0],
    )  # fmt: skip
    [gap] = gaps_of(units, straight_m=[500, 900, 900, 10]).to_dict("records")
    # the workers nearest to H do not count, since somebody lives in the gap
    assert (gap["town"], gap["nearest_facility_id"], gap["cause"]) == ("B", "G", "too far")
    assert gap["minutes"] == 21.0  # 100 residents up to 16, 160 of 220 up to 21
    assert gap["minutes_max"] == 90.0
    [work] = gaps_of(units.iloc[3:]).to_dict("records")
    assert (work["town"], work["minutes"]) == ("B", 90.0)


def test_the_detail_is_that_of_the_cause_of_most_people():
    units = units_of((0, 60), (50, 50), (90, 45), (120, 10))
    cause, detail = ["too far", "barrier", "barrier", "wall"], ["", "River", "Rail", "Estate"]
    [gap] = gaps_of(units, cause=cause, detail=detail).to_dict("records")
    assert (gap["cause"], gap["cause_detail"]) == ("barrier", "River")  # 95 of 165 people


def test_no_path_stays_infinite_and_has_no_facility():
    units = units_of((0, 60), (50, 50), minutes=[np.inf, 30.0], nearest_facility_id=[None, "F"])
    [gap] = gaps_of(units).to_dict("records")
    assert gap["nearest_facility_id"] is None
    assert gap["minutes"] == np.inf
    assert gap["minutes_max"] == np.inf


# -- outlines -------------------------------------------------------------------------------------


def test_the_outline_is_of_discs_of_half_the_join_distance():
    [outline] = gaps_of(units_of((0, 60), (99, 60))).geometry
    assert outline.bounds == pytest.approx((-50, -50, 149, 50))
    assert outline.geom_type == "Polygon"
    assert outline.area == pytest.approx(2 * np.pi * 50**2, rel=0.01)


def test_the_outline_is_of_cells_where_they_are_known():
    cells = np.array([box(0, 0, 50, 50), box(50, 0, 100, 50), None], dtype=object)
    units = units_of((25, 60), (75, 60), (300, 60), cell=cells)
    first, second = gaps_of(units).geometry
    assert first.equals(box(0, 0, 100, 50))
    assert second.bounds == pytest.approx((250, -50, 350, 50))


# -- what cannot be judged ------------------------------------------------------------------------


def test_unknown_areas_keep_their_reasons_apart():
    reasons = ["island", "island", "edge of data", ""]
    units = units_of(
        (0, 10), (50, 20), (100, 5), (150, 90),
        verdict=["unknown"] * 3 + ["gap"], reason=reasons,
    )  # fmt: skip
    areas = find_unknown_areas(
        units, choose_join_distances(units, pd.Series([0] * 4), 100.0), nameless()
    )
    assert list(areas.columns) == [*UNKNOWN_COLUMNS, "geometry"]
    assert areas["reason"].tolist() == ["island", "edge of data"]
    assert areas["people_residential"].tolist() == [30, 5]
    nobody = units_of()
    join_m = choose_join_distances(nobody, pd.Series([]), 100.0)
    none = find_unknown_areas(nobody, join_m, nameless())
    assert list(none.columns) == [*UNKNOWN_COLUMNS, "geometry"]


def test_unknown_areas_hold_people_and_the_largest_come_first():
    units = units_of(
        (0, 0), (500, 5, "industrial"), (1000, 20, "industrial"), (1500, 0.5), (2000, 0.25),
        verdict="unknown", reason="island",
    )  # fmt: skip
    join_m = choose_join_distances(units, pd.Series([0] * 5), 100.0)
    areas = find_unknown_areas(units, join_m, nameless())
    assert areas["people_residential"].tolist() == [0.5, 0.25, 0, 0]
    assert areas["people_industrial"].tolist() == [0, 0, 20, 5]


# -- properties -----------------------------------------------------------------------------------


@settings(max_examples=6)
@given(seed=st.integers(0, 10_000))
def test_everybody_in_a_gap_stands_in_one_row_whatever_the_order(seed):
    rng = np.random.default_rng(seed)
    n = 40
    kinds = rng.choice(["residential", "industrial", "commercial"], n)
    units = units_of(
        *zip(rng.integers(0, 4000, n), rng.integers(0, 60, n), kinds, strict=True),
        verdict=rng.choice(["gap", "gap", "covered", "unknown"], n),
        town=rng.choice(["N", "S", ""], n),
        minutes=rng.integers(16, 40, n).astype(float),
        nearest_facility_id=rng.choice(["F", "G"], n),
    )
    straight = rng.uniform(300, 1500, n)
    gaps = gaps_of(units, straight_m=straight, towns=["N", "S"])
    left_out = units[units["verdict"] == "gap"]
    for column in PEOPLE_COLUMNS:
        kind = column.removeprefix("people_")
        assert gaps[column].sum() == left_out.loc[left_out["kind"] == kind, "people"].sum()
    assert gaps["rank"].tolist() == list(range(1, len(gaps) + 1))
    assert gaps["gap_id"].is_unique
    real = gaps[gaps["name"] != "scattered"]
    assert real["people_residential"].is_monotonic_decreasing
    assert (real[list(PEOPLE_COLUMNS)].max(axis=1) >= 50).all()
    order = rng.permutation(n)
    mixed = gaps_of(units.iloc[order], straight_m=straight[order], towns=["N", "S"])
    pd.testing.assert_frame_equal(
        pd.DataFrame(mixed.drop(columns="geometry")), pd.DataFrame(gaps.drop(columns="geometry"))
    )
    assert mixed.geometry.geom_equals(gaps.geometry).all()


def test_straight_metres():
    units = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0, 30], [0, 40]), crs=FRAME)
    assert straight_metres(units, np.array([(0.0, 0.0), (300.0, 400.0)])).tolist() == [0, 50]
    assert straight_metres(units, np.array([(0.0, 0.0)])).tolist() == [0, 50]
    assert straight_metres(units.iloc[1:], np.array([(0.0, 0.0)])).tolist() == [50]
    assert straight_metres(units, np.empty((0, 2))).tolist() == [np.inf, np.inf]
    assert straight_metres(units.iloc[:0], np.zeros((1, 2))).tolist() == []


# -- outlines of small gaps -----------------------------------------------------------------------


def test_outlines_of_small_gaps_stand_side_by_side_in_the_order_of_their_ids():
    """Units at 0, 90 | 400 | 900: discs of 50 m; the ids of the last one come first."""
    units = units_of((0, 5), (90, 5), (400, 5), (900, 5), join_m=100.0)
    units["demand_id"] = ["c", "b", "d", "a"]
    small = outline_small_gaps(units, np.array([4, 4, 7, 9]))
    assert small["demand_id"].tolist() == ["b", "d", "a"]
    outline = put_outlines_together(small)
    west = [round(part.bounds[0]) for part in outline.geoms]
    assert west == [850, -50, 350]
    # Whatever pieces they were found in.
    again = put_outlines_together(
        pd.concat([outline_small_gaps(units.iloc[2:], np.array([1, 0])),
                   outline_small_gaps(units.iloc[:2], np.array([0, 0]))])
    )  # fmt: skip
    assert again.wkb == outline.wkb
    everything = shapely.union_all(units.buffer(50, quad_segs=8).to_numpy())
    assert outline.normalize().equals_exact(everything.normalize(), 1e-6)


def test_cells_of_two_small_gaps_that_touch_are_one_outline():
    cells = [box(0, -50, 200, 50), box(200, -50, 400, 50), box(900, -50, 950, 50)]
    units = units_of((100, 5), (300, 5), (925, 5), join_m=100.0, cell=cells)
    outline = put_outlines_together(outline_small_gaps(units, np.array([0, 1, 2])))
    assert sorted(part.area for part in outline.geoms) == [5_000, 40_000]
    one = put_outlines_together(outline_small_gaps(units.iloc[:2], np.array([0, 1])))
    assert one.geom_type == "Polygon"
