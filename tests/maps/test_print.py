"""Printing for real: what comes out is looked at, for the browser of today and that of 2020."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np
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
GAP_FILL = (253, 199, 152)  # half of it paper
PAPERS = [(paper, across) for paper in ("A4", "A3") for across in (False, True)]


@pytest.fixture(scope="module", params=BROWSERS)
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    with started(BROWSERS[request.param](), "make browser") as running:
        yield running


def test_two_sheets_fit_every_paper_with_the_map_and_its_figures(visit):
    """Twelve discs of reach, six hatched gaps, fourteen stations: thousands of coloured dots."""
    with visit() as page:
        sentence = page.locator("#sentence").text_content()
        shares = page.locator(".card-share").all_text_contents()
        for paper, across in PAPERS:
            printed = print_page(page, paper, across=across)
            high, wide = printed.sheets[0].shape[:2]
            assert (wide > high) == across
            assert len(printed.sheets) == 2
            assert printed.has_clear_edges()
            assert printed.inked(REACH) > 6000
            assert printed.inked(FACILITY, slack=40) > 300
            assert printed.inked(GAP_FILL, slack=25) > 1500
            assert sentence
            for words in (sentence, *shares, "内部工作用图", "演示数据，非真实", "2026年11月",
                          "OpenStreetMap", "区级中心"):  # fmt: skip
                assert printed.says(words, 0)
            for words in ("临江新村西", "未命名片区", "罗溪公园北", "22分钟", "屏障：沪太铁路",
                          "园区职工最多的2处", "演示数据，非真实"):  # fmt: skip
                assert printed.says(words, 1)


def test_gaps_stand_out_without_colours(visit):
    """Their hatch and edges are much darker than the even greys of reach; both differ from paper."""
    with visit() as page:
        printed = print_page(page)
    sheet, grey = printed.sheets[0].astype(int), printed.grey()
    near = {name: grey[np.abs(sheet - np.array(colour)).max(axis=2) <= slack]
            for name, colour, slack in (("reach", REACH, 6), ("edge", (194, 65, 12), 20))}  # fmt: skip
    assert near["edge"].size > 200
    assert near["edge"].mean() < near["reach"].mean() - 30


def test_the_screen_is_the_same_while_and_after_it_is_printed(visit):
    with visit(reduced_motion="reduce") as page:
        page.evaluate("planner.cards.open('g1', planner.scene.plane.latLng(0, 0))")
        before = page.screenshot()
        first, second = print_page(page), print_page(page)
        assert first.inked(REACH) == second.inked(REACH) > 0
        assert page.screenshot() == before
        assert not page.locator("#paper").is_visible()


def test_paper_is_kept_ready_while_the_page_is_at_rest(visit):
    """Also for browsers that paint before what listens to printing is done."""
    with visit() as page:
        assert page.evaluate("planner.printing.ready") is False
        page.evaluate("planner.printing.makeAtRest()")
        page.wait_for_function("planner.printing.ready")
        page.evaluate("planner.printing.makeNow = () => { throw new Error('made again'); }")
        page.evaluate("planner.printing.ready = true")
        assert page.evaluate("[...document.querySelectorAll('#paper img')].every((one) => one.complete)")
        page.evaluate("planner.chooseTown(null)")
        assert page.evaluate("planner.printing.ready") is False


def test_the_button_prints_and_can_print_every_gap(visit):
    with visit() as page:
        page.evaluate("window.print = () => { window.printed = planner.printing.ready; }")
        page.check("#print-all")
        page.click("#print")
        page.wait_for_function("window.printed === true")
        printed = print_page(page)
        for words in ("临江新村西", "共富路—联谊路路口", "美安路菜场周边", "有居民的盲区，共6处"):
            assert printed.says(words)


def test_a_chosen_town_is_printed_whole(visit):
    with visit(hash_="#town=" + quote(sample.TOWNS[2])) as page:
        printed = print_page(page)
        assert printed.inked(GAP, slack=70) > 800
        assert printed.says(sample.TOWNS[2], 0)
        assert printed.says("临江新村西", 1)
        assert not printed.says("罗溪公园北")  # of another town


def test_a_proposal_and_a_comparison_are_printed_with_reasons_and_ledger(visit, tmp_path):
    proposal = draw_proposal(
        sample_sites.site_layers(), sample.summary(), sample_sites.proposal(), **OPTIONS
    )
    comparison = draw_comparison(
        sample_sites.compared_layers(), sample.summary(), sample_sites.comparison(), **OPTIONS
    )
    for drawn, row in ((proposal, ".gap.site .gap-name"), (comparison, ".ledger .edit-name")):
        path = save_map(drawn, tmp_path / "map.html")
        with visit(path=path) as page:
            names = page.locator(row).all_text_contents()
            printed = print_page(page)
            assert len(printed.sheets) <= 3
            assert printed.has_clear_edges()
            assert printed.inked(REACH, slack=60) > 1000
            assert names
            assert [name for name in names if not printed.says(name, 1)] == []


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
    printed = read_pdf(target.read_bytes())
    assert len(printed.sheets) == 2
    assert printed.inked(REACH) > 1000
    assert printed.says("临江新村西", 1)
