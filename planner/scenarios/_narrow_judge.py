"""Judges in a state only those whom an edit can touch, where all answers of today are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from planner.coverage.asked_question import Question
from planner.coverage.questions import Walks
from planner.crs.array_types import Ints
from planner.plan.profiles import WalkProfile
from planner.scenarios._state_verdicts import Known, State, StateJudge, StateVerdict
from planner.travel.streets import Streets, prepare_like


@dataclass(frozen=True, eq=False)
class TouchedPeople:
    """Whom the edits can touch of those who walk in one profile.

    rows (r,) : the units, of n. judge : asks these alone, in a state of its own kind.
    """

    rows: Ints
    judge: StateJudge


class NarrowJudge:
    """Answers as a `StateJudge` of all n units does, to the last bit.

    Parameters
    ----------
    own
        The profile of the plan.
    known
        What every question finds today, of all n units.
    parts
        Of every profile that is asked: outside its rows no state differs from today.
    """

    def __init__(
        self,
        own: WalkProfile,
        known: Mapping[Question, StateVerdict],
        parts: Mapping[WalkProfile, TouchedPeople],
    ) -> None:
        self._own, self._known, self._parts = own, known, parts
        self.of_today = parts[own].judge.of_today
        #: Walks of the plan's profile -> those of each profile, on the same streets.
        self._walks = {self.of_today: {p: part.judge.of_today for p, part in parts.items()}}

    def walks_on(self, streets: Streets) -> Walks:
        """Return who walks how long on some streets, in the plan's profile."""
        others = {
            profile: part.judge.walks_on(
                streets if profile == streets.profile else prepare_like(streets, profile=profile)
            )
            for profile, part in self._parts.items()
        }
        self._walks[others[self._own]] = others
        return others[self._own]

    def forget(self, state: State) -> None:
        """Give back the memory of streets that will hardly be asked about again."""
        for profile, part in self._parts.items():
            part.judge.forget(self._state_of(state, profile))

    def judge(
        self, state: State, question: Question, since: tuple[State, StateVerdict] | None = None
    ) -> StateVerdict:
        """Say who is covered in a state, as `judge_all` does."""
        known = None if since is None else (since[0], {question: since[1]})
        return self.judge_all(state, [question], known)[question]

    def judge_all(
        self, state: State, questions: Sequence[Question], since: Known | None = None
    ) -> dict[Question, StateVerdict]:
        """Say who is covered in a state, see `StateJudge.judge_all`."""
        answers: dict[Question, StateVerdict] = {}
        for profile, part in self._parts.items():
            asked = [question for question in questions if question.profile == profile]
            if not asked:
                continue
            earlier: Known | None = None
            if since is not None:
                then = {q: _take(since[1][q], part.rows) for q in asked if q in since[1]}
                earlier = self._state_of(since[0], profile), then
            found = part.judge.judge_all(self._state_of(state, profile), asked, earlier)
            answers |= {q: _put(self._known[q], part.rows, found[q]) for q in asked}
        return {question: answers[question] for question in questions}

    def _state_of(self, state: State, profile: WalkProfile) -> State:
        """Return a state as the people of one profile meet it."""
        rows = self._parts[profile].rows
        return replace(state, walks=self._walks[state.walks][profile], here=state.here[rows])


def _take(answer: StateVerdict, rows: Ints) -> StateVerdict:
    """Return what some units are told."""
    return StateVerdict(answer.minutes[rows], answer.nearest[rows], answer.verdict[rows])


def _put(known: StateVerdict, rows: Ints, found: StateVerdict) -> StateVerdict:
    """Return what is known with what some of the units are told now."""
    if len(rows) == 0:
        return known
    minutes, nearest, verdict = known.minutes.copy(), known.nearest.copy(), known.verdict.copy()
    minutes[rows], nearest[rows], verdict[rows] = found.minutes, found.nearest, found.verdict
    return StateVerdict(minutes, nearest, verdict)
