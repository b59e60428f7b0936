"""The tab of routes: in Node what follows from its data, in a browser what is seen and pressed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from planner.maps import PagePart, draw_map, write_map
from planner.maps._map_grid import STEP_DEG, MapGrid
from planner.maps._routes_payload import build_routes_payload
from tests import sample_routes
from tests.maps import sample
from tests.maps.drawn import count_dots
from tests.maps.in_node import in_node, require_npm
from tests.maps.sample import PHONE
from tests.maps.test_page_access import LOOK
from tests.maps.test_page_browser import TOO_NARROW
from tests.maps.waiting import wait_for
from tests.sample_routes import HOSTILE

if TYPE_CHECKING:
    from playwright.sync_api import Page

RED, GREEN = (179, 32, 44), (44, 122, 63)
GRID = MapGrid(lon=121.40, lat=31.30)


def write_page(path: Path, language: str = "zh", **texts: str) -> Path:
    layers = sample_routes.layers()
    content = sample_routes.content(language)
    for column, text in texts.items():
        layers["stops"][column] = text
        for row in (*content["left_out"], *content["templates"]):
            row.update({key: text for key in ("name", "text", "detail") if key in row})
    part = PagePart(content, layers)
    page = draw_map(sample.layers(), sample.summary(), title="演示区", synthetic=True,
                    date="2026-11", language=language, routes=part)  # fmt: skip
    return write_map(page, path)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page(tmp_path_factory.mktemp("routes") / "map.html")


def text(page: Page, place: str) -> str:
    return " ".join(page.locator(place).inner_text().split())


# -- in Node ------------------------------------------------------------------------------------


def of_routes(expression: str) -> Any:
    """Return the value of an expression in which `walks` are the sample's routes."""
    given = build_routes_payload(sample_routes.content(), sample_routes.layers(), GRID)
    made = f"((walks) => ({expression}))(buildRoutes({{ routes, plane: new Plane(origin, step) }}))"
    return in_node(made, routes=given, origin=[GRID.lon, GRID.lat], step=STEP_DEG)


def test_what_happens_on_a_route_follows_its_times():
    """R1: walks of 10, 8 and 12 minutes, stays until 09:40, 10:38 and 11:30."""
    steps = of_routes("walks.routes[0].steps.map(({ from, until }) => [from - 540, until - 540])")
    assert steps == [[0, 10], [10, 40], [40, 48], [48, 98], [98, 110], [110, 150]]
    # R2 begins at its first stop.
    assert of_routes("walks.routes[1].steps.map((step) => step.until - 540)") == [60, 71, 116]


def test_a_group_is_half_way_after_half_of_the_minutes():
    """From 121.4336 to 121.440 in ten minutes; then at the stop as long as it stays."""
    spots = of_routes("[0, 5, 10, 39].map((minutes) => placeOn(walks.routes[0], 540 + minutes).x)")
    start, middle, stop, still = spots
    assert middle == pytest.approx((start + stop) / 2, rel=1e-6)
    assert still == stop


def test_times_past_midnight_go_on():
    times = in_node("[minutesOf('24:30'), minutesOf('9:05'), minutesOf('25:61'), clockOf(1470)]")
    assert times == [1470, 545, None, "00:30"]
    route = {"begin": "23:40", "end": "00:20", "legs": [],
             "stops": [{"order": 1, "arrive": "23:50", "leave": "00:20"}]}  # fmt: skip
    steps = in_node("stepsOf(route).map(({ from, until }) => [from, until])", route=route)
    assert steps == [[1420, 1430], [1430, 1460]]


def test_minutes_are_those_between_the_times_beside_them():
    """A leg of 7.6 minutes is told from 09:40 to 09:48, one of 12.4 from 10:38 to 10:50."""
    layers = sample_routes.layers()
    layers["legs"]["minutes"] = [10.4, 7.6, 12.4, 11.4]
    given = build_routes_payload(sample_routes.content(), layers, GRID)
    made = "buildRoutes({ routes, plane: new Plane(origin, step) }).routes"
    told = in_node(
        f"{made}.map((route) => [route.walk_minutes, route.ride_minutes, route.wait_minutes, "
        "...route.legs.map((leg) => leg.minutes)])",
        routes=given, origin=[GRID.lon, GRID.lat], step=STEP_DEG,
    )  # fmt: skip
    assert told == [[30, 0, 20, 10, 8, 12], [0, 11, 0, 11]]


def test_only_a_crossing_longer_than_the_plan_says_is_warned_of():
    said = of_routes(
        "walks.routes.map((route) => route.legs.map((leg) => warningsOf(leg, walks.about)"
        ".map(({ key }) => key)))"
    )
    assert said == [[[], ["routes_steps"], ["routes_crossing"]], [[]]]
    leg = {"by": "walk", "steps": None, "longest_crossing_m": 25}
    about = {"question": {"long_crossing_m": 25}}
    assert in_node("warningsOf(leg, about)", leg=leg, about=about) == []


# -- in a browser -------------------------------------------------------------------------------


