"""Reads the table of candidate sites that a plan names."""

from pathlib import Path

from planner.errors import SourceError
from planner.plan import ACTIONS
from planner.sources._checks import (
    check_ids,
    need_columns,
    one_of,
    optional_numbers,
    refuse_reserved,
)
from planner.sources._files import is_empty, read_raw
from planner.sources.tables import Table, coordinates_of, to_table

#: Sites from the map have ids of these beginnings.
OWN_IDS = ("osm/", "frontage/")


def load_candidates(path: str | Path, *, crs: str = "EPSG:4326") -> Table:
    """Read candidate sites.

    Parameters
    ----------
    path
        CSV, GeoJSON or GeoPackage with `site_id`, `name` and, in a CSV, `lon`, `lat`; optional
        `action`, `cost`, `capacity`, `domain`, `town`.
    crs
        As in `load_facilities`.

    Returns
    -------
    Table
        Rows with `site_id`, `name`, `action` (new where not given), `cost`, `capacity` (numbers or
        NaN), `domain`, `town` (empty where not given), `row` and Point geometry.

    Raises
    ------
    SourceError
        If the file cannot be read, a column is missing, an id is empty, reserved or stands twice,
        an action is unknown, a cost or a capacity is negative, or no row is left.
    CrsError
        If `crs` is unknown.
    """
    path = Path(path)
    raw = read_raw(path)
    need_columns(path, raw.rows, ("site_id", "name", *coordinates_of(raw)))
    check_ids(path, raw.rows, "site_id")
    refuse_reserved(path, raw.rows, "site_id")
    for row, text in zip(raw.rows["row"], raw.rows["site_id"], strict=True):
        if text.startswith(OWN_IDS):
            raise SourceError(
                f"{path}: row {row}: site_id {text!r} begins like those of sites from the map; "
                "rename it"
            )
    rows, notes = raw.rows[["site_id", "name", "row"]].copy(), list(raw.notes)
    given = raw.rows
    rows["action"] = one_of(path, given, "action", allowed=ACTIONS, default="new")
    for column in ("cost", "capacity"):
        rows[column], remarks = optional_numbers(path, given, column)
        notes += remarks
    for column in ("domain", "town"):
        rows[column] = given[column].where(~is_empty(given[column]), "") if column in given else ""
    nameless = is_empty(rows["name"])
    rows["name"] = rows["name"].where(~nameless, rows["site_id"])
    if nameless.any():
        notes.append(f"{path.name}: {nameless.sum()} rows without a name are called by their id")
    return to_table(path, raw, rows, notes, crs=crs)
