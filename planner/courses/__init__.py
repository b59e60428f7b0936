"""Courses at stations: which sessions, where, when and by whom, so that every order is met."""

from planner.courses.outcome import ChosenSessions

__all__ = ["ChosenSessions"]
