"""Reads the sites of themed routes, and the templates of what is done at them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from planner.crs import LocalGrid
from planner.errors import PlanError, quote
from planner.plan import Plan
from planner.plan.given_table import TableSource
from planner.showing import Brief, join_facts
from planner.sources._checks import (
    Faults,
    check_columns,
    check_ids,
    note_unread_headings,
    read_optional_numbers,
    refuse_reserved,
)
from planner.sources._geo_table import Table, list_coordinate_columns, name_rows, to_table
from planner.sources._hours_checks import read_hours_column
from planner.sources._our_words import add_missing_ids, to_our_words
from planner.sources._plan_reading import PlanReading
from planner.sources._raw_table import RawTable
from planner.sources._read_given import fill_in
from planner.sources._read_table import is_empty, read_raw
from planner.sources.control_points import find_datum

#: Between the themes of a site; sheets in Chinese have the signs of their keyboard.
_BETWEEN_THEMES: Final = re.compile("[|｜、;；]")
_SITE_COLUMNS: Final = (
    "site_id", "name", "lon", "lat", "theme", "dwell_minutes", "opening_hours", "group_capacity",
    "value", "volunteers", "template", "note",
)  # fmt: skip
#: A value, or volunteers of one site, beyond this is a typing error.
_MOST: Final = 1_000_000
_TEMPLATE_COLUMNS: Final = ("template_id", "name", "minutes", "text", "link")


@dataclass(frozen=True)
class RouteTables(Brief):
    """What the plan names in `[routes]`.

    sites : from `load_route_sites`.
    templates : from `load_route_templates`; None where the plan names none.
    """

    sites: Table
    templates: pd.DataFrame | None = None

    def __repr__(self) -> str:
        count = 0 if self.templates is None else len(self.templates)
        return join_facts(self, f"{len(self.sites.rows)} sites", f"{count} templates")


def read_route_tables(plan: Plan, reading: PlanReading) -> RouteTables | None:
    """Read the tables of `[routes]`; None where the plan has no such section or one has a fault."""
    keys, templates = plan.routes, None
    if keys is None:
        return None
    named = keys.templates
    if named is not None:
        templates = reading.try_part(
            lambda: load_route_templates(named, columns=keys.templates_columns)
        )
        reading.take(templates)
        if templates is None:
            return None
    sites = reading.try_table(
        lambda: load_route_sites(
            keys.sites,
            crs=find_datum(plan, keys.crs),
            columns=keys.columns,
            templates=None if templates is None else list(templates["template_id"]),
        ),
        lambda table: _check_themes(keys.themes, table),
    )
    if sites is None:
        return None
    if len(sites.dropped):
        reading.lines.append(
            f"{keys.sites.name}: {len(sites.dropped)} rows are no sites of routes; run.json lists "
            "them"
        )
    return RouteTables(sites, templates)


def load_route_sites(
    path: TableSource,
    *,
    crs: str | LocalGrid = "EPSG:4326",
    columns: Mapping[str, str] | None = None,
    templates: Collection[str] | None = None,
) -> Table:
    """Read the sites that routes may lead to.

    Parameters
    ----------
    path
        A table or layer with `name`, `theme` (several with "|" between), `dwell_minutes` and, in a
        table, `lon`, `lat`; optional `site_id`, `opening_hours`, `group_capacity`, `value`,
        `volunteers`, `template`, `note`.
    crs, columns
        As in `load_facilities`.
    templates
        template_id of those there are; None: `template` may be any text.

    Returns
    -------
    Table
        Rows with `site_id`, `name`, `theme` (with " | " between), `dwell_minutes`, `opening_hours`
        (empty: always open), `group_capacity` (NaN: any), `value` (1 where not given),
        `volunteers` (whole, rounded up; 1 where not given), `template`, `note` (empty where not
        given), `row` and Point geometry. Rows without a theme or without minutes are dropped. In
        `rows.attrs`, `called`: site_id and name of each row of the file by its number.

    Raises
    ------
    SourceError
        If the file cannot be read, a column is missing, an id is reserved or stands twice, hours
        never open, a number is negative, a template is unknown, or no row is left.
    CrsError
        If `crs` is unknown.
    """
    given = read_raw(path)
    needed = ("name", *list_coordinate_columns(given), "theme", "dwell_minutes")
    table = to_our_words(given, "route sites", columns=columns, key="routes.columns")
    table = replace(table, raw=fill_in(path, table.raw))
    table = add_missing_ids(table, "site_id", needed)
    raw = table.raw
    check_columns(raw, ("site_id", *needed), table.theirs)
    faults, texts = Faults(raw), raw.rows
    check_ids(faults, texts["site_id"], "site_id")
    refuse_reserved(faults, texts["site_id"], "site_id")
    rows, notes = texts[["site_id", "name"]].copy(), list(raw.notes)
    notes += note_unread_headings(raw, _SITE_COLUMNS)
    rows["theme"] = texts["theme"].where(~is_empty(texts["theme"]), "").map(_write_themes)
    for column in ("opening_hours", "template", "note"):
        rows[column] = _read_texts(texts, column)
    numbers, remarks = _read_site_numbers(faults, raw)
    rows, notes = rows.assign(**numbers), notes + remarks
    if templates is not None:
        _check_templates(faults, rows["template"], list(templates))
    found, remarks = read_hours_column(faults, raw, rows)
    rows, notes = rows.assign(**found), notes + remarks
    rows["name"], remarks = name_rows(raw, rows["name"], rows["site_id"])
    reasons = _find_reasons(rows, texts)
    table_of_sites = faults.finish(
        lambda: to_table(raw, rows, notes + remarks, crs=crs, reasons=reasons)
    )
    # What dropped rows are called, too.
    called = zip(rows["site_id"].tolist(), rows["name"].tolist(), strict=True)
    table_of_sites.rows.attrs["called"] = dict(
        zip(np.asarray(raw.numbers).tolist(), called, strict=True)
    )
    return table_of_sites


def _read_site_numbers(faults: Faults, raw: RawTable) -> tuple[dict[str, pd.Series], list[str]]:
    """Read the numbers of sites, and what is to be said of them."""
    numbers, notes = {}, []
    for column in ("dwell_minutes", "group_capacity", "value", "volunteers"):
        numbers[column], remarks = read_optional_numbers(faults, raw, column)
        # A row without minutes is dropped, and listed for that.
        notes += remarks if column != "dwell_minutes" else []
    for column in ("value", "volunteers"):
        much = numbers[column] > _MOST
        faults.add(much, f"{column} is more than {_MOST:,}; give a smaller number, or nothing")
        numbers[column] = numbers[column].where(~much).fillna(1.0)
    numbers["volunteers"] = np.ceil(numbers["volunteers"]).astype(np.int64)
    return numbers, notes


def _check_templates(faults: Faults, named: pd.Series, templates: list[str]) -> None:
    """Note the sites that name a template which is none."""
    known = ", ".join(templates[:10]) + (" ..." if len(templates) > 10 else "")
    faults.add_each(
        (named != "") & ~named.isin(templates),
        named,
        lambda text: f"template {quote(text)} is no template_id; give {known}, or nothing",
    )


def load_route_templates(
    path: TableSource, *, columns: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Read what visits are made of.

    Parameters
    ----------
    path
        A table with `template_id`, `name`; optional `minutes`, `text`, `link`.
    columns
        Our name -> heading of the file.

    Returns
    -------
    DataFrame
        `template_id`, `name`, `minutes` (NaN where not given), `text`, `link` (empty where not
        given), `row`; in `attrs`, `notes` and `remarks` as a `Table` has them.

    Raises
    ------
    SourceError
        If the file cannot be read, a column is missing, an id stands twice or minutes are negative.
    """
    raw = read_raw(path)
    table = to_our_words(raw, "route templates", columns=columns, key="routes.templates_columns")
    raw = fill_in(path, table.raw)
    check_columns(raw, ("template_id", "name"), table.theirs)
    faults = Faults(raw)
    check_ids(faults, raw.rows["template_id"], "template_id")
    rows = raw.rows[["template_id", "name"]].copy()
    rows["minutes"], remarks = read_optional_numbers(faults, raw, "minutes")
    for column in ("text", "link"):
        rows[column] = _read_texts(raw.rows, column)
    rows["name"], unnamed = name_rows(raw, rows["name"], rows["template_id"])
    faults.stop()
    rows["row"] = raw.numbers
    notes = [*raw.notes, *note_unread_headings(raw, _TEMPLATE_COLUMNS), *remarks, *unnamed]
    rows.attrs |= {"notes": notes, "remarks": raw.remarks}
    return rows


