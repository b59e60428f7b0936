"""Files of groups: what is read, what is noted, what stops the run."""

from pathlib import Path

import numpy as np
import pytest

from planner.errors import PlanError, SourceError
from planner.plan import Plan
from planner.sources.group_tables import load_group, load_group_table
from planner.sources.tables import given_column, load_demand_units, load_town_totals

HEADING = "town,group,people,share\n"


def written(folder: Path, text: str, name: str = "groups.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def plan_of(*groups: dict, demand: list[dict]) -> Plan:
    content = {
        "name": "small",
        "area": {"boundary": Path("a.geojson"), "towns": Path("t.geojson")},
        "network": {"osm": Path("a.osm")},
        "facilities": {"table": Path("f.csv")},
        "demand": demand,
        "groups": list(groups),
    }
    return Plan.model_validate(content)


def points_part(path: Path) -> dict:
    return {"kind": "residential", "table": path, "people": "people"}


def totals_part(path: Path) -> dict:
    return {"kind": "residential", "osm": True, "town_totals": path}


# -- figures by town ------------------------------------------------------------------------------


def test_a_table_gives_people_or_a_share_by_town(tmp_path: Path):
    path = written(tmp_path, HEADING + "West,old,120,\nEast,old,,0.25\nWest,young,5,\n")
    figures = load_group_table(path, "old")
    assert figures["town"].tolist() == ["West", "East"]
    assert figures["people"].tolist() == pytest.approx([120, np.nan], nan_ok=True)
    assert figures["share"].tolist() == pytest.approx([np.nan, 0.25], nan_ok=True)
    assert figures["row"].tolist() == [2, 3]
    only = written(tmp_path, "town,group,share\nWest,old,1\n", "share.csv")
    assert load_group_table(only, "old")["share"].tolist() == [1.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("town,people\nWest,1\n", r"no column 'group'; it has town, people"),
        ("town,group\nWest,old\n", r"no column 'people' or 'share'; add one"),
        (HEADING + "West,young,1,\n", r"no row of group 'old'; it has young; add or rename it"),
        (HEADING + ",old,1,\n", r"row 2: town is empty; name a town"),
        (HEADING + "West,old,,\n", r"row 2: give exactly one of people and share"),
        (HEADING + "West,old,1,0.5\n", r"row 2: give exactly one of people and share"),
        (HEADING + "West,old,-1,\n", r"row 2: people '-1'; give a number, 0 or more"),
        (HEADING + "West,old,many,\n", r"row 2: people 'many'; give a number, 0 or more"),
        (HEADING + "West,old,inf,\n", r"row 2: people 'inf'; give a number, 0 or more"),
        (HEADING + "East,old,1,\nWest,old,,25\n", r"row 3: share '25'; give a number, 0 to 1"),
        (HEADING + "West,old,1,\nWest,old,2,\n", r"row 3: West has group 'old' twice; keep one"),
        (HEADING + "West,old,1\n", r"row 2: 3 cells, but the heading has 4"),
    ],
)
def test_a_faulty_table_names_its_row(tmp_path: Path, text: str, message: str):
    path = written(tmp_path, text)
    with pytest.raises(SourceError, match=message) as caught:
        load_group_table(path, "old")
    assert str(caught.value).startswith(f"{path}: ")


def test_groups_of_a_table_that_nobody_asks_for_are_named(tmp_path: Path):
    path = written(tmp_path, HEADING + "West,old,1,\nWest,young,1,\nWest,tall,1,\n")
    plan = plan_of({"name": "old", "table": path}, demand=[totals_part(tmp_path / "p.csv")])
    group, notes = load_group(plan, plan.groups[0], [(None, None)])
    assert group.towns is not None
    assert group.towns["people"].tolist() == [1]
    assert notes == ["groups.csv: groups tall, young are not in the plan and not counted"]


# -- columns --------------------------------------------------------------------------------------


