import numpy as np
import pandas as pd
import pytest
from access import Access, weights
from hypothesis import given
from hypothesis import strategies as st

from planner.accessibility import (
    Gaussian,
    Linear,
    WithinCutoff,
    average_minutes,
    cumulative,
    gravity,
    summarise_within,
)
from planner.errors import ArgumentError, PlannerError
from tests.accessibility.tables import random_case, walks

#: a --4-- x, a --15-- y, b --15.5-- y, and z, which nobody reaches
TABLE = walks(("a", "x", 4.0), ("a", "y", 15.0), ("b", "y", 15.5))
SEATS = pd.Series({"x": 30, "y": 50, "z": 7}, name="seats")


def test_what_is_within_each_cutoff_is_added_up():
    found = cumulative(TABLE, SEATS, cutoffs_minutes=[5, 15, 20])
    assert found.index.tolist() == ["a", "b"]
    assert found.columns.tolist() == [5.0, 15.0, 20.0]
    assert found.loc["a"].tolist() == [30, 80, 80]
    assert found.loc["b"].tolist() == [0, 0, 50]


def test_without_supply_each_destination_counts_one():
    assert cumulative(TABLE, cutoffs_minutes=20)[20.0].tolist() == [2, 1]


def test_origins_that_reach_nothing_are_in_the_result():
    found = cumulative(TABLE, SEATS, origins=pd.Index(["c", "b", "a"]))
    assert found[15.0].to_dict() == {"c": 0, "b": 0, "a": 80}
    assert gravity(TABLE, SEATS, decay=Linear(20), origins=pd.Series({"a": 1, "b": 1, "c": 1}))[
        "c"
    ] == pytest.approx(0)


def test_a_matrix_tells_of_origins_that_reach_nothing():
    class Matrix(pd.DataFrame):
        _metadata = ("origin_labels",)

    table = Matrix(TABLE)
    table.origin_labels = pd.Index(["a", "b", "c"])
    assert average_minutes(table, k=1).to_dict() == {"a": 4, "b": 15.5, "c": np.inf}


@pytest.mark.parametrize(
    ("how", "of_a", "of_b"),
    [
        ("sum", 80, 0), ("count", 2, 0), ("mean", 40, np.nan), ("min", 30, np.nan),
        ("max", 50, np.nan), ("median", 40, np.nan),
    ],
)  # fmt: skip
def test_a_column_is_summarised_within_the_cutoff(how, of_a, of_b):
    found = summarise_within(TABLE, SEATS, how=how)
    assert found.name == f"seats_{how}"
    assert found.to_dict() == pytest.approx({"a": of_a, "b": of_b}, nan_ok=True)


def test_a_column_is_summarised_over_all_walks_of_the_table():
    values = pd.Series({"x": -1.0, "y": 3.0})
    assert summarise_within(TABLE, values, how="min", cutoff_minutes=None).tolist() == [-1, 3]


def test_gravity_by_hand():
    # a: 30 (1 - 4/20) + 50 (1 - 15/20) = 24 + 12.5; b: 50 (1 - 15.5/20)
    assert gravity(TABLE, SEATS, decay=Linear(20)).tolist() == pytest.approx([36.5, 11.25])
    assert gravity(TABLE, SEATS, decay=Linear(20), cutoff_minutes=15).tolist() == [36.5, 0]


def test_average_minutes_to_the_nearest():
    # a: 4, then (4 + 15) / 2; b reaches only one
    assert average_minutes(TABLE, k=1).tolist() == [4, 15.5]
    assert average_minutes(TABLE, k=2).tolist() == [9.5, np.inf]
    assert average_minutes(TABLE).tolist() == [np.inf, np.inf]


@pytest.mark.parametrize("seed", range(3))
def test_sums_are_those_of_access(seed):
    table, supply, people = random_case(seed)
    peer = Access(
        demand_df=people.rename("people").rename_axis("id").to_frame(),
        demand_value="people",
        supply_df=supply.rename("seats").rename_axis("id").to_frame(),
        supply_value="seats",
        cost_df=table,
        cost_origin="origin",
        cost_dest="destination",
        cost_name="minutes",
    )
    theirs = peer.weighted_catchment(max_cost=15)["catchment_seats"].fillna(0)
    ours = cumulative(table, supply, origins=people)[15.0]
    assert ours.to_dict() == pytest.approx(theirs.to_dict())
    theirs = peer.weighted_catchment("bell", weight_fn=weights.gaussian(6))["bell_seats"].fillna(0)
    ours = gravity(table, supply, decay=Gaussian(6), origins=people)
    assert ours.to_dict() == pytest.approx(theirs.to_dict())


@given(st.integers(0, 10**6), st.floats(0, 30))
def test_more_supply_or_a_longer_walk_never_lowers_a_sum(seed, cutoff):
    table, supply, people = random_case(seed, n=6, m=4)
    less = cumulative(table, supply, cutoffs_minutes=[cutoff, cutoff + 5], origins=people)
    more = cumulative(table, supply + 1, cutoffs_minutes=cutoff, origins=people)
    assert (more.iloc[:, 0] >= less.iloc[:, 0]).all()
    assert (less.iloc[:, 1] >= less.iloc[:, 0]).all()
    at_once = gravity(table, supply, decay=WithinCutoff(cutoff), origins=people)
    assert at_once.to_numpy() == pytest.approx(less.iloc[:, 0].to_numpy())