def split_themes(text: str) -> list[str]:
    """Return the themes of a site, each once, in their order."""
    parts = (part.strip() for part in _BETWEEN_THEMES.split(text))
    return list(dict.fromkeys(part for part in parts if part))


def list_themes(texts: Sequence[str]) -> list[str]:
    """Return all themes of some sites, in the order of their letters."""
    return sorted({theme for text in texts for theme in split_themes(text)})


def _write_themes(text: str) -> str:
    """Return themes as the results write them; GeoJSON may give them as a list."""
    if text.lstrip().startswith("["):
        with suppress(ValueError):
            listed = json.loads(text)
            text = "|".join(theme for theme in listed if isinstance(theme, str))
    return " | ".join(split_themes(text))


def _read_texts(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return a column of text, empty where there is none."""
    if column not in rows:
        return pd.Series("", index=rows.index, dtype=str)
    return rows[column].where(~is_empty(rows[column]), "")


def _find_reasons(rows: pd.DataFrame, texts: pd.DataFrame) -> pd.Series:
    """Say why rows are no sites, "" where they are."""
    reasons = pd.Series("", index=rows.index, dtype=str)
    reasons[rows["theme"] == ""] = "theme is empty"
    lacking = rows["dwell_minutes"].isna()
    given = lacking & ~is_empty(texts["dwell_minutes"])
    reasons[lacking] = "dwell_minutes is empty"
    reasons[given] = "dwell_minutes " + texts["dwell_minutes"][given].map(quote) + " is no number"
    return reasons


def _check_themes(themes: Sequence[str], table: Table) -> None:
    """Refuse themes of the plan that no site has."""
    known = list_themes(table.rows["theme"].tolist())
    for theme in themes:
        if theme not in known:
            raise PlanError(
                f"routes.themes: {quote(theme)} is the theme of no site in {table.file}; "
                f"give {', '.join(known[:20])}"
            )
