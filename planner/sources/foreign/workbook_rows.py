"""Rows of a workbook: .xlsx, .xlsm, .xlsb, .xls and .ods, read with calamine."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any, Final
from xml.parsers.expat import ExpatError

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from planner.sources.foreign.cell_texts import to_text
from planner.sources.foreign.child import RowWriter, TableError, TableOrder, list_briefly
from planner.sources.foreign.ods_marks import read_ods_marks
from planner.sources.foreign.sheet_marks import SheetMarks
from planner.sources.foreign.xlsx_marks import read_xlsx_marks

#: Whole numbers with more digits have lost some: a spreadsheet keeps 15.
_LONGEST: Final = 1e15
_PASSWORD: Final = "is protected with a password; save a copy without one"
#: By this name a protected .xlsx lies inside an older kind of file.
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_BROKEN: Final = "open it in a spreadsheet and save it again as .xlsx"


def write_workbook(order: TableOrder, rows: RowWriter) -> dict[str, Any]:
    """Write the rows of one sheet that hold anything; columns from A, rows from 1.

    Returns
    -------
    dict
        `sheet`, `sheets` (name, rows, hidden), `merged` (first row, first column, last row, last
        column; rows from 1, columns from 0; None where the format does not tell), `errors`,
        `unstored`, `long_numbers` (row, column, text), `hidden_rows`.
    """
    try:
        book = _open_book(order)
        sheet, others = _choose_sheet(book, order.sheet)
        marks = _read_marks(order, sheet.name)
        long_numbers = _write_rows(sheet, marks, rows)
        merged = sheet.merged_cell_ranges if marks.merged is None else marks.merged
    except PasswordError:
        raise TableError(_PASSWORD) from None
    except CalamineError as error:
        said = " ".join(str(error).split())[:120]
        raise TableError(f"cannot be read as a workbook ({said}); {_BROKEN}") from None
    return {
        "sheet": sheet.name,
        "sheets": others,
        "merged": None if merged is None else [
            [top + 1, left, bottom + 1, right] for (top, left), (bottom, right) in merged
        ],
        "errors": [[row + 1, column, text] for (row, column), text in marks.errors.items()],
        "unstored": [[row + 1, column, ""] for row, column in marks.unstored],
        "long_numbers": long_numbers,
        "hidden_rows": [row + 1 for row in marks.hidden_rows],
    }  # fmt: skip


def _open_book(order: TableOrder) -> CalamineWorkbook:
    """Open a workbook, by whatever name it goes."""
    path = Path(order.path)
    if order.kind == ".xls" and _ENCRYPTED in path.read_bytes():
        raise TableError(_PASSWORD)
    if path.suffix.lower() in (order.kind, ".xlsm"):
        return CalamineWorkbook.from_path(order.path)
    with path.open("rb") as file:
        return CalamineWorkbook.from_filelike(file)


def _choose_sheet(
    book: CalamineWorkbook, asked: str
) -> tuple[CalamineSheet, list[tuple[str, bool, bool]]]:
    """Return the sheet that is asked for, else the first with rows; one that is shown, if any is.

    With it: name of each sheet, whether it has rows, whether it is hidden.
    """
    found = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    names = [one.name for one in found]
    hidden = {one.name: one.visible != SheetVisibleEnum.Visible for one in found}
    if asked:
        if asked not in names:
            raise TableError(
                f"has no sheet {asked!r}; it has {list_briefly(names)}; name one behind the #"
            )
        return book.get_sheet_by_name(asked), [(asked, True, hidden[asked])]
    sheets, told = [], []
    for name in names:
        sheet = book.get_sheet_by_name(name)
        filled = sheet.start is not None
        told.append((name, filled, hidden[name]))
        if filled:
            sheets.append(sheet)
    if not sheets:
        raise TableError("holds nothing in any sheet; give a table with a heading and rows")
    # Of two that are alike in this, the first one.
    return min(sheets, key=lambda sheet: hidden[sheet.name]), told


def _read_marks(order: TableOrder, sheet: str) -> SheetMarks:
    """Return what calamine does not tell, where the format lets it be read."""
    try:
        if order.kind == ".xls":
            return _read_xls_marks(order.path, sheet)
        if order.kind == ".xlsx":
            return read_xlsx_marks(order.path, sheet)
        return read_ods_marks(order.path, sheet) if order.kind == ".ods" else SheetMarks()
    except (ExpatError, zipfile.BadZipFile, OSError, ValueError, KeyError) as error:
        said = " ".join(str(error).split())[:120]
        raise TableError(f"cannot be read as a workbook ({said}); {_BROKEN}") from None


def _read_xls_marks(path: str, sheet: str) -> SheetMarks:
    """Return the marks of an .xls; none where only calamine can read it."""
    from planner.sources.foreign.xls_marks import XLS_FAULTS, read_xls_marks

    try:
        return read_xls_marks(path, sheet)
    except XLS_FAULTS:
        return SheetMarks()


def _write_rows(
    sheet: CalamineSheet, marks: SheetMarks, rows: RowWriter
) -> list[tuple[int, int, str]]:
    """Write the rows; return where numbers stand that have lost digits."""
    long_numbers: list[tuple[int, int, str]] = []
    if sheet.start is None:
        return long_numbers
    # Rows are counted from the first one, columns from the first that holds anything.
    left = [""] * sheet.start[1]
    for row, values in enumerate(sheet.iter_rows()):
        texts = left + [to_text(value) for value in values]
        for column, value in enumerate(values, start=len(left)):
            if isinstance(value, int | float) and abs(value) >= _LONGEST:
                long_numbers.append((row + 1, column, texts[column]))
        _apply_marks(row, texts, marks)
        if any(texts):
            rows.write(row + 1, texts)
    return long_numbers


def _apply_marks(row: int, texts: list[str], marks: SheetMarks) -> None:
    """Write errors, and the zeros before a number, into the texts of a row."""
    if not (marks.errors or marks.zeros):
        return
    for column, text in enumerate(texts):
        error = marks.errors.get((row, column))
        digits = marks.zeros.get((row, column))
        if error is not None:
            texts[column] = error
        elif digits and text.isdecimal():
            texts[column] = text.zfill(digits)
