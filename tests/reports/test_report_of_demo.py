"""The report of the whole demo: every figure read back, and both files opened by an office."""

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pandas as pd
import pytest

from planner.reports.report_words import say_people, say_share
from tests.cities.demo import Demo

#: All of it takes half a minute.
pytestmark = pytest.mark.nightly
PARTS = (
    "site out/demo/input/plan.toml --run out/demo --sites 10 --out out/night-sites",
    "compare out/demo/input/plan.toml out/demo/input/scenario.json --run out/demo "
    "--out out/night-compared",
    "report out/demo --out out/night-report --sites out/night-sites --compare out/night-compared",
)
SHEETS = ["总览", "街镇", "居村", "站点", "盲区", "建议", "对比", "开门", "时段与人群", "达标",
          "数据问题", "说明"]  # fmt: skip
NOTICE = "演示数据，非真实"


@pytest.fixture(scope="module")
def folder(demo: Demo) -> Path:
    for line in PARTS:
        ended = demo.run(*shlex.split(line))
        assert ended.returncode == 0, ended.stderr
    return demo.folder / "out" / "night-report"


@pytest.fixture(scope="module")
def summary(demo: Demo) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((demo.out / "summary.json").read_bytes())
    return content


def sheet_of(folder: Path, name: str) -> pd.DataFrame:
    """Read a sheet by its second row, as an analyst does."""
    table = pd.read_excel(folder / "report.xlsx", sheet_name=name, header=1, engine="calamine")
    return table.rename(columns=lambda heading: str(heading).replace("\n", ""))


def test_all_twelve_sheets_are_there_and_carry_the_notice(folder):
    book = openpyxl.load_workbook(folder / "report.xlsx")
    assert book.sheetnames == SHEETS
    assert all(NOTICE in sheet["A1"].value for sheet in book)
    assert all(NOTICE in sheet.oddHeader.right.text for sheet in book)
    assert not any(
        cell.data_type == "f" for sheet in book for line in sheet.iter_rows() for cell in line
    )


def test_every_figure_of_towns_and_standards_is_that_of_the_summary(folder, summary):
    towns = sheet_of(folder, "街镇").set_index("街镇")
    for row in summary["coverage"]:
        if row["cutoff_minutes"] != 15 or row["kind"] != "residential":
            continue
        found = towns.loc["全区" if row["area"] == "all" else row["area"]]
        keys = ("people", "covered", "gap", "unknown", "share", "share_low", "share_high")
        headings = ("居民（人）", "已覆盖（人）", "盲区（人）", "无法判断（人）", "居民覆盖率",
                    "居民覆盖率至少", "居民覆盖率至多")  # fmt: skip
        assert [found[heading] for heading in headings] == [row[key] for key in keys]
    checks = sheet_of(folder, "达标")
    assert checks["已覆盖（人）"].tolist() == [row["covered"] for row in summary["checks"]]
    assert checks["覆盖率"].tolist() == [row["share"] for row in summary["checks"]]


def test_every_gap_moment_and_group_is_that_of_the_summary(folder, summary):
    gaps = sheet_of(folder, "盲区")
    assert gaps["居民（人）"].tolist() == [row["people_residential"] for row in summary["gaps"]]
    minutes = gaps["到最近站点步行（分钟）"].tolist()
    assert minutes == [row["minutes"] for row in summary["gaps"]]
    people = sheet_of(folder, "时段与人群")
    rows = [
        row
        for part in ("moments", "profiles", "groups", "services", "classes")
        for row in summary[part]
        if row.get("kind") != "all" and row["people"]
        and (part not in ("profiles", "classes") or row["cutoff_minutes"] == 15)
    ]  # fmt: skip
    assert people["已覆盖（人）"].tolist() == [row["covered"] for row in rows]
    assert people["覆盖率"].tolist() == pytest.approx(
        [float("nan") if row["share"] is None else row["share"] for row in rows], nan_ok=True
    )


def test_every_figure_of_the_document_is_that_of_the_summary(folder, summary):
    document = docx.Document(str(folder / "report.docx"))
    tables = [[[cell.text for cell in row.cells] for row in table.rows]
              for table in document.tables]  # fmt: skip
    kinds, first, towns, gaps = tables[1:5]
    rows = [row for row in summary["coverage"] if row["cutoff_minutes"] == 15]
    told = [row for row in rows if row["area"] == "all" and row["kind"] != "all"]
    listed = [row for row in rows if row["area"] != "all" and row["kind"] == "residential"]
    for table, expected in ((kinds, told), (towns, listed)):
        for cells, row in zip(table[1:], expected, strict=True):
            assert cells[1:6] == [
                *(say_people(row[key]) for key in ("people", "covered", "gap", "unknown")),
                say_share(row["covered"] / (row["covered"] + row["gap"])),
            ]
    for table, count in ((first, 5), (gaps, 10)):
        for cells, row in zip(table[1:], summary["gaps"][:count], strict=True):
            assert cells[1:4] == [row["name"], row["town"], say_people(row["people_residential"])]


def test_no_english_and_no_jargon_in_the_document(folder):
    document = docx.Document(str(folder / "report.docx"))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    text += "\n".join(
        cell.text for table in document.tables for row in table.rows for cell in row.cells
    )
    known = {"OpenStreetMap", "GB", "planner"}
    assert set(re.findall(r"[A-Za-z][A-Za-z-]+", text)) <= known


@pytest.mark.parametrize(
    ("name", "fewest", "most"), [("report.docx", 6, 10), ("report.xlsx", 40, 160)]
)
def test_an_office_opens_both(folder, tmp_path, name, fewest, most):
    """LibreOffice makes a PDF of each; in that of the document every page has the notice."""
    office = shutil.which("libreoffice")
    if office is None:
        pytest.skip("no LibreOffice: apt-get install libreoffice-calc libreoffice-writer")
    import pypdfium2

    subprocess.run(
        [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to",
         "pdf", "--outdir", str(tmp_path), str(folder / name)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    pages = pypdfium2.PdfDocument(tmp_path / Path(name).with_suffix(".pdf").name)
    assert fewest <= len(pages) <= most
    texts = [page.get_textpage().get_text_range() for page in pages]
    assert all(NOTICE in text for text in texts)
    # No page is empty beside its header and footer.
    assert min(len(text) for text in texts) > 120
