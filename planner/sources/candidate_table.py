"""Reads the table of candidate sites that a plan names."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from planner.crs import LocalGrid
from planner.errors import quote
from planner.plan import ACTIONS
from planner.plan.given_table import TableSource
from planner.sources._checks import (
    Faults,
    check_columns,
    check_ids,
    note_unread_headings,
    read_choices,
    read_optional_numbers,
    refuse_reserved,
)
from planner.sources._geo_table import Table, list_coordinate_columns, name_rows, to_table
from planner.sources._our_words import add_missing_ids, add_remarks, to_our_words
from planner.sources._read_given import fill_in
from planner.sources._read_table import is_empty, read_raw
from planner.sources._town_names import match_towns

#: Sites from the map have ids of these beginnings.
OWN_IDS = ("osm/", "frontage/")


def load_candidates(
    path: str | TableSource,
    *,
    crs: str | LocalGrid = "EPSG:4326",
    columns: Mapping[str, str] | None = None,
    towns: Collection[str] = (),
) -> Table:
    """Read candidate sites.

    Parameters
    ----------
    path
        A table or layer with `name` and, in a table, `lon`, `lat`; optional `site_id`,
        `action`, `cost`, `capacity`, `domain`, `town`.
    crs, columns
        As in `load_facilities`.
    towns
        As `load_town_totals` takes them.

    Returns
    -------
    Table
        Rows with `site_id`, `name`, `action` (new where not given), `cost`, `capacity` (numbers or
        NaN), `domain`, `town` (empty where not given), `row` and Point geometry.

    Raises
    ------
    SourceError
        If the file cannot be read, a column is missing, an id is reserved or stands twice, an
        action is unknown, a cost or a capacity is negative, or no row is left.
    CrsError
        If `crs` is unknown.
    """
    raw = read_raw(path)
    needed = ("name", *list_coordinate_columns(raw))
    table = to_our_words(raw, "candidates", columns=columns, key="candidates.columns")
    table = replace(table, raw=fill_in(path, table.raw))
    table = add_missing_ids(table, "site_id", needed, avoid=OWN_IDS)
    raw = table.raw
    if "town" in raw.rows:
        matched, said = match_towns(raw.rows["town"], towns)
        raw = add_remarks(replace(raw, rows=raw.rows.assign(town=matched)), said)
    check_columns(raw, ("site_id", *needed), table.theirs)
    faults, given = Faults(raw), raw.rows
    ids = given["site_id"]
    check_ids(faults, ids, "site_id")
    refuse_reserved(faults, ids, "site_id")
    own = ids.str.startswith(OWN_IDS)
    faults.add_each(
        own,
        ids,
        lambda id_: f"site_id {quote(id_)} begins like those of sites from the map; rename it",
    )
    known = ("site_id", "name", "lon", "lat", "action", "cost", "capacity", "domain", "town")
    rows, notes = given[["site_id", "name"]].copy(), [*raw.notes, *note_unread_headings(raw, known)]
    rows["action"] = read_choices(faults, given, "action", allowed=ACTIONS, default="new")
    for column in ("cost", "capacity"):
        rows[column], remarks = read_optional_numbers(faults, raw, column)
        notes += remarks
    for column in ("domain", "town"):
        rows[column] = given[column].where(~is_empty(given[column]), "") if column in given else ""
    rows["name"], remarks = name_rows(raw, rows["name"], ids)
    return faults.finish(lambda: to_table(raw, rows, notes + remarks, crs=crs))
