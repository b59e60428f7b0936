"""Which facilities people from outside their compound may enter: one reader for every question."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.crs.array_types import Flags
from planner.errors import ArgumentError, quote, quote_label
from planner.sources.yes_no_words import YES_NO, read_words

COLUMN = "open_to_outsiders"


def find_closed(facilities: pd.DataFrame | gpd.GeoSeries, name: str = "facilities") -> Flags | None:
    """Tell which facilities serve their own compound only, shape (k,); None where nothing is said.

    Parameters
    ----------
    facilities
        Optional column `open_to_outsiders`: True or False, or the words that a table of facilities
        may have for them (docs/tables.md: yes, no, 1, 0, 是, 否, 不对外开放 ...). As in such a
        table, a row that says nothing is open.
    name
        Of the argument, for messages.

    Raises
    ------
    ArgumentError
        If a row says neither yes nor no.
    """
    if not isinstance(facilities, pd.DataFrame) or COLUMN not in facilities:
        return None
    if list(facilities.columns).count(COLUMN) > 1:
        raise ArgumentError(f"{name} has several columns {COLUMN}; keep one of them")
    values = facilities[COLUMN]
    if values.dtype == bool:
        return np.asarray(~values.to_numpy())
    flags, wrong = read_words(values, COLUMN, default=True)
    if len(wrong):
        row = int(wrong[0])
        more = f" ({len(wrong)} rows in all)" if len(wrong) > 1 else ""
        raise ArgumentError(
            f"{name}, row {quote_label(values.index[row])}: {COLUMN} "
            f"{quote(values.iloc[row])}{more}; give True or False, or {', '.join(YES_NO)}"
        )
    return ~flags
