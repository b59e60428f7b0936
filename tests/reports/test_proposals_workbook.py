"""`planner compare --merge` and `planner proposals`: what they print, and the files they write."""

import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.reports import COMPARISON_OUTPUTS
from tests.cities.small_plan import inputs_of
from tests.scenarios.test_by_hand import HOMES, PEOPLE, WIDE, add, at
from tests.scenarios.test_people_edits import come, go
from tests.scenarios.test_replies import CORRECTIONS, MARKS, reply
from tests.siting.test_site_command import plan_of

WISHES = {
    "a.json": [add("N1", -1200, name="=1+1", votes=3, proposer="@Zhang"),
               {"op": "move", "id": "G", **at(1000), "votes": 1}],
    "b.json": [add("N1", -1270), {"op": "close", "id": "G", "cost": 2},
               come("new", 500, 100)],
}  # fmt: skip


def planner(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wishes")
    inputs_of(
        folder, HOMES, tables={"homes.csv": PEOPLE}, area=WIDE.buffer(-7000),
        facilities=[("F", "Station", 0, 0), ("G", "Other", 1950, 0)],
        more='[candidates]\ncost_unit = "{万元}"\n',
    )  # fmt: skip
    (folder / "replies").mkdir()
    for name, edits in WISHES.items():
        more = {"corrections": CORRECTIONS, "marks": MARKS} if name == "b.json" else {}
        reply(folder / "replies", name, *edits, **more)
    (folder / "replies" / "c.json").write_text("[]", encoding="utf-8")
    return folder / "plan.toml"


@pytest.fixture(scope="module")
def merged(plan):
    paths = [plan.parent / "replies" / name for name in WISHES]
    result = planner("compare", plan, "--merge", *paths, "--out", plan.parent / "merged")
    assert result.exit_code == 0, result.output
    return result.stdout, plan.parent / "merged"


def test_merged_files_stand_beside_those_of_the_comparison(merged):
    printed, out = merged
    assert {path.name for path in out.iterdir()} == set(COMPARISON_OUTPUTS)
    assert (out / "merged.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(out / "merged.csv", encoding="utf-8-sig")
    assert table["op"].tolist() == ["add", "move", "close", "add_people", "all"]
    assert table["name"].tolist()[:1] == ["'=1+1"]
    assert table["proposers"][0] == "'@Zhang"
    assert table["gained_alone"].tolist()[:4] == [30, 0, 0, 0]
    assert table["lost_alone"].tolist()[:4] == [0, 0, 25, 0]
    assert table["conflict"][2] == (
        "one closes what the other changes (with 2); left out of the whole"
    )
    content = json.loads((out / "merged.json").read_text(encoding="utf-8"))
    assert [edit["op"] for edit in content["edits"]] == ["add", "move", "add_people"]
    assert "4 proposals, residents" in printed
    assert "conflict: 3. Other: one closes what the other changes (with 2); left out" in printed
    assert "residents who come: 100, of whom 100 are covered then (0 of them only by" in printed
    assert "3. add_people new: 100 residents come, 100 of them covered" in printed


def test_what_is_merged_can_be_run_again_with_the_same_figures(merged, plan):
    _, out = merged
    again = planner("compare", plan, out / "merged.json", "--out", plan.parent / "again")
    assert again.exit_code == 0, again.output
    assert not (plan.parent / "again" / "merged.csv").exists()
    contents = [
        json.loads((folder / "compare.json").read_text(encoding="utf-8"))["scenarios"]
        for folder in (out, plan.parent / "again")
    ]
    # the file's own hash is known only once it is written
    for content in contents:
        del content[0]["sha256"]
    assert contents[0] == contents[1]


def rows_of(path: Path, sheet: int) -> list[dict[str, object]]:
    values = list(openpyxl.load_workbook(path).worksheets[sheet].values)
    return [dict(zip(values[0], row, strict=True)) for row in values[1:]]


@pytest.fixture(scope="module")
def book(plan):
    path = plan.parent / "proposals.xlsx"
    result = planner("proposals", plan.parent / "replies", "--plan", plan, "--out", path)
    assert result.exit_code == 0, result.output
    (plan.parent / "printed.txt").write_text(result.stdout, encoding="utf-8")
    return path


def test_the_command_prints_what_came_back(book):
    assert (book.parent / "printed.txt").read_text(encoding="utf-8").splitlines() == [
        "2 of 3 files count",
        "fault: c.json: not a scenario; it starts with { and has version, plan, edits",
        "5 proposals, 4 once those that are one are joined",
        "2 corrections to check, 2 marks",
        f"wrote {book}",
    ]


def test_sheets_have_numbers_headings_and_filters(book):
    sheets = openpyxl.load_workbook(book).worksheets
    assert [sheet.title for sheet in sheets] == [
        "proposals", "joined", "corrections", "marks", "files", "about",
    ]  # fmt: skip
    for sheet in sheets[:-1]:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
    first = rows_of(book, 0)[0]
    assert {name: first[name] for name in ("file", "what", "name", "votes", "proposer",
                                           "beside them not judged before, residents")} == {
        "file": "a.json", "what": "new station", "name": "'=1+1", "votes": 3,
        "proposer": "'@Zhang", "beside them not judged before, residents": 30,
    }  # fmt: skip
    assert type(first["lon"]) is float
    assert "newly covered alone, workers" not in first
    assert rows_of(book, 0)[3]["cost ({万元})"] == 2
    last = rows_of(book, 1)[-1]
    assert (last["what"], last["not judged before, together, residents"]) == ("all together", 30)
    wrong = rows_of(book, 2)
    assert [(row["about"], row["what is said to be wrong"], row["checked"]) for row in wrong] == [
        ("gate", "locked since May", None), ("hours", "'=closed at noon", None),
    ]  # fmt: skip
    [mark] = rows_of(book, 3)
    assert (mark["mean mark"], mark["residents in time whose nearest it is"]) == (3.5, 50)
    assert [row["fault"] is None for row in rows_of(book, 4)] == [True, True, False]


def test_what_was_checked_by_hand_is_not_overwritten(book, plan):
    result = planner("proposals", plan.parent / "replies", "--plan", plan, "--out", book)
    assert result.exit_code == 1
    assert "is already there and may hold what you confirmed" in result.stderr
    result = planner("proposals", plan.parent, "--plan", plan, "--out", book.with_suffix(".csv"))
    assert "not a format that is written; give .xlsx" in result.stderr


def test_in_chinese(plan):
    text = plan.read_text(encoding="utf-8")
    chinese = plan.parent / "zh.toml"
    chinese.write_text(text.replace('language = "en"', 'language = "zh"'), encoding="utf-8")
    out = plan.parent / "zh.xlsx"
    result = planner("proposals", plan.parent / "replies", "--plan", chinese, "-q", "--out", out)
    assert result.exit_code == 0, result.output
    assert openpyxl.load_workbook(out).sheetnames == [
        "提议", "归并", "纠错", "评价", "收到的文件", "说明",
    ]  # fmt: skip
    assert rows_of(out, 4)[2]["问题"].startswith("c.json：不是情景文件；应以 { 开头")
    assert rows_of(out, 1)[2]["冲突"] == (
        "一项关闭、另一项改动同一站点（与第 2 项）；合并方案未采用"
    )


def test_people_of_a_year_are_sited_for(tmp_path):
    """In 2030 an estate of 500 stands in the far west, beside a (100) and b (200)."""
    street = plan_of(tmp_path)
    edits = [
        come("new", -1900, 500, year=2030),
        come("later", 1900, 9000, year=2040),
        go("old", demand_ids=["residential:c"], share=0.1),
        {"op": "close", "id": "F"},
    ]
    reply(tmp_path, "future.json", *edits)
    asked = ["site", street, "--sites", 1, "--scenario", tmp_path / "future.json"]
    result = planner(*asked, "--year", 2030, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "site 1: corner W (W), 800 residents, 40 workers" in result.stdout
    assert "note: 1 edits of people come after 2030 and are left out" in result.stdout
    assert "note: my wish: residential: 500 people come and 100 go by its edits" in result.stdout
    assert "note: 1 edits that are not about people are not made here" in result.stdout
    content = json.loads((tmp_path / "out" / "site.json").read_text(encoding="utf-8"))
    assert (content["scenario"]["year"], content["scenario"]["edits"]) == (2030, 2)
    assert content["whole_area"]["residents"] == 1660 + 500 - 100
    # the proposal as a scenario holds its people, so that compare counts the same
    again = planner("compare", street, tmp_path / "out" / "scenario.json", "--out", tmp_path / "c")
    assert again.exit_code == 0, again.output
    [found] = json.loads((tmp_path / "c" / "compare.json").read_text(encoding="utf-8"))["scenarios"]
    [row] = [r for r in found["totals"] if r["area"] == "all" and r["kind"] == "residential"]
    assert (row["people_after"], row["gained"] + row["came_covered"]) == (2060, 800)
    # all years: those of 2040 too
    result = planner(*asked, "--out", tmp_path / "all")
    assert "site 1: corner C (C), 9,360 residents" in result.stdout


def test_what_cannot_stand_with_a_year(plan, tmp_path):
    result = planner("site", plan, "--year", 2030, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "--year can only stand with --scenario" in result.stderr
    reply(tmp_path, "none.json", add("N", 1))
    asked = ["site", plan, "--scenario", tmp_path / "none.json", "--out", tmp_path / "out"]
    assert "has no edit of people; add one with add_people" in planner(*asked).stderr
    assert planner(*asked, "--run", tmp_path).exit_code == 2
