"""Reads the outline of the study area, and the polygons of tiers and of committees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from planner.errors import SourceError, quote
from planner.plan import Plan
from planner.sources._checks import Faults, FileRows
from planner.sources._geo_table import Table
from planner.sources.cache import ArrayCache
from planner.sources.control_points import find_datum
from planner.sources.polygon_table import load_polygons


def load_boundary(
    plan: Plan, *, cache: ArrayCache | None = None, anew: bool = False
) -> tuple[BaseGeometry | None, Table | None, list[str]]:
    """Read the outline of the study area, or look it up by its name.

    Parameters
    ----------
    cache
        Beside it an outline that was looked up is kept; None looks it up each time.
    anew
        Look it up whatever is kept.

    Returns
    -------
    Polygon or MultiPolygon, EPSG:4326, None where the plan has no area; the file it is from, None
    where it was looked up; and of that a line that says from where and when.

    Raises
    ------
    SourceError
        If the file cannot be used, or the place is not found.
    """
    area = plan.area
    if area is not None and area.boundary is not None:
        outline = load_polygons(area.boundary, name=None, crs=find_datum(plan, area.crs))
        # A district may come in several polygons, which are one area.
        return shapely.union_all(outline.rows.geometry.to_numpy()), outline, []
    if area is None or area.place is None:  # the plan says no more of it than what is known
        return None, None, []
    from planner.sources.place import find_place

    found = find_place(area.place, plan.fetch, cache=cache, anew=anew)
    said = (
        f"[area] place {quote(area.place)}: {found.name}, looked up at {found.server} on "
        f"{found.fetched[:10]}; planner fetch looks it up anew"
    )
    return found.outline, None, [said]


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
