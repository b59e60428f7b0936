"""Hundreds of edits of whole cities, in the page and in the planner: the demo, Porto Alegre."""

from __future__ import annotations

from collections import Counter
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from planner.case import build_case
from planner.cli.map_jobs import make_map_saver, take_result
from planner.crs import project
from planner.run import run_plan
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from planner.travel.access import join
from tests.maps.whatif_beside import (
    ASKED,
    EditWriter,
    Told,
    ask,
    check_beside,
    check_figures,
    make_edits,
    order_of,
    undo_all,
)
from tests.maps.whatif_city import draw_city

if TYPE_CHECKING:
    from pathlib import Path

    from planner.case import Case
    from tests.cities.demo import Demo

#: Made in turn: of two hundred edits thirty of each kind that is about stations and streets, the
#: new openings of a wall among the gates, and ten of each that is about people.
TURNS = (
    "add",
    "gate",
    "move",
    "path",
    "close",
    "hours",
    "come",
    "add",
    "wall",
    "path",
    "move",
    "hours",
    "close",
    "go",
    "path",
    "add",
    "gate",
    "move",
    "close",
    "hours",
)
#: What the two hundred hold at least, by op.
LEAST = dict.fromkeys(("add", "move", "close", "hours", "open_gate", "add_path"), 30) | {
    "add_people": 10,
    "remove_people": 10,
}
LEAST_IN_ESTATES = 40
#: Nobody wants an edit that page and planner refuse again and again.
MOST_DRAWN = 100


@pytest.fixture(scope="module")
def baoshan(demo: Demo) -> tuple[Case, Path, list[str]]:
    """The demo put together, its page, and the new openings that its layer lists."""
    plan = load_plan(demo.out / "input" / "plan.toml")
    gains = demo.result().layers["gate_gains"]
    case = build_case(load_inputs(plan, cache=demo.cache), cache=demo.cache)
    return case, demo.out / "map.html", openings_of(gains)


def openings_of(gains: Any) -> list[str]:
    return gains.loc[gains["kind"] == "new opening", "gate_id"].tolist()


def compare_edits(
    visit: Any, city: tuple[Case, Path, list[str]], *, sequences: int, length: int, seed: int
) -> list[Told]:
    """Make sequences of edits, each undone, in page and planner; return what was compared."""
    case, path, openings = city
    writer, told, turns = EditWriter(case, seed, openings), [], cycle(TURNS)
    with visit(path=path) as page:
        order = order_of(page, case)
        for number in range(sequences):
            made = Told([], [], [], [], [])
            while len(made.edits) < length:
                make_one(page, case, writer, next(turns), number, made)
            told.append(made)
            if number % 5 == 0:
                check_figures(page, case, made.edits)
            undo_all(page, made)
        ask(page, ("adult", None), [])
    assert check_beside(case, order, told) == sequences * length
    return told


def make_one(page: Any, case: Case, writer: EditWriter, op: str, number: int, made: Told) -> None:
    """Make one edit of a kind in the page, after as many tries as it takes."""
    for drawn in range(MOST_DRAWN):
        # Of those that have a place three in four lie inside walled estates.
        edit = writer.edit(op, walled=writer.rng.random() < 0.75)
        if edit is None:
            op = "gate" if op == "wall" else op
            continue
        before = len(made.edits)
        make_edits(page, case, [edit], number, made, ask_planner=drawn == 0)
        if len(made.edits) > before:
            return
    pytest.fail(f"nothing made of {op}")


def check_numbers(case: Case, told: list[Told]) -> None:
    """Hold the numbers of what was compared against those that were promised."""
    assert len(told) >= 20
    assert all(len(one.edits) == 10 for one in told)
    edits = [edit for one in told for edit in one.edits]
    assert len(edits) >= 200
    ops = Counter(edit["op"] for edit in edits)
    assert {op: ops[op] for op in LEAST if ops[op] < LEAST[op]} == {}
    assert {asked for one in told for asked in one.asked} == set(ASKED)
    assert count_in_estates(case, edits) >= LEAST_IN_ESTATES


def count_in_estates(case: Case, edits: list[dict[str, Any]]) -> int:
    """Count the edits that put something inside a walled estate, as it is joined to the streets."""
    places = np.array([(edit["lon"], edit["lat"]) for edit in edits if "lon" in edit])
    return int((join(case.streets, project(*places.T, case.network.crs)).compound >= 0).sum())


@pytest.mark.nightly  # by day test_whatif_page.py compares forty edits of a drawn city
def test_ten_edits_of_the_demo(visit, baoshan):
    compare_edits(visit, baoshan, sequences=1, length=10, seed=3)


@pytest.mark.nightly
@pytest.mark.timeout(2400)  # measured, and with others beside it, it takes a quarter of an hour
def test_two_hundred_edits_of_the_demo(visit, baoshan):
    told = compare_edits(visit, baoshan, sequences=20, length=10, seed=4)
    check_numbers(baoshan[0], told)


@pytest.mark.nightly
def test_two_hundred_edits_of_porto_alegre(visit, shared_data, tmp_path):
    plan = tmp_path / "plan.toml"
    text = (shared_data / "porto_alegre" / "plan.toml").read_text(encoding="utf-8")
    for name in ("porto_alegre.osm.pbf", "facilities.csv", "hexgrid.csv"):
        text = text.replace(f'"{name}"', f'"{(shared_data / "porto_alegre" / name).as_posix()}"')
    more = 'profiles = ["wheelchair", "ebike"]\nmoments = ["night"]\n'
    plan.write_text(text.replace("[service]\n", f"[service]\n{more}"), encoding="utf-8")
    inputs = load_inputs(load_plan(plan))
    result = run_plan(inputs)
    make_map_saver(take_result(result))(tmp_path / "map.html")
    city = build_case(inputs), tmp_path / "map.html", openings_of(result.layers["gate_gains"])
    check_numbers(city[0], compare_edits(visit, city, sequences=20, length=10, seed=5))


@pytest.mark.nightly
def test_two_hundred_edits_of_a_drawn_city(visit, tmp_path):
    """Two walled estates, a river and a bridge."""
    city = draw_city(tmp_path)
    check_numbers(city[0], compare_edits(visit, city, sequences=20, length=10, seed=6))
