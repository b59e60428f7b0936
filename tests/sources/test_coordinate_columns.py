"""Headings that say where rows lie, and in which datum."""

import pandas as pd
import pytest

from planner.sources._coordinate_columns import find_coordinate_columns, state_datum
from planner.sources.headings import find_headings


@pytest.mark.parametrize(
    ("text", "datum"),
    [
        ("经度(GCJ-02)", "GCJ-02"), ("经度（火星坐标）", "GCJ-02"), ("lng_gcj02", "GCJ-02"),
        ("高德经度", "GCJ-02"), ("腾讯地图纬度", "GCJ-02"), ("gcj_lon", "GCJ-02"),
        ("百度经度", "BD-09"), ("bd_lng", "BD-09"), ("BD09_X", "BD-09"), ("经度 BD-09", "BD-09"),
        ("WGS84经度", "EPSG:4326"), ("longitude (WGS 84)", "EPSG:4326"), ("GPS纬度", "EPSG:4326"),
        ("CGCS2000经度", "CGCS2000"), ("天地图经度", "CGCS2000"),
        ("经度", ""), ("lon", ""), ("bd09mc_x", ""), ("高德/百度经度", ""), ("abdomen", ""),
    ],
)  # fmt: skip
def test_the_datum_that_a_heading_names(text: str, datum: str):
    assert state_datum(text) == datum


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        ("百度经度", "百度纬度"), ("lng_gcj02", "lat_gcj02"), ("WGS84经度", "WGS84纬度"),
        ("高德地图经度", "高德地图纬度"), ("bd_lng", "bd_lat"), ("gcj02_x", "gcj02_y"),
    ],
)  # fmt: skip
def test_headings_with_a_datum_are_understood(lon: str, lat: str):
    given = ["编号", "名称", lon, lat]
    found = find_headings("t.csv", given, "facilities", key="facilities.columns")
    assert (found.theirs["lon"], found.theirs["lat"]) == (lon, lat)


def test_plain_headings_go_before_those_with_a_datum():
    given = ["编号", "名称", "经度", "纬度", "百度经度", "百度纬度"]
    found = find_headings("t.csv", given, "facilities", key="facilities.columns")
    assert (found.theirs["lon"], found.theirs["lat"]) == ("经度", "纬度")


def find(rows: dict[str, list[str]], titles=(), **theirs: str):
    return find_coordinate_columns(pd.DataFrame(rows), theirs, "facilities.columns", titles)


def test_titles_and_columns_of_datums_count_too():
    both = {"经度": ["1"], "纬度": ["2"]}
    meant = {"lon": "经度", "lat": "纬度"}
    assert find(both, ("注：坐标为百度坐标系",), **meant).datum == "BD-09"
    assert find(both, ("百度公司提供",), **meant).datum == ""  # it does not speak of coordinates
    assert find({**both, "坐标系": ["GCJ-02"]}, **meant).datum == "GCJ-02"
    two = {"lon": ["1", "1"], "lat": ["2", "2"], "坐标系": ["GCJ-02", "WGS84"]}
    assert find(two).datum == ""
    assert find({"高德坐标": ["1,2"]}, coordinates="高德坐标").datum == "GCJ-02"


def test_two_datums_in_two_headings_say_nothing():
    mixed = {"高德经度": ["1"], "百度纬度": ["2"]}
    assert find(mixed, lon="高德经度", lat="百度纬度").datum == ""


def test_what_to_write_where_the_columns_are_swapped():
    found = find({"X": ["1"], 'Y "m"': ["2"]}, lon="X", lat='Y "m"')
    assert found.swap == '[facilities] columns = { lon = "Y \\"m\\"", lat = "X" }'
    assert find({"坐标": ["1,2"]}, coordinates="坐标").swap == ""
