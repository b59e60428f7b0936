"""Columns of a sheet: what stands in each, in which form, and how wide it has to be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from planner.reports.cell_limits import LONGEST_TEXT
from planner.reports.report_words import (
    SHORT_HEADING,
    break_heading,
    count_columns,
    count_minute_digits,
    is_isolated,
    is_missing,
    round_half_up,
    say_people,
    say_share,
    to_line,
)
from planner.rounding import SHARE_DIGITS
from planner.sources.cells import from_cell, to_cell

Form = Literal["text", "people", "share", "target", "minutes", "number", "metres", "degrees"]
#: Number formats of a spreadsheet.
FORMATS: Final = {
    "people": "#,##0", "share": "0.0%", "target": "0.0%", "minutes": "0.0", "number": "#,##0.##",
    "metres": "#,##0",
    "degrees": "0.000000", "whole": "0",
}  # fmt: skip
_NARROWEST, _WIDEST = 6.0, 38.0
#: What a cell needs beside its text.
_PADDING: Final = 2.5


@dataclass(frozen=True)
class Field:
    """A column of a sheet.

    heading : with its unit; values : one for each row, None for nothing; form : of its values.
    note : what the figure means, shown at the heading; links : an address for each row, "" for
    none; printed : whether it stands on paper; wide : how wide it may get; spills : a text that is
    written over the empty cells beside it; targets : of shares, that none reads as met and is not.
    """

    heading: str
    values: Sequence[Any]
    form: Form = "text"
    note: str = ""
    links: Sequence[str] = field(default=())
    printed: bool = True
    wide: float = _WIDEST
    spills: bool = False
    targets: Sequence[Any] = field(default=())


def keep_filled(columns: Sequence[Field]) -> list[Field]:
    """Return the columns in which something stands, in their order."""
    return [
        column
        for column in columns
        if any(not is_missing(value) and value != "" for value in column.values)
    ]


def to_text(value: Any) -> str:
    """Return a text as a cell holds it: one that looks like a formula is guarded."""
    if is_missing(value):
        return ""
    lines = [to_line(line) for line in str(value).split("\n")]
    text = "\n".join(lines)
    text = to_cell(from_cell(text) if is_isolated(text) else text)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def to_number(value: Any, form: Form) -> float | int | None:
    """Return a number as a cell holds it, a share as it stands in the files; None for nothing."""
    if is_missing(value):
        return None
    number = round(float(value), SHARE_DIGITS) if form == "share" else float(value)
    return int(number) if number.is_integer() else number


def choose_format(form: Form, value: float, cutoff: float, target: Any = None) -> str:
    """Return the number format of a value, so that it reads as on the page.

    What is too long never reads as in time, not quite all never as all.
    """
    if form == "share":
        # As a spreadsheet would round what the cell holds.
        plain = f"{round_half_up(round(value, SHARE_DIGITS) * 100, 1):.1f}%"
        told = say_share(value, target)
        return FORMATS[form] if told == plain else f'"{told}"'
    if form == "target" and round_half_up(value * 100, 1).is_integer():
        return "0%"
    if form == "minutes" and (digits := count_minute_digits(value, cutoff)) > 1:
        return "0." + "0" * digits
    if form == "number" and float(value).is_integer():
        return FORMATS["people"]
    return FORMATS[form]


def wraps(column: Field, text: str) -> bool:
    """Tell whether a text of a column takes more than one line."""
    return not column.spills and ("\n" in text or count_columns(text) > column.wide - _PADDING)


def choose_width(column: Field) -> float:
    """Return how wide a column has to be for its values, and for its heading in a few lines."""
    longest = max((_count_value(column.form, value) for value in column.values), default=0)
    longest = 0 if column.spills else longest
    first, *rest = break_heading(column.heading).split("\n")
    wide = count_columns(first)
    # Room for signs that may not begin a line, and for the button of a filter.
    wanted = wide + 2 if wide <= SHORT_HEADING else math.ceil(wide / 2) + 5
    wanted = max([wanted, *(count_columns(unit) + 2 for unit in rest)])
    return min(max(longest + _PADDING, wanted, _NARROWEST), column.wide)


def count_lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column."""
    room = max(width - _PADDING, 2)
    return sum(max(math.ceil(count_columns(line) / room), 1) for line in text.split("\n"))


def _count_value(form: Form, value: Any) -> int:
    """Return how wide a value is."""
    if is_missing(value):
        return 0
    if form == "text":
        return max(count_columns(line) for line in str(value).split("\n"))
    if form in ("people", "metres"):
        return len(say_people(value))
    return {"share": 6, "target": 6, "minutes": 6, "number": len(f"{value:,.2f}"), "degrees": 10}[
        form
    ]
