"""How long it takes: minutes, routes and isochrones, door to door."""

from planner.travel.isochrones import isochrones
from planner.travel.minutes import facilities_in_reach, nearest_facility
from planner.travel.routes import Route, route
from planner.travel.streets import AccessRules

__all__ = [
    "AccessRules",
    "Route",
    "facilities_in_reach",
    "isochrones",
    "nearest_facility",
    "route",
]
