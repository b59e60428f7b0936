"""Labels, amounts and minutes that a caller hands in: what is read, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from planner.errors import ArgumentError
from planner.travel.given_numbers import (
    check_labels,
    read_dense_minutes,
    read_minutes_column,
    read_numbers,
)

TIMES = pd.Series(pd.to_timedelta([5, 9], unit="min"))


def test_texts_and_numbers_of_any_kind_are_read():
    assert read_numbers(pd.Series(["1", 2, 3.5]), "people").tolist() == [1, 2, 3.5]
    whole = pd.Series([1, None], dtype="Int64")
    assert read_numbers(whole, "scores", missing=True).isna().tolist() == [False, True]
    assert read_numbers(pd.Series([-1.0]), "values", negative=True).tolist() == [-1]
    assert read_numbers(pd.Series([], dtype=float), "people").empty


def test_no_path_is_a_time_of_walk():
    table = pd.DataFrame({"minutes": [0, np.inf]})
    assert read_minutes_column(table, "minutes").tolist() == [0, np.inf]
    assert read_dense_minutes(table, "minutes").tolist() == [[0], [np.inf]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: read_numbers(pd.Series({"a": "x", "b": None}), "people", column="n"),
            "people, row 'a': n 'x' is no number; give one, 0 for none, or drop the row "
            "(2 rows in all)",
        ),
        (
            lambda: read_numbers(pd.Series({"a": "x"}), "scores", missing=True),
            "scores, row 'a': 'x' is no number; give one, 0 for none, or drop the row",
        ),
        (
            lambda: read_numbers(pd.Series([1, np.inf]), "people"),
            "people, row 1: inf is infinite; give a finite number",
        ),
        (
            lambda: read_numbers(TIMES, "people", column="n"),
            "people, column n holds times; give numbers",
        ),
        (
            lambda: read_minutes_column(TIMES.to_frame("minutes"), "existing"),
            "existing: the column minutes holds times; give numbers of minutes, with "
            ".dt.total_seconds() / 60",
        ),
        (
            lambda: read_dense_minutes(TIMES.to_numpy(), "minutes"),
            "minutes holds times; give numbers of minutes: timedeltas / pd.Timedelta('1min')",
        ),
        (
            lambda: check_labels(pd.Index(["a", "a"]), "people"),
            "people: the label 'a' stands twice in the index; name rows apart",
        ),
    ],
)
def test_what_cannot_be_meant_names_argument_row_and_remedy(call, message):
    with pytest.raises(ArgumentError) as told:
        call()
    assert str(told.value) == message
