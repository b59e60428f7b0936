"""People of tables and zones put into units of the study area."""

from dataclasses import replace

import pytest
from shapely.geometry import box

from planner.coverage.people import place_people
from planner.errors import DemandError, SourceError
from planner.network.study_area import find_study_area
from planner.plan.profiles import PROFILES
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from tests.cities.drawing import Drawing
from tests.cities.small_plan import CROSS, inputs_of

INNER = box(-500, -500, 500, 500)
TOWNS = {"West": box(-500, -500, 0, 500), "East": box(0, -500, 400, 500)}


def table(kind, name, more=""):
    return f'[[demand]]\nkind = "{kind}"\ntable = "{name}"\npeople = "people"\n{more}\n'


def zones(kind, more='town_totals = "totals.csv"'):
    return f'[[demand]]\nkind = "{kind}"\nosm = true\n{more}\n'


def placed(inputs):
    area = find_study_area(inputs, PROFILES["adult"])
    return place_people(inputs, area, inputs.osm.zones.to_crs(area.crs))


def people_of(people):
    return dict(zip(people.units["demand_id"], people.units["people"], strict=True))


def without_ids(folder, demand, rows):
    """Read a plan whose tables of people have no column of ids."""
    numbered = {
        file: [(f"{file}{n}", *row[1:]) for n, row in enumerate(points)]
        for file, points in rows.items()
    }
    inputs_of(folder, demand, tables=numbered)
    for file in rows:
        text = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_text(text.replace("id,", "note,", 1), encoding="utf-8")
    return load_inputs(load_plan(folder / "plan.toml"))


# -- tables ---------------------------------------------------------------------------------------


def test_people_are_counted_inside_the_area_only(tmp_path):
    homes = [("in", 10, 0, 100), ("ring", 20, 0, 600), ("edge", 5, 1999, 0), ("out", 40, 0, 2100)]
    inputs = inputs_of(
        tmp_path, table("residential", "homes.csv"), tables={"homes.csv": homes}, area=INNER
    )
    people = placed(inputs)
    assert people_of(people) == {"residential:in": 10}
    # outside area and ring is a bad row; in the ring is only not counted
    assert people.dropped == [
        {"file": "homes.csv", "row": 5, "reason": "people: outside the area and its ring"}
    ]
    assert people.notes == [
        "homes.csv: 2 rows lie in the ring round the area, where nobody is counted"
    ]
    assert people.zones.empty


def test_empty_people_count_0_and_are_listed(tmp_path):
    homes = [("a", 10, 0, 100), ("b", "", 0, 200)]
    people = placed(
        inputs_of(tmp_path, table("residential", "homes.csv"), tables={"homes.csv": homes})
    )
    assert people_of(people) == {"residential:a": 10, "residential:b": 0}
    assert people.dropped == [
        {"file": "homes.csv", "row": 3, "reason": "people: empty people counted as 0"}
    ]


def test_two_tables_of_one_file_and_kinds_kept_apart(tmp_path):
    rows = {"homes.csv": [("a", 10, 0, 100)], "work.csv": [("a", 7, 0, 100), ("b", 1, 0, 0)]}
    demand = table("residential", "homes.csv") + table("industrial", "work.csv")
    people = placed(inputs_of(tmp_path, demand, tables=rows))
    assert people_of(people) == {"residential:a": 10, "industrial:a": 7, "industrial:b": 1}
    assert people.table.tolist() == [0, 1, 1]
    with pytest.raises(DemandError, match="residential:a stands in two tables of demand"):
        placed(inputs_of(tmp_path, demand.replace("industrial", "residential"), tables=rows))


def test_ids_differ_between_tables_without_ids_but_not_for_one_table_named_twice(tmp_path):
    rows = {"homes.csv": [("", 10, 0, 100)], "more.csv": [("", 7, 0, 100), ("", 1, 0, 0)]}
    homes, more = table("residential", "homes.csv"), table("residential", "more.csv")
    assert people_of(placed(without_ids(tmp_path, homes + more, rows))) == {
        "residential:2": 10,
        "residential:2@2": 7,
        "residential:2@3": 1,
    }
    with pytest.raises(DemandError, match="residential:2 stands in two tables of demand"):
        placed(without_ids(tmp_path, homes + homes, rows))


def test_nobody_anywhere_is_refused(tmp_path):
    homes = table("residential", "homes.csv")
    with pytest.raises(DemandError, match="all people are 0"):
        placed(inputs_of(tmp_path, homes, tables={"homes.csv": [("a", 0, 0, 100)]}))
    with pytest.raises(DemandError, match=r"every row .* lies in the ring.*area.boundary"):
        placed(inputs_of(tmp_path, homes, tables={"homes.csv": [("a", 9, 0, 900)]}, area=INNER))
    with pytest.raises(SourceError, match="all 1 rows lie outside the area and its ring"):
        placed(inputs_of(tmp_path, homes, tables={"homes.csv": [("a", 9, 0, 9000)]}, area=INNER))


def test_a_table_with_nobody_inside_beside_one_with_people(tmp_path):
    rows = {"homes.csv": [("a", 10, 0, 100)], "work.csv": [("a", 7, 0, 900)]}
    demand = table("residential", "homes.csv") + table("industrial", "work.csv")
    service = "targets = { industrial = 0.5, residential = 0.5 }"
    people = placed(inputs_of(tmp_path, demand, tables=rows, area=INNER, service=service))
    assert people_of(people) == {"residential:a": 10}
    assert "target: industrial has no demand in the area, so nothing is checked" in people.notes


