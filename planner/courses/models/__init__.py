"""The mathematics of sessions: arrays in, arrays out; it knows no plan and no table."""

from planner.courses.models.class_cover import choose_class_sessions
from planner.courses.models.class_problem import ClassCover, ClassProblem, ClassSession
from planner.courses.models.effort import USUAL, Effort
from planner.courses.models.timetable import Placement, TimetableProblem, place_sessions

__all__ = [
    "USUAL",
    "ClassCover",
    "ClassProblem",
    "ClassSession",
    "Effort",
    "Placement",
    "TimetableProblem",
    "choose_class_sessions",
    "place_sessions",
]
