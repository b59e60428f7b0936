"""Where to build next: the question, the models, their proof and the reasons."""

from planner.siting._choice_sentences import say_proof
from planner.siting._question_checks import place_of, weights_of
from planner.siting.candidates.gather import find_candidates
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
from planner.siting.plan_sites import build_question, site_plan
from planner.siting.propose import Proposal
from planner.siting.question import SiteQuestion
from planner.siting.services_gained import ChosenServices, choose_services
from planner.siting.sites_of_matrix import ChosenSites, choose_sites

__all__ = [
    "MODELS",
    "ChosenServices",
    "ChosenSites",
    "GroupLimit",
    "Problem",
    "Proposal",
    "SiteQuestion",
    "Solution",
    "SolveOptions",
    "build_question",
    "choose_services",
    "choose_sites",
    "find_candidates",
    "place_of",
    "say_proof",
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
