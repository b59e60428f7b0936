"""Keeps what a run found of everybody: comparisons begin with it."""

from __future__ import annotations

import numpy as np

from planner.case import Case
from planner.coverage.answers_of_today import (
    AskedToday,
    TodayAnswer,
    list_compared_questions,
    save_answers,
)
from planner.coverage.asked_question import Question
from planner.run.covered import Judgement
from planner.sources.cache import ArrayCache


def keep_answers(case: Case, judgement: Judgement, cache: ArrayCache | None) -> None:
    """Keep the answers to what a comparison asks; their minutes are known to the run.

    Those of a plan with conditions are not kept: a comparison asks everybody of it anew anyway.
    """
    if cache is None or case.scenario is not None or case.conditions:
        return
    rules = [rule for rule, _ in judgement.rules.rules]
    questions = list_compared_questions(case.plan, rules)
    asked = AskedToday(case.inputs, questions, case.counting, case.units)
    if asked.is_small:
        save_answers(asked, {one: _answer(judgement, one) for one in questions}, cache)


def _answer(judgement: Judgement, question: Question) -> TodayAnswer:
    """Return what a question finds of each unit."""
    found = judgement.walks.answer(question)
    return TodayAnswer(
        found["minutes"].to_numpy(dtype=np.float64),
        found["nearest"].to_numpy(dtype=np.int64),
        found["verdict"].to_numpy(dtype=object),
    )
