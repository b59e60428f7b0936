"""Classes of housing: who is of which, and how well each is served, worked out by hand.

An adult walks 1,000 m in 15 minutes. The one station stands in the middle of a street of 4 km:

    village            resettlement   commodity
    -1810 ... -1790    0 --- 500      100 ------ 1500     metres from the station
"""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

from planner.case import build_case
from planner.coverage.classes import class_by_polygon, list_classes
from planner.errors import DemandError, PlanError, SourceError
from planner.plan import Plan
from planner.run import run_plan
from planner.scenarios import compare_scenarios
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from planner.sources.unit_classes import MOST_CLASSES
from tests.cities.drawing import FRAME
from tests.cities.small_plan import inputs_of, write_table
from tests.scenarios.test_by_hand import at, scenario

#: id, people, class, x, y: D is 400 m from any street, so nobody can tell.
HOMES = (
    ("A", 100, "commodity", 100, 0),
    ("B", 60, "commodity", 1500, 0),
    ("C", 70, "resettlement", 500, 0),
    ("D", 30, "resettlement", 1000, 400),
    ("E", 60, "village", -1800, 0),
    ("F", 5, "village", -1790, 0),
    ("G", 10, "", -1810, 0),
)
TOLD = (
    '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\nclass = "housing"\n'
)
SURE = {"known": "everywhere", "complete": True, "service": "gap_join_m = 150"}


def homes(folder, rows=HOMES, name="homes.csv", heading="id,people,housing"):
    write_table(folder / name, heading, rows)


def zones(folder, shapes, name="zones.geojson", column="class"):
    """Write (class, polygon in metres) rows."""
    layer = gpd.GeoDataFrame(
        {column: [one for one, _ in shapes]}, geometry=[shape for _, shape in shapes], crs=FRAME
    )
    layer.to_crs(4326).to_file(folder / name)


def placed(folder, demand, **options):
    """Return the class of each unit."""
    units = build_case(inputs_of(folder, demand, **(SURE | options))).units
    return dict(
        zip(units["demand_id"].str.removeprefix("residential:"), units["class"], strict=True)
    )


@pytest.fixture(scope="module")
def street(tmp_path_factory):
    folder = tmp_path_factory.mktemp("classes")
    homes(folder)
    return run_plan(inputs_of(folder, TOLD, **SURE))


def test_people_of_each_class(street):
    counted = ("people", "covered", "gap", "unknown", "share", "share_low", "share_high")
    rows = {
        (row["class"], row["cutoff_minutes"]): tuple(row[name] for name in counted)
        for row in street.summary["classes"]
        if row["area"] == "all"
    }
    # C is 7.5 minutes away; D can be judged at no cutoff: only the ends of the share differ.
    assert rows["resettlement", 5] == (100, 0, 70, 30, 0, 0, 0.3)
    assert rows["resettlement", 15] == (100, 70, 0, 30, 1, 0.7, 1)
    assert rows["commodity", 15] == (160, 100, 60, 0, 0.625, 0.625, 0.625)
    assert rows["village", 15] == (65, 0, 65, 0, 0, 0, 0)
    assert rows["", 15] == (10, 0, 10, 0, 0, 0, 0)


def test_classes_of_a_kind_add_up_to_its_coverage(street):
    for whole in street.summary["coverage"]:
        own = [
            row
            for row in street.summary["classes"]
            if all(row[key] == whole[key] for key in ("area", "kind", "cutoff_minutes"))
        ]
        assert bool(own) == (whole["kind"] != "all")
        for name in ("people", "covered", "gap", "unknown") if own else ():
            assert sum(row[name] for row in own) == whole[name]


def test_most_people_come_first_and_nothing_told_last(street):
    classes = [row["class"] for row in street.summary["classes"]]
    assert list(dict.fromkeys(classes)) == ["commodity", "resettlement", "village", ""]


