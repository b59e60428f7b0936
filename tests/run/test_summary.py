"""Tables of the summary: places as lon and lat, and the notice of invented data."""

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point, Polygon, box

from planner.run.summary import NOTICES, openings_shown, with_lonlat
from planner.texts import TEXTS


def test_lon_lat_lie_inside_the_shape():
    horseshoe = Polygon([(0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3)])
    layer = gpd.GeoDataFrame({"name": ["U", "P"]}, geometry=[horseshoe, Point(5, 6)], crs=4326)
    table = with_lonlat(layer)
    assert list(table.columns) == ["name", "lon", "lat"]
    assert horseshoe.contains(Point(table["lon"][0], table["lat"][0]))
    assert table.loc[1, ["lon", "lat"]].tolist() == [5, 6]
    empty = with_lonlat(gpd.GeoDataFrame({"name": []}, geometry=[], crs=4326))
    assert list(empty.columns) == ["name", "lon", "lat"]
    assert "geometry" in layer.assign(box=box(0, 0, 1, 1))  # the layer itself is as it was


def test_openings_say_how_many_of_them_are_listed_and_shown():
    counted = pd.DataFrame({"kind": ["closed gate", "new opening"], "listed": [60, 0]})
    gains = pd.DataFrame({"kind": ["closed gate"] * 50})
    assert openings_shown(counted, gains).to_dict("list") == {
        "kind": ["closed gate", "new opening"],
        "listed": [60, 0],
        "in_summary": [50, 0],
    }
    assert openings_shown(counted, gains[:0])["in_summary"].tolist() == [0, 0]


def test_the_notice_of_the_tables_is_that_of_the_page():
    assert {language: texts["synthetic"] for language, texts in TEXTS.items()} == NOTICES
