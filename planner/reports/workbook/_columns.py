"""Columns of a sheet: what stands in each, in which form, and how wide it has to be."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from planner.reports.report_words import count_minute_digits, is_missing, say_people, to_line
from planner.sources.cells import to_cell

Form = Literal["text", "people", "share", "minutes", "number", "metres", "degrees"]
#: Number formats of a spreadsheet.
FORMATS: Final = {
    "people": "#,##0", "share": "0.0%", "minutes": "0.0", "number": "#,##0.##", "metres": "#,##0",
    "degrees": "0.000000", "whole": "0",
}  # fmt: skip
#: A share that would round to all or none, and is not: as the page has it.
_NEARLY_ALL: Final = '"99.9%"'
_NEARLY_NONE: Final = '"<0.1%"'
#: A cell takes no more signs.
_LONGEST: Final = 32_000
_NARROWEST, _WIDEST = 6.0, 38.0
#: A heading of so many signs is not broken.
_ONE_LINE: Final = 12
#: What a cell needs beside its text.
_PADDING: Final = 2.5


@dataclass(frozen=True)
class Column:
    """A column of a sheet.

    heading : with its unit; values : one for each row, None for nothing; form : of its values.
    note : what the figure means, shown at the heading; links : an address for each row, "" for
    none; printed : whether it stands on paper; wide : how wide it may get; spills : a text that is
    written over the empty cells beside it.
    """

    heading: str
    values: Sequence[Any]
    form: Form = "text"
    note: str = ""
    links: Sequence[str] = field(default=())
    printed: bool = True
    wide: float = _WIDEST
    spills: bool = False


def to_text(value: Any) -> str:
    """Return a text as a cell holds it: one that looks like a formula is guarded."""
    if is_missing(value):
        return ""
    lines = [to_line(line) for line in str(value).split("\n")]
    text = to_cell("\n".join(lines))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def to_number(value: Any) -> float | int | None:
    """Return a number as a cell holds it; None for nothing."""
    if is_missing(value):
        return None
    number = float(value)
    return int(number) if number.is_integer() else number


def choose_format(form: Form, value: float, cutoff: float) -> str:
    """Return the number format of a value: what is too long never reads as in time."""
    if form == "share" and 0.9995 <= value < 1:
        return _NEARLY_ALL
    if form == "share" and 0 < value < 0.0005:
        return _NEARLY_NONE
    if form == "minutes" and (digits := count_minute_digits(value, cutoff)) > 1:
        return "0." + "0" * digits
    if form == "number" and float(value).is_integer():
        return FORMATS["people"]
    return FORMATS[form]


def count_columns(text: str) -> int:
    """Return how wide a text is; Chinese signs are twice as wide."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def break_heading(heading: str) -> str:
    """Return a heading with its unit on a line of its own, unless all of it fits on one."""
    if count_columns(heading) <= _ONE_LINE or not heading.endswith(("）", ")")):
        return heading
    for sign in ("（", " ("):
        first, found, unit = heading.rpartition(sign)
        if found and first:
            return f"{first}\n{sign.strip()}{unit}"
    return heading


def wraps(column: Column, text: str) -> bool:
    """Tell whether a text of a column takes more than one line."""
    return not column.spills and ("\n" in text or count_columns(text) > column.wide - _PADDING)


def choose_width(column: Column) -> float:
    """Return how wide a column has to be for its values, and for its heading in a few lines."""
    longest = max((_count_value(column.form, value) for value in column.values), default=0)
    longest = 0 if column.spills else longest
    first, *rest = break_heading(column.heading).split("\n")
    wide = count_columns(first)
    # Room for signs that may not begin a line, and for the button of a filter.
    wanted = wide + 2 if wide <= _ONE_LINE else math.ceil(wide / 2) + 5
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
    return {"share": 6, "minutes": 6, "number": len(f"{value:,.2f}"), "degrees": 10}[form]
