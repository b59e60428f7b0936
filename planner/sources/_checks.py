"""Judging the columns of a table: headings, ids, statuses, numbers, people."""

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd

from planner.errors import SourceError
from planner.plan import RESERVED, WHO_WORDS
from planner.sources._files import is_empty, to_numbers

MAX_PEOPLE = 1e9
"""More at one point is a slip of the pen."""
MOST = {"facilities": 50_000, "places with people": 1_000_000}
"""Rows of one table: a city of 25 million has some 6,500 stations and 300,000 buildings."""
YES_NO = {
    "yes": True, "no": False, "true": True, "false": False, "1": True, "0": False,
    "是": True, "否": False,
}  # fmt: skip


def need_columns(path: Path, rows: pd.DataFrame, columns: Collection[str]) -> None:
    """Refuse a file without these columns."""
    missing = [column for column in columns if column not in rows]
    if missing:
        has = ", ".join(name for name in rows.columns if name != "row") or "none"
        raise SourceError(
            f"{path}: no column {', '.join(map(repr, missing))}; it has {has[:200]}; "
            "add or rename it"
        )


def check_size(path: Path, rows: int, what: str) -> None:
    """Refuse a table of more rows than a run is made for."""
    if rows > MOST[what]:
        raise SourceError(
            f"{path}: {rows:,} {what} are more than the {MOST[what]:,} that a plan may have; "
            "leave out those outside the study area, or make a plan for each part"
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


def yes_no(path: Path, rows: pd.DataFrame, column: str, *, default: bool) -> pd.Series:
    """Return a column of yes and no as bool; empty or absent is the default."""
    texts = one_of(path, rows, column, allowed=YES_NO, default="yes" if default else "no")
    return texts.map(YES_NO).astype(bool)


def who_may_pass(path: Path, rows: pd.DataFrame, column: str) -> pd.Series:
    """Return who passes each gate: a word of WHO_WORDS, or names of profiles joined by ";".

    Empty or absent is the first of WHO_WORDS; whether the profiles exist, the plan knows.
    """
    if column not in rows:
        return pd.Series(WHO_WORDS[0], index=rows.index, dtype=str)
    empty = is_empty(rows[column])
    values = []
    for row, text, nothing in zip(rows["row"], rows[column], empty, strict=True):
        names = [name.strip() for name in str(text).split(";")]
        words = [name.lower() for name in names if name.lower() in WHO_WORDS]
        if nothing:
            values.append(WHO_WORDS[0])
        elif len(names) == 1 and words:
            values.append(words[0])
        elif words or "" in names:
            raise SourceError(
                f"{path}: row {row}: {column} {text!r}; give {', '.join(WHO_WORDS)}, or profiles "
                'separated by ";"'
            )
        else:
            values.append(";".join(dict.fromkeys(names)))
    return pd.Series(values, index=rows.index, dtype=str)


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
