"""A choice of people, minutes or moment changes sentence, cards, list, map and cards together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.maps import draw_map, write_map
from planner.run import run_plan
from tests.cities.small_plan import inputs_of
from tests.gaps.test_gaps_by_choice import GROUPS, HEADING, HOMES, SERVICE

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

#: The people left out by the list, scattered ones too, and those that the row of the choice counts.
LEFT_OUT = """(() => { const { state } = planner, kind = state.gapKind;
    const row = state.figure(state.whom.group ? null : kind);
    return [state.gaps.reduce((sum, gap) => sum + gap['people_' + kind], 0), row.gap]; })()"""
SHUT = (
    "planner.scene.facilities.map(f => planner.scene.choices.isShut(f, planner.state.whom.moment))"
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of three homes on a street, an office and a kiosk; see test_gaps_by_choice."""
    from shapely.geometry import box

    folder = tmp_path_factory.mktemp("choices")
    homes = [("a", 200, -800, 0), ("b", 160, -1900, 0), ("far", 170, 800, 0)]
    result = run_plan(
        inputs_of(
            folder, HOMES, tables={"homes.csv": homes}, heading=HEADING, service=SERVICE,
            facilities=[("office", "O", "Mo-Fr 09:00-17:00", 0, 0), ("kiosk", "K", "", 1500, 0)],
            more=GROUPS, bounds=box(-9000, -9000, 9000, 9000),
        )
    )  # fmt: skip
    page = draw_map(result.layers, result.summary, tables=result.tables, title="x", language="en")
    return write_map(page, folder / "map.html")


def listed(page: Page) -> list[str]:
    return list(page.locator("#gaps .gap-people").all_inner_texts())


def test_minutes_change_the_gaps(visit):
    with visit(reduced_motion="reduce") as page:
        assert page.evaluate(LEFT_OUT) == [160, 160]
        page.select_option("#minutes", "5")
        assert page.evaluate(LEFT_OUT) == [530, 530]
        assert len(listed(page)) == 3
        assert page.evaluate("planner.state.gaps.every(gap => gap.shape)") is True
        assert page.locator("#gaps-note").is_hidden()
        page.click("#gaps button >> nth=0")
        assert "Not looked for" in page.locator(".planner-card").inner_text()
        page.select_option("#minutes", "15")
        assert page.evaluate(LEFT_OUT) == [160, 160]


def test_a_choice_is_worked_out_once_and_its_outlines_lie_in_boxes_known_before(visit):
    """The outline of a disc has sixteen corners: at most 2 % of the radius within the box."""
    with visit(reduced_motion="reduce") as page:
        page.select_option("#minutes", "5")
        page.evaluate("window.before = planner.state.gaps")
        page.select_option("#minutes", "15")
        page.select_option("#minutes", "5")
        assert page.evaluate("planner.state.gaps === before") is True
        apart = page.evaluate("""planner.state.gaps.map(({ shape }) => {
            const found = shape.whole.box;
            return [shape.box.x0 - found.x0, shape.box.y0 - found.y0,
                    found.x1 - shape.box.x1, found.y1 - shape.box.y1,
                    (shape.box.x1 - shape.box.x0) / 2]; })""")
        assert apart
        for *gaps, radius in apart:
            assert all(-0.09 * radius <= gap <= 0.01 * radius for gap in gaps)
            assert min(gaps) > -0.09 * radius


def test_choosing_makes_no_outline_that_is_not_drawn(visit):
    """Neither the list nor the figures need any; the map is far away."""
    with visit(reduced_motion="reduce") as page:
        page.evaluate("void planner.map.setView([0, 0], 15, { animate: false })")
        page.select_option("#minutes", "5")
        page.wait_for_timeout(300)
        assert page.evaluate("planner.state.gaps.map((gap) => gap.shape.made)") == [None] * 3


def test_a_moment_changes_gaps_stations_and_reach(visit):
    with visit(reduced_motion="reduce") as page:
        assert page.evaluate(SHUT) == [False, False]
        page.click("#to-hours")
        page.click("#moment-1")  # night
        assert page.evaluate(LEFT_OUT) == [360, 360]
        assert page.evaluate(SHUT) == [True, False]
        assert "Closed at that time" in page.locator("#legend").inner_text()
        # reach was drawn whatever the hours: none is shown
        assert page.evaluate("planner.state.bandProfile") is None
        assert "Reach was not worked out for this choice" in page.locator("#legend").inner_text()
        page.evaluate("planner.cards.openFacility(planner.scene.facilities[0])")
        assert "Closed" in page.locator(".planner-card").inner_text()
        page.evaluate("planner.cards.openGap(planner.state.gaps[0])")
        card = page.locator(".planner-card").inner_text()
        assert "K" in card.split()
        page.click("#moment")
        assert page.evaluate(LEFT_OUT) == [160, 160]
        assert page.evaluate("planner.state.bandProfile") == "adult"


def test_a_group_and_another_profile_change_the_gaps(visit):
    with visit(reduced_motion="reduce") as page:
        # the elderly stand in the list once: as the group
        assert page.locator("#who option").all_inner_texts() == [
            "Everybody", "old (pace of the elderly)", "Everybody (Wheelchair)",
        ]  # fmt: skip
        assert page.locator("#gaps-by-residential").count() == 0  # one kind: nothing to switch
        page.select_option("#who", "gold")
        assert page.evaluate(LEFT_OUT) == [180, 180]
        page.click("#gaps button >> nth=0")
        assert page.locator(".planner-card dt").first.inner_text() == "old"
        page.evaluate("planner.printing.makeNow()")
        paper = page.locator("#paper").text_content()
        assert "Service gaps · Whole area · old (pace of the elderly)" in paper
        assert "largest gaps by old" in paper or "largest gap by old" in paper
        assert page.evaluate("planner.state.bandProfile") is None
        page.select_option("#who", "pwheelchair")
        assert page.evaluate(LEFT_OUT) == [160, 160]
        page.select_option("#minutes", "5")
        assert page.locator("#who").input_value() == "pwheelchair"
        assert page.evaluate(LEFT_OUT) == [530, 530]


def test_a_card_of_a_place_tells_the_verdict_of_the_choice(visit):
    told = """(moment) => { planner.choose((state) => state.chooseWhom(moment ? { moment } : {}));
        return planner.state.verdict; }"""
    with visit(reduced_motion="reduce") as page:
        today = page.evaluate(told, None)
        night = page.evaluate(told, "night")
        assert sorted(today) == [0, 0, 1]
        assert sorted(night) == [0, 1, 1]
