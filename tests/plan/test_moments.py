"""Moments and opening hours: what is open when, and what is said about holidays."""

from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.plan.moments import (
    DAYS,
    REFERENCE_MONDAY,
    USUAL_MOMENTS,
    Moment,
    are_open_at,
    find_hours_fault,
    in_reference_week,
    is_always_open,
    knows_holidays,
    list_hours_notes,
    make_usual_moment,
    may_ever_open,
)

OFFICE = "Mo-Fr 08:30-17:00"
LATE = "Mo-Su 08:30-20:30"
WEEKEND = "Sa,Su 09:00-16:00"


def moment(at: str, country: str = "CN") -> Moment:
    return Moment("now", "此刻", "now", datetime.fromisoformat(at), country=country)


def test_the_usual_moments_lie_in_a_week_without_public_holidays():
    assert REFERENCE_MONDAY.weekday() == 0
    assert knows_holidays("CN", REFERENCE_MONDAY.year)
    found = {
        name: make_usual_moment(name).at.isoformat(timespec="minutes") for name in USUAL_MOMENTS
    }
    assert found == {
        "weekday_morning": "2026-03-10T10:00",
        "weekday_evening": "2026-03-10T19:30",
        "saturday": "2026-03-14T10:00",
        "night": "2026-03-10T23:00",
    }
    noons = [in_reference_week(day, datetime(1, 1, 1, 12).time()) for day in DAYS]
    for noon in noons:
        assert not are_open_at(["PH"], moment(noon.isoformat())).any()


def test_a_moment_has_its_title_in_the_language_of_the_page():
    evening = make_usual_moment("weekday_evening")
    assert (evening.title("zh"), evening.title("en")) == ("工作日晚上", "weekday evening")
    assert (evening.timezone, evening.country) == ("Asia/Shanghai", "CN")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("weekday_morning", [True, True, False, True, True]),
        ("weekday_evening", [False, True, False, True, True]),
        ("saturday", [False, True, True, True, True]),
        ("night", [False, False, False, True, True]),
    ],
)
def test_who_is_open_at_the_usual_moments(name: str, expected: list[bool]):
    found = are_open_at([OFFICE, LATE, WEEKEND, "24/7", ""], make_usual_moment(name))
    assert found.dtype == bool
    assert found.tolist() == expected


def test_hours_begin_with_their_first_minute_and_end_before_their_last():
    at = ["2026-03-10T08:29", "2026-03-10T08:30", "2026-03-10T16:59", "2026-03-10T17:00"]
    assert [are_open_at([OFFICE], moment(text))[0] for text in at] == [False, True, True, False]


def test_hours_past_midnight_belong_to_the_evening_before():
    assert are_open_at(["Fr 22:00-02:00"], moment("2026-03-14T01:00"))[0]
    assert not are_open_at(["Fr 22:00-02:00"], moment("2026-03-13T01:00"))[0]


def test_what_is_unknown_is_not_open():
    assert not are_open_at(['Mo-Fr 09:00-12:00 unknown "ask"'], moment("2026-03-10T10:00"))[0]


def test_public_holidays_are_those_of_the_country():
    hours = ["Mo-Fr 09:00-17:00; PH off"]
    national_day = "2026-10-01T10:00"
    assert not are_open_at(hours, moment(national_day, "CN"))[0]
    assert are_open_at(hours, moment(national_day, "FI"))[0]
    assert are_open_at(hours, moment(national_day, "ZZ"))[0]  # nobody knows its holidays


def test_without_a_moment_all_hours_are_open_and_none_give_none():
    assert are_open_at([OFFICE, "off"], None).tolist() == [True, True]
    assert are_open_at([], make_usual_moment("night")).tolist() == []


def test_what_may_be_open_counts_if_it_is_asked_for():
    hours = [OFFICE, 'Mo-Fr 09:00-12:00 unknown "ask"', "off", "unknown", "no hours", ""]
    at = moment("2026-03-10T10:00")
    assert are_open_at(hours, at).tolist() == [True, False, False, False, False, True]
    assert are_open_at(hours, at, maybe=True).tolist() == [True, True, False, True, True, True]


def test_each_distinct_text_is_parsed_once(monkeypatch: pytest.MonkeyPatch):
    import planner.plan.moments as module

    asked = []
    real = module._is_open
    monkeypatch.setattr(module, "_is_open", lambda text, at: asked.append(text) or real(text, at))
    assert are_open_at([OFFICE, LATE] * 300, make_usual_moment("night")).shape == (600,)
    assert asked == [OFFICE, LATE]


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("", True),
        ("24/7", True),
        (OFFICE, True),
        ("closed", False),
        ("off", False),
        ("24/7 off", False),
        ("Mo-Fr 09:00-17:00; Mo-Fr off", False),
        ("2019 Mo-Fr 09:00-17:00", False),  # a past year
        ("2026 Jan-Feb", False),
        ("2026 Apr 09:00-12:00", True),
        ("2030 Mo 09:00-12:00", True),
        ("Feb 29 10:00-12:00", True),  # the next one is in 2028
        ("PH 10:00-12:00", True),
        ("SH 10:00-12:00", True),  # nobody knows the school holidays
        ('Mo-Fr unknown "ask"', True),  # may open
    ],
)
def test_hours_that_never_open_are_told_from_those_that_do(text: str, opens: bool):
    assert may_ever_open(text) is opens
    assert (find_hours_fault(text) == "") is opens
    assert find_hours_fault(text, must_open=False) == ""


