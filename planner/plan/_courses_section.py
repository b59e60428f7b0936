"""The section `[courses]` of plan.toml: orders, courses, teachers, and how far people walk."""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from planner.plan._section_types import (
    Flag,
    InputPath,
    Listed,
    Minutes,
    Section,
    Text,
    check_year,
)

# A number beyond these is a typing error, and a search over so many days would never end.
_MOST_DAYS = 732
_MOST_SLOTS = 12


def _read_day(value: object) -> object:
    """Take a date of TOML, or one in quotes."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("it should be a date like 2026-07-01")
    check_year(value.year)
    return value


def _check_slots(slots: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse what are no times of a day in their order."""
    for slot in slots:
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", slot, re.ASCII):
            raise ValueError('it should be times of day like ["09:30", "14:00"]')
    if not slots or any(a >= b for a, b in pairwise(slots)):
        raise ValueError('it should be times of day, the earliest first, like ["09:30", "14:00"]')
    return slots


Date = Annotated[date, BeforeValidator(_read_day)]
Slots = Annotated[
    tuple[Text, ...], BeforeValidator(Listed(_MOST_SLOTS)), AfterValidator(_check_slots)
]


class Courses(Section):
    """`[courses]`: what `planner courses` chooses sessions from."""

    orders: InputPath = Field(
        description="table (docs/courses.md): `committee` or `town`, `course`, `people`; optional "
        "`order_id`, `department`, `earliest`, `latest`"
    )
    courses: InputPath = Field(
        description="table: `course_id`, `minutes`; optional `name`, `field`, `department`, "
        "`class_least`, `class_most`, `same_as` (a course that is taught as one with it), `needs` "
        "(services of the station, like projector | piano), `level` (of the teacher), "
        "`host_level` (levels of station that may hold it)"
    )
    teachers: InputPath | None = Field(
        None,
        description="table: `name`; optional `teacher_id`, `fields`, `level`, `from` (a town or "
        "station), `days` (Mo-Fr or dates); without the table sessions have no teacher",
    )
    begin: Date = Field(description="first day of the term, like 2026-07-01")
    end: Date = Field(description="its last day, at most two years after `begin`")
    slots: Slots = Field(
        ("09:30", "14:00"),
        description="times of day when a session may begin; its station is open until it ends",
    )
    walk_minutes: Minutes = Field(
        15.0, description="people walk so long to a session where a suitable station is so near"
    )
    far_minutes: Minutes = Field(30.0, description="else so long; not less than `walk_minutes`")
    coach: Flag = Field(
        True,
        description="whoever has no suitable station within `far_minutes` goes by coach; false: "
        "their order is not met",
    )
    split_orders: Flag = Field(
        False, description="true: the people of one order may go to several sessions"
    )
    profile: Text = Field("adult", description="who walks, as service.profile")

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.end < self.begin:
            raise ValueError(
                f"end {self.end} is before begin {self.begin}; give the last day of the term"
            )
        if (self.end - self.begin).days >= _MOST_DAYS:
            raise ValueError(f"{self.begin} to {self.end} is longer than two years; give one term")
        if self.far_minutes < self.walk_minutes:
            raise ValueError(
                f"far_minutes {self.far_minutes:g} is less than walk_minutes "
                f"{self.walk_minutes:g}; raise far_minutes"
            )
        return self
