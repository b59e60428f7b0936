"""What `make same` finds between two folders of results, and what the list of the allowed lets by.

Files are written here as the planner writes them, a GeoPackage by its own writer.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from planner.maps import draw_map, write_map
from planner.maps._packed_payload import pack_payload
from planner.reports._geopackage import write_layers
from tests.maps.payload import data_in
from tools.same import ALLOWED, judge
from tools.same_files import Difference, compare_folders, load_allowed

SUMMARY = {"coverage": [{"area": "all", "share": 0.5}, {"area": "West", "share": 0.25}]}


@pytest.fixture
def folders(tmp_path) -> tuple[Path, Path]:
    """Two folders for the results of two codes."""
    old, new = tmp_path / "old" / "run", tmp_path / "new" / "run"
    old.mkdir(parents=True)
    new.mkdir(parents=True)
    return old, new


def differences(folders) -> list[Difference]:
    return compare_folders(*(folder.parent for folder in folders), "plan")


def write_jsons(folders, name, *contents) -> None:
    for folder, content in zip(folders, contents, strict=True):
        (folder / name).write_text(json.dumps(content), encoding="utf-8")


def allowed_by(tmp_path, *lines):
    path = tmp_path / "allowed.txt"
    path.write_text("\n".join(["# comment", "", *lines]) + "\n", encoding="utf-8")
    return load_allowed(path)


def test_a_figure_of_the_summary_that_differs_is_found(folders):
    other = {"coverage": [SUMMARY["coverage"][0], {"area": "West", "share": 0.26}]}
    write_jsons(folders, "summary.json", SUMMARY, other)
    assert differences(folders) == [
        Difference("plan/run/summary.json", "coverage.1.share", "0.25", "0.26")
    ]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ({"a": 1}, {"a": 1.0}, ("a", "1", "1.0")),
        ({"a": [1, 2]}, {"a": [1]}, ("a", "2 entries", "1 entries")),
        ({"a": 1}, {"a": 1, "b": None}, ("b", "(not there)", "null")),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, ("", "keys in one order", "in another")),
    ],
)
def test_other_types_lengths_keys_and_orders_differ(folders, old, new, found):
    write_jsons(folders, "summary.json", old, new)
    assert differences(folders) == [Difference("plan/run/summary.json", *found)]


def test_times_memory_and_hashes_of_outputs_may_differ(folders):
    runs = [
        {"seconds": {"map": n}, "outputs": {"map.html": str(n)}, "date": str(n), "ring_m": 1,
         "peak_memory_mb": {"map": n}, "versions": {"planner": str(n), "numpy": "2"}}
        for n in (1, 2)
    ]  # fmt: skip
    write_jsons(folders, "run.json", *runs)
    assert differences(folders) == []


def test_a_file_that_one_code_does_not_write_is_found(folders):
    (folders[0] / "gaps.csv").write_text("gap_id\n", encoding="utf-8")
    assert differences(folders) == [Difference("plan/run/gaps.csv", "", "there", "(not there)")]


def test_a_cell_of_a_csv_that_differs_is_found(folders):
    for folder, people in zip(folders, (7, 8), strict=True):
        (folder / "gaps.csv").write_text(f"gap_id,people\nA,1\nB,{people}\n", encoding="utf-8")
    assert differences(folders) == [Difference("plan/run/gaps.csv", "people.2", "7", "8")]


def test_a_cell_and_a_shape_of_a_geopackage_that_differ_are_found(folders):
    for folder, people, x in zip(folders, (7, 8), (2.0, 2.5), strict=True):
        layer = gpd.GeoDataFrame(
            {"name": ["A", "B"], "people": [1, people]},
            geometry=[shapely.Point(1, 1), shapely.Point(x, 2)],
            crs=4326,
        )
        write_layers(folder / "result.gpkg", {"gaps": layer}, description="")
    found = {one.place: (one.old, one.new) for one in differences(folders)}
    assert found["gaps.people.2"] == ("7", "8")
    assert found["gaps.geom.2"] == ("POINT (2 2)", "POINT (2.5 2)")
    assert not any(place.startswith("gaps.name") for place in found)


def test_a_geopackage_of_the_same_tables_in_other_bytes_is_found(folders):
    layer = gpd.GeoDataFrame({"name": ["A"]}, geometry=[shapely.Point(1, 1)], crs=4326)
    for folder in folders:
        write_layers(folder / "result.gpkg", {"gaps": layer}, description="")
    assert differences(folders) == []
    with closing(sqlite3.connect(folders[1] / "result.gpkg")) as base:
        base.execute("pragma user_version = 1")
    assert [one.place for one in differences(folders)] == ["bytes"]


def write_maps(folders, change) -> None:
    """Draw an empty map twice; the second one is changed."""
    for folder in folders:
        write_map(draw_map({}, {"coverage": []}, title="Town", language="en"), folder / "map.html")
    page = folders[1] / "map.html"
    text = page.read_text(encoding="utf-8")
    assert change(text) != text
    page.write_text(change(text), encoding="utf-8")


def test_data_texts_and_program_of_a_map_are_told_apart(folders):
    def change(page):
        packed = pack_payload(data_in(page))
        data = page.replace(packed, pack_payload(data_in(page) | {"title": "City"}))
        return data.replace("plannerPage(", "plannerPage (")

    write_maps(folders, change)
    assert differences(folders) == [
        Difference("plan/run/map.html", "payload.title", "Town", "City"),
        Difference(
            "plan/run/map.html",
            "program",
            "            plannerPage(planner_map_page);",
            "            plannerPage (planner_map_page);",
        ),
    ]


def test_what_the_list_allows_passes_and_nothing_else(tmp_path):
    found = [
        Difference("demo/run/map.html", "payload.texts.en.near", "two near it", "two close to it"),
        Difference("demo/run/map.html", "payload.texts.en.far", "so near", "so far"),
        Difference("demo/site/map.html", "payload.gaps.3.people", "1", "2"),
        Difference("demo/run/summary.json", "gaps.3.people", "1", "2"),
    ]
    allowed = allowed_by(
        tmp_path,
        "*/map.html\tpayload.texts.*\tnear it -> close to it\tplain words",
        "*/map.html\tpayload.texts.*\ttwo near -> two next\tnot so worded in the end",
        "*/map.html\tpayload.gaps.*\t*\tgaps come from gaps/",
        "*/map.html\tpayload.texts.*\tnowhere -> somewhere\tmatches nothing",
    )
    left, used = judge(found, [allowed[0], *allowed[2:]])
    assert left == [found[1], found[3]]
    assert [line.number for line in allowed if line not in used] == [4, 6]


def test_a_line_without_four_fields_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"allowed\.txt:3: write file, place"):
        allowed_by(tmp_path, "*/map.html\tprogram\tfrom x to y\tno arrow")


def test_the_list_of_the_project_can_be_read():
    load_allowed(ALLOWED)
