"""The workbook of sessions: when and where, who goes where, who has none and why, who is full."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from planner.reports.report_words import is_missing, to_line
from planner.reports.session_words import SessionWords, split_values
from planner.reports.workbook._book import Imprint, PlainBook
from planner.reports.workbook._columns import Field, Form, keep_filled

_Row = Mapping[str, Any]
_NOTES_WIDTH: Final = 110.0


@dataclass(frozen=True)
class SessionSheets:
    """Rows of the sheets, by what they are; `notes` are lines of text.

    courses : name of each course by its id, for lists of courses.
    """

    sessions: Sequence[_Row]
    attendance: Sequence[_Row]
    unmet: Sequence[_Row]
    merges: Sequence[_Row]
    hosts: Sequence[_Row]
    committees: Sequence[_Row]
    dropped: Sequence[_Row]
    notes: Sequence[str]
    courses: Mapping[str, str]


def write_sessions_book(
    path: Path,
    sheets: SessionSheets,
    words: SessionWords,
    *,
    title: str,
    day: str,
    notice: str,
    credit: str,
    cutoff: float,
) -> None:
    """Write a workbook with a sheet each for sessions, attendance, unmet orders, merges and hosts.

    Parameters
    ----------
    path
        The .xlsx; the same sheets give the same bytes.
    words
        Of the language of the plan.
    title, day
        Of the place; the day on which it was made, ISO.
    notice, credit
        Of invented data, else ""; whose streets the walks follow.
    cutoff
        Minutes that no longer walk may seem to keep.
    """
    heading = words.say("ss_title", title=to_line(title))
    book = PlainBook(
        Imprint(words.language, words.texts, to_line(title), heading, day, notice, credit, cutoff)
    )
    writer = _SheetColumns(words, sheets)
    hosted = {str(row["session_id"]): row for row in sheets.sessions}
    for key, rows, columns, frozen in (
        ("ss_sessions", sheets.sessions, writer.list_sessions(), 2),
        ("ss_attendance", sheets.attendance, writer.list_attendance(hosted), 2),
        ("ss_unmet", sheets.unmet, writer.list_unmet(), 2),
        ("ss_merges", sheets.merges, writer.list_merges(), 1),
        ("ss_hosts", sheets.hosts, writer.list_hosts(), 1),
        ("ss_committees", sheets.committees, writer.list_committees(), 2),
        ("ss_dropped", sheets.dropped, writer.list_dropped(), 1),
    ):
        if key == "ss_dropped" and not rows:
            continue
        sheet = book.add_sheet(key)
        if rows:
            sheet.write_table(keep_filled(columns), frozen=frozen)
        else:
            sheet.write_line(words.texts["ss_nothing"])
        sheet.close()
    about = book.add_sheet("ss_notes")
    about.widen([_NOTES_WIDTH])
    for line in sheets.notes:
        about.write_line(line)
    about.close()
    book.save(path)


@dataclass(frozen=True)
class _SheetColumns:
    """Columns of each sheet."""

    words: SessionWords
    sheets: SessionSheets

    def list_sessions(self) -> list[Field]:
        """Return the columns of the sessions, in the order of the calendar."""
        column = self._columns_of(self.sheets.sessions)
        return [
            *self._when(self.sheets.sessions),
            column("ss_course", "course", wide=30),
            column("ss_field", "field"),
            column("ss_host", "host", wide=30),
            column("ss_level", "host_level", say=lambda value: self.words.term("level", value)),
            column("ss_town", "town"),
            column("ss_teacher", "teacher"),
            column("ss_people", "people", form="people"),
            column("ss_seats", "seats", form="people"),
            column("ss_orders", "orders", form="people"),
            column("ss_courses", "courses", say=self._say_merged, wide=40),
            column("ss_session", "session_id", printed=False),
        ]  # fmt: skip

    def list_attendance(self, hosted: Mapping[str, _Row]) -> list[Field]:
        """Return the columns of who goes where; `hosted` has the sessions by their id."""
        rows, texts = self.sheets.attendance, self.words.texts
        column = self._columns_of(rows)
        sessions: list[_Row] = [hosted.get(str(row["session_id"]), {}) for row in rows]
        hosts = [to_line(one.get("host") or "") for one in sessions]
        return [
            column("ss_town", "town"),
            self._committee(rows),
            column("ss_ordered_by", "ordered_by",
                   say=lambda value: self.words.term("ss_ordered_by", value)),
            column("ss_course", "course", wide=30),
            column("ss_department", "department"),
            column("ss_people", "people", form="people"),
            *self._when(sessions)[:3],
            Field(texts["ss_host"], hosts, wide=30),
            column("ss_minutes", "minutes", form="minutes"),
            column("ss_by", "by", say=lambda value: self.words.term("ss_by", value)),
            column("ss_order", "order_id", printed=False),
            column("ss_session", "session_id", printed=False),
        ]  # fmt: skip

    def list_unmet(self) -> list[Field]:
        """Return the columns of orders without a session."""
        column = self._columns_of(self.sheets.unmet)
        return [
            column("ss_town", "town"),
            self._committee(self.sheets.unmet),
            column("ss_course", "course", wide=30),
            column("ss_people", "people", form="people"),
            column("ss_reason", "reason", say=self.words.message, wide=36),
            column("ss_change", "smallest_change", say=self.words.message, wide=52),
            column("ss_order", "order_id", printed=False),
        ]

    def list_merges(self) -> list[Field]:
        """Return the columns of classes in which several orders are taught as one."""
        column = self._columns_of(self.sheets.merges)
        join = self.words.texts["rp_list"].join
        return [
            column("ss_courses", "courses", say=self._say_courses, wide=46),
            column("ss_departments", "departments", wide=40,
                   say=lambda value: join(map(to_line, split_values(value)))),
            column("ss_orders", "orders", form="people"),
            column("ss_spared", "people_spared", form="people"),
            column("ss_class", "class_id", printed=False),
        ]  # fmt: skip

    def list_hosts(self) -> list[Field]:
        """Return the columns of the stations that hold sessions."""
        column = self._columns_of(self.sheets.hosts)
        return [
            column("ss_host", "name", wide=36),
            column("ss_level", "level", say=lambda value: self.words.term("level", value)),
            column("ss_town", "town"),
            column("ss_seats", "seats", form="people"),
            column("ss_sessions_held", "sessions", form="people"),
            column("ss_people", "people", form="people"),
            column("ss_hours", "hours", form="number"),
            column("ss_fill", "fill", form="share"),
            column("ss_load", "load_2sfca", form="number"),
        ]

    def list_committees(self) -> list[Field]:
        """Return the columns of committees: what they ordered, what they got, what is near."""
        rows = self.sheets.committees
        column = self._columns_of(rows)
        names = {str(row["facility_id"]): to_line(row["name"]) for row in self.sheets.hosts}
        return [
            column("ss_town", "town"),
            self._committee(rows),
            column("ss_ordered", "people", form="people"),
            column("ss_by_walk", "by_walk", form="people"),
            column("ss_by_far", "by_far", form="people"),
            column("ss_by_coach", "by_coach", form="people"),
            column("ss_unmet_people", "unmet", form="people"),
            column("ss_nearest", "nearest_host_id", wide=30,
                   say=lambda value: names.get(str(value), to_line(value))),
            column("ss_minutes", "minutes", form="minutes"),
            column("ss_score", "score_2sfca", form="number"),
        ]  # fmt: skip

    def list_dropped(self) -> list[Field]:
        """Return the columns of rows that were left out."""
        rows = self.sheets.dropped
        column = self._columns_of(rows)
        return [
            column("ss_file", "file"),
            column("ss_row", "row", form="people"),
            column("ss_reason", "reason", say=self.words.message, wide=90),
        ]

    def _when(self, sessions: Sequence[_Row]) -> list[Field]:
        """Return date, day of the week, begin and end of sessions; nothing for none."""
        texts = self.words.texts
        days = [row.get("day") for row in sessions]
        return [
            Field(texts["ss_day"], ["" if is_missing(day) else str(day)[:10] for day in days]),
            Field(texts["ss_weekday"],
                  ["" if is_missing(day) else self.words.weekday(day) for day in days]),
            Field(texts["ss_begin"], [str(row.get("begin") or "")[:5] for row in sessions]),
            Field(texts["ss_end"], [str(row.get("end") or "")[:5] for row in sessions]),
        ]  # fmt: skip

    def _committee(self, rows: Sequence[_Row]) -> Field:
        """Return who ordered."""
        names = [self.words.name_committee(row) for row in rows]
        return Field(self.words.texts["ss_committee"], names, wide=30)

    def _say_courses(self, value: Any) -> str:
        """Return the names of the courses of a list of ids."""
        names = [to_line(self.sheets.courses.get(one, one)) for one in split_values(value)]
        return self.words.texts["rp_list"].join(names)

    def _say_merged(self, value: Any) -> str:
        """Return the names of courses that are taught as one; nothing for one alone."""
        return self._say_courses(value) if len(split_values(value)) > 1 else ""

    def _columns_of(self, rows: Sequence[_Row]) -> Callable[..., Field]:
        """Return what makes a column of rows by key of its heading and name of the column."""

        def make(
            key: str,
            name: str,
            *,
            form: Form = "text",
            say: Callable[[Any], str] | None = None,
            wide: float = 24.0,
            printed: bool = True,
        ) -> Field:
            """Return one column."""
            values = [row.get(name) for row in rows]
            if say is not None:
                values = ["" if is_missing(value) else say(value) for value in values]
            return Field(self.words.texts[key], values, form, wide=wide, printed=printed)

        return make
