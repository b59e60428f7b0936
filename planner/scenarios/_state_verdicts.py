"""Who is covered in a state: the facilities that count, on the streets as they are then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.coverage.asked_question import Question
from planner.coverage.counting import COVERED, GAP, UNKNOWN
from planner.coverage.grounds import doubt_hours
from planner.coverage.questions import Walks
from planner.coverage.under_conditions import WalksUnder
from planner.coverage.unknown_levels import doubt_gaps
from planner.crs.array_types import Flags, Floats, Ints
from planner.network.under_condition import LaidCondition
from planner.network.walk_network import WalkNetwork
from planner.plan.moments import Moment
from planner.plan.named_conditions import Condition
from planner.plan.profiles import WalkProfile
from planner.travel.access import take
from planner.travel.minutes import cores, nearest_minutes
from planner.travel.streets import Streets

#: A street cut in two changes its minutes in the last bits; less than this is no change.
SAME_MINUTES = 1e-9


@dataclass(frozen=True, eq=False)
class State:
    """What counts at one time: `chosen` (k,) of the pool's facilities, and who walks where.

    walks : on the streets of that time, with all facilities of the pool.
    here (n,) : which share of each unit's people is there; no verdict depends on it.
    """

    chosen: Flags
    walks: Walks
    here: Floats

    @property
    def network(self) -> WalkNetwork:
        """The streets."""
        return self.walks.network


@dataclass(frozen=True, eq=False)
class StateVerdict:
    """What a question finds of n units in a state: a verdict for each.

    minutes (n,), nearest (n,) : to the nearest facility that counts (inf), its row (-1).
    verdict (n,) : covered, gap or unknown.
    """

    minutes: Floats
    nearest: Ints
    verdict: NDArray[np.object_]

    @cached_property
    def masks(self) -> dict[str, Flags]:
        """Verdict -> the units that have it, shape (n,)."""
        return {
            name: np.asarray(self.verdict == name, dtype=bool) for name in (COVERED, GAP, UNKNOWN)
        }

    @property
    def covered(self) -> Flags:
        """Which units are covered, shape (n,)."""
        return self.masks[COVERED]


#: Another state, and what some questions find in it.
Known = tuple[State, Mapping[Question, StateVerdict]]
#: Minutes to the nearest of some facilities, and its row.
_NearestFound = tuple[Floats, Ints]
#: What minutes on given streets depend on: who walks when, under which condition, to whom.
_Key = tuple[WalkProfile, Moment | None, Condition | None, bytes]
#: Searches for some facilities, for all units or some rows of them.
_Search = Callable[..., _NearestFound]


class StateJudge:
    """Judges everybody in a state; units and facilities are joined once to each network.

    Parameters
    ----------
    streets
        Those before any edit, prepared for the plan's profile.
    pool
        Every facility that counts in any state, k of them; the last of them may be unsure.
    units
        Points of n units.
    data
        The land the streets are known for, metric CRS; None: everywhere.
    complete
        Whether no station is missing, beyond that land either.
    lay
        Lays the conditions that are asked about over streets.
    """

    def __init__(
        self,
        streets: Streets,
        pool: gpd.GeoDataFrame,
        units: gpd.GeoDataFrame,
        data: BaseGeometry | None,
        *,
        complete: bool = False,
        lay: Callable[[WalkNetwork], Sequence[LaidCondition]] = lambda _: (),
    ) -> None:
        self._lay = lay
        self._data, self._complete, self._pool, self._units = data, complete, pool, units
        sure = (pool["unsure"] == "").to_numpy()
        #: Facilities that somebody walks to: the first of the pool.
        self._sure, self._unsure = pool[sure], pool[~sure]
        self._chosen: dict[tuple[Question, bool], Flags] = {}
        self._of_today: dict[_Key, _NearestFound] = {}
        self.of_today = self._walks_on(streets)

    def walks_on(self, streets: Streets) -> Walks:
        """Return who walks how long on some streets, with all facilities of the pool."""
        return self._walks_on(streets, self.of_today)

    def _walks_on(self, streets: Streets, like: Walks | None = None) -> Walks:
        """Return the walks on some streets; who meets them as in `like` is not joined again."""
        return Walks(
            streets, self._sure, self._units, self._data,
            complete=self._complete, unsure=self._unsure, like=like,
        )  # fmt: skip

    def forget(self, state: State) -> None:
        """Give back the memory of streets that will hardly be asked about again."""
        if state.walks is not self.of_today:
            state.walks.forget_joins()

    def judge(
        self, state: State, question: Question, since: tuple[State, StateVerdict] | None = None
    ) -> StateVerdict:
        """Say who is covered in a state, as `judge_all` does."""
        known = None if since is None else (since[0], {question: since[1]})
        return self.judge_all(state, [question], known)[question]

    def judge_all(
        self,
        state: State,
        questions: Sequence[Question],
        since: Known | None = None,
    ) -> dict[Question, StateVerdict]:
        """Say who is covered in a state, on all cores.

        A gate or a path more leaves every walk that was possible before possible: whoever lives in
        a compound still does, though a new path may now be nearer than a street of the compound.

        Parameters
        ----------
        state, questions
            What is asked.
        since
            Another state whose answers are known. On the same streets only what differs is
            searched again, with the same result to the last bit.
        """
        hopes = {q: hoped for q in questions if (hoped := q.hope(self._pool)) is not None}
        answers = self._search_all(state, [*questions, *hopes.values()], since)
        for question, hoped in hopes.items():
            given = answers[question]
            doubtful = doubt_gaps(given.verdict, answers.pop(hoped).verdict)
            verdict = np.where(doubtful, UNKNOWN, given.verdict)
            answers[question] = replace(given, verdict=verdict)
        return answers

    def _search_all(
        self,
        state: State,
        questions: Sequence[Question],
        since: Known | None,
    ) -> dict[Question, StateVerdict]:
        """Answer each question by the facilities that it chooses alone."""
        chosen = {question: self._chosen_of(question) for question in questions}
        now = {question: state.chosen & chosen[question] for question in questions}
        k = len(self._sure)
        asked = {_key(question, now[question][:k]): question for question in questions}
        own, first = state.walks, self.of_today
        for walks in dict.fromkeys((first, own)):  # threads below do not wait for others
            self._prepare(walks, questions)

        def search(question: Question, some: Flags, units: Ints | None = None) -> _NearestFound:
            """Search on these streets, and on those of today if they are others."""
            found = _nearest(own, question, some, units)
            if own is first:
                return found
            # A scenario of gates and paths alone asks for what is known of today.
            known = None if units is not None else self._of_today.get(_key(question, some))
            return _sooner(known or _nearest(first, question, some, units), found)

        def nearest(question: Question) -> _NearestFound:
            """Judge by one of the questions that differ."""
            if since is None or since[0].walks is not own or question not in since[1]:
                return search(question, now[question][:k])
            earlier = since[1][question]
            then = (since[0].chosen & chosen[question])[:k]
            return _updated(
                search, question, then, now[question][:k], (earlier.minutes, earlier.nearest)
            )

        with ThreadPoolExecutor(cores()) as pool:
            found = dict(zip(asked, pool.map(nearest, asked.values()), strict=True))
        if since is None and own is first:
            self._of_today |= found
        answers = {}
        for question in questions:
            minutes, by = found[_key(question, now[question][:k])]
            maybe = state.chosen & self._chosen_of(question, may_be_open=True)
            judged = _judge(own, question, minutes, maybe)
            if (maybe & ~now[question]).any():
                judged = doubt_hours(judged, search(question, maybe[:k])[0] <= question.cutoff)
            verdict = judged["verdict"].to_numpy(dtype=object)
            answers[question] = StateVerdict(minutes, by, verdict)
        return answers

    def _prepare(self, walks: Walks, questions: Sequence[Question]) -> None:
        """Join people and facilities to some streets, as the questions walk them, on all cores."""
        walks.prepare_walks([(q.profile, q.moment) for q in questions])
        asked = dict.fromkeys((q.condition, q.profile) for q in questions if q.condition)
        if any(walks.under(condition) is None for condition, _ in asked):
            walks.ask_under(self._lay(walks.network))
        with ThreadPoolExecutor(cores()) as pool:
            list(pool.map(lambda one: _under(walks, one[0]).joined(one[1]), asked))

    def _chosen_of(self, question: Question, *, may_be_open: bool = False) -> Flags:
        """Return which facilities of the pool a question is about, looked up once."""
        key = question, may_be_open
        if key not in self._chosen:
            self._chosen[key] = question.chosen(self._pool, may_be_open=may_be_open)
        return self._chosen[key]


def _key(question: Question, chosen: Flags) -> _Key:
    """Return what minutes on given streets depend on."""
    # Arrays cannot be keys; their bytes can.
    return question.profile, question.moment, question.condition, chosen.tobytes()


def _nearest(
    walks: Walks, question: Question, chosen: Flags, units: Ints | None = None
) -> _NearestFound:
    """Search for the nearest of the chosen facilities, for all units or some of them."""
    if question.condition is not None:
        return _under(walks, question.condition).search(question.profile, chosen, units)
    walk = walks.of(question.profile, question.moment)
    rows = np.flatnonzero(chosen)
    people = walk.units if units is None else take(walk.units, units)
    minutes, nearest = nearest_minutes(walk.streets, take(walk.places, rows), people)
    return minutes, np.append(rows, -1)[nearest]


def _under(walks: Walks, condition: Condition) -> WalksUnder:
    """Return the walks under a condition, which are prepared."""
    under = walks.under(condition)
    assert under is not None  # `_prepare` has let it be asked
    return under


def _judge(walks: Walks, question: Question, minutes: Floats, chosen: Flags) -> pd.DataFrame:
    """Return verdict and reason of each unit by its minutes; `chosen` (k + u,) count."""
    walk = walks.of(question.profile, question.moment)
    if question.condition is None:
        return walk.judge(minutes, chosen, question.cutoff)
    under = _under(walks, question.condition)
    return under.judge_minutes(question, walk.yardstick, minutes, chosen)


def _updated(
    search: _Search, question: Question, then: Flags, now: Flags, known: _NearestFound
) -> _NearestFound:
    """Search again for those whose nearest facility has gone, and from facilities that are new."""
    minutes, nearest = known[0].copy(), known[1].copy()
    # A nearest of -1, for none, reads the False at the end: who had none loses none.
    gone, new = np.append(then & ~now, False), now & ~then
    rows = np.flatnonzero(gone[nearest])
    if len(rows):
        # Among those that were there before; what is new is searched for everybody below.
        minutes[rows], nearest[rows] = search(question, now & then, rows)
    if new.any():
        minutes, nearest = _first(search(question, new), (minutes, nearest))
    return minutes, nearest


def _first(one: _NearestFound, other: _NearestFound) -> _NearestFound:
    """Return the sooner of two; of equals the one that stands first in the pool."""
    # Out of reach of both, inf equals inf, and a row of -1 would pass for the first of the pool.
    better = (one[0] < other[0]) | (
        (one[0] == other[0]) & np.isfinite(one[0]) & (one[1] < other[1])
    )
    return np.where(better, one[0], other[0]), np.where(better, one[1], other[1])


def _sooner(known: _NearestFound, found: _NearestFound) -> _NearestFound:
    """Return the sooner of two; what differs in the last bits alone stays as it is known."""
    kept = known[0] <= found[0] + SAME_MINUTES
    return np.where(kept, known[0], found[0]), np.where(kept, known[1], found[1])
