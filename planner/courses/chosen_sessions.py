"""What `planner courses` finds: sessions, who goes where, whose order is not met and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd

from planner.showing import Shown, join_facts, shorten, to_html

if TYPE_CHECKING:
    from planner.run import Result
    from planner.sources.results import FinishedRun

#: Between several names in one cell.
BETWEEN: Final = " | "
#: How people come: within `walk_minutes`, within `far_minutes`, by coach.
WALK, FAR, COACH = "walk", "far", "coach"
#: Who ordered.
BY_COMMITTEE, BY_TOWN = "committee", "town"

#: Columns of the tables, and what they hold.
SESSION_COLUMNS: Final[Mapping[str, str]] = {
    "session_id": "str", "class_id": "str", "course": "str", "courses": "str", "field": "str",
    "host_id": "str", "host": "str", "host_level": "str", "town": "str", "day": "str",
    "begin": "str", "end": "str", "teacher_id": "str", "teacher": "str", "people": "int64",
    "seats": "int64", "orders": "int64", "lon": "float64", "lat": "float64",
}  # fmt: skip
ATTENDANCE_COLUMNS: Final[Mapping[str, str]] = {
    "order_id": "str", "session_id": "str", "committee": "str", "town": "str",
    "department": "str", "course": "str", "people": "int64", "minutes": "float64", "by": "str",
    "ordered_by": "str",
}  # fmt: skip
UNMET_COLUMNS: Final[Mapping[str, str]] = {
    "order_id": "str", "committee": "str", "town": "str", "course": "str", "people": "int64",
    "reason": "str", "smallest_change": "str",
}  # fmt: skip
MERGE_COLUMNS: Final[Mapping[str, str]] = {
    "class_id": "str", "courses": "str", "departments": "str", "orders": "int64",
    "people_spared": "int64",
}  # fmt: skip
HOST_COLUMNS: Final[Mapping[str, str]] = {
    "facility_id": "str", "name": "str", "level": "str", "town": "str", "seats": "int64",
    "sessions": "int64", "people": "int64", "hours": "float64", "fill": "float64",
    "load_2sfca": "float64",
}  # fmt: skip
COMMITTEE_COLUMNS: Final[Mapping[str, str]] = {
    "committee": "str", "town": "str", "people": "int64", "met": "int64", "by_walk": "int64",
    "by_far": "int64", "by_coach": "int64", "unmet": "int64", "nearest_host_id": "str",
    "minutes": "float64", "score_2sfca": "float64",
}  # fmt: skip


# Compared by identity: tables have no single answer to ==.
@dataclass(frozen=True, eq=False)
class ChosenSessions(Shown):
    """The sessions of a term, and how good the choice is at least.

    Texts of several parts have " | " between them. Minutes are NaN, and names "", where there is
    nothing to tell.

    content : of courses.json, plain values: plan, title, language, synthetic, begin, end, value
        (sessions), unit, bound, gap, status (`proved` or `bounded`), seconds, people {ordered, met,
        by_walk, by_far, by_coach, unmet}, classes, merged {orders, people_spared}, notes ...
    sessions : session_id, class_id, course (name of the one most people ordered), courses (ids of
        all merged), field, host_id, host, host_level, town, day (2026-09-01), begin, end (09:30),
        teacher_id, teacher, people, seats, orders, lon, lat.
    attendance : order_id, session_id, committee, town, department, course (as ordered), people,
        minutes (the median walk of the committee; NaN by coach), by (walk, far, coach), ordered_by
        (committee; town: the people are a share of its order).
    unmet : order_id, committee, town, course, people, reason, smallest_change.
    merges : class_id, courses, departments, orders, people_spared.
    hosts : GeoDataFrame of points, EPSG:4326: facility_id, name, level, town, seats, sessions,
        people, hours, fill (people by seats of its sessions), load_2sfca.
    committees : GeoDataFrame of points, EPSG:4326: committee, town, people (ordered), met, by_walk,
        by_far, by_coach, unmet, nearest_host_id, minutes, score_2sfca.
    dropped : file, row, reason of the rows that do not count.
    result : the run that they were chosen for, on whose map they are drawn; None where nobody said.

    Examples
    --------
    >>> import planner
    >>> list(planner.ChosenSessions.__dataclass_fields__)[:4]
    ['content', 'sessions', 'attendance', 'unmet']
    """

    content: dict[str, Any]
    sessions: pd.DataFrame
    attendance: pd.DataFrame
    unmet: pd.DataFrame
    merges: pd.DataFrame
    hosts: gpd.GeoDataFrame
    committees: gpd.GeoDataFrame
    dropped: pd.DataFrame
    result: Result | FinishedRun | None = None

    def __repr__(self) -> str:
        """Say how many sessions, for how many people, and how far it is proved."""
        people = self.content.get("people", {})
        proof = self.content.get("status", "")
        if proof == "bounded":
            proof = f"at most {self.content['gap']:.1%} from the fewest"
        return join_facts(
            self,
            shorten(str(self.content.get("plan", ""))),
            *(["invented data"] if self.content.get("synthetic") else []),
            f"{len(self.sessions)} sessions",
            f"{people.get('met', 0):,} of {people.get('ordered', 0):,} people met",
            str(proof),
        )

    def _repr_html_(self) -> str:
        """Show the sessions as a table, for notebooks."""
        return to_html([repr(self)], self.sessions)


def to_table(rows: Iterable[Mapping[Any, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
    """Return rows as a table with these columns, each of its type, even without rows."""
    table = pd.DataFrame(list(rows), columns=list(columns))
    return table.astype({name: "object" if kind == "str" else kind
                         for name, kind in columns.items()})  # fmt: skip
