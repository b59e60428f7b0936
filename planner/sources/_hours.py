"""Opening hours and services of a table: whether they can be read, and ever open."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from planner.errors import SourceError
from planner.moments import hours_fault
from planner.services import parse_services
from planner.sources._files import is_empty

GOOD_EXAMPLE = "Mo-Fr 08:30-17:00; Sa,Su 09:00-16:00"


def check_hours(path: Path, rows: pd.DataFrame, column: str = "opening_hours") -> None:
    """Refuse opening hours that do not parse or never open; an empty text is no hours.

    Parameters
    ----------
    path
        File of the table, for the message.
    rows
        `row` and the column of texts; optional `status`: what is closed for good may say so here.

    Raises
    ------
    SourceError
        If a text is not in the syntax of OSM's opening_hours, or nothing of it lies ahead.
    """
    for row, text, must_open in _given(rows, column):
        _refuse(path, row, column, text, must_open=must_open)


def check_services(path: Path, rows: pd.DataFrame, column: str = "services") -> None:
    """Refuse services that cannot be told apart, and hours of theirs as `check_hours` does.

    Parameters
    ----------
    path
        File of the table, for the message.
    rows
        `row`, optional `status` and the column of texts, see `planner.services.parse_services`.

    Raises
    ------
    SourceError
        With the row.
    """
    for row, text, must_open in _given(rows, column):
        try:
            services = parse_services(text)
        except ValueError as error:
            raise SourceError(f"{path}: row {row}: {column} {text!r}: {error}") from None
        for name, hours in services.items():
            _refuse(path, row, f"{column}: hours of {name}", hours, must_open=must_open)


def _given(rows: pd.DataFrame, column: str) -> Iterator[tuple[int, str, bool]]:
    """Yield row, text and whether it must open, each different text once."""
    texts = rows.assign(must_open=rows["status"] != "closed" if "status" in rows else True)
    texts = texts[~is_empty(texts[column])].drop_duplicates([column, "must_open"])
    yield from texts[["row", column, "must_open"]].itertuples(index=False, name=None)


def _refuse(path: Path, row: int, what: str, text: str, *, must_open: bool) -> None:
    """Refuse one text of hours."""
    fault = hours_fault(text, must_open=must_open)
    if fault:
        raise SourceError(
            f"{path}: row {row}: {what} {text!r} {fault}; "
            f"write it like {GOOD_EXAMPLE!r}, or leave it empty"
        )
