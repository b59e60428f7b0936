"""What a file of a table holds before anything is judged: text by column, row by row."""

import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.errors import SourceError, quote
from planner.sources._coordinate_columns import NO_COLUMNS, CoordinateColumns

#: SQLite allows 2,000 columns in a table, and results add some of their own.
MAX_COLUMNS: Final = 1_900
#: Beyond these a table would not fit into 1 GB of memory.
MAX_CELLS: Final = 7_000_000
MAX_SIGNS: Final = 200_000_000
MAX_VERTICES: Final = 3_000_000
#: So many rows are held as texts of Python, which take ten times as much as packed ones.
_PACKED_ROWS: Final = 20_000
# No file of results can hold these: a NUL, and halves of a character (surrogates).
_NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True)
class RawTable:
    """A file's rows before anything is judged.

    Parameters
    ----------
    path
        Of the file.
    rows
        Text columns as the file names them.
    numbers
        Place of each row: the line of a CSV or row of a sheet (the first is 1), the number of the
        feature in a layer.
    geometry
        One per row, in the file's CRS brought to EPSG:4326; None for a table without geometry.
    faults
        Why the geometry of a row cannot be used, "" where it can.
    notes
        What the reader should know.
    remarks
        Those of the notes that say how the file was read: the same rows in another format have
        others, so summary.json does not hold them.
    titles
        Texts above the headings.
    advice
        What else to do where the table is not the one that is meant: "; or ..." or "".
    columns
        Under which headings it says where its rows lie.
    """

    path: Path
    rows: pd.DataFrame
    numbers: pd.Series
    geometry: gpd.GeoSeries | None
    faults: pd.Series
    notes: list[str]
    remarks: list[str] = field(default_factory=list)
    titles: Sequence[str] = ()
    advice: str = ""
    columns: CoordinateColumns = NO_COLUMNS


def check_heading(path: Path, heading: list[str]) -> list[str]:
    """Return a heading, or refuse one with a name twice; columns without a name may be many.

    Raises
    ------
    SourceError
        Which names stand twice.
    """
    twice = [name for name in dict.fromkeys(heading) if name and heading.count(name) > 1]
    if twice:
        names = ", ".join(map(quote, twice[:5]))
        stand = "stand" if len(twice) > 1 else "stands"
        raise SourceError(f"{path}: heading {names} {stand} twice; rename one of them")
    return heading


class RowCollector:
    """Gathers the rows of a file, and refuses it when it holds more than can be worked with."""

    def __init__(self, path: Path) -> None:
        self._path = path
        #: The latest rows as texts of Python, which take 65 bytes a cell; and those before, packed.
        self._columns: dict[str, list[str]] = {}
        self._packed: dict[str, list[pd.Series]] = {}
        self._sizes: list[int] = []
        self._unfit: dict[str, tuple[int, str]] = {}
        self._numbers = array("q")
        self._cells = self._signs = self._vertices = self._open = 0

    def name_columns(self, names: list[str]) -> None:
        """Add columns, in their order; those that are there stay."""
        for name in names:
            if name not in self._columns:
                self._columns[name] = [""] * self._open
                self._packed[name] = [pd.Series([""] * size, dtype=str) for size in self._sizes]
        if len(self._columns) > MAX_COLUMNS:
            raise SourceError(
                f"{self._path}: has more than the {MAX_COLUMNS:,} columns that results can take; "
                "leave out those that are not needed"
            )

    def add_named(self, number: int, texts: Mapping[str, str], *, vertices: int = 0) -> None:
        """Add the row `number`: text by column, "" where it says nothing of one."""
        if not texts.keys() <= self._columns.keys():
            self.name_columns([*texts])
        self.add(number, [texts.get(name, "") for name in self._columns], vertices=vertices)

    def add(self, number: int, texts: Sequence[str], *, vertices: int = 0) -> None:
        """Add the row `number`: a text for each column, in their order."""
        for column, text in zip(self._columns.values(), texts, strict=True):
            column.append(text)
        self._numbers.append(number)
        self._open += 1
        self._cells += len(texts)
        self._signs += sum(map(len, texts))
        self._vertices += vertices
        # Asked at each row, so that a huge file is refused before it fills the memory.
        if self._cells > MAX_CELLS or self._signs > MAX_SIGNS or self._vertices > MAX_VERTICES:
            raise SourceError(
                f"{self._path}: row {number}: more than the {MAX_CELLS:,} cells, {MAX_SIGNS:,} "
                f"characters or {MAX_VERTICES:,} corners that are read; cut the file to the study "
                "area"
            )
        if self._open == _PACKED_ROWS:
            self._pack()

    def table(
        self,
        notes: list[str],
        geometry: gpd.GeoSeries | None = None,
        faults: list[str] | None = None,
        remarks: Sequence[str] = (),
        titles: Sequence[str] = (),
    ) -> RawTable:
        """Return all rows as a table, and keep none of them.

        Raises
        ------
        SourceError
            If a text cannot be written into any result.
        """
        self._pack()
        for name in self._columns:
            # The heading comes first and has no number of a row: 0.
            number, text = (0, name) if _NO_TEXT.search(name) else self._unfit.get(name, (0, ""))
            if text:
                self._refuse_text(name, number, text)
        # Column by column, so that a large table is not held twice.
        columns = {name: _join(self._packed.pop(name)) for name in self._columns}
        numbers = pd.Series(np.array(self._numbers, dtype=np.int64))
        return RawTable(
            self._path,
            pd.DataFrame(columns, index=numbers.index),
            numbers,
            geometry,
            pd.Series(faults or [""] * len(numbers), index=numbers.index, dtype=str),
            [*remarks, *notes],
            [*remarks],
            titles,
        )

    def _pack(self) -> None:
        """Pack the latest rows; a text that is none is noted, and left out."""
        if not self._open and self._sizes:
            return
        for name, texts in self._columns.items():
            # One search for a whole column; cells are looked at singly only for the message.
            if _NO_TEXT.search("".join(texts)):
                numbers = self._numbers[-self._open :]
                unfit = [place for place, text in enumerate(texts) if _NO_TEXT.search(text)]
                self._unfit.setdefault(name, (numbers[unfit[0]], texts[unfit[0]]))
                for place in unfit:
                    texts[place] = ""
            self._packed[name].append(pd.Series(texts, dtype=str))
            texts.clear()
        self._sizes.append(self._open)
        self._open = 0

    def _refuse_text(self, name: str, number: int, text: str) -> NoReturn:
        """Name the text that is none; `number` is that of its row, 0 of the heading."""
        where = f"row {number}: {quote(name)}" if number else "a heading"
        raise SourceError(
            f"{self._path}: {where} holds {quote(text)}, which is no text; write it anew"
        )


def _join(parts: list[pd.Series]) -> pd.Series:
    """Return a column whose parts are packed."""
    return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)
