"""Tables as CSV: one way for all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd

from planner.rounding import NO_CUTOFFS, AskedCutoffs, round_table, to_whole_numbers
from planner.sources.cells import to_cell

#: What must stand in quotes; csv.writer leaves a lone carriage return as it is.
_QUOTED: Final = (",", '"', "\n", "\r")


def write_csv(path: Path, table: pd.DataFrame, cutoffs: AskedCutoffs = NO_CUTOFFS) -> None:
    """Write a table as CSV: UTF-8 with BOM, rounded as outputs are, no cell a formula.

    Parameters
    ----------
    path
        File, not there yet.
    table
        Numbers, truth values and texts; what is missing is an empty cell.
    cutoffs
        On whose sides minutes stay.
    """
    table = to_whole_numbers(round_table(table, cutoffs))
    columns = [[_cell(str(name)), *_cells(table[name])] for name in table.columns]
    lines = [",".join(cells) + "\n" for cells in zip(*columns, strict=True)]
    # With a BOM, as Excel takes a CSV without one for the local encoding; with \n everywhere, as
    # the same input should give the same bytes.
    path.write_text("".join(lines), encoding="utf-8-sig", newline="")


def _cells(column: pd.Series) -> list[str]:
    """Return the cells of a column."""
    values = column.astype(object).where(column.notna(), "")
    return [_cell(value) for value in values]


def _cell(value: Any) -> str:
    """Return one cell: a text guarded, a number as Python writes it."""
    text = to_cell(value) if isinstance(value, str) else str(value)
    if any(sign in text for sign in _QUOTED):
        text = '"' + text.replace('"', '""') + '"'
    return text
