"""A plan that is packed finds its files where they are unpacked."""

import json
import shutil
from pathlib import Path

import pytest

from planner.errors import SourceError
from planner.reports.pack_read_me import build_read_me
from planner.rounding import to_plain_tree
from planner.sources.hashes import hash_file
from planner.sources.packed_inputs import list_inputs
from planner.sources.packed_results import PackedFile
from planner.sources.plan_file import load_plan
from planner.sources.plan_files import hash_files
from planner.sources.plan_settings import list_settings
from tests.cities.small_city import extract, write_city

EXTRACT = f"input/{extract('test').name}"


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


def unpack(files: list[PackedFile], there: Path) -> Path:
    """Lay the files out as they are packed; return the plan."""
    for one in files:
        place = there / one.entry
        place.parent.mkdir(parents=True, exist_ok=True)
        with one.open() as source:
            place.write_bytes(source.read())
        assert hash_file(place) == one.sha256
    [plan] = there.rglob("plan.toml")
    return plan


def test_a_plan_that_names_files_beside_its_folder_lies_in_a_folder_too(tmp_path: Path):
    plan = write_city(tmp_path / "work" / "city")
    rename(plan, "people.csv", "../data/people.csv")
    files = list_of(plan)
    assert {one.entry for one in files} == {
        "input/city/plan.toml", "input/city/facilities.csv", "input/data/people.csv",
        f"input/city/{extract('test').name}",
    }  # fmt: skip
    found = unpack(files, tmp_path / "there")
    assert found == tmp_path / "there" / "input" / "city" / "plan.toml"
    assert hash_files(load_plan(found)) == hash_files(load_plan(plan))
    text = build_read_me(
        [one.entry for one in files],
        {"title": "City", "date": "2026-11-29"},
        {"synthetic": False, "invented_streets": True},
    ).decode("utf-8-sig")
    assert text.count("planner run input/city/plan.toml --out out") == 2


def test_files_named_in_full_are_found_where_they_are_unpacked(tmp_path: Path):
    """The other machine has neither folder: the plan there names its files as they lie beside it.

    However TOML writes them; a comment stays, whatever quotes it has.
    """
    me, data = tmp_path / "me", tmp_path / "data"
    path = write_city(me / "city")
    data.mkdir()
    streets = shutil.copyfile(extract("test"), data / "it's 街道.osm.pbf")
    stations = shutil.copyfile(me / "city" / "facilities.csv", data / "book.xlsx").as_posix()
    text = path.read_text(encoding="utf-8")
    for before, after in (
        (f"'{extract('test').as_posix()}'", json.dumps(str(streets))),
        ('"facilities.csv"', f'"""{stations}#Town"""  # it\'s "{stations}"'),
        ('"people.csv"', f"'{(me / 'city' / 'people.csv').as_posix()}'"),
    ):
        assert before in text
        text = text.replace(before, after)
    path.write_text(f"# it's \"quoted\n{text}", encoding="utf-8")
    files = list_of(path)
    found = unpack(files, tmp_path / "there")
    assert {
        'osm = "it\'s 街道.osm.pbf"',
        f'table = "book.xlsx#Town"  # it\'s "{stations}"',
        'table = "people.csv"',
    } < set(found.read_text(encoding="utf-8").splitlines())
    shutil.rmtree(me)
    shutil.rmtree(data)
    # It is the same plan, of the same files, and may be packed again from there.
    again = list_of(found)
    assert [(one.entry, one.sha256) for one in again] == [(one.entry, one.sha256) for one in files]
    assert all(one.content is None for one in again)


def test_two_files_of_one_name_are_told_apart(tmp_path: Path):
    plan = write_city(tmp_path / "city")
    shutil.copyfile(tmp_path / "city" / "people.csv", tmp_path / "people.csv")
    more = plan.read_text(encoding="utf-8").partition("[[demand]]")
    second = more[2].replace('"people.csv"', f"'{(tmp_path / 'people.csv').as_posix()}'")
    second = second.replace("residential", "industrial")
    plan.write_text("".join(more) + "[[demand]]" + second, encoding="utf-8")
    files = list_of(plan)
    name = f"{tmp_path.name}/people.csv"
    assert {"input/people.csv", f"input/{name}"} < {one.entry for one in files}
    found = unpack(files, tmp_path / "there")
    assert f'table = "{name}"' in found.read_text(encoding="utf-8").splitlines()
    assert hash_files(load_plan(found)) == hash_files(load_plan(plan))


def test_a_file_whose_place_another_one_has_is_refused(tmp_path: Path):
    """Named as sub/../people.csv and in full: both would lie beside the plan."""
    plan = write_city(tmp_path / "city")
    (tmp_path / "city" / "sub").mkdir()
    (tmp_path / "people.csv").write_text("id,people,lon,lat\n", encoding="utf-8")
    more = plan.read_text(encoding="utf-8").replace("people.csv", "sub/../people.csv")
    other = more.partition("[[demand]]")[2].replace("residential", "industrial")
    other = other.replace("sub/../people.csv", (tmp_path / "people.csv").as_posix())
    plan.write_text(f"{more}[[demand]]{other}", encoding="utf-8")
    with pytest.raises(SourceError, match="cannot be packed under this name; rename it"):
        list_of(plan)


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
