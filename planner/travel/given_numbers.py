"""Numbers by label that a caller hands in, checked at the door: labels, amounts and minutes.

Messages name the argument, the row and what to do.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from planner.crs.array_types import Floats
from planner.errors import ArgumentError, quote_label


def check_labels(index: pd.Index, name: str, *, mend: str = "name rows apart") -> None:
    """Refuse an index of several levels, or in which a label stands twice or is missing.

    Parameters
    ----------
    index
        Of the argument.
    name
        Of the argument, for messages.
    mend
        What to do where a label stands twice.

    Raises
    ------
    ArgumentError
        If it is one of these.
    """
    if index.nlevels > 1:
        raise ArgumentError(
            f"{name}: the index has {index.nlevels} levels; reset_index() to one, or droplevel()"
        )
    if index.hasnans:
        row = int(np.flatnonzero(index.isna())[0])
        raise ArgumentError(f"{name}: row number {row} has no label in the index; set_index() one")
    if not index.is_unique:
        twice = index[index.duplicated()][0]
        raise ArgumentError(
            f"{name}: the label {quote_label(twice)} stands twice in the index; {mend}"
        )


def read_numbers(
    values: pd.Series,
    name: str,
    *,
    column: str = "",
    negative: bool = False,
    missing: bool = False,
) -> pd.Series:
    """Return people, supply or scores as floats.

    Parameters
    ----------
    values
        By label; texts of numbers are read.
    name, column
        Of the argument, and of its column where a table has several, for messages.
    negative, missing
        Whether numbers below 0, or none, may stand there.

    Raises
    ------
    ArgumentError
        If a value will not do, or all are times.
    """
    where = f"{name}, column {column}" if column else name
    _refuse_times(values, where, "give numbers")
    numbers: pd.Series = pd.to_numeric(values, errors="coerce").astype(np.float64)
    for wrong, why, remedy in (
        (
            numbers.isna() & ~(values.isna() & missing),
            "is no number",
            "give one, 0 for none, or drop the row",
        ),
        (np.isinf(numbers), "is infinite", "give a finite number"),
        ((numbers < 0) & (not negative), "is negative", "give 0 or more"),
    ):
        if wrong.any():
            first, count = int(np.argmax(np.asarray(wrong))), int(wrong.sum())
            label, value = quote_label(values.index[first]), quote_label(values.iloc[first])
            told = f"{column} {value}" if column else value
            more = f" ({count} rows in all)" if count > 1 else ""
            raise ArgumentError(f"{name}, row {label}: {told} {why}; {remedy}{more}")
    return numbers


def read_minutes_column(table: pd.DataFrame, name: str) -> Floats:
    """Return the column of minutes of a long table, shape (n,); inf for no path.

    Raises
    ------
    ArgumentError
        If it holds times, or what is no number of 0 or more.
    """
    column = table["minutes"]
    where = f"{name}: the column minutes"
    _refuse_times(column, where, "give numbers of minutes, with .dt.total_seconds() / 60")
    try:
        walked = column.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"{where} holds no numbers; convert it with pd.to_numeric()") from error
    for wrong, what, remedy in (
        (np.isnan(walked), "are missing", "drop the row, or give inf where there is no path"),
        (walked < 0, "are negative", "give 0 or more"),
    ):
        if wrong.any():
            row = quote_label(table.index[int(np.argmax(wrong))])
            raise ArgumentError(f"{name}, row {row}: the minutes {what}; {remedy}")
    return walked


def read_dense_minutes(table: Any, name: str) -> Floats:
    """Return a table or array of minutes as floats; inf for no path.

    Raises
    ------
    ArgumentError
        If it holds times, or what is no number.
    """
    columns = [part for _, part in table.items()] if isinstance(table, pd.DataFrame) else [table]
    for part in columns:
        _refuse_times(part, name, "give numbers of minutes: timedeltas / pd.Timedelta('1min')")
    try:
        return np.asarray(table, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"{name} holds what is no number; give minutes") from error


def _refuse_times(values: Any, where: str, remedy: str) -> None:
    """Refuse durations and dates, which numpy would take for numbers of nanoseconds."""
    kind = getattr(getattr(values, "dtype", None), "kind", "")
    if kind in ("m", "M"):
        raise ArgumentError(f"{where} holds times; {remedy}")
