"""What an .xls tells beside the values: errors, zeros, hidden rows, read with xlrd."""

from __future__ import annotations

import io
import struct
from typing import Final

import xlrd

from planner.sources.foreign.sheet_marks import SheetMarks

#: What xlrd raises where a file is not as it should be.
XLS_FAULTS: Final = (
    xlrd.XLRDError, struct.error, ValueError, LookupError, AssertionError, AttributeError,
    TypeError, OverflowError, EOFError, OSError,
)  # fmt: skip


def read_xls_marks(path: str, sheet: str) -> SheetMarks:
    """Read the marks of one sheet of an .xls."""
    found = SheetMarks()
    with xlrd.open_workbook(
        path, logfile=io.StringIO(), formatting_info=True, on_demand=True
    ) as book:
        table = book.sheet_by_name(sheet)
        zeros = {
            number: len(known.format_str)
            for number, style in enumerate(book.xf_list)
            if (known := book.format_map.get(style.format_key))
            and len(known.format_str) > 1
            and not known.format_str.strip("0")
        }
        for row in range(table.nrows):
            for column, kind in enumerate(table.row_types(row)):
                if kind == xlrd.XL_CELL_ERROR:
                    code = table.cell_value(row, column)
                    found.errors[row, column] = xlrd.error_text_from_code.get(code, "#ERROR")
                elif kind == xlrd.XL_CELL_NUMBER:
                    digits = zeros.get(table.cell_xf_index(row, column))
                    if digits:
                        found.zeros[row, column] = digits
        found.hidden_rows = sorted(row for row, info in table.rowinfo_map.items() if info.hidden)
    return found
