"""A plan that is packed finds its files where they are unpacked."""

import shutil
from pathlib import Path

import pytest

from planner.errors import SourceError
from planner.reports.pack_read_me import build_read_me
from planner.rounding import to_plain_tree
from planner.sources.packed_inputs import list_inputs
from planner.sources.packed_results import PackedFile
from planner.sources.plan_file import load_plan
from planner.sources.plan_files import hash_files, list_files
from planner.sources.plan_settings import list_settings
from tests.cities.small_city import extract, write_city

EXTRACT = f"input/elsewhere/{extract('test').name}"


def list_of(path: Path) -> list[PackedFile]:
    """List a plan and its files as of a run of it."""
    plan = load_plan(path)
    run = {"settings": to_plain_tree(list_settings(plan)), "inputs": hash_files(plan)}
    return list_inputs(path.parent, run, path)


def rename(path: Path, name: str, new: str) -> None:
    """Move a file, and let the plan name it where it lies now."""
    target = path.parent / new
    target.parent.mkdir(exist_ok=True)
    (path.parent / name).rename(target)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f'"{name}"', f'"{new}"'), encoding="utf-8")


def test_a_plan_that_names_files_beside_its_folder_lies_in_a_folder_too(tmp_path: Path):
    plan = write_city(tmp_path / "work" / "city")
    rename(plan, "people.csv", "../data/people.csv")
    files = list_of(plan)
    assert {one.entry for one in files} == {
        "input/city/plan.toml", "input/city/facilities.csv", "input/data/people.csv", EXTRACT,
    }  # fmt: skip
    for one in files:
        place = tmp_path / "there" / one.entry
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(one.path, place)
    found = list_files(load_plan(tmp_path / "there" / "input" / "city" / "plan.toml"))
    assert all(path.is_file() for path in found)
    text = build_read_me(
        [one.entry for one in files],
        {"title": "City", "date": "2026-11-29"},
        {"synthetic": False, "invented_streets": True},
    ).decode("utf-8-sig")
    assert text.count("planner run input/city/plan.toml --out out") == 2
    # What it names in full, here the streets, it does not find: that is said too.
    assert text.count("\r\ninput/elsewhere/\r\n") == 2
    assert "write into input/city/plan.toml where they lie now" in text


def test_a_file_with_a_sign_of_sheets_in_its_name_is_packed(tmp_path: Path):
    plan = write_city(tmp_path / "city")
    rename(plan, "people.csv", "people #2.csv")
    assert {one.entry for one in list_of(plan)} == {
        "input/plan.toml", "input/facilities.csv", "input/people #2.csv", EXTRACT,
    }  # fmt: skip


def test_a_plan_of_other_files_than_the_run_is_refused(tmp_path: Path):
    path = write_city(tmp_path / "city")
    plan = load_plan(path)
    run = {"settings": to_plain_tree(list_settings(plan)), "inputs": {}}
    with pytest.raises(SourceError, match="does not name the files that the run rests on"):
        list_inputs(path.parent, run, path)
