"""The outline of a place by its name, asked of a server on this machine."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import osmnx
import pytest
import shapely

from planner.errors import SourceError
from planner.sources.inputs import load_inputs
from planner.sources.place import find_place
from planner.sources.plan_file import load_plan
from tests.cities.small_city import write_city, zones

OUTLINE = [[[121.4, 31.4], [121.5, 31.4], [121.5, 31.5], [121.4, 31.4]]]
PLACE = {
    "place_id": 1, "osm_type": "relation", "osm_id": 2, "lat": "31.4", "lon": "121.4",
    "class": "boundary", "type": "administrative", "place_rank": 12, "importance": 0.5,
    "addresstype": "district", "name": "Town", "display_name": "Town",
    "boundingbox": ["31.4", "31.5", "121.4", "121.5"],
}  # fmt: skip


def found(kind, coordinates):
    return [{**PLACE, "geojson": {"type": kind, "coordinates": coordinates}}]


@pytest.fixture
def answers(monkeypatch):
    """Let a server answer every question with places; None: with an error that is no JSON."""
    said = {"places": []}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            works = said["places"] is not None
            self.send_response(200 if works else 500)
            self.end_headers()
            self.wfile.write(json.dumps(said["places"]).encode() if works else b"out of order")

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    monkeypatch.setattr(osmnx.settings, "nominatim_url", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setattr(osmnx.settings, "use_cache", True)
    monkeypatch.setattr("osmnx._nominatim.time.sleep", lambda _seconds: None)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield said
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_place_has_an_outline_and_nothing_is_kept(answers, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answers["places"] = found("Polygon", OUTLINE)
    assert find_place("Town").equals(shapely.Polygon(OUTLINE[0]))
    assert list(tmp_path.iterdir()) == []


def test_the_plan_takes_it_as_its_area(answers, tmp_path):
    plan = write_city(tmp_path, demand=zones(residential=60), more='[area]\nplace = "Town"')
    answers["places"] = found("Polygon", OUTLINE)
    inputs = load_inputs(load_plan(plan))
    assert inputs.boundary.equals(shapely.Polygon(OUTLINE[0]))


@pytest.mark.parametrize(
    ("places", "what"),
    [
        ([], "no such place with an outline"),
        (found("Point", [121.4, 31.4]), "no such place with an outline"),
        (None, r"no answer from the internet \(ResponseStatusCodeError\)"),
    ],
)
def test_a_place_that_is_not_found_is_told_in_one_line(answers, places, what):
    answers["places"] = places
    advice = r"name a polygon file instead: \[area\] boundary"
    with pytest.raises(SourceError, match=rf"^\[area\] place 'Town': {what}; {advice}$"):
        find_place("Town")


@pytest.mark.usefixtures("answers")
def test_without_a_connection_it_says_so(monkeypatch):
    monkeypatch.setattr(osmnx.settings, "nominatim_url", "http://127.0.0.1:9/")
    with pytest.raises(SourceError, match=r"no answer from the internet \(ConnectionError\)"):
        find_place("Town")