def test_the_tab_lists_routes_and_the_map_shows_them_in_place_of_gaps(visit):
    with visit(reduced_motion="reduce") as page:
        assert count_dots(page, RED) == 0
        page.click("#to-routes")
        wait_for(page, "document.body.dataset.drawn === 'true'")
        assert count_dots(page, RED) > 200
        assert count_dots(page, GREEN) > 200
        assert count_dots(page, (194, 65, 12)) == 0  # the edge of gaps
        assert text(page, "#tab-routes h2") == "2 条线路"
        first = text(page, "#route-1")
        for said in ("红色 · 3 处", "解放纪念馆 → 老码头旧址 → 烈士陵园", "09:00–11:30"):
            assert said in first
        about = text(page, "#tab-routes")
        assert (
            "周六 09:00 出发，每条不超过 4 小时；一次步行不超过 20 分钟，合计不超过 90 分钟"
            in about
        )
        assert "志愿者共用 12 人，最多 100 人。" in about
        assert "与可能的最优组合至多相差 5.0%。" in about
        assert "服务盲区" not in text(page, "#legend")
        page.click("#fold-title-left")
        left = text(page, "#fold-left table")
        assert "夜校旧址 红色 那时不开放" in left
        assert "纺织博物馆 工业 可选，但别处更值得去" in left


def test_a_route_is_chosen_played_and_kept_in_the_address(visit):
    with visit(reduced_motion="reduce") as page:
        page.click("#to-routes")
        page.click("#route-1")
        stops = text(page, ".stops")
        way = "步行 8 分钟，570 米 · 等候 20 分钟"
        for said in ("09:00 从 第1居民区站 出发", way, "有台阶 1 处", "过街 32 米"):
            assert said in stops
        assert "沿线有厕所 1 处、座椅 1 处" in text(page, ".route-more")
        # Who asked for no motion goes on step by step, with the keyboard alone.
        page.focus("#route-play")
        for said in (
            "09:00 步行前往 解放纪念馆", "09:10 在 解放纪念馆", "09:40 步行前往 老码头旧址",
            "09:48 在 老码头旧址 等候开门",
        ):  # fmt: skip
            page.keyboard.press("Enter")
            assert text(page, "#route-now") == said
        page.focus("#route-time")
        page.keyboard.press("End")
        assert text(page, "#route-now") == "11:30 在 烈士陵园"
        page.click("#stop-1")
        card = text(page, ".planner-card")
        for said in (
            "线路 1 · 红色",
            "09:48–10:38",
            "20 分钟，10:08 开放",
            "有台阶 1 处",
            "烈士陵园 →",
        ):
            assert said in card
        wait_for(page, "location.hash.includes('tab=routes&route=1&card=stop-2')")
        page.keyboard.press("Escape")
        page.click("#routes-all")
        wait_for(page, "!location.hash.includes('route=')")
    with visit(hash_="#tab=routes&route=2&card=stop-1", reduced_motion="reduce") as page:
        # A card is of its own route, whatever the address says beside it.
        assert page.evaluate("planner.state.route") == 0
        link = page.locator(".planner-card a.link")
        assert link.get_attribute("href") == "https://example.org/oath"
        assert link.get_attribute("rel") == "noopener noreferrer"


def test_playing_moves_on_by_itself_and_pauses(visit):
    with visit(hash_="#tab=routes&route=2") as page:
        page.click("#route-play")
        wait_for(page, "planner.state.moving && planner.state.moving.minutes > 545")
        page.click("#route-play")
        at = page.evaluate("planner.state.moving.minutes")
        page.wait_for_timeout(150)
        assert page.evaluate("planner.state.moving.minutes") == at
        page.click("#to-gaps")
        assert page.evaluate("planner.state.moving") is None


@pytest.mark.nightly  # 3 s
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_has_room_for_it(visit, tmp_path, language):
    path = write_page(tmp_path / "map.html", language)
    with visit(PHONE, path=path, hash_="#tab=routes&route=1", reduced_motion="reduce") as page:
        assert page.evaluate(TOO_NARROW) == []
        page.click("#stop-0")
        assert page.locator(".planner-card").is_visible()


def test_hostile_names_are_text_and_the_paper_has_the_stops(visit, tmp_path):
    path = write_page(tmp_path / "map.html", name=HOSTILE, note=HOSTILE)
    with visit(path=path, hash_="#tab=routes&route=1", reduced_motion="reduce") as page:
        page.click("#stop-0")
        assert "<img src=x" in page.locator(".planner-card h3").inner_text()
        page.keyboard.press("Escape")
        page.evaluate("planner.printing.makeNow()")
        paper = page.evaluate("document.getElementById('paper').textContent")
        assert "09:48–10:38" in paper
        assert page.locator("#paper img[onerror]").count() == 0
        assert page.evaluate("window.harmed") is None


@pytest.mark.nightly  # 4 s
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_keeps_anybody_out_of_it(visit, tmp_path, language):
    axe = (require_npm("axe-core") / "axe.min.js").read_text(encoding="utf-8")
    path = write_page(tmp_path / "map.html", language)
    with visit(path=path, hash_="#tab=routes&route=1", reduced_motion="reduce") as page:
        page.evaluate(axe)
        assert page.evaluate(LOOK) == []
        page.click("#stop-0")
        assert page.evaluate(LOOK) == []


def test_a_page_without_routes_has_no_such_tab(visit, tmp_path):
    page = draw_map(sample.layers(), sample.summary(), title="演示区", synthetic=True)
    path = write_map(page, tmp_path / "map.html")
    with visit(
        path=path, hash_="#tab=routes&route=1&card=stop-1", reduced_motion="reduce"
    ) as shown:
        assert shown.locator("#to-routes").count() == 0
        assert shown.evaluate("planner.state.tab") == "gaps"
