"""Hundreds of edits of whole cities, in the page and in the planner: the demo, Porto Alegre."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from planner.case import build_case
from planner.cli.map_jobs import make_map_saver, take_result
from planner.run import run_plan
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from tests.maps.whatif_beside import (
    EditWriter,
    ask,
    check_beside,
    check_figures,
    make_edits,
    order_of,
    undo_all,
)

if TYPE_CHECKING:
    from pathlib import Path

    from planner.case import Case
    from tests.cities.demo import Demo

#: Each in turn, so that twenty sequences of ten hold some thirty of each kind.
OPS = (
    "add",
    "move",
    "close",
    "hours",
    "gate",
    "path",
    "add",
    "path",
    "wall",
    "move",
    "hours",
    "close",
)


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
) -> int:
    """Make sequences of edits, each undone, in page and planner; return how many were compared."""
    case, path, openings = city
    writer, told, drawn = EditWriter(case, seed, openings), [], 0
    with visit(path=path) as page:
        order = order_of(page, case)
        for turn in range(sequences):
            edits = []
            while len(edits) < length:
                drawn += 1
                # Of those that have a place two in three lie inside walled estates.
                edit = writer.edit(OPS[drawn % len(OPS)], walled=drawn % 3 > 0)
                edits += [edit] if edit else []
            told.append(make_edits(page, case, edits, turn))
            if turn == 0:
                check_figures(page, case, told[0].edits)
            undo_all(page, told[-1])
        ask(page, ("adult", None), [])
    return check_beside(case, order, [one for one in told if one.edits])


def test_a_dozen_edits_of_the_demo(visit, baoshan):
    assert compare_edits(visit, baoshan, sequences=1, length=12, seed=3) >= 9


@pytest.mark.nightly
def test_two_hundred_edits_of_the_demo(visit, baoshan):
    assert compare_edits(visit, baoshan, sequences=22, length=10, seed=4) >= 200


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
    assert compare_edits(visit, city, sequences=22, length=10, seed=5) >= 200
