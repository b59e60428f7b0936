"""Service rules: for each level of facility and tier of town, who should be how near."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.coverage.asked_question import ANY_LEVEL, METRES, Question
from planner.coverage.counting import ALL, COVERED, UNKNOWN, count_by_verdict, judge_target
from planner.coverage.demand import first_polygon
from planner.coverage.questions import Walks
from planner.coverage.unknown_levels import find_unknown_levels
from planner.crs.array_types import Flags
from planner.errors import on_one_line
from planner.network.study_area import StudyArea, layer_to_metric
from planner.plan import USUAL_LEVELS, Plan, Rule
from planner.sources.inputs import Inputs


@dataclass(frozen=True)
class AskedRules:
    """The rules that can be checked, each with the units it is about, and what cannot, in words.

    rules : rule and its units, shape (n,), in order.
    """

    rules: list[tuple[Rule, Flags]]
    notes: list[str]


@dataclass(frozen=True)
class RuleChecks:
    """Rows of `checks`, minutes to each level, and what could not be checked.

    minutes : DataFrame, aligned with the demand: minutes_<level> of the plan's profile.
    """

    checks: list[dict[str, Any]]
    minutes: pd.DataFrame
    notes: list[str]


def ask_rules(
    inputs: Inputs, facilities: pd.DataFrame, demand: gpd.GeoDataFrame, area: StudyArea
) -> AskedRules:
    """Find which rules can be checked.

    Parameters
    ----------
    inputs
        From `load_inputs`; its default rules apply where a town has their tier.
    facilities
        Those that count: level, domain.
    demand
        kind, town and Points, metric CRS.
    area
        With the towns and tiers.
    """
    tier = find_tiers(demand, area, inputs)
    present = set(zip(tier, demand["kind"], strict=True))
    rules, notes = choose_rules(inputs, facilities, present)
    about = {
        key: ((tier == key[0]) & (demand["kind"] == key[1])).to_numpy()
        for key in dict.fromkeys((rule.tier, rule.kind) for rule in rules)
    }
    return AskedRules([(rule, about[rule.tier, rule.kind]) for rule in rules], notes)


def choose_rules(
    inputs: Inputs, facilities: pd.DataFrame, present: Collection[tuple[str, str]]
) -> tuple[list[Rule], list[str]]:
    """Choose the rules that can be checked, and say of the others why not.

    Parameters
    ----------
    inputs, facilities
        As for `ask_rules`.
    present
        Tier and kind of all units, each pair that there is.
    """
    has_levels = bool((facilities["level"] != "").any())
    rules = (*inputs.default_rules, *inputs.rules)
    asked: list[Rule] = []
    notes = _unruled_tiers({tier for tier, _ in present}, rules)
    for rule in rules:
        if (rule.tier, rule.kind) not in present:
            # That a default rule is about nobody here is no mistake of the plan's.
            if rule in inputs.rules:
                nobody = f"no demand of kind {rule.kind} in tier {rule.tier}"
                notes.append(f"rule {rule.id}: {nobody}; not checked")
            continue
        if not has_levels and rule.level != ANY_LEVEL:
            notes.append(f"rule {rule.id}: the facilities carry no level; not checked")
            continue
        if rule.domains and not _has_domains(facilities):
            notes.append(f"rule {rule.id}: the facilities carry no domain; not checked")
            continue
        question = to_question(rule, inputs.plan)
        # Whatever the hour: that all are shut then is not what this note is about.
        always = replace(question, moment=None)
        if not always.chosen(facilities).any():
            so = "everybody counts as not served"
            if always.hope(facilities) is not None:
                so = "whoever a facility of unknown level may serve is unknown"
            notes.append(f"rule {rule.id}: no facility that counts is {_wanted(rule)}; {so}")
        # Checked in spite of the note: nobody is served by facilities that do not exist.
        asked.append(rule)
    if any(rule.level != ANY_LEVEL for rule in asked):
        notes += note_unknown_levels(inputs.plan, facilities)
    return asked, notes


def note_unknown_levels(plan: Plan, facilities: pd.DataFrame) -> list[str]:
    """List the levels of facilities that nobody knows, with those that are known, in a line."""
    known = list_known_levels(plan)
    unknown = facilities["level"][find_unknown_levels(facilities["level"], known)]
    if unknown.empty:
        return []
    counts = unknown.value_counts()
    listed = [f"{on_one_line(level)} ({counts[level]})" for level in sorted(counts.index)]
    named = ", ".join(listed[:10]) + (", ..." if len(listed) > 10 else "")
    return [
        f"{len(unknown)} facilities have a level that no rule knows: {named}; known are "
        f"{', '.join(known)}; for a rule of one level they leave people unknown, not left out"
    ]


def list_known_levels(plan: Plan) -> tuple[str, ...]:
    """Return the usual levels, then those that only the plan's rules name."""
    named = [rule.level for rule in plan.rules if rule.level != ANY_LEVEL]
    return tuple(dict.fromkeys([*USUAL_LEVELS, *named]))


