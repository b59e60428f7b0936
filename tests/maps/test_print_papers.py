"""Printing for real, in the browser of today and in that of 2020: the sheets on every paper."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.maps.conftest import Browsers, chromium, old_chromium
from tests.maps.paper import FACILITY, REACH, print_page, read_pdf
from tests.samples import first, is_whole

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

BROWSERS = {"today": chromium, "2020": old_chromium}
GAP_FILL = (253, 199, 152)  # half of it paper
#: Paper and whether it lies across; by day the first two, which differ in both.
PAPERS = [("A4", False), ("A3", True), ("A4", True), ("A3", False)]


@pytest.fixture(scope="module", params=first(1, BROWSERS))
def browser(request: pytest.FixtureRequest, browsers: Browsers) -> Browser:
    return browsers.take(BROWSERS[request.param](), "make browser")


def test_two_sheets_fit_every_paper_with_the_map_and_its_figures(visit):
    """Twelve discs of reach, six hatched gaps, fourteen stations: thousands of coloured dots."""
    with visit() as page:
        sentence = page.locator("#sentence").text_content()
        shares = page.locator(".card-share").all_text_contents()
        for paper, across in PAPERS if is_whole() else PAPERS[:2]:
            printed = print_page(page, paper, across=across)
            high, wide = printed.sheets[0].shape[:2]
            assert (wide > high) == across
            assert len(printed.sheets) == 2
            assert printed.has_clear_edges()
            assert printed.inked(REACH) > 6000
            assert printed.inked(FACILITY, slack=40) > 300
            assert printed.inked(GAP_FILL, slack=25) > 1200
            assert sentence
            for words in (sentence, *shares, "内部工作用图", "演示数据，非真实", "2026年11月",
                          "OpenStreetMap", "区级中心"):  # fmt: skip
                assert printed.says(words, 0)
            for words in ("临江新村西", "罗溪公园北", "22分钟", "阻隔：沪太铁路",
                          "园区职工最多的3处", "演示数据，非真实"):  # fmt: skip
                assert printed.says(words, 1)


@pytest.mark.nightly
@pytest.mark.parametrize("which", BROWSERS)
def test_a_print_from_the_command_line_shows_the_map(which: str, file: Path, tmp_path: Path):
    """The browser's own printing, with no tool between."""
    path = BROWSERS[which]()
    if path is None:
        pytest.skip("a browser is missing: make browser")
    target = tmp_path / "printed.pdf"
    command = [path, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000",
               f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={target}",
               file.as_uri()]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    printed = read_pdf(target.read_bytes())
    assert len(printed.sheets) == 2
    assert printed.inked(REACH) > 1000
    assert printed.says("临江新村西", 1)
