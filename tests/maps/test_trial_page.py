"""What the reader tries on the page: by pointer and keys, from a file and into one."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from planner.case import build_case
from planner.cli.map_jobs import make_map_saver, take_result
from planner.run import run_plan
from tests.maps import sample
from tests.maps.conftest import wait_until_ready
from tests.maps.in_node import require_npm
from tests.maps.test_page_access import LOOK
from tests.maps.waiting import wait_for
from tests.maps.whatif_beside import check_figures
from tests.maps.whatif_city import city_inputs

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from planner.case import Case

ADDRESS = "#view=trial&lang=en"
EDITS = "planner.state.trial.edits"
FAULT = "#tab-trial [role=alert]"
#: The corner of two streets comes to the middle of the part of the map that can be seen.
TO_CORNER = """(() => { const { map, camera } = planner;
  const at = map.latLngToContainerPoint([31.4, 121.401]), { x, y } = camera.middle;
  map.panBy([at.x - x, at.y - y], { animate: false }); })()"""
#: Whether the map has moved as far as it was told to.
AT_REST = "!(planner.map._panAnim && planner.map._panAnim._inProgress)"
#: Whether the form that was unfolded last stands within its card.
IN_SIGHT = """(() => { const box = (one) => one.getBoundingClientRect();
  const card = box(document.querySelector('.planner-card .leaflet-popup-content'));
  const form = box(document.querySelector('#trial-wrong form'));
  return form.top >= card.top - 1 && form.top < card.bottom - 60; })()"""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, Path]:
    """The drawn city put together, and its page."""
    folder = tmp_path_factory.mktemp("trial")
    inputs = city_inputs(folder)
    make_map_saver(take_result(run_plan(inputs)))(folder / "map.html")
    return build_case(inputs), folder / "map.html"


def find_violations(page: Page) -> list[Any]:
    """Return what axe-core finds."""
    page.evaluate((require_npm("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
    found: list[Any] = page.evaluate(LOOK)
    return found


def wait_for_edits(page: Page, count: int) -> list[dict[str, Any]]:
    wait_for(page, f"planner.state.trial.ready && {EDITS}.length === {count}")
    edits: list[dict[str, Any]] = page.evaluate(EDITS)
    return edits


def spot(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Return where a place lies on the screen."""
    code = "([lat, lng]) => { const at = planner.map.latLngToContainerPoint([lat, lng]);"
    x, y = page.evaluate(code + " return [at.x, at.y]; }", [lat, lon])
    return x, y


def place_of(page: Page, identifier: str) -> tuple[float, float]:
    """Return where a station stands on the screen."""
    code = """(id) => { const { x, y } = planner.trying.stations.get(id);
      const { lat, lng } = planner.scene.plane.latLng(x, y); return [lng, lat]; }"""
    return spot(page, *page.evaluate(code, identifier))


def test_a_station_is_added_dragged_and_closed_and_the_planner_finds_the_same(visit, city):
    """The figures in the cards are those of the planner for the same edits; undo and redo."""
    case, path = city
    with visit(path=path, hash_=ADDRESS) as page:
        wait_for_edits(page, 0)
        before = page.inner_text("#sentence")
        page.click("#tool-add")
        page.mouse.click(*spot(page, 121.4015, 31.4))
        (added,) = wait_for_edits(page, 1)
        assert (added["op"], added["id"]) == ("add", "N1")
        check_figures(page, case, [added])
        x, y = place_of_mark = spot(page, added["lon"], added["lat"])
        page.mouse.move(*place_of_mark)
        page.mouse.down()
        page.mouse.move(x + 20, y + 4, steps=4)
        wait_for(page, "planner.state.trial.preview !== null")
        assert page.is_visible("#trial-bar")
        page.mouse.up()
        wait_for(page, f"{EDITS}[0].lon > {added['lon']}")
        page.mouse.click(*place_of(page, "A"))
        page.click("#trial-close")
        edits = wait_for_edits(page, 2)
        wait_for(page, "planner.state.trial.reach !== null")
        assert [edit["op"] for edit in edits] == ["add", "close"]
        check_figures(page, case, edits)
        # What the page shows are these figures.
        shown = page.evaluate("planner.state.figure('residential', 'all').covered")
        found = page.evaluate("planner.whatIf.figures()")
        assert shown == found["residential"]["all"]["covered"]
        assert page.inner_text("#sentence") != before
        page.keyboard.press("Control+z")
        page.keyboard.press("Control+z")
        page.keyboard.press("Control+z")
        wait_for_edits(page, 0)
        assert page.inner_text("#sentence") == before
        page.keyboard.press("Control+y")
        wait_for_edits(page, 1)
        page.click("#remove-0")
        wait_for_edits(page, 0)


