"""Groups among the people: how many where, and how well they are served."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from planner.coverage.groups import count_group_coverage, group_people
from planner.coverage.people import place_people
from planner.errors import DemandError
from planner.network.study_area import find_study_area
from planner.plan import Group, Plan
from planner.plan.profiles import PROFILES
from planner.sources.group_tables import GroupInput
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from tests.cities.small_plan import inputs_of

#   West        East        (none)
#   a 60  b 40  c 50  d 0   e 10     residents;   w 30 workers in West
UNITS = pd.DataFrame(
    {
        "demand_id": [*(f"residential:{name}" for name in "abcde"), "industrial:w"],
        "kind": ["residential"] * 5 + ["industrial"],
        "people": [60.0, 40.0, 50.0, 0.0, 10.0, 30.0],
        "town": ["West", "West", "East", "East", "", "West"],
    }
)
FIRST = pd.Series([0] * 5 + [1])
TOWNS = ("West", "East")


def by_town(*rows, kind="residential") -> GroupInput:
    """Figures of a table: (town, people, share)."""
    towns = pd.DataFrame(rows, columns=["town", "people", "share"]).astype(
        {"people": float, "share": float}
    )
    group = Group.model_validate({"name": "old", "table": Path("groups.csv"), "kind": kind})
    return GroupInput(group, towns=towns.assign(row=range(2, 2 + len(towns))))


def people_of(*groups: GroupInput) -> tuple[list[float], list[str]]:
    found = group_people(UNITS, FIRST, groups, TOWNS)
    assert list(found.people.columns) == [f"people_{group.plan.name}" for group in groups]
    return found.people.iloc[:, 0].tolist(), found.notes


# -- how many where -------------------------------------------------------------------------------


def test_a_share_holds_at_every_unit_of_the_kind():
    group = GroupInput(Group.model_validate({"name": "old", "share": 0.25}))
    assert people_of(group) == ([15, 10, 12.5, 0, 2.5, 0], [])


def test_the_figure_of_a_town_is_spread_by_people():
    # West: 20 of 100 people, so a fifth of each; East: half of all
    people, notes = people_of(by_town(("West", 20, None), ("East", None, 0.5)))
    assert people == [12, 8, 25, 0, 0, 0]
    assert notes == ["groups.csv: no figure of group old for people in no town; none of it counted"]


def test_a_group_of_workers_counts_workers_only():
    assert people_of(by_town(("West", 15, None), kind="industrial")) == ([0] * 5 + [15], [])


def test_a_town_without_a_figure_is_named():
    people, notes = people_of(by_town(("West", 20, None)))
    assert people == [12, 8, 0, 0, 0, 0]
    assert "for people in no town, East; none of it counted" in notes[0]


def test_a_town_of_half_a_person_without_a_figure_is_named():
    units = UNITS.assign(people=[60.0, 40.0, 0.5, 0.0, 0.0, 30.0])
    found = group_people(units, FIRST, [by_town(("West", 20, None))], TOWNS)
    assert found.notes == ["groups.csv: no figure of group old for East; none of it counted"]


def test_a_column_of_totals_is_spread_over_the_units_of_its_table():
    # b comes from another table: the 30 of West are spread over a alone, of 60 people
    group = Group.model_validate({"name": "old", "column": "old"})
    figures = pd.DataFrame({"town": ["West", "East"], "people": [30.0, 10.0], "row": [2, 3]})
    column = GroupInput(group, figures={0: figures}, files={0: "totals.csv"})
    table = pd.Series([0, 1, 0, 0, 0, 1])
    found = group_people(UNITS, table, [column], TOWNS)
    assert found.people["people_old"].tolist() == [30, 0, 10, 0, 0, 0]
    assert found.notes == [
        "totals.csv: no figure of group old for people in no town; none of it counted"
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("West", 101, None), r"row 2: 101 people of group old in West, which has 100 of kind res"),
        (("Wset", 1, None), r"groups\.csv: row 2: town 'Wset' is not among the 2 of area\.towns"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_with_its_row(row, message: str):
    with pytest.raises(DemandError, match=message):
        people_of(by_town(row))


def test_a_town_without_units_has_nobody_of_a_group():
    with pytest.raises(DemandError, match="1 people of group old in North, which has 0 of kind"):
        group_people(UNITS, FIRST, [by_town(("North", 1, None))], (*TOWNS, "North"))
    none = group_people(UNITS, FIRST, [by_town(("North", 0, None))], (*TOWNS, "North"))
    assert none.people["people_old"].tolist() == [0] * 6


def test_a_town_may_be_all_of_a_group():
    assert people_of(by_town(("West", 100, None), ("East", None, 1.0)))[0][:4] == [60, 40, 50, 0]


@settings(max_examples=50)
@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=8),
    st.floats(0, 1),
)
def test_a_group_is_never_more_than_the_people_and_sums_to_its_figure(counts, part):
    units = pd.DataFrame({"demand_id": "residential:x", "kind": "residential", "people": counts})
    units["town"] = "West"
    total = units["people"].sum() * part
    found = group_people(units, pd.Series(0, units.index), [by_town(("West", total, None))], TOWNS)
    people = found.people["people_old"]
    assert (people <= units["people"]).all()
    assert people.sum() == pytest.approx(total, rel=1e-6, abs=1e-9)


# -- through the files of a plan ------------------------------------------------------------------


def placed(inputs):
    area = find_study_area(inputs, PROFILES["adult"])
    people = place_people(inputs, area, inputs.osm.zones.to_crs(area.crs))
    found = group_people(people.units, people.table, inputs.groups, area.town_names)
    return dict(zip(people.units["demand_id"], found.people.iloc[:, 0], strict=True)), found.notes


def test_a_column_of_points_stands_where_it_was_read(tmp_path: Path):
    demand = "".join(
        f'[[demand]]\nkind = "residential"\ntable = "{name}"\npeople = "people"\n'
        for name in ("a.csv", "b.csv")
    )
    files = {"a.csv": [(3, 10, 0, 100), (9, 20, 0, 200)], "b.csv": [(5, 30, 0, 300)]}
    inputs_of(tmp_path, demand, tables=files)
    for name in files:  # the ids become the group's column, so rows are called by their numbers
        text = (tmp_path / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("id,", "note,", 1), encoding="utf-8")
    text = (tmp_path / "plan.toml").read_text(encoding="utf-8")
    (tmp_path / "plan.toml").write_text(
        text + '[[groups]]\nname = "old"\ncolumn = "note"\n', encoding="utf-8"
    )
    people, notes = placed(load_inputs(load_plan(tmp_path / "plan.toml")))
    assert people == {"residential:2": 3, "residential:3": 9, "residential:2@2": 5}
    assert notes == []


def test_a_table_of_groups_is_an_input_of_the_run(tmp_path: Path):
    (tmp_path / "groups.csv").write_text("town,group,share\nWest,old,0.5\n", encoding="utf-8")
    demand = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
    demand += '[[groups]]\nname = "old"\ntable = "groups.csv"\n'
    towns = {"West": box(-2000, -2000, 0, 2000), "East": box(0, -2000, 2000, 2000)}
    inputs = inputs_of(
        tmp_path,
        demand,
        tables={"homes.csv": [("a", 10, -100, 0), ("b", 20, 100, 0)]},
        area=box(-2000, -2000, 2000, 2000),
        towns=towns,
    )
    assert "groups.csv" in inputs.hashes
    people, notes = placed(inputs)
    assert people == {"residential:a": 5, "residential:b": 0}
    assert notes == ["groups.csv: no figure of group old for East; none of it counted"]


# -- how well they are served ---------------------------------------------------------------------


def test_coverage_follows_the_profile_of_the_group():
    plan = Plan.model_validate(
        {
            "name": "small",
            "network": {"osm": Path("a.osm")},
            "facilities": {"table": Path("f.csv")},
            "demand": [
                {"kind": "residential", "table": Path("a.csv"), "people": "n"},
                {"kind": "industrial", "table": Path("b.csv"), "people": "n"},
            ],
            "groups": [
                {"name": "old", "share": 0.5, "profile": "elderly"},
                {"name": "couriers", "share": 1.0, "kind": "industrial"},
            ],
        }
    )
    found = group_people(UNITS, FIRST, [GroupInput(group) for group in plan.groups], TOWNS)
    verdicts = {
        "adult": pd.Series(["covered"] * 6),
        "elderly": pd.Series(["covered", "gap", "unknown", "gap", "gap", "gap"]),
    }
    rows = count_group_coverage(UNITS, found.people, verdicts, plan, TOWNS)
    assert [(row["group"], row["profile"], row["area"]) for row in rows] == [
        *(("old", "elderly", area) for area in ("all", *TOWNS)),
        *(("couriers", "adult", area) for area in ("all", *TOWNS)),
    ]
    # a 30 covered; b 20 and e 5 gap; c 25 unknown
    assert rows[0] == {
        "group": "old",
        "profile": "elderly",
        "area": "all",
        "people": 80,
        "covered": 30,
        "gap": 25,
        "unknown": 25,
        "share": pytest.approx(30 / 55),
        "share_low": pytest.approx(30 / 80),
        "share_high": pytest.approx(55 / 80),
    }
    assert (rows[2]["people"], rows[2]["share"], rows[2]["share_low"]) == (25, None, 0)
    assert (rows[3]["people"], rows[3]["covered"]) == (30, 30)
    assert (rows[5]["people"], rows[5]["share_low"]) == (0, None)