def with_points(tmp_path: Path, rows: str, column: str = "old"):
    path = written(tmp_path, f"id,people,old,lon,lat\n{rows}", "homes.csv")
    plan = plan_of({"name": "g", "column": column}, demand=[points_part(path)])
    points = load_demand_units(path, people="people", keep=[column])
    return load_group(plan, plan.groups[0], [(points, None)])


def test_a_column_of_points_is_read_with_its_ids(tmp_path: Path):
    group, notes = with_points(tmp_path, "a,10,4,121,31\nb,5,,121,31\nc,5,few,121,31\n")
    assert group.figures[0].to_dict("list") == {
        "id": ["a", "b", "c"],
        "people": [4.0, 0.0, 0.0],
        "row": [2, 3, 4],
    }
    assert group.files == {0: "homes.csv"}
    assert notes == [
        "homes.csv: row 4: old 'few' is no number; 1 such rows count 0",
        "homes.csv: old is empty in 1 rows, first in row 3; they count 0",
    ]


def test_the_column_of_people_itself_may_be_the_group(tmp_path: Path):
    group, _ = with_points(tmp_path, "a,10,4,121,31\n", column="people")
    assert group.figures[0]["people"].tolist() == [10.0]


def test_a_column_beside_totals_counts_its_kind_only(tmp_path: Path):
    path = written(
        tmp_path,
        "town,kind,people,members\nWest,residential,100,5\nWest,industrial,50,999\n",
        "totals.csv",
    )
    plan = plan_of({"name": "g", "column": "members"}, demand=[totals_part(path)])
    totals = load_town_totals(path, keep=["members"])
    assert totals[given_column("members")].tolist() == ["5", "999"]
    group, notes = load_group(plan, plan.groups[0], [(None, totals)])
    assert group.figures[0].to_dict("list") == {"town": ["West"], "people": [5.0], "row": [2]}
    assert notes == []


def test_more_of_a_group_than_people_is_an_error_with_its_row(tmp_path: Path):
    with pytest.raises(SourceError, match=r"row 3: old 6 is more than its 5 people; correct one"):
        with_points(tmp_path, "a,10,10,121,31\nb,5,6,121,31\n")
    with pytest.raises(SourceError, match=r"row 2: old -1 is negative; give 0 or more"):
        with_points(tmp_path, "a,10,-1,121,31\n")


def test_a_column_that_is_not_there_stops_the_run(tmp_path: Path):
    with pytest.raises(SourceError, match=r"homes.csv: no column 'young', which group 'g' names"):
        with_points(tmp_path, "a,10,4,121,31\n", column="young")
    dense = {"kind": "residential", "osm": True, "people_per_hectare": 60.0}
    plan = plan_of({"name": "g", "column": "old"}, demand=[dense])
    with pytest.raises(PlanError, match=r"groups: g: no \[\[demand\]\] of kind residential has"):
        load_group(plan, plan.groups[0], [(None, None)])


def test_where_only_some_files_have_the_column_the_others_are_named(tmp_path: Path):
    has = written(tmp_path, "people,old,lon,lat\n10,4,121,31\n", "has.csv")
    lacks = written(tmp_path, "people,lon,lat\n10,121,31\n", "lacks.csv")
    dense = {"kind": "residential", "osm": True, "people_per_hectare": 60.0}
    plan = plan_of(
        {"name": "g", "column": "old"}, demand=[points_part(lacks), points_part(has), dense]
    )
    tables = [load_demand_units(path, people="people", keep=["old"]) for path in (lacks, has)]
    group, notes = load_group(
        plan, plan.groups[0], [(tables[0], None), (tables[1], None), (None, None)]
    )
    assert list(group.figures) == [1]
    assert notes == [
        "group g: [[demand]] 3 has no file with a column old; its people count as none of the "
        "group",
        "lacks.csv: no column old; its people count as none of group g",
    ]
