"""Rows of a file gathered as text, some of which are packed while others are still read."""

from pathlib import Path

import pytest

from planner.errors import SourceError
from planner.sources import _raw_table, _read_table
from planner.sources._raw_table import RowCollector
from planner.sources._read_table import to_numbers
from planner.sources._written_numbers import clean_numbers

FILE = Path("rows.csv")


@pytest.fixture(params=[1, 2, 3, 20_000], autouse=True)
def _packed(request, monkeypatch):
    """So many rows are packed at a time."""
    monkeypatch.setattr(_raw_table, "_PACKED_ROWS", request.param)
    monkeypatch.setattr(_read_table, "_RUN", request.param)


def test_rows_stay_as_they_were_added():
    found = RowCollector(FILE)
    for number in range(2, 7):
        found.add_named(number, {"a": f"a{number}"} if number < 5 else {"b": "", "a": "x"})
    table = found.table([])
    assert table.rows.to_dict("list") == {"a": ["a2", "a3", "a4", "x", "x"], "b": [""] * 5}
    assert table.numbers.tolist() == [2, 3, 4, 5, 6]
    assert table.rows.index.equals(table.numbers.index)
    assert set(table.rows.dtypes.astype(str)) == {"str"}


def test_a_file_without_rows_keeps_its_headings():
    found = RowCollector(FILE)
    found.name_columns(["a", "b"])
    table = found.table([])
    assert table.rows.columns.tolist() == ["a", "b"]
    assert (len(table.rows), len(table.numbers)) == (0, 0)


def test_the_first_text_of_the_first_column_that_is_none_is_named():
    found = RowCollector(FILE)
    for number, texts in enumerate((["", "\ud800"], ["x", "y"], ["b\0", "y"], ["c\0", "y"]), 2):
        if number == 2:
            found.name_columns(["a", "b"])
        found.add(number, texts)
    with pytest.raises(SourceError, match=r"rows.csv: row 4: 'a' holds 'b.*', which is no text"):
        found.table([])


def test_a_heading_that_is_no_text_comes_first():
    found = RowCollector(FILE)
    found.name_columns(["a\0"])
    found.add(2, ["b\0"])
    with pytest.raises(SourceError, match=r"rows.csv: a heading holds 'a.*', which is no text"):
        found.table([])


def test_numbers_of_a_long_column():
    found = RowCollector(FILE)
    found.name_columns(["n"])
    for number, text in enumerate(("1", "2.5", "", "1,200", "7"), 2):
        found.add(number, [text])
    texts = found.table([]).rows["n"]
    numbers = to_numbers(texts)
    assert numbers.fillna(-1).tolist() == [1, 2.5, -1, -1, 7]
    assert numbers.index.equals(texts.index)
    assert numbers.name == "n"
    cleaned, (line,) = clean_numbers(texts, "people")
    assert cleaned.tolist() == ["1", "2.5", "", "1200", "7"]
    assert line == "1 read as plain numbers, like '1,200' as 1200"
