"""Which units make up a gap: near each other, in one town, and not too wide."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.gaps.definition import (
    MIN_PART_PEOPLE,
    WIDE_M,
    choose_join_distances,
    find_gap_members,
    group_units,
)
from tests.cities.drawing import FRAME
from tests.judge.gaps import gaps as reference_gaps
from tests.samples import examples


def units_of(*rows, **columns):
    """Make units left out from (x, people) or (x, people, nearest facility), 100 m apart or so."""
    table = {
        "demand_id": [f"u{n:02}" for n in range(len(rows))],
        "kind": "residential",
        "people": [float(row[1]) for row in rows],
        "town": "",
        "nearest_facility_id": [row[2] if len(row) > 2 else "F" for row in rows],
        "verdict": "gap",
    }
    points = gpd.points_from_xy([row[0] for row in rows], [0.0] * len(rows))
    return gpd.GeoDataFrame(table | columns, geometry=points, crs=FRAME)


def members_of(units, join_m=100.0):
    """Return the gap_id of each unit without its `gap:`."""
    members = find_gap_members(units, np.full(len(units), join_m))
    return [name.removeprefix("gap:") for name in members["gap_id"]]


def line(people, *facilities, step=100.0):
    """Units every 100 m, each of some people, with the nearest facility that is given for each."""
    return units_of(*((step * n, people, name) for n, name in enumerate(facilities)))


# -- how far apart --------------------------------------------------------------------------------


def join_metres(units, table):
    return choose_join_distances(units, pd.Series(table, index=units.index), None).tolist()


def test_the_join_distance_follows_the_spacing_of_each_table():
    # Neighbours are 200 m apart in table 0 (x 1.2 are 240 m) and 50 m in table 1 (150 m is the
    # least). Table 2 has one place only, listed twice, so no spacing: 150 m.
    units = units_of(*((x, 1) for x in (0, 200, 400, 0, 50, 100, 900, 900)))
    assert join_metres(units, [0, 0, 0, 1, 1, 1, 2, 2]) == [240] * 3 + [150] * 5
    assert join_metres(units.iloc[:0], []) == []
    fixed = choose_join_distances(units, pd.Series(0, index=units.index), 75.0)
    assert fixed.tolist() == [75.0] * 8


def test_the_median_neighbour_counts():
    # nearest neighbours: 100, 100, 100, 800 -> 100 x 1.2 is less than 150
    units = units_of((0, 1), (100, 1), (200, 1), (1000, 1))
    assert join_metres(units, [0] * 4) == [150.0] * 4
    # 300, 300, 300, 800 -> 360
    units = units_of((0, 1), (300, 1), (600, 1), (1400, 1))
    assert join_metres(units, [0] * 4) == [360.0] * 4


def test_homes_that_share_a_place_count_as_one_neighbour():
    # two homes in each of three houses that stand 300 m apart: 360 m, not the 0 m within a house
    units = units_of(*((x, 1) for x in (0, 0, 300, 300, 600, 600)))
    assert join_metres(units, [0] * 6) == [360.0] * 6


# -- one town -------------------------------------------------------------------------------------


def test_a_gap_ends_at_the_border_of_a_town():
    units = units_of((0, 60), (100, 60), (200, 60), (300, 60), town=["A", "A", "B", ""])
    assert members_of(units) == ["u00", "u00", "u02", "u03"]
    join_m = np.full(4, 100.0)
    assert group_units(units, join_m).tolist() == [0, 0, 1, 2]
    assert group_units(units.assign(town="A"), join_m).tolist() == [0] * 4
    assert group_units(units.iloc[:0], join_m[:0]).tolist() == []


def test_units_are_joined_only_through_units_of_their_own_town():
    # the middle one of A - B - A stands between two that are 200 m apart
    units = units_of((0, 60), (100, 60), (200, 60), town=["A", "B", "A"])
    assert members_of(units) == ["u00", "u01", "u02"]
    assert members_of(units, 200.0) == ["u00", "u01", "u00"]


def test_under_fifty_people_on_one_side_of_a_town_border_are_scattered():
    units = units_of((0, 40), (100, 40), (200, 10), town=["A", "B", "B"])
    assert members_of(units) == ["scattered:A", "u01", "u01"]


def test_small_gaps_are_one_row_per_town():
    people = ((0, 10), (1000, 20), (2000, 60), (3000, 5))
    units = units_of(*people, town=["A", "A", "A", "B"])
    assert members_of(units) == ["scattered:A", "scattered:A", "u02", "scattered:B"]


# -- wide gaps ------------------------------------------------------------------------------------


def test_a_gap_of_1500_m_is_whole_and_a_wider_one_is_cut():
    # 16 units reach from 0 to 1,500 m; 8 of them are nearer to F
    whole = line(60, *["F"] * 8, *["G"] * 8)
    assert members_of(whole) == ["u00"] * 16
    wider = line(60, *["F"] * 8, *["G"] * 9)
    assert members_of(wider) == ["u00"] * 8 + ["u08"] * 9
    before = find_gap_members(wider, np.full(17, 100.0))["before_cut"]
    assert before.nunique() == 1


def test_half_a_metre_beyond_1500_m_is_too_wide():
    units = line(60, *["F"] * 8, *["G"] * 8)
    longer = line(60, *["F"] * 8, *["G"] * 8, step=1500.5 / 15)
    assert members_of(longer, 101.0) == ["u00"] * 8 + ["u08"] * 8
    assert members_of(units, 101.0) == ["u00"] * 16


def test_width_is_measured_where_metres_are_negative():
    # from 800 m south of the origin of the frame to 800 m north of it
    y = np.arange(17) * 100.0 - 800
    units = line(60, *["F"] * 8, *["G"] * 9)
    units = units.set_geometry(gpd.points_from_xy([0.0] * 17, y), crs=FRAME)
    assert members_of(units) == ["u00"] * 8 + ["u08"] * 9


def test_a_gap_of_1500_m_is_whole_although_its_box_is_longer():
    # the ninth unit lies 50 m beside the line of the others: the box measures 1,500.8 m across
    y = [0.0] * 8 + [50.0] + [0.0] * 7
    units = line(60, *["F"] * 8, *["G"] * 8)
    units = units.set_geometry(gpd.points_from_xy(np.arange(16) * 100.0, y), crs=FRAME)
    assert members_of(units, 120.0) == ["u00"] * 16


def test_width_is_measured_between_units_in_any_direction():
    # 1,100 m to the east, then 1,050 m to the north: 1,521 m between the ends
    x = [*np.arange(12) * 100.0, *[1100.0] * 11]
    y = [*[0.0] * 12, *(np.arange(1, 12) * 95.0).tolist()]
    facility = ["F"] * 12 + ["G"] * 11
    units = units_of(*((0, 60, name) for name in facility))
    units = units.set_geometry(gpd.points_from_xy(x, y), crs=FRAME)
    assert np.hypot(1100, 11 * 95) > WIDE_M
    assert members_of(units) == ["u00"] * 12 + ["u12"] * 11
    near = units.set_geometry(gpd.points_from_xy(x, np.array(y) * 0.9), crs=FRAME)
    assert members_of(near) == ["u00"] * 23


def test_a_part_of_299_people_stays_with_its_neighbour():
    facilities = [*["F"] * 10, *["G"] * 3, *["H"] * 10]
    # G's three units: 299.7 people stay with the nearest part, here the left one at 90 m
    units = line(99.9, *facilities)
    moved = units.geometry.x.to_numpy() - np.where(np.arange(23) >= 10, 10.0, 0.0)
    units = units.set_geometry(gpd.points_from_xy(moved, [0.0] * 23), crs=FRAME)
    assert members_of(units) == ["u00"] * 13 + ["u13"] * 10
    # 300 people are a gap of their own
    enough = units.assign(people=100.0)
    assert members_of(enough) == ["u00"] * 10 + ["u10"] * 3 + ["u13"] * 10


def test_three_times_99_point_9_and_0_point_3_are_300_people():
    people = [60.0] * 10 + [99.9, 99.9, 99.9, 0.3] + [60.0] * 10
    units = line(1, *["F"] * 10, *["G"] * 4, *["H"] * 10).assign(people=people)
    assert members_of(units) == ["u00"] * 10 + ["u10"] * 4 + ["u14"] * 10


def test_a_small_part_equally_near_to_two_goes_to_the_one_with_fewer_people():
    people = [70.0] * 10 + [50.0] + [60.0] * 10
    units = line(1, *["F"] * 10, "G", *["H"] * 10).assign(people=people)
    assert members_of(units) == ["u00"] * 10 + ["u10"] * 11


def test_parts_are_as_near_as_their_nearest_units():
    # G is 90 m from F, and again 140 m with its second unit; it is 95 m from H
    x = [*range(0, 1000, 100), 990, 1040, 1090, *range(1185, 2185, 100)]
    facilities = [*["F"] * 10, *["G"] * 3, *["H"] * 10]
    units = units_of(*((place, 60, name) for place, name in zip(x, facilities, strict=True)))
    assert members_of(units, 142.0) == ["u00"] * 13 + ["u13"] * 10


def test_of_equals_the_first_by_its_id_counts():
    # G's unit is as near to F as to H, both of 600 people: it joins H, whose smallest id is u00
    units = line(60, *["F"] * 10, "G", *["H"] * 10)
    ids = [f"u{n:02}" for n in (*range(1, 11), 20, 0, *range(11, 20))]
    assert members_of(units.assign(demand_id=ids)) == ["u01"] * 10 + ["u00"] * 11


def test_of_equally_near_parts_the_one_whose_largest_kind_is_smaller_counts():
    # A has 400 residents and 10 workers, B 350 and 50; the kinds are never added up
    x = [*range(0, 1000, 100), 900, 1000, *range(1100, 2100, 100), 1100]
    facilities = [*["A"] * 11, "S", *["B"] * 11]
    people = [40] * 10 + [10, 90] + [35] * 10 + [50]
    kinds = ["residential"] * 10 + ["industrial"] + ["residential"] * 11 + ["industrial"]
    units = units_of(*zip(x, people, facilities, strict=True), kind=kinds)
    assert members_of(units) == ["u00"] * 11 + ["u11"] * 12


def test_joined_parts_are_called_by_the_first_id_of_both():
    # X, 100 people, joins Y, 200; then S, 250, is as near to them, 300, as to M, 300: X has u00
    facilities = ["X", "Y", "S", *["M"] * 20]
    units = line(15, *facilities).assign(people=[100.0, 200.0, 250.0, *[15.0] * 20])
    ids = ["u00", "u10", "u20", "u05", *(f"u{n}" for n in range(40, 59))]
    assert members_of(units.assign(demand_id=ids)) == ["u00"] * 3 + ["u05"] * 20


def test_the_smallest_part_is_that_of_the_smallest_largest_kind():
    # H, of 100 residents and 90 workers, joins K, 80 m away; then G, of 200 and 10, joins them.
    # If G went first, it would join H, 90 m away, and make 300 residents.
    x = [*range(0, 1000, 100), 1000, 1001, 1091, 1092, *range(1172, 2172, 100)]
    facilities = [*["F"] * 10, "G", "G", "H", "H", *["K"] * 10]
    people = [60] * 10 + [200, 10, 100, 90] + [60] * 10
    kinds = ["residential"] * 10 + ["residential", "industrial"] * 2 + ["residential"] * 10
    units = units_of(*zip(x, people, facilities, strict=True), kind=kinds)
    assert members_of(units) == ["u00"] * 10 + ["u10"] * 14


def test_small_parts_join_each_other_until_they_are_enough():
    # catchments of 100 people each: the smallest go first, to the nearest, and three make 300
    facilities = list("ABCDEFGHIJKLMNOPQR")
    # A joins B; C is as near to them as to D, who are fewer; the last two pairs join the pair
    # before them: 9 pairs of 200, then four and a half times 400
    found = members_of(line(100, *facilities))
    assert found == [f"u{min(n - n % 4, 12):02}" for n in range(18)]
    # 270 people in all are not cut at all
    assert set(members_of(line(15, *facilities))) == {"u00"}


def test_any_kind_of_300_people_makes_a_part():
    units = line(10, *["F"] * 10, *["G"] * 10)
    kinds = ["residential"] * 10 + ["industrial"] * 10
    found = members_of(units.assign(kind=kinds, people=[40.0] * 10 + [30.0] * 10))
    assert found == ["u00"] * 10 + ["u10"] * 10
    # kinds are never added up: 150 residents and 150 workers are no 300 people
    mixed = ["residential"] * 10 + ["residential", "industrial"] * 5
    found = members_of(units.assign(kind=mixed, people=[40.0] * 10 + [30.0] * 10))
    assert found == ["u00"] * 20


def test_a_catchment_that_falls_apart_makes_two_parts():
    facilities = [*["F"] * 6, *["G"] * 6, *["F"] * 6]
    assert members_of(line(60, *facilities)) == ["u00"] * 6 + ["u06"] * 6 + ["u12"] * 6


def test_units_that_reach_no_facility_stay_together():
    facilities = [*["F"] * 8, *[None] * 10]
    assert members_of(line(60, *facilities)) == ["u00"] * 8 + ["u08"] * 10


def test_a_wide_part_of_one_facility_stays_whole():
    assert members_of(line(60, *["F"] * 40)) == ["u00"] * 40


# -- properties -----------------------------------------------------------------------------------


def random_city(seed, n=150):
    """A strip of units of several kinds, towns and catchments, with fractions of people."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 5000, n), rng.uniform(0, 400, n)
    facility = np.array(["F", "G", "H", "J", None], dtype=object)
    units = gpd.GeoDataFrame(
        {
            "demand_id": [f"u{k:03d}" for k in rng.permutation(n)],
            "kind": rng.choice(["residential", "industrial"], n, p=[0.8, 0.2]),
            "people": rng.integers(0, 900, n) / 10,
            "town": np.where(x < 2600, "West", np.where(x < 4500, "East", "")),
            "nearest_facility_id": facility[np.minimum((x + rng.normal(0, 60, n)) // 1100, 4)
                                            .astype(int)],
            "verdict": rng.choice(["gap", "gap", "gap", "covered"], n),
        },
        geometry=gpd.points_from_xy(x, y), crs=FRAME,
    )  # fmt: skip
    return units, rng.choice([150.0, 300.0], n), rng


def test_the_cities_of_the_properties_have_gaps_that_are_cut():
    parts = []
    for seed in range(10):
        units, join_m, _ = random_city(seed)
        found = find_gap_members(units, join_m)
        parts += found[found["before_cut"] >= 0].groupby("before_cut")["gap_id"].nunique().tolist()
    assert sum(n > 1 for n in parts) >= 10
    assert max(parts) >= 3


@examples(12, whole=25)
@given(seed=st.integers(0, 100_000))
def test_members_are_those_of_the_judge_whatever_the_order(seed):
    units, join_m, rng = random_city(seed)
    found = find_gap_members(units, join_m)
    left = (units["verdict"] == "gap") & (units["people"] > 0)
    assert (found["gap_id"] != "").equals(left)
    assert ((found["before_cut"] >= 0) == left).all()
    assert dict(zip(units["demand_id"], found["gap_id"], strict=True)) == reference_gaps(
        units, join_m
    )
    order = rng.permutation(len(units))
    mixed = find_gap_members(units.iloc[order], join_m[order])["gap_id"]
    pd.testing.assert_series_equal(mixed.sort_index(), found["gap_id"])


@examples(12, whole=25)
@given(seed=st.integers(0, 100_000))
def test_every_part_lies_in_one_town_and_counts_enough_people(seed):
    units, join_m, _ = random_city(seed)
    found = find_gap_members(units, join_m)
    real = units.join(found)[found["gap_id"].str.startswith("gap:")]
    assert (real.groupby("gap_id")["town"].nunique() == 1).all()
    for _, whole in real.groupby("before_cut"):
        people = whole.pivot_table(
            index="gap_id", columns="kind", values="people", aggfunc="sum", fill_value=0.0
        )
        if len(people) > 1:
            assert (people.max(axis=1) >= MIN_PART_PEOPLE - 1e-9).all()


@pytest.mark.parametrize("people", [0.0, 60.0])
def test_nobody_left_out_makes_no_gap(people):
    units = units_of((0, people), verdict="covered")
    assert members_of(units) == [""]
    assert members_of(units.iloc[:0]) == []
    assert members_of(units_of((0, 0))) == [""]
