"""Tables as CSV, and read again by our own reader."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from planner.errors import SourceError
from planner.reports import check_out
from planner.reports._csv import write_csv
from planner.reports._geopackage import write_layers
from planner.sources.tables import load_facilities


def test_numbers_texts_and_what_is_missing(tmp_path: Path):
    table = pd.DataFrame(
        {
            "=id": ["-5", "=1", 'a"b', "c,d", "e\rf", None],
            "people": [3.0, np.nan, 4.0, 5.0, 6.0, 7.0],
            "minutes": [1.23456, np.inf, -0.5, 2.0, 3.5, np.nan],
            "joined": [True, False, True, True, True, True],
            "rank": [1, -2, 3, 4, 5, 6],
        }
    )
    write_csv(tmp_path / "t.csv", table)
    content = (tmp_path / "t.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf'=id,people,")
    assert content.decode("utf-8-sig") == (
        "'=id,people,minutes,joined,rank\n"
        "-5,3,1.235,True,1\n"
        "'=1,,,False,-2\n"
        '"a""b",4,-0.5,True,3\n'
        '"c,d",5,2,True,4\n'.replace(",2,True", ",2.0,True")
        + '"e\rf",6,3.5,True,5\n'
        ",7,,True,6\n"
    )


def test_an_empty_table_is_its_heading(tmp_path: Path):
    write_csv(tmp_path / "t.csv", pd.DataFrame({"a": [], "b": []}))
    assert (tmp_path / "t.csv").read_text(encoding="utf-8-sig") == "a,b\n"


NAMES = st.text(st.sampled_from([*"'=+-@5a,\"\r\n", "\u202e", "\u2069", "街"]), min_size=1).filter(
    lambda name: name.strip() == name
)


@settings(max_examples=40)
@given(st.lists(st.tuples(NAMES, NAMES), min_size=1, unique_by=lambda row: row[0]))
def test_what_is_written_is_read_as_it_was(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "facilities.csv"
    frame = pd.DataFrame(rows, columns=["facility_id", "name"]).assign(lon=121.4, lat=31.3)
    write_csv(path, frame)
    found = load_facilities(path).rows
    assert list(zip(found["facility_id"], found["name"], strict=True)) == rows


def test_a_folder_called_like_an_address_is_a_folder(tmp_path: Path, monkeypatch):
    """GDAL would ask a server."""
    monkeypatch.chdir(tmp_path)
    layer = gpd.GeoDataFrame({"a": ["=1"]}, geometry=[Point(1, 2)], crs=4326)
    for name in ("http:", "file:", "out.zip", "x?y"):
        folder = Path(name)
        folder.mkdir()
        check_out(folder)
        write_layers(folder / "x.gpkg", {"a": layer}, description="")
        found = gpd.read_file((tmp_path / name / "x.gpkg").resolve())
        assert found["a"].tolist() == ["=1"]  # a GeoPackage needs no apostrophe


def test_a_folder_that_means_an_archive_to_gdal_is_refused_before_the_run(tmp_path: Path):
    for name, advice in (("a!b", "choose another --out"), ("two\nlines", "choose another folder")):
        with pytest.raises(SourceError, match=advice) as caught:
            check_out(tmp_path / name)
        assert "\n" not in str(caught.value)
