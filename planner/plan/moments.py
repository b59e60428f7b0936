"""Moments at which services are asked for, and which opening hours are open then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from planner.plan._hours_parser import CLOSED, OPEN, UNKNOWN, Unreadable
from planner.plan._hours_state import Hours, find_state, list_spans, list_states, read_hours

__all__ = [
    "COUNTRY",
    "DAYS",
    "REFERENCE_MONDAY",
    "TIMEZONE",
    "USUAL_MOMENTS",
    "Day",
    "Hours",
    "Moment",
    "Unreadable",
    "are_open_at",
    "find_hours_fault",
    "in_reference_week",
    "is_always_open",
    "is_open",
    "knows_holidays",
    "list_hours_notes",
    "list_open_spans",
    "make_usual_moment",
    "may_ever_open",
    "read_hours",
]

#: The Monday of the week that a day of the week stands for. It is fixed, so that the same plan
#: always gives the same answer, and its week has no public holiday in China.
REFERENCE_MONDAY: Final = date(2026, 3, 9)
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS: Final[tuple[Day, ...]] = get_args(Day)
TIMEZONE: Final = "Asia/Shanghai"
COUNTRY: Final = "CN"

#: Hours that stay closed for longer than this count as never open: an endless search is slow.
_LONGEST_WAIT_DAYS: Final = 11 * 366
_DAY_MINUTES: Final = 24 * 60


@dataclass(frozen=True)
class Moment:
    """A point in local time at which coverage is asked for.

    Parameters
    ----------
    name
        As plan.toml and the results name it.
    title_zh, title_en
        Printed on pages.
    at
        Local date and time, without a time zone.
    timezone
        IANA name of the zone that `at` and all opening hours are in.
    country
        ISO code of the country whose public holidays `PH` in opening hours means.
    """

    name: str
    title_zh: str
    title_en: str
    at: datetime
    timezone: str = TIMEZONE
    country: str = COUNTRY

    def title(self, language: str) -> str:
        """Return the title in `zh` or `en`."""
        return self.title_zh if language == "zh" else self.title_en


#: The usual moments: name -> title in Chinese and English, day of the reference week, time.
_USUAL: Final[dict[str, tuple[str, str, Day, time]]] = {
    "weekday_morning": ("工作日上午", "weekday morning", "tuesday", time(10)),
    "weekday_evening": ("工作日晚上", "weekday evening", "tuesday", time(19, 30)),
    "saturday": ("周六上午", "Saturday morning", "saturday", time(10)),
    "night": ("深夜", "night", "tuesday", time(23)),
}
USUAL_MOMENTS: Final = tuple(_USUAL)


def make_usual_moment(name: str, *, timezone: str = TIMEZONE, country: str = COUNTRY) -> Moment:
    """Return one of the moments that need no definition, see `USUAL_MOMENTS`."""
    title_zh, title_en, day, at = _USUAL[name]
    return Moment(name, title_zh, title_en, in_reference_week(day, at), timezone, country)


def in_reference_week(day: Day, at: time) -> datetime:
    """Return the local time of a day of the reference week."""
    return datetime.combine(REFERENCE_MONDAY + timedelta(days=DAYS.index(day)), at)


def are_open_at(
    texts: Iterable[str], moment: Moment | None, *, maybe: bool = False
) -> NDArray[np.bool_]:
    """Tell which opening hours are open at a moment, shape (n,).

    Parameters
    ----------
    texts
        Hours in the syntax of OSM, checked by `find_hours_fault`; an empty text is always open.
    moment
        None: hours do not matter, so all are open.
    maybe
        What is unknown then, or cannot be read, is not open; True: it may be, and counts.

    Returns
    -------
    array of bool
        As `is_open`.
    """
    texts = list(texts)
    if moment is None:
        return np.ones(len(texts), dtype=bool)
    # Many places have the same hours: each text is judged once.
    opens = {text: _is_open(text, moment) for text in dict.fromkeys(texts)}
    found = (opens[text] for text in texts)
    return np.array([maybe if one is None else one for one in found], dtype=bool)


def is_open(hours: Hours, moment: Moment) -> bool | None:
    """Tell whether hours are open at a moment, None where OSM calls it unknown.

    Parameters
    ----------
    hours
        From `read_hours`. Hours begin with their first minute and end before their last:
        09:00-17:00 is open at 9, closed at 17. Unknown is what a comment says, such as "by
        appointment", and what follows the open end of 09:00+. Sunrise and sunset are taken as
        07:00 and 19:00, dawn and dusk as an hour before and after.
    moment
        Its time is that of the clock, summer or winter.
    """
    # A country that the library does not know has no holidays here; list_hours_notes says so.
    country = moment.country if _knows_country(moment.country) else None
    state = find_state(hours, moment.at, country)
    return None if state == UNKNOWN else state == OPEN


def list_open_spans(text: str, day: date, country: str) -> list[tuple[int, int]]:
    """List when hours are surely open on a day, in minutes from its start; ends are closed.

    Parameters
    ----------
    text
        Hours in the syntax of OSM; an empty text is open all day, what cannot be read is not.
    day
        A day of the calendar.
    country
        ISO code of the country whose public holidays `PH` means.

    Returns
    -------
    list of (begin, end)
        Apart from each other: whoever needs the place from 09:00 to 10:30 looks for one span that
        holds both.
    """
    hours = read_hours(text) if text else None
    if hours is None:
        return [(0, _DAY_MINUTES)]
    if isinstance(hours, Unreadable):
        return []
    spans: list[tuple[int, int]] = []
    for begin, end, state in list_spans(hours, day, country if _knows_country(country) else None):
        if state != OPEN:
            continue
        joined = bool(spans) and spans[-1][1] == begin
        if joined:
            begin = spans.pop()[0]
        spans.append((begin, end))
    return spans


def may_ever_open(text: str, *, since: date = REFERENCE_MONDAY) -> bool:
    """Tell whether hours open, or may open, at any time from a day on; empty ones always do.

    Parameters
    ----------
    text
        Hours that can be read.
    since
        Hours of a year gone by before this day never open. It is not today, so that the same input
        always gives the same answer.
    """
    if not text or _mentions("SH", text):  # nobody knows the school holidays
        return True
    # Public holidays of any country do: hours for holidays alone do open, only not on these days.
    states = list_states(_read_checked(text), since, _LONGEST_WAIT_DAYS, COUNTRY)
    return any(state != CLOSED for state in states)


def is_always_open(text: str, *, since: date = REFERENCE_MONDAY) -> bool:
    """Tell whether hours that can be read never close from a day on; empty ones never do."""
    if not text:
        return True
    states = list_states(_read_checked(text), since, _LONGEST_WAIT_DAYS, COUNTRY)
    return all(state == OPEN for state in states)


def find_hours_fault(text: str, *, must_open: bool = True) -> str:
    """Return what is wrong with opening hours in words that follow them, "" if nothing is.

    Parameters
    ----------
    text
        As a table or OSM gives it; empty is fine.
    must_open
        False: hours that never open are no fault.
    """
    if not text:
        return ""
    hours = read_hours(text)
    if isinstance(hours, Unreadable):
        return f"cannot be read ({hours.reason})"
    return "" if not must_open or may_ever_open(text) else f"never opens from {REFERENCE_MONDAY} on"


def list_hours_notes(texts: Iterable[str], moments: Sequence[Moment]) -> list[str]:
    """Return what a reader should know about hours with holidays at these moments, a line each.

    Parameters
    ----------
    texts
        Opening hours, empty ones too.
    moments
        Those that are computed; without any there is nothing to say.
    """
    texts = list(dict.fromkeys(texts))
    notes = []
    if any(_mentions("SH", text) for text in texts) and moments:
        notes.append("opening hours: school holidays (SH) are not known; counted as no holiday")
    if not any(_mentions("PH", text) for text in texts):
        return notes
    week = (REFERENCE_MONDAY, REFERENCE_MONDAY + timedelta(days=6))
    for country in dict.fromkeys(moment.country for moment in moments):
        # A day of the reference week stands for any such day, so no holiday is missing there.
        dated = [m for m in moments if m.country == country and not _lies_within(m.at.date(), week)]
        years = sorted({moment.at.year for moment in dated})
        unknown = [year for year in years if not knows_holidays(country, year)]
        if unknown:
            notes.append(
                f"opening hours: no public holidays (PH) of {country} are known for "
                f"{', '.join(map(str, unknown))}; counted as no holiday"
            )
        if country == COUNTRY and len(unknown) < len(years):
            notes.append(
                "opening hours: of China's public holidays (PH) only the days themselves are "
                "known, without Qingming, the days off around them and the working weekends"
            )
    return notes


def knows_holidays(country: str, year: int) -> bool:
    """Tell whether any public holiday of a country (ISO code) is known in a year."""
    from opening_hours import OpeningHours, State

    if not _knows_country(country):
        return False
    holidays = OpeningHours("PH", country=country)
    spans = holidays.intervals(datetime(year, 1, 1), datetime(year + 1, 1, 1))
    return any(state == State.OPEN for _, _, state, _ in spans)


def _mentions(holidays: str, text: str) -> bool:
    """Tell whether hours name `PH` or `SH`; what a comment says is no name."""
    hours = read_hours(text) if text else None
    return isinstance(hours, Hours) and any(
        holidays in selector for rule in hours.rules for selector in rule.days
    )


def _lies_within(day: date, span: tuple[date, date]) -> bool:
    return span[0] <= day <= span[1]


def _is_open(text: str, moment: Moment) -> bool | None:
    """Tell whether one text is open, None where nobody knows."""
    if not text:
        return True
    hours = read_hours(text)
    return is_open(hours, moment) if isinstance(hours, Hours) else None


def _read_checked(text: str) -> Hours:
    """Return hours that were checked."""
    hours = read_hours(text)
    if isinstance(hours, Unreadable):
        raise ValueError(f"opening hours {text!r} cannot be read: {hours.reason}")
    return hours


@lru_cache
def _knows_country(country: str) -> bool:
    """Tell whether the library knows a country."""
    from opening_hours import OpeningHours, UnknownCountryError  # type: ignore[attr-defined]

    try:
        OpeningHours("24/7", country=country)
    except UnknownCountryError:
        return False
    return True