def test_people_of_each_class_in_each_gap(street):
    names = street.layers["demand"].set_index("demand_id")["gap_id"]
    of_b, of_e = names["residential:B"], names["residential:E"]
    table = street.tables["gap_classes"]
    people = zip(table["gap_id"], table["class"], table["people_residential"], strict=True)
    found = {(gap, name): count for gap, name, count in people}
    # The village, 75 people, is the larger gap.
    assert table["rank"].tolist() == [1, 1, 2]
    assert found == {(of_b, "commodity"): 60, (of_e, "village"): 65, (of_e, ""): 10}
    assert not table[["people_industrial", "people_commercial"]].to_numpy().any()


def test_the_layer_of_units_has_the_class(street):
    units = street.layers["demand"].set_index("demand_id")["class"]
    assert units["residential:C"] == "resettlement"
    assert units["residential:G"] == ""


def test_an_empty_cell_is_told(street):
    assert (
        "homes.csv: housing is empty in 1 rows, first in row 8; the class of people there is not "
        "told"
    ) in street.summary["warnings"]


def test_a_plan_without_classes_has_neither_column_nor_table(tmp_path):
    homes(tmp_path)
    result = run_plan(inputs_of(tmp_path, TOLD.replace('class = "housing"\n', ""), **SURE))
    assert "class" not in result.layers["demand"]
    assert "gap_classes" not in result.tables
    assert result.summary["classes"] == []


def test_only_kinds_of_which_the_plan_tells_classes_are_counted(tmp_path):
    homes(tmp_path)
    homes(tmp_path, [("W", 80, 100, 0)], "jobs.csv", "id,people")
    jobs = '[[demand]]\nkind = "industrial"\ntable = "jobs.csv"\npeople = "people"\n'
    result = run_plan(inputs_of(tmp_path, TOLD + jobs, **SURE))
    assert {row["kind"] for row in result.summary["classes"]} == {"residential"}
    assert set(result.layers["demand"]["class"]) == {"commodity", "resettlement", "village", ""}


def test_a_second_table_without_classes_is_of_no_class(tmp_path):
    homes(tmp_path)
    homes(tmp_path, [("X", 25, 200, 0)], "more.csv", "id,people")
    more = '[[demand]]\nkind = "residential"\ntable = "more.csv"\npeople = "people"\n'
    result = run_plan(inputs_of(tmp_path, TOLD + more, **SURE))
    last = [row for row in result.summary["classes"] if row["class"] == ""][-1]
    assert (last["people"], last["covered"], last["gap"]) == (35, 25, 10)


# -- the column of a table ------------------------------------------------------------------------


def test_blanks_and_dashes_of_cells(tmp_path):
    rows = [("A", 1, "  商品房 ", 0, 0), ("B", 1, "商品房", 50, 0), ("C", 1, "动\u3000迁", 90, 0)]
    rows += [("D", 1, "—", 120, 0), ("E", 1, "N/A", 130, 0), ("F", 1, "#N/A", 140, 0)]
    homes(tmp_path, rows)
    classes = placed(tmp_path, TOLD)
    assert classes["A"] == classes["B"] == "商品房"
    assert classes["C"] == "动 迁"
    assert {classes[name] for name in "DEF"} == {""}


def test_a_heading_is_found_in_other_letters(tmp_path):
    homes(tmp_path, heading="id,people,Housing Class")
    assert placed(tmp_path, TOLD.replace('"housing"', '"housing class"'))["A"] == "commodity"


def test_an_unknown_column_names_the_nearest(tmp_path):
    homes(tmp_path)
    with pytest.raises(SourceError, match=r"no column 'housng'; did you mean housing\?"):
        inputs_of(tmp_path, TOLD.replace("housing", "housng"))


