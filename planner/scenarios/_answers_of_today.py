"""What every question of a plan finds today, kept for the next comparison."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from planner.coverage.asked_question import Question
from planner.coverage.counting import COVERED, GAP, UNKNOWN
from planner.network.stored import building_rules
from planner.scenarios import _state_verdicts
from planner.scenarios._scenario_case import ScenarioCase
from planner.scenarios._state_verdicts import StateVerdict
from planner.sources.cache import ArrayCache, make_key, source_of
from planner.sources.plan_settings import list_settings

_VERDICTS: Final = (COVERED, GAP, UNKNOWN)
#: Rooms that answers come from.
_ROOMS: Final = ("plan", "crs", "network", "travel", "coverage")
#: More is not kept: answers times units.
_MOST: Final = 10_000_000


def load_answers(case: ScenarioCase, cache: ArrayCache) -> dict[Question, StateVerdict] | None:
    """Return what each question finds today, None where that is not known."""
    if not _may_be_kept(case):
        return None
    found = cache.load(_make_key(case))
    if found is None:
        return None
    # Rows of the pool, which has versions of other states between them.
    rows = np.append(np.flatnonzero(case.pool.today), -1)
    names = np.array(_VERDICTS, dtype=object)
    answers = zip(found["minutes"], found["nearest"], found["verdict"], strict=True)
    return {
        question: StateVerdict(minutes, rows[nearest], names[verdict])
        for question, (minutes, nearest, verdict) in zip(case.questions, answers, strict=True)
    }


def save_answers(
    case: ScenarioCase, answers: Mapping[Question, StateVerdict], cache: ArrayCache
) -> None:
    """Keep what each question finds today."""
    if not _may_be_kept(case):
        return
    number = np.full(len(case.pool.today) + 1, -1, dtype=np.int64)
    rows = np.flatnonzero(case.pool.today)
    number[rows] = np.arange(len(rows))
    of = [answers[question] for question in case.questions]
    verdicts = [sum(code * one.masks[name] for code, name in enumerate(_VERDICTS)) for one in of]
    arrays = {
        "minutes": np.array([one.minutes for one in of]),
        "nearest": np.array([number[one.nearest] for one in of], dtype=np.int32),
        "verdict": np.array(verdicts, dtype=np.uint8),
    }
    cache.save(_make_key(case), arrays)


def _may_be_kept(case: ScenarioCase) -> bool:
    """Tell whether these are the people of today, and the answers not too many."""
    few = len(case.questions) * len(case.units) <= _MOST
    return few and case.base.scenario is None and not (case.people.owner >= 0).any()


def _make_key(case: ScenarioCase) -> str:
    """Return the key of the answers: all that decides them, and the source of what finds them."""
    inputs = case.base.inputs
    today = case.pool.table[case.pool.today]
    places = [
        layer.geometry.get_coordinates().to_numpy().tobytes() for layer in (today, case.units)
    ]
    return make_key(
        "answers of today", building_rules(), _source_of_rooms(), source_of(_state_verdicts),
        sorted(inputs.hashes.items()), list_settings(inputs.plan), case.area.crs.to_wkt(),
        case.questions, *places,
    )  # fmt: skip


def _source_of_rooms() -> bytes:
    """Return the source of the rooms that answers come from."""
    house = Path(__file__).parents[1]
    files = [file for room in _ROOMS for file in sorted((house / room).rglob("*.py"))]
    return b"\n".join(file.read_bytes() for file in files)
