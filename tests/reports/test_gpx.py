"""The ways out of gaps as tracks."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pyogrio
import pytest
import shapely

from tests.reports.finished_city import HOSTILE, finished_city

GPX = "{http://www.topografix.com/GPX/1/1}"


@pytest.fixture(scope="module")
def path() -> Path:
    return finished_city()[1] / "gap_routes.gpx"


def test_gdal_reads_a_track_for_each_gap_that_a_way_leads_out_of(path: Path):
    result, _ = finished_city()
    routes = result.layers["gap_routes"]
    tracks = pyogrio.read_dataframe(path, layer="tracks")
    assert len(tracks) == len(routes) > 0
    ranks = result.layers["gaps"].set_index("gap_id")["rank"]
    assert tracks["number"].tolist() == sorted(ranks[routes["gap_id"]])
    by_rank = routes.set_index(ranks[routes["gap_id"]].to_numpy()).loc[tracks["number"]]
    for told, minutes, metres in zip(
        tracks["desc"], by_rank["minutes"], by_rank["length_m"], strict=True
    ):
        assert f"a walk of {minutes:.1f} minutes, {metres:,.0f} m" in told
    ends = np.array([shapely.get_coordinates(shape)[[0, -1]] for shape in tracks.geometry])
    meant = np.array([shapely.get_coordinates(shape)[[0, -1]] for shape in by_rank.geometry])
    assert np.abs(ends - meant).max() < 1e-7


def test_names_are_text_and_no_markup(path: Path):
    root = ElementTree.parse(path).getroot()
    assert root.attrib["version"] == "1.1"
    names = [node.text for node in root.iter(f"{GPX}name")]
    clean = HOSTILE.replace("\x07", "")  # no XML may hold it
    assert f"1 {clean}" in names
    assert not list(root.iter(f"{GPX}b"))
    told = root.find(f"{GPX}metadata/{GPX}desc").text
    assert told == "Demo data, not real · Streets © OpenStreetMap contributors (ODbL)"
    author = root.find(f"{GPX}metadata/{GPX}copyright").attrib["author"]
    assert author == "OpenStreetMap contributors"
