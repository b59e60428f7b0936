"""Which walks a run asks for: who, at which moment, to which facilities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import geopandas as gpd
import numpy as np

from planner.coverage.asked_question import Question
from planner.coverage.by_hour import list_hour_questions
from planner.coverage.rules import to_question
from planner.coverage.verdict_table import at_any_hour, list_usual_questions
from planner.coverage.walks_beyond import SeedsKey, make_seeds_key
from planner.crs.array_types import Flags
from planner.plan import Plan, Rule
from planner.plan.moments import Moment
from planner.plan.profiles import WalkProfile
from planner.plan.slopes import DIRECTIONS, Direction, may_differ

#: Who walks, at which moment, and to which facilities, a flag for each of those that count.
Asked = tuple[WalkProfile, Moment | None, Flags]


def list_asked(
    plan: Plan, rules: Sequence[Rule], facilities: gpd.GeoDataFrame, n_counting: int
) -> dict[SeedsKey, Asked]:
    """List every question for the nearest facility that a run asks its walks, each once.

    Parameters
    ----------
    plan
        With its profiles, moments and cutoffs.
    rules
        From `list_rules_here`; questions of a rule that nobody asks are listed, too.
    facilities
        All that count, those that surely serve first: level, domain, opening_hours, services.
    n_counting
        So many surely serve; flags are of these.
    """
    found: dict[SeedsKey, Asked] = {}
    for profile, moment, chosen in _list_all(plan, rules, facilities):
        flags = np.ascontiguousarray(chosen[:n_counting], dtype=bool)
        found.setdefault(make_seeds_key(profile, moment, flags), (profile, moment, flags))
    return found


def list_walkers(plan: Plan, rules: Sequence[Rule]) -> list[tuple[WalkProfile, Moment | None]]:
    """List who walks when, in all that a run asks; whatever the hours first, each once."""
    own = plan.profile_named(plan.service.profile)
    profiles = dict.fromkeys(
        [own, *(question.profile for question in _list_questions(plan, rules))]
    )
    moments = {
        (question.profile, question.moment): None
        for question in [*_list_questions(plan, rules)]
        if question.moment is not None
    }
    moments |= dict.fromkeys((own, moment) for moment in plan.asked_moments)
    return [*((profile, None) for profile in profiles), *moments]


def find_uneven(plan: Plan, rules: Sequence[Rule]) -> frozenset[str]:
    """Return the names of who walks of whom a walk and the same walk back may differ."""
    sloped = plan.network.elevation is not None
    walkers = {profile for profile, _ in list_walkers(plan, rules)}
    return frozenset(one.name for one in walkers if may_differ(one, sloped=sloped))


def list_turned(plan: Plan) -> tuple[Direction, ...]:
    """Return the directions whose minutes are told beside those that decide, if these differ."""
    own, direction = plan.profile_named(plan.service.profile), plan.network.direction
    sloped = plan.network.elevation is not None
    if not may_differ(own, sloped=sloped) or (direction == "to" and not sloped):
        return ()
    return tuple(one for one in DIRECTIONS[:2] if one != direction)


def _list_questions(plan: Plan, rules: Sequence[Rule]) -> Iterator[Question]:
    """Yield the questions that are asked of everybody, and those of rules; with their bases."""
    usual = [one for one in list_usual_questions(plan) if one.condition is None]
    for question in [*usual, *(to_question(rule, plan) for rule in rules)]:
        yield at_any_hour(question)
        yield question


def _list_all(plan: Plan, rules: Sequence[Rule], facilities: gpd.GeoDataFrame) -> Iterator[Asked]:
    """Yield all that is asked, some of it several times."""
    own = plan.profile_named(plan.service.profile)
    every = np.ones(len(facilities), dtype=bool)
    for profile in plan.judged_profiles:
        yield profile, None, every
    for question in _list_questions(plan, rules):
        for one in (question, question.hope(facilities)):
            if one is not None:
                for may_be_open in (False, True):
                    chosen = one.chosen(facilities, may_be_open=may_be_open)
                    yield one.profile, one.moment, chosen
    for moment, chosen in list_hour_questions(facilities, plan.asked_moments):
        yield own, moment, chosen
    for level in sorted({level for level in facilities["level"] if level}):
        yield own, None, Question(level, own, None, np.inf).chosen(facilities)
