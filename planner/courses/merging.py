"""Which courses are taught as one: those that are `same_as` one another, over steps too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from planner.courses.chosen_sessions import BETWEEN, MERGE_COLUMNS, to_table


@dataclass(frozen=True)
class CourseClass:
    """Courses that are taught as one; it asks for what each of them asks for.

    courses : course_id of those that are ordered. minutes : of the longest. least, most : of the
    strictest (most is 0 for none). needs, host_levels : services that a station must offer, levels
    that it may have (none: any). level : of the teacher, "" for any. fields : the teacher knows
    one of them; none: anybody.
    """

    class_id: str
    courses: tuple[str, ...]
    minutes: float
    least: int
    most: int
    needs: tuple[str, ...]
    host_levels: tuple[str, ...]
    level: str
    fields: tuple[str, ...]


def join_courses(
    courses: pd.DataFrame, ordered: Iterable[str]
) -> tuple[list[CourseClass], list[str]]:
    """Join the courses that are `same_as` one another, over several steps too.

    Parameters
    ----------
    courses
        course_id, minutes, class_least, class_most, same_as, needs, host_levels, level, field; as
        `CourseTables` has them.
    ordered
        course_id of the courses that somebody ordered: others join, and are not held.

    Returns
    -------
    list of CourseClass, list of str
        In the order of the table; and what cannot be taught as one although it is `same_as`, a
        line each.
    """
    place = {id_: k for k, id_ in enumerate(courses["course_id"])}
    wanted = {*ordered}
    rows = courses.set_index("course_id", drop=False)
    parts: list[list[str]] = []
    notes = []
    for same in _group_same(courses):
        group = [id_ for id_ in same if id_ in wanted]
        if not group:
            continue
        why = _find_contradiction(rows.loc[group])
        if why:
            names = ", ".join(group)
            notes.append(f"courses {names} are same_as one another and are not merged: {why}")
        parts += [[id_] for id_ in group] if why else [group]
    parts.sort(key=lambda group: place[group[0]])
    width = max(3, len(str(len(parts))))
    return [
        _to_class(f"C{number:0{width}}", rows.loc[group])
        for number, group in enumerate(parts, start=1)
    ], notes


def _group_same(courses: pd.DataFrame) -> list[list[str]]:
    """Return the courses in groups of those that are `same_as` one another, over steps too."""
    numbers = {id_: k for k, id_ in enumerate(courses["course_id"])}
    pairs = [
        (numbers[id_], numbers[other])
        for id_, others in zip(courses["course_id"], courses["same_as"], strict=True)
        for other in others
        if other in numbers  # a course whose row cannot be used joins nothing
    ]
    n = len(numbers)
    one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    links = coo_array((np.ones(len(pairs)), (one, other)), shape=(n, n))
    _, label = connected_components(links, directed=False)
    groups: dict[int, list[str]] = {}
    for id_, group in zip(courses["course_id"], label.tolist(), strict=True):
        groups.setdefault(group, []).append(id_)
    return list(groups.values())


def _find_contradiction(rows: pd.DataFrame) -> str:
    """Return why courses cannot be one class, "" where they can."""
    if len(rows) == 1:
        return ""
    levels = [{*given} for given in rows["host_levels"] if given]
    if levels and not set.intersection(*levels):
        return "no level of station may hold all of them"
    if len({level for level in rows["level"] if level}) > 1:
        return "they want teachers of different levels"
    most = rows.loc[rows["class_most"] > 0, "class_most"]
    if len(most) and rows["class_least"].max() > most.min():
        return "class_least of one is more than class_most of another"
    return ""


def _to_class(class_id: str, rows: pd.DataFrame) -> CourseClass:
    """Return the class of some courses, which do not contradict each other."""
    most = rows.loc[rows["class_most"] > 0, "class_most"]
    levels = [given for given in rows["host_levels"] if given]
    shared = [one for one in levels[0] if all(one in given for given in levels)] if levels else []
    return CourseClass(
        class_id,
        tuple(rows["course_id"]),
        float(rows["minutes"].max()),
        int(rows["class_least"].max()),
        int(most.min()) if len(most) else 0,
        tuple(dict.fromkeys(need for needs in rows["needs"] for need in needs)),
        tuple(shared),
        next((level for level in rows["level"] if level), ""),
        tuple(dict.fromkeys(name for name in rows["field"] if name)),
    )


def list_merges(classes: list[CourseClass], orders: pd.DataFrame) -> pd.DataFrame:
    """List the classes of several courses, and the people whom each spares a second class.

    People spared: where one committee (or one town, for itself) ordered several courses of a class,
    its people of all of them but the largest. Nobody knows whether they are the same persons; each
    of them has a seat all the same.

    Parameters
    ----------
    orders
        order_id, committee, town, department, course_id, people.
    """
    rows = []
    for one in classes:
        mine = orders[orders["course_id"].isin(one.courses)]
        if len(one.courses) < 2:
            continue
        by_course = mine.groupby(["committee", "town", "course_id"])["people"].sum()
        by_place = by_course.groupby(level=["committee", "town"])
        rows.append(
            {
                "class_id": one.class_id,
                "courses": BETWEEN.join(one.courses),
                "departments": BETWEEN.join(
                    dict.fromkeys(name for name in mine["department"] if name)
                ),
                "orders": len(mine),
                "people_spared": int((by_place.sum() - by_place.max()).sum()),
            }
        )
    return to_table(rows, MERGE_COLUMNS)
