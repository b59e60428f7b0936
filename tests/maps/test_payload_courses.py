"""What the page is told of sessions, and what it makes of it: the sample, by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest

from planner.maps._courses_payload import build_courses_payload
from planner.maps._map_grid import STEP_DEG, MapGrid
from planner.maps._packed_payload import pack_payload, unpack_payload
from planner.reports import write_sessions
from planner.sources.finished_files import load_json
from tests import sample_sessions
from tests.maps.in_node import in_node

if TYPE_CHECKING:
    from pathlib import Path

GRID = MapGrid(lon=121.4, lat=31.3)
LAYERS = ("sessions", "committees", "hosts", "lines")


def read_part(folder: Path, **changes: Any) -> tuple[dict[str, Any], dict[str, gpd.GeoDataFrame]]:
    """Write the sample and read what a page is drawn from."""
    write_sessions(sample_sessions.chosen(**changes), folder, day="2026-11-30")
    layers = {name: gpd.read_file(folder / "courses.gpkg", layer=name) for name in LAYERS}
    return load_json(folder / "courses.json"), layers


@pytest.fixture(scope="module")
def payload(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The payload; the first host is a facility of the page."""
    content, layers = read_part(tmp_path_factory.mktemp("courses"))
    facilities = gpd.GeoDataFrame(
        {"facility_id": ["F9", "H1"], "name": ["别处", "大场站"]},
        geometry=gpd.points_from_xy([121.4, 121.44], [31.3, 31.33]), crs="EPSG:4326",
    )  # fmt: skip
    return build_courses_payload(content, layers, facilities, GRID)


def test_orders_lead_to_committees_and_sessions(payload: dict[str, Any]):
    orders = payload["orders"]
    assert orders["committee"] == [0, 1, 2, 3]
    assert orders["session"] == [0, 0, 1, 2]
    assert orders["by"] == [0, 1, 2, 0]
    assert orders["minutes"] == [10.0, 25.0, None, 15.0]


def test_days_count_from_the_begin_of_the_term(payload: dict[str, Any]):
    # July and August have 31 days each; from 1 July to 3 September are 62 + 2.
    sessions = payload["sessions"]
    assert sessions["day"] == [64, 100, 64]
    assert sessions["begin"] == [570, 840, 570]
    assert sessions["end"] == [660, 930, 660]


def test_a_host_of_the_page_has_its_name_from_there(payload: dict[str, Any]):
    hosts = payload["hosts"]
    assert hosts["facility"] == [1, None, None]
    assert hosts["name"] == [None, "顾村站", "罗泾站"]
    assert hosts["fill"] == [0.6, 0.75, None]


def test_merged_courses_go_by_their_names(payload: dict[str, Any]):
    names = payload["names"]["course"]
    first = [names[at] for at in payload["sessions"]["merged"][0]]
    assert first == ["党史", "党的历史"]
    assert payload["merges"][0]["spared"] == 50


def test_sentences_are_there_in_both_languages(payload: dict[str, Any]):
    # Names stand for the ids of the planner's own sentence.
    change = "a room of 400 seats instead of 150 at 大场站, {} 400 instead of 80 for 党史"
    assert payload["unmet"][0]["change"]["en"] == change.format("most people of a class")
    assert {*payload["unmet"][0]["reason"]} == {"en", "zh"}
    assert payload["unmet"][0]["committee"] == 4


def test_no_id_of_the_data_is_in_the_payload(payload: dict[str, Any]):
    text = repr(payload)
    assert [word for word in ("D-0001", "S1", "H1", "K-001", "J-01", "C1") if word in text] == []


# -- the program --------------------------------------------------------------------------------

SCENE = """(() => { const plane = new Plane([121.4, 31.3], step);
    const all = buildCourses({ courses, plane }, [{}, { name: '大场站', level: 'town' }]);
    return SHOWN; })()"""


def shown(payload: dict[str, Any], expression: str) -> Any:
    """Return what an expression says of the courses as the page builds them."""
    read = unpack_payload(pack_payload(payload))
    return in_node(SCENE.replace("SHOWN", expression), courses=read, step=STEP_DEG)


def test_the_page_knows_who_goes_where(payload: dict[str, Any]):
    """One start of Node for all that the program makes of the sample."""
    found = shown(
        payload,
        """({
        goes: all.committees.map((one) => one.orders.map(({ session }) =>
            [session.date, session.host.name, session.orders.length])),
        courses: all.courses.map((one) => [one.name, one.held.length]),
        lines: linesOf(all.orders).map((one) => one.people),
        lonely: [withoutHost(all, null).map((one) => one.name), withoutHost(all, '大场镇').length],
        towns: ['大场镇', '罗泾镇'].map((town) => sessionsOfTown(all, town)).map((of) =>
            [of.held.length, of.coming, of.joined.length, of.away]),
        numbers: [...numberHosts(all, { kind: 'course', index: 0 }).values()],
        none: buildCourses({}, []).about })""",
    )
    assert found["goes"] == [
        [["2026-09-03", "大场站", 2]], [["2026-09-03", "大场站", 2]], [["2026-10-09", "大场站", 1]],
        [["2026-09-03", "顾村站", 1]], [],
    ]  # fmt: skip
    # A course is found by its own name and by those that are taught as one with it.
    assert dict(found["courses"])["党史"] == dict(found["courses"])["党的历史"] == 2
    assert found["lines"] == [30, 50, 60, 70]  # the heaviest lies on top
    assert found["lonely"] == [["丙村委"], 0]
    # Dachang holds two sessions of 120 and 60 people; its own go to the first. Those of Luojing go
    # to the other by coach, and nothing is held there.
    assert found["towns"] == [[2, 180, 1, 0], [0, 0, 1, 1]]
    assert found["numbers"] == [1]
    assert found["none"] is None


def test_the_orders_of_what_is_chosen(payload: dict[str, Any]):
    committee, host = {"kind": "committee", "index": 1}, {"kind": "host", "index": 0}
    choices: list[tuple[Any, Any, Any, list[int]]] = [
        (None, None, None, [70, 50, 60, 30]),
        (None, None, "顾村镇", [30]),
        (committee, None, None, [50]),
        (host, None, None, [70, 50, 60]),
        (committee, 0, None, [70, 50]),  # everybody who goes to the session that is open
    ]
    states = [{"lesson": one, "lecture": two, "town": town} for one, two, town, _ in choices]
    of = f"{json.dumps(states, ensure_ascii=False)}.map((state) => ordersShown(all, state)"
    found = shown(payload, f"{of}.map((order) => order.people))")
    assert found == [expected for *_, expected in choices]
