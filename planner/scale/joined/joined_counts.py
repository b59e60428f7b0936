"""The counts of a whole city from the folded tables of its parts, by the functions of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planner.coverage.breakdowns import Breakdowns
from planner.coverage.by_hour import (
    MOMENT_LABELS,
    SERVICE_LABELS,
    HoursCoverage,
    PeopleCells,
    count_labelled,
    count_only_sometimes,
    find_sometimes_covered,
)
from planner.coverage.classes import count_class_coverage
from planner.coverage.committees import count_one_domain
from planner.coverage.condition_counts import count_under_conditions
from planner.coverage.counting import ALL, count_coverage
from planner.coverage.exact import exact_sum
from planner.coverage.groups import count_one_group
from planner.coverage.rules import choose_rules, count_rule
from planner.coverage.uncertainty import VERDICTS, RepeatCounts, count_verdicts
from planner.crs.array_types import Flags
from planner.plan.services import list_services
from planner.scale.cut.whole import Whole
from planner.scale.parts.folding import PEOPLE, UNITS
from planner.scale.parts.part_verdicts import CUTOFF

#: Folded tables by name.
Folded = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, eq=False)
class RuleRows:
    """Rows of `checks` of the rules, and what could not be checked, in words."""

    checks: list[dict[str, Any]]
    notes: list[str]


def sort_kinds(kinds: pd.DataFrame) -> list[str]:
    """Return the kinds of people in the order of their first units."""
    first = kinds.groupby("kind")["first"].min().sort_values(kind="stable")
    return [str(kind) for kind in first.index]


def in_order(table: pd.DataFrame, kinds: Sequence[str]) -> pd.DataFrame:
    """Put the rows of a folded table in the order of their kinds, as tables of units have them."""
    if "kind" not in table or table.empty:
        return table
    place = pd.Index(kinds).get_indexer(pd.Index(table["kind"]))
    return table.iloc[np.argsort(place, kind="stable")].reset_index(drop=True)


def verdicts_at_cutoffs(table: pd.DataFrame, cutoffs: Sequence[float]) -> dict[float, pd.Series]:
    """Return the verdicts of a table of profiles or of `coverage`, by cutoff."""
    return {cutoff: table[CUTOFF.format(number)] for number, cutoff in enumerate(cutoffs)}


def count_everybody(whole: Whole, folded: Folded) -> pd.DataFrame:
    """Return what `count_coverage` tells of all units."""
    table = folded["coverage"]
    verdicts = verdicts_at_cutoffs(table, whole.plan.service.cutoffs_minutes)
    return count_coverage(table, verdicts, whole.towns)


def count_all_breakdowns(whole: Whole, folded: Folded) -> Breakdowns:
    """Return what `count_breakdowns` tells of all units, but for columns of units."""
    plan, towns, cutoffs = whole.plan, whole.towns, whole.plan.service.cutoffs_minutes
    tables = []
    if len(plan.judged_profiles) > 1:
        for one in plan.judged_profiles:
            table = _where(folded["profiles"], "profile", one.name)
            counted = count_coverage(table, verdicts_at_cutoffs(table, cutoffs), towns)
            tables.append(counted.assign(profile=one.name))
    own = folded["coverage"]
    moments, services = _count_hours(whole, folded["hours"])
    return Breakdowns(
        profiles=pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(),
        moments=moments,
        only_sometimes=_count_sometimes(whole, folded["sometimes"]),
        services=services,
        groups=_count_groups(whole, folded["groups"]),
        classes=count_class_coverage(own, verdicts_at_cutoffs(own, cutoffs), plan, towns),
        only_at=pd.Series(dtype=object),
        conditions=_count_conditions(whole, folded["conditions"]),
    )


def _count_conditions(whole: Whole, conditions: pd.DataFrame) -> pd.DataFrame:
    """Return what `count_conditions` tells of all units."""
    answers = []
    for condition in whole.plan.asked_conditions:
        for profile in whole.plan.judged_profiles:
            words = condition.name, profile.name
            table = _where(_where(conditions, "condition", words[0]), "profile", words[1])
            then, usual = (table[name].to_numpy(dtype=object) for name in ("verdict", "usual"))
            answers.append((words, PeopleCells.of(table, whole.towns), then, usual))
    return count_under_conditions(answers, whole.towns, whole.cutoff_minutes)


def _count_hours(whole: Whole, hours: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what is told of moments and of services."""
    moments, last = whole.plan.asked_moments, whole.cutoff_minutes
    by_moment, by_service = [], []
    for one in moments:
        table = _where(_where(hours, "service", None), "moment", one.name)
        by_moment.append(((one.name,), PeopleCells.of(table, whole.towns), table["verdict"]))
    for moment in (None, *(one.name for one in moments)) if moments else ():
        of_moment = _where(hours, "moment", moment)
        for service in list_services(whole.asked):
            table = _where(of_moment, "service", service)
            by_service.append(((service, moment), PeopleCells.of(table, ()), table["verdict"]))
    return (
        count_labelled(by_moment, MOMENT_LABELS, whole.towns, last),
        count_labelled(by_service, SERVICE_LABELS, (), last),
    )


