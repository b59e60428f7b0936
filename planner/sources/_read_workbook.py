"""Workbooks: one sheet as a table, with what a reader should know of it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from planner.errors import SourceError, quote
from planner.sources._raw_table import RawTable, RowCollector, check_heading
from planner.sources._read_apart import take_apart
from planner.sources._sheet_layout import SheetTable, column_letters, find_table, note_unnamed
from planner.sources.cells import from_cell
from planner.sources.table_paths import split_sheet

#: A larger workbook is refused: it would take more memory than reading may take.
MOST_BYTES: Final = 120_000_000
#: Row and column of a cell, and its text.
_Place = tuple[int, int, str]


def read_workbook(path: Path, kind: str) -> RawTable:
    """Read one sheet of a workbook; rows have the numbers that a spreadsheet shows.

    Numbers are as they are kept (a number of whole size without a point), but a number whose format
    shows leading zeros has them. Merged cells are filled down. Errors stay texts, as #REF!.

    Parameters
    ----------
    path
        Of the file, with # and the name of a sheet, or without for the first one with rows.
    kind
        Its format: .xlsx, .xlsb, .xls or .ods.

    Raises
    ------
    SourceError
        If it cannot be read, is protected, the sheet is not in it, or it has no heading.
    """
    file, sheet = split_sheet(path)
    if file.stat().st_size > MOST_BYTES:
        raise SourceError(
            f"{path}: larger than the {MOST_BYTES / 1e6:.0f} MB that are read of a workbook; leave "
            "out what is not needed, or save it as CSV"
        )
    with take_apart(file, kind, named=path, sheet=sheet) as (report, lines):
        merged = [tuple(corners) for corners in report["merged"] or ()]
        table = find_table(((number, texts) for number, texts, _ in lines), merged)
        if table is None:
            raise SourceError(f"{path}: its sheet {quote(report['sheet'])} is empty; give rows")
        return _collect(path, table, report)


def _collect(path: Path, table: SheetTable, report: dict[str, Any]) -> RawTable:
    """Read what stands below the heading; columns without a name are left out."""
    names = [" ".join(name.split()) for name in table.heading]
    heading = check_heading(path, [from_cell(name) for name in names])
    named = [place for place, name in enumerate(heading) if name]
    found, unnamed = RowCollector(path), set[int]()
    found.name_columns([heading[place] for place in named])
    nameless = [place for place, name in enumerate(heading) if not name]
    numbers: set[int] = set()
    for number, texts in table.rows:
        numbers.add(number)
        unnamed |= {place for place in nameless if texts[place]}
        found.add(number, [from_cell(texts[place]) for place in named])
    if not numbers and report["unstored"]:
        raise SourceError(
            f"{path}: its rows are formulas without results; open it in a spreadsheet and save it"
        )
    remarks = [*_note_sheets(path.name, report), *table.list_notes(path.name)]
    hidden = [number for number in report["hidden_rows"] if number in numbers]
    if hidden:
        remarks.append(f"{path.name}: {_count_rows(hidden)} hidden, and read")
    remarks += note_unnamed(path.name, unnamed)
    notes = _note_cells(path.name, heading, numbers, report)
    raw = found.table(notes, remarks=remarks, titles=table.list_titles())
    others = _list_other_sheets(report)
    advice = f"; or name another sheet behind #, as in {path.name}#{others[0]}" if others else ""
    return replace(raw, advice=advice)


def _list_other_sheets(report: dict[str, Any]) -> list[str]:
    """Return the sheets with rows that are not read, none where one is asked for by its name."""
    return [other for other, filled, _ in report["sheets"] if filled and other != report["sheet"]]


def _note_sheets(file: str, report: dict[str, Any]) -> list[str]:
    """Say which sheet is read, if others have rows too or it is hidden."""
    sheets, name = report["sheets"], report["sheet"]
    others, notes = _list_other_sheets(report), []
    if others:
        names = ", ".join(map(quote, others[:5])) + " ..." * (len(others) > 5)
        notes.append(
            f"{file}: the sheet {quote(name)} is read, not {names}; name another one behind #, as "
            f"in {file}#{others[0]}"
        )
    if any(hidden for other, _, hidden in sheets if other == name):
        notes.append(f"{file}: the sheet {quote(name)} is hidden, and read")
    return notes


def _note_cells(
    file: str, heading: Sequence[str], rows: Collection[int], report: dict[str, Any]
) -> list[str]:
    """Say which cells of the table do not hold what a reader may think."""
    notes, first_row = [], min(rows, default=0)
    for key, what in (
        ("errors", "holds the error {}; mend its formula and save again"),
        ("unstored", "holds a formula without a result; open it in a spreadsheet and save it"),
        ("long_numbers", "holds {}, and a spreadsheet keeps only 15 digits of a number: "
         "the others are lost; write it as text"),
    ):  # fmt: skip
        by_column: dict[int, list[_Place]] = {}
        for number, column, text in report[key]:
            # A row of formulas without results is empty, so it is none of the table's.
            known = number in rows or (key == "unstored" and number > first_row)
            if known and column < len(heading) and heading[column]:
                by_column.setdefault(column, []).append((number, column, text))
        for column, places in sorted(by_column.items()):
            first, more = places[0], len(places) - 1
            also = f" (so do {more} more rows)" if more > 1 else " (so does 1 more row)" * more
            notes.append(
                f"{file}: row {first[0]}: {heading[column]} (column {column_letters(column)}) "
                f"{what.format(first[2])}{also}"
            )
    return notes


def _count_rows(numbers: list[int]) -> str:
    """Return words such as: 3 rows (first row 7) are."""
    if len(numbers) == 1:
        return f"row {numbers[0]} is"
    return f"{len(numbers)} rows (first row {numbers[0]}) are"
