"""Coverage by the hour, worked out by hand on five units and three facilities."""

import time
from datetime import datetime

import numpy as np
import pandas as pd
import pandas.testing as pdt
import pytest

from planner.coverage.by_hour import (
    HoursCoverage,
    count_by_hour,
    count_only_sometimes,
    find_sometimes_covered,
    is_office_time,
    list_hour_questions,
)
from planner.coverage.counting import count_coverage, judge
from planner.coverage.grounds import doubt_hours
from planner.plan.moments import USUAL_MOMENTS, Moment, make_usual_moment

MOMENTS = [make_usual_moment(name) for name in ("weekday_morning", "weekday_evening", "saturday")]


def asking(minutes: list[list[float]], doubt: list[str]):
    """Answer from a matrix facility x unit, whatever the moment of the gates."""

    def ask(_: Moment | None, chosen: np.ndarray, maybe: np.ndarray) -> pd.DataFrame:
        nearest, nearest_maybe = (
            np.min(np.array(minutes)[one], axis=0, initial=np.inf) for one in (chosen, maybe)
        )
        judged = judge(nearest, pd.Series(doubt, dtype=object), 15.0)
        return doubt_hours(judged, nearest_maybe <= 15.0)

    return ask


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
def ask():
    """Minutes: office, late centre, Sunday room x a to e."""
    return asking(
        [
            [5.0, 8.0, 15.0, 99.0, 99.0],
            [12.0, 8.0, 99.0, 99.0, 99.0],
            [1.0, 99.0, 99.0, 2.0, 99.0],
        ],
        ["", "", "", "", "no street near"],
    )


@pytest.fixture
def found(demand: pd.DataFrame, facilities: pd.DataFrame, ask) -> HoursCoverage:
    return count_by_hour(
        demand, facilities, MOMENTS, ask, areas=["North", "South"], cutoff_minutes=15.0
    )


def test_every_unit_is_judged_at_every_moment(found: HoursCoverage):
    assert list(found.verdicts) == ["weekday_morning", "weekday_evening", "saturday"]
    morning, evening = found.verdicts["weekday_morning"], found.verdicts["weekday_evening"]
    assert list(morning.index) == list("abcde")
    assert morning.tolist() == ["covered"] * 3 + ["gap", "unknown"]
    assert evening.tolist() == ["covered", "covered", "gap", "gap", "unknown"]


def test_who_is_covered_at_some_moments_only_is_told(found: HoursCoverage):
    units = found.units
    assert units["moments_covered"].tolist() == [3, 3, 1, 0, 0]
    assert units["covered_at"].tolist() == [
        *["weekday_morning;weekday_evening;saturday"] * 2,
        "weekday_morning",
        "",
        "",
    ]
    assert units["at_some"].tolist() == [False, False, True, False, False]
    assert units["at_no_moment"].tolist() == [False, False, False, True, False]  # Sundays only


def test_people_are_counted_by_moment_kind_and_town(found: HoursCoverage, demand: pd.DataFrame):
    for moment in MOMENTS:
        verdict = found.verdicts[moment.name]
        expected = count_coverage(demand, {15.0: verdict}, ["North", "South"])
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


def test_people_of_office_hours_are_counted_apart(found: HoursCoverage, demand: pd.DataFrame):
    assert [is_office_time(moment) for moment in MOMENTS] == [True, False, False]
    table = count_only_sometimes(demand, found, MOMENTS).set_index("kind")
    # a and b always; c in the morning only; d near a room that opens on Sundays; e knows no street
    assert table.loc["residential"].to_dict() == {
        "people": 120.0, "at_every_moment": 30.0, "at_some_moments": 0.0,
        "office_hours_only": 0.0, "at_no_moment": 40.0,
        "moments": ["weekday_morning", "weekday_evening", "saturday"],
    }  # fmt: skip
    assert table.loc["industrial", ["at_some_moments", "office_hours_only"]].tolist() == [30, 30]


@pytest.mark.parametrize(
    ("day", "hour", "minute", "expected"),
    [
        (9, 9, 0, True), (9, 8, 59, False), (13, 16, 59, True), (13, 17, 0, False),
        (14, 12, 0, False), (15, 12, 0, False),
    ],
)  # fmt: skip
def test_offices_are_open_from_nine_to_five_on_working_days(day, hour, minute, expected):
    # 9 March 2026 is a Monday
    assert is_office_time(Moment("m", "", "", datetime(2026, 3, day, hour, minute))) is expected


