"""Services of a facility, their own hours, and who serves at a moment."""

import pandas as pd
import pytest

from planner.plan.moments import make_usual_moment
from planner.plan.services import (
    SERVICES_EN,
    count_without_hours,
    find_services_at,
    find_serving,
    list_moment_notes,
    list_services,
    parse_services,
)

MORNING, EVENING, NIGHT = map(make_usual_moment, ("weekday_morning", "weekday_evening", "night"))


def test_a_bar_within_hours_or_quotes_separates_no_services():
    text = '政务=Mo-Fr 09:00-12:00 || "电话 | 预约" | 文体="a=b" ｜ 为老'
    assert parse_services(text) == {
        "政务": 'Mo-Fr 09:00-12:00 || "电话 | 预约"',
        "文体": '"a=b"',
        "为老": "",
    }


@pytest.fixture
def facilities() -> pd.DataFrame:
    """A centre, a station by day, and a couriers' stop in a mall at any hour."""
    return pd.DataFrame(
        {
            "domain": ["community", "community", "mall"],
            "opening_hours": ["Mo-Su 08:30-20:30", "Mo-Fr 09:00-17:00", ""],
            "services": ["政务=Mo-Fr 09:00-17:00 | 文体 | 棋牌", "文体 | 为老", "骑手驿站"],
        }
    )


def test_services_are_read_with_their_own_hours():
    assert parse_services("政务=Mo-Fr 09:00-17:00 | 文体 | 为老") == {
        "政务": "Mo-Fr 09:00-17:00",
        "文体": "",
        "为老": "",
    }
    assert parse_services("政务＝Mo-Fr 09:00-17:00｜文体") == {
        "政务": "Mo-Fr 09:00-17:00",
        "文体": "",
    }
    assert parse_services(" ") == {}


def test_the_two_bars_of_hours_separate_no_services():
    text = '政务=Mo-Fr 09:00-12:00 || "ask" | 文体'
    assert parse_services(text) == {"政务": 'Mo-Fr 09:00-12:00 || "ask"', "文体": ""}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("政务 | | 文体", "a service has no name"),
        ("=24/7", "a service has no name"),
        ("政务 |", "a service has no name"),
        ("政务 | 政务=24/7", "政务 stands twice"),
        ("政务=", "no hours follow 政务="),
        ("all", "'all' is reserved"),
    ],
)
def test_services_that_cannot_be_told_apart_are_refused(text: str, message: str):
    with pytest.raises(ValueError, match=message):
        parse_services(text)


def test_the_usual_services_come_first(facilities: pd.DataFrame):
    assert list(SERVICES_EN) == ["政务", "文体", "为老", "托幼", "议事", "培训", "骑手驿站"]
    assert list_services(facilities) == ["政务", "文体", "为老", "骑手驿站", "棋牌"]


def test_a_service_has_its_own_hours_or_those_of_its_facility(facilities: pd.DataFrame):
    found = {name: flags.tolist() for name, flags in find_services_at(facilities, EVENING).items()}
    assert found == {
        "政务": [False, False, False],  # closes at five although the centre stays open
        "文体": [True, False, False],
        "为老": [False, False, False],
        "骑手驿站": [False, False, True],
        "棋牌": [True, False, False],
    }
    offered = find_services_at(facilities, None)
    assert offered["文体"].tolist() == [True, True, False]
    assert find_services_at(facilities, MORNING)["政务"].tolist() == [True, False, False]


def test_a_table_without_the_columns_offers_no_services_and_never_closes():
    bare = pd.DataFrame({"facility_id": ["a", "b"]})
    assert find_services_at(bare, NIGHT) == {}
    assert find_serving(bare, moment=NIGHT).tolist() == [True, True]


def test_who_serves_is_open_and_of_a_domain_that_counts(facilities: pd.DataFrame):
    assert find_serving(facilities).tolist() == [True, True, True]
    assert find_serving(facilities, moment=EVENING).tolist() == [True, False, True]
    assert find_serving(facilities, domains=["park", "mall"]).tolist() == [False, False, True]
    both = find_serving(facilities, domains=["community"], moment=EVENING)
    assert both.tolist() == [True, False, False]


def test_the_warnings_count_facilities_without_hours(facilities: pd.DataFrame):
    assert count_without_hours(facilities) == 1
    assert list_moment_notes(facilities, [NIGHT]) == [
        "1 of 3 facilities in area and ring have no opening hours; they count as always open"
    ]
    assert list_moment_notes(facilities, []) == []
    assert list_moment_notes(facilities[:2], [NIGHT]) == []
    school = facilities.assign(services="托幼=Mo-Fr 07:30-17:00; SH off")
    assert "school holidays (SH)" in list_moment_notes(school[:2], [NIGHT])[0]


def test_hours_by_appointment_and_open_ends_do_not_count_as_open():
    hours = [
        'Mo-Fr 09:00-17:00 || "by appointment"',
        "Mo-Su 09:00+",
        "08:00-20:30; PH Su closed",
        '08:00-20:30 "ask first"',
    ]
    table = pd.DataFrame({"opening_hours": hours, "services": ""})
    assert find_serving(table, moment=MORNING).tolist() == [True, False, True, False]
    assert find_serving(table, moment=EVENING).tolist() == [False, False, True, False]
    assert find_serving(table, moment=NIGHT).tolist() == [False, False, False, False]
