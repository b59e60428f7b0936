"""What each edit of a scenario adds to those before it: a row of its ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np

from planner.coverage.asked_question import Question
from planner.scenarios._change_counts import GAINED, LOST, Presence, count_changes_by_kind
from planner.scenarios._edit_steps import Step
from planner.scenarios._scenario_case import ScenarioCase
from planner.scenarios._state_verdicts import StateVerdict

#: What a row of a ledger says besides of people of the headline's kind.
_OF_PEOPLE: Final = (LOST, "came", "came_covered", "went", "went_covered")


def build_ledger(
    case: ScenarioCase, steps: Sequence[Step], before: Mapping[Question, StateVerdict]
) -> list[dict[str, Any]]:
    """Say what each edit adds to those before it, in the order of the file."""
    rows = []
    earlier, kind = before[case.main], case.headline
    start = Step.before_edits(case.today)
    for previous, step in pairwise([start, *steps]):
        same = previous.state.walks is step.state.walks and np.array_equal(
            previous.state.chosen, step.state.chosen
        )
        since = (previous.state, earlier)
        now = earlier if same else case.state_judge.judge(step.state, case.main, since)
        there = Presence(previous.state.here, step.state.here)
        change = count_changes_by_kind(case.units, earlier, now, there)
        gained, doubt = change["gained_by_kind"][kind], change["gained_unknown_by_kind"][kind]
        cost = step.edit.cost
        row = {
            **{name: value for name, value in step.row.items() if name != "geometry"},
            "kind": kind,
            GAINED: gained,
            "newly_covered": gained - doubt,
            "gained_unknown": doubt,
            **{name: change[f"{name}_by_kind"][kind] for name in _OF_PEOPLE},
            "cost": cost,
            "capacity": step.edit.values.get("capacity"),
            "gained_per_cost": gained / cost if cost else None,
            **change,
        }
        # Cover at any hour knows of no hours: what they change shows at the moments alone.
        if step.edit.op == "hours":
            row["moments"] = _step_rows(case, previous, step, case.of_moments, before)
        # Nor of levels, which rules alone ask about.
        if step.edit.op == "level":
            of_rules = list(dict.fromkeys(case.of_rules))
            row["checks"] = _step_rows(case, previous, step, of_rules, before)
        rows.append(row)
        # Later edits build on the newer streets: the older ones are not asked about again.
        if previous.state.walks is not step.state.walks:
            case.state_judge.forget(previous.state)
        earlier = now
    return rows


def _step_rows(
    case: ScenarioCase,
    previous: Step,
    step: Step,
    questions: Sequence[Question],
    before: Mapping[Question, StateVerdict],
) -> list[dict[str, Any]]:
    """Say what one edit changes by some questions, without those that stay."""
    # Of all questions only today's answers are known: the ledger asks each step the main one.
    earlier = case.state_judge.judge_all(previous.state, questions, (case.today, before))
    now = case.state_judge.judge_all(step.state, questions, (previous.state, earlier))
    rows, there = [], Presence(previous.state.here, step.state.here)
    for question in questions:
        change = count_changes_by_kind(case.units, earlier[question], now[question], there)
        if any(any(people.values()) for people in change.values()):
            rows.append({**question.labels, **change})
    return rows
