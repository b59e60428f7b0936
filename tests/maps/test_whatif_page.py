"""What the page works out after any edit is what the planner does: in a browser, of every unit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.maps.whatif_beside import (
    ASKED,
    OPS,
    EditWriter,
    ask,
    check_beside,
    check_figures,
    make_edits,
    order_of,
    undo_all,
)
from tests.maps.whatif_city import draw_city
from tests.samples import first

if TYPE_CHECKING:
    from pathlib import Path

    from planner.case import Case


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, Path, list[str]]:
    """The drawn city put together, its page, and the new openings that its layer lists."""
    return draw_city(tmp_path_factory.mktemp("whatif"))


def test_forty_edits_of_a_drawn_city_are_those_of_the_planner(visit, city):
    """Estates, a hole in a wall, a river, a bridge; adult, wheelchair, ebike, day and night."""
    case, path, openings = city
    writer = EditWriter(case, 1, openings)
    ops = [op for op in OPS for _ in range(5)]
    writer.rng.shuffle(ops)
    with visit(path=path) as page:
        order, sequences = order_of(page, case), []
        before = {asked: ask(page, asked, []) for asked in ASKED}
        for first in range(0, len(ops), 9):
            drawn = [
                writer.edit(op, walled=n % 3 == 0) for n, op in enumerate(ops[first : first + 9])
            ]
            told = make_edits(page, case, [edit for edit in drawn if edit], first)
            sequences.append(told)
            if first == 0:
                check_figures(page, case, told.edits)
            undo_all(page, told)
        for asked, (minutes, verdicts, _) in before.items():
            again = ask(page, asked, [])
            assert np.array_equal(again[0], minutes)
            assert np.array_equal(again[1], verdicts)
    assert check_beside(case, order, [told for told in sequences if told.edits]) >= 24


def test_a_saved_scenario_is_read_by_the_planner_and_by_the_page(visit, city):
    case, path, _ = city
    edits = [
        {"op": "add", "id": "新", "lon": 121.4015, "lat": 31.4, "name": "<b>新站</b>", "cost": 3},
        {"op": "close", "id": "A"},
    ]
    with visit(path=path) as page:
        page.evaluate("(edits) => planner.whatIf.apply(edits)", edits)
        saved = page.evaluate("planner.whatIf.scenario('mine')")
        assert saved == {"version": 1, "plan": "small", "name": "mine", "edits": edits}
        check_figures(page, case, edits)
        ledger = page.evaluate("planner.whatIf.ledger()")
        assert [(row["op"], row["id"], row["cost"]) for row in ledger] == [
            ("add", "新", 3),
            ("close", "A", None),
        ]
        assert ledger[0]["lost"]["residential"]["all"] == 0
        page.evaluate("planner.whatIf.reset()")
        assert page.evaluate("planner.whatIf.scenario()")["edits"] == []
        told = page.evaluate("(text) => planner.whatIf.openFile(text)", json.dumps(saved))
        assert (told["name"], told["edits"]) == ("mine", 2)
        assert page.evaluate("planner.whatIf.scenario('mine')") == saved
        page.evaluate("planner.whatIf.undo()")
        assert page.evaluate("planner.whatIf.redo()")["edits"] == 2


REFUSED = """async (text) => { const before = JSON.stringify(await planner.whatIf.scenario());
  try { await planner.whatIf.openFile(text); return 'taken'; } catch (error) {
    const after = JSON.stringify(await planner.whatIf.scenario());
    return before === after ? error.message : 'changed'; } }"""


def scenario(*edits, plan="small"):
    return json.dumps({"version": 1, "plan": plan, "edits": edits})


def close(identifier):
    return {"op": "close", "id": identifier}


def add(lon, lat):
    return {"op": "add", "id": "N", "lon": lon, "lat": lat}


def test_a_file_that_will_not_do_changes_nothing(visit, city):
    with visit(path=city[1]) as page:
        for content, said in (
            ("", "the file is no valid JSON"),
            ("{", "the file is no valid JSON"),
            ("[]", "this is no scenario"),
            (scenario(close("A"), plan="else"), "about the plan “else”, not “small”"),
            (scenario(close("gone")), "edit 1 (close station gone): no station"),
            (
                scenario(close("A"), {"op": "open_gate", "id": "node/55"}),
                "edit 2 (open gate node/55): no gate or opening has this id; did you mean node/5?",
            ),
            (scenario(close("<img src=x onerror=alert(1)>")), "no station"),
            (scenario(add(121.4065, 31.4035)), "no street lies within 100 m"),
            (scenario(add(12, 31.4)), "lies outside the area"),
        ):
            message = page.evaluate(REFUSED, content)
            assert said in message
            assert "\n" not in message
            assert "{" not in message


def test_questions_that_nobody_can_answer_are_refused(visit, city):
    with visit(path=city[1]) as page:
        for asked, said in (
            ({"profile": "horse"}, "nobody walks as “horse” here; known are adult"),
            ({"moment": "noon"}, "no moment is called “noon” here"),
            ({"group": "cats"}, "no group is called “cats” here"),
        ):
            ask_it = "(asked) => planner.whatIf.figures(asked).catch((error) => error.message)"
            assert said in page.evaluate(ask_it, asked)


@pytest.mark.parametrize(
    "way",
    first(1, ["delete window.Worker", "window.Worker = function () { throw new Error('no'); }"]),
)
def test_without_a_worker_the_page_works_it_out_itself(browser, city, way):
    page = browser.new_context(offline=True).new_page()
    page.add_init_script(way)
    page.goto(city[1].as_uri())
    page.wait_for_selector("body[data-ready]")
    edits = [{"op": "close", "id": "A"}]
    page.evaluate("(edits) => planner.whatIf.apply(edits)", edits)
    check_figures(page, city[0], edits)
    page.context.close()


def test_reach_is_drawn_as_far_as_the_minutes_lead(visit, city):
    """A shorter walk reaches less street, and closing a station takes none but its own."""
    ask_it = """async (cutoffs) => { const found = await planner.whatIf.reach({ cutoffs });
      return cutoffs.map((one) => { const { lonlat, ends } = found[one]; let metres = 0, first = 0;
        const step = (i, by) => (lonlat[i] - lonlat[i - 2]) * by;
        for (const end of ends) { for (let i = first + 1; i < end; i++)
            metres += Math.hypot(step(2 * i, 95000), step(2 * i + 1, 110900));
          first = end; }
        return metres; }); }"""
    with visit(path=city[1]) as page:
        before = page.evaluate(ask_it, [1, 3, 6, 1000])
        assert before == sorted(before)
        total_m = float(city[0].network.length_m.sum())
        assert 0.6 * total_m < before[-1] < 1.02 * total_m
        page.evaluate("planner.whatIf.apply([{op: 'close', id: 'D'}])")
        after = page.evaluate(ask_it, [1, 3, 6, 1000])
        assert all(now <= then + 1e-6 for now, then in zip(after, before, strict=True))
        assert after[0] < before[0]
