"""Candidate sites: where new ones may be, and the criteria that planners weigh them by."""

from planner.siting.candidates.gather import find_candidates

__all__ = ["find_candidates"]
