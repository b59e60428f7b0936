"""Workbooks as people make them: titles, merged cells, errors, hidden rows, several sheets."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.worksheet.worksheet import Worksheet
from pyxlsbwriter import XlsbWriter

from planner.errors import SourceError
from planner.sources import _read_workbook
from planner.sources._raw_table import RawTable
from planner.sources._read_table import read_raw
from planner.sources.tables import load_facilities
from tests.sources.formats import write_ods, write_text, write_xls, write_xlsx

HEADING = ["编号", "名称", "街镇"]
ROWS = [HEADING, ["1", "甲站", "友谊路"], ["2", "乙站", "庙行"]]


def made(folder: Path, fill: Callable[[Worksheet], None], name: str = "t.xlsx") -> Path:
    """Write a workbook whose sheet 站点 is filled by hand."""
    book = openpyxl.Workbook()
    book.active.title = "站点"
    fill(book.active)
    book.save(folder / name)
    return folder / name


def read(folder: Path, fill: Callable[[Worksheet], None]) -> RawTable:
    return read_raw(made(folder, fill))


def changed(path: Path, part: str, old: str, new: str) -> Path:
    """Change a piece of one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def fault(path: Path, said: str = "") -> str:
    with pytest.raises(SourceError) as caught:
        read_raw(Path(f"{path}{said}"))
    message = str(caught.value)
    assert "\n" not in message
    return message.removeprefix(f"{path}{said}: ")


def test_a_report_with_titles_sums_and_a_remark(tmp_path: Path):
    def fill(sheet: Worksheet) -> None:
        sheet.append(["宝山区党群服务站点汇总表"])
        sheet.merge_cells("A1:C1")
        sheet.append(["填报单位：组织部", None, "日期：2026年11月"])
        sheet.merge_cells("A2:B2")
        for row in ROWS[:2]:
            sheet.append(row)
        sheet.append([])
        sheet.append(["一、庙行镇"])
        sheet.merge_cells("A6:C6")
        sheet.append(ROWS[2])
        sheet.append(["合 计", None, 2])
        sheet.append(["注：由各街镇填报"])

    raw = read(tmp_path, fill)
    assert list(raw.rows) == HEADING
    assert raw.rows["名称"].tolist() == ["甲站", "乙站"]
    assert raw.numbers.tolist() == [4, 7]
    assert raw.notes == raw.remarks
    assert raw.notes == [
        "t.xlsx: rows 1 to 2 above the headings are left out",
        "t.xlsx: row 6 is no row of the table but '一、庙行镇'; it is left out",
        "t.xlsx: row 8 is no row of the table but '合 计'; it is left out",
        "t.xlsx: row 9 is no row of the table but '注：由各街镇填报'; it is left out",
    ]


def test_a_station_whose_name_begins_like_a_remark_is_a_row_unless_it_stands_last(tmp_path: Path):
    def fill(sheet: Worksheet) -> None:
        for row in (["名称", "街镇"], ["说明：一", "x"], ["总计划站", "y"], ["合计路站", "z"]):
            sheet.append(row)

    assert read(tmp_path, fill).rows["名称"].tolist() == ["说明：一", "总计划站", "合计路站"]


def test_a_heading_of_two_rows_and_merged_towns(tmp_path: Path):
    """编号 and 街镇 are two rows high, 位置 two columns wide; a town stands once for its rows."""

    def fill(sheet: Worksheet) -> None:
        sheet.append(["编号", "街镇", "位置", None])
        sheet.append([None, None, "lon", "lat"])
        for number in range(4):
            sheet.append([f"00{number}", "庙行" if number == 0 else None, 121.4, 31.4])
        for cells in ("A1:A2", "B1:B2", "C1:D1", "B3:B5"):
            sheet.merge_cells(cells)

    raw = read(tmp_path, fill)
    assert list(raw.rows) == ["编号", "街镇", "lon", "lat"]
    assert raw.rows["街镇"].tolist() == ["庙行", "庙行", "庙行", ""]
    assert raw.rows["编号"].tolist() == ["000", "001", "002", "003"]
    assert "t.xlsx: merged cells are filled down in 2 rows, first in row 4" in raw.notes


