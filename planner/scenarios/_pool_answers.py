"""What a comparison knows of today: answers as they are kept, with rows of its pool."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from planner.coverage.answers_of_today import AskedToday, TodayAnswer, load_answers, save_answers
from planner.coverage.asked_question import Question
from planner.crs.array_types import Ints
from planner.scenarios._scenario_case import ScenarioCase
from planner.scenarios._state_verdicts import StateVerdict
from planner.sources.cache import ArrayCache


def load_before(case: ScenarioCase, cache: ArrayCache) -> dict[Question, StateVerdict] | None:
    """Return what each question finds today, None where that is not known."""
    if not _is_of_today(case):
        return None
    rows = _find_rows(case)
    found = load_answers(_ask(case, rows), cache)
    if found is None:
        return None
    rows = np.append(rows, -1)
    return {
        question: StateVerdict(one.minutes, rows[one.nearest], one.verdict)
        for question, one in found.items()
    }


def save_before(
    case: ScenarioCase, answers: Mapping[Question, StateVerdict], cache: ArrayCache
) -> None:
    """Keep what each question finds today."""
    if not _is_of_today(case):
        return
    rows = _find_rows(case)
    number = np.full(len(case.pool.today) + 1, -1, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    kept = {
        question: TodayAnswer(one.minutes, number[one.nearest], one.verdict)
        for question, one in answers.items()
    }
    save_answers(_ask(case, rows), kept, cache)


def _is_of_today(case: ScenarioCase) -> bool:
    """Tell whether nobody comes in a scenario, nor by one that the plan was put together with."""
    return case.base.scenario is None and not (case.people.owner >= 0).any()


def _find_rows(case: ScenarioCase) -> Ints:
    """Return the rows of the pool that surely serve today: it has versions of other states too."""
    pool = case.pool
    return np.flatnonzero(pool.today & (pool.table["unsure"] == "").to_numpy())


def _ask(case: ScenarioCase, rows: Ints) -> AskedToday:
    """Return what is asked about whom, by which facilities."""
    return AskedToday(case.base.inputs, case.questions, case.pool.table.iloc[rows], case.units)
