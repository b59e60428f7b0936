"""A town's page answers as the page of the whole area does, today and after edits in the town."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from planner.case import build_case
from planner.cli.map_jobs import make_map_saver, take_result
from planner.crs import unproject
from planner.maps import TownPages, write_map
from planner.run import run_plan
from tests.maps.whatif_beside import TRY, EditWriter, ask, check_figures, follow_edits
from tests.maps.whatif_city import city_inputs
from tests.samples import at_night

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from planner.case import Case

TOWNS = ("West town", "East town")
#: Who rides has no town's page.
ASKED = (("adult", None), ("wheelchair", "night"), ("adult", "night"), ("wheelchair", None))
OPS = ("add", "path", "gate", "come", "close", "go", "move", "wall", "hours", "come", "path", "add")
CUTOFF, NEAR = 6.0, 0.01
IDS = "async () => Object.keys(await planner.whatIf.minutes())"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, Path, dict[str, Path], list[str]]:
    """The drawn city put together, its page, those of its towns, and its new openings."""
    folder = tmp_path_factory.mktemp("towns")
    inputs = city_inputs(folder)
    result = run_plan(inputs)
    make_map_saver(take_result(result))(folder / "map.html")
    run, files = result.provenance, {}
    pages = TownPages(
        result.layers, result.summary, tables=result.tables, whatif=result.whatif,
        profiles=run["profiles"], profile=run["profile"]["name"],
    )  # fmt: skip
    for town, file in pages.files.items():
        files[town] = write_map(pages.draw(town, title="City"), folder / file, packed=True)
    gains = result.layers["gate_gains"]
    openings = gains.loc[gains["kind"] == "new opening", "gate_id"].tolist()
    return build_case(inputs), folder / "map.html", files, openings


def rows_of(town: Page, whole: Page) -> Any:
    """Return where the units of a town's page stand among those of the whole page."""
    known = {unit: row for row, unit in enumerate(whole.evaluate(IDS))}
    return np.array([known[unit] for unit in town.evaluate(IDS)])


def assert_same(town: Page, whole: Page, rows: Any) -> None:
    """What can be reached in time is reached in the same time, and every verdict is the same."""
    for asked in ASKED:
        minutes, verdicts, _ = ask(town, asked, [])
        wanted, others = (found[rows] for found in ask(whole, asked, [])[:2])
        soon = wanted <= CUTOFF
        np.testing.assert_allclose(minutes[soon], wanted[soon], rtol=0, atol=NEAR)
        assert (minutes[~soon] > CUTOFF - NEAR).all()
        near = np.abs(wanted - CUTOFF) <= NEAR
        np.testing.assert_array_equal(verdicts[~near], others[~near])


def come_to(case: Case, town: str) -> dict[str, Any]:
    """Return people who come to the place of a town's first unit."""
    spot = case.units.loc[case.units["town"] == town].geometry.iloc[0]
    [[lon, lat]] = unproject([(spot.x, spot.y)], case.network.crs).round(7).tolist()
    here = {"lon": lon, "lat": lat, "kind": "residential", "people": 12.5}
    return {"op": "add_people", "id": "new estate", **here}


@pytest.mark.parametrize("town", [at_night(town) for town in TOWNS])
def test_ten_edits_in_a_town_are_those_of_the_whole_page(
    visit: Callable[..., Any], city: Any, town: str
) -> None:
    case, path, files, openings = city
    writer, made = EditWriter(case, 3, openings), []
    with visit(path=path) as whole:
        # A second window: `visit` has but one.
        page = whole.context.browser.new_page()
        page.goto(files[town].as_uri())
        page.wait_for_selector("body[data-ready=true]")
        rows = rows_of(page, whole)
        assert len(rows) == (case.units["town"] == town).sum()
        assert_same(page, whole, rows)
        for edit in [come_to(case, town), *(writer.edit(op) for op in (*OPS, *OPS))]:
            if edit is None or len(made) == 10 or page.evaluate(TRY, [edit]) is not None:
                continue
            if whole.evaluate(TRY, [edit]) is not None:
                page.evaluate("planner.whatIf.undo()")
                continue
            made.append(edit)
            assert_same(page, whole, rows)
        assert len(made) == 10
        assert {"add", "add_path", "add_people"} <= {edit["op"] for edit in made}
        saved = page.evaluate("planner.whatIf.scenario('of the town')")
        page.close()
        whole.evaluate("planner.whatIf.reset()")
        told = whole.evaluate("(text) => planner.whatIf.openFile(text)", json.dumps(saved))
        assert (told["name"], told["edits"]) == ("of the town", 10)
        check_figures(whole, case, saved["edits"])
    follow_edits(case, [saved["edits"]])
