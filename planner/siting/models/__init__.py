"""The location models of the literature: pure mathematics, with a proof of how good a choice is."""

from planner.siting.models.capacitated import site_capacitated
from planner.siting.models.location_models import (
    MODELS,
    site_backup,
    site_fairness,
    site_lscp,
    site_mclp,
    site_p_center,
    site_p_median,
)
from planner.siting.models.problem import GroupLimit, Problem
from planner.siting.models.solution import Solution, SolveOptions

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
