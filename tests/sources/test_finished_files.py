"""Single files of a finished run: what cannot be read is refused before anybody uses it."""

import sqlite3

import geopandas as gpd
import pytest
from shapely.geometry import Point

from planner.errors import SourceError
from planner.sources.finished_files import load_layers


def test_a_name_that_is_no_text_is_refused_when_it_is_read(tmp_path):
    """Arrow hands such bytes on, and only drawing a page would fail on them."""
    path = tmp_path / "result.gpkg"
    layer = gpd.GeoDataFrame({"name": ["One", None]}, geometry=[Point(0, 0), Point(1, 1)], crs=4326)
    # Without an index, as SQLite itself has no functions for its triggers.
    layer.to_file(path, layer="other", SPATIAL_INDEX="NO")
    assert load_layers(path)["other"]["name"].tolist()[0] == "One"
    with sqlite3.connect(path) as database:
        database.execute("UPDATE other SET name = CAST(x'fffe80' AS TEXT) WHERE name = 'One'")
    database.close()
    with pytest.raises(SourceError, match=r"result\.gpkg: cannot be read"):
        load_layers(path)
