"""Tables of facilities, people and gates, in any format that `read_raw` reads.

A fault of a file, a heading or an id stops the run; a bad row is dropped and listed. Names are
data: whatever they look like, they are kept as they are.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from planner.crs import LocalGrid
from planner.errors import on_one_line, quote
from planner.plan.given_table import TableSource
from planner.sources._checks import (
    Faults,
    check_columns,
    check_ids,
    check_size,
    note_unread_headings,
    read_choices,
    read_optional_numbers,
    read_people,
    read_who_may_pass,
    read_yes_no,
    refuse_reserved,
)
from planner.sources._coordinate_columns import (
    NO_COLUMNS,
    CoordinateColumns,
    UnreadPlacesError,
)
from planner.sources._geo_table import (
    Table,
    add_dropped_rows,
    find_inside,
    given_column,
    keep_columns,
    keep_inside,
    list_coordinate_columns,
    list_dropped,
    list_dropped_rows,
    name_rows,
    note_outside,
    refuse_all_outside,
    to_table,
)
from planner.sources._heading_units import refuse_multiples
from planner.sources._hours_checks import UNKNOWN_HOURS, read_hours_column, read_services_column
from planner.sources._our_words import (
    OurTable,
    add_missing_ids,
    add_remarks,
    names_each,
    to_our_words,
)
from planner.sources._raw_table import RawTable
from planner.sources._read_given import fill_in
from planner.sources._read_table import is_empty, read_raw
from planner.sources._town_totals import load_town_totals
from planner.sources._written_numbers import clean_numbers
from planner.sources.headings import find_exact
from planner.sources.unit_classes import read_classes

__all__ = [
    "EMPTY_PEOPLE",
    "NO_COLUMNS",
    "STATUSES",
    "UNKNOWN_HOURS",
    "CoordinateColumns",
    "Table",
    "UnreadPlacesError",
    "find_inside",
    "given_column",
    "keep_inside",
    "list_dropped",
    "list_dropped_rows",
    "load_demand_units",
    "load_facilities",
    "load_gates",
    "load_town_totals",
    "note_outside",
    "refuse_all_outside",
]

STATUSES = ("open", "planned", "closed")
EMPTY_PEOPLE = "empty people counted as 0"
"""Listed among the dropped rows, although the row stays."""

_FACILITY_TEXTS = ("level", "domain", "opening_hours", "services")
_FACILITY_NUMBERS = ("capacity", "cost")
_FACILITY_COLUMNS = (
    "facility_id", "name", "lon", "lat", "status", "open_to_outsiders", *_FACILITY_TEXTS,
    *_FACILITY_NUMBERS, "approximate", "confirmed", "radius_m", "room_capacity", "visits_per_year",
)  # fmt: skip
NOTICE = "notice"
#: Other columns of a table of facilities stand in the results, but these mean something there:
#: to GeoPackages, which know no capitals, and beside them to us.
_TAKEN = (
    "fid", "geom", "rowid", "_rowid_", "oid",
    "row", "geometry", "counts", "in_ring", "joined", "reason", "unreachable", "unsure",
    "load_2sfca",
    NOTICE,
)  # fmt: skip
_TAKEN_BEGINNINGS = ("people_nearest_", "people_in_reach_", "people_only_here_")


def load_facilities(
    path: str | TableSource,
    *,
    crs: str | LocalGrid = "EPSG:4326",
    columns: Mapping[str, str] | None = None,
    levels: Collection[str] = (),
) -> Table:
    """Read the service centres.

    Parameters
    ----------
    path
        A table or layer with `name` and, in a table, `lon`, `lat`, or headings that mean the same
        (`heading_words.TABLES`); rows without a `facility_id` get one, see `make_ids`.
    crs
        Datum or EPSG code of lon, lat; for the other formats only GCJ-02 and BD-09 matter, the rest
        the file says itself.
    columns
        Our name -> heading of the file, before all that is understood without.
    levels
        Those that the plan's rules name: they stay as they are.

    Returns
    -------
    Table
        Rows with `facility_id`, `name`, `level`, `domain`, `opening_hours`, `services`, `status`
        (text, empty where not given; an empty status is `open`), `open_to_outsiders` (bool, True
        where not given), `capacity`, `cost` (numbers or NaN), where the file has them
        `approximate` (bool: the place is not confirmed, neither here nor in a column `confirmed`),
        `radius_m`, `room_capacity` and `visits_per_year` (numbers or NaN), `row`, Point geometry,
        and every other
        column as text.

    Raises
    ------
    SourceError
        If the file cannot be read, a column is missing, an id stands twice, a status is unknown,
        `open_to_outsiders` or `approximate` is neither yes nor no, opening hours never open,
        services cannot be told apart, or no row is left.
    CrsError
        If `crs` is unknown.
    """
    raw = read_raw(path)
    check_size(raw, "facilities")
    needed = ("name", *list_coordinate_columns(raw))
    table = to_our_words(raw, "facilities", columns=columns, key="facilities.columns", keep=levels)
    table = replace(table, raw=fill_in(path, table.raw))
    table = add_missing_ids(table, "facility_id", needed)
    raw = table.raw
    check_columns(raw, ("facility_id", *needed), table.theirs)
    faults, rows = Faults(raw), raw.rows.copy()
    notes = [*raw.notes, *note_unread_headings(raw, _FACILITY_COLUMNS)]
    check_ids(faults, rows["facility_id"], "facility_id")
    refuse_reserved(faults, rows["facility_id"], "facility_id")
    for column in _FACILITY_TEXTS:
        rows[column] = rows.get(column, "")
    rows["status"] = read_choices(faults, rows, "status", allowed=STATUSES, default="open")
    rows["open_to_outsiders"] = read_yes_no(faults, rows, "open_to_outsiders", default=True)
    for column in ("opening_hours", "services"):  # "none" is no text to be read as hours later
        rows[column] = rows[column].where(~is_empty(rows[column]), "")
    for read in (read_hours_column, read_services_column):
        found, remarks = read(faults, raw, rows)
        rows, notes = rows.assign(**found), notes + remarks
    if "approximate" in rows:
        unsure = read_yes_no(faults, rows, "approximate", default=False)
        # Whoever confirmed a place in a sheet of `planner locate` need not change two cells.
        rows["approximate"] = unsure & ~read_yes_no(faults, rows, "confirmed", default=False)
    given = [
        column for column in ("radius_m", "room_capacity", "visits_per_year") if column in rows
    ]
    for column in (*_FACILITY_NUMBERS, *given):
        rows[column], remarks = read_optional_numbers(faults, raw, column)
        notes += remarks
    rows["name"], remarks = name_rows(raw, rows["name"], rows["facility_id"])
    own = {*_FACILITY_COLUMNS, NOTICE}  # a notice of invented data may come from a result of ours
    others = _find_free_names([name for name in map(str, raw.rows) if name not in own])
    notes += remarks + [
        f"{raw.path.name}: the column {quote(name)} is called {quote(other)} in the results"
        for name, other in others.items()
    ]
    return faults.finish(lambda: to_table(raw, rows.rename(columns=others), notes, crs=crs))


def _find_free_names(names: Collection[str]) -> dict[str, str]:
    """Return new names for those columns of a file that would clash with others in the results."""
    taken = {*_TAKEN, *_FACILITY_COLUMNS}
    renamed = {}
    for name in names:
        free, number = name, 1
        while free.lower() in taken or free.lower().startswith(_TAKEN_BEGINNINGS):
            free = given_column(name) if number == 1 else f"{given_column(name)} {number}"
            number += 1
        taken.add(free.lower())
        if free != name:
            renamed[name] = free
    return renamed


def load_demand_units(
    path: str | TableSource,
    *,
    people: str,
    crs: str | LocalGrid = "EPSG:4326",
    id_column: str | None = None,
    keep: Collection[str] = (),
    columns: Mapping[str, str] | None = None,
    class_column: str | None = None,
    narrow: bool = False,
) -> Table:
    """Read points with people.

    Parameters
    ----------
    path
        A table or layer; a table has `lon`, `lat`.
    people
        Column with the number of people; fractions are kept, empty counts 0 and is listed.
    crs
        As in `load_facilities`.
    id_column
        Column with unique ids; without it `id` where it exists, else the number of the row.
    keep
        More columns whose text is kept, where the file has them, as `given_column(column)`.
    columns
        Our name (`id`, `lon`, `lat`, `coordinates`) -> heading of the file.
    class_column
        Column with the class of housing or settlement of each place.
    narrow
        Places are kept as numbers, see `Table`.

    Returns
    -------
    Table
        Rows with `id` (text), `people` (float), with a column of classes `class` (text, "" where it
        is empty), `row` and Point geometry.

    Raises
    ------
    SourceError
        If the file cannot be read, a column is missing, an id is empty or stands twice, people are
        negative, classes are none (see `read_classes`), or no row is left.
    CrsError
        If `crs` is unknown.
    """
    given = read_raw(path)
    check_size(given, "places with people")
    # What the plan names is looked for as the file has it, whatever else is understood.
    headings = list(map(str, given.rows))
    people = find_exact(headings, people)
    id_column = None if id_column is None else find_exact(headings, id_column)
    class_column = None if class_column is None else find_exact(headings, class_column)
    table = to_our_words(given, "people", columns=columns, key="demand.columns")
    table = replace(table, raw=fill_in(path, table.raw))
    asked = [name for name in (people, id_column, class_column) if name is not None]
    named = {name: given.rows[name] for name in asked if name in given.rows}
    raw = replace(table.raw, rows=table.raw.rows.assign(**named))
    check_columns(raw, (*asked, *list_coordinate_columns(raw)), table.theirs)
    refuse_multiples(raw.path.name, people, raw.titles)
    faults = Faults(raw)
    ids, lines = _find_unit_ids(faults, raw, table, id_column)
    texts, said = clean_numbers(raw.rows[people], "people")
    raw = add_remarks(raw, [*lines, *(f"{on_one_line(people)}: {line}" for line in said)])
    counts, reasons = read_people(faults, pd.DataFrame({people: texts}), people)
    rows = pd.DataFrame({"id": ids, "people": counts} | keep_columns(given.rows, keep))
    if class_column is not None:
        rows["class"], said = read_classes(faults, raw, class_column)
        raw = replace(raw, notes=[*raw.notes, *said])
    empty = raw.numbers[is_empty(texts)]

    def build() -> Table:
        """Put the places on the map, and list those whose people are empty."""
        units = to_table(raw, rows, raw.notes, crs=crs, reasons=reasons, narrow=narrow)
        # A row without a place is dropped and listed for that; once is enough.
        listed = empty[empty.isin(units.rows["row"])]
        dropped = add_dropped_rows(units.dropped, units.file, listed, EMPTY_PEOPLE)
        return replace(units, dropped=dropped)

    return faults.finish(build)


def _find_unit_ids(
    faults: Faults, raw: RawTable, table: OurTable, id_column: str | None
) -> tuple[pd.Series, list[str]]:
    """Return the ids of places with people, else the numbers of their rows, and what to say."""
    lines: list[str] = []
    name = id_column or ("id" if "id" in raw.rows else None)
    # A column that may be one of ids, by its heading, is one only where each row has its own.
    guessed = id_column is None and name in table.theirs and name not in table.told
    if guessed and not names_each(raw.rows["id"]):
        name, heading = None, on_one_line(table.theirs["id"])
        lines.append(f"{heading} does not tell the rows apart; they go by their numbers")
    if name is None:
        return raw.numbers.astype(str), lines
    check_ids(faults, raw.rows[name], name)
    return raw.rows[name], lines


def load_gates(
    path: str | Path,
    *,
    crs: str | LocalGrid = "EPSG:4326",
    columns: Mapping[str, str] | None = None,
    profiles: Collection[str] = (),
) -> Table:
    """Read gates that the map lacks, or knows less of.

    Parameters
    ----------
    path
        A table or layer; a table has `lon`, `lat`. Optional are `gate_id`, `name`, `hours`
        (as opening hours) and `who` may pass: residents, everyone, nobody, or profiles separated
        by ";".
    crs, columns
        As in `load_facilities`.
    profiles
        Names of the plan's own: a word of `who` that is one of them means it.

    Returns
    -------
    Table
        Rows with `gate_id` (without that column "row/" and the row), `name`, `hours` (empty:
        always), `who` (residents where not given), `row` and Point geometry. Names of profiles in
        `who` are not checked here; they stand without blanks round the ";".

    Raises
    ------
    SourceError
        If the file cannot be read, `lon` or `lat` is missing, an id stands twice, hours never open,
        `who` cannot be told, or no row is left.
    CrsError
        If `crs` is unknown.
    """
    raw = read_raw(Path(path))
    needed = list_coordinate_columns(raw)
    table = to_our_words(raw, "gates", columns=columns, key="network.gates_columns", keep=profiles)
    check_columns(table.raw, needed, table.theirs)
    # Without the column gates are called by their rows, and scenarios of today name them so.
    if "gate_id" in table.raw.rows:
        table = add_missing_ids(table, "gate_id", needed)
    raw = table.raw
    faults, given_rows = Faults(raw), raw.rows
    rows = pd.DataFrame({"gate_id": "row/" + raw.numbers.astype(str)})
    if "gate_id" in given_rows:
        check_ids(faults, given_rows["gate_id"], "gate_id")
        refuse_reserved(faults, given_rows["gate_id"], "gate_id")
        rows["gate_id"] = given_rows["gate_id"]
    for column in ("name", "hours"):
        texts = given_rows.get(column, pd.Series("", index=given_rows.index, dtype=str))
        rows[column] = texts.where(~is_empty(texts), "")
    rows["who"] = read_who_may_pass(faults, raw, "who")
    # A gate whose hours cannot be read stays as open as one without any.
    found, remarks = read_hours_column(faults, raw, rows, "hours", unread=None)
    rows = rows.assign(**found)
    known = ("gate_id", "name", "lon", "lat", "hours", "who")
    notes = [*raw.notes, *note_unread_headings(raw, known), *remarks]
    return faults.finish(lambda: to_table(raw, rows, notes, crs=crs))
