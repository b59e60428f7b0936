"""Before and after: what scenarios change for whom, and what each of their edits adds."""

from planner.scenarios.compare import Comparison, compare_scenarios
from planner.scenarios.finished import require_run_of

__all__ = ["Comparison", "compare_scenarios", "require_run_of"]
