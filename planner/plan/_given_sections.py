"""Sections of a plan made in Python, where tables may stand in place of files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from planner.plan.given_table import GivenTable

#: The only column of people that needs no name.
PEOPLE = "people"


def name_tables(content: Any) -> Any:
    """Write the tables of Python among the sections of a plan as sections that name them.

    A table alone is a section: of facilities, of candidates, or of the residents of a demand. A
    path alone is that of the map.
    """
    if not isinstance(content, Mapping):
        return content
    found = dict(content)
    if isinstance(found.get("network"), str | Path):
        found["network"] = {"osm": found["network"]}
    for key, id_column in (("facilities", "facility_id"), ("candidates", "site_id")):
        if key in found:
            found[key] = _name_one(found[key], key, id_column)
    for key, table, id_column in (
        ("routes", "sites", "site_id"), ("routes", "templates", "template_id")
    ):  # fmt: skip
        if isinstance(found.get(key), Mapping):
            found[key] = _name_one(found[key], f"{key} {table}", id_column, table)
    demand = found.get("demand")
    if isinstance(demand, pd.DataFrame):
        demand = [demand]
    if isinstance(demand, list | tuple):
        found["demand"] = [
            _name_people(part, f"demand {number}") for number, part in enumerate(demand, start=1)
        ]
    return found


def _name_one(section: Any, name: str, id_column: str, key: str = "table") -> Any:
    """Return a section with the table that it holds, or that it is, under a name."""
    if isinstance(section, pd.DataFrame):
        section = {key: section}
    if isinstance(section, Mapping) and isinstance(section.get(key), pd.DataFrame):
        return {**section, key: GivenTable(name, section[key], id_column)}
    return section


def _name_people(section: Any, name: str) -> Any:
    """Return a [[demand]] with its table; a table alone holds residents."""
    if isinstance(section, pd.DataFrame):
        section = {"kind": "residential", "table": section, "people": PEOPLE}
    return _name_one(section, name, "id")
