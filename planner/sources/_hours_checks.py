"""Opening hours and services of a table: read as OSM writes them or as people do, and what is not.

Hours that nobody can read are unknown hours: they stop nothing, and cover nobody for sure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import pandas as pd

from planner.errors import quote
from planner.plan.moments import Unreadable, find_hours_fault, read_hours
from planner.plan.services import parse_services, write_services
from planner.plan.written_hours import find_unread_part, to_osm_hours
from planner.sources._checks import Faults
from planner.sources._geo_table import given_column
from planner.sources._raw_table import RawTable
from planner.sources._read_table import is_empty

GOOD_EXAMPLE: Final = "Mo-Fr 08:30-17:00; Sa,Su 09:00-16:00"
#: Hours in the syntax of OSM of which nobody knows when they are.
UNKNOWN_HOURS: Final = "unknown"
#: So many different texts are named, and so many rows of each; the others are counted.
_MOST_TEXTS: Final = 20
_MOST_ROWS: Final = 5


def read_hours_column(
    faults: Faults,
    raw: RawTable,
    rows: pd.DataFrame,
    column: str = "opening_hours",
    *,
    unread: str | None = UNKNOWN_HOURS,
) -> tuple[dict[str, pd.Series], list[str]]:
    """Read a column of opening hours; an empty text is no hours.

    Parameters
    ----------
    faults
        Of the table; told of hours that can be read and never open.
    raw
        The table, for its name and the numbers of its rows.
    rows
        The column of texts; optional `status`: what is closed for good may say so here.
    unread
        What stands for hours that cannot be read; None: the text as it is written.

    Returns
    -------
    dict, list of str
        The column in the syntax of OSM, byte for byte as given where it is so already; where a text
        was written in another way, also `given_column(column)` with that. What was made of each
        text, a line each.
    """

    def read(text: str) -> str:
        """Return hours in the syntax of OSM, or what stands for those nobody can read."""
        found = to_osm(text)
        return (text if unread is None else unread) if found is None else found

    means = "changes nothing" if unread is None else "counts as unknown"
    return _read_column(faults, raw, rows, column, read, _list_hours, means)


def read_services_column(
    faults: Faults, raw: RawTable, rows: pd.DataFrame, column: str = "services"
) -> tuple[dict[str, pd.Series], list[str]]:
    """Read a column of services and their hours as `read_hours_column` does.

    Parameters
    ----------
    faults
        Also told of services that cannot be told apart, see `parse_services`.
    raw, rows
        As of `read_hours_column`.
    """

    def read(text: str) -> str:
        """Return services with their hours in the syntax of OSM."""
        services = parse_services(text)
        found = {name: to_osm(hours) if hours else "" for name, hours in services.items()}
        if found == services:
            return text
        return write_services(
            {name: UNKNOWN_HOURS if hours is None else hours for name, hours in found.items()}
        )

    return _read_column(faults, raw, rows, column, read, _list_service_hours, "counts as unknown")


def to_osm(text: str) -> str | None:
    """Return hours in the syntax of OSM, those that are so already as they are; None for neither.

    Parameters
    ----------
    text
        Not empty.
    """
    if not isinstance(read_hours(text), Unreadable):
        return text
    found = to_osm_hours(text)
    return None if found is None else found.osm


def _list_hours(column: str, text: str) -> dict[str, str]:
    """Return what is called how, and its hours."""
    return {column: text}


def _list_service_hours(column: str, text: str) -> dict[str, str]:
    """Return the hours of each service that has its own."""
    services = parse_services(text)
    return {f"{column}: hours of {name}": hours for name, hours in services.items() if hours}


def _read_column(
    faults: Faults,
    raw: RawTable,
    rows: pd.DataFrame,
    column: str,
    read: Callable[[str], str],
    list_hours: Callable[[str, str], dict[str, str]],
    means: str,
) -> tuple[dict[str, pd.Series], list[str]]:
    """Read each different text of a column once; `means`: what hours that cannot be read do."""
    read_as: dict[str, str] = {}
    made: dict[str, tuple[str, list[int]]] = {}
    for numbers, text, must_open in _given(raw.numbers, rows, column):
        try:
            read_as[text] = read(text)
            found = list_hours(column, text)
        except ValueError as error:
            faults.add_rows(numbers, f"{column} {quote(text)}: {error}")
            continue
        for what, hours in found.items():
            _check(faults, numbers, what, hours, must_open=must_open)
            made[hours] = what, []
    texts = rows[column].map(lambda text: read_as.get(text, text))
    for row, text in zip(raw.numbers, rows[column], strict=True):
        if text in read_as:
            for hours in list_hours(column, text).values():
                made[hours][1].append(int(row))
    columns = {column: texts.astype(rows[column].dtype)}
    if (texts != rows[column]).any():
        columns[given_column(column)] = rows[column].where(texts != rows[column], "")
    return columns, [f"{raw.path.name}: {note}" for note in _list_notes(made, means)]


def _given(
    numbers: pd.Series, rows: pd.DataFrame, column: str
) -> Iterator[tuple[list[int], str, bool]]:
    """Yield rows, their text and whether it must open, each different text once."""
    must_open = rows["status"] != "closed" if "status" in rows else True
    texts = pd.DataFrame({"number": numbers, "text": rows[column], "must_open": must_open})
    # Many rows share a text: it is read once, and its fault told once.
    alike = texts[~is_empty(texts["text"])].groupby(["text", "must_open"], sort=False)["number"]
    for (text, opens), found in alike:
        yield found.tolist(), str(text), bool(opens)


def _check(faults: Faults, rows: list[int], what: str, text: str, *, must_open: bool) -> None:
    """Note hours that can be read and never open."""
    osm = to_osm(text)
    fault = find_hours_fault(osm, must_open=must_open) if osm else ""
    if fault:
        faults.add_rows(
            rows,
            f"{what} {quote(text)} {fault}; write it like {GOOD_EXAMPLE!r}, or leave it empty",
        )


def _list_notes(made: dict[str, tuple[str, list[int]]], means: str) -> Iterator[str]:
    """Yield what was made of each text that is not in the syntax of OSM, a line each."""
    written = {text: found for text, found in made.items() if to_osm(text) != text}
    unread = {text: found for text, found in written.items() if to_osm(text) is None}
    read = {text: found for text, found in written.items() if text not in unread}
    # The most frequent first; of equals as in the table.
    for text, (what, rows) in sorted(read.items(), key=lambda one: -len(one[1][1]))[:_MOST_TEXTS]:
        found = to_osm_hours(text)
        assert found is not None
        kept = f"; not counted: {', '.join(found.remarks)}" if found.remarks else ""
        yield f"{what} {quote(text)} -> {found.osm} ({_count_rows(rows)}){kept}"
    if len(read) > _MOST_TEXTS:
        yield f"and {len(read) - _MOST_TEXTS} more texts of hours in words were read"
    for text, (what, rows) in list(unread.items())[:_MOST_TEXTS]:
        named = ", ".join(map(str, rows[:_MOST_ROWS]))
        more = f" and {len(rows) - _MOST_ROWS} more" if len(rows) > _MOST_ROWS else ""
        yield (
            f"row{'s' * (len(rows) > 1)} {named}{more}: {what} {quote(text)} cannot be read "
            f"(not clear: {quote(find_unread_part(text))}) and {means}; "
            f"write it like {GOOD_EXAMPLE!r}"
        )
    if len(unread) > _MOST_TEXTS:
        rows = [row for _, found in list(unread.values())[_MOST_TEXTS:] for row in found]
        number = len(unread) - _MOST_TEXTS
        yield f"{number} more texts of hours in {_count_rows(rows)} cannot be read"


def _count_rows(rows: list[int]) -> str:
    return f"{len(rows)} row{'s' * (len(rows) != 1)}"
