import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.accessibility import find_gini, find_palma, summarise_scores
from planner.errors import ArgumentError

amounts = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), min_size=1, max_size=12)


def series(*values):
    return pd.Series(values, index=[f"u{k}" for k in range(len(values))], dtype=float)


def naive_gini(scores, people):
    """Each person beside each other one."""
    values = np.repeat(scores, np.asarray(people, dtype=int))
    if values.sum() == 0:
        return math.nan
    return np.abs(values[:, None] - values).sum() / (2 * len(values) * values.sum())


def naive_palma(scores, people):
    """Each person cut into ten parts, the first four tenths and the last one of them added up."""
    values = np.sort(np.repeat(scores, 10 * np.asarray(people, dtype=int)))
    n = len(values)
    worst, best = values[: n * 4 // 10].sum(), values[n * 9 // 10 :].sum()
    return best / worst if worst else (math.inf if best else math.nan)


def test_gini_by_hand():
    # Pairs: 1 and 3 differ by 2, 10 x 30 of them, each twice; mean (10 + 90) / 40 = 2.5
    # 2 x 300 x 2 / (2 x 40^2 x 2.5) = 1200 / 8000
    assert find_gini(series(1, 3), series(10, 30)) == pytest.approx(0.15)
    assert find_gini(series(0, 2), series(3, 1)) == pytest.approx(0.75)


def test_palma_by_hand():
    # 40 of 100 people have 1 each; the best 10 have 4 each.
    assert find_palma(series(1, 2, 4), series(40, 50, 10)) == pytest.approx(1)
    # The worst 40 are 20 with 1 and 20 of those with 2; the best 10 are of those with 2 too.
    assert find_palma(series(1, 2), series(20, 80)) == pytest.approx(20 / 60)
    assert find_palma(series(0, 2), series(40, 60)) == math.inf


@given(amounts)
def test_gini_and_palma_are_those_of_single_people(rows):
    scores, people = zip(*rows, strict=True)
    found = find_gini(series(*scores), series(*people))
    assert found == pytest.approx(naive_gini(scores, people), nan_ok=True, abs=1e-12)
    found = find_palma(series(*scores), series(*people))
    assert found == pytest.approx(naive_palma(scores, people), nan_ok=True)


@given(amounts, st.floats(0.1, 10))
def test_what_gini_and_palma_do_not_look_at(rows, factor):
    scores, people = (series(*part) for part in zip(*rows, strict=True))
    for measure in (find_gini, find_palma):
        value = measure(scores, people)
        assert measure(scores * factor, people) == pytest.approx(value, nan_ok=True, abs=1e-12)
        assert measure(scores, people * factor) == pytest.approx(value, nan_ok=True, abs=1e-12)
        assert measure(scores[::-1], people) == pytest.approx(value, nan_ok=True, abs=1e-12)


@given(st.floats(0.01, 100), st.lists(st.integers(1, 99), min_size=1, max_size=9))
def test_where_all_have_the_same_gini_is_0_and_palma_a_quarter(score, people):
    equal, living = series(*([score] * len(people))), series(*people)
    assert find_gini(equal, living) == pytest.approx(0, abs=1e-12)
    assert find_palma(equal, living) == pytest.approx(0.25)


def test_nobody_has_anything():
    assert math.isnan(find_gini(series(0, 0), series(1, 2)))
    assert math.isnan(find_palma(series(0, 0), series(1, 2)))
    assert math.isnan(find_gini(series(), series()))
    assert math.isnan(find_palma(series(1), series(0)))


def test_places_without_people_do_not_count():
    assert find_gini(series(1, 3, 99), series(10, 30, 0)) == pytest.approx(0.15)


def test_a_summary_by_hand():
    scores = series(0, 2, np.nan, 4)
    people = series(10, 30, 20, 40).rename("residents")
    row = summarise_scores(scores, people).loc[("residents", "all")]
    assert row["people"] == 100
    assert row["people_unknown"] == 20
    # Known: (60 + 160) / 80; low with 20 x 0, high with 20 x 4
    assert row[["mean", "mean_low", "mean_high"]].tolist() == pytest.approx([2.75, 2.2, 3.0])
    assert row["median"] == 2
    none = ["share_none", "share_none_low", "share_none_high"]
    assert row[none].tolist() == pytest.approx([0.125, 0.1, 0.3])


def test_groups_and_classes_have_rows_of_their_own():
    scores = series(1, 2, 3, 4)
    people = pd.DataFrame({"all_ages": series(10, 10, 10, 10), "old": series(5, 0, 0, 5)})
    housing = pd.Series(["商品房", "动迁房", "商品房", ""], index=scores.index)
    table = summarise_scores(scores, people, by=housing)
    assert table.index.names == ["group", "class"]
    assert table.index.tolist() == [
        (group, name)
        for group in ("all_ages", "old")
        for name in ("all", "动迁房", "商品房", "unknown")
    ]
    assert table.loc[("all_ages", "商品房"), "mean"] == 2
    assert table.loc[("old", "商品房"), "mean"] == 1
    assert table.loc[("old", "unknown"), "mean"] == 4
    assert table.loc[("old", "动迁房"), "people"] == 0
    assert np.isnan(table.loc[("old", "动迁房"), "mean"])
    alone = summarise_scores(scores[["u0", "u2"]], people["all_ages"][["u0", "u2"]])
    pd.testing.assert_series_equal(
        table.loc[("all_ages", "商品房")], alone.loc[("all_ages", "all")], check_names=False
    )


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(1, 5)), min_size=1, max_size=4),
    st.integers(1, 4),
)
def test_no_scores_of_the_unknown_lead_beyond_low_and_high(known, unknown):
    """Try every score of a fine grid for each unknown person."""
    values, people = (list(part) for part in zip(*known, strict=True))
    highest = max(values)
    table = summarise_scores(series(*values, np.nan), series(*people, unknown))
    row = table.iloc[0]
    for theirs in itertools.combinations_with_replacement(np.linspace(0, highest, 7), unknown):
        scores, counts = [*values, *theirs], [*people, *([1] * unknown)]
        for name, found in (
            ("gini", naive_gini(scores, counts)),
            ("palma", naive_palma(scores, counts)),
            ("mean", np.average(scores, weights=counts)),
            ("share_none", np.average(np.equal(scores, 0), weights=counts)),
        ):
            if not math.isnan(found):
                assert found >= row[f"{name}_low"] * (1 - 1e-9) - 1e-12, name
                assert found <= row[f"{name}_high"] * (1 + 1e-9) + 1e-12, name