def test_rows_in_another_order_change_nothing():
    table, supply, people = random_case(5)
    mixed = table.sample(frac=1, random_state=1)
    one = gravity(table, supply, decay=Gaussian(6), origins=people)
    other = gravity(mixed, supply[::-1], decay=Gaussian(6), origins=people)
    pd.testing.assert_series_equal(one, other)


def test_nothing_in_nothing_out():
    empty = TABLE.iloc[:0]
    assert cumulative(empty, SEATS).shape == (0, 1)
    assert average_minutes(empty).tolist() == []
    assert summarise_within(empty, SEATS, origins=pd.Index(["a"])).tolist() == [0]
    assert gravity(empty, decay=Linear(9), origins=pd.Index(["a"])).to_dict() == {"a": 0}


def test_one_row_with_chinese_labels():
    table = walks(("友谊路1号", "为老服务站", 15.0))
    assert cumulative(table, pd.Series({"为老服务站": 20})).loc["友谊路1号", 15.0] == 20


def test_the_callers_tables_stay_as_they_are():
    table, supply = TABLE.copy(), SEATS.copy()
    gravity(table, supply, decay=Linear(20))
    pd.testing.assert_frame_equal(table, TABLE)
    pd.testing.assert_series_equal(supply, SEATS)


def test_no_path_is_out_of_reach():
    table = pd.concat([TABLE, walks(("c", "x", np.inf))])
    assert cumulative(table, SEATS, cutoffs_minutes=1e9)[1e9].to_dict() == {
        "a": 80,
        "b": 50,
        "c": 0,
    }


def changed(**values):
    """The table with other values in row 1."""
    table = TABLE.astype(object)
    for name, value in values.items():
        table.loc[1, name] = value
    return table


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cumulative("x"), "minutes is a str; give a long table with the columns origin"),
        (
            lambda: cumulative(TABLE.rename(columns={"minutes": "cost"})),
            "a table with the columns 'origin, destination, cost'",
        ),
        (lambda: cumulative(changed(minutes=None)), "minutes, row 1: the minutes are missing"),
        (lambda: cumulative(changed(minutes=-1)), "minutes, row 1: the minutes are negative"),
        (lambda: cumulative(changed(minutes="far")), "the column minutes holds no numbers"),
        (lambda: cumulative(changed(origin=None)), "minutes, row 1: no origin; give its label"),
        (lambda: cumulative(changed(destination="x")), "the pair 'a', 'x' stands twice; keep one"),
        (
            lambda: cumulative(TABLE, SEATS.drop("y")),
            "minutes, row 1: the destination 'y' is not among the labels of supply",
        ),
        (
            lambda: cumulative(walks(("a", 1, 2.0)), pd.Series({"1": 5})),
            "labels there are str; convert one of the two",
        ),
        (
            lambda: cumulative(pd.concat([TABLE, TABLE[["minutes"]]], axis=1)),
            "minutes has two columns minutes; keep one",
        ),
        (
            lambda: cumulative(TABLE.assign(minutes=pd.to_timedelta(TABLE["minutes"], unit="min"))),
            "the column minutes holds times; give numbers of minutes",
        ),
        (
            lambda: cumulative(TABLE, pd.concat({"all": SEATS})),
            "supply: the index has 2 levels; reset_index() to one, or droplevel()",
        ),
        (lambda: cumulative(TABLE, [1, 2]), "supply is a list; give a Series"),
        (lambda: cumulative(TABLE, SEATS - 8), "supply, row 'z': -1 is negative"),
        (
            lambda: cumulative(TABLE, SEATS.where(SEATS > 7)),
            "supply, row 'z': nan is no number",
        ),
        (lambda: cumulative(TABLE, SEATS * np.inf), "supply, row 'x': inf is infinite"),
        (lambda: cumulative(TABLE, SEATS.map(str) + "座"), "supply, row 'x': '30座' is no number"),
        (
            lambda: cumulative(TABLE, pd.concat([SEATS, SEATS])),
            "supply: the label 'x' stands twice in the index",
        ),
        (
            lambda: cumulative(TABLE, SEATS.rename({"z": None})),
            "supply: row number 2 has no label in the index",
        ),
        (
            lambda: cumulative(TABLE, origins=pd.Index(["a"])),
            "minutes, row 2: the origin 'b' is not among the labels of people or origins",
        ),
        (
            lambda: cumulative(TABLE, origins=["a", "b", "a"]),
            "origins: the label 'a' stands twice in the index",
        ),
        (lambda: cumulative(TABLE, cutoffs_minutes=[15, 5]), "cutoffs_minutes: 5 comes after 15"),
        (lambda: cumulative(TABLE, cutoffs_minutes=-1), "cutoffs_minutes: -1 will not do"),
        (lambda: gravity(TABLE, decay=Linear(9), cutoff_minutes=-1), "cutoff_minutes: -1"),
        (lambda: summarise_within(TABLE, SEATS, how="most"), "how is 'most'; give one of sum"),
        (lambda: average_minutes(TABLE, k=0), "k is 0; give a whole number"),
        (lambda: average_minutes(TABLE, k=1.5), "k is 1.5; give a whole number"),
    ],
)
def test_bad_input_names_argument_row_and_remedy(call, message):
    with pytest.raises(ArgumentError) as told:
        call()
    assert message in str(told.value)
    assert "\n" not in str(told.value)
    assert isinstance(told.value, PlannerError)
    assert isinstance(told.value, ValueError)
