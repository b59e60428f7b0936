"""The page shows one class of housing: its figures, gaps and units are those of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from shapely.geometry import box

from planner.maps import draw_map, write_map
from planner.maps._classes_payload import build_classes_payload
from planner.maps._demand_payload import sort_by_place
from planner.maps._map_grid import MapGrid
from planner.maps._town_cut import cut_layers, cut_summary, cut_tables
from planner.run import run_plan
from tests.cities.small_plan import inputs_of
from tests.coverage.test_classes import HOMES, SURE, TOLD, homes
from tests.maps.sample import PHONE

if TYPE_CHECKING:
    from pathlib import Path

    from planner.run import Result

#: Names that would be markup, a formula or a place in a text, were they not kept as they are.
HOSTILE = "<b onclick=alert(1)>{share}</b>"
NAMED = {"resettlement": HOSTILE, "village": "=1+1 村宅"}
#: What is shown of the class that is chosen.
SHOWN = """(() => { const { state } = planner, kind = state.gapKind, row = state.figure();
    const units = [0, 1, 2].map(code => state.verdict.filter(one => one === code).length);
    return { row: [row.people, row.covered, row.gap, row.unknown], units,
        left: state.gaps.reduce((sum, gap) => sum + gap['people_' + kind], 0),
        listed: state.gapsHere().list.length, doubt: state.unknown.length }; })()"""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The street of test_classes, whose homes have names that mean mischief."""
    folder = tmp_path_factory.mktemp("classes")
    homes(folder, [(one, n, NAMED.get(name, name), x, y) for one, n, name, x, y in HOMES])
    return run_plan(inputs_of(folder, TOLD, **SURE))


