"""Coverage by the hour, worked out by hand on five units and three facilities."""

import time

import numpy as np
import pandas as pd
import pandas.testing as pdt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.coverage import coverage_table, judge
from planner.hours_coverage import (
    HoursCoverage,
    cover_by_hours,
    nearest_open,
    sometimes_covered,
    sort_by_unit,
)
from planner.moments import USUAL_MOMENTS, usual_moment
from planner.travel.minutes import ReachedPairs

MOMENTS = [usual_moment(name) for name in ("weekday_morning", "weekday_evening", "saturday")]


def pairs_of(minutes: list[list[float]]) -> ReachedPairs:
    """From a matrix facility x unit; above 15 is out of reach."""
    table = np.array(minutes)
    origin, target = np.nonzero(table <= 15)
    return ReachedPairs(origin, target, table[origin, target], table.shape)


@pytest.fixture
def facilities() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "opening_hours": ["Mo-Fr 09:00-17:00", "Mo-Su 08:30-20:30", "Su 09:00-12:00"],
            "services": ["政务 | 文体", "政务=Mo-Fr 09:00-17:00", ""],
        }
    )


@pytest.fixture
def demand() -> pd.DataFrame:
    """Five units; e meets no street."""
    return pd.DataFrame(
        {
            "kind": ["residential", "residential", "industrial", "residential", "residential"],
            "people": [10.0, 20.0, 30.0, 40.0, 50.0],
            "town": ["North", "North", "South", "South", "South"],
        },
        index=list("abcde"),
    )


@pytest.fixture
def pairs() -> ReachedPairs:
    """Minutes: office, late centre, Sunday room x a to e."""
    return pairs_of(
        [
            [5.0, 8.0, 15.0, 99.0, 99.0],
            [12.0, 8.0, 99.0, 99.0, 99.0],
            [1.0, 99.0, 99.0, 2.0, 99.0],
        ]
    )


def doubt(_: np.ndarray) -> pd.Series:
    return pd.Series(["", "", "", "", "no street near"], dtype=object)


@pytest.fixture
def found(demand: pd.DataFrame, facilities: pd.DataFrame, pairs: ReachedPairs) -> HoursCoverage:
    return cover_by_hours(
        demand, facilities, pairs, MOMENTS, doubt, areas=["North", "South"], cutoff_minutes=15.0
    )


def test_the_nearest_open_facility_is_found(pairs: ReachedPairs):
    ordered = sort_by_unit(pairs)
    minutes, nearest = nearest_open(ordered, np.array([True, True, False]))
    assert minutes.tolist() == [5.0, 8.0, 15.0, np.inf, np.inf]
    assert nearest.tolist() == [0, 0, 0, -1, -1]  # b is as near to both: the first one
    minutes, nearest = nearest_open(ordered, np.array([False, True, False]))
    assert minutes.tolist() == [12.0, 8.0, np.inf, np.inf, np.inf]
    assert nearest.tolist() == [1, 1, -1, -1, -1]
    minutes, nearest = nearest_open(ordered, np.zeros(3, dtype=bool))
    assert np.isinf(minutes).all()
    assert (nearest == -1).all()


def test_every_unit_is_judged_at_every_moment(found: HoursCoverage):
    table = found.verdicts
    assert list(table.columns) == ["moment", "nearest", "minutes", "verdict", "reason", "cause"]
    assert list(table.index) == list("abcde") * 3
    by_moment = dict(iter(table.groupby("moment", sort=False)))
    assert list(by_moment) == ["weekday_morning", "weekday_evening", "saturday"]
    morning, evening = by_moment["weekday_morning"], by_moment["weekday_evening"]
    assert morning["verdict"].tolist() == ["covered"] * 3 + ["gap", "unknown"]
    assert evening["verdict"].tolist() == ["covered", "covered", "gap", "gap", "unknown"]
    assert evening["reason"].tolist() == ["", "", "", "", "no street near"]
    assert evening["minutes"].tolist() == [12.0, 8.0, np.inf, np.inf, np.inf]
    assert (morning["cause"] == "").all()
    assert evening["cause"].tolist() == ["", "", "closed", "", ""]


