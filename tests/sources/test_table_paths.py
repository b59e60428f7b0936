"""A path may name a sheet behind its file; results name both without where they lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from planner.sources.plan_files import list_files, name_files
from planner.sources.table_paths import split_sheet
from tests.hostile import city
from tests.sources.formats import write_xlsx


@pytest.mark.parametrize(
    ("name", "file", "sheet"),
    [
        ("t.xlsx", "t.xlsx", ""),
        ("t.xlsx#一", "t.xlsx", "一"),
        ("t.xlsx#a#b", "t.xlsx", "a#b"),
        ("real#1.xlsx", "real#1.xlsx", ""),
        ("real#1.xlsx#2", "real#1.xlsx", "2"),
        ("no.xlsx#2", "no.xlsx", "2"),
        ("no.csv#2", "no.csv#2", ""),
        ("t.csv#2", "t.csv", "2"),
        ("\0#2", "\0#2", ""),
        ("x" * 5000 + "#2", "x" * 5000 + "#2", ""),
    ],
)
def test_a_sheet_stands_behind_a_file(tmp_path: Path, name: str, file: str, sheet: str):
    for real in ("t.xlsx", "real#1.xlsx", "t.csv"):
        (tmp_path / real).touch()
    assert split_sheet(tmp_path / name) == (tmp_path / file, sheet)


def test_folders_with_a_sign_for_sheets_are_folders(tmp_path: Path):
    (tmp_path / "a#1").mkdir()
    (tmp_path / "a#1" / "t.xlsx").touch()
    assert split_sheet(tmp_path / "a#1" / "t.xlsx#2") == (tmp_path / "a#1" / "t.xlsx", "2")


def test_a_plan_names_sheets_and_its_files_are_hashed_once(tmp_path: Path):
    city.write_city(tmp_path / "city")
    book = tmp_path / "city" / "站点.xlsx"
    write_xlsx(book, [line.split(",") for line in city.FACILITIES])
    city.in_file("plan.toml", '"facilities.csv"', '"站点.xlsx#站点"')(tmp_path / "city")
    plan = load_plan(tmp_path / "city" / "plan.toml")
    assert book in list_files(plan)
    names = name_files(plan)
    assert names[plan.facilities.table] == "站点.xlsx#站点"
    inputs = load_inputs(plan)
    assert "站点.xlsx" in inputs.hashes
    assert not any("#" in name for name in inputs.hashes)
    assert len(inputs.facilities.rows) == 3
    # Among the files that name the map is no sheet.
    assert inputs.osm_hash == inputs.hashes[plan.network.osm.name]


def test_streets_may_be_a_layer_of_several(tmp_path: Path):
    """The file is hashed once, under its own name; the path with its layer has a name too."""
    city.write_city(tmp_path / "city")
    layers = tmp_path / "city" / "streets.gpkg"
    layers.touch()
    change = city.in_file("plan.toml", "[network]", '[network]\nstreets = "streets.gpkg#道路"')
    change(tmp_path / "city")
    plan = load_plan(tmp_path / "city" / "plan.toml")
    assert layers in list_files(plan)
    assert plan.network.streets not in list_files(plan)
    assert name_files(plan)[plan.network.streets] == "streets.gpkg#道路"
