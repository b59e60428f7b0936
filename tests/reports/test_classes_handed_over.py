"""Classes of housing in what rests on a run: who of which gains, and the sheet of the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import docx
import pandas as pd
import pytest
from shapely.geometry import box

from planner.cli.printing import print_comparison, print_proposal, print_result
from planner.reports import load_handover, write_result
from planner.reports.document import write_document
from planner.reports.workbook import write_workbook
from planner.run import finished_result, run_plan
from planner.scenarios import compare_scenarios
from planner.siting import build_question, site_plan
from planner.sources.results import load_result
from tests.cities.small_plan import inputs_of, write_table
from tests.coverage.test_classes import HOMES, SURE, TOLD, homes
from tests.scenarios.test_by_hand import add, scenario

if TYPE_CHECKING:
    from pathlib import Path

    from planner.sources.inputs import Inputs

#: One candidate, from which E, F and G of the village are reached.
SITES = '[candidates]\ntable = "candidates.csv"\n'


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Inputs]:
    """The street of test_classes as a folder of results, and its inputs."""
    folder = tmp_path_factory.mktemp("street")
    homes(
        folder, [(*row[:2], "=1+1" if row[2] == "village" else row[2], *row[3:]) for row in HOMES]
    )
    write_table(folder / "candidates.csv", "site_id,name", [("W", "West", -1400, 0)])
    inputs = inputs_of(folder, TOLD, **SURE, more=SITES)
    write_result(run_plan(inputs), folder / "out")
    return folder / "out", inputs


def test_a_station_in_the_village_serves_its_class(street, capsys):
    content = compare_scenarios(street[1], [scenario(add("N", -1400))]).content
    [found] = content["scenarios"]
    rows = {row["class"]: row for row in found["classes"] if row["area"] == "all"}
    assert [rows[name]["newly_covered"] for name in rows] == [0, 0, 65, 10]
    village = rows["=1+1"]
    assert (village["share_before"], village["share_after"], village["lost"]) == (0, 1, 0)
    print_comparison(street[0], content)
    said = capsys.readouterr().out
    assert "=1+1: 0 -> 65 of 65 covered" in said
    assert "not told: 0 -> 10 of 10 covered" in said


def test_a_plan_without_classes_is_compared_as_before(tmp_path):
    homes(tmp_path)
    inputs = inputs_of(tmp_path, TOLD.replace('class = "housing"\n', ""), **SURE)
    [found] = compare_scenarios(inputs, [scenario(add("N", -1400))]).content["scenarios"]
    assert "classes" not in found


def test_a_proposal_says_whom_of_each_class_it_serves(street, capsys):
    out, inputs = street
    # As the command does, from the files of a run: there "" is NULL.
    result = finished_result(load_result(out), inputs)
    content = site_plan(result, build_question(inputs.plan, n_sites=1)).content
    gained = {row["class"]: row["newly_covered"] for row in content["classes"]}
    assert gained == {"commodity": 0, "resettlement": 0, "=1+1": 65, "": 10}
    print_proposal(out, content)
    assert "newly covered by class: =1+1 65, not told 10" in capsys.readouterr().out


def test_the_files_of_a_run_guard_their_cells(street):
    out = street[0]
    text = (out / "classes.csv").read_text(encoding="utf-8-sig")
    assert "\n'=1+1,all,residential,15,65,0,65,0,0.0,0.0,0.0\n" in text
    left = pd.read_csv(out / "gap_classes.csv")
    assert left["class"].tolist()[0] == "'=1+1"
    assert left["people_residential"].tolist() == [65, 10, 60]
    summary: dict[str, Any] = load_result(out).summary
    assert "=1+1" in {row["class"] for row in summary["classes"]}


def test_a_run_prints_a_row_for_each_class(street, capsys):
    run = load_result(street[0])
    print_result(street[0], run.summary, run.run)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["resettlement", "residential", "100", "100.0%", "70.0%-100.0%", "0", "30"] in lines
    assert ["not", "told", "residential", "10", "0.0%", "0.0%-0.0%", "10", "0"] in lines


def test_the_document_says_the_share_of_each_class(tmp_path):
    homes(tmp_path)
    towns = {"West": box(-2000, -900, 0, 900), "East": box(0, -900, 2000, 900)}
    area = box(-2000, -900, 2000, 900)
    write_result(
        run_plan(inputs_of(tmp_path, TOLD, area=area, towns=towns, **SURE)), tmp_path / "o"
    )
    for language, said in {
        "en": "By class of housing, of the residents: commodity 62.5%, resettlement 100.0%, "
        "village 0.0%, class not told 0.0%.",
        "zh": "按住房类别，居民的覆盖率为：commodity 62.5%、resettlement 100.0%、village 0.0%、"
        "未注明类别 0.0%。",
    }.items():
        path = tmp_path / f"{language}.docx"
        write_document(load_handover(tmp_path / "o", language=language), path)
        text = "".join(one.text for one in docx.Document(str(path)).paragraphs)
        assert said in text


def test_the_workbook_has_the_classes(street, tmp_path):
    path = tmp_path / "report.xlsx"
    write_workbook(load_handover(street[0], language="zh"), path)
    sheets = pd.read_excel(path, sheet_name=None, header=1, engine="calamine")
    [table] = [sheet for sheet in sheets.values() if "按什么分" in sheet.columns]
    of_classes = table[table["按什么分"] == "住房类别"]
    named = of_classes.iloc[:, 1].tolist()
    assert named == ["commodity", "resettlement", "'=1+1", "未注明类别"]
