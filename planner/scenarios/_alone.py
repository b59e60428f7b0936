"""What each edit of several files brings by itself, as if no other were made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import shapely

from planner.case import Case
from planner.coverage.edited_people import build_people_pool
from planner.errors import SourceError
from planner.scenarios._change_counts import Presence, count_changes_by_kind
from planner.scenarios._edit_steps import Step, follow
from planner.scenarios._facility_pool import build_pool
from planner.scenarios._scenario_case import ScenarioCase, build_scenario_case
from planner.scenarios._state_verdicts import StateVerdict
from planner.sources.scenario_edits import Edit
from planner.sources.scenario_file import Scenario
from planner.stages import Stages


@dataclass(frozen=True, eq=False)
class Proposed:
    """One edit of one file.

    file : which of the files. name : of what is edited.
    place : a Point, line : of a path, metric CRS; both None where the edit cannot be made.
    leaving : demand_ids of the units that it takes people away from.
    change : what it brings, as `count_changes_by_kind`; empty where it cannot be made.
    after_others : it can be made only after the edits before it in its file, and is counted so.
    fault : why it cannot be made, "" if it can.
    """

    file: int
    edit: Edit
    name: str = ""
    place: shapely.Point | None = None
    line: shapely.Geometry | None = None
    leaving: frozenset[str] = frozenset()
    change: Mapping[str, Mapping[str, float]] | None = None
    after_others: bool = False
    fault: str = ""

    @property
    def votes(self) -> int:
        """Votes for it; 0 where the file says nothing."""
        return int(self.edit.values.get("votes", 0))


@dataclass(frozen=True, eq=False)
class Today:
    """The plan before any edit: a case with every facility, and who is covered."""

    case: ScenarioCase
    before: StateVerdict


def judge_today(base: Case, stages: Stages) -> Today:
    """Say who is covered before any edit."""
    case = build_scenario_case(base, [], stages)
    return Today(case, case.state_judge.judge(case.today, case.main))


def judge_alone(
    base: Case, scenarios: Sequence[Scenario], stages: Stages, *, strict: bool
) -> list[Proposed]:
    """Make every edit of some scenarios by itself, and count what it brings.

    An edit that cannot be made by itself, such as one of a station that its file adds, is made
    after those before it in its file.

    Parameters
    ----------
    scenarios
        Of the plan.
    strict
        Whether an edit that cannot be made is an error; else it is told in `fault`.

    Raises
    ------
    SourceError
        If an edit cannot be made: one line with file and edit.
    """
    asked = [Proposed(file, edit) for file, one in enumerate(scenarios) for edit in one.edits]
    alone = [replace(scenarios[one.file], edits=(one.edit,)) for one in asked]
    found = _judge_last(base, asked, alone, stages)
    later = [number for number, one in enumerate(found) if one.fault and one.edit.number > 1]
    after = [_cut_behind(scenarios[asked[number].file], asked[number].edit) for number in later]
    again = _judge_last(base, [asked[number] for number in later], after, stages)
    for number, one in zip(later, again, strict=True):
        # What is wrong with the edit itself is told, not what is wrong with one before it.
        found[number] = found[number] if one.fault else replace(one, after_others=True)
    faults = [one.fault for one in found if one.fault]
    if strict and faults:
        raise SourceError(faults[0])
    return found


def _cut_behind(scenario: Scenario, edit: Edit) -> Scenario:
    """Return a scenario up to one of its edits."""
    return replace(scenario, edits=tuple(e for e in scenario.edits if e.number <= edit.number))


def _judge_last(
    base: Case, asked: Sequence[Proposed], chains: Sequence[Scenario], stages: Stages
) -> list[Proposed]:
    """Make some edits, each the last one of a chain, and count what each adds to those before."""
    faults = [_find_fault(base, chain) for chain in chains]
    good = [number for number, fault in enumerate(faults) if not fault]
    found = [replace(one, fault=fault) for one, fault in zip(asked, faults, strict=True)]
    if not good:
        return found
    case = build_scenario_case(base, [chains[number] for number in good], stages)
    with stages("alone"):
        before = case.state_judge.judge(case.today, case.main)
        for done, number in enumerate(good):
            try:
                steps, _ = follow(case, chains[number], done)
            except SourceError as error:
                found[number] = replace(asked[number], fault=str(error))
            else:
                found[number] = _count_last(case, asked[number], steps, before)
            stages.report("alone", (done + 1) / len(good))
    return found


def _find_fault(base: Case, chain: Scenario) -> str:
    """Return why the edits of a chain cannot be made, as far as no street is needed to tell."""
    try:
        build_pool(base.facilities, [chain], base.area, base.unsure)
        build_people_pool(base.units, base.groups, [chain], base.plan, base.area)
    except SourceError as error:
        return str(error)
    return ""


def _count_last(
    case: ScenarioCase, asked: Proposed, steps: Sequence[Step], before: StateVerdict
) -> Proposed:
    """Count what the last of some steps adds to those before it."""
    judge, last = case.state_judge, steps[-1]
    earlier, known = case.today, before
    if len(steps) > 1:
        earlier = steps[-2].state
        known = judge.judge(earlier, case.main, (case.today, before))
    after = judge.judge(last.state, case.main, (earlier, known))
    there = Presence(earlier.here, last.state.here)
    for step in steps:
        judge.forget(step.state)
    return replace(
        asked,
        name=str(last.row["name"]),
        place=last.row["geometry"],
        line=last.line,
        leaving=frozenset(case.units["demand_id"][there.go > 0]),
        change=count_changes_by_kind(case.units, known, after, there),
    )


def sum_up(change: Mapping[str, Mapping[str, float]], kind: str) -> dict[str, Any]:
    """Return what `count_changes_by_kind` counts of one kind, with newly_covered."""
    row = {name.removesuffix("_by_kind"): people.get(kind, 0.0) for name, people in change.items()}
    return row | {"newly_covered": row["gained"] - row["gained_unknown"]}
