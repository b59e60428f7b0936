"""Ice and a flood on the page: chosen below the moments, they change figures, list, map and cards.

    far -1,000     office 0    water 400 to 650     mid 700      metres

Everybody walks 1,000 m in 15 minutes; the second station stands in the water.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from shapely.geometry import box

from planner.maps import draw_map, write_map
from planner.run import run_plan
from tests.cities.small_plan import inputs_of, write_polygons

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
CONDITIONS = """
[[conditions]]
name = "ice"
title = "Ice <b>"
[[conditions.speeds]]
factor = 0.5
[[conditions]]
name = "flood"
closed_area = "flood.geojson"
"""
LEFT_OUT = """(() => { const { state } = planner, row = state.figure(state.gapKind);
    return [state.gaps.reduce((sum, gap) => sum + gap.people_residential, 0), row.gap]; })()"""
SHUT = "planner.scene.facilities.map(f => planner.scene.choices.isShut(f, planner.state.when))"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("conditions")
    write_polygons(folder / "flood.geojson", {"water": box(400, -50, 650, 50)})
    homes = [("mid", 200, 700, 0), ("far", 300, -900, 0)]
    result = run_plan(
        inputs_of(
            folder, HOMES, tables={"homes.csv": homes}, more=CONDITIONS, known="everywhere",
            facilities=[("F", "Office", 0, 0), ("G", "Wet", 500, 10)],
        )
    )  # fmt: skip
    page = draw_map(result.layers, result.summary, tables=result.tables, title="x", language="en")
    return write_map(page, folder / "map.html")


def sentence(page: Page) -> str:
    return page.locator("#sentence").inner_text()


def test_a_condition_changes_the_page(visit):
    with visit(reduced_motion="reduce") as page:
        assert page.evaluate(LEFT_OUT) == [0, 0]
        page.click("#to-hours")
        items = page.locator("#conditions .moment-name").all_inner_texts()
        assert items == ["At any hour", "Ice <b>", "flood"]
        page.click("#condition-0")
        # 900 m take 27 minutes on ice, 700 m to the office or 200 m to the other one do not.
        assert page.evaluate(LEFT_OUT) == [300, 300]
        assert "(Ice <b>)" in sentence(page)
        assert "300 of them are covered usually" in sentence(page)
        assert page.evaluate(SHUT) == [False, False]
        assert page.evaluate("planner.state.bandProfile") is None
        page.evaluate("planner.cards.openGap(planner.state.gaps[0])")
        card = page.locator(".planner-card").inner_text()
        assert "out of reach under this condition" in card.lower()
        page.click("#condition-1")
        assert page.evaluate(LEFT_OUT) == [200, 200]
        assert page.evaluate(SHUT) == [False, True]
        page.evaluate("planner.cards.openFacility(planner.scene.facilities[1])")
        assert "Closed" in page.locator(".planner-card").inner_text()
        assert page.evaluate("planner.state.forLink.condition") == "flood"
        page.click("#moment")  # the chip at the top
        assert page.evaluate(LEFT_OUT) == [0, 0]
        assert page.evaluate("planner.state.asPlanned") is True


def test_an_address_leads_to_a_condition(visit):
    with visit(reduced_motion="reduce") as page:
        page.evaluate("planner.state.follow(new Map([['condition', 'flood'], ['tab', 'hours']]))")
        assert page.evaluate("planner.state.whom") == {"condition": "flood"}
        page.evaluate("planner.state.follow(new Map([['condition', 'snow']]))")
        assert page.evaluate("planner.state.whom") == {}
