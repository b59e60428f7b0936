"""Text with separators, read strictly as RFC 4180 has it: a wrong row is named, never guessed."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from planner.errors import SourceError
from planner.sources._raw_table import RawTable, RowCollector, check_heading
from planner.sources._sheet_layout import Row, SheetTable, find_table, note_unnamed
from planner.sources.cells import from_cell

#: No table has such a line; a cell of csv.reader may have 131,072 characters.
MAX_LINE: Final = 1_000_000
_SAVE: Final = "save it as CSV (UTF-8)"
#: What may stand between cells -> what it is called.
SEPARATORS: Final = {",": "comma", "\t": "tab", ";": "semicolon", "|": "stroke"}
_CALLED: Final = {"gb18030": "GB 18030", "utf-16": "UTF-16"}
#: The heading, and the separator in it, are looked for in so many lines.
_FIRST: Final = 20
_QUOTED: Final = re.compile('"[^"]*"')
#: Rows that are read before the first of them is taken are fewer.
_MOST_AHEAD: Final = 200
#: Excel writes such a first line, and takes it for none of the table.
_SEP_LINE: Final = re.compile(r'"?sep=([,;\t|])"?\r?\n?', re.IGNORECASE)
#: What csv.reader says -> what it means and what to do.
_FAULTS: Final = {
    "unexpected end of data": "a quote opens here and is never closed; close it, or double it "
    "where it is a part of the text",
    "expected after": "a text goes on after its closing quote; double the quotes inside it",
    "field larger than": "a cell has more than 131,072 characters, as after a quote that is never "
    "closed; close the quote or shorten the cell",
}


@dataclass
class _WrongRows:
    """Rows that have not as many cells as the heading: the first, and where the others are."""

    first: str = ""
    others: list[int] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, cells: int, wanted: int) -> None:
        """Note one more."""
        self.count += 1
        if self.count == 1:
            self.first = f"{cells} cells, but the heading has {wanted}"
            self.others.append(line)
        elif len(self.others) < 6:
            self.others.append(line)

    def text(self, separator: str) -> str:
        """Name them all in a line."""
        first, *others = self.others
        more = f" and {self.count - len(self.others)} more" * (self.count > len(self.others))
        also = f" (as {'are rows' if len(others) > 1 else 'is row'} {', '.join(map(str, others))}"
        also = f"{also}{more})" if others else ""
        return (
            f"row {first}: {self.first}{also}; give each row as many, a text with a {separator} in "
            "quotes"
        )


class _Records:
    """The rows of a text, each by its first line; `separator`: what stands between its cells."""

    def __init__(self, path: Path, lines: Iterator[str], separator: str, start: int) -> None:
        self.separator = separator
        self._path, self._lines, self._start = path, lines, start
        self._ends: dict[int, int] = {}  # first line -> last line, of rows that run over several

    def list_rows(self) -> Iterator[Row]:
        """Yield the first line of each row that holds anything, and its cells without blanks.

        Raises
        ------
        SourceError
            If a quote stays open, or a text goes on after one.
        """
        # Without `strict` a quote that is never closed takes the rest of the file for one cell.
        reader = csv.reader(self._lines, strict=True, delimiter=self.separator)
        line = self._start
        while True:
            try:
                record = next(reader, None)
            except csv.Error as error:
                said = str(error)
                why = next((words for fault, words in _FAULTS.items() if fault in said), said)
                raise SourceError(f"{self._path}: row {line}: {why}") from None
            if record is None:
                return
            after = reader.line_num + self._start
            if after - line > 1:
                self._ends[line] = after - 1
                if len(self._ends) > _MOST_AHEAD:  # rows that nobody asked for
                    self._ends.pop(next(iter(self._ends)))
            cells = [cell.strip() for cell in record]
            if any(cells):
                yield line, cells
            line = after

    def note_odd_cell(self, line: int, cells: list[str]) -> str:
        """Note a cell that runs over lines and holds as many separators as a row; "" for none."""
        if line not in self._ends or not any(
            "\n" in cell and cell.count(self.separator) >= len(cells) - 1 for cell in cells
        ):
            return ""
        return (
            f"{self._path.name}: row {line}: a cell in quotes runs on to line {self._ends[line]} "
            "and may have swallowed a row; if so, close its quote"
        )


def read_csv(path: Path, file: BinaryIO) -> RawTable:
    """Read text with commas, tabs, semicolons or upright strokes between its cells.

    The heading tells which of them. Titles above it, lines of one cell among several columns, are
    left out.

    A quote inside a cell that does not begin with one is a character like others (5" pipe); a
    cell that begins with a quote ends with one, may hold line breaks, and doubles its own quotes.
    Lines that hold nothing are no rows.

    Parameters
    ----------
    path, file
        As `READERS` takes them.

    Raises
    ------
    SourceError
        If it is no text, a quote stays open, or a row has not as many cells as the heading.
    """
    encoding = find_encoding(path, file)
    file.seek(0)
    with io.TextIOWrapper(file, encoding=encoding, newline="") as text:
        lines = _read_lines(path, text)
        first = [*islice(lines, _FIRST)]
        separator, skip = _find_separator(path, first)
        records = _Records(path, chain(first[skip:], lines), separator, skip + 1)
        table = find_table(records.list_rows())
        if table is None:
            raise SourceError(f"{path}: is empty; give a file with rows")
        said = _list_remarks(path, encoding, separator)
        return _collect(path, table, records, said)


def _collect(path: Path, table: SheetTable, records: _Records, said: list[str]) -> RawTable:
    """Read what stands below the heading; columns without a name are left out."""
    heading = check_heading(path, [from_cell(cell).strip() for cell in table.heading])
    found, wrong, odd = RowCollector(path), _WrongRows(), ""
    named = [place for place, name in enumerate(heading) if name]
    found.name_columns([heading[place] for place in named])
    nameless, unnamed = [place for place, name in enumerate(heading) if not name], set[int]()
    for line, cells in table.rows:
        if len(cells) != len(heading):
            wrong.add(line, len(cells), len(heading))
            continue
        unnamed |= {place for place in nameless if cells[place]}
        odd = odd or records.note_odd_cell(line, cells)
        found.add(line, [from_cell(cells[place]) for place in named])
    if wrong.count:
        raise SourceError(f"{path}: {wrong.text(SEPARATORS[records.separator])}")
    remarks = [*said, *table.list_notes(path.name), *note_unnamed(path.name, unnamed)]
    return found.table([odd] * bool(odd), remarks=remarks, titles=table.list_titles())


def find_encoding(path: Path, file: BinaryIO) -> str:
    """Return the encoding of a text: UTF-8 or UTF-16 as its mark says, UTF-8, or else GB 18030.

    Raises
    ------
    SourceError
        If it is none of them, or broken: with the row.
    """
    file.seek(0)
    if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        bad = _find_undecodable(path, file, "utf-16")
        if bad is not None:
            raise SourceError(f"{path}: row {bad[0]}: a character of its UTF-16 is broken; {_SAVE}")
        return "utf-16"
    # UTF-8 first: GB 18030 reads many texts in UTF-8 without a fault, into other characters.
    bad = _find_undecodable(path, file, "utf-8")
    if bad is None:
        # Excel puts a byte order mark first, which would become a part of the first heading.
        return "utf-8-sig"
    row, broken_utf8 = bad
    # With one bad byte a file in UTF-8 would be read as GB 18030, and its names would be others.
    if broken_utf8:
        raise SourceError(
            f"{path}: row {row}: a character is broken, it is not UTF-8; write it anew"
        )
    if _find_undecodable(path, file, "gb18030") is None:
        return "gb18030"
    raise SourceError(f"{path}: neither UTF-8 nor GB 18030 (row {row}); {_SAVE}")


def _find_undecodable(path: Path, file: BinaryIO, encoding: str) -> tuple[int, bool] | None:
    """Return the first row that an encoding cannot read, and whether most text before fits it."""
    file.seek(0)
    # A long line comes in pieces, and one may end in the middle of a character.
    decoder = codecs.getincrementaldecoder(encoding)()
    row, fitting = 1, 0
    while piece := file.readline(MAX_LINE):
        try:
            text = decoder.decode(piece)
        except UnicodeDecodeError as error:
            row += error.object[: error.start].decode(error.encoding, "replace").count("\n")
            text = piece.decode(encoding, "replace")
            replaced = text.count("\ufffd")
            fitting += sum(sign > "\x7f" for sign in text) - replaced
            return row, fitting > replaced
        if "\0" in text:
            raise SourceError(f"{path}: row {row}: has a NUL, so it is not text in UTF-8; {_SAVE}")
        fitting += 0 if text.isascii() else sum(sign > "\x7f" for sign in text)
        row += text.count("\n")
    return None if not decoder.getstate()[0] else (row, fitting > 1)


def _find_separator(path: Path, lines: list[str]) -> tuple[str, int]:
    """Return what stands between the cells, and how many lines only say so.

    The first line that has any of the separators outside of quotes tells which: the most frequent
    one, and in a .tsv or .txt the tab.
    """
    told = _SEP_LINE.fullmatch(lines[0]) if lines else None
    if told:
        return told[1], 1
    for line in lines:
        bare = _QUOTED.sub("", line)
        counts = {separator: bare.count(separator) for separator in SEPARATORS}
        if counts["\t"] and path.suffix.lower() in (".tsv", ".txt"):
            return "\t", 0
        if any(counts.values()):
            # Of two that are as frequent, the comma comes first.
            return max(counts, key=lambda separator: counts[separator]), 0
    return ",", 0


def _list_remarks(path: Path, encoding: str, separator: str) -> list[str]:
    """Say how a text is read, where it is not UTF-8 with commas."""
    remarks = []
    if encoding in _CALLED:
        remarks.append(f"{path.name}: read as {_CALLED[encoding]}, it is not UTF-8")
    if separator != ("\t" if path.suffix.lower() == ".tsv" else ","):
        remarks.append(f"{path.name}: read with {SEPARATORS[separator]}s between its cells")
    return remarks


def _read_lines(path: Path, text: TextIO) -> Iterator[str]:
    """Yield the lines of a text, none of them so long that it could fill the memory."""
    number = 1
    while line := text.readline(MAX_LINE):
        if len(line) == MAX_LINE and line[-1] not in "\r\n":
            raise SourceError(
                f"{path}: row {number}: longer than the {MAX_LINE:,} characters that are read of a "
                "line; save it as CSV with line breaks"
            )
        yield line
        number += 1
