"""Coverage under named conditions: how many are covered then, and how many lose their cover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from planner.coverage.by_hour import count_labelled
from planner.coverage.counting import COVERED, GAP, UNKNOWN
from planner.coverage.exact import exact_sum
from planner.coverage.questions import Walks
from planner.coverage.verdict_table import at_any_hour, list_condition_questions
from planner.plan import Plan

_LABELS: Final = ("condition", "profile")


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
    judged, lost = [], []
    for question in list_condition_questions(plan):
        assert question.condition is not None  # that is what is listed
        words = question.condition.name, question.profile.name
        then = walks.answer(question)["verdict"].to_numpy(dtype=object)
        usual = walks.answer(at_any_hour(question))["verdict"].to_numpy(dtype=object)
        # Counted by the same sums: who is left out for sure, who for all that is known.
        loser = np.where(usual == COVERED, then, COVERED)
        judged.append((words, pd.Series(then, index=demand.index)))
        lost.append((words, pd.Series(loser, index=demand.index)))
    cutoff = plan.service.cutoffs_minutes[-1]
    table = count_labelled(demand, judged, _LABELS, areas, cutoff)
    losses = count_labelled(demand, lost, _LABELS, areas, cutoff)
    every = [exact_sum(pair) for pair in losses[[GAP, UNKNOWN]].to_numpy(dtype=np.float64).tolist()]
    return table.assign(lost=every, lost_unknown=losses[UNKNOWN])
