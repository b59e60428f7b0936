"""Whom the edits of scenarios can touch: for everybody else all answers stay those of today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from planner.case import Case
from planner.coverage.asked_question import Question
from planner.coverage.changed_bars import SLACK_M, find_near
from planner.coverage.facilities import join_facilities
from planner.crs.array_types import Flags, Floats
from planner.network.walk_network import WalkNetwork
from planner.plan.slopes import find_reach_pace
from planner.scenarios._facility_pool import FacilityPool
from planner.scenarios._narrow_judge import NarrowJudge, TouchedPeople
from planner.scenarios._scenario_case import ScenarioCase
from planner.scenarios._state_verdicts import StateJudge, StateVerdict
from planner.scenarios._street_edits import open_gate
from planner.sources.scenario_file import Scenario
from planner.travel.access import on_islands_only
from planner.travel.hours import rules_at
from planner.travel.streets import Streets, prepare_like
from planner.travel.wall_rules import AS_TAGGED

#: No walk is shorter than the straight line; lengths of streets and places are known to less.
_STRETCH: Final = 1.002
_SPARE_M: Final = 5.0
#: What an opened gate changes of its row.
_GATE_COLUMNS: Final = ("passes", "hours", "conditions", "mapped", "inferred", "shut_as_tagged")


def narrow(
    case: ScenarioCase, scenarios: Sequence[Scenario], known: Mapping[Question, StateVerdict]
) -> NarrowJudge | None:
    """Return what judges the scenarios with the answers of today, None where all have to be asked.

    Nobody is left out who could be told something else: a new station is nearer only for those to
    whom a straight walk from it takes no longer than their walk today, and an opened gate only for
    those whose straight walk by it does. All are asked again after paths and new openings, where
    people come, under conditions, and where doubt spreads farther than a walk.

    Parameters
    ----------
    case, scenarios
        What is compared.
    known
        What each question finds today.
    """
    gates = _find_opened(case.base, scenarios)
    if gates is None or not _is_plain(case) or not _are_lengths_true(case.network):
        return None
    changed = _find_changed(case.pool)
    if (case.pool.table["unsure"].to_numpy() != "")[changed].any():
        return None
    parts = {}
    for profile in dict.fromkeys(question.profile for question in case.questions):
        streets = case.streets
        if profile != streets.profile:
            streets = prepare_like(streets, profile=profile)
        own = {q: known[q] for q in case.questions if q.profile == profile}
        rows = np.flatnonzero(_find_touched(case, streets, own, changed, gates))
        judge = StateJudge(streets, case.pool.table, case.units.iloc[rows], case.area.data)
        parts[profile] = TouchedPeople(rows, judge)
    return NarrowJudge(case.streets.profile, known, parts)


def _is_plain(case: ScenarioCase) -> bool:
    """Tell whether doubt depends on nothing far away, and all people are those of today."""
    return not (
        case.area.complete
        or case.streets.direction == "both"
        or (case.people.owner >= 0).any()
        or any(question.condition is not None for question in case.questions)
        or any(question.hope(case.pool.table) is not None for question in case.questions)
    )


def _are_lengths_true(network: WalkNetwork) -> bool:
    """Tell whether no street is shorter than the straight line between its ends."""
    straight_m = np.hypot(*(network.xy[network.u] - network.xy[network.v]).T)
    return bool((network.length_m * _STRETCH + 1e-3 >= straight_m).all())


def _find_opened(base: Case, scenarios: Sequence[Scenario]) -> Floats | None:
    """Return where gates are opened, (g, 2); None where streets change otherwise as well."""
    places = [np.empty((0, 2))]
    for scenario in scenarios:
        for edit in scenario.edits:
            if edit.op == "add_path":
                return None
            if edit.op != "open_gate":
                continue
            streets = base.streets
            opened = open_gate(streets, edit, f"{scenario.file}: {edit.called}", streets).network
            if opened.u is not streets.network.u:  # a new opening, with its own path
                return None
            then, now = streets.network.walls.gates, opened.walls.gates
            differ = [getattr(then, name) != getattr(now, name) for name in _GATE_COLUMNS]
            places.append(opened.xy[now.node[np.logical_or.reduce(differ)]])
    return np.unique(np.concatenate(places), axis=0)


def _find_changed(pool: FacilityPool) -> Flags:
    """Tell which facilities count at one time and not at another, shape (k,)."""
    changed = np.zeros(len(pool.today), dtype=bool)
    for after in pool.after:
        for chosen in after:
            changed |= chosen != pool.today
    return changed


def _find_touched(
    case: ScenarioCase,
    streets: Streets,
    known: Mapping[Question, StateVerdict],
    changed: Flags,
    gates: Floats,
) -> Flags:
    """Tell who may be told something else by some questions of one profile, shape (n,).

    Parameters
    ----------
    streets
        Of today, for that profile.
    known
        What its questions find today.
    changed (k,)
        The facilities that count at one time and not at another.
    gates (g, 2)
        Those that are opened.
    """
    table, xy = case.pool.table, case.units.geometry.get_coordinates().to_numpy()
    places = table.geometry.get_coordinates().to_numpy()
    near_m = streets.access.limit_m + SLACK_M
    beside = np.zeros(len(places), dtype=bool)
    beside[find_near(places, gates, near_m)] = True
    asked = np.flatnonzero(changed | beside)
    away_m = {row: np.hypot(*(xy - places[row]).T) for row in asked.tolist()}
    gate_m = [np.hypot(*(xy - gate).T) for gate in gates]
    doubtful = _find_doubtful(case, streets, known, asked)
    pace_m = find_reach_pace(streets.profile, sloped=case.network.has_heights) * _STRETCH
    touched = np.zeros(len(xy), dtype=bool)
    for off_m in gate_m:
        touched |= off_m <= near_m + _SPARE_M
    for question, answer in known.items():
        counts = question.chosen(table, may_be_open=True)
        # Whoever has no station today may get one from anywhere.
        reach_m = answer.minutes * pace_m + _SPARE_M
        for row, off_m in away_m.items():
            if not counts[row]:
                continue
            if changed[row]:
                touched |= (answer.nearest == row) if case.pool.today[row] else (off_m <= reach_m)
            if doubtful[row]:
                touched |= off_m <= question.cutoff * pace_m + _SPARE_M
        for gate, off_m in zip(gates, gate_m, strict=True):
            nearest_m = np.hypot(*(places[counts] - gate).T).min(initial=np.inf)
            touched |= off_m + nearest_m <= reach_m
    return touched


def _find_doubtful(
    case: ScenarioCase,
    streets: Streets,
    known: Mapping[Question, StateVerdict],
    asked: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> Flags:
    """Tell which of the facilities asked about may leave those near them in doubt, shape (k,)."""
    table = case.pool.table
    doubtful = np.zeros(len(table), dtype=bool)
    some = table.iloc[asked]
    joined = join_facilities(streets, some)
    doubtful[asked] = ~joined.joined | on_islands_only(streets.network, joined)
    for question in known:
        doubtful |= question.chosen(table, may_be_open=True) & ~question.chosen(table)
    if any(rules_at(streets.network, question.moment) != AS_TAGGED for question in known):
        # A gate beside it that is shut at an hour may part it from its street.
        gates, network = streets.network.walls.gates, streets.network
        beside = find_near(joined.xy, network.xy[gates.node], streets.access.limit_m + SLACK_M)
        doubtful[asked[beside]] = True
    return doubtful
