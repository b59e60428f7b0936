"""Before and after: what scenarios change for whom, and what each of their edits adds."""

from planner.scenarios.compare import (
    Comparison,
    check_people_of,
    check_scenarios,
    compare_case,
    compare_scenarios,
)
from planner.scenarios.drawn_parts import find_drawn
from planner.scenarios.merge import Merged, check_merged, merge_scenarios
from planner.scenarios.replies import Gathered, gather_proposals

__all__ = [
    "Comparison",
    "Gathered",
    "Merged",
    "check_merged",
    "check_people_of",
    "check_scenarios",
    "compare_case",
    "compare_scenarios",
    "find_drawn",
    "gather_proposals",
    "merge_scenarios",
]
