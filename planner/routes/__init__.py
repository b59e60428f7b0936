"""Themed routes over the sites of a plan: which, in which order, at what time."""

from planner.routes.outing import Outing, build_outing
from planner.routes.proposed_routes import REASONS, ROUTE_LAYERS, ProposedRoutes
from planner.routes.routes_of_plan import propose_routes

__all__ = [
    "REASONS",
    "ROUTE_LAYERS",
    "Outing",
    "ProposedRoutes",
    "build_outing",
    "propose_routes",
]
