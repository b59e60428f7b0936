"""What every question of a plan finds today, kept so that comparisons need not ask everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from planner.coverage.asked_question import ANY_LEVEL, Question
from planner.coverage.counting import COVERED, GAP, UNKNOWN
from planner.coverage.rules import to_question
from planner.coverage.verdict_table import list_condition_questions
from planner.crs.array_types import Floats, Ints
from planner.network.stored import building_rules
from planner.plan import Plan, Rule
from planner.showing import Brief
from planner.sources.cache import ArrayCache, make_key
from planner.sources.inputs import Inputs
from planner.sources.plan_settings import list_settings

_VERDICTS: Final = (COVERED, GAP, UNKNOWN)
#: Rooms that answers come from, and the one that asks for them.
_ROOMS: Final = ("plan", "crs", "network", "travel", "coverage", "scenarios")
#: More is not kept: answers times units.
_MOST: Final = 10_000_000


class TodayAnswer(NamedTuple):
    """What a question finds of n units today.

    minutes (n,), nearest (n,) : to the nearest facility (inf), its row among those that surely
        serve (-1).
    verdict (n,) : covered, gap or unknown.
    """

    minutes: Floats
    nearest: Ints
    verdict: NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class AskedToday(Brief):
    """Whom questions ask about, and by which facilities.

    inputs : from `load_inputs`. questions : each once.
    facilities : those that count and surely serve, units : everybody; Points, metric CRS.
    """

    inputs: Inputs
    questions: Sequence[Question]
    facilities: gpd.GeoDataFrame
    units: gpd.GeoDataFrame

    @property
    def is_small(self) -> bool:
        """Tell whether the answers are few enough to be kept."""
        return len(self.questions) * len(self.units) <= _MOST

    @property
    def key(self) -> str:
        """The key of the answers: all that decides them, and the source of what finds them."""
        places = [
            layer.geometry.get_coordinates().to_numpy().tobytes()
            for layer in (self.facilities, self.units)
        ]
        return make_key(
            "answers of today", building_rules(), _source_of_rooms(),
            sorted(self.inputs.hashes.items()), list_settings(self.inputs.plan),
            self.units.crs.to_wkt(), list(self.questions), *places,
        )  # fmt: skip


def list_compared_questions(plan: Plan, rules: Sequence[Rule]) -> list[Question]:
    """List what a comparison asks of everybody, each once.

    The profiles that groups walk in, the other cutoffs, the moments, the rules, the conditions.

    Parameters
    ----------
    rules
        Those of the plan that can be checked.
    """
    own, cutoffs = plan.profile_named(plan.service.profile), plan.service.cutoffs_minutes
    names = [own.name, *(group.profile or own.name for group in plan.groups)]
    walkers = list(dict.fromkeys(plan.profile_named(name) for name in names))
    under = [one for one in list_condition_questions(plan) if one.profile in walkers]
    return list(
        dict.fromkeys([
            *(Question(ANY_LEVEL, walker, None, cutoffs[-1]) for walker in walkers),
            # The last cutoff is asked anyway.
            *(Question(ANY_LEVEL, own, None, cutoff) for cutoff in cutoffs[:-1]),
            *(Question(ANY_LEVEL, own, moment, cutoffs[-1]) for moment in plan.asked_moments),
            *(to_question(rule, plan) for rule in rules),
            *under,
        ])
    )  # fmt: skip


def load_answers(asked: AskedToday, cache: ArrayCache) -> dict[Question, TodayAnswer] | None:
    """Return what each question finds today, None where that is not known."""
    if not asked.is_small:
        return None
    found = cache.load(asked.key)
    if found is None:
        return None
    names = np.array(_VERDICTS, dtype=object)
    answers = zip(found["minutes"], found["nearest"], found["verdict"], strict=True)
    return {
        question: TodayAnswer(minutes, nearest, names[verdict])
        for question, (minutes, nearest, verdict) in zip(asked.questions, answers, strict=True)
    }


def save_answers(
    asked: AskedToday, answers: Mapping[Question, TodayAnswer], cache: ArrayCache
) -> None:
    """Keep what each question finds today."""
    if not asked.is_small:
        return
    of = [answers[question] for question in asked.questions]
    verdicts = [
        sum(code * (one.verdict == name) for code, name in enumerate(_VERDICTS)) for one in of
    ]
    arrays = {
        "minutes": np.array([one.minutes for one in of]),
        "nearest": np.array([one.nearest for one in of], dtype=np.int32),
        "verdict": np.array(verdicts, dtype=np.uint8),
    }
    cache.save(asked.key, arrays)


def _source_of_rooms() -> bytes:
    """Return the source of the rooms that answers come from."""
    house = Path(__file__).parents[1]
    files = [file for room in _ROOMS for file in sorted((house / room).rglob("*.py"))]
    return b"\n".join(file.read_bytes() for file in files)