@pytest.fixture(scope="module")
def file(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = draw_map(
        result.layers, result.summary, tables=result.tables, whatif=result.whatif, title="x"
    )
    return write_map(page, tmp_path_factory.mktemp("map") / "map.html")


def payload_of(result: Result, **changed: Any) -> dict[str, Any]:
    demand = sort_by_place(result.layers["demand"], MapGrid(lon=123.0, lat=31.2))
    given = {"layers": result.layers, "summary": result.summary, "tables": result.tables}
    return build_classes_payload(**(given | changed), demand=demand, profile="adult")


def test_the_payload_counts_each_class_in_each_gap(result):
    found = payload_of(result)
    assert found["names"] == ["commodity", HOSTILE, "=1+1 村宅", ""]
    assert sorted(found["of"]) == [0, 0, 1, 1, 2, 2, 3]
    # The gap in the west comes first: 65 of the village and 10 of whom nothing is told.
    assert [one["residential"] for one in found["own"]] == [[0, 60], [0, 0], [65, 0], [10, 0]]
    for choice in found["choices"].values():
        assert all(set(one) == {"residential"} for one in choice)
    # Within 5 minutes C is left out as well, who has 70 people.
    assert sum(found["choices"]["0"][1]["residential"]) == 70


def test_an_older_result_has_no_classes(result):
    assert payload_of(result, summary={})["names"] == []
    layers = {"demand": result.layers["demand"].drop(columns="class")}
    demand = sort_by_place(layers["demand"], MapGrid(lon=123.0, lat=31.2))
    found = build_classes_payload(layers, result.summary, {}, demand, "adult")
    assert found == {"names": [], "of": [], "own": [], "choices": {}}


def test_the_page_of_a_town_counts_its_own_classes(tmp_path):
    homes(tmp_path)
    towns = {"West": box(-2000, -900, 0, 900), "East": box(0, -900, 2000, 900)}
    area = box(-2000, -900, 2000, 900)
    result = run_plan(inputs_of(tmp_path, TOLD, area=area, towns=towns, **SURE))
    layers, summary = (
        cut_layers(result.layers, "West", 500),
        cut_summary(result.summary, "West", []),
    )
    rows = [row for row in summary["classes"] if row["cutoff_minutes"] == 15 and row["people"]]
    assert [(row["class"], row["area"], row["gap"]) for row in rows] == [
        ("village", "all", 65), ("", "all", 10),
    ]  # fmt: skip
    demand = sort_by_place(layers["demand"], MapGrid(lon=123.0, lat=31.2))
    tables = cut_tables(result.tables, layers, [])
    found = build_classes_payload(layers, summary, tables, demand, "adult")
    assert found["names"] == ["village", ""]
    assert [one["residential"] for one in found["own"]] == [[65], [10]]


def test_figures_gaps_and_units_are_those_of_the_summary(visit, result):
    with visit(reduced_motion="reduce") as page:
        keys = page.evaluate("planner.summary.classes")
        assert keys == ["commodity", HOSTILE, "=1+1 村宅", "-"]
        for minutes in ("15", "5"):
            page.select_option("#minutes", minutes)
            for key in keys:
                page.select_option("#who", f"c{key}")
                row = find_row(result, "" if key == "-" else key, float(minutes))
                shown = page.evaluate(SHOWN)
                assert shown["row"] == row
                assert shown["left"] == row[2]
        page.select_option("#minutes", "15")
        page.select_option("#who", f"c{HOSTILE}")
        shown = page.evaluate(SHOWN)
        # C is covered and D, far from any street, cannot be judged: it has an area of its own.
        assert (shown["units"], shown["listed"], shown["doubt"]) == ([1, 0, 1], 0, 1)
        assert HOSTILE in page.inner_text("#sentence")
        assert HOSTILE in page.inner_text("#cards")
        assert page.locator("#panel b[onclick]").count() == 0


def find_row(result: Result, name: str, minutes: float) -> list[float]:
    """Return people, covered, gap and unknown of a class."""
    [row] = [
        row
        for row in result.summary["classes"]
        if (row["class"], row["area"], row["cutoff_minutes"]) == (name, "all", minutes)
    ]
    return [row[key] for key in ("people", "covered", "gap", "unknown")]


def test_the_address_leads_back_and_the_keyboard_chooses(visit):
    with visit(hash_="#class==1%2B1%20村宅&minutes=10", reduced_motion="reduce") as page:
        assert page.evaluate("[planner.state.whom.class, planner.state.cutoff]") == [
            "=1+1 村宅", 10,
        ]  # fmt: skip
        page.focus("#who")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("planner.state.whom.class") == "-"
        assert page.evaluate("location.hash").startswith("#class=-&minutes=10")
        assert "未注明类别居民" in page.inner_text("#sentence")
        page.select_option("#who", "")
        assert "class" not in page.evaluate("location.hash")
    with visit(hash_="#class=nothing", reduced_motion="reduce") as page:
        assert page.evaluate("planner.state.asPlanned") is True


def test_paper_says_which_class(visit):
    with visit(hash_="#class=commodity", reduced_motion="reduce") as page:
        page.evaluate("planner.printing.makeNow()")
        paper = page.evaluate("document.getElementById('paper').textContent")
        assert "commodity居民" in paper
        assert "· commodity" in paper


def test_what_if_is_of_everybody(visit):
    with visit(hash_="#class=commodity", reduced_motion="reduce") as page:
        page.evaluate("planner.choose((state) => state.chooseView('trial'))")
        assert page.evaluate("planner.state.whom") == {}
        assert page.locator("#who optgroup").count() == 0


def test_classes_of_a_gap_and_the_table_of_classes(visit):
    with visit(reduced_motion="reduce") as page:
        page.click("#gaps button >> nth=0")
        card = page.inner_text(".planner-card")
        assert "=1+1 村宅 65、未注明类别 10" in card
        page.keyboard.press("Escape")
        page.click("#figures-title")
        table = page.locator("#tables table", has_text="按住房类别")
        assert table.locator("tbody tr").count() == 4
        table.locator("button", has_text="commodity").click()
        assert page.evaluate("planner.state.whom.class") == "commodity"
        page.click("#gaps button >> nth=0")
        assert "commodity居民\n60" in page.inner_text(".planner-card")


def test_a_long_name_leaves_room_on_a_phone(visit):
    with visit(PHONE, hash_="#class=" + HOSTILE, reduced_motion="reduce") as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        who = page.locator("#who").bounding_box()
        assert who is not None
        assert who["x"] + who["width"] <= PHONE[0]
        assert who["height"] >= 40
