"""Dates as people write them in sheets, and as spreadsheets keep them."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta
from typing import Final

#: Day 0 of the dates of Excel: its 1900 has a 29 February, so that from March 1900 on this holds.
_DAY_ZERO: Final = date(1899, 12, 30)
_SERIAL: Final = re.compile(r"([2-9]\d{4})(\.0+)?")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_NAME: Final = "([a-z]{3,9})\\.?"
#: What a date may look like: year, month, day, of which some may be missing.
_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})[日号]?",
        r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)",
        r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})月?",
        r"(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]?",
        r"(?P<m>\d{1,2})月",
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[-,]?(?P<name>{_NAME})[-,]?(?P<y>\d{{4}})",
        rf"(?P<name>{_NAME})(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,(?P<y>\d{{4}})",
        rf"(?P<y>\d{{4}})(?P<name>{_NAME})(?P<d>\d{{1,2}})",
    )
)
_TIME: Final = re.compile(r"[t ]\d{1,2}:\d\d(:\d\d)?(\.0+)?$")


def read_day(text: str, term: tuple[date, date], *, last: bool = False) -> date | None:
    """Read one date: 2026-07-01, 2026/7/1, 2026年7月1日, 7月1日, 1 July 2026, Excel's 46204.

    Parameters
    ----------
    text
        Of a cell. A month alone means its first or its last day; a time behind a date is left out.
        01/07/2026 can be meant in two ways and is not read.
    term
        First and last day: a date without a year is the one in it.
    last
        Whether a month alone means its last day.

    Returns
    -------
    date, or None for what cannot be read
    """
    bare = unicodedata.normalize("NFKC", text).strip().casefold()
    bare = re.sub(r"\s+", "", _TIME.sub("", bare))
    serial = _SERIAL.fullmatch(bare)
    if serial:
        return _DAY_ZERO + timedelta(days=int(serial[1]))
    for form in _FORMS:
        found = form.fullmatch(bare)
        if found:
            return _build(found.groupdict(), term, last=last)
    return None


def _build(parts: dict[str, str | None], term: tuple[date, date], *, last: bool) -> date | None:
    """Return the date of its parts, None where there is none such."""
    month = int(parts.get("m") or 0)
    name = (parts.get("name") or "").rstrip(".")
    if name:
        full = [k for k, begins in enumerate(_MONTHS, start=1) if name.startswith(begins)]
        month = full[0] if full else 0
    if not 1 <= month <= 12:
        return None
    year = int(parts.get("y") or 0)
    years = [year] if year else [*range(term[0].year, term[1].year + 1)]
    days = [_day_of(year, month, parts.get("d"), last=last) for year in years]
    real = [day for day in days if day is not None]
    within = [day for day in real if term[0] <= day <= term[1]]
    chosen = within or real
    return chosen[0] if chosen else None


def _day_of(year: int, month: int, day: str | None, *, last: bool) -> date | None:
    """Return a day of a year, None where the month has no such day."""
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    days = monthrange(year, month)[1]
    number = int(day) if day else (days if last else 1)
    return date(year, month, number) if 1 <= number <= days else None
