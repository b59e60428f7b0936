"""Whom longer hours of a station would serve, counted by hand."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point

from planner.maps._longer_payload import build_longer_payload

PLACES = {"A": 0, "B": 1}


def units(*rows: tuple[str, str, float, str, str, str]) -> gpd.GeoDataFrame:
    """Units: nearest facility, kind, people, town, verdict, moments at which they are covered."""
    names = ["nearest_facility_id", "kind", "people", "town", "verdict", "only_at"]
    table = pd.DataFrame(rows, columns=names)
    return gpd.GeoDataFrame(table, geometry=[Point(0, 0)] * len(table), crs="EPSG:4326")


def test_each_station_gets_the_moment_at_which_most_have_none_open():
    demand = units(
        ("A", "residential", 100.0, "X", "covered", "noon"),  # none open in the evening
        ("A", "residential", 40.0, "Y", "covered", "evening"),  # none open at noon
        ("A", "industrial", 7.0, "X", "covered", "noon"),
        ("A", "residential", 999.0, "X", "gap", ""),  # no station near: hours are not why
        ("B", "residential", 500.0, "Y", "covered", "noon;evening"),  # always one open
    )
    found = build_longer_payload(demand, ["noon", "evening"], PLACES)
    assert found == {
        "count": 1,
        "facility": [0],
        "moment": ["evening"],
        "town": ["X"],
        "others": [[["noon", 40]]],
        "people_residential": [100],
        "people_industrial": [7],
        "people_commercial": [0],
    }


def test_a_moment_at_which_most_have_no_open_station_is_no_matter_of_one():
    """At night 100 of 1,000 people have an open station: fewer than half."""
    demand = units(
        ("A", "residential", 900.0, "X", "covered", "noon"),
        ("B", "residential", 100.0, "X", "covered", "noon;night"),
    )
    assert build_longer_payload(demand, ["noon", "night"], PLACES)["count"] == 0


def test_stations_come_with_most_residents_first_and_unknown_ones_not_at_all():
    demand = units(
        ("A", "residential", 10.0, "X", "covered", "noon"),
        ("B", "residential", 20.0, "X", "covered", "noon"),
        ("C", "residential", 90.0, "X", "covered", "noon"),  # not among the facilities
        ("B", "residential", 200.0, "X", "covered", "noon;evening"),
    )
    found = build_longer_payload(demand, ["noon", "evening"], PLACES)
    assert (found["facility"], found["people_residential"]) == ([1, 0], [20, 10])


def test_a_result_without_moments_has_none():
    assert build_longer_payload(None, ["noon"], PLACES)["count"] == 0
    assert build_longer_payload(units(), [], PLACES)["count"] == 0
    without = units(("A", "residential", 1.0, "X", "covered", "")).drop(columns="only_at")
    assert build_longer_payload(without, ["noon"], PLACES)["count"] == 0
