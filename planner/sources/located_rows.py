"""Finds places for the rows of a table that have none, among what a plan names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyproj

from planner.plan import Plan
from planner.showing import Brief
from planner.sources.control_points import find_datum
from planner.sources.known_places import load_known_places
from planner.sources.locating import Located, locate_rows
from planner.sources.unplaced_rows import RowTable, load_row_table


@dataclass(frozen=True)
class LocatedRows(Brief):
    """A table, and the candidates of each of its rows without a place, in the order of the file.

    crs : metric, of the candidates; language : of the plan; datum_name : of the table's
    coordinates, as the plan says it; notes : what the reader should know.

    Examples
    --------
    >>> import pandas as pd
    >>> import planner
    >>> town = planner.load_example()
    >>> pd.DataFrame({"name": ["Willow Court"]}).to_csv("stations.csv", index=False)
    >>> located = planner.locate_table(town.plan, "stations.csv")
    >>> located.found[0].candidates[0].label
    'Willow Court'
    """

    table: RowTable
    found: tuple[Located, ...]
    crs: pyproj.CRS
    language: str
    datum_name: str = "EPSG:4326"
    notes: tuple[str, ...] = ()


def locate_table(plan: Plan, path: str | Path) -> LocatedRows:
    """Find where the rows of a table may be, by their names and addresses; nothing is fetched.

    Parameters
    ----------
    plan
        Its extract, polygons and tables are searched.
    path
        A table with `name` or `address` of which rows lack coordinates; those it has are in
        `plan.facilities.crs`.

    Raises
    ------
    PlannerError
        If a file cannot be read, or there is nothing to locate.

    Examples
    --------
    >>> import pandas as pd
    >>> import planner
    >>> town = planner.load_example()
    >>> pd.DataFrame({"name": ["Willow Court"]}).to_csv("stations.csv", index=False)
    >>> len(planner.locate_table(town.plan, "stations.csv").found)
    1
    """
    facilities = plan.facilities
    datum = find_datum(plan, facilities.crs)
    table = load_row_table(Path(path), crs=datum, columns=facilities.columns)
    known = load_known_places(plan, table)
    found = locate_rows(table.asked(), known.gazetteer)
    notes = (*table.remarks, *known.notes)
    return LocatedRows(table, tuple(found), known.crs, plan.language, facilities.crs, notes)
