"""Compares scenarios with today: people gained and lost, and what each edit brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from planner.case import Case, build_case
from planner.coverage.asked_question import Question
from planner.crs import to_wgs84
from planner.errors import SourceError, quote
from planner.gaps.changed_gaps import WENT, change_gaps
from planner.plan import Plan
from planner.rounding import NO_CUTOFFS, AskedCutoffs, to_plain_tree
from planner.run.summary import notice_of, table_with_notice, with_notice
from planner.scenarios._change_counts import (
    Presence,
    compare_rules,
    compare_targets,
    count_by_area,
    count_classes,
    count_totals,
    count_under_conditions,
    find_losers,
)
from planner.scenarios._change_layers import (
    build_change_layers,
    build_unit_table,
    list_changed_verdicts,
    stack_layers,
)
from planner.scenarios._edit_steps import follow
from planner.scenarios._ledger import build_ledger
from planner.scenarios._pool_answers import load_before, save_before
from planner.scenarios._scenario_case import ScenarioCase, build_scenario_case
from planner.scenarios._state_verdicts import State, StateVerdict
from planner.scenarios._touched import narrow
from planner.showing import Shown, join_facts, shorten
from planner.sources.cache import ArrayCache
from planner.sources.inputs import Inputs
from planner.sources.scenario_file import Scenario
from planner.stages import Progress, Stages

#: Nobody would read a page with more of them.
MAX_SCENARIOS: Final = 20


# Compared by identity: tables have no single answer to ==.
@dataclass(frozen=True, eq=False)
class Comparison(Shown):
    """What scenarios change.

    content : of compare.json but for versions and hashes; plain values, rounded as outputs are.
    layers : those of compare.gpkg, EPSG:4326: `changes`, a row for each unit whose cover changes
        (at the last cutoff, in the plan's profile, at any hour); `people_changes`, a row for each
        whose people come or go; `edits`, points; `edit_lines`, paths and moves.
    tables : `verdicts`: every unit that a question of the plan judges otherwise: rules, moments,
        conditions, profiles of groups.
    units : name of a scenario -> every unit, by demand_id: minutes, nearest, verdict and people
        before and after.
    cutoffs : of the plan and its rules, for the files.
    case : the plan that was compared, put together; None where nobody said.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> scenario = planner.load_scenario(town.folder / "scenario.json")
    >>> comparison = planner.compare_scenarios(planner.load_inputs(town.plan), [scenario])
    >>> comparison.layers["edits"]["name"].tolist()
    ['Old school']
    """

    content: dict[str, Any]
    layers: dict[str, gpd.GeoDataFrame]
    tables: dict[str, pd.DataFrame]
    units: dict[str, pd.DataFrame]
    cutoffs: AskedCutoffs = NO_CUTOFFS
    case: Case | None = None

    def __repr__(self) -> str:
        content = self.content
        names = [shorten(str(one["name"])) for one in content.get("scenarios", ())]
        said = ["invented data"] if content.get("synthetic") else []
        return join_facts(self, shorten(str(content.get("plan", ""))), *said, *names)

    @property
    def drawn(self) -> dict[str, gpd.GeoDataFrame]:
        """The layers that a map shows: in `edits` lines stand instead of the points on them."""
        points, lines = self.layers["edits"], self.layers["edit_lines"]
        keys = ["scenario", "edit"]
        has_line = pd.MultiIndex.from_frame(points[keys]).isin(
            pd.MultiIndex.from_frame(lines[keys])
        )
        edits = pd.concat([points[~has_line], lines]).sort_values(keys, kind="stable")
        return {"changes": self.layers["changes"], "edits": edits.reset_index(drop=True)}

    def drawn_on(self, run: Mapping[str, gpd.GeoDataFrame]) -> dict[str, gpd.GeoDataFrame]:
        """Return what a map of a run shows: `drawn`, and what each scenario leaves of its gaps.

        Parameters
        ----------
        run
            The layers `demand` and `gaps` of a run of the same plan, EPSG:4326.

        Returns
        -------
        dict
            Beside those of `drawn`, `gaps_after` and `change_areas` of `change_gaps` with the
            scenario of each row.
        """
        crs = self.content["metric_crs"]
        layers = self.layers | {name: run[name] for name in ("demand", "gaps")}
        gaps, demand, changes = (layers[n].to_crs(crs) for n in ("gaps", "demand", "changes"))
        parts = []
        for scenario in self.content["scenarios"]:
            own = changes[changes["scenario"] == scenario["name"]]
            after = change_gaps(
                gaps, demand, pd.concat([own, *self._list_gone(scenario["name"], crs)])
            )
            parts.append({n: part.assign(scenario=scenario["name"]) for n, part in after.items()})
        return self.drawn | {
            name: to_wgs84(stack_layers([part[name] for part in parts])) for name in parts[0]
        }

    def _list_gone(self, scenario: str, crs: Any) -> list[gpd.GeoDataFrame]:
        """Return who goes away in a scenario as rows of changes; an older file says nothing."""
        moved = self.layers.get("people_changes")
        if moved is None:
            return []
        before, after = moved["people_before"], moved["people_after"]
        gone = moved[(moved["scenario"] == scenario) & (before > after)].to_crs(crs)
        return (
            [gone.assign(change=WENT, people=before - after, people_left=after)]
            if len(gone)
            else []
        )


def compare_scenarios(
    inputs: Inputs,
    scenarios: Sequence[Scenario],
    *,
    progress: Progress | None = None,
    cache: ArrayCache | None = None,
) -> Comparison:
    """Say who gains and who loses by each scenario, and what each of its edits brings.

    Scenarios are compared with today, each on its own; the edits of one follow each other. Streets
    are prepared again only where a gate or a path changes them. Whoever is covered today stays so
    in a scenario that only adds: this is asserted for every question of the plan on every run.

    Parameters
    ----------
    scenarios
        From `load_scenario`.
    inputs, progress, cache
        As `run_plan` takes them.

    Raises
    ------
    PlannerError
        If an edit cannot be made, or there is nothing to compare: one line with file and edit.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> scenario = planner.load_scenario(town.folder / "scenario.json")
    >>> comparison = planner.compare_scenarios(planner.load_inputs(town.plan), [scenario])
    >>> comparison.content["scenarios"][0]["name"]
    'Open the old school'
    """
    check_scenarios(inputs.plan, scenarios)
    stages = Stages(progress)
    return compare_case(build_case(inputs, stages, cache=cache), scenarios, stages, cache=cache)


def compare_case(
    base: Case,
    scenarios: Sequence[Scenario],
    stages: Stages,
    *,
    cache: ArrayCache | None = None,
) -> Comparison:
    """Compare scenarios of a plan that is put together already, see `compare_scenarios`."""
    levels = {rule.level for rule in base.plan.rules}
    scenarios = [scenario.with_levels(levels) for scenario in scenarios]
    case = build_scenario_case(base, scenarios, stages)
    with stages("before"):
        case, before = _judge_today(case, scenarios, cache)
    parts = []
    with stages("after"):
        for number, scenario in enumerate(scenarios):
            parts.append(_compare_one(case, scenario, number, before))
            stages.report("after", (number + 1) / len(scenarios))
    plan = case.plan
    content = {
        "plan": plan.name,
        "title": plan.title,
        "language": plan.language,
        "synthetic": plan.synthetic,
        "notice": notice_of(plan),
        "profile": case.streets.profile.name,
        "cutoff_minutes": plan.service.cutoffs_minutes[-1],
        "kind": case.headline,
        "cost_unit": plan.candidates.cost_unit,
        "metric_crs": case.area.crs.to_string(),
        "osm_date": base.inputs.osm.timestamp,
        "inputs": base.inputs.hashes,
        "scenarios": [part.content for part in parts],
    }
    if plan.conditions:
        titles = {keys.name: keys.title for keys in plan.conditions if keys.title}
        content["titles"] = {"conditions": titles}
    layers = {name: stack_layers([part.layers[name] for part in parts]) for name in parts[0].layers}
    verdicts = pd.concat([part.tables["verdicts"] for part in parts], ignore_index=True)
    return Comparison(
        content=to_plain_tree(content, cutoffs=base.inputs.cutoffs),
        layers={name: with_notice(to_wgs84(layer), plan) for name, layer in layers.items()},
        tables={"verdicts": table_with_notice(verdicts, plan)},
        units={name: table for part in parts for name, table in part.units.items()},
        cutoffs=base.inputs.cutoffs,
        case=base,
    )


def check_scenarios(plan: Plan, scenarios: Sequence[Scenario]) -> None:
    """Refuse an empty list, too many scenarios, one of another plan, or two of one name."""
    if not scenarios:
        raise SourceError("there is no scenario to compare; name a scenario.json at least")
    if len(scenarios) > MAX_SCENARIOS:
        raise SourceError(f"{len(scenarios)} scenarios are too many; give at most {MAX_SCENARIOS}")
    names: dict[str, str] = {}
    for scenario in scenarios:
        check_plan_of(scenario, plan)
        if not scenario.edits:
            raise SourceError(
                f"{scenario.file}: has no edits to compare; name one at least, or a later year"
            )
        # Rows of all scenarios stand in one table, where only the name tells them apart.
        if scenario.name in names:
            raise SourceError(
                f"{scenario.file}: is called {quote(scenario.name)} like {names[scenario.name]}; "
                "give each its own name"
            )
        names[scenario.name] = scenario.file


def check_plan_of(scenario: Scenario, plan: Plan) -> None:
    """Refuse a scenario of another plan."""
    if scenario.plan != plan.name:
        raise SourceError(
            f"{scenario.file}: is about the plan {quote(scenario.plan)}, not {quote(plan.name)}; "
            "give the plan it was made for, or correct it"
        )


def check_people_of(scenario: Scenario, plan: Plan) -> None:
    """Refuse a scenario whose people a proposal cannot count: of another plan, or without any."""
    check_plan_of(scenario, plan)
    if not scenario.of_people and not scenario.later:
        raise SourceError(
            f"{scenario.file}: has no edit of people; add one with add_people or remove_people"
        )


def _judge_today(
    case: ScenarioCase, scenarios: Sequence[Scenario], cache: ArrayCache | None
) -> tuple[ScenarioCase, Mapping[Question, StateVerdict]]:
    """Return what each question finds today, and the case with a judge that makes use of it."""
    before = None if cache is None else load_before(case, cache)
    if before is None:
        before = case.state_judge.judge_all(case.today, case.questions)
        if cache is not None:
            save_before(case, before, cache)
        return case, before
    narrower = narrow(case, scenarios, before)
    return (case if narrower is None else replace(case, state_judge=narrower)), before


def _compare_one(
    case: ScenarioCase, scenario: Scenario, number: int, before: Mapping[Question, StateVerdict]
) -> Comparison:
    """Compare one scenario with today."""
    steps, warnings = follow(case, scenario, number)
    ledger = build_ledger(case, steps, before)
    last = steps[-1].state
    after = case.state_judge.judge_all(last, case.questions, (case.today, before))
    if scenario.additions_only:
        for question, verdict in after.items():
            assert not (before[question].covered & ~verdict.covered).any(), question
    case.state_judge.forget(last)
    there = Presence(case.today.here, last.here)
    units = build_unit_table(case, before[case.main], after[case.main], there)
    changes = build_change_layers(case, units, scenario.name, there)
    names = dict(zip(case.pool.table["facility_id"], case.pool.table["name"], strict=True))
    costs = [step.edit.cost for step in steps]
    content = {
        "name": scenario.name,
        # The name alone: its folder is another one on the next machine.
        "file": scenario.file.replace("\\", "/").rpartition("/")[2],
        "sha256": scenario.sha256,
        "additions_only": scenario.additions_only,
        "cost": sum(cost for cost in costs if cost is not None) if any(costs) else None,
        "edits_without_cost": costs.count(None),
        "room": _room(scenario),
        **_count_all(case, before, after, there),
        "ledger": ledger,
        "losers": find_losers(changes["changes"], names),
        "year": scenario.year,
        "warnings": [*scenario.notes, *warnings, *_planned_left_out(case, last)],
    }
    edits = [step.row | {"scenario": scenario.name} for step in steps]
    lines = [row | {"geometry": step.line} for row, step in zip(edits, steps, strict=True)
             if step.line is not None]  # fmt: skip
    columns = ["scenario", "edit", "op", "id", "name", "cost", "geometry"]
    crs = case.area.crs
    return Comparison(
        content,
        {
            **changes,
            "edits": gpd.GeoDataFrame(edits, columns=columns, geometry="geometry", crs=crs),
            "edit_lines": gpd.GeoDataFrame(lines, columns=columns, geometry="geometry", crs=crs),
        },
        {"verdicts": list_changed_verdicts(case, scenario.name, before, after, there)},
        {scenario.name: units},
    )


def _room(scenario: Scenario) -> float | None:
    """Return how many people the stations added have room for; None where one of them says nothing.

    The room is printed only: everybody within the walk counts as covered.
    """
    added = [edit.values for edit in scenario.edits if edit.op == "add"]
    if not added or any(values.get("capacity") is None for values in added):
        return None
    return float(sum(values["capacity"] for values in added))


def _planned_left_out(case: ScenarioCase, last: State) -> list[str]:
    """Say how many planned stations are not counted, neither before nor after."""
    planned = case.pool.planned - set(case.pool.table["facility_id"][last.chosen])
    if not planned:
        return []
    return [
        f"{len(planned)} planned stations do not count here, before or after; planner site counts "
        "them as open"
    ]


def _count_all(
    case: ScenarioCase,
    before: Mapping[Question, StateVerdict],
    after: Mapping[Question, StateVerdict],
    there: Presence,
) -> dict[str, Any]:
    """Return all counts of a scenario: totals, cutoffs, moments, conditions and checks."""
    units, towns, own = case.units, case.area.town_names, case.streets.profile.name
    both = {name: (before[q], after[q]) for name, q in case.of_groups.items()}
    rows = count_totals(units, case.groups, case.plan, towns, both, there)
    more: dict[str, list[dict[str, Any]]] = {"cutoffs": [], "moments": []}
    for key, questions in (("cutoffs", case.of_cutoffs), ("moments", case.of_moments)):
        for question in questions:
            for kind in units["kind"].unique():
                more[key] += count_by_area(
                    units, units["people"].where(units["kind"] == kind, 0.0), towns,
                    (before[question], after[question]), there, kind=kind, profile=own,
                    moment=question.moment and question.moment.name,
                    cutoff_minutes=question.cutoff,
                )  # fmt: skip
    # Only where there are any: the files of other plans stay as they are.
    of_classes = count_classes(units, case.plan, towns, both[own], there)
    if of_classes:
        more["classes"] = of_classes
    if case.of_conditions:
        answers = [
            (one, (before[one], after[one]), both[one.profile.name]) for one in case.of_conditions
        ]
        more["conditions"] = count_under_conditions(units, towns, answers, there)
    pairs = [(before[question], after[question]) for question in case.of_rules]
    checks = compare_targets(rows, case.plan) + compare_rules(
        units, case.rules, towns, pairs, there
    )
    return {"totals": rows, **more, "checks": checks}
