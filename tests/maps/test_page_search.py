"""The search box and the card of a place, in a real browser: keyboard, clicks, both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
from shapely.geometry import Point, box

from planner.maps import draw_map, write_map
from tests.maps import sample
from tests.maps.waiting import wait_for
from tests.samples import at_night

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LABELS = "planner.labels.listAt(14, planner.state, planner.names._pen)"
#: The list is that of what is typed: a moment after the last key.
FOUND = "planner.search.isCurrent() && !planner.search.list.hidden"
#: A home of 30 people at 121.4105, 31.3105 in an estate; its station is F00.
HOME = (121.4105, 31.3105)


def layers() -> dict[str, gpd.GeoDataFrame]:
    """The sample with names, and one estate whose homes say which stations they reach."""
    known = sample.layers()
    homes = [Point(HOME), Point(HOME[0] + 0.0005, HOME[1])]
    demand = gpd.GeoDataFrame(
        {"demand_id": ["residential:a", "residential:b"], "kind": ["residential"] * 2,
         "people": [30, 12], "minutes": [6.2, 16.4], "verdict": ["covered", "gap"],
         "reason": ["", ""],
         "zone_id": ["z1", "z1"], "nearest_facility_id": ["F00", "F00"],
         "facilities_in_reach": [2, 0], "facility_ids_in_reach": ['["F00", "F01"]', "[]"]},
        geometry=homes, crs="EPSG:4326",
    )  # fmt: skip
    zones = gpd.GeoDataFrame(
        {"zone_id": ["z1"], "kind": ["residential"], "name": ["重庆新村"]},
        geometry=[box(121.4095, 31.3095, 121.4115, 31.3115)], crs="EPSG:4326",
    )  # fmt: skip
    stations = known["facilities"].assign(opening_hours="Mo-Fr 08:30-17:00")
    edges = known["walk_edges"].copy()
    edges["name"] = ["长街" if at % 97 == 0 else "" for at in range(len(edges))]
    return known | {"demand": demand, "zones": zones, "facilities": stations, "walk_edges": edges}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with an estate, streets with a name, and a hostile one."""
    given = layers()
    given["zones"] = gpd.GeoDataFrame(
        {"zone_id": ["z1", "z2"], "kind": ["residential"] * 2,
         "name": ["重庆新村", sample.HOSTILE]},
        geometry=[*given["zones"].geometry, box(121.45, 31.35, 121.452, 31.352)], crs="EPSG:4326",
    )  # fmt: skip
    page = draw_map(given, sample.summary(), title="演示区", synthetic=True, date="2026-11")
    return write_map(page, tmp_path_factory.mktemp("search") / "map.html")


def look(page: Any, lonlat: tuple[float, float], zoom: float) -> None:
    """Show a place at a zoom, and click on it beside the panel."""
    page.evaluate(f"planner.map.setView([{lonlat[1]}, {lonlat[0]}], {zoom}, {{animate: false}})")
    spot = page.evaluate(f"planner.map.latLngToContainerPoint([{lonlat[1]}, {lonlat[0]}])")
    page.mouse.click(spot["x"], spot["y"])


def card(page: Any) -> str:
    """Return what the open card says."""
    return str(page.locator(".planner-card").inner_text())


def options(page: Any) -> list[str]:
    """Return the names in the list of hits."""
    wait_for(page, FOUND)
    return [str(text) for text in page.locator("#search-list .hit-name").all_inner_texts()]


def test_the_keyboard_finds_an_estate_by_any_reading(visit: Callable[..., Any]) -> None:
    with visit(reduced_motion="reduce") as page:
        page.click("#search-box")
        assert page.get_attribute("#search-box", "aria-expanded") == "false"
        for typed in ("cqxc", "zqxc", "chongqing", "重庆"):
            page.fill("#search-box", typed)
            assert options(page)[0] == "重庆新村"
        assert page.get_attribute("#search-box", "aria-expanded") == "true"
        page.keyboard.press("ArrowDown")
        chosen = page.get_attribute("#search-box", "aria-activedescendant")
        assert page.get_attribute(f"#{chosen}", "aria-selected") == "true"
        page.keyboard.press("Enter")
        said = card(page)
        # two homes: one with 30 people covered, one with 12 left out; the line is that of the first
        for words in ("重庆新村", "小区", "已覆盖 30 人", "服务盲区 12 人", "6 分钟至 16 分钟",
                      "第1居民区站", "周一至周五 08:30–17:00",
                      "步行 15 分钟内的站点 · 2"):  # fmt: skip
            assert words in said
        assert page.locator("#search-list").is_hidden()


