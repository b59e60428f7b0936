"""Loads of stations and scores of residents, by hand.

A --700 m-- b --700 m-- B, and a is 300 m beyond A; adults walk 1,000 m in 15 minutes.
"""

import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from planner.errors import SourceError
from planner.rounding import round_table
from planner.run import run_plan
from planner.run.competition import counts_capacity
from planner.sources.tables import load_facilities
from tests.cities.small_plan import inputs_of, write_table

DEMAND = (
    '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
    '[[demand]]\nkind = "industrial"\ntable = "work.csv"\npeople = "people"\n'
)
WIDE = box(-9000, -9000, 9000, 9000)
#: The last but one is 1,200 m from B, the last meets no street.
HOMES = [("a", 100, -1000, 0), ("b", 200, 0, 0), ("c", 50, 1900, 0), ("d", 3, 500, 150)]
WORK = [("w", 900, 0, 0)]
HEADING = "facility_id,name,status,capacity,visits_per_year"
STATIONS = [
    ("A", "West", "open", 30, "640000 人次", -700, 0),
    ("B", "East", "open", 60, "", 700, 0),
    ("C", "Later", "planned", 99, 5, 100, 0),
    ("D", "In the fields", "open", 10, 0, 300, 700),
]


def run(folder, stations=STATIONS, heading=HEADING, **options):
    tables = {"homes.csv": HOMES, "work.csv": WORK}
    return run_plan(
        inputs_of(
            folder, DEMAND, tables=tables, facilities=stations, heading=heading, bounds=WIDE,
            **options,
        )
    )  # fmt: skip


def by_id(layer, column, key="facility_id"):
    return dict(zip(layer[key], layer[column], strict=True))


@pytest.fixture(scope="module")
def with_capacity(tmp_path_factory):
    return run(tmp_path_factory.mktemp("capacity"))


def test_loads_by_hand(with_capacity):
    stations = with_capacity.layers["facilities"]
    # a reaches the 30 places of A, b those 30 and the 60 of B: 100 / 30 + 200 / 90 and 200 / 90.
    loads = by_id(stations, "load_2sfca")
    assert loads == pytest.approx(
        {"A": 100 / 30 + 200 / 90, "B": 200 / 90, "C": np.nan, "D": np.nan}, nan_ok=True
    )
    # All residents who reach a station are shared out, each once.
    assert 30 * loads["A"] + 60 * loads["B"] == pytest.approx(300)
    assert counts_capacity(with_capacity.summary)


def test_scores_by_hand(with_capacity):
    # A has 30 / 300 for each, B 60 / 200; nobody knows whom the unknown may reach.
    scores = by_id(with_capacity.layers["demand"], "access_2sfca", "demand_id")
    assert scores == pytest.approx(
        {
            "residential:a": 100, "residential:b": 400, "residential:c": 0,
            "residential:d": np.nan, "industrial:w": np.nan,
        },
        nan_ok=True,
    )  # fmt: skip


def test_how_evenly_residents_are_served_stands_in_the_summary(with_capacity):
    told = with_capacity.summary["access_2sfca"]
    assert (told["kind"], told["cutoff_minutes"], told["supply"]) == ("residential", 15, "capacity")
    [row] = told["residents"]
    assert (row["group"], row["class"], row["people"]) == ("all", None, 353)
    assert row["people_unknown"] == 3
    # (100 x 100 + 200 x 400) / 350; with 3 x 0 and 3 x 400 more, by 353
    assert row["mean"] == pytest.approx(90_000 / 350, abs=1e-4)
    assert row["mean_low"] == pytest.approx(90_000 / 353, abs=1e-4)
    assert row["mean_high"] == pytest.approx(91_200 / 353, abs=1e-4)
    assert row["share_none"] == pytest.approx(50 / 350, abs=1e-4)
    # Pairs: a b differ by 300, a c by 100, b c by 400
    apart = 2 * (100 * 200 * 300 + 100 * 50 * 100 + 200 * 50 * 400)
    assert row["gini"] == pytest.approx(apart / (2 * 350 * 90_000), abs=1e-6)


def test_visits_stand_beside_the_load(with_capacity):
    stations = with_capacity.layers["facilities"]
    names = [name for name in stations.columns if name != "geometry"]
    assert names[-2:] == ["load_2sfca", "visits_per_year"]
    assert by_id(stations, "visits_per_year") == pytest.approx(
        {"A": 640_000, "B": np.nan, "C": 5, "D": 0}, nan_ok=True
    )
    assert round_table(pd.DataFrame({"load_2sfca": [1 / 3]}))["load_2sfca"].tolist() == [0.3333]