@pytest.mark.parametrize("wide", [(), ("C1:D1",)])
def test_a_heading_of_two_rows_that_are_not_merged_downwards(tmp_path: Path, wide: tuple[str, ...]):
    """编号, 街镇 and 备注 stand in the upper row alone, lon and lat below 位置."""

    def fill(sheet: Worksheet) -> None:
        sheet.append(["宝山区站点表"])
        sheet.append(["编号", "街镇", "位置", None, "备注"])
        sheet.append([None, None, "lon", "lat"])
        sheet.append(["007", "庙行", 121.4, 31.4, "x"])
        for cells in wide:
            sheet.merge_cells(cells.replace("1", "2"))

    raw = read(tmp_path, fill)
    assert list(raw.rows) == ["编号", "街镇", "lon", "lat", "备注"]
    assert raw.rows.loc[0].tolist() == ["007", "庙行", "121.4", "31.4", "x"]
    assert raw.notes == ["t.xlsx: rows 1 to 2 above the headings are left out"]


def test_a_first_row_with_gaps_is_no_second_row_of_the_heading(tmp_path: Path):
    def fill(sheet: Worksheet) -> None:
        sheet.append(["名称", "地址", None])
        sheet.append(["甲站", None, None])
        sheet.append([None, "大场镇", "乙"])

    raw = read(tmp_path, fill)
    assert raw.rows["名称"].tolist() == ["甲站", ""]


VALUES = [
    (1.0, "1"),
    (0.1, "0.1"),
    (121.4737, "121.4737"),
    (-0.5, "-0.5"),
    (123456789012345, "123456789012345"),
    (True, "true"),
    (dt.date(2026, 3, 1), "2026-03-01"),
    (dt.datetime(2026, 3, 1, 9, 30), "2026-03-01 09:30"),
    (dt.time(9, 30), "09:30"),
    (dt.time(9, 30, 15), "09:30:15"),
    (dt.timedelta(hours=30), "30:00"),
    ("007", "007"),
    ("3113-01-02", "3113-01-02"),
    ("12345678901234567890", "12345678901234567890"),
    ("  两端 ", "两端"),
    ("'=1+1", "=1+1"),
]


@pytest.mark.parametrize(("value", "text"), VALUES)
def test_a_value_becomes_the_text_that_is_meant(tmp_path: Path, value: object, text: str):
    def fill(sheet: Worksheet) -> None:
        sheet.append(["id", "v"])
        sheet.append(["a", value])

    assert read(tmp_path, fill).rows["v"].tolist() == [text]


def test_a_number_is_read_as_its_format_shows_it(tmp_path: Path):
    def fill(sheet: Worksheet) -> None:
        sheet.append(["id", "share"])
        sheet.append([42, 0.25])
        sheet["A2"].number_format = "00000"
        sheet["B2"].number_format = "0%"

    raw = read(tmp_path, fill)
    assert raw.rows.to_dict("list") == {"id": ["00042"], "share": ["0.25"]}
    book = xlwt.Workbook()
    sheet = book.add_sheet("s")
    for column, name in enumerate(("id", "n")):
        sheet.write(0, column, name)
    sheet.write(1, 0, 42, xlwt.easyxf(num_format_str="00000"))
    sheet.write(1, 1, 3)
    book.save(str(tmp_path / "t.xls"))
    assert read_raw(tmp_path / "t.xls").rows["id"].tolist() == ["00042"]


def test_a_number_of_more_than_15_digits_has_lost_some(tmp_path: Path):
    def fill(sheet: Worksheet) -> None:
        for row in (["id", "n"], [310113007001234577, 1], [310113007001234578, 2]):
            sheet.append(row)

    raw = read(tmp_path, fill)
    assert raw.remarks == []
    assert raw.notes == [
        "t.xlsx: row 2: id (column A) holds 3.101130070012346e+17, and a spreadsheet keeps only 15 "
        "digits of a number: the others are lost; write it as text (so does 1 more row)"
    ]


def test_errors_are_told_with_row_and_column(tmp_path: Path):
    path = tmp_path / "t.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["facility_id", "name", "lon", "lat", "capacity"])
    for row in (1, 2, 3):
        sheet.write_row(row, 0, [f"F{row}", "x", 121.4, 31.4, 5])
    sheet.write_formula(1, 4, "=1/0", None, "#DIV/0!")
    sheet.write_formula(2, 2, "=NA()", None, "#N/A")
    book.close()
    table = load_facilities(path)
    assert table.rows["row"].tolist() == [2, 4]
    assert table.dropped["row"].tolist() == [3]
    assert [note.removeprefix("t.xlsx: row ") for note in table.notes] == [
        "3: lon (column C) holds the error #N/A; mend its formula and save again",
        "2: capacity (column E) holds the error #DIV/0!; mend its formula and save again",
        "2: capacity '#DIV/0!' is no number, taken as not given",
    ]
    broken = '<row r="5"><c r="A5" t="e"><v>#REF!</v></c></row></sheetData>'
    changed(path, "xl/worksheets/sheet1.xml", "</sheetData>", broken)
    with pytest.raises(SourceError, match="row 5: facility_id is the error #REF!; mend its formu"):
        load_facilities(path)


