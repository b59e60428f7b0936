"""Names of the payload: readings, places with their units, streets, stations in reach, hours."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString, Point, box

from planner.maps._demand_payload import list_reach
from planner.maps._facilities_payload import list_hours
from planner.maps._map_grid import MapGrid
from planner.maps._names_payload import build_names_payload, spread_units
from planner.maps._page_payload import build_page_payload
from planner.maps._pinyin import list_readings
from tests.maps import sample

GRID = MapGrid(lon=121.4, lat=31.3)


def test_every_reading_of_a_character_is_there_without_tones():
    readings = list_readings(["重庆路", None, "Rua 1", "绿"])
    assert set(readings) == {"重", "庆", "路", "绿"}
    assert {"zhong", "chong"} <= set(readings["重"].split())
    assert readings["路"].split()[0] == "lu"
    assert "lv" in readings["绿"].split()


def test_units_are_written_as_runs():
    # 3, 4, 5 and 9: first 3 with two more, then four on from the last
    assert spread_units([9, 4, 3, 5]) == [3, 2, 4, 0]
    assert spread_units([]) == []


def layer(rows, **columns):
    return gpd.GeoDataFrame(columns, geometry=rows, crs="EPSG:4326")


def test_places_are_named_once_with_kind_town_size_and_units():
    towns = layer(
        [box(121.4, 31.3, 121.45, 31.4), box(121.45, 31.3, 121.5, 31.4)], name=["甲", "乙"]
    )
    zones = layer(
        [box(121.41, 31.31, 121.42, 31.32), box(121.46, 31.31, 121.47, 31.32)],
        zone_id=["z1", "z2"], kind=["residential", "industrial"], name=["新村", None],
    )  # fmt: skip
    demand = layer(
        [Point(121.411, 31.311), Point(121.413, 31.313), Point(121.461, 31.311)],
        zone_id=["z1", "z1", "z2"], kind=["residential"] * 3,
    )  # fmt: skip
    committees = layer([box(121.4605, 31.3105, 121.4615, 31.3115)], name=["乙居委会"])
    landmarks = layer(
        [Point(121.48, 31.33), Point(121.43, 31.33)],
        name=["一号站", "李家宅"], kind=["metro", "hamlet"], size_m=[0.0, 0.0],
    )  # fmt: skip
    layers = {"areas": towns, "zones": zones, "committees": committees, "landmarks": landmarks}
    places = build_names_payload(layers, demand, GRID)["places"]
    assert places["name"] == ["新村", "乙居委会", "李家宅", "一号站"]
    assert places["kind"] == [0, 3, 4, 5]  # residential, committee, village, metro
    assert places["town"] == [0, 1, 0, 1]
    assert places["units"] == [[0, 1], [2, 0], [], []]
    # 0.01 of a degree each way: 1,113 m x 951 m, as a square 1,029 m
    assert places["size"][0] == pytest.approx(1029, abs=2)


def test_a_compound_is_not_named_twice():
    zones = layer([box(0, 0, 1, 1)], zone_id=["w/1"], kind=["residential"], name=["甲村"])
    compounds = layer([box(0, 0, 1, 1), box(2, 2, 3, 3)], compound_id=["w/1", "w/2"],
                      kind=["residential"] * 2, name=["甲村", "乙村"])  # fmt: skip
    payload = build_names_payload({"zones": zones, "compounds": compounds}, None, GRID)
    assert sorted(payload["places"]["name"]) == ["乙村", "甲村"]


def test_streets_of_one_name_are_one_main_streets_first():
    edges = layer(
        [LineString([(121.40, 31.30), (121.41, 31.30)]),
         LineString([(121.41, 31.30), (121.42, 31.30)]),
         LineString([(121.40, 31.31), (121.41, 31.31)])],
        name=["乙路", "乙路", "甲路"], highway=["residential", "tertiary", "primary"],
    )  # fmt: skip
    streets = build_names_payload({"walk_edges": edges}, None, GRID)["named_streets"]
    assert streets["name"] == ["甲路", "乙路"]
    assert streets["class"] == [0, 2]  # the best of its parts
    assert streets["lines"]["f"] == [1, 1]  # two edges in a row are one line


def test_the_shore_of_a_lake_is_no_river():
    barriers = layer([LineString([(0, 0), (0.01, 0)]), LineString([(0, 1), (0.01, 1)])],
                     kind=["water", "water"], name=["湖", "河"])  # fmt: skip
    landmarks = layer([Point(0, 0)], name=["湖"], kind=["water"], size_m=[500.0])
    payload = build_names_payload({"barriers": barriers, "landmarks": landmarks}, None, GRID)
    assert payload["rivers"]["name"] == ["河"]


def test_stations_in_reach_stand_once_for_neighbours_alike():
    demand = pd.DataFrame({
        "nearest_facility_id": ["F1", "F1", None],
        "facilities_in_reach": [2, 2, 0],
        "reason": ["", "", "island"],
        "facility_ids_in_reach": ['["F1", "F0"]', '["F1", "F0"]', "[]"],
    })  # fmt: skip
    reach = list_reach(demand, {"F0": 0, "F1": 1})
    assert reach["near"] == [1, None]
    assert reach["within"] == [2, 0]
    assert reach["reach"] == [[1, 0], []]
    assert [reach["reasons"][why] for why in reach["why"]] == [None, "island"]
    assert reach["pattern"] == [0, 0, 1]
    # an older result does not say
    assert list_reach(demand.drop(columns="facility_ids_in_reach"), {}) == {}


def test_hours_stand_once():
    hours = list_hours(["Mo-Fr 09:00-17:00", None, "Mo-Fr 09:00-17:00"])
    assert hours == {"hours": ["Mo-Fr 09:00-17:00", ""], "hours_at": [0, 1, 0]}


def test_a_page_without_names_has_empty_tables():
    payload = build_page_payload({}, {})
    assert payload["places"]["count"] == payload["named_streets"]["count"] == 0
    assert payload["readings"] == {}
    assert (
        build_page_payload(sample.layers(), sample.summary())["readings"]["罗"].split()[0] == "luo"
    )