def to_question(rule: Rule, plan: Plan) -> Question:
    """Put a rule as a question; one in metres is asked as a walk of one metre a minute."""
    levels = list_known_levels(plan)
    moment = None if rule.moment is None else plan.moment_named(rule.moment)
    if rule.cutoff_m is not None:
        return Question(rule.level, METRES, moment, rule.cutoff_m, rule.domains, levels)
    assert rule.cutoff_minutes is not None  # a rule has one or the other
    profile = plan.profile_named(rule.profile)
    return Question(rule.level, profile, moment, rule.cutoff_minutes, rule.domains, levels)


def list_rule_questions(asked: AskedRules, plan: Plan) -> dict[Question, Flags]:
    """Return the questions of the rules and the units that any of them is about, shape (n,)."""
    found: dict[Question, Flags] = {}
    for rule, about in asked.rules:
        question = to_question(rule, plan)
        found[question] = found.get(question, False) | about
    return found


def judge_rules(
    asked: AskedRules,
    walks: Walks,
    plan: Plan,
    facilities: pd.DataFrame,
    demand: gpd.GeoDataFrame,
    towns: Sequence[str],
) -> RuleChecks:
    """Check the rules, each level, profile and moment on its own.

    Parameters
    ----------
    asked
        From `ask_rules`.
    walks
        Of these units and facilities.
    plan
        With the profiles and moments that rules name.
    facilities
        Those that count: level.
    demand
        kind, people, town.
    towns
        Names of the towns, in the order wanted.
    """
    rows: list[dict[str, Any]] = []
    for rule, about in asked.rules:
        verdict = walks.answer(to_question(rule, plan))["verdict"].set_axis(demand.index)
        rows += count_rule(rule, verdict[about], demand[about], towns)
    profile = plan.profile_named(plan.service.profile)
    levels = [level for level in dict.fromkeys(facilities["level"]) if level]
    # Questions for their facilities alone: no cutoff plays a part in minutes.
    minutes = {
        f"minutes_{level}": walks.nearest(
            profile, None, Question(level, profile, None, np.inf).chosen(facilities)
        )[0]
        for level in sorted(levels)
    }
    return RuleChecks(rows, pd.DataFrame(minutes, index=demand.index), asked.notes)


def _has_domains(facilities: pd.DataFrame) -> bool:
    return "domain" in facilities and bool((facilities["domain"] != "").any())


def _wanted(rule: Rule) -> str:
    """Name the level and the domains that a rule asks for."""
    level = "" if rule.level == ANY_LEVEL else f"of level {rule.level}"
    domains = f"of domain {' or '.join(rule.domains)}" if rule.domains else ""
    return " and ".join(part for part in (level, domains) if part)


def _unruled_tiers(tiers: Collection[str], rules: Sequence[Rule]) -> list[str]:
    """Say which tiers no rule names: most likely one is misspelt."""
    known = {rule.tier for rule in rules}
    unruled = sorted(set(tiers) - known - {""}) if rules else []
    return [
        f"tier {name}: no rule names it, so its towns are not checked; rules know "
        f"{', '.join(sorted(known))}"
        for name in unruled
    ]


def find_tiers(demand: gpd.GeoDataFrame, area: StudyArea, inputs: Inputs) -> pd.Series:
    """Return the tier of each unit: of its tier polygon, else of its town; "" for none.

    Parameters
    ----------
    demand
        town and Points, metric CRS.
    area
        With the tiers of towns.
    inputs
        With the tier polygons, if the plan names any.
    """
    tier = pd.Series("", index=demand.index, dtype=object)
    if area.towns is not None:
        of_town = dict(zip(area.towns["name"], area.towns["tier"], strict=True))
        tier = demand["town"].map(of_town).fillna("").astype(object)
    if inputs.tiers is not None:
        polygon = first_polygon(demand, layer_to_metric(inputs.tiers, area.crs))
        tier[polygon >= 0] = inputs.tiers["tier"].to_numpy()[polygon[polygon >= 0]]
    return tier


def count_rule(
    rule: Rule, verdict: pd.Series, demand: gpd.GeoDataFrame, towns: Sequence[str]
) -> list[dict[str, Any]]:
    """Count one rule for the whole area and for each town that has its tier."""
    rows = []
    for name in (ALL, *towns):
        part = demand if name == ALL else demand[demand["town"] == name]
        if len(part) == 0:
            continue
        counts = count_by_verdict(part, verdict)
        result = None
        if rule.target is not None:
            # `or` is for the types: among these counts only shares may be None.
            covered, unknown, people = (
                float(counts[n] or 0.0) for n in (COVERED, UNKNOWN, "people")
            )
            result = judge_target(covered, unknown, people, rule.target)
        rows.append(
            {
                "rule_id": rule.id,
                "area": name,
                "tier": rule.tier,
                "level": rule.level,
                "kind": rule.kind,
                # Metres are the same for everybody: a rule in metres does not ask who walks.
                "profile": rule.profile if rule.cutoff_m is None else None,
                "moment": rule.moment,
                "domains": ";".join(rule.domains),
                "cutoff_minutes": rule.cutoff_minutes,
                "cutoff_m": rule.cutoff_m,
                **counts,
                "target": rule.target,
                "target_year": rule.target_year,
                "result": result,
                "source": rule.source,
                "status": rule.status,
                "analogy": rule.analogy,
            }
        )
    return rows
