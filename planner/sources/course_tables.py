"""Reads who ordered which course, the courses themselves and who teaches them.

A fault of a file, a heading or an id stops the run; a row that cannot be meant is dropped and
listed with its reason. Columns that we do not know are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from planner.brief import Brief
from planner.errors import SourceError, quote
from planner.plan import Courses
from planner.plan.moments import list_open_spans
from planner.sources._checks import (
    MAX_PEOPLE,
    Faults,
    check_columns,
    check_ids,
    note_unread_headings,
)
from planner.sources._geo_table import NOTHING_DROPPED, add_dropped_rows
from planner.sources._hours_checks import to_osm
from planner.sources._our_words import OurTable, names_each, to_our_words
from planner.sources._raw_table import RawTable
from planner.sources._read_table import is_empty, read_raw, to_numbers
from planner.sources._town_names import match_towns
from planner.sources._written_days import read_day
from planner.sources.heading_words import TABLES
from planner.sources.usual_words import translate_level

#: Rows of one table: a district orders some thousand courses in half a year.
_MOST_ROWS: Final = 100_000
#: More people in one order are a typing error.
_MOST_ORDERED: Final = 20_000
#: Behind the days of a teacher who is there all day.
_ALL_DAY: Final = " 00:00-24:00"
_DATE_LIKE: Final = "write it like 2026-07-01"
#: Columns of a layer of committees that may hold their ids.
_COMMITTEE_IDS: Final = ("committee_id", "id", "code", "编号", "编码", "代码")


@dataclass(frozen=True, eq=False)
class CourseTables(Brief):
    """What the files of `[courses]` say.

    orders : order_id, committee and town (one of them may be ""), department, course_id, people
        (int), earliest, latest (dates within the term), row.
    courses : course_id, name, field, department, minutes (float), class_least, class_most (int; the
        most is 0 for none), same_as (tuple of course_id), needs, host_levels (tuples of text),
        level, row.
    teachers : teacher_id, name, fields (tuple), level, from, dates (tuple of dates; empty where
        hours say it), hours (text in the syntax of OSM, "" for every day), row; None where the plan
        names no table of them.
    dropped : file, row, reason of what does not count.
    notes, remarks : as a `Table` has them.
    """

    orders: pd.DataFrame
    courses: pd.DataFrame
    teachers: pd.DataFrame | None
    dropped: pd.DataFrame
    notes: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


class _JudgedRows:
    """The rows of one table with the reason why each cannot be used, "" while it can."""

    def __init__(self, raw: RawTable) -> None:
        self.raw, self.given = raw, raw.rows
        self.reasons = pd.Series("", index=raw.rows.index, dtype=object)
        self.left_out = NOTHING_DROPPED

    def texts(self, column: str) -> pd.Series:
        """Return a column of text, "" where nothing stands or the table has none."""
        if column not in self.given:
            return pd.Series("", index=self.given.index, dtype=object)
        values = self.given[column]
        return values.where(~is_empty(values), "").str.strip().astype(object)

    def refuse(self, wrong: pd.Series, tell: Callable[[Any], str]) -> None:
        """Give rows a reason: what `tell` says of the label of each; the first reason stays."""
        for label in self.reasons.index[wrong.to_numpy(dtype=bool) & (self.reasons == "")]:
            self.reasons[label] = tell(label)

    def tell(self, label: Any, reason: str) -> None:
        """List that a part of a row does not count, although the row does."""
        numbers = self.raw.numbers.loc[[label]]
        self.left_out = add_dropped_rows(self.left_out, self.raw.path.name, numbers, reason)

    def numbers(self, column: str, *, needed: bool, whole: bool = True) -> pd.Series:
        """Return a column of numbers above 0, NaN where it is empty; other rows are refused."""
        texts = self.texts(column)
        values = to_numbers(texts)
        wrong = (texts != "") & ~((values > 0) & (values <= MAX_PEOPLE))
        wrong |= (values % 1 != 0) & (texts != "") & whole & ~wrong
        if needed:
            wrong |= texts == ""
        what = "a whole number" if whole else "a number"
        self.refuse(
            wrong,
            lambda label: (
                f"{column} {quote(texts[label])} is not {what} above 0"
                if texts[label]
                else f"{column} is empty"
            ),
        )
        return values.mask(wrong)

    def keep(self, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the rows that can be used, and the list of all that does not count."""
        bad = (self.reasons != "").to_numpy()
        dropped = add_dropped_rows(
            self.left_out, self.raw.path.name, self.raw.numbers[bad], self.reasons[bad]
        )
        return rows.assign(row=self.raw.numbers)[~bad].reset_index(drop=True), dropped


