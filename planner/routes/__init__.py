"""Themed routes over the sites of a plan: which, in which order, at what time."""

from planner.routes.proposed_routes import REASONS, ROUTE_LAYERS, ProposedRoutes

__all__ = ["REASONS", "ROUTE_LAYERS", "ProposedRoutes"]
