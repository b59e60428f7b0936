"""One page with today, a proposal and scenarios: each view has its own sentence, list and map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.maps import draw_map, write_map
from tests.maps import sample, sample_sites

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = sample_sites.draw_three_views()
    return write_map(page, tmp_path_factory.mktemp("map") / "map.html")


def text(page, place: str) -> str:
    return page.locator(place).first.inner_text()


def test_each_view_has_its_own_heading_sentence_and_first_tab(visit):
    with visit(reduced_motion="reduce") as page:
        assert text(page, "#views").split() == ["现状", "建议", "对比"]
        today = text(page, "#sentence")
        assert page.locator("#tabs button").first.get_attribute("id") == "to-gaps"
        assert not page.locator("#then").is_visible()
        page.click("#view-proposal")
        assert text(page, "#heading") == "新增站点建议"
        assert text(page, "#sentence") != today
        assert page.locator("#tabs button").first.get_attribute("id") == "to-sites"
        assert page.locator("#sites button").count() == len(sample_sites.proposal()["sites"])
        page.click("#view-comparison")
        assert text(page, "#heading") == "前后对比"
        assert page.locator("#tab-changes .ledger").is_visible()
        page.click("#view-today")
        assert text(page, "#sentence") == today
        assert page.locator("#to-gaps").get_attribute("aria-selected") == "true"
        assert not page.locator("#tab-changes").is_visible()


def test_what_to_do_comes_second_and_a_site_of_it_brings_the_proposal_into_view(visit):
    with visit(reduced_motion="reduce") as page:
        for view in ("today", "proposal", "comparison"):
            page.click(f"#view-{view}")
            assert page.locator("#tabs button").nth(1).get_attribute("id") == "to-todo"
        page.click("#view-today")
        page.click("#to-todo")
        people = page.locator("#todo .gap-people").all_inner_texts()
        counts = [int(row.strip("+ 人").replace(",", "")) for row in people]
        assert counts == sorted(counts, reverse=True)
        name = text(page, "#todo .gap-name")
        page.click("#todo button >> nth=0")
        assert page.locator("#view-proposal").get_attribute("aria-pressed") == "true"
        assert name in text(page, ".planner-card h3")


def test_what_says_the_same_is_not_written_anew(visit):
    parts = ["#sentence b", "#cards li", "#town", "#tabs button", "#legend li", "#print"]
    mark = f"for (const part of {parts}) document.querySelector(part).kept = true;"
    kept = f"{parts}.filter((part) => document.querySelector(part).kept)"
    with visit(reduced_motion="reduce") as page:
        page.evaluate(mark)
        page.click("#to-todo")
        assert page.evaluate(kept) == ["#sentence b", "#cards li", "#town", "#print"]
        page.select_option("#town", "=顾村镇")
        assert page.evaluate(kept) == ["#print"]
        page.evaluate(mark)
        page.click("#lang")
        assert page.evaluate(kept) == []


def test_a_page_without_parts_has_no_switch_of_views(visit, tmp_path):
    page_map = draw_map(sample.layers(), sample.summary(), title="演示区", synthetic=True)
    with visit(path=write_map(page_map, tmp_path / "map.html")) as page:
        assert not page.locator("#views").is_visible()
