"""The page in Debian's Firefox and in WebKit, the engine of Safari and of iPhones."""

from __future__ import annotations

import html
import os
import time
from typing import TYPE_CHECKING

import pytest

from planner.maps import PagePart, draw_map, write_map
from tests.maps import other_browsers, sample, sample_sites, sample_walls
from tests.maps.test_old_browser import INKED
from tests.maps.test_page_policy import decorated
from tests.samples import at_night

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.maps.other_browsers import Tab

OPTIONS = {"title": "演示区", "synthetic": True, "date": "2026-11"}
PACKAGES = {"firefox": "firefox-esr", "webkit": "webkit2gtk-driver xvfb"}
READY = "!!document.body && 'ready' in document.body.dataset"


def require(name: str) -> None:
    """Skip where the browser is missing; CI may not be without."""
    if not other_browsers.is_there(name):
        remedy = f"{name} is missing: apt-get install {PACKAGES[name]}"
        if os.environ.get("CI") == "true":
            pytest.fail(remedy)
        pytest.skip(remedy)


@pytest.fixture(scope="module", params=["firefox", at_night("webkit")])
def tab(request, tmp_path_factory) -> Iterator[Tab]:
    require(request.param)
    folder = tmp_path_factory.mktemp("profile")
    with other_browsers.started(request.param, folder) as running:
        yield running
        assert running.faults == []


def wait_until(tab: Tab, expression: str) -> None:
    for _ in range(300):
        if tab.evaluate(expression):
            return
        time.sleep(0.03)
    pytest.fail(f"not within 9 s: {expression}")


def show(tab: Tab, page_map, path: Path) -> None:
    tab.open(write_map(page_map, path).as_uri())
    wait_until(tab, READY)


def press(tab: Tab, place: str) -> None:
    tab.evaluate(f"document.querySelector({place!r}).click()")


def test_every_kind_of_page_opens_and_answers(tab, tmp_path):
    """Each view and tab, the other language, the first row of the list and its card."""
    page = draw_map(
        sample_walls.layers(), sample_walls.summary(), **OPTIONS,
        proposal=PagePart(sample_sites.proposal(), sample_sites.site_layers()),
        comparison=PagePart(sample_sites.comparison(), sample_sites.compared_layers()),
    )  # fmt: skip
    show(tab, page, tmp_path / "map.html")
    wait_until(tab, "document.body.dataset.drawn === 'true'")
    assert tab.evaluate(f"({INKED})('findings')") > 2_000
    assert tab.evaluate("document.getElementById('poster')") is None
    heading = "document.getElementById('heading').textContent"
    before = tab.evaluate(heading)
    press(tab, "#lang")
    assert tab.evaluate(heading) != before
    views = tab.evaluate("[...document.querySelectorAll('#views button')].map(e => e.id)")
    assert len(views) == 3
    for view in [*views, views[0]]:
        press(tab, f"#{view}")
        for name in tab.evaluate("[...document.querySelectorAll('#tabs button')].map(e => e.id)"):
            press(tab, f"#{name}")
    press(tab, "#to-gaps")
    press(tab, "#gaps button")
    wait_until(tab, "document.querySelector('.planner-card') !== null")


@pytest.mark.nightly
def test_what_an_analyst_adds_runs(tab, tmp_path):
    show(tab, decorated(), tmp_path / "map.html")
    # What is added to the page comes after its own program.
    wait_until(tab, "document.querySelectorAll('.leaflet-marker-icon').length === 2")
    press(tab, ".leaflet-marker-icon")
    assert tab.evaluate("document.querySelector('.leaflet-popup b').textContent") == "here"


@pytest.mark.nightly
def test_a_page_in_a_frame_that_is_shown_later_shows_the_whole_area(tab, tmp_path):
    """Loaded without any size or with display: none, as in the tab of a portal."""
    inner = write_map(draw_map(sample.layers(), sample.summary(), **OPTIONS), tmp_path / "map.html")
    content = html.escape(inner.read_text("utf-8"))
    frames = "".join(
        f'<iframe id="{name}" srcdoc="{content}"'
        f' style="border:0;width:1000px;height:700px;{style}"></iframe>'
        for name, style in (("whole", ""), ("hidden", "display:none"), ("none", "width:0;height:0"))
    )  # fmt: skip
    portal = tmp_path / "portal.html"
    portal.write_text(f"<!DOCTYPE html><meta charset='utf-8'><body>{frames}", "utf-8")
    tab.open(portal.as_uri())
    ready = "Array.from(frames).every(f => f.document.body && 'ready' in f.document.body.dataset)"
    wait_until(tab, f"frames.length === 3 && {ready}")
    tab.evaluate(
        "[...document.querySelectorAll('iframe')].forEach(f => {"
        " f.style.display = 'inline'; f.style.width = '1000px'; f.style.height = '700px'; })"
    )
    where = "Array.from(frames).map(({ planner: { map } }) => [map.getZoom(), map.getCenter().lng])"
    wait_until(tab, f"new Set({where}.map(place => place[0])).size === 1")
    places = tab.evaluate(where)
    assert places[0][0] < 14
    assert [place[1] for place in places] == pytest.approx([places[0][1]] * 3, abs=2e-4)


@pytest.mark.nightly
def test_what_cannot_start_leaves_the_picture(tab, tmp_path):
    path = write_map(draw_map(sample.layers(), sample.summary(), **OPTIONS), tmp_path / "map.html")
    text = path.read_text("utf-8").replace("L.map(", "L.map @(")
    path.write_text(text, "utf-8")
    tab.open(path.as_uri())
    seen = "!!document.elementFromPoint(700, 450).closest('#poster')"
    wait_until(tab, seen)
    # What was changed has another hash, so it is refused and told.
    tab.faults.clear()


@pytest.mark.nightly
def test_firefox_without_scripts_shows_the_picture(tmp_path):
    require("firefox")
    path = write_map(draw_map(sample.layers(), sample.summary(), **OPTIONS), tmp_path / "map.html")
    (tmp_path / "profile").mkdir()
    with other_browsers.started("firefox", tmp_path / "profile", scripts=False) as tab:
        tab.open(path.as_uri())
        assert tab.evaluate("!!document.elementFromPoint(700, 450).closest('#poster')")
        assert "请用新版浏览器" in tab.evaluate("document.getElementById('poster').textContent")
        assert tab.faults == []
