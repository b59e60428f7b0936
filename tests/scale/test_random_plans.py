"""Random cities and questions: a run in tiles is the plain run, to the byte, however it is cut."""

import re

import pytest

from planner.errors import PlannerError
from planner.run.main_job import run_plan
from planner.scale.driver import run_in_tiles
from planner.scale.work.steps import OneProcess, StepStore
from planner.sources import load_inputs, load_plan
from tests.samples import at_night
from tests.scale.joined.test_joined_answer import files_of
from tests.scale.random_plans import write_random_plan
from tests.scale.split import tables_of


@pytest.fixture(autouse=True)
def place_few_at_once(monkeypatch):
    """Place people as if no process could hold more than a few."""
    monkeypatch.setattr("planner.scale.people.people_steps.MOST_UNITS", 7)


@pytest.mark.usefixtures("read_and_cut_here")
@pytest.mark.parametrize(("seed", "counts"), [
    at_night(seed, (1, 2, 4, 9) if seed % 8 == 0 else ((4, 9) if seed % 2 else (2, 9)))
    for seed in range(40)
])  # fmt: skip
def test_random_plans_in_tiles(seed, counts, tmp_path):
    plan = write_random_plan(tmp_path / "plan", seed)
    store = StepStore(tmp_path / "steps")
    store.folder.mkdir(mode=0o700)
    try:
        whole = run_plan(load_inputs(load_plan(plan)))
    except PlannerError as refused:  # no zone of the kind that it asks for
        with pytest.raises(PlannerError, match=f"^{re.escape(str(refused))}$"):
            run_in_tiles(plan, OneProcess(store), store, tiles=counts[-1])
        return
    cutoffs = whole.case.inputs.cutoffs
    plain = files_of(tmp_path / "plain", whole.summary, whole.layers, whole.tables, cutoffs)
    for count in counts:
        joined = run_in_tiles(plan, OneProcess(store), store, tiles=count).joined
        parts = files_of(
            tmp_path / f"parts-{count}", joined.summary, tables_of(joined), joined.tables, cutoffs
        )
        assert list(parts) == list(plain)
        for name, text in plain.items():
            assert parts[name] == text, (name, count)
