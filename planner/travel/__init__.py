"""How long it takes: minutes, routes and isochrones, door to door.

The function `isochrones` is taken from its module, which has the same name.
"""

from planner.travel.canvas import Canvas, prepare_canvas
from planner.travel.matrix import TravelTimeMatrix, nearest, travel_time_matrix
from planner.travel.minutes import facilities_in_reach, nearest_facility
from planner.travel.reached_streets import service_areas
from planner.travel.routes import Route, route
from planner.travel.streets import AccessRules, Streets, prepare_streets
from planner.travel.updates import Served, serve

__all__ = [
    "AccessRules",
    "Canvas",
    "Route",
    "Served",
    "Streets",
    "TravelTimeMatrix",
    "facilities_in_reach",
    "nearest",
    "nearest_facility",
    "prepare_canvas",
    "prepare_streets",
    "route",
    "serve",
    "service_areas",
    "travel_time_matrix",
]


def __dir__() -> list[str]:
    """List what tab completion offers: the public names."""
    return sorted(__all__)
