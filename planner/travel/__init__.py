"""How long it takes: minutes, routes and isochrones, door to door.

The function `isochrones` is taken from its module, which has the same name.
"""

from planner.travel.minutes import facilities_in_reach, nearest_facility
from planner.travel.routes import Route, route
from planner.travel.streets import AccessRules
from planner.travel.updates import Served, serve

__all__ = [
    "AccessRules",
    "Route",
    "Served",
    "facilities_in_reach",
    "nearest_facility",
    "route",
    "serve",
]
