"""How much ground round a tile its answers look at: the longest walk of any question of a plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from planner.coverage.asked_question import METRES
from planner.coverage.sampling import sample_ranges
from planner.network.landmarks import CROSSING_WITHIN_M
from planner.plan import Plan, Rule
from planner.plan.slopes import find_reach_pace
from planner.sources.inputs import Inputs

#: What a halo is wider than the longest walk and leg need: legs, walls and gates beside a street
#: that is just within reach are looked at, too.
MARGIN_M: Final = 100.0


def list_rules_here(inputs: Inputs) -> tuple[Rule, ...]:
    """Return the rules that may be about somebody: those of a tier that a town or a polygon has."""
    layers = [layer for layer in (inputs.towns, inputs.tiers) if layer is not None]
    tiers = {tier for layer in layers for tier in layer["tier"]}
    return tuple(rule for rule in (*inputs.default_rules, *inputs.rules) if rule.tier in tiers)


def find_reach_m(plan: Plan, rules: Sequence[Rule]) -> float:
    """Return the longest straight way, metres, that a walk within any cutoff of a plan may span.

    Parameters
    ----------
    plan
        With its profiles, cutoffs and the ranges of `[uncertainty]`.
    rules
        Those that are asked, from `list_rules_here`.
    """
    return max(_list_reaches(plan, rules))


def find_halo_m(plan: Plan, rules: Sequence[Rule]) -> float:
    """Return the width of the ground round a tile's core that its answers look at, metres.

    Parameters as for `find_reach_m`. The name of a place is looked for as far. Beyond it only the
    way to the nearest facility may lead, which all tiles find together.
    """
    legs_m = [plan.network.access_limit_m, *(draw.access_limit_m for draw in sample_ranges(plan))]
    return max(find_reach_m(plan, rules) + max(legs_m), CROSSING_WITHIN_M) + MARGIN_M


def _list_reaches(plan: Plan, rules: Sequence[Rule]) -> Iterator[float]:
    """Yield how far each question reaches, metres."""
    sloped, last = plan.network.elevation is not None, plan.service.cutoffs_minutes[-1]
    for profile in plan.judged_profiles:
        yield find_reach_pace(profile, sloped=sloped) * last
    own = plan.profile_named(plan.service.profile)
    for draw in sample_ranges(plan):
        yield find_reach_pace(draw.walker(own), sloped=sloped) * last
    for rule in rules:
        if rule.cutoff_m is not None:
            yield find_reach_pace(METRES, sloped=sloped) * rule.cutoff_m
        elif rule.cutoff_minutes is not None:
            walker = plan.profile_named(rule.profile)
            yield find_reach_pace(walker, sloped=sloped) * rule.cutoff_minutes
