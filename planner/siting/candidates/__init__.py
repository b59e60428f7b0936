"""Where stations may be: places, and what planners weigh them by."""

from planner.siting.candidates.gather import find_candidates

__all__ = ["find_candidates"]
