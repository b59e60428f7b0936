"""What is no rule, no profile or no network is refused by all functions of travel."""

import numpy as np
import pytest

import planner
from planner.errors import ArgumentError, NetworkError
from planner.travel.streets import prepare_streets

TOWN = planner.load_example()
NETWORK, HOMES, STATIONS = TOWN.network, TOWN.people, TOWN.facilities

ASKED = {
    "prepare_streets": lambda net, **said: prepare_streets(net, **said),
    "prepare_canvas": lambda net, **said: planner.prepare_canvas(net, **said),
    "travel_time_matrix": lambda net, **said: planner.travel_time_matrix(
        net, HOMES, STATIONS, **said
    ),
    "nearest": lambda net, **said: planner.nearest(net, HOMES, STATIONS, **said),
    "nearest_facility": lambda net, **said: planner.nearest_facility(net, STATIONS, HOMES, **said),
    "in_reach": lambda net, **said: planner.facilities_in_reach(net, STATIONS, HOMES, **said),
    "isochrones": lambda net, **said: planner.isochrones(net, STATIONS, **said),
    "service_areas": lambda net, **said: planner.service_areas(net, STATIONS, **said),
    "route": lambda net, **said: planner.route(net, HOMES.iloc[:1], STATIONS.iloc[:1], **said),
    "serve": lambda net, **said: planner.serve(net, STATIONS, HOMES, **said),
}


@pytest.mark.parametrize("function", ASKED)
@pytest.mark.parametrize("access", ["x", {"limit_m": 50}, {}, 0])
def test_access_is_access_rules(function, access):
    with pytest.raises(ArgumentError, match=r"access is a \w+; give AccessRules\(limit_m=100\)"):
        ASKED[function](NETWORK, access=access)


def test_relatives():
    with pytest.raises(ArgumentError, match="access is a str; give AccessRules"):
        NETWORK.minutes_from(HOMES.iloc[:1], access="x")
    with pytest.raises(ArgumentError, match=r"rules is a str; give .*WallRules"):
        planner.isochrones(NETWORK, STATIONS, rules="ignored")
    with pytest.raises(ArgumentError, match="access is a dict; give AccessRules"):
        planner.coverage(NETWORK, STATIONS, HOMES, access={})
    streets = prepare_streets(NETWORK, access=None, rules=None)
    assert streets.access == planner.AccessRules()
    with pytest.raises(ArgumentError, match="access is a dict; give AccessRules"):
        planner.nearest(streets, HOMES, STATIONS, access={})
    with pytest.raises(ArgumentError, match="profile is a int; give a WalkProfile or one of"):
        planner.nearest(streets, HOMES, STATIONS, profile=5)
    for wrong in (np.nan, np.inf, 0):
        with pytest.raises(NetworkError, match="give a length above 0"):
            planner.AccessRules(limit_m=wrong)
    for wrong in ("50", None):
        with pytest.raises(ArgumentError, match=r"limit_m is .*; give a number"):
            planner.AccessRules(limit_m=wrong)


class Run:
    """As a result: streets that are built when they are asked for."""

    @property
    def streets(self):
        raise AssertionError("nobody asked for them")


@pytest.mark.parametrize("function", ASKED)
def test_a_run_in_place_of_streets_is_told_where_they_are(function):
    own = "network" if function == "prepare_streets" else "streets"
    with pytest.raises(ArgumentError, match=rf"network is a Run; give its {own}: result\.{own}"):
        ASKED[function](Run())