def test_by_the_keyboard_alone_a_station_is_put_in_the_middle_and_a_path_is_drawn(visit, city):
    _, path = city
    with visit(path=path, hash_=ADDRESS) as page:
        wait_for_edits(page, 0)
        page.evaluate(TO_CORNER)
        page.focus("#tool-add")
        page.keyboard.press("Enter")
        page.focus("#trial-centre")
        page.keyboard.press("Enter")
        (edit,) = wait_for_edits(page, 1)
        assert abs(edit["lon"] - 121.401) < 1e-4
        # Whoever has no mouse goes on at the list that has changed.
        wait_for(page, "document.activeElement.id === 'trial-list'")
        page.click("#tool-path")
        for lon, lat in ((121.4, 31.4), (121.4005, 31.401), (121.4, 31.402)):
            page.mouse.click(*spot(page, lon, lat))
        assert page.evaluate("planner.state.trial.draft.length") == 3
        page.keyboard.press("Backspace")
        assert page.evaluate("planner.state.trial.draft.length") == 2
        page.keyboard.press("Escape")
        assert page.evaluate("planner.state.trial.tool") is None
        assert len(page.evaluate(EDITS)) == 1


def test_on_a_phone_an_open_card_has_the_room_of_what_was_told(visit, city):
    _, path = city
    with visit((390, 844), path=path, hash_=ADDRESS) as page:
        wait_for_edits(page, 0)
        page.evaluate(TO_CORNER)
        page.click("#tool-add")
        page.evaluate(TO_CORNER)
        page.click("#trial-centre")
        wait_for_edits(page, 1)
        wait_for(page, "!document.getElementById('trial-bar').hidden")
        page.evaluate("planner.cards.openKey('f0')")
        assert not page.is_visible("#trial-bar")
        # The words of a row stand on one line beside its figures.
        heights = """[...document.querySelectorAll('.planner-card tbody th')]
          .map((one) => one.getBoundingClientRect().height)"""
        assert all(height < 30 for height in page.evaluate(heights))
        # The map makes room for the card: what is pressed while it moves may not be hit.
        wait_for(page, AT_REST)
        page.click("#trial-wrong summary")
        wait_for(page, IN_SIGHT)
        page.evaluate("planner.cards.close()")
        assert page.is_visible("#trial-bar")


NAME = "<img src=x onerror=alert(1)>"


def test_a_scenario_is_saved_with_what_was_said_and_opened_again(visit, city, tmp_path):
    """Proposer, reason, votes, a correction and a mark; names from a file are text."""
    case, path = city
    with visit(path=path, hash_=ADDRESS, accept_downloads=True) as page:
        wait_for_edits(page, 0)
        content = {
            "version": 1, "plan": "small", "name": "mine",
            "edits": [{
                "op": "add", "id": "N1", "lon": 121.4015, "lat": 31.4, "name": NAME,
                "proposer": "group 2", "reason": "many old people", "votes": 12,
            }],
            "corrections": [{"about": "hours", "id": "A", "text": "closed at noon"}],
        }  # fmt: skip
        file = tmp_path / "mine.json"
        file.write_text(json.dumps(content), encoding="utf-8")
        page.set_input_files("#trial-file", file)
        edits = wait_for_edits(page, 1)
        assert NAME in page.inner_text("#trial-list")
        assert page.input_value("#trial-name") == "mine"
        page.mouse.click(*place_of(page, "A"))
        wait_for(page, AT_REST)  # the map makes room for the card, and draws it anew
        page.click("#trial-mark summary")
        page.click("#trial-mark input[value='4']")
        page.click("#trial-mark button")
        with page.expect_download() as started:
            page.click("#trial-save")
        saved = json.loads(started.value.path().read_text(encoding="utf-8"))
        assert saved == content | {"marks": [{"id": "A", "mark": 4}]}
        said = ("proposer", "reason", "votes")
        check_figures(page, case, [{k: v for k, v in edits[0].items() if k not in said}])
        for broken, said in (
            ("{", "no valid JSON"),
            (json.dumps(content | {"name": "é"}, ensure_ascii=False).encode("latin-1"), "UTF-8"),
            (json.dumps(content | {"plan": "else"}), "about the plan"),
            (json.dumps(content | {"edits": [{"op": "close", "id": "gone"}]}), "no station"),
        ):
            file.write_bytes(broken if isinstance(broken, bytes) else broken.encode())
            page.set_input_files("#trial-file", file)
            wait_for(page, "document.querySelector('#tab-trial [role=alert]') !== null")
            assert said in page.inner_text(FAULT)
            assert page.evaluate(EDITS) == edits
            page.evaluate("planner.state.trial.fault = null; planner.trying.render()")
            wait_for(page, "document.querySelector('#tab-trial [role=alert]') === null")


