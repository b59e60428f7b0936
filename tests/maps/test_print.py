"""Printing for real: what comes out, and that the screen knows nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np
import pytest

from planner.maps import draw_comparison, draw_proposal, write_map
from tests.maps import sample, sample_sites
from tests.maps.paper import GAP, REACH, print_page
from tests.maps.waiting import wait_for

if TYPE_CHECKING:
    pass

OPTIONS = {"title": "演示区", "synthetic": True, "date": "2026-11"}
GAP_EDGE = (194, 65, 12)


def test_gaps_stand_out_without_colours(visit):
    """Their edges are much darker than the even grey of the nearest reach."""
    with visit() as page:
        printed = print_page(page)
    sheet, grey = printed.sheets[0].astype(int), printed.grey()
    reach, edge = (
        grey[np.abs(sheet - np.array(colour)).max(axis=2) <= slack]
        for colour, slack in ((REACH, 6), (GAP_EDGE, 8))
    )
    assert edge.size > 200
    assert edge.mean() < reach.mean() - 20


@pytest.mark.nightly
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
        wait_for(page, "planner.printing.ready")
        assert page.evaluate(
            "[...document.querySelectorAll('#paper img')].every((one) => one.complete)"
        )
        page.evaluate("planner.chooseTown(null)")
        assert page.evaluate("planner.printing.ready") is False


def test_paper_is_not_made_while_the_map_is_moved(visit):
    with visit() as page:
        page.evaluate("planner.printing.makeAtRest()")
        page.evaluate("planner.map.setView(planner.map.getCenter(), 14, { animate: false })")
        page.wait_for_timeout(600)
        assert page.evaluate("planner.printing.ready") is False
        page.evaluate("planner.printing.makeAtRest()")  # at rest again: it goes on
        wait_for(page, "planner.printing.ready")


def test_the_button_prints_and_can_print_every_gap(visit):
    with visit() as page:
        page.evaluate("window.print = () => { window.printed = planner.printing.ready; }")
        page.check("#print-all")
        page.click("#print")
        wait_for(page, "window.printed === true")
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
        path = write_map(drawn, tmp_path / "map.html")
        with visit(path=path) as page:
            names = page.locator(row).all_text_contents()
            printed = print_page(page)
            assert len(printed.sheets) <= 3
            assert printed.has_clear_edges()
            assert printed.inked(REACH, slack=60) > 1000
            assert names
            assert [name for name in names if not printed.says(name, 1)] == []
