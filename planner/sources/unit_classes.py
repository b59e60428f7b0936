"""Classes of housing or settlement, as a column of places with people or as polygons."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pandas as pd

from planner.errors import DemandError, SourceError, on_one_line, quote
from planner.sources._checks import SHEET_ERRORS, Faults, check_columns, refuse_reserved
from planner.sources._geo_table import Table
from planner.sources._raw_table import RawTable
from planner.sources._read_table import is_empty
from planner.sources.headings import find_exact
from planner.sources.polygon_table import load_polygons

#: More texts than a reader can choose among are rather names or addresses.
MOST_CLASSES: Final = 30
#: Of people of whom no class is told.
NO_CLASS: Final = ""
_WHOLE: Final = re.compile(r"^(\d+)\.0+$")
#: What else stands in a cell that says nothing.
_DASHES: Final = ("-", "--", "–", "—", "——", "/", "\\", "n/a")


def read_classes(faults: Faults, raw: RawTable, column: str) -> tuple[pd.Series, list[str]]:
    """Read a column of classes: each text with single blanks, "" where a cell says nothing.

    Parameters
    ----------
    faults
        Gets what is wrong with rows: a reserved word, or the error of a spreadsheet.
    raw
        The table, which has the column.
    column
        Its heading.

    Returns
    -------
    Series, list of str
        And a note on empty cells.

    Raises
    ------
    SourceError
        If there are more texts than classes can be.
    """
    texts = raw.rows[column].map(lambda text: " ".join(str(text).split()))
    # A column of whole numbers has fractions in files where some cells are empty.
    texts = texts.str.replace(_WHOLE, r"\1", regex=True)
    empty = is_empty(texts) | texts.str.lower().isin(_DASHES)
    texts = texts.where(~empty, NO_CLASS)
    told = texts[~empty].unique()
    if len(told) > MOST_CLASSES:
        raise SourceError(
            f"{raw.path}: column {quote(column)} has {len(told)} different texts, such as "
            f"{quote(str(told[0]))} and {quote(str(told[1]))}, which are no classes; name a column "
            f"with at most {MOST_CLASSES}"
        )
    refuse_reserved(faults, texts, "class")
    faults.add_each(
        texts.isin(SHEET_ERRORS),
        texts,
        lambda error: f"class is the error {error}; mend its formula and save again",
    )
    if not empty.any():
        return texts, []
    return texts, [
        f"{raw.path.name}: {on_one_line(column)} is empty in {int(empty.sum())} rows, first in row "
        f"{raw.numbers[empty].iloc[0]}; the class of people there is not told"
    ]


def load_class_zones(path: Path, column: str = "class") -> Table:
    """Read polygons of a class each.

    Parameters
    ----------
    path
        A layer, as of `load_polygons`.
    column
        With the class.

    Returns
    -------
    Table
        Rows with `class` ("" where it is empty), `row` and Polygon or MultiPolygon, EPSG:4326.

    Raises
    ------
    SourceError
        If the file cannot be read, the column is missing or holds no classes, or a row has no
        usable polygon.
    """
    table = load_polygons(path, name=None)
    texts = pd.DataFrame(table.rows.drop(columns="geometry"))
    nothing = pd.Series("", index=texts.index, dtype=str)
    raw = RawTable(path, texts, texts["row"], None, nothing, [], [])
    column = find_exact([str(name) for name in texts if name != "row"], column)
    check_columns(replace(raw, rows=texts.drop(columns="row")), (column,))
    faults = Faults(raw)
    classes, notes = read_classes(faults, raw, column)
    faults.stop()
    rows = table.rows[["row", "geometry"]].assign(**{"class": classes})
    return replace(table, rows=rows, notes=[*table.notes, *notes])


def check_number_of_classes(parts: Sequence[Collection[str]]) -> None:
    """Refuse files that name too many classes in all, each for itself a few.

    Raises
    ------
    DemandError
        If there are more than a page can offer.
    """
    names = {name for part in parts for name in part} - {NO_CLASS}
    if len(names) > MOST_CLASSES:
        raise DemandError(
            f"the files of [[demand]] name {len(names)} classes in all; give at most {MOST_CLASSES}"
        )
