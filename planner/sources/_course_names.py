"""Courses by their ids and names; several may share a name, as departments offer the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, eq=False)
class CourseNames:
    """The courses of a table.

    department : of each course_id. by_name : course_ids of each name, in the order of the table.
    """

    department: dict[str, str]
    by_name: dict[str, list[str]]

    @classmethod
    def of_table(cls, courses: pd.DataFrame) -> CourseNames:
        """Return the names of a table with course_id, name and department."""
        by_name: dict[str, list[str]] = {}
        for id_, name in zip(courses["course_id"], courses["name"], strict=True):
            by_name.setdefault(name, []).append(id_)
        return cls(dict(zip(courses["course_id"], courses["department"], strict=True)), by_name)

    def find(self, text: str, department: str) -> str:
        """Return the course of an id, else of a name: of several that of the department; "": none.

        The department counts only where the name is shared.
        """
        found = self.list_meant(text)
        if len(found) > 1:
            found = [id_ for id_ in found if self.department[id_] == department]
        return found[0] if len(found) == 1 else ""

    def list_meant(self, text: str, *, without: Iterable[str] = ()) -> list[str]:
        """Return the courses that an id or a name may mean, but for some."""
        if text in self.department:
            return [text]
        return [id_ for id_ in self.by_name.get(text, []) if id_ not in without]
