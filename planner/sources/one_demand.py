"""Reads one [[demand]] of a plan, where a city is too large to read all of them at once."""

from __future__ import annotations

from dataclasses import replace

from planner.crs.array_types import Floats
from planner.crs.frame import Bounds
from planner.plan import Plan
from planner.sources._further_tables import read_further
from planner.sources._plan_parts import read_groups, read_people
from planner.sources._plan_reading import PlanReading
from planner.sources.demand_told import DemandTold
from planner.sources.group_tables import GroupInput, read_column
from planner.sources.inputs import Inputs, find_extent, load_inputs_beside
from planner.sources.osm.extract import OsmExtract


def load_one_demand(
    plan: Plan, number: int, osm: OsmExtract, *, seen: Floats | None = None
) -> tuple[Inputs, DemandTold]:
    """Read one [[demand]] of a plan beside a map that is read already, without the others.

    Parameters
    ----------
    number
        Position of the [[demand]].
    osm, seen
        As of `load_inputs_beside`.

    Returns
    -------
    Inputs, DemandTold
        As of `load_inputs_beside` without people, with this [[demand]] alone, and for each group
        that names a column of its file the figures; points are numbers, see `Table`. And what is
        told of it.

    Raises
    ------
    PlannerError
        As `load_inputs`.
    """
    inputs = load_inputs_beside(plan, osm, people=False)
    around, names = _find_place(inputs, osm, seen)
    reading = PlanReading()
    demand = read_people(plan, around, names, reading, only=number)
    reading.stop()
    (one,) = demand
    columns = {
        group.name: read_column(group, number, one.plan, one.points, one.totals)
        for group in plan.groups
        if group.column is not None and group.table is None and group.kind == one.plan.kind
    }
    groups = tuple(
        GroupInput(group, figures={number: figures})
        for group in plan.groups
        if group.name in columns and (figures := columns[group.name].figures) is not None
    )
    told = DemandTold(reading.lines, reading.remarks, columns)
    return replace(inputs, demand=demand, groups=groups), told


def refuse_faulty_tables(plan: Plan, osm: OsmExtract, *, seen: Floats | None = None) -> None:
    """Refuse tables of people and of further questions as `load_inputs` does, all in one line.

    Each [[demand]] is read and forgotten before the next one. Arguments are those of
    `load_one_demand`.

    Raises
    ------
    PlannerError
        If one of them has a fault: the first one's, and how many others have some.
    """
    inputs = load_inputs_beside(plan, osm, people=False)
    around, names = _find_place(inputs, osm, seen)
    reading = PlanReading()
    for number in range(len(plan.demand)):
        read_people(plan, around, names, reading, only=number)
    read_groups(plan, (), names, reading)  # those that name tables of their own
    read_further(plan, inputs.committees, names, reading, further=True)
    reading.stop()


def _find_place(
    inputs: Inputs, osm: OsmExtract, seen: Floats | None
) -> tuple[Bounds | None, list[str]]:
    """Return the bounds within which cells of rasters are read, degrees, and the names of towns."""
    around = find_extent(osm, seen) if inputs.boundary is None else inputs.boundary.bounds
    return around, [] if inputs.towns is None else inputs.towns["name"].tolist()
