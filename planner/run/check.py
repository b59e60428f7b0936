"""What a run would find in its files, without computing a minute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd

from planner.coverage.facilities import place_facilities
from planner.coverage.groups import group_people
from planner.coverage.people import People, place_people
from planner.network import WalkNetwork
from planner.network.area import StudyArea, study_area
from planner.network.stored import network_of_plan
from planner.plan.profiles import fastest
from planner.plan.services import moment_notes
from planner.run.provenance import warnings_of
from planner.sources.inputs import Inputs
from planner.sources.tables import dropped_rows
from planner.travel.streets import AccessRules, prepare_streets


@dataclass(frozen=True)
class Findings:
    """What the files of a plan hold.

    facilities : columns of the table, counts (open), in_ring, joined, reason; metric CRS.
    dropped : file, row and reason of every row that a run would drop or count as 0.
    warnings : what the data cannot tell, a line each.
    """

    area: StudyArea
    network: WalkNetwork
    facilities: gpd.GeoDataFrame
    people: People
    dropped: list[dict[str, Any]]
    warnings: list[str]


def check_inputs(inputs: Inputs) -> Findings:
    """Put the files of a plan together as far as a run does before it measures walks.

    Parameters
    ----------
    inputs
        From `load_inputs`.

    Raises
    ------
    PlannerError
        Whatever would stop a run.
    """
    plan = inputs.plan
    profile = plan.profile_named(plan.service.profile)
    area = study_area(inputs, fastest(plan.judged_profiles))
    network = network_of_plan(inputs, area.crs, area.with_ring, None)
    rules = AccessRules(plan.network.access_limit_m, plan.network.access_detour)
    table, facilities = place_facilities(inputs, prepare_streets(network, profile, rules), area)
    people = place_people(inputs, area, inputs.osm.zones.to_crs(area.crs))
    groups = group_people(people.units, people.table, inputs.groups, area.town_names)
    warnings = [
        *inputs.notes,
        *warnings_of(inputs, network, facilities, area),
        *people.notes,
        *groups.notes,
        *moment_notes(facilities[facilities["counts"]], plan.asked_moments),
    ]
    dropped = [
        *dropped_rows(table), *people.dropped,
        *dropped_rows(inputs.gates), *dropped_rows(inputs.candidates),
    ]  # fmt: skip
    return Findings(area, network, facilities, people, dropped, warnings)