def test_who_is_covered_at_some_moments_only_is_told(found: HoursCoverage):
    units = found.units
    assert units["moments_covered"].tolist() == [3, 3, 1, 0, 0]
    assert units["covered_at"].tolist() == [
        *["weekday_morning;weekday_evening;saturday"] * 2,
        "weekday_morning",
        "",
        "",
    ]
    assert units["office_hours_only"].tolist() == [False, False, True, False, False]
    assert units["at_no_moment"].tolist() == [False, False, False, True, False]  # Sundays only


def test_people_are_counted_by_moment_kind_and_town(found: HoursCoverage, demand: pd.DataFrame):
    for moment in MOMENTS:
        verdict = found.verdicts.loc[found.verdicts["moment"] == moment.name, "verdict"]
        expected = coverage_table(demand, {15.0: verdict}, ["North", "South"])
        part = found.coverage[found.coverage["moment"] == moment.name]
        part = part.drop(columns="moment").reset_index(drop=True)
        pdt.assert_frame_equal(part, expected, check_dtype=False)
    south = found.coverage.query("area == 'South' and kind == 'industrial'")
    assert south.set_index("moment")["covered"].to_dict() == {
        "weekday_morning": 30.0,
        "weekday_evening": 0.0,
        "saturday": 0.0,
    }


def test_people_are_counted_by_service_and_moment(found: HoursCoverage):
    table = found.services.query("kind == 'residential'")
    assert set(table["area"]) == {"all"}
    covered = {
        (service, moment): covered
        for service, moment, covered in table[["service", "moment", "covered"]].itertuples(
            index=False
        )
    }
    assert covered == {
        ("政务", None): 30.0,
        ("文体", None): 30.0,
        ("政务", "weekday_morning"): 30.0,
        ("文体", "weekday_morning"): 30.0,
        ("政务", "weekday_evening"): 0.0,
        ("文体", "weekday_evening"): 0.0,
        ("政务", "saturday"): 0.0,  # the centre is open, its counter is not
        ("文体", "saturday"): 0.0,
    }
    assert table["gap"].iloc[0] == 40.0
    assert table["unknown"].iloc[0] == 50.0


def test_doubts_are_asked_once_for_each_set_of_open_facilities(
    demand: pd.DataFrame, facilities: pd.DataFrame, pairs: ReachedPairs
):
    asked: list[tuple[bool, ...]] = []

    def counting(is_open: np.ndarray) -> pd.Series:
        asked.append(tuple(is_open.tolist()))
        return doubt(is_open)

    cover_by_hours(demand, facilities, pairs, MOMENTS, counting, areas=[], cutoff_minutes=15.0)
    assert len(asked) == len(set(asked))
    assert (True, True, False) in asked


def test_without_moments_the_tables_are_empty(
    demand: pd.DataFrame, facilities: pd.DataFrame, pairs: ReachedPairs, found: HoursCoverage
):
    none = cover_by_hours(demand, facilities, pairs, [], doubt, areas=[], cutoff_minutes=15.0)
    for name in ("verdicts", "coverage", "services"):
        table = getattr(none, name)
        assert table.empty
        assert list(table.columns) == list(getattr(found, name).columns)
    assert list(none.units.columns) == list(found.units.columns)
    assert not none.units["office_hours_only"].any()
    assert not none.units["at_no_moment"].any()


def test_without_units_there_is_nobody_to_count(facilities: pd.DataFrame, demand: pd.DataFrame):
    nobody = ReachedPairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), (3, 0))
    empty = pd.Series([], dtype=object)
    found = cover_by_hours(
        demand[:0], facilities, nobody, MOMENTS, lambda _: empty, areas=[], cutoff_minutes=15.0
    )
    assert found.verdicts.empty
    assert found.coverage["people"].tolist() == [0.0] * 3
    assert found.coverage["share"].isna().all()


