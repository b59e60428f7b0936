"""Plain values: rounding, absence, and tables as rows."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.rounding import (
    AskedCutoffs,
    format_percent,
    round_table,
    round_walks,
    to_plain,
    to_plain_rows,
)


@pytest.mark.parametrize(
    ("value", "name", "expected"),
    [
        (12.34567, "minutes", 12.346),
        (12.34567, "minutes_max", 12.346),
        (0.123456, "share_low", 0.1235),
        (0.85, "target", 0.85),
        (123.456, "straight_m", 123.5),
        (12.0, "people", 12),
        (0.1 + 0.2, "people", 0.3),
        (121.4737001, "lon", 121.4737001),
        (15.0, "cutoff_minutes", 15),
        (7.5, "cutoff_minutes", 7.5),
        (np.inf, "minutes", None),
        (np.nan, "share", None),
        (None, "town", None),
        (pd.NA, "town", None),
        (np.int64(3), "rank", 3),
        (np.bool_(False), "joined", False),
        (True, "people", True),
        ("", "cause_detail", ""),
    ],
)
def test_values_by_name(value, name, expected):
    found = to_plain(value, name)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("share", "text"),
    [(1, "100.0%"), (0.99996, "99.9%"), (0.9994, "99.9%"), (0.5, "50.0%"), (0.0005, "0.1%"),
     (0.0004, "<0.1%"), (0, "0.0%"), (np.int64(1), "100.0%")],
)  # fmt: skip
def test_a_share_is_written_as_0_or_100_percent_only_if_it_is(share, text):
    assert format_percent(share) == text


def test_halves_of_a_tenth_go_up_as_on_the_page_and_in_a_spreadsheet():
    # 349 of 400 are 87.25 %, 13 of 16 are 81.25 %, 1 of 16 6.25 %: the middle, in binary too.
    assert [format_percent(n) for n in (349 / 400, 13 / 16, 1 / 16)] == ["87.3%", "81.3%", "6.3%"]


@pytest.mark.parametrize(
    ("share", "target", "text"),
    [(0.8497, 0.85, "84.9%"), (0.8497, None, "85.0%"), (0.85, 0.85, "85.0%"), (0.8, 0.85, "80.0%"),
     (0.0003, 0.85, "<0.1%")],
)  # fmt: skip
def test_a_share_that_misses_its_target_is_not_rounded_up_to_it(share, target, text):
    assert format_percent(share, target) == text


def test_a_list_in_a_row_stays_a_list():
    table = pd.DataFrame({"moments": [["night", "saturday"], []]})
    assert to_plain_rows(table) == [{"moments": ["night", "saturday"]}, {"moments": []}]


def test_rows_keep_their_order_and_what_is_missing():
    table = pd.DataFrame({"kind": ["all", "x"], "share": [None, 0.5], "target_year": [None, None]})
    assert to_plain_rows(table) == [
        {"kind": "all", "share": None, "target_year": None},
        {"kind": "x", "share": 0.5, "target_year": None},
    ]
    assert to_plain_rows(pd.DataFrame([])) == []


@pytest.mark.parametrize(
    ("walk", "written"),
    [
        # the plain rule, far from every cutoff: halves of 0.001 to the nearer
        (3.14159, 3.142), (0.0, 0.0), (599.99951, 600.0),
        # within: never beyond the cutoff
        (15.0, 15.0), (14.9996, 15.0), (7.5, 7.5), (12.3456, 12.345), (12.34559, 12.345),
        # past: up to the next 0.001, however little is missing
        (15.0004, 15.001), (15 + 1e-12, 15.001), (7.5001, 7.501), (12.34561, 12.346),
        (12.3458, 12.346), (5.00049, 5.001), (10.0001, 10.001),
        # between two that lie closer than 0.001: as many digits as it needs
        (20.0003, 20.0003), (20.00034, 20.0003), (20.0001, 20.0), (20.0006, 20.001),
    ],
)  # fmt: skip
def test_a_walk_stays_on_its_side_of_every_cutoff(walk, written):
    asked = (15.0, 5.0, 7.5, 12.3456, 10.0, 20.0002, 20.0005)
    assert round_walks(np.array([walk, np.nan, np.inf]), 3, asked).tolist()[0] == written
    assert to_plain(walk, "minutes_max", AskedCutoffs(asked)) == written
    # metres of walks that a rule in metres judges have one decimal; other columns have no cutoff
    assert to_plain(300.04, "walk_m", AskedCutoffs(asked, (300.0,))) == 300.1
    assert to_plain(300.04, "straight_m", AskedCutoffs((300.0,), (300.0,))) == 300.0


def test_a_table_is_filtered_as_its_walks_were():
    walks = pd.Series([14.9996, 15.0, 15.0004, np.inf, np.nan, 4.9999, 5.0001], dtype=float)
    table = pd.DataFrame({"minutes": walks, "cutoff_minutes": 15.123456789, "share": 0.33333})
    written = round_table(table, AskedCutoffs((5.0, 15.0)))
    assert written["minutes"].tolist()[:3] == [15.0, 15.0, 15.001]
    assert written["minutes"].isna().tolist() == [False] * 3 + [True] * 2 + [False] * 2
    for cutoff in (5.0, 15.0):
        assert (written["minutes"] <= cutoff).tolist() == (walks <= cutoff).tolist()
    assert written["cutoff_minutes"].tolist() == [15.123456789] * 7
    assert written["share"].tolist() == [0.3333] * 7
    assert table["minutes"].equals(walks)


@given(
    st.lists(st.floats(0, 700), min_size=1, max_size=20),
    st.lists(st.floats(0.001, 600), max_size=5),
    st.integers(0, 3),
)
def test_rounding_changes_no_verdict_and_no_walk_by_more_than_its_last_digit(walks, asked, digits):
    exact = np.array([*walks, *asked])
    written = round_walks(exact, digits, asked)
    for cutoff in asked:
        assert ((written <= cutoff) == (exact <= cutoff)).all()
    assert (np.abs(written - exact) <= 10.0**-digits + 1e-9).all()


@given(st.floats(), st.sampled_from(["minutes", "share", "people", "lon", "straight_m"]))
def test_any_number_is_plain_json_and_rounding_twice_changes_nothing(value, name):
    once = to_plain(value, name)
    assert json.loads(json.dumps(once, allow_nan=False)) == once
    assert to_plain(once, name) == once