def test_towns_of_units_and_people_in_none(tmp_path):
    # East ends at x = 400, the area at 500; x = 0 is the border of both
    homes = [("w", 1, -100, 9), ("e", 2, 100, 9), ("none", 4, 450, 9), ("border", 8, 0, 9)]
    people = placed(
        inputs_of(
            tmp_path, table("residential", "homes.csv"), tables={"homes.csv": homes}, area=INNER,
            towns=TOWNS,
        )
    )  # fmt: skip
    assert people.units["town"].tolist()[:3] == ["West", "East", ""]
    assert people.units["town"].iloc[3] in {"West", "East"}
    assert people.notes == ["4 person-places lie in no town; they count only for the whole"]


# -- zones ----------------------------------------------------------------------------------------

SQUARES = {
    # west: 200 x 200 m with a house; east: 100 x 100 m; factory: half of it in the area
    10: (-300, 100), 11: (-100, 100), 12: (-100, 300), 13: (-300, 300),
    20: (100, 100), 21: (200, 100), 22: (200, 200), 23: (100, 200),
    30: (-250, 150), 31: (-200, 150), 32: (-200, 200), 33: (-250, 200),
    40: (100, -600), 41: (200, -600), 42: (200, -400), 43: (100, -400),
}  # fmt: skip
QUARTER = Drawing(
    CROSS.nodes | SQUARES,
    [
        *CROSS.ways,
        ([10, 11, 12, 13, 10], "landuse=residential name=West"),
        ([20, 21, 22, 23, 20], "landuse=residential name=East"),
        ([30, 31, 32, 33, 30], "building=yes building:levels=4"),
        ([40, 41, 42, 43, 40], "landuse=industrial"),
    ],
)


def test_totals_of_towns_go_into_their_zones(tmp_path):
    totals = [("West", "residential", 101), ("East", "residential", 11), ("West", "industrial", 0)]
    people = placed(
        inputs_of(
            tmp_path, zones("residential"), drawing=QUARTER, area=INNER, towns=TOWNS, totals=totals
        )
    )
    by_town = people.units.groupby("town")["people"].sum().to_dict()
    assert by_town == {"West": 101, "East": 11}
    assert people.units.loc[people.units["town"] == "West", "demand_id"].tolist() == [
        "residential:way/5"
    ]  # the house: 2,500 of 40,000 m² are more than 3 %
    assert people.units["cell"].isna().sum() == 1
    assert set(people.zones["kind"]) == {"residential"}
    assert people.notes == []


def test_a_town_without_a_total_is_said_to_count_0(tmp_path):
    people = placed(
        inputs_of(
            tmp_path, zones("residential"), drawing=QUARTER, area=INNER, towns=TOWNS,
            totals=[("West", "residential", 101)],
        )
    )  # fmt: skip
    assert people.units.groupby("town")["people"].sum().to_dict() == {"West": 101, "East": 0}
    assert people.notes == ["totals.csv: no row of kind residential for East; they count 0"]


def test_density_counts_the_land_inside_the_area(tmp_path):
    demand = zones("industrial", "people_per_hectare = 60")
    people = placed(inputs_of(tmp_path, demand, drawing=QUARTER, area=INNER))
    # 100 x 100 m of the 100 x 200 m lie in the area: 1 hectare
    assert people.units["people"].sum() == pytest.approx(60, rel=1e-3)
    assert people.units["kind"].eq("industrial").all()


@pytest.mark.parametrize(
    ("kind", "totals", "message"),
    [
        ("commercial", [("West", "commercial", 5)], "West has 5 people of kind .* no zone"),
        ("residential", [("North", "residential", 5)], "row 2: town 'North' is not among the 2"),
        ("industrial", [("West", "industrial", 5)], "West has 5 people of kind industrial"),
        ("residential", [("West", "industrial", 5)], "all people are 0"),
    ],
)
def test_totals_that_have_no_place_are_refused(tmp_path, kind, totals, message):
    inputs = inputs_of(
        tmp_path, zones(kind), drawing=QUARTER, area=INNER, towns=TOWNS, totals=totals
    )
    with pytest.raises(DemandError, match=message):
        placed(inputs)


def test_all_towns_that_are_not_there_are_told(tmp_path):
    totals = [(town, "residential", 5) for town in ("North", "West", "South")]
    inputs = inputs_of(
        tmp_path, zones("residential"), drawing=QUARTER, area=INNER, towns=TOWNS, totals=totals
    )
    with pytest.raises(DemandError, match=r"2 faults: row 2: town 'North' .* \| row 4: ") as caught:
        placed(inputs)
    assert [(one.row, one.remedy) for one in caught.value.doubts] == [
        (2, "write it as there"),
        (4, "write it as there"),
    ]


def test_a_kind_without_zones_is_refused(tmp_path):
    demand = zones("commercial", "people_per_hectare = 60")
    with pytest.raises(DemandError, match=r"streets.osm: no zone of kind commercial"):
        placed(inputs_of(tmp_path, demand, drawing=QUARTER, area=INNER))


def test_the_order_of_rows_changes_nothing(tmp_path):
    homes = [(f"h{n}", n, 30 * n - 300, 17 * n) for n in range(20)]
    inputs = inputs_of(
        tmp_path, table("residential", "homes.csv"), tables={"homes.csv": homes}, area=INNER,
        towns=TOWNS,
    )  # fmt: skip
    points = inputs.demand[0].points
    mixed = replace(points, rows=points.rows.sample(frac=1, random_state=1).reset_index(drop=True))
    other = replace(inputs, demand=(replace(inputs.demand[0], points=mixed),))
    first, second = (placed(one).units.set_index("demand_id") for one in (inputs, other))
    assert second.loc[first.index, ["people", "town", "geometry"]].equals(
        first[["people", "town", "geometry"]]
    )