def test_escape_closes_the_list_then_empties_the_box_and_leaves_the_card(visit):
    with visit(reduced_motion="reduce") as page:
        look(page, HOME, 17)
        page.click("#search-box")
        page.keyboard.type("xy")
        wait_for(page, FOUND)
        page.keyboard.press("Escape")
        assert page.locator("#search-list").is_hidden()
        assert page.input_value("#search-box") == "xy"
        page.keyboard.press("Escape")
        assert page.input_value("#search-box") == ""
        assert page.locator(".planner-card").count() == 1


def test_enter_takes_what_stands_in_the_box_even_before_the_list_shows(visit):
    with visit(reduced_motion="reduce") as page:
        page.click("#search-box")
        page.keyboard.type("cqxc")
        page.keyboard.press("Enter")
        assert "重庆新村" in card(page)


def test_a_town_a_station_a_gap_and_a_street_open_what_they_are(visit):
    with visit(reduced_motion="reduce") as page:
        for typed, words in (
            ("第2居民区站", "开放时间"),
            ("临江新村西", "22 分钟"),
            ("长街", "道路"),
        ):
            page.fill("#search-box", typed)
            page.press("#search-box", "Enter")
            assert typed in card(page)
            assert words in card(page)
        page.fill("#search-box", "大场镇")
        page.press("#search-box", "Enter")
        assert page.evaluate("planner.state.town") == "大场镇"


def test_nothing_found_is_said_and_a_hostile_name_is_only_text(visit):
    with visit(reduced_motion="reduce") as page:
        page.fill("#search-box", "没有这个地方")
        wait_for(page, FOUND)
        assert "没有找到" in page.inner_text("#search-list")
        page.fill("#search-box", "</script>")
        assert options(page) == [sample.HOSTILE]
        page.press("#search-box", "Enter")
        assert "window.harmed" in card(page)
        assert page.evaluate("window.harmed") is None


@pytest.mark.parametrize("language", [at_night("zh"), at_night("en")])
def test_no_click_hits_nothing(visit, language):
    """A home, a street without homes, a field, and a place outside the area; from near and afar."""
    said = {
        "zh": ["已覆盖", "没有统计到住户", "直线", "不统计人口"],
        "en": ["covered", "No homes are counted", "straight line", "people are not counted here"],
    }[language]
    with visit(reduced_motion="reduce") as page:
        if language == "en":
            page.click("#lang")
        look(page, HOME, 17)
        assert said[0] in card(page)
        look(page, (121.4402, 31.3603), 17)
        assert said[1] in card(page)
        assert said[2] in card(page)
        look(page, (121.52, 31.36), 16)
        assert said[3] in card(page)
        for zoom in (11, 12.5, 14, 15.5, 17):
            for away in (0.0, 0.003, 0.006):
                page.evaluate("planner.cards.close()")
                look(page, (121.44 + away, 31.34 + away), zoom)
                assert page.locator(".planner-card").count() == 1


def test_labels_are_the_same_wherever_the_map_is_moved(visit):
    with visit(reduced_motion="reduce") as page:
        at = f"{LABELS}.map((one) => [one.label.text, one.anchor.x, one.anchor.y])"
        page.evaluate("void planner.map.setView([31.34, 121.44], 14, {animate: false})")
        page.wait_for_function(f"{LABELS}.length > 0")
        first = page.evaluate(at)
        page.evaluate(
            "planner.labels.found.clear(); planner.map.panBy([137, 61], {animate: false})"
        )
        page.wait_for_function(f"{LABELS}.length > 0")
        assert page.evaluate(at) == first
        assert {text for text, _, _ in first} >= set(sample.TOWNS)
        found = f"{LABELS}.map((one) => one.anchor.boxes)"
        meet = """one.some((x) => other.some((y) => x.x0 < y.x1 && x.x1 > y.x0
            && x.y0 < y.y1 && x.y1 > y.y0))"""
        meeting = f"{found}.some((one, at, all) => all.slice(0, at).some((other) => {meet}))"
        assert page.evaluate(meeting) is False


def test_names_can_be_switched_off(visit):
    with visit(reduced_motion="reduce") as page:
        page.click(".layers-button")
        page.uncheck("[data-layer=labels]")
        assert page.evaluate("planner.state.layers.labels") is False
