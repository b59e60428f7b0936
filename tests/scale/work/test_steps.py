"""Steps are done once, by whoever comes first, and their results are whole or absent."""

from pathlib import Path

import numpy as np
import pytest

from planner.errors import PlannerError
from planner.scale.work.steps import OneProcess, StepStore, WorkStep, find_needs
from tests.scale.work import work_for_steps as work


def test_the_result_of_a_step_is_what_its_function_returns(tmp_path: Path):
    store = StepStore(tmp_path)
    steps = [WorkStep("squares", "0", work.square, {"number": number}) for number in (2, 3)]
    keys = OneProcess(store).run(steps)
    total = OneProcess(store).run([WorkStep("sum", "", work.add, {"keys": keys})])
    np.testing.assert_array_equal(store.load(total[0])["value"], [13])


def test_a_step_that_was_done_is_not_done_again(tmp_path: Path):
    mark = tmp_path / "mark"
    step = WorkStep("once", "0", work.fail_once, {"mark": str(mark)})
    mark.touch()
    OneProcess(StepStore(tmp_path)).run([step])
    mark.unlink()
    OneProcess(StepStore(tmp_path)).run([step])  # done anew it would fail
    assert not mark.exists()


def test_other_settings_make_another_key():
    one, other = (WorkStep("s", "0", work.square, {"number": number}) for number in (2, 3))
    assert one.key != other.key
    assert one.key == WorkStep("another word", "1", work.square, {"number": 2}).key


def test_a_damaged_result_is_worked_out_again(tmp_path: Path):
    store = StepStore(tmp_path)
    step = WorkStep("squares", "0", work.square, {"number": 4})
    OneProcess(store).run([step])
    file = tmp_path / f"{step.key}.npz"
    file.write_bytes(file.read_bytes()[:-40])
    OneProcess(store).run([step])
    np.testing.assert_array_equal(store.load(step.key)["value"], [16])


def test_a_store_keeps_any_number_of_results(tmp_path: Path):
    store = StepStore(tmp_path)
    OneProcess(store).run([WorkStep("s", "0", work.square, {"number": n}) for n in range(60)])
    assert len(list(tmp_path.glob("*.npz"))) == 60


def test_progress_counts_the_steps(tmp_path: Path):
    told: list[tuple[str, float]] = []
    runner = OneProcess(StepStore(tmp_path), lambda stage, share: told.append((stage, share)))
    runner.run([WorkStep("squares", "0", work.square, {"number": n}) for n in range(2)])
    assert told == [("squares", 0.0), ("squares", 0.5), ("squares", 1.0)]


def test_a_step_needs_those_whose_keys_stand_in_its_settings():
    first, second, other = (WorkStep("s", "", work.square, {"number": n}) for n in (2, 3, 4))
    total = WorkStep("sum", "", work.add, {"keys": [first.key, second.key]})
    needs = find_needs([first, second, other, total])
    assert needs[total.key] == {first.key, second.key}
    assert needs[first.key] == needs[second.key] == needs[other.key] == set()
    # What is not among them was done before.
    assert find_needs([total]) == {total.key: set()}


def test_a_missing_result_is_told_in_one_line(tmp_path: Path):
    with pytest.raises(PlannerError, match="start the same command again"):
        StepStore(tmp_path).load("0" * 64)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(PlannerError, match="--work"):
        OneProcess(StepStore(tmp_path / "file")).run(
            [WorkStep("squares", "0", work.square, {"number": 1})]
        )
