"""How files of sessions say days, people and places, in the language of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from planner.reports.report_words import is_missing, to_line
from planner.texts.messages import translate
from planner.texts.report_texts import REPORT_TEXTS

#: Between the parts of a list that stands in one cell.
BETWEEN = " | "


@dataclass(frozen=True)
class SessionWords:
    """The texts of one language, and what is said with them.

    language : zh or en.
    """

    language: str

    @property
    def texts(self) -> Mapping[str, str]:
        """Return the texts by key."""
        return REPORT_TEXTS[self.language]

    def say(self, key: str, **values: object) -> str:
        """Return a text with its values."""
        return self.texts[key].format(**values)

    def term(self, group: str, value: Any) -> str:
        """Return the word for a value of a column; an unknown one stays as it is."""
        text = "" if is_missing(value) else str(value)
        return self.texts.get(f"{group}_{text}", to_line(text))

    def message(self, text: Any) -> str:
        """Return what the program says in English in the language of the files."""
        told = "" if is_missing(text) else str(text)
        return to_line(translate(told) if self.language == "zh" else told)

    def weekday(self, day: Any) -> str:
        """Return the day of the week of a date."""
        return self.texts[f"ss_weekday_{read_day(day).weekday()}"]

    def place(self, host: Any, town: Any) -> str:
        """Return where a session is held."""
        if is_missing(town) or not str(town):
            return to_line(host)
        return self.say("ss_ics_where", host=to_line(host), town=to_line(town))

    def name_committee(self, row: Mapping[str, Any]) -> str:
        """Return who ordered: a committee, or the town itself."""
        name = row.get("committee")
        if not is_missing(name) and str(name):
            return to_line(name)
        return f"{to_line(row.get('town') or '')}{self.texts['ss_whole_town']}"


def read_day(day: Any) -> date:
    """Return the date of a day, which may be text."""
    if isinstance(day, datetime):
        return day.date()
    return day if isinstance(day, date) else date.fromisoformat(str(day)[:10])


def read_moment(day: Any, clock: Any) -> datetime:
    """Return local date and time of a day and a time of day like 09:30."""
    return datetime.combine(read_day(day), time.fromisoformat(str(clock)[:5]))


def join_values(value: Any) -> Any:
    """Return a list as one text, everything else as it is."""
    if isinstance(value, list | tuple | set | frozenset):
        return BETWEEN.join(map(str, value))
    return value


def split_values(value: Any) -> list[str]:
    """Return the parts of a list, or of a text that joins them."""
    if isinstance(value, list | tuple):
        return [str(part) for part in value]
    return [] if is_missing(value) or value == "" else str(value).split(BETWEEN)
