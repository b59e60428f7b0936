"""Conditions in what is handed over: shares and people lost, stations closed, what is assumed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest
from shapely.geometry import box

from planner.reports import load_handover, write_comparison
from planner.reports.document import write_document
from planner.reports.workbook import write_workbook
from planner.scenarios import compare_scenarios
from planner.sources.scenario_file import load_scenario
from tests.cities.small_plan import lonlat, write_polygons
from tests.reports.handed_over import write_run

if TYPE_CHECKING:
    from pathlib import Path

#: The street of handed_over: on ice 900 m take 27 minutes, so nobody is covered.
CONDITIONS = """
[[conditions]]
name = "ice"
title = "=Ice"
crossing_delay = 2
source = "our own"
[[conditions.speeds]]
factor = 0.5
source = "Fossum & Ryeng 2021"
status = "research"
[[conditions]]
name = "flood"
closed_area = "flood.geojson"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run, and the comparison of moving its station to -1,200 m."""
    folder = tmp_path_factory.mktemp("conditions")
    write_polygons(folder / "flood.geojson", {"water": box(-100, -50, 100, 50)})
    inputs = write_run(folder, more=CONDITIONS).inputs
    lon, lat = lonlat(-1200, 0)
    edits = [{"op": "move", "id": "F", "lon": lon, "lat": lat}]
    content = {"version": 1, "plan": inputs.plan.name, "name": "moved", "edits": edits}
    (folder / "moved.json").write_text(json.dumps(content), encoding="utf-8")
    comparison = compare_scenarios(inputs, [load_scenario(folder / "moved.json")])
    write_comparison(comparison, folder / "compared")
    return folder


@pytest.fixture(scope="module")
def book(folder: Path) -> openpyxl.Workbook:
    write_workbook(load_handover(folder / "out", language="en"), folder / "report.xlsx")
    return openpyxl.load_workbook(folder / "report.xlsx")


def lines_of(book: openpyxl.Workbook, name: str) -> list[tuple[str, ...]]:
    rows = book[name].iter_rows(values_only=True)
    return [tuple("" if cell is None else str(cell) for cell in row) for row in rows]


def test_shares_and_people_lost(book):
    lines = lines_of(book, "Times and people")
    lost = lines[1].index("Covered usually, not then\n(people)")
    [whole] = [line for line in lines if line[1] == "'=Ice" and line[2] == "Whole area"]
    assert whole[0] == "condition"
    assert whole[lost] == "5000"
    [flood] = [line for line in lines if line[1] == "flood" and line[2] == "Whole area"]
    assert flood[lost] == "5000"


def test_stations_that_are_closed(book):
    lines = lines_of(book, "Open when")
    heading = lines[1]
    [station] = [line for line in lines if "Station" in line]
    assert station[heading.index("Flood")].lower() == "closed"
    assert station[heading.index("'=Ice")].lower() == "open"


def test_what_is_assumed_with_its_source(book):
    told = {line[1]: line[2:] for line in lines_of(book, book.sheetnames[-1]) if len(line) > 3}
    assert told["'=Ice: speed (everybody)"][0] == "0.5 times the usual"
    assert told["'=Ice: speed (everybody)"][1] == "research: Fossum & Ryeng 2021"
    assert told["'=Ice: waits at crossings, times the usual"][:2] == ("2", "assumed: our own")
    assert told["flood: ground that nobody walks"][0] == "flood.geojson"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_document_tells_of_them_before_and_after(language, folder):
    """On ice 500 m are walked in time, so nobody is served before; in the flood nobody either.

    After the move 7,000 of 10,500 live within 300 m, where neither matters. Usually 5,000 are
    covered before, whom both conditions take away.
    """
    told = load_handover(folder / "out", compared=folder / "compared", language=language)
    write_document(told, folder / "report.docx")
    heads = {"zh": ["情形", "人群", "改动前"], "en": ["Condition", "Kind", "Before"]}[language]
    kind = {"zh": "居民", "en": "residents"}[language]
    tables = [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in docx.Document(str(folder / "report.docx")).tables
    ]
    [under] = [rows for rows in tables if rows[0][:3] == heads]
    assert under[1:] == [
        ["=Ice", kind, "0.0%", "66.7%", "5,000 → 0"],
        ["flood", kind, "0.0%", "66.7%", "5,000 → 0"],
    ]


@pytest.mark.nightly
def test_files_of_the_folder(tmp_path: Path):
    write_polygons(tmp_path / "flood.geojson", {"water": box(-100, -50, 100, 50)})
    write_run(tmp_path, more=CONDITIONS)
    run = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert "flood.geojson" in run["inputs"]
    handover = load_handover(tmp_path / "out", language="zh")
    assert set(handover.run.page_tables()["facility_conditions"]["condition"]) == {"ice", "flood"}
