"""The outline of a place by its name, asked of a server on this machine."""

import json

import pytest
import shapely

from planner.errors import SourceError
from planner.plan import Fetch
from planner.sources.cache import ArrayCache
from planner.sources.inputs import load_inputs
from planner.sources.place import (
    check_boundary_file,
    fetch_place,
    find_place,
    write_boundary,
)
from planner.sources.plan_file import load_plan
from planner.sources.polygon_table import load_polygons
from tests.cities.map_server import MapServer, is_silent, place, says, serving
from tests.cities.small_city import write_city, zones

OUTLINE = shapely.Polygon([(121.4, 31.4), (121.5, 31.4), (121.5, 31.5)])
POINT = shapely.Point(121.4, 31.4)


@pytest.fixture
def server():
    with serving(MapServer(places=[place("Town, 上海市, 中国", OUTLINE)])) as state:
        yield state


@pytest.fixture
def ask(server):
    def put(name="Town", **options):
        return fetch_place(name, Fetch(nominatim=server.address, pause=0, **options))

    return put


def test_a_place_has_an_outline_and_nothing_is_kept(ask, server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = ask("宝山区, 上海市")
    assert found.outline.equals(OUTLINE)
    assert found.name == "Town, 上海市, 中国"
    assert server.asked[0].startswith("/search?q=%E5%AE%9D%E5%B1%B1%E5%8C%BA%2C+")
    assert list(tmp_path.iterdir()) == []


def test_the_first_one_with_an_outline_is_taken(ask, server):
    """A node of that name is no area, nor is a line."""
    line = shapely.LineString([(121, 31), (122, 31)])
    server.places[:0] = [place("Town", POINT), place("Town Road", line), {"display_name": "?"}]
    assert ask().outline.equals(OUTLINE)


def test_the_plan_takes_it_as_its_area(server, tmp_path):
    more = f'[area]\nplace = "Town"\n[fetch]\nnominatim = "{server.address}/"\npause = 0'
    plan = write_city(tmp_path, demand=zones(residential=60), more=more)
    assert load_inputs(load_plan(plan)).boundary.equals(OUTLINE)


def test_a_server_of_the_machine_is_asked_where_the_plan_names_none(server, monkeypatch):
    monkeypatch.setenv("PLANNER_NOMINATIM", server.address)
    assert fetch_place("Town", Fetch(pause=0)).outline.equals(OUTLINE)
    with pytest.raises(SourceError, match=r"127.0.0.1:9/search: cannot be reached"):
        fetch_place("Town", Fetch(nominatim="http://127.0.0.1:9", pause=0))
    monkeypatch.setenv("PLANNER_NOMINATIM", "next door")
    with pytest.raises(SourceError, match="PLANNER_NOMINATIM: 'next door' is no address"):
        fetch_place("Town")


BOW_TIE = '{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}'
DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        ("[]", "no such place with an outline"),
        (json.dumps([place("Town", POINT)]), "no such place with an outline"),
        ('[{"geojson": 5}]', "no such place with an outline"),
        ('[{"geojson": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}}]', "no such place"),
        ('[{"geojson": {"type": "Polygon", "coordinates": "x"}}]', "no such place"),
        ('[{"geojson": {"type": "Polygon", "coordinates": [[[0,0],[999,0],[0,1],[0,0]]]}}]', "no "),
        ("{}", r"answers nonsense \(no list of places\)"),
        ("[5]", r"answers nonsense \(no list of places\)"),
        ("<html>", r"answers nonsense \(no JSON\), 2 times"),
        (DEEP, r"answers nonsense \(no JSON\), 2 times"),
    ],
)
def test_an_answer_that_helps_nobody_is_told_in_one_line(ask, server, answer, what):
    server.always = says(200, answer.encode())
    with pytest.raises(SourceError, match=rf"^\[area\] place 'Town': .*{what}.*; name a") as told:
        ask()
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 300


def test_an_outline_that_crosses_itself_is_mended(ask, server):
    server.places = [place("Town", OUTLINE) | {"geojson": json.loads(BOW_TIE)}]
    assert ask().outline.area == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("fault", "what"),
    [
        (says(429), "answers 429 Too Many Requests, 6 times"),
        (says(500), "answers 500 Internal Server Error, 6 times"),
        (says(403), "answers 403 Forbidden"),
        (says(302, Location="file:///etc/passwd"), "leads to file:///etc/passwd"),
        (is_silent(), "no answer in time, 2 times"),
    ],
)
def test_a_server_that_fails_is_told_in_one_line(ask, server, fault, what):
    server.always = fault
    with pytest.raises(
        SourceError, match=rf"^\[area\] place 'Town': {server.address}/.*{what}.*; name "
    ):
        ask(timeout=1)


def test_the_outline_is_saved_as_a_boundary(ask, tmp_path):
    check_boundary_file(tmp_path)
    path = write_boundary(tmp_path, ask())
    assert load_polygons(path, name=None).rows.geometry.iloc[0].equals(OUTLINE)
    assert "OpenStreetMap contributors" in path.read_text(encoding="utf-8")
    check_boundary_file(tmp_path)  # our own may be written anew


@pytest.mark.parametrize("content", ["{}", "mine", '{"features": [{"properties": {}}]}'])
def test_a_boundary_of_somebody_else_stays(tmp_path, content):
    (tmp_path / "boundary.geojson").write_text(content)
    with pytest.raises(SourceError, match="is already there and stays as it is"):
        check_boundary_file(tmp_path)


def test_a_place_is_looked_up_once(server, tmp_path):
    """Kept with its server and date; asked anew on wish, or where what is kept is damaged."""
    cache, fetch = ArrayCache(tmp_path / "cache"), Fetch(nominatim=server.address, pause=0)
    first = find_place("Town", fetch, cache=cache)
    assert find_place("Town", fetch, cache=cache) == first
    assert len(server.asked) == 1
    assert (first.server, first.fetched[:2]) == (server.address, "20")
    find_place("Town", fetch, cache=cache, anew=True)
    assert len(server.asked) == 2
    (kept,) = (tmp_path / "cache" / "places").iterdir()
    kept.write_text('{"features": [5]}', encoding="utf-8")
    assert find_place("Town", fetch, cache=cache).outline.equals(OUTLINE)
    assert len(server.asked) == 3


def test_a_plan_says_where_its_area_is_from(server, tmp_path):
    more = f'[area]\nplace = "Town"\n[fetch]\nnominatim = "{server.address}"\npause = 0'
    plan = write_city(tmp_path, demand=zones(residential=60), more=more)
    inputs = load_inputs(load_plan(plan))
    said = f"[area] place 'Town': Town, 上海市, 中国, looked up at {server.address} on 20"
    assert [line for line in inputs.remarks if line.startswith(said)]


def test_a_district_comes_before_a_building_and_a_name_is_a_text(ask, server):
    house = place("Town Hall", shapely.box(0, 0, 1, 1), category="building")
    server.places = [house, place("Town", OUTLINE) | {"display_name": None}]
    assert (ask().name, ask().outline) == ("Town", OUTLINE)
    server.places = [house]
    assert ask().name == "Town Hall"
