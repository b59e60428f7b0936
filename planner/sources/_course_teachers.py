"""Reads who teaches which courses, and on which days."""

from __future__ import annotations

from datetime import date
from typing import Final

import pandas as pd

from planner.errors import SourceError, quote
from planner.plan import Courses
from planner.plan.moments import list_open_spans
from planner.sources._hours_checks import to_osm
from planner.sources._judged_rows import JudgedRows, ToldTable, read_listed, split_names, tell_of
from planner.sources._written_days import read_day

#: Behind the days of a teacher who is there all day.
_ALL_DAY: Final = " 00:00-24:00"
#: Dates, or hours in the syntax of OSM where there are none; "" for every day.
_Days = tuple[tuple[date, ...], str]


def load_teachers(plan: Courses) -> tuple[pd.DataFrame, ToldTable]:
    """Read who teaches what, and on which days."""
    assert plan.teachers is not None
    table = read_listed(plan.teachers, "teachers", ("name",), "teacher_id")
    found, term = JudgedRows(table.raw), (plan.begin, plan.end)
    texts = found.texts("days")
    whole: dict[str, _Days] = {}
    faults: dict[str, str] = {}
    for text in texts.unique():
        try:
            whole[text] = _read_days(text, term)
        except SourceError as fault:
            faults[text] = str(fault)
    if "days" in table.raw.rows:
        found.refuse(texts == "", lambda _: "days is empty; write Mo-Fr, or dates")
    found.refuse(texts.isin(list(faults)), lambda label: faults[texts[label]])
    nothing: _Days = ((), "")
    names, ids = found.texts("name"), found.texts("teacher_id")
    rows = pd.DataFrame(
        {
            "teacher_id": ids,
            "name": names.where(names != "", ids),
            "fields": found.texts("fields").map(split_names),
            "level": found.texts("level"),
            "from": found.texts("from"),
            "dates": pd.Series([whole.get(t, nothing)[0] for t in texts], index=texts.index),
            "hours": pd.Series([whole.get(t, nothing)[1] for t in texts], index=texts.index),
        }
    )
    usable, dropped = found.keep(rows)
    # No teacher is left: courses with a field have nobody, and their orders are told so.
    return usable, tell_of(table, "teachers", dropped)


def _read_days(text: str, term: tuple[date, date]) -> _Days:
    """Return the days that a text names in the term; nothing for every day.

    Raises
    ------
    SourceError
        If it names none; a row with such a text is dropped.
    """
    if not text:
        return (), ""
    dates = [read_day(part, term) for part in split_names(text)]
    days = tuple(sorted({day for day in dates if day is not None}))
    if days and None not in dates:
        within = tuple(day for day in days if term[0] <= day <= term[1])
        if not within:
            raise SourceError(f"days {quote(text)} lie outside the term")
        return within, ""
    hours = _to_hours(text)
    if hours is None:
        raise SourceError(
            f"days {quote(text)} cannot be read; write Mo-Fr, or dates like {term[0]}"
        )
    n = (term[1] - term[0]).days + 1
    calendar = [date.fromordinal(term[0].toordinal() + k) for k in range(n)]
    # Which country's holidays matters little here: hours for holidays alone name no teacher's day.
    if not any(list_open_spans(hours, day, "CN") for day in calendar):
        raise SourceError(f"days {quote(text)} never come in the term")
    return (), hours


def _to_hours(text: str) -> str | None:
    """Return the days of a teacher in the syntax of OSM.

    Without times they are whole days; days of the week are none on public holidays, unless the text
    speaks of these.
    """
    hours = to_osm(text)
    if hours is None or "unknown" in hours:
        hours = to_osm(text + _ALL_DAY) or hours
    return hours if hours is None or "PH" in hours else f"{hours}; PH off"
