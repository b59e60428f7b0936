"""People placed a [[demand]] at a time and dealt out to tiles are those of a plain run."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from planner.case import Case
from planner.errors import DemandError
from planner.network.study_area import find_study_area
from planner.plan.profiles import PROFILES
from planner.scale.cut.area_arrays import area_to_arrays
from planner.scale.cut.cutting import cut_extract
from planner.scale.cut.manifest import read_manifest
from planner.scale.people.gathered import (
    forget_lost_pieces,
    gather_people,
    open_people,
    read_told,
)
from planner.scale.people.people_steps import list_pieces, place_demand
from planner.scale.work.content import keep
from planner.scale.work.steps import StepStore, WorkStep
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from tests.cities.small_plan import inputs_of
from tests.coverage.test_rasters_and_polygons import QUARTER

INNER = box(-500, -500, 500, 500)
TOWNS = {"West": box(-500, -500, 0, 500), "East": box(0, -500, 400, 500)}

#: Two tables without ids, so that the second one's number stands in its ids, with a column of a
#: group; a density; totals by town with the same column.
DEMAND = """
[[demand]]
kind = "residential"
table = "a.csv"
people = "people"
[[demand]]
kind = "residential"
table = "b.csv"
people = "people"
[[demand]]
kind = "residential"
osm = true
people_per_hectare = 33.3
[[demand]]
kind = "industrial"
osm = true
town_totals = "totals.csv"
"""
GROUPS = """
[[groups]]
name = "young"
share = 0.1
[[groups]]
name = "old"
table = "old.csv"
[[groups]]
name = "noted"
column = "note"
[[groups]]
name = "shift"
kind = "industrial"
column = "night"
"""


def write_plan(folder: Path, tables, *, groups=GROUPS, ids=False):
    """Write the plan; the last number of each row of the tables is the column `note`."""
    named = {
        name: [(note, people, x, y) for note, people, x, y in rows] for name, rows in tables.items()
    }
    inputs_of(
        folder, DEMAND, drawing=QUARTER, area=INNER, towns=TOWNS, tables=named,
        totals=[("East", "industrial", 20)],
    )  # fmt: skip
    if not ids:
        for name in named:
            text = (folder / name).read_text(encoding="utf-8")
            (folder / name).write_text(text.replace("id,", "note,", 1), encoding="utf-8")
    (folder / "old.csv").write_text("town,group,people,share\nWest,old,3,\n", encoding="utf-8")
    (folder / "totals.csv").write_text(
        "town,kind,people,night\nEast,industrial,20,7\n", encoding="utf-8"
    )
    with (folder / "plan.toml").open("a", encoding="utf-8") as file:
        file.write(groups)
    return read_case(folder)


def read_case(folder: Path) -> Case:
    """Read a plan as far as people ask for it, who need no streets."""
    inputs = load_inputs(load_plan(folder / "plan.toml"))
    return Case(inputs, find_study_area(inputs, PROFILES["adult"]), None)


@pytest.fixture(scope="module")
def cut(tmp_path_factory):
    """The map of all plans here in four tiles."""
    folder = tmp_path_factory.mktemp("cut")
    QUARTER.write(folder / "streets.osm")
    cut_extract(folder / "streets.osm", folder / "tiles", halo_m=500, tiles=4)
    return folder / "tiles"


class Dealt:
    """The steps of a plan in four tiles."""

    def __init__(self, folder: Path, case: Case, cut: Path) -> None:
        (folder / "steps").mkdir(mode=0o700)
        self.store, self.case = StepStore(folder / "steps"), case
        self.manifest = read_manifest(cut)
        asked = {
            "plan": str(folder / "plan.toml"),
            "cut": str(cut),
            "area": keep(self.store, area_to_arrays(case.area)),
        }
        cores = [[tile.name, list(tile.core)] for tile in self.manifest.tiles]
        self.placed = [
            WorkStep("people", "", place_demand, {**asked, "cores": cores, "number": number})
            for number in range(len(case.plan.demand))
        ]
        keys = [step.key for step in self.placed]
        self.gathered = WorkStep("people", "", gather_people, {**asked, "placed": keys})

    def do(self) -> str:
        for step in (*self.placed, self.gathered):
            step.done(self.store)
        return self.gathered.key

    def open(self):
        asked = {"people": self.gathered.key}
        return [
            open_people(self.store, asked | {"tile": tile.name}, self.case.plan, self.case.area.crs)
            for tile in self.manifest.tiles
        ]


TABLES = {
    "a.csv": [(3, 10, -10, 100), (9, 20.5, 20, 200), (1, 4, 450, -20), (0, 8, 900, 0)],
    "b.csv": [(5, 30, -200, -300)],
}


def test_all_tiles_together_have_the_units_of_a_plain_run(tmp_path, cut, monkeypatch):
    # As if no process could hold more than two of them.
    monkeypatch.setattr("planner.scale.people.people_steps.MOST_UNITS", 2)
    case = write_plan(tmp_path, TABLES)
    dealt = Dealt(tmp_path, case, cut)
    told = read_told(dealt.store.load(dealt.do()))
    opened = dealt.open()
    assert sum(len(one.rows) > 0 for one in opened) > 1
    rows = np.concatenate([one.rows for one in opened])
    assert sorted(rows) == list(range(len(case.units)))
    order = np.argsort(rows)
    for ours, theirs in (
        ([one.people.units for one in opened], case.units),
        ([one.groups.people for one in opened], case.groups),
        ([one.people.table.to_frame() for one in opened], case.people.table.to_frame()),
    ):
        whole = pd.concat(ours, ignore_index=True).iloc[order].reset_index(drop=True)
        pd.testing.assert_frame_equal(whole, theirs, check_exact=True)
        # Columns are of the same kinds in every tile, whoever lives there.
        assert all((one.dtypes == theirs.dtypes).all() for one in ours)
    assert "residential:2:2@2" not in set(case.units["demand_id"])
    assert "residential:2@2" in set(case.units["demand_id"])
    assert told["notes"] == list(case.inputs.notes)
    assert told["of_people"] == case.people.notes
    assert told["of_groups"] == case._grouped.notes
    assert told["of_groups"] == [
        "old.csv: no figure of group old for people in no town, East; none of it counted"
    ]
    assert told["dropped"] == case.people.dropped
    _lose_a_piece(dealt, opened)


def _lose_a_piece(dealt: "Dealt", before) -> None:
    """A piece that is lost is dealt out again, and nothing else is done again."""
    _, lost, *_ = list_pieces(dealt.store.load(dealt.placed[0].key))
    dealt.store.forget(lost)
    forget_lost_pieces(dealt.store, [step.key for step in dealt.placed], dealt.gathered.key)
    held = [dealt.store.has_file(step.key) for step in (*dealt.placed, dealt.gathered)]
    # Whoever asks for units waits for all, so what was gathered is gathered again.
    assert held == [False, True, True, True, False]
    dealt.do()
    for ours, theirs in zip(dealt.open(), before, strict=True):
        pd.testing.assert_frame_equal(ours.people.units, theirs.people.units, check_exact=True)


def test_a_unit_of_two_tables_is_refused(tmp_path, cut):
    again = {"a.csv": [("x", 1, 0, 9), ("y", 1, 0, 9)], "b.csv": [("y", 2, 9, 9), ("x", 2, 9, 9)]}
    case = write_plan(tmp_path, again, groups="", ids=True)
    with pytest.raises(DemandError) as plain:
        _ = case.people
    with pytest.raises(DemandError, match=r"^residential:y stands in two tables") as ours:
        Dealt(tmp_path, case, cut).do()
    assert str(ours.value) == str(plain.value)


@pytest.mark.nightly
@pytest.mark.parametrize(("people", "words"), [(0, "all people are 0"), (None, "every row of")])
def test_nobody_in_the_area_is_refused(tmp_path, cut, people, words):
    place = (0, 600) if people is None else (10, 10)
    tables = {"a.csv": [("x", people or 0, *place)], "b.csv": [("y", people or 0, *place)]}
    write_plan(tmp_path, tables, groups="", ids=True)
    text = (tmp_path / "plan.toml").read_text(encoding="utf-8")
    of_map = DEMAND[DEMAND.index('[[demand]]\nkind = "residential"\nosm') :]
    (tmp_path / "plan.toml").write_text(text.replace(of_map, ""), encoding="utf-8")
    case = read_case(tmp_path)
    with pytest.raises(DemandError, match=words):
        Dealt(tmp_path, case, cut).do()
