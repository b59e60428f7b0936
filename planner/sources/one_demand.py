"""Reads one [[demand]] of a plan, where a city is too large to read all of them at once."""

from __future__ import annotations

from dataclasses import replace

from planner.crs.array_types import Floats
from planner.plan import Plan
from planner.sources._plan_parts import read_people
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
    around = find_extent(osm, seen) if inputs.boundary is None else inputs.boundary.bounds
    names = [] if inputs.towns is None else inputs.towns["name"].tolist()
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
