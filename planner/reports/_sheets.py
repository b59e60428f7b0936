"""Sheets of a workbook: numbers as numbers, texts as texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from planner.errors import SourceError, quote
from planner.reports.cell_limits import LONGEST_TEXT, MOST_LINKS
from planner.sources.cells import to_cell


def write_sheet(book: Any, name: str, table: pd.DataFrame, *, filters: bool = False) -> Any:
    """Write a table as a sheet with frozen headings; a text under the heading map is a link.

    Raises
    ------
    SourceError
        If a text is longer than a cell takes.
    """
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    links = len(table) <= MOST_LINKS
    _check_lengths(table)
    for column, heading in enumerate(map(str, table)):
        sheet.write_string(0, column, to_cell(heading), bold)
        for at, value in enumerate(table[heading], start=1):
            if isinstance(value, str):
                if value and heading == "map" and links:
                    sheet.write_url(at, column, value, string=value.partition("#")[0])
                elif value:
                    sheet.write_string(at, column, to_cell(value))
            elif value is not None and np.isfinite(value):
                sheet.write_number(at, column, value)
    sheet.freeze_panes(1, 0)
    if filters and len(table.columns):
        sheet.autofilter(0, 0, max(len(table), 1), len(table.columns) - 1)
    return sheet


def write_lines(book: Any, name: str, lines: Sequence[str]) -> None:
    """Write lines of text as a sheet."""
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 100)
    for at, line in enumerate(lines):
        sheet.write_string(at, 0, to_cell(line))


def _check_lengths(table: pd.DataFrame) -> None:
    """Refuse a text that no cell of a sheet takes: it would be left out in silence."""
    for name in table.select_dtypes(exclude="number"):
        if any(isinstance(text, str) and len(text) > LONGEST_TEXT for text in table[name]):
            raise SourceError(
                f"{quote(name)} holds a text of more than {LONGEST_TEXT:,} characters, which no "
                "cell of a workbook takes; write a .csv or .geojson"
            )