def test_facilities_without_services_make_no_rows(demand: pd.DataFrame, pairs: ReachedPairs):
    bare = pd.DataFrame({"opening_hours": ["", "", ""]})
    found = cover_by_hours(demand, bare, pairs, MOMENTS, doubt, areas=[], cutoff_minutes=15.0)
    assert found.services.empty
    assert found.units["moments_covered"].tolist() == [3, 3, 3, 3, 0]  # always open


@st.composite
def towns(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Minutes facility x unit, and which facilities are open."""
    n_facilities, n_units = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    cell = st.sampled_from([0.0, 3.0, 7.5, 15.0, 99.0])
    cells = st.lists(cell, min_size=n_units, max_size=n_units)
    minutes = draw(st.lists(cells, min_size=n_facilities, max_size=n_facilities))
    is_open = draw(st.lists(st.booleans(), min_size=n_facilities, max_size=n_facilities))
    return np.array(minutes), np.array(is_open)


@given(towns())
def test_the_nearest_is_that_of_the_open_ones_alone(town: tuple[np.ndarray, np.ndarray]):
    minutes, is_open = town
    found, nearest = nearest_open(sort_by_unit(pairs_of(minutes.tolist())), is_open)
    closed_out = np.where(is_open[:, None] & (minutes <= 15), minutes, np.inf)
    assert found.tolist() == closed_out.min(axis=0).tolist()
    expected = np.where(np.isinf(found), -1, closed_out.argmin(axis=0))
    assert nearest.tolist() == expected.tolist()


@given(towns())
def test_one_more_open_facility_never_makes_a_walk_longer(town: tuple[np.ndarray, np.ndarray]):
    minutes, is_open = town
    ordered = sort_by_unit(pairs_of(minutes.tolist()))
    before = nearest_open(ordered, is_open)[0]
    for closed in np.flatnonzero(~is_open):
        more = is_open.copy()
        more[closed] = True
        assert (nearest_open(ordered, more)[0] <= before).all()


def test_sometimes_is_neither_never_nor_always():
    index = pd.RangeIndex(3)
    verdicts = {
        "one": pd.Series(["covered", "covered", "gap"]),
        "two": pd.Series(["covered", "unknown", "gap"]),
    }
    found = sometimes_covered(verdicts, np.ones(3, dtype=bool), index)
    assert found["office_hours_only"].tolist() == [False, True, False]
    assert found["at_no_moment"].tolist() == [False, False, True]


def test_a_district_takes_less_than_a_second():
    """22,000 units, 590 facilities, 300,000 pairs, four moments, seven services."""
    n_units, n_facilities = 22_000, 590
    random = np.random.default_rng(5)
    key = np.unique(random.integers(0, n_units * n_facilities, 300_000))
    minutes = random.random(len(key)) * 15
    pairs = ReachedPairs(key // n_units, key % n_units, minutes, (n_facilities, n_units))
    names = [f"town {number}" for number in range(12)]
    demand = pd.DataFrame(
        {
            "kind": random.choice(["residential", "industrial", "commercial"], n_units),
            "people": random.random(n_units) * 100,
            "town": random.choice(names, n_units),
        }
    )
    hours = ["", "Mo-Fr 08:30-17:00", "Mo-Su 08:30-20:30", "24/7"]
    facilities = pd.DataFrame(
        {
            "opening_hours": random.choice(hours, n_facilities),
            "services": "政务 | 文体 | 为老 | 托幼 | 议事 | 培训 | 骑手驿站",
        }
    )
    unsure = pd.Series(np.where(random.random(n_units) < 0.1, "island", ""), dtype=object)
    moments = [usual_moment(name) for name in USUAL_MOMENTS]
    start = time.process_time()
    found = cover_by_hours(
        demand, facilities, pairs, moments, lambda _: unsure, areas=names, cutoff_minutes=15.0
    )
    assert time.process_time() - start < 2.0  # 0.3 s alone; room for a slow machine
    assert len(found.verdicts) == 4 * n_units
    assert len(found.services) == 5 * 7 * 4
    night = found.verdicts.iloc[-n_units:]
    again = judge(night["minutes"].to_numpy(), unsure, 15.0)["verdict"]
    assert night["verdict"].tolist() == again.tolist()
