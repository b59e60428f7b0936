"""A table of Python in the place of a file that a plan names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd
from pydantic_core import core_schema

#: How the tables of a plan are called; files have an ending.
_NAMES: Final = re.compile(r"facilities|candidates|demand \d+|routes (sites|templates)")


# No dataclass: pydantic would write its rows out where a plan is turned into plain values.
class GivenTable:
    """A table that somebody has in Python; it is read as the same rows in a file would be.

    Parameters
    ----------
    name
        How messages and results call it.
    rows
        A GeoDataFrame, or a DataFrame with lon, lat.
    id_column
        Our name of the column of ids; where it is missing the index of the rows stands in for it,
        unless that only counts them.
    """

    def __init__(self, name: str, rows: pd.DataFrame, id_column: str = "id") -> None:
        self.name, self.rows, self.id_column = name, rows, id_column

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        """Let a section hold it as it is; where plain text is asked for, it is its name."""
        del source, handler
        written = core_schema.plain_serializer_function_ser_schema(str, when_used="json")
        return core_schema.is_instance_schema(cls, serialization=written)

    def __str__(self) -> str:
        return self.name

    @property
    def names_rows(self) -> bool:
        """Whether the index says more than the place of a row."""
        return not isinstance(self.rows.index, pd.RangeIndex)


#: Where a plan's table comes from.
TableSource = Path | GivenTable


def held_tables(run: Mapping[str, Any]) -> bool:
    """Tell whether the plan of a run held tables of Python; `run`: content of its run.json."""
    inputs = run.get("inputs")
    return isinstance(inputs, dict) and any(_NAMES.fullmatch(name) for name in inputs)
