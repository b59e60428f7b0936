"""Compiling the search for routes ahead of it: its time limit is for the search."""

from __future__ import annotations

import numpy as np

from planner.routes.models.orienteering import RouteProblem
from planner.routes.models.route_prices import PricedTheme
from planner.routes.models.work_budget import WorkBudget


def compile_pricing() -> None:
    """Price the routes of two sites, so that the search is compiled, or loaded from disk."""
    nothing = np.zeros(2)
    apart = np.array([[np.inf, 1.0], [1.0, np.inf]])
    problem = RouteProblem(
        minutes=apart, walk=apart, start_minutes=nothing, start_walk=nothing,
        end_minutes=nothing, end_walk=nothing, windows=np.tile([0.0, 9.0], (2, 1, 1)),
        dwell=np.ones(2), value=np.ones(2), volunteers=np.zeros(2, dtype=np.int64),
        themes=np.ones((2, 1), dtype=bool), routes=1, most_of_theme=1, most_minutes=9.0,
        most_walk=9.0, most_volunteers=0,
    )  # fmt: skip
    PricedTheme(problem, 0).find(None, WorkBudget(1.0), most=9)
