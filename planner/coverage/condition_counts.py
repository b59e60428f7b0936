"""Coverage under named conditions: how many are covered then, and how many lose their cover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.coverage.by_hour import PeopleCells, count_labelled
from planner.coverage.counting import COVERED, GAP, UNKNOWN
from planner.coverage.exact import exact_sum
from planner.coverage.questions import Walks
from planner.coverage.verdict_table import at_any_hour, list_condition_questions
from planner.plan import Plan

_LABELS: Final = ("condition", "profile")
#: Of each unit, shape (n,).
UnitVerdicts = NDArray[np.object_]


def count_conditions(
    plan: Plan, walks: Walks, demand: pd.DataFrame, areas: Sequence[str]
) -> pd.DataFrame:
    """Count people by verdict under each condition of a plan, for each judged profile.

    Parameters
    ----------
    plan
        With its conditions.
    walks
        Of these units, which may be asked under them.
    demand
        kind, people, town.
    areas
        Names of the towns, in the order wanted.

    Returns
    -------
    DataFrame
        condition, profile, then the columns of `count_coverage` at the last cutoff, and `lost`:
        people who are covered usually and not under the condition, `lost_unknown` of whom cannot
        be judged then. Without conditions there are no rows.
    """
    cells = PeopleCells.of(demand, areas)
    answers = [(words, cells, then, usual) for words, then, usual in judge_conditions(plan, walks)]
    return count_under_conditions(answers, areas, plan.service.cutoffs_minutes[-1])


def judge_conditions(
    plan: Plan, walks: Walks
) -> list[tuple[tuple[str, str], UnitVerdicts, UnitVerdicts]]:
    """Return condition and profile, and the verdicts of all units (n,): then, and usually."""
    found = []
    for question in list_condition_questions(plan):
        assert question.condition is not None  # that is what is listed
        words = question.condition.name, question.profile.name
        then = walks.answer(question)["verdict"].to_numpy(dtype=object)
        usual = walks.answer(at_any_hour(question))["verdict"].to_numpy(dtype=object)
        found.append((words, then, usual))
    return found


def count_under_conditions(
    answers: Sequence[
        tuple[tuple[str, str], PeopleCells, NDArray[np.object_], NDArray[np.object_]]
    ],
    areas: Sequence[str],
    cutoff_minutes: float,
) -> pd.DataFrame:
    """Count what `judge_conditions` says, of the units in some cells; see `count_conditions`."""
    judged = [(words, cells, pd.Series(then)) for words, cells, then, _ in answers]
    # Counted by the same sums: who is left out for sure, who for all that is known.
    lost = [
        (words, cells, pd.Series(np.where(usual == COVERED, then, COVERED)))
        for words, cells, then, usual in answers
    ]
    table = count_labelled(judged, _LABELS, areas, cutoff_minutes)
    losses = count_labelled(lost, _LABELS, areas, cutoff_minutes)
    every = [exact_sum(pair) for pair in losses[[GAP, UNKNOWN]].to_numpy(dtype=np.float64).tolist()]
    return table.assign(lost=every, lost_unknown=losses[UNKNOWN])
