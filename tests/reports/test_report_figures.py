"""What workbook, document, sheets and the long picture look up in the same way."""

from __future__ import annotations

import pytest

from planner.reports.printed import Materials, choose_fonts, draw_long_picture, prepare_layers
from planner.reports.report_figures import figures_of
from tests.reports.drawn_city import draw_city


@pytest.fixture
def city(tmp_path):
    return draw_city(tmp_path, "en")


def test_reasons_stand_as_in_the_files_and_the_main_ones_by_their_people(city):
    counts = [
        ("commercial", "island", 90.0), ("residential", "island", 20.0),
        ("residential", "no gate known", 70.0), ("residential", "edge of data", 0.4),
    ]  # fmt: skip
    city.run.summary["completeness"]["unknown"] = [
        {"area": "Easttown", "kind": kind, "reason": reason, "people": people, "share": 0.1}
        for kind, reason, people in counts
    ]
    figures = figures_of(city)
    # 0.4 people are nobody; nobody works in shops here, so that kind is told only if asked for.
    told = [one.reason for one in figures.unknown_reasons("Easttown")]
    assert told == ["island", "no gate known"]
    assert [one.people for one in figures.main_reasons(5, "Easttown")] == [70.0, 20.0]
    assert [one.people for one in figures.main_reasons(1, "Easttown")] == [70.0]
    (shops,) = figures.unknown_reasons("Easttown", "commercial")
    assert shops.people == 90.0
    assert figures.unknown_reasons("Westtown") == []


def test_openings_of_a_town_those_first_that_bring_most_people(city):
    city.run.summary["gate_gains"] = [
        {"compound": name, "town": town, "people_residential": people}
        for name, town, people in (
            ("A", "Westtown", 30), ("B", "Easttown", 80), ("C", "Westtown", 50),
            ("D", "Westtown", None), ("E", "Westtown", 0),
        )
    ]  # fmt: skip
    figures = figures_of(city)
    assert [row["compound"] for row in figures.openings()] == ["B", "C", "A"]
    assert [row["compound"] for row in figures.openings("Westtown")] == ["C", "A"]
    assert [row["compound"] for row in figures.openings("Westtown", 1)] == ["C"]


@pytest.mark.parametrize(("analogy", "status"), [(False, "assumption"), (True, "by analogy")])
def test_the_long_picture_says_of_a_borrowed_target_that_it_is_borrowed(city, analogy, status):
    for check in city.run.summary["checks"]:
        check["analogy"] = analogy
    fonts = choose_fonts("en")
    page = draw_long_picture(Materials(figures_of(city), prepare_layers(city), fonts)).axes[0]
    (line,) = [text.get_text() for text in page.texts if "target 85%" in text.get_text().lower()]
    assert status in line
    assert ("analogy" in line) == analogy
