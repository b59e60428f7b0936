"""Reads who ordered which course, for how many people, and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from planner.errors import SourceError, quote
from planner.plan import Courses
from planner.sources._course_names import CourseNames
from planner.sources._judged_rows import JudgedRows, ToldTable, read_listed, refuse_empty, tell_of
from planner.sources._town_names import match_towns
from planner.sources._written_days import read_day

#: More people in one order are a typing error.
_MOST_ORDERED: Final = 20_000
#: Columns of a layer of committees that may hold their ids.
_COMMITTEE_IDS: Final = ("committee_id", "id", "code", "编号", "编码", "代码")


def load_orders(
    plan: Courses,
    courses: pd.DataFrame,
    unusable: Mapping[str, str],
    committees: pd.DataFrame | None,
    towns: Collection[str],
) -> tuple[pd.DataFrame, ToldTable]:
    """Read the orders: who ordered which course for how many, and when."""
    table = read_listed(plan.orders, "orders", ("course", "people"), "order_id")
    if not {"committee", "town"} & {*table.raw.rows}:
        raise SourceError(
            f"{plan.orders}: no column 'committee' or 'town', so nobody knows who ordered; add one"
        )
    found = JudgedRows(table.raw)
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
    refuse_empty(plan.orders, usable, dropped)
    return usable.astype({"people": np.int64}), tell_of(table, "orders", dropped)


def _find_places(
    found: JudgedRows, committees: pd.DataFrame | None, towns: Collection[str]
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
    found: JudgedRows, courses: pd.DataFrame, unusable: Mapping[str, str]
) -> pd.Series:
    """Return the course_id of each order, by the id or the name of a course."""
    names = CourseNames.of_table(courses)
    texts, asked = found.texts("course"), found.texts("department")
    course = pd.Series(
        [names.find(text, of) for text, of in zip(texts, asked, strict=True)],
        index=texts.index, dtype=object,
    )  # fmt: skip
    found.refuse(texts == "", lambda _: "course is empty")
    found.refuse(
        (course == "") & texts.isin(list(unusable)),
        lambda label: f"its course {quote(texts[label])} cannot be used: {unusable[texts[label]]}",
    )
    several = texts.map(lambda text: len(names.list_meant(text)) > 1).astype(bool)
    found.refuse(
        (course == "") & several,
        lambda label: f"several courses are called {quote(texts[label])}; give the course_id",
    )
    found.refuse(course == "", lambda label: f"there is no course {quote(texts[label])}")
    return course


def _find_windows(found: JudgedRows, term: tuple[date, date]) -> tuple[pd.Series, pd.Series]:
    """Return the first and the last day of each order, cut to the term."""
    first = _find_days(found, "earliest", term, last=False)
    last = _find_days(found, "latest", term, last=True)
    found.refuse(
        first > term[1],
        lambda label: f"earliest {first[label]} is after the last day of the term, {term[1]}",
    )
    found.refuse(
        last < term[0],
        lambda label: f"latest {last[label]} is before the first day of the term, {term[0]}",
    )
    found.refuse(
        first > last, lambda label: f"latest {last[label]} is before earliest {first[label]}"
    )
    return first.map(lambda day: max(day, term[0])), last.map(lambda day: min(day, term[1]))


def _find_days(found: JudgedRows, column: str, term: tuple[date, date], *, last: bool) -> pd.Series:
    """Return the days of a column; without one the first or the last of the term."""
    texts = found.texts(column)
    read = {text: read_day(text, term, last=last) for text in texts.unique() if text}
    found.refuse(
        texts.map(lambda text: text in read and read[text] is None).astype(bool),
        lambda label: (
            f"{column} {quote(texts[label])} is no date that can be read; write it like 2026-07-01"
        ),
    )
    other = term[1] if last else term[0]
    return pd.Series([read.get(text) or other for text in texts], index=texts.index, dtype=object)