def test_who_is_covered_in_the_evening_does_not_depend_on_office_hours(demand: pd.DataFrame):
    long = pd.DataFrame({"opening_hours": ["Mo-Fr 08:00-21:00"], "services": [""]})
    ask = asking([[5.0] * 5], [""] * 5)
    hours = count_by_hour(demand, long, MOMENTS, ask, areas=[], cutoff_minutes=15.0)
    table = count_only_sometimes(demand, hours, MOMENTS).set_index("kind")
    # morning and evening, but not on Saturday
    assert table.loc["residential", ["at_some_moments", "office_hours_only"]].tolist() == [120, 0]


def test_who_depends_on_office_hours_is_told_only_where_both_were_asked(
    demand: pd.DataFrame, facilities: pd.DataFrame, ask
):
    sunday = Moment("sunday", "", "", datetime(2026, 3, 15, 10))
    office = [make_usual_moment("weekday_morning")]
    for moments, expected in ((office, None), ([sunday], None), ([*office, sunday], 30.0)):
        hours = count_by_hour(demand, facilities, moments, ask, areas=[], cutoff_minutes=15.0)
        table = count_only_sometimes(demand, hours, moments).set_index("kind")
        assert table.loc["industrial", "office_hours_only"] == expected
        assert table.loc["industrial", "moments"] == [moment.name for moment in moments]


def test_what_will_be_asked_is_known_before(demand: pd.DataFrame, facilities: pd.DataFrame, ask):
    asked = set()

    def listening(moment: Moment | None, chosen: np.ndarray, maybe: np.ndarray) -> pd.DataFrame:
        asked.update({(moment, chosen.tobytes()), (moment, maybe.tobytes())})
        return ask(moment, chosen, maybe)

    count_by_hour(demand, facilities, MOMENTS, listening, areas=[], cutoff_minutes=15.0)
    known = list_hour_questions(facilities, MOMENTS)
    assert {(moment, chosen.tobytes()) for moment, chosen in known} == asked
    assert len(known) == len(asked)
    assert list_hour_questions(facilities, []) == []


def test_without_moments_the_tables_are_empty(
    demand: pd.DataFrame, facilities: pd.DataFrame, ask, found: HoursCoverage
):
    none = count_by_hour(demand, facilities, [], ask, areas=[], cutoff_minutes=15.0)
    assert none.verdicts == {}
    for name in ("coverage", "services"):
        table = getattr(none, name)
        assert table.empty
        assert list(table.columns) == list(getattr(found, name).columns)
    assert list(none.units.columns) == list(found.units.columns)
    assert not none.units["at_some"].any()
    assert not none.units["at_no_moment"].any()
    assert count_only_sometimes(demand, none, []).empty


def test_without_units_there_is_nobody_to_count(facilities: pd.DataFrame, demand: pd.DataFrame):
    nobody = asking([[], [], []], [])
    found = count_by_hour(demand[:0], facilities, MOMENTS, nobody, areas=[], cutoff_minutes=15.0)
    assert found.coverage["people"].tolist() == [0.0] * 3
    assert found.coverage["share"].isna().all()


def test_facilities_without_services_make_no_rows(demand: pd.DataFrame, ask):
    bare = pd.DataFrame({"opening_hours": ["", "", ""]})
    found = count_by_hour(demand, bare, MOMENTS, ask, areas=[], cutoff_minutes=15.0)
    assert found.services.empty
    assert found.units["moments_covered"].tolist() == [3, 3, 3, 3, 0]  # always open


def test_sometimes_is_neither_never_nor_always():
    index = pd.RangeIndex(3)
    verdicts = {
        "one": pd.Series(["covered", "covered", "gap"]),
        "two": pd.Series(["covered", "unknown", "gap"]),
    }
    found = find_sometimes_covered(verdicts, np.ones(3, dtype=bool), index)
    assert found["at_some"].tolist() == [False, True, False]
    assert found["at_no_moment"].tolist() == [False, False, True]


def test_a_district_takes_less_than_a_second():
    """22,000 units, 590 facilities, four moments, seven services: 40 answers are counted."""
    n_units, n_facilities = 22_000, 590
    random = np.random.default_rng(5)
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
    verdicts = random.choice(["covered", "gap", "unknown"], n_units)
    answer = pd.DataFrame({"verdict": verdicts, "reason": ""})
    moments = [make_usual_moment(name) for name in USUAL_MOMENTS]
    start = time.process_time()
    found = count_by_hour(
        demand, facilities, moments, lambda *_: answer, areas=names, cutoff_minutes=15.0
    )
    assert time.process_time() - start < 2.0  # 0.3 s alone; room for a slow machine
    assert len(found.coverage) == 4 * 13 * 4
    assert len(found.services) == 5 * 7 * 4
