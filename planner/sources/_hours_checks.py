"""Opening hours and services of a table: whether they can be read, and ever open."""

from collections.abc import Iterator

import pandas as pd

from planner.errors import quote
from planner.plan.moments import find_hours_fault
from planner.plan.services import parse_services
from planner.sources._checks import Faults
from planner.sources._read_table import is_empty

GOOD_EXAMPLE = "Mo-Fr 08:30-17:00; Sa,Su 09:00-16:00"


def check_hours(
    faults: Faults, numbers: pd.Series, rows: pd.DataFrame, column: str = "opening_hours"
) -> None:
    """Note opening hours that do not parse or never open; an empty text is no hours.

    Parameters
    ----------
    faults
        Of the table; told of texts that are not in the syntax of OSM's opening_hours, or of which
        nothing lies ahead.
    numbers
        Of the rows.
    rows
        The column of texts; optional `status`: what is closed for good may say so here.
    """
    for row, text, must_open in _given(numbers, rows, column):
        _check(faults, row, column, text, must_open=must_open)


def check_services(
    faults: Faults, numbers: pd.Series, rows: pd.DataFrame, column: str = "services"
) -> None:
    """Note services that cannot be told apart, and hours of theirs as `check_hours` does.

    Parameters
    ----------
    faults, numbers
        As of `check_hours`.
    rows
        Optional `status` and the column of texts, see `parse_services`.
    """
    for row, text, must_open in _given(numbers, rows, column):
        try:
            services = parse_services(text)
        except ValueError as error:
            faults.add_rows([row], f"{column} {quote(text)}: {error}")
            continue
        for name, hours in services.items():
            _check(faults, row, f"{column}: hours of {name}", hours, must_open=must_open)


def _given(numbers: pd.Series, rows: pd.DataFrame, column: str) -> Iterator[tuple[int, str, bool]]:
    """Yield row, text and whether it must open, each different text once."""
    must_open = rows["status"] != "closed" if "status" in rows else True
    texts = pd.DataFrame({"number": numbers, "text": rows[column], "must_open": must_open})
    # Many rows share a text: it is read once, and its fault told once.
    texts = texts[~is_empty(texts["text"])].drop_duplicates(["text", "must_open"])
    yield from texts.itertuples(index=False, name=None)


def _check(faults: Faults, row: int, what: str, text: str, *, must_open: bool) -> None:
    """Note one text of hours that will not do."""
    fault = find_hours_fault(text, must_open=must_open)
    if fault:
        faults.add_rows(
            [row],
            f"{what} {quote(text)} {fault}; write it like {GOOD_EXAMPLE!r}, or leave it empty",
        )
