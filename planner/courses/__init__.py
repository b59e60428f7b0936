"""Courses at stations: which sessions, where, when and by whom, so that every order is met."""

from planner.courses.chosen_sessions import ChosenSessions
from planner.courses.sessions_of_plan import choose_sessions

__all__ = ["ChosenSessions", "choose_sessions"]
