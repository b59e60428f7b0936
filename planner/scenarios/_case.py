"""What a comparison computes with, and what it asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import pandas as pd

from planner.coverage.facilities import place_facilities
from planner.coverage.groups import group_people
from planner.coverage.people import place_people
from planner.coverage.questions import ANY_LEVEL, Question
from planner.coverage.rules import ask_rules, question_of
from planner.crs.arrays import Flags
from planner.network import WalkNetwork
from planner.network.area import StudyArea, study_area
from planner.network.stored import network_of_plan
from planner.plan import KINDS, Plan, Rule
from planner.plan.profiles import fastest
from planner.scenarios._answers import Answers, State
from planner.scenarios._facilities import Pool, pool_of
from planner.sources.cache import ArrayCache
from planner.sources.inputs import Inputs
from planner.sources.scenarios import Scenario
from planner.stages import Stages
from planner.travel.streets import AccessRules, Streets, prepare_streets


@dataclass(frozen=True, eq=False)
class Case:
    """What a comparison computes with, all of it in the metric CRS; n units."""

    inputs: Inputs
    area: StudyArea
    streets: Streets
    units: gpd.GeoDataFrame
    groups: pd.DataFrame
    pool: Pool
    answers: Answers
    rules: list[tuple[Rule, Flags]]

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.inputs.plan

    @property
    def network(self) -> WalkNetwork:
        """The streets of today."""
        return self.streets.network

    @cached_property
    def today(self) -> State:
        """What counts before any edit."""
        return State(self.pool.today, self.network)

    @property
    def main(self) -> Question:
        """Who is covered, whatever the hours and the level, at the last cutoff."""
        return self.asked(self.streets.profile.name)

    def asked(
        self, profile: str, moment: str | None = None, cutoff: float | None = None
    ) -> Question:
        """Return the question about facilities of any level."""
        plan = self.plan
        when = None if moment is None else plan.moment_named(moment)
        return Question(
            ANY_LEVEL, plan.profile_named(profile), when, cutoff or plan.service.cutoffs_minutes[-1]
        )

    @property
    def headline(self) -> str:
        """The kind whose people a ledger counts first: residents, if there are any."""
        present = set(self.units["kind"])
        return next(str(kind) for kind in KINDS if kind in present)

    @property
    def of_moments(self) -> list[Question]:
        """The questions of the plan's moments."""
        name = self.streets.profile.name
        return [self.asked(name, moment.name) for moment in self.plan.asked_moments]

    @property
    def of_rules(self) -> list[Question]:
        """The questions of the rules that can be checked, in their order."""
        return [question_of(rule, self.plan) for rule, _ in self.rules]

    @property
    def of_groups(self) -> dict[str, Question]:
        """Profiles that kinds and groups walk in -> their question."""
        own = self.streets.profile.name
        names = dict.fromkeys([own, *(group.profile or own for group in self.plan.groups)])
        return {name: self.asked(name) for name in names}

    @property
    def of_cutoffs(self) -> list[Question]:
        """The questions of the plan's cutoffs but the last one."""
        name = self.streets.profile.name
        return [self.asked(name, None, c) for c in self.plan.service.cutoffs_minutes[:-1]]

    @property
    def questions(self) -> list[Question]:
        """Everything that is asked, each once."""
        every = [*self.of_groups.values(), *self.of_cutoffs, *self.of_moments, *self.of_rules]
        return list(dict.fromkeys(every))


def gather_case(
    inputs: Inputs, scenarios: Sequence[Scenario], stages: Stages, cache: ArrayCache | None
) -> Case:
    """Put streets, facilities and people together as a run does."""
    plan = inputs.plan
    with stages("streets"):
        area = study_area(inputs, fastest(plan.judged_profiles))
        network = network_of_plan(inputs, area.crs, area.with_ring, cache)
        access = AccessRules(plan.network.access_limit_m, plan.network.access_detour)
        streets = prepare_streets(network, plan.profile_named(plan.service.profile), access)
    with stages("people"):
        _, facilities = place_facilities(inputs, streets, area)
        pool = pool_of(facilities, scenarios, area)
        people = place_people(inputs, area, inputs.osm.zones.to_crs(area.crs))
        groups = group_people(people.units, people.table, inputs.groups, area.town_names)
    asked = ask_rules(inputs, facilities[facilities["counts"]], people.units, area)
    answers = Answers(network, access, pool.table, people.units, area.data)
    return Case(inputs, area, streets, people.units, groups.people, pool, answers, asked.rules)