def load_course_tables(
    plan: Courses,
    *,
    committees: pd.DataFrame | None = None,
    towns: Collection[str] = (),
    levels: Collection[str] = (),
) -> CourseTables:
    """Read the tables that `[courses]` names.

    Parameters
    ----------
    plan
        The section.
    committees
        Those of the plan: name, optional committee_id, id or code; None where it names none.
    towns
        Names of the towns of the plan.
    levels
        Levels of stations that the plan's rules name: they stay as they are.

    Raises
    ------
    SourceError
        If a file cannot be read, a column is missing, an id is empty or stands twice, or no row of
        a table can be used.
    """
    courses, of_courses, unusable = _load_courses(plan.courses, levels)
    orders, of_orders = _load_orders(plan, courses, unusable, committees, towns)
    teachers, of_teachers = None, None
    if plan.teachers is not None:
        teachers, of_teachers = _load_teachers(plan)
    told = [one for one in (of_orders, of_courses, of_teachers) if one is not None]
    notes: list[str] = []
    for one in told:
        notes += one.notes
        if len(one.dropped):
            notes.append(f"{one.raw.path.name}: {len(one.dropped)} rows do not count or not whole; "
                         "run.json lists them")  # fmt: skip
    parts = [one.dropped for one in told if len(one.dropped)]
    return CourseTables(
        orders,
        courses,
        teachers,
        pd.concat(parts, ignore_index=True) if parts else NOTHING_DROPPED.copy(),
        notes,
        [line for one in told for line in one.raw.remarks],
    )


@dataclass(frozen=True)
class _Told:
    """What is to be said of one table."""

    raw: RawTable
    dropped: pd.DataFrame
    notes: list[str]


def _read(path: Path, kind: str, needed: tuple[str, ...], id_column: str) -> OurTable:
    """Read a table into our words; its rows get an id where they have none."""
    raw = read_raw(path)
    if len(raw.rows) > _MOST_ROWS:
        raise SourceError(
            f"{path}: {len(raw.rows):,} rows are more than the {_MOST_ROWS:,} that are read; "
            "leave out those of other terms"
        )
    table = to_our_words(raw, kind)
    rows = table.raw.rows
    by_number = "row/" + table.raw.numbers.astype(str)
    if id_column not in needed:
        ids = rows.get(id_column)
        # 序号 is an id where each row has its own.
        guessed = id_column in table.theirs
        if ids is None or (guessed and not names_each(ids)):
            rows = rows.assign(**{id_column: by_number})
    table = OurTable(RawTable(**{**vars(table.raw), "rows": rows}), table.theirs, table.told)
    check_columns(table.raw, needed, table.theirs)
    faults = Faults(table.raw)
    check_ids(faults, rows[id_column], id_column)
    faults.stop()
    return table


def _tell(table: OurTable, kind: str, dropped: pd.DataFrame) -> _Told:
    """Gather what is to be said of a table."""
    raw = table.raw
    return _Told(raw, dropped, [*raw.notes, *note_unread_headings(raw, (*TABLES[kind], "notice"))])


def _refuse_empty(path: Path, rows: pd.DataFrame, dropped: pd.DataFrame) -> None:
    """Refuse a table of which nothing is left."""
    if rows.empty:
        raise SourceError(
            f"{path}: none of its rows can be used, as {dropped['reason'].iloc[0]}; mend the file"
        )


def _split(text: str) -> tuple[str, ...]:
    """Return the parts of a cell that names several, each once."""
    for sign in "｜;；、，,":
        text = text.replace(sign, "|")
    return tuple(dict.fromkeys(part.strip() for part in text.split("|") if part.strip()))


def _load_courses(
    path: Path, levels: Collection[str]
) -> tuple[pd.DataFrame, _Told, Mapping[str, str]]:
    """Read the courses; with them, by id, why others cannot be used."""
    table = _read(path, "courses", ("course_id", "minutes"), "course_id")
    found = _JudgedRows(table.raw)
    ids = found.texts("course_id")
    minutes = found.numbers("minutes", needed=True, whole=False)
    found.refuse(minutes > 24 * 60, lambda label: f"minutes {minutes[label]:g} are over a day")
    least = found.numbers("class_least", needed=False).fillna(1)
    most = found.numbers("class_most", needed=False)
    found.refuse(
        least > most,
        lambda label: (
            f"class_least {least[label]:g} is more than class_most {most[label]:g}; "
            "lower class_least"
        ),
    )
    names = found.texts("name").where(found.texts("name") != "", ids)
    by_name = dict(zip(names, ids, strict=True))
    known = {*ids}
    same = found.texts("same_as").map(_split)
    kept = {}
    for label, id_, others in zip(ids.index, ids, same, strict=True):
        meant = [other if other in known else by_name.get(other, "") for other in others]
        for other, one in zip(others, meant, strict=True):
            if not one:
                found.tell(label, f"same_as {quote(other)} is no course; it joins nothing")
        kept[label] = tuple(one for one in meant if one and one != id_)
    rows = pd.DataFrame(
        {
            "course_id": ids,
            "name": names,
            "field": found.texts("field"),
            "department": found.texts("department"),
            "minutes": minutes,
            "class_least": least,
            "class_most": most.fillna(0),
            "same_as": pd.Series(kept, index=ids.index, dtype=object),
            "needs": found.texts("needs").map(_split),
            "level": found.texts("level"),
            "host_levels": found.texts("host_level").map(
                lambda text: tuple(translate_level(part, levels) for part in _split(text))
            ),
        }
    )
    usable, dropped = found.keep(rows)
    _refuse_empty(path, usable, dropped)
    usable = usable.astype({"class_least": np.int64, "class_most": np.int64})
    bad = found.reasons != ""
    unusable = {
        str(name): str(reason)
        for names_of in (names, ids)
        for name, reason in zip(names_of[bad], found.reasons[bad], strict=True)
    }
    return usable, _tell(table, "courses", dropped), unusable