def test_low_and_high_are_reached():
    # 10 people have 1, 10 have 3, one person may have anything from 0 to 3.
    row = summarise_scores(series(1, 3, np.nan), series(10, 10, 1)).iloc[0]
    tried = [naive_gini([1, 3, score], [10, 10, 1]) for score in np.linspace(0, 3, 31)]
    assert row["gini_low"] == pytest.approx(min(tried), abs=1e-3)
    assert row["gini_high"] == pytest.approx(max(tried), abs=1e-3)
    tried = [naive_palma([1, 3, score], [10, 10, 1]) for score in np.linspace(0, 3, 31)]
    assert row["palma_low"] == pytest.approx(min(tried), abs=1e-3)
    assert row["palma_high"] == pytest.approx(max(tried), abs=1e-3)


@given(amounts)
def test_where_all_is_known_low_and_high_are_the_figure(rows):
    scores, people = (series(*part) for part in zip(*rows, strict=True))
    row = summarise_scores(scores, people).iloc[0]
    for name in ("mean", "share_none", "gini", "palma"):
        for end in ("low", "high"):
            assert row[f"{name}_{end}"] == pytest.approx(row[name], nan_ok=True)


def test_when_nothing_is_known_only_the_ends_are_told():
    row = summarise_scores(series(np.nan), series(5)).iloc[0]
    assert row["people_unknown"] == 5
    assert np.isnan(row["mean"])
    assert np.isnan(row["gini"])
    assert row["mean_low"] == row["mean_high"] == 0  # none here has a score above 0


def test_an_empty_table_has_its_row():
    table = summarise_scores(series(), series())
    assert table.index.tolist() == [("people", "all")]
    assert table["people"].tolist() == [0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: find_gini(series(1, -2), series(1, 1)),
            "scores, row 'u1': -2.0 is negative",
        ),
        (
            lambda: find_gini(series(1, np.inf), series(1, 1)),
            "scores, row 'u1': inf is infinite",
        ),
        (
            lambda: find_gini(series(1, 2), series(1, -1)),
            "people, row 'u1': -1.0 is negative",
        ),
        (
            lambda: find_palma(series(1, 2), series(1, np.nan)),
            "people, row 'u1': nan is no number",
        ),
        (lambda: find_palma(series(1), series(1, 1)), "scores has no row for 'u1' of people"),
        (lambda: find_palma([1], series(1)), "scores is a list; give a Series"),
        (lambda: summarise_scores(series(1), [1]), "people is a list; give a Series, or a table"),
        (
            lambda: summarise_scores(series(1), series(1), by=["a"]),
            "by is a list; give a Series of classes by label",
        ),
        (
            lambda: summarise_scores(series(1), series(1), by=pd.Series({"u1": "村宅"})),
            "by has no row for 'u0' of people",
        ),
        (
            lambda: summarise_scores(series(1), series(1), by=pd.Series({"u0": "all"})),
            "a class is called 'all', which is a word of ours; rename it",
        ),
        (
            lambda: summarise_scores(
                series(1), pd.DataFrame([[1, 2]], index=["u0"], columns=["old", "old"])
            ),
            "people has two columns of one name",
        ),
        (
            lambda: summarise_scores(series(1), pd.DataFrame({"old": [-1]}, index=["u0"])),
            "people['old'], row 'u0': -1 is negative",
        ),
    ],
)
def test_bad_input_names_argument_row_and_remedy(call, message):
    with pytest.raises(ArgumentError) as told:
        call()
    assert message in str(told.value)
