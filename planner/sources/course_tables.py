"""Reads who ordered which course, the courses themselves and who teaches them.

A fault of a file, a heading or an id stops the run; a row that cannot be meant is dropped and
listed with its reason. Columns that we do not know are left alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from planner.errors import quote
from planner.plan import Courses
from planner.showing import Brief
from planner.sources._course_names import CourseNames
from planner.sources._course_orders import load_orders
from planner.sources._course_teachers import load_teachers
from planner.sources._geo_table import NOTHING_DROPPED
from planner.sources._judged_rows import (
    JudgedRows,
    ToldTable,
    read_listed,
    refuse_empty,
    split_names,
    tell_of,
)
from planner.sources.usual_words import translate_level


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
    orders, of_orders = load_orders(plan, courses, unusable, committees, towns)
    teachers, of_teachers = None, None
    if plan.teachers is not None:
        teachers, of_teachers = load_teachers(plan)
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


def _load_courses(
    path: Path, levels: Collection[str]
) -> tuple[pd.DataFrame, ToldTable, Mapping[str, str]]:
    """Read the courses; with them, by id, why others cannot be used."""
    table = read_listed(path, "courses", ("course_id", "minutes"), "course_id")
    found = JudgedRows(table.raw)
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
    rows = pd.DataFrame(
        {
            "course_id": ids,
            "name": names,
            "field": found.texts("field"),
            "department": found.texts("department"),
            "minutes": minutes,
            "class_least": least,
            "class_most": most.fillna(0),
            "same_as": found.texts("same_as").map(split_names),
            "needs": found.texts("needs").map(split_names),
            "level": found.texts("level"),
            "host_levels": found.texts("host_level").map(
                lambda text: tuple(translate_level(part, levels) for part in split_names(text))
            ),
        }
    )
    rows["same_as"] = _find_same(found, rows)
    usable, dropped = found.keep(rows)
    refuse_empty(path, usable, dropped)
    usable = usable.astype({"class_least": np.int64, "class_most": np.int64})
    bad = found.reasons != ""
    unusable = {
        str(name): str(reason)
        for names_of in (names, ids)
        for name, reason in zip(names_of[bad], found.reasons[bad], strict=True)
    }
    return usable, tell_of(table, "courses", dropped), unusable


def _find_same(found: JudgedRows, rows: pd.DataFrame) -> pd.Series:
    """Return the course_ids of the courses that each row is the same as.

    A name that several others have joins nothing, and neither does one that nobody has.
    """
    names, kept = CourseNames.of_table(rows), {}
    for label, id_, others in zip(rows.index, rows["course_id"], rows["same_as"], strict=True):
        same = []
        for other in others:
            meant = names.list_meant(other, without=(id_,))
            if len(meant) == 1:
                same += meant
            elif meant:
                found.tell(label, f"same_as {quote(other)} is the name of several courses, so it "
                           "joins nothing; give the course_id")  # fmt: skip
            elif other not in names.by_name:
                found.tell(label, f"same_as {quote(other)} is no course; it joins nothing")
        kept[label] = tuple(one for one in dict.fromkeys(same) if one != id_)
    return pd.Series(kept, index=rows.index, dtype=object)
