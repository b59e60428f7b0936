"""Verdicts of the page's engine beside the planner's: whom nobody can judge, after any edit."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from shapely.geometry import box

import planner.maps
from planner.case import build_case
from planner.errors import PlannerError
from tests.cities.estates_drawing import random_estates
from tests.cities.small_plan import inputs_of
from tests.cities.walled_city import walled_city
from tests.maps.in_node import require_node
from tests.maps.random_edits import packed
from tests.maps.whatif_beside import OPS, VERDICTS, EditWriter, check_same, follow_edits

if TYPE_CHECKING:
    from planner.case import Case

ENGINE = Path(planner.maps.__file__).parent / "assets" / "engine.js"
HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
SERVICE = 'cutoffs_minutes = [1, 3]\nmoments = ["night"]\nprofiles = ["wheelchair", "ebike"]\n'
HEADING = "facility_id,name,opening_hours,status,open_to_outsiders,approximate,radius_m"
ASKED = [("adult", None), ("adult", "night"), ("wheelchair", None), ("ebike", "night")]
HOURS = ["", "Mo-Fr 09:00-17:00", '"by appointment"', "soon"]
BY_DAY, BY_NIGHT = (3,), (4, *range(6, 60))


def doubtful_city(folder: Path, seed: int) -> Case:
    """Put together a city whose edge is near, with stations of which little is known.

    Every third seed says that no station is missing, every third that all streets are known.
    """
    rng = np.random.default_rng(seed)
    drawing = walled_city(seed) if seed % 2 else random_estates(seed)[0]
    size = 450.0 if seed % 2 else max(max(xy) for xy in drawing.nodes.values())
    homes = rng.uniform(-60, size + 60, (80, 2))
    places = rng.uniform(-90, size + 90, (8, 2))
    places[0] = drawing.nodes[1]
    # A plan with every station beyond the known streets is refused.
    places[1] = np.mean([*drawing.nodes.values()], axis=0)
    stations = [
        (f"F{k}", f"F{k}", rng.choice(HOURS), "planned" if k == 4 else "open",
         "false" if k in (3, 5) else "true", "true" if k in (2, 5) else "", 40 if k == 2 else "",
         *xy)
        for k, xy in enumerate(places.tolist())
    ]  # fmt: skip
    rows = [(f"h{k}", 10 + k, *xy) for k, xy in enumerate(homes.tolist())]
    inputs = inputs_of(
        folder, HOMES, drawing=drawing, tables={"homes.csv": rows}, facilities=stations,
        heading=HEADING, service=SERVICE, bounds=box(-70, -80, size + 90, size + 60),
        complete=seed % 3 == 0, known="everywhere" if seed % 3 == 1 else None,
    )  # fmt: skip
    return build_case(inputs)


def in_host(case: Case, calls: list[list[Any]]) -> list[dict[str, Any]]:
    """Return what the shipped engine answers to calls."""
    given = {"script": str(ENGINE), "text": packed(case)[0], "calls": calls}
    command = [require_node(), str(Path(__file__).with_name("whatif_host.mjs"))]
    done = subprocess.run(
        command, input=json.dumps(given), capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


@pytest.mark.parametrize(
    "seed", [*BY_DAY, *(pytest.param(seed, marks=pytest.mark.nightly) for seed in BY_NIGHT)]
)
def test_verdicts_are_those_of_the_planner(tmp_path, seed):
    case = doubtful_city(tmp_path, seed)
    _, data = packed(case)
    writer = EditWriter(case, seed, data.head["openings"]["id"])
    edits = [edit for op in (*OPS, *OPS) if (edit := writer.edit(op))]
    writer.rng.shuffle(edits)
    questions = [["verdicts", dict(zip(("profile", "moment"), one, strict=True))] for one in ASKED]
    calls: list[list[Any]] = [*questions]
    for edit in edits:
        calls += [["apply", [edit]], *questions]
    told = in_host(case, calls)
    kept: list[Any] = []
    states = [told[: len(ASKED)]]
    for number, edit in enumerate(edits):
        made, *answers = told[len(ASKED) + number * (len(ASKED) + 1) :][: len(ASKED) + 1]
        if "fault" in made:
            with pytest.raises(PlannerError):
                follow_edits(case, [[*kept, edit]])
            continue
        kept.append(edit)
        states.append(answers)
    both, [steps] = follow_edits(case, [kept])
    everybody = np.arange(len(case.units))
    for state, answers in zip([both.today, *(step.state for step in steps)], states, strict=True):
        for asked, answer in zip(ASKED, answers, strict=True):
            found = answer["result"]
            minutes = np.array(found["minutes"], dtype=float)
            check_same(
                both.state_judge.judge(state, both.asked(*asked)),
                np.where(minutes < 0, np.inf, minutes),
                np.array(VERDICTS, dtype=object)[found["verdict"]],
                everybody,
                both.cutoff_minutes,
                f"{asked} after {kept}",
            )