def _count_sometimes(whole: Whole, sometimes: pd.DataFrame) -> pd.DataFrame:
    """Return what `count_only_sometimes` tells of all units."""
    moments = whole.plan.asked_moments
    verdicts = {one.name: sometimes[CUTOFF.format(k)] for k, one in enumerate(moments)}
    reached = _flags(sometimes, "reached")
    hours = HoursCoverage(
        verdicts=verdicts,
        coverage=pd.DataFrame(),
        services=pd.DataFrame(),
        units=find_sometimes_covered(verdicts, reached, sometimes.index),
    )
    return count_only_sometimes(sometimes, hours, moments)


def _count_groups(whole: Whole, groups: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what `count_group_coverage` tells of all units."""
    rows = []
    for group in whole.plan.groups:
        profile = group.profile or whole.plan.service.profile
        own = _where(groups, "group", group.name)
        rows += count_one_group(group.name, profile, own, own["verdict"], whole.towns)
    return rows


def count_all_rules(whole: Whole, folded: Folded, tiers: pd.DataFrame) -> RuleRows:
    """Return what `ask_rules` and `judge_rules` tell of all units."""
    present = set(zip(tiers["tier"], tiers["kind"], strict=True))
    rules, notes = choose_rules(whole.inputs, whole.asked, present)
    every = [*whole.inputs.default_rules, *whole.inputs.rules]
    rows: list[dict[str, Any]] = []
    for rule in rules:
        table = _where(folded["rules"], "rule", every.index(rule))
        rows += count_rule(rule, table["verdict"], table, whole.towns)
    return RuleRows(rows, notes)


def count_all_domains(whole: Whole, domains: pd.DataFrame) -> pd.DataFrame:
    """Return what `count_domains` tells of all units."""
    members = whole.counting["domain"].to_numpy(dtype=object)
    doubted = set(domains["domain"][_flags(domains, "doubted")]) if len(domains) else set()
    rows = []
    for domain in sorted({*members, *doubted}):
        table = _where(domains, "domain", domain)
        covered, open_to = _flags(table, "covered"), _flags(table, "open_to")
        rows += count_one_domain(domain, int((members == domain).sum()), table, covered, open_to)
    return pd.DataFrame(rows)


def count_all_repeats(whole: Whole, folded: Folded) -> list[RepeatCounts] | None:
    """Return what `count_repeats` tells of all units; None where the plan asks for no repeats."""
    repeats = whole.plan.uncertainty.repeats
    if repeats == 0:
        return None
    plain = folded["coverage"]
    last = plain[CUTOFF.format(len(whole.plan.service.cutoffs_minutes) - 1)]
    codes = pd.Index(VERDICTS).get_indexer(pd.Index(last)).astype(np.int8)
    drawn = folded["repeats"]
    tables = [plain.assign(verdict=codes)] + [
        _where(drawn, "repeat", number) for number in range(repeats)
    ]
    columns = [
        tuple(table[name].to_numpy() for name in ("town", "kind", PEOPLE, "verdict"))
        for table in tables
    ]
    found = []
    for area in (ALL, *whole.towns):
        for kind in (*dict.fromkeys(plain["kind"]), ALL):
            counted = []
            for town, of_kind, people, verdict in columns:
                here = ((town == area) | (area == ALL)) & ((of_kind == kind) | (kind == ALL))
                counted.append(count_verdicts(people[here].astype(np.float64), verdict[here]))
            town, of_kind, people, _ = columns[0]
            here = ((town == area) | (area == ALL)) & ((of_kind == kind) | (kind == ALL))
            found.append(RepeatCounts(area, kind, exact_sum(people[here]), counted))
    return found


def add_loads(whole: Whole, loads: pd.DataFrame, kinds: Sequence[str]) -> pd.DataFrame:
    """Return what `count_facility_loads` tells of all units."""
    n_facilities = len(whole.counting)
    columns = {}
    for kind in kinds:
        for load in ("nearest", "in_reach", "only_here"):
            table = _where(_where(loads, "kind", kind), "load", load)
            column = np.zeros(n_facilities)
            if len(table):
                sums = table.groupby("facility")[PEOPLE].agg(exact_sum)
                column[sums.index.to_numpy(dtype=np.int64)] = sums.to_numpy()
            columns[f"people_{load}_{kind}"] = column
    return pd.DataFrame(columns, index=range(n_facilities))


def _where(table: pd.DataFrame, column: str, value: str | int | None) -> pd.DataFrame:
    """Return the rows with a value in a column, with an index of their own."""
    if column not in table:  # without a row a table may lack its columns
        columns = ["kind", "town", "verdict", "usual", "facility", PEOPLE, UNITS]
        return pd.DataFrame({name: [] for name in columns})
    chosen = table[column].isna() if value is None else table[column] == value
    return table[chosen.to_numpy()].reset_index(drop=True)


def _flags(table: pd.DataFrame, column: str) -> Flags:
    """Return a column of truth values, without any row of no column."""
    if column not in table:
        return np.zeros(len(table), dtype=bool)
    return table[column].to_numpy(dtype=bool)
