"""axe-core finds nothing on the page: names, roles, contrast, order, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.maps import PagePart, draw_map, write_map
from tests.maps import sample, sample_sites, sample_walls
from tests.maps.in_node import require_npm
from tests.samples import at_night

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

LOOK = """() => axe.run(document, { resultTypes: ['violations'] }).then(found =>
    found.violations.map(({ id, nodes }) => [id, ...nodes.map(node => [node.target.join(' '),
        node.html.slice(0, 120), node.failureSummary.split('\\n').slice(1).join(' ').slice(0, 160),
    ].join(' | '))]))"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The checker's script."""
    return (require_npm("axe-core") / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with all there is: walls, groups, moments, a proposal and scenarios."""
    page = draw_map(
        sample_walls.layers(), sample_walls.summary(),
        proposal=PagePart(sample_sites.proposal(), sample_sites.site_layers()),
        comparison=PagePart(sample_sites.comparison(), sample_sites.compared_layers()),
        title="演示区", synthetic=True, date="2026-11",
    )  # fmt: skip
    return write_map(page, tmp_path_factory.mktemp("map") / "map.html")


def ids(page: Page, places: str) -> list[str]:
    return list(
        page.evaluate("places => [...document.querySelectorAll(places)].map(e => e.id)", places)
    )


def press(page: Page, place: str) -> None:
    page.evaluate("place => document.querySelector(place).click()", place)


@pytest.mark.parametrize(
    ("size", "languages"),
    [(sample.DESKTOP, ["zh"]), at_night(sample.PHONE, ["en"]),
     at_night(sample.DESKTOP, ["zh", "en"]), at_night(sample.PHONE, ["zh", "en"])],
)  # fmt: skip
def test_nothing_keeps_anybody_out(visit, axe, size, languages):
    """In every view each tab, then a card."""
    found: list[object] = []
    looked: list[str] = []
    with visit(size, reduced_motion="reduce") as page:
        page.evaluate(axe)

        def look(where: str) -> None:
            looked.append(where)
            found.extend([where, *row] for row in page.evaluate(LOOK))

        if languages[0] == "en":
            press(page, "#lang")
        for language in languages:
            for view in ids(page, "#views button"):
                press(page, f"#{view}")
                for tab in ids(page, "#tabs button"):
                    press(page, f"#{tab}")
                    look(f"{language} {view} {tab}")
            press(page, "#view-today")
            press(page, "#to-gaps")
            press(page, "#gaps button")
            look(f"{language} card")
            page.keyboard.press("Escape")
            press(page, "#lang")
        assert found == []
        # Three views of at least three tabs each and a card, in each language.
        assert len(looked) >= len(languages) * (3 * 3 + 1)