@pytest.mark.parametrize(
    ("text", "always"),
    [
        ("", True), ("24/7", True), ("00:00-24:00", True), ("06:00-22:00", False),
        ("24/7; PH off", False), ("off", False), ('unknown "ask"', False),
    ],
)  # fmt: skip
def test_hours_that_never_close_are_told_from_those_that_do(text: str, always: bool):
    assert is_always_open(text) is always


def test_hours_of_a_past_year_are_judged_from_the_day_given():
    assert may_ever_open("2019 Mo-Fr 09:00-17:00", since=date(2019, 6, 1))


def test_faults_are_told_in_words():
    assert find_hours_fault("周一至周五") == (
        "cannot be read (the word '周一至周五' is not in the syntax of OSM)"
    )
    assert find_hours_fault("off") == "never opens from 2026-03-09 on"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Feb 30", "Feb 30"),
        ("Apr 31 10:00-12:00", "Apr 31"),
        ("Jun 31-Jul 2", "Jun 31"),
        ("Apr 20-31", "Apr 31"),
        ("sep 31 off", "Sep 31"),
        ("Mo-Fr 09:00-12:00; 2026 Nov 2-2027 Feb 30 10:00-11:00", "Feb 30"),
        ("Feb 29", ""),
        ("Jan 31,Apr 30", ""),
        ("Feb 10:00-12:00", ""),
        ("Feb 08:30-31:00", ""),  # into the next morning
        ('Mo-Fr 09:00-12:00 "not on Feb 30"', ""),
    ],
)
def test_a_day_that_no_year_has_is_a_fault(text: str, day: str):
    """The library would take it for every day."""
    expected = f"cannot be read (there is no {day})" if day else ""
    assert find_hours_fault(text) == expected
    assert find_hours_fault(text, must_open=False) == expected


@given(
    hours=st.lists(st.sampled_from([OFFICE, LATE, WEEKEND, "24/7", "", "22:00-06:00"])),
    minute=st.integers(0, 7 * 24 * 60 - 1),
)
def test_each_place_is_judged_by_its_own_hours(hours: list[str], minute: int):
    at = datetime(2026, 3, 9 + minute // 1440, minute // 60 % 24, minute % 60)
    now = Moment("now", "now", "now", at)
    alone = [bool(are_open_at([text], now)[0]) for text in hours]
    assert are_open_at(hours, now).tolist() == alone
    assert np.all(are_open_at(["24/7", ""], now))


PH_TEXT = "Mo-Fr 09:00-17:00; PH off"


def test_nothing_is_said_of_holidays_where_they_do_not_matter():
    usual = [make_usual_moment(name) for name in USUAL_MOMENTS]
    assert list_hours_notes([PH_TEXT, ""], usual) == []
    assert list_hours_notes([OFFICE], [moment("2026-10-01T10:00")]) == []
    assert list_hours_notes([PH_TEXT, "SH off"], []) == []


def test_holidays_that_are_not_known_are_said_to_be_so():
    china = list_hours_notes([PH_TEXT], [moment("2026-10-02T10:00"), moment("2026-10-01T10:00")])
    assert china == [
        "opening hours: of China's public holidays (PH) only the days themselves are known, "
        "without Qingming, the days off around them and the working weekends"
    ]
    nowhere = list_hours_notes([PH_TEXT], [moment("2026-10-01T10:00", "ZZ")])
    assert nowhere == [
        "opening hours: no public holidays (PH) of ZZ are known for 2026; counted as no holiday"
    ]
    past = list_hours_notes([PH_TEXT], [moment("1980-10-01T10:00")])
    assert past == [
        "opening hours: no public holidays (PH) of CN are known for 1980; counted as no holiday"
    ]
    school = list_hours_notes(["SH off"], [make_usual_moment("night")])
    assert school == ["opening hours: school holidays (SH) are not known; counted as no holiday"]


def test_letters_within_a_comment_name_no_holidays():
    text = 'Mo-Fr 09:00-17:00 open "PHOTO SHOP"'
    assert list_hours_notes([text], [moment("2026-10-01T10:00", "ZZ")]) == []
    assert not may_ever_open('off "SH"')


def test_hours_that_never_open_are_found_out_in_time():
    """Hundreds of rules over eleven years: each pattern of days is looked at once."""
    text = ";".join(f"2019 Jan {n % 31 + 1} {n % 24}:00-{n % 24}:30" for n in range(40))
    assert not may_ever_open(text)


def test_qingming_is_really_not_known():
    """The note says so; if the library learns it, the note must change."""
    assert not are_open_at(["PH"], moment("2026-04-05T10:00"))[0]
    assert are_open_at(["PH"], moment("2026-05-01T10:00"))[0]
