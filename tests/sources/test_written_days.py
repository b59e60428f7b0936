"""Dates as people write them: each of the forms means one day, or none."""

from datetime import date

import pytest

from planner.sources._written_days import read_day

TERM = (date(2026, 7, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    "text",
    ["2026-09-05", "2026/9/5", "2026.9.5", "2026年9月5日", "2026年9月5号", "20260905", "9月5日",
     "2026-09-05 00:00", "2026-09-05T08:30:00", "5 Sep 2026", "5 September 2026",
     "September 5, 2026", "Sep. 5th, 2026", "２０２６－０９－０５", " 2026 - 9 - 5 ",
     # Excel: 1 January 2026 is 46023 (date(2026, 1, 1) - date(1899, 12, 30)), 247 days before.
     "46270", "46270.0"],
)  # fmt: skip
def test_forms_of_one_day(text: str):
    assert read_day(text, TERM) == date(2026, 9, 5)


@pytest.mark.parametrize("text", ["2026-09", "2026年9月", "9月", "2026/9"])
def test_a_month_is_its_first_or_its_last_day(text: str):
    assert read_day(text, TERM) == date(2026, 9, 1)
    assert read_day(text, TERM, last=True) == date(2026, 9, 30)


def test_a_day_without_a_year_is_the_one_in_the_term():
    winter = (date(2026, 10, 1), date(2027, 2, 28))
    assert read_day("1月20日", winter) == date(2027, 1, 20)
    assert read_day("11月2日", winter) == date(2026, 11, 2)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "05/09/2026", "2026-13-01", "2026-02-30", "2月30日", "9.5", "12", "99999999"],
)
def test_what_is_none(text: str):
    assert read_day(text, TERM) is None