def test_a_column_of_names_is_no_class(tmp_path):
    rows = [(f"H{n}", 1, f"estate {n}", n, 0) for n in range(MOST_CLASSES + 1)]
    homes(tmp_path, rows)
    message = (
        r"homes.csv: column 'housing' has 31 different texts, such as 'estate 0' and 'estate 1', "
        "which are no classes; name a column with at most 30"
    )
    with pytest.raises(SourceError, match=message):
        inputs_of(tmp_path, TOLD)
    homes(tmp_path, rows[:-1])
    assert len(set(placed(tmp_path, TOLD).values())) == MOST_CLASSES


def test_two_tables_with_too_many_classes_in_all(tmp_path):
    homes(tmp_path, [(f"H{n}", 1, f"one {n}", n, 0) for n in range(20)])
    homes(tmp_path, [(f"G{n}", 1, f"two {n}", n, 50) for n in range(20)], "more.csv")
    with pytest.raises(DemandError, match="name 40 classes in all; give at most 30"):
        placed(tmp_path, TOLD + TOLD.replace("homes.csv", "more.csv"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("all", "row 2: the class 'all' is reserved for the whole; rename it"),
        ("#REF!", "row 2: class is the error #REF!; mend its formula and save again"),
    ],
)
def test_cells_that_are_no_class(tmp_path, text, message):
    homes(tmp_path, [("A", 1, text, 0, 0), ("B", 1, "village", 9, 0)])
    with pytest.raises(SourceError, match=message):
        inputs_of(tmp_path, TOLD)


# -- polygons -------------------------------------------------------------------------------------

IN_ZONES = TOLD.replace('class = "housing"', 'class_zones = "zones.geojson"')


def test_the_polygon_that_a_place_lies_in(tmp_path):
    homes(tmp_path)
    west, estate = box(-2000, -500, 0, 500), box(-1805, -50, -1700, 50)
    zones(tmp_path, [("村宅", west), ("动迁房", estate), ("商品房", box(50, -20, 550, 20))])
    classes = placed(tmp_path, IN_ZONES)
    assert classes == {
        "A": "商品房", "C": "商品房", "B": "", "D": "",
        # E and F are in two polygons and have the class of the smaller one.
        "E": "动迁房", "F": "动迁房", "G": "村宅",
    }  # fmt: skip


def test_a_border_of_two_polygons_in_any_order():
    units = gpd.GeoDataFrame(geometry=[Point(0, 0), Point(10.5, 0), Point(-12, 0)], crs=FRAME)
    left, right = box(-10, -10, 0, 10), box(0, -10, 10, 10)
    rows = gpd.GeoDataFrame({"class": ["b", "a"]}, geometry=[left, right], crs=FRAME)
    expected = ["a", "a", ""]  # the letters decide; half a metre off is on the border, 2 m are not
    for order in (rows, rows.iloc[::-1]):
        classes, inside = class_by_polygon(units, order)
        assert classes.tolist() == expected
        assert inside.tolist() == [True, True, False]
    assert class_by_polygon(units, rows.iloc[:0])[0].tolist() == ["", "", ""]


def test_a_column_of_polygons(tmp_path):
    homes(tmp_path)
    zones(tmp_path, [("村宅", box(-2000, -9, 0, 9)), ("", box(0, -9, 2000, 9))], column="住房")
    text = IN_ZONES + 'class_column = "住房"\n'
    assert set(placed(tmp_path, text).values()) == {"村宅", ""}
    with pytest.raises(SourceError, match="no column 'class'"):
        inputs_of(tmp_path, IN_ZONES)


def test_people_in_none_of_the_polygons_are_told(tmp_path):
    homes(tmp_path)
    # Numbers are classes too, however a file writes them; the polygon in the east has none.
    zones(tmp_path, [(1.0, box(-2000, -9, 0, 9)), (None, box(50, -9, 550, 9))])
    assert placed(tmp_path, IN_ZONES) == {
        "A": "", "B": "", "C": "", "D": "", "E": "1", "F": "1", "G": "1",
    }  # fmt: skip
    notes = build_case(inputs_of(tmp_path, IN_ZONES, **SURE)).notes
    assert (
        "zones.geojson: 90 people of kind residential are in none of its polygons; their class is "
        "not told"
    ) in notes
    far = box(10_000, 10_000, 11_000, 11_000)
    zones(tmp_path, [("a", far)])
    message = "zones.geojson: none of its 1 polygons holds people of kind residential; check that"
    with pytest.raises(SourceError, match=message):
        placed(tmp_path, IN_ZONES)


