"""Sheets of a workbook: numbers as numbers, texts as texts; a file that is whole or not there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from planner.errors import SourceError, quote
from planner.sources.cells import to_cell

#: For a workbook: without these a text that looks like a formula or a link becomes one.
PLAIN_TEXTS: Final = {
    "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
#: A cell takes no more signs; some are added to those that look like a formula.
LONGEST_TEXT: Final = 32_000
#: A sheet of Excel takes no more links.
_MOST_LINKS: Final = 60_000


def check_new_file(out: Path, inputs: Sequence[Path], suffixes: Sequence[str]) -> None:
    """Refuse a file that cannot be written, before anything is computed.

    Raises
    ------
    SourceError
        If its ending is none that is written, its folder is missing, or the file is there: it may
        hold what somebody has confirmed by hand.
    """
    if out.suffix.lower() not in suffixes:
        raise SourceError(f"{out}: not a format that is written; give {', '.join(suffixes)}")
    if not out.parent.is_dir():
        raise SourceError(f"{out.parent}: no such folder; make it or name another file")
    if any(path.exists() and out.exists() and path.samefile(out) for path in inputs):
        raise SourceError(f"{out}: is read by this very command; name another file")
    if os.path.lexists(out):
        raise SourceError(
            f"{out}: is already there and may hold what you confirmed; name another file, or "
            "remove it first"
        )


def write_whole(out: Path, write: Callable[[Path], None]) -> None:
    """Write a file beside its place and move it there when it is whole.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left then.
    """
    handle, name = tempfile.mkstemp(
        prefix=".planner-unfinished-", suffix=out.suffix, dir=out.parent
    )
    os.close(handle)
    try:
        write(Path(name))
        Path(name).chmod(0o644)
        Path(name).replace(out)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def write_sheet(book: Any, name: str, table: pd.DataFrame, *, filters: bool = False) -> Any:
    """Write a table as a sheet with frozen headings; a text under the heading map is a link.

    Raises
    ------
    SourceError
        If a text is longer than a cell takes.
    """
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    links = len(table) <= _MOST_LINKS
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