def test_without_capacity_each_station_counts_as_one(tmp_path):
    stations = [(name, name, x, y) for name, _, _, _, _, x, y in STATIONS if name in "AB"]
    result = run(tmp_path, stations, "facility_id,name")
    # a goes to A, half of b to each.
    assert by_id(result.layers["facilities"], "load_2sfca") == pytest.approx({"A": 200, "B": 100})
    scores = by_id(result.layers["demand"], "access_2sfca", "demand_id")
    assert scores["residential:a"] == pytest.approx(1000 / 300)
    assert scores["residential:b"] == pytest.approx(1000 / 300 + 1000 / 200)
    assert result.summary["access_2sfca"]["supply"] == "stations"
    assert not counts_capacity(result.summary)
    assert not [line for line in result.summary["warnings"] if "capacity" in line]


def test_some_capacities_are_as_good_as_none(tmp_path):
    stations = [("A", "West", 30, -700, 0), ("B", "East", "", 700, 0)]
    result = run(tmp_path, stations, "facility_id,name,capacity")
    assert by_id(result.layers["facilities"], "load_2sfca") == pytest.approx({"A": 200, "B": 100})
    assert not counts_capacity(result.summary)
    note = (
        "1 of 2 facilities that serve have no capacity: in load_2sfca and access_2sfca each "
        "facility counts as 1"
    )
    assert note in result.summary["warnings"]


def test_a_station_without_room_has_no_load(tmp_path):
    stations = [("A", "West", 0, -700, 0), ("B", "East", 60, 700, 0)]
    result = run(tmp_path, stations, "facility_id,name,capacity")
    loads = by_id(result.layers["facilities"], "load_2sfca")
    assert loads == pytest.approx({"A": np.nan, "B": 200 / 60}, nan_ok=True)
    scores = by_id(result.layers["demand"], "access_2sfca", "demand_id")
    assert (scores["residential:a"], scores["residential:b"]) == pytest.approx((0, 300))


def test_a_plan_without_residents_has_neither(tmp_path):
    demand = '[[demand]]\nkind = "industrial"\ntable = "work.csv"\npeople = "people"\n'
    result = run_plan(inputs_of(tmp_path, demand, tables={"work.csv": WORK}, bounds=WIDE))
    assert result.layers["facilities"]["load_2sfca"].isna().all()
    assert result.layers["demand"]["access_2sfca"].isna().all()
    assert result.summary["access_2sfca"] is None


def test_visits_are_checked_as_capacity_is(tmp_path):
    write_table(tmp_path / "f.csv", "facility_id,name,年接待", [("A", "West", -1, 0, 0)])
    with pytest.raises(SourceError, match="row 2: visits_per_year is negative"):
        load_facilities(tmp_path / "f.csv")
    write_table(tmp_path / "f.csv", "facility_id,name,visits_per_year", [("A", "W", "many", 0, 0)])
    table = load_facilities(tmp_path / "f.csv")
    assert table.rows["visits_per_year"].isna().all()
    assert "row 2: visits_per_year 'many' is no number, taken as not given" in table.notes[-1]


def test_a_column_of_that_name_in_the_table_is_kept_apart(tmp_path):
    stations = [("A", "West", 7, -700, 0), ("B", "East", 8, 700, 0)]
    result = run(tmp_path, stations, "facility_id,name,load_2sfca")
    stations = result.layers["facilities"]
    assert by_id(stations, "given:load_2sfca") == {"A": "7", "B": "8"}
    assert by_id(stations, "load_2sfca") == pytest.approx({"A": 200, "B": 100})


def test_classes_and_groups_have_rows_of_their_own(tmp_path):
    homes = [("a", 100, "unknown", -1000, 0), ("b", 200, "all ages", 0, 0), ("c", 50, "", 1900, 0)]
    write_table(tmp_path / "homes.csv", "id,people,housing", homes)
    demand = DEMAND.split("[[demand]]")[1] + 'class = "housing"\n'
    group = '[[groups]]\nname = "old"\nshare = 0.1\n'
    result = run_plan(inputs_of(tmp_path, f"[[demand]]{demand}", bounds=WIDE, more=group))
    # The station at 0 is 1 for 300 people: 1,000 / 300 for a and b, nothing for c.
    rows = result.summary["access_2sfca"]["residents"]
    told = {(row["group"], row["class"]): (row["people"], row["mean"]) for row in rows}
    each = 1000 / 300
    assert told == {
        ("all", None): (350, pytest.approx(300 * each / 350, abs=1e-5)),
        ("all", ""): (50, 0),
        ("all", "all ages"): (200, pytest.approx(each, abs=1e-5)),
        ("all", "unknown"): (100, pytest.approx(each, abs=1e-5)),
        ("old", None): (35, pytest.approx(300 * each / 350, abs=1e-5)),
        ("old", ""): (5, 0),
        ("old", "all ages"): (20, pytest.approx(each, abs=1e-5)),
        ("old", "unknown"): (10, pytest.approx(each, abs=1e-5)),
    }
