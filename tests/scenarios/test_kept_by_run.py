"""A run keeps what it found of everybody: the first comparison asks nobody of today again."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import planner
from planner.case import build_case
from planner.run import run_case
from planner.scenarios import _pool_answers, compare_case
from planner.scenarios._scenario_case import build_scenario_case
from planner.sources.cache import ArrayCache
from planner.stages import Stages
from tests.cities.walled_city import walled_city
from tests.samples import examples
from tests.scenarios.test_as_full_runs import GROUP, OFFICE, SERVICE, read
from tests.scenarios.test_narrow_judge import assert_same


def assert_kept(case, folder):
    """Run a plan, and compare what was kept with what a comparison finds by asking everybody."""
    cache = ArrayCache(Path(folder))
    run_case(case, Stages(), cache=cache)
    asked = build_scenario_case(case, [], Stages())
    known = _pool_answers.load_before(asked, cache)
    assert known is not None
    found = asked.state_judge.judge_all(asked.today, asked.questions)
    assert known.keys() == found.keys()
    for question, one in found.items():
        np.testing.assert_array_equal(known[question].minutes, one.minutes)
        np.testing.assert_array_equal(known[question].nearest, one.nearest)
        np.testing.assert_array_equal(known[question].verdict, one.verdict)
    return cache


@examples(2, whole=30)
@given(st.integers(0, 10_000))
def test_random_cities(seed):
    """With walls, hours that nobody knows, planned stations, and a group of its own pace."""
    rng = np.random.default_rng(seed)
    homes = rng.uniform(-20, 470, (30, 2)).tolist()
    spots = rng.uniform(0, 450, (6, 2)).tolist()
    hours = [str(rng.choice([OFFICE, "", "24/7", "unknown"])) for _ in spots]
    states = [str(rng.choice(["open", "open", "planned"])) for _ in spots]
    stations = [(f"F{n}", hours[n], states[n] if n else "open", *p) for n, p in enumerate(spots)]
    with tempfile.TemporaryDirectory() as folder:
        inputs = read(folder, stations, homes, drawing=walled_city(seed), more=GROUP,
                      service=SERVICE.replace("[5, 10]", "[2, 4]"))  # fmt: skip
        assert_kept(build_case(inputs), f"{folder}/kept")


def test_the_first_comparison_begins_with_the_answers_of_the_run(tmp_path, monkeypatch):
    town = planner.load_example()
    case = build_case(planner.load_inputs(town.plan))
    scenarios = [planner.load_scenario(town.folder / "scenario.json")]
    whole = compare_case(case, scenarios, Stages())
    cache = assert_kept(case, tmp_path / "kept")

    def refused(*_):
        raise AssertionError("the answers were asked for anew")

    monkeypatch.setattr("planner.scenarios.compare.save_before", refused)
    assert_same(whole, compare_case(case, scenarios, Stages(), cache=cache))
