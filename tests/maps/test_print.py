"""Printing for real: what comes out is looked at, for the browser of today and that of 2020."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from planner.maps import draw_comparison, draw_proposal, save_map
from tests.maps import sample, sample_sites
from tests.maps.conftest import chromium, old_chromium, started
from tests.maps.paper import FACILITY, GAP, REACH, print_page, read_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

OPTIONS = {"title": "演示区", "synthetic": True, "date": "2026-11"}
BROWSERS = {"today": chromium, "2020": old_chromium}


@pytest.fixture(scope="module", params=BROWSERS)
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    with started(BROWSERS[request.param](), "make browser") as running:
        yield running


def test_the_printed_map_shows_what_the_screen_shows(visit):
    """Twelve discs of reach, six hatched gaps, fourteen stations: thousands of coloured dots."""
    with visit() as page:
        paper = print_page(page)
        assert paper.inked(REACH) > 1500
        assert paper.inked(FACILITY, slack=40) > 150
        assert paper.inked((253, 199, 152), slack=25) > 500  # a gap's fill, half of it paper
        assert paper.says("演示数据，非真实")
        assert paper.says("共富路—联谊路路口")


def test_a_page_printed_twice_is_the_same_and_the_screen_comes_back(visit):
    with visit() as page:
        zoom = page.evaluate("planner.map.getZoom()")
        first, second = print_page(page), print_page(page)
        assert first.inked(REACH) == second.inked(REACH) > 0
        assert page.evaluate("planner.map.getZoom()") == zoom
        assert page.evaluate("document.getElementById('print-map')") is None
        assert page.evaluate("document.body.className").find("printing") < 0


def test_a_chosen_town_is_printed_whole(visit):
    with visit(hash_="#town=" + quote(sample.TOWNS[2])) as page:
        paper = print_page(page)
        assert paper.inked(GAP, slack=70) > 800
        assert paper.says(sample.TOWNS[2])


def test_paper_has_the_notice_and_the_whole_list(visit):
    with visit() as page:
        paper = print_page(page)
        for words in ("临江新村西", "罗溪公园北", "零散分布", "各街镇", "演示数据，非真实"):
            assert paper.says(words)
        assert not paper.says("图层")


def test_a_proposal_and_a_comparison_are_printed_with_what_is_behind_a_click(visit, tmp_path):
    proposal = draw_proposal(
        sample_sites.site_layers(), sample.summary(), sample_sites.proposal(), **OPTIONS
    )
    comparison = draw_comparison(
        sample_sites.compared_layers(), sample.summary(), sample_sites.comparison(), **OPTIONS
    )
    for drawn, place in ((proposal, "#fold-proof summary"), (comparison, ".ledger caption")):
        path = save_map(drawn, tmp_path / "map.html")
        with visit(path=path) as page:
            behind_a_click = page.locator(place).first.text_content()
            paper = print_page(page)
            assert behind_a_click
            assert paper.says(behind_a_click)
            assert paper.inked(REACH, slack=60) > 1000


def test_nothing_covers_a_figure_on_paper_and_the_map_has_its_credit(visit, tmp_path):
    proposal = draw_proposal(
        sample_sites.site_layers(), sample.summary(), sample_sites.proposal(), **OPTIONS
    )
    with visit(path=save_map(proposal, tmp_path / "map.html")) as page:
        page.evaluate("planner.openTab('gaps')")
        page.emulate_media(media="print")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        boxes = page.evaluate("""Object.fromEntries(
            [['map', '.folium-map'], ['legend', '#legend'], ['credit', '#mapcredit'],
             ['panel', '#panel'], ['mark', '#print-mark']].map(([name, selector]) => {
                const box = document.querySelector(selector).getBoundingClientRect();
                return [name, [box.left, box.top, box.right, box.bottom]]; }))""")
        assert boxes["legend"][1] >= boxes["map"][3] - 1
        assert boxes["map"][1] < boxes["credit"][1] < boxes["credit"][3] <= boxes["map"][3] + 1
        left, _, right, _ = boxes["mark"]  # at the edge of a sheet 186 mm wide
        assert max(boxes["map"][2], boxes["panel"][2]) <= 186 / 25.4 * 96 - (right - left)
        assert "OpenStreetMap" in page.locator("#mapcredit").inner_text()
        assert page.evaluate("planner.state.tab") == "sites"  # its marks have the numbers
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert page.evaluate("planner.state.tab") == "gaps"


@pytest.mark.parametrize("which", BROWSERS)
def test_a_print_from_the_command_line_shows_the_map(which: str, file: Path, tmp_path: Path):
    """The browser's own printing, with no tool between."""
    path = BROWSERS[which]()
    if path is None:
        pytest.skip("a browser is missing: make browser")
    target = tmp_path / "printed.pdf"
    command = [path, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=4000",
               f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={target}",
               file.as_uri()]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert read_pdf(target.read_bytes()).inked(REACH) > 1000
