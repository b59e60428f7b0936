"""plan.toml as a value: every section and key, checked once and for all at the door."""

from planner.plan._candidates_section import (
    ACTIONS,
    Action,
    Candidates,
    Costs,
    SiteLimit,
    Weights,
)
from planner.plan._conditions_section import ConditionKeys
from planner.plan._courses_section import Courses
from planner.plan._demand_section import Demand
from planner.plan._fetch_section import Fetch
from planner.plan._keys import PlanKey, list_plan_keys
from planner.plan._moments_section import MomentKeys
from planner.plan._people_section import (
    GATE_MODES,
    WHO_WORDS,
    GateMode,
    Group,
    Profile,
    Uncertainty,
)
from planner.plan._routes_section import ROUTE_ENDS, Bus, RouteEnd, Routes
from planner.plan._section_types import EVERYWHERE, KINDS, RESERVED, USUAL_LEVELS
from planner.plan._sections import Plan, Rule, RuleFile
from planner.plan.profiles import PROFILES, WalkProfile

__all__ = [
    "ACTIONS",
    "EVERYWHERE",
    "GATE_MODES",
    "KINDS",
    "PROFILES",
    "RESERVED",
    "ROUTE_ENDS",
    "USUAL_LEVELS",
    "WHO_WORDS",
    "Action",
    "Bus",
    "Candidates",
    "ConditionKeys",
    "Costs",
    "Courses",
    "Demand",
    "Fetch",
    "GateMode",
    "Group",
    "MomentKeys",
    "Plan",
    "PlanKey",
    "Profile",
    "RouteEnd",
    "Routes",
    "Rule",
    "RuleFile",
    "SiteLimit",
    "Uncertainty",
    "WalkProfile",
    "Weights",
    "list_plan_keys",
]
