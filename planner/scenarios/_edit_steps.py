"""The edits of a scenario one after the other: the state after each, and where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely

from planner.coverage.edited_people import PeoplePool
from planner.errors import SourceError
from planner.scenarios._facility_pool import FACILITY_OPS, FacilityPool
from planner.scenarios._scenario_case import ScenarioCase
from planner.scenarios._state_verdicts import State
from planner.scenarios._street_edits import EditedStreets, add_path, open_gate, streets_with
from planner.sources.scenario_edits import PEOPLE_OPS, Edit
from planner.sources.scenario_file import Scenario
from planner.travel.access import on_islands_only
from planner.travel.streets import Streets


@dataclass(frozen=True, eq=False)
class Step:
    """An edit, the state after it, and its row for the outputs.

    row : edit (its number), op, id, name, cost, geometry: a Point in the metric CRS.
    line : of a path, or from where a facility moves to where it goes; else None.
    """

    edit: Edit
    state: State
    row: dict[str, Any]
    line: shapely.Geometry | None

    @staticmethod
    def before_edits(today: State) -> Step:
        """Return the step before the first edit."""
        nothing = Edit(0, "", "", None, (), None, {})
        return Step(nothing, today, {}, None)


def follow(case: ScenarioCase, scenario: Scenario, number: int) -> tuple[list[Step], list[str]]:
    """Make the edits of a scenario one after the other.

    Parameters
    ----------
    case
        With the facilities and people after each edit.
    scenario, number
        One of those that the case was made for, and which.

    Returns
    -------
    list of Step, list of str
        And what the reader should know, a line each.

    Raises
    ------
    SourceError
        If a gate or path cannot be made, or a facility meets no street in the end.
    """
    steps, notes = [], []
    pool, streets = case.pool, case.streets
    now, walks = streets, case.state_judge.of_today
    edits = zip(scenario.edits, pool.after[number], case.people.follow(number), strict=True)
    for k, (edit, chosen, here) in enumerate(edits):
        where = f"{scenario.file}: {edit.called}"
        if edit.op in FACILITY_OPS:
            row, line = _facility_row(edit, pool, number, k)
        elif edit.op in PEOPLE_OPS:
            row, line = _people_row(edit, case.people, number)
        else:
            change = (
                open_gate(now, edit, where, streets)
                if edit.op == "open_gate"
                else add_path(now, edit, where)
            )
            # Each edit of streets builds on the one before.
            now = streets_with(streets, change.network)
            walks = case.state_judge.walks_on(now)
            # They are told under the scenario, which names its file.
            notes += [note.removeprefix(f"{scenario.file}: ") for note in change.notes]
            row, line = _street_row(change)
        row |= {"edit": edit.number, "op": edit.op, "id": edit.id, "cost": edit.cost}
        steps.append(Step(edit, State(chosen, walks, here), row, line))
    return steps, notes + _check_joined(scenario, number, pool, steps, streets)


def _people_row(edit: Edit, people: PeoplePool, number: int) -> tuple[dict[str, Any], None]:
    """Return name and place of an edit of people."""
    place = people.place_of(edit, number)
    return {"name": edit.values.get("name", edit.id), "geometry": place}, None


def _facility_row(
    edit: Edit, pool: FacilityPool, number: int, k: int
) -> tuple[dict[str, Any], shapely.Geometry | None]:
    """Return name and place of an edited facility, and the line that it moves along."""
    made, left = pool.touched[number][k], pool.left[number][k]
    # A closed facility makes no new row: then its place is where it was.
    at = made if made >= 0 else left
    place, line = pool.table.geometry.iloc[at], None
    if edit.op == "move":
        line = shapely.LineString([pool.table.geometry.iloc[left], place])
    return {"name": pool.table["name"].iloc[at], "geometry": place}, line


def _street_row(change: EditedStreets) -> tuple[dict[str, Any], shapely.Geometry | None]:
    """Return name and place of a gate or path, and the path's line."""
    # A gate is a point, a path a line.
    if shapely.get_dimensions(change.place) == 0:
        return {"name": change.name, "geometry": change.place}, None
    first = shapely.get_parts(change.place)[0]
    # Halfway along lies on the path whatever its bends; its centre need not.
    middle = shapely.line_interpolate_point(first, 0.5, normalized=True)
    return {"name": change.name, "geometry": middle}, change.place


def _check_joined(
    scenario: Scenario,
    number: int,
    pool: FacilityPool,
    steps: list[Step],
    streets: Streets,
) -> list[str]:
    """Refuse new places that meet no street in the end; say which serve nobody."""
    last = steps[-1].state
    places = last.walks.of(streets.profile).places
    alone = on_islands_only(last.network, places)
    notes = []
    for edit, row in zip(scenario.edits, pool.touched[number], strict=True):
        # Judged by the last state: a later path may lead to a station, a later edit may close it.
        if edit.op not in ("add", "move") or row < 0 or not last.chosen[row]:
            continue
        if row >= len(places):
            notes.append(
                f"{edit.called}: its place is not confirmed, so it covers nobody for sure; a move "
                "puts it where it is"
            )
            continue
        if not places.joined[row]:
            raise SourceError(
                f"{scenario.file}: {edit.called}: no street lies within "
                f"{streets.access.limit_m:g} m of it; move it to a street, or add a path to it"
            )
        if alone[row]:
            notes.append(
                f"{edit.called}: joins an island of streets alone, so that it serves only those "
                "who live there"
            )
        if places.closed[row] and places.compound[row] < 0:
            notes.append(
                f"{edit.called}: is closed to outsiders and in no compound that is known, so it "
                "serves nobody"
            )
    return notes
