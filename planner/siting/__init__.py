"""Where to build next: the question, the models and their proof."""

from planner.siting.models import (
    MODELS,
    site_backup,
    site_capacitated,
    site_fairness,
    site_lscp,
    site_mclp,
    site_p_center,
    site_p_median,
)
from planner.siting.problem import GroupLimit, Problem
from planner.siting.solution import Solution, SolveOptions

__all__ = [
    "MODELS",
    "GroupLimit",
    "Problem",
    "Solution",
    "SolveOptions",
    "site_backup",
    "site_capacitated",
    "site_fairness",
    "site_lscp",
    "site_mclp",
    "site_p_center",
    "site_p_median",
]
