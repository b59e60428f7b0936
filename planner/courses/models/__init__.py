"""The mathematics of sessions: arrays in, arrays out; it knows no plan and no table."""

from planner.courses.models.class_cover import (
    ClassCover,
    ClassProblem,
    ClassSession,
    choose_class_sessions,
)
from planner.courses.models.timetable import Placement, TimetableProblem, place_sessions

__all__ = [
    "ClassCover",
    "ClassProblem",
    "ClassSession",
    "Placement",
    "TimetableProblem",
    "choose_class_sessions",
    "place_sessions",
]
