"""What a file of a table holds before anything is judged: text by column, row by row."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

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
        self._columns: dict[str, list[str]] = {}
        self._numbers: list[int] = []
        self._cells = self._signs = self._vertices = 0

    def name_columns(self, names: list[str]) -> None:
        """Add columns, in their order; those that are there stay."""
        for name in names:
            if name not in self._columns:
                self._columns[name] = [""] * len(self._numbers)
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
        for name, texts in self._columns.items():
            # One search for a whole column; cells are looked at singly only for the message.
            if _NO_TEXT.search("".join([name, *texts])):
                self._refuse_text(name, texts)
        # Column by column, so that a large table is not held twice.
        columns = {name: pd.Series(self._columns.pop(name), dtype=str) for name in [*self._columns]}
        numbers = pd.Series(self._numbers, dtype=np.int64)
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

    def _refuse_text(self, name: str, texts: list[str]) -> None:
        """Name the text that is none."""
        # The heading comes first and has no number of a row: 0.
        for number, text in zip([0, *self._numbers], [name, *texts], strict=True):
            if _NO_TEXT.search(text):
                where = f"row {number}: {quote(name)}" if number else "a heading"
                raise SourceError(
                    f"{self._path}: {where} holds {quote(text)}, which is no text; write it anew"
                )
