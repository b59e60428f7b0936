"""Values that hold tables show themselves in one short line."""

import inspect
from dataclasses import dataclass, field, is_dataclass

import numpy as np
import pandas as pd
import pytest

import planner
from planner import load_osm
from planner.case import build_case
from planner.reports.handover import Handover
from planner.run import check_inputs, finished_result, run_plan
from planner.showing import LEADS, Brief, join_facts, lead_to
from planner.sources.results import FinishedRun
from planner.travel.canvas import prepare_canvas
from tests.cities.small_plan import inputs_of

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
HOSTILE = "<b>x</b>\n\x1b[31m" + "very long " * 40


@dataclass(frozen=True)
class Pair(Brief):
    table: pd.DataFrame
    numbers: np.ndarray
    name: str
    count: int = 3
    parts: tuple[str, ...] = ("a", "b")
    hidden: str = field(default="no", repr=False)


def test_a_field_is_told_by_what_it_is():
    pair = Pair(pd.DataFrame({"a": [1, 2], "b": [3, 4]}), np.zeros((5, 2)), "x")
    told = "Pair(table=DataFrame 2 x 2, numbers=ndarray 5 x 2, name='x', count=3, parts=tuple of 2)"
    assert repr(pair) == told


def test_a_text_from_outside_stays_in_one_short_line():
    told = repr(Pair(pd.DataFrame(), np.zeros(0), HOSTILE))
    assert len(told) < 200
    assert told.isprintable()
    assert len(join_facts(pd.DataFrame(), *["x" * 50] * 20)) <= 300


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    homes = {"homes.csv": [("a", 100, 0, 10), ("b", 300, 1900, 10)]}
    inputs = inputs_of(tmp_path_factory.mktemp("plan"), HOMES, tables=homes, known="everywhere",
                       complete=True)  # fmt: skip
    return run_plan(inputs)


def test_a_result_says_its_plan_shares_and_gaps(result):
    # 100 of 400 people are within 15 minutes; the other home is a gap 1,900 m away
    share = "residential 25.0% (25.0%-25.0%) within 15 min"
    assert repr(result) == f"Result('small', {share}, 1 gaps, 1 facilities)"
    finished = FinishedRun(result.inputs.plan.folder, {}, result.summary, result.provenance)
    assert repr(finished) == f"FinishedRun('small', {share}, 1 gaps, 1 facilities)"
    assert repr(FinishedRun(result.inputs.plan.folder, {}, {}, {})) == "FinishedRun('')"


def test_people_whom_nobody_can_judge_are_told_too(result):
    rows = [row | {"share": None, "share_low": 0.0, "share_high": 1.0}
            for row in result.summary["coverage"]]  # fmt: skip
    finished = FinishedRun(result.inputs.plan.folder, {}, {"coverage": rows}, {"plan": "p"})
    told = "residential not judged (0.0%-100.0%) within 15 min"
    assert repr(finished) == f"FinishedRun('p', {told})"


def test_what_a_result_is_made_of_is_short_too(result):
    inputs, case = result.inputs, result.case
    finished = FinishedRun(inputs.plan.folder, {}, result.summary, result.provenance)
    values = [
        inputs, inputs.plan, inputs.osm, inputs.facilities, inputs.demand[0], case, case.area,
        case.people, case.streets, case.network, case.network.walls, case.landmarks,
        prepare_canvas(case.streets), check_inputs(inputs), result.whatif, build_case(inputs),
        Handover(finished, None, None, "en"), finished_result(finished, inputs),
        load_osm(inputs.plan.network.osm),
    ]  # fmt: skip
    for value in values:
        told = repr(value)
        assert told.startswith(type(value).__name__), told
        assert len(told) <= 300, told
        assert told.isprintable(), told
    assert str(inputs.plan) == repr(inputs.plan)
    assert repr(inputs.plan) == "Plan('small', title 'small', within 5, 10, 15 min as 'adult')"


#: Of these every field is a number or a word or two.
SHORT = {"AccessRules", "FetchedStreets", "SiteQuestion", "SolveOptions", "WalkProfile"}


def test_every_public_value_is_brief():
    found = {name: getattr(planner, name) for name in planner.__all__}
    values = {name: value for name, value in found.items() if is_dataclass(value)}
    lengthy = {
        name
        for name, value in values.items()
        if not issubclass(value, Brief) and "def __repr__" not in inspect.getsource(value)
    }
    assert lengthy - SHORT == set()


def test_what_results_lead_to_is_there():
    assert all(callable(lead_to(what)) for what in LEADS)
