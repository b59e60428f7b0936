"""Judging the columns of a table: headings, ids, statuses, numbers, people."""

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd

from planner.errors import SourceError
from planner.plan import RESERVED
from planner.sources._files import is_empty, to_numbers

MAX_PEOPLE = 1e9
"""More at one point is a slip of the pen."""


def need_columns(path: Path, rows: pd.DataFrame, columns: Collection[str]) -> None:
    """Refuse a file without these columns."""
    missing = [column for column in columns if column not in rows]
    if missing:
        has = ", ".join(name for name in rows.columns if name != "row") or "none"
        raise SourceError(
            f"{path}: no column {', '.join(map(repr, missing))}; it has {has[:200]}; "
            "add or rename it"
        )


def check_ids(path: Path, rows: pd.DataFrame, column: str) -> None:
    """Refuse ids that are empty or stand twice."""
    empty = rows["row"][rows[column] == ""]
    if not empty.empty:
        raise SourceError(f"{path}: row {empty.iloc[0]}: {column} is empty; give each row its own")
    again = rows[rows[column].duplicated()]
    if not again.empty:
        text, row = again[column].iloc[0], again["row"].iloc[0]
        first = rows["row"][rows[column] == text].iloc[0]
        raise SourceError(
            f"{path}: row {row}: {column} {text!r} already stands in row {first}; "
            "give each row its own"
        )


def refuse_reserved(path: Path, rows: pd.DataFrame, column: str) -> None:
    """Refuse ids or names that stand for the whole in the results."""
    for row, text in zip(rows["row"], rows[column], strict=True):
        if text in RESERVED:
            raise SourceError(
                f"{path}: row {row}: the {column} {text!r} is reserved for the whole; rename it"
            )


def one_of(
    path: Path, rows: pd.DataFrame, column: str, *, allowed: Collection[str], default: str
) -> pd.Series:
    """Return a column that may hold only the allowed words; empty or absent is the default."""
    if column not in rows:
        return pd.Series(default, index=rows.index, dtype=str)
    values = rows[column].str.lower().where(~is_empty(rows[column]), default)
    wrong = ~values.isin(list(allowed))
    if wrong.any():
        text, row = rows[column][wrong].iloc[0], rows["row"][wrong].iloc[0]
        raise SourceError(f"{path}: row {row}: {column} {text!r}; give {', '.join(allowed)}")
    return values


def optional_numbers(path: Path, rows: pd.DataFrame, column: str) -> tuple[pd.Series, list[str]]:
    """Return a column of numbers, NaN where there is none, and a note on what is no number."""
    if column not in rows:
        return pd.Series(np.nan, index=rows.index, dtype=np.float64), []
    values = to_numbers(rows[column]).replace([np.inf, -np.inf], np.nan)
    negative = rows["row"][values < 0]
    if not negative.empty:
        raise SourceError(
            f"{path}: row {negative.iloc[0]}: {column} is negative; give 0 or more, or nothing"
        )
    wrong = values.isna() & ~is_empty(rows[column])
    notes = [
        f"{path.name}: row {row}: {column} {text!r} is no number, taken as not given"
        for row, text in zip(rows["row"][wrong], rows[column][wrong], strict=True)
    ]
    return values, notes


def people_counts(path: Path, rows: pd.DataFrame, column: str) -> tuple[pd.Series, pd.Series]:
    """Return the people of each row (empty is 0), and why a row cannot be used, or nothing."""
    values = to_numbers(rows[column])
    empty = is_empty(rows[column])
    negative = rows[values < 0]
    if not negative.empty:
        text, row = negative[column].iloc[0], negative["row"].iloc[0]
        raise SourceError(f"{path}: row {row}: {column} {text} is negative; give 0 or more")
    reasons = pd.Series("", index=rows.index, dtype=str)
    no_number = values.isna() & ~empty
    reasons[no_number] = column + " " + rows[column][no_number].map(repr) + " is no number"
    reasons[values > MAX_PEOPLE] = f"{column} is more than a place can hold"
    reasons[np.isinf(values)] = f"{column} is infinite"
    return values.where(~empty, 0.0), reasons
