"""The document: its figures are those of the files, and Word can work with it."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from planner.reports import load_handover
from planner.reports.document import write_document
from planner.reports.workbook import write_workbook
from tests.reports.handed_over import write_run


@pytest.fixture(scope="module")
def written(handed, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("document") / "report.docx"
    write_document(handed.load(), path)
    return path


@pytest.fixture(scope="module")
def read(written) -> Any:
    return docx.Document(str(written))


def text_of(document: Any) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def table_of(document: Any, caption: str) -> list[list[str]]:
    """Return the table that follows a caption, its headings first."""
    body = document.element.body
    found = False
    for child in body.iterchildren():
        if child.tag.endswith("}p"):
            found = found or caption in "".join(child.itertext())
        elif child.tag.endswith("}tbl") and found:
            [table] = [table for table in document.tables if table._tbl is child]
            return [[cell.text for cell in row.cells] for row in table.rows]
    raise AssertionError(f"no table {caption}")


def xml_of(path: Path, part: str) -> str:
    with zipfile.ZipFile(path) as parts:
        return parts.read(part).decode()


def test_chapters_are_headings_of_word(read):
    chapters = [p.text for p in read.paragraphs if p.style.name == "Heading 1"]
    assert chapters == [
        "1. Summary", "2. Where people are covered and where not", "3. Towns",
        "4. The largest gaps", "5. Proposed stations", "6. Before and after",
        "7. How sure this is, and what the data lack", "8. Method", "9. Standards and data",
    ]  # fmt: skip


def test_the_paragraph_for_leaders_by_hand(read):
    text = text_of(read)
    # 5,000 of 10,500; with the 3,000 at -1,200 m 8,000 of 10,500.
    assert "47.6% of residents reach a service station within a 15-minute walk." in text
    assert "5,500 are left out, in 3 gaps." in text
    assert "The target is 85%, missed" in text
    assert (
        "newly covers 3,000 residents and raises the share of residents from 47.6% to 76.2%" in text
    )
    assert "Together they cost 3 million." in text


def test_large_numbers(read):
    cells = [cell.text for cell in read.tables[0].rows[0].cells]
    assert cells == ["47.6%", "5,500", "3"]


def test_the_first_page_names_the_gaps_with_most_people(read):
    _, *rows = table_of(read, "Gaps with most residents, and what can be done")
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert [row[3] for row in rows] == ["3,000", "2,000", "500"]
    assert rows[0][4] == "New station “@corner”: covers 3,000"


def test_the_map_alone_begins_on_a_new_page(read):
    """Its heading would else stand alone below the summary, far from the map."""
    broken = [p.text for p in read.paragraphs if p.paragraph_format.page_break_before]
    assert broken == ["2. Where people are covered and where not"]


def test_towns_by_hand(read):
    headings, *rows = table_of(read, "Residents within a 15-minute walk, by town")
    assert headings[:6] == ["Town", "People", "Covered", "In gaps", "Not judged", "Share"]
    assert rows[0][:6] == ["=West&", "7,000", "4,000", "3,000", "0", "57.1%"]
    assert rows[1][:6] == ["East", "3,500", "1,000", "2,500", "0", "28.6%"]
    assert [row[-1] for row in rows] == ["missed", "missed"]


def test_gaps_with_cause_and_measure(read):
    _, *rows = table_of(read, "The 3 largest gaps, by residents")
    assert [row[3] for row in rows] == ["3,000", "2,000", "500"]
    assert [row[4] for row in rows] == ["18.0", "19.5", "28.5"]
    assert rows[0][5:] == ["too far", "New station “@corner”: covers 3,000"]
    # Half of all, and more: 3,000 + 2,000 + 500.
    assert "The 3 largest gaps hold 5,500 residents, 100.0% of all residents left out." in text_of(
        read
    )


def test_the_proposal_says_why_and_how_sure(read):
    _, *rows = table_of(read, "The proposed station")
    assert rows[0][1:] == ["@corner", "=West&", "new", "3", "3,000", "3,000"]
    assert "proved to be the best" in text_of(read)


def test_before_and_after_by_hand(read):
    # Moved to -1,200 m the station serves the 7,000 in the west: 66.7 % of 10,500.
    _, *rows = table_of(read, "share within a 15-minute walk before and after")
    assert rows[0][1:3] == ["47.6%", "66.7%"]
    assert rows[0][3:] == ["3,000", "1,000"]


def test_the_same_bytes_again_and_no_time_of_writing(handed, written, tmp_path):
    write_document(handed.load(), tmp_path / "again.docx")
    assert (tmp_path / "again.docx").read_bytes() == written.read_bytes()
    run = handed.load().run.run
    with zipfile.ZipFile(io.BytesIO(written.read_bytes())) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = parts.read("docProps/core.xml").decode()
    assert re.findall(r"\d{4}-\d\d-\d\dT\S+?Z", core) == [f"{run['date']}T00:00:00Z"] * 2


def test_captions_count_and_headings_of_tables_repeat(written):
    xml = xml_of(written, "word/document.xml")
    assert xml.count("SEQ Table") == xml.count("w:tblHeader")
    assert xml.count("SEQ Figure") == 2
    rows = len(re.findall(r"<w:tr[ >]", xml))
    assert xml.count("w:cantSplit") == rows


def test_chinese_fonts_and_the_notice_on_every_page(tmp_path):
    """Without towns, targets, gaps, proposal and comparison: each chapter says how to get it."""
    homes = [("w", 400, -100, 0), ("e", 100, 200, 0)]
    write_run(tmp_path, tables={"homes.csv": homes}, towns=None, service="")
    handover = load_handover(tmp_path / "out", language="zh")
    summary = handover.run.summary | {"synthetic": True}
    handover = replace(handover, run=replace(handover.run, summary=summary))
    write_document(handover, tmp_path / "zh.docx")
    for part in ("word/header1.xml", "word/footer1.xml"):
        assert "演示数据，非真实" in xml_of(tmp_path / "zh.docx", part)
    assert 'w:eastAsia="仿宋"' in xml_of(tmp_path / "zh.docx", "word/styles.xml")
    assert "FangSong" in xml_of(tmp_path / "zh.docx", "word/fontTable.xml")
    text = text_of(docx.Document(str(tmp_path / "zh.docx")))
    assert "一、总体情况" in text
    for told in (
        "没有居民落在服务盲区",
        "方案中没有街镇边界",
        "先运行 planner site",
        "先运行 planner compare",
    ):
        assert told in text


def test_three_hundred_towns_are_cut_to_those_with_most_people_left_out(handed, tmp_path):
    handover = handed.load(parts=False)
    rows = [row for row in handover.run.summary["coverage"] if row["area"] == "all"]
    towns = [
        row | {"area": f"Town {number}", "gap": number, "covered": 10_500 - number}
        for number in range(300)
        for row in rows
    ]
    summary = handover.run.summary | {"coverage": [*rows, *towns], "checks": []}
    write_document(
        replace(handover, run=replace(handover.run, summary=summary)), tmp_path / "a.docx"
    )
    document = docx.Document(str(tmp_path / "a.docx"))
    _, *listed = table_of(document, "by town")
    assert [row[0] for row in listed] == [f"Town {number}" for number in range(299, 279, -1)]
    assert "The table lists the 20 towns with most people left out; all 300 stand" in text_of(
        document
    )


def test_names_from_outside_are_plain_text_in_both_files(handed, tmp_path):
    """No control code, nothing that turns a line round, no formula, no field of a header."""
    name = "=1+1\x0b\u202e&P \ud800\uffff<w:p/>"
    handover = handed.load()
    summary = dict(handover.run.summary)
    summary["gaps"] = [gap | {"name": name, "cause_detail": name} for gap in summary["gaps"]]
    layers = dict(handover.run.layers)
    layers["facilities"] = layers["facilities"].assign(name=name.replace("\ud800", ""))
    about = handover.run.run | {"title": f"&P{name}"}
    handover = replace(
        handover, run=replace(handover.run, summary=summary, layers=layers, run=about)
    )
    write_document(handover, tmp_path / "a.docx")
    text = text_of(docx.Document(str(tmp_path / "a.docx")))
    # The mark that turns a line round stands between signs that end it.
    assert "\u2068" in text
    assert "<w:p/>" in text
    assert "\x0b" not in text
    write_workbook(handover, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book["Gaps"]["B3"].value == "\u2068\u200e'=1+1 \u202e&P <w:p/>\u200e\u2069"
    assert "&&P" in xml_of(tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml").replace("&amp;", "&")
