"""CSV is read strictly: what is wrong is named with its row, and nothing is swallowed."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import SourceError
from planner.sources import _raw_table, _read_csv
from planner.sources._read_table import read_raw, to_numbers


def read(folder: Path, content: str | bytes):
    path = folder / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_raw(path)


def fault(folder: Path, content: str | bytes) -> str:
    with pytest.raises(SourceError) as caught:
        read(folder, content)
    message = str(caught.value)
    assert "\n" not in message
    return message.removeprefix(f"{folder / 't.csv'}: ")


OPEN = "a quote opens here and is never closed; close it, or double it where it is a part of the te"
AFTER = "a text goes on after its closing quote; double the quotes inside it"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        # One stray quote: six of seven rows were swallowed by one cell.
        ('id,n\na,1\nb,"2\nc,3\nd,4\n', f"row 3: {OPEN}"),
        ('id,n\n"a,1\nb,2\n', f"row 2: {OPEN}"),
        ('id,n\na,"1" x\n', f"row 2: {AFTER}"),
        ('id,n\na,"1\nb,2"3,4\n', f"row 2: {AFTER}"),
        ('id,n\n\n\na,1\nb,"', f"row 5: {OPEN}"),
        ("id,n\na,1\nb\n", "row 3: 1 cells, but the heading has 2; give each row as many, a text"),
        ("id,n\na,1,\nb,2,\n", "row 2: 3 cells, but the heading has 2 (as is row 3); give each"),
        (
            "id,n\n" + "a\n" * 9,
            "row 2: 1 cells, but the heading has 2 (as are rows 3, 4, 5, 6, 7 and 3 more); give",
        ),
        ("id,n\na,1\n\0,2\n", "row 3: has a NUL, so it is not text in UTF-8; save it as CSV (UTF"),
        ("id,id,n,n\na,1,1,1\n", "heading 'id', 'n' stand twice; rename one of them"),
    ],
)
def test_a_row_that_is_wrong_is_named(tmp_path: Path, content: str, message: str):
    assert fault(tmp_path, content).startswith(message)


def test_a_quote_inside_a_cell_without_quotes_is_a_sign(tmp_path: Path):
    """As RFC 4180 leaves it: only a cell that begins with a quote is a cell in quotes."""
    rows = read(tmp_path, 'id,n\n5" pipe,1\n"5"" pipe",2\n').rows
    assert rows["id"].tolist() == ['5" pipe', '5" pipe']


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_are_lines_whatever_ends_them(tmp_path: Path, end: str):
    lines = ["id,n", "", '"two' + end + 'lines",1', "", ",", "b,2"]
    raw = read(tmp_path, end.join(lines))
    assert raw.rows["n"].tolist() == ["1", "2"]
    assert raw.numbers.tolist() == [3, 7]
    assert raw.notes == []


def test_a_cell_that_may_have_swallowed_a_row_is_noted(tmp_path: Path):
    """Two stray quotes make one row of two, with as many cells as the heading."""
    raw = read(tmp_path, 'id,name,n\na,"x,1\nb,y",2\n')
    assert raw.rows["id"].tolist() == ["a"]
    assert raw.notes == [
        "t.csv: row 2: a cell in quotes runs on to line 3 and may have swallowed a row; if so, "
        "close its quote"
    ]


def test_commas_at_the_end_of_all_lines_are_no_column(tmp_path: Path):
    raw = read(tmp_path, "id,n,,\na,1,,\nb,2,,\n")
    assert list(raw.rows.columns) == ["id", "n"]
    assert raw.rows["n"].tolist() == ["1", "2"]


def test_a_column_with_cells_and_no_heading_is_told(tmp_path: Path):
    raw = read(tmp_path, "id,,n,,\na,,1,x,\n")
    assert list(raw.rows) == ["id", "n"]
    assert raw.notes == ["t.csv: column D has no heading and is left out"]


def test_texts_and_headings_stay_as_they_are_written(tmp_path: Path):
    raw = read(
        tmp_path, "row,geometry,'=x,n\n007,1e19,'=1,1.0\n-5,99999999999999999999,''+a,null\n"
    )
    assert raw.rows.to_dict("list") == {
        "row": ["007", "-5"],
        "geometry": ["1e19", "99999999999999999999"],
        "=x": ["=1", "'+a"],
        "n": ["1.0", "null"],
    }


def test_one_bad_byte_does_not_make_it_another_encoding(tmp_path: Path):
    """As GB 18030 the name of row 3 would be three other characters."""
    content = "id,名称\na,友谊站\nb,".encode() + "友谊站".encode()[:-1] + b"\n"
    message = "row 3: a character is broken, it is not UTF-8; write it anew"
    assert fault(tmp_path, content) == message
    assert read(tmp_path, "id,名称\na,友谊站\n".encode("gb18030")).rows["名称"].tolist() == [
        "友谊站"
    ]


def test_a_limit_is_reported_with_the_row_that_exceeds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(_read_csv, "MAX_LINE", 50)
    assert fault(tmp_path, "id,n\na," + "x" * 60).startswith(
        "row 2: longer than the 50 characters that"
    )
    monkeypatch.setattr(_raw_table, "MAX_CELLS", 5)
    assert fault(tmp_path, "id,n\na,1\nb,2\nc,3\n").startswith("row 4: more than the 5 cells, ")
    monkeypatch.setattr(_raw_table, "MAX_COLUMNS", 3)
    assert fault(tmp_path, "a,b,c,d\n1,2,3,4\n").startswith("has more than the 3 columns that res")


@settings(max_examples=60)
@given(st.text(st.sampled_from('ab1,"\n\r'), max_size=40))
def test_every_line_without_quotes_is_a_row_or_refused(tmp_path_factory, text: str):
    """Without quotes the rows that are read are the lines that hold something."""
    folder = tmp_path_factory.mktemp("csv")
    lines = text.replace('"', "").replace("\r", "\n").split("\n")
    held = [line for line in lines if line.replace(",", "").strip()]
    try:
        raw = read(folder, "x,y\n" + "\n".join(lines))
    except SourceError:
        assert not held or any(line.count(",") != 1 for line in held)
    else:
        assert len(raw.rows) == len(held)


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("-1.5", -1.5), ("+3", 3), ("1e3", 1000), (".5", 0.5), ("2.", 2), ("007", 7)],
)
def test_plain_numbers(text: str, number: float):
    assert to_numbers(pd.Series([text])).tolist() == [number]


@pytest.mark.parametrize(
    "text",
    [
        "1,000",
        "1_000",
        "0x10",
        "１２",
        "٣",
        "1 000",
        "1e",
        "--1",
        "1.2.3",
        "nan",
        "true",
        "1d3",
        "",
    ],
)
def test_what_is_no_plain_number_is_none(text: str):
    assert to_numbers(pd.Series([text])).isna().all()


@pytest.mark.parametrize(
    ("name", "separator", "word"),
    [
        ("t.csv", ",", ""),
        ("t.csv", ";", "semicolons"),
        ("t.csv", "\t", "tabs"),
        ("t.csv", "|", "strokes"),
        ("t.tsv", "\t", ""),
        ("t.txt", "\t", "tabs"),
        ("t.txt", ",", ""),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_heading_tells_the_separator(
    tmp_path: Path, name: str, separator: str, word: str, encoding: str
):
    rows = [["编号", "名称"], ["007", "甲站"], ["8", f'"a{separator}b"']]
    text = "\n".join(separator.join(row) for row in rows)
    (tmp_path / name).write_bytes(text.encode(encoding))
    raw = read_raw(tmp_path / name)
    assert raw.rows["名称"].tolist() == ["甲站", f"a{separator}b"]
    called = {"utf-16": "UTF-16", "gb18030": "GB 18030"}.get(encoding)
    assert raw.notes == raw.remarks
    assert raw.notes == [
        *([f"{name}: read as {called}, it is not UTF-8"] if called else []),
        *([f"{name}: read with {word} between its cells"] if word else []),
    ]


def test_a_line_that_names_the_separator_and_titles_are_left_out(tmp_path: Path):
    raw = read(tmp_path, "sep=;\r\n宝山区站点表;;\r\n;;\r\nid;n;m\r\na;1,5;2\r\n")
    assert raw.rows.to_dict("list") == {"id": ["a"], "n": ["1,5"], "m": ["2"]}
    assert raw.numbers.tolist() == [5]
    assert raw.notes == [
        "t.csv: read with semicolons between its cells",
        "t.csv: row 2 above the headings is left out",
    ]


def test_a_sheet_saved_as_text_is_read_as_the_sheet(tmp_path: Path):
    """Titles with several cells, a heading of two rows, a sum, and remarks without any comma."""
    raw = read(
        tmp_path,
        "宝山区站点表,,,,\n填报单位：组织部,,,日期：2026年,\n"
        "编号,名称,坐标,,备注\n,,经度,纬度,\n007,甲站,121.4,31.4,\n008,乙站,121.5,31.4,x\n"
        "合计,2个,,,\n备注：由各街镇填报\n",
    )
    assert list(raw.rows) == ["编号", "名称", "经度", "纬度", "备注"]
    assert raw.rows["编号"].tolist() == ["007", "008"]
    assert raw.numbers.tolist() == [5, 6]
    assert raw.notes == [
        "t.csv: rows 1 to 3 above the headings are left out",
        "t.csv: row 7 is no row of the table but '合计'; it is left out",
        "t.csv: row 8 is no row of the table but '备注：由各街镇填报'; it is left out",
    ]


def test_a_file_full_of_sums_and_remarks_fills_no_memory(tmp_path: Path):
    raw = read(tmp_path, "id,n\na,1\n" + "合计,2\n" * 5_000 + "注：x,\n" * 100)
    assert raw.rows["id"].tolist()[0] == "a"
    # No table ends with a hundred remarks: 51 of them are rows.
    assert len(raw.rows) == 52
    assert raw.notes[-1] == "t.csv: so are 5046 more rows"


def test_a_comma_in_quotes_or_in_a_few_names_is_no_separator(tmp_path: Path):
    raw = read(tmp_path, '"a,b,c";d;e,f\n1;2;3\n')
    assert list(raw.rows) == ["a,b,c", "d", "e,f"]


def test_a_table_of_one_column_has_a_heading(tmp_path: Path):
    raw = read(tmp_path, "name\na\nb\n")
    assert raw.rows["name"].tolist() == ["a", "b"]
    assert raw.notes == []


def test_broken_utf16_is_told_with_its_row(tmp_path: Path):
    content = b"\xff\xfe" + "id,n\na,1\n".encode("utf-16-le") + b"\x00\xd8\x41\x00\n\x00"
    assert fault(tmp_path, content) == (
        "row 3: a character of its UTF-16 is broken; save it as CSV (UTF-8)"
    )