def test_errors_merged_cells_and_zeros_of_opendocument(tmp_path: Path):
    """As LibreOffice writes them."""
    path = write_ods(tmp_path / "t.ods", [["id", "town", "n"], ["7", "a", "1"], ["8", "", "x"]])
    error = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" '
        'office:string-value=""><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    for old, new in (
        ('office:value="7"/>', 'office:value="7"><text:p>007</text:p></table:table-cell>'),
        ('"string"><text:p>a', '"string" table:number-rows-spanned="2"><text:p>a'),
        ("<table:table-cell/>", "<table:covered-table-cell/>"),
        ('<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>',
         error),
    ):  # fmt: skip
        changed(path, "content.xml", old, new)
    raw = read_raw(path)
    assert raw.rows.to_dict("list") == {
        "id": ["007", "8"], "town": ["a", "a"], "n": ["1", "#DIV/0!"],
    }  # fmt: skip
    assert raw.notes[-1].startswith("t.ods: row 3: n (column C) holds the error #DIV/0!")


def test_formulas_without_results_are_told(tmp_path: Path):
    """As programs write them that do not calculate."""

    def fill(sheet: Worksheet) -> None:
        for row in (["id", "n"], ["a", "=1+1"], ["=1", "=2"]):
            sheet.append(row)

    raw = read(tmp_path, fill)
    assert raw.rows["n"].tolist() == [""]
    assert raw.notes == [
        "t.xlsx: row 3: id (column A) holds a formula without a result; open it in a spreadsheet "
        "and save it",
        "t.xlsx: row 2: n (column B) holds a formula without a result; open it in a spreadsheet "
        "and save it (so does 1 more row)",
    ]

    def only(sheet: Worksheet) -> None:
        for row in (["id", "n"], ["=1", "=2"]):
            sheet.append(row)

    assert fault(made(tmp_path, only)) == (
        "its rows are formulas without results; open it in a spreadsheet and save it"
    )


def test_hidden_rows_and_columns_without_a_heading_are_told(tmp_path: Path):
    def fill(sheet: Worksheet) -> None:
        for row in (["id", None, "n"], ["a", "x", 1], ["b", None, 2]):
            sheet.append(row)
        sheet.row_dimensions[3].hidden = True

    raw = read(tmp_path, fill)
    assert raw.rows.to_dict("list") == {"id": ["a", "b"], "n": ["1", "2"]}
    assert raw.notes == [
        "t.xlsx: row 3 is hidden, and read",
        "t.xlsx: column B has no heading and is left out",
    ]


def several(folder: Path) -> Path:
    """Sheets: an empty one, a hidden one, 一, 二 and #3."""
    book = openpyxl.Workbook()
    book.active.title = "empty"
    for name in ("hidden", "一", "二", "a#3"):
        sheet = book.create_sheet(name)
        sheet.append(["id", "n"])
        sheet.append([name, 1])
    book["hidden"].sheet_state = "hidden"
    book.save(folder / "t.xlsx")
    return folder / "t.xlsx"


def test_the_first_sheet_with_rows_that_is_shown_is_read_and_told(tmp_path: Path):
    raw = read_raw(several(tmp_path))
    assert raw.rows["id"].tolist() == ["一"]
    assert raw.notes == [
        "t.xlsx: the sheet '一' is read, not 'hidden', '二', 'a#3'; name another one behind #, as "
        "in t.xlsx#hidden"
    ]


@pytest.mark.parametrize("name", ["hidden", "一", "二", "a#3"])
def test_a_sheet_is_named_behind_the_file(tmp_path: Path, name: str):
    raw = read_raw(Path(f"{several(tmp_path)}#{name}"))
    assert raw.rows["id"].tolist() == [name]
    assert raw.notes == (
        ["t.xlsx#hidden: the sheet 'hidden' is hidden, and read"] if name == "hidden" else []
    )


def test_a_sheet_that_is_not_there_or_empty_is_told(tmp_path: Path):
    path = several(tmp_path)
    assert fault(path, "#三") == (
        "has no sheet '三'; it has empty, hidden, 一, 二, a#3; name one behind the #"
    )
    assert fault(path, "#empty") == "its sheet 'empty' is empty; give rows"


def test_a_workbook_without_rows_or_with_a_heading_twice(tmp_path: Path):
    assert fault(made(tmp_path, lambda sheet: sheet.append([]))) == (
        "holds nothing in any sheet; give a table with a heading and rows"
    )
    assert fault(made(tmp_path, lambda sheet: sheet.append(["id", "n"]))).startswith("has no rows")

    def fill(sheet: Worksheet) -> None:
        for row in (["id", "id"], ["a", "b"]):
            sheet.append(row)

    assert fault(made(tmp_path, fill)) == "heading 'id' stands twice; rename one of them"


