"""The long table of verdicts: every unit, for every level, profile and moment that is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.coverage.asked_question import ANY_LEVEL, METRES, Question
from planner.coverage.causes import CLOSED, CONDITION, find_causes
from planner.coverage.counting import COVERED, GAP
from planner.coverage.questions import Walks
from planner.crs.array_types import Flags
from planner.plan import Plan
from planner.showing import Brief
from planner.travel.minutes import cores

COLUMNS: Final = (
    "demand_id", "level", "domains", "profile", "moment", "cutoff_minutes", "cutoff_m",
    "nearest_facility_id", "minutes", "walk_m", "verdict", "reason", "cause",
)  # fmt: skip
#: Cutoffs are numbers, NaN in the unit that a question does not count in.
_CUTOFFS: Final = {"cutoff_minutes": np.float64, "cutoff_m": np.float64}


def list_usual_questions(plan: Plan) -> list[Question]:
    """List what every unit is asked for: any level, each judged profile, no moment and each.

    Those under the plan's conditions come last.
    """
    cutoff = plan.service.cutoffs_minutes[-1]
    usual = [
        Question(ANY_LEVEL, profile, moment, cutoff)
        for profile in plan.judged_profiles
        for moment in (None, *plan.asked_moments)
    ]
    return [*usual, *list_condition_questions(plan)]


def list_condition_questions(plan: Plan) -> list[Question]:
    """List what every unit is asked for under conditions: any level, each judged profile."""
    cutoff = plan.service.cutoffs_minutes[-1]
    return [
        Question(ANY_LEVEL, profile, None, cutoff, condition=condition)
        for condition in plan.asked_conditions
        for profile in plan.judged_profiles
    ]


@dataclass(frozen=True)
class Verdicts(Brief):
    """What every unit is told.

    table : demand_id, level, domains (";" between, "" for any), profile, moment (None whatever the
        hours), cutoff_minutes, nearest_facility_id, minutes (true, not cut at the cutoff), verdict,
        reason, cause. A rule in metres along the way has cutoff_m and walk_m in place of profile,
        cutoff_minutes and minutes. Causes are looked for at any level; elsewhere there is only
        `closed`: covered at another moment. With questions under conditions there is a column
        `condition` behind the moment (None for the usual one); whoever is left out under one alone
        has the cause `condition`.
    causes : question about any level, whatever the hours -> cause and cause_detail, by the position
        of each unit that is left out then, or at a moment without being covered at any other.
    """

    table: pd.DataFrame
    causes: dict[Question, pd.DataFrame]


def find_verdicts(
    walks: Walks,
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    asked: Mapping[Question, Flags],
) -> Verdicts:
    """Answer every question for every unit that it is about, on all cores.

    Parameters
    ----------
    walks
        Of these units and facilities.
    demand : n rows
        demand_id.
    facilities : k rows
        Those that count: facility_id, opening_hours, level, domain.
    asked
        Question -> the units that it is about, shape (n,).
    """
    walks.prepare_answers(list(asked))
    columns = list(COLUMNS)
    if any(question.condition is not None for question in asked):
        columns.insert(columns.index("moment") + 1, "condition")
    labels = np.array([*facilities["facility_id"], None], dtype=object)
    ids = demand["demand_id"].to_numpy(dtype=object)

    def answered(family: list[Question]) -> tuple[list[pd.DataFrame], pd.DataFrame | None]:
        """Return the rows of some questions, and the causes if they were looked for."""
        answers = {question: walks.answer(question) for question in family}
        cause, found = _find_causes(walks, answers)
        parts = []
        for question in family:
            if question in asked:
                rows = np.flatnonzero(asked[question])
                part = answers[question].assign(cause=cause[question]).iloc[rows]
                part.insert(0, "demand_id", ids[rows])
                part["nearest_facility_id"] = labels[part.pop("nearest")]
                part = part.assign(**question.labels, **_measures(question, part))
                # A column of None alone would turn the numbers of other parts into objects below.
                parts.append(part.reindex(columns=columns).astype(_CUTOFFS))
        return parts, found

    # By families: `closed` means covered at another moment, so all moments must be known at once.
    families = _families(list(asked))
    with ThreadPoolExecutor(cores()) as pool:
        done = list(pool.map(answered, families))
    parts = [part for rows, _ in done for part in rows]
    if not parts:
        return Verdicts(pd.DataFrame(columns=columns), {})
    causes = {
        family[0]: found
        for family, (_, found) in zip(families, done, strict=True)
        if found is not None
    }
    return Verdicts(pd.concat(parts, ignore_index=True), causes)


def _families(asked: Sequence[Question]) -> list[list[Question]]:
    """Put questions that differ in moment or condition alone together, the usual one first."""
    found: dict[Question, list[Question]] = {}
    for question in asked:
        base = at_any_hour(question)
        # The one without a moment is answered even if nobody asked for it: causes start from it.
        family = found.setdefault(base, [base])
        if question != base:
            family.append(question)
    return list(found.values())


def at_any_hour(question: Question) -> Question:
    """Return the usual question, without moment and condition: causes are looked for in it."""
    return replace(question, moment=None, condition=None)


def _find_causes(
    walks: Walks, answers: Mapping[Question, pd.DataFrame]
) -> tuple[dict[Question, NDArray[np.object_]], pd.DataFrame | None]:
    """Return the cause of each unit with verdict `gap`, "" for the others, for each question.

    And what was found, see `Verdicts.causes`; None where it is not looked for.
    """
    covered = np.logical_or.reduce(
        [
            (answer["verdict"] == COVERED).to_numpy()
            for question, answer in answers.items()
            if question.condition is None
        ]
    )
    gaps = {question: (answer["verdict"] == GAP).to_numpy() for question, answer in answers.items()}
    base = next(iter(answers))
    others, found = np.full(len(covered), "", dtype=object), None
    if base.level == ANY_LEVEL and not base.domains and base.profile != METRES:
        left_out = np.logical_or.reduce(list(gaps.values()))
        # A gate that opens at certain hours covers people who are left out without a moment.
        rows = np.flatnonzero(gaps[base] | (left_out & ~covered))
        walk = walks.of(base.profile)
        found = find_causes(
            walk.streets,
            walk.units.xy[rows],
            walk.places,
            cutoff_minutes=base.cutoff,
            served_at_other_hours=covered[rows],
        ).set_index(rows)
        others[rows] = found["cause"].to_numpy()
    usually = (answers[base]["verdict"] == COVERED).to_numpy()
    return {
        question: np.where(gap, _say_cause(question, covered, usually, others), "")
        for question, gap in gaps.items()
    }, found


def _say_cause(
    question: Question, covered: Flags, usually: Flags, others: NDArray[np.object_]
) -> NDArray[np.object_]:
    """Return the cause that each unit has if it is left out.

    covered : at some moment; usually : whatever the hours, under no condition.
    """
    cause = np.where(covered, CLOSED, others)
    return cause if question.condition is None else np.where(usually, CONDITION, cause)


def _measures(question: Question, part: pd.DataFrame) -> dict[str, Any]:
    """Put what was measured where its unit belongs."""
    if question.profile == METRES:
        return {"walk_m": part["minutes"], "minutes": np.nan}
    return {"walk_m": np.nan}
