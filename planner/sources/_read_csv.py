"""Comma-separated text, read strictly as RFC 4180 has it: a wrong row is named, never guessed."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from planner.errors import SourceError, quote
from planner.sources._raw_table import RawTable, RowCollector
from planner.sources.cells import from_cell

#: No table has such a line; a cell of csv.reader may have 131,072 characters.
MAX_LINE: Final = 1_000_000
_SAVE: Final = "save it as CSV (UTF-8)"
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

    def text(self) -> str:
        """Name them all in a line."""
        first, *others = self.others
        more = f" and {self.count - len(self.others)} more" * (self.count > len(self.others))
        also = f" (as {'are rows' if len(others) > 1 else 'is row'} {', '.join(map(str, others))}"
        also = f"{also}{more})" if others else ""
        return (
            f"row {first}: {self.first}{also}; give each row as many, a text with a comma in quotes"
        )


def read_csv(path: Path, file: BinaryIO) -> RawTable:
    """Read comma-separated text.

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
    encoding, notes = _find_encoding(path, file)
    file.seek(0)
    with io.TextIOWrapper(file, encoding=encoding, newline="") as text:
        records = _read_records(path, text)
        heading = _read_heading(path, next((record for _, _, record in records), []))
        return _read_rows(path, heading, records, notes)


def _read_rows(
    path: Path, heading: list[str], records: Iterator[tuple[int, int, list[str]]], notes: list[str]
) -> RawTable:
    """Read what stands below the heading; columns without a name are left out."""
    found, wrong, odd = RowCollector(path), _WrongRows(), ""
    named = [place for place, name in enumerate(heading) if name]
    found.name_columns([heading[place] for place in named])
    for line, last, record in records:
        if len(record) != len(heading):
            wrong.add(line, len(record), len(heading))
            continue
        if last > line:
            odd = odd or _note_odd_cell(path, line, last, record)
        found.add(line, [from_cell(record[place].strip()) for place in named])
    if wrong.count:
        raise SourceError(f"{path}: {wrong.text()}")
    return found.table(notes + [odd] * bool(odd))


def _find_encoding(path: Path, file: BinaryIO) -> tuple[str, list[str]]:
    """Return UTF-8, or else GB 18030 with a note; refuse what is neither, or broken UTF-8."""
    # UTF-8 first: GB 18030 reads many texts in UTF-8 without a fault, into other characters.
    bad = _find_undecodable(path, file, "utf-8")
    if bad is None:
        # Excel puts a byte order mark first, which would become a part of the first heading.
        return "utf-8-sig", []
    row, broken_utf8 = bad
    # With one bad byte a file in UTF-8 would be read as GB 18030, and its names would be others.
    if broken_utf8:
        raise SourceError(
            f"{path}: row {row}: a character is broken, it is not UTF-8; write it anew"
        )
    if _find_undecodable(path, file, "gb18030") is None:
        return "gb18030", [f"{path.name}: read as GB 18030, it is not UTF-8"]
    raise SourceError(f"{path}: neither UTF-8 nor GB 18030 (row {row}); {_SAVE}")


def _find_undecodable(path: Path, file: BinaryIO, encoding: str) -> tuple[int, bool] | None:
    """Return the first row that an encoding cannot read, and whether most text before fits it."""
    file.seek(0)
    # A long line comes in pieces, and one may end in the middle of a character.
    decoder = codecs.getincrementaldecoder(encoding)()
    row, fitting = 1, 0
    while piece := file.readline(MAX_LINE):
        if row == 1 and piece[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise SourceError(f"{path}: is not text in UTF-8; {_SAVE}")
        if b"\0" in piece:
            raise SourceError(f"{path}: row {row}: has a NUL, so it is not text in UTF-8; {_SAVE}")
        try:
            text = decoder.decode(piece)
        except UnicodeDecodeError:
            text = piece.decode(encoding, "replace")
            replaced = text.count("\ufffd")
            fitting += sum(sign > "\x7f" for sign in text) - replaced
            return row, fitting > replaced
        fitting += 0 if text.isascii() else sum(sign > "\x7f" for sign in text)
        row += piece.endswith(b"\n")
    return None if not decoder.getstate()[0] else (row, fitting > 1)


def _read_records(path: Path, text: TextIO) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the first and the last line of each record that holds anything, and its cells."""
    # Without `strict` a quote that is never closed takes the rest of the file for one cell.
    reader = csv.reader(_read_lines(path, text), strict=True)
    line = 1
    while True:
        try:
            record = next(reader, None)
        except csv.Error as error:
            why = next((words for said, words in _FAULTS.items() if said in str(error)), str(error))
            raise SourceError(f"{path}: row {line}: {why}") from None
        if record is None:
            return
        if any(cell and not cell.isspace() for cell in record):
            yield line, reader.line_num, record
        line = reader.line_num + 1


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


def _read_heading(path: Path, cells: list[str]) -> list[str]:
    """Refuse a heading with a name twice, or with another separator than the comma."""
    if not cells:
        raise SourceError(f"{path}: is empty; give a file with rows")
    heading = [from_cell(cell).strip() for cell in cells]
    twice = [name for name in dict.fromkeys(heading) if name and heading.count(name) > 1]
    if twice:
        names = ", ".join(map(quote, twice[:5]))
        stand = "stand" if len(twice) > 1 else "stands"
        raise SourceError(f"{path}: heading {names} {stand} twice; rename one of them")
    for separator, word in ((";", "semicolons"), ("\t", "tabs")):
        if len(heading) == 1 and separator in heading[0]:
            raise SourceError(f"{path}: separated by {word}; save it with commas")
    return heading


def _note_odd_cell(path: Path, line: int, last: int, record: list[str]) -> str:
    """Note a cell that runs over lines and holds as many commas as a row has; "" for none."""
    if not any("\n" in cell and cell.count(",") >= len(record) - 1 for cell in record):
        return ""
    return (
        f"{path.name}: row {line}: a cell in quotes runs on to line {last} and may have swallowed "
        "a row; if so, close its quote"
    )
