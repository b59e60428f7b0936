"""What the XML of an OpenDocument sheet tells beside the values: errors, merged cells, zeros."""

from __future__ import annotations

import zipfile

from planner.sources.foreign.sheet_marks import SheetMarks, parse_part

#: A sheet ends with one row that stands for all below it: so many are told, no more.
_MOST_REPEATED = 10_000


def read_ods_marks(path: str, sheet: str) -> SheetMarks:
    """Read the marks of one sheet of an .ods."""
    reader = _OdsMarks(sheet)
    with zipfile.ZipFile(path) as book:
        parse_part(book, "content.xml", reader.start, reader.end, reader.text)
    return reader.found


class _OdsMarks:
    """Gathers the marks while the sheets are gone through."""

    def __init__(self, sheet: str) -> None:
        self.found = SheetMarks(merged=[])
        self._sheet = sheet
        self._inside = self._in_text = False
        self._row = self._column = 0
        self._rows = self._columns = 1
        self._cell: dict[str, str] = {}
        self._text = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        if name == "table":
            self._inside = attributes.get("name") == self._sheet
            self._row = 0
        elif not self._inside:
            return
        elif name == "table-row":
            self._rows, self._column = _count(attributes, "number-rows-repeated"), 0
            if attributes.get("visibility") in ("collapse", "filter"):
                first, most = self._row, min(self._rows, _MOST_REPEATED)
                self.found.hidden_rows += range(first, first + most)
        elif name in ("table-cell", "covered-table-cell"):
            self._columns = _count(attributes, "number-columns-repeated")
            self._cell, self._text = attributes, ""
        elif name == "p":
            self._in_text = True

    def text(self, text: str) -> None:
        """Take a piece of what a cell shows."""
        if self._in_text and len(self._text) < 100:
            self._text += text

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if name == "p":
            self._in_text = False
        elif name == "table":
            self._inside = False
        elif self._inside and name == "table-row":
            self._row += self._rows
        elif self._inside and name in ("table-cell", "covered-table-cell"):
            self._end_cell()
            self._column += self._columns

    def _end_cell(self) -> None:
        """Note what is said of one cell, or of several that are alike."""
        down, right = (
            _count(self._cell, "number-rows-spanned"),
            _count(self._cell, "number-columns-spanned"),
        )
        first = (self._row, self._column)
        if (down > 1 or right > 1) and self.found.merged is not None:
            self.found.merged.append((first, (first[0] + down - 1, first[1] + right - 1)))
        shown = self._text.strip()
        # LibreOffice says the type of a value twice, and only its own says that it is an error.
        is_error = self._cell.get("value-type") == "error" or (
            "formula" in self._cell and shown.startswith("#") and not self._cell.get("value")
        )
        zeros = shown.isdecimal() and shown.startswith("0") and len(shown) > 1
        if not (is_error or (zeros and "value" in self._cell)):
            return
        for row in range(first[0], first[0] + min(self._rows, _MOST_REPEATED)):
            for column in range(first[1], first[1] + min(self._columns, _MOST_REPEATED)):
                if is_error:
                    self.found.errors[row, column] = shown or "#ERROR"
                else:
                    self.found.zeros[row, column] = len(shown)


def _count(attributes: dict[str, str], name: str) -> int:
    """Return a number of rows or columns, 1 where none is given."""
    text = attributes.get(name, "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 9 else 1
