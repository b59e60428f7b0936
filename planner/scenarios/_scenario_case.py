"""What a comparison computes with, and which questions it asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import pandas as pd

from planner.case import Case, ExtendedCase
from planner.coverage.answers_of_today import list_compared_questions
from planner.coverage.asked_question import ANY_LEVEL, Question
from planner.coverage.edited_people import PeoplePool, build_people_pool
from planner.coverage.rules import ask_rules, to_question
from planner.coverage.verdict_table import list_condition_questions
from planner.crs.array_types import Flags
from planner.network import WalkNetwork
from planner.plan import KINDS, Rule
from planner.scenarios._facility_pool import FacilityPool, build_pool
from planner.scenarios._narrow_judge import NarrowJudge
from planner.scenarios._state_verdicts import State, StateJudge
from planner.sources.scenario_file import Scenario
from planner.stages import Stages


@dataclass(frozen=True, eq=False)
class ScenarioCase(ExtendedCase):
    """A plan with every facility that any scenario opens, and all people that any adds; n units.

    base : the plan as it is today.
    pool : the facilities of today and after each edit; people : the units, likewise.
    state_judge : answers the questions below about any state.
    rules : those that can be checked, each with the units it is about, shape (n,).
    """

    pool: FacilityPool
    people: PeoplePool
    state_judge: StateJudge | NarrowJudge
    rules: list[tuple[Rule, Flags]]

    @property
    def network(self) -> WalkNetwork:
        """The streets of today."""
        return self.base.network

    @property
    def units(self) -> gpd.GeoDataFrame:
        """The demand units, with their people when all are there."""
        return self.people.units

    @property
    def groups(self) -> pd.DataFrame:
        """People of each group at each unit when all are there."""
        return self.people.groups

    @cached_property
    def today(self) -> State:
        """What counts before any edit."""
        return State(self.pool.today, self.state_judge.of_today, self.people.today)

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
        return Question(ANY_LEVEL, plan.profile_named(profile), when, cutoff or self.cutoff_minutes)

    @property
    def headline(self) -> str:
        """The kind whose people a ledger counts first: residents, if there are any."""
        present = set(self.units["kind"].unique())
        return next(str(kind) for kind in KINDS if kind in present)

    @property
    def of_moments(self) -> list[Question]:
        """The questions of the plan's moments."""
        name = self.streets.profile.name
        return [self.asked(name, moment.name) for moment in self.plan.asked_moments]

    @cached_property
    def of_conditions(self) -> list[Question]:
        """The questions under the plan's conditions, in each profile that is asked usually."""
        usual = [question.profile for question in self.of_groups.values()]
        return [one for one in list_condition_questions(self.plan) if one.profile in usual]

    @property
    def of_rules(self) -> list[Question]:
        """The questions of the rules that can be checked, in their order."""
        return [to_question(rule, self.plan) for rule, _ in self.rules]

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
        # The last cutoff is the one of `main`, which is asked anyway.
        return [self.asked(name, None, c) for c in self.plan.service.cutoffs_minutes[:-1]]

    @property
    def questions(self) -> list[Question]:
        """Everything that is asked, each once."""
        return list_compared_questions(self.plan, [rule for rule, _ in self.rules])


def build_scenario_case(base: Case, scenarios: Sequence[Scenario], stages: Stages) -> ScenarioCase:
    """Add the facilities of all scenarios to a plan, and make ready to answer its questions."""
    with stages("people"):
        pool = build_pool(base.facilities, scenarios, base.area, base.unsure)
        # A fault of their files is told before a long wait.
        people = build_people_pool(base.units, base.groups, scenarios, base.plan, base.area)
    area, units = base.area, people.units
    asked = ask_rules(base.inputs, pool.table[pool.today], units, area)
    state_judge = StateJudge(
        base.streets, pool.table, units, area.data, complete=area.complete, lay=base.conditions_on
    )
    return ScenarioCase(base, pool, people, state_judge, asked.rules)
