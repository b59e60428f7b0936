"""Courses at stations: which sessions, where, when and by whom, so that every order is met."""

from planner.courses.chosen_sessions import ChosenSessions

__all__ = ["ChosenSessions"]
