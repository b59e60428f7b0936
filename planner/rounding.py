"""How values are written: decimals by the name of their column, nothing for a missing value."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

import numpy as np
import pandas as pd

MINUTES_DIGITS: Final = 3
SHARE_DIGITS: Final = 4
METRE_DIGITS: Final = 1
#: Decimals of every other number in JSON: enough for people, without a tail of binary fractions.
OTHER_DIGITS: Final = 6
_TENTH: Final = Decimal("0.1")


def find_digits(name: str) -> int | None:
    """Return how many decimals a column has by its name, None if its name says nothing."""
    if name.startswith("minutes"):
        return MINUTES_DIGITS
    if name.startswith("share") or name in {"target", "access_2sfca", "load_2sfca"}:
        return SHARE_DIGITS
    if name == "length_m":  # of a street, as fine as its minutes
        return MINUTES_DIGITS
    return METRE_DIGITS if name.endswith("_m") else None


def format_percent(share: float, target: float | None = None) -> str:
    """Write a share of people to 0.1 %: not 0 if anybody counts, not 100 if anybody is missing.

    Parameters
    ----------
    share
        0 to 1; halves of 0.1 % go up, as on the page and in a spreadsheet.
    target
        To be reached; a share that misses it is never rounded up to it.
    """
    if 0 < share < 0.0005:
        return "<0.1%"
    percent = _round_tenth(100 * (min(share, 0.999) if share < 1 else share))
    if target is not None and share < target and float(percent) >= 100 * target:
        percent = _round_tenth(100 * (math.floor(1000 * share) / 1000))
    return f"{percent}%"


def _round_tenth(number: float) -> Decimal:
    """Round to 0.1 as it is in binary; what lies in the middle goes up, not to an even digit."""
    return Decimal(float(number)).quantize(_TENTH, ROUND_HALF_UP)


def round_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with minutes, shares and metres rounded; infinite becomes empty."""
    table = table.copy()
    for name in table.columns:
        column = table[name]
        if pd.api.types.is_float_dtype(column):
            column = column.replace([np.inf, -np.inf], np.nan)
            digits = find_digits(str(name))
            table[name] = column if digits is None else column.round(digits)
    return table


def to_whole_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Turn columns of floats that are all whole into integers, as in summary.json."""
    whole = {
        name: "Int64"
        for name in table.select_dtypes("float").columns
        if (table[name].dropna() % 1 == 0).all()
    }
    return table.astype(whole)


def to_plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Turn a table into rows of plain values, or lists, rounded as outputs are; None for none."""
    return [
        {str(name): to_plain_tree(value, str(name)) for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def to_plain(value: Any, name: str = "") -> Any:
    """Turn one value into text, a number, a truth value or None."""
    # Before whole numbers: to Python true is one of them.
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return _to_plain_number(float(value), name)
    return None if value is None or value is pd.NA else str(value)


def to_plain_tree(value: Any, name: str = "") -> Any:
    """Make a tree of dicts and lists fit for JSON, each number rounded by its name."""
    if isinstance(value, dict):
        return {str(key): to_plain_tree(part, str(key)) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain_tree(part, name) for part in value]
    return to_plain(value, name)


def _to_plain_number(value: float, name: str) -> float | int | None:
    """Round by what the column holds; whole numbers lose their point."""
    if not math.isfinite(value):
        return None
    digits = find_digits(name)
    if digits is not None:
        value = round(value, digits)
    # Degrees keep their decimals: cut to six, a place could be 6 cm off.
    elif name not in {"lon", "lat"}:
        value = round(value, OTHER_DIGITS)
    return int(value) if value.is_integer() else value
