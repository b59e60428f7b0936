"""Where to build next: the question, the models, their proof and the reasons."""

from planner.siting._amounts import place_of, weights_of
from planner.siting._capacitated import site_capacitated
from planner.siting.candidates import find_candidates
from planner.siting.models import (
    MODELS,
    site_backup,
    site_fairness,
    site_lscp,
    site_mclp,
    site_p_center,
    site_p_median,
)
from planner.siting.of_plan import finished_result, question_of, site_plan
from planner.siting.problem import GroupLimit, Problem
from planner.siting.propose import Proposal
from planner.siting.question import SiteQuestion
from planner.siting.solution import Solution, SolveOptions

__all__ = [
    "MODELS",
    "GroupLimit",
    "Problem",
    "Proposal",
    "SiteQuestion",
    "Solution",
    "SolveOptions",
    "find_candidates",
    "finished_result",
    "place_of",
    "question_of",
    "site_backup",
    "site_capacitated",
    "site_fairness",
    "site_lscp",
    "site_mclp",
    "site_p_center",
    "site_p_median",
    "site_plan",
    "weights_of",
]
