"""Reads a table row by row: what cannot be meant gets its reason, and is listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from planner.errors import SourceError, quote
from planner.sources._checks import (
    MAX_PEOPLE,
    Faults,
    check_columns,
    check_ids,
    note_unread_headings,
)
from planner.sources._geo_table import NOTHING_DROPPED, add_dropped_rows
from planner.sources._our_words import OurTable, names_each, to_our_words
from planner.sources._raw_table import RawTable
from planner.sources._read_table import is_empty, read_raw, to_numbers
from planner.sources.heading_words import TABLES

#: Rows of one table: a district orders some thousand courses in half a year.
_MOST_ROWS: Final = 100_000


class JudgedRows:
    """The rows of one table with the reason why each cannot be used, "" while it can."""

    def __init__(self, raw: RawTable) -> None:
        self.raw, self.given = raw, raw.rows
        self.reasons = pd.Series("", index=raw.rows.index, dtype=object)
        self.left_out = NOTHING_DROPPED

    def texts(self, column: str) -> pd.Series:
        """Return a column of text, "" where nothing stands or the table has none."""
        if column not in self.given:
            return pd.Series("", index=self.given.index, dtype=object)
        values = self.given[column]
        return values.where(~is_empty(values), "").str.strip().astype(object)

    def refuse(self, wrong: pd.Series, tell: Callable[[Any], str]) -> None:
        """Give rows a reason: what `tell` says of the label of each; the first reason stays."""
        for label in self.reasons.index[wrong.to_numpy(dtype=bool) & (self.reasons == "")]:
            self.reasons[label] = tell(label)

    def tell(self, label: Any, reason: str) -> None:
        """List that a part of a row does not count, although the row does."""
        numbers = self.raw.numbers.loc[[label]]
        self.left_out = add_dropped_rows(self.left_out, self.raw.path.name, numbers, reason)

    def numbers(self, column: str, *, needed: bool, whole: bool = True) -> pd.Series:
        """Return a column of numbers above 0, NaN where it is empty; other rows are refused."""
        texts = self.texts(column)
        values = to_numbers(texts)
        given = texts != ""
        wrong = given & ~((values > 0) & (values <= MAX_PEOPLE) & ((values % 1 == 0) | (not whole)))
        self.refuse(
            wrong,
            lambda label: (
                f"{column} {quote(texts[label])} is not a whole number above 0"
                if whole
                else f"{column} {quote(texts[label])} is not a number above 0"
            ),
        )
        self.refuse(~given & needed, lambda _: f"{column} is empty")
        return values.where(given & ~wrong)

    def keep(self, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the rows that can be used, and the list of all that does not count."""
        bad = (self.reasons != "").to_numpy()
        dropped = add_dropped_rows(
            self.left_out, self.raw.path.name, self.raw.numbers[bad], self.reasons[bad]
        )
        return rows.assign(row=self.raw.numbers)[~bad].reset_index(drop=True), dropped


@dataclass(frozen=True)
class ToldTable:
    """What is to be said of one table: where it stands, what does not count, notes."""

    raw: RawTable
    dropped: pd.DataFrame
    notes: list[str]


def read_listed(path: Path, kind: str, needed: tuple[str, ...], id_column: str) -> OurTable:
    """Read a table into our words; its rows get an id where they have none."""
    raw = read_raw(path)
    if len(raw.rows) > _MOST_ROWS:
        raise SourceError(
            f"{path}: {len(raw.rows):,} rows are more than the {_MOST_ROWS:,} that are read; "
            "leave out those of other terms"
        )
    table = to_our_words(raw, kind)
    rows = table.raw.rows
    by_number = "row/" + table.raw.numbers.astype(str)
    if id_column not in needed:
        ids = rows.get(id_column)
        # 序号 is an id where each row has its own.
        guessed = id_column in table.theirs
        if ids is None or (guessed and not names_each(ids)):
            rows = rows.assign(**{id_column: by_number})
    table = OurTable(RawTable(**{**vars(table.raw), "rows": rows}), table.theirs, table.told)
    check_columns(table.raw, needed, table.theirs)
    faults = Faults(table.raw)
    check_ids(faults, rows[id_column], id_column)
    faults.stop()
    return table


def tell_of(table: OurTable, kind: str, dropped: pd.DataFrame) -> ToldTable:
    """Gather what is to be said of a table."""
    raw = table.raw
    return ToldTable(
        raw, dropped, [*raw.notes, *note_unread_headings(raw, (*TABLES[kind], "notice"))]
    )


def refuse_empty(path: Path, rows: pd.DataFrame, dropped: pd.DataFrame) -> None:
    """Refuse a table of which nothing is left."""
    if rows.empty:
        raise SourceError(
            f"{path}: none of its rows can be used, as {dropped['reason'].iloc[0]}; mend the file"
        )


def split_names(text: str) -> tuple[str, ...]:
    """Return the parts of a cell that names several, each once."""
    for sign in "｜;；、，,":
        text = text.replace(sign, "|")
    return tuple(dict.fromkeys(part.strip() for part in text.split("|") if part.strip()))
