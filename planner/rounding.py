"""How values are written: decimals by the name of their column, nothing for a missing value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MINUTES_DIGITS: Final = 3
SHARE_DIGITS: Final = 4
METRE_DIGITS: Final = 1
#: Decimals of every other number in JSON: enough for people, without a tail of binary fractions.
OTHER_DIGITS: Final = 6
_TENTH: Final = Decimal("0.1")
#: A double has no more decimals that tell two walks apart.
_MOST_DIGITS: Final = 12


@dataclass(frozen=True)
class AskedCutoffs:
    """The cutoffs that somebody may filter the files of a run by.

    minutes : of columns that begin with `minutes`; metres : of `walk_m`, metres along the way.
    """

    minutes: tuple[float, ...] = ()
    metres: tuple[float, ...] = ()

    def of_column(self, name: str) -> tuple[float, ...]:
        """Return those that a column is compared with, by its name."""
        if name.startswith("minutes"):
            return self.minutes
        return self.metres if name == "walk_m" else ()


NO_CUTOFFS: Final = AskedCutoffs()


def round_walks(
    walks: NDArray[np.float64], digits: int, cutoffs: Sequence[float]
) -> NDArray[np.float64]:
    """Round minutes or metres of walks, each on its side of every cutoff.

    A walk past a cutoff is rounded up where rounding would bring it down to the cutoff, one within
    it down where rounding would lift it beyond: `walks <= cutoff` says the same before and after.

    Parameters
    ----------
    walks : shape (n,)
        NaN and inf stay.
    digits
        Decimals; a walk between two cutoffs that lie closer than that keeps more of them.
    cutoffs
        Most that counts as within, in any order.
    """
    rounded = np.round(walks, digits)
    if not len(cutoffs):
        return rounded
    asked = np.unique(np.asarray(cutoffs, dtype=np.float64))
    passed = np.searchsorted(asked, walks)  # how many cutoffs a walk is longer than
    left = np.flatnonzero(np.searchsorted(asked, rounded) != passed)
    for more in range(digits, _MOST_DIGITS):
        if not len(left):
            return rounded
        exact, steps = walks[left], np.rint(walks[left] * 10.0**more)
        other = steps + np.where(steps / 10.0**more > exact, -1.0, 1.0)
        for tried in (other, steps):
            found = tried / 10.0**more
            same = np.searchsorted(asked, found) == passed[left]
            rounded[left[same]] = found[same]
        left = left[np.searchsorted(asked, rounded[left]) != passed[left]]
    rounded[left] = walks[left]
    return rounded


def find_digits(name: str) -> int | None:
    """Return how many decimals a column has by its name, None if its name says nothing."""
    if name.startswith("minutes"):
        return MINUTES_DIGITS
    if name.startswith("cutoff"):  # as it was asked, or walks on its other side would pass it
        return None
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


def format_share(share: float | None) -> str:
    """Write a share as `format_percent` does, or a dash where nobody can be judged."""
    return "–" if share is None or pd.isna(share) else format_percent(share)


def _round_tenth(number: float) -> Decimal:
    """Round to 0.1 as it is in binary; what lies in the middle goes up, not to an even digit."""
    return Decimal(float(number)).quantize(_TENTH, ROUND_HALF_UP)


def round_table(table: pd.DataFrame, cutoffs: AskedCutoffs = NO_CUTOFFS) -> pd.DataFrame:
    """Return a table with minutes, shares and metres rounded; infinite becomes empty.

    Walks stay on their side of the cutoffs, see `round_walks`.
    """
    table = table.copy()
    for name in table.columns:
        column = table[name]
        if pd.api.types.is_float_dtype(column):
            column = column.replace([np.inf, -np.inf], np.nan)
            digits = find_digits(str(name))
            asked = cutoffs.of_column(str(name))
            if asked and digits is not None:
                walks = column.to_numpy(dtype=np.float64, na_value=np.nan)
                column = pd.Series(round_walks(walks, digits, asked), column.index)
            elif digits is not None:
                column = column.round(digits)
            table[name] = column
    return table


def to_whole_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Turn columns of floats that are all whole into integers, as in summary.json."""
    whole = {
        name: "Int64"
        for name in table.select_dtypes("float").columns
        if (table[name].dropna() % 1 == 0).all()
    }
    return table.astype(whole)


def to_plain_rows(table: pd.DataFrame, cutoffs: AskedCutoffs = NO_CUTOFFS) -> list[dict[str, Any]]:
    """Turn a table into rows of plain values, or lists, rounded as outputs are; None for none."""
    return [
        {str(name): to_plain_tree(value, str(name), cutoffs) for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def to_plain(value: Any, name: str = "", cutoffs: AskedCutoffs = NO_CUTOFFS) -> Any:
    """Turn one value into text, a number, a truth value or None."""
    # Before whole numbers: to Python true is one of them.
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return _to_plain_number(float(value), name, cutoffs)
    return None if value is None or value is pd.NA else str(value)


def to_plain_tree(value: Any, name: str = "", cutoffs: AskedCutoffs = NO_CUTOFFS) -> Any:
    """Make a tree of dicts and lists fit for JSON, each number rounded by its name."""
    if isinstance(value, dict):
        return {str(key): to_plain_tree(part, str(key), cutoffs) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain_tree(part, name, cutoffs) for part in value]
    return to_plain(value, name, cutoffs)


def _to_plain_number(value: float, name: str, cutoffs: AskedCutoffs) -> float | int | None:
    """Round by what the column holds; whole numbers lose their point."""
    if not math.isfinite(value):
        return None
    digits = find_digits(name)
    if digits is not None:
        asked = cutoffs.of_column(name)
        value = (
            float(round_walks(np.array([value]), digits, asked)[0])
            if asked
            else round(value, digits)
        )
    # Degrees keep their decimals: cut to six, a place could be 6 cm off.
    elif name not in {"lon", "lat"} and not name.startswith("cutoff"):
        value = round(value, OTHER_DIGITS)
    return int(value) if value.is_integer() else value
