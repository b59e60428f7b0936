"""Where people are left out, and why; the way to the nearest station; gates worth opening."""

from planner.gaps.named_gaps import describe_gaps, find_unknown_areas

__all__ = ["describe_gaps", "find_unknown_areas"]
