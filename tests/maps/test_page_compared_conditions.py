"""A comparison on the page tells who is lost under each condition, before and after.

The station stands at 0, people at -1,000 m; everybody walks 1,000 m in 15 minutes, on ice 500 m.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.maps import PagePart, draw_map, write_map
from planner.run import run_plan
from planner.scenarios import compare_scenarios
from tests.cities.small_plan import inputs_of
from tests.maps.paper import print_page
from tests.scenarios.test_by_hand import HOMES, WIDE, add, scenario

if TYPE_CHECKING:
    from pathlib import Path

ICE = """
[[conditions]]
name = "ice"
title = "Ice <b>"
[[conditions.speeds]]
factor = 0.5
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compared")
    homes = [("near", 100, 300, 0), ("far", 300, -1000, 0)]
    inputs = inputs_of(
        folder, HOMES, tables={"homes.csv": homes}, more=ICE, known="everywhere", bounds=WIDE
    )
    result = run_plan(inputs)
    comparison = compare_scenarios(inputs, [scenario(add("N", -700))])
    part = PagePart(comparison.content, comparison.drawn_on(result.layers))
    page = draw_map(
        result.layers, result.summary, tables=result.tables, comparison=part, title="x",
        language="en",
    )  # fmt: skip
    return write_map(page, folder / "map.html")


def test_who_is_lost_under_a_condition_before_and_after(visit):
    with visit(reduced_motion="reduce") as page:
        page.click("#view-comparison")
        table = page.locator("#tab-changes table.under")
        # Of 400 people 100 are covered on ice before, and all after.
        assert "residents under special conditions" in table.locator("caption").text_content()
        cells = table.locator("tbody tr").locator("th, td").all_text_contents()
        assert cells == ["Ice <b>", "25.0%", "100.0%", "300 → 0"]
        paper = print_page(page)
        assert paper.says("under special conditions", sheet=1)
        assert paper.says("Ice <b> 25.0% 100.0% 300 → 0", sheet=1)
