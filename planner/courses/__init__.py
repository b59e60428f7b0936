"""Courses at stations: which sessions, where, when and by whom, so that every order is met."""

from planner.courses.choose_sessions import choose_sessions
from planner.courses.chosen_sessions import ChosenSessions

__all__ = ["ChosenSessions", "choose_sessions"]
