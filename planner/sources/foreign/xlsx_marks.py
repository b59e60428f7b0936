"""What the XML of a worksheet of Excel tells beside the values: errors, formulas, zeros."""

from __future__ import annotations

import posixpath
import re
import zipfile
from typing import Final

from planner.sources.foreign.sheet_marks import SheetMarks, parse_part

_CELL: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ZEROS: Final = re.compile(r"0{2,20}")
_RELATION: Final = "id"
#: What an error, a formula and a hidden row begin with.
_MARKS: Final = re.compile(rb"""\st\s*=\s*["']e["']|[<:]f[\s>/]|\shidden\s*=""")
_CHUNK: Final = 1 << 20


def read_xlsx_marks(path: str, sheet: str) -> SheetMarks:
    """Read the marks of one sheet of an .xlsx or .xlsm; none where its parts are not as usual."""
    with zipfile.ZipFile(path) as book:
        part = _find_sheet_part(book, sheet)
        if part is None:
            return SheetMarks()
        reader = _XlsxMarks(_read_zero_formats(book))
        if reader.zero_formats or _may_hold_marks(book, part):
            parse_part(book, part, reader.start, reader.end, reader.text)
        return reader.found


def _may_hold_marks(book: zipfile.ZipFile, part: str) -> bool:
    """Tell whether a sheet has anything to be found: to go through all its cells takes long."""
    end = b""
    with book.open(part) as file:
        while piece := file.read(_CHUNK):
            # In UTF-16 the words would look otherwise.
            if _MARKS.search(end + piece) or b"\0" in piece[:4]:
                return True
            end = piece[-50:]
    return False


def _find_sheet_part(book: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the name of the part that holds a sheet."""
    ids, targets = {}, {}

    def take_sheet(name: str, attributes: dict[str, str]) -> None:
        """Note the relation of a sheet."""
        if name == "sheet":
            ids[attributes.get("name", "")] = attributes.get(_RELATION, "")

    def take_target(name: str, attributes: dict[str, str]) -> None:
        """Note where a relation leads."""
        if name == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    parts = set(book.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= parts:
        return None
    parse_part(book, "xl/workbook.xml", take_sheet)
    parse_part(book, "xl/_rels/workbook.xml.rels", take_target)
    target = targets.get(ids.get(sheet, ""), "")
    part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return part if part in parts else None


def _read_zero_formats(book: zipfile.ZipFile) -> dict[int, int]:
    """Return for each style of cells whose numbers have leading zeros how many digits it shows."""
    formats: dict[str, int] = {}
    styles: list[int] = []
    inside = [False]

    def take(name: str, attributes: dict[str, str]) -> None:
        """Note a format, or which format a style has."""
        if name == "numFmt" and _ZEROS.fullmatch(attributes.get("formatCode", "")):
            formats[attributes.get("numFmtId", "")] = len(attributes["formatCode"])
        if name in ("cellXfs", "cellStyleXfs"):
            inside[0] = name == "cellXfs"
        if name == "xf" and inside[0]:
            styles.append(formats.get(attributes.get("numFmtId", ""), 0))

    if "xl/styles.xml" not in book.namelist():
        return {}
    parse_part(book, "xl/styles.xml", take)
    return {style: digits for style, digits in enumerate(styles) if digits}


class _XlsxMarks:
    """Gathers the marks while a sheet is gone through."""

    def __init__(self, zero_formats: dict[int, int]) -> None:
        self.found = SheetMarks()
        self.zero_formats = zero_formats
        self._row = self._column = -1
        self._kind = ""
        self._has_formula = self._in_value = False
        self._value = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        if name == "row":
            number = attributes.get("r", "")
            self._row = int(number) - 1 if number.isdecimal() else self._row + 1
            self._column = -1
            if attributes.get("hidden") in ("1", "true"):
                self.found.hidden_rows.append(self._row)
        elif name == "c":
            self._start_cell(attributes)
        elif name == "f":
            self._has_formula = True
        elif name == "v":
            self._in_value, self._value = True, ""

    def _start_cell(self, attributes: dict[str, str]) -> None:
        """Note where a cell stands and how its numbers are shown."""
        place = _CELL.fullmatch(attributes.get("r", ""))
        if place:
            self._row, self._column = int(place[2]) - 1, _column_number(place[1])
        else:
            self._column += 1
        self._kind, self._has_formula, self._value = attributes.get("t", "n"), False, ""
        style = attributes.get("s", "")
        digits = self.zero_formats.get(int(style), 0) if style.isdecimal() else 0
        if digits and self._kind == "n":
            self.found.zeros[self._row, self._column] = digits

    def text(self, text: str) -> None:
        """Take a piece of the value of a cell."""
        if self._in_value and len(self._value) < 100:
            self._value += text

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if name == "v":
            self._in_value = False
        elif name == "c":
            place = (self._row, self._column)
            if self._kind == "e":
                self.found.errors[place] = self._value.strip() or "#ERROR"
            elif self._has_formula and not self._value and self._kind != "str":
                self.found.unstored.append(place)


def _column_number(letters: str) -> int:
    """Return the number of a column from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1