def _load_orders(
    plan: Courses,
    courses: pd.DataFrame,
    unusable: Mapping[str, str],
    committees: pd.DataFrame | None,
    towns: Collection[str],
) -> tuple[pd.DataFrame, _Told]:
    """Read the orders: who ordered which course for how many, and when."""
    table = _read(plan.orders, "orders", ("course", "people"), "order_id")
    if not {"committee", "town"} & {*table.raw.rows}:
        raise SourceError(
            f"{plan.orders}: no column 'committee' or 'town', so nobody knows who ordered; add one"
        )
    found = _JudgedRows(table.raw)
    people = found.numbers("people", needed=True)
    found.refuse(
        people > _MOST_ORDERED,
        lambda label: (
            f"people {people[label]:.0f} are more than the {_MOST_ORDERED:,} of one order"
        ),
    )
    named, of_town = _find_places(found, committees, towns)
    course = _find_courses(found, courses, unusable)
    first, last = _find_windows(found, (plan.begin, plan.end))
    rows = pd.DataFrame(
        {
            "order_id": found.texts("order_id"),
            "committee": named,
            "town": of_town,
            "department": found.texts("department"),
            "course_id": course,
            "people": people,
            "earliest": first,
            "latest": last,
        }
    )
    usable, dropped = found.keep(rows)
    _refuse_empty(plan.orders, usable, dropped)
    return usable.astype({"people": np.int64}), _tell(table, "orders", dropped)


def _find_places(
    found: _JudgedRows, committees: pd.DataFrame | None, towns: Collection[str]
) -> tuple[pd.Series, pd.Series]:
    """Return the committee and the town that each order names, in the words of the plan."""
    names = [] if committees is None else committees["name"].astype(str).tolist()
    by_id: dict[str, str] = {}
    for column in _COMMITTEE_IDS if committees is not None else ():
        if committees is not None and column in committees:
            by_id |= dict(zip(committees[column].astype(str), names, strict=True))
    texts = found.texts("committee")
    named = match_towns(texts.map(lambda text: text if text in names else by_id.get(text, text)),
                        names)[0]  # fmt: skip
    of_town = match_towns(found.texts("town"), towns)[0]
    # A district that keeps one column for both writes the town where it orders itself.
    both = (named != "") & ~named.isin(names) & (of_town == "") & named.isin(list(towns))
    of_town, named = of_town.where(~both, named), named.where(~both, "")
    found.refuse((named == "") & (of_town == ""), lambda _: "neither committee nor town is named")
    found.refuse(
        (named != "") & ~named.isin(names),
        lambda label: f"no committee of the plan is called {quote(texts[label])}",
    )
    found.refuse(
        (named == "") & ~of_town.isin(list(towns)),
        lambda label: f"no town of the plan is called {quote(of_town[label])}",
    )
    return named, of_town


def _find_courses(
    found: _JudgedRows, courses: pd.DataFrame, unusable: Mapping[str, str]
) -> pd.Series:
    """Return the course_id of each order, by the id or the name of a course."""
    known = {*courses["course_id"]}
    by_name: dict[str, list[str]] = {}
    department = dict(zip(courses["course_id"], courses["department"], strict=True))
    for name, id_ in zip(courses["name"], courses["course_id"], strict=True):
        by_name.setdefault(name, []).append(id_)
    texts, asked = found.texts("course"), found.texts("department")

    def find(text: str, of: str) -> str:
        """Return the course of an id, else of a name: of several that of the department."""
        if text in known:
            return text
        named = by_name.get(text, [])
        mine = [id_ for id_ in named if department[id_] == of]
        found_ids = named if len(named) == 1 else mine
        return found_ids[0] if len(found_ids) == 1 else ""

    course = pd.Series(
        [find(text, of) for text, of in zip(texts, asked, strict=True)],
        index=texts.index, dtype=object,
    )  # fmt: skip
    found.refuse(texts == "", lambda _: "course is empty")
    found.refuse(
        (course == "") & texts.isin(list(unusable)),
        lambda label: f"its course {quote(texts[label])} cannot be used: {unusable[texts[label]]}",
    )
    several = pd.Series([len(by_name.get(text, [])) > 1 for text in texts], index=texts.index)
    found.refuse(
        (course == "") & several,
        lambda label: f"several courses are called {quote(texts[label])}; give the course_id",
    )
    found.refuse(course == "", lambda label: f"there is no course {quote(texts[label])}")
    return course