@pytest.mark.nightly
def test_what_was_said_comes_back_with_the_edits_it_was_cleared_with(visit, city):
    remarks = "planner.state.trial.remarks.corrections.map(({ text }) => text)"
    with visit(path=city[1], hash_=ADDRESS) as page:
        wait_for_edits(page, 0)
        page.evaluate("planner.trying.make({ op: 'close', id: 'A' })")
        wait_for_edits(page, 1)
        page.evaluate("planner.trying.say({ about: 'gate', id: 'g', text: 'shut', proposer: '' })")
        page.fill("#trial-name", "mine")
        page.click("#trial-reset")
        wait_for_edits(page, 0)
        assert page.evaluate(remarks) == []
        page.click("#trial-undo")
        wait_for(page, f"{remarks}.length === 1")
        assert page.input_value("#trial-name") == "mine"
        page.click("#trial-redo")
        wait_for(page, f"{remarks}.length === 0")
        # A call that is made after an undo is another one, which brings nothing back.
        page.click("#trial-undo")
        wait_for(page, f"{remarks}.length === 1")
        page.evaluate("planner.trying.make({ op: 'add', id: 'A' })")
        wait_for_edits(page, 2)
        page.click("#trial-undo")
        wait_for_edits(page, 1)
        assert page.evaluate(remarks) == ["shut"]


@pytest.mark.nightly
def test_a_name_that_no_file_may_have_is_told_and_hinders_no_edit(visit, city):
    with visit(path=city[1], hash_="#view=trial&lang=zh") as page:
        wait_for_edits(page, 0)
        page.evaluate("planner.trying.make({ op: 'close', id: 'A' })")
        wait_for_edits(page, 1)
        page.fill("#trial-name", "all")
        page.click("#trial-save")
        wait_for(page, "planner.state.trial.fault !== null")
        assert page.inner_text(FAULT) == "名称（name）：“all”是保留名称；请另取一个。"
        # What is told is told in the language of the page.
        page.click("#lang")
        wait_for(page, f"document.querySelector('{FAULT}').textContent.startsWith('name: ')")
        page.evaluate("planner.trying.make({ op: 'add', id: 'A' })")
        wait_for_edits(page, 2)
        page.fill("#trial-name", "   ")
        page.click("#remove-1")
        wait_for_edits(page, 1)
        assert page.evaluate("planner.state.trial.fault") is None


@pytest.mark.nightly
def test_the_list_of_edits_is_taken_along_with_the_figures_of_the_engine(visit, city):
    with visit(path=city[1], hash_=ADDRESS, accept_downloads=True) as page:
        wait_for_edits(page, 0)
        page.evaluate("planner.trying.make({ op: 'close', id: 'A', cost: 7 })")
        wait_for_edits(page, 1)
        [row] = page.evaluate("planner.whatIf.ledger()")
        kinds = page.evaluate("planner.data.kinds")
        page.click("#share-button")
        with page.expect_download() as started:
            page.click("#save-table")
        text = started.value.path().read_text(encoding="utf-8-sig")
        _, (number, name, *figures) = list(csv.reader(io.StringIO(text, newline="")))
        ways = [(kind, way) for kind in kinds for way in ("gained", "lost")]
        counts = [int(row[way][kind]["all"] + 0.5) for kind, way in ways]
        assert sum(counts) > 0
        assert (number, name) == ("1", f"Close {row['name']}")
        assert figures[: len(counts) + 1] == [*map(str, counts), "7"]


def test_the_browser_asks_before_edits_that_are_in_no_file_are_lost(visit, city):
    asked = []
    with visit(path=city[1], hash_=ADDRESS, accept_downloads=True) as page:
        wait_for_edits(page, 0)
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.click("#tool-add")
        page.mouse.click(*spot(page, 121.4015, 31.4))
        wait_for_edits(page, 1)
        page.reload()
        assert asked == ["beforeunload"]
        wait_until_ready(page)
        wait_for_edits(page, 0)
        page.click("#tool-add")
        page.mouse.click(*spot(page, 121.4015, 31.4))
        wait_for_edits(page, 1)
        with page.expect_download():
            page.click("#trial-save")
        page.reload()
        assert asked == ["beforeunload"]


