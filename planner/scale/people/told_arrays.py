"""What reading one [[demand]] told as text, to be put together with that of the others."""

from __future__ import annotations

from typing import Any

import pandas as pd

from planner.sources.demand_told import DemandTold
from planner.sources.group_tables import ColumnFigures

#: Columns of the figures of points, which count where they stand and are not handed on.
_AT_POINTS = ("id", "people", "row")


def told_to_json(told: DemandTold) -> dict[str, Any]:
    """Take apart what was told into what JSON can write; figures of points are left out."""
    return {
        "lines": told.lines,
        "remarks": told.remarks,
        "columns": {name: _column_to_json(one) for name, one in told.columns.items()},
    }


def told_from_json(told: dict[str, Any]) -> DemandTold:
    """Put together what `told_to_json` took apart; tables of points have no rows."""
    columns = {name: _column_from_json(one) for name, one in told["columns"].items()}
    return DemandTold(told["lines"], told["remarks"], columns)


def _column_to_json(column: ColumnFigures) -> dict[str, Any]:
    rows = None
    if column.figures is not None:
        of_towns = column.figures if "town" in column.figures else column.figures.iloc[:0]
        rows = of_towns.to_dict("records")
    of_points = column.figures is not None and "id" in column.figures
    return {
        "has_file": column.has_file, "notes": column.notes, "rows": rows, "of_points": of_points,
    }  # fmt: skip


def _column_from_json(column: dict[str, Any]) -> ColumnFigures:
    figures = None
    if column["rows"] is not None:
        names = _AT_POINTS if column["of_points"] else ("town", "people", "row")
        figures = pd.DataFrame(column["rows"], columns=list(names))
    return ColumnFigures(column["has_file"], figures, column["notes"])
