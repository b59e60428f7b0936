"""A plan put together, once: its area, streets, facilities and people, for all that is asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd

from planner.coverage.asked_question import ANY_LEVEL, Question
from planner.coverage.data_warnings import list_warnings
from planner.coverage.edited_people import settle_people
from planner.coverage.facilities import find_approximate, find_unsure, place_facilities
from planner.coverage.groups import GroupPeople, group_people
from planner.coverage.people import People, place_people
from planner.coverage.questions import Walks
from planner.coverage.under_conditions import describe_condition, prepare_under
from planner.errors import ArgumentError, quote
from planner.network import WalkNetwork
from planner.network.figures import measure_streets
from planner.network.landmarks import Landmarks, find_landmarks
from planner.network.stored import load_plan_network
from planner.network.study_area import StudyArea, find_study_area, layer_to_metric
from planner.network.under_condition import LaidCondition, find_closed, lay_condition
from planner.plan import Plan
from planner.plan.moments import Moment
from planner.plan.profiles import WalkProfile, find_fastest
from planner.plan.services import list_moment_notes
from planner.showing import Brief, join_facts, shorten
from planner.sources.cache import ArrayCache
from planner.sources.inputs import Inputs
from planner.sources.scenario_file import Scenario
from planner.sources.tables import Table, list_dropped, list_dropped_rows
from planner.stages import Stages
from planner.travel.hours import rules_at
from planner.travel.streets import AccessRules, Streets, prepare_like, prepare_streets


# Compared by identity: tables and arrays have no single answer to ==.
@dataclass(frozen=True, eq=False)
class Case(Brief):
    """What all that is asked of a plan rests on; every layer is in the plan's metric CRS.

    Facilities and people are worked out when they are first asked for, and kept: siting for a run
    on disk needs only the streets.

    inputs : what the plan names, as it was read.
    area : the study area with its ring and its towns.
    streets : of area and ring, prepared for the plan's profile.
    scenario : whose edits of people hold; None for the people of today.
    """

    inputs: Inputs
    area: StudyArea
    streets: Streets
    scenario: Scenario | None = None

    def __repr__(self) -> str:
        of = [] if self.scenario is None else [f"scenario {shorten(self.scenario.name)}"]
        return join_facts(self, f"plan {shorten(self.plan.name)}", repr(self.streets), *of)

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.inputs.plan

    @property
    def profile(self) -> WalkProfile:
        """Who walks, unless a question names another profile."""
        return self.streets.profile

    @property
    def network(self) -> WalkNetwork:
        """The streets of area and ring, whoever walks them."""
        return self.streets.network

    def streets_of(
        self,
        profile: str | WalkProfile | None = None,
        moment: str | Moment | None = None,
        *,
        condition: str | None = None,
    ) -> Streets:
        """Prepare the streets for somebody else, a moment or a condition, by the plan's rules.

        Parameters
        ----------
        profile
            A profile, or the name of one of the plan or of `PROFILES`; None: who walks in the plan.
        moment
            A moment, or the name of one of the plan or of the usual ones: streets and gates are as
            they are then; None: the hours do not matter.
        condition
            Name of one of the plan's `[[conditions]]`: streets, speeds and legs are as under it;
            None: the usual ones.

        Raises
        ------
        PlannerError
            If there is no profile, moment or condition of that name (the message lists the names),
            it is neither a name nor one of them, or a condition is asked for at a moment.
        """
        plan = self.plan
        walker = plan.profile_named(profile) if isinstance(profile, str) else profile
        when = plan.moment_named(moment) if isinstance(moment, str) else moment
        for name, given, kind in (("profile", walker, WalkProfile), ("moment", when, Moment)):
            if given is not None and not isinstance(given, kind):
                raise ArgumentError(
                    f"{name} is {quote(given)}; give the name of one, or one of the plan"
                )
        if condition is not None:
            if when is not None:
                raise ArgumentError("conditions are asked whatever the hours; leave the moment out")
            asked = plan.condition_named(condition)
            [laid] = [one for one in self.conditions if one.condition == asked]
            return prepare_under(laid, self.streets, walker or self.profile)
        if when is None and walker in (None, self.profile):
            return self.streets
        rules = rules_at(self.network, when)
        return prepare_like(self.streets, profile=walker, rules=rules)

    @property
    def cutoff_minutes(self) -> float:
        """The plan's last cutoff, which decides the verdicts."""
        return self.plan.service.cutoffs_minutes[-1]

    @property
    def question(self) -> Question:
        """What decides the verdicts: any level, the plan's profile, whatever the hours."""
        return Question(ANY_LEVEL, self.profile, None, self.cutoff_minutes)

    @property
    def facilities(self) -> gpd.GeoDataFrame:
        """The facilities of area and ring, from `place_facilities`."""
        return self._placed[1]

    @cached_property
    def counting(self) -> gpd.GeoDataFrame:
        """The facilities that surely serve: those that are open, and whose place is confirmed."""
        approximate = find_approximate(self.facilities)
        return self.facilities[self.facilities["counts"] & ~approximate]

    @cached_property
    def serving_facilities(self) -> gpd.GeoDataFrame:
        """The facilities that verdicts rest on, as `counting`, with the index `facility_id`."""
        return self.counting.set_index("facility_id")

    @cached_property
    def unsure(self) -> gpd.GeoDataFrame:
        """The open facilities that may cover people, though not surely, from `find_unsure`."""
        return find_unsure(self.inputs.facilities, self.facilities, self.area)

    def walks_of(self, facilities: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> Walks:
        """Return who walks how long to facilities that surely serve, judged by what is known."""
        area = self.area
        return Walks(
            self.streets, facilities, units, area.data, complete=area.complete, unsure=self.unsure
        )

    @property
    def people(self) -> People:
        """The demand units inside the area, from `place_people`, as edits of people leave them."""
        return self._today if self.scenario is None else self._settled[0]

    @property
    def units(self) -> gpd.GeoDataFrame:
        """The demand units, one row each."""
        return self.people.units

    @property
    def groups(self) -> pd.DataFrame:
        """People of each group at each unit: a column people_<group> for each, index of `units`."""
        return self._grouped.people

    @property
    def committees(self) -> gpd.GeoDataFrame | None:
        """The committees that the plan names, None for none: name, kind, facility_id, polygons."""
        given = self.inputs.committees
        return None if given is None else layer_to_metric(given, self.area.crs)

    @cached_property
    def conditions(self) -> tuple[LaidCondition, ...]:
        """The conditions of the plan, each laid over the streets."""
        return self._lay_conditions(self.network)

    def conditions_on(self, network: WalkNetwork) -> tuple[LaidCondition, ...]:
        """Return the conditions of the plan, laid over streets as edits leave them."""
        return self.conditions if network is self.network else self._lay_conditions(network)

    def _lay_conditions(self, network: WalkNetwork) -> tuple[LaidCondition, ...]:
        """Lay each condition of the plan over streets."""
        closed, ways = self.inputs.closed, self.inputs.osm.ways
        return tuple(
            lay_condition(network, condition, find_closed(condition, closed), ways)
            for condition in self.plan.asked_conditions
        )

    @cached_property
    def landmarks(self) -> Landmarks:
        """Names that residents know, to call gaps and candidate sites by."""
        return find_landmarks(
            self.network,
            self.inputs.osm.ways,
            self._zones,
            self.inputs.osm.places.to_crs(self.area.crs),
            language=self.plan.language,
        )

    @cached_property
    def notes(self) -> list[str]:
        """What the data cannot tell, a line each."""
        return [
            *self.inputs.notes,
            *list_warnings(self.inputs, measure_streets(self.network), self.facilities, self.area),
            *self.people.notes,
            *self._grouped.notes,
            *list_moment_notes(self.counting, self.plan.asked_moments),
            *(
                line
                for one in self.conditions
                for line in describe_condition(one, self.network, self.counting)
            ),
        ]

    @property
    def moved(self) -> list[str]:
        """How many people of each kind come and go by the edits that hold, a line each."""
        return [] if self.scenario is None else self.people.notes[len(self._today.notes) :]

    @property
    def dropped(self) -> list[dict[str, Any]]:
        """File, row and reason of every row that does not count, or whose people count as 0."""
        return [
            *list_dropped_rows(self._placed[0]), *self.people.dropped,
            *list_dropped_rows(self.inputs.gates), *list_dropped_rows(self.inputs.candidates),
            *list_dropped_rows(None if self.inputs.routes is None else self.inputs.routes.sites),
            *([] if self.inputs.courses is None else list_dropped(self.inputs.courses.dropped)),
            *(row for one in self.inputs.closed for row in list_dropped(one.dropped)),
            *(row for one in self.conditions for row in one.dropped),
        ]  # fmt: skip

    @cached_property
    def _placed(self) -> tuple[Table, gpd.GeoDataFrame]:
        """The table of facilities, and its rows on the map."""
        return place_facilities(self.inputs.facilities, self.streets, self.area)

    @cached_property
    def _zones(self) -> gpd.GeoDataFrame:
        """All zones of the extract."""
        return self.inputs.osm.zones.to_crs(self.area.crs)

    @property
    def _grouped(self) -> GroupPeople:
        """The people of each group, and what the files do not tell of them."""
        return self._grouped_today if self.scenario is None else self._settled[1]

    @cached_property
    def _today(self) -> People:
        """The demand units inside the area as the plan has them."""
        return place_people(self.inputs, self.area, self._zones)

    @cached_property
    def _grouped_today(self) -> GroupPeople:
        """The people of each group as the plan has them."""
        people = self._today
        return group_people(people.units, people.table, self.inputs.groups, self.area.town_names)

    @cached_property
    def _settled(self) -> tuple[People, GroupPeople]:
        """People and groups as the edits of the scenario leave them."""
        assert self.scenario is not None  # only then it is asked for
        return settle_people(self._today, self._grouped_today, self.scenario, self.plan, self.area)


@dataclass(frozen=True, eq=False)
class ExtendedCase(Brief):
    """A case, and in the classes built on this one what a comparison or siting adds to it.

    base : the plan as it was put together.
    """

    base: Case

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.base.plan

    @property
    def area(self) -> StudyArea:
        """The study area with its ring and its towns."""
        return self.base.area

    @property
    def streets(self) -> Streets:
        """The streets of area and ring, prepared for the plan's profile."""
        return self.base.streets

    @property
    def cutoff_minutes(self) -> float:
        """The plan's last cutoff, which decides the verdicts."""
        return self.base.cutoff_minutes


def build_case(
    inputs: Inputs,
    stages: Stages | None = None,
    *,
    cache: ArrayCache | None = None,
    scenario: Scenario | None = None,
) -> Case:
    """Lay out the area of a plan and the streets of area and ring.

    Parameters
    ----------
    inputs
        From `load_inputs`.
    stages
        Told of the stage `streets`.
    cache
        Where built networks are kept, see `user_cache`; None builds anew.
    scenario
        Whose edits of people hold, see `Case`.

    Raises
    ------
    PlannerError
        If there is no area or no street to work with. What facilities and people lack is said once
        they are asked for.
    """
    if not isinstance(inputs, Inputs):
        raise ArgumentError(f"inputs is a {type(inputs).__name__}; give load_inputs(plan)")
    plan = inputs.plan
    profile = plan.profile_named(plan.service.profile)
    with (stages or Stages())("streets"):
        # The ring must hold the longest walk of every profile that is judged on these streets.
        area = find_study_area(inputs, find_fastest(plan.judged_profiles))
        network = load_plan_network(inputs, area.crs, area.with_ring, cache)
        access = AccessRules(plan.network.access_limit_m, plan.network.access_detour)
        # Whatever the hours: the streets of a moment are prepared when a question asks for them.
        streets = prepare_streets(network, profile, access, direction=plan.network.direction)
    return Case(inputs, area, streets, scenario)
