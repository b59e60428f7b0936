"""The page in Chromium 86 of October 2020, as on an office PC that nobody updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.maps import PagePart, TownPages, draw_comparison, draw_map, draw_proposal, write_map
from planner.run import run_plan
from tests.maps import sample, sample_sites, sample_walls
from tests.maps.conftest import Browsers, old_chromium, wait_until_ready
from tests.maps.drawn import read_dots
from tests.maps.whatif_beside import check_figures
from tests.maps.whatif_city import city_inputs, draw_city
from tests.samples import at_night, is_whole

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OPTIONS = {"title": "演示区", "synthetic": True, "date": "2026-11"}
PAPER = (246, 244, 239)
BUTTONS = "bar => [...document.querySelectorAll(`#${bar} button`)].map(e => e.id)"
INKED = """name => { const c = planner[name]._container;
    const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
    let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i] > 0) n++; return n; }"""


@pytest.fixture(scope="module")
def browser(browsers: Browsers) -> Browser:
    running = browsers.take(old_chromium(), "make browser")
    assert running.version.startswith("86.")
    return running


def pages():
    """A plain page, one with walls, gates and groups, a proposal and a comparison.

    By day one of all the others together.
    """
    if not is_whole():
        yield draw_map(
            sample_walls.layers(), sample_walls.summary(), **OPTIONS,
            proposal=PagePart(sample_sites.proposal(), sample_sites.site_layers()),
            comparison=PagePart(sample_sites.comparison(), sample_sites.compared_layers()),
        )  # fmt: skip
        return
    yield draw_map(sample.layers(), sample.summary(), **OPTIONS)
    yield draw_map(sample_walls.layers(), sample_walls.summary(), **OPTIONS)
    yield draw_proposal(
        sample_sites.site_layers(), sample.summary(), sample_sites.proposal(), **OPTIONS
    )
    yield draw_comparison(
        sample_sites.compared_layers(), sample.summary(), sample_sites.comparison(), **OPTIONS
    )


def press(page: Page, place: str) -> bool:
    """Click on the middle of the first element in sight; tell whether there is one.

    The driver asks such an old browser in vain whether an element is visible, so this asks itself.
    """
    at = page.evaluate(
        """place => { const wide = e => e.getBoundingClientRect().width > 0;
        const e = [...document.querySelectorAll(place)].find(wide); if (!e) return null;
        e.scrollIntoView({ block: 'nearest' });
        const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }""",
        place,
    )
    if at is None:
        return False
    page.mouse.click(*at)
    return True


@pytest.mark.parametrize("size", [sample.DESKTOP, at_night(sample.PHONE)])
def test_every_kind_of_page_opens_and_answers(visit, tmp_path, size):
    """Each tab, the other language and the first row of the list; `visit` fails on any message."""
    for drawn in pages():
        path = write_map(drawn, tmp_path / "map.html")
        with visit(size, path=path, reduced_motion="reduce") as page:
            room = "[planner.map.getSize().x, planner.map.getSize().y]"
            assert page.evaluate(room) == list(size)
            assert (read_dots(page) != PAPER).any(axis=2).sum() > 10_000
            assert page.evaluate(INKED, "findings") > 2_000
            heading = page.evaluate("document.getElementById('heading').textContent")
            assert press(page, "#lang")
            assert page.evaluate("document.getElementById('heading').textContent") != heading
            # A page of one view hides the buttons of the others.
            for view in page.evaluate(BUTTONS, "views"):
                press(page, "#" + view)
                for tab in reversed(page.evaluate(BUTTONS, "tabs")):
                    press(page, "#" + tab)
            assert press(page, "#gaps button, #tab-sites button.gap, .ledger .edit")
            page.wait_for_function("document.querySelector('.planner-card') !== null")


def test_scenarios_are_worked_out(browser, tmp_path):
    case, path, _ = draw_city(tmp_path)
    edits = [{"op": "close", "id": "A"}, {"op": "open_gate", "id": "node/5"}]
    page = browser.new_context(offline=True).new_page()
    page.goto(path.as_uri())
    wait_until_ready(page)
    page.evaluate("(edits) => planner.whatIf.apply(edits)", edits)
    check_figures(page, case, edits)
    page.context.close()


@pytest.mark.nightly
def test_the_packed_page_of_a_town_opens_and_works_scenarios_out(browser, tmp_path):
    result = run_plan(city_inputs(tmp_path))
    run = result.provenance
    pages = TownPages(
        result.layers, result.summary, tables=result.tables, whatif=result.whatif,
        profiles=run["profiles"], profile=run["profile"]["name"],
    )  # fmt: skip
    path = write_map(pages.draw("West town", **OPTIONS), tmp_path / "town.html", packed=True)
    page = browser.new_context(offline=True).new_page()
    page.goto(path.as_uri())
    wait_until_ready(page)
    assert page.evaluate(INKED, "findings") > 100
    before = page.evaluate("planner.whatIf.figures()")["residential"]["all"]
    page.evaluate("planner.whatIf.apply([{ op: 'close', id: 'A' }])")
    after = page.evaluate("planner.whatIf.figures()")["residential"]["all"]
    assert after["people"] == before["people"] > 0
    assert after["covered"] < before["covered"]
    page.context.close()
