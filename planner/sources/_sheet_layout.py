"""Where the table stands in a sheet: below its titles, above its totals, with merged cells."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final

from planner.errors import quote

#: A row: its number, and a text for each column.
Row = tuple[int, list[str]]
#: Corners of merged cells: first row, first column, last row, last column.
Merged = Sequence[tuple[int, int, int, int]]

#: The heading is looked for in so many rows.
_FIRST: Final = 50
#: So many of the rows that are left out are told.
_TOLD: Final = 3
#: Rows that are none of a table: sums anywhere, remarks below it.
_SUM: Final = re.compile(
    r"(合\s*计|总\s*计|小\s*计|共\s*计|总\s*数|平\s*均|grand total|total|sum|subtotal)s?\s*[:：]?",
    re.IGNORECASE,
)
_REMARK: Final = re.compile(
    r"(备?\s*注|说\s*明|填\s*表|制\s*表|审\s*核|来\s*源|数据来源|注意|填报|联系|remarks?|notes?|source)"
    r"[^:：]{0,10}[:：]",
    re.IGNORECASE,
)


@dataclass
class SheetTable:
    """A table of a sheet.

    heading : names of columns, "" where one has none. titles : rows above it.
    rows : those below it, read once. When all are read: left_out : the first of the sums, remarks
    and rows that are one cell merged across columns, n_left_out : how many they are; filled :
    numbers of the rows that got the value of a merged cell that they are part of.
    """

    heading: list[str]
    titles: list[Row]
    rows: Iterator[Row]
    left_out: list[Row] = field(default_factory=list)
    n_left_out: int = 0
    filled: list[int] = field(default_factory=list)

    def leave_out(self, rows: Iterable[Row]) -> None:
        """Note rows that are none of the table; a file may be full of them, so only the first."""
        for row in rows:
            self.n_left_out += 1
            if len(self.left_out) < _TOLD:
                self.left_out.append(row)

    def list_titles(self) -> list[str]:
        """Return the texts above the heading."""
        return [text for _, texts in self.titles for text in texts if text]

    def list_notes(self, file: str) -> list[str]:
        """Say what of a sheet is no row of the table, when all rows are read."""
        notes = _note_titles(file, [number for number, _ in self.titles])
        for number, texts in self.left_out:
            said = quote(next(text for text in texts if text))
            notes.append(f"{file}: row {number} is no row of the table but {said}; it is left out")
        if self.n_left_out > _TOLD:
            notes.append(f"{file}: so are {self.n_left_out - _TOLD} more rows")
        if self.filled:
            count = len(self.filled)
            many = f"{count} rows" if count > 1 else "1 row"
            notes.append(
                f"{file}: merged cells are filled down in {many}, first in row {self.filled[0]}"
            )
        return notes


def _note_titles(file: str, titles: Sequence[int]) -> list[str]:
    """Say which rows above the headings are left out, if any are."""
    if not titles:
        return []
    first, last = titles[0], titles[-1]
    which = (
        f"row {first} above the headings is"
        if first == last
        else (f"rows {first} to {last} above the headings are")
    )
    return [f"{file}: {which} left out"]


def find_table(rows: Iterable[Row], merged: Merged = ()) -> SheetTable | None:
    """Find the heading of a sheet and the rows of its table; None where nothing stands.

    A row is no heading that fills at most half of the columns, or has a cell merged across columns;
    the first of the others is it. A heading may have a second row below its wide cells.

    Parameters
    ----------
    rows
        Those that hold something, blanks taken off; of a text they may differ in length.
    merged
        Of the sheet.
    """
    stream = iter(rows)
    first = [*islice(stream, _FIRST)]
    if not first:
        return None
    across = {top for top, left, _, right in merged if right > left}
    heads = _fill_heads(first, merged)
    place, heading = _find_heading(heads, across)
    table = SheetTable(heading, first[:place], iter(()))
    table.rows = _read_body(table, chain(first[place + 1 :], stream), merged, across)
    return table


def _fill_heads(rows: list[Row], merged: Merged) -> list[Row]:
    """Return the first rows with merged cells filled down: a heading of two rows needs it."""
    above = dict(rows)
    filled = [(number, [*texts]) for number, texts in rows]
    for top, left, bottom, _ in merged:
        if bottom > top and left < len(above.get(top, ())):
            for number, texts in filled:
                if top < number <= bottom and not texts[left]:
                    texts[left] = above[top][left]
    return filled


def _find_heading(rows: list[Row], across: set[int]) -> tuple[int, list[str]]:
    """Return which of the first rows ends the heading, and the heading.

    It is the first row if none looks like one.
    """
    counts = [sum(map(bool, texts)) for _, texts in rows]
    for place, (number, texts) in enumerate(rows):
        if 2 * counts[place] > max(counts):
            both = _join_rows(texts, rows[place + 1][1]) if place + 1 < len(rows) else None
            if both is not None:
                return place + 1, both
            if number not in across:
                return place, texts
    return 0, rows[0][1]


def _join_rows(upper: list[str], lower: list[str]) -> list[str] | None:
    """Return a heading of two rows as one, None where the lower row is none of it.

    It is where all of its cells are words below wide ones, that is ones with nothing on their
    right: 坐标 above 经度 and 纬度. A row of the table has cells below others as well.
    """
    width = max(len(upper), len(lower))
    above, below = ([*texts, *[""] * (width - len(texts))] for texts in (upper, lower))
    alone = [
        bool(above[place]) and (place + 1 == width or bool(above[place + 1]))
        for place in range(width)
    ]
    filled = [place for place in range(width) if below[place]]
    words = not any(re.match("[-+]?[0-9]", below[place]) for place in filled)
    if not words or any(alone[place] for place in filled):
        return None
    if all(above[place] for place in filled):  # nothing below a cell without a name of its own
        return None
    return [low or high for high, low in zip(above, below, strict=True)]


def _read_body(
    table: SheetTable, rows: Iterator[Row], merged: Merged, across: set[int]
) -> Iterator[Row]:
    """Yield the rows of a table; what may be a remark below it waits until another row comes."""
    # The first one last, where it is taken from.
    down = sorted(((m[0], m[1], m[2]) for m in merged if m[2] > m[0]), reverse=True)
    active: dict[int, tuple[int, str]] = {}
    waiting: list[Row] = []
    for number, texts in rows:
        held = [text for text in texts if text]
        if _SUM.fullmatch(held[0]) or (len(held) == 1 and number in across):
            table.leave_out([(number, texts)])
        elif _REMARK.match(held[0]) and len(waiting) < _FIRST:
            waiting.append((number, texts))
        else:
            yield from waiting
            waiting.clear()
            _fill_down(table, number, texts, down, active)
            yield number, texts
    table.leave_out(waiting)


def _fill_down(
    table: SheetTable,
    number: int,
    texts: list[str],
    down: list[tuple[int, int, int]],
    active: dict[int, tuple[int, str]],
) -> None:
    """Write the values of merged cells into the rows below their first; `active` holds those."""
    while down and down[-1][0] <= number:
        top, column, bottom = down.pop()
        if top == number and column < len(texts):
            active[column] = (bottom, texts[column])
    before = [*texts]
    for column, (bottom, text) in [*active.items()]:
        if bottom < number:
            del active[column]
        elif not texts[column]:
            texts[column] = text
    if texts != before:
        table.filled.append(number)


def note_unnamed(file: str, columns: Iterable[int]) -> list[str]:
    """Say which columns, counted from 0, hold something and have no heading, if any do."""
    letters = ", ".join(map(column_letters, sorted(columns)))
    return [f"{file}: column {letters} has no heading and is left out"] if letters else []


def column_letters(column: int) -> str:
    """Return what a spreadsheet calls a column, counted from 0: A, Z, AA."""
    letters = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        letters, column = chr(65 + rest) + letters, column - 1
    return letters