def test_people_who_come_are_of_no_class(tmp_path):
    homes(tmp_path)
    edit = {"op": "add_people", "id": "new", "kind": "residential", "people": 50, **at(300)}
    inputs = inputs_of(tmp_path, TOLD, **SURE)
    [found] = compare_scenarios(inputs, [scenario(edit)]).content["scenarios"]
    [row] = [row for row in found["classes"] if (row["area"], row["class"]) == ("all", "")]
    assert (row["people"], row["people_after"], row["came"]) == (10, 60, 50)


def test_zones_beside_any_source(tmp_path):
    """Units of a density in zones of the map have classes as well."""
    from tests.coverage.test_rasters_and_polygons import INNER, QUARTER

    zones(tmp_path, [("estate", box(-300, 100, -100, 300))])
    text = (
        '[[demand]]\nkind = "residential"\nosm = true\npeople_per_hectare = 100\n'
        'class_zones = "zones.geojson"\n'
    )
    inputs = inputs_of(tmp_path, text, drawing=QUARTER, area=INNER)
    assert "zones.geojson" in inputs.hashes
    result = run_plan(inputs)
    people = {
        row["class"]: row["people"]
        for row in result.summary["classes"]
        if row["area"] == "all" and row["cutoff_minutes"] == 15
    }
    # 4 ha in the west and half a hectare in the east.
    assert people == pytest.approx({"estate": 400, "": 50}, rel=1e-3)


# -- the plan -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TOLD + 'class_zones = "z.geojson"\n', "give class or class_zones, not both"),
        (TOLD + 'class_column = "x"\n', "class_column can only stand with class_zones; remove it"),
        (
            '[[demand]]\nkind = "residential"\nraster = "people.tif"\nclass = "housing"\n',
            "class can only stand with table; remove it",
        ),
        (TOLD.replace("class =", "clas ="), r"clas: unknown key; did you mean demand\.class\?"),
        (TOLD.replace("class =", "class_ ="), r"class_: unknown key; did you mean demand\.class"),
        (TOLD.replace('"housing"', "3"), r"demand\[1\]\.class: 3 will not do; write text"),
    ],
)
def test_keys_that_contradict_each_other(tmp_path, text, message):
    path = tmp_path / "plan.toml"
    head = 'name = "a"\n[network]\nosm = "a.osm"\n[facilities]\ntable = "f.csv"\n'
    path.write_text(head + text, encoding="utf-8")
    with pytest.raises(PlanError, match=message):
        load_plan(path)


def test_order_of_classes():
    units = pd.DataFrame({"class": ["b", "", "c", "a", "b"], "people": [1.0, 9, 2, 2, 0.5]})
    assert list_classes(units) == ["a", "c", "b", ""]
    assert list_classes(units.drop(columns="class")) == []
    assert list_classes(units.iloc[:0]) == []


def test_a_table_of_python_has_classes_too(tmp_path):
    homes(tmp_path)
    plan = load_plan_with(tmp_path, pd.read_csv(tmp_path / "homes.csv"))
    [part] = load_inputs(plan).demand
    assert part.points is not None
    assert part.points.rows["class"].tolist()[-2:] == ["village", ""]


def load_plan_with(folder, table):
    inputs = inputs_of(folder, TOLD, **SURE)
    demand = {"kind": "residential", "table": table, "people": "people", "class": "housing"}
    content = {
        "name": "small",
        "network": {"osm": inputs.plan.network.osm},
        "facilities": {"table": inputs.plan.facilities.table},
        "demand": [demand],
    }
    return Plan.model_validate(content)
