"""Where people are left out, and why; the way to the nearest station; gates worth opening."""

from planner.gaps.named_gaps import find_gaps, find_unknown_areas

__all__ = ["find_gaps", "find_unknown_areas"]
