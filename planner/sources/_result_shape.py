"""Checks that files of a run have the keys and columns on which their readers rely.

Hashes tell that a file is as its run.json says; they do not tell that this version of the planner
wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import geopandas as gpd
import pandas as pd
from pandas.api.types import is_integer_dtype

_NUMBER: Final = (int, float)
#: Key of run.json -> its kind; all are needed.
_RUN: Final[Mapping[str, type]] = {
    "title": str, "language": str, "date": str, "synthetic": bool,
}  # fmt: skip
#: Key of summary.json -> its kind; all but `coverage` may be missing or null.
_SUMMARY: Final[Mapping[str, type]] = {
    "facilities": dict, "titles": dict, "completeness": dict, "uncertainty": dict,
    "warnings": list, "notes": list,
}  # fmt: skip
_COMPLETENESS: Final[Mapping[str, type]] = {"towns": list, "unknown": list}
#: Lists of rows in it -> what each row needs.
_ROWS: Final[Mapping[str, Mapping[str, type | tuple[type, ...]]]] = {
    "coverage": {
        "area": str, "kind": str, "cutoff_minutes": _NUMBER, "people": _NUMBER,
        "covered": _NUMBER, "gap": _NUMBER, "unknown": _NUMBER,
    },
    **{
        name: {}
        for name in (
            "checks", "domains", "profiles", "moments", "services", "groups", "classes",
            "only_sometimes", "conditions",
            "openings", "gaps", "gate_gains",
        )
    },
}  # fmt: skip
#: Layer of result.gpkg -> columns that are always in it.
_COLUMNS: Final[Mapping[str, frozenset[str]]] = {
    "areas": frozenset({"name", "tier"}),
    "facilities": frozenset({"facility_id", "name", "level", "status", "in_ring", "joined"}),
    "isochrones": frozenset({"facility_id", "profile", "cutoff_minutes"}),
    "demand": frozenset({"demand_id", "kind", "people", "town", "minutes", "verdict", "reason"}),
    "gaps": frozenset({"gap_id", "rank", "name", "town", "minutes", "cause"}),
    "walk_edges": frozenset({"edge_id", "length_m", "minutes", "access", "highway", "name"}),
}  # fmt: skip

#: Table that is a file of its own -> columns that are always in it.
UNIT_COLUMNS: Final[Mapping[str, frozenset[str]]] = {
    "verdicts": frozenset({
        "demand_id", "level", "profile", "moment", "cutoff_minutes", "nearest_facility_id",
        "minutes", "verdict", "reason",
    }),
    "choice_members": frozenset({"demand_id"}),
}  # fmt: skip

#: Tables that a page needs -> columns that are always in them.
PAGE_TABLES: Final[Mapping[str, frozenset[str]]] = {
    "choices": frozenset({"choice", "group", "kind", "profile", "moment", "cutoff_minutes"}),
    "choice_gaps": frozenset({"choice", "rank", "name", "town", "minutes", "cause"}),
    "choice_members": frozenset({"demand_id"}),
    "facility_hours": frozenset({"facility_id", "moment", "open"}),
    "facility_conditions": frozenset({"facility_id", "condition", "open"}),
}


def find_run_fault(content: Any) -> str:
    """Say in which respect a content is not that of run.json; "" if it is."""
    if not isinstance(content, dict):
        return "is no object"
    fault = _find_wrong_kind(content, _RUN)
    return fault or ("" if _is_date(content["date"]) else "has no date in 'date'")


def find_summary_fault(content: Any) -> str:
    """Say in which respect a content is not that of summary.json; "" if it is."""
    if not isinstance(content, dict):
        return "is no object"
    given = {key: value for key, value in content.items() if value is not None}
    fault = _find_wrong_kind(given, _SUMMARY, optional=True)
    if fault or not given.get("coverage"):
        return fault or "has no 'coverage'"
    for name, needed in _ROWS.items():
        rows = given.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            return f"has no list of rows in {name!r}"
        found = next(filter(None, (_find_wrong_kind(row, needed) for row in rows)), "")
        if found:
            return f"has a row of {name!r} that {found}"
    return _find_wrong_kind(given.get("completeness", {}), _COMPLETENESS, optional=True)


def find_layer_fault(name: str, layer: gpd.GeoDataFrame) -> str:
    """Say what a layer of result.gpkg lacks: a column, or a geometry; "" if nothing."""
    if name not in _COLUMNS:
        return ""
    missing = sorted(_COLUMNS[name] - set(layer.columns))
    if missing:
        return f"has no column {missing[0]!r} in {name!r}"
    return f"has a row without a place in {name!r}" if layer.geometry.isna().any() else ""


def find_table_fault(tables: Mapping[str, pd.DataFrame]) -> str:
    """Say what the tables of a page lack, which may all be missing; "" if nothing."""
    for name, table in tables.items():
        missing = sorted(PAGE_TABLES[name] - set(table.columns))
        if missing:
            return f"has no column {missing[0]!r} in {name!r}"
    choices, members = tables.get("choices"), tables.get("choice_members")
    if choices is None or members is None:
        return ""
    if members["demand_id"].duplicated().any():
        return "has a unit twice in 'choice_members'"
    columns = [f"choice_{number}" for number in choices["choice"]]
    wrong = [
        name
        for name in columns
        if name not in members.columns or not is_integer_dtype(members[name].dtype)
    ]
    if wrong:
        return f"has no whole numbers in {wrong[0]!r} of 'choice_members'"
    return _find_lost_gap(choices, members, tables.get("choice_gaps"))


def _find_lost_gap(choices: pd.DataFrame, members: pd.DataFrame, gaps: pd.DataFrame | None) -> str:
    """Say which choice has units of a gap that the table of gaps does not list; "" if none."""
    if gaps is None:
        return ""
    listed = gaps.groupby("choice").size()
    for number in choices["choice"]:
        if members[f"choice_{number}"].max() > listed.get(number, 0):
            return f"has no gap in 'choice_gaps' for a unit in 'choice_{number}'"
    return ""


def _find_wrong_kind(
    content: Mapping[str, Any],
    kinds: Mapping[str, type | tuple[type, ...]],
    *,
    optional: bool = False,
) -> str:
    """Say which key is missing, unless it may be, or of another kind."""
    asked = [key for key in kinds if key in content or not optional]
    wrong = next((key for key in asked if not _is_of_kind(content.get(key), kinds[key])), None)
    return "" if wrong is None else f"has no {wrong!r} as a run writes it"


def _is_of_kind(value: Any, kind: type | tuple[type, ...]) -> bool:
    """Tell whether a value is of a kind; true is no number."""
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