def _find_windows(found: _JudgedRows, term: tuple[date, date]) -> tuple[pd.Series, pd.Series]:
    """Return the first and the last day of each order, cut to the term."""
    days: dict[str, pd.Series] = {}
    for column, last in (("earliest", False), ("latest", True)):
        texts = found.texts(column)
        read = {text: read_day(text, term, last=last) for text in texts.unique() if text}
        unread = [bool(text) and read[text] is None for text in texts]
        found.refuse(
            pd.Series(unread, index=texts.index),
            partial(_say_no_date, column, texts),
        )
        other = term[1] if last else term[0]
        days[column] = pd.Series(
            [read.get(text) or other for text in texts], index=texts.index, dtype=object
        )
    first, last_day = days["earliest"], days["latest"]
    for wrong, tell in (
        (first > term[1],
         lambda label: f"earliest {first[label]} is after the last day of the term, {term[1]}"),
        (last_day < term[0],
         lambda label: f"latest {last_day[label]} is before the first day of the term, {term[0]}"),
        (first > last_day,
         lambda label: f"latest {last_day[label]} is before earliest {first[label]}"),
    ):  # fmt: skip
        found.refuse(wrong, tell)
    return first.map(lambda day: max(day, term[0])), last_day.map(lambda day: min(day, term[1]))


def _say_no_date(column: str, texts: pd.Series, label: Any) -> str:
    return f"{column} {quote(texts[label])} is no date that can be read; {_DATE_LIKE}"


def _load_teachers(plan: Courses) -> tuple[pd.DataFrame, _Told]:
    """Read who teaches what, and on which days."""
    assert plan.teachers is not None
    table = _read(plan.teachers, "teachers", ("name",), "teacher_id")
    found, term = _JudgedRows(table.raw), (plan.begin, plan.end)
    texts = found.texts("days")
    read = {text: _read_days(text, term) for text in texts.unique()}
    if "days" in table.raw.rows:
        found.refuse(texts == "", lambda _: "days is empty; write Mo-Fr, or dates")
    found.refuse(
        texts.map(lambda text: isinstance(read[text], str)),
        lambda label: f"days {quote(texts[label])} {read[texts[label]]}",
    )
    whole = {text: one for text, one in read.items() if not isinstance(one, str)}
    nothing: tuple[tuple[date, ...], str] = ((), "")
    names, ids = found.texts("name"), found.texts("teacher_id")
    rows = pd.DataFrame(
        {
            "teacher_id": ids,
            "name": names.where(names != "", ids),
            "fields": found.texts("fields").map(_split),
            "level": found.texts("level"),
            "from": found.texts("from"),
            "dates": pd.Series([whole.get(t, nothing)[0] for t in texts], index=texts.index),
            "hours": pd.Series([whole.get(t, nothing)[1] for t in texts], index=texts.index),
        }
    )
    usable, dropped = found.keep(rows)
    # No teacher is left: courses with a field have nobody, and their orders are told so.
    return usable, _tell(table, "teachers", dropped)


def _read_days(text: str, term: tuple[date, date]) -> tuple[tuple[date, ...], str] | str:
    """Return dates, or hours in the syntax of OSM; what is wrong where it is neither."""
    if not text:
        return (), ""
    parts = _split(text)
    dates = [read_day(part, term) for part in parts]
    days = tuple(sorted({day for day in dates if day is not None}))
    if len(days) and all(day is not None for day in dates):
        within = tuple(day for day in days if term[0] <= day <= term[1])
        return (within, "") if within else "lie outside the term"
    hours = _to_hours(text)
    if hours is None:
        return f"cannot be read; write Mo-Fr, or dates like {term[0]}"
    n = (term[1] - term[0]).days + 1
    calendar = [date.fromordinal(term[0].toordinal() + k) for k in range(n)]
    # Which country's holidays matters little here: hours for holidays alone name no teacher's day.
    if not any(list_open_spans(hours, day, "CN") for day in calendar):
        return "never come in the term"
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
