"""Texts as cells of a CSV or a sheet: no formula, no text that reverses the cells beside it.

A spreadsheet takes a cell that begins with = + - @ or a tab for a formula, and a name from the map
may be one. Such a text gets an apostrophe before it; a plain number never does. Marks of direction,
which can turn round the rest of a line, are enclosed in isolates. `from_cell` undoes both.
"""

import re
from typing import Final

#: What is a number and no formula, whatever it begins with.
PLAIN_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
# Apostrophes before the sign count too, so that the first one can be taken off again.
_LIKE_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r]")
_DIRECTED: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_OPENERS: Final = "\u2066\u2067\u2068"
_ISOLATE, _END, _MARK = "\u2068", "\u2069", "\u200e"
# A mark stands at both ends of an isolated text: it tells our isolates from those of the text.
_ISOLATED: Final = re.compile(f"{_ISOLATE}+{_MARK}(.*){_MARK}{_END}+", re.DOTALL)
# No isolate reaches beyond the end of a paragraph.
_PARAGRAPH_ENDS: Final = re.compile("[\n\r\x1c-\x1e\x85\u2029]+")


def to_cell(text: str) -> str:
    """Return what stands in the cell of a CSV or a sheet for a text."""
    if _LIKE_FORMULA.match(text) and not PLAIN_NUMBER.fullmatch(text):
        text = f"'{text}"
    return _isolate(text) if _DIRECTED.search(text) else text


def from_cell(cell: str) -> str:
    """Return the text that a cell stands for: `from_cell(to_cell(text))` is the text."""
    if not cell.startswith(("'", _ISOLATE)):
        return cell
    found = _ISOLATED.fullmatch(cell)
    if found and _isolate(found[1]) == cell:
        cell = found[1]
    return cell[1:] if _GUARDED.match(cell) else cell


def isolate_text(text: str) -> str:
    """Return a text as it stands among others on a page: its marks of direction end with it."""
    if not _DIRECTED.search(text):
        return text
    return _isolate(_PARAGRAPH_ENDS.sub(" ", text))


def _isolate(text: str) -> str:
    """Enclose a text in as many isolates as its own marks need to stay inside."""
    within = surplus = 0
    for sign in text:
        if sign in _OPENERS:
            within += 1
        elif sign == _END and within:
            within -= 1
        elif sign == _END:
            surplus += 1
    return _ISOLATE * (surplus + 1) + _MARK + text + _MARK + _END * (within + 1)