def test_a_sheet_of_words_before_that_of_rows_is_told_with_the_other(tmp_path: Path):
    """Forms begin with a sheet that explains how to fill them in."""
    path = tmp_path / "t.xlsx"
    for words in (["填表说明"], ["填表说明", "请按要求填写"]):
        book = openpyxl.Workbook()
        for text in words:
            book.active.append([text])
        rows = book.create_sheet("数据")
        for row in (HEADING, *ROWS[1:]):
            rows.append(row)
        book.save(path)
        with pytest.raises(SourceError, match="or name another sheet behind #, as in"):
            load_facilities(path)


def test_a_sheet_of_figures_has_its_first_row_as_heading(tmp_path: Path):
    """Nothing in it looks like a heading: what is missing is told by the columns that are asked."""
    path = write_xlsx(tmp_path / "t.xlsx", [["1", "2", "3"], ["4", "5", "6"]])
    with pytest.raises(
        SourceError, match="no column 'facility_id', 'name', 'lon', 'lat'; it has 1"
    ):
        load_facilities(path)


@pytest.mark.parametrize("write", [write_xlsx, write_xls, write_ods])
def test_a_workbook_goes_by_any_name(tmp_path: Path, write):
    plain = write(tmp_path / f"t.{write.__name__.removeprefix('write_')}", ROWS)
    for name in ("t.csv", "other.xls", "other.xlsx"):
        (tmp_path / name).write_bytes(plain.read_bytes())
        raw = read_raw(tmp_path / name)
        assert raw.rows["名称"].tolist() == ["甲站", "乙站"]
        if not name.endswith(plain.suffix):
            assert raw.notes[0].startswith(f"{name}: is a workbook ")
            assert raw.notes[0].endswith(" inside, and read as one")


def test_text_called_xls_is_read_and_a_page_is_not(tmp_path: Path):
    path = write_text(tmp_path / "t.xls", ROWS, separator="\t")
    raw = read_raw(path)
    assert raw.rows["名称"].tolist() == ["甲站", "乙站"]
    assert raw.notes == [
        "t.xls: is text with separators inside, and read as one",
        "t.xls: read with tabs between its cells",
    ]
    path.write_text("\ufeff<html xmlns:x='urn:schemas'><table><tr><td>a</td></tr></table></html>")
    assert fault(path).startswith("is an HTML page inside, no table; open it in a spreadsheet and")
    path.write_text('<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas:office:spreadsheet"/>')
    assert fault(path).startswith("is an XML table of Excel 2003 inside, no table; open it in a")


def test_a_binary_workbook_is_read(tmp_path: Path):
    path = tmp_path / "t.xlsb"
    with XlsbWriter(str(path)) as book:
        book.add_sheet("站点")
        book.write_sheet(
            [
                ["站点一览表", "", "", ""],
                ["编号", "名称", "经度", "备注"],
                ["007", "甲站", 121.4, "3113-01-02"],
                ["12345678901234567890", "乙站", "121.5", ""],
            ]
        )
    raw = read_raw(path)
    assert raw.rows.to_numpy().tolist() == [
        ["007", "甲站", "121.4", "3113-01-02"],
        ["12345678901234567890", "乙站", "121.5", ""],
    ]
    assert list(raw.rows) == ["编号", "名称", "经度", "备注"]
    assert raw.numbers.tolist() == [3, 4]
    path.write_bytes(path.read_bytes()[:1500])
    assert "broken or cut short" in fault(path)


def test_a_protected_or_broken_workbook_is_refused(tmp_path: Path):
    path = tmp_path / "t.xlsx"
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    path.write_bytes(old + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600))
    assert fault(path) == "is protected with a password; save a copy without one"
    path.write_bytes(old + bytes(600))
    assert fault(path).startswith("cannot be read as a workbook (")
    whole = write_xlsx(tmp_path / "whole.xlsx", ROWS).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert fault(path).startswith("is a zip or workbook that is broken or cut short; save or")
    write_xlsx(path, ROWS)
    changed(path, "xl/worksheets/sheet1.xml", "</sheetData>", "")
    assert fault(path).startswith("cannot be read as a workbook (")


def test_a_workbook_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = write_xlsx(tmp_path / "t.xlsx", ROWS)
    monkeypatch.setattr(_read_workbook, "MOST_BYTES", 1000)
    assert fault(path).startswith("larger than the 0 MB that are read of a workbook; leave out")
