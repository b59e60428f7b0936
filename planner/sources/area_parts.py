"""Reads the polygons of tiers and of committees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from planner.errors import SourceError, quote
from planner.sources._checks import Faults, FileRows
from planner.sources._geo_table import Table
from planner.sources.tables import load_polygons


def load_tiers(path: Path) -> Table:
    """Read polygons with a `tier` each.

    Raises
    ------
    SourceError
        If the file cannot be used, or has no such column.
    """
    table = load_polygons(path, name=None, kind="tiers")
    if "tier" not in table.rows:
        raise SourceError(f"{path}: no column 'tier'; add it")
    return table


def load_committees(path: Path, facilities: Table | None) -> Table:
    """Read the polygons of committees.

    Parameters
    ----------
    path
        Of the layer.
    facilities
        Their own stations are looked up in them; None where these cannot be read.

    Returns
    -------
    Table
        Rows with name, `kind`, `facility_id` (text, empty where not given) and `own_unplaced`
        (bool: it has a station, though nobody knows where).

    Raises
    ------
    SourceError
        If the file cannot be used, or names a station that is not there.
    """
    table = load_polygons(path, kind="committees")
    own = table.rows.get("facility_id", pd.Series("", index=table.rows.index))
    unplaced = pd.Series(False, index=own.index)
    if facilities is not None:
        unplaced = own.isin(facilities.unplaced_ids)
        known = {*facilities.rows["facility_id"], *facilities.unplaced_ids, ""}
        faults = Faults(FileRows(path, table.rows["row"]))
        faults.add_each(
            ~own.isin(known),
            own,
            lambda name: (
                f"facility_id {quote(name)} is not in {facilities.file}; correct it or leave it "
                "empty"
            ),
        )
        faults.stop()
    named = {"kind": table.rows.get("kind", ""), "facility_id": own, "own_unplaced": unplaced}
    return replace(table, rows=table.rows.assign(**named))