@pytest.mark.nightly
def test_an_address_that_leads_elsewhere_keeps_edits_and_figures_together(visit, city):
    figure = "planner.state.figure('residential', 'all')"
    with visit(path=city[1], hash_=ADDRESS) as page:
        wait_for_edits(page, 0)
        page.evaluate("planner.trying.make({ op: 'move', id: 'A', lon: 121.4015, lat: 31.4 })")
        wait_for_edits(page, 1)
        # Edits are judged at the last cutoff alone, whatever the address says.
        first = page.evaluate("planner.data.cutoffs[0]")
        page.evaluate(f"location.hash = '#view=trial&lang=zh&minutes={first}'")
        wait_for(page, "planner.words.language === 'zh'")
        wait_for(page, "planner.state.cutoff === planner.state.lastCutoff")
        assert page.evaluate(f"{figure}.cutoff_minutes") == page.evaluate(
            "planner.state.lastCutoff"
        )
        group = page.evaluate("planner.summary.groups[0]")
        page.evaluate(f"location.hash = '#view=trial&group={group}'")
        wait_for(page, f"planner.state.trial.answers({{ group: '{group}' }})")
        page.evaluate("location.hash = '#view=trial'")
        wait_for(page, "planner.state.trial.answers({})")
        found = page.evaluate("planner.whatIf.figures()")["residential"]["all"]
        assert page.evaluate(f"{figure}.covered") == found["covered"]


def test_the_page_shows_what_a_program_does_beside_it(visit, city):
    with visit(path=city[1]) as page:
        wait_for(page, "planner.state.trial.ready")
        page.evaluate("planner.whatIf.apply([{ op: 'close', id: 'A' }])")
        page.click("#view-trial")
        wait_for_edits(page, 1)
        page.evaluate("planner.whatIf.undo()")
        wait_for_edits(page, 0)
        assert page.is_enabled("#trial-redo")


def test_a_station_that_is_closed_twice_is_told_in_a_sentence(visit, city):
    with visit(path=city[1], hash_=ADDRESS) as page:
        wait_for_edits(page, 0)
        page.evaluate("planner.trying.make({ op: 'close', id: 'A' })")
        wait_for_edits(page, 1)
        page.evaluate("planner.trying.make({ op: 'close', id: 'A' })")
        wait_for(page, "planner.state.trial.fault !== null")
        assert "is closed by an edit before" in page.inner_text(FAULT)


def test_a_drag_that_is_given_up_leaves_nothing_behind(visit, city):
    with visit(path=city[1], hash_=ADDRESS) as page:
        wait_for_edits(page, 0)
        x, y = place_of(page, "A")
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 20, y, steps=4)
        page.mouse.move(x + 20, y - 400, steps=4)
        wait_for(page, "planner.state.trial.fault !== null")
        page.keyboard.press("Escape")
        page.mouse.up()
        page.wait_for_timeout(200)
        assert page.evaluate(EDITS) == []
        assert page.evaluate("planner.state.trial.fault") is None
        assert page.locator(".dragging-station").count() == 0


@pytest.mark.nightly
def test_the_tab_has_no_fault_of_access_and_a_page_without_data_has_no_such_view(visit, city, file):
    with visit(path=city[1], hash_=ADDRESS, reduced_motion="reduce") as page:
        wait_for_edits(page, 0)
        page.evaluate("planner.trying.make({ op: 'close', id: 'A' })")
        wait_for_edits(page, 1)
        assert find_violations(page) == []
        page.evaluate("planner.cards.openFacility(planner.scene.facilities[1])")
        assert find_violations(page) == []
    with visit(path=file) as page:
        assert page.evaluate("planner.state.views") == ["today"]
        assert page.locator("#view-trial").count() == 0


def test_on_a_phone_the_area_lies_between_bar_and_sheet_while_something_is_in_hand(visit, city):
    code = """(() => { const [west, south, east, north] = planner.data.bounds, { map } = planner;
      const y = (lat) => map.latLngToContainerPoint([lat, (west + east) / 2]).y;
      const bar = document.getElementById('trial-bar').getBoundingClientRect();
      return [bar.bottom, y(north), y(south), innerHeight - planner.sheet.height]; })()"""
    with visit(sample.PHONE, path=city[1], hash_=ADDRESS) as page:
        wait_for_edits(page, 0)
        page.click("#tool-add")
        found = page.evaluate(code)
        assert found == sorted(found)
        page.click("#trial-cancel")
        assert page.evaluate("planner.camera.atArea")
